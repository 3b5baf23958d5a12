"""Database session, outbox, migrations and the file layer; SQLite by default, PostgreSQL by URL."""
