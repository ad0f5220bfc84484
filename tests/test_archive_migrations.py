"""Changes of the schema that cannot hurt: whatever goes wrong, the old archive stands as it was."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from archive import database
from archive.config import sqlite_url
from archive.dictionary import METADATA
from archive.models import SCHEMA_REVISION
from archive.revisions import released
from archive.views import VIEWS
from tests.released_schemas import (
    AtStatement,
    FullDisk,
    count_statements,
    everything,
    fixtures,
    migrate,
    thaw,
)
from tests.specimens import NOON

ROOT = Path(__file__).parents[1]
STEPS = list(zip(fixtures(), fixtures()[1:], strict=False))
"""From each released schema to the next."""

NEWEST = frozenset(fixtures()[-2:])
"""The step that may still be worked on; the others were tried at every statement when they were
new, and nobody changes them."""

MOST_KILLS, KILLS_OF_OLD = 12, 4
"""Children killed in one step, the last statement always among them."""

EVERY, EVERY_OF_OLD = 1, 3
"""At every such statement of a step an exception is tried, and at the last."""


def rows_of(path: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of every table, by column."""
    found: dict[str, list[dict[str, object]]] = {}
    with closing(sqlite3.connect(path)) as plain:
        plain.row_factory = sqlite3.Row
        for (table,) in plain.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND substr(name, 1, 7) <> 'sqlite_'"
        ).fetchall():
            found[table] = [dict(row) for row in plain.execute(f'SELECT * FROM "{table}"')]  # noqa: S608 - our own tables' names
    return found


def schema_of(path: Path) -> dict[str, str]:
    """Tables and indexes, with white space and quotes that mean nothing made alike."""
    with closing(sqlite3.connect(path)) as plain:
        rows = plain.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') "
            "AND sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'"
        ).fetchall()
    return {name: re.sub(r"[\s\"]+", "", sql) for name, sql in rows}


def test_every_released_schema_has_a_frozen_archive() -> None:
    """One missing? ``python scripts/schema_fixture.py``, in the commit that adds the migration."""
    assert fixtures() == list(released())
    assert fixtures()[-1] == SCHEMA_REVISION


@pytest.mark.parametrize("revision", fixtures())
def test_a_frozen_archive_has_rows_in_every_table(revision: str, tmp_path: Path) -> None:
    path = thaw(revision, tmp_path / "old.db")
    assert not [table for table, rows in rows_of(path).items() if not rows]
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [(revision,)]


@pytest.mark.parametrize("revision", fixtures())
def test_the_migrations_still_make_what_was_released(revision: str, tmp_path: Path) -> None:
    old = thaw(revision, tmp_path / "old.db")
    migrate(tmp_path / "new.db", revision)
    assert schema_of(tmp_path / "new.db") == schema_of(old)


MAY_CHANGE = {
    ("alembic_version", "version_num"),
    ("decision", "reading_sha256"),
}
"""Columns that a migration may write although they were there before."""


@pytest.mark.parametrize("revision", fixtures())
def test_every_released_schema_comes_up_to_the_newest(revision: str, tmp_path: Path) -> None:
    path = thaw(revision, tmp_path / "old.db")
    before = rows_of(path)
    migrate(path, "head")
    migrate(tmp_path / "new.db", "head")
    assert schema_of(path) == schema_of(tmp_path / "new.db")
    with create_engine(f"sqlite:///{path}").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
        for view in VIEWS:
            plain.execute(f"SELECT * FROM {view}").fetchall()  # noqa: S608 - our own views' names
        assert plain.execute("SELECT COUNT(*) FROM v_decision").fetchone() == (3,)
    after = rows_of(path)
    for table, rows in before.items():
        if table == "data_dictionary":
            continue
        if table == "archive_meta":
            keys = {row["key"] for row in rows}
            after[table] = [row for row in after[table] if row["key"] in keys]
            rows.sort(key=lambda row: str(row["key"]))
            after[table].sort(key=lambda row: str(row["key"]))
        assert len(after[table]) == len(rows), table
        for old, new in zip(rows, after[table], strict=True):
            kept = {name for name in old if (table, name) not in MAY_CHANGE}
            assert {name: new[name] for name in kept} == {name: old[name] for name in kept}


