"""The real ``decisions`` command in a process of its own, to be killed, starved or raced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from archive.config import Config
from archive.lock import writer_lock
from tests.faults.trials import FaultWorld

ROOT = Path(__file__).parents[2]
LONGEST = 180.0
"""Seconds that one command may take before a trial fails; a bound, not a measure."""


def crawl_words(world: FaultWorld, *more: str) -> list[str]:
    """What is typed to crawl the world's site into its home."""
    words = ("--home", str(world.home), "crawl", "--base-url", world.site.url, "--delay", "0")
    return [sys.executable, "-m", "decisions", *words, *more]


def surroundings(**more: str) -> dict[str, str]:
    """The variables of such a process: none of the person's own settings."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DECISIONS_")}
    return kept | more


@contextmanager
def running(
    words: Sequence[str],
    *,
    prepare: Callable[[], None] | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """The process, which is gone for certain when the block is left.

    ``prepare`` is called in the child before the command begins (not on Windows); ``settings`` are
    added to its environment.
    """
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env=surroundings(**(settings or {})),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        preexec_fn=prepare,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit code and all it said. Raises AssertionError when it does not end."""
    try:
        said, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"the command did not end within {LONGEST:.0f} s") from None
    assert "Traceback" not in said, said
    return process.returncode, said


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL, as the kernel or a power cut would; nothing if it has ended."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)


def lock_is_free(home: Path) -> None:
    """Take the writer's lock at once. Raises LockedError where somebody still holds it."""
    with writer_lock(Config(home=home, database_url=f"sqlite:///{home / 'decisions.db'}")):
        pass


class Changes:
    """Counts the writes to a home as seen from outside: each new size or name is one."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._seen = self._look()
        self.count = 0

    def step(self) -> int:
        """Look again; gives the count so far."""
        found = self._look()
        if found != self._seen:
            self._seen = found
            self.count += 1
        return self.count

    def _look(self) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        folders = [str(self._home)]
        while folders:
            try:
                entries = list(os.scandir(folders.pop()))
            except OSError:
                continue
            for entry in entries:
                try:
                    state = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                found[entry.path] = (state.st_size, state.st_mtime_ns)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
        return found


def pause(seconds: float) -> None:
    """Sleep."""
    time.sleep(max(0.0, seconds))
