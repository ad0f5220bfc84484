"""Reads what ``archive.coverage`` counts: windows, listed entries, decisions, lags, in one view.

Read-only. Rows become plain records here and never leave the room.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from archive.coverage import Asked, ListedEntry, Row, tabulate
from archive.dates import years_before
from archive.lag import Spread, filling_days, spread
from archive.ledger import CrawlRow, ErasedRow, ListedRow, ListingWindowRow
from archive.models import DecisionRow
from archive.one_source import one_source
from archive.records import Enumeration, Status
from archive.rounds import LEAVING_DAYS, YEARS_ON_SITE, YOUNG_DAYS, Standing
from archive.store import Archive


@dataclass(frozen=True, slots=True)
class SplitOff:
    """A window that was split and whose parts do not add up to what the site states for it.

    ``found`` is their sum; None when a run ended before the whole was asked for again.
    """

    first_day: date
    last_day: date
    stated: int | None
    found: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the archive covers of one source. ``only`` names the councils it is limited to.

    ``undated`` counts listed entries without any date; they are in no row. ``erased`` decisions may
    be among those that the site states and are in no other figure.
    """

    source: str
    today: date
    only: tuple[str, ...]
    by_windows: bool
    rows: tuple[Row, ...]
    undated: int
    lag: Spread | None
    filling_days: int
    standing: Standing
    splits_off: tuple[SplitOff, ...]
    erased: int


def read_coverage(archive: Archive, source: str | None, *, today: date) -> Coverage:
    """Count everything of one source. ``source`` may be None where there is only one.

    Raises NotFound when nothing was crawled yet, UsageError when the source must be named.
    """
    with archive.engine.connect() as connection:
        chosen = one_source(connection, source)
        source_id = chosen.id
        bodies = _bodies(connection, source_id)
        lags = spread(_lags(connection, source_id))
        entries = _entries(connection, source_id)
        growing = filling_days(lags)
        return Coverage(
            source=chosen.key,
            today=today,
            only=tuple(body for body in bodies if body),
            by_windows=chosen.enumeration is Enumeration.DATE_WINDOWS,
            rows=tuple(
                tabulate(
                    [_windows(connection, source_id, body) for body in bodies],
                    entries,
                    _held(connection, source_id),
                    today=today,
                    filling_days=growing,
                )
            ),
            undated=sum(entry.day is None for entry in entries),
            lag=lags,
            filling_days=growing,
            standing=_standing(connection, source_id, today),
            splits_off=_splits_off(connection, source_id, bodies),
            erased=connection.execute(
                select(func.count()).where(ErasedRow.source == chosen.key)
            ).scalar_one(),
        )


def _bodies(connection: Connection, source_id: int) -> list[str]:
    """The crawl scopes to look at: ``[""]`` once everything was asked for, else each council."""
    asked = set(
        connection.execute(
            select(CrawlRow.body).where(CrawlRow.source_id == source_id).distinct()
        ).scalars()
    )
    return [""] if "" in asked or not asked else sorted(asked)


def _windows(connection: Connection, source_id: int, body: str) -> list[Asked]:
    begun = list(
        connection.execute(
            select(CrawlRow.started_at)
            .where(CrawlRow.source_id == source_id, CrawlRow.body == body)
            .order_by(CrawlRow.started_at)
        ).scalars()
    )
    rows = connection.execute(
        select(ListingWindowRow.__table__).where(
            ListingWindowRow.source_id == source_id,
            ListingWindowRow.body == body,
            ListingWindowRow.state != "split",
        )
    )
    return [
        Asked(
            first_day=row.first_day,
            last_day=row.last_day,
            state=row.state,
            stated=row.stated,
            proven_at=row.proven_at,
            run_at=_run_of(begun, row.proven_at),
        )
        for row in rows
    ]


def _run_of(begun: list[datetime], moment: datetime | None) -> datetime | None:
    """When the run began in which something happened."""
    if moment is None:
        return None
    place = bisect_right(begun, moment)
    return begun[place - 1] if place else moment


def _entries(connection: Connection, source_id: int) -> list[ListedEntry]:
    rows = connection.execute(
        select(
            func.coalesce(ListedRow.decided_on, DecisionRow.decided_on),
            ListedRow.state,
            ListedRow.last_listed_at,
        )
        .outerjoin(DecisionRow, DecisionRow.id == ListedRow.decision_id)
        .where(ListedRow.source_id == source_id)
    )
    return [ListedEntry(*row) for row in rows]


def _lags(connection: Connection, source_id: int) -> list[int]:
    rows = connection.execute(
        select(DecisionRow.lag_days).where(
            DecisionRow.source_id == source_id, DecisionRow.lag_days.is_not(None)
        )
    )
    return [lag for (lag,) in rows if lag is not None]


def _held(connection: Connection, source_id: int) -> list[tuple[date, str]]:
    rows = connection.execute(
        select(DecisionRow.decided_on, DecisionRow.status).where(DecisionRow.source_id == source_id)
    )
    return [(day, status) for day, status in rows]


def _standing(connection: Connection, source_id: int, today: date) -> Standing:
    live = (
        select(func.count())
        .select_from(DecisionRow)
        .where(DecisionRow.source_id == source_id, DecisionRow.status == Status.LIVE.value)
    )
    span = timedelta(days=LEAVING_DAYS)
    leaving = 0
    for kind, years in YEARS_ON_SITE.items():
        end = years_before(today, years)
        near = DecisionRow.decided_on.between(end - span, end + span)
        leaving += connection.execute(live.where(DecisionRow.kind == kind.value, near)).scalar_one()
    young = live.where(DecisionRow.decided_on >= today - timedelta(days=YOUNG_DAYS))
    return Standing(
        live=connection.execute(live).scalar_one(),
        young=connection.execute(young).scalar_one(),
        leaving=leaving,
    )


def _splits_off(connection: Connection, source_id: int, bodies: list[str]) -> tuple[SplitOff, ...]:
    rows = connection.execute(
        select(
            ListingWindowRow.first_day,
            ListingWindowRow.last_day,
            ListingWindowRow.stated,
            ListingWindowRow.found,
        )
        .where(
            ListingWindowRow.source_id == source_id,
            ListingWindowRow.body.in_(bodies),
            ListingWindowRow.state == "split",
            or_(
                ListingWindowRow.found.is_(None),
                ListingWindowRow.stated != ListingWindowRow.found,
            ),
        )
        .order_by(ListingWindowRow.first_day)
    )
    return tuple(SplitOff(*row) for row in rows)
