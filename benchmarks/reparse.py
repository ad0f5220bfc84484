"""How fast stored pages are read again: ``python -m benchmarks.reparse [--pages N] [--jobs 1,2]``.

An archive of invented decisions (pages of 48 KB, 1,500 words on average) in a temporary
directory, written by this version. Then, for each number of processes: a reparse in which nothing
changes, and one in which every reading differs, so that all rows are written. The archive is put
back before each; the tables must come out byte for byte alike whatever the number of processes.
Speeds are by the clock; what the processors spent is told too, because a busy machine slows the
clock and hardly that. Workers import this module, so what only the parent needs is imported where
it is used: theirs is the start of the real command's. ``--profile`` shows what the writing process
does in the second kind.
"""

from __future__ import annotations

import argparse
import cProfile
import hashlib
import os
import pstats
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.config import Config, sqlite_url
from archive.records import Decision, Page
from scraper.sources.lgsco import Lgsco

if TYPE_CHECKING:
    from scraper.page_reader import Reader
    from scraper.reparsing import ReparseReport

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
KINDS = 40


@dataclass(frozen=True)
class Make:
    """Makes the source in a worker; ``says`` is a warning put on each decision, so that it differs.

    A reading that differs by a warning costs the same writing as any other: all rows are replaced.
    """

    says: str | None = None

    def __call__(self) -> Saying:
        return Saying(Lgsco.at().addresses, self.says)


@dataclass(frozen=True)
class Saying(Lgsco):
    """The real source, perhaps with one warning more."""

    says: str | None = None

    def parse_decision(self, pages: Sequence[Page]) -> Decision:
        decision = self.read(pages).decision
        if self.says is None:
            return decision
        return replace(decision, warnings=(*decision.warnings, self.says))


def fill(config: Config, number: int) -> None:
    """An archive of so many decisions: forty texts, each under many references."""
    from archive.opening import open_to_write
    from benchmarks.parse import WORDS, grown
    from tests.site.cases import words
    from tests.site.invention import invent

    made = sorted(invent(400, seed=2), key=lambda each: abs(len(words(each)) - WORDS))[:KINDS]
    source = Make()()
    with open_to_write(config, now=NOW, tell=lambda _: None) as archive:
        source_id = archive.register(source.info)
        for count in range(number):
            reference = f"{20 + count // 1_000_000} {count // 1000 % 1000:03} {count % 1000:03}"
            page = grown(replace(made[count % KINDS], reference=reference))
            page_id = archive.save_page(page)
            archive.save_decision(source_id, source.parse_decision([page]), [page_id], at=NOW)


def contents(path: Path) -> str:
    """Hash of every row of every table, in order."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        for line in connection.iterdump():
            digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


@dataclass(frozen=True)
class Spent:
    """Seconds of the clock with the start of the workers, and of the processors: here, and in the
    workers (0 where the system does not tell)."""

    clock: float
    here: float
    workers: float


def run(config: Config, make: Make, jobs: int) -> tuple[ReparseReport, Spent]:
    """One reparse, and what it took."""
    from archive.opening import open_to_write
    from scraper.page_reader import OneByOne
    from scraper.progress import Silent
    from scraper.reading_workers import Workers
    from scraper.reparsing import reparse

    source = make()
    reader: Reader = OneByOne(source) if jobs == 1 else Workers(make, jobs)
    with open_to_write(config, now=NOW, tell=lambda _: None) as archive:
        begin, before = time.perf_counter(), os.times()
        report = reparse(archive, source, now=lambda: NOW, progress=Silent(), reader=reader)
        after = os.times()
        return report, Spent(
            time.perf_counter() - begin,
            after.user + after.system - before.user - before.system,
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system,
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=2000, help="decisions in the archive")
    options.add_argument("--jobs", default="1,2", help="numbers of processes to compare")
    options.add_argument("--profile", action="store_true", help="show where the writing goes")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        filled, database = home / "filled.db", home / "decisions.db"
        fill(Config(home=home, database_url=sqlite_url(filled)), chosen.pages)
        print(f"{chosen.pages:,} decisions, {filled.stat().st_size / 1e6:.0f} MB")
        config = Config(home=home, database_url=sqlite_url(database))
        results: dict[str, set[str]] = {}
        for jobs in map(int, chosen.jobs.split(",")):
            for name, make in (("unchanged", Make()), ("all changed", Make("read otherwise"))):
                for old in home.glob("decisions.db*"):
                    old.unlink()
                shutil.copy(filled, database)
                profile = cProfile.Profile()
                if chosen.profile and make.says:
                    profile.enable()
                report, spent = run(config, make, jobs)
                profile.disable()
                results.setdefault(name, set()).add(contents(database))
                print(
                    f"{name:<12} {jobs} process{'es' if jobs > 1 else '  '} "
                    f"{report.read / spent.clock:>6.0f} decisions/s  ({report.read:,} read, "
                    f"{report.changed:,} changed, {spent.clock:.1f} s; processor time for one: "
                    f"{spent.here / report.read * 1000:.1f} ms here, "
                    f"{spent.workers / report.read * 1000:.1f} ms in workers)",
                    flush=True,
                )
                if chosen.profile and make.says:
                    pstats.Stats(profile).sort_stats("tottime").print_stats(30)
    alike = all(len(found) == 1 for found in results.values())
    print("the tables are alike" if alike else "THE TABLES DIFFER")


if __name__ == "__main__":
    main()
