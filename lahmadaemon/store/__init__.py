"""One store for all rooms: SQLAlchemy Core on SQLite, or PostgreSQL when they outgrow it. SQL only here and in `store.py` files."""
