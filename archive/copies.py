"""Copies of the archive's texts that this tool wrote somewhere else: backups, exports.

One JSON object a line in ``copies.jsonl`` in the home: when, what kind, where. Kept so that an
erasure can name the files that still hold a text; nothing here reads or changes those files. What
was copied by hand, or sent on, nobody can know.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.config import Config
from archive.durable import append_text
from archive.errors import ArchiveError
from archive.unfinished import found_in

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
    """Remember a file with texts of the archive in it. Call it before the first of them is written:
    what a kill leaves beside the place is found by it (``unfinished``).

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


def unfinished(config: Config) -> list[Path]:
    """What stands unfinished beside the places that files were written to: left by runs that were
    killed, or just being written. Raises ArchiveError as ``known`` does."""
    copies = known(config)
    beside = [copy.path.with_name(copy.path.name + ".partial") for copy in copies]
    found = [path for path in beside if path.is_file()]
    # An export to a pipe is made whole in the folder for temporary files.
    folders = [Path(tempfile.gettempdir()), *(copy.path.parent for copy in copies)]
    for folder in dict.fromkeys(folders):
        found += found_in(folder)
    return sorted(set(found))


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
