"""Engines, pragmas and the schema's revision. Knows no table by name but Alembic's.

SQLite is opened in one of three ways: to read (the file itself opened read-only, so that no bug of
ours can write), to write, and to migrate (foreign keys off, because a table that is rebuilt would
otherwise take its children with it). Writers begin with ``BEGIN IMMEDIATE``, so that a busy
database makes them wait at the start instead of failing in the middle.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, delete, event, insert, inspect, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from archive import backup as backups
from archive.config import shown_url, sqlite_path
from archive.errors import ArchiveError, DatabaseUnusable, SchemaMismatch
from archive.patient_begin import is_busy, wait_for_turn
from archive.readonly import BUSY_MS, connect_readonly
from archive.server import (
    Held,
    cause,
    server_engine,
    settle_collation,
    unreachable,
    writing_server_engine,
)

APPLICATION_ID = 0x4C474F44
"""Written into the SQLite header (``LGOD``), so that a file can be told to be ours."""

_WRITE_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
)


def reading_engine(url: str) -> Engine:
    """An engine that cannot write. Raises DatabaseUnusable where there is no database."""
    path = sqlite_path(url)
    if path is None:
        return server_engine(url, reading=True)
    return _sqlite_engine(path, lambda: connect_readonly(path), begin="BEGIN")


def writing_engine(url: str, held: Held | None = None) -> Engine:
    """An engine for the holder of the writer's lock. The schema must be in place.

    ``held`` is the lock as ``archive.lock`` gives it; a server's transactions are guarded by it.
    """
    path = sqlite_path(url)
    if path is None:
        return writing_server_engine(url, held)
    return _sqlite_engine(
        path, lambda: _connect_to_write(path, foreign_keys=True), begin="BEGIN IMMEDIATE"
    )


def migration_engine(url: str) -> Engine:
    """An engine for changing the schema: like the writer's, but foreign keys are not enforced."""
    path = sqlite_path(url)
    if path is None:
        return server_engine(url, pooled=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    return _sqlite_engine(
        path, lambda: _connect_to_write(path, foreign_keys=False), begin="BEGIN IMMEDIATE"
    )


def _not_interrupted(record: logging.LogRecord) -> bool:
    """Drops SQLAlchemy's report of a connection whose closing was interrupted.

    The interruption itself goes on its way; its traceback on the screen would tell nobody anything.
    """
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, KeyboardInterrupt)


