"""Writing a file for others: whole or not at all, and only where it may be.

A device or a pipe is written to, never replaced; a link is followed; the archive's own files are
refused; a terminal gets no control characters.
"""

from __future__ import annotations

import io
import os
import stat
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from archive.errors import ArchiveError, UsageError
from archive.screen import clean


class _OnTerminal(io.TextIOBase):
    """A terminal that never sees a control character. For a person's eyes, never for a file."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(clean(text.replace("\r\n", "\n")))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()


@contextmanager
def text_output(output: str | None, *, forbidden: Collection[Path]) -> Iterator[IO[str]]:
    """UTF-8 text without newline translation, to a file, or to stdout for None and ``-``.

    Raises UsageError for a path that cannot be meant (empty, a directory, one of ``forbidden``),
    ArchiveError when it cannot be written.
    """
    if output in (None, "-"):
        with _standard_output() as stream:
            yield stream
        return
    path = _target(str(output), forbidden)
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8", newline="", errors="surrogatepass") as special:
            yield special
        return
    with _whole_or_nothing(path) as stream:
        yield stream


@contextmanager
def _standard_output() -> Iterator[IO[str]]:
    if sys.stdout.isatty():
        yield _OnTerminal(sys.stdout)  # type: ignore[misc]  # all that is used of IO[str] is there
        return
    stream = io.TextIOWrapper(
        sys.stdout.buffer, encoding="utf-8", newline="", errors="surrogatepass"
    )
    try:
        yield stream
        stream.flush()
    finally:
        stream.detach()


def _target(output: str, forbidden: Collection[Path]) -> Path:
    if not output.strip():
        raise UsageError("--output needs the name of a file, or - for stdout")
    try:
        path = Path(output).resolve()
        kind = path.stat().st_mode if path.exists() else stat.S_IFREG
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{output} cannot be a file's name here ({error})") from error
    if stat.S_ISDIR(kind):
        raise UsageError(f"{output} is a directory; name a file in it")
    if any(path == own or own in path.parents for own in forbidden):
        raise UsageError(f"{output} belongs to the archive itself; name another file")
    return path


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[IO[str]]:
    partial: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".decisions-", suffix=".partial", dir=path.parent)
        partial = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="", errors="surrogatepass") as file:
            yield file
        partial.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        partial.replace(path)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written ({error}); name another file") from error
    finally:
        if partial is not None:
            with suppress(OSError):
                partial.unlink()


def _umask() -> int:
    """The process's mask for new files; there is no way to read it but to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
