"""Archives for a browser to read, and the room over them, served as ``decisions serve`` does it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from sqlalchemy import update

from archive.models import DecisionRow
from archive.opening import open_to_read, open_to_write
from archive.records import Decision, DecisionKind, Status, reference_slug
from tests.crawling import ALL, TODAY, World
from tests.erasing import command
from tests.exporting import settings
from tests.site import Site, invent
from tests.specimens import NOON

ROOT = Path(__file__).resolve().parents[2]
CASES = 90


@dataclass(frozen=True, slots=True)
class Held:
    """References, as they stand in an address, of decisions of each fate."""

    ordinary: str
    report: str
    amended: str
    expired: str
    withdrawn: str
    restricted: str
    erased: str
    body: str
    category: str
    subcategory: str


@dataclass(frozen=True, slots=True)
class Room:
    """A served archive. ``process`` is the server's number."""

    url: str
    home: Path
    process: int


def fill(home: Path) -> Held:
    """Crawl an invented site into this directory; then amend, withdraw, restrict and erase."""
    cases = invent(CASES, seed=4, today=TODAY)
    with Site(cases) as site:
        world = World(site, home)
        home.mkdir(exist_ok=True)
        world.crawl()
        lone = [case for case in cases if not case.same_report and case.parts[0].blocks]
        site.amend(lone[0].amended(words="The Council has said since that it will pay sooner."))
        world.now += timedelta(days=1)
        world.crawl(since=ALL, revisit=2 * CASES)
    one, expired, withdrawn, restricted, erased, *others = (case.reference for case in lone)
    with (
        open_to_write(settings(home), now=NOON, tell=lambda _: None) as archive,
        archive.engine.begin() as connection,
    ):
        for reference, status in ((expired, Status.EXPIRED), (withdrawn, Status.WITHDRAWN)):
            connection.execute(
                update(DecisionRow)
                .where(DecisionRow.reference == reference)
                .values(status=status.value, status_since=NOON)
            )
    _do(home, "restrict", restricted, "--reason", "somebody asked")
    _do(home, "erase", erased, "--reason", "somebody asked", "--yes")
    with open_to_read(settings(home)) as archive:
        read = [archive.find(reference).decision for reference in others]
    best = max(read, key=_richness)
    reports = [found for found in read if found.kind is DecisionKind.REPORT]
    return Held(
        ordinary=reference_slug(best.reference),
        report=reference_slug((reports or read)[0].reference),
        amended=reference_slug(one),
        expired=reference_slug(expired),
        withdrawn=reference_slug(withdrawn),
        restricted=reference_slug(restricted),
        erased=reference_slug(erased),
        body=best.body,
        category=best.category or "",
        subcategory=best.subcategory or "",
    )


def _richness(found: Decision) -> tuple[bool, int, int, int]:
    return (
        bool(found.category and found.subcategory and found.summary),
        len(found.remedies),
        len(found.citations),
        len(found.cross_references),
    )


def _do(home: Path, *words: str) -> None:
    if code := command(home, *words):
        raise AssertionError(f"decisions {' '.join(words)} ended with {code}")


def _warm(url: str) -> None:
    """Search until it is answered in time: the first one reads the index from the disk."""
    for _ in range(20):
        try:
            with urlopen(f"{url}/search?q=the", timeout=30) as answer:  # noqa: S310 - our own server
                answer.read()
        except HTTPError as error:
            error.close()
            time.sleep(1)
        else:
            return


@contextmanager
def served(home: Path, *options: str) -> Iterator[Room]:
    """The room over the archive in a directory, with its processes, on a port of its own."""
    words = [sys.executable, "-m", "decisions", "--home", str(home), "serve", "--port", "0"]
    with (
        (home / "serve.log").open("ab") as log,
        subprocess.Popen(
            [*words, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True
        ) as server,
    ):
        try:
            said = server.stdout.readline() if server.stdout else ""
            found = re.search(r"http://\S+", said)
            if found is None:
                raise AssertionError(f"decisions serve did not say where it is: {said!r}")
            room = Room(found[0].rstrip("/"), home, server.pid)
            _warm(room.url)
            yield room
        finally:
            server.terminate()
            server.wait(30)
