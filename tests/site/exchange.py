"""What passes through the look-alike's server: a request, an answer, a line of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["decision", "listing", "category", "robots", "other"]
Sending = Literal["whole", "drip", "stall", "reset", "nothing", "short", "chunked", "chunked-cut"]


DECISION = r"^/decisions/[^/]+/[^/]+/\d\d-"
LISTING = r"^/decisions/searchresults"
ROBOTS = r"^/robots\.txt"
"""Patterns for the paths of decisions, lists and robots.txt (searched without case)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``target`` is path and query as sent, ``headers`` have lower-case names."""

    number: int
    method: str
    target: str
    path: str
    query: str
    headers: Mapping[str, str]
    base: str

    @property
    def page(self) -> int:
        """The number in ``page=``, 1 where there is none."""
        for pair in self.query.split("&"):
            key, _, value = pair.partition("=")
            if key == "page" and value.isdecimal() and len(value) < 10:
                return int(value)
        return 1


@dataclass(slots=True)
class Answer:
    """What will be sent.

    ``content`` is what a client should end up with, ``wire`` the bytes under the content coding
    (None: the same). ``genuine`` turns False when a fault put something else in the page's place.
    ``seconds`` is the pause between two bytes of a drip, or how long a stall lasts.
    """

    status: int
    content: bytes
    kind: Kind = "other"
    headers: dict[str, str] = field(default_factory=dict)
    wire: bytes | None = None
    sending: Sending = "whole"
    seconds: float = 0.0
    genuine: bool = True
    reference: str | None = None
    listed: tuple[str, ...] = ()
    stated: int | None = None

    @classmethod
    def of(cls, text: str, *, status: int = 200, kind: Kind = "other") -> Answer:
        """A UTF-8 page of HTML."""
        return cls(
            status, text.encode(), kind, headers={"Content-Type": "text/html; charset=utf-8"}
        )

    @property
    def sent(self) -> bytes:
        """The bytes under the content coding."""
        return self.content if self.wire is None else self.wire


Spoil = Callable[[Request, Answer, str | None], Answer]
"""What a fault does: request, answer and the fault's value in, the answer to send out."""


@dataclass(slots=True)
class LogEntry:
    """What was answered to one request.

    ``at`` is seconds since 1970 and ``ticks`` a monotonic clock, both when the request came in;
    ``ended`` the same clock when the last byte was sent. ``sha256`` is of the content a client
    should have after decoding; ``complete`` says that all of it left the server. ``client`` is the
    client's port: one connection, one port. ``listed`` holds the paths a listing showed.
    """

    number: int
    at: float
    ticks: float
    client: int
    method: str
    target: str
    path: str
    status: int
    kind: Kind
    reference: str | None
    listed: tuple[str, ...]
    stated: int | None
    sha256: str
    length: int
    genuine: bool
    faults: tuple[str, ...]
    headers: Mapping[str, str]
    complete: bool = False
    ended: float = 0.0


def digest(content: bytes) -> str:
    """SHA-256 as lower-case hex."""
    return hashlib.sha256(content).hexdigest()
