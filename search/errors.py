"""Errors of the search room.

::

    SearchError (archive.errors.DecisionsError)
    ├── IndexUnusable              no index, another schema, another archive, or a damaged one
    ├── CertificateError           a file is no certificate, or not as it was made
    ├── WatchError                 the list of watches cannot be read or written
    ├── NotSent                    an alert did not get to where it goes (exit 3)
    └── QueryError                 the query does not parse; says where (exit 2)
"""

from __future__ import annotations

from archive.errors import DecisionsError


class SearchError(DecisionsError):
    """Root of the search room's errors."""


class IndexUnusable(SearchError):
    """There is no index to answer from; the message names the command that makes one."""


class CertificateError(SearchError):
    """A file is no certificate of a search, was changed, or cannot be held against this archive."""


class WatchError(SearchError):
    """The list of watches cannot be read or written."""


class NotSent(SearchError):
    """An alert did not get to where it goes; it is sent next time."""

    exit_code = 3


class QueryError(SearchError):
    """The query cannot be understood. ``position`` is the offset of the trouble, if known."""

    exit_code = 2

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position
