"""The app object that the search commands are given in tests: a fake archive and a real index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from archive.config import Config
from search.cli import index, search
from search.index import Index
from search.similar_command import similar
from search.terms_command import terms
from tests.search_fakes import FakeArchive


class FakeApp:
    def __init__(self, home: Path, archive: FakeArchive) -> None:
        self.config = Config(home=home, database_url="sqlite://")
        self.archive = archive
        self.opened_to_write = 0

    @contextmanager
    def open_archive(self, *, write: bool) -> Iterator[Any]:
        self.opened_to_write += write
        yield self.archive

    def open_to_follow(self) -> AbstractContextManager[Any]:
        return self.open_archive(write=True)

    @contextmanager
    def hit_text(self) -> Iterator[FakeArchive]:
        yield self.archive

    def search_index(self) -> Index:
        return Index(self.config.index_dir)

    def run(self, command: str, *args: str) -> Result:
        """Call a command; its errors stay in ``result.exception``."""
        commands = {"search": search, "index": index, "similar": similar, "terms": terms}
        return CliRunner().invoke(commands[command], list(args), obj=self)
