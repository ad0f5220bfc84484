"""What a fault is, the ground it is tried on, and how every trial ends.

A trial works on a copy of a home that a clean crawl has filled before (the *held* decisions), with
some more just published (the *fresh* ones): a night like any other, cheap enough for hundreds. It
ends in ``settles``: one clean run after the fault, then the oracle INV (``World.check_inv``), and
the index word for word. It knows no fault.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive.records import StoredDecision
from scraper.exchange import Limits
from scraper.report import EXIT_DONE, CrawlReport
from search.index import Index
from search.opening import OpenIndex
from search.schema import EXACT, document
from tests.crawling import ALL, TODAY, World
from tests.faults.verifying import is_whole
from tests.site import Case, Site, invent
from tests.site.exchange import LogEntry


def day(days: int) -> date:
    """The day so many days before TODAY."""
    return TODAY - timedelta(days=days)


QUICK = Limits(request_seconds=5.0, connect_seconds=2.0, read_seconds=2.0)
"""Limits for runs in this process; delays are 0, so that backoff takes no time either."""

_INVENTED = invent(60, seed=7, today=TODAY)
FRESH: tuple[Case, ...] = _INVENTED[4:9]
HELD: tuple[Case, ...] = (*_INVENTED[:4], *_INVENTED[9:16])
"""Few, so that a trial is cheap; together two pages of a listing."""

LONG_AGO = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
"""When a template was crawled: long enough ago that all of it may be looked at again."""

CUTS: tuple[date | None, ...] = (day(1000), day(150), None)
"""Where the first crawls of a template stop: a home keeps a window for each."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault by name: ``act`` tries it once and raises AssertionError where a promise breaks.

    It is tried ``times`` times by ``scripts/faults.py``.
    """

    name: str
    act: Callable[[Ground], None]
    times: int = 1


class Skipped(Exception):
    """The fault cannot be made on this machine; the message says why."""


@dataclass(slots=True)
class FaultWorld(World):
    """A world whose archive already holds what an earlier site served."""

    earlier: dict[str, list[LogEntry]] = field(default_factory=dict)

    def served(self) -> dict[str, list[LogEntry]]:
        found = {reference: list(entries) for reference, entries in self.earlier.items()}
        for reference, entries in self.site.served().items():
            found.setdefault(reference, []).extend(entries)
        return found

    def night(self, **order: Any) -> CrawlReport:
        """One run, a day after the last one. It revisits nothing unless told to."""
        self.now += timedelta(days=1)
        self.today += timedelta(days=1)
        return self.crawl(**{"revisit": 0} | order)


@dataclass(frozen=True, slots=True)
class Template:
    """A home that a clean crawl has filled, to be copied; it is tied to its site's port."""

    home: Path
    port: int
    served: dict[str, list[LogEntry]]


@contextmanager
def stage(seed: int) -> Iterator[Stage]:
    """A stage whose folder is removed in the end; in memory where the machine has such a place.

    A process that is killed loses nothing of what it wrote, on a disk or in memory; waiting for
    the disk would only make the trials slow.
    """
    memory = Path("/dev/shm")  # noqa: S108 - only a folder of our own within it is used
    with TemporaryDirectory(
        dir=memory if memory.is_dir() and os.access(memory, os.W_OK) else None,
        ignore_cleanup_errors=True,
    ) as folder:
        yield Stage(Path(folder), seed)


class Stage:
    """Where trials take place: a folder for the homes, and the templates made so far."""

    def __init__(self, folder: Path, seed: int) -> None:
        """``tally``: name of a fault → what became of its trials, besides that they passed."""
        self.folder = folder
        self.seed = seed
        self.tally: dict[str, Counter[str]] = {}
        self._templates: dict[tuple[str, ...], Template] = {}
        self._trials = 0

    def ground(self, fault: Fault, number: int) -> Ground:
        """The ground for one trial; ``number`` counts the trials of a fault from 0."""
        self._trials += 1
        folder = self.folder / f"trial-{self._trials}"
        folder.mkdir(parents=True)
        chance = random.Random(f"{self.seed}/{number}")
        return Ground(self, fault.name, folder, number, fault.times, chance)

    def template(self, cases: Sequence[Case]) -> Template:
        """A home filled with these cases, made on first use; it has three windows."""
        key = tuple(case.path for case in cases)
        if key not in self._templates:
            home = self.folder / f"template-{len(self._templates)}"
            with Site(cases) as site:
                world = World(site, home, now=LONG_AGO, today=LONG_AGO.date())
                for until in CUTS:
                    report = world.crawl(since=ALL, until=until)
                    assert report.exit_code() == EXIT_DONE, report.lines()
                assert len(world.references()) == len(references(cases))
                world.check_inv()
                port = int(site.url.rpartition(":")[2])
                self._templates[key] = Template(home, port, site.served())
        return self._templates[key]


