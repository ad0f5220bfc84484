"""Researchers with transactions of their own: nothing fails, nothing is lost."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive import database, patient_begin, wal
from archive.backup import copy, plan
from archive.config import Config, sqlite_url
from archive.dictionary import METADATA
from archive.errors import DatabaseBusy, DatabaseUnusable
from archive.opening import open_to_read, open_to_write
from archive.own_schema import TABLES
from archive.reader import open_texts
from tests.specimens import NOON
from tests.test_archive_backup import add, damage, database_of
from tests.test_decisions_command import ROOT, run


@pytest.fixture
def config(tmp_path: Path) -> Config:
    home = tmp_path / "home"
    found = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
    with open_to_write(found, now=NOON, tell=lambda _: None) as archive:
        add(archive, range(3))
    return found


def test_one_long_read_is_told_once_and_the_log_emptied_afterwards(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wal, "LONG", 50_000)
    path = database_of(config)
    said: list[str] = []
    remarks: list[str] = []
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT COUNT(*) FROM decision").fetchone() == (3,)
        with open_to_write(config, now=NOON, tell=lambda _: None, remark=remarks.append) as archive:
            watch = wal.Watch(path, said.append)
            for number in range(10, 30):
                add(archive, range(number, number + 1))
                watch.look()
        assert reader.execute("SELECT COUNT(*) FROM decision").fetchone() == (3,)
        assert wal.length(path) > 50_000
    assert len(said) == 1
    assert "reading the archive" in said[0]
    assert len(remarks) == 1
    with open_to_write(config, now=NOON, tell=lambda _: None, remark=remarks.append):
        pass
    assert wal.length(path) == 0
    assert len(remarks) == 1
    with open_to_read(config) as archive:
        assert len(archive.decision_ids(archive.source_id("lgsco"))) == 23


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of milliseconds in place of half a minute."""
    monkeypatch.setattr(database, "BUSY_MS", 20)
    pragmas = ("PRAGMA busy_timeout=20", *database._WRITE_PRAGMAS[1:])
    monkeypatch.setattr(database, "_WRITE_PRAGMAS", pragmas)


@pytest.mark.usefixtures("impatient")
def test_another_writer_is_waited_for_and_told_of(
    config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    other = sqlite3.connect(database_of(config), isolation_level=None, check_same_thread=False)
    with closing(other), open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        other.execute("BEGIN IMMEDIATE")
        letting_go = threading.Timer(0.5, lambda: other.execute("ROLLBACK"))
        letting_go.start()
        with caplog.at_level(logging.WARNING):
            add(archive, range(10, 12))
        letting_go.join()
        assert "waiting until it has ended" in caplog.text
        assert len(archive.decision_ids(archive.source_id("lgsco"))) == 5


@pytest.mark.usefixtures("impatient")
def test_who_never_lets_go_ends_the_run_and_loses_nothing(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_begin, "GIVE_UP_AFTER", 0.2)
    with closing(sqlite3.connect(database_of(config), isolation_level=None)) as other:

        def write() -> None:
            with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
                add(archive, range(10, 11))
                other.execute("BEGIN IMMEDIATE")
                add(archive, range(11, 12))

        with pytest.raises(DatabaseBusy, match="another program") as raised:
            write()
        assert raised.value.exit_code == 75
        other.execute("ROLLBACK")
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        assert len(archive.decision_ids(archive.source_id("lgsco"))) == 4
        add(archive, range(11, 12))
        assert len(archive.decision_ids(archive.source_id("lgsco"))) == 5


@pytest.fixture
def outside() -> Iterator[Path]:
    """A directory that any user can reach."""
    found = Path(tempfile.mkdtemp(prefix="decisions-read-only-"))
    found.chmod(0o755)
    yield found
    for path in (found, *found.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(found)


@pytest.mark.skipif(os.name == "nt", reason="needs rights that take writing away")
@pytest.mark.parametrize("wal_mode", [False, True])
def test_a_copy_on_read_only_media_can_be_searched_and_queried(
    config: Config, outside: Path, wal_mode: bool
) -> None:
    assert run("index", home=config.home).returncode == 0
    home = outside / "home"
    home.mkdir()
    copied = copy(plan(database_of(config), home / "decisions.db")).path
    if wal_mode:
        with closing(sqlite3.connect(copied)) as plain:
            plain.execute("PRAGMA journal_mode=WAL")
    shutil.copytree(config.index_dir, home / "index")
    for path in (home, *home.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)

    def ask(*words: str) -> str:
        command = [sys.executable, "-c", ASK, str(config.home), str(home), *words]
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "24 002 001" in ask("search", "housing")
    assert "Ms B says" in ask("show", "24 002 001")
    assert '"decisions":3,' in ask("status", "--json")
    assert sorted(path.name for path in home.iterdir()) == ["decisions.db", "index"]


ASK = """
import contextlib, io, os, sys
import decisions
warm, home, *words = sys.argv[1:]
# Once where all may be read, so that every module is loaded; then as somebody without rights.
with contextlib.redirect_stdout(io.StringIO()):
    assert decisions.main(["--home", warm, *words]) == 0
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    open(home + "/probe", "w")
except PermissionError:
    sys.exit(decisions.main(["--home", home, *words]))
sys.exit("the directory can be written to")
"""


# --- a database that somebody made by hand ------------------------------------------------------

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS id FROM n"


@pytest.mark.parametrize(
    "statements",
    [
        ["DROP VIEW v_decision", f"CREATE VIEW v_decision AS {ENDLESS}"],
        ["ALTER TABLE boilerplate RENAME TO kept", f"CREATE VIEW boilerplate AS {ENDLESS}"],
        ["CREATE TRIGGER more AFTER INSERT ON page BEGIN DELETE FROM decision; END"],
    ],
)
def test_what_stands_in_for_our_tables_and_views_is_refused(
    config: Config, statements: list[str]
) -> None:
    for statement in statements:
        damage(database_of(config), statement)
    with pytest.raises(DatabaseUnusable, match="not as decisions makes it"), open_to_read(config):
        pass
    with (
        pytest.raises(DatabaseUnusable, match="not as decisions makes it"),
        open_texts(config.database_url) as texts,
    ):
        texts.decisions([1])
    with (
        pytest.raises(DatabaseUnusable, match="not as decisions makes it"),
        open_to_write(config, now=NOON, tell=lambda _: None),
    ):
        pass


def test_a_persons_own_view_is_welcome(config: Config) -> None:
    damage(database_of(config), "CREATE VIEW mine AS SELECT title FROM v_decision")
    with open_to_read(config) as archive:
        assert archive.find("24002001")


def test_every_table_of_ours_is_guarded() -> None:
    assert {*METADATA.tables, "alembic_version"} == TABLES
