"""The stored bytes of captures, read from a SQLite file row by row and held against their hashes.

For copies: no more than one page is unpacked at a time, and none that claims more than a page can
have, so a file that was made to exhaust the memory is told and not unpacked.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

import zstandard

from archive.captures import MAX_BODY


class StoredPage(NamedTuple):
    """A capture as it lies in the table; ``packed`` is its own bytes or those it refers to."""

    id: int
    url: str
    sha256: str
    packed: object


def stored_pages(connection: sqlite3.Connection) -> Iterator[StoredPage]:
    """Every capture, by number, streamed."""
    statement = (
        "SELECT p.id, p.url, p.sha256, COALESCE(p.body_zstd, h.body_zstd) FROM page p "
        "LEFT JOIN page h ON h.id = p.body_page_id ORDER BY p.id"
    )
    for row in connection.execute(statement):
        yield StoredPage(*row)


def damage_of(page: StoredPage) -> str | None:
    """What is wrong with a capture's bytes, in plain words; None: nothing."""
    if not isinstance(page.packed, bytes):
        return "no bytes are stored"
    try:
        size = zstandard.frame_content_size(page.packed)
        if not 0 <= size <= MAX_BODY:
            return f"it claims a size of {size} bytes"
        body = zstandard.ZstdDecompressor().decompress(page.packed)
    except zstandard.ZstdError as error:
        return str(error)
    if hashlib.sha256(body).hexdigest() != page.sha256:
        return "its bytes do not have the stored hash"
    return None
