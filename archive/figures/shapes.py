"""Figures as JSON's types and as rows of a CSV file, each with what limits it. Pure.

Shares are from 0 to 1, sums in pence, days in ISO form. New keys do not change the version.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO

from archive.figures.asking import Figures
from archive.figures.counting import Row
from archive.figures.funnel import Funnel, Placed
from archive.figures.periods import breaks_touching, span_of
from archive.figures.rates import Quartiles, Rate

SCHEMA = 1

_COUNTS = ("decisions", "references", "upheld", "not_upheld", "closed", "unknown", "investigated",
           "withdrawn", "expired", "restricted", "reports", "satisfied", "with_remedy", "remedies",
           "per_person", "without_sum", "totals_left_out")  # fmt: skip


def figures_json(figures: Figures) -> dict[str, object]:
    """The versioned shape of a whole answer."""
    asked = figures.question
    return {
        "schema": SCHEMA,
        "source": figures.source.key,
        "today": figures.today.isoformat(),
        "by": list(figures.tally.by),
        "asked": {
            "year": None if asked.span is None else asked.span.name,
            "from": None if asked.first is None else asked.first.isoformat(),
            "to": None if asked.last is None else asked.last.isoformat(),
            "bodies": list(figures.bodies),
            "type": asked.body_type,
            "category": asked.category,
            "subcategory": asked.subcategory,
            "kind": asked.kind,
            "outcome": asked.outcome,
            "restricted": asked.restricted,
            "withdrawn": asked.withdrawn,
        },
        "per_reference": figures.tally.per_reference,
        "ranked": asked.rank,
        "rows": [
            {"key": dict(zip(figures.tally.by, row.key, strict=True))} | _row(figures, row)
            for row in figures.rows
        ],
        "total": _row(figures, figures.tally.total),
        "first_day": _iso(figures.tally.first_day),
        "last_day": _iso(figures.tally.last_day),
        "not_whole": [
            {"month": name, "why": [gap.value for gap in why]} for name, why in figures.span_gaps
        ],
        "breaks": [{"on": each.on.isoformat(), "why": each.why} for each in figures.breaks],
        "comparisons": [_funnel(each) for each in figures.funnels],
        "notes": list(figures.notes),
        "licence": figures.source.licence,
        "attribution": figures.source.attribution,
    }


def _iso(day: object) -> str | None:
    return None if day is None else str(day)


def _row(figures: Figures, row: Row) -> dict[str, object]:
    shape: dict[str, object] = {name: getattr(row, name) for name in _COUNTS}
    if figures.tally.has_rates:
        shape["uphold_rate"] = rate_json(row.uphold_rate)
        shape["upheld_of_all"] = rate_json(row.uphold_of_all)
    shape["payments_pence"] = None if row.payments is None else asdict(row.payments)
    if row.key in figures.gaps:
        shape["whole"] = not figures.gaps[row.key]
        shape["not_whole_because"] = [gap.value for gap in figures.gaps[row.key]]
        shape["breaks"] = breaks_of(figures, row)
    if (place := place_of(figures, row)) is not None:
        shape["compared"] = {"type": place[0].group, **_placed(place[0], place[1])}
    return shape


def rate_json(found: Rate | None) -> dict[str, object] | None:
    """A rate with its interval."""
    return None if found is None else {**asdict(found), "small": found.small}


def breaks_of(figures: Figures, row: Row) -> list[str]:
    """The days within a row's period on which the series breaks."""
    place = figures.period
    if place is None:
        return []
    span = span_of(figures.tally.by[place], row.key[place])
    return [] if span is None else [each.on.isoformat() for each in breaks_touching(span)]


def place_of(figures: Figures, row: Row) -> tuple[Funnel, Placed] | None:
    """Where a body lies among those of its type."""
    if figures.tally.by != ("body",) or not row.key:
        return None
    for each in figures.funnels:
        for placed in each.placed:
            if placed.name == row.key[0]:
                return each, placed
    return None


def _funnel(found: Funnel) -> dict[str, object]:
    return {
        "type": found.group,
        "upheld": found.part,
        "investigated": found.cases,
        "share": found.share,
        "members": len(found.placed),
        "outside_95": found.outside(far=False),
        "outside_998": found.outside(far=True),
        "placed": [{"body": each.name, **_placed(found, each)} for each in found.placed],
    }


def _placed(found: Funnel, each: Placed) -> dict[str, object]:
    limits = asdict(each.limits)
    return {
        "upheld": each.part,
        "investigated": each.cases,
        "position": each.position.value,
        "group_share": found.share,
        **{f"{name}_count": count for name, count in limits.items()},
    }


CSV_AFTER_KEY = (
    *_COUNTS,
    "uphold_rate",
    "uphold_rate_low",
    "uphold_rate_high",
    "upheld_of_all",
    "upheld_of_all_low",
    "upheld_of_all_high",
    "small",
    "payments",
    "payments_total_pence",
    "payments_least_pence",
    "payments_quarter_pence",
    "payments_median_pence",
    "payments_three_quarters_pence",
    "payments_most_pence",
    "type",
    "type_rate",
    "position",
    "not_whole",
    "breaks",
    "limits_of_use",
    "attribution",
)
"""Columns of the CSV form behind those of the key. Rates from 0 to 1; every row carries what limits
it, because a row travels alone."""


def write_csv(figures: Figures, stream: IO[str]) -> None:
    """A header and one row for each row of the table (no total), after RFC 4180."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*(name.replace("-", "_") for name in _keys(figures)), *CSV_AFTER_KEY])
    limits = " ".join(figures.notes)
    for row in figures.rows:
        writer.writerow([*row.key, *_cells(figures, row), limits, figures.source.attribution])


def _keys(figures: Figures) -> tuple[str, ...]:
    """``type`` stands behind the key too; as a key it is named for what it is of."""
    return tuple("body_type" if name == "type" else name for name in figures.tally.by)


def _cells(figures: Figures, row: Row) -> Iterator[object]:
    for name in _COUNTS:
        yield getattr(row, name)
    rates = figures.tally.has_rates
    yield from _rate_cells(row.uphold_rate if rates else None)
    yield from _rate_cells(row.uphold_of_all if rates else None)
    found = row.uphold_rate
    yield int(found.small) if rates and found is not None else None
    yield from _sums(row.payments)
    place = place_of(figures, row)
    yield None if place is None else place[0].group
    yield None if place is None else f"{place[0].share:.6f}"
    yield None if place is None else place[1].position.value
    yield "; ".join(gap.value for gap in figures.gaps.get(row.key, ()))
    yield "; ".join(breaks_of(figures, row))


def _rate_cells(found: Rate | None) -> tuple[str | None, str | None, str | None]:
    if found is None:
        return None, None, None
    return f"{found.share:.6f}", f"{found.low:.6f}", f"{found.high:.6f}"


def _sums(found: Quartiles | None) -> tuple[int | None, ...]:
    if found is None:
        return 0, None, None, None, None, None, None
    return (
        found.count,
        found.total,
        found.least,
        found.quarter,
        found.median,
        found.three_quarters,
        found.most,
    )
