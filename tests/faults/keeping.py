"""Copies: made while a crawl writes, cut short at any call, put back; schema changes cut short.

Whatever breaks a backup, there is a whole copy under its name or none; the archive is as it was.
Whatever breaks a restore or a schema change, the same command once more comes to its end, and what
stood there before is not lost.
"""

from __future__ import annotations

import csv
import io
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive.database import migrate, migration_engine
from archive.models import SCHEMA_REVISION
from scraper.report import EXIT_DONE
from tests.crawling import ALL
from tests.faults.command import LONGEST, crawl_words, ended, lock_is_free, running
from tests.faults.failing import REFUSALS
from tests.faults.failing_calls import (
    EIO,
    ENOSPC,
    EVERY_KIND,
    KILL,
    Strike,
    Struck,
    strike_while,
)
from tests.faults.killing import EVERYTHING, at_last
from tests.faults.trials import FRESH, HELD, Fault, FaultWorld, Ground, references, settles
from tests.faults.verifying import is_whole, told, verified

COPY, MOVED = "copy.db", "moved.db"
OLD_SCHEMA = "0005"
REFUSED = "write,sync,rename,create,cut"


def command(home: Path, *words: str) -> list[str]:
    """What is typed on a home."""
    return [sys.executable, "-m", "decisions", "--home", str(home), *words]


# Made while a crawl writes


def while_crawled(ground: Ground) -> None:
    """A copy of some moment of a crawl, put back in another home, is an archive like any other."""
    with ground.world() as world:
        copy = ground.folder / COPY
        copies: list[subprocess.Popen[str]] = []

        def begin(_: object) -> None:
            words = command(world.home, "backup", str(copy))
            copies.append(
                subprocess.Popen(
                    words,
                    cwd=Path(__file__).parents[2],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    encoding="utf-8",
                )
            )

        world.site.at(1 + int(ground.share * 9), begin)
        with running(crawl_words(world, *EVERYTHING)) as process:
            code, said = ended(process)
        assert code == EXIT_DONE, said
        assert copies, "the copy was not begun"
        said, _ = copies[0].communicate(timeout=LONGEST)
        assert copies[0].returncode == 0, said
        elsewhere = ground.folder / "elsewhere"
        code, said, complained = told(elsewhere, "restore", str(copy), "--yes")
        assert code == 0, (said, complained)
        is_whole(elsewhere)
        other = FaultWorld(world.site, elsewhere, options=world.options, earlier=world.earlier)
        held = other.references()
        assert references(HELD) <= held <= references(HELD, FRESH), held
        ground.count(f"{len(held)} of {len(references(HELD, FRESH))} decisions in the copy")
        other.now, other.today = at_last()
        settles(other, since=ALL)
        world.now, world.today = at_last()
        settles(world, since=ALL)


# Cut short


@dataclass(frozen=True, slots=True)
class Task:
    """A command to be cut short. ``before`` makes its ground, ``words`` is what is typed.

    ``after`` looks at what there is right after it was cut short, given how it ended: an exit code
    of 0 means that it was done all the same. Done once more, it leaves nothing unfinished.
    """

    name: str
    before: Callable[[FaultWorld], None]
    words: Callable[[Path], tuple[str, ...]]
    after: Callable[[FaultWorld, Struck], None]


def copy_of(home: Path) -> Path:
    """Where the copies of these trials are."""
    return home.parent / COPY


def nothing(_: FaultWorld) -> None:
    """No ground is needed."""


def one_copy_or_none(world: FaultWorld, found: Struck) -> None:
    """The archive is as it was; a file of the copy's name is a whole copy."""
    is_whole(world.home)
    copy = copy_of(world.home)
    assert copy.exists() or found.code != 0, found.said
    if copy.exists():
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            pages = connection.execute("SELECT count(*) FROM page").fetchone()
        assert pages == (len(HELD),), pages
        copy.unlink()


def make_copy(world: FaultWorld) -> None:
    """A copy of the held ones, and an archive that has the fresh ones besides."""
    code, said, complained = told(world.home, "backup", str(copy_of(world.home)))
    assert code == 0, (said, complained)
    assert world.night(since=ALL).exit_code() == EXIT_DONE


def old_or_new(world: FaultWorld, found: Struck) -> None:
    """Both the replaced archive and the copy are somewhere, whole."""
    if found.code == 0:
        assert pages_in(world.home / "decisions.db") == len(HELD), found.said
    states = [pages_in(path) for path in world.home.glob("*.db*") if is_database(path)]
    assert len(HELD) + len(FRESH) in states, f"the archive that stood there is lost: {states}"
    assert pages_in(copy_of(world.home)) == len(HELD)


