"""What went wrong and is not settled: refused pages, entries not had, windows not proven.

Read-only. A refused page is settled when its address was read since, when its decision was seen
since, or when the entry is known to be gone or unavailable. Listing pages are kept only when they
are refused, so one counts as open while the run that met it is the newest; after that its window
speaks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select
from sqlalchemy.orm import aliased

from archive.ledger import CrawlRow, DecisionUrlRow, ListedRow, ListingWindowRow, PageRow
from archive.models import DecisionRow
from archive.store import Archive

LISTING = "listing_"
"""How the reason of a refused listing page begins."""

NOT_PROVEN = ("open", "unproven", "disputed")


@dataclass(frozen=True, slots=True)
class RefusedPage:
    """The newest refused capture of an address, and how many there are of it."""

    page: int
    url: str
    reason: str
    status: int
    fetched_at: datetime
    times: int
    settled: bool


@dataclass(frozen=True, slots=True)
class LostEntry:
    """A listed decision that could not be archived."""

    reference: str
    title: str
    url: str
    decided_on: date | None
    state: str
    attempts: int
    last_error: str | None
    last_attempt_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """Decision dates whose listing is not proven complete. ``body`` is empty for all councils."""

    first_day: date
    last_day: date
    body: str
    state: str
    stated: int | None
    found: int | None
    times: int
    opened_at: datetime
    proven_at: datetime | None


@dataclass(frozen=True, slots=True)
class Failures:
    """Everything that is not settled (refused pages: settled ones too, if asked for).

    ``waiting`` counts listed decisions that have not been asked for yet; ``begun`` is false while
    nothing was ever listed.
    """

    pages: tuple[RefusedPage, ...]
    entries: tuple[LostEntry, ...]
    windows: tuple[OpenWindow, ...]
    waiting: int = 0
    begun: bool = True


def read_failures(archive: Archive, *, settled: bool = False) -> Failures:
    """Read it in one view of the database; ``settled`` adds refused pages that are settled."""
    with archive.engine.connect() as connection:
        return Failures(
            pages=tuple(_pages(connection, settled)),
            entries=tuple(_entries(connection)),
            windows=tuple(_windows(connection)),
            waiting=connection.execute(
                select(func.count()).where(ListedRow.state == "wanted")
            ).scalar_one(),
            begun=bool(connection.execute(select(exists().select_from(ListingWindowRow))).scalar()),
        )


def newest_page(archive: Archive) -> int:
    """The number of the newest capture, 0 before any."""
    with archive.engine.connect() as connection:
        return connection.execute(select(func.max(PageRow.id))).scalar_one_or_none() or 0


def refused_since(archive: Archive, page: int) -> list[tuple[int, str, str]]:
    """Captures after one that were not taken: number, address, reason."""
    statement = select(PageRow.id, PageRow.url, PageRow.refused).where(
        PageRow.id > page, PageRow.refused.is_not(None)
    )
    with archive.engine.connect() as connection:
        rows = connection.execute(statement.order_by(PageRow.id))
        return [(row.id, row.url, str(row.refused)) for row in rows]


def _pages(connection: Connection, settled: bool) -> list[RefusedPage]:
    newest = (
        select(func.max(PageRow.id).label("id"), func.count().label("times"))
        .where(PageRow.refused.is_not(None))
        .group_by(PageRow.url)
        .subquery()
    )
    is_settled = _settled(connection)
    statement = (
        select(PageRow.__table__, newest.c.times, is_settled.label("settled"))
        .join(newest, newest.c.id == PageRow.id)
        .order_by(PageRow.id)
    )
    if not settled:
        statement = statement.where(not_(is_settled))
    return [
        RefusedPage(
            page=row.id,
            url=row.url,
            reason=str(row.refused),
            status=row.status,
            fetched_at=row.fetched_at,
            times=row.times,
            settled=bool(row.settled),
        )
        for row in connection.execute(statement)
    ]


def _settled(connection: Connection) -> ColumnElement[bool]:
    later = aliased(PageRow)
    read_since = exists().where(
        later.url == PageRow.url, later.id > PageRow.id, later.refused.is_(None)
    )
    seen_since = exists().where(
        DecisionUrlRow.url == PageRow.url,
        DecisionRow.id == DecisionUrlRow.decision_id,
        DecisionRow.last_seen_at > PageRow.fetched_at,
    )
    given_up = exists().where(
        ListedRow.url == PageRow.url, ListedRow.state.in_(("gone", "unavailable"))
    )
    found = or_(read_since, seen_since, given_up)
    begun = connection.execute(select(func.max(CrawlRow.started_at))).scalar_one_or_none()
    if begun is None:
        return found
    return or_(found, and_(PageRow.refused.startswith(LISTING), PageRow.fetched_at < begun))


def _entries(connection: Connection) -> list[LostEntry]:
    rows = connection.execute(
        select(ListedRow.__table__)
        .where(ListedRow.state.in_(("failed", "unavailable")))
        .order_by(ListedRow.state, ListedRow.decided_on, ListedRow.id)
    )
    return [
        LostEntry(
            reference=row.reference,
            title=row.title,
            url=row.url,
            decided_on=row.decided_on,
            state=row.state,
            attempts=row.attempts,
            last_error=row.last_error,
            last_attempt_at=row.last_attempt_at,
        )
        for row in rows
    ]


def _windows(connection: Connection) -> list[OpenWindow]:
    off = and_(
        ListingWindowRow.state == "split",
        or_(ListingWindowRow.found.is_(None), ListingWindowRow.stated != ListingWindowRow.found),
    )
    rows = connection.execute(
        select(ListingWindowRow.__table__)
        .where(or_(ListingWindowRow.state.in_(NOT_PROVEN), off))
        .order_by(ListingWindowRow.first_day, ListingWindowRow.last_day)
    )
    return [
        OpenWindow(
            first_day=row.first_day,
            last_day=row.last_day,
            body=row.body,
            state=row.state,
            stated=row.stated,
            found=row.found,
            times=row.mismatches,
            opened_at=row.opened_at,
            proven_at=row.proven_at,
        )
        for row in rows
    ]
