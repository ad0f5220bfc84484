"""A row that no version of this program wrote: one sentence that names it, never a traceback.

And never a silent gap or a number that is none in an export: it stops.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

import decisions
from archive.damaged_rows import find
from archive.database import reading_engine
from tests.planting import REFERENCE, grown

READERS = [
    ["show", REFERENCE],
    ["show", REFERENCE, "--json"],
    ["show", REFERENCE, "--markdown"],
    ["status"],
    ["history", REFERENCE],
    ["changes"],
    ["changes", "--json"],
    ["diff", REFERENCE],
    ["export", "csv"],
    ["export", "jsonl"],
    ["bodies"],
    ["bodies", "list", "--json"],
    ["coverage"],
    ["failures", "--all"],
    ["correct", "--list"],
    ["correct", REFERENCE],
    ["search", "council"],
    ["search", "council", "--json"],
    ["search", "council", "--csv"],
    ["quality"],
    ["index", "--rebuild"],
    ["reparse", "--jobs", "1"],
]
"""Commands that read rows."""

DAMAGES: dict[str, tuple[str, str, str]] = {
    "a date that is none": (
        "UPDATE decision SET decided_on = 'yesterday' WHERE id = 1",
        "decision",
        "decided_on",
    ),
    "a thirtieth of February": (
        "UPDATE decision SET decided_on = '2024-02-30' WHERE id = 1",
        "decision",
        "decided_on",
    ),
    "a number for a date": (
        "UPDATE decision SET decided_on = x'00ff' WHERE id = 1",
        "decision",
        "decided_on",
    ),
    "an instant that is none": (
        "UPDATE decision SET last_seen_at = 'now' WHERE id = 1",
        "decision",
        "last_seen_at",
    ),
    "bytes for a title": (
        "UPDATE decision SET title = x'1b5b324a' WHERE id = 1",
        "decision",
        "title",
    ),
    "text that is no UTF-8": (
        "UPDATE decision SET title = CAST(x'41ff1b5b' AS TEXT) WHERE id = 1",
        "decision",
        "title",
    ),
    "half a character": (
        "UPDATE decision SET summary = CAST(x'eda080' AS TEXT) WHERE id = 1",
        "decision",
        "summary",
    ),
    "an outcome nobody knows": (
        "UPDATE decision SET outcome = 'maybe' WHERE id = 1",
        "decision",
        "outcome",
    ),
    "a section for nothing known": (
        "UPDATE section SET kind = 'prologue' WHERE decision_id = 1",
        "section",
        "kind",
    ),
    "warnings that are no JSON": (
        "UPDATE decision SET warnings = '[' WHERE id = 1",
        "decision",
        "warnings",
    ),
    "words for a number": (
        "UPDATE paragraph SET ordinal = 'first' WHERE id = (SELECT MAX(id) FROM paragraph)",
        "paragraph",
        "ordinal",
    ),
    "a list within lists without end": (
        "UPDATE paragraph SET level = 4000000000000 WHERE id = (SELECT MAX(id) FROM paragraph)",
        "paragraph",
        "level",
    ),
    "a section within itself": (
        "UPDATE section SET parent_id = id WHERE decision_id = 1",
        "section",
        "parent_id",
    ),
    "a section within another decision's": (
        "UPDATE section SET parent_id = (SELECT MIN(id) FROM section) WHERE decision_id = 1",
        "section",
        "parent_id",
    ),
    "a site that is none": ("UPDATE source SET base_url = 'http://['", "source", "base_url"),
    "a change nobody knows": ("UPDATE change SET kind = 'eaten' WHERE id = 1", "change", "kind"),
    "bytes for a paragraph": (
        "UPDATE paragraph SET text = x'00' WHERE id = (SELECT MAX(id) FROM paragraph)",
        "paragraph",
        "text",
    ),
    "headers that are no JSON": ("UPDATE page SET headers = 'none'", "page", "headers"),
    "nothing for a title": ("UPDATE decision SET title = NULL WHERE id = 1", "decision", "title"),
    "bytes for a council": ("UPDATE body SET name = x'41' WHERE id = 1", "body", "name"),
}


@pytest.fixture(scope="module")
def sound_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("sound")
    grown(home, planted=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", sys.stdout)
        patch.setattr(sys, "stderr", sys.stderr)
        assert decisions.main(["--home", str(home), "index", "--rebuild"]) == 0
    return home


@pytest.fixture
def home(sound_home: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound_home, tmp_path / "home")


def _damage(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "decisions.db")) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        if "NULL" in statement:
            # Somebody rewrote the schema as well.
            connection.execute("PRAGMA writable_schema=ON")
            connection.execute(
                "UPDATE sqlite_master SET sql = replace(sql, 'title TEXT NOT NULL', 'title TEXT') "
                "WHERE name = 'decision'"
            )
            connection.commit()
            connection.execute("PRAGMA writable_schema=RESET")
        changed = connection.execute(statement).rowcount
        connection.commit()
    assert changed


def _found(home: Path) -> list[tuple[str, str]]:
    engine = reading_engine(f"sqlite:///{home / 'decisions.db'}")
    with engine.connect() as connection:
        return [(damage.table, damage.column) for damage in find(connection)]


def test_a_sound_archive_has_no_damaged_row(sound_home: Path) -> None:
    assert _found(sound_home) == []


@pytest.mark.parametrize("what", DAMAGES)
def test_every_damage_is_found_where_it_is(what: str, home: Path) -> None:
    statement, table, column = DAMAGES[what]
    _damage(home, statement)
    assert set(_found(home)) == {(table, column)}


@pytest.mark.parametrize("what", DAMAGES)
def test_no_command_ends_in_a_traceback(
    what: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    statement, table, column = DAMAGES[what]
    _damage(home, statement)
    named = 0
    for call in READERS:
        capfd.readouterr()
        code = decisions.main(["--home", str(home), *call])
        _, err = capfd.readouterr()
        assert code in (0, 1, 3), (call, code, err)
        if code == 1 and f"table {table} is damaged" in err:
            assert column in err
            assert "decisions verify" in err
        named += "damaged" in err
    assert named or what == "a section within itself", "no command stumbled over it"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize(
    "what",
    ["bytes for a title", "words for a number", "bytes for a paragraph", "nothing for a title"],
)
def test_an_export_leaves_nothing_out_in_silence(
    form: str, what: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _damage(home, DAMAGES[what][0])
    target = home.parent / "export"
    assert decisions.main(["--home", str(home), "export", form, "--output", str(target)]) == 1
    assert "is damaged: in row number" in capfd.readouterr().err
    assert not target.exists()


def test_nor_a_decision_whose_council_is_gone(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _damage(home, "UPDATE decision SET body_id = 999 WHERE id = 1")
    assert decisions.main(["--home", str(home), "export", "csv"]) == 1
    assert "row number 1 names" in capfd.readouterr().err
