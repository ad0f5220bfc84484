"""Lists that move, contradict themselves or say nothing.

A window may be called proven only when nothing can have slipped through; until then the run says so
and the next one asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from scraper.report import EXIT_CHANGED, EXIT_DONE, EXIT_PARTIAL
from tests.crawling import TODAY
from tests.faults.odd_site import Arrange, OddSite
from tests.faults.trials import (
    HELD,
    Fault,
    FaultWorld,
    Ground,
    aged,
    day,
    holds_no_stranger,
    references,
    settles,
)
from tests.site import Case, Site
from tests.site import Fault as Spoilt
from tests.site.exchange import LISTING

MANY: tuple[Case, ...] = tuple(
    aged(case, 40 + number, f"26 800 {number:03d}") for number, case in enumerate(HELD[:8] * 3)
)
"""Two dozen in one window, three pages, newest first."""

FROM = day(149)
"""The first day of their window."""

EDGES: tuple[Case, ...] = tuple(MANY[place] for place in (0, 3, 9, 10, 18, 19, 20, 23))
"""Those that stand where pages meet, and so can slip through. They are not held yet."""

KNOWN: tuple[Case, ...] = (*HELD, *(case for case in MANY if case not in EDGES))
NEW = aged(HELD[0], 38, "26 900 001")
MIDDLE = aged(HELD[1], 52, "26 900 002")
OUTSIDE = aged(HELD[2], 172, "26 900 003")
BESIDE: tuple[Case, ...] = tuple(
    aged(case, 155 + number, f"26 700 {number:03d}") for number, case in enumerate(HELD[:9] * 2)
)

Act = Callable[[Site], None]


def inserted(site: Site) -> None:
    """A new one before all others: each entry moves one place back."""
    site.publish(NEW)


def removed(site: Site) -> None:
    """The first one goes: each entry moves one place forward, over a page's edge."""
    site.withdraw(MANY[0].reference)


def removed_and_inserted(site: Site) -> None:
    """One goes from the front and one comes at the front: the totals agree."""
    site.withdraw(MANY[0].reference)
    site.publish(NEW)


def exchanged_at_the_end(site: Site) -> None:
    """One goes from the last page and one comes on the first: the totals agree."""
    site.withdraw(MANY[-1].reference)
    site.publish(NEW)


def exchanged_in_the_middle(site: Site) -> None:
    """One goes from page 1 and one comes on page 2: only places move, the totals agree."""
    site.withdraw(MANY[3].reference)
    site.publish(MIDDLE)


def returned_with_a_new_date(site: Site) -> None:
    """One on page 3 is decided anew and moves to page 1: the totals agree."""
    site.amend(MANY[20].amended(after=timedelta(days=20)))


def moved(act: Act, page: int, nth: int, ground: Ground) -> None:
    """The list moves just before a page is read: nothing that stays listed is missed."""
    with ground.world(held=KNOWN, fresh=EDGES) as world:
        world.site.before(f"fd={FROM}.*page={page}$", lambda _: act(world.site), nth=nth)
        report = world.night()
        # One that was listed and then taken down is a failure for this night.
        assert report.exit_code() in (EXIT_DONE, EXIT_PARTIAL), report.lines()
        assert not report.unproven
        listed = {case.reference for case in world.site.visible()}
        assert listed <= world.references(), f"missed {sorted(listed - world.references())}"
        ends_whole(world)


def ends_whole(world: FaultWorld) -> None:
    """A clean night, then INV; whatever was served stays, whether it is listed still or not."""
    world.site.faults.clear()
    report = world.night()
    assert report.exit_code() == EXIT_DONE, report.lines()
    listed = {case.reference for case in world.site.visible()}
    assert listed <= world.references()
    kept = [case for case in (*KNOWN, *EDGES, NEW, MIDDLE) if case.reference in world.references()]
    settles(world, kept, clean=False)


