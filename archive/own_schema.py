"""Whether a database that is opened for its texts is made of our own tables and views.

A view of our name can run anything that SQL can, for as long as it likes; a trigger writes where
nobody asked it to. Neither can run another program (``archive.readonly``), but answers would be
whatever the maker of the file wanted. Only ``sqlite3``; a few milliseconds.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from archive.errors import DatabaseUnusable
from archive.views import VIEWS, statement

TABLES = frozenset(
    {
        "alembic_version",
        "archive_meta",
        "body",
        "body_name",
        "boilerplate",
        "change",
        "citation",
        "crawl",
        "cross_reference",
        "data_dictionary",
        "decision",
        "decision_link",
        "decision_url",
        "erased",
        "finding",
        "listed",
        "listing_window",
        "page",
        "page_origin",
        "paragraph",
        "remedy",
        "remedy_correction",
        "restriction",
        "revision",
        "revision_page",
        "section",
        "source",
    }
)
"""Our tables' names: what a view must not stand in for. A person's own views are their business.
The models are not imported for this, because a search does without SQLAlchemy."""


def check_own(connection: sqlite3.Connection, path: Path) -> None:
    """Raises DatabaseUnusable naming what is not ours. For a database of this version's schema."""
    rows = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type IN ('view', 'trigger')"
    ).fetchall()
    for kind, name, table, sql in rows:
        if kind == "trigger":
            raise _foreign(path, f"a trigger ({name} on {table})")
        if name in VIEWS and _bare(str(sql)) != _bare(statement(name, "sqlite")):
            raise _foreign(path, f"another view in the place of {name}")
        if str(name).lower() in TABLES:
            raise _foreign(path, f"a view in the place of the table {name}")


def _bare(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()


def _foreign(path: Path, what: str) -> DatabaseUnusable:
    return DatabaseUnusable(
        f"{path} is not as decisions makes it: it holds {what}. If you put that there, drop it; if "
        "not, the file is not to be trusted: put a backup back with `decisions restore`"
    )
