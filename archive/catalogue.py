"""Which councils, providers and categories there are to look up, with counts of what is shown.

Only decisions whose text is passed on (``archive.passing_on``) are counted, and a name that stands
on none of those is not here at all: a council's page would tell about whom a withheld text is, a
spelling what its title says. Read-only.

Counts are those of ``decisions stats --as-shown``: a report under several references is one
decision (``archive.figures.counting``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, select

from archive.figures.counting import OUTCOMES
from archive.figures.reading import shown
from archive.models import BodyNameRow, BodyRow, DecisionRow
from archive.one_source import one_source
from archive.records import BodyType
from archive.store import Archive


@dataclass(frozen=True, slots=True)
class Counts:
    """Decisions by outcome; ``references`` counts a report under each of its own."""

    decisions: int
    references: int
    upheld: int
    not_upheld: int
    closed: int
    unknown: int
    last_day: date


@dataclass(frozen=True, slots=True)
class Listed:
    """A council or provider by its one name; ``spellings`` are other names in titles."""

    name: str
    type: BodyType | None
    counts: Counts
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A category as on the pages, or a sub-category of one."""

    name: str
    counts: Counts
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything by name. ``uncategorised`` counts decisions whose page names no category."""

    bodies: tuple[Listed, ...]
    categories: tuple[Part, ...]
    uncategorised: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one council or provider beside figures. ``spellings`` are other names that
    stand in titles, with the number of those; ``successor`` and ``predecessors`` are names of
    which something is shown too."""

    name: str
    type: BodyType | None
    started_on: date | None
    ended_on: date | None
    spellings: tuple[tuple[str, int], ...]
    successor: str | None
    predecessors: tuple[str, ...]


def read_catalogue(archive: Archive, source: str | None, *, withdrawn: bool = False) -> Catalogue:
    """Count everything that is shown of one source; ``withdrawn`` texts where they are too.

    ``source`` may be None where there is only one. Raises NotFound when nothing was crawled yet,
    UsageError when the source must be named.
    """
    with archive.engine.connect() as connection:
        conditions = _of_source(connection, source, withdrawn)
        bodies = _count(connection, [BodyRow.name, BodyRow.type], conditions)
        parts = _count(connection, [DecisionRow.category, DecisionRow.subcategory], conditions)
        tops = _count(connection, [DecisionRow.category], conditions)
        spelt: dict[str, list[str]] = {}
        for row in connection.execute(
            select(BodyRow.name, DecisionRow.body_name)
            .join(BodyRow, BodyRow.id == DecisionRow.body_id)
            .where(DecisionRow.body_name != BodyRow.name, *conditions)
            .distinct()
            .order_by(DecisionRow.body_name)
        ):
            spelt.setdefault(row.name, []).append(row.body_name)
    within: dict[str, list[Part]] = {}
    for (top, name), counts in parts:
        if top is not None and name is not None:
            within.setdefault(top, []).append(Part(name, counts))
    return Catalogue(
        bodies=tuple(
            Listed(
                name,
                None if kind is None else BodyType(kind),
                counts,
                tuple(spelt.get(name, ())),
            )
            for (name, kind), counts in bodies
        ),
        categories=tuple(
            Part(name, counts, tuple(within.get(name, ())))
            for (name,), counts in tops
            if name is not None
        ),
        uncategorised=sum(counts.decisions for (name,), counts in tops if name is None),
    )


def read_categories(
    archive: Archive, source: str | None, *, withdrawn: bool = False
) -> dict[str, list[str]]:
    """The sub-categories by category that stand on what is shown, without counts."""
    with archive.engine.connect() as connection:
        rows = connection.execute(
            select(DecisionRow.category, DecisionRow.subcategory)
            .where(DecisionRow.category.is_not(None), *_of_source(connection, source, withdrawn))
            .distinct()
            .order_by(DecisionRow.category, DecisionRow.subcategory)
        ).all()
    found: dict[str, list[str]] = {}
    for row in rows:
        held = found.setdefault(str(row.category), [])
        if row.subcategory is not None:
            held.append(row.subcategory)
    return found


def spellings(archive: Archive) -> list[tuple[str, str]]:
    """Every spelling with the one name it stands for, whether anything of it is shown or not
    (``shown_among`` tells)."""
    with archive.engine.connect() as connection:
        rows = connection.execute(
            select(BodyNameRow.name, BodyRow.name.label("one"))
            .join(BodyRow, BodyRow.id == BodyNameRow.body_id)
            .order_by(BodyRow.name, BodyNameRow.name)
        ).all()
    return [(row.name, row.one) for row in rows]


