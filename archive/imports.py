"""Captures that somebody else made: taken in with their own date, never over a newer one.

What a capture means depends on when it was made. One that is newer than our last sight of a
decision is a version like any other. An older one is kept, with where it came from, but neither
changes the text that is held nor brings a decision back that has left the site. Versions are
numbered in the order in which the archive got them and a paragraph's permanent name holds that
number, so an older text that comes late gets no number of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import DataError

from archive import captures, writing
from archive.errors import Unstorable
from archive.ledger import ChangeRow, ListedRow, PageOriginRow, PageRow, RevisionRow
from archive.models import DecisionRow
from archive.records import ChangeKind, Decision, Page, Status, reference_key


class Form(StrEnum):
    """What a capture came in."""

    FILE = "file"
    WARC = "warc"
    WACZ = "wacz"


class DatedBy(StrEnum):
    """What says when a capture was made, from the surest to the weakest."""

    CAPTURE = "capture"
    LIST = "list"
    ADDRESS = "address"
    PAGE = "page"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an imported capture came from. ``record`` names it within ``container``."""

    form: Form
    container: str
    record: str
    dated_by: DatedBy


class Taken(StrEnum):
    """What an imported capture did."""

    ADDED = "added"
    AMENDED = "amended"
    SAME = "same"
    EARLIER = "earlier"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Departure:
    """That a decision no longer stands on the site; since when is None where nobody saw it go."""

    status: Status
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """One decision's pages with their origins, read. ``left``: it had left the site when the pages
    were passed on, or its time was long over when they were imported, so that nobody should think
    that it still stands there."""

    decision: Decision
    pages: tuple[Page, ...]
    origins: tuple[Origin, ...]
    left: Departure | None = None

    @property
    def captured_at(self) -> datetime:
        """When the first page was captured."""
        return self.pages[0].fetched_at


@dataclass(frozen=True, slots=True)
class Imported:
    """An imported capture of a decision, for its history."""

    captured_at: datetime
    imported_at: datetime
    origin: Origin
    text: str
    page_id: int


