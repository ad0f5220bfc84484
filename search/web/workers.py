"""Questions answered in processes of their own, which can be killed: meets ``site.Answering``.

A thread cannot be ended, so a question that takes too long would hold its core for as long as it
likes. Here each is answered by a process of a small pool (``search.web.answerer``), one at a time.
One that takes longer than its job may is killed, with everything it held; one more process than may
answer at once stands by, so that the next question need not wait for a new one to start.

Who comes when all are busy waits, but only so many, and only so long. A process that dies costs the
question that it had. None outlives the server, however that ends.
"""

from __future__ import annotations

import logging
import pickle
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from archive.spawned import start
from search.web.answerer import MOST_BYTES, Kind, Message, live
from search.web.errors import TooBusy, TooSlow, Unanswered

if TYPE_CHECKING:
    from archive.config import Config
    from search.web.jobs import Job

START_SECONDS = 60.0
"""A process that has not said that it is ready by then never will be."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds between attempts while processes die before they are ready; doubled each time."""

_log = logging.getLogger(__name__)


class Broken(Exception):
    """A job ended with an error that is none of ours; the text is its traceback, for the log."""


@dataclass(eq=False, slots=True)
class _Worker:
    process: SpawnProcess
    link: Connection

    def end(self) -> None:
        """Kill it and wait until it is gone."""
        self.process.kill()
        self.process.join()
        self.link.close()

    def receive(self) -> Message:
        """Raises EOFError or OSError when it is gone."""
        # Nobody but the process that we started can write to this pipe.
        kind, value = pickle.loads(self.link.recv_bytes(MOST_BYTES + 1000))  # noqa: S301
        return Message(kind, value)


class Workers:
    """A pool of ``count`` processes, to be entered (started) and left (ended) as a context.

    At most ``waiting`` questions wait for a free process, each at most ``patience`` seconds.
    ``memory`` bounds each process, in bytes, where the system can (Linux); None for no bound.
    ``jobs`` and their functions must be something that can be sent to a process.
    """

    def __init__(
        self,
        config: Config,
        jobs: Mapping[str, Job],
        *,
        count: int,
        waiting: int,
        patience: float,
        memory: int | None = None,
    ) -> None:
        self._config = config
        self._jobs = jobs
        self._count = count
        self._most_waiting = waiting
        self._patience = patience
        self._memory = memory
        self._changed = threading.Condition()
        self._idle: list[_Worker] = []
        self._starting: _Worker | None = None
        self._busy: set[_Worker] = set()
        self._waiting = 0
        self._closed = False
        self._keeper = threading.Thread(target=self._keep, name="keeper of workers", daemon=True)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process; questions that are being answered end with Unanswered."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            gone = [*self._idle, *self._busy]
            gone += [] if self._starting is None else [self._starting]
            self._idle.clear()
        for worker in gone:
            # Its links are closed by whoever listens to it.
            worker.process.kill()
        for worker in gone:
            worker.process.join()
        self._keeper.join()

    def wait_ready(self, seconds: float) -> bool:
        """Wait until a process is ready to answer; whether one is."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._idle or self._busy), seconds)

    def process_ids(self) -> tuple[int, ...]:
        """The numbers of the processes that answer or stand by, for whoever looks after them."""
        with self._changed:
            both = [*self._idle, *self._busy]
        return tuple(worker.process.pid or 0 for worker in both)

    def ask(self, job: str, *arguments: Any) -> Any:
        """The answer of a job. Raises what the job raises (DecisionsError, and Broken for a bug),
        TooBusy, TooSlow, and Unanswered when the process died over it."""
        seconds = self._jobs[job].seconds
        task = pickle.dumps((job, arguments), pickle.HIGHEST_PROTOCOL)
        worker = self._take()
        whole = False
        try:
            message = self._question(worker, task, seconds)
            whole = message.kind is not Kind.MEMORY
        except (EOFError, OSError):
            raise Unanswered(
                "The process that worked on this ended before it had an answer; try again in a "
                "moment, or ask for less at once."
            ) from None
        finally:
            self._give_back(worker, whole=whole)
        match message.kind:
            case Kind.VALUE:
                return message.value
            case Kind.ERROR:
                raise message.value
            case Kind.MEMORY:
                raise Unanswered("This takes more memory than a question may have; ask for less.")
            case _:
                raise Broken(f"the job {job!r} failed:\n{message.value}")

    def _question(self, worker: _Worker, task: bytes, seconds: float) -> Message:
        worker.link.send_bytes(task)
        if not worker.link.poll(seconds):
            raise TooSlow(
                f"This took longer than {seconds:g} seconds and was given up; ask for less: fewer "
                "words, a shorter time, one council."
            )
        return worker.receive()

    def _take(self) -> _Worker:
        """A process that is free, for this question alone. Raises TooBusy."""
        with self._changed:
            if not self._free():
                if self._waiting >= self._most_waiting:
                    raise TooBusy("Many people ask at once just now; try again in a moment.")
                self._waiting += 1
                try:
                    there = self._changed.wait_for(
                        lambda: self._closed or self._free(), self._patience
                    )
                finally:
                    self._waiting -= 1
                if not there:
                    raise TooBusy("Many people ask at once just now; try again in a moment.")
            if self._closed:
                raise TooBusy("The reading room is closing.")
            worker = self._idle.pop()
            self._busy.add(worker)
            return worker

    def _free(self) -> bool:
        """Whether a question can be given to somebody. One that died while idle is let go."""
        for worker in list(self._idle):
            if not worker.process.is_alive():
                self._idle.remove(worker)
                worker.link.close()
                self._changed.notify_all()
        return bool(self._idle) and len(self._busy) < self._count

    def _give_back(self, worker: _Worker, *, whole: bool) -> None:
        if not whole:
            worker.end()
        with self._changed:
            self._busy.discard(worker)
            if whole and not self._closed:
                self._idle.append(worker)
            self._changed.notify_all()

    def _keep(self) -> None:
        """The keeper's life: as long as the pool is open, start what is missing in it."""
        pause = 0.0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed, pause)
                self._changed.wait_for(lambda: self._closed or self._missing())
                if self._closed:
                    return
            problem = self._start()
            if problem is None:
                pause = 0.0
                continue
            pause = min(max(FIRST_PAUSE, 2 * pause), LONGEST_PAUSE)
            if not self._closed:
                _log.error("no process to answer questions could be started: %s", problem)

    def _missing(self) -> bool:
        return len(self._idle) + len(self._busy) <= self._count

    def _start(self) -> str | None:
        """Start one more process and wait until it is ready; why that failed, if it did."""
        given = (self._config, self._jobs, self._memory)
        try:
            process, ours = start(live, given, name="decisions answerer")
        except OSError as error:
            return str(error)
        worker = _Worker(process, ours)
        with self._changed:
            self._starting = worker
            if self._closed:
                process.kill()
        ready = False
        # A pipe whose other end dies is readable too.
        with suppress(EOFError, OSError):
            ready = bool(wait([ours], START_SECONDS)) and worker.receive().kind is Kind.READY
        with self._changed:
            self._starting = None
            if ready and not self._closed:
                self._idle.append(worker)
                self._changed.notify_all()
                return None
        worker.end()
        return f"it ended with {process.exitcode} before it was ready"
