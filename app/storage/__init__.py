"""How initiatives are kept in SQLite or PostgreSQL; the only package that imports SQLModel, and no row leaves it."""
