"""The token of an archive's state: another for whatever is written, the same for whoever reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive import restrictions
from archive.config import Config
from archive.errors import DatabaseUnusable
from archive.opening import open_to_read, open_to_write
from archive.state_token import state_token
from archive.store import Archive
from tests.exporting import fill
from tests.specimens import NOON, decision, later, page

REFERENCE = "24 001 234"


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    made = Config(home=tmp_path / "home", database_url=database_url)
    fill(made.home, [decision(REFERENCE), decision("24 002 345")], made)
    return made


def restrict(archive: Archive) -> None:
    number = archive.find(REFERENCE).id
    restrictions.restrict(archive.engine, number, "a question", by=None, at=NOON)


def lift(archive: Archive) -> None:
    restrictions.lift(archive.engine, archive.find(REFERENCE).id, None, by=None, at=NOON)


def publish(archive: Archive) -> None:
    held = archive.save_page(page("24 003 456"))
    archive.save_decision(archive.source_id("lgsco"), decision("24 003 456"), [held], at=later(9))


def capture(archive: Archive) -> None:
    archive.save_page(page("24 003 456", b"<html>only kept</html>"))


def say(archive: Archive) -> None:
    archive.bodies.state("Northmoor District Council", {"gss_code": "E07000001"}, at=NOON)


def test_every_kind_of_writing_makes_another_token_and_none_comes_back(config: Config) -> None:
    seen = [state_token(config.database_url)]
    writings: tuple[Callable[[Archive], None], ...] = (
        *(restrict, lift, restrict, lift, publish, capture, say),
    )
    for work in writings:
        with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
            work(archive)
        seen.append(state_token(config.database_url))
        assert seen[-1] not in seen[:-1], work.__name__


def test_reading_changes_nothing(config: Config) -> None:
    before = state_token(config.database_url)
    with open_to_read(config) as archive:
        assert len(list(archive.stored_all())) == 2
        assert state_token(config.database_url) == before
    assert state_token(config.database_url) == before


def test_what_is_being_written_counts_when_it_is_committed(config: Config) -> None:
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        before = state_token(config.database_url)
        restrict(archive)
        # Others see it at once, however long this writer stays.
        assert state_token(config.database_url) != before


def test_no_archive_has_no_token(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable):
        state_token(f"sqlite:///{tmp_path / 'nothing.db'}")
