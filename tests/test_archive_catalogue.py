"""Who and what there is to look up: counted as ``stats`` counts, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from archive.catalogue import (
    Catalogue,
    Part,
    read_catalogue,
    read_categories,
    read_known,
    shown_among,
    spellings,
)
from archive.config import Config
from archive.errors import NotFound, UsageError
from archive.figures.asking import Question, answer, answers
from archive.figures.portrait import read_portrait
from archive.history import events_before
from archive.models import DecisionRow
from archive.opening import open_to_write
from archive.records import DecisionKind, Outcome, Status
from archive.restrictions import restrict
from archive.store import Archive
from tests.counted import Story, Sum, told
from tests.specimens import NOON, SOURCE, page, url_of

TODAY = date(2026, 3, 2)
REPORT = Story(
    "24 001 001", "Ashford Council", "Planning", "Enforcement", Outcome.NOT_UPHELD,
    DecisionKind.REPORT, shared="One report.", day=date(2024, 5, 6),
)  # fmt: skip
STORIES = (
    REPORT,
    replace(REPORT, reference="24 001 002", outcome=Outcome.UPHELD, subcategory="Other"),
    Story("24 001 003", "Ashford Council", "Housing", "Other", day=date(2023, 1, 2)),
    Story("24 001 004", "ASHFORD COUNCIL", "Housing", None, sums=(Sum(pence=5_000),)),
    Story("24 001 005", "Smith & Sons Ltd", None, None, Outcome.UNKNOWN),
    Story("24 001 006", "Hidden House", "Hidden", "Hidden", status=Status.WITHDRAWN),
    Story("24 001 007", "Ashford  Council", "Housing", "Restricted"),
)
RESTRICTED = "24 001 007"


@pytest.fixture
def archive(database_url: str, tmp_path: Path) -> Iterator[Archive]:
    config = Config(home=tmp_path, database_url=database_url)
    with open_to_write(config, now=NOON, tell=lambda _: None) as held:
        source_id = held.register(SOURCE)
        for story in STORIES:
            capture = page(story.reference, story.reference.encode(), url=url_of(story.reference))
            saved = held.save_decision(source_id, told(story), [held.save_page(capture)], at=NOON)
            with held.engine.begin() as connection:
                connection.execute(
                    update(DecisionRow)
                    .where(DecisionRow.id == saved.decision_id)
                    .values(status=story.status.value)
                )
        number = held.find(RESTRICTED).id
        restrict(held.engine, number, "a question", by=None, at=NOON)
        yield held


def named(found: Catalogue) -> dict[str, tuple[int, int]]:
    return {one.name: (one.counts.decisions, one.counts.references) for one in found.bodies}


def test_everything_is_counted_as_stats_does(archive: Archive) -> None:
    found = read_catalogue(archive, None)
    assert named(found) == {"Ashford Council": (3, 4), "Smith & Sons Ltd": (1, 1)}
    asked = Question(by=("body",), restricted=False, withdrawn=False)
    rows = {row.key[0]: row for row in answer(archive.engine, asked, today=TODAY).rows}
    for one in found.bodies:
        for name in ("decisions", "references", "upheld", "not_upheld", "closed", "unknown"):
            assert getattr(one.counts, name) == getattr(rows[one.name], name), (one.name, name)
    assert found.bodies[0].counts.last_day == date(2025, 6, 9)
    assert found.bodies[0].spellings == ("ASHFORD COUNCIL",)
    assert found.uncategorised == 1

    def names(parts: tuple[Part, ...]) -> dict[str, int]:
        return {part.name: part.counts.decisions for part in parts}

    assert names(found.categories) == {"Housing": 2, "Planning": 1}
    assert names(found.categories[0].parts) == {"Other": 1}
    assert names(found.categories[1].parts) == {"Enforcement": 1, "Other": 1}


def test_the_local_operators_catalogue_has_withdrawn_ones_and_never_restricted_ones(
    archive: Archive,
) -> None:
    found = read_catalogue(archive, "lgsco", withdrawn=True)
    assert named(found)["Hidden House"] == (1, 1)
    assert named(found)["Ashford Council"] == (3, 4)
    assert "Restricted" not in read_categories(archive, None, withdrawn=True)["Housing"]


def test_names_of_withheld_texts_are_not_shown(archive: Archive) -> None:
    pairs = spellings(archive)
    assert ("Hidden House", "Hidden House") in pairs
    assert shown_among(archive, None, pairs) == [
        ("ASHFORD COUNCIL", "Ashford Council"),
        ("Ashford Council", "Ashford Council"),
        ("Smith & Sons Ltd", "Smith & Sons Ltd"),
    ]
    assert read_categories(archive, None) == {
        "Housing": ["Other"], "Planning": ["Enforcement", "Other"],
    }  # fmt: skip
    known = read_known(archive, None, "Ashford Council")
    assert known.spellings == (("ASHFORD COUNCIL", 1),)


def test_a_portrait_has_the_tables_of_stats_and_no_withheld_text(archive: Archive) -> None:
    asked = Question(bodies=("Ashford Council",), withdrawn=False)
    tables = (("year",), ("category",), ("remedy",))
    found = read_portrait(archive, asked, tables, today=TODAY)
    for by, figures in zip(tables, found.tables, strict=True):
        alone = replace(asked, by=by, restricted=False)
        wanted = answer(archive.engine, alone, today=TODAY)
        assert figures.rows == wanted.rows
        assert figures.notes == wanted.notes
        assert figures.gaps == wanted.gaps
    assert [one.reference for one in found.recent] == [
        "24 001 004", "24 001 002", "24 001 001", "24 001 003",
    ]  # fmt: skip
    assert found.recent[0].body == "Ashford Council"
    part = Question(category="Planning", subcategory="Other", withdrawn=False)
    of_part = read_portrait(archive, part, (("year",),), today=TODAY)
    assert [one.reference for one in of_part.recent] == ["24 001 002"]
    assert of_part.tables[0].tally.total.decisions == 1


def test_changes_are_read_from_the_end(archive: Archive) -> None:
    newest = events_before(archive, None, limit=3)
    assert [event.reference for event in newest] == [RESTRICTED, "24 001 006", "24 001 005"]
    assert [event.restricted for event in newest] == [True, False, False]
    own = events_before(archive, None, limit=9, body="Ashford Council")
    assert RESTRICTED not in [event.reference for event in own]
    assert len(own) == 4


def test_a_subcategory_is_asked_for_within_its_category(archive: Archive) -> None:
    def count(**asked: str) -> int:
        question = Question(by=("kind",), **asked)  # type: ignore[arg-type]  # text for text
        return answer(archive.engine, question, today=TODAY).tally.total.decisions

    assert count(category="planning", subcategory="other") == 1
    with pytest.raises(UsageError, match="which category"):
        count(subcategory="Other")
    with pytest.raises(NotFound, match=r"sub-category 'Allocations'; there are Other"):
        count(category="Housing", subcategory="Allocations")


def test_an_answer_by_several_things_is_that_by_each(archive: Archive) -> None:
    tables = (("body",), ("category", "year"), ("month",), ("remedy",))
    together = answers(archive.engine, Question(), tables, today=TODAY)
    for by, found in zip(tables, together, strict=True):
        assert found == answer(archive.engine, Question(by=by), today=TODAY)
