"""A table of councils in a CSV file: rows that can be trusted, and why the others are not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.body_file import MAX_BYTES, read_councils
from archive.errors import UsageError

HEADER = (
    "local-authority-code,official-name,nice-name,gss-code,start-date,end-date,replaced-by,"
    "local-authority-type"
)


def test_a_row_in_mysocietys_form() -> None:
    found = read_councils(
        f"{HEADER}\r\n"
        'WLD,"Wold, Fen and Moor Council",Wold,E06000999,2019-04-01,2023-03-31,FEN,UA\r\n'.encode()
    )
    (row,) = found.rows
    assert (row.line, row.name, row.successor) == (2, "Wold, Fen and Moor Council", "FEN")
    assert row.facts == {
        "type": "unitary",
        "council_code": "WLD",
        "gss_code": "E06000999",
        "started_on": date(2019, 4, 1),
        "ended_on": date(2023, 3, 31),
    }
    assert found.unused == ["nice-name"]
    assert found.refused == []


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffName,Council Code\nWold Council,WLD\n",
        "Name;Council Code\nWold Council;WLD\n",
        "NAME\tcouncil_code\r\nWold Council\twld\r\n",
        "\n\nname,COUNCIL-CODE,\nWold Council,WLD,\n,,\n\n",
        "name,council code\n  Wold   Council , WLD \n",
    ],
)
def test_marks_separators_and_spellings_of_headers_do_not_matter(content: str) -> None:
    (row,) = read_councils(content.encode()).rows
    assert (row.name, row.facts) == ("Wold Council", {"council_code": "WLD"})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("WLD,=cmd|'/c calc'!A1,,,,,,", "formula"),
        ("WLD,@SUM(A1),,,,,,", "formula"),
        ("WLD,-Wold Council,,,,,,", "formula"),
        ("=1+1,Wold Council,,,,,,", "not a code"),
        ("WLD,Wold\x00 Council,,,,,,", "not shown"),
        ("WLD,Wold\x1b[2J Council,,,,,,", "not shown"),
        ("WLD,Wold \u202elicnuoC,,,,,,", "not shown"),
        ("WLD,,,,,,,", "no name"),
        ("WLD,...,,,,,,", "no name"),
        ("WLD," + "W" * 301 + ",,,,,,", "longer than any"),
        ("W,Wold Council,,,,,,", "not a code"),
        ("WLD,Wold Council,,E1,,,,", "not a GSS code"),
        ("WLD,Wold Council,,,1/4/2019,,,", "not a day"),
        ("WLD,Wold Council,,,2019-02-30,,,", "not a day"),
        ("WLD,Wold Council,,,2019-04-01T00:00,,,", "not a day"),
        ("WLD,Wold Council,,,2019-04-01,2018-03-31,,", "before its first day"),
        ("WLD,Wold Council,,,,,=FEN(),", "formula"),
        ("WLD,Wold Council,,,,,,UA,more", "9 cells, the header 8"),
        ("ABC,Wold Council,,,,,,", "line 2 already"),
        ("FEN,Moor Council,,,,,,", "line 2 already"),
        ("ABC,FEN COUNCIL,,,,,,", "line 2 already"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_refused_with_the_reason(row: str, reason: str) -> None:
    first = "FEN,Fen Council,,,,,,"
    if "Wold Council" in row and "already" in reason:
        first = "WLD,Wold Council,,,,,,"
    found = read_councils(f"{HEADER}\n{first}\n{row}".encode())
    assert [one.line for one in found.rows] == [2]
    (refused,) = found.refused
    assert refused.line == 3
    assert reason in refused.reason


def test_a_type_that_is_none_of_ours_is_left_out_and_told() -> None:
    found = read_councils(
        b"name,local-authority-type,local-authority-type-name\n"
        b"Wold Council,SCO,Scottish unitary authority\nFen Council,NMD,Non-metropolitan district\n"
    )
    assert [row.facts for row in found.rows] == [{}, {"type": "district"}]
    assert dict(found.other_types) == {"Scottish unitary authority": 1}
    assert found.unused == ["local-authority-type"]


def test_several_that_took_over_are_left_for_whoever_reads_the_note() -> None:
    (row,) = read_councils(b'name,replaced-by\nWold Council,"FEN, MOR"\n').rows
    assert row.successor == "FEN, MOR"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no column with the councils' names"),
        (b"a,b\n1,2\n", "it has a, b"),
        (b"name,Name\nWold,Wold\n", "there twice"),
        ("name\nWôld\n".encode("latin-1"), "not UTF-8"),
        ("name\nWold\n".encode("utf-16"), "not UTF-8"),
        (b'name\n"Wold Council\n', "cannot be read as CSV"),
        (b"name\n" + b"W" * 200_000, "cannot be read as CSV"),
        (b"name\n" + b"W" * MAX_BYTES, "no table of councils"),
    ],
)
def test_a_file_that_is_no_table_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        read_councils(content)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: f"name,gss\n{t}".encode()))
def test_no_file_does_more_than_be_refused(content: bytes) -> None:
    try:
        found = read_councils(content)
    except UsageError:
        return
    for row in found.rows:
        assert row.name.isprintable()
        assert row.name[0] not in "=+-@"
