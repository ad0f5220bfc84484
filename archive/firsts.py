"""When decisions were first seen: the counts by which a crawl tells whether the site is well.

Read-only. What they mean is decided elsewhere (``scraper.health``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from archive.lag import DEFAULT_FILLING_DAYS
from archive.ledger import CrawlRow
from archive.models import DecisionRow
from archive.store import Archive

SETTLED_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Firsts:
    """Counts of one crawl scope, by UTC day.

    ``watched_since``  the day the first fill ended; None: not yet, or this scope cannot be told
                       apart from others in the archive.
    ``new``            decisions first seen after the first fill, whatever their date.
    ``published``      those of them whose date was being watched: they were published just then.
    ``runs``           days on which a run ended by itself, rising.
    ``decided``        decisions of each of the last months that no longer fill up, oldest first.
    """

    watched_since: date | None
    new: Mapping[date, int]
    published: Mapping[date, int]
    runs: tuple[date, ...]
    decided: tuple[int, ...]


NOTHING = Firsts(None, {}, {}, (), ())


def read_firsts(archive: Archive, source_id: int, body: str, *, today: date) -> Firsts:
    """The counts for runs limited to ``body`` (empty: all), as they stand now."""
    with archive.engine.connect() as connection:
        bodies = set(
            connection.execute(
                select(CrawlRow.body).where(CrawlRow.source_id == source_id).distinct()
            ).scalars()
        )
        # Decisions do not say which run's scope they belong to.
        if body and bodies != {body}:
            return NOTHING
        ended = _ended(connection, source_id, body)
        if not ended:
            return NOTHING
        mine = DecisionRow.source_id == source_id
        later = DecisionRow.first_seen_at > ended[0]
        return Firsts(
            watched_since=ended[0].date(),
            new=_by_day(connection, mine, later),
            published=_by_day(connection, mine, later, DecisionRow.lag_days.is_not(None)),
            runs=tuple(sorted({moment.date() for moment in ended})),
            decided=_decided(connection, source_id, body, today),
        )


def _ended(connection: Connection, source_id: int, body: str) -> list[datetime]:
    """When runs ended by themselves (not stopped early, not killed), rising."""
    rows = connection.execute(
        select(CrawlRow.finished_at)
        .where(
            CrawlRow.source_id == source_id,
            CrawlRow.body == body,
            CrawlRow.exit_code.in_((0, 3)),
            CrawlRow.note == "",
            CrawlRow.finished_at.is_not(None),
        )
        .order_by(CrawlRow.finished_at)
    ).scalars()
    return [moment for moment in rows if moment is not None]


def _by_day(connection: Connection, *conditions: ColumnElement[bool]) -> dict[date, int]:
    rows = connection.execute(select(DecisionRow.first_seen_at).where(*conditions)).scalars()
    return dict(Counter(moment.date() for moment in rows))


def _decided(connection: Connection, source_id: int, body: str, today: date) -> tuple[int, ...]:
    """Counts of the last whole months that are asked for and do not fill up any more."""
    asked = connection.execute(
        select(func.min(CrawlRow.first_day)).where(
            CrawlRow.source_id == source_id, CrawlRow.body == body
        )
    ).scalar_one_or_none()
    end = (today - timedelta(days=DEFAULT_FILLING_DAYS)).replace(day=1)
    starts = [end]
    while len(starts) <= SETTLED_MONTHS:
        starts.insert(0, (starts[0] - timedelta(days=1)).replace(day=1))
    days = connection.execute(
        select(DecisionRow.decided_on).where(
            DecisionRow.source_id == source_id,
            DecisionRow.decided_on >= starts[0],
            DecisionRow.decided_on < end,
        )
    ).scalars()
    counts = Counter(day.replace(day=1) for day in days)
    return tuple(counts[month] for month in starts[:-1] if asked is None or month >= asked)
