"""Within how many nights every live decision is looked at again: arithmetic over counts.

A night's budget goes in three shares, each passing on what it does not use: two fifths to young
decisions not seen for a week, a fifth to those whose five years are nearly over, and the rest to
those that nobody looked at longest. Only the last share comes round to every decision, so the bound
follows from how much of the budget is left for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from archive.records import DecisionKind

DEFAULT_BUDGET = 200
"""Revisits a night, unless ``decisions crawl --revisit`` says otherwise."""

YOUNG_DAYS, REST_DAYS = 183, 7
"""Decided within so many days, a decision is looked at again once it was not seen for a week."""

LEAVING_DAYS = 60
"""Within so many days of the end of its time on the site a decision may leave it any night."""

YEARS_ON_SITE = {DecisionKind.STATEMENT: 5, DecisionKind.REPORT: 10}
"""Statements by the publisher's staff manual, reports by our inference."""

YOUNG_SHARE, LEAVING_SHARE = Fraction(2, 5), Fraction(1, 5)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many decisions are on the site, and how many of them in the two favoured groups."""

    live: int
    young: int
    leaving: int


def nights_to_see_all(standing: Standing, budget: int) -> int | None:
    """Nights after which every live decision was looked at at least once; None: never.

    An upper bound for any order of nights. In N nights the young ones take at most their share
    each night and at most one look in ``REST_DAYS`` nights each; those about to leave may be looked
    at every night. What remains goes to the longest unseen, and nothing overtakes there.
    """
    if standing.live == 0:
        return 0
    if budget <= 0:
        return None
    if standing.live <= budget - budget * (YOUNG_SHARE + LEAVING_SHARE):
        return 1
    by_share = _nights(standing.live, budget, budget * YOUNG_SHARE, standing.leaving)
    weekly = Fraction(standing.young, REST_DAYS)
    if weekly >= budget * YOUNG_SHARE:
        return by_share
    # Each young one may have had one look more than whole weeks allow.
    by_week = _nights(standing.live + standing.young, budget, weekly, standing.leaving)
    return min(by_share, by_week)


def _nights(queue: int, budget: int, young: Fraction, leaving: int) -> int:
    """Nights for a queue when the young take so much of each on average."""
    passed_on = budget * (YOUNG_SHARE + LEAVING_SHARE) - young
    return ceil(queue / (budget - young - min(passed_on, Fraction(leaving))))
