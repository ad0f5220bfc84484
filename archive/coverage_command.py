"""``decisions coverage``: what the archive covers, by month, as a table or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.coverage import Row
    from archive.coverage_reader import Coverage

HEADINGS = (
    "month",
    "stated",
    "listed",
    "held",
    "gone",
    "missing",
    "unavailable",
    "disputed",
    "proven",
)


@click.command()
@click.option("--source", metavar="KEY", help="Which ombudsman, where there is more than one.")
@click.option(
    "--revisit",
    "budget",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    metavar="N",
    help="Revisits a night to reckon with.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def coverage(app: App, source: str | None, budget: int, as_json: bool) -> None:
    """Say month by month what the site lists and what of it is here.

    \b
    stated       what the site says it lists; ? = cannot be told for the month alone
    listed       addresses on the list (one decision may have two)
    held         decisions in the archive, gone ones included
    gone         held, and no longer on the Ombudsman's site
    missing      listed, not held yet
    unavailable  listed, but its page is missing on the site
    disputed     spans of dates whose count never adds up
    proven       since when the whole month is proven complete
    """
    from archive.coverage_reader import read_coverage
    from archive.rounds import nights_to_see_all

    with app.open_archive(write=False) as archive:
        found = read_coverage(archive, source, today=datetime.now(UTC).date())
    if found.only:
        budget = 0  # A crawl limited to one council looks at nothing again.
    nights = nights_to_see_all(found.standing, budget)
    if as_json:
        write_json(coverage_json(found, budget, nights))
        return
    for line in coverage_lines(found, budget, nights):
        click.echo(clean(line))


def coverage_json(found: Coverage, budget: int, nights: int | None) -> dict[str, object]:
    """The versioned shape; dates and instants in ISO form."""
    return {
        "schema": 1,
        "source": found.source,
        "today": found.today.isoformat(),
        "only": list(found.only),
        "months": [_row_json(row) for row in found.rows],
        "total": total(found.rows),
        "undated": found.undated,
        "erased": found.erased,
        "lag_days": None if found.lag is None else asdict(found.lag),
        "filling_days": found.filling_days,
        "revisits": {**asdict(found.standing), "budget": budget, "nights": nights},
        "parts_not_adding_up": [
            {
                "first_day": split.first_day.isoformat(),
                "last_day": split.last_day.isoformat(),
                "stated": split.stated,
                "found": split.found,
            }
            for split in found.splits_off
        ],
    }


def _row_json(row: Row) -> dict[str, object]:
    shape = asdict(row)
    shape["month"] = shape.pop("name")
    shape["gone"] = row.expired + row.withdrawn
    for name in ("first_day", "last_day", "proven_at"):
        shape[name] = None if shape[name] is None else shape[name].isoformat()
    return {"month": shape.pop("month"), **shape}


def total(rows: Sequence[Row]) -> dict[str, int | None]:
    """The sums of the columns; ``stated`` is None as soon as one month's is."""
    stated: int | None = 0
    for row in rows:
        stated = None if stated is None or row.stated is None else stated + row.stated
    return {
        "stated": stated,
        "listed": sum(row.listed for row in rows),
        "held": sum(row.held for row in rows),
        "gone": sum(row.expired + row.withdrawn for row in rows),
        "missing": sum(row.missing for row in rows),
        "unavailable": sum(row.unavailable for row in rows),
    }


def coverage_lines(found: Coverage, budget: int, nights: int | None) -> Iterator[str]:
    """The table and what stands under it."""
    if found.only:
        yield f"This archive covers only {', '.join(found.only)}."
    if not found.by_windows:
        yield "This ombudsman's list cannot be asked for by date: no month can be proven."
    yield from _table(found)
    if any(row.stated is None and row.days_asked for row in found.rows):
        yield "? = a count that spans a month's end and could not be divided between the months"
    if any(row.days_asked < row.days for row in found.rows) and found.by_windows:
        yield "partly = some days of the month were never asked for"
    if found.undated:
        yield f"{found.undated:,} listed addresses have no date and are in no month."
    if found.erased:
        yield (
            f"{found.erased:,} erased here may still be stated by the site, and are neither listed "
            "nor held nor missing."
        )
    for split in found.splits_off:
        yield _split_words(split.first_day, split.last_day, split.stated, split.found)
    yield ""
    yield _lag_words(found)
    yield f"Months of the last {found.filling_days} days (marked +) are still filling up."
    yield _revisit_words(found.standing.live, budget, nights)
    yield (
        "Not every decision is published, and statements leave the site after five years: these "
        "are not the Ombudsman's caseload."
    )


def _table(found: Coverage) -> Iterator[str]:
    sums = total(found.rows)
    lines = [HEADINGS, *(_cells(row) for row in found.rows)]
    if found.rows:
        lines.append(
            (
                "all",
                _number(sums["stated"]),
                *(
                    _number(sums[name])
                    for name in ("listed", "held", "gone", "missing", "unavailable")
                ),
                "",
                "",
            )
        )
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADINGS))]
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:-1], strict=True)]
        yield "  ".join([*cells, line[-1]]).rstrip()


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name + (" +" if row.filling and row.days else ""),
        _number(row.stated) if row.days_asked else "-",
        _number(row.listed),
        _number(row.held),
        _number(row.expired + row.withdrawn),
        _number(row.missing),
        _number(row.unavailable),
        _number(row.disputed),
        _proof(row),
    )


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _proof(row: Row) -> str:
    if row.proven_at is not None:
        return f"{row.proven_at:%Y-%m-%d}"
    if row.unproven:
        return f"no, {row.unproven} open"
    if row.disputed:
        return "disputed"
    if not row.days_asked:
        return "not asked"
    return "partly" if row.days_asked < row.days else "no"


def _split_words(first: date, last: date, stated: int | None, found: int | None) -> str:
    if found is None:
        return f"{first} to {last} was not asked for again after it was split; crawl again."
    return f"{first} to {last}: the site states {_number(stated)}, its parts add up to {found:,}."


def _lag_words(found: Coverage) -> str:
    lag = found.lag
    if lag is None:
        return (
            "Publication lag: not known yet; it is measured on decisions that appear from now on."
        )
    return (
        f"Publication lag in days, of {lag.count:,} decisions: least {lag.least}, quarter "
        f"{lag.quarter}, half {lag.half}, three quarters {lag.three_quarters}, nine tenths "
        f"{lag.ninety}, most {lag.most}."
    )


def _revisit_words(live: int, budget: int, nights: int | None) -> str:
    if nights is None:
        return f"Without revisits none of the {live:,} live decisions is looked at again."
    return (
        f"With {budget:,} revisits a night, each of the {live:,} live decisions is looked at "
        f"again within {nights:,} {'night' if nights == 1 else 'nights'}."
    )
