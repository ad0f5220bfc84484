"""Numbers by period: columns stacked by outcome, rates with their intervals, small multiples.

A period that is not whole is drawn with a broken outline and a star behind its name, and a line of
rates never leads to or from it, nor to one with few cases, nor across a break in the series: what
cannot be compared is not joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from archive.figures.rates import Rate
from search.web.charts.shapes import (
    Chart,
    Node,
    dots,
    hatch,
    line,
    node,
    paint,
    rect,
    words,
)

WIDTH = 320.0
LEFT, RIGHT, TOP, BOTTOM = 30.0, 6.0, 12.0, 18.0
LABEL_WIDTH = 50.0
"""Units that the name of a period takes; names that would touch are left out."""

BREAK_WIDTH = 32.0
"""Units that the word at a break takes; one that would touch another is left out."""

MOST_PERIODS = 40
"""The latest so many are drawn; the table beside has all."""

STAR = "*"


@dataclass(frozen=True, slots=True)
class Period:
    """One column. ``parts`` are counts from the bottom up. ``breaks`` are places within the period
    at which the series breaks, as shares of its length (0.0: where it begins)."""

    name: str
    parts: tuple[int, ...] = ()
    rate: Rate | None = None
    whole: bool = True
    breaks: tuple[float, ...] = ()


def stacked(
    name: str,
    periods: Sequence[Period],
    title: str,
    description: str,
    *,
    width: float = WIDTH,
    height: float = 170.0,
    most: int | None = None,
) -> Chart:
    """Columns of counts, the parts of each stacked in the classes ``part1``, ``part2`` …

    ``most`` is the value at the top of the scale; several charts with one can be compared.
    """
    drawn = periods[-MOST_PERIODS:]
    scale = _Scale(drawn, width, height, steps(max(_highest(drawn) if most is None else most, 1)))
    nodes = [_patterns(name), *scale.grid("{:,}".format)]
    for place, period in enumerate(drawn):
        foot = scale.y(0)
        for part, count in enumerate(period.parts, start=1):
            if not count:
                continue
            top = foot - (scale.y(0) - scale.y(count))
            nodes.append(_column(name, scale, place, top, foot, part, period.whole))
            foot = top
    nodes += [*scale.names(), *scale.breaks()]
    return Chart(name, width, height, tuple(nodes), title, description)


def rates(
    name: str, periods: Sequence[Period], title: str, description: str, *, height: float = 150.0
) -> Chart:
    """Rates of 0 to 100% with their intervals; a hollow point stands for few cases or a period that
    is not whole."""
    drawn = periods[-MOST_PERIODS:]
    scale = _Scale(drawn, WIDTH, height, (0, 25, 50, 75, 100))
    nodes = list(scale.grid(lambda value: f"{value}%"))
    for here, there in _joined(drawn):
        one, other = drawn[here].rate, drawn[there].rate
        if one is not None and other is not None:
            nodes.append(
                line(
                    scale.middle(here),
                    scale.y(one.share * 100),
                    scale.middle(there),
                    scale.y(other.share * 100),
                    "trend",
                )
            )
    for place, period in enumerate(drawn):
        if period.rate is not None:
            nodes += _point(scale, place, period.rate, sure=_sure(period))
    nodes += [*scale.names(), *scale.breaks()]
    return Chart(name, WIDTH, height, tuple(nodes), title, description)


def steps(most: int) -> tuple[int, ...]:
    """Values of a scale from 0 to at least ``most``: whole, evenly apart, two to five of them."""
    step, factor = 1, 1
    while True:
        for one in (1, 2, 5):
            step = one * factor
            if step * 4 >= most:
                count = -(-most // step)
                return tuple(range(0, (count + 1) * step, step))
        factor *= 10


def _highest(periods: Sequence[Period]) -> int:
    return max((sum(period.parts) for period in periods), default=0)


class _Scale:
    """Where things stand: x by period, y by value."""

    def __init__(
        self, periods: Sequence[Period], width: float, height: float, values: Sequence[int]
    ) -> None:
        self._periods, self._values, self._right = periods, values, width - RIGHT
        self._bottom, self._height = height - BOTTOM, height - BOTTOM - TOP
        self.step = (self._right - LEFT) / max(len(periods), 1)

    def y(self, value: float) -> float:
        return self._bottom - self._height * value / self._values[-1]

    def left(self, place: int) -> float:
        return LEFT + self.step * place

    def middle(self, place: int) -> float:
        return self.left(place) + self.step / 2

    def grid(self, told: Callable[[int], str]) -> Iterator[Node]:
        """Level lines with their values."""
        for value in self._values:
            y = self.y(value)
            yield line(LEFT, y, self._right, y, "axis" if value == 0 else "grid")
            yield words(LEFT - 4, y + 3, told(value), "tick", "end")

    def names(self) -> Iterator[Node]:
        """As many names of periods as there is room for, the last one always."""
        every = max(1, ceil(LABEL_WIDTH / self.step))
        last = len(self._periods) - 1
        for place, period in enumerate(self._periods):
            if (last - place) % every == 0:
                star = "" if period.whole else STAR
                yield words(self.middle(place), self._bottom + 12, f"{period.name}{star}", "tick")

    def breaks(self) -> Iterator[Node]:
        """A broken line where figures on both sides are not to be compared."""
        free = 0.0
        for place, period in enumerate(self._periods):
            for share in period.breaks:
                if place == 0 and share == 0.0:
                    continue
                x = self.left(place) + self.step * share
                yield line(x, TOP - 4, x, self._bottom, "break")
                if x >= free:
                    yield words(x, TOP - 5, "break", "tick")
                    free = x + BREAK_WIDTH


def _column(
    name: str, scale: _Scale, place: int, top: float, foot: float, part: int, whole: bool
) -> Node:
    wide = min(scale.step * 0.72, 34.0)
    x, high = scale.middle(place) - wide / 2, foot - top
    return node(
        "g",
        class_=f"part{part}" if whole else f"part{part} partial",
        children=[
            rect(x, top, wide, high, "fill"),
            rect(x, top, wide, high, "over", paint(f"{name}-{part}")),
        ],
    )


def _patterns(name: str) -> Node:
    """Beside its colour each part has a pattern: none, lines, dots."""
    return node(
        "defs",
        children=[
            node("pattern", id=f"{name}-1", width=4.0, height=4.0),
            hatch(f"{name}-2", "ink", 45),
            dots(f"{name}-3", "inkdot"),
            hatch(f"{name}-4", "ink", 0, 3.0),
        ],
    )


def _point(scale: _Scale, place: int, rate: Rate, *, sure: bool) -> Iterator[Node]:
    x = scale.middle(place)
    low, high = scale.y(rate.low * 100), scale.y(rate.high * 100)
    yield line(x, low, x, high, "whisker")
    yield line(x - 3, low, x + 3, low, "whisker")
    yield line(x - 3, high, x + 3, high, "whisker")
    yield node(
        "circle", cx=x, cy=scale.y(rate.share * 100), r=3.2, class_="point" if sure else "point few"
    )


def _joined(periods: Sequence[Period]) -> Iterator[tuple[int, int]]:
    """Neighbours that can be compared."""
    for place, (one, other) in enumerate(pairwise(periods)):
        within = any(share > 0.0 for share in one.breaks)
        if _sure(one) and _sure(other) and not within and not other.breaks:
            yield place, place + 1


def _sure(period: Period) -> bool:
    return period.whole and period.rate is not None and not period.rate.small
