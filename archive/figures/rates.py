"""Rates with their uncertainty, and quartiles: the arithmetic, each with the rule it follows. Pure.

The interval of a rate is Wilson's (E. B. Wilson, "Probable inference, the law of succession, and
statistical inference", Journal of the American Statistical Association 22, 1927): it never leaves
0 to 1 and keeps its level for small numbers and rates near either end, where the plain interval
(rate ± 1.96 standard errors) fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054
"""The standard normal quantile of 0.975: nineteen intervals in twenty hold the rate behind them."""

SMALL = 20
"""With fewer cases a rate is flagged: at a rate of one half its interval is then more than forty
percentage points wide, so that it tells next to nothing. A single case more or less moves the rate
by over five points."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``part`` of ``whole`` with Wilson's 95% interval; all three shares from 0 to 1."""

    part: int
    whole: int
    share: float
    low: float
    high: float

    @property
    def small(self) -> bool:
        """Whether there are too few to tell much (``SMALL``)."""
        return self.whole < SMALL


def rate(part: int, whole: int) -> Rate | None:
    """The rate, None of nothing. Raises ValueError where the part exceeds the whole."""
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no rate")
    if whole == 0:
        return None
    low, high = wilson(part, whole)
    return Rate(part, whole, part / whole, low, high)


def wilson(part: int, whole: int, z: float = Z_95) -> tuple[float, float]:
    """Wilson's interval without correction for continuity."""
    share = part / whole
    middle = share + z * z / (2 * whole)
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    # At the ends the formula gives the end itself, but for the last bit of a float.
    low = 0.0 if part == 0 else (middle - half) / scale
    high = 1.0 if part == whole else (middle + half) / scale
    return low, high


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Sums in pence: how many, what they come to, the least, the quartiles and the most."""

    count: int
    total: int
    least: int
    quarter: int
    median: int
    three_quarters: int
    most: int


def quartiles(values: Sequence[int]) -> Quartiles | None:
    """Quartiles by linear interpolation between the two nearest values, to the whole penny.

    It is the rule that numpy, pandas, R (type 7) and spreadsheets (QUARTILE.INC) use when nobody
    chooses another; a half penny goes up. None without values.
    """
    if not values:
        return None
    ordered = sorted(values)
    return Quartiles(
        count=len(ordered),
        total=sum(ordered),
        least=ordered[0],
        quarter=_quartile(ordered, 1),
        median=_quartile(ordered, 2),
        three_quarters=_quartile(ordered, 3),
        most=ordered[-1],
    )


def _quartile(ordered: Sequence[int], which: int) -> int:
    below, fourths = divmod((len(ordered) - 1) * which, 4)
    above = min(below + 1, len(ordered) - 1)
    # Whole numbers throughout: four times the value is exact.
    times_four = 4 * ordered[below] + fourths * (ordered[above] - ordered[below])
    return (times_four + 2) // 4
