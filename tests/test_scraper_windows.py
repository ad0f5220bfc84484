"""Windows of decision dates: every day once, cut at the same days whatever they began as."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.windows import Span, from_both_ends, front, gaps, outermost, to_block_end

days = st.integers(date(1974, 1, 1).toordinal(), date(2040, 1, 1).toordinal())
spans = st.tuples(days, st.integers(0, 5000)).map(
    lambda pair: Span(date.fromordinal(pair[0]), date.fromordinal(pair[0] + pair[1]))
)


def every_day(span: Span) -> set[date]:
    return {span.first + timedelta(days=n) for n in range(span.days)}


@given(spans.filter(lambda span: span.days > 1))
def test_halves_hold_every_day_once(span: Span) -> None:
    left, right = span.halves()
    assert left.first == span.first
    assert right.last == span.last
    assert left.last + timedelta(days=1) == right.first


@given(spans)
def test_halving_ends_at_single_days(span: Span) -> None:
    pending, seen = [span], 0
    if span.days > 400:
        return
    while pending:
        part = pending.pop()
        if part.days == 1:
            seen += 1
        else:
            pending.extend(part.halves())
    assert seen == span.days


@given(spans, st.integers(0, 3000), st.integers(0, 3000))
def test_cuts_fall_on_the_same_days_whatever_the_span_began_as(
    span: Span, before: int, after: int
) -> None:
    """Cut down to about a week around a day, a span and a wider one give the same inner windows."""
    wide = Span(span.first - timedelta(days=before), span.last + timedelta(days=after))

    def leaves(whole: Span, most: int) -> set[Span]:
        if whole.days <= most:
            return {whole}
        left, right = whole.halves()
        return leaves(left, most) | leaves(right, most)

    cuts = {leaf.first for leaf in leaves(span, 8)} - {span.first}
    cuts_of_wide = {leaf.first for leaf in leaves(wide, 8)}
    inner = {cut for cut in cuts if cut.toordinal() % 8 == 0}
    assert inner <= cuts_of_wide


def test_a_day_cannot_be_halved() -> None:
    with pytest.raises(ValueError, match="halved"):
        Span(date(2026, 1, 1), date(2026, 1, 1)).halves()


def test_a_span_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before"):
        Span(date(2026, 1, 2), date(2026, 1, 1))


@given(spans, st.lists(spans, max_size=6))
def test_gaps_and_what_is_covered_make_up_the_whole(whole: Span, covered: list[Span]) -> None:
    found = gaps(whole, covered)
    assert all(whole.contains(gap) for gap in found)
    assert not any(gap.overlaps(span) for gap in found for span in covered)
    for one, other in pairwise(found):
        assert one.last < other.first
    held = sum(gap.days for gap in found)
    reached = {day for span in covered for day in every_day(span)} & every_day(whole)
    assert held + len(reached) == whole.days


def test_a_span_within_another_is_left_out() -> None:
    week = Span(date(2026, 1, 5), date(2026, 1, 11))
    day = Span(date(2026, 1, 7), date(2026, 1, 7))
    later = Span(date(2026, 1, 10), date(2026, 1, 20))
    assert outermost([day, later, week, week]) == [week, later]


def test_both_ends_take_turns() -> None:
    some = [Span(date(2026, 1, d), date(2026, 1, d)) for d in range(1, 6)]
    assert [span.first.day for span in from_both_ends(reversed(some))] == [1, 5, 2, 4, 3]


def test_the_end_of_a_block_stays_the_same_for_years() -> None:
    end = to_block_end(date(2026, 11, 22))
    assert end >= date(2026, 11, 22)
    assert to_block_end(end) == end
    assert to_block_end(end + timedelta(days=1)) == end + timedelta(days=1024)


def test_the_front_is_where_new_decisions_are_dated() -> None:
    assert front(date(2026, 11, 22)) == Span(date(2026, 7, 25), date(2026, 10, 18))
