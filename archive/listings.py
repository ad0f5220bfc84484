"""The crawl's ledger: what the publisher lists, what we still want, which windows are proven.

Listed entries are committed before any decision is fetched, so that a crawl that is killed knows
what it wanted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from archive.ledger import ListedRow
from archive.records import DecisionKind, ListingEntry, reference_key
from archive.tombstone_rows import ErasedNow
from archive.tombstones import Erased

OPEN_STATES = ("wanted", "failed")
"""States of an entry that the next run fetches."""


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


def _is_erased(erased: Erased, entry: ListingEntry) -> bool:
    return bool(erased) and (erased.reference(entry.reference) or erased.url(entry.url))


def _lag(entry: ListingEntry, at: datetime) -> int | None:
    return None if entry.decided_on is None else (at.date() - entry.decided_on).days


class Listings:
    """The part of the archive that a crawl keeps its books in."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._erased = ErasedNow()

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
        a new entry was published just now, and its publication lag is known. An entry of an erased
        decision is not entered: nothing will ask for it.
        """
        new = 0
        with self._engine.begin() as connection:
            erased = self._erased.of(connection)
            for entry in entries:
                if not _is_erased(erased, entry):
                    new += self._note(connection, source_id, entry, at, watched)
        return new

    def all_known(self, known: Collection[str], entries: Iterable[ListingEntry]) -> bool:
        """Whether every entry is among the addresses known, or is of an erased decision."""
        unknown = [entry for entry in entries if entry.url not in known]
        if not unknown:
            return True
        with self._engine.connect() as connection:
            erased = self._erased.of(connection)
        return all(_is_erased(erased, entry) for entry in unknown)

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

    def at(self, source_id: int, url: str) -> Listed | None:
        """The entry of an address, None where nothing is listed there."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(ListedRow.__table__).where(
                    ListedRow.source_id == source_id, ListedRow.url == url
                )
            ).one_or_none()
        return None if row is None else listed_record(row)

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
