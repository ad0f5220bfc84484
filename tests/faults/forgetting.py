"""An erased decision is nowhere any more, whatever came between.

A decision that was met in three versions, each with words of its own, in an archive with a log, an
automatic copy and an index. After ``decisions erase`` neither the words nor the bytes of its
compressed pages stand in any file of the home or of the folder for temporary files; a crawl of the
site, which still lists it, neither asks for it nor brings it back.
"""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.crawling import ALL
from tests.faults.command import ended, lock_is_free, running
from tests.faults.failing_calls import EIO, ENOSPC, EVERY_KIND, KILL, Strike, strike_while
from tests.faults.trials import (
    HELD,
    LONG_AGO,
    QUICK,
    Fault,
    FaultWorld,
    Ground,
    Stage,
    Template,
    check,
    references,
    settles,
)
from tests.faults.verifying import told
from tests.leftovers import leftovers
from tests.site import Case, Site

WORD = "Quibblethorpe"
DOOMED = next(case for case in HELD if case.parts[0].blocks and not case.same_report)
REST = tuple(case for case in HELD if case is not DOOMED)
VERSIONS = 3

PIECE, STEP = 48, 16
"""Bytes of a compressed page that are looked for, and how far apart they begin: whatever is left of
it in one piece of 63 bytes is found."""


def worded(number: int) -> Case:
    """The doomed case with the word in title, summary and text; each version says it otherwise."""
    first = DOOMED.parts[0]
    said = f"Miss {WORD} says this {number} times, {WORD.lower()}{number}."
    spoken = dataclasses.replace(first.blocks[0], text=said)
    return dataclasses.replace(
        DOOMED,
        body=f"{WORD} Care {number} Limited",
        summary=f"Miss {WORD} complained. {DOOMED.summary}",
        parts=(dataclasses.replace(first, blocks=(spoken, *first.blocks[1:])), *DOOMED.parts[1:]),
    )


@dataclass(frozen=True, slots=True)
class Doomed:
    """A home that met the three versions, and pieces of their pages' bytes."""

    template: Template
    pieces: frozenset[bytes]


_made: dict[int, Doomed] = {}


def doomed(stage: Stage) -> Doomed:
    """Made once on each stage, with the log and the copies that a home gathers."""
    if id(stage) in _made:
        return _made[id(stage)]
    home = stage.folder / "doomed"
    with Site([*REST, worded(1)]) as site:
        world = FaultWorld(site, home, now=LONG_AGO, options={"limits": QUICK})
        world.crawl(since=ALL)
        for number in range(2, VERSIONS + 1):
            site.amend(worded(number))
            world.night(since=ALL, revisit=1000)
        with world.archive() as archive:
            assert archive.find(DOOMED.reference).revision == VERSIONS
        key = DOOMED.reference.lower()
        earlier = {
            reference: entries
            for reference, entries in site.served().items()
            if reference.lower() != key
        }
        port = int(site.url.rpartition(":")[2])
    (home / "crawl.jsonl").write_text(
        f'{{"event":"failed","url":"http://127.0.0.1:{port}{DOOMED.path}",'
        f'"reason":"Miss {WORD}"}}\n',
        encoding="utf-8",
    )
    copies = home / "backups"
    copies.mkdir()
    code, _, complained = told(home, "backup", str(stage.folder / "copy.db"))
    assert code == 0, complained
    shutil.copy(stage.folder / "copy.db", copies / "decisions-schema-0005-20261022T030000Z.db")
    (stage.folder / "copy.db").unlink()
    found = leftovers(home, WORD)
    for place in ("index/", "decisions.db", "crawl.jsonl", "backups/"):
        assert any(place in each for each in found), f"the word is not in {place} to begin with"
    pieces = pieces_of_pages(home)
    assert any(piece in (home / "decisions.db").read_bytes() for piece in pieces)
    _made[id(stage)] = Doomed(Template(home, port, earlier), pieces)
    return _made[id(stage)]


def pieces_of_pages(home: Path) -> frozenset[bytes]:
    """Pieces of the doomed pages' compressed bytes that no other page has."""
    with closing(sqlite3.connect(home / "decisions.db")) as connection:
        rows = connection.execute(
            "SELECT url LIKE ?, body_zstd FROM page WHERE body_zstd IS NOT NULL",
            (f"%{DOOMED.path.rpartition('/')[2].lower()}%",),
        ).fetchall()
    ours = [body for mine, body in rows if mine]
    others = b"\x00".join(body for mine, body in rows if not mine)
    assert len(ours) == VERSIONS, len(ours)
    pieces = {
        body[start : start + PIECE]
        for body in ours
        for start in range(0, len(body) - PIECE + 1, STEP)
    }
    return frozenset(piece for piece in pieces if piece not in others)


def traces(folder: Path, pieces: frozenset[bytes]) -> list[str]:
    """Where anything of the doomed decision is, as sentences."""
    found = leftovers(folder, WORD)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            raw = path.read_bytes()
            count = sum(piece in raw for piece in pieces)
            if count:
                found.append(f"{path.relative_to(folder)}: {count} pieces of its pages' bytes")
    return found


