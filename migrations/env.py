"""Alembic's entry. The archive hands over an open connection; a developer's ``alembic`` makes one.

Views are dropped first and made again at the head, in the same transaction as the migration: a
table cannot be rebuilt under a view on SQLite.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from archive.database import finish_migration, migration_engine, prepare_migration
from archive.dictionary import METADATA
from archive.models import SCHEMA_REVISION


def migrate(connection: Connection) -> None:
    """Run what was asked for on this connection; the caller's transaction holds it together."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        prepare_migration(connection)
        context.run_migrations()
        reached = context.get_context().get_current_heads()
        finish_migration(connection, at_head=reached == (SCHEMA_REVISION,))


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    url = context.get_x_argument(as_dictionary=True).get("database")
    if not url:
        raise SystemExit("say which database: alembic -x database=sqlite:///PATH …")
    with migration_engine(url).begin() as own:
        migrate(own)
