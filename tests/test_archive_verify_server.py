"""An archive on a PostgreSQL server is verified and mended like a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.config import Config
from archive.fault import Fault, Level, Scope, Tally
from archive.opening import open_to_read
from archive.verify import verify
from scraper.progress import Silent
from scraper.verify_command import page_readers
from search.index import Index
from tests.crawling import TODAY, World
from tests.databases import Server, plain
from tests.site import Site, invent
from tests.test_decisions_command import run as command


@dataclass(slots=True)
class ServedWorld(World):
    """A world whose archive is on a server."""

    url: str = ""

    @property
    def config(self) -> Config:
        return Config(home=self.home, database_url=self.url)


@pytest.fixture
def world(server: Server, tmp_path: Path) -> Iterator[ServedWorld]:
    url = server.new()
    with Site(invent(6, seed=5, today=TODAY)) as site:
        world = ServedWorld(site, tmp_path, url=url)
        world.crawl()
        yield world
    server.drop(url)


def faults(world: ServedWorld, tally: Tally) -> list[Fault]:
    with open_to_read(world.config) as archive:
        return list(
            verify(
                archive,
                Scope(Level.FULL),
                readers=page_readers(1),
                index=Index(world.config.index_dir),
                steps=Silent(),
                tally=tally,
            )
        )


def test_faults_on_a_server_are_found_and_mended(world: ServedWorld) -> None:
    tally = Tally()
    assert faults(world, tally) == []
    assert tally.checked["decisions"] == tally.checked["indexed"] == 6
    assert any("the server" in what for what in tally.not_checked)
    for statement in (
        "UPDATE paragraph SET text = 'other words' WHERE id = 20",
        "UPDATE decision SET content_sha256 = 'none' WHERE id = 2",
        "UPDATE page SET body_zstd = substring(body_zstd from 1 for 100) WHERE id = 3",
        "UPDATE listing_window SET found = found + 1 WHERE state = 'proven'",
        "DELETE FROM change WHERE decision_id = 5",
    ):
        plain(world.url, statement)
    found = faults(world, Tally())
    assert {fault.check for fault in found} == {"content", "pages", "ledger", "changes", "index"}
    assert [fault.page_id for fault in found if fault.check == "pages"] == [3]
    done = command(
        "--database", world.url, "repair", "--json", "--delay", "0", home=world.config.home
    )
    assert done.returncode == 3, done.stderr
    left = json.loads(done.stdout)["faults"]
    assert {fault["check"] for fault in left} == {"changes"}, left
    assert "the server" in done.stderr or "on a server" in done.stderr
