"""Saved pages read from disk: a file becomes a capture, the capture a decision or a refusal.

What ``decisions parse`` does, as plain functions. Nothing is stored and nothing fetched. A file
has no HTTP headers, so its encoding is what its bytes and its ``<meta>`` say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.records import Decision, Page
from scraper.errors import ParseError, Refused
from scraper.html import MAX_BYTES
from scraper.sources import Source
from scraper.sources.pieces import Piece, Reading

UNPARSED = "unparsed"
"""The reason given for a page that is a decision but could be read only by guessing."""


@dataclass(frozen=True, slots=True)
class FileRefused:
    """A page that gave no decision. ``reason`` is the short word of ``scraper.classify``."""

    file: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class FileRead:
    """A decision read from a file, and what each piece of its page was taken for.

    ``pieces`` is empty for a source that does not tell.
    """

    file: str
    decision: Decision
    pieces: Sequence[Piece]


def capture_file(path: Path, url: str | None = None) -> Page:
    """The file as a capture of ``url``, or of the file's own address; its time is the file's.

    Raises OSError where it cannot be read, Refused (``too_large``) above ``html.MAX_BYTES``.
    """
    address = path.absolute().as_uri() if url is None else url
    if path.exists() and not path.is_file():
        raise OSError(f"{path} is no ordinary file")
    with path.open("rb") as file:
        body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise Refused(address, "too_large", f"more than the {MAX_BYTES:,} bytes we read")
    try:
        saved = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OverflowError, ValueError):
        saved = datetime.fromtimestamp(0, UTC)  # The file's own date is out of all range.
    return Page.capture(url=address, body=body, fetched_at=saved)


def read_file(path: Path, source: Source, url: str | None = None) -> FileRead | FileRefused:
    """What a saved page says. With ``url`` its reference must be the one the address names.

    Raises OSError where the file cannot be read; a page that is no decision is an answer.
    """
    try:
        page = capture_file(path, url)
        reading = read_pages([page], source)
    except Refused as refused:
        return FileRefused(str(path), refused.reason, str(refused))
    except ParseError as error:
        return FileRefused(str(path), UNPARSED, str(error))
    return FileRead(str(path), reading.decision, reading.pieces)


def read_pages(pages: Sequence[Page], source: Source) -> Reading:
    """A source's reading with its pieces, where the source can tell them."""
    tell = getattr(source, "read", None)
    if tell is None:
        return Reading(source.parse_decision(pages), ())
    reading = tell(pages)
    if not isinstance(reading, Reading):
        raise TypeError(f"{source.info.key}: read() gave {type(reading).__name__}, not a Reading")
    return reading
