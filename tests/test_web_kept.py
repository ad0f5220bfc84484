"""A process that answers keeps the index open between two questions, and is never behind for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.opening import open_to_write
from archive.reader import HitTexts, open_texts
from search.index import Index
from search.request import SearchRequest
from search.web import jobs, kept
from tests.exporting import WITHDRAWN, settings
from tests.specimens import NOON

EVERYTHING = SearchRequest(limit=1000, snippets=0)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    kept.let_go()
    kept._KEPT.withdrawn = None
    yield
    kept.let_go()
    kept._KEPT.withdrawn = None


@pytest.fixture
def home(room_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(room_home, tmp_path / "room")
    return tmp_path / "room"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    found: list[Path] = []
    opening = Index._open

    def counted(index: Index) -> object:
        found.append(index.directory)
        return opening(index)

    monkeypatch.setattr(Index, "_open", counted)
    return found


def references(home: Path) -> set[str]:
    return {hit.reference for hit in jobs.search(settings(home), EVERYTHING, False).hits}


def test_questions_of_all_kinds_share_one_opened_index(home: Path, opened: list[Path]) -> None:
    config = settings(home)
    found = references(home)
    assert found
    assert len(jobs.numbers(config, EVERYTHING, True)[0]) == len(found) + 1
    assert jobs.listing(config, EVERYTHING, False, 100).total == len(found)
    assert references(home) == found
    assert opened == [config.index_dir]


def test_an_index_made_anew_is_opened_anew(home: Path, opened: list[Path]) -> None:
    before = references(home)
    with open_to_write(settings(home), now=NOON, tell=lambda _: None) as archive:
        Index(settings(home).index_dir).rebuild(archive)
    assert references(home) == before
    assert len(opened) == 2


def test_another_home_is_not_answered_from_the_last_one(
    home: Path, tmp_path: Path, opened: list[Path]
) -> None:
    other = shutil.copytree(home, tmp_path / "other")
    assert references(home) == references(other)
    assert opened == [settings(home).index_dir, settings(other).index_dir]


def test_what_is_withdrawn_is_asked_once_until_something_changes(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    reading = HitTexts.withdrawn

    def counted(texts: HitTexts) -> frozenset[int]:
        asked.append(1)
        return reading(texts)

    monkeypatch.setattr(HitTexts, "withdrawn", counted)
    before = references(home)
    assert WITHDRAWN not in before
    assert references(home) == before
    assert len(asked) == 1
    gone = min(before)
    with (
        open_to_write(settings(home), now=NOON, tell=lambda _: None) as archive,
        archive.engine.begin() as connection,
    ):
        number = connection.execute(
            text("SELECT id FROM decision WHERE reference = :gone"), {"gone": gone}
        ).scalar_one()
        connection.execute(
            text("UPDATE decision SET status = 'withdrawn' WHERE id = :number"),
            {"number": number},
        )
        connection.execute(
            text(
                "INSERT INTO change (decision_id, kind, at) "
                "VALUES (:number, 'withdrawn', '2026-05-04 09:30:00.000000')"
            ),
            {"number": number},
        )
    assert references(home) == before - {gone}, "hidden at once, though the index is behind"
    assert len(asked) == 2
    with open_texts(settings(home).database_url) as texts:
        assert number in kept.withdrawn_in(texts)


def test_letting_go_closes_the_index(home: Path, opened: list[Path]) -> None:
    found = references(home)
    index = kept.index_in(settings(home).index_dir)
    assert index.directory == opened[0]
    kept.let_go()
    assert references(home) == found
    assert len(opened) == 2
