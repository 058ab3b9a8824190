"""What the engine itself must guarantee, said once for SQLite and PostgreSQL."""
