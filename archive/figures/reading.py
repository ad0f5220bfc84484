"""Reads from the archive what is counted: heads, money and the books, streamed and in one view.

SQL that SQLite and PostgreSQL both speak. No text of a decision is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, func, select

from archive.coverage import PROVEN, Asked, shares
from archive.figures.counting import Head
from archive.figures.money import Money, RemedyLine, money_of
from archive.figures.periods import month_of
from archive.figures.wholeness import Ledger, Run, in_all, left_before
from archive.lag import filling_days, spread
from archive.ledger import CrawlRow, ListedRow, ListingWindowRow, RestrictionRow
from archive.models import (
    BodyRow,
    DecisionRow,
    ParagraphRow,
    RemedyCorrectionRow,
    RemedyRow,
    SectionRow,
)
from archive.records import Status

STREAMED = 5_000
"""Rows fetched at once."""

_RESTRICTED = select(RestrictionRow.decision_id).where(RestrictionRow.lifted_at.is_(None))


@dataclass(frozen=True, slots=True)
class Choice:
    """Which decisions are counted; None: no limit. Days are inclusive.

    ``body_ids`` are any of several councils. ``restricted`` and ``withdrawn`` False leave out the
    decisions whose text is not passed on for the one reason or the other.
    """

    source_id: int
    first: date | None = None
    last: date | None = None
    body_ids: tuple[int, ...] | None = None
    body_type: str | None = None
    category: str | None = None
    kind: str | None = None
    outcome: str | None = None
    subcategory: str | None = None
    restricted: bool = True
    withdrawn: bool = True


def heads(connection: Connection, choice: Choice) -> Iterator[Head]:
    """The decisions to count, by number, streamed."""
    corrected = set(
        connection.execute(select(RemedyCorrectionRow.decision_id).distinct()).scalars()
    )
    restricted = set(connection.execute(_RESTRICTED).scalars())
    statement = (
        select(
            DecisionRow.id,
            BodyRow.name,
            BodyRow.type,
            DecisionRow.category,
            DecisionRow.subcategory,
            DecisionRow.kind,
            DecisionRow.outcome,
            DecisionRow.decided_on,
            DecisionRow.status,
            DecisionRow.shared_sha256,
            DecisionRow.satisfied_on.is_not(None),
        )
        .join(BodyRow, BodyRow.id == DecisionRow.body_id)
        .where(*_conditions(choice))
        .order_by(DecisionRow.id)
    )
    for row in connection.execution_options(yield_per=STREAMED).execute(statement):
        *told, satisfied = row
        yield Head._make((*told, bool(satisfied), row[0] in corrected, row[0] in restricted))


def reference_keys(connection: Connection, choice: Choice) -> dict[int, str]:
    """The reference without blanks and signs of each decision to count, by its number."""
    rows = connection.execute(
        select(DecisionRow.id, DecisionRow.reference_key)
        .join(BodyRow, BodyRow.id == DecisionRow.body_id)
        .where(*_conditions(choice))
    )
    return dict(rows.all())


def money(connection: Connection, choice: Choice) -> dict[int, Money]:
    """The remedies of the decisions to count, by the decision's number.

    Those of withdrawn and restricted decisions are left out: their words are not passed on, and the
    Ombudsman may have taken the decision back.
    """
    statement = (
        select(
            SectionRow.decision_id,
            SectionRow.position,
            RemedyRow.kind,
            RemedyRow.amount_pence,
            RemedyRow.rate_pence,
            RemedyRow.share_percent,
            RemedyRow.is_total,
            RemedyRow.per_person,
        )
        .join(ParagraphRow, ParagraphRow.id == RemedyRow.paragraph_id)
        .join(SectionRow, SectionRow.id == ParagraphRow.section_id)
        .join(DecisionRow, DecisionRow.id == SectionRow.decision_id)
        .join(BodyRow, BodyRow.id == DecisionRow.body_id)
        .where(
            *_conditions(choice),
            DecisionRow.status != Status.WITHDRAWN.value,
            DecisionRow.id.not_in(_RESTRICTED),
        )
        .order_by(SectionRow.decision_id, ParagraphRow.ordinal, RemedyRow.char_start, RemedyRow.id)
    )
    rows = connection.execution_options(yield_per=STREAMED).execute(statement)
    return {
        decision_id: money_of(RemedyLine(*row[1:]) for row in group)
        for decision_id, group in groupby(rows, key=lambda row: row[0])
    }


def _conditions(choice: Choice) -> list[ColumnElement[bool]]:
    """What limits a statement over ``decision`` and ``body`` to what is to be counted."""
    found = [DecisionRow.source_id == choice.source_id]
    if choice.first is not None:
        found.append(DecisionRow.decided_on >= choice.first)
    if choice.last is not None:
        found.append(DecisionRow.decided_on <= choice.last)
    if choice.body_ids is not None:
        found.append(DecisionRow.body_id.in_(choice.body_ids))
    if choice.body_type is not None:
        found.append(BodyRow.type == choice.body_type)
    if choice.category is not None:
        found.append(DecisionRow.category == choice.category)
    if choice.kind is not None:
        found.append(DecisionRow.kind == choice.kind)
    if choice.outcome is not None:
        found.append(DecisionRow.outcome == choice.outcome)
    if choice.subcategory is not None:
        found.append(DecisionRow.subcategory == choice.subcategory)
    return [*found, *shown(restricted=choice.restricted, withdrawn=choice.withdrawn)]


def shown(*, restricted: bool = False, withdrawn: bool = False) -> list[ColumnElement[bool]]:
    """What limits a statement over ``decision`` to texts that are passed on; True lets those of
    that kind in too (``archive.passing_on``)."""
    found: list[ColumnElement[bool]] = []
    if not restricted:
        found.append(DecisionRow.id.not_in(_RESTRICTED))
    if not withdrawn:
        found.append(DecisionRow.status != Status.WITHDRAWN.value)
    return found


def categories(
    connection: Connection,
    source_id: int,
    seen: Sequence[ColumnElement[bool]] = (),
    *,
    within: str | None = None,
) -> list[str]:
    """The categories of a source's decisions that meet ``seen``, as on the pages, by name;
    ``within`` one of them its sub-categories."""
    column = DecisionRow.category if within is None else DecisionRow.subcategory
    statement = select(column).where(DecisionRow.source_id == source_id, column.is_not(None), *seen)
    if within is not None:
        statement = statement.where(DecisionRow.category == within)
    found = connection.execute(statement.distinct().order_by(column)).scalars()
    return [name for name in found if name is not None]


def books(connection: Connection, source_id: int, *, today: date) -> Ledger:
    """What the listing's books say about completeness."""
    growing = filling_days(spread(_lags(connection, source_id)))
    scopes = _scopes(connection, source_id)
    return Ledger(
        proven=tuple(in_all([_proven(connection, source_id, body) for body in scopes])),
        missing=_missing(connection, source_id),
        filling_from=today - timedelta(days=growing - 1),
        left_before=left_before(_runs(connection, source_id, scopes)),
    )


