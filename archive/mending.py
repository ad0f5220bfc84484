"""What may be done to a damaged archive's rows without losing anything. For the writer only.

Nothing here judges: whether a page is the right one has been proven by whoever calls. A damaged
page is never deleted. It is put aside (``page.refused = 'damaged'``) and others take its place.
"""

from __future__ import annotations

import glob
import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, delete, insert, select, update

from archive import captures
from archive.dictionary import METADATA
from archive.errors import ArchiveError, DatabaseUnusable
from archive.ledger import (
    DecisionUrlRow,
    ListedRow,
    ListingWindowRow,
    PageRow,
    RevisionPageRow,
    RevisionRow,
)
from archive.models import DecisionRow
from archive.readonly import connect_readonly
from archive.records import Page
from archive.verify_database import READINGS

KEPT_COPIES = 2
"""Copies made before repairs that stay."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a decision: its row, and the pages it says it was read from."""

    id: int
    number: int
    text_sha256: str
    content_sha256: str
    page_ids: tuple[int, ...]
    newest: bool


@dataclass(frozen=True, slots=True)
class Bad:
    """What a damaged page says of itself, as far as it can be believed."""

    id: int
    url: str
    sha256: str


class Mending:
    """Rows put right, each in one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def page(self, page_id: int) -> Bad | None:
        """Address and hash of a page, None where even these cannot be read."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(PageRow.id, PageRow.url, PageRow.sha256).where(PageRow.id == page_id)
            ).one_or_none()
        if row is None or not isinstance(row.url, str) or not isinstance(row.sha256, str):
            return None
        return Bad(row.id, row.url, row.sha256)

    def versions(self, decision_id: int) -> list[Version]:
        """Every version of a decision, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(
                    RevisionRow.id,
                    RevisionRow.number,
                    RevisionRow.text_sha256,
                    RevisionRow.content_sha256,
                )
                .where(RevisionRow.decision_id == decision_id)
                .order_by(RevisionRow.number)
            ).all()
            pages: dict[int, list[int]] = {row.id: [] for row in rows}
            for link in connection.execute(
                select(RevisionPageRow.revision_id, RevisionPageRow.page_id)
                .where(RevisionPageRow.revision_id.in_(pages))
                .order_by(RevisionPageRow.position)
            ):
                pages[link.revision_id].append(link.page_id)
        return [
            Version(
                row.id,
                row.number,
                row.text_sha256,
                row.content_sha256,
                tuple(pages[row.id]),
                row is rows[-1],
            )
            for row in rows
        ]

    def resting_on(self, page_id: int) -> list[int]:
        """Decisions with a version that was read from a page, or from one with its bytes."""
        same = select(PageRow.id).where((PageRow.id == page_id) | (PageRow.body_page_id == page_id))
        with self._engine.connect() as connection:
            return list(
                connection.execute(
                    select(RevisionRow.decision_id)
                    .distinct()
                    .join(RevisionPageRow, RevisionPageRow.revision_id == RevisionRow.id)
                    .where(RevisionPageRow.page_id.in_(same))
                    .order_by(RevisionRow.decision_id)
                ).scalars()
            )

    def pages_at_addresses(self, decision_id: int) -> list[int]:
        """Pages that came from any address of a decision and were taken, the newest first."""
        with self._engine.connect() as connection:
            urls = set(
                connection.execute(
                    select(DecisionUrlRow.url).where(DecisionUrlRow.decision_id == decision_id)
                ).scalars()
            )
            urls |= set(
                connection.execute(
                    select(DecisionRow.url).where(DecisionRow.id == decision_id)
                ).scalars()
            )
            return list(
                connection.execute(
                    select(PageRow.id)
                    .where(PageRow.url.in_(urls), PageRow.status == 200, PageRow.refused.is_(None))
                    .order_by(PageRow.id.desc())
                ).scalars()
            )

    def take_place(self, damaged: int, good: int) -> None:
        """Whatever rested on the damaged page rests on the good one, which says the same."""
        with self._engine.begin() as connection:
            connection.execute(
                update(RevisionPageRow)
                .where(RevisionPageRow.page_id == damaged)
                .values(page_id=good)
            )
            same = select(PageRow.sha256).where(PageRow.id == good).scalar_subquery()
            connection.execute(
                update(PageRow)
                .where(PageRow.body_page_id == damaged, PageRow.sha256 == same)
                .values(body_page_id=good)
            )
            connection.execute(
                update(PageRow).where(PageRow.id == damaged).values(refused=captures.DAMAGED)
            )

    def put_aside(self, page_id: int) -> None:
        """The page is lost: it is kept as it is and known to be damaged."""
        with self._engine.begin() as connection:
            connection.execute(
                update(PageRow).where(PageRow.id == page_id).values(refused=captures.DAMAGED)
            )

    def relink(self, version: Version, page_ids: Sequence[int]) -> None:
        """The version was read from these pages."""
        with self._engine.begin() as connection:
            connection.execute(
                delete(RevisionPageRow).where(RevisionPageRow.revision_id == version.id)
            )
            for position, page_id in enumerate(page_ids, start=1):
                connection.execute(
                    insert(RevisionPageRow).values(
                        revision_id=version.id, position=position, page_id=page_id
                    )
                )

    def set_text_hash(self, version: Version, text_sha256: str) -> None:
        """The hash of the content text of a version whose page and reading agree."""
        with self._engine.begin() as connection:
            connection.execute(
                update(RevisionRow)
                .where(RevisionRow.id == version.id)
                .values(text_sha256=text_sha256)
            )

    def remove_orphans(self, rows: Iterable[tuple[str, int]]) -> int:
        """Rows of readings that belong to nothing; gives how many were there still."""
        removed = 0
        with self._engine.begin() as connection:
            for table, number in rows:
                if table not in READINGS:
                    continue
                held = METADATA.tables[table]
                (key,) = held.primary_key.columns
                removed += connection.execute(delete(held).where(key == number)).rowcount
        return removed

    def list_again(self, rows: Iterable[tuple[str, int]]) -> None:
        """Entries are wanted again, windows are to be proven again: the next crawl does it."""
        with self._engine.begin() as connection:
            for table, number in rows:
                if table == "listed":
                    connection.execute(
                        update(ListedRow)
                        .where(ListedRow.id == number)
                        .values(state="wanted", decision_id=None, misses=0, missing_runs=0)
                    )
                elif table == "listing_window":
                    connection.execute(
                        update(ListingWindowRow)
                        .where(ListingWindowRow.id == number)
                        .values(state="unproven", stated=None, found=None, mismatches=1)
                    )


def copy_aside(path: Path, directory: Path, now: datetime) -> Path:
    """The database as it is, faults and all, before anything is mended; two such copies are kept.

    Not checked: what is copied is known not to be whole. Raises ArchiveError.
    """
    target = directory / f"{path.stem}-repair-{now:%Y%m%dT%H%M%SZ}.db"
    partial = target.with_suffix(".partial")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for unfinished in directory.glob(f"{glob.escape(path.stem)}-repair-*.partial*"):
            unfinished.unlink()
        with closing(connect_readonly(path)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
            # A WAL file cannot be opened by an unprivileged reader on read-only media.
            copy.execute("PRAGMA journal_mode=DELETE")
        partial.replace(target)
        kept = sorted(directory.glob(f"{glob.escape(path.stem)}-repair-*.db"))
        for old in kept[:-KEPT_COPIES]:
            old.unlink()
    except (sqlite3.Error, OSError) as error:
        partial.unlink(missing_ok=True)
        raise ArchiveError(
            f"no copy of the archive could be written to {directory} ({error}); nothing was changed"
        ) from error
    return target


def page_from_copies(copies: Iterable[Path], bad: Bad) -> tuple[Page, Path] | None:
    """A page as it was, from the first copy of the archive that has it whole."""
    for path in copies:
        with suppress(sqlite3.Error, DatabaseUnusable, OSError, ValueError, TypeError):
            with closing(connect_readonly(path)) as connection:
                found = _page_of_copy(connection, bad)
            if found is not None:
                return found, path
    return None


def _page_of_copy(connection: sqlite3.Connection, bad: Bad) -> Page | None:
    row = connection.execute(
        "SELECT p.final_url, p.fetched_at, p.status, p.headers, "
        "COALESCE(p.body_zstd, h.body_zstd) FROM page p LEFT JOIN page h ON h.id = p.body_page_id "
        "WHERE p.id = ? AND p.url = ? AND p.sha256 = ?",
        (bad.id, bad.url, bad.sha256),
    ).fetchone()
    if row is None:
        return None
    page = Page.capture(
        url=bad.url,
        final_url=row[0],
        fetched_at=datetime.fromisoformat(row[1]).replace(tzinfo=UTC),
        status=row[2],
        headers=[(str(name), str(value)) for name, value in json.loads(row[3])],
        body=captures.unpack(row[4]),
    )
    return page if page.sha256 == bad.sha256 else None
