"""The files of a home that are neither database, backup nor index: log, unfinished files, others.

Lines of the log that name an erased decision are taken out. Files of others are only looked at:
what somebody put here is theirs, and is named.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from archive import copies
from archive.config import Config
from archive.tombstones import Erased
from archive.unfinished import NAMES, remove

LARGEST = 64 * 1024 * 1024
"""Files of others beyond this are named without being looked at."""


def clean_home(config: Config, erased: Erased, tell: Callable[[str], None]) -> None:
    """Clean what is ours, name what is not. Raises OSError when a file cannot be written."""
    if not config.home.is_dir():
        return
    for path in config.home.glob(f"{config.log_file.name}*"):
        if path.is_file():
            _clean_log(path, erased)
    for path in [*config.home.rglob(NAMES), *copies.unfinished(config)]:
        if config.home in path.parents and path.is_file():
            path.unlink(missing_ok=True)  # Of an earlier version.
        elif path.exists() and not remove(path):
            tell(f"{path} is unfinished and may name it; see to it yourself when nobody writes it")
    for path in _others(config):
        try:
            if path.stat().st_size > LARGEST:
                tell(f"{path} is not ours and was not looked through; see to it yourself")
            elif erased.mentions(path.read_bytes().decode("latin-1")):
                tell(f"{path} is not ours and names an erased decision; see to it yourself")
        except OSError as error:
            tell(f"{path} is not ours and cannot be read ({error}); see to it yourself")


def _clean_log(path: Path, erased: Erased) -> None:
    """Take out the lines that name an erased decision; a log without any stays as it is."""
    if path.name.endswith(".partial"):
        path.unlink()  # Of a run that was killed here.
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        if not any(erased.mentions(line) for line in file):
            return
    partial = path.with_name(path.name + ".partial")
    with (
        path.open(encoding="utf-8", errors="replace") as file,
        partial.open("w", encoding="ascii", errors="backslashreplace", newline="\n") as new,
    ):
        for line in file:
            new.write(_without(line) if erased.mentions(line) else line)
        new.flush()
        os.fsync(new.fileno())
    partial.replace(path)


def _without(line: str) -> str:
    try:
        held = json.loads(line)
        kept = {name: held[name] for name in ("at", "run") if isinstance(held.get(name), str)}
    except (ValueError, AttributeError, RecursionError):
        kept = {}
    shape = {**kept, "event": "taken_out", "reason": "it named an erased decision"}
    return json.dumps(shape, ensure_ascii=True, separators=(",", ":")) + "\n"


def _others(config: Config) -> Iterator[Path]:
    """Ordinary files in the home that are none of ours and no database."""
    own = set(config.own_files)
    for path in sorted(config.home.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        if path in own or any(parent in own for parent in path.parents):
            continue
        if path.name.startswith(config.log_file.name) or is_database(path):
            continue
        yield path


def is_database(path: Path) -> bool:
    """Whether a file is a SQLite database, or what SQLite keeps beside one."""
    if path.name.endswith(("-wal", "-shm", "-journal")):
        return True
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\x00"
    except OSError:
        return False
