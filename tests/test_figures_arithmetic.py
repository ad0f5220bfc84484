"""Rates, limits and quartiles are what the published rules say, to the last digit that matters."""

from __future__ import annotations

import statistics
from datetime import date
from fractions import Fraction
from math import comb, isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.figures.funnel import (
    FEWEST,
    TAIL_95,
    TAIL_998,
    Member,
    Position,
    chances,
    funnel,
    limits,
)
from archive.figures.money import RemedyLine, money_of
from archive.figures.periods import (
    breaks_in,
    financial_year_of,
    months_in,
    periods_between,
    span_of,
    year_span,
)
from archive.figures.rates import SMALL, quartiles, rate, wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
        # Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(
    part: int, whole: int, low: float, high: float
) -> None:
    found = wilson(part, whole)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_holds_the_rate_and_mirrors(case: tuple[int, int]) -> None:
    part, whole = case
    found = rate(part, whole)
    assert found is not None
    assert 0 <= found.low <= found.share <= found.high <= 1
    mirror = rate(whole - part, whole)
    assert mirror is not None
    assert isclose(found.low, 1 - mirror.high, abs_tol=1e-12)


def test_a_rate_of_nothing_is_none_and_of_more_than_all_an_error() -> None:
    assert rate(0, 0) is None
    with pytest.raises(ValueError, match="3 of 2"):
        rate(3, 2)


def test_the_threshold_for_small_numbers_is_where_it_says() -> None:
    """Below it the interval at one half is over forty points wide; from just above it, under."""
    for whole in range(2, SMALL, 2):
        low, high = wilson(whole // 2, whole)
        assert high - low > 0.40
    low, high = wilson(11, 22)
    assert high - low < 0.40
    assert 1 / (SMALL - 1) > 0.05


def _tail_up_to(count: int, cases: int, share: Fraction) -> Fraction:
    """The exact chance of at most so many, by whole numbers."""
    return sum(
        (comb(cases, k) * share**k * (1 - share) ** (cases - k) for k in range(count + 1)),
        Fraction(0),
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(0, 37))
def test_funnel_limits_are_exact_binomial_sums(cases: int, part: int) -> None:
    # Of 37 nothing comes out at exactly a fortieth or a thousandth.
    share = Fraction(part, 37)
    found = limits(cases, float(share))
    for low, high, tail in (
        (found.low_95, found.high_95, Fraction(TAIL_95)),
        (found.low_998, found.high_998, Fraction(TAIL_998)),
    ):
        # The limit itself is inside, the next count is not: no more than the stated chance.
        assert _tail_up_to(low, cases, share) > tail
        assert low == 0 or _tail_up_to(low - 1, cases, share) <= tail
        assert 1 - (_tail_up_to(high - 1, cases, share) if high else 0) > tail
        assert high == cases or 1 - _tail_up_to(high, cases, share) <= tail


def test_the_chances_of_many_cases_still_come_to_one() -> None:
    assert isclose(sum(chances(9_000, 0.63)), 1.0, abs_tol=1e-9)


def test_limits_of_a_thousand_cases_are_near_two_and_three_deviations() -> None:
    found = limits(1000, 0.6)
    deviation = (1000 * 0.6 * 0.4) ** 0.5
    assert abs(found.high_95 - (600 + 1.96 * deviation)) <= 1
    assert abs(found.low_998 - (600 - 3.09 * deviation)) <= 1


def test_a_member_outside_is_named_and_few_members_are_not_compared() -> None:
    members = [Member(f"council {n}", 60, 100) for n in range(8)]
    found = funnel("county", [*members, Member("far", 95, 100), Member("none", 0, 0)])
    assert found is not None
    places = {each.name: each.position for each in found.placed}
    assert places["far"] is Position.ABOVE_998
    assert places["council 0"] is Position.WITHIN
    assert "none" not in places
    assert (found.outside(far=True), found.outside(far=False)) == (1, 1)
    assert found.share == (8 * 60 + 95) / 900
    assert funnel("county", members[: FEWEST - 1]) is None


@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=40))
def test_quartiles_are_those_of_the_standard_library(values: list[int]) -> None:
    found = quartiles(values)
    assert found is not None
    told = statistics.quantiles(values, n=4, method="inclusive")
    for ours, theirs in zip((found.quarter, found.median, found.three_quarters), told, strict=True):
        assert abs(ours - theirs) <= 0.5
    assert (found.least, found.most, found.total) == (min(values), max(values), sum(values))


