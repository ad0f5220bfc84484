"""SIGKILL in a chosen system call: before a write, in the middle of one, before a rename.

The other kills (``killing.py``) come when they come; these come at every stage in turn, whatever
the machine's pace: the calls of a whole run are counted, and the killed runs spread over them.
"""

from __future__ import annotations

from functools import partial

from tests.crawling import ALL
from tests.faults.command import crawl_words, lock_is_free
from tests.faults.failing import Part, calls_of
from tests.faults.failing_calls import EVERY_KIND, KILL, TEAR, Strike, strike_while
from tests.faults.killing import (
    EVERYTHING,
    FILL,
    NIGHT,
    Scene,
    at_last,
    nothing_acknowledged_is_lost,
)
from tests.faults.trials import Fault, Ground, settles

INDEX = Part("the index", r"^index/", EVERY_KIND)
SQL = Part("the database", r"^decisions\.db", EVERY_KIND)
WRITES = Part("any file", ".", "write")


def killed(part: Part, how: str, scene: Scene, ground: Ground) -> None:
    """One kill, then what must hold at that very moment, then the clean run."""
    held, fresh = scene
    at = 1 + int(ground.share * calls_of(ground, part, held, fresh))
    with ground.world(held=held, fresh=fresh) as world:
        strike = Strike(world.home, part.where, part.kinds, at, how)
        found = strike_while(ground, crawl_words(world, *EVERYTHING), strike)
        assert found.code == -9 or not found.met, (found.code, found.said)
        world.now, world.today = at_last()
        lock_is_free(world.home)
        nothing_acknowledged_is_lost(world, ground.folder / "as-killed")
        settles(world, held, fresh, since=ALL)


def _kills() -> tuple[Fault, ...]:
    found = []
    for scene, name in ((NIGHT, "a night"), (FILL, "a first fill")):
        for part, times in ((SQL, 40), (INDEX, 30)):
            act = partial(killed, part, KILL, scene)
            found.append(Fault(f"SIGKILL in a call on {part.name}, {name}", act, times))
        torn = partial(killed, WRITES, TEAR, scene)
        found.append(Fault(f"SIGKILL in the middle of a write, {name}", torn, 20))
    return tuple(found)


FAULTS = _kills()
