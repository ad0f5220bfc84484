"""Texts for the hits of a search, with nothing but ``sqlite3`` where the database is a file.

The same SQL serves a server; SQLAlchemy is imported only then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from archive.config import sqlite_path
from archive.errors import ArchiveError, DatabaseUnusable
from archive.own_schema import check_own
from archive.readonly import connect_readonly

Rows = list[tuple[Any, ...]]
Run = Callable[[str, Mapping[str, object]], Rows]

HEAD_COLUMNS = (
    "id",
    "source",
    "reference",
    "title",
    "body",
    "body_name",
    "category",
    "subcategory",
    "outcome",
    "outcome_raw",
    "decided_on",
    "kind",
    "status",
    "status_since",
    "url",
    "summary",
    "attribution",
)
"""Columns given for each hit, all of them in ``v_decision`` under these names."""

_MANY = 500


@dataclass(frozen=True, slots=True)
class TextRow:
    """One paragraph of a hit. Meets ``ports.ParagraphRow``."""

    section_kind: str
    section_top: str | None
    section_position: int
    section_heading: str
    ordinal: int
    number: int | None
    label: str | None
    text: str
    share: float | None = None


class HitTexts:
    """Meets ``ports.HitText`` over any connection that runs SQL with named parameters."""

    def __init__(self, run: Run, close: Callable[[], None]) -> None:
        self._run = run
        self.close = close

    def decisions(self, decision_ids: Sequence[int]) -> dict[int, dict[str, object]]:
        """Header columns by decision id; dates are ISO text."""
        found: dict[int, dict[str, object]] = {}
        for names, values in _batches(decision_ids):
            statement = f"SELECT {', '.join(HEAD_COLUMNS)} FROM v_decision WHERE id IN ({names})"  # noqa: S608 - only our own column names and placeholders
            for row in self._run(statement, values):
                _no_bytes(row)
                head = dict(zip(HEAD_COLUMNS, row, strict=True))
                for name in ("decided_on", "status_since"):
                    if head[name] is not None:
                        head[name] = str(head[name])
                found[row[0]] = head
        return found

    def paragraphs(self, decision_ids: Sequence[int]) -> dict[int, list[TextRow]]:
        """Paragraphs of each decision in reading order."""
        found: dict[int, list[TextRow]] = defaultdict(list)
        for names, values in _batches(decision_ids):
            statement = (
                "SELECT s.decision_id, s.kind, t.kind, s.position, s.heading, p.ordinal, p.number, "  # noqa: S608 - only placeholders are put in
                "p.label, p.text, b.share FROM section s "
                "JOIN paragraph p ON p.section_id = s.id "
                "LEFT JOIN boilerplate b ON b.paragraph_id = p.id "
                "LEFT JOIN section t ON t.id = s.parent_id "
                f"WHERE s.decision_id IN ({names}) ORDER BY s.decision_id, p.ordinal"
            )
            for row in self._run(statement, values):
                _no_bytes(row)
                found[row[0]].append(TextRow(*row[1:]))
        return found

    def identity(self) -> tuple[str, str, int]:
        """``(archive_id, epoch, last change id)`` of the archive these texts come from."""
        meta = {
            str(key): str(value)
            for key, value in self._run("SELECT key, value FROM archive_meta", {})
        }
        ((last,),) = self._run("SELECT COALESCE(MAX(id), 0) FROM change", {})
        try:
            return meta["archive_id"], meta["epoch"], int(last)
        except KeyError as error:
            raise DatabaseUnusable(
                f"the archive has no {error}; it was not made by decisions, or is damaged"
            ) from None

    def renamed(self, spelling: str) -> str | None:
        """The name under which a council or provider of this spelling goes, if under another."""
        found = self._run(
            "SELECT b.name FROM body_name n JOIN body b ON b.id = n.body_id "
            "WHERE LOWER(n.name) = LOWER(:spelling) AND LOWER(b.name) <> LOWER(n.name)",
            {"spelling": spelling},
        )
        return str(found[0][0]) if len(found) == 1 else None

    def restricted(self) -> frozenset[int]:
        """The decisions whose text is not passed on for now."""
        rows = self._run("SELECT decision_id FROM restriction WHERE lifted_at IS NULL", {})
        return frozenset(int(row[0]) for row in rows)

    def withdrawn(self) -> frozenset[int]:
        """The decisions that the Ombudsman took down before their time."""
        rows = self._run("SELECT id FROM decision WHERE status = 'withdrawn'", {})
        return frozenset(int(row[0]) for row in rows)

    def newest(self, count: int) -> list[int]:
        """The decisions that came last into the archive and are passed on to others."""
        rows = self._run(
            "SELECT d.id FROM decision d WHERE d.status <> 'withdrawn' AND NOT EXISTS ("
            "SELECT 1 FROM restriction r WHERE r.decision_id = d.id AND r.lifted_at IS NULL) "
            "ORDER BY d.id DESC LIMIT :count",
            {"count": count},
        )
        return [int(row[0]) for row in rows]

    def last_crawl(self) -> date | None:
        """The day (UTC) on which the last crawl that ended by itself ended."""
        ((last,),) = self._run("SELECT MAX(finished_at) FROM crawl", {})
        return None if last is None else datetime.fromisoformat(str(last)).date()

    def empty(self) -> bool:
        """True when the archive holds no decision at all."""
        return not self._run("SELECT 1 FROM decision LIMIT 1", {})


def _no_bytes(row: Sequence[object]) -> None:
    """Bytes would pass for text until somebody prints them."""
    if bytes in map(type, row):
        raise DatabaseUnusable(
            f"the archive is damaged: a text of decision number {row[0]} holds bytes; `decisions "
            "verify` says where. Restore the archive from a backup, or read the pages again with "
            "`decisions reparse`"
        )


def _batches(ids: Sequence[int]) -> Iterator[tuple[str, dict[str, object]]]:
    for start in range(0, len(ids), _MANY):
        values: dict[str, object] = {
            f"id{offset}": number for offset, number in enumerate(ids[start : start + _MANY])
        }
        yield ", ".join(f":{name}" for name in values), values


@contextmanager
def open_texts(database_url: str) -> Iterator[HitTexts]:
    """Open an archive's texts to read. Raises DatabaseUnusable."""
    texts = HitTexts(*open_run(database_url))
    try:
        yield texts
    finally:
        texts.close()


