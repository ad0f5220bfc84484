"""Why a search has no answer, in words for whoever typed it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from archive.screen import clean
from search.errors import QueryError, SearchError
from search.web.errors import BadAddress, TooBusy, TooSlow

AROUND = 60
"""Characters of a query shown on either side of the place where it went wrong."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no answer. ``pointed`` is the query cut at the place where it went wrong."""

    status: int
    title: str
    sentence: str
    pointed: tuple[str, str] | None = None


EMPTY = Trouble(
    200, "Nothing here yet", "The archive is empty: no decision has been fetched for it so far."
)


def trouble_of(error: SearchError, query: str, *, public: bool) -> Trouble:
    """An error in words for whoever typed the query.

    What names files and commands is for the operator alone, who reads it here or in the log.
    """
    match error:
        case TooSlow():
            return Trouble(
                503,
                "That took too long",
                "The search was given up so that others are not kept waiting. More words, longer "
                "beginnings (education* instead of edu*), or a filter such as a year or a council "
                "make it quicker.",
            )
        case TooBusy():
            return Trouble(
                503,
                "Many people are searching",
                "Too many searches are being answered at this moment. Try again in a few seconds.",
            )
        case QueryError():
            return Trouble(
                400, "That query cannot be read", clean(str(error)), _pointed(error, query)
            )
        case BadAddress():
            return Trouble(400, "That cannot be searched for", f"{clean(str(error))}.")
        case _ if public:
            return Trouble(
                503, "Not just now", "This archive cannot be searched just now; come back later."
            )
        case _:
            return Trouble(503, "Not just now", clean(str(error)))


def _pointed(error: QueryError, query: str) -> tuple[str, str] | None:
    """The query up to the trouble and from it on, shortened on both sides."""
    if error.position is None or not query.strip():
        return None
    at = min(error.position, len(query))
    low, high = max(0, at - AROUND), at + AROUND
    before = ("… " if low else "") + clean(query[low:at])
    return before, clean(query[at:high]) + (" …" if high < len(query) else "")
