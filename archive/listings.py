"""The crawl's ledger: what the publisher lists, what we still want, which windows are proven.

Listed entries are committed before any decision is fetched, so that a crawl that is killed knows
what it wanted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from archive.errors import ArchiveError
from archive.ledger import CrawlRow, ListedRow, ListingWindowRow
from archive.records import DecisionKind, ListingEntry, reference_key

OPEN_STATES = ("wanted", "failed")
"""States of an entry that the next run fetches."""

MISMATCHES_TO_DISPUTE = 3
"""Runs in which a full listing gave the same wrong figures before a window is disputed."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the ledger."""

    id: int
    reference: str
    url: str
    title: str
    kind: DecisionKind | None
    decided_on: date | None
    state: str
    attempts: int
    misses: int
    last_error: str | None
    decision_id: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """A span of decision dates and what is known about its completeness. Days are inclusive."""

    first_day: date
    last_day: date
    body: str
    stated: int | None
    found: int | None
    opened_at: datetime
    proven_at: datetime | None
    state: str
    mismatches: int


@dataclass(frozen=True, slots=True)
class Crawl:
    """One run, as it stands in the ledger."""

    id: int
    source_id: int
    started_at: datetime
    finished_at: datetime | None
    first_day: date | None
    last_day: date | None
    body: str
    requests: int
    received_bytes: int
    listed: int
    added: int
    amended: int
    failed: int
    exit_code: int | None
    note: str


def listed_record(row: Any) -> Listed:
    """A row of ``listed`` as a record."""
    return Listed(
        id=row.id,
        reference=row.reference,
        url=row.url,
        title=row.title,
        kind=None if row.kind is None else DecisionKind(row.kind),
        decided_on=row.decided_on,
        state=row.state,
        attempts=row.attempts,
        misses=row.misses,
        last_error=row.last_error,
        decision_id=row.decision_id,
    )


def _lag(entry: ListingEntry, at: datetime) -> int | None:
    return None if entry.decided_on is None else (at.date() - entry.decided_on).days