def only_bodies(connection: Connection, source_id: int) -> list[str]:
    """The councils the archive is limited to; empty once everything was asked for."""
    return [body for body in _scopes(connection, source_id) if body]


def _scopes(connection: Connection, source_id: int) -> list[str]:
    asked = set(
        connection.execute(
            select(CrawlRow.body).where(CrawlRow.source_id == source_id).distinct()
        ).scalars()
    )
    return [""] if "" in asked else sorted(asked)


def _lags(connection: Connection, source_id: int) -> list[int]:
    return [
        lag
        for lag in connection.execute(
            select(DecisionRow.lag_days).where(
                DecisionRow.source_id == source_id, DecisionRow.lag_days.is_not(None)
            )
        ).scalars()
        if lag is not None
    ]


def _proven(connection: Connection, source_id: int, body: str) -> list[tuple[date, date]]:
    """Spans proven complete; a day belongs to one window, as in ``archive.coverage``."""
    rows = connection.execute(
        select(ListingWindowRow.first_day, ListingWindowRow.last_day, ListingWindowRow.state).where(
            ListingWindowRow.source_id == source_id,
            ListingWindowRow.body == body,
            ListingWindowRow.state != "split",
        )
    )
    windows = [Asked(*row, stated=None, proven_at=None, run_at=None) for row in rows]
    return [(share.first, share.last) for share in shares(windows) if share.window.state == PROVEN]


def _missing(connection: Connection, source_id: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for day in connection.execute(
        select(func.coalesce(ListedRow.decided_on, DecisionRow.decided_on))
        .outerjoin(DecisionRow, DecisionRow.id == ListedRow.decision_id)
        .where(ListedRow.source_id == source_id, ListedRow.state.in_(("wanted", "failed")))
    ).scalars():
        if day is not None:
            found[month_of(day)] = found.get(month_of(day), 0) + 1
    return found


def _runs(connection: Connection, source_id: int, scopes: Sequence[str]) -> list[Run]:
    rows = connection.execute(
        select(CrawlRow.started_at, CrawlRow.first_day).where(
            CrawlRow.source_id == source_id,
            CrawlRow.body.in_(scopes),
            CrawlRow.finished_at.is_not(None),
        )
    )
    return [Run(row.started_at.date(), row.first_day) for row in rows]
