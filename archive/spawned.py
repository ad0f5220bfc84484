"""Processes of ours that work for this one: what starting and ending them takes on any system.

They are always spawned, so they are the same on Linux, macOS and Windows.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any


def cores() -> int:
    """The processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # Only some systems tell.
    return (os.cpu_count() or 1) if affinity is None else len(affinity(0))


def start(
    serve: Callable[..., None],
    given: Sequence[Any],
    *,
    name: str,
    deaf_to: frozenset[signal.Signals] = frozenset((signal.SIGINT, signal.SIGTERM)),
    daemon: bool = True,
) -> tuple[SpawnProcess, Connection]:
    """Start a process that runs ``serve(link, *given)``; gives it and the other end of its link.

    It hears none of ``deaf_to`` until it listens to them itself: Ctrl-C goes to every process of a
    terminal, and this one decides what it means. (Windows has no such mask: there an interruption
    in this very moment shows a traceback.) One that is to start processes of its own is no
    ``daemon``. Raises OSError where the system gives no process.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, *given), name=name, daemon=daemon)
    try:
        with _unheard(deaf_to):
            process.start()
    except OSError:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours


@contextmanager
def _unheard(signals: frozenset[signal.Signals]) -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent() -> None:
    """From here on this process ends when the one that started it does.

    A parent that was killed closes nothing that a process in the middle of work would notice.
    """
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)


def ending(code: int | None) -> str:
    """How a process ended, in words."""
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
    return f"exit {code}"
