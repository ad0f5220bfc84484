"""CSV and JSON Lines: one row a decision, nothing else, and nothing lost or changed on the way."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.errors import UsageError
from archive.exporting.spreadsheet import CELL_LIMIT
from archive.exporting.tables import NAMES
from tests.exporting import HOSTILE, LONG, WITHDRAWN, exported, fill, run, specimens

COUNT = len(specimens())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("tables")
    fill(there)
    return there


def rows_of(home: Path, target: Path, *words: str) -> list[dict[str, str]]:
    """The rows of an export to a file."""
    exported(home, *words, "--output", str(target), "--force")
    text = target.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_holds_a_header_and_one_row_a_decision(home: Path, tmp_path: Path) -> None:
    rows = rows_of(home, tmp_path / "all.csv", "csv")
    assert [row["reference"] for row in rows] == [one.reference for one in specimens()]
    assert list(rows[0])[:3] == ["source", "reference", "title"]
    assert list(rows[0])[-2:] == ["notice", "attribution"]
    raw = (tmp_path / "all.csv").read_bytes()
    assert raw.startswith(b"source,reference,title,")
    assert raw.count(b"\r\n") == COUNT + 1


def test_hostile_text_comes_back_as_it_was(home: Path, tmp_path: Path) -> None:
    rows = {row["reference"]: row for row in rows_of(home, tmp_path / "all.csv", "csv")}
    lines = (json.loads(line) for line in exported(home, "jsonl").stdout.splitlines())
    shapes = {shape["reference"]: shape for shape in lines if "reference" in shape}
    for number, text in enumerate(HOSTILE):
        reference = f"24 005 00{number}"
        assert rows[reference]["title"] == rows[reference]["summary"] == text
        assert shapes[reference]["sections"][0]["paragraphs"][0]["text"] == text


def test_the_words_of_a_withdrawn_decision_stay_here(home: Path, tmp_path: Path) -> None:
    for table in NAMES:
        target = tmp_path / f"{table}.csv"
        for form in ("csv", "jsonl"):
            exported(home, form, "--table", table, "--output", str(target), "--force")
            assert "Somebody could be" not in target.read_text(encoding="utf-8"), (form, table)
    paragraphs = rows_of(home, tmp_path / "p.csv", "csv", "--table", "paragraph")
    assert WITHDRAWN not in {row["reference"] for row in paragraphs}
    (row,) = [r for r in rows_of(home, tmp_path / "d.csv", "csv") if r["reference"] == WITHDRAWN]
    assert (row["title"], row["summary"], row["status"]) == ("", "", "withdrawn")
    assert "not passed on" in row["notice"]
    words = ("csv", "--table", "paragraph", "--include-withdrawn")
    operator = rows_of(home, tmp_path / "o.csv", *words)
    assert WITHDRAWN in {row["reference"] for row in operator}


def test_every_table_has_the_columns_that_are_described(home: Path, tmp_path: Path) -> None:
    for table in NAMES:
        target = tmp_path / f"{table}.csv"
        rows = rows_of(home, target, "csv", "--table", table)
        told = json.loads(Path(f"{target}.datapackage.json").read_text(encoding="utf-8"))
        (resource,) = told["resources"]
        fields = resource["schema"]["fields"]
        header = target.read_text(encoding="utf-8").splitlines()[0].split(",")
        assert header == [field["name"] for field in fields], table
        assert {field["origin"] for field in fields} <= {"verbatim", "derived", "archive"}
        assert told["scope"]["rows"] == len(rows)


def test_what_travels_beside_the_file(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "some.csv"
    exported(home, "csv", "--body", "Castleholme", "--output", str(target))
    told: dict[str, Any] = json.loads(
        Path(f"{target}.datapackage.json").read_text(encoding="utf-8")
    )
    assert told["attribution"] == ["© Local Government and Social Care Ombudsman"]
    assert told["licenses"][0]["title"] == "free with acknowledgement"
    assert told["scope"] == {
        "asked": "body:castleholme",
        "table": "decision",
        "decisions": 1,
        "of": COUNT,
        "include_withdrawn": False,
        "rows": 1,
        "withheld": 0,
    }
    assert told["tool"].startswith("decisions ")
    assert "not the caseload" in told["caveat"]
    assert told["coverage"]
    (resource,) = told["resources"]
    assert resource["bytes"] == target.stat().st_size


@pytest.mark.parametrize(
    ("words", "references"),
    [
        (["--body", "castleholme"], ["24 002 345"]),
        (["--outcome", "not upheld"], ["24 002 345"]),
        (["--kind", "report"], ["23 000 001", "23 000 002"]),
        (["--to", "2025-03"], ["24 002 345"]),
        (["--status", "withdrawn"], [WITHDRAWN]),
        (["--category", "disabled facilities grants"], ["24 002 345"]),
        (["SEND", "Tribunal", "--from", "2030"], []),
        (["gnihtemos"], ["24 005 005"]),
    ],
)
def test_the_filters_are_those_of_search(
    home: Path, tmp_path: Path, words: list[str], references: list[str]
) -> None:
    rows = rows_of(home, tmp_path / "some.csv", "csv", *words)
    assert sorted(row["reference"] for row in rows) == references
    found = run(home, "search", *words, "--all", "--refs").stdout.split("\n")
    assert sorted(line for line in found if line[:2].isdigit()) == references


def test_a_filter_holds_for_the_other_tables_too(home: Path, tmp_path: Path) -> None:
    rows = rows_of(home, tmp_path / "s.csv", "csv", "--table", "remedy", "--body", "castleholme")
    assert {row["reference"] for row in rows} == {"24 002 345"}
    assert rows[0]["amount_pence"] == "25000"
    assert (rows[0]["is_total"], rows[0]["per_person"]) == ("false", "true")
    done = run(home, "export", "csv", "--table", "coverage", "--body", "castleholme")
    assert isinstance(done.exception, UsageError)
    assert "whole archive" in str(done.exception)


def test_a_spreadsheet_gets_marks_and_is_told_of_long_cells(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "sheet.csv"
    rows = {row["reference"]: row for row in rows_of(home, target, "csv", "--excel")}
    assert target.read_bytes().startswith(b"\xef\xbb\xbfsource,")
    for number, text in enumerate(HOSTILE[:4]):
        assert rows[f"24 005 00{number}"]["title"] == f"'{text}"
    for number, text in enumerate(HOSTILE[4:], start=4):
        assert rows[f"24 005 00{number}"]["title"] == text
    assert len(rows[LONG]["summary"]) > CELL_LIMIT
    assert {reference for reference, row in rows.items() if row["cells_too_long"]} == {LONG}
    assert rows[LONG]["cells_too_long"] == "title summary"
    told = json.loads(Path(f"{target}.datapackage.json").read_text(encoding="utf-8"))
    assert told["resources"][0]["schema"]["fields"][-1]["name"] == "cells_too_long"
    assert "apostrophe" in told["altered"]
    assert isinstance(run(home, "export", "jsonl", "--excel").exception, UsageError)


def test_a_file_that_is_there_is_left_alone(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.csv"
    target.write_text("mine")
    done = run(home, "export", "csv", "--output", str(target))
    assert isinstance(done.exception, UsageError)
    assert "--force" in str(done.exception)
    assert target.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [target]


def test_the_archive_itself_is_never_written_over(home: Path) -> None:
    done = run(home, "export", "csv", "--output", str(home / "decisions.db"), "--force")
    assert isinstance(done.exception, UsageError)


def test_what_ends_in_the_middle_leaves_no_file_of_that_name(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from archive.exporting import text_forms

    def fail(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(text_forms, "plain", fail)
    done = run(home, "export", "csv", "--output", str(tmp_path / "half.csv"))
    assert done.exit_code != 0
    assert list(tmp_path.iterdir()) == []


def test_stdout_has_rows_and_stderr_has_words(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "decisions", "--home", str(home), "export", "csv"],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[1],
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8"), newline="")))
    assert len(rows) == COUNT
    assert f"{COUNT:,} decisions written" in done.stderr.decode()
    assert "Ombudsman" in done.stderr.decode()


def test_pandas_reads_it_without_options(home: Path, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    exported(home, "csv", "--output", str(tmp_path / "all.csv"))
    exported(home, "jsonl", "--table", "remedy", "--output", str(tmp_path / "r.jsonl"))
    frame = pandas.read_csv(tmp_path / "all.csv")
    assert list(frame["reference"]) == [one.reference for one in specimens()]
    assert frame["paragraphs"].sum() > 0
    remedies = pandas.read_json(tmp_path / "r.jsonl", lines=True)
    assert set(remedies["amount_pence"]) == {25_000}


def test_duckdb_reads_it_without_options(home: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    exported(home, "csv", "--output", str(tmp_path / "all.csv"))
    exported(home, "jsonl", "--output", str(tmp_path / "all.jsonl"))
    table = duckdb.read_csv(str(tmp_path / "all.csv"))
    row = table.filter("reference = '24 005 004'").project("title, decided_on").fetchall()
    assert row == [(HOSTILE[4], date(2025, 6, 9))]
    lines = duckdb.read_json(str(tmp_path / "all.jsonl"))
    assert len(lines.project("reference, decided_on").fetchall()) == COUNT


def test_a_search_for_a_spreadsheet_gets_the_same_marks(home: Path) -> None:
    done = run(home, "search", "--all", "--csv", "--excel", "--fields", "reference,title")
    assert done.exception is None
    assert done.stdout.startswith("\ufeffreference,title,cells_too_long\n")
    rows = {
        row["reference"]: row
        for row in csv.DictReader(io.StringIO(done.stdout.lstrip("\ufeff"), newline=""))
    }
    assert rows["24 005 000"]["title"] == f"'{HOSTILE[0]}"
    assert rows[LONG]["cells_too_long"] == "title"
    assert isinstance(run(home, "search", "--jsonl", "--excel").exception, UsageError)
