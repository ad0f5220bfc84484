"""The log of crawls: one JSON object a line, appended to ``crawl.jsonl`` in the home.

For whoever reads it next morning, or a program that does. Every line has ``at`` (UTC), ``run`` (the
same for all lines of one run) and ``event``:

==============  ================================================================================
``start``       what the run was asked to do
``stage``       a new stage begins; ``progress`` every few hundred steps of it
``said``        a sentence that was shown to a person
``failed``      an address that could not be had or read, and why
``unproven``    decision dates whose listing did not add up; ``disputed`` if it never does
``refused``     a page that was not taken, with the number under which it is kept
``end``         exit code and summary, or the error that ended the run
==============  ================================================================================

A run without ``end`` was killed. The archive is the truth; a log that cannot be written is said
once and never stops a crawl.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from scraper.progress import Progress
from scraper.report import CrawlReport

MOST_BYTES, KEPT = 5_000_000, 3
"""At this size the log is put aside when a run begins; so many old ones are kept."""

EVERY = 500
"""Steps between two lines of ``progress``: a first fill of 60,000 writes 120 of them."""

LISTS = ("failures", "unproven", "disputed")
"""Parts of a report's summary that stand in lines of their own."""


class Logbook:
    """Appends to one file. Opened at the first line; a run that never begins makes no home."""

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], datetime],
        tell: Callable[[str], None],
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._path, self._now, self._tell = path, now, tell
        self._most_bytes = most_bytes
        self._run = uuid.uuid4().hex[:8]
        self._file: IO[str] | None = None
        self._broken = False
        self._told: set[tuple[str, str, str]] = set()
        self.ended = False

    def begin(self, **details: object) -> None:
        """The run has begun (and holds the lock, so that nobody else puts the log aside)."""
        try:
            self._put_aside()
        except OSError as error:
            self._tell(f"the log {self._path} could not be put aside ({error}); it goes on growing")
        self.write("start", **details)

    def _put_aside(self) -> None:
        if not self._path.exists() or self._path.stat().st_size < self._most_bytes:
            return
        names = [self._path, *(self._numbered(number) for number in range(1, KEPT + 1))]
        for older, newer in reversed(list(zip(names[1:], names, strict=False))):
            if newer.exists():
                newer.replace(older)

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def write(self, event: str, **details: object) -> None:
        """One line, flushed at once."""
        if self._broken or not self._path.parent.is_dir():
            return
        line = {"at": self._now().isoformat(), "run": self._run, "event": event, **details}
        try:
            if self._file is None:
                self._file = self._open()
            self._file.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")
            self._file.flush()
        except OSError as error:
            self._broken = True
            self._tell(f"the log {self._path} cannot be written ({error}); the crawl goes on")

    def _open(self) -> IO[str]:
        with self._path.open("a+b") as file:
            # A run that was killed, or a full disk, may have left half a line.
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
        return self._path.open("a", encoding="ascii", newline="\n")

    def note(self, event: str, name: str, why: str) -> None:
        """Something went wrong; written once however often it is told."""
        if (event, name, why) in self._told:
            return
        self._told.add((event, name, why))
        key = "url" if event == "failed" else "dates"
        self.write(event, **{key: name, "reason": why})

    def end(self, exit_code: int, **details: object) -> None:
        """The run's last line."""
        self.ended = True
        self.write("end", exit_code=exit_code, **details)

    def close(self) -> None:
        """Close the file. What a full disk refused now was said before."""
        if self._file is not None and not self._file.closed:
            try:
                self._file.close()
            except OSError as error:
                if not self._broken:
                    self._tell(f"the log {self._path} was not closed properly ({error})")


@contextmanager
def kept(
    path: Path, *, now: Callable[[], datetime], tell: Callable[[str], None]
) -> Iterator[Logbook]:
    """A logbook that gets its last line whatever ends the run, short of a SIGKILL."""
    book = Logbook(path, now=now, tell=tell)
    try:
        yield book
    except BaseException as error:
        if not book.ended:
            interrupted = isinstance(error, KeyboardInterrupt)
            code = 130 if interrupted else getattr(error, "exit_code", 1)
            book.end(code, stopped=str(error) or type(error).__name__)
        raise
    finally:
        book.close()


def record(
    book: Logbook, report: CrawlReport, refused: Sequence[tuple[int, str, str]], documents: int
) -> None:
    """Write what the report holds and was not written yet, the pages refused, and the end."""
    for event, told in (
        ("failed", report.failures),
        ("unproven", report.unproven),
        ("disputed", report.disputed),
    ):
        for name, why in told.items():
            book.note(event, name, why)
    for page, url, reason in refused:
        book.write("refused", page=page, url=url, reason=reason)
    summary = {key: value for key, value in report.as_json().items() if key not in LISTS}
    summary |= {name: len(getattr(report, name)) for name in LISTS}
    book.end(report.exit_code(), summary={**summary, "documents": documents})


class Logged:
    """A progress that writes down what it passes on. Meets Progress."""

    def __init__(self, inner: Progress, book: Logbook) -> None:
        self._inner, self._book = inner, book
        self._name, self._done = "", 0

    def stage(self, name: str, total: int | None) -> None:
        self._name, self._done = name, 0
        self._book.write("stage", name=name, total=total)
        self._inner.stage(name, total)

    def step(self, done: int = 1) -> None:
        before = self._done // EVERY
        self._done += done
        if self._done // EVERY > before:
            self._book.write("progress", name=self._name, done=self._done)
        self._inner.step(done)

    def widen(self, more: int) -> None:
        self._inner.widen(more)

    def say(self, sentence: str) -> None:
        self._book.write("said", text=sentence)
        self._inner.say(sentence)

    def note(self, event: str, name: str, why: str) -> None:
        self._book.note(event, name, why)
        self._inner.note(event, name, why)
