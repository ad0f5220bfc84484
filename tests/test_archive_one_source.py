"""Which ombudsman is counted: the only one, the one that was named, and never two together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.config import Config, sqlite_url
from archive.errors import NotFound, UsageError
from archive.one_source import one_source
from archive.opening import open_to_write
from archive.store import Archive
from tests.specimens import NOON, SOURCE


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    config = Config(home=tmp_path, database_url=sqlite_url(tmp_path / "decisions.db"))
    with open_to_write(config, now=NOON, tell=lambda _: None) as opened:
        yield opened


def test_an_archive_without_any_says_what_to_do(archive: Archive) -> None:
    with archive.engine.connect() as connection, pytest.raises(NotFound, match="decisions crawl"):
        one_source(connection, None)


def test_the_only_one_need_not_be_named(archive: Archive) -> None:
    number = archive.register(SOURCE)
    with archive.engine.connect() as connection:
        found = one_source(connection, None)
        assert (found.id, found.key, found.name) == (number, SOURCE.key, SOURCE.name)
        assert (found.attribution, found.licence) == (SOURCE.attribution, SOURCE.licence)
        assert found.enumeration is SOURCE.enumeration
        assert one_source(connection, SOURCE.key) == found
        with pytest.raises(NotFound, match="holds nothing of 'housing'; it has lgsco"):
            one_source(connection, "housing")


def test_of_two_one_must_be_named(archive: Archive) -> None:
    archive.register(SOURCE)
    archive.register(replace(SOURCE, key="other", base_url="http://127.0.0.1:8001"))
    with archive.engine.connect() as connection:
        with pytest.raises(UsageError, match="holds lgsco, other; say which with --source"):
            one_source(connection, None)
        assert one_source(connection, "other").key == "other"
