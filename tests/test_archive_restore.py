"""Putting a copy back: never half, never over something newer, never with what it brings along."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from sqlalchemy.exc import OperationalError

from archive import backup as backups
from archive import putting_back
from archive.backup_command import _apply_erasures
from archive.config import Config, sqlite_url
from archive.contents import contents_of
from archive.erasure import order
from archive.errors import (
    ArchiveError,
    DatabaseUnusable,
    LockedError,
    NotFound,
    RestoreRefused,
    UsageError,
)
from archive.lock import writer_lock
from archive.opening import open_to_read, open_to_write
from archive.restore import Restored, restore
from archive.restrictions import all_of, lift, restrict
from archive.restrictions_kept import Kept
from archive.stranger import open_stranger
from archive.tombstone_rows import key_of
from archive.tombstones import make
from tests.commanding import run
from tests.specimens import NOON
from tests.test_archive_backup import add, damage, database_of, query

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def config_of(home: Path) -> Config:
    return Config(home=home, database_url=sqlite_url(home / "decisions.db"))


def grow(config: Config, numbers: range) -> None:
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        add(archive, numbers)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    found = config_of(tmp_path / "home")
    grow(found, range(5))
    return found


@pytest.fixture
def kept(config: Config, tmp_path: Path) -> Path:
    """A copy of five decisions; the archive has seven by now."""
    target = tmp_path / "kept.db"
    backups.copy(backups.plan(database_of(config), target))
    grow(config, range(5, 7))
    return target


def put_back(config: Config, source: Path, *, force: bool = False) -> Restored:
    done = restore(
        config,
        source,
        force=force,
        ask=lambda *_: True,
        apply_erasures=lambda config, path: _apply_erasures(config, path, NOW),
        keeping=lambda _: None,
        say=lambda _: None,
    )
    assert done is not None
    return done


def decisions_in(path: Path) -> int:
    ((number,),) = query(path, "SELECT COUNT(*) FROM decision")
    assert isinstance(number, int)
    return number


def test_a_copy_comes_back_as_it_was(config: Config, kept: Path) -> None:
    with open_to_read(config) as archive:
        before = archive.find("24002003")
    shutil.rmtree(config.home)
    done = put_back(config, kept)
    assert done.aside is None
    with open_to_read(config) as archive:
        after = archive.find("24002003")
        assert archive.decision_ids(archive.source_id("lgsco")) == [1, 2, 3, 4, 5]
        assert archive.current_pages(after.id)[1][0].body == b"<html>page 3</html>"
    assert after == before
    with closing(sqlite3.connect(kept)) as one, closing(sqlite3.connect(done.path)) as other:
        held, there = contents_of(one), contents_of(other)
    assert (held.rows, held.archive_id) == (there.rows, there.archive_id)
    assert held.changes_sha256 == there.changes_sha256
    assert held.epoch != there.epoch, "an index of before must not fit"


def test_a_newer_archive_stays_unless_forced_and_is_kept_aside(config: Config, kept: Path) -> None:
    with pytest.raises(RestoreRefused, match="newer"):
        put_back(config, kept)
    assert decisions_in(database_of(config)) == 7
    done = put_back(config, kept, force=True)
    assert done.aside is not None
    assert (decisions_in(database_of(config)), decisions_in(done.aside)) == (5, 7)


def test_a_newer_copy_needs_no_force(config: Config, kept: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    backups.copy(backups.plan(database_of(config), newer))
    put_back(config, kept, force=True)
    put_back(config, newer)
    assert decisions_in(database_of(config)) == 7


def test_numbers_are_never_given_out_again(config: Config, kept: Path) -> None:
    put_back(config, kept, force=True)
    grow(config, range(50, 51))
    assert query(database_of(config), "SELECT MAX(id) FROM decision") == [(8,)]
    assert query(database_of(config), "SELECT MAX(id) FROM change") == [(8,)]


def test_another_archive_is_not_replaced_without_force(
    config: Config, kept: Path, tmp_path: Path
) -> None:
    other = config_of(tmp_path / "other")
    grow(other, range(2))
    with pytest.raises(RestoreRefused, match="another archive"):
        put_back(other, kept)
    assert decisions_in(database_of(other)) == 2
    put_back(other, kept, force=True)
    assert decisions_in(database_of(other)) == 5


def test_what_cannot_be_read_is_put_aside_only_by_force(config: Config, kept: Path) -> None:
    path = database_of(config)
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(RestoreRefused, match="--force"):
        put_back(config, kept)
    done = put_back(config, kept, force=True)
    assert done.aside is not None
    assert done.aside.read_bytes().startswith(b"no database")
    assert decisions_in(path) == 5


def test_the_archive_itself_is_no_copy_of_it(config: Config) -> None:
    with pytest.raises(UsageError, match="itself"):
        put_back(config, database_of(config))
    with pytest.raises(UsageError, match="no file"):
        put_back(config, config.home)


def test_nothing_is_restored_while_somebody_writes(config: Config, kept: Path) -> None:
    with writer_lock(config), pytest.raises(LockedError):
        put_back(config, kept, force=True)


def test_a_reader_of_the_old_archive_reads_on(config: Config, kept: Path) -> None:
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        add(archive, range(7, 8))
        with closing(sqlite3.connect(database_of(config), isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT COUNT(*) FROM decision").fetchone() == (8,)
            add(archive, range(8, 9))  # Now it holds the WAL at an older state.
            archive.engine.dispose()
            with closing(sqlite3.connect(database_of(config))) as one:
                assert one.execute("SELECT COUNT(*) FROM decision").fetchone() == (9,)
    with closing(sqlite3.connect(database_of(config), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT COUNT(*) FROM decision").fetchone() == (9,)
        if os.name == "nt":
            with pytest.raises(ArchiveError, match="end what has the"):
                put_back(config, kept, force=True)
            return
        done = put_back(config, kept, force=True)
        assert reader.execute("SELECT COUNT(*) FROM decision").fetchone() == (9,)
    assert decisions_in(database_of(config)) == 5
    assert done.aside is not None
    assert decisions_in(done.aside) == 9


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be renamed there")
def test_changes_still_in_the_wal_go_aside_with_the_old_archive(config: Config, kept: Path) -> None:
    path = database_of(config)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT COUNT(*) FROM decision").fetchone() == (7,)
        grow(config, range(7, 9))
        assert path.with_name(path.name + "-wal").stat().st_size > 0
        done = put_back(config, kept, force=True)
        assert reader.execute("SELECT COUNT(*) FROM decision").fetchone() == (7,)
    assert done.aside is not None
    assert decisions_in(path) == 5
    assert decisions_in(done.aside) == 9


def test_what_was_erased_since_does_not_come_back(config: Config, kept: Path) -> None:
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        with archive.engine.begin() as connection:
            key = key_of(connection)
        order(
            archive,
            config,
            [make("lgsco", "24 002 003", (), hash_key=key, at=NOON, reason="asked")],
            at=NOON,
        )
    done = put_back(config, kept, force=True)
    assert done.erased == 1
    with open_to_read(config) as archive, pytest.raises(NotFound):
        archive.find("24002003")
    assert b"page 3</html>" not in database_of(config).read_bytes()


def restrict_in(config: Config, reference: str, reason: str) -> None:
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        restrict(archive.engine, archive.find(reference).id, reason, by="A. Clerk", at=NOON)


def test_what_was_restricted_since_stays_restricted(config: Config, kept: Path) -> None:
    restrict_in(config, "24 002 003", "a name may be guessed")
    done = put_back(config, kept, force=True)
    assert done.restrictions == Kept(put=1)
    with open_to_read(config) as archive:
        ((reference, held),) = all_of(archive.engine, lifted=True)
        assert (reference, held.reason, held.by, held.made_at) == (
            "24 002 003", "a name may be guessed", "A. Clerk", NOON,
        )  # fmt: skip
        assert archive.find("24002003").restriction == held


def test_a_restriction_that_the_copy_knows_already_is_not_doubled(
    config: Config, tmp_path: Path
) -> None:
    restrict_in(config, "24 002 003", "a name may be guessed")
    copy = tmp_path / "later.db"
    backups.copy(backups.plan(database_of(config), copy))
    assert put_back(config, copy).restrictions == Kept()
    with open_to_read(config) as archive:
        assert len(all_of(archive.engine, lifted=True)) == 1


def test_what_was_lifted_is_not_restricted_by_a_copy_that_never_knew_it(
    config: Config, kept: Path
) -> None:
    restrict_in(config, "24 002 003", "a name may be guessed")
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        lift(archive.engine, archive.find("24 002 003").id, None, by=None, at=NOON)
    assert put_back(config, kept, force=True).restrictions == Kept()
    with open_to_read(config) as archive:
        assert all_of(archive.engine, lifted=True) == []


def test_a_restricted_decision_that_the_copy_has_not_is_named(config: Config, kept: Path) -> None:
    restrict_in(config, "24 002 006", "a name may be guessed")
    home = config.home
    told = run("restore", str(kept), "--force", "--yes", home=home)
    assert told.returncode == 0, told.stderr
    assert "24 002 006 was restricted and is not in this copy" in told.stdout


def test_the_command_says_what_stays_restricted(config: Config, kept: Path) -> None:
    restrict_in(config, "24 002 003", "a name may be guessed")
    home = config.home
    told = run("restore", str(kept), "--force", "--yes", "--json", home=home)
    assert told.returncode == 0, told.stderr
    shape = json.loads(told.stdout)["restrictions"]
    assert shape == {"kept": 1, "not_there": [], "problem": None}
    assert "24 002 003" in run("restrict", "--list", home=home).stdout


def test_restrictions_that_cannot_be_read_are_told_of(config: Config, kept: Path) -> None:
    restrict_in(config, "24 002 003", "a name may be guessed")
    damage(database_of(config), "UPDATE restriction SET made_at = 'long ago'")
    problem = put_back(config, kept, force=True).restrictions.problem
    assert problem is not None
    assert "cannot be read" in problem
    with open_to_read(config) as archive:
        assert all_of(archive.engine, lifted=True) == []


def test_an_unreadable_archive_leaves_no_word_of_its_restrictions(
    config: Config, kept: Path
) -> None:
    database_of(config).write_bytes(b"no database at all" * 100)
    told = run("restore", str(kept), "--force", "--yes", home=config.home)
    assert told.returncode == 0, told.stderr
    assert "passed on again" in told.stdout


def test_an_older_schema_is_upgraded_and_the_newer_refused(config: Config, kept: Path) -> None:
    newer = kept.with_name("newer.db")
    shutil.copy(kept, newer)
    damage(newer, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RestoreRefused, match="update decisions"):
        put_back(config, newer, force=True)
    fixture = kept.with_name("old.db")
    text = (ROOT / "tests" / "schemas" / "0001.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(fixture)) as plain:
        plain.executescript(text)
    done = put_back(config, fixture, force=True)
    assert done.revision_before == "0001"
    with open_to_read(config) as archive:
        assert list(archive.stored_all())


# --- hostile copies ---------------------------------------------------------------------------


@contextmanager
def changed(kept: Path, *statements: str) -> Iterator[Path]:
    """The copy with something done to it, schema included."""
    path = kept.with_name("hostile.db")
    shutil.copy(kept, path)
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA writable_schema=ON")
        for statement in statements:
            plain.execute(statement)
        plain.commit()
    yield path


ENDLESS = (
    "CREATE VIEW {name} AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
    "SELECT x FROM n"
)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["CREATE TRIGGER t AFTER INSERT ON page BEGIN DELETE FROM decision; END"], "trigger"),
        (["CREATE VIEW evil AS SELECT 1"], "view that is not ours"),
        (["DROP TABLE finding", ENDLESS.format(name="finding")], "not ours"),
        (["DROP TABLE finding", "CREATE TABLE finding (id INTEGER)"], "other columns"),
        (["CREATE VIRTUAL TABLE words USING fts5(text)"], "virtual table"),
        (["CREATE TABLE more (id INTEGER)"], "tables are not those"),
        (["DROP TABLE remedy_correction"], "tables are not those"),
        (["CREATE INDEX bad ON page (upper(url))"], "computes something"),
        (["CREATE INDEX bad ON page (url) WHERE status = 200"], "computes something"),
        (["ALTER TABLE page ADD COLUMN more AS (hex(zeroblob(99999999)))"], "computed column"),
        (["PRAGMA application_id = 77"], "another program"),
        (["DELETE FROM alembic_version"], "does not say its schema"),
        (["UPDATE alembic_version SET version_num = '../0001'"], "does not say its schema"),
        (["DELETE FROM source"], "points to a row"),
        (["UPDATE page SET status = 'often' WHERE id = 2"], "page.status"),
        (["UPDATE decision SET decided_on = 'soon' WHERE id = 2"], "decision.decided_on"),
        (["UPDATE change SET at = '2026-13-45 00:00:00' WHERE id = 2"], "change.at"),
        (["UPDATE paragraph SET text = zeroblob(10) WHERE id = 2"], "paragraph.text"),
        (["UPDATE page SET body_zstd = zeroblob(200000000) WHERE id = 2"], "cannot be read"),
        (["UPDATE page SET url = CAST(x'ff' AS TEXT) WHERE id = 2"], "cannot be read"),
        (["UPDATE decision SET outcome = 'maybe' WHERE id = 2"], "cannot be read"),
    ],
)
def test_a_hostile_copy_is_refused_and_nothing_changes(
    config: Config, kept: Path, statements: list[str], said: str
) -> None:
    before = database_of(config).read_bytes()
    if said == "cannot be read" and "outcome" in statements[0]:
        statements = ["PRAGMA ignore_check_constraints=ON", *statements]
    with changed(kept, *statements) as hostile, pytest.raises(RestoreRefused, match=said):
        put_back(config, hostile, force=True)
    assert database_of(config).read_bytes() == before
    assert not [path for path in config.home.iterdir() if ".rest" in path.name]


def test_our_views_in_a_copy_are_made_anew_whatever_they_say(config: Config, kept: Path) -> None:
    with changed(kept, "DROP VIEW v_decision", ENDLESS.format(name="v_decision")) as hostile:
        put_back(config, hostile, force=True)
    assert query(database_of(config), "SELECT COUNT(*) FROM v_decision") == [(5,)]


def test_nothing_is_read_through_a_view(kept: Path) -> None:
    with (
        changed(kept, "DROP VIEW v_decision", ENDLESS.format(name="v_decision")) as hostile,
        pytest.raises(RestoreRefused),
        open_stranger(hostile) as stranger,
    ):
        stranger.execute("SELECT * FROM v_decision").fetchone()


def bomb() -> bytes:
    """A few kilobytes that unpack to far more than a page can have."""
    return zstandard.ZstdCompressor(level=19).compress(bytes(200_000_000))


def lie() -> bytes:
    """A frame that does not say how much comes out of it."""
    parameters = zstandard.ZstdCompressionParameters.from_level(3, write_content_size=0)
    return zstandard.ZstdCompressor(compression_params=parameters).compress(bytes(1000))


@pytest.mark.parametrize("body", [bomb, lie, lambda: b"nothing", lambda: b""])
def test_damaged_pages_and_bombs_are_taken_only_by_force(
    config: Config, kept: Path, body: Callable[[], bytes]
) -> None:
    damage(kept, "UPDATE page SET body_zstd = ? WHERE id = 2", (body(),))
    shutil.rmtree(config.home)
    with pytest.raises(RestoreRefused, match="capture 2"):
        put_back(config, kept)
    assert not database_of(config).exists()
    assert put_back(config, kept, force=True).damaged_pages == 1
    with open_to_read(config) as archive, pytest.raises(DatabaseUnusable, match="damaged"):
        archive.page(2)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"x" * 5000, b"\x00" * 8192])
def test_what_is_no_database_is_refused(config: Config, tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "junk.db"
    source.write_bytes(content)
    with pytest.raises(RestoreRefused, match=r"junk\.db"):
        put_back(config, source, force=True)


def test_half_a_copy_is_refused(config: Config, kept: Path) -> None:
    whole = kept.read_bytes()
    for length in (len(whole) // 2, len(whole) - 4096, len(whole) - 100):
        kept.write_bytes(whole[:length])
        with pytest.raises(RestoreRefused):
            put_back(config, kept, force=True)
    assert decisions_in(database_of(config)) == 7


# --- killed and interrupted --------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="needs fork and SIGKILL")
def test_killed_anywhere_the_old_archive_or_the_new_one_stands(
    config: Config, kept: Path, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    command = [sys.executable, "-m", "tests.restore_kills", str(config.home), str(kept), str(work)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(reports) > 15
    found = {report["found"] for report in reports}
    told = {words for words in found if isinstance(words, str)}
    assert {7, 5} <= found
    assert all("was interrupted" in words and "decisions index" in words for words in told), told
    for report in reports:
        assert report["after"] in (5, 7), report
        assert report["aside"] == (1 if report["after"] == 5 else 0), report
        assert report["left"] == [], report
        assert report["again"] == 5, report
        if isinstance(report["found"], str):
            assert report["after"] == 5, report
            assert any("is finished" in sentence for sentence in report["said"]), report


def test_a_database_made_in_between_is_kept_too(config: Config, kept: Path) -> None:
    path = database_of(config)
    shutil.copy(kept, putting_back.building(path))
    putting_back.decide(path)
    aside = putting_back.settle(path)
    assert aside is not None
    shutil.copy(aside, putting_back.building(path))
    os.utime(putting_back.building(path), (path.stat().st_mtime, path.stat().st_mtime))
    putting_back.decide(path)
    again = putting_back.settle(path)
    assert again is not None
    assert again != aside
    assert (decisions_in(aside), decisions_in(again), decisions_in(path)) == (7, 5, 7)


def test_the_command_makes_the_index_again_and_asks_first(config: Config, kept: Path) -> None:
    home = config.home
    assert run("index", home=home).returncode == 0
    asked = run("restore", str(kept), "--force", home=home, given="")
    assert (asked.returncode, "--yes" in asked.stderr) == (2, True)
    done = run("restore", str(kept), "--force", "--yes", "--json", home=home)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["decisions"], told["index"], told["erased"]) == (5, {"documents": 5}, 0)
    assert Path(told["aside"]).exists()
    assert '"in_step":true' in run("status", "--json", home=home).stdout
    found = run("search", "housing", "--json", home=home)
    assert found.returncode == 0, found.stderr


def test_a_disk_that_refuses_in_the_middle_is_told_in_one_sentence(
    config: Config, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr("archive.restore._make", refuses)
    with pytest.raises(ArchiveError, match=r"\(disk I/O error\); the archive is as it was"):
        put_back(config, kept, force=True)