def open_run(database_url: str, *, one_view: bool = False) -> tuple[Run, Callable[[], None]]:
    """A function that runs SQL read-only, and one that closes it. Raises DatabaseUnusable.

    With ``one_view`` all of it sees the archive as it was at the first statement, whatever is
    written meanwhile.
    """
    if sqlite_path(database_url) is None:
        return _over_server(database_url, one_view)
    return _over_sqlite(database_url, one_view)


def _over_sqlite(database_url: str, one_view: bool) -> tuple[Run, Callable[[], None]]:
    import sqlite3

    path = sqlite_path(database_url)
    if path is None:
        raise ArchiveError(f"{database_url} is not a SQLite file")
    connection = connect_readonly(path)
    try:
        check_own(connection, path)
    except BaseException:
        connection.close()
        raise
    if one_view:
        connection.execute("BEGIN")

    def run(statement: str, values: Mapping[str, object]) -> Rows:
        try:
            return connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise DatabaseUnusable(
                f"{path} cannot be read as an archive ({error}); restore it from a backup, or run "
                "a writing command such as `decisions index` if this version is newer than it"
            ) from error

    return run, connection.close


def _over_server(database_url: str, one_view: bool) -> tuple[Run, Callable[[], None]]:
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    from archive.database import reading_engine
    from archive.server import unreachable

    engine = reading_engine(database_url)
    # A view of its own time lasts as long as the connection's one transaction.
    kept = None

    def run(statement: str, values: Mapping[str, object]) -> Rows:
        nonlocal kept
        try:
            if one_view and kept is None:
                kept = engine.connect()
            with nullcontext(kept) if kept is not None else engine.connect() as connection:
                rows = connection.execute(text(statement), values)
                return [tuple(map(_as_in_file, row)) for row in rows]
        except SQLAlchemyError as error:
            raise DatabaseUnusable(unreachable(database_url, error)) from error

    def close() -> None:
        if kept is not None:
            kept.close()
        engine.dispose()

    return run, close


def _as_in_file(value: object) -> object:
    """A server's value as SQLite keeps it, so that whatever is made of it comes out the same."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value