def test_quartiles_of_one_and_of_none() -> None:
    assert quartiles([]) is None
    one = quartiles([12_345])
    assert one is not None
    assert (one.quarter, one.median, one.three_quarters) == (12_345, 12_345, 12_345)
    two = quartiles([100, 201])
    assert two is not None
    assert two.median == 151  # 150.5: a half penny goes up


# --- periods ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-26", "2025-04-01", "2026-03-31"),
        ("2025/26", "2025-04-01", "2026-03-31"),
        ("2025-2026", "2025-04-01", "2026-03-31"),
        ("1999-00", "1999-04-01", "2000-03-31"),
    ],
)
def test_a_year_is_a_calendar_or_a_financial_one(text: str, first: str, last: str) -> None:
    span = year_span(text)
    assert (span.first.isoformat(), span.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text", ["2025-06", "2025-27", "25-26", "2025-1926", "0000", "9999", "²⁰²⁵", "", "2025-26-27"]
)
def test_what_is_no_year_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a year"):
        year_span(text)


@given(st.dates())
def test_a_day_lies_in_the_financial_year_it_is_given(day: date) -> None:
    if 1 < day.year < 9000:
        span = span_of("financial-year", financial_year_of(day))
        assert span is not None
        assert span.first <= day <= span.last


def test_periods_follow_each_other_without_a_gap() -> None:
    assert list(periods_between("month", "2023-11", "2024-02")) == [
        "2023-11", "2023-12", "2024-01", "2024-02",
    ]  # fmt: skip
    assert list(periods_between("financial-year", "1998-99", "2001-02")) == [
        "1998-99", "1999-00", "2000-01", "2001-02",
    ]  # fmt: skip
    months = list(months_in(date(2024, 1, 15), date(2024, 3, 2)))
    assert [month.name for month in months] == ["2024-01", "2024-02", "2024-03"]


def test_the_breaks_are_april_2014_and_both_ends_of_2022_23() -> None:
    found = breaks_in(date(2010, 1, 1), date(2026, 1, 1))
    assert [each.on.isoformat() for each in found] == ["2014-04-01", "2022-04-01", "2023-04-01"]
    # A span that begins on the day does not cross it.
    assert breaks_in(date(2022, 4, 1), date(2023, 3, 31)) == []


# --- money ------------------------------------------------------------------------------------


def _line(kind: str = "payment", pence: int | None = None, **more: object) -> RemedyLine:
    values: dict[str, object] = {
        "section": 4, "kind": kind, "amount_pence": pence, "rate_pence": None,
        "share_percent": None, "is_total": False, "per_person": False,
    }  # fmt: skip
    return RemedyLine(**(values | more))  # type: ignore[arg-type]  # a row as a mapping


def test_a_total_beside_its_parts_is_not_counted_again() -> None:
    found = money_of([_line(pence=20_000), _line(pence=10_000), _line(pence=30_000, is_total=True)])
    assert found.sums == {"payment": [20_000, 10_000]}
    assert (found.kinds["payment"], found.totals["payment"]) == (2, 1)


def test_a_total_of_a_rate_is_the_payment_and_is_counted_once() -> None:
    found = money_of(
        [_line(rate_pence=2_200), _line(pence=195_000, is_total=True),
         _line(pence=195_000, is_total=True)]
    )  # fmt: skip
    assert found.sums == {"payment": [195_000]}
    assert found.without_sum["payment"] == 1


def test_a_total_of_another_section_or_kind_stands_by_itself() -> None:
    found = money_of(
        [
            _line(pence=20_000, section=2),
            _line(pence=30_000, is_total=True),
            _line("refund", 5_000, is_total=True),
        ]
    )
    assert found.sums == {"payment": [20_000, 30_000], "refund": [5_000]}


def test_a_payment_for_each_of_several_is_one_and_said_so() -> None:
    found = money_of([_line(pence=20_000, per_person=True), _line("apology")])
    assert found.sums == {"payment": [20_000]}
    assert found.per_person["payment"] == 1
    assert found.kinds == {"payment": 1, "apology": 1}
