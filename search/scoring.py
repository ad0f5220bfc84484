"""How much a word found counts: BM25 over boosted occurrences. Pure; both evaluations use it.

A word scores by the sum of the boosts of the places where it stands in a decision (see
``search.schema``), a phrase, nearness or beginning of a word as one word would. The constants are
chosen on the tuned half of the judged queries (docs/relevance.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from search.schema import REGIONS_NAMED

K1 = 3.0
"""How soon further occurrences of a word stop counting: late, because what is only mentioned in
passing is mentioned once or twice."""

B = 0.1
"""How much a long decision is held against a word in it (0 not at all, 1 in full). Little: refusals
are short, and a long investigation is not about more things than a short one."""

IDF_LEAST = 0.5
"""What a word counts at least: one that stands in every decision still tells them apart by how
often it does, outside the standard wording."""

FOREMOST = 1000
"""So many of the best hits are looked at a second time, which bounds what that costs."""

NEAR = 8
"""Words typed side by side are held to belong together up to this many words apart."""

MOST_FORMS = 500
"""Words that are counted to explain one beginning or spelling."""

DIGITS = 6
"""Decimals of a score that order the hits: what differs by less than that is alike."""

Scope = frozenset[int] | None
"""Numbers of the regions that words must stand in; None for everywhere."""


def rarity(documents: int, frequency: int) -> float:
    """What a word counts that stands in ``frequency`` of ``documents`` decisions."""
    # The index counts replaced decisions until it merges their segment.
    frequency = min(frequency, documents)
    return max(IDF_LEAST, math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5)))


def regions_of(names: Iterable[str]) -> frozenset[int]:
    """All regions of parts that are called so."""
    return frozenset[int]().union(*(REGIONS_NAMED[name] for name in names))


def narrowed(names: Iterable[str], scope: Scope) -> frozenset[int]:
    """The regions that a scope within a scope leaves."""
    regions = regions_of(names)
    return regions if scope is None else scope & regions
