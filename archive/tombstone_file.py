"""The list of erasures beside the archive, which outlives the database file.

``erased.jsonl`` has one tombstone a line. A line is on the disk before the deletion it stands for
is committed; whoever opens the archive to write carries out what the list has and the database has
not, so neither a restored backup nor a new database brings an erased text back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from archive.durable import append_text
from archive.errors import ArchiveError, UsageError
from archive.tombstones import LONGEST_LINE, MOST_KEYS, Tombstone, as_line, from_line

MOST_LINES = 200_000
"""No archive has more decisions than some tens of thousands."""

MOST_BYTES = 64 * 1024 * 1024
"""A list that somebody hands over is read into memory, so it has an end."""


def append(path: Path, stones: Sequence[Tombstone]) -> None:
    """Add tombstones, on the disk when this returns. Raises ArchiveError; nothing is deleted then.

    Half a line that a full disk or a crash left is closed, and is told apart when reading.
    """
    try:
        append_text(path, "".join(as_line(stone) for stone in stones))
    except OSError as error:
        raise ArchiveError(
            f"{path} cannot be written ({error}); nothing was erased. Make room or mend the "
            "rights, and try again"
        ) from error


def read(path: Path) -> list[Tombstone]:
    """The tombstones of the archive's own list; none where there is no list.

    A last line that was cut short is passed over: its deletion was never begun. Anything else that
    is no tombstone raises ArchiveError, because an erasure would be forgotten.
    """
    try:
        with path.open("rb") as file:
            return list(_read(file, path, ours=True))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ArchiveError(f"the list of erasures {path} cannot be read ({error})") from error
    except ValueError as error:
        raise ArchiveError(
            f"the list of erasures {error}; put it right from a backup, or move it away after "
            "looking at what it held"
        ) from None


def read_list(path: Path) -> list[Tombstone]:
    """The tombstones of a list that somebody hands over. Raises UsageError naming a bad line."""
    try:
        if not path.is_file():
            raise UsageError(f"there is no file {path}")
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(
                f"{path} is larger than {MOST_BYTES // 1024**2} MB; it is no list of erasures"
            )
        with path.open("rb") as file:
            return list(_read(file, path, ours=False))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error})") from error
    except ValueError as error:
        raise UsageError(f"{error}; nothing was erased") from None


def _read(file: IO[bytes], path: Path, *, ours: bool) -> Iterable[Tombstone]:
    seen: set[str] = set()
    keys: set[str] = set()
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if number > MOST_LINES:
            raise ValueError(f"{path} has more than {MOST_LINES:,} lines")
        if not line.strip():
            continue
        try:
            stone = from_line(line.decode("utf-8").rstrip("\r\n"))
        except ValueError as error:
            # A half-written line is followed by nothing, or by the line end that closed it.
            if ours and not line.rstrip().endswith(b"}"):
                continue
            what = "no text" if isinstance(error, UnicodeDecodeError) else str(error)
            raise ValueError(f"{path}, line {number}: {what}") from None
        keys.add(stone.hash_key)
        if len(keys) > MOST_KEYS:
            raise ValueError(f"{path} has more than {MOST_KEYS:,} keys")
        if stone.token not in seen:
            seen.add(stone.token)
            yield stone
