"""Errors of the reading room.

::

    WebError (search.errors.SearchError)
    ├── BadAddress                 an address or one of its parts cannot be meant (status 400)
    ├── NoSuchPage                 nothing is held under this address (status 404)
    ├── TooSlow                    a question took longer than it may (status 503)
    ├── TooBusy                    too many questions are being answered already (status 503)
    └── Unanswered                 who worked on a question broke down over it (status 503)
"""

from __future__ import annotations

from search.errors import SearchError


class WebError(SearchError):
    """Root of the reading room's errors. ``status`` is the HTTP status it is told with."""

    status = 500


class BadAddress(WebError):
    """An address, or a value in it, cannot be meant; the message says which and what can be."""

    status = 400


class NoSuchPage(WebError):
    """Nothing is held under this address."""

    status = 404


class TooSlow(WebError):
    """A question took longer than it may; it was given up and nothing of it goes on."""

    status = 503


class TooBusy(WebError):
    """Too many questions are being answered already; try again in a moment."""

    status = 503


class Unanswered(WebError):
    """The process that worked on a question broke down over it, or ran out of memory."""

    status = 503
