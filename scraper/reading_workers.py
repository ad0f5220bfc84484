"""Pages read in worker processes, so that a reparse uses every core and survives any page.

Workers are spawned (the same on Linux, macOS and Windows), get pages and give back readings; they
touch no file. Each is sent a small chunk when it has answered all of the one before, so a sender
never waits for a reader that waits for it, and at most ``jobs + 1`` chunks are in memory.

A worker that dies, or is stuck, had the first page of its chunk that it has not answered. That page
is tried once more alone in a fresh worker; if that dies too, the page is given up with a sentence
and the rest goes on. Workers end with this process, however it ends.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from archive.spawned import cores, end_with_parent, ending, start
from scraper.errors import ScraperError
from scraper.page_reader import Answer, AtRest, Task, Unread, answer
from scraper.sources import Source

CHUNK = 8
"""Pages sent at once: enough to keep a worker busy while others are served."""

MOST_JOBS = 4
WORTH_IT = 400
"""Decisions below which starting workers costs more than they save."""

STUCK_SECONDS = 60.0
"""A page takes a millisecond, and ten seconds at the worst; longer, and the worker is ended."""

START_SECONDS = 120.0
"""A worker that has not said that it is ready by then never will be."""

MOST_LOST = 20
"""Workers lost one after another, without an answer between, after which it is not the pages."""

_OUT_OF_MEMORY = 70
_READY = "ready"

_Numbered = tuple[int, Task]


class WorkersUnusable(ScraperError):
    """No worker process can be started here."""


def jobs_for(asked: int | None, decisions: int) -> int:
    """How many processes read: as asked, else one for a small archive, else one a core (4)."""
    if asked is not None:
        return asked
    return 1 if decisions < WORTH_IT else min(cores(), MOST_JOBS)


def serve(link: Connection, make: Callable[[], Source]) -> None:
    """A worker's life: read what comes, answer page by page, end when nobody is there any more."""
    # Ctrl-C goes to every process of a terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Ended from outside, it still ends a process of its own for a page (``scraper.confined``).
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    end_with_parent()
    try:
        source = make()
        link.send(_READY)
        while True:
            for number, task in link.recv():
                link.send((number, answer(source, task)))
    except (EOFError, OSError):
        return
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


@dataclass(eq=False, slots=True)
class _Worker:
    process: SpawnProcess
    link: Connection
    ready: bool = False
    owed: deque[_Numbered] = field(default_factory=deque)
    alone: bool = False
    since: float = 0.0


class Workers:
    """Reads in several processes. Meets ``page_reader.Reader``.

    ``make`` is called in each worker and must be something that can be sent there. ``stuck`` is in
    seconds without an answer.
    """

    def __init__(
        self,
        make: Callable[[], Source],
        jobs: int,
        *,
        at_rest: AtRest = nullcontext,
        stuck: float = STUCK_SECONDS,
    ) -> None:
        self._make = make
        self._jobs = jobs
        self._at_rest = at_rest
        self._stuck = stuck

    def read(self, tasks: Iterable[Task]) -> Generator[Answer, None, None]:
        """One answer for each task, in order. Raises WorkersUnusable when no worker can be started.

        Closing the generator, or an exception where it waits, ends the workers.
        """
        run = _Run(self._make, self._jobs, self._at_rest, self._stuck)
        try:
            yield from run.answers(tasks)
        finally:
            run.end()


