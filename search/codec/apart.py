"""The inverting of a build in a process of its own, so that a build uses two processors.

This process reads decisions and gathers what is not text; the other one gets their texts, a dozen
at a time, and puts their words in order (``inverting``). It touches one file, beside the index that
is built, and hands back where in it what stands; the merge is done here, over the same postings in
the same order as with one process. A sender waits for who reads, so what is under way is bounded.

Whatever ends the other process is told here as an error, and it does not outlive this one.
"""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
import traceback
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import IO, Any, NoReturn

from archive.spawned import end_with_parent, ending, start
from search.codec.inverting import TOGETHER, Inverter
from search.codec.postings import Inverted
from search.codec.texts import Texts
from search.errors import IndexUnusable

WORTH_IT = 8_000_000
"""Characters of text below which starting a process takes longer than it saves."""

FILE = "words.runs"

LONGEST_ERROR = 32_000
"""Bytes of an error that the other process sends; a pipe holds 64 KB, on some systems half."""

_OUT_OF_MEMORY = 70


class InverterApart:
    """Does what ``Inverter`` does; until there is enough to do, only gathers."""

    def __init__(self, boosts: Sequence[float], marks: tuple[str, str], folder: Path) -> None:
        """``folder`` is where the index is built; there the other process makes its file."""
        self.documents = 0
        self._how = (boosts, marks)
        self._folder = folder
        self._path = folder / FILE
        self._waiting: list[Texts] = []
        self._characters = 0
        self._batches: list[list[Texts]] = []
        self._process: SpawnProcess | None = None
        self._link: Connection | None = None
        self._here: Inverter | None = None
        self._file: IO[bytes] | None = None

    def add(self, texts: Texts) -> None:
        """Take the next decision. Raises what went wrong in the other process."""
        self._waiting.append(texts)
        self.documents += 1
        self._characters += len(texts.text)
        if self._characters >= TOGETHER:
            self._batches.append(self._waiting)
            self._waiting, self._characters = [], 0
            if self._link is not None or len(self._batches) * TOGETHER >= WORTH_IT:
                self._send_all()

    def finish(self) -> Inverted:
        """All of it, as ``Inverter.finish`` gives it."""
        if self._link is None:
            return self._finish_here()
        self._batches.append(self._waiting)
        self._waiting = []
        self._send_all()
        self._send(None)
        found = Inverted(*(self._receive() for _ in Inverted._fields))
        self._end(patience=10)
        self._file = self._path.open("rb")
        return found

    @property
    def file(self) -> IO[bytes] | None:
        """What the runs are in, None where there is none."""
        return self._file if self._here is None else self._here.file

    def close(self) -> None:
        """End the other process, however busy, and let go of the file."""
        self._batches, self._waiting = [], []
        self._end()
        if self._here is not None:
            self._here.close()
            self._here = None
        if self._file is not None:
            self._file.close()
            self._file = None
        # A folder that was taken away already is no trouble.
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _finish_here(self) -> Inverted:
        folder = self._folder
        here = self._here = Inverter(
            *self._how,
            lambda: tempfile.TemporaryFile(dir=folder),  # noqa: SIM115 - closed with it
        )
        batches, self._batches = [*self._batches, self._waiting], []
        for batch in batches:
            for texts in batch:
                here.add(texts)
        return here.finish()

    def _send_all(self) -> None:
        if self._link is None:
            self._start()
        batches, self._batches = self._batches, []
        for batch in batches:
            self._send(batch)

    def _start(self) -> None:
        given = (*self._how, self._path)
        try:
            self._process, self._link = start(serve, given, name="decisions inverter")
        except OSError as error:
            raise IndexUnusable(
                f"No second process can be started to build the search index ({error}); run: "
                "decisions index --rebuild --jobs 1"
            ) from error

    def _send(self, batch: list[Texts] | None) -> None:
        link = self._open_link()
        try:
            # Nothing comes before the end but an error.
            if not link.poll():
                link.send(batch)
                return
        except OSError:
            self._lost()
        self._receive()

    def _receive(self) -> Any:
        """What the other process says. Raises it if it is an error."""
        try:
            found = self._open_link().recv()
        except (EOFError, OSError):
            self._lost()
        if isinstance(found, Exception):
            raise found
        return found

    def _open_link(self) -> Connection:
        if self._link is None:
            raise ValueError("the other process has ended already")
        return self._link

    def _lost(self) -> NoReturn:
        process = self._process
        code = None
        if process is not None:
            process.join(10)
            code = process.exitcode
        how = "it needs more memory than there is" if code == _OUT_OF_MEMORY else ending(code)
        raise IndexUnusable(
            "The second process that built the search index ended before it was done "
            f"({how}); run it again, or with one: decisions index --rebuild --jobs 1"
        ) from None

    def _end(self, patience: float = 0.0) -> None:
        link, process = self._link, self._process
        self._link = self._process = None
        if process is not None:
            if patience:
                process.join(patience)
            process.kill()
            process.join()
            process.close()
        if link is not None:
            link.close()


def serve(link: Connection, boosts: Sequence[float], marks: tuple[str, str], path: Path) -> None:
    """The other process's life: invert what comes, hand back where it stands, end."""
    # Ctrl-C goes to every process of a terminal; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    try:
        try:
            _work(link, boosts, marks, path)
        except (EOFError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - it is raised where the build is
            link.send(_as_sent(error))
            while True:  # Until nobody is there any more: a sender is not to be left waiting.
                link.recv()
    except (EOFError, OSError):
        return
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


def _work(link: Connection, boosts: Sequence[float], marks: tuple[str, str], path: Path) -> None:
    inverter = Inverter(boosts, marks, lambda: path.open("xb+"))
    try:
        while (batch := link.recv()) is not None:
            for texts in batch:
                inverter.add(texts)
        found = list(reversed(inverter.finish()))
    finally:
        inverter.close()
    # One after the other, or there would be three copies of all of it in two processes.
    while found:
        link.send(found.pop())


def _as_sent(error: Exception) -> Exception:
    """The error with its traceback; one that cannot be sent, or is long, as a RuntimeError.

    It must fit into the pipe: the other side may be sending too, and then nobody would read.
    """
    told = "".join(traceback.format_exception(error))[-LONGEST_ERROR // 4 :]
    try:
        error.add_note(told)
        sent = pickle.dumps(error)
        pickle.loads(sent)  # noqa: S301 - made in this very line
    except Exception:  # noqa: BLE001 - an error's own constructor may raise anything
        return RuntimeError(told)
    return error if len(sent) <= LONGEST_ERROR else RuntimeError(told)