class Listings:
    """The part of the archive that a crawl keeps its books in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(
        self,
        source_id: int,
        entries: Iterable[ListingEntry],
        at: datetime,
        *,
        watched: bool = False,
    ) -> int:
        """Enter what a listing page shows, committed at once. Gives the number of new entries.

        ``entry.url`` must be canonical. An entry that is seen again keeps its state, except that
        one thought gone is wanted again. ``watched``: these dates were proven complete of late, so
        a new entry was published just now, and its publication lag is known.
        """
        new = 0
        with self._engine.begin() as connection:
            for entry in entries:
                new += self._note(connection, source_id, entry, at, watched)
        return new

    def _note(
        self,
        connection: Connection,
        source_id: int,
        entry: ListingEntry,
        at: datetime,
        watched: bool,
    ) -> bool:
        values = {
            "title": entry.title,
            "kind": None if entry.kind is None else entry.kind.value,
            "outcome_raw": entry.outcome_raw,
            "subcategory": entry.subcategory,
            "decided_on": entry.decided_on,
            "decided_on_raw": entry.decided_on_raw,
            "summary": entry.summary,
            "last_listed_at": at,
        }
        held = connection.execute(
            select(ListedRow.id, ListedRow.state).where(
                ListedRow.source_id == source_id, ListedRow.url == entry.url
            )
        ).one_or_none()
        if held is None:
            connection.execute(
                insert(ListedRow).values(
                    source_id=source_id,
                    reference=entry.reference,
                    reference_key=reference_key(entry.reference),
                    url=entry.url,
                    first_listed_at=at,
                    state="wanted",
                    attempts=0,
                    misses=0,
                    missing_runs=0,
                    lag_days=_lag(entry, at) if watched else None,
                    **values,
                )
            )
            return True
        if held.state == "gone":
            values["state"] = "wanted"
        connection.execute(
            update(ListedRow).where(ListedRow.id == held.id).values(misses=0, **values)
        )
        return False

    def urls(self, source_id: int) -> set[str]:
        """Every address the ledger knows for a source."""
        with self._engine.connect() as connection:
            return set(
                connection.execute(
                    select(ListedRow.url).where(ListedRow.source_id == source_id)
                ).scalars()
            )

    def select(
        self,
        source_id: int,
        *,
        states: Sequence[str] = OPEN_STATES,
        urls: Iterable[str] | None = None,
    ) -> list[Listed]:
        """Entries in the given states, oldest decision first; limited to ``urls`` if given."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(ListedRow.__table__)
                .where(ListedRow.source_id == source_id, ListedRow.state.in_(states))
                .order_by(ListedRow.decided_on, ListedRow.id)
            ).all()
        wanted = None if urls is None else set(urls)
        return [listed_record(row) for row in rows if wanted is None or row.url in wanted]

    def count_states(self, source_id: int | None = None) -> dict[str, int]:
        """How many entries are in each state."""
        statement = select(ListedRow.state, func.count()).group_by(ListedRow.state)
        if source_id is not None:
            statement = statement.where(ListedRow.source_id == source_id)
        with self._engine.connect() as connection:
            return dict(connection.execute(statement).all())

    def mark_failed(self, listed_id: int, error: str, at: datetime) -> None:
        """Note that an attempt was in vain, and why."""
        with self._engine.begin() as connection:
            connection.execute(
                update(ListedRow)
                .where(ListedRow.id == listed_id)
                .values(
                    state="failed",
                    attempts=ListedRow.attempts + 1,
                    missing_runs=0,
                    last_error=error,
                    last_attempt_at=at,
                )
            )

    def mark_missing(self, listed_id: int, why: str, at: datetime, *, count: bool) -> int:
        """Note that a listed page answered 404 or 410; gives the runs in a row in which it did.

        ``count`` is False for a second look in the same run. In two runs it is *unavailable*.
        """
        with self._engine.begin() as connection:
            runs = connection.execute(
                select(ListedRow.missing_runs).where(ListedRow.id == listed_id)
            ).scalar_one() + int(count)
            connection.execute(
                update(ListedRow)
                .where(ListedRow.id == listed_id)
                .values(
                    state="unavailable" if runs > 1 else "failed",
                    missing_runs=runs,
                    attempts=ListedRow.attempts + 1,
                    last_error=why,
                    last_attempt_at=at,
                )
            )
        return runs

    # --- windows --------------------------------------------------------------------------

    def save_window(
        self,
        source_id: int,
        first_day: date,
        last_day: date,
        *,
        body: str,
        state: str,
        stated: int | None,
        found: int | None,
        at: datetime,
    ) -> str:
        """Note what a look at a window gave, and give its state.

        ``proven`` sets its time. The same mismatch in three runs makes it ``disputed``: the site
        contradicts itself, and going on to ask every night would change nothing.
        """
        key = (
            ListingWindowRow.source_id == source_id,
            ListingWindowRow.body == body,
            ListingWindowRow.first_day == first_day,
            ListingWindowRow.last_day == last_day,
        )
        with self._engine.begin() as connection:
            held = connection.execute(select(ListingWindowRow.__table__).where(*key)).one_or_none()
            values: dict[str, object] = {
                "state": state,
                "stated": stated,
                "found": found,
                "opened_at": at,
                "mismatches": 0 if held is None else held.mismatches,
            }
            if state == "proven":
                values |= {"proven_at": at, "mismatches": 0}
            elif state == "unproven":
                same = (
                    held is not None
                    and stated is not None
                    and (held.stated, held.found) == (stated, found)
                )
                mismatches = held.mismatches + 1 if held is not None and same else 1
                disputed = mismatches >= MISMATCHES_TO_DISPUTE
                values["mismatches"] = mismatches
                values["state"] = state = "disputed" if disputed else "unproven"
            if held is None:
                connection.execute(
                    insert(ListingWindowRow).values(
                        source_id=source_id,
                        body=body,
                        first_day=first_day,
                        last_day=last_day,
                        **values,
                    )
                )
            else:
                connection.execute(
                    update(ListingWindowRow).where(ListingWindowRow.id == held.id).values(**values)
                )
        return state

    def windows(self, source_id: int, body: str = "") -> list[Window]:
        """All windows of a source, by their days."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(ListingWindowRow.__table__)
                .where(ListingWindowRow.source_id == source_id, ListingWindowRow.body == body)
                .order_by(ListingWindowRow.first_day, ListingWindowRow.last_day)
            ).all()
        return [
            Window(
                first_day=row.first_day,
                last_day=row.last_day,
                body=row.body,
                stated=row.stated,
                found=row.found,
                opened_at=row.opened_at,
                proven_at=row.proven_at,
                state=row.state,
                mismatches=row.mismatches,
            )
            for row in rows
        ]

    # --- runs -----------------------------------------------------------------------------

    def start_crawl(
        self,
        source_id: int,
        *,
        at: datetime,
        first_day: date | None,
        last_day: date | None,
        body: str,
    ) -> int:
        """Enter a run in the ledger; it stays unfinished if it is killed."""
        with self._engine.begin() as connection:
            return int(
                connection.execute(
                    insert(CrawlRow)
                    .values(
                        source_id=source_id,
                        started_at=at,
                        first_day=first_day,
                        last_day=last_day,
                        body=body,
                        requests=0,
                        received_bytes=0,
                        listed=0,
                        added=0,
                        amended=0,
                        failed=0,
                        note="",
                    )
                    .returning(CrawlRow.id)
                ).scalar_one()
            )

    def finish_crawl(self, crawl_id: int, *, at: datetime, **figures: int | str) -> None:
        """Close a run with its figures (columns of ``crawl``)."""
        with self._engine.begin() as connection:
            result = connection.execute(
                update(CrawlRow).where(CrawlRow.id == crawl_id).values(finished_at=at, **figures)
            )
            if result.rowcount != 1:
                raise ArchiveError(f"there is no crawl number {crawl_id}")

    def last_crawl(self, *, finished: bool = False) -> Crawl | None:
        """The newest run, or the newest that ended by itself."""
        statement = select(CrawlRow.__table__).order_by(CrawlRow.id.desc()).limit(1)
        if finished:
            statement = statement.where(CrawlRow.finished_at.is_not(None))
        with self._engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else Crawl(**row._mapping)

    def first_day(self, source_id: int, body: str) -> date | None:
        """The earliest decision date that runs of this scope have asked for; None before any."""
        with self._engine.connect() as connection:
            return connection.execute(
                select(func.min(CrawlRow.first_day)).where(
                    CrawlRow.source_id == source_id, CrawlRow.body == body
                )
            ).scalar_one_or_none()

    def bodies(self, source_id: int) -> list[str]:
        """The councils that runs were limited to."""
        with self._engine.connect() as connection:
            statement = select(CrawlRow.body).where(
                CrawlRow.source_id == source_id, CrawlRow.body != ""
            )
            return sorted(set(connection.execute(statement).scalars()))

    def only_bodies(self) -> list[str]:
        """The councils this archive is limited to; empty when it was ever crawled without a limit.

        Whatever counts such an archive must say so.
        """
        with self._engine.connect() as connection:
            scopes = set(connection.execute(select(CrawlRow.body)).scalars())
        return [] if "" in scopes else sorted(scopes)

    def ever_complete(self, source_id: int) -> bool:
        """True when a run over everything has ended with nothing left to do."""
        with self._engine.connect() as connection:
            statement = select(CrawlRow.id).where(
                CrawlRow.source_id == source_id, CrawlRow.body == "", CrawlRow.exit_code == 0
            )
            return connection.execute(statement.limit(1)).first() is not None
