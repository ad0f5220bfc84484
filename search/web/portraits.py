"""Figures as a page shows them: lines of tables with their remarks, and the charts beside them.

Pure: from ``archive.figures`` to plain records for the templates. Every number is one of the
figures; nothing is counted here but how long a bar is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archive.figures.asking import Figures
from archive.figures.caveats import notes
from archive.figures.counting import NO_REMEDY, Row
from archive.figures.periods import Break, breaks_touching, span_of
from archive.figures.portrait import Portrait
from archive.figures.rates import Rate
from archive.records import BodyType
from search.web.charts.bars import bar, rate_bar
from search.web.charts.series import Period, rates, stacked
from search.web.charts.shapes import Chart

PERIODS = {"financial-year": "financial year", "year": "calendar year"}
"""What the outcomes can be shown by → its name."""

TYPE_WORDS = {
    BodyType.DISTRICT: "District council",
    BodyType.COUNTY: "County council",
    BodyType.UNITARY: "Unitary council",
    BodyType.LONDON_BOROUGH: "London borough",
    BodyType.METROPOLITAN: "Metropolitan borough or city council",
    BodyType.COMBINED_AUTHORITY: "Combined authority",
    BodyType.NHS: "NHS organisation",
    BodyType.CARE_PROVIDER: "Care provider",
    BodyType.SCHOOL: "School or academy",
    BodyType.OTHER: "Other organisation",
}

REMEDY_WORDS = {
    "apology": "Apology",
    "payment": "Payment",
    "service_improvement": "Improving the service",
    "review": "Review of a case or a policy",
    "training": "Training or guidance for staff",
    "reassessment": "Assessing or deciding again",
    "refund": "Refund or waiving a charge",
    "other": "Something else",
    NO_REMEDY: "None read from the text",
}

NOT_COUNTED = (
    "Decisions that the Ombudsman took down early, and those whose text is not passed on for now, "
    "are in no figure on this page."
)

MOST_PANELS = 6
MOST_COUNCILS = 15


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table. ``before`` are breaks in the series between the last row and this one."""

    name: str
    row: Row
    href: str | None = None
    bar: Chart | None = None
    rate_bar: Chart | None = None
    remarks: tuple[str, ...] = ()
    before: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several small charts, and its counts by period."""

    name: str
    chart: Chart
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What the templates show of a portrait. ``by`` is the key of ``PERIODS`` shown."""

    by: str
    total: Row
    periods: tuple[Line, ...]
    outcomes: Chart | None
    rates: Chart | None
    parts: tuple[Line, ...]
    panels: tuple[Panel, ...]
    remedies: tuple[Line, ...]
    councils: tuple[Line, ...]
    more_councils: int
    notes: tuple[str, ...]
    portrait: Portrait

    @property
    def partial(self) -> bool:
        """Whether some period is not whole."""
        return any(line.remarks and set(line.remarks) - {"small"} for line in self.periods)


def view(
    portrait: Portrait,
    *,
    part: Callable[[Row], tuple[str, str | None]] | None = None,
    council: Callable[[str], str] | None = None,
) -> View:
    """The tables of a portrait by what they are by. ``part`` gives name and address of a row by
    category or sub-category, ``council`` the address of a council by its name."""
    by_what = {figures.tally.by: figures for figures in portrait.tables}
    period = next(figures for figures in portrait.tables if figures.tally.by[0] in PERIODS)
    by = period.tally.by[0]
    drawn = _periods(period)
    parts = by_what.get(("category",)) or by_what.get(("subcategory",))
    over_time = by_what.get(("category", by)) or by_what.get(("subcategory", by))
    remedies = by_what.get(("remedy",))
    bodies = by_what.get(("body",))
    councils = () if bodies is None else sorted(bodies.rows, key=lambda row: -row.decisions)
    called = part or (lambda row: (row.key[0], None))
    return View(
        by=by,
        total=period.tally.total,
        periods=tuple(_period_lines(period)),
        outcomes=_outcomes(period, drawn),
        rates=_rates(period, drawn),
        parts=() if parts is None else tuple(_lines(_by_number(parts.rows), called)),
        panels=() if over_time is None else tuple(_panels(over_time, drawn, called)),
        remedies=() if remedies is None else tuple(_remedies(remedies)),
        councils=tuple(
            _lines(
                councils[:MOST_COUNCILS],
                lambda row: (row.key[0], None if council is None else council(row.key[0])),
            )
        ),
        more_councils=max(len(councils) - MOST_COUNCILS, 0),
        notes=tuple(_notes(period, portrait.tables)),
        portrait=portrait,
    )


def period_of(text: str) -> str:
    """A key of ``PERIODS``. Raises ValueError, naming those that there are."""
    if text not in PERIODS:
        raise ValueError(f"{text[:40]!r} is not one of: {', '.join(PERIODS)}")
    return text


def interval(found: Rate) -> str:
    """``45–83%``."""
    return f"{found.low * 100:.0f}–{found.high * 100:.0f}%"


def _by_number(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -row.decisions)


