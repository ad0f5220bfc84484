"""What stands in the views stays: people have written queries on them."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.dictionary import entries
from archive.models import SCHEMA_REVISION
from archive.view_columns import VIEW_COLUMNS
from archive.views import VIEWS, VIEWS_VERSION, statement
from tests.exporting import HOSTILE, fill, settings

ROOT = Path(__file__).parents[1]
FROZEN = ROOT / "tests" / "frozen" / "views.txt"
STATEMENTS = ROOT / "tests" / "frozen" / "view_statements.txt"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("views")
    fill(there)
    return there


@pytest.fixture
def plain(home: Path) -> Iterator[sqlite3.Connection]:
    path = settings(home).sqlite_path
    assert path is not None
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def test_no_column_goes_or_changes_place_by_accident() -> None:
    """To add one, write it at the end of its view here too; for anything else raise the version."""
    kinds = {(entry.table_name, entry.column_name): entry.kind for entry in entries()}
    now = [f"version {VIEWS_VERSION}"] + [
        f"{view}.{name} {kinds[view, name]}"
        for view, columns in VIEW_COLUMNS.items()
        for name in columns
    ]
    assert FROZEN.read_text(encoding="utf-8").splitlines() == now


def test_a_view_changes_only_with_a_migration() -> None:
    """An archive is opened only if its views are ours to the letter, and they are made anew when a
    migration runs and at no other time: a view that changed alone would shut every archive out.
    So add a migration, raise SCHEMA_REVISION, and write both lines of the file anew."""
    whole = "\n".join(statement(v, d) for d in ("sqlite", "postgresql") for v in sorted(VIEWS))
    now = [f"schema {SCHEMA_REVISION}", f"sha256 {hashlib.sha256(whole.encode()).hexdigest()}"]
    assert STATEMENTS.read_text(encoding="utf-8").splitlines() == now


def test_the_archive_says_which_version_its_views_have(plain: sqlite3.Connection) -> None:
    asked = "SELECT value FROM archive_meta WHERE key = 'views_version'"
    assert plain.execute(asked).fetchone() == (str(VIEWS_VERSION),)


def test_whatever_a_view_shows_as_derived_names_its_rule() -> None:
    missing = [
        f"{entry.table_name}.{entry.column_name}"
        for entry in entries()
        if entry.table_name in VIEW_COLUMNS and entry.derived and not entry.rule
    ]
    # Who says a fact of a council has no rule: it is the answer itself.
    assert missing == ["v_body.type_by"]


def test_a_text_that_a_view_shows_is_marked_as_the_publishers() -> None:
    origins = {(entry.table_name, entry.column_name): entry.origin for entry in entries()}
    for column in ("v_decision.title", "v_decision.summary", "v_paragraph.text", "v_remedy.raw"):
        view, _, name = column.partition(".")
        assert origins[view, name] == "verbatim", column
    assert origins["v_decision", "outcome"] == "derived"
    assert origins["v_decision", "first_seen_at"] == "archive"


def test_a_section_is_its_paragraphs_in_order(plain: sqlite3.Connection) -> None:
    rows = plain.execute(
        "SELECT section_kind, parent_kind, paragraphs, text FROM v_section_text "
        "WHERE reference = '24 001 234' ORDER BY section_position"
    ).fetchall()
    assert rows[1] == ("findings", None, 0, None)
    assert rows[2][:3] == ("background", "findings", 3)
    assert rows[2][3] == (
        "The Council had a duty to answer (Housing Act 1996):\n\nwithin four weeks; and\n\n"
        "in writing."
    )


def test_a_year_and_a_financial_year_of_each_decision(plain: sqlite3.Connection) -> None:
    asked = "SELECT DISTINCT decided_on, year, financial_year FROM v_decision ORDER BY decided_on"
    assert plain.execute(asked).fetchall() == [
        ("2025-03-31", 2025, "2024-25"),
        ("2025-06-09", 2025, "2025-26"),
    ]


def test_a_report_under_two_references_counts_once(plain: sqlite3.Connection) -> None:
    asked = "SELECT reference, repeated FROM v_decision WHERE kind = 'report' ORDER BY reference"
    assert plain.execute(asked).fetchall() == [("23 000 001", 0), ("23 000 002", 1)]
    row = plain.execute(
        "SELECT decisions, upheld, investigated, upheld_percent, reports, reference_count, "
        "withdrawn FROM v_body_year WHERE body = 'Northmoor District Council'"
    ).fetchone()
    count = len(HOSTILE) + 5
    assert row == (count - 1, count - 1, count - 1, 100.0, 1, count, 1)
    other = "SELECT upheld, not_upheld, upheld_percent FROM v_body_year WHERE body LIKE 'Castle%'"
    assert plain.execute(other).fetchone() == (0, 1, 0.0)


def test_a_citation_stands_beside_its_paragraph(plain: sqlite3.Connection) -> None:
    asked = "SELECT act, act_year, raw, paragraph_key FROM v_citation WHERE kind = 'statute'"
    assert plain.execute(asked).fetchone() == (
        "Housing Act",
        1996,
        "Housing Act 1996",
        "24-001-234@1#p2",
    )


def test_changes_leave_out_what_is_only_our_reading(plain: sqlite3.Connection) -> None:
    assert plain.execute("SELECT DISTINCT kind FROM v_change").fetchall() == [("added",)]
    assert plain.execute("SELECT COUNT(*) FROM v_change").fetchone() == (len(HOSTILE) + 6,)


def test_every_select_of_the_docs_is_short_and_answers(plain: sqlite3.Connection) -> None:
    text = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    part = text.partition("## Questions and SELECTs")[2].partition("\n## ")[0]
    asked = re.findall(r"```sql\n(.*?)```", part, re.DOTALL)
    assert len(asked) >= 8
    for asked_for in asked:
        assert len(asked_for.splitlines()) <= 8, asked_for
        cursor = plain.execute(asked_for)
        assert cursor.description, asked_for


def test_the_page_of_columns_is_the_dictionary() -> None:
    import data_docs

    from archive.dictionary_page import markdown

    page = data_docs.PAGE.read_text(encoding="utf-8")
    assert page == data_docs.written_into(page, markdown()), "run scripts/data_docs.py"
