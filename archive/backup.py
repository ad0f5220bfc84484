"""Whole copies of a SQLite archive, made while others read and write it.

A copy appears under its own name complete and checked, or not at all, and opens anywhere: it keeps
no WAL, which an unprivileged reader cannot open on read-only media. What a copy is put back with
is in ``archive.restore``.
"""

from __future__ import annotations

import glob
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError, DatabaseUnusable
from archive.readonly import connect_readonly

KEPT_BACKUPS = 2


def before_upgrade(path: Path, directory: Path, stem: str, now: datetime) -> Path:
    """A whole copy beside the archive, readable anywhere; the oldest beyond two are removed."""
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / f"{stem}-{now:%Y%m%dT%H%M%SZ}.db"
    partial = target.with_suffix(".partial")
    ours = f"{glob.escape(path.stem)}-schema-*"
    for unfinished in directory.glob(f"{ours}.partial"):  # Of a run that was killed: as large as
        unfinished.unlink()  # the archive, and nobody else would ever take it away.
    try:
        source = connect_readonly(path)
        try:
            # VACUUM INTO counts as writing although it leaves this file alone, which is opened
            # read-only anyway.
            source.execute("PRAGMA query_only=OFF")
            source.execute("VACUUM INTO ?", (str(partial),))
        finally:
            source.close()
        copy = sqlite3.connect(partial)
        try:
            # A WAL file cannot be opened by an unprivileged reader on read-only media.
            copy.execute("PRAGMA journal_mode=DELETE")
            verdict: Any = copy.execute("PRAGMA integrity_check").fetchone()
        finally:
            copy.close()
        if verdict != ("ok",):
            raise DatabaseUnusable(f"{path} is damaged ({verdict}); nothing was changed")
        partial.replace(target)
    except (sqlite3.Error, OSError) as error:
        partial.unlink(missing_ok=True)
        raise ArchiveError(
            f"no backup could be written to {directory} ({error}); nothing was changed"
        ) from error
    backups = sorted(directory.glob(f"{ours}.db"), key=lambda item: item.name[-19:])
    for old in backups[:-KEPT_BACKUPS]:
        old.unlink()
    return target
