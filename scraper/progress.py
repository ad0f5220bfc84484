"""What a long run tells a person: a bar on a terminal, plain lines elsewhere. Always on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from archive.screen import clean, console


class Progress(Protocol):
    """Told by a run how far it is."""

    def stage(self, name: str, total: int | None) -> None:
        """A new stage begins; ``total`` steps are expected, None when nobody knows."""

    def step(self, done: int = 1) -> None:
        """Steps were done."""

    def widen(self, more: int) -> None:
        """There is more to do than was thought."""

    def say(self, sentence: str) -> None:
        """Something a person should read."""

    def note(self, event: str, name: str, why: str) -> None:
        """Something went wrong that the report will tell at the end: for the log."""


class Silent:
    """Says nothing. Meets Progress."""

    def stage(self, name: str, total: int | None) -> None: ...
    def step(self, done: int = 1) -> None: ...
    def widen(self, more: int) -> None: ...
    def say(self, sentence: str) -> None: ...
    def note(self, event: str, name: str, why: str) -> None: ...


class Lines:
    """Log lines for cron: sentences at once, and a count now and then. Meets Progress."""

    def __init__(self, write: Callable[[str], None], every: int = 200) -> None:
        self._write = write
        self._every = every
        self._name = ""
        self._total: int | None = None
        self._done = 0

    def stage(self, name: str, total: int | None) -> None:
        self._name, self._total, self._done = name, total, 0

    def step(self, done: int = 1) -> None:
        before = self._done // self._every
        self._done += done
        if self._done // self._every > before:
            of = "" if self._total is None else f" of {self._total:,}"
            self._write(f"{self._name}: {self._done:,}{of}")

    def widen(self, more: int) -> None:
        if self._total is not None:
            self._total += more

    def say(self, sentence: str) -> None:
        self._write(clean(sentence))

    def note(self, event: str, name: str, why: str) -> None: ...


class _Bar:
    """One rich bar that changes its name with each stage. Meets Progress."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self.display = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console(stderr=True),
            transient=True,
        )
        self._task = self.display.add_task("starting", total=None)

    def stage(self, name: str, total: int | None) -> None:
        self.display.reset(self._task, description=name, total=total)

    def step(self, done: int = 1) -> None:
        self.display.advance(self._task, done)

    def widen(self, more: int) -> None:
        total = self.display.tasks[0].total
        if total is not None:
            self.display.update(self._task, total=total + more)

    def say(self, sentence: str) -> None:
        self.display.console.print(clean(sentence))

    def note(self, event: str, name: str, why: str) -> None: ...


@contextmanager
def shown(*, quiet: bool = False) -> Iterator[Progress]:
    """The progress that suits where stderr goes."""
    if quiet:
        yield Silent()
    elif sys.stderr.isatty():
        bar = _Bar()
        with bar.display:
            yield bar
    else:
        yield Lines(lambda line: print(line, file=sys.stderr, flush=True))
