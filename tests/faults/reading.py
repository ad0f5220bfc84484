"""Readers beside a writer: searches while the index is written, transactions that are held long."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from archive.reader import open_texts
from scraper.report import EXIT_DONE
from search.index import Index
from search.query import search
from search.request import SearchRequest
from tests.crawling import ALL
from tests.faults.command import LONGEST, crawl_words, ended, pause, running
from tests.faults.committing import config_of, with_signal
from tests.faults.killing import EVERYTHING, at_last
from tests.faults.trials import Fault, FaultWorld, Ground, settles

READERS = 4
SEARCHES = 5_000


# Searches during commits


def searches(home: Path, most: int) -> dict[str, int]:
    """So many searches; gives how many states and changes they saw.

    Raises AssertionError for an answer that is of no one state, or of an older one than the last.
    """
    index = Index(home / "index")
    last, states = 0, set()
    request = SearchRequest(query="signal", limit=None, snippets=0, facets=("outcome",))
    for _ in range(most):
        with open_texts(config_of(home).database_url) as texts:
            before = texts.identity()[2]
            found = search(index, request, texts)
            after = texts.identity()[2]
        hits = {hit.decision_id for hit in found.hits}
        assert len(hits) == len(found.hits) == found.total, "a hit stands twice or is missing"
        assert sum(value.count for value in found.facets["outcome"]) == found.total
        assert found.indexed == 100, found.indexed
        # The commit comes before the manifest, so the state may be newer than the cursor told.
        oldest = max(last, before - found.behind)
        fitting = [change for change in range(oldest, after + 1) if with_signal(change) == hits]
        assert fitting, f"{sorted(hits)} is no state between the changes {oldest} and {after}"
        last = fitting[0]
        states.add(last)
    return {"states": len(states), "last": last}


def during_commits(most: int, readers: int, ground: Ground) -> None:
    """Processes that search beside one that writes."""
    home = ground.folder / "home"
    writer = [sys.executable, "-m", "tests.faults.committing", str(home)]
    reader = [sys.executable, "-m", "tests.faults.reading", str(home), str(most // readers)]
    with running(writer) as writing, ExitStack() as stack:
        assert writing.stdout is not None
        assert writing.stdout.readline() == "ready\n", writing.stdout.read()
        reading = [stack.enter_context(running(reader)) for _ in range(readers)]
        results = [seen(process) for process in reading]
        assert writing.poll() is None, writing.stdout.read()
    assert sum(result["states"] for result in results) > most // 100
    ground.count(f"{most // readers * readers} searches")
    ground.count(f"{max(result['last'] for result in results) - 100} changes meanwhile")
    ground.count(f"{sum(result['states'] for result in results)} states seen by the readers")


def seen(process: subprocess.Popen[str]) -> dict[str, int]:
    """What a searching process reports. Raises AssertionError with what it said instead."""
    said, _ = process.communicate(timeout=10 * LONGEST)
    assert process.returncode == 0, said
    result: dict[str, int] = json.loads(said)
    return result


# Transactions held long


def researcher_reads(ground: Ground) -> None:
    """Somebody holds a read transaction over a whole crawl and sees one state all the time."""
    with ground.world() as world:
        words = crawl_words(world, *EVERYTHING)
        with closing(sqlite3.connect(world.home / "decisions.db", isolation_level=None)) as held:
            held.execute("BEGIN")
            before = held.execute("SELECT count(*) FROM page").fetchone()
            with running(words) as process:
                code, said = ended(process)
            assert code == EXIT_DONE, said
            assert "locked" not in said, said
            assert held.execute("SELECT count(*) FROM page").fetchone() == before
            assert wal(world) > 0, "nothing was kept from the reader"
            held.execute("COMMIT")
        world.now, world.today = at_last()
        settles(world, since=ALL)
        assert wal(world) == 0, "the log of changes was not emptied afterwards"


def researcher_writes(seconds: float, ground: Ground) -> None:
    """Somebody begins a transaction to write while a crawl runs, and keeps it for a while."""
    with ground.world() as world:
        number = 1 + int(ground.share * 8)
        begun = threading.Event()

        def hold() -> None:
            path = world.home / "decisions.db"
            with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as rude:
                rude.execute("BEGIN IMMEDIATE")
                begun.set()
                pause(seconds)
                rude.execute("ROLLBACK")

        holder = threading.Thread(target=hold)

        def begin(_: object) -> None:
            holder.start()
            begun.wait(30)

        world.site.at(number, begin)
        with running(crawl_words(world, *EVERYTHING)) as process:
            code, said = ended(process)
        assert begun.is_set(), "the transaction never began"
        holder.join()
        assert code == EXIT_DONE, said
        assert "locked" not in said, said
        world.now, world.today = at_last()
        settles(world, clean=False)
        settles(world, since=ALL)


def wal(world: FaultWorld) -> int:
    """Bytes of SQLite's log beside the database."""
    path = world.home / "decisions.db-wal"
    return path.stat().st_size if path.exists() else 0


FAULTS = (
    Fault("60 searches during commits", partial(during_commits, 60, 2)),
    Fault(f"{SEARCHES:,} searches during commits", partial(during_commits, SEARCHES, READERS)),
    Fault("a read transaction held over a whole crawl", researcher_reads, 50),
    Fault("BEGIN IMMEDIATE held for a second", partial(researcher_writes, 1.0), 40),
    Fault("BEGIN IMMEDIATE held for 20 seconds", partial(researcher_writes, 20.0), 10),
)

if __name__ == "__main__":
    print(json.dumps(searches(Path(sys.argv[1]), int(sys.argv[2]))))
