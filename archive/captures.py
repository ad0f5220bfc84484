"""Captures: the bytes of fetched pages, compressed, kept once however often they come again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import zstandard
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import aliased

from archive.errors import DatabaseUnusable, NotFound
from archive.ledger import PageRow, RevisionPageRow, RevisionRow
from archive.records import Page

LEVEL = 10
"""Zstandard's level: pages of 40 KB come to about a quarter, at some thousand pages a second."""

MAX_BODY = 64 * 1024 * 1024
"""No stored page is larger; more means that the database was tampered with."""


DAMAGED = "damaged"
"""The reason (``page.refused``) of a page that ``decisions repair`` has put aside."""

Loaded = Page | NotFound | DatabaseUnusable
"""A capture, or why it cannot be had."""


def save(connection: Connection, page: Page) -> int:
    """Store a capture and give its number. Bytes that are held already are referred to."""
    held = _holder(connection, page)
    compressed = pack(page.body) if held is None else None
    result = connection.execute(
        insert(PageRow)
        .values(
            url=page.url,
            final_url=page.final_url,
            fetched_at=page.fetched_at,
            status=page.status,
            headers=json.dumps(page.headers),
            body_zstd=compressed,
            body_page_id=held,
            sha256=page.sha256,
        )
        .returning(PageRow.id)
    )
    return int(result.scalar_one())


def _holder(connection: Connection, page: Page) -> int | None:
    """A page that holds these very bytes, whole: what has come must not rest on what is damaged."""
    held = connection.execute(
        select(PageRow.id, PageRow.body_zstd).where(
            PageRow.sha256 == page.sha256, PageRow.body_zstd.is_not(None)
        )
    )
    for row in held:
        with suppress(DatabaseUnusable):
            if unpack(row.body_zstd) == page.body:
                return int(row.id)
    return None


def refuse(connection: Connection, page_ids: Sequence[int], reason: str | None) -> None:
    """Note why captures were not taken as a decision; None: they were, after all."""
    connection.execute(update(PageRow).where(PageRow.id.in_(page_ids)).values(refused=reason))


def load(connection: Connection, page_id: int) -> Page:
    """A capture with its bytes. Raises NotFound, or DatabaseUnusable when the bytes are damaged."""
    found = load_many(connection, [page_id])[page_id]
    if isinstance(found, Page):
        return found
    raise found


def load_many(connection: Connection, page_ids: Sequence[int]) -> dict[int, Loaded]:
    """Captures with their bytes, by number; in place of each that cannot be had, the error."""
    holder = aliased(PageRow)
    rows = {
        row.id: row
        for row in connection.execute(
            select(PageRow.__table__, holder.body_zstd.label("held_zstd"))
            .outerjoin(holder, holder.id == PageRow.body_page_id)
            .where(PageRow.id.in_(page_ids))
        )
    }
    found: dict[int, Loaded] = {}
    for page_id in page_ids:
        if page_id not in rows:
            found[page_id] = NotFound(f"there is no capture number {page_id} in the archive")
            continue
        try:
            found[page_id] = _page(rows[page_id])
        except DatabaseUnusable as error:
            found[page_id] = error
    return found


def _page(row: Any) -> Page:
    page_id = row.id
    compressed = row.held_zstd if row.body_zstd is None else row.body_zstd
    try:
        body = unpack(compressed)
        headers = tuple((str(name), str(value)) for name, value in json.loads(row.headers))
    except (DatabaseUnusable, ValueError, TypeError, RecursionError) as error:
        raise DatabaseUnusable(
            f"capture {page_id} of {row.url} is damaged ({error}); `decisions repair` tries to "
            "mend it, else restore the archive from a backup"
        ) from error
    if hashlib.sha256(body).hexdigest() != row.sha256:
        raise DatabaseUnusable(
            f"capture {page_id} of {row.url} is damaged: its bytes do not have the stored hash; "
            "`decisions repair` tries to mend it, else restore the archive from a backup"
        )
    return Page(
        url=row.url,
        final_url=row.final_url,
        fetched_at=row.fetched_at,
        status=row.status,
        headers=headers,
        body=body,
        sha256=row.sha256,
    )


def pack(body: bytes) -> bytes:
    """The bytes of a page as they are stored."""
    return zstandard.ZstdCompressor(level=LEVEL).compress(body)


def unpack(packed: object) -> bytes:
    """The bytes of a page from what is stored; their hash is not looked at.

    Takes no more memory than ``MAX_BODY``, whatever the stored bytes claim. Raises DatabaseUnusable
    with what is wrong in a few words.
    """
    if packed is None:
        raise DatabaseUnusable("no bytes are stored")
    if not isinstance(packed, bytes | memoryview):
        raise DatabaseUnusable("what is stored are no bytes")
    stored = bytes(packed)
    try:
        size = zstandard.frame_content_size(stored)
        if not 0 <= size <= MAX_BODY:
            raise DatabaseUnusable(f"it claims a size of {size:,} bytes")
        return zstandard.ZstdDecompressor().decompress(stored, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise DatabaseUnusable(f"its stored bytes cannot be unpacked: {error}") from error


def ids_of_revision(connection: Connection, decision_id: int, number: int) -> list[int]:
    """The captures of one version of a decision, in order."""
    return list(
        connection.execute(
            select(RevisionPageRow.page_id)
            .join(RevisionRow, RevisionRow.id == RevisionPageRow.revision_id)
            .where(RevisionRow.decision_id == decision_id, RevisionRow.number == number)
            .order_by(RevisionPageRow.position)
        ).scalars()
    )