def _lines(rows: Sequence[Row], called: Callable[[Row], tuple[str, str | None]]) -> Iterator[Line]:
    most = max((row.decisions for row in rows), default=0)
    for row in rows:
        name, href = called(row)
        rate = row.uphold_rate
        yield Line(
            name,
            row,
            href,
            bar(row.decisions, most),
            None if rate is None else rate_bar(rate),
            ("small",) if rate is not None and rate.small else (),
        )


def _period_lines(figures: Figures) -> Iterator[Line]:
    by = figures.tally.by[0]
    for row in figures.rows:
        span = span_of(by, row.key[0])
        touching = () if span is None else breaks_touching(span)
        crossed = [each for each in touching if each in figures.breaks]
        at_start = tuple(each for each in crossed if span is not None and each.on == span.first)
        remarks = [gap.value for gap in figures.gaps.get(row.key, ())]
        if row.uphold_rate is not None and row.uphold_rate.small:
            remarks.append("small")
        if len(at_start) < len(crossed):
            remarks.append("break within")
        rate = row.uphold_rate
        yield Line(
            row.key[0],
            row,
            rate_bar=None if rate is None else rate_bar(rate),
            remarks=tuple(remarks),
            before=at_start,
        )


def _periods(figures: Figures) -> list[Period]:
    by = figures.tally.by[0]
    found = []
    for row in figures.rows:
        span = span_of(by, row.key[0])
        breaks = () if span is None else tuple(
            (each.on - span.first).days / span.days
            for each in breaks_touching(span)
            if each in figures.breaks
        )  # fmt: skip
        found.append(
            Period(
                row.key[0],
                _outcome_counts(row),
                row.uphold_rate,
                not figures.gaps.get(row.key),
                breaks,
            )
        )
    return found


def _outcome_counts(row: Row) -> tuple[int, ...]:
    return row.upheld, row.not_upheld, row.closed, row.unknown


def _outcomes(figures: Figures, drawn: Sequence[Period]) -> Chart | None:
    if not drawn:
        return None
    most = max(figures.rows, key=lambda row: row.decisions)
    what = PERIODS[figures.tally.by[0]]
    return stacked(
        "outcomes",
        drawn,
        f"Published decisions by {what} and outcome",
        f"Columns from {drawn[0].name} to {drawn[-1].name}; the highest is {most.key[0]} with "
        f"{most.decisions:,}. The table has every number.",
    )


def _rates(figures: Figures, drawn: Sequence[Period]) -> Chart | None:
    if not any(period.rate for period in drawn):
        return None
    return rates(
        "rates",
        drawn,
        f"Share upheld of those investigated, by {PERIODS[figures.tally.by[0]]}",
        "A point for each period with the span in which the share may truly lie. The table has "
        "every number.",
    )


def _panels(
    figures: Figures, periods: Sequence[Period], called: Callable[[Row], tuple[str, str | None]]
) -> Iterator[Panel]:
    """Small charts on one scale, of the values with the most decisions; one alone shows nothing
    that the large chart does not."""
    if len(periods) < 2:
        return
    held: dict[str, dict[str, Row]] = {}
    for row in figures.rows:
        held.setdefault(row.key[0], {})[row.key[1]] = row
    size = {name: sum(row.decisions for row in rows.values()) for name, rows in held.items()}
    chosen = sorted(held, key=lambda name: -size[name])[:MOST_PANELS]
    if len(chosen) < 2:
        return
    most = max(row.decisions for name in chosen for row in held[name].values())
    for place, name in enumerate(chosen):
        rows = held[name]
        drawn = [
            Period(
                each.name,
                _outcome_counts(rows[each.name]) if each.name in rows else (),
                None,
                each.whole,
                each.breaks,
            )
            for each in periods
        ]
        told = called(next(iter(rows.values())))[0]
        chart = stacked(
            f"panel{place}",
            drawn,
            f"{told}: published decisions by period",
            f"{size[name]:,} in all. The table below has every number.",
            width=220.0,
            height=110.0,
            most=most,
        )
        counts = tuple(rows[each.name].decisions if each.name in rows else 0 for each in periods)
        yield Panel(told, chart, counts)


def _remedies(figures: Figures) -> Iterator[Line]:
    """Kinds of remedy by the number of decisions with one; those without any last."""
    rows = sorted(figures.rows, key=lambda row: (row.key[0] == NO_REMEDY, -row.decisions))
    most = max((row.decisions for row in rows), default=0)
    for row in rows:
        kind = row.key[0]
        words = REMEDY_WORDS.get(kind, kind.replace("_", " ").capitalize())
        yield Line(words, row, bar=bar(row.decisions, most))


def _notes(period: Figures, tables: Sequence[Figures]) -> Iterator[str]:
    """What limits the figures, each sentence once. Which months are not whole is said by the table
    by period, so not again in ranges of months."""
    said: dict[str, None] = dict.fromkeys(period.notes)
    for figures in tables:
        said |= dict.fromkeys(
            notes(
                figures.tally,
                gaps={},
                span_gaps=(),
                breaks=figures.breaks,
                funnels=(),
                only=(),
                ranked=False,
            )
        )
    said[NOT_COUNTED] = None
    yield from said
