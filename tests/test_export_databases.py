"""The same SELECTs and exports on a file and on a server."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from archive.config import Config
from archive.database import reading_engine
from archive.exporting.tables import NAMES
from tests.exporting import exported, fill, settings

PAGE = Path(__file__).parents[1] / "docs" / "data.md"


def test_views_and_exports_say_the_same_on_both(database_url: str, tmp_path: Path) -> None:
    here, there = tmp_path / "file", tmp_path / "either"
    for home in (here, there):
        home.mkdir()
    fill(here)
    fill(there, config=Config(home=there, database_url=database_url))
    for table in NAMES:
        # Identities and instants of opening differ; everything that is exported may not.
        words = ("csv", "--table", table)
        file, either = (
            list(csv.reader(io.StringIO(exported(home, *words, database=url).stdout)))
            for home, url in ((here, None), (there, database_url))
        )
        assert file == either, table
    asked = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = settings(here).sqlite_path
    assert path is not None
    engine = reading_engine(database_url)
    with closing(sqlite3.connect(path)) as plain, engine.connect() as server:
        for statement in asked:
            rows = server.execute(text(statement.replace(":", "\\:"))).all()
            assert len(rows) == len(plain.execute(statement).fetchall()), statement
    engine.dispose()


def test_a_research_copy_of_either_is_the_same_file_of_rows(
    database_url: str, tmp_path: Path
) -> None:
    fill(tmp_path, config=Config(home=tmp_path, database_url=database_url))
    target = tmp_path / "research.db"
    exported(tmp_path, "sqlite", "--output", str(target), database=database_url)
    with closing(sqlite3.connect(target)) as copy:
        row = copy.execute(
            "SELECT reference, decided_on, first_seen_at, repeated FROM v_decision ORDER BY id"
        ).fetchone()
        assert row == ("24 001 234", "2025-06-09", "2026-03-02 12:00:00.000000", 0)
        found = copy.execute(
            "SELECT COUNT(*) FROM paragraph_fts WHERE paragraph_fts MATCH 'housing'"
        )
        assert found.fetchone()[0] > 0
