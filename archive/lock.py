"""The one lock that everything that writes holds; it is freed when its process dies.

What is in the home (the index) is guarded by the home's file lock. The archive is guarded by a lock
of its own: the file lock in its directory, or, on a server, the server's lock, which holds for all
machines. A kernel frees the first, the server the second.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from archive.config import Config
from archive.errors import ArchiveError, LockedError

if TYPE_CHECKING:
    from archive.server import Held


def lock_files(config: Config) -> tuple[Path, ...]:
    """The files to lock: the home's, and that of the directory the database lies in.

    Two homes may share one database file, whose own home may be one of them: both must come to the
    same lock.
    """
    files = [config.lock_file]
    database = config.sqlite_path
    if database is not None and database.parent != config.home:
        files.append(database.parent / config.lock_file.name)
    return tuple(files)


@contextmanager
def home_lock(config: Config) -> Iterator[None]:
    """Hold the lock of what lies in the home, and of a database file.

    Raises LockedError at once when another process has it.
    """
    with ExitStack() as stack:
        for path in lock_files(config):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                # Never fall back to a lock that outlives a killed process.
                stack.enter_context(FileLock(path, timeout=0, fallback_to_soft=False))
            except Timeout:
                raise LockedError(
                    f"another decisions command is writing to {path.parent}; "
                    "wait until it has ended and try again"
                ) from None
            except (OSError, NotImplementedError) as error:
                raise ArchiveError(
                    f"the lock {path} cannot be taken ({error}); "
                    "the data directory must be writable and on a drive that supports locks"
                ) from error
        yield


@contextmanager
def archive_lock(config: Config, *, patience: float = 0) -> Iterator[Held | None]:
    """Hold the lock of an archive on a server; for a file ``home_lock`` is all there is.

    Raises LockedError when anybody, on any machine, has it for longer than ``patience`` seconds.
    """
    if config.sqlite_path is not None:
        yield None
        return
    from archive.server import hold

    with hold(config.database_url, patience=patience) as held:
        yield held


@contextmanager
def writer_lock(config: Config, *, patience: float = 0) -> Iterator[Held | None]:
    """Hold the writer's lock: home and archive. Raises LockedError when another process has it.

    ``patience``: seconds to wait for another machine, which may hold a server's lock for a moment.
    """
    with home_lock(config), archive_lock(config, patience=patience) as held:
        yield held
