"""Schema, upgrades, locks and the files that people point the command at."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

import migrations
from archive import database
from archive.config import Config, sqlite_url
from archive.dictionary import METADATA, entries
from archive.errors import DatabaseUnusable, LockedError, SchemaMismatch
from archive.lock import writer_lock
from archive.models import SCHEMA_REVISION
from archive.opening import open_to_read, open_to_write
from archive.reader import HEAD_COLUMNS, open_texts
from archive.readonly import connect_readonly
from archive.view_columns import VIEW_COLUMNS
from archive.views import VIEWS
from tests.specimens import NOON, SOURCE, decision, later, page


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(home=tmp_path, database_url=sqlite_url(tmp_path / "decisions.db"))


def make(config: Config) -> Path:
    """An archive with one decision; gives the database file."""
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        archive.save_decision(source_id, decision(), [archive.save_page(page())], at=NOON)
    path = config.sqlite_path
    assert path is not None
    return path


def test_the_models_need_no_migration(config: Config) -> None:
    path = make(config)
    with create_engine(f"sqlite:///{path}").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_newest_migration_is_the_one_the_models_stand_for() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_current_head() == SCHEMA_REVISION


def test_every_table_can_be_made_on_postgresql() -> None:
    for table in METADATA.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


def test_views_and_dictionary_describe_every_column(config: Config) -> None:
    path = make(config)
    with closing(sqlite3.connect(path)) as plain, plain:
        for view, described in VIEW_COLUMNS.items():
            found = [row[1] for row in plain.execute(f"PRAGMA table_info({view})")]
            assert found == list(described)
        told = {tuple(row) for row in plain.execute("SELECT * FROM data_dictionary")}
        tables = [
            row[0]
            for row in plain.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table','view')"
            )
            if not row[0].startswith(("sqlite_", "alembic_"))
        ]
        columns = {
            (table, row[1])
            for table in tables
            for row in plain.execute(f"PRAGMA table_info({table})")
        }
    assert {(row[0], row[1]) for row in told} == columns
    assert all(entry.meaning for entry in entries())
    assert set(VIEWS) == set(VIEW_COLUMNS)
    assert set(HEAD_COLUMNS) <= set(VIEW_COLUMNS["v_decision"])


def test_a_researcher_reads_it_with_plain_sql(config: Config) -> None:
    path = make(config)
    with closing(sqlite3.connect(path)) as plain, plain:
        keys = plain.execute("SELECT paragraph_key FROM v_paragraph ORDER BY ordinal").fetchall()
        row = plain.execute(
            "SELECT reference, body, outcome, decided_on, revision FROM v_decision"
        ).fetchone()
        parents = plain.execute(
            "SELECT s.heading, p.heading FROM section s JOIN section p ON p.id = s.parent_id"
        ).fetchall()
    assert [key for (key,) in keys] == [
        "24-001-234@1#p1",
        "24-001-234@1#p2",
        "24-001-234@1#o3",
        "24-001-234@1#o4",
        "24-001-234@1#p3",
    ]
    assert row == ("24 001 234", "Northmoor District Council", "upheld", "2025-06-09", 1)
    assert parents == [("What happened", "What I found")]


def test_downgrade_and_upgrade_with_rows_in_it(config: Config) -> None:
    path = make(config)
    database.migrate(database.migration_engine(config.database_url), "base")
    with closing(sqlite3.connect(path)) as plain, plain:
        names = {row[0] for row in plain.execute("SELECT name FROM sqlite_master")}
    assert not {name for name in names if not name.startswith(("sqlite_", "alembic_"))} - {
        "pk_alembic_version"
    }


def test_an_upgrade_makes_a_backup_first_and_keeps_two(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(config)
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.execute("UPDATE alembic_version SET version_num = '0000'")
    monkeypatch.setattr(database, "migrate", lambda *_: None)
    config.backup_dir.mkdir()
    # A run that was killed in the middle leaves a half of one.
    (config.backup_dir / "decisions-schema-0000-20260301T000000Z.partial").write_bytes(b"half")
    for minutes in range(3):
        done = database.upgrade(
            config.database_url,
            wanted=SCHEMA_REVISION,
            backup_dir=config.backup_dir,
            now=later(minutes),
        )
        assert done.backup is not None
    kept = sorted(config.backup_dir.iterdir())
    assert [item.name[-19:] for item in kept] == ["20260302T120100Z.db", "20260302T120200Z.db"]
    with closing(sqlite3.connect(kept[-1])) as copy:
        assert copy.execute("SELECT COUNT(*) FROM decision").fetchone() == (1,)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_failed_migration_leaves_the_old_schema(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(config)
    before = path.read_bytes()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(database, "finish_migration", fail)
    monkeypatch.setattr("archive.database.finish_migration", fail)
    with pytest.raises(RuntimeError, match="power"):
        database.migrate(database.migration_engine(config.database_url), "base")
    with open_to_read(config) as archive:
        assert archive.find("24001234").decision == decision()
    assert len(before) <= path.stat().st_size


def test_a_newer_schema_is_refused_and_left_alone(config: Config) -> None:
    path = make(config)
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaMismatch, match="update decisions"), open_to_read(config):
        pass
    with (
        pytest.raises(SchemaMismatch, match="update decisions"),
        open_to_write(config, now=NOON, tell=lambda _: None),
    ):
        pass
    assert not config.backup_dir.exists()


def test_a_database_of_something_else_is_not_touched(config: Config) -> None:
    path = config.home / "decisions.db"
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    for attempt in (open_to_read(config), open_to_write(config, now=NOON, tell=lambda _: None)):
        with pytest.raises(DatabaseUnusable, match="recipes"), attempt:
            pass
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"this is no database at all" * 50, b"\x00" * 8192, b"SQLite"])
def test_a_file_that_is_no_database_is_refused_and_kept(config: Config, content: bytes) -> None:
    path = config.home / "decisions.db"
    path.write_bytes(content)
    for attempt in (open_to_read(config), open_to_write(config, now=NOON, tell=lambda _: None)):
        with pytest.raises(DatabaseUnusable, match=r"decisions\.db"), attempt:
            pass
    with pytest.raises(DatabaseUnusable), open_texts(config.database_url) as texts:
        texts.decisions([1])
    assert path.read_bytes() == content


def test_no_archive_yet_says_how_to_fill_it(config: Config) -> None:
    with pytest.raises(DatabaseUnusable, match="decisions crawl"), open_to_read(config):
        pass
    with pytest.raises(DatabaseUnusable, match="decisions crawl"), open_texts(config.database_url):
        pass


def test_a_directory_that_cannot_be_made_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    config = Config(
        home=tmp_path / "file" / "home", database_url=sqlite_url(tmp_path / "file" / "x.db")
    )
    with (
        pytest.raises(Exception, match="cannot be taken"),
        open_to_write(config, now=NOON, tell=lambda _: None),
    ):
        pass


def test_texts_for_hits_need_no_sqlalchemy(config: Config) -> None:
    make(config)
    program = (
        "import sys\n"
        "from archive.reader import open_texts\n"
        f"with open_texts({config.database_url!r}) as texts:\n"
        "    head = texts.decisions([1])[1]\n"
        "    rows = texts.paragraphs([1])[1]\n"
        "    print(head['reference'], head['decided_on'], len(rows), rows[1].section_kind)\n"
        "assert not {'sqlalchemy', 'alembic', 'httpx', 'selectolax'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout == "24 001 234 2025-06-09 5 background\n"


def test_a_read_only_copy_can_be_read(config: Config, tmp_path: Path) -> None:
    path = make(config)
    path.chmod(0o444)
    try:
        connection = connect_readonly(path)
        assert connection.execute("SELECT COUNT(*) FROM decision").fetchone() == (1,)
        connection.close()
    finally:
        path.chmod(0o644)


TRY_TO_WRITE = """
import sys
from pathlib import Path
from archive.config import Config
from archive.errors import LockedError
from archive.lock import writer_lock
try:
    home = Path(sys.argv[1])
    with writer_lock(Config(home=home, database_url=f"sqlite:///{home / 'decisions.db'}")):
        pass