class _Run:
    """One pass over tasks: who has what, what has come, what has to be tried again."""

    def __init__(
        self, make: Callable[[], Source], jobs: int, at_rest: AtRest, stuck: float
    ) -> None:
        self._make, self._jobs, self._at_rest, self._stuck = make, jobs, at_rest, stuck
        self._workers: list[_Worker] = []
        self._again: deque[_Numbered] = deque()
        self._suspects: deque[_Numbered] = deque()
        self._come: dict[int, Answer] = {}
        self._stillborn = 0
        self._lost_in_a_row = 0

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        source = enumerate(tasks)
        fresh = list(islice(source, CHUNK))
        due = 0
        while True:
            while due in self._come:
                yield self._come.pop(due)
                due += 1
            # A slow page holds its place, and those behind it back: what has come is bounded too.
            crowded = len(self._come) >= self._jobs * CHUNK * 4
            self._hand_out([] if crowded else fresh)
            if not fresh:
                fresh = list(islice(source, CHUNK))
            if not (fresh or self._again or self._suspects or self._owed()):
                if due not in self._come:
                    return
                continue
            if due not in self._come and not self._idle_with_work(fresh, crowded):
                self._listen()

    def _owed(self) -> bool:
        return any(worker.owed for worker in self._workers)

    def _idle_with_work(self, fresh: list[_Numbered], crowded: bool) -> bool:
        """Whether somebody could be given something at once, so that nobody should wait."""
        there = bool(self._again or self._suspects or (fresh and not crowded))
        free = any(worker.ready and not worker.owed for worker in self._workers)
        return there and free

    def _hand_out(self, fresh: list[_Numbered]) -> None:
        """Give each worker that is free its next chunk; ``fresh`` is emptied when it is given."""
        wanted = self._jobs if fresh or self._again or self._suspects else 0
        while len(self._workers) < wanted:
            self._start()
        for worker in self._workers:
            if worker.owed or not worker.ready:
                continue
            worker.alone = bool(self._suspects)
            if self._suspects:
                chunk = [self._suspects.popleft()]
            elif self._again:
                chunk = [self._again.popleft() for _ in range(min(CHUNK, len(self._again)))]
            elif fresh:
                chunk = fresh[:]
                fresh.clear()
            else:
                return
            worker.owed.extend(chunk)
            worker.since = time.monotonic()
            # A worker that has just died is met when it is listened to.
            with suppress(OSError):
                worker.link.send(chunk)

    def _start(self) -> None:
        try:
            # SIGTERM is heard from the beginning: it ends a process of the worker's own too.
            process, ours = start(
                serve,
                (self._make,),
                name="decisions reader",
                deaf_to=frozenset((signal.SIGINT,)),
                daemon=False,
            )
        except OSError as error:
            raise WorkersUnusable(
                f"no further process can be started ({error}); run it with --jobs 1"
            ) from error
        self._workers.append(_Worker(process, ours, since=time.monotonic()))

    def _listen(self) -> None:
        """Wait until somebody has answered, died or been stuck for too long."""
        by_link = {worker.link: worker for worker in self._workers}
        ends = min(map(self._patience_ends, self._workers), default=0.0)
        patience = min(max(ends - time.monotonic(), 0.05), threading.TIMEOUT_MAX)
        with self._at_rest():
            heard = wait(list(by_link), timeout=patience)
        for link in heard:
            self._hear(by_link[link])  # type: ignore[index]  # only our links were waited for
        for worker in list(self._workers):
            if time.monotonic() > self._patience_ends(worker) and not worker.link.poll():
                worker.process.kill()
                self._lost(worker, f"took longer than {self._stuck:g} seconds to read")

    def _patience_ends(self, worker: _Worker) -> float:
        """When a worker that has said nothing until then is given up."""
        if not worker.ready:
            return worker.since + START_SECONDS
        return worker.since + self._stuck if worker.owed else math.inf

    def _hear(self, worker: _Worker) -> None:
        try:
            while worker.link.poll():
                message = worker.link.recv()
                worker.since = time.monotonic()
                if message == _READY:
                    worker.ready = True
                    self._stillborn = 0
                    continue
                number, found = message
                worker.owed.popleft()
                self._come[number] = found
                self._lost_in_a_row = 0
        except (EOFError, OSError):
            worker.process.join(10)
            code = worker.process.exitcode
            how = "needs more memory than there is" if code == _OUT_OF_MEMORY else None
            self._lost(worker, how or f"ended the process that read it ({ending(code)})")

    def _lost(self, worker: _Worker, why: str) -> None:
        """Take a dead worker off the list; its page is suspected, the rest is handed out again."""
        self._workers.remove(worker)
        worker.link.close()
        worker.process.join(10)
        self._stillborn += not worker.ready
        self._lost_in_a_row += 1
        if self._stillborn > self._jobs or self._lost_in_a_row > MOST_LOST:
            raise WorkersUnusable(
                f"the processes that read the pages end one after another (the last one {why}); "
                "free some memory and run it again, perhaps with --jobs 1"
            )
        if not worker.owed:
            return
        number, task = worker.owed.popleft()
        if worker.alone:
            self._come[number] = Unread(f"{task.pages[0].url}: {why}, twice")
        else:
            self._suspects.append((number, task))
        self._again.extendleft(reversed(worker.owed))

    def end(self) -> None:
        """Close the pipes, which ends idle workers; do not wait for what a busy one still reads."""
        for worker in self._workers:
            worker.link.close()
            if worker.owed or not worker.ready:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(5)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()
