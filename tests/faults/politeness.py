"""Retry-After, robots.txt and redirects: what the site asks of us, seen in the site's own log."""

from __future__ import annotations

from functools import partial

from scraper.exchange import Limits
from scraper.report import EXIT_CHANGED, EXIT_DONE, EXIT_PARTIAL
from tests.faults.trials import (
    FRESH,
    HELD,
    Fault,
    FaultWorld,
    Ground,
    holds_no_stranger,
    path_of,
    references,
    settles,
)
from tests.site import Fault as Spoilt
from tests.site.exchange import DECISION, ROBOTS

FORMS: tuple[tuple[str, float], ...] = (
    ("1", 1.0),
    ("0", 0.0),
    ("0.6", 0.6),
    ("1, 1", 1.0),
    ("date:2", 1.0),
    ("date:-3600", 0.0),
    ("-5", 0.0),
    ("soon", 0.0),
    ("Wed, 31 Dec 1969 23:59:59 GMT", 0.0),
    ("", 0.0),
)
"""What a Retry-After says, and the seconds that must pass (a date is cut to whole seconds)."""

TOO_LONG = ("86400", "999999999999999999999", "date:90000")
OFTEN = Limits(robots_requests=4)
NOWHERE = ("redirect", "redirect-private", "redirect-loop", "redirect-long")
TARGETS = (
    "file:///etc/passwd",
    "http://[::1]:1/decisions/a/b/20-000-001",
    "http://127.0.0.1:1/",
    "http://169.254.169.254/latest/meta-data",
    "http://user:word@127.0.0.1/",
    "//elsewhere.invalid/decisions",
    "http://\x00/",
    "",
)


def asked_to_wait(status: str, value: str, seconds: float, ground: Ground) -> None:
    """No request of any kind comes before the time is over; then the page is had."""
    with ground.world() as world:
        world.site.faults.add(Spoilt(status, path_of(FRESH[0]), times=2, value=value))
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        nobody_came_early(world, seconds)
        settles(world)


def nobody_came_early(world: FaultWorld, seconds: float) -> None:
    """After each spoilt answer the site saw nothing for so many seconds."""
    log = world.site.log
    spoilt = [number for number, entry in enumerate(log) if entry.faults]
    assert len(spoilt) == 2
    for number in spoilt:
        gap = log[number + 1].ticks - log[number].ended
        assert gap >= seconds - 0.02, f"a request came after {gap:.2f} s, not {seconds} s"


def too_long(status: str, value: str, ground: Ground) -> None:
    """Longer than a run waits: it ends at once with exit 4, and the next one carries on."""
    with ground.world() as world:
        fault = world.site.faults.add(Spoilt(status, DECISION, skip=2, value=value))
        report = world.night()
        assert report.exit_code() == EXIT_CHANGED, report.lines()
        assert fault.met == 1
        assert world.site.log[-1].faults, "something was asked after the site had said: wait"
        settles(world)


def of_robots(name: str) -> int:
    """A site that does not answer is a lost network; one that says no has changed its mind."""
    return EXIT_PARTIAL if name in ("robots-reset", "robots-stall") else EXIT_CHANGED


def robots_forbids(name: str, ground: Ground) -> None:
    """robots.txt forbids, cannot be read, or asks for hours between requests: nothing is asked."""
    with ground.world() as world:
        world.site.faults.add(Spoilt(name, ROBOTS, value="7200"))
        report = world.night()
        assert report.exit_code() == of_robots(name), report.lines()
        asked = [entry.path for entry in world.site.log if entry.kind != "robots"]
        # The list is not under /decisions/ for a rule, whose letters count.
        assert all("SearchResults" in path for path in asked), asked
        holds_no_stranger(world, HELD)
        settles(world)


def robots_has_no_rules(name: str, ground: Ground) -> None:
    """No robots.txt (404, 403): no rules."""
    with ground.world() as world:
        world.site.faults.add(Spoilt(name, ROBOTS))
        assert world.night().exit_code() == EXIT_DONE
        settles(world)


def robots_forbids_midway(name: str, ground: Ground) -> None:
    """robots.txt says no, or fails, when it is read again: not one request more."""
    with ground.world(limits=OFTEN) as world:
        fault = world.site.faults.add(Spoilt(name, ROBOTS, skip=1))
        report = world.night()
        assert report.exit_code() == of_robots(name), report.lines()
        assert fault.met
        log = world.site.log
        said_no = next(number for number, entry in enumerate(log) if entry.faults)
        assert all(entry.kind == "robots" for entry in log[said_no:])
        assert said_no > 2
        settles(world)


def robots_is_a_page(ground: Ground) -> None:
    """A firewall's page in the place of robots.txt is no permission."""
    with ground.world() as world:
        world.site.faults.add(Spoilt("firewall", ROBOTS))
        assert world.night().exit_code() == EXIT_CHANGED
        assert all(entry.kind == "robots" for entry in world.site.log)
        settles(world)


def leads_nowhere(name: str, value: str | None, ground: Ground) -> None:
    """A redirect that must not be followed: a failure of that page, nobody else is asked."""
    with ground.world() as world:
        world.site.faults.add(Spoilt(name, path_of(FRESH[0]), value=value))
        report = world.night()
        assert report.exit_code() == EXIT_PARTIAL, report.lines()
        assert world.references() == references(HELD, FRESH[1:])
        settles(world)


def leads_to_the_page(ground: Ground) -> None:
    """A few hops within the site are followed."""
    with ground.world() as world:
        world.site.faults.add(Spoilt("redirect-long", path_of(FRESH[0]), value="4"))
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        settles(world)


def leads_to_another(ground: Ground) -> None:
    """A redirect to another decision's page: not taken for the one that was asked for."""
    with ground.world() as world:
        target = world.site.url_of(FRESH[1])
        world.site.faults.add(Spoilt("redirect", path_of(FRESH[0]), value=target))
        report = world.night()
        assert report.exit_code() == EXIT_PARTIAL, report.lines()
        assert world.references() == references(HELD, FRESH[1:])
        settles(world)


FAULTS = (
    *(
        Fault(
            f"Retry-After {value!r} with {status}",
            partial(asked_to_wait, status, value, seconds),
        )
        for status in ("429", "503")
        for value, seconds in FORMS
    ),
    *(
        Fault(f"Retry-After {value!r} with {status}", partial(too_long, status, value))
        for status in ("429", "503")
        for value in TOO_LONG
    ),
    *(
        Fault(f"robots.txt: {name}", partial(robots_forbids, name))
        for name in ("robots-disallow", "robots-disallow-decisions", "robots-error", "robots-delay")
    ),
    *(
        Fault(f"robots.txt: {name}", partial(robots_has_no_rules, name))
        for name in ("robots-missing", "robots-forbidden")
    ),
    *(
        Fault(f"robots.txt midway: {name}", partial(robots_forbids_midway, name))
        for name in ("robots-disallow", "robots-error", "robots-reset")
    ),
    Fault("robots.txt: a page in its place", robots_is_a_page),
    *(Fault(f"redirect: {name}", partial(leads_nowhere, name, None)) for name in NOWHERE),
    *(
        Fault(f"redirect to {target!r}", partial(leads_nowhere, "redirect", target))
        for target in TARGETS
    ),
    Fault("redirect: four hops to the page", leads_to_the_page),
    Fault("redirect: to another decision", leads_to_another),
)
