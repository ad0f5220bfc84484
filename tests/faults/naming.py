"""One decision under many addresses, many references over one report, references with letters."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from functools import partial

from archive.records import ChangeKind, reference_key
from scraper.report import EXIT_DONE
from tests.crawling import TODAY, World
from tests.faults.odd_site import OddSite, Rewrite
from tests.faults.trials import FRESH, HELD, Fault, Ground, aged, path_of, settles
from tests.site import Case, invent
from tests.site import Fault as Spoilt

REPORTS: tuple[Case, ...] = tuple(
    case for case in invent(200, seed=3, today=TODAY)
    if case.kind == "report" and len(case.sections()) >= 3
)  # fmt: skip
JOINT = tuple(
    replace(REPORTS[0], reference=f"15 020 {number}", category=category)
    for number, category in (
        (236, "Housing"), (740, "Housing"), (741, "Adult care services"), (742, "Education"),
    )
)  # fmt: skip
LETTERS = tuple(
    aged(case, 60, f"19 018 519{letter}") for letter, case in zip("abc", HELD, strict=False)
)
TWIN = replace(FRESH[0], category="Planning", subcategory="Enforcement")

LINKED = """
SELECT one.reference_key, other.reference_key FROM decision_link AS link
JOIN decision AS one ON one.id = link.decision_id
JOIN decision AS other ON other.id = link.other_id WHERE link.kind = 'same_report'
"""

VARIANTS: dict[str, Rewrite] = {
    "displaypref": lambda case, url: f"{url}?displaypref=2",
    "chapter=0": lambda case, url: f"{url}?chapter=0",
    "upper case": lambda case, url: url.replace(case.path, case.path.upper()),
    "a slash at the end": lambda case, url: f"{url}/",
    "a fragment": lambda case, url: f"{url}#section3",
    "https": lambda case, url: url.replace("http://", "https://"),
    "doubled slashes": lambda case, url: url.replace("/decisions/", "//decisions//"),
    "no host": lambda case, url: case.path,
}


def two_categories(ground: Ground) -> None:
    """One decision, both addresses known, the window closes, nothing counts as amended."""
    with ground.world(fresh=(*FRESH, TWIN)) as world:
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        with world.archive() as archive:
            found = archive.find(FRESH[0].reference)
            kinds = [c.kind for c in archive.changes(0) if c.decision_id == found.id]
        assert len(found.urls) == 2
        assert kinds == [ChangeKind.ADDED]
        settles(world)
        # Looked at again and again, the two category lines never take turns.
        assert world.night(revisit=200).exit_code() == EXIT_DONE
        with world.archive() as archive:
            kinds = [c.kind for c in archive.changes(0) if c.decision_id == found.id]
        assert kinds == [ChangeKind.ADDED]
        settles(world)


def second_category_fails(ground: Ground) -> None:
    """Of two addresses one answers with a captcha: the decision is had by the other."""
    with ground.world(fresh=(*FRESH, TWIN)) as world:
        world.site.faults.add(Spoilt("captcha", path_of(TWIN)))
        world.night()
        assert FRESH[0].reference in world.references()
        settles(world)


def another_spelling(rewrite: Rewrite, ground: Ground) -> None:
    """Lists link in another spelling, on every other page: each decision is one."""
    with ground.world(kind=OddSite) as world:
        assert isinstance(world.site, OddSite)
        site = world.site
        site.rewrite = lambda case, url: rewrite(case, url) if site.asked % 2 else case.path
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        assert each_has_one_address(world)
        site.rewrite = rewrite
        assert world.night().exit_code() == EXIT_DONE
        assert each_has_one_address(world)
        settles(world)


def each_has_one_address(world: World) -> bool:
    """No decision is known under two addresses, or fetched twice."""
    with world.archive() as archive:
        once = all(len(stored.urls) == 1 for stored in archive.stored_all())
    fetched = [entry.path for entry in world.site.log if entry.kind == "decision"]
    return once and len(fetched) == len(set(fetched))


def in_chapters(ground: Ground) -> None:
    """A report split over chapters is read whole, whatever fails once on the way."""
    with ground.world(fresh=REPORTS[:2]) as world:
        world.site.split(REPORTS[0].reference, 3)
        world.site.faults.add(Spoilt("503", r"chapter=3", times=1))
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        reads_whole(world)
        settles(world, HELD, REPORTS[:2])


def a_chapter_is_missing(name: str, ground: Ground) -> None:
    """A chapter cannot be had: the report is not stored by halves, and had whole later."""
    with ground.world(fresh=REPORTS[:2]) as world:
        world.site.split(REPORTS[0].reference, 3)
        world.site.faults.add(Spoilt(name, r"chapter=2"))
        report = world.night()
        assert report.exit_code() == 3, report.lines()
        assert REPORTS[0].reference not in world.references()
        world.site.faults.clear()
        assert world.night().exit_code() == EXIT_DONE
        reads_whole(world)
        settles(world, HELD, REPORTS[:2])


def reads_whole(world: World) -> None:
    """Each section of the split report is there, in order."""
    with world.archive() as archive:
        found = archive.find(REPORTS[0].reference).decision
    told = [section.heading for section in REPORTS[0].sections()]
    assert [section.heading for section in found.sections] == told


def joint_report(ground: Ground) -> None:
    """One report under four references: four decisions, each linked with the three others."""
    with ground.world(fresh=JOINT) as world:
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        keys = {reference_key(case.reference) for case in JOINT}
        connection = sqlite3.connect(world.home / "decisions.db")
        try:
            linked = set(connection.execute(LINKED))
        finally:
            connection.close()
        assert linked == {(one, other) for one in keys for other in keys - {one}}
        settles(world, HELD, JOINT)


def letters(ground: Ground) -> None:
    """Three references that differ by a letter: three decisions, one of them failing at first."""
    with ground.world(fresh=LETTERS) as world:
        world.site.faults.add(Spoilt("captcha", path_of(LETTERS[1])))
        world.night()
        assert LETTERS[1].reference not in world.references()
        settles(world, HELD, LETTERS)


FAULTS = (
    Fault("one reference under two categories", two_categories),
    Fault("one of two addresses fails", second_category_fails),
    *(
        Fault(f"links with {name}", partial(another_spelling, rewrite))
        for name, rewrite in VARIANTS.items()
    ),
    Fault("a report in chapters", in_chapters),
    *(
        Fault(f"a chapter answers {name}", partial(a_chapter_is_missing, name))
        for name in ("404", "503", "captcha", "short", "half-page")
    ),
    Fault("a joint report under four references", joint_report),
    Fault("references with letters", letters),
)  # fmt: skip
