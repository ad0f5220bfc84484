"""Questions that misbehave, for the processes that answer: each as a process can be sent it."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from archive.config import Config
from archive.errors import DecisionsError, NotFound
from search.errors import QueryError
from search.web.jobs import JOBS, Job


def echo(config: Config, *given: Any) -> Any:
    """What was given, and the number of the process."""
    return (*given, os.getpid())


def hang(config: Config, ready: Path | None = None) -> None:
    """Never ends, and says when it has begun."""
    if ready is not None:
        ready.write_text(str(os.getpid()), encoding="ascii")
    while True:
        time.sleep(60)


def hang_in_c(config: Config, ready: Path) -> None:
    """Never ends, in a function that lets no other thread of the process run."""
    ready.write_text(str(os.getpid()), encoding="ascii")
    re.match(r"(a|a)*b", "a" * 60)


def wait_for(config: Config, file: Path) -> str:
    """Ends when the file is there, with what stands in it."""
    while not file.exists():
        time.sleep(0.01)
    return file.read_text(encoding="ascii")


def die(config: Config) -> None:
    """As a process does that the system kills for want of memory."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    time.sleep(60)


def leave(config: Config) -> None:
    os._exit(3)


def devour(config: Config) -> int:
    """Takes all the memory that it can get."""
    held = []
    while True:
        held.append(bytearray(10_000_000))


def misread(config: Config) -> None:
    raise QueryError("there is no such word", 7)


def miss(config: Config) -> None:
    try:
        raise KeyError("inside")
    except KeyError as error:
        raise NotFound("nothing is held under that") from error


class Odd(DecisionsError):
    """An error that cannot be sent to another process as it is."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


def odd(config: Config) -> None:
    raise Odd("this", "that")


def stumble(config: Config) -> None:
    raise ZeroDivisionError("a slip of ours")


def unsendable(config: Config) -> Any:
    return lambda: None


def enormous(config: Config) -> bytes:
    return bytes(70_000_000)


MISBEHAVING: Mapping[str, Job] = {
    **JOBS,
    "echo": Job(echo, 60),
    "hang": Job(hang, 0.2),
    "long": Job(hang, 600),
    "in c": Job(hang_in_c, 0.2),
    "wait": Job(wait_for, 60),
    "die": Job(die, 60),
    "leave": Job(leave, 60),
    "devour": Job(devour, 60),
    "misread": Job(misread, 60),
    "miss": Job(miss, 60),
    "odd": Job(odd, 60),
    "stumble": Job(stumble, 60),
    "unsendable": Job(unsendable, 60),
    "enormous": Job(enormous, 60),
}
