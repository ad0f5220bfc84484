"""Copies of the archive: whole, checked, never half, and made while others write."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from archive import backup as backups
from archive import copies
from archive.backup_command import target_of
from archive.config import Config, load_config, sqlite_url
from archive.errors import BackupFailed, ConfigError, DatabaseUnusable, NoRoom, UsageError
from archive.opening import open_to_write
from archive.readonly import connect_readonly
from archive.store import Archive
from tests.specimens import NOON, SOURCE, decision, page
from tests.test_decisions_command import run

ROOT = Path(__file__).parents[1]


def add(archive: Archive, numbers: range) -> None:
    """So many decisions, each with a page of its own."""
    source_id = archive.register(SOURCE)
    for number in numbers:
        reference = f"24 002 {number:03d}"
        body = f"<html>page {number}</html>".encode()
        pages = [archive.save_page(page(reference, body=body))]
        archive.save_decision(source_id, decision(reference), pages, at=NOON)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    home = tmp_path / "home"
    found = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
    with open_to_write(found, now=NOON, tell=lambda _: None) as archive:
        add(archive, range(5))
    return found


def database_of(config: Config) -> Path:
    assert config.sqlite_path is not None
    return config.sqlite_path


def query(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as plain:
        return plain.execute(statement).fetchall()


def test_a_copy_holds_the_archive_and_is_one_file(config: Config, tmp_path: Path) -> None:
    target = tmp_path / "kept.db"
    done = backups.copy(backups.plan(database_of(config), target), full=True)
    assert (done.path, done.pages_checked) == (target, 5)
    assert done.contents.count("decision") == 5
    assert query(target, "PRAGMA journal_mode") == [("delete",)]
    assert query(target, "SELECT COUNT(*) FROM v_decision") == [(5,)]
    assert [item.name for item in tmp_path.iterdir() if item != config.home] == ["kept.db"]


def test_a_copy_is_of_one_moment_while_somebody_writes(config: Config, tmp_path: Path) -> None:
    target = tmp_path / "kept.db"
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        written = iter(range(100, 200))

        def write(_done: int, _all: int) -> None:
            number = next(written)
            add(archive, range(number, number + 1))

        order = backups.plan(database_of(config), target)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(backups, "_STEP", 8)
            backups.copy(order, progress=write)
        assert next(written) > 104, "the test must write while the copy is made"
        add(archive, range(300, 301))
    assert query(target, "SELECT COUNT(*) FROM decision") == [(5,)]
    (held,) = query(database_of(config), "SELECT COUNT(*) FROM decision")
    assert isinstance(held[0], int)
    assert held[0] > 9


def test_a_name_that_is_taken_stays(config: Config, tmp_path: Path) -> None:
    target = tmp_path / "kept.db"
    target.write_text("mine")
    with pytest.raises(UsageError, match="--force"):
        target_of(str(target), config, now=NOON, force=False)
    with pytest.raises(UsageError, match="--force"):
        backups.copy(backups.plan(database_of(config), target))
    assert target.read_text() == "mine"
    backups.copy(backups.plan(database_of(config), target), overwrite=True)
    assert query(target, "SELECT COUNT(*) FROM decision") == [(5,)]


@pytest.mark.parametrize("dest", ["", " ", "-", "no/such/directory/x.db", "\x00"])
def test_what_cannot_be_a_copys_name_is_refused(config: Config, dest: str) -> None:
    with pytest.raises(UsageError):
        target_of(dest, config, now=NOON, force=True)


@pytest.mark.parametrize("ending", ["/", "/.", os.sep, os.sep + os.sep])
def test_a_directory_that_is_not_there_does_not_become_a_file(
    config: Config, tmp_path: Path, ending: str
) -> None:
    dest = str(tmp_path / "copies") + ending
    with pytest.raises(UsageError, match=r"there is no directory .*copies.*; make it"):
        target_of(dest, config, now=NOON, force=False)
    (tmp_path / "copies").mkdir()
    assert target_of(dest, config, now=NOON, force=False).parent == (tmp_path / "copies").resolve()


def test_the_archives_own_places_are_refused(config: Config) -> None:
    config.backup_dir.mkdir()
    own = [database_of(config), config.backup_dir, config.index_dir / "x.db", config.lock_file]
    for path in own:
        with pytest.raises(UsageError):
            target_of(str(path), config, now=NOON, force=True)


def test_a_directory_gets_a_dated_name(config: Config, tmp_path: Path) -> None:
    found = target_of(str(tmp_path), config, now=NOON, force=False)
    assert found == tmp_path.resolve() / "decisions-20260302T120000Z.db"


def test_no_room_is_said_before_anything_is_written(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage(NamedTuple):
        total: int = 10**9
        used: int = 10**9
        free: int = 100_000

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage())
    order = backups.plan(database_of(config), tmp_path / "kept.db")
    assert "100.0 KB are free" in order.line()
    with pytest.raises(NoRoom, match="make room"):
        backups.copy(order)
    assert [item.name for item in tmp_path.iterdir()] == ["home"]


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on the size of files")
@pytest.mark.parametrize("limit", [0, 4096, 100_000, 300_000])
def test_a_full_disk_leaves_no_half_a_copy(config: Config, tmp_path: Path, limit: int) -> None:
    target = tmp_path / "kept.db"
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from archive import backup\n"
        "from archive.errors import BackupFailed\n"
        "order = backup.plan(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "try:\n"
        "    backup.copy(order)\n"
        "except BackupFailed:\n"
        "    sys.exit(7)\n"
    )
    command = [sys.executable, "-c", program, str(database_of(config)), str(target)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 7
    assert [item.name for item in tmp_path.iterdir()] == ["home"]
    backups.copy(backups.plan(database_of(config), target))


def test_a_run_that_was_killed_leaves_no_copy_and_its_remains_go(
    config: Config, tmp_path: Path
) -> None:
    target, partial = tmp_path / "kept.db", tmp_path / "kept.db.partial"
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from archive import backup\n"
        "order = backup.plan(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "backup.copy(order, naming=lambda: os.kill(os.getpid(), signal.SIGKILL))\n"
    )
    command = [sys.executable, "-c", program, str(database_of(config)), str(target)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode != 0
    assert not target.exists()
    assert partial.exists()
    with pytest.raises(UsageError, match="another run"):
        backups.copy(backups.plan(database_of(config), target))
    old = partial.stat().st_mtime - backups.ABANDONED_AFTER - 60
    os.utime(partial, (old, old))
    backups.copy(backups.plan(database_of(config), target))
    assert not partial.exists()


def damage(path: Path, statement: str, values: tuple[object, ...] = ()) -> None:
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(statement, values)
        plain.commit()


def test_a_row_that_points_nowhere_makes_no_copy(config: Config, tmp_path: Path) -> None:
    damage(database_of(config), "DELETE FROM source")
    with pytest.raises(BackupFailed, match="decisions verify"):
        backups.copy(backups.plan(database_of(config), tmp_path / "kept.db"))
    assert not (tmp_path / "kept.db").exists()


def test_a_damaged_index_of_the_database_makes_no_copy(config: Config, tmp_path: Path) -> None:
    path = database_of(config)
    # A key stands in its row and in an index; now they differ.
    path.write_bytes(path.read_bytes().replace(b"24002003", b"24002993", 1))
    with pytest.raises(BackupFailed, match="damaged"):
        backups.copy(backups.plan(path, tmp_path / "kept.db"))


def test_full_reads_every_page_back(config: Config, tmp_path: Path) -> None:
    damage(database_of(config), "UPDATE page SET body_zstd = zeroblob(40) WHERE id = 3")
    backups.copy(backups.plan(database_of(config), tmp_path / "quick.db"))
    with pytest.raises(BackupFailed, match="capture 3"):
        backups.copy(backups.plan(database_of(config), tmp_path / "full.db"), full=True)
    assert not (tmp_path / "full.db").exists()


def test_a_copy_that_is_not_the_archive_is_found_out(config: Config, tmp_path: Path) -> None:
    target = tmp_path / "kept.db"
    wanted = backups.copy(backups.plan(database_of(config), target)).contents
    for statement, said in (
        ("UPDATE page SET sha256 = 'x' WHERE id = 2", "captures"),
        ("UPDATE change SET kind = 'derived' WHERE id = 1", "change log"),
        ("DELETE FROM finding WHERE id = 1", "finding has 4 rows instead of 5"),
        ("UPDATE archive_meta SET value = 'x' WHERE key = 'epoch'", "epoch"),
    ):
        changed = tmp_path / "changed.db"
        shutil.copy(target, changed)
        damage(changed, statement)
        with pytest.raises(BackupFailed, match=said):
            backups.check_copy(changed, wanted, full=False)


def test_what_is_no_archive_is_not_copied(tmp_path: Path) -> None:
    other = tmp_path / "recipes.db"
    damage(other, "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(DatabaseUnusable, match="no archive"):
        backups.copy(backups.plan(other, tmp_path / "kept.db"))
    assert not list(tmp_path.glob("kept*"))


def test_the_command_tells_sizes_and_remembers_the_copy(config: Config, tmp_path: Path) -> None:
    done = run("backup", str(tmp_path), home=config.home)
    assert done.returncode == 0, done.stderr
    assert "are free in" in done.stderr
    made = Path(done.stdout.strip())
    assert made.parent == tmp_path.resolve()
    with closing(connect_readonly(made)) as copy:
        assert copy.execute("SELECT COUNT(*) FROM decision").fetchone() == (5,)
    assert [(item.kind, item.path) for item in copies.known(config)] == [("backup", made)]
    again = run("backup", str(made), home=config.home)
    assert (again.returncode, "--force" in again.stderr) == (2, True)


def test_an_archive_on_a_server_is_not_this_commands(tmp_path: Path) -> None:
    url = "postgresql+psycopg://127.0.0.1:1/decisions"
    done = run("--database", url, "backup", str(tmp_path), home=tmp_path / "home")
    assert done.returncode == 2
    assert "pg_dump" in done.stderr
    assert "decisions copy" in done.stderr


@pytest.mark.parametrize("value", ["0", "-1", "two", "100", "1.5", ""])
def test_how_many_automatic_copies_stay_is_a_setting(tmp_path: Path, value: str) -> None:
    def load(text: str) -> Config:
        (tmp_path / "config.toml").write_text(f"kept_backups = {text}\n")
        return load_config(flags={}, environ={}, default_home=lambda: tmp_path, cwd=tmp_path)

    assert load("5").kept_backups == 5
    with pytest.raises(ConfigError, match="kept_backups"):
        load(f'"{value}"')


def test_the_oldest_automatic_copies_go(config: Config) -> None:
    path = database_of(config)

    def moments() -> Iterator[datetime]:
        for minute in range(6):
            yield datetime(2026, 3, 2, 12, minute, tzinfo=UTC)

    for now in moments():
        backups.before_upgrade(path, config.backup_dir, "decisions-schema-0004", now, keep=3)
    kept = sorted(item.name for item in config.backup_dir.iterdir())
    assert kept == [f"decisions-schema-0004-20260302T120{m}00Z.db" for m in (3, 4, 5)]
