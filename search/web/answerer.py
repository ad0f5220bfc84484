"""The life of a process that answers: one question at a time, in and out by a pipe, until it ends.

Its owner is ``search.web.workers`` in the process that started it; both ends of the pipe are ours,
and nobody else can write to it. What may go wrong with a question is told, not suffered: our errors
go back as themselves, a lack of memory ends this process (what it had in hand is in an unknown
state), and anything else goes back as the text of its traceback.
"""

from __future__ import annotations

import importlib
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NamedTuple

from archive.errors import DecisionsError
from archive.spawned import end_with_parent
from search.errors import SearchError

if TYPE_CHECKING:
    from archive.config import Config
    from search.web.jobs import Job

WARM = (
    "archive.catalogue",
    "archive.coverage_reader",
    "archive.figures.portrait",
    "archive.opening",
    "search.arrays.evaluation",
    "search.changed",
    "search.query",
    "search.similar",
)
"""Modules that questions need, imported before the first one comes."""

KEPT_SECONDS = 5.0
"""Without a question for so long, the index is closed."""

MOST_BYTES = 64_000_000
"""Bytes of an answer."""

POLITENESS = 5
"""By how much a process that answers stands back behind the one that serves pages (POSIX)."""


class Kind(StrEnum):
    """What a message from a process that answers is."""

    READY = "ready"
    VALUE = "value"
    ERROR = "error"
    """An error of ours, as itself."""
    MEMORY = "memory"
    """It took more memory than it may; the process has ended."""
    BROKEN = "broken"
    """Something that nobody foresaw; the value is a traceback."""


class Message(NamedTuple):
    """From a process that answers to its owner."""

    kind: Kind
    value: Any = None


def live(link: Connection, config: Config, jobs: Mapping[str, Job], memory: int | None) -> None:
    """Answer ``(job, arguments)`` after ``(job, arguments)`` until nobody is there any more.

    ``memory`` is in bytes, None for no bound. Meant as the target of a spawned process.
    """
    # Whoever ends the server by a signal to all its processes wants what is under way finished;
    # the owner ends this one, and it ends by itself when its owner is gone.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    end_with_parent()
    _stand_back()
    from search.web.kept import let_go

    for name in WARM:
        # One that cannot be had is told of by the question that needs it.
        with suppress(ImportError):
            importlib.import_module(name)
    if memory is not None:
        bound_memory(memory)
    try:
        link.send_bytes(_packed(Message(Kind.READY)))
        while True:
            if not link.poll(KEPT_SECONDS):
                let_go()
            name, arguments = pickle.loads(link.recv_bytes())  # noqa: S301 - from our owner
            job = jobs[name]
            _bound_time(job.seconds)
            message = _answer(job, config, arguments)
            link.send_bytes(_packed(message))
            del arguments
            if message.kind is Kind.MEMORY:
                os._exit(1)
    except (EOFError, OSError):
        return
    except MemoryError:
        os._exit(1)


def _answer(job: Job, config: Config, arguments: Sequence[Any]) -> Message:
    try:
        return Message(Kind.VALUE, job.work(config, *arguments))
    except MemoryError:
        return Message(Kind.MEMORY)
    except DecisionsError as error:
        return Message(Kind.ERROR, _as_sent(error))
    except Exception:  # noqa: BLE001 - it is told to whoever asked, with all that is known
        return Message(Kind.BROKEN, traceback.format_exc())


def _as_sent(error: DecisionsError) -> DecisionsError:
    """The error, bare of what led to it; one that does not survive being sent as a SearchError."""
    try:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made in this very line
    except Exception:  # noqa: BLE001 - an error's own constructor may raise anything
        return SearchError(str(error))
    return (
        error
        if type(again) is type(error) and str(again) == str(error)
        else SearchError(str(error))
    )


def _packed(message: Message) -> bytes:
    try:
        packed = pickle.dumps(tuple(message), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - of a value that cannot be sent
        packed = pickle.dumps((Kind.BROKEN, traceback.format_exc()))
    if len(packed) > MOST_BYTES:
        packed = pickle.dumps(
            (Kind.BROKEN, f"an answer of {len(packed):,} bytes; {MOST_BYTES:,} is the most")
        )
    return packed


def _stand_back() -> None:
    if sys.platform != "win32":
        with suppress(OSError):
            os.nice(POLITENESS)


def bound_memory(most: int) -> None:
    """Hold this process to so many bytes of its own, on Linux; elsewhere nothing is done.

    ``RLIMIT_DATA``, because ``RLIMIT_AS`` would count the index too, which is only mapped.
    """
    if sys.platform == "linux":
        import resource

        _, allowed = resource.getrlimit(resource.RLIMIT_DATA)
        if allowed == resource.RLIM_INFINITY or allowed > most:
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _bound_time(seconds: float) -> None:
    """End with too much processor time, for the case that the owner cannot end us any more.

    A loop in a C function lets no thread see that the owner has gone.
    """
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime + 2 * seconds) + 2
        _, allowed = resource.getrlimit(resource.RLIMIT_CPU)
        if allowed == resource.RLIM_INFINITY or most <= allowed:
            resource.setrlimit(resource.RLIMIT_CPU, (most, allowed))
