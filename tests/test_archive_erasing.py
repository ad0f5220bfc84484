"""What was erased is nowhere any more, and nothing brings it back."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive import copies
from archive.config import Config, sqlite_url
from archive.erase_space import Space
from archive.erasure import erasures
from archive.errors import NotCleaned, NotFound, WasErased
from archive.opening import open_to_write
from archive.records import ChangeKind, reference_slug
from search.index import Index
from tests.crawling import ALL, World
from tests.erasing import CASES, DOOMED, OTHERS, WORD, command, fill, worded
from tests.leftovers import leftovers
from tests.site import Site

REASON = "a request under article 17"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with Site([*OTHERS, worded(1)]) as site:
        yield fill(site, tmp_path_factory.mktemp("filled") / "home")


@pytest.fixture
def world(filled: World, tmp_path: Path) -> World:
    """A copy of that home, for the test to spoil."""
    home = tmp_path / "home"
    shutil.copytree(filled.home, home)
    return _moved(filled, home)


def _moved(filled: World, home: Path) -> World:
    world = World(filled.site, home)
    world.now, world.today = filled.now, filled.today
    return world


def erase(world: World, *more: str) -> int:
    return command(world.home, "erase", DOOMED.reference, "--reason", REASON, "--yes", *more)


def test_the_scanner_finds_the_word_before(filled: World) -> None:
    with filled.archive() as archive:
        assert archive.find(DOOMED.reference).revision == 3
    found = leftovers(filled.home, WORD)
    assert any("index" in each for each in found)
    assert any("decisions.db" in each and "Zstandard" in each for each in found)


def test_no_file_has_the_word_or_the_reference_afterwards(world: World) -> None:
    assert erase(world) == 0
    assert leftovers(world.home, WORD) == []
    assert leftovers(world.home, DOOMED.reference) == []
    assert leftovers(world.home, reference_slug(DOOMED.reference)) == []


def test_everything_else_is_as_it_was(world: World) -> None:
    with world.archive() as archive:
        before = {s.decision.reference: s for s in archive.stored_all()}
    erase(world)
    with world.archive() as archive:
        after = {s.decision.reference: s for s in archive.stored_all()}
        changes = [c.kind for c in archive.changes(0) if c.kind is ChangeKind.ERASED]
        for stored in after.values():
            archive.current_pages(stored.id)
        index = Index(world.config.index_dir)
        assert set(index.held()) == {s.id for s in after.values()}
        assert index.state().cursor == archive.last_change_id()
    del before[DOOMED.reference.lower()]
    assert after == before
    assert changes == [ChangeKind.ERASED]


def test_the_next_crawls_neither_ask_for_it_nor_store_it_and_prove_every_window(
    world: World,
) -> None:
    erase(world)
    world.site.clear_log()
    for asked in ({}, {"since": ALL}):
        world.now += timedelta(days=1)
        order: dict[str, Any] = {"revisit": 1000, **asked}
        report = world.crawl(**order)
        assert report.exit_code() == 0
        assert report.new == 0
    paths = [entry.path for entry in world.site.log]
    assert paths
    assert not [path for path in paths if reference_slug(DOOMED.reference) in path]
    assert leftovers(world.home, WORD) == []
    with world.archive() as archive:
        with pytest.raises(NotFound):
            archive.find(DOOMED.reference)
        windows = archive.windows.all(archive.source_id("lgsco"))
        assert {window.state for window in windows} <= {"proven", "split"}


def test_a_night_that_only_counts_takes_the_erased_entry_for_known(
    world: World, filled: World, tmp_path: Path
) -> None:
    """As many requests as on an archive that still holds it, less none for the list."""
    shutil.copytree(filled.home, tmp_path / "twin")
    twin = _moved(filled, tmp_path / "twin")
    erase(world)
    listings = []
    for each in (twin, world):
        each.now += timedelta(days=1)
        each.site.clear_log()
        each.crawl(revisit=0)
        listings.append([entry.path for entry in each.site.log])
    assert listings[0] == listings[1] != []


def test_saving_a_page_or_reading_of_it_is_refused(world: World) -> None:
    with world.archive() as archive:
        stored = archive.find(DOOMED.reference)
        _, (page,) = archive.current_pages(stored.id)
    erase(world)
    with open_to_write(world.config, now=world.now, tell=lambda _: None) as archive:
        source_id = archive.source_id("lgsco")
        for url in (page.url, page.url.upper(), f"{page.url}?chapter=2", page.url + "#p7"):
            with pytest.raises(WasErased):
                archive.save_page(dataclasses.replace(page, url=url))
        with pytest.raises(WasErased):
            archive.save_page(dataclasses.replace(page, url="http://x.test/a", final_url=page.url))
        elsewhere = dataclasses.replace(page, url="http://x.test/a", final_url="http://x.test/a")
        number = archive.save_page(elsewhere)
        with pytest.raises(WasErased):
            archive.save_decision(source_id, stored.decision, [number], at=world.now)
        with pytest.raises(NotFound):
            archive.page(number)
        number = archive.save_page(elsewhere)
        archive.refuse_page([number], "wrong_reference")
        with pytest.raises(NotFound):
            archive.page(number)


def test_a_backup_put_back_by_hand_is_erased_in_before_anybody_reads_it(world: World) -> None:
    database = world.config.sqlite_path
    assert database is not None
    kept = world.home.parent / "kept.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(kept),))
    erase(world)
    shutil.copyfile(kept, database)
    assert command(world.home, "index") == 0
    assert leftovers(world.home, WORD) == []
    with world.archive() as archive:
        assert [each.left for each in erasures(archive)] == [()]


def test_a_new_database_beside_the_list_keeps_it_out(world: World) -> None:
    erase(world)
    database = world.config.sqlite_path
    assert database is not None
    for name in ("", "-wal", "-shm"):
        database.with_name(database.name + name).unlink(missing_ok=True)
    world.crawl()
    assert leftovers(world.home, WORD) == []
    assert len(world.references()) == len(CASES) - 1


def test_a_lost_list_is_written_again_from_the_database(world: World) -> None:
    erase(world)
    before = world.config.erased_file.read_text()
    world.config.erased_file.unlink()
    command(world.home, "index")
    assert world.config.erased_file.read_text() == before


def test_a_spoilt_row_is_not_written_into_the_list_and_stops_nobody(world: World) -> None:
    assert erase(world) == 0
    world.config.erased_file.unlink()
    with closing(sqlite3.connect(world.home / "decisions.db")) as connection, connection:
        connection.execute("UPDATE erased SET token = 'no token'")
    for _ in range(2):
        with open_to_write(world.config, now=world.now, tell=lambda _: None) as archive:
            source_id = archive.source_id("lgsco")
            assert archive.was_erased(source_id, DOOMED.reference)
    assert not world.config.erased_file.exists()


def test_copies_in_the_home_are_cleaned_and_those_elsewhere_named(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    database = world.config.sqlite_path
    assert database is not None
    automatic = world.config.backup_dir / "decisions-schema-0005-20260101T000000Z.db"
    automatic.parent.mkdir()
    aside = world.home / "decisions-before-restore.db"
    for path in (automatic, aside):
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(path),))
    (automatic.parent / "decisions-schema-0004.partial").write_text(WORD)
    broken = automatic.with_name("decisions-schema-0004-20250101T000000Z.db")
    broken.write_bytes(automatic.read_bytes()[:60_000])
    outside = world.home.parent / "mine.csv"
    copies.note(world.config, "export", outside, world.now)
    assert erase(world) == 0
    told = capsys.readouterr().err
    assert str(outside) in told
    assert "was deleted" in told
    assert not broken.exists()
    assert leftovers(world.home, WORD) == []
    with closing(sqlite3.connect(automatic)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM decision").fetchone() == (len(OTHERS),)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_copy_of_a_researcher_is_cleaned_by_the_list(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slim one: no captures, no ledger, a full-text table of its own over the paragraphs."""
    database = world.config.sqlite_path
    assert database is not None
    research = world.home.parent / "research" / "copy.db"
    research.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(research),))
    with closing(sqlite3.connect(research)) as connection:
        for (view,) in connection.execute("SELECT name FROM sqlite_master WHERE type='view'"):
            connection.execute(f'DROP VIEW "{view}"')
        for table in (
            "revision_page",
            "page_origin",
            "page",
            "listed",
            "erased",
            "restriction",
            "change",
        ):
            connection.execute(f"DROP TABLE {table}")
        connection.execute(
            "CREATE VIRTUAL TABLE paragraph_fts USING fts5(text, content='paragraph', "
            "content_rowid='id')"
        )
        connection.execute("INSERT INTO paragraph_fts(paragraph_fts) VALUES ('rebuild')")
        connection.commit()
    erase(world)
    listed = world.home.parent / "list.jsonl"
    shutil.copyfile(world.config.erased_file, listed)
    capsys.readouterr()
    arguments = ("apply-erasures", str(listed), "--copy", str(research), "--yes", "--json")
    assert command(world.home, *arguments) == 0
    assert json.loads(capsys.readouterr().out)["references"] == [DOOMED.reference]
    assert leftovers(research.parent, WORD) == []
    before = research.read_bytes()
    assert command(world.home, *arguments) == 0
    assert research.read_bytes() == before


