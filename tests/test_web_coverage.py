"""``/coverage`` has the figures of ``decisions coverage``, in a map and in a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from archive.coverage import Row
from archive.coverage_reader import Coverage
from archive.lag import Spread
from archive.rounds import Standing
from search.web.application import create_app
from search.web.charts.heat import PATTERNS
from search.web.coverage_page import STATES, share_of, state_of, years
from tests.counted import Story, archive_of, noon
from tests.crawling import ALL, World
from tests.exporting import settings
from tests.site import Site, invent
from tests.web import over
from tests.web_structure import faults, words
from tests.web_tables import number, one, room, table, told

TODAY = datetime.now(UTC).date()
CASES = invent(40, seed=5, today=TODAY)
WHOLE = Row(
    name="2025-03", first_day=date(2025, 3, 1), last_day=date(2025, 3, 31), stated=200, held=199,
    expired=1, withdrawn=1, listed=200, missing=0, unavailable=0, unproven=0, disputed=0,
    proven_at=datetime(2025, 9, 1, tzinfo=UTC), days=31, days_asked=31, filling=False,
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with Site(CASES) as site:
        world = World(site, tmp_path_factory.mktemp("coverage"))
        world.now, world.today = datetime.now(UTC), TODAY
        world.crawl(since=ALL)
        yield world.home


def test_the_table_has_the_numbers_of_the_command(home: Path) -> None:
    shape = told(home, "coverage")
    html = room(home).get("/coverage").text
    assert faults(html) == []
    rows = table(html, "months-caption")
    assert [row["Month"] for row in rows] == [row["month"] for row in reversed(shape["months"])]
    for row, wanted in zip(rows, reversed(shape["months"]), strict=True):
        stated = "?" if wanted["stated"] is None else f"{wanted['stated']:,}"
        assert row["Stated"] == (stated if wanted["days_asked"] else "–")
        for name in ("listed", "held", "gone", "missing", "disputed"):
            assert number(row[name.capitalize()]) == wanted[name], row
        proven = wanted["proven_at"]
        assert row["Proven since"] == ("–" if proven is None else proven[:10])
    assert sum(number(row["Held"]) for row in rows) == shape["total"]["held"] > 0
    foot = [words(cell) for cell in LexborHTMLParser(html).css("tfoot td")]
    assert foot[1:5] == [
        f"{shape['total'][name]:,}" for name in ("listed", "held", "gone", "missing")
    ]


def test_the_map_has_a_square_for_each_month_of_the_table(home: Path) -> None:
    html = room(home).get("/coverage").text
    months = [row for row in told(home, "coverage")["months"] if row["month"][:1].isdigit()]
    tree = LexborHTMLParser(html)
    squares = tree.css("svg.heat g.month")
    assert len(squares) == len([row for row in months if row["days"]])
    states = [(node.attributes["class"] or "").split()[1] for node in squares]
    assert set(states) <= set(STATES)
    assert states.count("whole") > 3
    assert one(html, "svg.heat").attributes["role"] == "img"
    proven = sum(
        row["proven_at"] is not None and not row["missing"] and not row["filling"]
        for row in told(home, "coverage")["months"]
    )
    assert f"{proven} of {len(told(home, 'coverage')['months'])} months" in words(
        tree.css_first("svg.heat desc")
    )


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "whole"),
        ({"filling": True}, "filling"),
        ({"missing": 1, "filling": True, "disputed": 1}, "missing"),
        ({"disputed": 1, "proven_at": None}, "disputed"),
        ({"proven_at": None}, "unproven"),
        ({"unproven": 1, "proven_at": None}, "unproven"),
        ({"days_asked": 0, "proven_at": None, "stated": None}, "unasked"),
    ],
)
def test_a_month_shows_the_worst_that_is_to_be_said_of_it(
    changes: dict[str, object], state: str
) -> None:
    assert state_of(replace(WHOLE, **changes)) == state  # type: ignore[arg-type]  # of several types


def test_a_month_is_a_hundred_only_when_nothing_lacks() -> None:
    assert share_of(WHOLE) == "100"
    assert share_of(replace(WHOLE, missing=1)) == "99"
    assert share_of(replace(WHOLE, unavailable=200)) == "0"
    assert share_of(replace(WHOLE, listed=0)) == "–"


def test_years_are_whole_rows_and_days_before_the_first_month_are_in_none() -> None:
    before = replace(WHOLE, name="before 2023-01", first_day=date(2010, 1, 1))
    later = replace(WHOLE, name="2023-12", first_day=date(2023, 12, 1))
    found = years([before, later, WHOLE])
    assert [(year, sorted(months)) for year, months in found] == [
        (2025, [3]), (2024, []), (2023, [12]),
    ]  # fmt: skip


def test_every_state_is_explained_in_words(home: Path) -> None:
    tree = LexborHTMLParser(room(home).get("/coverage").text)
    assert [words(node) for node in tree.css(".keys li")] == list(STATES.values())
    assert set(STATES) == set(PATTERNS)
    assert [words(node) for node in tree.css("dl.terms dt")] == [
        "Stated", "Listed", "Held", "Gone", "Missing", "Unavailable", "Disputed", "Proven since",
    ]  # fmt: skip


def test_a_gap_is_seen_and_never_guessed(tmp_path: Path) -> None:
    stories = [Story("24 001 001", day=date(2024, 3, 5)), Story("24 001 002")]
    with archive_of(tmp_path, stories, proven=(date(2024, 2, 1), date(2024, 4, 15)),
                    began=noon(2024, 9, 2)):  # fmt: skip
        pass
    rows = {row["Month"]: row for row in table(room(tmp_path).get("/coverage").text,
                                               "months-caption")}  # fmt: skip
    assert rows["2024-03"]["Stated"] == "?"
    assert rows["2024-03"]["Proven since"] == "2024-09-02"
    assert rows["2025-06"]["Stated"] == "–"
    assert rows["2025-06"]["In words"] == "never asked for"
    shape = {row["month"]: row for row in told(tmp_path, "coverage")["months"]}
    assert set(rows) == set(shape)


class Answers:
    """Gives one coverage, whatever is asked."""

    def __init__(self, found: Coverage) -> None:
        self.found = found

    def ask(self, job: str, *arguments: object) -> Coverage:
        return self.found


def test_what_stands_under_the_table_is_said_in_words(home: Path) -> None:
    from archive.coverage_reader import SplitOff

    found = Coverage(
        source="lgsco", today=TODAY, only=("<b>Wold</b> Council",), by_windows=False,
        rows=(WHOLE,), undated=7, lag=Spread(300, 1, 40, 50, 60, 77, 90, 99), filling_days=90,
        standing=Standing(1, 1, 1), erased=3,
        splits_off=(
            SplitOff(date(2025, 1, 1), date(2025, 1, 31), 9, 8),
            SplitOff(date(2025, 2, 1), date(2025, 2, 2), 9, None),
        ),
    )  # fmt: skip
    site = replace(over(settings(home)), answering=Answers(found))
    html = create_app(site).test_client().get("/coverage").text
    assert faults(html) == []
    said = words(LexborHTMLParser(html).css_first("main"))
    assert "covers only <b>Wold</b> Council." in said
    assert "no month can be proven" in said
    assert "7 listed addresses have no date" in said
    assert "3 decisions erased" in said
    assert "half stood on the site within 50 days" in said
    assert "the site states 9, its parts add up to 8" in said
    assert "not asked for again" in said
    assert "Months of the last 90 days" in said