@contextmanager
def home_of(ground: Ground) -> Iterator[FaultWorld]:
    """A copy of the doomed home, and the site that still lists the decision."""
    made = doomed(ground.stage)
    everything = ground.folder / "everything"
    (everything / "tmp").mkdir(parents=True)
    home = everything / "home"
    shutil.copytree(made.template.home, home)
    with Site([*REST, worded(VERSIONS)], port=made.template.port) as site:
        world = FaultWorld(
            site, home, options={"limits": QUICK}, earlier=dict(made.template.served)
        )
        world.now, world.today = LONG_AGO + timedelta(days=9), LONG_AGO.date() + timedelta(days=9)
        yield world
    shutil.rmtree(ground.folder, ignore_errors=True)


def erase_words(world: FaultWorld) -> list[str]:
    """What is typed to erase it."""
    words = ("erase", DOOMED.reference, "--reason", "a request", "--yes")
    return [sys.executable, "-m", "decisions", "--home", str(world.home), *words]


def settings(world: FaultWorld) -> dict[str, str]:
    """Temporary files go where they are looked through too."""
    return {"TMPDIR": str(world.home.parent / "tmp")}


def is_forgotten(ground: Ground, world: FaultWorld) -> None:
    """Nowhere, and nothing brings it back: not a night, not a new index."""
    pieces = doomed(ground.stage).pieces
    left = traces(world.home.parent, pieces)
    assert not left, left
    code, said, complained = told(world.home, "erased", DOOMED.reference)
    assert code == 0, (said, complained)
    settles(world, REST, since=ALL, revisit=1000)
    asked = [entry.target for entry in world.site.log if entry.kind == "decision"]
    page = DOOMED.path.rpartition("/")[2].lower()
    assert not [target for target in asked if page in target.lower()], "it was asked for again"
    code, _, complained = told(world.home, "index", "--rebuild")
    assert code == 0, complained
    left = traces(world.home.parent, pieces)
    assert not left, left
    check(world)
    assert world.references() == references(REST)


def erased(ground: Ground) -> None:
    """Left alone."""
    with home_of(ground) as world:
        with running(erase_words(world), settings=settings(world)) as process:
            code, said = ended(process)
        assert code == 0, said
        is_forgotten(ground, world)


_calls: dict[int, int] = {}


def calls_of_erase(ground: Ground) -> int:
    """How many calls an erasure makes that is left alone."""
    key = id(ground.stage)
    if key not in _calls:
        alone = ground.stage.ground(Fault("count", lambda _: None), 0)
        with home_of(alone) as world:
            found = struck(alone, world, 0, KILL)
            assert found[0] == 0, found
            _calls[key] = found[2]
    return _calls[key]


def struck(
    ground: Ground, world: FaultWorld, at: int, how: str, *, lasts: bool = False
) -> tuple[int, str, int]:
    """Erase with one call struck: exit code, what was said, number of calls."""
    strike = Strike(world.home.parent, ".", EVERY_KIND, at, how, lasts)
    found = strike_while(ground, erase_words(world), strike, **settings(world))
    return found.code, found.said, len(found.calls)


def broken(how: str, ground: Ground) -> None:
    """Killed, or refused by the disk, at a call of the erasure; then it is gone on with."""
    at = 1 + int(ground.share * calls_of_erase(ground))
    with home_of(ground) as world:
        code, said, _ = struck(ground, world, at, how, lasts=bool(ground.number % 2))
        lock_is_free(world.home)
        if how == KILL:
            assert code == -9, (code, said)
        ground.count(f"ended with {code}")
        again, said, complained = told(world.home, "erased", DOOMED.reference)
        if again == 0:
            code, said, complained = told(world.home, "erase", "--resume")
        else:  # It had not been ordered yet.
            words = ("erase", DOOMED.reference, "--reason", "a request", "--yes")
            code, said, complained = told(world.home, *words)
        assert code == 0, (said, complained)
        is_forgotten(ground, world)


def while_read(ground: Ground) -> None:
    """Somebody reads the database meanwhile: it says that it is not complete, then it can be."""
    with home_of(ground) as world:
        path = world.home / "decisions.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as held:
            held.execute("BEGIN")
            assert held.execute("SELECT count(*) FROM decision").fetchone()
            with running(erase_words(world), settings=settings(world)) as process:
                code, said = ended(process)
            assert code == 3, (code, said)
            assert "--resume" in said, said
            held.execute("COMMIT")
        code, said, complained = told(world.home, "erase", "--resume")
        assert code == 0, (said, complained)
        is_forgotten(ground, world)


FAULTS = (
    Fault("erased: three versions of a decision", erased, 5),
    Fault("erased while somebody reads", while_read, 3),
    Fault("SIGKILL in a call of an erasure", partial(broken, KILL), 40),
    Fault("disk: ENOSPC in an erasure", partial(broken, ENOSPC), 15),
    Fault("disk: EIO in an erasure", partial(broken, EIO), 15),
)
