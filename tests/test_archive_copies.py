"""Where texts of the archive were written to is remembered, so that an erasure can name it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.config import Config, sqlite_url
from archive.copies import Copy, known, note

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(home=tmp_path / "home", database_url=sqlite_url(tmp_path / "home/decisions.db"))


def test_a_home_that_never_wrote_a_copy_knows_none(config: Config) -> None:
    assert known(config) == []


def test_the_newest_note_of_each_file_is_kept(config: Config, tmp_path: Path) -> None:
    first, second = tmp_path / "a ü.csv", tmp_path / "b.db"
    second.touch()
    note(config, "export", first, NOON)
    note(config, "backup", second, NOON)
    note(config, "export", first, NOON + timedelta(days=1))
    assert known(config) == [
        Copy(NOON, "backup", second),
        Copy(NOON + timedelta(days=1), "export", first),
    ]
    assert [copy.there for copy in known(config)] == [True, False]


def test_a_line_cut_short_costs_no_other_line(config: Config, tmp_path: Path) -> None:
    note(config, "export", tmp_path / "a.csv", NOON)
    with config.copies_file.open("ab") as file:
        file.write(b'{"at":"2026-')
    note(config, "export", tmp_path / "b.csv", NOON)
    assert [copy.path.name for copy in known(config)] == ["a.csv", "b.csv"]


def test_nothing_else_may_be_written_over_the_lists(config: Config) -> None:
    assert {config.copies_file, config.erased_file} <= set(config.own_files)


def test_an_instant_without_a_zone_is_refused(config: Config, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        note(config, "export", tmp_path / "a.csv", NOON.replace(tzinfo=None))
