"""The store: one relational database, one writer, queries that take their scope."""
