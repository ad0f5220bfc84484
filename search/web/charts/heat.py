"""A map of months: years as rows, months as columns, how far each is complete.

Each square has a number and, beside its colour, a strip with a pattern of its own (none where all
is well, and a broken outline where nobody asked), so that nothing rests on colour alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.web.charts.shapes import Chart, Node, dots, hatch, node, paint, rect, words

CELL, GAP, LEFT, TOP = 22.0, 2.0, 34.0, 16.0
MONTHS = ("J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D")
STRIP = 6.0

PATTERNS: Mapping[str, str] = {
    "whole": "empty",
    "filling": "rising",
    "missing": "upright",
    "disputed": "dotted",
    "unproven": "falling",
    "unasked": "empty",
}
"""State of a month → the pattern of its strip."""


@dataclass(frozen=True, slots=True)
class Month:
    """One square: its state (a key of ``PATTERNS``), and the few signs written into it."""

    state: str
    label: str


def heat(
    name: str,
    years: Sequence[tuple[int, Mapping[int, Month]]],
    title: str,
    description: str,
) -> Chart:
    """Years from top to bottom, each with its months by number; one without is left bare."""
    nodes: list[Node] = [_patterns(name)]
    for place, letter in enumerate(MONTHS):
        nodes.append(words(_x(place) + CELL / 2, TOP - 5, letter, "tick"))
    for row, (year, months) in enumerate(years):
        top = TOP + row * (CELL + GAP)
        nodes.append(words(LEFT - 5, top + 15, str(year), "tick", "end"))
        for number, month in sorted(months.items()):
            nodes.append(_square(name, _x(number - 1), top, month))
    height = TOP + len(years) * (CELL + GAP)
    return Chart(name, _x(12), max(height, TOP + 1), tuple(nodes), title, description)


def sample(name: str, state: str) -> Chart:
    """One square for the legend."""
    square = _square(name, 0.0, 0.0, Month(state, ""))
    return Chart(name, CELL, CELL, (_patterns(name), square))


def _x(place: int) -> float:
    return LEFT + place * (CELL + GAP)


def _square(name: str, x: float, y: float, month: Month) -> Node:
    strip = y + CELL - STRIP
    pattern = PATTERNS[month.state]
    children = [
        rect(x, y, CELL, CELL, "square"),
        rect(x, strip, CELL, STRIP, "over", paint(f"{name}-{pattern}")),
    ]
    if month.label:
        children.append(words(x + CELL / 2, y + 12, month.label, "inside"))
    return node("g", class_=f"month {month.state}", children=children)


def _patterns(name: str) -> Node:
    empty = node("pattern", id=f"{name}-empty", width=4.0, height=4.0)
    return node(
        "defs",
        children=[
            hatch(f"{name}-rising", "ink", 45),
            hatch(f"{name}-falling", "ink", -45, 3.0),
            hatch(f"{name}-upright", "ink", 0, 3.0),
            dots(f"{name}-dotted", "inkdot", 3.0),
            empty,
        ],
    )
