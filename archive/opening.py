"""Opening an archive: to read what is there, or to write, with the lock and the schema settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from archive.config import Config
from archive.database import (
    Upgrade,
    check_revision,
    reading_engine,
    upgrade,
    writing_engine,
)
from archive.erasure import resume
from archive.errors import DatabaseUnusable
from archive.lock import writer_lock
from archive.models import SCHEMA_REVISION
from archive.ports import SearchIndex
from archive.store import Archive


@contextmanager
def open_to_read(config: Config) -> Iterator[Archive]:
    """The archive, read-only. Raises DatabaseUnusable or SchemaMismatch."""
    engine = reading_engine(config.database_url)
    try:
        check_revision(engine, SCHEMA_REVISION)
        with _plain_errors():
            yield Archive(engine)
    finally:
        engine.dispose()


@contextmanager
def open_to_write(
    config: Config,
    *,
    now: datetime,
    tell: Callable[[Upgrade], None],
    index: Callable[[], SearchIndex] | None = None,
    remark: Callable[[str], None] = lambda _: None,
) -> Iterator[Archive]:
    """The archive for its one writer, made or upgraded first. ``tell`` hears of an upgrade.

    What was erased stays erased: the list beside the archive is carried out before anything else,
    and an erasure that was cut short is gone on with (``index`` gives the index for that, and
    ``remark`` hears of it). Raises LockedError when another run writes, DatabaseUnusable for a file
    that is not ours.
    """
    with writer_lock(config):
        with _plain_errors():
            done = upgrade(
                config.database_url, wanted=SCHEMA_REVISION, backup_dir=config.backup_dir, now=now
            )
        if done.before != done.after:
            tell(done)
        engine = writing_engine(config.database_url)
        try:
            with _plain_errors():
                archive = Archive(engine)
                archive.make_identity()
                resume(archive, config, at=now, index=index, tell=remark)
                archive.bodies.settle(now)
                yield archive
        finally:
            engine.dispose()


@contextmanager
def _plain_errors() -> Iterator[None]:
    """A database's own error as one sentence of ours; the original stays as the cause."""
    try:
        yield
    except DBAPIError as error:
        raise DatabaseUnusable(
            f"the database failed: {error.orig}; nothing that was acknowledged is lost. Check the "
            "disk, then run the command again"
        ) from error
