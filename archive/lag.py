"""Publication lag: how long after a decision its text appears, in days, and what follows from it.

Pure figures. Only decisions that appeared while somebody was watching have a lag (the first fill
has none: what it finds may have stood there for years). All percentiles are by nearest rank: the
smallest lag that at least so many per cent of the decisions do not exceed. It is a lag that
occurred, never a mean of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

ENOUGH = 200
"""With fewer lags their 98th percentile is the mood of three or four decisions."""

FILLING_PERCENT = 98
DEFAULT_FILLING_DAYS = 120
"""How long a day of decisions goes on growing, before there are enough lags to tell."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How a set of lags is spread, in days; ``count`` is how many there are."""

    count: int
    least: int
    quarter: int
    half: int
    three_quarters: int
    ninety: int
    filling: int
    most: int


def percentile(ordered: Sequence[int], percent: int) -> int:
    """The nearest-rank percentile of values in rising order. Raises ValueError without values."""
    if not ordered:
        raise ValueError("no values, no percentile")
    return ordered[max(ceil(len(ordered) * percent / 100), 1) - 1]


def spread(lags: Sequence[int]) -> Spread | None:
    """The distribution of lags given in any order; None without any."""
    if not lags:
        return None
    ordered = sorted(lags)
    return Spread(
        count=len(ordered),
        least=ordered[0],
        quarter=percentile(ordered, 25),
        half=percentile(ordered, 50),
        three_quarters=percentile(ordered, 75),
        ninety=percentile(ordered, 90),
        filling=percentile(ordered, FILLING_PERCENT),
        most=ordered[-1],
    )


def filling_days(lags: Spread | None) -> int:
    """For how many days after a decision date more decisions of that date are to be expected."""
    if lags is None or lags.count < ENOUGH:
        return DEFAULT_FILLING_DAYS
    return lags.filling
