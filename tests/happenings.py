"""Things that happen to decisions of an archive, written as a crawl or an operator writes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from archive import restrictions
from archive.ledger import ChangeRow
from archive.models import DecisionRow
from archive.opening import open_to_write
from archive.records import ChangeKind, Decision, Status
from archive.store import Archive
from search.index import Index
from tests.exporting import run, settings
from tests.specimens import NOON, SOURCE, page

STATUS_AFTER = {
    ChangeKind.WITHDRAWN: Status.WITHDRAWN,
    ChangeKind.EXPIRED: Status.EXPIRED,
    ChangeKind.RESTORED: Status.LIVE,
}


class Story:
    """An archive in a directory to which one thing happens after the other."""

    def __init__(self, home: Path, *, follow: bool = True, pages: int = 0) -> None:
        """``follow``: the index is brought in step each time. ``pages``: captures there are."""
        self.home = home
        self.follow = follow
        self._pages = pages

    def publish(self, decision: Decision, at: datetime, previous: Decision | None = None) -> None:
        """A decision is crawled for the first time, or with another text than ``previous``."""

        def work(archive: Archive) -> None:
            self._pages += 1
            held = archive.save_page(page(decision.reference, f"<p>{self._pages}".encode()))
            archive.save_decision(
                archive.register(SOURCE),
                replace(decision, findings=(), text_sha256=f"{self._pages:064}"),
                [held],
                at=at,
                previous=None if previous is None else replace(previous, findings=()),
            )

        self._write(work)

    def happens(self, reference: str, kind: ChangeKind, at: datetime) -> None:
        """It leaves the site, or is back."""

        def work(archive: Archive) -> None:
            number = archive.find(reference).id
            with archive.engine.begin() as connection:
                connection.execute(
                    insert(ChangeRow).values(decision_id=number, kind=kind.value, at=at)
                )
                if kind in STATUS_AFTER:
                    connection.execute(
                        update(DecisionRow)
                        .where(DecisionRow.id == number)
                        .values(status=STATUS_AFTER[kind].value, status_since=at)
                    )

        self._write(work)

    def restrict(self, reference: str) -> None:
        """The operator looks into a question about it."""

        def work(archive: Archive) -> None:
            number = archive.find(reference).id
            restrictions.restrict(archive.engine, number, "a question", by=None, at=NOON)

        self._write(work)

    def erase(self, reference: str) -> None:
        """The operator erases it."""
        done = run(self.home, "erase", reference, "--reason", "asked", "--yes")
        assert done.exception is None, done.output

    def _write(self, work: Any) -> None:
        config = settings(self.home)
        with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
            work(archive)
            if self.follow:
                Index(config.index_dir).follow(archive)
