"""Storage: one database, short units of work, statements compiled once."""
