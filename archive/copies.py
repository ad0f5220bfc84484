"""Copies of the archive's texts that this tool wrote somewhere else: backups, exports.

One JSON object a line in ``copies.jsonl`` in the home: when, what kind, where. Kept so that an
erasure can name the files that still hold a text; nothing here reads or changes those files. What
was copied by hand, or sent on, nobody can know.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.config import Config
from archive.durable import append_text
from archive.errors import ArchiveError

LONGEST_LINE = 20_000
"""A longer line is no note of ours."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that was written: ``kind`` is ``backup``, ``export``, ``certificate`` and the like."""

    at: datetime
    kind: str
    path: Path

    @property
    def there(self) -> bool:
        """Whether it still stands where it was written."""
        try:
            return self.path.exists()
        except OSError:
            return False


def note(config: Config, kind: str, path: Path, at: datetime) -> None:
    """Remember a file with texts of the archive in it. Call it before the file gets its name.

    Raises ArchiveError when it cannot be remembered: such a copy would be forgotten by an erasure.
    Writing it needs no lock; a line is one write.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone")
    line = {"at": at.isoformat(), "kind": kind, "path": os.path.abspath(path)}  # noqa: PTH100 - links stay
    text = json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n"
    try:
        append_text(config.copies_file, text)
    except OSError as error:
        raise ArchiveError(
            f"{config.copies_file} cannot be written ({error}), so {path} would be forgotten when "
            "a decision is erased; make the home writable and try again"
        ) from error


def known(config: Config) -> list[Copy]:
    """Every copy that was remembered, the newest note of each file, oldest first.

    Lines that are no note (cut short by a full disk) are left out. Raises ArchiveError when the
    file cannot be read.
    """
    found: dict[Path, Copy] = {}
    try:
        with config.copies_file.open("rb") as file:
            while line := file.readline(LONGEST_LINE):
                copy = _copy(line)
                if copy is not None:
                    found.pop(copy.path, None)
                    found[copy.path] = copy
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ArchiveError(f"{config.copies_file} cannot be read ({error})") from error
    return list(found.values())


def _copy(line: bytes) -> Copy | None:
    try:
        values = json.loads(line)
        at = datetime.fromisoformat(values["at"])
        kind, path = values["kind"], values["path"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if at.tzinfo is None or not isinstance(kind, str) or not isinstance(path, str):
        return None
    return Copy(at, kind, Path(path))
