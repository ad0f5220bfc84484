"""Making files and names last through a power cut, where the system can."""

from __future__ import annotations

import os
from pathlib import Path


def sync_file(path: Path) -> None:
    """Write a file's bytes through to the disk. Raises OSError."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def sync_directory(directory: Path) -> None:
    """Make renames in a directory durable; Windows does so by itself. Raises OSError."""
    if os.name == "nt":
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
