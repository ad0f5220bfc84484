"""Who asked for what, a line each, in the Combined Log Format that every log reader knows.

What people search for tells about them, so the part of an address after the question mark is left
out unless the operator wants it, the referring page's likewise. What a client sends is escaped: one
request is one line, of printable ASCII.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler

from archive.screen import beneath

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

LONGEST = 2000
"""Characters of one field."""

STANDARD_ERROR = "-"

_PLAIN = re.compile(r'[^\x20-\x7e]|["\\]')


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and how it was answered. ``size`` is of the body, in bytes."""

    address: str
    method: str
    target: str
    version: str
    status: int
    size: int
    referer: str = ""
    agent: str = ""


def line(asked: Asked, at: datetime, *, queries: bool) -> str:
    """The line of one request. ``at`` carries its zone; ``queries`` keeps what follows a ``?``."""
    when = f"{at.day:02d}/{MONTHS[at.month - 1]}/{at.year}:{at:%H:%M:%S %z}"
    target, referer = (
        text if queries else text.partition("?")[0] for text in (asked.target, asked.referer)
    )
    asking = f"{asked.method} {target} HTTP/{asked.version}" if asked.method else ""
    quoted = [_escaped(text) or "-" for text in (asking, referer, asked.agent)]
    return (
        f"{_escaped(asked.address).replace(' ', '') or '-'} - - [{when}] "
        f'"{quoted[0]}" {asked.status} {asked.size or "-"} "{quoted[1]}" "{quoted[2]}"'
    )


def _escaped(text: str) -> str:
    def code(found: re.Match[str]) -> str:
        return "".join(f"\\x{byte:02x}" for byte in found[0].encode("utf-8", "surrogateescape"))

    return _PLAIN.sub(code, text[:LONGEST])


@contextmanager
def opened(place: str, *, queries: bool) -> Iterator[Callable[[Asked], None]]:
    """A function that notes a request in a file, or on stderr for ``-``. Raises OSError.

    A file that a rotation moves away is made anew. A log that cannot be written to is told of once,
    and people are served on.
    """
    handler = (
        logging.StreamHandler(beneath(sys.stderr))
        if place == STANDARD_ERROR
        else WatchedFileHandler(place, encoding="ascii")
    )
    handler.setFormatter(logging.Formatter("%(message)s"))
    handler.handleError = _Complaint(place)  # type: ignore[method-assign]  # as logging suggests

    def note(asked: Asked) -> None:
        text = line(asked, datetime.now(UTC), queries=queries)
        handler.handle(logging.LogRecord("access", logging.INFO, "", 0, text, None, None))

    try:
        yield note
    finally:
        # What could not be written was told of already.
        with suppress(OSError):
            handler.close()


class _Complaint:
    """Says once that the log cannot be written."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._said = False

    def __call__(self, record: logging.LogRecord) -> None:
        if not self._said:
            self._said = True
            error = sys.exc_info()[1]
            logging.getLogger(__name__).error(
                "the access log %s cannot be written (%s)", self._place, error
            )