except LockedError as error:
    sys.exit(error.exit_code)
"""


def test_of_two_writers_one_stays_outside(config: Config) -> None:
    def attempt() -> int:
        command = [sys.executable, "-c", TRY_TO_WRITE, str(config.home)]
        return subprocess.run(command, check=False, cwd=Path(__file__).parents[1]).returncode

    with writer_lock(config):
        assert attempt() == 75
    assert attempt() == 0


def test_two_homes_with_one_database_share_its_lock(config: Config, tmp_path: Path) -> None:
    other = Config(home=tmp_path / "elsewhere", database_url=config.database_url)
    with writer_lock(config), pytest.raises(LockedError), writer_lock(other):
        pass
    with writer_lock(other), pytest.raises(LockedError), writer_lock(config):
        pass


def test_readings_come_up_from_the_first_schema_and_go_down_again(config: Config) -> None:
    path = make(config)
    engine = database.migration_engine(config.database_url)

    def rows(statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as plain, plain:
            return plain.execute(statement).fetchall()

    assert rows("SELECT number, target_id IS NULL FROM cross_reference") == [(3, 0), (9, 1)]
    assert rows("SELECT kind FROM citation ORDER BY id") == [("statute",), ("tribunal",)]
    database.migrate(engine, "0001")
    assert rows("SELECT raw FROM citation") == [("Housing Act 1996",)]
    assert rows("SELECT name FROM sqlite_master WHERE name = 'cross_reference'") == []
    database.migrate(engine, "head")
    assert rows("SELECT raw, kind FROM citation") == [("Housing Act 1996", "statute")]
    assert rows("SELECT amount_pence, per_person FROM remedy") == [(25_000, 0)]
    assert rows("SELECT COUNT(*) FROM cross_reference") == [(0,)]
