"""The schema's history, run by Alembic. Shipped in the wheel: writing commands upgrade."""
