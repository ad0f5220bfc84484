"""Coverage tells exact counts or none: months against windows, the lag, the round of revisits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import floor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

import decisions
from archive.coverage import Asked, ListedEntry, Row, shares, tabulate
from archive.errors import NotFound
from archive.lag import DEFAULT_FILLING_DAYS, ENOUGH, filling_days, percentile, spread
from archive.rounds import REST_DAYS, Standing, nights_to_see_all
from tests.crawling import TODAY, World
from tests.site import Fault, Site, invent

NIGHT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
CASES = invent(60, seed=9, today=TODAY)


def asked(first: str, last: str, stated: int | None = 0, state: str = "proven") -> Asked:
    proven = NIGHT if state == "proven" else None
    return Asked(date.fromisoformat(first), date.fromisoformat(last), state, stated, proven, proven)


def entry(day: str, state: str = "held", seen: datetime = NIGHT) -> ListedEntry:
    return ListedEntry(date.fromisoformat(day), state, seen)


def table(
    *scopes: Sequence[Asked],
    entries: Sequence[ListedEntry] = (),
    held: Sequence[tuple[date, str]] = (),
) -> dict[str, Row]:
    rows = tabulate(scopes, entries, held, today=TODAY, filling_days=120)
    return {row.name: row for row in rows}


# --- windows and months -----------------------------------------------------------------------


def test_a_window_inside_a_month_counts_as_stated_even_when_it_is_not_proven() -> None:
    rows = table(
        [asked("2025-03-01", "2025-03-15", 7), asked("2025-03-16", "2025-03-31", 5, "unproven")],
        entries=[entry("2025-03-02")],
    )
    assert rows["2025-03"].stated == 12
    assert (rows["2025-03"].unproven, rows["2025-03"].proven_at) == (1, None)


def test_a_window_across_a_months_end_is_divided_by_what_its_listing_showed() -> None:
    rows = table(
        [asked("2025-03-01", "2025-04-30", 3)],
        entries=[entry("2025-03-31"), entry("2025-04-01"), entry("2025-04-02")],
    )
    assert (rows["2025-03"].stated, rows["2025-04"].stated) == (1, 2)
    assert rows["2025-03"].proven_at == NIGHT


@pytest.mark.parametrize(
    ("window", "entries"),
    [
        # Fewer entries known than stated.
        (asked("2025-03-01", "2025-04-30", 3), [entry("2025-03-31"), entry("2025-04-01")]),
        # Never proven: its listing may have missed any of them.
        (
            asked("2025-03-01", "2025-04-30", 2, "disputed"),
            [entry("2025-03-31"), entry("2025-04-01")],
        ),
        # One of them was last listed before the listing that proved the window.
        (
            asked("2025-03-01", "2025-04-30", 2),
            [entry("2025-03-31"), entry("2025-04-01", seen=NIGHT - timedelta(days=9))],
        ),
    ],
)
def test_a_count_that_cannot_be_divided_is_not_guessed(
    window: Asked, entries: list[ListedEntry]
) -> None:
    rows = table([window], entries=entries)
    assert rows["2025-03"].stated is None
    assert rows["2025-04"].stated is None


def test_an_entry_that_left_the_list_is_not_counted_into_a_division() -> None:
    rows = table(
        [asked("2025-03-01", "2025-04-30", 1)],
        entries=[entry("2025-03-31"), entry("2025-03-30", seen=NIGHT - timedelta(days=9))],
    )
    assert rows["2025-03"].stated == 1
    assert "2025-04" not in rows, "it is proven empty"


def test_a_month_is_proven_since_its_oldest_proof() -> None:
    older = replace(asked("2025-03-16", "2025-03-31", 1), proven_at=NIGHT - timedelta(days=20))
    rows = table([asked("2025-03-01", "2025-03-15", 1), older], entries=[entry("2025-03-02")])
    assert rows["2025-03"].proven_at == NIGHT - timedelta(days=20)


def test_a_month_with_a_day_never_asked_for_is_not_proven() -> None:
    rows = table([asked("2025-03-02", "2025-03-31", 1)], entries=[entry("2025-03-02")])
    row = rows["2025-03"]
    assert (row.days, row.days_asked, row.proven_at) == (31, 30, None)
    assert row.stated == 1


def test_windows_that_overlap_are_counted_once() -> None:
    one, two = asked("2025-03-01", "2025-03-20", 2), asked("2025-03-10", "2025-03-31", 2)
    inner = asked("2025-03-03", "2025-03-04", 1)
    parts = shares([two, inner, one])
    assert [(part.first.day, part.last.day) for part in parts] == [(1, 20), (21, 31)]
    entries = [entry("2025-03-03"), entry("2025-03-15"), entry("2025-03-25")]
    assert table([one, two], entries=entries)["2025-03"].stated == 3


def test_days_before_anything_stand_in_one_row_and_idle_months_in_none() -> None:
    rows = table(
        [
            asked("1974-04-01", "1999-12-31", None, "unproven"),
            asked("2000-01-01", "2028-05-03", 2),
        ],
        entries=[entry("2020-02-03"), entry("2022-05-06")],
    )
    assert rows["before 2020-02"].unproven == 1
    assert rows["before 2020-02"].stated is None
    assert "2021-01" not in rows
    assert rows["2026-11"].days == TODAY.day
    assert rows["2026-11"].proven_at == NIGHT


def test_absurd_dates_make_no_endless_table() -> None:
    rows = table([], entries=[entry("0001-01-01"), entry("9999-12-31")], held=[])
    assert {"0001-01", "9999-12"} <= rows.keys()
    assert len(rows) < 12


def test_states_and_statuses_stand_in_their_columns() -> None:
    day = date(2025, 3, 5)
    rows = table(
        [asked("2025-03-01", "2025-03-31", 4), asked("2025-03-08", "2025-03-08", 1, "disputed")],
        entries=[
            entry("2025-03-05"),
            entry("2025-03-05", "wanted"),
            entry("2025-03-05", "failed"),
            entry("2025-03-05", "unavailable"),
            entry("2025-03-05", "gone"),
        ],
        held=[(day, "live"), (day, "expired"), (day, "withdrawn")],
    )
    row = rows["2025-03"]
    assert (row.listed, row.missing, row.unavailable) == (4, 2, 1)
    assert (row.held, row.expired, row.withdrawn) == (3, 1, 1)
    assert row.disputed == 0, "it lies inside a window that adds up"


DAYS = st.dates(date(2024, 1, 1), date(2025, 12, 31))


@given(st.lists(DAYS, min_size=1, max_size=40), st.sets(DAYS, max_size=12))
@settings(max_examples=60, deadline=None)
def test_proven_windows_give_each_month_exactly_its_entries(
    days: list[date], cuts: set[date]
) -> None:
    edges = sorted({date(2024, 1, 1), *cuts})
    ends = [*(edge - timedelta(days=1) for edge in edges[1:]), date(2026, 12, 31)]
    windows = [
        Asked(first, last, "proven", sum(first <= day <= last for day in days), NIGHT, NIGHT)
        for first, last in zip(edges, ends, strict=True)
    ]
    rows = table(windows, entries=[ListedEntry(day, "held", NIGHT) for day in days])
    told = {name: row.stated for name, row in rows.items() if row.stated}
    assert told == Counter(f"{day:%Y-%m}" for day in days)


# --- the lag --------------------------------------------------------------------------------------


def test_percentiles_are_lags_that_occurred() -> None:
    assert [percentile([1, 2, 3, 40], percent) for percent in (25, 50, 75, 90)] == [1, 2, 3, 40]
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_the_spread_of_lags_is_told() -> None:
    found = spread([60, 42, 50, 45])
    assert found is not None
    assert (found.count, found.least, found.half, found.most) == (4, 42, 45, 60)
    assert spread([]) is None


def test_filling_follows_the_lag_once_there_is_enough() -> None:
    assert filling_days(None) == DEFAULT_FILLING_DAYS
    assert filling_days(spread([50] * (ENOUGH - 1))) == DEFAULT_FILLING_DAYS
    assert filling_days(spread([50] * (ENOUGH - 4) + [90] * 4)) == 50
    assert filling_days(spread([50] * (ENOUGH - 5) + [90] * 5)) == 90


# --- revisits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "budget", "nights"),
    [
        (Standing(0, 0, 0), 200, 0),
        (Standing(60, 0, 0), 0, None),
        (Standing(80, 80, 80), 200, 1),
        (Standing(60_000, 0, 0), 200, 300),
        # The young use 70 a night; those about to leave use all that is passed on.
        (Standing(60_000, 490, 2_000), 200, 750),
        (Standing(57_500, 5_000, 1_900), 200, 719),
    ],
)
def test_the_round_of_revisits(standing: Standing, budget: int, nights: int | None) -> None:
    assert nights_to_see_all(standing, budget) == nights


@given(st.integers(1, 400), st.integers(0, 120), st.integers(0, 60), st.integers(5, 60))
@settings(max_examples=60, deadline=None)
def test_no_decision_waits_longer_than_the_round_says(
    live: int, young: int, leaving: int, budget: int
) -> None:
    """The rules of the revisits played night by night; all of them were looked at by then."""
    young, leaving = min(young, live), min(leaving, live)
    nights = nights_to_see_all(Standing(live, young, leaving), budget)
    assert nights is not None
    seen = dict.fromkeys(range(live), -REST_DAYS)
    looked: set[int] = set()
    for night in range(nights):
        due = [n for n in range(young) if night - seen[n] >= REST_DAYS]
        first = due[: floor(budget * 0.4)]
        rest = [n for n in range(live - leaving, live) if n not in first]
        second = rest[: floor(budget * 0.6) - len(first)]
        taken = set(first) | set(second)
        queue = sorted((n for n in range(live) if n not in taken), key=lambda n: (seen[n], n))
        taken |= set(queue[: budget - len(taken)])
        for number in taken:
            seen[number] = night
        looked |= taken
    assert looked == set(range(live))


# --- the command ----------------------------------------------------------------------------------


def coverage(home: Path, *words: str) -> Result:
    return CliRunner().invoke(decisions.group, ["--home", str(home), "coverage", *words])


def test_the_command_tells_what_the_site_lists(tmp_path: Path) -> None:
    with Site(CASES) as site:
        world = World(site, tmp_path)
        broken = "^" + CASES[4].path.lower() + "$"
        world.site.faults.add(Fault("captcha", broken))
        world.crawl()
    shape = json.loads(coverage(tmp_path, "--json").output)
    assert shape["schema"] == 1
    told = {row["month"]: row["stated"] for row in shape["months"] if row["stated"]}
    assert told == Counter(f"{case.decided_on:%Y-%m}" for case in CASES)
    (short,) = [row for row in shape["months"] if row["missing"]]
    assert short["month"] == f"{CASES[4].decided_on:%Y-%m}"
    assert (short["listed"], short["held"]) == (short["stated"], short["stated"] - 1)
    assert all(row["proven_at"] for row in shape["months"])
    assert shape["total"]["stated"] == len(CASES)
    assert shape["revisits"]["nights"] == 1
    printed = coverage(tmp_path).output
    assert "still filling up" in printed
    assert "within 1 night." in printed
    assert "caseload" in printed


def test_an_archive_of_one_council_says_so(tmp_path: Path) -> None:
    body = CASES[3].body
    with Site(CASES) as site:
        World(site, tmp_path).crawl(body=body)
    assert f"covers only {body}" in coverage(tmp_path).output
    shape = json.loads(coverage(tmp_path, "--json").output)
    assert shape["only"] == [body]
    assert shape["total"]["stated"] == sum(case.body == body for case in CASES)


def test_a_span_never_asked_for_is_not_called_complete(tmp_path: Path) -> None:
    since = CASES[20].decided_on.replace(day=2)
    with Site(CASES) as site:
        World(site, tmp_path).crawl(since=since)
    shape = json.loads(coverage(tmp_path, "--json").output)
    first = shape["months"][0]
    assert first["month"] == f"{since:%Y-%m}"
    assert first["days_asked"] == first["days"] - 1
    assert first["proven_at"] is None


def test_before_any_crawl_it_says_how_to_begin(tmp_path: Path) -> None:
    with Site(CASES[:1]) as site:
        world = World(site, tmp_path)
        world.crawl(since=TODAY - timedelta(days=10))
    assert coverage(tmp_path, "--source", "phso").exception.__class__ is NotFound