def _sqlite_engine(path: Path, connect: Callable[[], sqlite3.Connection], *, begin: str) -> Engine:
    logging.getLogger("sqlalchemy.pool.impl.NullPool").addFilter(_not_interrupted)
    # NullPool: a connection that is given back is closed, so nothing holds the WAL open.
    engine = create_engine(
        "sqlite://", creator=connect, poolclass=NullPool, execution_options={"where": str(path)}
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        try:
            connection.exec_driver_sql(begin)
        except OperationalError as error:
            raw = connection.connection.dbapi_connection
            if raw is None or not is_busy(error.orig):
                raise
            wait_for_turn(lambda: raw.cursor().execute(begin), path)

    return engine


def _connect_to_write(path: Path, *, foreign_keys: bool) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
        for pragma in _WRITE_PRAGMAS:
            connection.execute(pragma)
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
    except sqlite3.Error as error:
        raise DatabaseUnusable(
            f"{path} cannot be opened for writing ({error}); check the file and its directory, "
            "or name another with --database"
        ) from error
    return connection


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What ``upgrade`` did: the revisions before (None: new database) and after, and the backup."""

    before: str | None
    after: str
    backup: Path | None


def revision_of(engine: Engine) -> str | None:
    """The schema revision of a database, None for an empty one. Raises DatabaseUnusable."""
    try:
        with engine.connect() as connection:
            names = set(inspect(connection).get_table_names())
            if "alembic_version" in names:
                found = connection.execute(text("SELECT version_num FROM alembic_version"))
                return found.scalar_one_or_none()
    except SQLAlchemyError as error:
        if engine.dialect.name != "sqlite":
            raise DatabaseUnusable(unreachable(_url(engine), error)) from error
        raise DatabaseUnusable(
            f"{describe(engine)} cannot be read as a database ({cause(error, '')}); "
            "restore it from a backup, or name another with --database"
        ) from error
    if names:
        raise DatabaseUnusable(
            f"{describe(engine)} is a database of something else (tables "
            f"{', '.join(sorted(names)[:3])} …); name another with --database"
        )
    return None


def check_revision(engine: Engine, wanted: str) -> None:
    """Raise SchemaMismatch unless the database is exactly of the wanted revision."""
    found = revision_of(engine)
    if found is None:
        raise DatabaseUnusable(f"{describe(engine)} is empty; fill it with `decisions crawl`")
    if found == wanted:
        return
    if found < wanted:
        raise SchemaMismatch(
            f"the archive has the schema {found}, this version needs {wanted}; any writing "
            "command upgrades it after a backup, for instance `decisions index`"
        )
    raise SchemaMismatch(
        f"the archive has the schema {found}, newer than this version's {wanted}; update decisions"
    )


def upgrade(
    url: str,
    *,
    wanted: str,
    backup_dir: Path,
    now: datetime,
    kept: int = backups.KEPT_BACKUPS,
) -> Upgrade:
    """Bring the database to the wanted revision, with a backup first when there is data.

    The ``kept`` latest of those backups stay. The caller holds the writer's lock. All of it is one
    transaction: when it fails, the old schema stands. Raises SchemaMismatch for a newer database,
    DatabaseUnusable for a foreign one, BackupFailed or NoRoom when there can be no backup.
    """
    path = sqlite_path(url)
    before = None
    if path is None or path.exists():
        # Looked at without writing: a file that is not ours must stay as it is.
        engine = reading_engine(url)
        try:
            before = revision_of(engine)
            if before is not None and before > wanted:
                check_revision(engine, wanted)
        finally:
            engine.dispose()
        if before == wanted:
            return Upgrade(before, wanted, None)
    backup = None
    if before is not None and path is not None:
        backup = backups.before_upgrade(
            path, backup_dir, f"{path.stem}-schema-{before}", now, keep=kept
        )
    migrate(migration_engine(url), wanted)
    return Upgrade(before, wanted, backup)


def migrate(engine: Engine, revision: str) -> None:
    """Run Alembic up or down to a revision in one transaction on an engine for migrations."""
    current = revision_of(engine)
    with engine.begin() as connection:
        migrate_within(connection, current, revision)


def migrate_within(connection: Connection, current: str | None, revision: str) -> None:
    """Run Alembic from one revision (None: an empty database) to another, in the caller's
    transaction on a connection for migrations."""
    from alembic import command
    from alembic.config import Config as AlembicConfig

    import migrations

    settings = AlembicConfig()
    settings.set_main_option("script_location", str(Path(migrations.__file__).parent))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    if current is not None and (revision == "base" or revision < current):
        command.downgrade(settings, revision)
    else:
        command.upgrade(settings, revision)


def prepare_migration(connection: Connection) -> None:
    """Drop the views; they stand in the way of a table's rebuild on SQLite."""
    for name in inspect(connection).get_view_names():
        if name.startswith("v_"):
            connection.exec_driver_sql(f'DROP VIEW "{name}"')


def finish_migration(connection: Connection, *, at_head: bool) -> None:
    """Make views and data dictionary again and check every foreign key, before the commit."""
    from archive.dictionary import entries
    from archive.ledger import ArchiveMetaRow, DataDictionaryRow
    from archive.views import VIEWS, VIEWS_VERSION, statement

    if connection.dialect.name == "postgresql":
        settle_collation(connection)
    if at_head:
        for view in VIEWS:
            connection.execute(text(statement(view, connection.dialect.name)))
        connection.execute(delete(ArchiveMetaRow).where(ArchiveMetaRow.key == "views_version"))
        connection.execute(
            insert(ArchiveMetaRow).values(key="views_version", value=str(VIEWS_VERSION))
        )
        connection.execute(delete(DataDictionaryRow))
        connection.execute(
            insert(DataDictionaryRow),
            [
                {
                    "table_name": entry.table_name,
                    "column_name": entry.column_name,
                    "meaning": entry.meaning,
                    "unit": entry.unit,
                    "example": entry.example,
                    "derived": entry.derived,
                    "origin": entry.origin,
                    "rule": entry.rule,
                }
                for entry in entries()
            ],
        )
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise ArchiveError(
                f"the schema change would break {len(broken)} references between tables "
                f"(first in {broken[0][0]}); nothing was changed"
            )


def _url(engine: Engine) -> str:
    """With the password: to find it in a message, never to show it."""
    return engine.url.render_as_string(hide_password=False)


def describe(engine: Engine) -> str:
    """Where an engine's database is, for messages; a password is never shown."""
    where = engine.get_execution_options().get("where")
    if where is not None:
        return str(where)
    return shown_url(engine.url.render_as_string(hide_password=True))
