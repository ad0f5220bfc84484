"""Making files and names last through a power cut, where the system can."""

from __future__ import annotations

import os
from pathlib import Path


def sync_file(path: Path) -> None:
    """Write a file's bytes through to the disk. Raises OSError."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def append_text(path: Path, text: str) -> None:
    """Add whole lines of ASCII to a file, on the disk when this returns. Raises OSError.

    Half a line that a full disk or a crash left is closed first, so that it spoils no other.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    with path.open("a+b") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                text = "\n" + text
        file.write(text.encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    if new:
        sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make renames in a directory durable; Windows does so by itself. Raises OSError."""
    if os.name == "nt":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