def turning(asked: int, cases: list[Case]) -> list[Case]:
    """Each list begins one place further on."""
    start = asked % max(1, len(cases))
    return cases[start:] + cases[:start]


def swapping(asked: int, cases: list[Case]) -> list[Case]:
    """Every other list has the ninth and the eleventh in each other's place."""
    if asked % 2 and len(cases) > 11:
        cases[8], cases[11] = cases[11], cases[8]
    return cases


def backwards(asked: int, cases: list[Case]) -> list[Case]:
    """Every other list is the other way round."""
    return cases[::-1] if asked % 2 else cases


def first_page_always(asked: int, cases: list[Case]) -> list[Case]:
    """Whatever page is asked for, the first ten come."""
    return cases[:10] * 9


def shifting(arrange: Arrange, ground: Ground) -> None:
    """The order shifts with each request: what was proven was seen, and calm brings the rest."""
    with ground.world(held=KNOWN, fresh=EDGES, kind=OddSite) as world:
        assert isinstance(world.site, OddSite)
        world.site.arrange = arrange
        report = world.night()
        listed = {case.reference for case in world.site.visible()}
        if report.exit_code() == EXIT_DONE:
            assert listed <= world.references()
        else:
            assert report.unproven
        world.site.arrange = None
        settles(world, KNOWN, EDGES)


def moves_each_time(ground: Ground) -> None:
    """Something is inserted at each reading: unproven after three, whole when it is calm."""
    with ground.world(held=KNOWN, fresh=EDGES) as world:
        more = [aged(case, 36, f"26 950 {number:03d}") for number, case in enumerate(HELD)]
        left = list(more)

        def insert(request: object) -> None:
            if str(getattr(request, "target", "")).endswith("page=2") and left:
                world.site.publish(left.pop())

        world.site.before_each(insert)
        report = world.night()
        assert report.exit_code() in (EXIT_DONE, EXIT_PARTIAL), report.lines()
        world.site.publish(*left)
        left.clear()
        settles(world, KNOWN, EDGES, more)


def count_wrong(name: str, ground: Ground) -> None:
    """The stated count is wrong, or changes while one pages: never called proven."""
    with ground.world(held=KNOWN, fresh=EDGES) as world:
        fault = world.site.faults.add(Spoilt(name, LISTING))
        report = world.night()
        assert fault.met
        assert report.exit_code() == EXIT_PARTIAL, report.lines()
        assert report.unproven
        settles(world, KNOWN, EDGES)


def another_set_at_the_front(ground: Ground) -> None:
    """Overnight one went and one came within the publication front: found that very night."""
    exchanged(ground, NEW, nights=1)


def another_set_farther_back(ground: Ground) -> None:
    """The same in an older window, beyond its first page: found within the cycle of nights."""
    exchanged(ground, OUTSIDE, nights=4)


def exchanged(ground: Ground, new: Case, *, nights: int) -> None:
    """One goes and one comes between two nights, so that the count stays as it was."""
    with ground.world(held=(*KNOWN, *EDGES, *BESIDE), fresh=()) as world:
        near = min((*MANY, *BESIDE), key=lambda case: abs(case.decided_on - new.decided_on))
        world.site.withdraw(near.reference)
        world.site.publish(new)
        for _ in range(nights):
            report = world.night(cycle_nights=nights, lookback_days=400)
            assert report.exit_code() == EXIT_DONE, report.lines()
        assert new.reference in world.references()
        settles(world, KNOWN, EDGES, BESIDE, (new,), cycle_nights=1)


def in_place_of_a_list(name: str, ground: Ground) -> None:
    """Something else in the place of every list: exit 4, and never taken for an empty one."""
    with ground.world() as world:
        world.site.faults.add(Spoilt(name, LISTING))
        report = world.night()
        assert report.exit_code() == EXIT_CHANGED, report.lines()
        assert report.unproven or report.stopped
        nothing_proven_anew(world)
        settles(world)


