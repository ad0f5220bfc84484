"""Whose index it is. Opening one runs what its files say, so they must be our own.

A Whoosh table of contents, and every block of postings, is a pickle: whoever can write these files
can run any program as whoever opens them. So on systems that tell owners, everything that is opened
must belong to this user or to the system's administrator, must not be writable for everybody, and
must lie in the index's own directory, not behind a link. Our own manifest must name it, besides
(``search.manifest``). An index from elsewhere is never needed: it is made from the archive.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

_FOR_EVERYBODY = stat.S_IWOTH
_LOCK = "_WRITELOCK"


def distrust(directory: Path, manifest: Path, generation: Path) -> str | None:
    """Why a generation of an index is not opened, in plain words; None: all of it is ours.

    ``directory`` itself may be reached through a link that the operator made; nothing in it may.
    What the manifest says of deleted decisions is believed, so it must be ours too. Raises OSError.
    """
    why = _of(directory, directory.stat(), directory=True)
    if why is not None:
        return why
    for path in (manifest, generation, *generation.iterdir()):
        if path.name.endswith(_LOCK):
            continue  # Its bytes are never read.
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue  # A commit has just removed it.
        if stat.S_ISDIR(found.st_mode) and path != generation:
            continue  # Nothing in it is ever opened.
        if stat.S_ISLNK(found.st_mode):
            return f"{path} is a link to somewhere else"
        why = _of(path, found, directory=path == generation)
        if why is not None:
            return why
    return None


def _of(path: Path, found: os.stat_result, *, directory: bool) -> str | None:
    if directory != stat.S_ISDIR(found.st_mode) or not (directory or stat.S_ISREG(found.st_mode)):
        return f"{path} is no ordinary {'directory' if directory else 'file'}"
    if os.name == "nt":
        return None
    if found.st_uid not in (os.geteuid(), 0):
        return f"{path} belongs to another user (number {found.st_uid})"
    if found.st_mode & _FOR_EVERYBODY:
        return f"{path} can be written by everybody"
    return None


def close_to_others(path: Path) -> None:
    """Take the right to write from everybody else, whatever the system gives new files."""
    if os.name != "nt":
        mode = path.stat().st_mode
        if mode & _FOR_EVERYBODY:
            path.chmod(stat.S_IMODE(mode) & ~_FOR_EVERYBODY)
