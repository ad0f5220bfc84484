"""What a process and those it started hold in memory. Linux tells; elsewhere there is nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def family_of(pid: int) -> Iterator[int]:
    """A process and those it started, as far as they can be seen."""
    yield pid
    for task in listed(PROC / str(pid) / "task"):
        with contextlib.suppress(OSError, ValueError):
            for child in (task / "children").read_text().split():
                yield from family_of(int(child))


def listed(folder: Path) -> list[Path]:
    """What lies in a folder; nothing where there is none."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def resident(pid: int) -> int:
    """Bytes of memory that a process has; 0 for one that cannot be looked at."""
    try:
        pages = int((PROC / str(pid) / "statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
