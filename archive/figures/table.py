"""Figures as a table on a terminal or in a pipe, with the sentences that belong under it.

Everything that comes from a page is cleaned here. Colour says nothing that words do not say too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from archive.figures.asking import Figures
from archive.figures.counting import Row
from archive.figures.funnel import Funnel, Position
from archive.figures.periods import BREAKS, span_of
from archive.figures.rates import Rate
from archive.figures.shapes import breaks_of, place_of
from archive.screen import clean

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WORDS = {
    "body": "council or provider",
    "type": "type",
    "category": "category",
    "subcategory": "category > sub-category",
    "kind": "kind",
    "outcome": "outcome",
    "year": "year",
    "financial-year": "April-March",
    "month": "month",
    "remedy": "remedy",
}
"""Dimension → the heading of its column."""

POSITIONS = {
    Position.WITHIN: "within",
    Position.ABOVE_95: "above 95%",
    Position.ABOVE_998: "above 99.8%",
    Position.BELOW_95: "below 95%",
    Position.BELOW_998: "below 99.8%",
}


def pounds(pence: int | None) -> str:
    """``£1,250``, ``£99.50``."""
    if pence is None:
        return ""
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}" if not rest else f"£{whole:,}.{rest:02}"


def percent(found: Rate | None) -> str:
    """``67%``, nothing of nothing."""
    return "" if found is None else f"{found.share:.0%}"


def interval(found: Rate | None) -> str:
    """``45-83%``."""
    return "" if found is None else f"{found.low * 100:.0f}-{found.high:.0%}"


def print_figures(figures: Figures, console: Console) -> None:
    """The table, its total, the comparison by type, and what limits it all."""
    from rich.measure import Measurement

    if figures.rows:
        table = _table(figures)
        if console.is_terminal:
            console.print(table)
        else:
            # A pipe has no width: nothing is cut or wrapped there.
            wide = console.options.update(max_width=10_000)
            console.width = max(Measurement.get(console, wide, table).maximum, 80)
            with console.capture() as held:
                console.print(table)
            lines = (line.rstrip() for line in held.get().splitlines())
            console.print("\n".join(lines), soft_wrap=True)
    else:
        console.print("No decision in the archive answers to this.")
    for each in figures.funnels:
        console.print(_funnel_words(each), soft_wrap=True)
    console.print("")
    for note in (*figures.notes, f"Source: {figures.source.attribution}"):
        console.print(clean(note), soft_wrap=not console.is_terminal)


_Column = tuple[str, Callable[[Row], str]]


def _columns(figures: Figures) -> Iterator[_Column]:
    total = figures.tally.total
    yield "decisions", lambda row: f"{row.decisions:,}"
    if total.references != total.decisions:
        yield "references", lambda row: f"{row.references:,}"
    if "outcome" not in figures.tally.by:
        yield "upheld", lambda row: f"{row.upheld:,}"
        yield "not\nupheld", lambda row: f"{row.not_upheld:,}"
        yield "closed", lambda row: f"{row.closed:,}"
        if total.unknown:
            yield "unknown", lambda row: f"{row.unknown:,}"
    if figures.tally.has_rates:
        yield "upheld of\ninvestigated", lambda row: percent(row.uphold_rate)
        yield "95%\ninterval", lambda row: interval(row.uphold_rate)
        yield "upheld\nof all", lambda row: percent(row.uphold_of_all)
    if total.reports:
        yield "reports", lambda row: f"{row.reports:,}"
        yield "satisfied", lambda row: f"{row.satisfied:,}"
    if "remedy" in figures.tally.by:
        yield "remedies", lambda row: f"{row.remedies:,}"
        yield "with\na sum", lambda row: _count(row)
    else:
        yield "payments", lambda row: _count(row)
    yield "median", lambda row: "" if row.payments is None else pounds(row.payments.median)
    yield "middle half", _middle
    if figures.funnels:
        yield "among\nits type", lambda row: _place(figures, row)


def _count(row: Row) -> str:
    return f"{row.payments.count:,}" if row.payments is not None else "0"


def _middle(row: Row) -> str:
    """From the lower quartile to the upper: half of the payments lie there."""
    if row.payments is None:
        return ""
    return f"{pounds(row.payments.quarter)}-{pounds(row.payments.three_quarters)}"


def _place(figures: Figures, row: Row) -> str:
    place = place_of(figures, row)
    return "" if place is None else POSITIONS[place[1].position]


def _remarks(figures: Figures, row: Row) -> str:
    found = [gap.value for gap in figures.gaps.get(row.key, ())]
    rate = row.uphold_rate
    if figures.tally.has_rates and rate is not None and rate.small:
        found.append("small")
    if any(day[5:] != _first_day(figures, row) for day in breaks_of(figures, row)):
        found.append("break within")
    return ", ".join(found)


def _first_day(figures: Figures, row: Row) -> str:
    """Month and day on which the row's period begins."""
    place = figures.period
    span = None if place is None else span_of(figures.tally.by[place], row.key[place])
    return "" if span is None else span.first.isoformat()[5:]


def _table(figures: Figures) -> Table:
    from rich.table import Table

    columns = list(_columns(figures))
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    if figures.question.rank:
        table.add_column("rank", justify="right")
    for name in figures.tally.by:
        table.add_column(WORDS[name], overflow="fold")
    for heading, _ in columns:
        table.add_column(heading, justify="right", overflow="fold")
    table.add_column("remarks", overflow="fold")
    before: Row | None = None
    for number, row in enumerate(figures.rows, start=1):
        if before is not None and not figures.question.rank:
            for words in _breaks_between(figures, before, row):
                table.add_row(f"-- {words} --")
        ranked = [_rank(figures, row, number)] if figures.question.rank else []
        cells = [cell(row) for _, cell in columns]
        table.add_row(*ranked, *map(clean, row.key), *cells, _remarks(figures, row))
        before = row
    lead: Sequence[str] = ("",) * (len(figures.tally.by) - 1)
    if figures.question.rank:
        lead = ("", *lead)
    table.add_row(
        *(("", "all", *lead[1:]) if figures.question.rank else ("all", *lead)),
        *(cell(figures.tally.total) for _, cell in columns),
        "",
        style="bold",
    )
    return table


def _rank(figures: Figures, row: Row, number: int) -> str:
    rate = row.uphold_rate
    if figures.tally.has_rates and (rate is None or rate.small):
        return ""
    return str(number)


def _breaks_between(figures: Figures, before: Row, row: Row) -> Iterator[str]:
    """Breaks that a reader crosses from one row to the next of a table by period alone."""
    if figures.period is None or len(figures.tally.by) != 1:
        return
    by = figures.tally.by[0]
    last, this = span_of(by, before.key[0]), span_of(by, row.key[0])
    if last is None or this is None:
        return
    for each in BREAKS:
        if last.last < each.on <= this.last:
            yield f"break: {each.on.day} {each.on:%b %Y}"


def _funnel_words(found: Funnel) -> str:
    return (
        f"{found.group.replace('_', ' ')}: {found.share:.0%} of {found.cases:,} investigated were "
        f"upheld; of {len(found.placed):,} authorities {found.outside(far=False):,} lie outside "
        f"the 95% limits, {found.outside(far=True):,} outside 99.8%"
    )
