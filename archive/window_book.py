"""Windows of decision dates: what the site stated, what was found, when that last added up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, insert, select, update

from archive.ledger import ListingWindowRow

MISMATCHES_TO_DISPUTE = 3
"""Runs in which a full listing gave the same wrong figures before a window is disputed."""


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


class WindowBook:
    """The part of the archive that proves its completeness."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(
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

    def all(self, source_id: int, body: str = "") -> list[Window]:
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
