"""Whole copies of a SQLite archive, made while others read and write it.

SQLite's online backup, within one read transaction: the copy is of one moment however long it
takes, no writer waits for it, and what was copied can be compared with that very moment. (``VACUUM
INTO`` cannot run in a transaction, so nothing could be compared with what it saw.) A copy gets its
name only when it is complete, checked and on the disk; it keeps no WAL, which an unprivileged
reader cannot open on read-only media. Putting a copy back is ``archive.restore``.
"""

from __future__ import annotations

import glob
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.config import Config
from archive.contents import Contents, contents_of
from archive.durable import sync_directory, sync_file
from archive.errors import ArchiveError, BackupFailed, DatabaseUnusable, NoRoom, UsageError
from archive.readonly import connect_readonly
from archive.sizes import plain_size

KEPT_BACKUPS = 2
"""Automatic copies that stay, unless the settings say otherwise."""

SLACK = 16 * 1024 * 1024
"""Bytes that must be free beyond a copy's own, for what the disk keeps about files."""

ABANDONED_AFTER = 3600
"""Seconds after which an unfinished copy that nobody has written to is of a run that was killed."""

_STEP = 2048
"""Pages copied at a time; between them progress is told and Ctrl-C is heard."""

Progress = Callable[[int, int], None]
"""Told of pages copied, and of pages in all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a copy will take: bytes needed and bytes free where it will lie."""

    source: Path
    target: Path
    needed: int
    free: int

    def line(self) -> str:
        """For the operator, before anything is written."""
        return (
            f"the copy needs {plain_size(self.needed)}; {plain_size(self.free)} are free in "
            f"{self.target.parent}"
        )

    def check_room(self) -> None:
        """Raises NoRoom when the copy would not fit."""
        if self.free < self.needed + SLACK:
            raise NoRoom(
                f"there is no room for a copy of {plain_size(self.needed)} in "
                f"{self.target.parent}: only {plain_size(self.free)} are free; make room or name "
                "another place. Nothing was changed"
            )


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that stands under its name: its size in bytes and what it holds."""

    path: Path
    size: int
    contents: Contents
    pages_checked: int | None


def next_backup(config: Config) -> int:
    """Bytes that the copy before the next schema upgrade will take, 0 where there will be none."""
    path = config.sqlite_path
    if path is None:
        return 0
    with suppress(OSError):
        return path.stat().st_size
    return 0


def plan(source: Path, target: Path) -> Plan:
    """Measure what a copy takes. Raises DatabaseUnusable, and ArchiveError for the disk."""
    with closing(connect_readonly(source)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    try:
        free = shutil.disk_usage(target.parent).free
    except OSError as error:
        raise ArchiveError(f"{target.parent} cannot be looked at ({error})") from error
    return Plan(source, target, pages * size, free)


def copy(
    order: Plan,
    *,
    overwrite: bool = False,
    full: bool = False,
    progress: Progress = lambda _done, _all: None,
    naming: Callable[[], None] = lambda: None,
) -> Copied:
    """Make the copy, check it, give it its name. ``naming`` is called right before that.

    ``full`` also unpacks every stored page and compares its hash. Raises NoRoom, UsageError for a
    name that is taken, BackupFailed when the copy is not what the source is, or the disk refuses;
    then nothing stands under the name that was not there before.
    """
    order.check_room()
    target = order.target
    partial = target.with_name(target.name + ".partial")
    _claim(partial, overwrite=overwrite)
    try:
        with closing(connect_readonly(order.source)) as source:
            source.execute("BEGIN")
            contents = contents_of(source)
            _copy_pages(source, partial, progress)
        _settle(partial)
        checked = check_copy(partial, contents, full=full)
        sync_file(partial)
        size = partial.stat().st_size
        naming()
        _name(partial, target, overwrite=overwrite)
    except (sqlite3.Error, OSError) as error:
        raise BackupFailed(
            f"no copy could be written to {target} ({error}); nothing else was changed"
        ) from error
    finally:
        _put_away(partial)
    return Copied(target, size, contents, checked)


def _put_away(partial: Path) -> None:
    """Remove an unfinished copy and what SQLite keeps beside it."""
    for ending in ("", "-journal", "-wal", "-shm"):
        with suppress(OSError):
            partial.with_name(partial.name + ending).unlink()


def check_copy(path: Path, wanted: Contents, *, full: bool) -> int | None:
    """Read a copy back and compare; gives the number of pages unpacked, None without ``full``.

    Raises BackupFailed naming what is wrong.
    """
    with closing(connect_readonly(path)) as connection:
        verdict = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        if verdict != ["ok"]:
            raise BackupFailed(
                f"the copy is damaged ({verdict[0]}), and so is the archive or its disk; run "
                "`decisions verify`"
            )
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise BackupFailed(
                f"a row of {broken[0]} points to a row of {broken[2]} that is not there; run "
                "`decisions verify`"
            )
        different = wanted.difference(contents_of(connection))
        if different is not None:
            raise BackupFailed(f"the copy is not what the archive holds: {different}; try again")
        return _check_pages(connection) if full else None


def _check_pages(connection: sqlite3.Connection) -> int:
    from archive.page_bytes import damage_of, stored_pages

    checked = 0
    for row in stored_pages(connection):
        problem = damage_of(row)
        if problem is not None:
            raise BackupFailed(
                f"capture {row.id} of {row.url} is damaged in the archive ({problem}); run "
                "`decisions verify`, or make the copy without --full"
            )
        checked += 1
    return checked


def _claim(partial: Path, *, overwrite: bool) -> None:
    """Take the place of the unfinished copy; one of a killed run is put away."""
    try:
        age = time.time() - partial.stat().st_mtime
    except FileNotFoundError:
        pass
    except OSError as error:
        raise BackupFailed(f"{partial} cannot be looked at ({error})") from error
    else:
        if age < ABANDONED_AFTER and not overwrite:
            raise UsageError(
                f"{partial} is being written by another run, or was left by one that was killed "
                "less than an hour ago; wait, or say --force"
            )
        _put_away(partial)
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
    except OSError as error:
        raise BackupFailed(f"{partial} cannot be written ({error}); name another place") from error


def _copy_pages(source: sqlite3.Connection, partial: Path, progress: Progress) -> None:
    with closing(sqlite3.connect(partial, isolation_level=None)) as target:
        # What a power cut would leave is an unfinished copy in any case; it is synced at the end.
        target.execute("PRAGMA synchronous=OFF")
        source.backup(
            target, pages=_STEP, progress=lambda _status, left, pages: progress(pages - left, pages)
        )


def _settle(partial: Path) -> None:
    """Out of WAL mode, so that the copy is one file and opens on read-only media."""
    with closing(sqlite3.connect(partial, isolation_level=None)) as copied:
        copied.execute("PRAGMA trusted_schema=OFF")
        copied.execute("PRAGMA synchronous=OFF")
        found = copied.execute("PRAGMA journal_mode=DELETE").fetchone()
        if found != ("delete",):
            raise BackupFailed(f"{partial} stays in journal mode {found}; name another place")


def _name(partial: Path, target: Path, *, overwrite: bool) -> None:
    if overwrite:
        partial.replace(target)
    else:
        try:
            if os.name == "nt":
                partial.rename(target)
            else:
                os.link(partial, target)
        except FileExistsError:
            raise taken(target) from None
        except OSError:  # No links on this file system: the look and the renaming are two steps.
            if target.exists():
                raise taken(target) from None
            partial.replace(target)
    sync_directory(target.parent)


def taken(path: Path) -> UsageError:
    """The error for a name that something has already."""
    return UsageError(f"{path} is there already; name another file, or write over it with --force")


def before_upgrade(
    path: Path, directory: Path, stem: str, now: datetime, *, keep: int = KEPT_BACKUPS
) -> Path:
    """A whole copy beside the archive; the oldest beyond ``keep`` are removed afterwards.

    Raises ArchiveError when it cannot be had; the archive is as it was then.
    """
    ours = f"{glob.escape(path.stem)}-schema-*"
    target = directory / f"{stem}-{now:%Y%m%dT%H%M%SZ}.db"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        # The writer's lock is held: an unfinished one is of a run that was killed. It is as large
        # as the archive, and nobody else would ever take it away.
        for unfinished in directory.glob(f"{ours}.partial*"):  # and SQLite's own beside it
            unfinished.unlink()
        copy(plan(path, target), overwrite=True)
        backups = sorted(directory.glob(f"{ours}.db"), key=lambda item: item.name[-19:])
        for old in backups[:-keep]:
            old.unlink()
    except OSError as error:
        raise BackupFailed(
            f"no backup could be written to {directory} ({error}); nothing was changed"
        ) from error
    except BackupFailed as error:
        raise BackupFailed(
            f"the schema was not upgraded, because no backup could be made: {error}"
        ) from error
    except DatabaseUnusable:
        raise
    return target
