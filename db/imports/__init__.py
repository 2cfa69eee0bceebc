"""Taking over cases that another system recorded: reading, mapping, checking, writing in batches."""
