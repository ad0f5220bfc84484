"""Words near each other: within so many words, in one sentence, in one paragraph. Pure.

An occurrence is an interval of places, both ends in it: ``(7, 7)`` for a word, ``(7, 9)`` for a
phrase of three. The index (places in a whole decision) and the marks in a snippet (places in one
paragraph) use the same functions, so what is found is what is marked.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence

Interval = tuple[int, int]


def windows(lists: Sequence[Sequence[Interval]], limit: int | None) -> list[tuple[Interval, ...]]:
    """Choices of one occurrence from each list, none sharing a place, no more than ``limit`` apart.

    *Apart* counts from the first place to the last, less the inner steps of phrases: two words
    side by side are 1 apart, with a word between them 2. ``limit`` None puts no bound. At most one
    choice is given for each occurrence that can stand first; any order of the lists will do.
    """
    if any(not one for one in lists):
        return []
    ordered = [sorted(one) for one in lists]
    starts = [[start for start, _ in one] for one in ordered]
    found: list[tuple[Interval, ...]] = []
    seen: set[Interval] = set()
    for first, occurrences in enumerate(ordered):
        for leading in occurrences:
            if leading in seen:
                continue
            chosen = _following(ordered, starts, first, leading)
            if chosen is None:
                continue
            inner = sum(end - start for start, end in chosen)
            apart = max(end for _, end in chosen) - leading[0] - inner
            if limit is None or apart <= limit:
                seen.add(leading)
                found.append(tuple(chosen))
    return found


def _following(
    ordered: Sequence[Sequence[Interval]],
    starts: Sequence[Sequence[int]],
    first: int,
    leading: Interval,
) -> list[Interval] | None:
    """The soonest occurrence of every other list after ``leading``, none overlapping another."""
    chosen = [leading]
    for number, occurrences in enumerate(ordered):
        if number == first:
            continue
        at = bisect.bisect_right(starts[number], leading[1])
        while at < len(occurrences) and _overlaps(occurrences[at], chosen):
            at += 1
        if at == len(occurrences):
            return None
        chosen.append(occurrences[at])
    return chosen


def _overlaps(interval: Interval, others: Sequence[Interval]) -> bool:
    return any(interval[0] <= end and start <= interval[1] for start, end in others)


def in_one_unit(
    lists: Sequence[Sequence[Interval]], unit_starts: Sequence[int]
) -> list[tuple[Interval, ...]]:
    """Choices of one occurrence from each list that lie in one unit (sentence, paragraph).

    ``unit_starts`` are the rising places at which a unit begins.
    """
    by_unit: list[dict[int, list[Interval]]] = []
    for occurrences in lists:
        units: dict[int, list[Interval]] = {}
        for interval in occurrences:
            unit = bisect.bisect_right(unit_starts, interval[0])
            if bisect.bisect_right(unit_starts, interval[1]) == unit:
                units.setdefault(unit, []).append(interval)
        by_unit.append(units)
    common = set(by_unit[0]).intersection(*by_unit[1:])
    found: list[tuple[Interval, ...]] = []
    for unit in sorted(common):
        found.extend(windows([units[unit] for units in by_unit], None))
    return found
