"""What each command needs of a small machine: ``python -m benchmarks.small_machine HOME [NAME …]``.

HOME is an archive by ``benchmarks.large_archive``; it is used, and partly changed, so it should be
nobody's. Each step is a process of its own: its time by the clock and of the processors, the most
memory that it and its helpers had at once, and the most room on the disk that was taken besides
what was there (files in HOME and in the folder for temporary files; what a program has deleted and
still holds open counts too). Without names all steps are run in the order of the table; steps whose
command this version does not have are left out. A step that fails is said to have failed.

Memory is what the system says a process holds (resident), helpers added up, looked at ten times a
second; on systems without ``/proc`` it is the largest single process's, as told at its end.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.processes import PROC, family_of, listed, resident

LIMIT = 400
"""MB that no step may pass."""

OURS = [sys.executable, "-m", "decisions", "--home", "HOME"]
STEP = [sys.executable, "-m", "benchmarks.small_machine", "HOME", "--do"]

STEPS: dict[str, list[str]] = {
    "downgrade": [sys.executable, "-m", "benchmarks.small_machine", "OLD", "--do", "downgrade"],
    "upgrade": [sys.executable, "-m", "benchmarks.small_machine", "OLD", "--do", "upgrade"],
    "boilerplate": [*STEP, "boilerplate"],
    "index --rebuild": [*OURS, "index", "--rebuild", "--jobs", "1"],
    "index --rebuild, 2 processes": [*OURS, "index", "--rebuild", "--jobs", "2"],
    "status": [*OURS, "status"],
    "search": [*OURS, "search", "council delay"],
    "search --csv": [*OURS, "search", "council", "--csv"],
    "coverage": [*OURS, "coverage"],
    "changes": [*OURS, "changes"],
    "quality": [*OURS, "quality"],
    "export csv": [*OURS, "export", "csv", "--output", "TEMP/all.csv"],
    "export jsonl": [*OURS, "export", "jsonl", "--output", "TEMP/all.jsonl"],
    "reparse": [*OURS, "reparse", "--jobs", "1"],
    "reparse, 2 processes": [*OURS, "reparse", "--jobs", "2"],
    "verify --quick": [*OURS, "verify", "--quick"],
    "verify": [*OURS, "verify"],
    "verify --full": [*OURS, "verify", "--full"],
    "backup": [*OURS, "backup", "TEMP/copy.db"],
    "erase": [*OURS, "erase", "10 000 100", "--reason", "measured", "--yes"],
}
"""What is measured. HOME and TEMP stand for the two folders, OLD for a copy of the archive: going
back to an older schema loses what that has no place for."""


@dataclass
class Spent:
    """What a step took. Sizes in bytes; ``memory`` of all its processes together."""

    seconds: float
    processor: float
    memory: int
    disk: int
    code: int


def measure(command: Sequence[str], home: Path, temporary: Path) -> Spent:
    """Run a step and watch it."""
    old = home.with_name(home.name + "-old")
    folders = {"HOME": home, "OLD": old, "TEMP": temporary}
    words = list(command)
    for name, folder in folders.items():
        words = [re.sub(rf"^{name}\b", str(folder), word) for word in words]
    if "OLD" in command:
        home = old
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    held = _size(home) + _size(temporary)
    begin = time.perf_counter()
    log = temporary / "step.log"
    most = disk = 0
    with log.open("wb") as said:
        child = subprocess.Popen(
            words,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**os.environ, "TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)},
        )
        looked = 0.0
        while child.poll() is None:
            family = list(family_of(child.pid))
            most = max(most, sum(map(resident, family)))
            if time.perf_counter() - looked > 1:
                looked = time.perf_counter()
                deleted = sum(map(_deleted, family))
                disk = max(disk, _size(home) + _size(temporary) + deleted - held)
            time.sleep(0.1)
    seconds = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    disk = max(disk, _size(home) + _size(temporary) - held)
    if child.returncode:
        print(log.read_text(errors="replace")[-600:], file=sys.stderr)
    return Spent(
        seconds,
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        # Of all children so far the largest: of use only where nothing better is to be had.
        most or after.ru_maxrss * 1024,
        disk,
        child.returncode,
    )


def _deleted(pid: int) -> int:
    """Bytes in files that a process has deleted and still holds open, as SQLite sorts in."""
    found = 0
    for handle in listed(PROC / str(pid) / "fd"):
        with contextlib.suppress(OSError):
            if str(handle.readlink()).endswith(" (deleted)"):
                found += handle.stat().st_blocks * 512
    return found


def _size(folder: Path) -> int:
    found = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                found += os.lstat(os.path.join(directory, name)).st_blocks * 512  # noqa: PTH118
    return found


# --- steps that are no command ------------------------------------------------------------------


def do(step: str, home: Path) -> None:
    """One of the steps that no command does alone."""
    from archive.config import Config, sqlite_url
    from archive.database import migrate, migration_engine
    from archive.opening import open_to_write

    config = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
    now = datetime.now(UTC)
    if step == "downgrade":
        migrate(migration_engine(config.database_url), "0001")
        return
    with open_to_write(config, now=now, tell=lambda done: print(done)) as archive:
        if step == "boilerplate":
            print(archive.mark_boilerplate(now))


def _there(command: Sequence[str]) -> bool:
    from decisions import COMMANDS

    return command[:4] != OURS[:4] or command[len(OURS)] in COMMANDS


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("home", type=Path)
    options.add_argument("names", nargs="*", metavar="NAME", help="steps; without any, all")
    options.add_argument("--do", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.do:
        do(chosen.do, chosen.home)
        return
    unknown = set(chosen.names) - set(STEPS)
    if unknown:
        options.error(f"there is no step {unknown.pop()!r}; there are {', '.join(STEPS)}")
    print(f"archive: {_size(chosen.home) / 1e6:,.0f} MB")
    print("| step | memory MB | more disk MB | seconds | of the processor |")
    print("|---|---|---|---|---|", flush=True)
    for name in chosen.names or STEPS:
        if not _there(STEPS[name]):
            continue
        old = chosen.home.with_name(chosen.home.name + "-old")
        if "OLD" in STEPS[name] and not old.exists():
            old.mkdir()
            shutil.copy(chosen.home / "decisions.db", old)
        with tempfile.TemporaryDirectory(dir=chosen.home.parent) as temporary:
            spent = measure(STEPS[name], chosen.home, Path(temporary))
        notes = " (failed)" * (spent.code not in (0, 3)) + " **too much**" * (
            spent.memory > LIMIT * 1e6
        )
        print(
            f"| {name}{notes} | {spent.memory / 1e6:,.0f} | {max(0, spent.disk) / 1e6:,.0f} "
            f"| {spent.seconds:,.0f} | {spent.processor:,.0f} |",
            flush=True,
        )
    shutil.rmtree(chosen.home.with_name(chosen.home.name + "-old"), ignore_errors=True)


if __name__ == "__main__":
    main()
