"""Everything between the pages and the store: session, login, language, shell, escaping."""
