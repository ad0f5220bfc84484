"""A disk that is full or broken at one chosen call, at every stage of a run.

At the n-th write (or sync, or rename …) to a file the system says "no space left" or "input/output
error", once or from then on. The command must say so in words and end with something other than 0,
what was acknowledged must be there, and the next run must carry on.

Two stages may end with 0 because nothing has failed: SQLite moves its log into the database when it
likes, and keeps the log when it cannot; and the crawl's own log never stops a crawl (it says so).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from tests.crawling import ALL
from tests.faults.command import crawl_words
from tests.faults.failing_calls import EIO, ENOSPC, Strike, strike_while
from tests.faults.killing import EVERYTHING, at_last, nothing_acknowledged_is_lost
from tests.faults.trials import FRESH, HELD, Fault, Ground, settles
from tests.site import Case


@dataclass(frozen=True, slots=True)
class Part:
    """A stage of a run by the files that it touches and the kinds of calls."""

    name: str
    where: str
    kinds: str
    may_pass: bool = False
    """Whether the run may end with 0 although the call failed."""


PARTS = (
    Part("pages, decisions and books written", r"^decisions\.db-wal$", "write"),
    Part("pages, decisions and books committed", r"^decisions\.db-wal$", "sync"),
    Part("log moved into the database", r"^decisions\.db$", "write,sync,cut", may_pass=True),
    Part("index segments written", r"^index/gen-", "write,create"),
    Part("index segments made safe", r"^index/gen-", "sync,rename"),
    Part("manifest written", r"^index/manifest", "write,create,sync,rename"),
    Part("crawl's log written", r"^crawl\.jsonl", "write,create", may_pass=True),
)
"""Of a night. A first fill has no files yet, so there any call is struck."""

ANY = Part("anything", ".", "write,sync,rename,create,cut", may_pass=True)

ERRORS = (("ENOSPC", ENOSPC), ("EIO", EIO))

REFUSALS = ("disk", "space", "full", "i/o", "input/output", "unable to open", "readonly")
"""Words of the system or of SQLite of which one must reach the person."""

_counted: dict[tuple[int, str, bool], int] = {}


def calls_of(ground: Ground, part: Part, held: Sequence[Case], fresh: Sequence[Case]) -> int:
    """How many such calls a run makes that is left alone; counted once on each stage."""
    key = (id(ground.stage), part.name, bool(held))
    if key not in _counted:
        alone = ground.stage.ground(Fault("count", lambda _: None), 0)
        with alone.world(held=held, fresh=fresh) as world:
            strike = Strike(world.home, part.where, part.kinds)
            found = strike_while(alone, crawl_words(world, *EVERYTHING), strike)
            assert found.code == 0, found.said
            assert found.calls, f"no call is of the stage {part.name!r}"
            _counted[key] = len(found.calls)
    return _counted[key]


def fails(part: Part, how: str, held: Sequence[Case], ground: Ground) -> None:
    """One call of a crawl fails; every other trial the later ones do too."""
    fresh = FRESH if held else HELD
    at = 1 + int(ground.share * calls_of(ground, part, held, fresh))
    with ground.world(held=held, fresh=fresh) as world:
        strike = Strike(world.home, part.where, part.kinds, at, how, lasts=bool(ground.number % 2))
        found = strike_while(ground, crawl_words(world, *EVERYTHING), strike)
        assert found.met, f"call {at} was not made"
        # Two syncs of the log in a row: the second is not a commit's, which is safe already, but
        # comes before the log is moved into the database.
        moving = part.kinds == "sync" and found.before == "sync"
        ended_in_words(found.code, found.said, may_pass=part.may_pass or moving)
        world.now, world.today = at_last()
        nothing_acknowledged_is_lost(world, ground.folder / "as-broken")
        settles(world, held, fresh, since=ALL)


def ended_in_words(code: int, said: str, *, may_pass: bool) -> None:
    """Not a traceback, not a silent success."""
    assert code in (1, 3) or (may_pass and code == 0), (code, said)
    if code:
        assert any(word in said.lower() for word in REFUSALS), said


def _all() -> tuple[Fault, ...]:
    found = [
        Fault(f"disk: {name} when {part.name}", partial(fails, part, how, HELD), 10)
        for part in PARTS
        for name, how in ERRORS
    ]
    found += [
        Fault(f"disk: {name} anywhere in a first fill", partial(fails, ANY, how, ()), 40)
        for name, how in ERRORS
    ]
    return tuple(found)


FAULTS = _all()
