"""Putting a copy in the archive's place: rows into tables of our own making, checked, then swapped.

The copy is a stranger (``archive.stranger``): its rows go into a new database that our migrations
made, so nothing of its schema comes along. That database is upgraded, relieved of what was erased
since the copy was made, told what is restricted in the archive that it replaces, given a new epoch
(so that no index and no cursor of the old one fits it), and only then takes the archive's name
(``archive.putting_back``). What stood there is kept aside.

Not for an archive on a server, and not for moving one between databases.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData
from sqlalchemy.exc import DBAPIError

from archive import database, putting_back
from archive.config import Config, sqlite_url
from archive.contents import Contents, contents_of
from archive.durable import sync_directory
from archive.errors import ArchiveError, DatabaseUnusable, NoRoom, RestoreRefused, UsageError
from archive.lock import writer_lock
from archive.models import SCHEMA_REVISION
from archive.page_bytes import damage_of, stored_pages
from archive.readonly import connect_readonly
from archive.restrictions_kept import Kept, put_into, standing_in
from archive.sizes import plain_size
from archive.stranger import Shape, examine, open_stranger, rows_of
from archive.value_kinds import Wrong, wrong_values

ROOM = 2.0
"""Bytes of disk for each byte of a copy: the new database, and what an upgrade of it writes."""

_NOT_COPIED = frozenset({"alembic_version", "data_dictionary"})
"""Made by the migrations; a stranger's are not wanted."""

_BUSY_MS = 2000


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the archive's place now: its figures, or why they cannot be read."""

    contents: Contents | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place. ``aside`` is where the old archive is; None: there was none."""

    path: Path
    aside: Path | None
    contents: Contents
    revision_before: str
    erased: int
    damaged_pages: int
    restrictions: Kept


def standing(config: Config) -> Standing | None:
    """Look at what is in the archive's place; None when nothing is."""
    path = _path(config)
    if not path.exists():
        return None
    try:
        with closing(connect_readonly(path)) as connection:
            connection.execute("BEGIN")
            return Standing(contents_of(connection))
    except (DatabaseUnusable, sqlite3.Error) as error:
        return Standing(None, str(error))


def restore(
    config: Config,
    source: Path,
    *,
    force: bool,
    ask: Callable[[Contents, Standing | None], bool],
    apply_erasures: Callable[[Config, Path], int],
    keeping: Callable[[Path], None],
    say: Callable[[str], None],
) -> Restored | None:
    """Put a copy in the archive's place; None when ``ask`` says no.

    ``ask`` is called with the copy's figures and what it would replace, once both are known and the
    copy was found whole. ``apply_erasures`` takes out of the new database what was erased since,
    ``keeping`` hears where the old archive will be kept. Raises LockedError, UsageError, NoRoom,
    RestoreRefused; the archive is as it was then.
    """
    path = _path(config)
    if not source.is_file():
        raise UsageError(f"{source} is no file; name a copy that `decisions backup` made")
    with writer_lock(config):
        try:
            settled = putting_back.settle(path, keeping=keeping)
            if settled is not None:
                say(f"a restore that was interrupted is finished; what stood there is in {settled}")
            if putting_back.clear(path):
                say("what an interrupted restore had left was removed")
            if path.exists() and source.samefile(path):
                raise UsageError(f"{source} is the archive itself; name a copy of it")
            _check_room(source, path, say)
            try:
                return _restore(config, source, path, force, ask, apply_erasures, keeping)
            finally:
                with suppress(OSError):
                    putting_back.clear(path)
        except (OSError, sqlite3.Error, DBAPIError) as error:
            # A full disk is told by whichever layer was writing.
            why = (error.orig or error) if isinstance(error, DBAPIError) else error
            raise ArchiveError(
                f"the copy could not be put in place ({why}); the archive is as it was. Check the "
                "disk, then run the command again"
            ) from error


def _restore(
    config: Config,
    source: Path,
    path: Path,
    force: bool,
    ask: Callable[[Contents, Standing | None], bool],
    apply_erasures: Callable[[Config, Path], int],
    keeping: Callable[[Path], None],
) -> Restored | None:
    new = putting_back.building(path)
    with open_stranger(source) as stranger:
        held = examine(stranger, source, lambda revision: _make(new, revision))
        now = standing(config)
        if now is not None and not force:
            _compare(held, now, source, path)
        if not ask(held, now):
            return None
        _copy_rows(stranger, new, _shape(new))
    _check_rows(new, held, source)
    damaged = _check_pages(new, source, force)
    before = held.revision
    if before != SCHEMA_REVISION:
        database.migrate(database.migration_engine(sqlite_url(new)), SCHEMA_REVISION)
    erased = apply_erasures(config, new)
    restrictions = _keep_restricted(new, now, path)
    _renew(new, None if now is None else now.contents, path)
    contents = _finished(new)
    _checkpoint(path)
    putting_back.decide(path)
    aside = putting_back.settle(path, keeping=keeping)
    kept = None if aside == path else aside
    return Restored(path, kept, contents, before, erased, damaged, restrictions)


