"""Whether a council's rate lies farther from its group's than chance explains: funnel limits. Pure.

After D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in
Medicine 24 (2005), 1185-1202: each authority's rate is set against its number of cases, with limits
around the rate of the whole group at 95% and 99.8% (about two and three standard deviations), so
that nobody is ranked on what chance does to small numbers.

The limits are exact sums of the binomial distribution. A count is *outside* only if one so far out,
or farther, has a chance of at most 2.5% (or 0.1%) on that side. Spiegelhalter's own limits are
interpolated between two counts to make a smooth line, which puts somewhat more outside; here the
stated chance is never exceeded, and the lines have steps.

What it does not do: it does not allow for differences between councils beyond chance (what they are
complained about, how many people they serve). With real councils more lie outside than chance
alone would put there, so *outside* is a question to ask, not an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import exp, fsum, lgamma, log

TAIL_95, TAIL_998 = 0.025, 0.001
"""The chance on each side outside the 95% and the 99.8% limits."""

FEWEST = 3
"""A group of fewer authorities is not compared: each would mostly be set against itself."""


class Position(StrEnum):
    """Where a rate lies in its funnel."""

    WITHIN = "within"
    ABOVE_95 = "above 95%"
    ABOVE_998 = "above 99.8%"
    BELOW_95 = "below 95%"
    BELOW_998 = "below 99.8%"


@dataclass(frozen=True, slots=True)
class Limits:
    """The smallest and largest counts that are not outside, at each level."""

    low_998: int
    low_95: int
    high_95: int
    high_998: int

    def position(self, count: int) -> Position:
        """Where a count lies."""
        if count > self.high_998:
            return Position.ABOVE_998
        if count > self.high_95:
            return Position.ABOVE_95
        if count < self.low_998:
            return Position.BELOW_998
        if count < self.low_95:
            return Position.BELOW_95
        return Position.WITHIN


def chances(cases: int, share: float) -> list[float]:
    """The binomial chance of each count from 0 to ``cases``."""
    if share <= 0.0:
        return [1.0] + [0.0] * cases
    if share >= 1.0:
        return [0.0] * cases + [1.0]
    whole, yes, no = lgamma(cases + 1), log(share), log(1 - share)
    return [
        exp(whole - lgamma(k + 1) - lgamma(cases - k + 1) + k * yes + (cases - k) * no)
        for k in range(cases + 1)
    ]


@lru_cache(maxsize=4096)
def limits(cases: int, share: float) -> Limits:
    """The limits for so many cases when the group's rate is ``share`` (from 0 to 1)."""
    each = chances(cases, share)
    return Limits(
        low_998=_first_inside(each, TAIL_998),
        low_95=_first_inside(each, TAIL_95),
        high_95=cases - _first_inside(each[::-1], TAIL_95),
        high_998=cases - _first_inside(each[::-1], TAIL_998),
    )


def _first_inside(each: Sequence[float], tail: float) -> int:
    """The first place up to which the chances come to more than ``tail``."""
    lowest = 0
    highest = len(each) - 1
    # Cumulative sums rise: look for the place by halves, each sum rounded once.
    while lowest < highest:
        middle = (lowest + highest) // 2
        if fsum(each[: middle + 1]) > tail:
            highest = middle
        else:
            lowest = middle + 1
    return lowest


@dataclass(frozen=True, slots=True)
class Member:
    """One authority: ``part`` of ``cases`` were upheld."""

    name: str
    part: int
    cases: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A member with its limits and where it lies."""

    name: str
    part: int
    cases: int
    limits: Limits
    position: Position


@dataclass(frozen=True, slots=True)
class Funnel:
    """A group around its common rate: what all its cases together give. ``share`` from 0 to 1."""

    group: str
    part: int
    cases: int
    share: float
    placed: tuple[Placed, ...]

    def outside(self, *, far: bool) -> int:
        """How many lie outside the 95% limits, or (``far``) the 99.8% limits."""
        wanted = (Position.ABOVE_998, Position.BELOW_998)
        if far:
            return sum(each.position in wanted for each in self.placed)
        return sum(each.position is not Position.WITHIN for each in self.placed)


def funnel(group: str, members: Iterable[Member]) -> Funnel | None:
    """Members with a case around their common rate; None for fewer than ``FEWEST`` of them."""
    counted = [each for each in members if each.cases > 0]
    if len(counted) < FEWEST:
        return None
    part = sum(each.part for each in counted)
    cases = sum(each.cases for each in counted)
    share = part / cases
    placed = []
    for each in counted:
        around = limits(each.cases, share)
        place = around.position(each.part)
        placed.append(Placed(each.name, each.part, each.cases, around, place))
    return Funnel(group, part, cases, share, tuple(placed))
