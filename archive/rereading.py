"""Stored pages taken out to be read again, and the readings put back, many at a time.

A commit waits for the disk and every statement costs more than its rows, so one at a time is what
would take hours with 60,000 decisions. A run that dies loses the readings of its last batch, which
the next run makes again: nothing that is stored once is ever lost here.

The captures of a reading are those of the version held, so it can only be *derived*, never
*amended*: what ``archive.writing.save`` must find out for a page that has just come is known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update
from sqlalchemy.exc import DataError, IntegrityError

from archive import captures, parts, writing
from archive.correction_rows import lay_over, standing
from archive.errors import ArchiveError, Unstorable
from archive.hashes import Hashes
from archive.ledger import ChangeRow, RevisionPageRow, RevisionRow
from archive.models import DecisionRow
from archive.records import ChangeKind, Decision, Page, reference_key
from archive.tables import table_of
from archive.writing import Saved

BATCH = 32
"""Decisions whose captures are in memory at once: some megabytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a decision's current version was read from. ``damage`` says why ``pages`` is empty.

    ``revision`` is that version's number, ``revision_id`` its row; the hashes and the version of
    the parser are those of the reading held.
    """

    decision_id: int
    reference_key: str
    url: str
    page_ids: tuple[int, ...]
    pages: tuple[Page, ...]
    damage: str | None
    revision: int
    revision_id: int
    reading_sha256: str
    shared_sha256: str | None
    parser_version: str


@dataclass(frozen=True, slots=True)
class Reread:
    """A new reading of kept captures: ``decision`` is None where it is the one held already."""

    kept: Kept
    parser_version: str
    decision: Decision | None
    hashed: Hashes


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
        """Store readings, in order; in place of one that no column can hold, its error."""
        try:
            with self._engine.begin() as connection:
                return list(self._save(connection, readings, at))
        except _UNSTORABLE as error:
            if len(readings) == 1:
                cause = getattr(error, "orig", None) or error
                what = f"{type(cause).__name__}: {cause}"
                return [Unstorable(f"it holds something that cannot be stored ({what})")]
        # All of it was rolled back: one by one, so that only the bad one is left out.
        return [saved for each in readings for saved in self.save([each], at=at)]

    def _save(
        self, connection: Connection, readings: Sequence[Reread], at: datetime
    ) -> list[Saved]:
        same = [
            {"held": each.kept.decision_id, "read_by": each.parser_version}
            for each in readings
            if each.decision is None and each.parser_version != each.kept.parser_version
        ]
        if same:
            connection.execute(_READ_BY, same)
        changed: list[tuple[Reread, Decision]] = []
        moved: dict[int, Saved] = {}
        for each in readings:
            decision = each.decision
            if decision is None:
                continue
            if reference_key(decision.reference) == each.kept.reference_key:
                changed.append((each, decision))
            else:
                # Read as another decision than before: that is more than another reading.
                moved[each.kept.decision_id] = writing.save(
                    connection,
                    self._source_id,
                    decision,
                    each.kept.page_ids,
                    at=at,
                    previous=decision,
                    listed_id=None,
                    crawl_id=None,
                    hashed=each.hashed,
                )
        unfit = self._replace(connection, changed, at) if changed else {}
        saved = []
        for each in readings:
            number, revision = each.kept.decision_id, each.kept.revision
            change = None if each.decision is None else ChangeKind.DERIVED
            done = Saved(number, change, revision, unfit.get(number, ()))
            saved.append(moved.get(number, done))
        return saved

    def _replace(
        self, connection: Connection, changed: Sequence[tuple[Reread, Decision]], at: datetime
    ) -> dict[int, tuple[int, ...]]:
        """Put other readings in the place of those held; gives corrections that no longer fit."""
        ids = [each.kept.decision_id for each, _ in changed]
        bodies = parts.body_ids(connection, (decision.body for _, decision in changed), at)
        heads = [
            {"held": each.kept.decision_id}
            | parts.head(decision, each.hashed, bodies[decision.body])
            for each, decision in changed
        ]
        connection.execute(
            update(_DECISION)
            .where(_DECISION.c.id == bindparam("held"))
            .values({name: bindparam(name) for name in heads[0] if name != "held"}),
            heads,
        )
        corrections = standing(connection, ids)
        unfit: dict[int, tuple[int, ...]] = {}
        laid = []
        for each, decision in changed:
            number = each.kept.decision_id
            applied = lay_over(connection, decision, corrections[number])
            unfit[number] = tuple(gone.id for gone in applied.unfit(corrections[number]))
            laid.append(parts.Reading(number, decision, applied.remedies))
        parts.remove(connection, ids)
        parts.write(connection, laid)
        self._links_and_urls(connection, changed, at)
        connection.execute(
            update(_REVISION)
            .where(_REVISION.c.id == bindparam("held"))
            .values(content_sha256=bindparam("content"), parser_version=bindparam("read_by")),
            [
                {
                    "held": each.kept.revision_id,
                    "content": each.hashed.content,
                    "read_by": each.parser_version,
                }
                for each, _ in changed
            ],
        )
        connection.execute(
            insert(table_of(ChangeRow)),
            [
                {
                    "decision_id": each.kept.decision_id,
                    "kind": ChangeKind.DERIVED.value,
                    "at": at,
                    "revision_id": each.kept.revision_id,
                }
                for each, _ in changed
            ],
        )
        return unfit

    def _links_and_urls(
        self, connection: Connection, changed: Sequence[tuple[Reread, Decision]], at: datetime
    ) -> None:
        for each, decision in changed:
            writing.link_same_report(
                connection,
                each.kept.decision_id,
                self._source_id,
                each.hashed.shared,
                held=each.kept.shared_sha256,
            )
            if decision.url != each.kept.url:
                writing.note_url(connection, each.kept.decision_id, decision.url, at)


_UNSTORABLE = (
    OverflowError,
    UnicodeEncodeError,
    DataError,
    IntegrityError,
    KeyError,
    ArchiveError,
)
"""Too large, no text, or parts that point to what there is not: the reading's fault, which costs
one decision. A full disk or a damaged file is not the reading's, and ends the run."""

