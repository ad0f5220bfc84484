"""Whether the pages that came lately are understood as the earlier ones are. Pure.

An average over 60,000 pages hides thirty that came last night in a new template. So the pages of
the last day, week and month are each held against all that came before them: a trait that few
earlier pages have (see ``quality.traits``) and many of these do is told, unless it may be chance.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

WINDOWS: Mapping[str, timedelta] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
"""Spans that end with the newest page, so that a pause in the crawls hides nothing."""

FEWEST_RECENT, FEWEST_EARLIER = 5, 50
USUAL = 0.3
"""A trait that more of the earlier pages have says more about their subjects than the template."""

RISE = 0.2
"""A share must rise by so much: a fifth of all pages."""

CHANCE = 1e-6
"""Less likely than this by chance: some 100 comparisons a night, one false alarm in decades."""


@dataclass
class Recent:
    """Pages of one span, of one parser version."""

    pages: int = 0
    traits: Counter[str] = field(default_factory=Counter)


@dataclass
class Lately:
    """What came lately, by parser version and span. ``ends`` is when the newest page came."""

    ends: datetime
    versions: dict[str, dict[str, Recent]] = field(default_factory=dict)

    @property
    def begins(self) -> datetime:
        """The beginning of the longest span."""
        return self.ends - max(WINDOWS.values())

    def add(self, version: str, fetched: datetime, found: frozenset[str]) -> None:
        """Count a page in each span that it belongs to."""
        spans = self.versions.setdefault(version, {name: Recent() for name in WINDOWS})
        for name, length in WINDOWS.items():
            if fetched > self.ends - length:
                spans[name].pages += 1
                spans[name].traits.update(found)


@dataclass(frozen=True, slots=True)
class Shift:
    """A trait that pages have begun to have. Shares are from 0 to 1."""

    window: str
    trait: str
    pages: int
    recent: float
    earlier: float

    def sentence(self) -> str:
        """For a person."""
        return (
            f"{self.trait}: {self.recent:.0%} of the {self.pages:,} pages of the last "
            f"{self.window}, {self.earlier:.1%} of those before; has the site's template changed?"
        )

    def as_json(self) -> dict[str, object]:
        """The same as values."""
        return {
            "window": self.window,
            "trait": self.trait,
            "pages": self.pages,
            "recent_share": self.recent,
            "earlier_share": self.earlier,
        }


def shifts(pages: int, traits: Counter[str], spans: Mapping[str, Recent]) -> list[Shift]:
    """Each trait that has risen, once, in the shortest span that shows it.

    ``pages`` and ``traits`` count all pages of the version, recent ones included.
    """
    found: dict[str, Shift] = {}
    for window, recent in spans.items():
        for shift in _of(window, pages, traits, recent):
            found.setdefault(shift.trait, shift)
    return list(found.values())


def _of(window: str, pages: int, traits: Counter[str], recent: Recent) -> Iterator[Shift]:
    before = pages - recent.pages
    if recent.pages < FEWEST_RECENT or before < FEWEST_EARLIER:
        return
    for trait, count in sorted(recent.traits.items()):
        shift = risen(window, trait, count, recent.pages, traits[trait] - count, before)
        if shift is not None:
            yield shift


def risen(
    window: str, trait: str, count: int, pages: int, count_before: int, before: int
) -> Shift | None:
    """The shift of one trait: ``count`` of ``pages`` now, ``count_before`` of ``before`` then."""
    share, earlier = count / pages, count_before / before
    if earlier > USUAL or share - earlier < RISE:
        return None
    # One page more than were seen: that none had it so far does not mean that none can.
    if tail(count, pages, (count_before + 1) / (before + 2)) > CHANCE:
        return None
    return Shift(window, trait, pages, share, earlier)


def tail(count: int, pages: int, share: float) -> float:
    """Chance of at least ``count`` of ``pages`` when each has it with probability ``share``."""
    log_share, log_rest = math.log(share), math.log1p(-share)
    terms = [
        math.lgamma(pages + 1)
        - math.lgamma(each + 1)
        - math.lgamma(pages - each + 1)
        + each * log_share
        + (pages - each) * log_rest
        for each in range(count, pages + 1)
    ]
    return min(1.0, math.fsum(map(math.exp, terms)))
