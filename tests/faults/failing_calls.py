"""A chosen write, sync or rename of a process fails, or the process dies in it.

SQLite and Python reach the disk by calls of the C library, so a library loaded before it
(``failing_calls.c``, built here with the system's compiler) can let the n-th call on a chosen file
fail as a full or broken disk does, or kill the process at exactly that call. Only on Linux, only
where there is a compiler; elsewhere these faults are skipped. A statically linked program, or one
that writes through a memory map, would not be met; ours do neither but for SQLite's shared index of
the log, which no crash needs.
"""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.command import ended, running
from tests.faults.trials import Ground, Skipped, Stage

SOURCE = Path(__file__).with_suffix(".c")
EVERY_KIND = "write,sync,rename,create,cut,remove"
KILL, TEAR = "kill", "tear"
ENOSPC, EIO = str(errno.ENOSPC), str(errno.EIO)


@dataclass(frozen=True, slots=True)
class Strike:
    """Which call is struck, and how.

    ``where`` is an extended regular expression over paths below the root, ``kinds`` names kinds of
    calls (``EVERY_KIND``), ``how`` an errno, ``KILL``, or ``TEAR`` (half a write, then the kill).
    ``lasts``: every later call fails too.
    """

    root: Path
    where: str = "."
    kinds: str = EVERY_KIND
    at: int = 0
    how: str = EIO
    lasts: bool = False


@dataclass(frozen=True, slots=True)
class Struck:
    """How a command ended of which a call was struck, and its calls.

    ``calls`` are those of the kinds asked for, each as "kind path". ``met`` is the path of the one
    that was struck, None if none was; ``before`` the kind of the call before it on such files.
    """

    code: int
    said: str
    calls: tuple[str, ...]
    met: str | None
    before: str | None


def library(stage: Stage) -> Path:
    """The library, built once on each stage. Raises Skipped where it cannot be."""
    built = stage.folder / "failing_calls.so"
    if built.exists():
        return built
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if not sys.platform.startswith("linux") or compiler is None:
        raise Skipped("calls can only be made to fail on Linux, with a C compiler")
    words = [compiler, "-shared", "-fPIC", "-O1", "-o", str(built), str(SOURCE), "-ldl"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Skipped("the library of failing calls cannot be built here")
    return built


def strike_while(ground: Ground, words: Sequence[str], strike: Strike, **environ: str) -> Struck:
    """Run a command of which one call is struck; gives how it ended."""
    log = ground.stage.folder / f"calls-{ground.folder.name}.log"
    log.unlink(missing_ok=True)
    settings = environ | {
        "LD_PRELOAD": str(library(ground.stage)),
        "FAULT_ROOT": str(strike.root.resolve()),
        "FAULT_WHERE": strike.where,
        "FAULT_CALLS": strike.kinds,
        "FAULT_AT": str(strike.at),
        "FAULT_HOW": strike.how,
        "FAULT_LASTS": str(int(strike.lasts)),
        "FAULT_LOG": str(log),
    }
    with running(words, settings=settings) as process:
        code, said = ended(process)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    kinds = strike.kinds.split(",")
    calls = tuple(line for line in lines if line.partition(" ")[0] in kinds)
    number = next((n for n, line in enumerate(lines) if line.startswith("struck ")), None)
    if number is None:
        return Struck(code, said, calls, None, None)
    before = lines[number - 2].partition(" ")[0] if number > 1 else None
    return Struck(code, said, calls, lines[number].partition(" ")[2], before)
