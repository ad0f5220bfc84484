"""Errors of the archive, and the root that every room's errors share.

::

    DecisionsError                 anything a command reports in one sentence; has an exit code
    ├── UsageError                 the call itself is off (exit 2)
    ├── LockedError                another run holds the lock (exit 75)
    ├── LockLost                   the server let go of our lock in the middle of a run
    ├── ArchiveError               the archive room
    │   ├── ConfigError            a setting cannot be read or makes no sense (exit 2)
    │   ├── DatabaseUnusable       no database there, not ours, damaged, or unreadable
    │   ├── SchemaMismatch         the database is of another revision than this tool
    │   ├── OriginMismatch         pages of another source or site would enter this archive
    │   ├── NotFound               no such decision, page or body
    │   ├── Unstorable             a reading that no database column can hold
    │   ├── Restricted             a text is not passed on while a question is open
    │   ├── WasErased              a text that an operator erased would come back
    │   ├── NotCleaned             an erasure is not complete yet (exit 3)
    │   ├── NoRoom                 the disk has not the room that something needs
    │   ├── BackupFailed           a copy could not be made, or is not what it is a copy of
    │   ├── RestoreRefused         a file is not put in the archive's place
    │   ├── DatabaseBusy           another program holds the database for writing (exit 75)
    │   └── Ambiguous              a reference that stands for more than one decision
    ├── ScraperError               see scraper.errors
    └── SearchError                see search.errors

A message says what was wrong, where (reference, URL, file) and what to do next.
"""

from __future__ import annotations


class DecisionsError(Exception):
    """Root of all errors that a command turns into one sentence and an exit code."""

    exit_code = 1


class UsageError(DecisionsError):
    """The call itself is off."""

    exit_code = 2


class LockedError(DecisionsError):
    """Another run is writing to the same archive."""

    exit_code = 75


class LockLost(DecisionsError):
    """The connection that held the writer's lock went. It ends the run: somebody else may write."""


class ArchiveError(DecisionsError):
    """Root of the archive room's errors."""


class ConfigError(ArchiveError):
    """A setting cannot be read or makes no sense."""

    exit_code = 2


class DatabaseUnusable(ArchiveError):
    """There is no database, or it is not ours, damaged, or not readable."""


class SchemaMismatch(ArchiveError):
    """The database is of another schema revision than this version of the tool."""


class OriginMismatch(ArchiveError):
    """Pages of another source or site would enter this archive."""


class NotFound(ArchiveError):
    """Nothing in the archive answers to that name."""


class Unstorable(ArchiveError):
    """A reading that no database column can hold: a number out of all range, half a character."""


class Ambiguous(ArchiveError):
    """The name stands for more than one thing in the archive."""


class WasErased(ArchiveError):
    """A text that was erased from this archive would come back; it was not stored."""


class NotCleaned(ArchiveError):
    """An erasure is not complete: something still holds the text. The next command goes on."""

    exit_code = 3


class Restricted(ArchiveError):
    """A text is not passed on while a question about it is open."""


class NoRoom(ArchiveError):
    """The disk has not the room that something needs; nothing was begun."""


class BackupFailed(ArchiveError):
    """A copy could not be made, or is not what it is a copy of."""


class RestoreRefused(ArchiveError):
    """A file is not put in the archive's place: not ours, damaged, older, or of another archive."""


class DatabaseBusy(ArchiveError):
    """Another program, not one of ours, holds the database for writing and does not let go."""

    exit_code = 75
