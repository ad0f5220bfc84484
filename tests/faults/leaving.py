"""What leaves the site, comes back or changes quietly, and a broken site that only looks so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from archive.records import ChangeKind, DecisionKind, Status
from scraper.missing import years_after
from scraper.report import EXIT_CHANGED, EXIT_DONE, EXIT_PARTIAL
from tests.crawling import ALL, TODAY
from tests.faults.trials import (
    FRESH,
    HELD,
    Fault,
    FaultWorld,
    Ground,
    aged,
    path_of,
    settles,
)
from tests.site import Case
from tests.site import Fault as Spoilt

YOUNG = next(case for case in HELD if case.kind == DecisionKind.STATEMENT)
OLD = replace(YOUNG, reference="20 900 001", decided_on=years_after(TODAY, -5) + timedelta(days=20))
KNOWN = (*HELD, OLD)
CROWD: tuple[Case, ...] = tuple(
    aged(YOUNG, 300 + number % 40, f"24 800 {number:03d}") for number in range(340)
)
VANISHED = 300


def status(world: FaultWorld, case: Case) -> Status:
    """What the archive says of a case."""
    with world.archive() as archive:
        return archive.find(case.reference).status


def kinds(world: FaultWorld, case: Case) -> list[ChangeKind]:
    """What happened to a case, in order."""
    with world.archive() as archive:
        number = archive.find(case.reference).id
        return [change.kind for change in archive.changes(0) if change.decision_id == number]


def listed_in_full(world: FaultWorld, nights: int = 1) -> None:
    """Nights that list every window; each is content."""
    for _ in range(nights):
        report = world.night(since=ALL)
        assert report.exit_code() == EXIT_DONE, report.lines()


def gone(case: Case, answer: int, becomes: Status, ground: Ground) -> None:
    """Missed once it is still there; missed in two runs it has left, and its text stays."""
    with ground.world(held=KNOWN, fresh=()) as world:
        world.site.withdraw(case.reference, status=answer)
        listed_in_full(world)
        assert status(world, case) is Status.LIVE
        listed_in_full(world)
        assert status(world, case) is becomes
        settles(world, KNOWN)
        assert status(world, case) is becomes


def found_again(days: int, ground: Ground) -> None:
    """Back again, perhaps with a new text and date: restored, and live."""
    with ground.world(held=KNOWN, fresh=()) as world:
        world.site.withdraw(YOUNG.reference)
        listed_in_full(world, 2)
        back = YOUNG.amended(after=timedelta(days=days)) if days else YOUNG
        world.site.publish(back)
        listed_in_full(world)
        assert status(world, YOUNG) is Status.LIVE
        told = [ChangeKind.ADDED, ChangeKind.WITHDRAWN, ChangeKind.RESTORED]
        if days:
            told.insert(2, ChangeKind.AMENDED)
        assert kinds(world, YOUNG) == told
        settles(world, KNOWN)


def missed_now_and_then(ground: Ground) -> None:
    """Missed, there, missed, there: it never left."""
    with ground.world(held=KNOWN, fresh=()) as world:
        for _ in range(3):
            world.site.withdraw(YOUNG.reference)
            listed_in_full(world)
            world.site.publish(YOUNG)
            listed_in_full(world)
        assert kinds(world, YOUNG) == [ChangeKind.ADDED]
        settles(world, KNOWN)


def only_fails(name: str, ground: Ground) -> None:
    """Not listed, but its address fails to say that it is gone: no miss, however often."""
    with ground.world(held=KNOWN, fresh=()) as world:
        world.site.withdraw(YOUNG.reference)
        world.site.faults.add(Spoilt(name, path_of(YOUNG)))
        for _ in range(3):
            assert world.night(since=ALL).exit_code() in (EXIT_DONE, EXIT_PARTIAL)
        assert kinds(world, YOUNG) == [ChangeKind.ADDED]
        world.site.publish(YOUNG)
        settles(world, KNOWN, since=ALL)


def hundreds_vanish(ground: Ground) -> None:
    """Three hundred vanish in one night, and the next: nothing is marked, exit 4."""
    with ground.world(held=CROWD, fresh=()) as world:
        world.site.withdraw(*[case.reference for case in CROWD[:VANISHED]])
        for _ in range(2):
            report = world.night(since=ALL)
            assert report.exit_code() == EXIT_CHANGED, report.lines()
        with world.archive() as archive:
            assert {stored.status for stored in archive.stored_all()} == {Status.LIVE}
        world.site.publish(*CROWD)
        settles(world, CROWD, since=ALL)
        with world.archive() as archive:
            assert {stored.status for stored in archive.stored_all()} == {Status.LIVE}


def amended(ground: Ground) -> None:
    """A text is amended in place, with the count as it was: a revisit finds it, once."""
    with ground.world() as world:
        assert world.night().exit_code() == EXIT_DONE
        world.site.amend(HELD[2].amended())
        world.now += timedelta(days=8)
        report = world.night(revisit=200)
        assert report.exit_code() == EXIT_DONE, report.lines()
        assert kinds(world, HELD[2]) == [ChangeKind.ADDED, ChangeKind.AMENDED]
        world.now += timedelta(days=8)
        assert world.night(revisit=200).exit_code() == EXIT_DONE
        assert kinds(world, HELD[2]) == [ChangeKind.ADDED, ChangeKind.AMENDED]
        settles(world)


def revisit_spoilt(name: str, ground: Ground) -> None:
    """Every revisit of a page finds something else there: it overwrites nothing."""
    with ground.world() as world:
        assert world.night().exit_code() == EXIT_DONE
        world.site.faults.add(Spoilt(name, path_of(HELD[2])))
        for _ in range(3):
            world.now += timedelta(days=8)
            report = world.night(revisit=200)
            assert report.exit_code() in (EXIT_DONE, EXIT_PARTIAL), report.lines()
        assert kinds(world, HELD[2]) == [ChangeKind.ADDED]
        settles(world)


def amended_while_listed(ground: Ground) -> None:
    """A text is amended between its listing and its fetch, and again after it."""
    with ground.world() as world:
        once = FRESH[1].amended()
        world.site.before(path_of(FRESH[1]), lambda _: world.site.amend(once))
        assert world.night().exit_code() == EXIT_DONE
        world.site.amend(once.amended(words="It was corrected once more."))
        world.now += timedelta(days=8)
        assert world.night(revisit=200).exit_code() == EXIT_DONE
        assert kinds(world, FRESH[1]) == [ChangeKind.ADDED, ChangeKind.AMENDED]
        settles(world)


def under_one_of_two(ground: Ground) -> None:
    """Gone under one category, still there under the other: live."""
    twin = replace(YOUNG, category="Planning", subcategory="Enforcement")
    with ground.world(fresh=(twin,)) as world:
        listed_in_full(world)
        world.site.withdraw(YOUNG.reference)
        world.site.publish(twin)
        listed_in_full(world, 3)
        assert status(world, YOUNG) is Status.LIVE
        settles(world, HELD)


def leaves_while_fetched(ground: Ground) -> None:
    """Listed, and gone before its page is asked for: unavailable in the end, never invented."""
    with ground.world() as world:
        case = FRESH[0]
        world.site.before(path_of(case), lambda _: world.site.withdraw(case.reference))
        assert world.night().exit_code() == EXIT_PARTIAL
        settles(world, HELD, FRESH[1:])
        world.site.publish(case)
        settles(world)


FAULTS = (
    Fault("withdrawn (404 in two runs)", partial(gone, YOUNG, 404, Status.WITHDRAWN)),
    Fault("withdrawn (410 in two runs)", partial(gone, YOUNG, 410, Status.WITHDRAWN)),
    Fault("expired after five years", partial(gone, OLD, 404, Status.EXPIRED)),
    Fault("return after a withdrawal", partial(found_again, 0)),
    Fault("return with a new text and date", partial(found_again, 40)),
    Fault("missed now and then", missed_now_and_then),
    *(
        Fault(f"not listed, and {name} at its address", partial(only_fails, name))
        for name in ("503", "captcha", "shell", "login", "redirect-home", "reset", "soft-404")
    ),
    Fault("300 vanish in one night", hundreds_vanish),
    Fault("body amended", amended),
    *(
        Fault(f"{name} at a revisit", partial(revisit_spoilt, name))
        for name in ("captcha", "shell", "soft-404", "login", "503", "half-page", "gzip-cut")
    ),
    Fault("amended between list and page", amended_while_listed),
    Fault("gone under one of two categories", under_one_of_two),
    Fault("gone between list and page", leaves_while_fetched),
)
