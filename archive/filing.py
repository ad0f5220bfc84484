"""Writing a file for others: whole or not at all, and only where it may be.

A device or a pipe is written to, never replaced; a link is followed; the archive's own files are
refused; a terminal gets no control characters.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from archive.errors import ArchiveError, UsageError
from archive.file_names import names_directory
from archive.screen import bytes_beneath, for_data
from archive.unfinished import workplace


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
    if not str(output).strip():
        raise UsageError("--output needs the name of a file, or - for stdout")
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
        yield for_data(sys.stdout)
        return
    stream = io.TextIOWrapper(
        bytes_beneath(sys.stdout),
        encoding="utf-8",
        newline="",
        errors="surrogatepass",
    )
    try:
        yield stream
        stream.flush()
    finally:
        stream.detach()


@contextmanager
def new_files(
    outputs: Sequence[str], *, forbidden: Collection[Path], overwrite: bool
) -> Iterator[list[IO[str]]]:
    """UTF-8 files that appear together, whole, when the block ends well; none of them otherwise.

    Without ``overwrite`` a file that is there is left alone, and of two runs that write the same
    name at once one fails. Raises UsageError for a name that is taken or cannot be meant,
    ArchiveError when the disk refuses.
    """
    paths = new_paths(outputs, forbidden=forbidden, overwrite=overwrite)
    with paths as partials, ExitStack() as stack:
        yield [
            stack.enter_context(path.open("w", encoding="utf-8", newline="")) for path in partials
        ]


@contextmanager
def new_paths(
    outputs: Sequence[str], *, forbidden: Collection[Path], overwrite: bool
) -> Iterator[list[Path]]:
    """Like ``new_files``, for writers that want a path: empty files beside where they will stand.

    They get their names when the block ends well. What a killed run leaves, the next one that
    writes there clears away (``archive.unfinished``). Raises as ``new_files`` does.
    """
    if "-" in outputs:
        raise UsageError("more than one file is written, so - cannot stand for stdout; name a file")
    paths = [_target(output, forbidden) for output in outputs]
    for path in paths:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is no ordinary file; name another")
        if path.exists() and not overwrite:
            raise _taken(path)
    try:
        with ExitStack() as stack:
            folders = {path.parent for path in paths}
            places = {folder: stack.enter_context(workplace(folder)) for folder in sorted(folders)}
            partials = [places[path.parent] / str(at) for at, path in enumerate(paths)]
            for partial in partials:
                partial.touch()
            yield partials
            for partial in partials:
                with partial.open("r+b") as file:
                    os.fsync(file.fileno())
            for path, partial in zip(paths, partials, strict=True):
                partial.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
                if overwrite:
                    partial.replace(path)
                else:
                    _put(partial, path)
    except OSError as error:
        raise ArchiveError(f"{paths[0]} cannot be written ({error}); name another file") from error


@contextmanager
def bytes_output(output: str, *, forbidden: Collection[Path]) -> Iterator[IO[bytes]]:
    """A file of bytes, whole or not at all; one that is there is replaced. Raises as above."""
    if output == "-":
        raise UsageError("this cannot be written to stdout; name a file")
    with (
        new_paths([output], forbidden=forbidden, overwrite=True) as (path,),
        path.open("wb") as file,
    ):
        yield file


@contextmanager
def new_directory(output: str, *, forbidden: Collection[Path]) -> Iterator[Path]:
    """An empty directory to write files in, which gets its name when the block ends well.

    Raises UsageError for a name that is taken (an empty directory is not) or cannot be meant,
    ArchiveError when the disk refuses.
    """
    there = Path(output) if output.strip() else None
    if there is not None and there.is_dir() and not there.is_symlink():
        if any(there.iterdir()):
            raise UsageError(f"{output} is there already and not empty; name another directory")
        path = there.resolve()
        if any(path == own or own in path.parents for own in forbidden):
            raise UsageError(f"{output} belongs to the archive itself; name another directory")
    else:
        path = _target(output.rstrip("/\\") or output, forbidden)
        if path.exists():
            raise UsageError(f"{path} is there already; name another directory")
    try:
        with workplace(path.parent) as place:
            partial = place / "files"
            partial.mkdir()
            yield partial
            if path.exists():
                path.rmdir()
            partial.chmod(0o777 & ~_umask())
            partial.rename(path)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written ({error}); name another directory") from error


def is_stream(output: str | None) -> bool:
    """Whether an output is stdout, a device or a pipe: something that has no name beside it."""
    if output in (None, "-"):
        return True
    path = Path(str(output))
    try:
        return path.exists() and not path.is_file() and not path.is_dir()
    except OSError:
        return False


def _put(partial: Path, path: Path) -> None:
    """Give a file its name unless somebody else has it by now."""
    try:
        if os.name == "nt":
            partial.rename(path)
        else:
            os.link(partial, path)
    except FileExistsError:
        raise _taken(path) from None
    except OSError:
        # No links on this file system: the look and the renaming are two steps there.
        if path.exists():
            raise _taken(path) from None
        partial.replace(path)


def _taken(path: Path) -> UsageError:
    return UsageError(f"{path} is there already; name another file, or write over it with --force")


def _target(output: str, forbidden: Collection[Path]) -> Path:
    if not output.strip():
        raise UsageError("a file to write needs a name")
    try:
        path = Path(output).resolve()
        kind = path.stat().st_mode if path.exists() else stat.S_IFREG
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{output} cannot be a file's name here ({error})") from error
    if stat.S_ISDIR(kind):
        raise UsageError(f"{output} is a directory; name a file in it")
    if names_directory(output):
        raise UsageError(f"{output} is no directory, and no name of a file either; name a file")
    if any(path == own or own in path.parents for own in forbidden):
        raise UsageError(f"{output} belongs to the archive itself; name another file")
    if not path.parent.is_dir():
        raise ArchiveError(
            f"{path} cannot be written: there is no directory {path.parent}; make it, or name "
            "another file"
        )
    return path


@contextmanager
def _whole_or_nothing(path: Path) -> Iterator[IO[str]]:
    try:
        with workplace(path.parent) as place:
            partial = place / "file"
            with partial.open("w", encoding="utf-8", newline="", errors="surrogatepass") as file:
                yield file
            partial.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
            partial.replace(path)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written ({error}); name another file") from error


def _umask() -> int:
    """The process's mask for new files; there is no way to read it but to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
