"""The moment in which one database file takes another's place, so that a kill leaves one of them.

A new file is built beside the old one as ``decisions.db.restoring``. When it is complete and on the
disk it is renamed to ``decisions.db.restored``: from then on the restore is decided, and whoever
writes next carries it out (``settle``). Until the last renaming either the old file stands under
the archive's name, or nothing does and readers are told what to do; the old one is kept under a
dated name, with what SQLite keeps beside it. Readers that have the old file open go on reading it.

Knows no table and opens no database.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from archive.durable import sync_directory, sync_file
from archive.errors import ArchiveError

RESTORING = ".restoring"
RESTORED = ".restored"
BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps of one database, by the ending of the file's name."""


def building(path: Path) -> Path:
    """Where the new file is built."""
    return path.with_name(path.name + RESTORING)


def decided(path: Path) -> Path:
    """Where the complete new file waits to take the archive's name."""
    return path.with_name(path.name + RESTORED)


def clear(path: Path) -> bool:
    """Remove a new file that was never completed; True when there was one. Raises OSError."""
    there = False
    for ending in BESIDE:
        unfinished = building(path).with_name(building(path).name + ending)
        if unfinished.exists():
            unfinished.unlink()
            there = True
    return there


def decide(path: Path) -> None:
    """The new file is complete: make it last, and the restore decided. Raises OSError."""
    new = building(path)
    for ending in BESIDE[1:]:
        beside = new.with_name(new.name + ending)
        if beside.exists() and beside.stat().st_size:
            raise ArchiveError(f"{beside} still holds changes; nothing was put in place")
        with suppress(FileNotFoundError):
            beside.unlink()
    sync_file(new)
    new.replace(decided(path))
    sync_directory(path.parent)


def settle(path: Path, *, keeping: Callable[[Path], None] = lambda _: None) -> Path | None:
    """Carry out a restore that is decided; None when there is none, else where the old one is.

    Gives the archive's own path when nothing stood there. ``keeping`` hears where the old one will
    be, before it is moved. May be called again after being killed at any point. The caller holds
    the writer's lock. Raises ArchiveError when a file cannot be moved; then the old archive stands
    where it was, or the next call goes on.
    """
    new = decided(path)
    if not new.exists():
        return None
    aside = _aside(path, new)
    if path.exists():
        keeping(aside)
    try:
        for ending in BESIDE:
            old = path.with_name(path.name + ending)
            if old.exists():
                old.rename(aside.with_name(aside.name + ending))
        sync_directory(path.parent)
        new.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            if not path.exists() and aside.exists():  # Windows: somebody has one of them open.
                aside.rename(path)
        raise ArchiveError(
            f"the restored archive {new} could not be put in place ({error}); end what has the "
            "archive open, then run `decisions index`, which finishes it"
        ) from error
    return aside if aside.exists() else path


def _aside(path: Path, new: Path) -> Path:
    """The dated name for the old file, the same however often this is asked."""
    made = datetime.fromtimestamp(new.stat().st_mtime, UTC)
    for number in itertools.count(1):
        suffix = "" if number == 1 else f"-{number}"
        aside = path.with_name(f"{path.stem}-replaced-{made:%Y%m%dT%H%M%SZ}{suffix}{path.suffix}")
        # Taken and the archive's name taken too: somebody made a database in between. It is kept.
        if not (aside.exists() and path.exists()):
            return aside
    raise AssertionError("numbers do not end")
