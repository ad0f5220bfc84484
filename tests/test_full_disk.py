"""A full disk: one sentence and exit 1, wherever it strikes; nothing that was had is lost."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from archive import database
from archive.config import Config, sqlite_url
from archive.errors import DatabaseUnusable
from archive.opening import open_to_write
from search.errors import IndexUnusable
from search.index import Index
from tests.search_fakes import FakeArchive


def test_while_the_tables_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pragmas = (*database._WRITE_PRAGMAS, "PRAGMA max_page_count=8")
    config = Config(home=tmp_path, database_url=sqlite_url(tmp_path / "decisions.db"))
    now = datetime(2026, 11, 22, tzinfo=UTC)
    with monkeypatch.context() as full:
        full.setattr(database, "_WRITE_PRAGMAS", pragmas)
        # Made here and now, not copied from the model that other tests are content with.
        full.setattr("archive.opening.upgrade", database.upgrade)
        with (
            pytest.raises(DatabaseUnusable, match="full"),
            open_to_write(config, now=now, tell=lambda _: None),
        ):
            raise AssertionError("a database that cannot be made was opened")
    with open_to_write(config, now=now, tell=lambda _: None) as archive:
        assert archive.last_change_id() == 0


@pytest.mark.parametrize("rebuild", [True, False])
def test_while_the_index_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rebuild: bool
) -> None:
    index = Index(tmp_path / "index")
    archive = FakeArchive()

    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr("search.writing.writing", refuse)
        with pytest.raises(IndexUnusable, match="decisions index"):
            index.rebuild(archive) if rebuild else index.follow(archive)
    assert index.follow(archive).documents == 0
