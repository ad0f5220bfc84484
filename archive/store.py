"""The archive's front: save, find, follow. Everything is one short transaction on one engine.

Who may write is settled outside (``archive.lock``); this class neither takes locks nor upgrades the
schema. Readers get plain records; no row leaves the room.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DataError

from archive import boilerplate, captures, erasing, loading, writing
from archive.body_book import BodyBook
from archive.boilerplate import Marking
from archive.correction_book import CorrectionBook
from archive.errors import (
    Ambiguous,
    ArchiveError,
    NotFound,
    OriginMismatch,
    Unstorable,
    WasErased,
)
from archive.imports import ImportBook
from archive.ledger import (
    ArchiveMetaRow,
    ChangeRow,
    ListedRow,
    ListingWindowRow,
    PageRow,
    RevisionRow,
)
from archive.listings import Listings
from archive.models import DecisionRow, SourceRow
from archive.presence import Presence
from archive.records import (
    Change,
    ChangeKind,
    Decision,
    Enumeration,
    Page,
    SourceInfo,
    StoredDecision,
    reference_key,
    reference_keys,
)
from archive.rereading import Rereading
from archive.run_book import RunBook
from archive.tombstone_rows import ErasedNow, is_erased
from archive.window_book import WindowBook
from archive.writing import Saved

if TYPE_CHECKING:
    from archive.figures.asking import Figures, Question

CHANGE_BATCH = 1000

_LONGEST_REFERENCE = 100
"""Characters of a reference beyond which nothing like it is looked for."""


def _by_key(source: str | None, condition: ColumnElement[bool]) -> Select[int, str, str]:
    statement = (
        select(DecisionRow.id, SourceRow.key, DecisionRow.reference)
        .join(SourceRow, SourceRow.id == DecisionRow.source_id)
        .where(condition)
    )
    return statement if source is None else statement.where(SourceRow.key == source)


class Archive:
    """One archive of decisions. Meets ``ports.ChangeLog``."""

    def __init__(self, engine: Engine, *, writable: bool = True) -> None:
        self._engine = engine
        self.writable = writable
        self.listings = Listings(engine)
        self.presence = Presence(engine)
        self.windows = WindowBook(engine)
        self.runs = RunBook(engine)
        self.corrections = CorrectionBook(engine)
        self.bodies = BodyBook(engine)
        self._erased = ErasedNow()
        self.imports = ImportBook(engine)

    @staticmethod
    def open(place: str | Path | None = None) -> AbstractContextManager[Archive]:
        """An archive to read, for a ``with``; closed at its end, and never written to.

        ``place`` is a home directory, a database file (a research copy too), or a database URL;
        None is the archive that the commands use (``archive.places.settings_for``). Raises
        DatabaseUnusable where no archive can be read, SchemaMismatch for one of another version,
        ConfigError for settings that cannot be understood.
        """
        from archive.opening import open_to_read
        from archive.places import settings_for

        return open_to_read(settings_for(place))

    def figures(self, question: Question, *, today: date) -> Figures:
        """Counts, rates and payments, as ``decisions stats`` gives them.

        Raises NotFound and Ambiguous for names, UsageError for what cannot be asked.
        """
        from archive.figures.asking import answer

        return answer(self._engine, question, today=today)

    @property
    def engine(self) -> Engine:
        """For the archive room's own readers (counts, checks); no other room uses it."""
        return self._engine

    # --- identity -------------------------------------------------------------------------

    def make_identity(self) -> None:
        """Give a new archive its identity; one that has it keeps it. For the writer only."""
        with self._engine.begin() as connection:
            for key in ("archive_id", "epoch"):
                if self._meta(connection, key) is None:
                    connection.execute(
                        insert(ArchiveMetaRow).values(key=key, value=str(uuid.uuid4()))
                    )

    @cached_property
    def archive_id(self) -> str:
        """The identity of this archive, for as long as it lives."""
        return self._must("archive_id")

    @cached_property
    def epoch(self) -> str:
        """Renewed when a backup is restored."""
        return self._must("epoch")

    def _must(self, key: str) -> str:
        with self._engine.connect() as connection:
            value = self._meta(connection, key)
        if value is None:
            raise ArchiveError(
                f"the archive has no {key}; it was not made by decisions, or is damaged"
            )
        return value

    def _meta(self, connection: Connection, key: str) -> str | None:
        return connection.execute(
            select(ArchiveMetaRow.value).where(ArchiveMetaRow.key == key)
        ).scalar_one_or_none()

    # --- sources --------------------------------------------------------------------------

    def register(self, info: SourceInfo) -> int:
        """The number of a source, noted on first use.

        Raises OriginMismatch when this archive already holds pages of the source from another
        site: invented decisions from a look-alike must never enter a real archive. While the
        archive holds no page and no entry of a list at all, the site may still be another.
        """
        with self._engine.begin() as connection:
            row = connection.execute(
                select(SourceRow.id, SourceRow.base_url).where(SourceRow.key == info.key)
            ).one_or_none()
            if row is not None:
                if row.base_url != info.base_url and self._holds_nothing(connection):
                    # A first run that met nobody (a mistyped address) binds the archive to nothing.
                    connection.execute(
                        update(SourceRow)
                        .where(SourceRow.id == row.id)
                        .values(base_url=info.base_url)
                    )
                elif row.base_url != info.base_url:
                    raise OriginMismatch(
                        f"this archive holds {info.key} decisions from {row.base_url} and takes "
                        f"none from {info.base_url}; use another --home for those"
                    )
                return int(row.id)
            return int(
                connection.execute(
                    insert(SourceRow)
                    .values(
                        key=info.key,
                        name=info.name,
                        base_url=info.base_url,
                        licence=info.licence,
                        attribution=info.attribution,
                        retention=", ".join(
                            f"{kind.value} {years} years" for kind, years in info.retention_years
                        ),
                        enumeration=info.enumeration.value,
                    )
                    .returning(SourceRow.id)
                ).scalar_one()
            )

    @staticmethod
    def _holds_nothing(connection: Connection) -> bool:
        held = (PageRow, DecisionRow, ListedRow, ListingWindowRow)
        return not any(connection.execute(select(exists().select_from(t))).scalar() for t in held)

    def source_id(self, key: str) -> int:
        """The number of a source that the archive holds. Raises NotFound."""
        with self._engine.connect() as connection:
            found = connection.execute(
                select(SourceRow.id).where(SourceRow.key == key)
            ).scalar_one_or_none()
        if found is None:
            raise NotFound(f"the archive holds nothing of {key!r}; crawl it first")
        return int(found)

    def sources(self) -> dict[str, SourceInfo]:
        """The sources this archive holds, by key. Retention is not read back."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(SourceRow.__table__).order_by(SourceRow.id)).all()
        return {
            row.key: SourceInfo(
                key=row.key,
                name=row.name,
                base_url=row.base_url,
                licence=row.licence,
                attribution=row.attribution,
                retention_years=(),
                enumeration=Enumeration(row.enumeration),
            )
            for row in rows
        }

    # --- captures -------------------------------------------------------------------------

    def save_page(self, page: Page) -> int:
        """Store a capture, committed at once, before anyone tries to read it.

        Raises WasErased, with nothing stored, for an address of an erased decision.
        """
        with self._engine.begin() as connection:
            erased = self._erased.of(connection)
            if erased.url(page.url) or erased.url(page.final_url):
                raise WasErased(
                    f"{page.url}: that decision was erased from this archive and is not stored "
                    "again; `decisions erased` lists what was erased and why"
                )
            return captures.save(connection, page)

    def refuse_page(self, page_ids: Sequence[int], reason: str) -> None:
        """Note that captures are kept but were not taken as a decision, and why.

        One that names an erased decision (a list, a wrong page) is not kept.
        """
        with self._engine.begin() as connection:
            captures.refuse(connection, page_ids, reason)
            erased = self._erased.of(connection)
            if erased:
                erasing.drop_naming(connection, erased, page_ids)

    def page(self, page_id: int) -> Page:
        """A capture with its bytes. Raises NotFound; DatabaseUnusable when it is damaged."""
        with self._engine.connect() as connection:
            return captures.load(connection, page_id)

    def latest_page(self, url: str) -> Page | None:
        """The newest capture of an address that was taken as a decision, None before any."""
        with self._engine.connect() as connection:
            page_id = connection.execute(
                select(func.max(PageRow.id)).where(
                    PageRow.url == url, PageRow.refused.is_(None), PageRow.status == 200
                )
            ).scalar_one()
            return None if page_id is None else captures.load(connection, page_id)

    def page_hashes(self) -> set[str]:
        """SHA-256 of every capture's bytes, refused ones included."""
        with self._engine.connect() as connection:
            return set(connection.execute(select(PageRow.sha256)).scalars())

    def current_pages(self, decision_id: int) -> tuple[list[int], list[Page]]:
        """The captures that the current version was read from: numbers and pages, in order."""
        with self._engine.connect() as connection:
            number = connection.execute(
                select(func.max(RevisionRow.number)).where(RevisionRow.decision_id == decision_id)
            ).scalar_one()
            if number is None:
                raise NotFound(f"there is no decision number {decision_id} in the archive")
            ids = captures.ids_of_revision(connection, decision_id, number)
            return ids, [captures.load(connection, page_id) for page_id in ids]

    # --- decisions ------------------------------------------------------------------------

    def save_decision(
        self,
        source_id: int,
        decision: Decision,
        page_ids: Sequence[int],
        *,
        at: datetime,
        previous: Decision | None = None,
        listed_id: int | None = None,
        crawl_id: int | None = None,
    ) -> Saved:
        """Store what was read from captures; saving the same again changes nothing.

        The decision, its version, its row in the change log and the entry of the listing it came
        from are one transaction. See ``archive.writing.save`` for ``previous``. A decision that was
        erased is not stored, its captures are dropped, and WasErased is raised.
        """
        if not page_ids:
            raise ArchiveError(
                f"{decision.reference}: a decision needs the captures it was read of"
            )
        try:
            with self._engine.begin() as connection:
                return writing.save(
                    connection,
                    source_id,
                    decision,
                    page_ids,
                    at=at,
                    previous=previous,
                    listed_id=listed_id,
                    crawl_id=crawl_id,
                )
        except WasErased:
            with self._engine.begin() as connection:
                erasing.drop(connection, page_ids)
            raise
        except (OverflowError, UnicodeEncodeError, DataError) as error:
            raise Unstorable(
                f"{decision.reference} holds something that cannot be stored ({error})"
            ) from error

    def find(self, reference: str, source: str | None = None) -> StoredDecision:
        """A decision by any spelling of its reference. Raises NotFound or Ambiguous."""
        with self._engine.connect() as connection:
            for key in reference_keys(reference):
                rows = connection.execute(_by_key(source, DecisionRow.reference_key == key)).all()
                if rows:
                    break
            else:
                raise NotFound(self._not_found(connection, reference, source))
            if len(rows) > 1:
                raise Ambiguous(
                    f"{reference!r} is a reference of {', '.join(sorted(r.key for r in rows))}; "
                    "say which with --source"
                )
            return next(loading.load(connection, [rows[0].id]))

    def _not_found(self, connection: Connection, reference: str, source: str | None) -> str:
        """Why nothing was found, with references that only have a letter more (joint cases)."""
        near = DecisionRow.reference_key.like(f"{reference_key(reference)}_")
        # A pattern may not be of any length, and no reference is near to one so long.
        short = len(reference) <= _LONGEST_REFERENCE
        parts = (
            [row.reference for row in connection.execute(_by_key(source, near).limit(5))]
            if short
            else []
        )
        if not short:
            reference = reference[:_LONGEST_REFERENCE] + "…"
        if parts:
            if len(parts) == 1:
                return f"there is no decision {reference!r} in the archive, but a {parts[0]}"
            return f"{reference!r} stands for {', '.join(parts)}; name one of them"
        return (
            f"no decision with the reference {reference!r} is in the archive; "
            "`decisions status` says what it covers"
        )

    def known_id(self, source_id: int, reference: str) -> int | None:
        """The number of a decision, or None when it is not held."""
        with self._engine.connect() as connection:
            return connection.execute(
                select(DecisionRow.id).where(
                    DecisionRow.source_id == source_id,
                    DecisionRow.reference_key == reference_key(reference),
                )
            ).scalar_one_or_none()

    def was_erased(self, source_id: int, reference: str) -> bool:
        """Whether an operator erased the decision of that reference, in any spelling."""
        with self._engine.connect() as connection:
            return is_erased(connection, source_id, reference)

    def decision_ids(self, source_id: int) -> list[int]:
        """The numbers of a source's decisions, rising."""
        statement = select(DecisionRow.id).where(DecisionRow.source_id == source_id)
        with self._engine.connect() as connection:
            return list(connection.execute(statement.order_by(DecisionRow.id)).scalars())

    def unread_pages(self) -> list[int]:
        """Captures answered with 200 that were refused, the newest of each address, where no later
        capture of it was taken: what a better parser may be able to read."""
        newest = (
            select(func.max(PageRow.id))
            .where(PageRow.status == 200)
            .group_by(PageRow.url)
            .scalar_subquery()
        )
        statement = select(PageRow.id).where(
            PageRow.refused.is_not(None),
            PageRow.refused != captures.DAMAGED,
            PageRow.id.in_(newest),
        )
        with self._engine.connect() as connection:
            return list(connection.execute(statement.order_by(PageRow.id)).scalars())

    def rereading(self, source_id: int) -> Rereading:
        """For reading all the stored pages of a source again. For the writer only."""
        return Rereading(self._engine, source_id)

    def accept_page(self, page_id: int) -> None:
        """A refused capture could be read after all."""
        with self._engine.begin() as connection:
            captures.refuse(connection, [page_id], None)

    def refused_pages(self, url: str | None = None) -> list[tuple[int, str, str]]:
        """Captures that were not taken as a decision: number, address, reason."""
        statement = select(PageRow.id, PageRow.url, PageRow.refused).where(
            PageRow.refused.is_not(None)
        )
        if url is not None:
            statement = statement.where(PageRow.url == url)
        with self._engine.connect() as connection:
            return [
                (row.id, row.url, str(row.refused))
                for row in connection.execute(statement.order_by(PageRow.id))
            ]

    def mark_boilerplate(self, at: datetime) -> Marking:
        """Bring the marks of standard wording up to date; before the index, which follows them.

        A decision whose marks change gets a ``derived`` change. For the writer only.
        """
        return boilerplate.update(self._engine, at=at)

    # --- the change log -------------------------------------------------------------------

    def last_change_id(self) -> int:
        """The newest change id, 0 in an empty archive."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.max(ChangeRow.id))).scalar_one() or 0

    def changes(self, since: int) -> Iterator[Change]:
        """Changes with an id above ``since``, in order; read in batches."""
        numbers = select(ChangeRow.__table__, RevisionRow.number.label("revision")).outerjoin(
            RevisionRow, RevisionRow.id == ChangeRow.revision_id
        )
        while True:
            with self._engine.connect() as connection:
                rows = connection.execute(
                    numbers.where(ChangeRow.id > since).order_by(ChangeRow.id).limit(CHANGE_BATCH)
                ).all()
            if not rows:
                return
            for row in rows:
                yield Change(row.id, row.decision_id, ChangeKind(row.kind), row.at, row.revision)
            since = rows[-1].id

    def stored(self, decision_ids: Sequence[int]) -> Iterator[StoredDecision]:
        """The named decisions that exist, by id."""
        with self._engine.connect() as connection:
            yield from loading.load(connection, decision_ids)

    def stored_all(self) -> Iterator[StoredDecision]:
        """Every decision, by id, streamed from one view of the database."""
        with self._engine.connect() as connection:
            yield from loading.load_all(connection)