@pytest.mark.parametrize("revision", fixtures()[:-1])
def test_down_again_leaves_the_released_schema_and_no_views(revision: str, tmp_path: Path) -> None:
    path = thaw(SCHEMA_REVISION, tmp_path / "new.db")
    migrate(path, revision)
    assert schema_of(path) == schema_of(thaw(revision, tmp_path / "old.db"))
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA foreign_key_check").fetchall() == []
        assert plain.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall() == []
        assert plain.execute("SELECT COUNT(*) FROM paragraph").fetchone() == (15,)
    migrate(path, "head")
    assert schema_of(path) == schema_of(thaw(SCHEMA_REVISION, tmp_path / "head.db"))


class PowerCutError(Exception):
    """Raised in the middle of a migration."""


def _cut(_cursor: Any) -> None:
    raise PowerCutError


@pytest.mark.parametrize(
    ("start", "end"), [*STEPS, *((end, start) for start, end in STEPS)], ids=str
)
def test_failed_at_a_statement_everything_is_as_before(
    start: str, end: str, tmp_path: Path
) -> None:
    path = thaw(start, tmp_path / "old.db")
    statements = count_statements(thaw(start, tmp_path / "counted.db"), end)
    assert statements > 10
    before = everything(path)
    apart = EVERY if {start, end} == NEWEST else EVERY_OF_OLD
    for number in range(statements, 0, -apart):
        with AtStatement(number, _cut), pytest.raises(PowerCutError):
            migrate(path, end)
        assert everything(path) == before, f"statement {number} of {statements}"
    migrate(path, end)
    assert schema_of(path) == schema_of(tmp_path / "counted.db")


@pytest.mark.skipif(os.name == "nt", reason="needs fork and SIGKILL")
@pytest.mark.parametrize(("start", "end"), STEPS, ids=str)
def test_killed_in_the_middle_everything_is_as_before(start: str, end: str, tmp_path: Path) -> None:
    path = thaw(start, tmp_path / "old.db")
    counted = thaw(start, tmp_path / "counted.db")
    statements = count_statements(counted, end)
    most = MOST_KILLS if {start, end} == NEWEST else KILLS_OF_OLD
    numbers = (str(statements), str(most))
    command = [sys.executable, "-m", "tests.released_schemas", str(path), end, *numbers]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["bad"] == []
    assert told["points"] >= min(statements, most) // 2
    assert schema_of(path) == schema_of(counted), "the retry at the end works"


@pytest.mark.parametrize("start", fixtures()[:-1])
def test_a_full_disk_at_any_page_leaves_everything_as_before(start: str, tmp_path: Path) -> None:
    path = thaw(start, tmp_path / "old.db")
    before = everything(path)
    with closing(sqlite3.connect(path)) as plain:
        (pages,) = plain.execute("PRAGMA page_count").fetchone()
    failures = 0
    while True:
        try:
            with FullDisk(pages + failures):
                migrate(path, "head")
        except OperationalError as error:
            assert "full" in str(error)  # noqa: PT017 - what it says is half of the test
            failures += 1
            assert everything(path) == before
        else:
            break
    assert failures > 2
    assert schema_of(path) == schema_of(thaw(SCHEMA_REVISION, tmp_path / "head.db"))


def test_the_backup_comes_first_and_a_failed_upgrade_leaves_it(tmp_path: Path) -> None:
    path = thaw("0001", tmp_path / "old.db")
    before = everything(path)

    def upgrade() -> database.Upgrade:
        kept = tmp_path / "backups"
        return database.upgrade(sqlite_url(path), wanted=SCHEMA_REVISION, backup_dir=kept, now=NOON)

    with AtStatement(40, _cut), pytest.raises(PowerCutError):
        upgrade()
    (kept,) = (tmp_path / "backups").iterdir()
    assert everything(kept) == before == everything(path)
    done = upgrade()
    assert (done.before, done.after) == ("0001", SCHEMA_REVISION)
    assert everything(kept) == before
