"""Crawls as they stand in the books: begun, ended, how much, and over what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, func, insert, select, update

from archive.errors import ArchiveError
from archive.ledger import CrawlRow


@dataclass(frozen=True, slots=True)
class Crawl:
    """One run, as it stands in the ledger."""

    id: int
    source_id: int
    started_at: datetime
    finished_at: datetime | None
    first_day: date | None
    last_day: date | None
    body: str
    requests: int
    received_bytes: int
    listed: int
    added: int
    amended: int
    failed: int
    exit_code: int | None
    note: str


class RunBook:
    """The part of the archive that remembers its crawls."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def start(
        self,
        source_id: int,
        *,
        at: datetime,
        first_day: date | None,
        last_day: date | None,
        body: str,
    ) -> int:
        """Enter a run in the ledger; it stays unfinished if it is killed."""
        with self._engine.begin() as connection:
            return int(
                connection.execute(
                    insert(CrawlRow)
                    .values(
                        source_id=source_id,
                        started_at=at,
                        first_day=first_day,
                        last_day=last_day,
                        body=body,
                        requests=0,
                        received_bytes=0,
                        listed=0,
                        added=0,
                        amended=0,
                        failed=0,
                        note="",
                    )
                    .returning(CrawlRow.id)
                ).scalar_one()
            )

    def finish(self, crawl_id: int, *, at: datetime, **figures: int | str) -> None:
        """Close a run with its figures (columns of ``crawl``)."""
        with self._engine.begin() as connection:
            result = connection.execute(
                update(CrawlRow).where(CrawlRow.id == crawl_id).values(finished_at=at, **figures)
            )
            if result.rowcount != 1:
                raise ArchiveError(f"there is no crawl number {crawl_id}")

    def last(self, *, finished: bool = False) -> Crawl | None:
        """The newest run, or the newest that ended by itself."""
        statement = select(CrawlRow.__table__).order_by(CrawlRow.id.desc()).limit(1)
        if finished:
            statement = statement.where(CrawlRow.finished_at.is_not(None))
        with self._engine.connect() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else Crawl(**row._mapping)

    def first_day(self, source_id: int, body: str) -> date | None:
        """The earliest decision date that runs of this scope have asked for; None before any."""
        with self._engine.connect() as connection:
            return connection.execute(
                select(func.min(CrawlRow.first_day)).where(
                    CrawlRow.source_id == source_id, CrawlRow.body == body
                )
            ).scalar_one_or_none()

    def bodies(self, source_id: int) -> list[str]:
        """The councils that runs were limited to."""
        with self._engine.connect() as connection:
            statement = select(CrawlRow.body).where(
                CrawlRow.source_id == source_id, CrawlRow.body != ""
            )
            return sorted(set(connection.execute(statement).scalars()))

    def only_bodies(self) -> list[str]:
        """The councils this archive is limited to; empty when it was ever crawled without a limit.

        Whatever counts such an archive must say so.
        """
        with self._engine.connect() as connection:
            scopes = set(connection.execute(select(CrawlRow.body)).scalars())
        return [] if "" in scopes else sorted(scopes)

    def ever_complete(self, source_id: int) -> bool:
        """True when a run over everything has ended with nothing left to do."""
        with self._engine.connect() as connection:
            statement = select(CrawlRow.id).where(
                CrawlRow.source_id == source_id, CrawlRow.body == "", CrawlRow.exit_code == 0
            )
            return connection.execute(statement.limit(1)).first() is not None
