"""Opening an archive: to read what is there, or to write, with the lock and the schema settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError

from archive import copies, putting_back, unfinished, wal
from archive.config import Config
from archive.database import (
    Upgrade,
    check_revision,
    reading_engine,
    upgrade,
    writing_engine,
)
from archive.erasure import resume
from archive.errors import ArchiveError, DatabaseUnusable, LockedError, Unstorable
from archive.lock import home_lock, writer_lock
from archive.models import SCHEMA_REVISION
from archive.own_schema import check_own
from archive.ports import SearchIndex
from archive.readonly import connect_readonly
from archive.server import Held, cause, hold, may_write
from archive.store import Archive

SERVER_PATIENCE = 20.0
"""Seconds that a writer waits for the lock on a server: a machine that brings its index in step may
hold it for a moment, and a night's crawl must not end over that."""


@contextmanager
def open_to_read(config: Config) -> Iterator[Archive]:
    """The archive, read-only. Raises DatabaseUnusable or SchemaMismatch."""
    engine = reading_engine(config.database_url)
    try:
        with _reading(config, engine) as archive:
            yield archive
    finally:
        engine.dispose()


def reader(config: Config) -> Callable[[], AbstractContextManager[Archive]]:
    """A function that opens the archive as ``open_to_read`` does, for who does so all day long.

    Each opening is of the file that is there then. What SQLAlchemy makes of our statements is kept
    in between: making it anew costs more than asking the database. From any thread.
    """
    if config.sqlite_path is None:
        return lambda: open_to_read(config)
    engine = reading_engine(config.database_url)
    return lambda: _reading(config, engine)


@contextmanager
def _reading(config: Config, engine: Engine) -> Iterator[Archive]:
    check_revision(engine, SCHEMA_REVISION)
    _check_own(config)
    with _plain_errors(config):
        yield Archive(engine, writable=False)


def _check_own(config: Config) -> None:
    """Nothing in a SQLite file may stand in for our tables and views. Raises DatabaseUnusable."""
    path = config.sqlite_path
    if path is not None:
        with closing(connect_readonly(path)) as connection:
            check_own(connection, path)


@contextmanager
def open_to_write(
    config: Config,
    *,
    now: datetime,
    tell: Callable[[Upgrade], None],
    index: Callable[[], SearchIndex] | None = None,
    remark: Callable[[str], None] = lambda _: None,
) -> Iterator[Archive]:
    """The archive for its one writer, made or upgraded first. ``tell`` hears of an upgrade,
    ``remark`` of anything else the operator should know.

    A restore that was cut short is finished or cleared away, and so is what a killed import or
    export left in the home. What was erased stays erased: the list beside the archive is carried
    out before anything else, and an erasure that was cut short is gone on with (``index`` gives the
    index for that). Raises LockedError when another run writes, DatabaseUnusable for a file that is
    not ours.
    """
    resuming = _Resuming(index, remark)
    with (
        writer_lock(config, patience=SERVER_PATIENCE) as held,
        _for_writer(config, held, now, tell, resuming) as archive,
    ):
        yield archive


def _empty_wal(config: Config, remark: Callable[[str], None]) -> None:
    """What a long reader kept in the log of a SQLite file goes home, when nobody needs it."""
    path = config.sqlite_path
    trouble = None if path is None else wal.empty(path)
    if trouble is not None:
        remark(trouble)


def _finish_restore(config: Config, now: datetime, remark: Callable[[str], None]) -> None:
    """Carry out a restore that was killed when it was decided, remove one that was not."""
    path = config.sqlite_path
    if path is None:
        return
    aside = putting_back.settle(
        path, keeping=lambda kept: copies.note(config, "replaced archive", kept, now)
    )
    if aside is not None:
        kept = "" if aside == path else f"; what stood there before is in {aside}"
        remark(f"a restore that was interrupted is finished{kept}")
    if putting_back.clear(path):
        remark("what a restore that was interrupted had left was removed; the archive is as it was")


def first_damage(config: Config) -> str | None:
    """What is wrong with the first row that cannot be as it is; None if nothing is found.

    For the moment when a command has failed and nobody knows why. Raises nothing of its own: the
    error that is being explained is more interesting.
    """
    from archive.damaged_rows import find

    try:
        engine = reading_engine(config.database_url)
        check_revision(engine, SCHEMA_REVISION)
        with engine.connect() as connection:
            return next((damage.sentence() for damage in find(connection)), None)
    except (ArchiveError, SQLAlchemyError):
        return None


@contextmanager
def open_to_follow(
    config: Config,
    *,
    now: datetime,
    tell: Callable[[Upgrade], None],
    index: Callable[[], SearchIndex] | None = None,
    remark: Callable[[str], None] = lambda _: None,
) -> Iterator[Archive]:
    """The archive for whoever brings this home's index in step with it.

    To write where that can be. On a server it is opened to read (``Archive.writable`` False) while
    another machine writes to it, on a replica, and for a role that may only read: an index needs
    nothing more. Raises LockedError when another run writes to this home or to the file.
    """
    resuming = _Resuming(index, remark)
    with home_lock(config), ExitStack() as stack:
        if config.sqlite_path is not None:
            yield stack.enter_context(_for_writer(config, None, now, tell, resuming))
            return
        try:
            if not may_write(config.database_url):
                raise LockedError
            held = stack.enter_context(hold(config.database_url))
        except LockedError:
            yield stack.enter_context(open_to_read(config))
        else:
            yield stack.enter_context(_for_writer(config, held, now, tell, resuming))


@dataclass(frozen=True, slots=True)
class _Resuming:
    """What an erasure that was cut short needs to be gone on with."""

    index: Callable[[], SearchIndex] | None
    remark: Callable[[str], None]


@contextmanager
def _for_writer(
    config: Config,
    held: Held | None,
    now: datetime,
    tell: Callable[[Upgrade], None],
    resuming: _Resuming,
) -> Iterator[Archive]:
    _finish_restore(config, now, resuming.remark)
    unfinished.clear(config.home)
    with _plain_errors(config):
        done = upgrade(
            config.database_url,
            wanted=SCHEMA_REVISION,
            backup_dir=config.backup_dir,
            now=now,
            kept=config.kept_backups,
        )
    if done.before != done.after:
        tell(done)
    _check_own(config)
    engine = writing_engine(config.database_url, held)
    try:
        with _plain_errors(config):
            archive = Archive(engine)
            archive.make_identity()
            resume(archive, config, at=now, index=resuming.index, tell=resuming.remark)
            archive.bodies.settle(now)
            yield archive
    finally:
        engine.dispose()
        _empty_wal(config, resuming.remark)


@contextmanager
def _plain_errors(config: Config) -> Iterator[None]:
    """A database's own error as one sentence of ours; the original stays as the cause."""
    try:
        yield
    except DataError as error:
        raise Unstorable(
            f"the database cannot hold a value ({cause(error, config.database_url)})"
        ) from error
    except DBAPIError as error:
        looked_at = (
            "disk"
            if config.sqlite_path is not None
            else "server, the network and the role's rights"
        )
        raise DatabaseUnusable(
            f"the database failed: {cause(error, config.database_url)}; nothing that was "
            f"acknowledged is lost. Check the {looked_at}, then run the command again"
        ) from error