_DECISION = table_of(DecisionRow)
_REVISION = table_of(RevisionRow)
_READ_BY = (
    update(_DECISION)
    .where(_DECISION.c.id == bindparam("held"))
    .values(parser_version=bindparam("read_by"))
)


def _load(connection: Connection, ids: Sequence[int]) -> list[Kept]:
    newest = (
        select(RevisionRow.decision_id, func.max(RevisionRow.number).label("number"))
        .where(RevisionRow.decision_id.in_(ids))
        .group_by(RevisionRow.decision_id)
        .subquery()
    )
    heads = {
        row.id: row
        for row in connection.execute(
            select(
                DecisionRow.id,
                DecisionRow.reference_key,
                DecisionRow.url,
                DecisionRow.reading_sha256,
                DecisionRow.shared_sha256,
                DecisionRow.parser_version,
                RevisionRow.number,
                RevisionRow.id.label("revision_id"),
            )
            .join(newest, newest.c.decision_id == DecisionRow.id)
            .join(
                RevisionRow,
                (RevisionRow.decision_id == DecisionRow.id)
                & (RevisionRow.number == newest.c.number),
            )
        )
    }
    page_ids: defaultdict[int, list[int]] = defaultdict(list)
    for revision_id, page_id in connection.execute(
        select(RevisionPageRow.revision_id, RevisionPageRow.page_id)
        .where(RevisionPageRow.revision_id.in_([row.revision_id for row in heads.values()]))
        .order_by(RevisionPageRow.revision_id, RevisionPageRow.position)
    ):
        page_ids[revision_id].append(page_id)
    pages = captures.load_many(connection, [each for many in page_ids.values() for each in many])
    return [_kept(heads[number], page_ids, pages) for number in ids if number in heads]


def _kept(
    head: Any, page_ids: Mapping[int, list[int]], pages: Mapping[int, captures.Loaded]
) -> Kept:
    wanted = page_ids.get(head.revision_id, [])
    found = [pages[page_id] for page_id in wanted]
    damage = [str(page) for page in found if not isinstance(page, Page)]
    if not found:
        damage = ["its captures are missing from the archive"]
    return Kept(
        decision_id=head.id,
        reference_key=head.reference_key,
        url=head.url,
        page_ids=tuple(wanted),
        pages=() if damage else tuple(page for page in found if isinstance(page, Page)),
        damage=damage[0] if damage else None,
        revision=head.number,
        revision_id=head.revision_id,
        reading_sha256=head.reading_sha256,
        shared_sha256=head.shared_sha256,
        parser_version=head.parser_version,
    )
