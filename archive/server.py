"""PostgreSQL: its engines, what it must be, and the writer's lock on it.

A file's kernel lock does not reach other machines, so on a server the one writer holds an advisory
lock on a connection of its own, which the server frees when that connection goes, however it goes.
Because a connection can go without its process (a network that fails, a server that is started
again), every transaction of the writer first makes sure that the lock is still held, and holds a
second lock until it ends; so the transactions of two writers can never mingle, and change ids are
given in the order of the commits.

Knows no table. SQLite is in ``archive.database``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from archive.config import scrubbed, shown_url
from archive.errors import DatabaseUnusable, LockedError, LockLost

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
"""Ways to write the server's URL; all of them mean the psycopg driver."""

LEAST_VERSION = 15

LOCK_NOT_AVAILABLE = "55P03"
"""What the server calls a lock that was waited for in vain (PostgreSQL's list of error codes)."""

LOCK_WAIT = "30s"
"""How long a statement waits for a lock of somebody else, as on SQLite."""

_CONNECT_SECONDS = 10
_DEFAULTS = {
    "connect_timeout": str(_CONNECT_SECONDS),
    "application_name": "decisions",
    # A connection to a machine that has gone is noticed within two minutes.
    "keepalives_idle": "60",
    "keepalives_interval": "10",
    "keepalives_count": "6",
}

_HELD = (
    "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = %(pid)s "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND (classid::bigint << 32) + objid::bigint = %(key)s AND objsubid = 1"
)


@dataclass(frozen=True, slots=True)
class Held:
    """A writer's lock that is held: its key, and the server's process that holds it."""

    key: int
    pid: int
    url: str

    def guard(self, connection: Connection) -> None:
        """Let this transaction be the only writing one. Raises LockLost where the lock has gone."""
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%(key)s)", {"key": self.key + 1})
        still = connection.exec_driver_sql(_HELD, {"key": self.key, "pid": self.pid}).one_or_none()
        if still is None:
            raise LockLost(
                f"the connection that held the writer's lock of {shown_url(self.url)} was lost; "
                "nothing that was acknowledged is lost. Run the command again"
            )


def parsed(url: str) -> URL:
    """The URL for SQLAlchemy, with the driver named. Raises DatabaseUnusable without secrets."""
    scheme, _, rest = url.partition("://")
    if scheme not in SCHEMES:
        raise DatabaseUnusable(
            f"{shown_url(url)} is no database that decisions knows; write sqlite:///PATH or "
            "postgresql://HOST/NAME"
        )
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" not in authority and "@" in rest.partition("?")[0]:
        raise DatabaseUnusable(
            f"the user or password in {shown_url(url)} has a sign that means something else in a "
            "URL; write it in percent form (/ is %2F, @ is %40, # is %23, ? is %3F)"
        )
    try:
        made = make_url(f"postgresql+psycopg://{rest}")
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnusable(
            f"the database URL {shown_url(url)} cannot be read; write "
            "postgresql://USER@HOST:PORT/NAME"
        ) from error
    return made


def server_engine(url: str, *, pooled: bool = True, reading: bool = False) -> Engine:
    """An engine over psycopg. Nothing is connected to yet.

    ``reading`` gives transactions that cannot write and see one view of the database from their
    first statement to their end, as on SQLite.
    """
    place = parsed(url)
    options: dict[str, Any] = {"poolclass": NullPool}
    if pooled:
        # A server that was started again between two pages is no reason to end a crawl.
        options = {"pool_size": 2, "max_overflow": 8, "pool_pre_ping": True}
    if reading:
        options["isolation_level"] = "REPEATABLE READ"
        options["execution_options"] = {"postgresql_readonly": True}
    try:
        # Parameters are texts of the archive: too long for an error, and nothing for a log.
        engine = create_engine(
            place,
            hide_parameters=True,
            connect_args={k: v for k, v in _DEFAULTS.items() if k not in place.query},
            **options,
        )
    except ImportError as error:
        raise DatabaseUnusable(
            "an archive on a PostgreSQL server needs the package psycopg; install decisions "
            "with the extra: pip install 'decisions[postgres]'"
        ) from error
    except (SQLAlchemyError, ValueError) as error:
        raise DatabaseUnusable(f"the database URL {shown_url(url)} cannot be used") from error

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _: Any) -> None:
        # Instants come back in UTC and text as UTF-8, whatever the server or PGOPTIONS say.
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.execute("SET client_encoding = 'UTF8'")
            cursor.execute(f"SET lock_timeout = '{LOCK_WAIT}'")
        connection.commit()

    return engine


def writing_server_engine(url: str, held: Held | None) -> Engine:
    """An engine for the holder of the lock: each transaction is guarded by it."""
    engine = server_engine(url)
    if held is not None:
        event.listen(engine, "begin", held.guard)
    return engine


