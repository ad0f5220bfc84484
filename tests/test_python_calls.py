"""``from archive import Archive`` and ``from search import search`` give what the commands give."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import archive
import decisions
import search
from archive import Archive, DecisionsError
from archive.config import sqlite_url
from archive.errors import ConfigError, DatabaseUnusable, NotFound
from archive.figures.asking import Question
from search.errors import IndexUnusable, QueryError
from tests.exporting import WITHDRAWN, exported, fill, specimens

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("called")
    fill(place)
    return place


@pytest.fixture
def places(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str | Path | None]:
    monkeypatch.setenv("DECISIONS_HOME", str(home))
    database = home / "decisions.db"
    return {
        "the person's own": None,
        "a home": home,
        "a home as text": str(home),
        "a file": database,
        "a URL": sqlite_url(database),
    }


def told(home: Path, *words: str) -> dict[str, object]:
    done = CliRunner().invoke(decisions.group, ["--home", str(home), *words, "--json"])
    assert done.exit_code == 0, done.output
    shape: dict[str, object] = json.loads(done.stdout)
    return shape


def test_an_archive_is_opened_wherever_it_lies(places: dict[str, str | Path | None]) -> None:
    for name, place in places.items():
        with Archive.open(place) as held:
            found = held.find("24-001-234")
            assert (name, found.decision.reference) == (name, "24 001 234")
            assert not held.writable
            assert sum(1 for _ in held.stored_all()) == len(specimens())


def test_a_research_copy_is_opened_too(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "research.db"
    exported(home, "sqlite", "--output", str(copy))
    with Archive.open(copy) as held:
        assert held.find("24 001 234").decision.sections
        assert not held.find(WITHDRAWN).decision.sections


def test_another_home_is_not_led_astray_by_the_environment(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECISIONS_DATABASE_URL", sqlite_url(tmp_path / "other.db"))
    with Archive.open(home) as held:
        assert held.last_change_id() > 0


def test_where_there_is_no_archive_that_is_said(tmp_path: Path) -> None:
    for place, error in (
        (tmp_path / "nowhere", DatabaseUnusable),
        (tmp_path, DatabaseUnusable),
        ("mysql:nonsense", DatabaseUnusable),
        ("sqlite://", ConfigError),
    ):
        with pytest.raises(error) as caught, Archive.open(place):
            pass
        assert isinstance(caught.value, DecisionsError)
    assert not list(tmp_path.iterdir())


def test_an_unknown_reference_is_an_error(home: Path) -> None:
    with Archive.open(home) as held, pytest.raises(NotFound, match="99 999 999"):
        held.find("99 999 999")


def test_a_search_finds_what_the_command_finds(home: Path) -> None:
    results = search.search("housing form", home=home)
    shape = told(home, "search", "housing", "form")
    assert results.total == shape["total"] > 0  # type: ignore[operator]  # a number
    hits = shape["hits"]
    assert isinstance(hits, list)
    assert [hit.reference for hit in results.hits] == [hit["reference"] for hit in hits]
    assert [hit.score for hit in results.hits] == [hit["score"] for hit in hits]


def test_a_request_says_more_than_words(home: Path) -> None:
    request = search.SearchRequest(
        "form", outcomes=("upheld",), sort=search.Sort.NEWEST, limit=None, facets=("outcome",)
    )
    results = search.search(request, home=home)
    assert results.total == len(results.hits) > 0
    assert {hit.outcome for hit in results.hits} == {"upheld"}
    assert "outcome" in results.facets


def test_what_a_search_cannot_answer_is_an_error(home: Path, tmp_path: Path) -> None:
    with pytest.raises(QueryError):
        search.search("(open", home=home)
    with pytest.raises(DatabaseUnusable):
        search.search("form", home=tmp_path)
    for path in ("decisions.db",):
        (tmp_path / path).write_bytes((home / path).read_bytes())
    with pytest.raises(IndexUnusable, match="decisions index"):
        search.search("form", home=tmp_path)


def test_figures_are_those_of_the_command(home: Path) -> None:
    with Archive.open(home) as held:
        figures = held.figures(Question(by=("category",)), today=date(2026, 3, 2))
    shape = told(home, "stats", "--by", "category")
    total = shape["total"]
    assert isinstance(total, dict)
    assert figures.tally.total.decisions == total["decisions"]


def test_the_rooms_names_are_loaded_when_asked_for() -> None:
    program = (
        "import sys, archive, search\n"
        "heavy = {'sqlalchemy', 'whoosh', 'archive.store', 'search.query'}\n"
        "assert not heavy & set(sys.modules)\n"
        "assert all(hasattr(room, name) for room in (archive, search) for name in room.__all__)\n"
        "from search import search as found\n"
        "assert callable(found)\n"
        "assert not {'scraper', 'httpx'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with pytest.raises(AttributeError, match="nonsense"):
        _ = archive.nonsense
    with pytest.raises(AttributeError, match="nonsense"):
        _ = search.nonsense
