"""``/coverage``: month by month, how much of what the Ombudsman lists is here.

The figures are those of ``decisions coverage``; what each means is in ``archive.coverage``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, render_template, request

from archive.coverage import Row
from archive.coverage_command import total
from archive.coverage_reader import Coverage
from search.web.asking import taken
from search.web.charts.heat import Month, heat, sample
from search.web.charts.shapes import Chart
from search.web.keeping import Keeping
from search.web.site import Site
from search.web.sources import chosen

_ONE: Mapping[str, tuple[str, Callable[[str], Any]]] = {"source": ("source", str)}

STATES = {
    "whole": "proven complete, and all of it is here",
    "filling": "still filling up: decisions of it are still being published",
    "missing": "something that is listed is not here yet",
    "disputed": "the Ombudsman’s own count never adds up",
    "unproven": "not proven complete, or not all its days were asked for",
    "unasked": "never asked for",
}
"""State of a month → what its square means."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table with the state of its month and its share that is here, in words."""

    row: Row
    state: str
    share: str


def state_of(row: Row) -> str:
    """The worst thing that is to be said of a month."""
    if not row.days_asked:
        return "unasked"
    if row.missing:
        return "missing"
    if row.disputed:
        return "disputed"
    if row.filling:
        return "filling"
    return "unproven" if row.proven_at is None else "whole"


def share_of(row: Row) -> str:
    """How much of a hundred listed addresses is here, rounded down; a dash without a list."""
    if not row.listed:
        return "–"
    return str((row.listed - row.missing - row.unavailable) * 100 // row.listed)


def years(rows: Iterable[Row]) -> list[tuple[int, dict[int, Month]]]:
    """The months by year, the newest year first; days before the first month are in none."""
    found: dict[int, dict[int, Month]] = {}
    for row in rows:
        if row.name == row.first_day.isoformat()[:7] and row.days:
            months = found.setdefault(row.first_day.year, {})
            months[row.first_day.month] = Month(state_of(row), share_of(row))
    if not found:
        return []
    return [(year, found.get(year, {})) for year in range(max(found), min(found) - 1, -1)]


def drawn(rows: Sequence[Row]) -> Chart | None:
    """The map of months; None without any."""
    by_year = years(rows)
    if not by_year:
        return None
    whole = sum(state_of(row) == "whole" for row in rows)
    return heat(
        "months",
        by_year,
        "How complete each month of decisions is",
        f"{whole} of {len(rows)} months are proven complete and all here. Years from top to "
        "bottom, months from January to December; the table has every number.",
    )


def register(app: Flask, site: Site) -> None:
    """``/coverage``."""
    keeping = Keeping(site)

    @app.get("/coverage")
    def coverage() -> str:
        asked = taken(request.args, _ONE)
        with site.open_archive() as archive:
            source = chosen(archive, asked.get("source"))
        if source is None:
            return render_template("coverage.html", found=None, source=None)
        today: date = site.now().date()
        found: Coverage = keeping.ask("coverage", source.key, today)
        return render_template(
            "coverage.html",
            found=found,
            source=source,
            chart=drawn(found.rows),
            samples=[(sample(f"key-{name}", name), words) for name, words in STATES.items()],
            lines=[Line(row, state_of(row), share_of(row)) for row in reversed(found.rows)],
            states=STATES,
            sums=total(found.rows),
        )