@contextmanager
def hold(url: str, *, patience: float = 0) -> Iterator[Held]:
    """Hold the writer's lock of the archive on a server.

    One archive is one schema of one database. Raises LockedError when somebody else holds it and
    does not give it back within ``patience`` seconds, DatabaseUnusable when the server cannot be
    reached or is not fit.
    """
    engine = server_engine(url, pooled=False).execution_options(isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            _fit(connection, url)
            key = _key(connection)
            pid = int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
            # It says nothing for hours while pages are fetched.
            connection.exec_driver_sql("SET idle_session_timeout = 0")
            if not _lock(connection, key, patience):
                raise LockedError(
                    f"another decisions command, maybe on another machine, is writing to "
                    f"{shown_url(url)}; wait until it has ended and try again"
                )
            yield Held(key, pid, url)
    except DBAPIError as error:
        raise DatabaseUnusable(unreachable(url, error)) from error
    finally:
        engine.dispose()


def _lock(connection: Connection, key: int, patience: float) -> bool:
    """Take the lock; whoever waits is served before anybody who only tries."""
    if not patience:
        return bool(
            connection.exec_driver_sql(
                "SELECT pg_try_advisory_lock(%(key)s)", {"key": key}
            ).scalar_one()
        )
    connection.exec_driver_sql(f"SET lock_timeout = {int(patience * 1000)}")
    try:
        connection.exec_driver_sql("SELECT pg_advisory_lock(%(key)s)", {"key": key})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            return False
        raise
    finally:
        with suppress(DBAPIError):
            connection.exec_driver_sql("RESET lock_timeout")
    return True


def may_write(url: str) -> bool:
    """False on a replica, and for a role that may only read. Raises DatabaseUnusable."""
    engine = server_engine(url, pooled=False)
    try:
        with engine.connect() as connection:
            return bool(
                connection.exec_driver_sql(
                    "SELECT NOT pg_is_in_recovery() AND (to_regclass('change') IS NULL "
                    "OR has_table_privilege(to_regclass('change'), 'INSERT'))"
                ).scalar_one()
            )
    except DBAPIError as error:
        raise DatabaseUnusable(unreachable(url, error)) from error
    finally:
        engine.dispose()


def unreachable(url: str, error: SQLAlchemyError) -> str:
    """What a failure to reach or use the server is told as; no password in it."""
    return (
        f"the database {shown_url(url)} cannot be used ({cause(error, url)}); check the URL, the "
        "server and the role's rights"
    )


def cause(error: SQLAlchemyError, url: str) -> str:
    """The driver's own words, one line of them, without a password."""
    origin = getattr(error, "orig", None)
    lines = str(origin if origin is not None else error).strip().splitlines()
    return scrubbed(lines[0] if lines else type(error).__name__, url)


def settle_collation(connection: Connection) -> None:
    """Let every text column sort and compare by code point, as SQLite does.

    Then a list, a fingerprint and a certificate come out the same on both, and no update of the
    operating system's rules of sorting can spoil an index on the server. Views must be away.
    """
    rows = connection.exec_driver_sql(
        "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) "
        "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_collation k ON k.oid = a.attcollation "
        "WHERE n.nspname = current_schema() AND c.relkind = 'r' AND a.attnum > 0 "
        "AND NOT a.attisdropped AND k.collname <> 'C' ORDER BY c.relname, a.attnum"
    ).all()
    by_table: dict[str, list[str]] = {}
    for table, column, kind in rows:
        by_table.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE {kind} COLLATE "C"')
    for table, parts in by_table.items():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {", ".join(parts)}')


def _fit(connection: Connection, url: str) -> None:
    version, encoding, schema = connection.exec_driver_sql(
        "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), "
        "current_schema()"
    ).one()
    if version < LEAST_VERSION * 10_000:
        raise DatabaseUnusable(
            f"{shown_url(url)} is PostgreSQL {version // 10_000}; {LEAST_VERSION} or newer is "
            "needed"
        )
    if encoding != "UTF8":
        raise DatabaseUnusable(
            f"the database {shown_url(url)} has the encoding {encoding}, which cannot hold every "
            "text; make one with ENCODING 'UTF8' TEMPLATE template0"
        )
    if schema is None:
        raise DatabaseUnusable(
            f"{shown_url(url)} has no schema for this role (its search_path names none that is "
            "there); make one, or set the search_path"
        )


def _key(connection: Connection) -> int:
    """A number for this archive's lock; two archives in two schemas do not meet."""
    schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    digest = hashlib.sha256(f"decisions writer of {schema}".encode()).digest()
    # Positive and even: the next number is the lock of the one writing transaction.
    return int.from_bytes(digest[:8], "big") >> 2 << 1