@dataclass(frozen=True, slots=True)
class Ground:
    """One trial's own folder and chance."""

    stage: Stage
    name: str
    folder: Path
    number: int
    times: int
    rng: random.Random

    @property
    def share(self) -> float:
        """How far this trial is through all trials of its fault, 0 to below 1."""
        return (self.number + self.rng.random()) / self.times

    def count(self, what: str) -> None:
        """Note what became of this trial, for the figures; passed or not is told otherwise."""
        self.stage.tally.setdefault(self.name, Counter())[what] += 1

    @contextmanager
    def world(
        self,
        *,
        held: Sequence[Case] = HELD,
        fresh: Sequence[Case] = FRESH,
        limits: Limits = QUICK,
        kind: type[Site] = Site,
        **site: Any,
    ) -> Iterator[FaultWorld]:
        """A site with all the cases, and an archive that holds ``held`` (none: an empty one)."""
        home = self.folder / "home"
        earlier: dict[str, list[LogEntry]] = {}
        if held:
            template = self.stage.template(held)
            shutil.copytree(template.home, home)
            site["port"] = template.port
            earlier = template.served
        with kind((*held, *fresh), **site) as running:
            yield FaultWorld(running, home, options={"limits": limits}, earlier=earlier)
        shutil.rmtree(self.folder, ignore_errors=True)


def path_of(case: Case) -> str:
    """A pattern for the page of one case, whatever stands after its path."""
    return f"^{case.path.lower()}(\\?|$)"


def references(*groups: Sequence[Case]) -> set[str]:
    """The references of all these cases, as an archive holds them."""
    return {case.reference.lower() for group in groups for case in group}


def aged(case: Case, days: int, reference: str) -> Case:
    """A case of its own, decided so many days before TODAY."""
    return replace(case, reference=reference, decided_on=day(days))


def holds_no_stranger(world: World, *groups: Sequence[Case]) -> None:
    """Nothing but these cases may stand in the archive."""
    strange = world.references() - references(*groups)
    assert not strange, f"taken for decisions: {sorted(strange)}"


def settles(world: FaultWorld, *groups: Sequence[Case], clean: bool = True, **order: Any) -> None:
    """The end of every trial: the fault is over, one clean run (of ``order``), and INV.

    ``groups`` are the cases that must be held then, no fewer and no more.
    """
    world.site.faults.clear()
    if clean:
        report = world.night(**order)
        assert report.exit_code() == EXIT_DONE, report.lines()
    wanted = references(*(groups or (HELD, FRESH)))
    held = world.references()
    assert held == wanted, f"missing {sorted(wanted - held)}, too many {sorted(held - wanted)}"
    check(world)


def check(world: World) -> None:
    """INV: the oracle, the index compared word for word, ``decisions verify --full`` clean."""
    world.check_inv()
    indexed = Index(world.config.index_dir).read(_words)
    with world.archive() as archive:
        for stored in archive.stored_all():
            assert indexed.pop(stored.id, {}) == _words_of(stored), (
                f"the index has other words for {stored.decision.reference}"
            )
    assert not indexed, f"the index has decisions the archive lacks: {sorted(indexed)}"
    is_whole(world.home)


@lru_cache(maxsize=2000)
def _words_of(stored: StoredDecision) -> dict[str, int]:
    """What the index should have of a decision: word → how often."""
    return {word: len(places) for word, (_, places) in document(stored)[EXACT].items()}


def _words(opened: OpenIndex) -> dict[int, dict[str, int]]:
    """Decision number → word → how often, as the index has it."""
    reader = opened.reader
    numbers = {}
    for found in reader.all_doc_ids():
        numbers[found] = int(reader.column_reader("number")[found])
    assert len(set(numbers.values())) == len(numbers), "a decision stands in the index twice"
    words: dict[int, dict[str, int]] = {number: {} for number in numbers.values()}
    for word in reader.lexicon(EXACT):
        matcher = reader.postings(EXACT, word)
        while matcher.is_active():
            words[numbers[matcher.id()]][word.decode()] = len(matcher.value()) // 4
            matcher.next()
    return words