def shown_among(
    archive: Archive,
    source: str | None,
    pairs: Iterable[tuple[str, str]],
    *,
    withdrawn: bool = False,
) -> list[tuple[str, str]]:
    """Those pairs of a spelling and its one name that stand on something that is shown. The one
    name itself does when any title of the council is shown, however that is spelt."""
    with archive.engine.connect() as connection:
        conditions = _of_source(connection, source, withdrawn)
        found = []
        for spelling, name in pairs:
            titled = [] if spelling == name else [DecisionRow.body_name == spelling]
            of_it = exists().where(
                BodyRow.id == DecisionRow.body_id, BodyRow.name == name, *titled, *conditions
            )
            if connection.execute(select(of_it)).scalar():
                found.append((spelling, name))
        return found


def read_known(
    archive: Archive, source: str | None, name: str, *, withdrawn: bool = False
) -> Known:
    """What is known of the council or provider of this one name."""
    with archive.engine.connect() as connection:
        conditions = _of_source(connection, source, withdrawn)
        row = connection.execute(select(BodyRow.__table__).where(BodyRow.name == name)).one()
        near = connection.execute(
            select(BodyRow.id, BodyRow.name)
            .where(
                (BodyRow.successor_id == row.id) | (BodyRow.id == row.successor_id),
                exists().where(DecisionRow.body_id == BodyRow.id, *conditions),
            )
            .order_by(BodyRow.name)
        ).all()
        spelt = connection.execute(
            select(DecisionRow.body_name, func.count())
            .where(DecisionRow.body_id == row.id, DecisionRow.body_name != name, *conditions)
            .group_by(DecisionRow.body_name)
            .order_by(func.count().desc(), DecisionRow.body_name)
        ).all()
    return Known(
        name=name,
        type=None if row.type is None else BodyType(row.type),
        started_on=row.started_on,
        ended_on=row.ended_on,
        spellings=tuple((spelling, int(count)) for spelling, count in spelt),
        successor=next((one.name for one in near if one.id == row.successor_id), None),
        predecessors=tuple(one.name for one in near if one.id != row.successor_id),
    )


def _of_source(
    connection: Connection, source: str | None, withdrawn: bool
) -> list[ColumnElement[bool]]:
    number = one_source(connection, source).id
    return [DecisionRow.source_id == number, *shown(withdrawn=withdrawn)]


@dataclass(slots=True)
class _Cell:
    """Counts in the making; a report waits for the best outcome of its references."""

    references: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    shared: dict[str, str] = field(default_factory=dict)
    last_day: date = date.min

    def counts(self) -> Counts:
        for outcome in self.shared.values():
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        self.shared.clear()
        return Counts(
            decisions=sum(self.outcomes.values()),
            references=self.references,
            last_day=self.last_day,
            **{name: self.outcomes.get(name, 0) for name in OUTCOMES},
        )


def _count(
    connection: Connection, columns: Sequence[Any], conditions: Sequence[ColumnElement[bool]]
) -> list[tuple[tuple[Any, ...], Counts]]:
    """Counts by the values of columns, by name: statements by the database, reports one by one."""
    wide = len(columns)
    start = select(*columns, DecisionRow.outcome).join(BodyRow, BodyRow.id == DecisionRow.body_id)
    cells: dict[tuple[Any, ...], _Cell] = {}
    for row in connection.execute(
        start.add_columns(func.count(), func.max(DecisionRow.decided_on))
        .where(DecisionRow.shared_sha256.is_(None), *conditions)
        .group_by(*columns, DecisionRow.outcome)
    ):
        cell = cells.setdefault(tuple(row[:wide]), _Cell())
        outcome, number, last = row[wide:]
        cell.references += number
        cell.outcomes[outcome] = number
        cell.last_day = max(cell.last_day, last)
    for row in connection.execute(
        start.add_columns(DecisionRow.shared_sha256, DecisionRow.decided_on).where(
            DecisionRow.shared_sha256.is_not(None), *conditions
        )
    ):
        cell = cells.setdefault(tuple(row[:wide]), _Cell())
        outcome, shared, day = row[wide:]
        cell.references += 1
        cell.shared[shared] = min(cell.shared.get(shared, outcome), outcome, key=OUTCOMES.index)
        cell.last_day = max(cell.last_day, day)
    return [
        (key, cells[key].counts())
        for key in sorted(
            cells,
            key=lambda key: tuple((part or "").casefold() + "\0" + (part or "") for part in key),
        )
    ]
