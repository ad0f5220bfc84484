"""Bars that stand in a cell beside their number: ornaments, so without words of their own."""

from __future__ import annotations

from archive.figures.rates import Rate
from search.web.charts.shapes import Chart, line, rect

WIDTH, HEIGHT = 100.0, 10.0


def bar(part: int, most: int) -> Chart:
    """``part`` as a share of the longest bar of its table."""
    share = part / most if most else 0.0
    return Chart("", WIDTH, HEIGHT, (rect(0.0, 1.0, WIDTH * share, HEIGHT - 2, "bar"),))


def rate_bar(found: Rate) -> Chart:
    """A share of a hundred, and a line over the span in which it may truly lie."""
    low, high, middle = WIDTH * found.low, WIDTH * found.high, HEIGHT / 2
    return Chart(
        "",
        WIDTH,
        HEIGHT,
        (
            rect(0.0, 0.5, WIDTH, HEIGHT - 1, "track"),
            rect(0.0, 0.5, WIDTH * found.share, HEIGHT - 1, "bar few" if found.small else "bar"),
            line(low, middle, high, middle, "whisker"),
            line(low, 2.0, low, HEIGHT - 2, "whisker"),
            line(high, 2.0, high, HEIGHT - 2, "whisker"),
        ),
    )
