"""SIGKILL, SIGTERM and Ctrl-C at points spread over a whole run of the real command.

A killed run must leave nothing acknowledged lost: whatever page the site had answered before it was
asked for the next one is in the archive at the moment of the kill, the database is whole, and the
lock is free. Kills come before an answer, a moment after one, at the n-th write to the home, or
after so many seconds; so pages, SQL, migrations and index writes are all hit.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from subprocess import Popen

from tests.crawling import ALL, TODAY
from tests.faults.command import Changes, crawl_words, ended, kill, lock_is_free, pause, running
from tests.faults.trials import Fault, FaultWorld, Ground, settles
from tests.site import Case, invent

MANY = invent(40, seed=13, today=TODAY)
FRESH: tuple[Case, ...] = (*MANY[2:34:2], *MANY[3:35:4])
"""Two dozen, published before the run that is killed, in each of the windows."""
HELD: tuple[Case, ...] = tuple(case for case in MANY if case not in FRESH)
FIRST: tuple[Case, ...] = MANY[:24]
"""What a first fill is killed over."""

MOMENT = 0.12
"""Seconds after an answer within which its page is stored and read."""

POLL = 0.0005

EVERYTHING = ("--since", "all")
"""Every window is listed in full, so that lists and decisions are killed alike."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What a run that is left alone comes to: requests, writes seen, seconds."""

    requests: int
    writes: int
    seconds: float


Scene = tuple[tuple[Case, ...], tuple[Case, ...]]
NIGHT: Scene = (HELD, FRESH)
FILL: Scene = ((), FIRST)
Strike = Callable[[Ground, FaultWorld, "Popen[str]", Whole], None]

_measured: dict[tuple[int, bool], Whole] = {}


def measure(ground: Ground, scene: Scene) -> Whole:
    """One run left alone, measured once on each stage."""
    key = (id(ground.stage), bool(scene[0]))
    if key not in _measured:
        alone = ground.stage.ground(Fault("measure", lambda _: None), 0)
        held, fresh = scene
        with alone.world(held=held, fresh=fresh) as world:
            changes = Changes(world.home)
            began = time.monotonic()
            with running(crawl_words(world, *EVERYTHING)) as process:
                while process.poll() is None:
                    changes.step()
                    pause(POLL)
                code, said = ended(process)
            assert code == 0, said
            _measured[key] = Whole(len(world.site.log), changes.count, time.monotonic() - began)
    return _measured[key]


def before_answer(ground: Ground, world: FaultWorld, process: Popen[str], whole: Whole) -> None:
    """Kill when the n-th request has come in, before it is answered."""
    number = 1 + int(ground.share * whole.requests)
    world.site.at(number, lambda _: kill(process))


def after_answer(ground: Ground, world: FaultWorld, process: Popen[str], whole: Whole) -> None:
    """Kill a moment after the n-th request came in: while its page is stored, read, indexed."""
    number = 1 + int(ground.share * whole.requests)
    delay = ground.rng.uniform(0, MOMENT)

    def later(_: object) -> None:
        timer = threading.Timer(delay, kill, (process,))
        timer.daemon = True
        timer.start()

    world.site.at(number, later)


def at_write(ground: Ground, world: FaultWorld, process: Popen[str], whole: Whole) -> None:
    """Kill when the home has been seen to change for the n-th time."""
    number = 1 + int(ground.share * whole.writes)
    changes = Changes(world.home)
    while process.poll() is None and changes.step() < number:
        pause(POLL)
    kill(process)


def at_second(ground: Ground, world: FaultWorld, process: Popen[str], whole: Whole) -> None:
    """Kill after a share of the seconds that a whole run takes."""
    try:
        process.wait(ground.share * whole.seconds)
    except Exception:  # noqa: BLE001 - it has not ended, as it should be
        kill(process)


def killed(scene: Scene, strike: Strike, ground: Ground) -> None:
    """One kill, then what must hold at that very moment, then the clean run."""
    held, fresh = scene
    whole = measure(ground, scene)
    with ground.world(held=held, fresh=fresh) as world:
        with running(crawl_words(world, *EVERYTHING)) as process:
            strike(ground, world, process, whole)
            ended(process)
        world.now, world.today = at_last()
        lock_is_free(world.home)
        nothing_acknowledged_is_lost(world, ground.folder / "as-killed")
        settles(world, held, fresh, since=ALL)


def at_last() -> tuple[datetime, date]:
    """The real time and day, which the killed command went by."""
    now = datetime.now(UTC)
    return now, now.date()


def nothing_acknowledged_is_lost(world: FaultWorld, aside: Path) -> None:
    """Looked at in a copy, so that the next run finds everything as the kill left it."""
    if not (world.home / "decisions.db").exists():
        return
    shutil.copytree(world.home, aside)
    connection = sqlite3.connect(aside / "decisions.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if "page" not in tables:
            return
        stored = {sha256 for (sha256,) in connection.execute("SELECT sha256 FROM page")}
        listed = {url for (url,) in connection.execute("SELECT url FROM listed")}
    finally:
        connection.close()
    # The last one served may not have reached the crawler; of all others the next request says so.
    answered = world.site.log[:-1]
    for entry in answered:
        if entry.kind == "decision" and entry.status == 200:
            assert entry.sha256 in stored, f"{entry.target} was served and then asked past"
        for path in entry.listed:
            assert world.site.url + path in listed, f"{path} was listed and then asked past"


def interrupted(number: signal.Signals, ground: Ground) -> None:
    """Ctrl-C or a polite kill: exit 130, the index in step at once, nothing lost."""
    whole = measure(ground, NIGHT)
    with ground.world(held=HELD, fresh=FRESH) as world:
        at = 2 + int(ground.share * (whole.requests - 2))
        delay = ground.rng.uniform(0, MOMENT)
        with running(crawl_words(world, *EVERYTHING)) as process:

            def later(_: object) -> None:
                timer = threading.Timer(delay, process.send_signal, (number,))
                timer.daemon = True
                timer.start()

            world.site.at(at, later)
            code, said = ended(process)
        world.now, world.today = at_last()
        assert code in (130, 0), said
        settles(world, HELD, FRESH, since=ALL)


def _kills(scene: Scene, scene_name: str, times: tuple[int, int, int, int]) -> tuple[Fault, ...]:
    strikes: tuple[tuple[str, Strike], ...] = (
        ("before an answer", before_answer),
        ("after an answer", after_answer),
        ("at a write", at_write),
        ("at a moment", at_second),
    )
    return tuple(
        Fault(f"SIGKILL {name}, {scene_name}", partial(killed, scene, strike), count)
        for (name, strike), count in zip(strikes, times, strict=True)
    )


FAULTS = (
    *_kills(NIGHT, "a night", (30, 40, 40, 20)),
    *_kills(FILL, "a first fill", (15, 20, 25, 10)),
    Fault("Ctrl-C during a run", partial(interrupted, signal.SIGINT), 10),
    Fault("SIGTERM during a run", partial(interrupted, signal.SIGTERM), 10),
)
