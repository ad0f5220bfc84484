"""Folders that a script may empty: known by a marker file of ours, changed by one run at a time.

Why: ``.venv`` and ``.demo`` are made, emptied and made again without asking anybody. A folder that
somebody else filled must never go that way, and two runs must not work in one folder at once. The
marker does both: without it a folder is left alone, and it is the file that carries the lock, a
lock of the kernel, so that a run that was killed leaves none behind.

It does not know what the folders hold.
"""

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


class Stopped(Exception):
    """A script cannot go on; the message says why and what the person can do about it."""


def tell(message: str) -> None:
    """One line of progress in plain words, on stderr and at once."""
    print(message, file=sys.stderr, flush=True)


def is_ours(folder: Path, marker: str) -> bool:
    """Whether a script may change or make this folder: absent, empty, or it carries the marker."""
    if folder.is_symlink():
        return False
    if not folder.exists():
        return True
    return folder.is_dir() and ((folder / marker).is_file() or not any(folder.iterdir()))


@contextlib.contextmanager
def claimed(folder: Path, marker: str, wait: bool) -> Iterator[int]:
    """Hold a folder of ours, made if missing, until the block ends; other runs wait or stop.

    Gives the lock's file descriptor: a program that is passed it holds the folder too, should this
    one be killed before it. Raises Stopped for a folder that is not ours, and, without ``wait``,
    for one that is in use.
    """
    if not is_ours(folder, marker):
        raise Stopped(
            f"{folder} was not made by this script (it has no {marker}), so it is left alone.\n"
            "Move it away, or remove it if you do not need it, and run this again."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / marker).open("ab") as file:
        told = False
        while not _locked(file):
            if not wait:
                raise Stopped(f"Another run is using {folder}; wait for it to end.")
            if not told:
                tell(f"Another run is making {folder}; waiting for it ...")
                told = True
            time.sleep(0.2)
        yield file.fileno()


def empty(folder: Path, marker: str) -> None:
    """Remove all that a claimed folder holds but its marker; links are removed, not followed."""
    for entry in sorted(folder.iterdir()):
        if entry.name == marker:
            continue
        try:
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        except PermissionError as error:
            raise Stopped(
                f"Cannot remove {error.filename or entry}: {error.strerror}.\n"
                "Close the programs that use it (a shell in that environment, an editor, a "
                "database viewer) and run this again."
            ) from error


if sys.platform == "win32":
    import msvcrt

    def _locked(file: BinaryIO) -> bool:
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _locked(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
