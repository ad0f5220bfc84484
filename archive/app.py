"""What every command is given: the settings and ways to open the rooms.

A protocol, so that the rooms' commands need not import ``decisions.py``, which builds the real one,
and a test can hand over its own.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from archive.config import Config
    from archive.ports import HitText, SearchIndex
    from archive.store import Archive


class App(Protocol):
    """The object behind ``@click.pass_obj``."""

    @property
    def config(self) -> Config: ...

    def open_archive(self, *, write: bool) -> AbstractContextManager[Archive]:
        """Open the archive. ``write`` takes the one lock, makes or upgrades the database, and
        raises LockedError when another run holds the lock; reading compares the revision and
        raises DatabaseUnusable or SchemaMismatch."""

    def open_to_follow(self) -> AbstractContextManager[Archive]:
        """Open the archive to bring the index in step with it: to write where that can be, else to
        read (``Archive.writable`` False), as on a server that another machine writes to."""

    def hit_text(self) -> AbstractContextManager[HitText]:
        """Open the texts for search hits, read-only and without SQLAlchemy on SQLite."""

    def search_index(self) -> SearchIndex:
        """The full-text index of this home. Opens nothing yet."""