def test_an_exported_copy_is_cleaned_with_its_full_text(world: World) -> None:
    research = world.home.parent / "exported" / "copy.db"
    research.parent.mkdir()
    assert command(world.home, "export", "sqlite", "--output", str(research)) == 0
    asked = f"SELECT COUNT(*) FROM paragraph_fts WHERE paragraph_fts MATCH '{WORD}'"  # noqa: S608 - our own word
    with closing(sqlite3.connect(research)) as connection:
        before = connection.execute("SELECT COUNT(*) FROM v_decision").fetchone()[0]
        assert connection.execute(asked).fetchone()[0] > 0
    assert leftovers(research.parent, WORD)
    erase(world)
    listed = world.home.parent / "list.jsonl"
    shutil.copyfile(world.config.erased_file, listed)
    assert command(
        world.home, "apply-erasures", str(listed), "--copy", str(research), "--yes"
    ) == 0  # fmt: skip
    assert leftovers(research.parent, WORD) == []
    assert leftovers(research.parent, DOOMED.reference) == []
    with closing(sqlite3.connect(research)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM v_decision").fetchone()[0] == before - 1
        assert connection.execute(asked).fetchone()[0] == 0
        connection.execute("INSERT INTO paragraph_fts(paragraph_fts) VALUES ('integrity-check')")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_list_is_carried_out_on_another_archive(
    world: World, filled: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(filled.home, other)
    erase(world)
    listed = tmp_path / "list.jsonl"
    shutil.copyfile(world.config.erased_file, listed)
    capsys.readouterr()
    assert command(other, "apply-erasures", str(listed), "--yes") == 0
    assert capsys.readouterr().out.strip() == "1 decision erased"
    assert leftovers(other, WORD) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no erasure in it"),
        (b"{", "line 1: it is no JSON object"),
        (b"[" * 50_000, "line 1: it is no JSON object"),
        (b"\xff\xfe\n", "line 1: no text"),
        (b"x" * 70_000, "longer than"),
        (b'{"schema":2}\n', "not of the form 1"),
        (b'{"schema":1,"urls":"no"}\n', "'urls' is no list"),
        (b'{"schema":1,"urls":[],"token":"t","at":"x"}\n', "'token' or 'at'"),
    ],
)
def test_a_list_that_is_none_is_refused_with_the_line(
    world: World, tmp_path: Path, content: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "list.jsonl"
    listed.write_bytes(content)
    assert command(world.home, "apply-erasures", str(listed), "--yes") == 2
    assert said in capsys.readouterr().err


def test_what_will_go_is_said_and_nothing_goes_without_a_yes(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert command(world.home, "erase", DOOMED.reference, "--reason", REASON) == 1
    told = capsys.readouterr().err
    assert "3 version(s), 3 stored page(s)" in told
    assert "MB are wanted" in told
    assert command(world.home, "erase", DOOMED.reference, "--dry-run", "--json") == 0
    shape = json.loads(capsys.readouterr().out)
    assert (shape["dry_run"], shape["decisions"], shape["versions"]) == (True, 1, 3)
    assert DOOMED.reference in world.references()
    assert not world.config.erased_file.exists()


def test_it_needs_a_reason_and_a_decision(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(world.home, "erase", DOOMED.reference, "--yes") == 2
    assert "--reason" in capsys.readouterr().err
    assert command(world.home, "erase", "99 999 999", "--reason", REASON, "--yes") == 1
    assert "--not-held" in capsys.readouterr().err


def test_a_decision_that_is_not_held_is_kept_out(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    late = dataclasses.replace(OTHERS[0], reference="99 999 999")
    asked = ("erase", late.reference, "--reason", REASON, "--not-held", "--yes")
    assert command(world.home, *asked) == 0
    capsys.readouterr()
    assert command(world.home, "erased", "99-999-999") == 0
    assert REASON in capsys.readouterr().out
    assert command(world.home, "erased", DOOMED.reference) == 1


def test_the_list_tells_date_and_reason_and_no_reference(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    erase(world)
    capsys.readouterr()
    assert command(world.home, "erased", "--json") == 0
    told = capsys.readouterr().out
    shape = json.loads(told)
    assert shape["complete"] is True
    assert [each["reason"] for each in shape["erased"]] == [REASON]
    assert DOOMED.reference not in told
    assert command(world.home, "erase", DOOMED.reference, "--reason", REASON, "--yes") == 0
    assert "erased already" in capsys.readouterr().out


def test_a_reader_that_holds_the_log_is_said_and_the_next_command_finishes(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.erase_space.BUSY_MS", 100)
    monkeypatch.setattr("archive.erase_space.IMPATIENT_MS", 100)
    database = world.config.sqlite_path
    reader = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)  # type: ignore[union-attr]  # a file
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM decision").fetchone()
    assert erase(world) == 3
    assert "another program is reading" in capsys.readouterr().err
    assert command(world.home, "status") == 1
    assert "not complete" in capsys.readouterr().err
    assert command(world.home, "erase", "--resume") == 3
    reader.close()
    assert command(world.home, "index") == 0
    assert leftovers(world.home, WORD) == []
    assert command(world.home, "status") == 0


def test_without_room_the_rest_is_done_and_said(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.erase_space.SPARE", 1 << 60)
    assert erase(world) == 0
    assert "no room to write the database file anew" in capsys.readouterr().err
    wal = world.home / "decisions.db-wal"
    assert not wal.exists() or wal.stat().st_size == 0
    assert not [each for each in leftovers(world.home, WORD) if "row" in each or "index" in each]


def test_a_copy_whose_cleaning_was_killed_is_taken_back_and_cleaned(
    world: World, tmp_path: Path
) -> None:
    """A journal beside a copy would bring the text back when somebody opens the copy."""
    source = tmp_path / "before.db"
    assert command(world.home, "backup", str(source)) == 0
    copy = world.home / "backups" / "decisions-schema-0005-20261022T030000Z.db"
    copy.parent.mkdir(exist_ok=True)
    journal = copy.with_name(f"{copy.name}-journal")
    with closing(sqlite3.connect(source, isolation_level=None)) as killed:
        killed.execute("PRAGMA secure_delete=ON")
        killed.execute("PRAGMA cache_size=1")  # So that it is written before it is committed.
        killed.execute("BEGIN")
        killed.execute("PRAGMA defer_foreign_keys=ON")
        for (table,) in killed.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall():
            killed.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own tables
        shutil.copy(source, copy)
        shutil.copy(source.with_name(f"{source.name}-journal"), journal)
        killed.execute("ROLLBACK")
    source.unlink()
    assert command(world.home, "erase", DOOMED.reference, "--reason", REASON, "--yes") == 0
    assert not journal.exists()
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT count(*) FROM decision").fetchone() == (len(CASES) - 1,)
    assert leftovers(world.home, WORD) == []


def test_a_database_that_cannot_even_be_opened_is_left_for_the_next_time(tmp_path: Path) -> None:
    where = tmp_path / "a directory.db"
    where.mkdir()
    space = Space(Config(home=tmp_path, database_url=sqlite_url(where)), patient=False)
    with pytest.raises(NotCleaned, match="cannot be opened"):
        space.truncate()
