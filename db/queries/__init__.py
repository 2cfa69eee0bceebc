"""Questions to the store. Each takes its scope and returns frozen plain rows, never database objects."""
