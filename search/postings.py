"""Moving along Whoosh's posting lists: through all of one, or straight to the candidates."""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterator, Sequence
from typing import Any

SKIP_FACTOR = 8
"""Postings are skipped through, not read through, when the candidates are this much fewer."""


def walk(
    matcher: Any, offset: int, within: Collection[int] | None, frequency: int
) -> Iterator[int]:
    """Move a matcher along; yields each document it stands on that is among ``within``."""
    if within is not None and len(within) * SKIP_FACTOR < frequency:
        for doc in sorted(within):
            if doc >= offset and reach(matcher, doc - offset):
                yield doc
            if not matcher.is_active():
                return
        return
    while matcher.is_active():
        doc = offset + matcher.id()
        if within is None or doc in within:
            yield doc
        matcher.next()


def reach(matcher: Any, doc: int) -> bool:
    """Move a matcher forward to a document; whether it stands on it then."""
    if not matcher.is_active():
        return False
    if matcher.id() < doc:
        matcher.skip_to(doc)
    return bool(matcher.is_active() and matcher.id() == doc)


def adjacent(positions: Sequence[Sequence[int]]) -> Sequence[int]:
    """Where the words stand one after the other: positions of the first."""
    starts: set[int] | None = None
    for step, places in enumerate(positions):
        shifted = {place - step for place in places}
        starts = shifted if starts is None else starts & shifted
        if not starts:
            return ()
    return sorted(starts or ())


def near_pairs(one: Sequence[int], other: Sequence[int], limit: int) -> list[int]:
    """Where two words stand at most ``limit`` apart: the places of the rarer one, in order."""
    if len(one) > len(other):
        one, other = other, one
    found = []
    for place in one:
        at = bisect.bisect_left(other, place - limit)
        if at < len(other) and other[at] <= place + limit:
            found.append(place)
    return found