def is_database(path: Path) -> bool:
    """Whether a file begins as SQLite's do."""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def pages_in(path: Path) -> int:
    """How many pages a database has; -1 for one that cannot be read. A copy is looked at."""
    aside = path.with_name(f"{path.name}.looked-at")
    shutil.copy(path, aside)
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.exists():
            shutil.copy(beside, aside.with_name(aside.name + ending))
    try:
        with closing(sqlite3.connect(aside)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return -1
            return int(connection.execute("SELECT count(*) FROM page").fetchone()[0])
    except sqlite3.Error:
        return -1
    finally:
        for ending in ("", "-wal", "-journal", "-shm"):
            aside.with_name(aside.name + ending).unlink(missing_ok=True)


def make_old(world: FaultWorld) -> None:
    """The archive goes back to an older schema."""
    engine = migration_engine(world.config.database_url)
    migrate(engine, OLD_SCHEMA)
    engine.dispose()


def one_schema_or_the_other(world: FaultWorld, found: Struck) -> None:
    """The database is of the old schema or of the new one, and holds what it held."""
    path = world.home / "decisions.db"
    assert pages_in(path) == len(HELD), found.said
    assert found.code != 0 or revision_of(path) == SCHEMA_REVISION, found.said


def revision_of(path: Path) -> str:
    """The schema revision of a database."""
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def make_nothing_exported(world: FaultWorld) -> None:
    """No file of an export is there yet."""
    (world.home.parent / "export.csv").unlink(missing_ok=True)


def whole_export_or_none(world: FaultWorld, found: Struck) -> None:
    """The archive is as it was; a file of the export's name is a whole export."""
    is_whole(world.home)
    export = world.home.parent / "export.csv"
    if export.exists():
        rows = list(csv.reader(io.StringIO(export.read_text(encoding="utf-8"), newline="")))
        assert len(rows) == 1 + len(references(HELD)), "half an export has the name of a whole one"
    assert export.exists() or found.code != 0, found.said


def make_damage(world: FaultWorld) -> None:
    """Damaged pages, a changed word and an index that is half there, as verify would find them."""
    path = world.home / "decisions.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE page SET body_zstd = substr(body_zstd, 1, length(body_zstd) / 2) "
            "WHERE id IN (SELECT id FROM page ORDER BY id LIMIT 3)"
        )
        # Of another decision: what is wrong behind a damaged page shows only once that is mended.
        connection.execute(
            "UPDATE paragraph SET text = 'Not so.' WHERE id = (SELECT max(id) FROM paragraph)"
        )
    next(iter(sorted(world.config.index_dir.rglob("*.inv")))).write_bytes(b"")
    assert not verified(world.home)["ok"]


def no_worse(world: FaultWorld, found: Struck) -> None:
    """Not a page fewer; the database is one."""
    assert pages_in(world.home / "decisions.db") >= len(HELD), found.said
    assert found.code != 0 or verified(world.home)["ok"], found.said


def one_move_or_none(world: FaultWorld, found: Struck) -> None:
    """The archive is as it was; where it was copied to, there is all of it or it is not taken."""
    is_whole(world.home)
    moved = world.home.parent / MOVED
    assert moved.exists() or found.code != 0, found.said
    if moved.exists():
        assert pages_in(moved) == len(HELD), found.said
        moved.unlink()


def move_words(home: Path) -> tuple[str, ...]:
    """What is typed to copy the archive into another database file."""
    return ("copy", "--to", f"sqlite:///{home.parent / MOVED}")


TASKS = (
    Task(
        "a backup",
        nothing,
        lambda home: ("backup", str(copy_of(home)), "--force"),
        one_copy_or_none,
    ),
    Task(
        "a restore",
        make_copy,
        lambda home: ("restore", str(copy_of(home)), "--yes", "--force"),
        old_or_new,
    ),
    Task("a schema change", make_old, lambda _: ("index",), one_schema_or_the_other),
    Task(
        "an export",
        make_nothing_exported,
        lambda home: ("export", "csv", "--force", "--output", str(home.parent / "export.csv")),
        whole_export_or_none,
    ),
    Task("a repair", make_damage, lambda _: ("repair", "--delay", "0"), no_worse),
    Task(
        "a copy into another database",
        nothing,
        move_words,
        one_move_or_none,
    ),
)

_counted: dict[tuple[int, str, str], int] = {}


def calls_of(ground: Ground, task: Task, kinds: str) -> int:
    """How many calls the command makes that is left alone; counted once on each stage."""
    key = (id(ground.stage), task.name, kinds)
    if key not in _counted:
        alone = ground.stage.ground(Fault("count", lambda _: None), 0)
        with alone.world() as world:
            task.before(world)
            strike = Strike(world.home.parent, kinds=kinds)
            found = strike_while(alone, command(world.home, *task.words(world.home)), strike)
            assert found.code == 0, found.said
            _counted[key] = len(found.calls)
    return _counted[key]


def cut_short(task: Task, how: str, ground: Ground) -> None:
    """One call is struck; then what must hold at that moment; then the same command again."""
    # A full disk does not keep anybody from removing a file.
    kinds = EVERY_KIND if how == KILL else REFUSED
    at = 1 + int(ground.share * calls_of(ground, task, kinds))
    with ground.world() as world:
        task.before(world)
        strike = Strike(
            world.home.parent, kinds=kinds, at=at, how=how, lasts=bool(ground.number % 2)
        )
        words = command(world.home, *task.words(world.home))
        found = strike_while(ground, words, strike)
        if how == KILL:
            assert found.code == -9 or not found.met, (found.code, found.said)
        elif found.code:
            assert any(word in found.said.lower() for word in REFUSALS), found.said
        ground.count(f"ended with {found.code}")
        lock_is_free(world.home)
        task.after(world, found)
        code, said, complained = told(world.home, *task.words(world.home))
        assert code == 0, (said, complained)
        assert verified(world.home)["ok"]
        left = {path.name for path in world.home.parent.rglob("*") if "partial" in path.name}
        assert not left, left
        world.now, world.today = at_last()
        settles(world, since=ALL)


FAULTS = (
    Fault("a backup while a crawl writes", while_crawled, 50),
    *(
        Fault(f"SIGKILL in a call of {task.name}", partial(cut_short, task, KILL), 25)
        for task in TASKS
    ),
    *(
        Fault(f"disk: {name} in {task.name}", partial(cut_short, task, how), 12)
        for task in TASKS
        for name, how in (("ENOSPC", ENOSPC), ("EIO", EIO))
    ),
)
