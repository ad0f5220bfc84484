"""What still stands on the publisher's site: misses, departures, revisits, publication lag.

A decision leaves nothing but its status: the text stays. Who decides that something is a miss is
the crawl (``scraper.missing``); here it is counted and written down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine, exists, func, insert, select, update

from archive.ledger import ChangeRow, ListedRow
from archive.listings import Listed, listed_record
from archive.models import DecisionRow
from archive.records import ChangeKind, DecisionKind, Status, reference_key

MISSES_TO_GO = 2
"""Misses in separate runs after which an entry is taken to have left the site."""


UNLISTED = 200
"""Imported decisions of one window that are looked for in one run, at most."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A live decision that may be looked at again."""

    id: int
    reference: str
    url: str
    kind: DecisionKind
    decided_on: date
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Departure:
    """A decision that has left the site, as it was written down."""

    decision_id: int
    reference: str
    status: Status


class Presence:
    """The part of the archive that knows what stands on the site."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- misses ---------------------------------------------------------------------------

    def held_between(self, source_id: int, first: date, last: date) -> list[Listed]:
        """Held entries dated in a span: those that a full listing of it must show."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(ListedRow.__table__)
                .where(
                    ListedRow.source_id == source_id,
                    ListedRow.state == "held",
                    ListedRow.decided_on.between(first, last),
                )
                .order_by(ListedRow.id)
            ).all()
        return [listed_record(row) for row in rows]

    def unlisted_between(self, source_id: int, first: date, last: date) -> list[Standing]:
        """Live decisions dated in a span that no listing ever showed us: imported ones."""
        listed = exists().where(ListedRow.decision_id == DecisionRow.id)
        return self._standing(
            source_id, DecisionRow.decided_on.between(first, last), ~listed, limit=UNLISTED
        )

    def enter_unlisted(self, source_id: int, standing: Standing, at: datetime) -> Listed:
        """An entry for a decision that a proven listing does not show and whose page is missing.

        Its misses are counted on it as on any other.
        """
        with self._engine.begin() as connection:
            row = connection.execute(
                insert(ListedRow)
                .values(
                    source_id=source_id,
                    reference=standing.reference,
                    reference_key=reference_key(standing.reference),
                    url=standing.url,
                    title=select(DecisionRow.title)
                    .where(DecisionRow.id == standing.id)
                    .scalar_subquery(),
                    kind=standing.kind.value,
                    decided_on=standing.decided_on,
                    first_listed_at=standing.last_seen_at,
                    last_listed_at=standing.last_seen_at,
                    state="held",
                    attempts=0,
                    misses=0,
                    missing_runs=0,
                    last_attempt_at=at,
                    decision_id=standing.id,
                )
                .returning(ListedRow.__table__)
            ).one()
        return listed_record(row)

    def missed_days(self, source_id: int) -> set[date]:
        """Decision dates of entries that were missed once and must be looked for again."""
        with self._engine.connect() as connection:
            return {
                day
                for day in connection.execute(
                    select(ListedRow.decided_on).where(
                        ListedRow.source_id == source_id,
                        ListedRow.state == "held",
                        ListedRow.misses > 0,
                    )
                ).scalars()
                if day is not None
            }

    def live_count(self, source_id: int) -> int:
        """How many decisions stand on the site as far as we know."""
        with self._engine.connect() as connection:
            return connection.execute(
                select(func.count())
                .select_from(DecisionRow)
                .where(DecisionRow.source_id == source_id, DecisionRow.status == Status.LIVE.value)
            ).scalar_one()

    def clear_miss(self, listed_id: int) -> None:
        """The entry is there after all."""
        with self._engine.begin() as connection:
            connection.execute(update(ListedRow).where(ListedRow.id == listed_id).values(misses=0))

    def record_misses(
        self, misses: Iterable[tuple[Listed, Status]], at: datetime
    ) -> list[Departure]:
        """Count one miss for each entry, in one transaction; the status is what it would become.

        An entry with two misses is gone. Its decision leaves when none of its entries is left.
        """
        departures = []
        with self._engine.begin() as connection:
            for entry, becomes in misses:
                count = entry.misses + 1
                gone = count >= MISSES_TO_GO
                connection.execute(
                    update(ListedRow)
                    .where(ListedRow.id == entry.id)
                    .values(misses=count, state="gone" if gone else "held", last_attempt_at=at)
                )
                if gone and entry.decision_id is not None:
                    departures += self._depart(connection, entry.decision_id, becomes, at)
        return departures

    def _depart(
        self, connection: Connection, decision_id: int, becomes: Status, at: datetime
    ) -> list[Departure]:
        row = connection.execute(
            select(DecisionRow.reference, DecisionRow.url, DecisionRow.status).where(
                DecisionRow.id == decision_id
            )
        ).one()
        elsewhere = (
            connection.execute(
                select(ListedRow.url)
                .where(ListedRow.decision_id == decision_id, ListedRow.state != "gone")
                .order_by(ListedRow.id)
            )
            .scalars()
            .all()
        )
        if elsewhere:
            if row.url not in elsewhere:
                # It stands under its other category only; that is its address now.
                connection.execute(
                    update(DecisionRow)
                    .where(DecisionRow.id == decision_id)
                    .values(url=elsewhere[0])
                )
            return []
        if row.status != Status.LIVE.value:
            return []
        connection.execute(
            update(DecisionRow)
            .where(DecisionRow.id == decision_id)
            .values(status=becomes.value, status_since=at)
        )
        connection.execute(
            insert(ChangeRow).values(
                decision_id=decision_id, kind=ChangeKind(becomes.value).value, at=at
            )
        )
        return [Departure(decision_id, row.reference, becomes)]

    # --- revisits -------------------------------------------------------------------------

    def young(
        self, source_id: int, *, decided_from: date, not_seen_since: datetime, limit: int
    ) -> list[Standing]:
        """Live decisions of late that were not seen for some days, longest unseen first."""
        return self._standing(
            source_id,
            DecisionRow.decided_on >= decided_from,
            DecisionRow.last_seen_at < not_seen_since,
            limit=limit,
        )

    def leaving(
        self,
        source_id: int,
        *,
        kind: DecisionKind,
        first: date,
        last: date,
        not_seen_since: datetime,
        limit: int,
    ) -> list[Standing]:
        """Live decisions of a kind dated in a span whose time on the site is nearly over."""
        return self._standing(
            source_id,
            DecisionRow.last_seen_at < not_seen_since,
            DecisionRow.kind == kind.value,
            DecisionRow.decided_on.between(first, last),
            limit=limit,
        )

    def longest_unseen(
        self, source_id: int, *, not_seen_since: datetime, limit: int
    ) -> list[Standing]:
        """Live decisions, longest unseen first."""
        return self._standing(source_id, DecisionRow.last_seen_at < not_seen_since, limit=limit)

    def _standing(self, source_id: int, *conditions: object, limit: int) -> list[Standing]:
        statement = (
            select(
                DecisionRow.id,
                DecisionRow.reference,
                DecisionRow.url,
                DecisionRow.kind,
                DecisionRow.decided_on,
                DecisionRow.last_seen_at,
            )
            .where(
                DecisionRow.source_id == source_id,
                DecisionRow.status == Status.LIVE.value,
                *conditions,  # type: ignore[arg-type]  # column expressions
            )
            .order_by(DecisionRow.last_seen_at, DecisionRow.id)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [
                Standing(
                    row.id,
                    row.reference,
                    row.url,
                    DecisionKind(row.kind),
                    row.decided_on,
                    row.last_seen_at,
                )
                for row in connection.execute(statement)
            ]

    def seen(self, decision_id: int, at: datetime) -> None:
        """The page was looked at again and has not changed."""
        with self._engine.begin() as connection:
            connection.execute(
                update(DecisionRow).where(DecisionRow.id == decision_id).values(last_seen_at=at)
            )

    # --- publication lag ------------------------------------------------------------------

    def lags(self, source_id: int, *, listed_since: datetime | None = None) -> Sequence[int]:
        """Publication lags in days, of entries that first appeared while we were watching."""
        statement = select(ListedRow.lag_days).where(
            ListedRow.source_id == source_id, ListedRow.lag_days.is_not(None)
        )
        if listed_since is not None:
            statement = statement.where(ListedRow.first_listed_at >= listed_since)
        with self._engine.connect() as connection:
            return [lag for lag in connection.execute(statement).scalars() if lag is not None]