def _path(config: Config) -> Path:
    path = config.sqlite_path
    if path is None:
        raise UsageError(
            "this archive is on a database server: put a dump back with its own tools "
            "(pg_restore), or move a copy into it with `decisions copy`"
        )
    return path


def _check_room(source: Path, path: Path, say: Callable[[str], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    needed = int(source.stat().st_size * ROOM)
    free = shutil.disk_usage(path.parent).free
    say(f"restoring needs {plain_size(needed)}; {plain_size(free)} are free in {path.parent}")
    if free < needed:
        raise NoRoom(
            f"there is no room in {path.parent} for the restored archive: {plain_size(needed)} are "
            f"needed, {plain_size(free)} are free; make room and try again. Nothing was changed"
        )


def _compare(held: Contents, now: Standing, source: Path, path: Path) -> None:
    """Refuse to replace what may be worth more than the copy. Raises RestoreRefused."""
    put_aside = "--force puts it aside all the same. Nothing was changed"
    if now.contents is None:
        raise RestoreRefused(
            f"what stands in {path} cannot be read ({now.problem}), so nobody can tell whether it "
            f"is newer; {put_aside}"
        )
    there = now.contents
    if there.archive_id != held.archive_id:
        raise RestoreRefused(
            f"{path} is another archive ({there.archive_id}) than the copy ({held.archive_id}); "
            f"use another --home for the copy, or {put_aside}"
        )
    newer = [
        words
        for is_newer, words in (
            (
                there.last_change > held.last_change,
                f"its change log goes to {there.last_change}, the copy's to {held.last_change}",
            ),
            (
                there.last_seen > held.last_seen,
                f"its last page came {there.last_seen[:19]}, the copy's {held.last_seen[:19]}",
            ),
            (
                there.count("page") > held.count("page"),
                f"it holds {there.count('page'):,} pages, the copy {held.count('page'):,}",
            ),
        )
        if is_newer
    ]
    if newer:
        raise RestoreRefused(
            f"the archive in {path} is newer than {source}: {'; '.join(newer)}. {put_aside}"
        )


def _make(new: Path, revision: str) -> Shape | None:
    """An empty database of a released revision; None for one that was never released."""
    from archive.revisions import released

    if revision not in released():
        return None
    putting_back.clear(new.with_name(new.name.removesuffix(putting_back.RESTORING)))
    database.migrate(database.migration_engine(sqlite_url(new)), revision)
    return _shape(new)


def _shape(new: Path) -> Shape:
    with closing(connect_readonly(new)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND substr(name, 1, 7) <> 'sqlite_'"
        ).fetchall()
        return {
            str(name): tuple(
                str(row[1]) for row in connection.execute(f'PRAGMA table_info("{name}")')
            )
            for (name,) in tables
        }


def _connect(new: Path) -> sqlite3.Connection:
    """To a file that is thrown away if anything fails, so that nothing has to be journalled."""
    connection = sqlite3.connect(new, isolation_level=None)
    for pragma in ("trusted_schema=OFF", "journal_mode=DELETE", "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}").fetchone()
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA secure_delete=ON")
    return connection


def _copy_rows(stranger: sqlite3.Connection, new: Path, shape: Shape) -> None:
    """Every row, one after the other. A row that our tables do not take ends it."""
    with closing(_connect(new)) as target:
        target.execute("BEGIN")
        ours = target.execute("SELECT key, value FROM archive_meta").fetchall()
        target.execute("DELETE FROM archive_meta")
        for table, columns in shape.items():
            if table in _NOT_COPIED:
                continue
            names = ", ".join(f'"{name}"' for name in columns)
            places = ", ".join("?" for _ in columns)
            # What making the schema has put there (a version of the views) is the copy's to say.
            target.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own name
            target.executemany(
                f'INSERT INTO "{table}" ({names}) VALUES ({places})',  # noqa: S608 - our own names
                rows_of(stranger, table, columns),
            )
        # What our migrations noted of the tables and views that they made is so, whatever it says.
        target.executemany("INSERT OR REPLACE INTO archive_meta (key, value) VALUES (?, ?)", ours)
        for table, sequence in _sequences(stranger):
            _raise_sequence(target, table, sequence)
        target.execute("COMMIT")


def _sequences(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """How far the numbers that are never used again have been given out."""
    rows = connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    return [(str(name), seq) for name, seq in rows if isinstance(seq, int) and 0 <= seq < 2**53]


def _raise_sequence(target: sqlite3.Connection, table: str, sequence: int) -> None:
    target.execute("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", (sequence, table))
    target.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT name, ? FROM sqlite_master "
        "WHERE type = 'table' AND name = ? AND sql LIKE '%AUTOINCREMENT%' "
        "AND name NOT IN (SELECT name FROM sqlite_sequence)",
        (sequence, table),
    )


def _check_rows(new: Path, held: Contents, source: Path) -> None:
    """Raises RestoreRefused unless every row came over, points somewhere and can be read."""
    with closing(connect_readonly(new)) as connection:
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise RestoreRefused(
                f"{source} is not taken: a row of {broken[0]} points to a row of {broken[2]} that "
                "is not there. Nothing was changed"
            )
        there = contents_of(connection)
        apart = _NOT_COPIED | {"archive_meta"}
        same = tuple(item for item in held.rows if item[0] not in apart)
        ours = tuple(item for item in there.rows if item[0] not in apart)
        if same != ours or held.changes_sha256 != there.changes_sha256:
            raise RestoreRefused(f"{source} is not taken: its rows did not come over as they are")
    wrong = _first_wrong_value(new)
    if wrong is not None:
        raise RestoreRefused(
            f"{source} is not taken: {wrong.table.name}.{wrong.column} is {wrong.what} in row "
            f"{wrong.rowid}. Nothing was changed"
        )


def _first_wrong_value(new: Path) -> Wrong | None:
    """The first value that does not belong into its column, by the schema of the copy's time."""
    engine = database.reading_engine(sqlite_url(new))
    try:
        with engine.connect() as connection:
            schema = MetaData()
            schema.reflect(connection)
            return next(wrong_values(connection, schema.sorted_tables, most=1), None)
    finally:
        engine.dispose()


def _check_pages(new: Path, source: Path, force: bool) -> int:
    """How many stored pages are damaged; more than none is refused without ``force``."""
    damaged = 0
    with closing(connect_readonly(new)) as connection:
        for row in stored_pages(connection):
            problem = damage_of(row)
            if problem is None:
                continue
            damaged += 1
            if not force:
                raise RestoreRefused(
                    f"{source} is not taken: capture {row.id} of {row.url} is damaged ({problem}). "
                    "Try an older copy; --force takes this one as it is. Nothing was changed"
                )
    return damaged


def _keep_restricted(new: Path, now: Standing | None, path: Path) -> Kept:
    """Let what is restricted in the archive that goes be restricted in the one that comes."""
    if now is None:
        return Kept()
    try:
        held = standing_in(path)
    except DatabaseUnusable as error:
        return Kept(problem=str(error))
    with closing(_connect(new)) as target:
        target.execute("BEGIN")
        kept = put_into(target, held)
        target.execute("COMMIT")
    return kept


def _renew(new: Path, before: Contents | None, path: Path) -> None:
    """A new epoch, and no number given out twice where the same archive stood there."""
    with closing(_connect(new)) as target:
        target.execute("BEGIN")
        target.execute("DELETE FROM archive_meta WHERE key = 'epoch'")
        target.execute("INSERT INTO archive_meta VALUES ('epoch', ?)", (str(uuid.uuid4()),))
        ours = target.execute("SELECT value FROM archive_meta WHERE key = 'archive_id'").fetchone()
        if before is not None and ours == (before.archive_id,):
            with suppress(sqlite3.Error, DatabaseUnusable), closing(connect_readonly(path)) as old:
                for table, sequence in _sequences(old):
                    _raise_sequence(target, table, sequence)
        target.execute(f"PRAGMA application_id={database.APPLICATION_ID}")
        target.execute("COMMIT")


def _finished(new: Path) -> Contents:
    """The last look at the new database, before it takes the archive's name."""
    with closing(connect_readonly(new)) as connection:
        verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != ("ok",):
            raise ArchiveError(f"the restored archive is damaged ({verdict}); nothing was changed")
        found = contents_of(connection)
    sync_directory(new.parent)
    return found


def _checkpoint(path: Path) -> None:
    """Bring the old archive's WAL home, as far as its readers let it; a damaged one stays so."""
    if not path.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        old.execute("PRAGMA trusted_schema=OFF")
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
