"""Is the archive whole? One look at everything, from one view of it, that never mends anything.

What is looked at stands in modules of its own (``verify_database``, ``verify_pages``,
``verify_decisions``, ``verify_books``, ``verify_index``); here is the order, and that whatever a
hostile row does to one check is a fault and never the end of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, text

from archive.errors import DatabaseUnusable, DecisionsError
from archive.fault import RESTORE, Fault, Scope, Tally, sentence, short
from archive.ports import PageReader, SearchIndex, Steps
from archive.store import Archive
from archive.verify_books import change_faults, ledger_faults
from archive.verify_database import database_faults, foreign_key_faults
from archive.verify_decisions import DecisionCheck
from archive.verify_erased import erased_faults
from archive.verify_index import index_faults
from archive.verify_pages import page_faults

Readers = Callable[[str, str, int], PageReader | None]
"""Key, base URL and number of decisions of a source → who reads its pages; None where this version
does not know the source."""


def verify(
    archive: Archive,
    scope: Scope,
    *,
    readers: Readers,
    index: SearchIndex | None,
    steps: Steps,
    tally: Tally,
) -> Iterator[Fault]:
    """Every fault, as it is found. Nothing is written, and a crawl may write meanwhile.

    ``tally`` is filled on the way with what was looked at and what was not. Without ``index`` the
    archive alone is verified.
    """
    # Before the archive: what is written in between makes the archive newer, never the index.
    steps.stage("index", None)
    contents = None if index is None else index.verify(full=scope.deep)
    with archive.engine.connect() as plain:
        connection = _one_view(plain)
        steps.stage("database", None)
        yield from _guarded("integrity", database_faults(connection, scope, tally))
        yield from _guarded("foreign_keys", foreign_key_faults(connection, tally))
        steps.stage("books", None)
        yield from _guarded("changes", change_faults(connection, tally))
        yield from _guarded("ledger", ledger_faults(connection, tally))
        yield from _guarded("erased", erased_faults(connection, tally))
        if contents is None:
            tally.not_checked.append("the search index")
        else:
            yield from _guarded("index", index_faults(connection, contents, tally))
        if not scope.deep:
            tally.not_checked.append(
                "the bytes of the pages, and whether the decisions say what their pages say "
                "(--subset N/T or --full does that)"
            )
            return
        if scope.parts > 1:
            tally.not_checked.append(
                f"pages and decisions of the other {scope.parts - 1} of {scope.parts} parts"
            )
        yield from _guarded("pages", page_faults(connection, scope, tally, steps))
        yield from _guarded("content", _decisions(connection, scope, readers, tally, steps))


def _one_view(connection: Connection) -> Connection:
    """Everything read from here on is of one moment, whatever is written meanwhile."""
    if connection.dialect.name != "sqlite":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    connection.execute(text("SELECT COUNT(*) FROM archive_meta")).scalar_one()
    if connection.dialect.name == "sqlite":
        # Bytes that are no UTF-8 come out as what no hash takes for the text, not as an error.
        driver: Any = connection.connection.dbapi_connection
        driver.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
    return connection


def _guarded(check: str, found: Iterable[Fault]) -> Iterator[Fault]:
    """A check to its end, or to where the database no longer lets it; that is a fault too."""
    try:
        yield from found
    except DatabaseUnusable as error:
        yield Fault(check, str(error), RESTORE)
    except DecisionsError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged or hostile file may raise anything
        yield Fault(check, f"this check could not be carried through: {sentence(error)}", RESTORE)


def _decisions(
    connection: Connection, scope: Scope, readers: Readers, tally: Tally, steps: Steps
) -> Iterator[Fault]:
    sources = connection.execute(
        text(
            "SELECT s.id, s.key, s.base_url, "
            "(SELECT COUNT(*) FROM decision d WHERE d.source_id = s.id) AS decisions "
            "FROM source s ORDER BY s.id"
        )
    ).all()
    for row in sources:
        reader = readers(row.key, row.base_url, row.decisions // scope.parts)
        if reader is None:
            tally.not_checked.append(
                f"decisions of the source {short(row.key)}: this version has no parser for it"
            )
            continue
        check = DecisionCheck(connection, row.id, reader, scope, tally, steps)
        yield from _guarded("content", check.faults())
