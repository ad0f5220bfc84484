"""An archive goes from one database to another whole, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.config import Config, given_url, sqlite_url
from archive.copying import Copied, copy
from archive.errors import ConfigError, DatabaseUnusable, LockedError, Unstorable, UsageError
from archive.evidence import open_evidence
from archive.lock import writer_lock
from archive.opening import open_to_read, open_to_write
from archive.records import StoredDecision
from tests.commanding import run
from tests.databases import Server, columns, file_url, plain
from tests.specimens import NOON, SOURCE, decision, later, page

REFERENCES = ("24 001 234", "24 001 235", "24 001 236")


def silent(*_: object) -> None:
    """Nobody wants to hear how far it is."""


def fill(config: Config) -> None:
    """Three decisions, the last of them taken out again, and pages of several kinds."""
    with open_to_write(config, now=NOON, tell=silent) as archive:
        source_id = archive.register(SOURCE)
        for reference in REFERENCES:
            pages = [archive.save_page(page(reference))]
            archive.save_decision(source_id, decision(reference), pages, at=NOON)
        again = archive.save_page(page(fetched_at=later(60)))
        archive.save_page(page(body=b"", status=404))
        archive.refuse_page([again], "captcha")
        archive.mark_boilerplate(NOON)
        with archive.engine.begin() as connection:
            for statement in (
                "UPDATE change SET revision_id = NULL WHERE decision_id = 3",
                "DELETE FROM decision WHERE id = 3",
                # A council whose successor comes later in the table.
                "INSERT INTO body (name) VALUES ('Earlier Council'), ('Later Council')",
                "UPDATE body SET successor_id = (SELECT MAX(id) FROM body) WHERE name LIKE 'Earl%%'"
                if connection.dialect.name == "postgresql"
                else "UPDATE body SET successor_id = (SELECT MAX(id) FROM body) "
                "WHERE name LIKE 'Earl%'",
            ):
                connection.exec_driver_sql(statement)


@pytest.fixture
def source(tmp_path: Path, database_url: str) -> Config:
    config = Config(home=tmp_path / "here", database_url=database_url)
    fill(config)
    return config


@pytest.fixture
def target(request: pytest.FixtureRequest, tmp_path: Path, source: Config) -> Iterator[Config]:
    """The other kind of database, empty."""
    home = tmp_path / "there"
    if source.sqlite_path is None:
        yield Config(home=home, database_url=file_url(home))
        return
    server: Server = request.getfixturevalue("server")
    url = server.new(empty=True)
    yield Config(home=home, database_url=url)
    server.drop(url)


def held(config: Config) -> list[StoredDecision]:
    with open_to_read(config) as archive:
        return list(archive.stored_all())


def fingerprint(config: Config) -> object:
    with open_evidence(config.database_url) as evidence:
        return evidence.identity(), evidence.fingerprint(), evidence.schema()


def made(source: Config, target: Config) -> Copied:
    return copy(source.database_url, target.database_url, tell=silent)


def test_the_copy_is_the_same_archive(source: Config, target: Config) -> None:
    done = made(source, target)
    assert held(target) == held(source)
    assert fingerprint(target) == fingerprint(source)
    assert done.since == 0
    assert done.damaged == ()
    counted = {table.name: table.rows for table in done.tables}
    assert (counted["decision"], counted["page"], counted["change"]) == (2, 5, 3)
    with open_to_read(source) as one, open_to_read(target) as other:
        assert list(one.changes(0)) == list(other.changes(0))
        assert [one.page(n) for n in range(1, 6)] == [other.page(n) for n in range(1, 6)]


def test_and_back_again_every_table_has_the_same_hash(
    source: Config, target: Config, tmp_path: Path
) -> None:
    there = made(source, target)
    back = copy(target.database_url, sqlite_url(tmp_path / "back.db"), tell=silent)
    assert back == there


def test_numbers_go_on_and_none_is_given_twice(source: Config, target: Config) -> None:
    made(source, target)
    for config in (source, target):
        with open_to_write(config, now=later(5), tell=silent) as archive:
            assert archive.last_change_id() == 3
            saved = archive.save_decision(
                archive.source_id("lgsco"),
                decision("24 001 299"),
                [archive.save_page(page("24 001 299"))],
                at=later(5),
            )
            # Number 3 was a decision's once.
            assert saved.decision_id == 4
            assert archive.last_change_id() == 4


def test_an_archive_that_is_there_is_not_written_over(source: Config, target: Config) -> None:
    made(source, target)
    before = held(target)
    with pytest.raises(UsageError, match="already"):
        made(source, target)
    assert held(target) == before
    if target.sqlite_path is not None:
        assert list(target.home.iterdir()) == [target.sqlite_path]


def test_a_copy_that_breaks_off_leaves_nothing(source: Config, target: Config) -> None:
    def stop(table: str, *_: int) -> None:
        if table == "paragraph":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(source.database_url, target.database_url, tell=stop)
    if target.sqlite_path is None:
        assert columns(target.database_url, "decision") == set()
    else:
        assert list(target.home.iterdir()) == []
    made(source, target)
    assert held(target) == held(source)


def test_what_is_written_meanwhile_is_told(source: Config, target: Config) -> None:
    def write(table: str, done: int, total: int) -> None:
        if table == "change" and done == total:
            with open_to_write(source, now=later(1), tell=silent) as archive:
                pages = [archive.save_page(page("24 001 240"))]
                number = archive.source_id("lgsco")
                archive.save_decision(number, decision("24 001 240"), pages, at=later(1))

    done = copy(source.database_url, target.database_url, tell=write)
    assert (done.change, done.since > 0) == (3, True)
    assert len(held(target)) == 2


def test_a_page_that_was_damaged_goes_over_as_it_is_and_is_named(
    source: Config, target: Config
) -> None:
    with open_to_write(source, now=NOON, tell=silent) as archive:
        number = archive.save_page(page(body=b"soon damaged" * 50))
    plain(source.database_url, "UPDATE page SET sha256 = ? WHERE id = ?", ["0" * 64, number])
    assert made(source, target).damaged == (number,)


def test_what_postgresql_cannot_hold_is_named_and_nothing_is_left(
    server: Server, tmp_path: Path
) -> None:
    config = Config(home=tmp_path, database_url=file_url(tmp_path))
    fill(config)
    url = server.new(empty=True)
    for broken, mended, where in (
        (
            "UPDATE paragraph SET text = 'a' || char(0) WHERE id = 2",
            "UPDATE paragraph SET text = 'a' WHERE id = 2",
            r"paragraph\.text of the row 2",
        ),
        (
            "UPDATE paragraph SET number = 99999999999 WHERE id = 2",
            "UPDATE paragraph SET number = 2 WHERE id = 2",
            "paragraph.*99999999999",
        ),
        (
            "UPDATE decision SET reference = printf('%070d', 1) WHERE id = 1",
            "UPDATE decision SET reference = '24 001 234' WHERE id = 1",
            "decision.*too long",
        ),
    ):
        plain(config.database_url, broken)
        with pytest.raises(Unstorable, match=where):
            copy(config.database_url, url, tell=silent)
        assert columns(url, "decision") == set()
        plain(config.database_url, mended)
    copy(config.database_url, url, tell=silent)
    server.drop(url)


def test_somebody_who_writes_to_the_target_is_not_disturbed(server: Server, tmp_path: Path) -> None:
    here = Config(home=tmp_path / "a", database_url=file_url(tmp_path / "a"))
    fill(here)
    there = Config(home=tmp_path / "b", database_url=server.new(empty=True))
    with writer_lock(there), pytest.raises(LockedError):
        copy(here.database_url, there.database_url, tell=silent)
    server.drop(there.database_url)


def test_the_command_says_what_to_do_next_and_the_index_stays_good(
    source: Config, target: Config
) -> None:
    home = source.home
    url = ("--database", source.database_url)
    assert run(*url, "index", home=home).returncode == 0
    done = run(*url, "copy", "--to", target.database_url, home=home)
    assert done.returncode == 0, done.stderr
    assert "same hashes" in done.stdout
    assert "database_url" in done.stderr
    moved = ("--database", target.database_url)
    assert (
        json.loads(run(*moved, "search", "damp", "--json", home=home).stdout)["total"]
        == (json.loads(run(*url, "search", "damp", "--json", home=home).stdout)["total"])
    )
    assert "in step already" in run(*moved, "index", home=home).stdout
    again = run(*url, "copy", "--to", target.database_url, home=home)
    assert (again.returncode, "already" in again.stderr) == (2, True)
    same = run(*url, "copy", "--to", source.database_url, home=home)
    assert (same.returncode, "same database" in same.stderr) == (2, True)


@pytest.mark.parametrize("ending", ["/", "/."])
def test_a_directory_that_is_not_there_does_not_become_a_file(tmp_path: Path, ending: str) -> None:
    with pytest.raises(ConfigError, match="an archive needs a file"):
        given_url(f"sqlite:///{tmp_path / 'copies'}{ending}", home=tmp_path, cwd=tmp_path)


def test_a_source_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="no archive"):
        copy(file_url(tmp_path / "none"), file_url(tmp_path / "there"), tell=silent)
    assert list(tmp_path.iterdir()) == []
