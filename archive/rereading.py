"""Stored pages taken out to be read again, and the readings put back, many at a time.

A commit reaches the disk before it is acknowledged, so one for each of 60,000 decisions is what
takes the time. A run that dies loses the readings of its last batch, which the next run makes
again: nothing that is stored once is ever lost here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, func, select, update
from sqlalchemy.exc import DataError

from archive import captures, writing
from archive.errors import DatabaseUnusable, NotFound, Unstorable
from archive.hashes import Hashes
from archive.ledger import RevisionPageRow, RevisionRow
from archive.models import DecisionRow
from archive.records import Decision, Page
from archive.writing import Saved

BATCH = 32
"""Decisions whose captures are in memory at once: some megabytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a decision's current version was read from. ``damage`` says why ``pages`` is empty."""

    decision_id: int
    page_ids: tuple[int, ...]
    pages: tuple[Page, ...]
    url: str
    reading_sha256: str
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class Reread:
    """A new reading of kept captures: ``decision`` is None where it is the one held already."""

    kept: Kept
    parser_version: str
    decision: Decision | None
    hashed: Hashes | None


class Rereading:
    """The captures of one source's decisions, and a way to store what they say now."""

    def __init__(self, engine: Engine, source_id: int) -> None:
        self._engine = engine
        self._source_id = source_id

    def kept(self, decision_ids: Sequence[int]) -> Iterator[Kept]:
        """Captures of decisions, in the order asked for. Holds no transaction between batches."""
        for start in range(0, len(decision_ids), BATCH):
            with self._engine.connect() as connection:
                found = _load(connection, decision_ids[start : start + BATCH])
            yield from found

    def save(self, readings: Sequence[Reread], *, at: datetime) -> list[Saved | Unstorable]:
        """Store readings, in order; one that no column can hold is given back as its error."""
        try:
            with self._engine.begin() as connection:
                return [self._save(connection, each, at) for each in readings]
        except _UNSTORABLE as error:
            if len(readings) == 1:
                return [Unstorable(f"it holds something that cannot be stored ({error})")]
        # The whole batch was rolled back: one by one, so that only the bad one is left out.
        return [saved for each in readings for saved in self.save([each], at=at)]

    def _save(self, connection: Connection, reread: Reread, at: datetime) -> Saved:
        kept = reread.kept
        if reread.decision is None:
            connection.execute(
                update(DecisionRow)
                .where(
                    DecisionRow.id == bindparam("held"),
                    DecisionRow.parser_version != bindparam("read_by"),
                )
                .values(parser_version=bindparam("read_by")),
                {"held": kept.decision_id, "read_by": reread.parser_version},
            )
            return Saved(kept.decision_id, None, 0)
        return writing.save(
            connection,
            self._source_id,
            reread.decision,
            kept.page_ids,
            at=at,
            previous=None,
            listed_id=None,
            crawl_id=None,
            hashed=reread.hashed,
        )


_UNSTORABLE = (OverflowError, UnicodeEncodeError, DataError)


def _load(connection: Connection, ids: Sequence[int]) -> list[Kept]:
    newest = (
        select(RevisionRow.decision_id, func.max(RevisionRow.number).label("number"))
        .where(RevisionRow.decision_id.in_(ids))
        .group_by(RevisionRow.decision_id)
        .subquery()
    )
    page_ids: defaultdict[int, list[int]] = defaultdict(list)
    for decision_id, page_id in connection.execute(
        select(RevisionRow.decision_id, RevisionPageRow.page_id)
        .join(
            newest,
            (newest.c.decision_id == RevisionRow.decision_id)
            & (newest.c.number == RevisionRow.number),
        )
        .join(RevisionPageRow, RevisionPageRow.revision_id == RevisionRow.id)
        .order_by(RevisionRow.decision_id, RevisionPageRow.position)
    ):
        page_ids[decision_id].append(page_id)
    heads = {
        row.id: row
        for row in connection.execute(
            select(DecisionRow.id, DecisionRow.url, DecisionRow.reading_sha256).where(
                DecisionRow.id.in_(ids)
            )
        )
    }
    found = []
    for decision_id in ids:
        head = heads.get(decision_id)
        if head is None:
            continue  # Erased since it was counted.
        wanted = tuple(page_ids[decision_id])
        try:
            pages = tuple(captures.load(connection, page_id) for page_id in wanted)
            damage = None if pages else "its captures are missing from the archive"
        except (DatabaseUnusable, NotFound) as error:
            pages, damage = (), str(error)
        found.append(Kept(decision_id, wanted, pages, head.url, head.reading_sha256, damage))
    return found
