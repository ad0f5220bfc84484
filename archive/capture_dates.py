"""When pages came: which decisions were read from recent captures, and how many captures were not
taken as a decision. For seeing whether the site's pages have changed lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from archive.ledger import ListedRow, PageRow, RevisionPageRow, RevisionRow
from archive.store import Archive


@dataclass(frozen=True, slots=True)
class Captures:
    """Captures of listed decisions in a span of time, and those that were refused as no decision.

    An answer that there is no such page (404, 410) counts as neither.
    """

    all: int
    refused: int


def newest(archive: Archive) -> datetime | None:
    """When the newest capture of a decision came; None in an empty archive."""
    with archive.engine.connect() as connection:
        found: datetime | None = connection.execute(select(func.max(PageRow.fetched_at))).scalar()
        return found


def read_since(archive: Archive, since: datetime) -> dict[int, datetime]:
    """Decisions whose current version was fetched after an instant, and when: by number."""
    latest = (
        select(RevisionRow.decision_id, func.max(RevisionRow.number).label("number"))
        .group_by(RevisionRow.decision_id)
        .subquery()
    )
    fetched = func.max(PageRow.fetched_at)
    statement = (
        select(RevisionRow.decision_id, fetched)
        .join(
            latest,
            (latest.c.decision_id == RevisionRow.decision_id)
            & (latest.c.number == RevisionRow.number),
        )
        .join(RevisionPageRow, RevisionPageRow.revision_id == RevisionRow.id)
        .join(PageRow, PageRow.id == RevisionPageRow.page_id)
        .group_by(RevisionRow.decision_id)
        .having(fetched > since)
    )
    with archive.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(statement)}


def captures_since(archive: Archive, instants: Sequence[datetime]) -> list[Captures]:
    """For each instant the captures that came after it."""
    counted = select(
        func.count(), func.coalesce(func.sum(case((PageRow.refused.is_(None), 0), else_=1)), 0)
    ).where(
        PageRow.status == 200,
        PageRow.url.in_(select(ListedRow.url)),
    )
    with archive.engine.connect() as connection:
        return [
            Captures(*connection.execute(counted.where(PageRow.fetched_at > since)).one())
            for since in instants
        ]
