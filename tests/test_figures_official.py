"""The Ombudsman's own table beside ours: found by its header, matched by name or code."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import decisions
from archive.errors import UsageError
from archive.figures.official_file import MOST_ROWS, read_official
from archive.records import Outcome
from tests.counted import Story, archive_of

TABLE = """Complaints decided,,,,
Year ending 31 March 2026,,,,

Authority Name,Closed after Initial Enquiries,Not Upheld,Upheld,Total
NORTHMOOR DISTRICT COUNCIL,12,3,"1,204",1219
Elsewhere Borough Council,1,1,1,3
Wold County Council,1,n/a,about 3,4
,,,,
"""
STORIES = [
    Story("24 900 001"),
    Story("24 900 002", outcome=Outcome.NOT_UPHELD),
    Story("24 900 003", body="Wold County Council"),
    Story("24 900 004", body="Ours Only Council"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("official")
    with archive_of(directory, STORIES):
        return directory


def run(home: Path, file: Path, *words: str) -> Result:
    arguments = ["--home", str(home), "stats", "--official", str(file), *words]
    return CliRunner().invoke(decisions.group, arguments)


def workbook(rows: list[list[Any]]) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_theirs_stand_beside_ours_and_what_does_not_fit_is_listed(
    home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "decided.csv"
    file.write_text(TABLE, encoding="utf-8")
    done = run(home, file, "--year", "2025-26", "--json")
    assert done.exit_code == 0, done.exception
    told = json.loads(done.stdout)["official"]
    north, wold = told["rows"]
    assert north["official"] == {"upheld": 1204, "not_upheld": 3, "closed": 12, "total": 1219}
    assert north["ours"] == {"upheld": 1, "not_upheld": 1, "closed": 0}
    assert (round(north["official_rate"], 4), north["our_rate"]) == (0.9975, 0.5)
    # A figure that is none is not guessed, and a dash or "n/a" is no oddity.
    assert wold["official"]["upheld"] is None
    assert wold["official_rate"] is None
    assert wold["odd"] == ["upheld: 'about 3' is no whole number"]
    assert [row["name"] for row in told["unmatched"]] == ["Elsewhere Borough Council"]
    assert told["only_ours"] == ["Ours Only Council"]
    text = run(home, file, "--year", "2025-26").stdout
    assert "line 6: Elsewhere Borough Council (no council here of that name)" in text
    assert "Ours Only Council" in text


def test_a_workbook_says_the_same_as_the_csv() -> None:
    rows = [line.split(",") for line in TABLE.replace('"1,204"', "1204").splitlines()]
    book = workbook([[int(cell) if cell.isdigit() else cell for cell in row] for row in rows])
    ours = [(row.name, row.figures) for row in read_official(book).rows]
    assert ours == [(row.name, row.figures) for row in read_official(TABLE.encode()).rows]


def test_a_code_finds_what_the_name_does_not() -> None:
    from archive.body_reading import Body
    from archive.figures.official import match

    table = read_official(
        b"Authority,GSS code,Upheld,Not upheld\nMoor (North),e07000001,1,2\nSame,E07000001,1,2\n"
    )
    body = Body(1, "Northmoor District Council", None, None, "E07000001", None, None, None, (), ())
    found = match(table, [body], [])
    # Two rows of one council: which is meant is not guessed.
    assert found.beside == ()
    assert [why for _, why in found.unmatched] == [
        "Northmoor District Council has several rows"
    ] * 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "first 40 rows"),
        (b"a,b\n1,2\n", "first 40 rows"),
        ("Authority,Upheld,Not upheld\nKr\u00e9ta,1,2\n".encode("latin-1"), "not UTF-8"),
        (b'Authority,Upheld,Not upheld\n"open,1,2\n', "cannot be read as CSV"),
        (b"Authority,Upheld,Upheld,Not upheld\nA,1,2,3\n", "there twice"),
        (b"PK\x03\x04 no zip", "cannot be unpacked"),
        (b"Authority,Upheld,Not upheld\n" + b"A,1,2\n" * MOST_ROWS, "more than"),
        (b"A" * 10_000_001, "so large"),
    ],
)
def test_what_is_no_such_table_is_refused_in_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        read_official(content)


def _packed(**parts: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("_", ".", 1), content)
    return held.getvalue()


def test_a_bomb_and_an_entity_are_refused_before_anything_is_parsed() -> None:
    pytest.importorskip("openpyxl")
    with pytest.raises(UsageError, match="unpacks to too much"):
        read_official(_packed(sheet_xml=b" " * 60_000_001))
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(UsageError, match="no plain XML"):
        read_official(_packed(sheet_xml=bomb))
    with pytest.raises(UsageError, match="cannot be read"):
        read_official(_packed(sheet_xml=b"<a/>"))


def test_the_year_of_the_table_must_be_said(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "decided.csv"
    file.write_text(TABLE, encoding="utf-8")
    assert isinstance(run(home, file).exception, UsageError)