def in_place_of_one_list(name: str, ground: Ground) -> None:
    """Once in a night: asked again in the same run."""
    with ground.world() as world:
        fault = world.site.faults.add(Spoilt(name, LISTING, skip=ground.rng.randrange(3), times=1))
        report = world.night()
        assert fault.met == 1
        assert report.exit_code() == EXIT_DONE, report.lines()
        settles(world)


def nothing_proven_anew(world: FaultWorld) -> None:
    """No window may carry tonight's time of proof."""
    with world.archive() as archive:
        for source in range(1, 2):
            for window in archive.windows.all(source):
                assert window.proven_at is None or window.proven_at < world.now


def empty_window(sentence: str | None, ground: Ground) -> None:
    """A span without decisions: proven empty by a stated 0 or a sentence, not by a shell."""
    future = TODAY + timedelta(days=3)
    with ground.world(held=(), fresh=HELD, no_results=sentence) as world:
        span = {"since": future, "until": future + timedelta(days=2)}
        shell = world.site.faults.add(Spoilt("shell", LISTING))
        report = world.night(**span)
        assert report.exit_code() == EXIT_CHANGED, report.lines()
        world.site.faults.remove(shell)
        report = world.night(**span)
        assert report.exit_code() == EXIT_DONE, report.lines()
        assert world.references() == references(())
        settles(world, HELD, since=min(case.decided_on for case in HELD))


def no_list_at_night(ground: Ground) -> None:
    """Lists fail night after night: nothing that is held is called gone."""
    with ground.world() as world:
        world.site.faults.add(Spoilt("shell", LISTING))
        for _ in range(6):
            assert world.night().exit_code() == EXIT_CHANGED
        holds_no_stranger(world, HELD)
        with world.archive() as archive:
            assert {stored.status.value for stored in archive.stored_all()} == {"live"}
        settles(world)


MOVES: tuple[tuple[str, Act], ...] = (
    ("inserted", inserted),
    ("removed", removed),
    ("one inserted and one removed", removed_and_inserted),
    ("one inserted, the last removed", exchanged_at_the_end),
    ("one inserted in the middle, one removed", exchanged_in_the_middle),
    ("returned with a new date", returned_with_a_new_date),
)
SHIFTS: tuple[tuple[str, Arrange], ...] = (
    ("turning", turning),
    ("swapping over a page's edge", swapping),
    ("turned round", backwards),
    ("page 1 whatever is asked for", first_page_always),
)
WHEN = (("before page 2", 2, 1), ("before page 3", 3, 1), ("before page 1 is read again", 1, 2))
NO_LIST = ("shell", "captcha", "firewall", "login", "maintenance", "empty", "half-page", "404")

FAULTS = (
    *(
        Fault(f"list: {name}, {when}", partial(moved, act, page, nth))
        for name, act in MOVES
        for when, page, nth in WHEN
    ),
    *(Fault(f"list order: {name}", partial(shifting, arrange)) for name, arrange in SHIFTS),
    Fault("list: moves at each reading", moves_each_time),
    Fault("list: stated count wrong", partial(count_wrong, "count-off")),
    Fault("list: count changes while paging", partial(count_wrong, "count-changes")),
    Fault("equal counts with another set, at the front", another_set_at_the_front),
    Fault("equal counts with another set, farther back", another_set_farther_back),
    *(
        Fault(f"{name} in place of every list", partial(in_place_of_a_list, name))
        for name in NO_LIST
    ),
    *(
        Fault(f"{name} in place of one list", partial(in_place_of_one_list, name), 3)
        for name in NO_LIST
    ),
    Fault("empty window against a shell: a stated 0", partial(empty_window, None)),
    Fault(
        "empty window against a shell: a sentence",
        partial(empty_window, "Your search returned no results"),
    ),
    Fault("no list for nights", no_list_at_night),
)  # fmt: skip