class ImportBook:
    """The part of the archive that takes in captures of others. For the writer only, but for
    ``of`` and ``holds``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def holds(self, page: Page) -> bool:
        """Whether this very capture was imported, or fetched by us, before."""
        with self._engine.connect() as connection:
            return self._holds(connection, page)

    @staticmethod
    def _holds(connection: Connection, page: Page) -> bool:
        return (
            connection.execute(
                select(PageRow.id).where(
                    PageRow.sha256 == page.sha256,
                    PageRow.url == page.url,
                    PageRow.fetched_at == page.fetched_at,
                    PageRow.refused.is_(None),
                )
            ).first()
            is not None
        )

    def take(
        self,
        source_id: int,
        found: Import,
        *,
        at: datetime,
        as_read_now: Callable[[int], Decision],
    ) -> Taken:
        """Take one decision in, all in one transaction. Raises Unstorable.

        ``as_read_now`` reads the version held of a decision with the current parser.
        """
        with self._engine.connect() as connection:
            held = connection.execute(
                select(
                    DecisionRow.id,
                    DecisionRow.first_seen_at,
                    DecisionRow.last_seen_at,
                ).where(
                    DecisionRow.source_id == source_id,
                    DecisionRow.reference_key == reference_key(found.decision.reference),
                )
            ).one_or_none()
            if held is not None and self._holds(connection, found.pages[0]):
                return Taken.HELD
        # Read before the transaction: it takes connections of its own.
        newer = held is not None and found.captured_at > held.last_seen_at
        previous = as_read_now(held.id) if newer and held is not None else None
        try:
            with self._engine.begin() as connection:
                if held is None:
                    return self._new(connection, source_id, found, at)
                if previous is not None:
                    return self._newer(connection, source_id, found, held.id, at, previous)
                return self._older(connection, found, held.id, held.first_seen_at, at)
        except (OverflowError, UnicodeEncodeError, DataError) as error:
            raise Unstorable(
                f"{found.decision.reference} holds something that cannot be stored ({error})"
            ) from error

    def _new(self, connection: Connection, source_id: int, found: Import, at: datetime) -> Taken:
        page_ids = [captures.save(connection, page) for page in found.pages]
        saved = writing.save(
            connection,
            source_id,
            found.decision,
            page_ids,
            at=at,
            previous=None,
            listed_id=None,
            crawl_id=None,
            captured_at=found.captured_at,
        )
        if found.left is not None and not _listed(connection, source_id, found.decision):
            _leave(connection, saved.decision_id, found.left, at)
        _note(connection, saved.decision_id, found, page_ids, "version", at)
        return Taken.ADDED

    def _newer(
        self,
        connection: Connection,
        source_id: int,
        found: Import,
        decision_id: int,
        at: datetime,
        previous: Decision,
    ) -> Taken:
        page_ids = [captures.save(connection, page) for page in found.pages]
        saved = writing.save(
            connection,
            source_id,
            found.decision,
            page_ids,
            at=at,
            previous=previous,
            listed_id=None,
            crawl_id=None,
            captured_at=found.captured_at,
        )
        amended = saved.change is ChangeKind.AMENDED
        _note(connection, decision_id, found, page_ids, "version" if amended else "same", at)
        return Taken.AMENDED if amended else Taken.SAME

    def _older(
        self,
        connection: Connection,
        found: Import,
        decision_id: int,
        first_seen_at: datetime,
        at: datetime,
    ) -> Taken:
        texts = set(
            connection.execute(
                select(RevisionRow.content_sha256).where(RevisionRow.decision_id == decision_id)
            ).scalars()
        )
        same = found.decision.content_sha256() in texts
        page_ids = [captures.save(connection, page) for page in found.pages]
        _note(connection, decision_id, found, page_ids, "same" if same else "earlier", at)
        if found.captured_at < first_seen_at:
            connection.execute(
                update(DecisionRow)
                .where(DecisionRow.id == decision_id)
                .values(first_seen_at=found.captured_at)
            )
        return Taken.SAME if same else Taken.EARLIER

    def of(self, decision_id: int) -> list[Imported]:
        """The imported captures of a decision, oldest first."""
        statement = (
            select(PageOriginRow.__table__, PageRow.fetched_at)
            .join(PageRow, PageRow.id == PageOriginRow.page_id)
            .where(PageOriginRow.decision_id == decision_id)
            .order_by(PageRow.fetched_at, PageRow.id)
        )
        with self._engine.connect() as connection:
            return [
                Imported(
                    captured_at=row.fetched_at,
                    imported_at=row.imported_at,
                    origin=Origin(Form(row.form), row.container, row.record, DatedBy(row.dated_by)),
                    text=row.text,
                    page_id=row.page_id,
                )
                for row in connection.execute(statement)
            ]


def _leave(connection: Connection, decision_id: int, left: Departure, at: datetime) -> None:
    """Say of a new decision that it is gone; the change log too, where somebody saw it go."""
    since = left.since
    if since is None and left.status is Status.WITHDRAWN:
        since = at
    connection.execute(
        update(DecisionRow)
        .where(DecisionRow.id == decision_id)
        .values(status=left.status.value, status_since=since)
    )
    if since is not None:
        connection.execute(
            insert(ChangeRow).values(decision_id=decision_id, kind=left.status.value, at=at)
        )


def _listed(connection: Connection, source_id: int, decision: Decision) -> bool:
    """Whether the publisher lists the decision, as far as we know."""
    return (
        connection.execute(
            select(ListedRow.id).where(
                ListedRow.source_id == source_id,
                ListedRow.reference_key == reference_key(decision.reference),
                ListedRow.state != "gone",
            )
        ).first()
        is not None
    )


def _note(
    connection: Connection,
    decision_id: int,
    found: Import,
    page_ids: Sequence[int],
    text: str,
    at: datetime,
) -> None:
    connection.execute(
        insert(PageOriginRow),
        [
            {
                "page_id": page_id,
                "decision_id": decision_id,
                "form": origin.form.value,
                "container": origin.container,
                "record": origin.record,
                "dated_by": origin.dated_by.value,
                "imported_at": at,
                "text": text,
            }
            for page_id, origin in zip(page_ids, found.origins, strict=True)
        ],
    )
