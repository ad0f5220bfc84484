"""Where a file for others stands until it is whole, and what a killed run left of one.

A file with texts in it must never stay where nobody looks for it. So whoever writes one works in a
*workplace*: a folder of ours beside the place where the file will stand, held by a lock of the
kernel as long as its writer lives. One that nobody holds is of a writer that was killed: who next
writes to the same place clears it away, and so does an erasure (``archive.copies.unfinished``).

Only what is certainly ours is ever removed: a real folder with our name, of this user, whose lock
can be had. Where a drive knows no locks nobody can tell, and it stays.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_BEGIN, _END = ".decisions-", ".partial"
NAMES = f"{_BEGIN}*{_END}"
"""How workplaces are called. Earlier versions called unfinished files so, too."""

_LOCK = "held.lock"
_TRIES = 20


@contextmanager
def workplace(parent: Path) -> Iterator[Path]:
    """An empty folder in ``parent``, gone when the block ends. What killed runs left there goes
    first. Raises OSError when nothing can be written there."""
    clear(parent)
    folder, lock = _claim(parent)
    try:
        yield folder
    finally:
        if lock is not None:
            lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _claim(parent: Path) -> tuple[Path, FileLock | None]:
    """A new workplace and its lock; no lock where the drive has none."""
    for _ in range(_TRIES):
        folder = Path(tempfile.mkdtemp(prefix=_BEGIN, suffix=_END, dir=parent))
        lock = _lock_of(folder)
        try:
            lock.acquire()
        except (Timeout, FileNotFoundError):
            continue  # Somebody who clears took it for a left one: it was not held for a moment.
        except (OSError, NotImplementedError):
            with suppress(OSError):
                (folder / _LOCK).unlink()
            return folder, None
        if (folder / _LOCK).exists():
            return folder, lock
        lock.release()
    raise OSError(f"no folder to work in can be kept in {parent}")


def _lock_of(folder: Path) -> FileLock:
    # Never a lock that outlives a killed process.
    return FileLock(folder / _LOCK, timeout=0, fallback_to_soft=False)


def found_in(parent: Path) -> list[Path]:
    """Everything unfinished in a folder: left, being written, or of an earlier version."""
    try:
        return sorted(path for path in parent.glob(NAMES) if not path.is_symlink())
    except OSError:
        return []


def clear(parent: Path) -> list[Path]:
    """Remove the workplaces in ``parent`` that killed runs left; gives them. Never raises."""
    return [path for path in found_in(parent) if remove(path)]


def remove(path: Path) -> bool:
    """Remove a workplace unless it is in use, or cannot be known to be left and ours."""
    try:
        if not path.is_dir() or not _is_of_this_user(path):
            return False
        if not (path / _LOCK).exists():
            path.rmdir()  # Of a run that was killed before it had anything in it; else it stays.
            return True
        with _lock_of(path):
            for inside in path.iterdir():
                if inside.name == _LOCK:
                    continue  # A file that is open cannot go on every system.
                if inside.is_dir() and not inside.is_symlink():
                    shutil.rmtree(inside)
                else:
                    inside.unlink()
        shutil.rmtree(path, ignore_errors=True)
    except (OSError, Timeout, NotImplementedError):
        return False
    return not path.exists()


def _is_of_this_user(path: Path) -> bool:
    return os.name == "nt" or path.stat().st_uid == os.geteuid()
