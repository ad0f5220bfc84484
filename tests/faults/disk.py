"""A full disk at each stage of a run: pages, tables, books, index.

Three ways to make one: the database may not grow (SQLite's own limit), no file may grow (the
system's limit for a process), and a small file system in memory that is really full.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest import mock

from archive import database
from archive.errors import DecisionsError
from tests.crawling import ALL
from tests.faults import killing
from tests.faults.command import crawl_words, ended, pause, running
from tests.faults.trials import FRESH, HELD, Fault, FaultWorld, Ground, Skipped, settles

PAGE = 4096
ROOM = 600_000
"""Bytes that a night here needs; each trial leaves a share of them."""

SMALL = 280_000_000
"""Bytes of the small file system: more than a crawl of a look-alike wants to see free."""


def database_cannot_grow(ground: Ground) -> None:
    """The database is full after so many pages more: an error in words, then all is had."""
    with ground.world() as world:
        pages = (world.home / "decisions.db").stat().st_size // PAGE
        most = pages + int(ground.share * ROOM / PAGE)
        limited = (*database._WRITE_PRAGMAS, f"PRAGMA max_page_count={most}")
        with mock.patch.object(database, "_WRITE_PRAGMAS", limited):
            try:
                world.night()
            except DecisionsError as error:
                assert "full" in str(error)  # noqa: PT017 - it may as well not be raised
        settles(world)


def files_cannot_grow(ground: Ground) -> None:
    """No file of the command may grow beyond a size, as under a quota."""
    try:
        import resource
    except ImportError:
        raise Skipped("this system has no limits for a process's files") from None
    with ground.world(held=(), fresh=HELD) as world:
        most = 20_000 + int(ground.share * 1_500_000)

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        with running(crawl_words(world), prepare=limit) as process:
            code, said = ended(process)
        assert code in (0, 1, 3), said
        world.now, world.today = killing.at_last()
        settles(world, HELD, since=ALL)


def disk_is_full(ground: Ground) -> None:
    """A file system of its own fills up at the n-th request but for a few kilobytes."""
    filled(ground, lambda world, fill: world.site.at(1 + int(ground.share * 9), lambda _: fill()))


def disk_is_full_for_the_index(ground: Ground) -> None:
    """It fills up just after the last page, while the index is written."""

    def after(world: FaultWorld, fill: Callable[[], None]) -> None:
        def late(_: object) -> None:
            pause(0.02)
            fill()

        world.site.before(FRESH[-1].path, late)

    filled(ground, after)


def filled(ground: Ground, when: Callable[[FaultWorld, Callable[[], None]], object]) -> None:
    """Crawl in a small file system that is filled at some moment, then has room again."""
    with small_file_system(ground.folder) as room, ground.world() as world:
        home = room / "home"
        shutil.copytree(world.home, home)
        shutil.rmtree(world.home)
        world.home.symlink_to(home, target_is_directory=True)
        ballast = room / "ballast"
        left = int(ground.rng.uniform(0, ROOM / 2))

        def fill() -> None:
            free = shutil.disk_usage(room).free
            with ballast.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(1, free - left))

        when(world, fill)
        with running(crawl_words(world)) as process:
            code, said = ended(process)
        assert code in (0, 1, 3), said
        if code:
            words = said.lower()
            assert any(word in words for word in ("full", "free", "space", "disk")), said
        ballast.unlink(missing_ok=True)
        world.now, world.today = killing.at_last()
        settles(world)
        world.home.unlink()


@contextmanager
def small_file_system(folder: Path) -> Iterator[Path]:
    """A file system in memory. Raises Skipped where it cannot be made."""
    room = folder / "room"
    room.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(room)]
    if not shutil.which("mount") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise Skipped("only an administrator can make a small file system")
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        raise Skipped("this system cannot make a small file system in memory")
    try:
        yield room
    finally:
        subprocess.run(["umount", "-l", str(room)], check=True)


def too_little_room(ground: Ground) -> None:
    """Less than a crawl leaves free: it stops before it begins, and says so."""
    with ground.world() as world:
        with mock.patch("tests.crawling.MIN_FREE", 10**18):
            report = world.night()
        assert report.exit_code() == 3, report.lines()
        assert "free" in (report.stopped or "")
        settles(world)


FAULTS = (
    Fault("disk: too little room to begin", too_little_room),
    Fault("disk: the database cannot grow", database_cannot_grow, 20),
    Fault("disk: no file can grow", partial(files_cannot_grow), 15),
    Fault("disk: full at a request", disk_is_full, 15),
    Fault("disk: full while the index is written", disk_is_full_for_the_index, 10),
)
