"""``decisions bodies`` as a person uses it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import decisions
from archive.config import Config, sqlite_url
from archive.errors import LockedError, NotFound, UsageError
from archive.lock import writer_lock
from archive.opening import open_to_write
from tests.specimens import NOON
from tests.test_archive_bodies import AND, COUNTY, SHORT, SIGN, check_books, save

HOSTILE = "Wold\x1b[2J\x07\u202e\r\nCouncil\x00 \x9b31m=Ltd"


def config_of(home: Path) -> Config:
    return Config(home=home, database_url=sqlite_url(home / "decisions.db"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_to_write(config_of(tmp_path), now=NOON, tell=lambda _: None) as archive:
        save(archive, AND, SIGN, COUNTY, SHORT, "Rose Care Ltd")
    run(tmp_path, "index")
    return tmp_path


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(decisions.group, ["--home", str(home), *words])


def told(home: Path, *words: str) -> str:
    done = run(home, "bodies", *words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def shape(home: Path, *words: str) -> Any:
    return json.loads(told(home, *words, "--json"))


def found(home: Path, *words: str) -> list[str]:
    done = run(home, "search", *words, "--json")
    assert done.exit_code == 0, done.output
    return [hit["reference"] for hit in json.loads(done.stdout)["hits"]]


def test_it_lists_types_spellings_and_decisions(home: Path) -> None:
    assert told(home) == told(home, "list")
    assert told(home).splitlines() == [
        f"     2  2 spellings  unitary            {AND}",
        f"     1  1 spelling   unknown            {SHORT}",
        f"     1  1 spelling   county             {COUNTY}",
        "     1  1 spelling   care provider      Rose Care Ltd",
    ]
    assert len(told(home, "hampshire").splitlines()) == 2
    assert len(told(home, "hampshire", "county").splitlines()) == 1
    assert told(home, "--type", "unknown").splitlines()[0].endswith(SHORT)
    assert told(home, "--type", "care provider").count("\n") == 1
    assert told(home, "zanzibar") == "none with 'zanzibar' in the name\n"
    names = [body["name"] for body in shape(home, "hampshire")["bodies"]]
    assert names == [SHORT, COUNTY]


def test_it_shows_one_with_who_said_what(home: Path) -> None:
    text = told(home, "show", "Brighton", "&", "Hove", "City", "Council")
    assert "Type:          unitary  (from the table of councils)" in text
    assert f"1  {SIGN}  (from the name)" in text
    one = shape(home, "show", SIGN)
    assert one["said_by"] == {"name": "rule", "type": "table"}
    assert one["decisions"] == 2
    assert "set it with" in told(home, "show", SHORT)


def test_a_merge_reaches_search_facets_and_show_and_split_undoes_it(home: Path) -> None:
    both = ["24 001 003", "24 001 004"]
    assert found(home, "body:county") == ["24 001 003"]
    text = told(home, "merge", SHORT, COUNTY)
    assert text == f"{SHORT}: now {COUNTY} (1 decision under another name)\n"
    assert sorted(found(home, "body:county")) == both
    assert sorted(found(home, "--body", "hampshire council")) == both
    results = json.loads(run(home, "search", "--facet", "body", "--json").stdout)
    facet = next(one for one in results["facets"]["body"] if one["label"] == COUNTY)
    assert facet["count"] == 2
    hit = next(one for one in results["hits"] if one["reference"] == "24 001 004")
    assert (hit["body"], hit["body_name"]) == (COUNTY, SHORT)
    lines = run(home, "show", "24001004").output.splitlines()
    assert f"Council or provider: {COUNTY}" in lines
    assert f"Named in the title: {SHORT}" in lines
    assert run(home, "changes").output.count("added") == 5
    assert "amended" not in run(home, "changes").output
    text = told(home, "split", SHORT)
    assert text == f"{SHORT}: no longer {COUNTY} (1 decision under another name)\n"
    assert found(home, "body:county") == ["24 001 003"]
    check_books(config_of(home))


def test_a_search_by_a_merged_spelling_names_the_council_that_has_them_all(home: Path) -> None:
    told(home, "merge", "Rose Care Ltd", COUNTY)
    words = (("--body", "rose care ltd"), ('body:"Rose Care Ltd"',))
    for asked in words:
        done = run(home, "search", *asked)
        assert done.stdout.startswith("1 decision\n")
        assert done.stderr.lower() == (
            f"rose care ltd goes under {COUNTY}; for all its decisions: --body '{COUNTY}'\n".lower()
        )
    assert "goes under" not in run(home, "search", "--body", COUNTY).output
    assert len(found(home, "--body", COUNTY)) == 2


def test_what_is_set_is_shown_and_unknown_takes_it_back(home: Path) -> None:
    words = ("--type", "London borough", "--council-code", "ham", "--gss", "e10000014")
    days = ("--start", "1974-04-01", "--end", "2028-03-31", "--successor", AND)
    assert told(home, "set", SHORT, *words, *days) == f"{SHORT}: noted\n"
    one = shape(home, "show", "HAM")
    wanted = {
        "name": SHORT,
        "type": "london_borough",
        "council_code": "HAM",
        "gss_code": "E10000014",
        "started_on": "1974-04-01",
        "ended_on": "2028-03-31",
        "successor": AND,
    }
    assert {key: one[key] for key in wanted} == wanted
    assert set(one["said_by"].values()) == {"rule", "person"}
    assert f"Took over from: {SHORT}" in told(home, "show", AND)
    told(home, "set", SHORT, "--type", "unknown", "--end", "unknown", "--successor", "unknown")
    one = shape(home, "show", SHORT)
    assert (one["type"], one["ended_on"], one["successor"]) == (None, None, None)
    assert "unknown  (set by a person)" in told(home, "show", SHORT)


def test_a_new_name_is_followed_by_search(home: Path) -> None:
    told(home, "set", SIGN, "--name", "Seaside Council")
    assert sorted(found(home, "body:seaside")) == ["24 001 001", "24 001 002"]
    assert found(home, "body:brighton") != []  # the name in the title finds it too


@pytest.mark.parametrize(
    ("words", "error", "reason"),
    [
        (("show", "Hampshire Counsil"), NotFound, "Near to it: Hampshire Council"),
        (("merge", "Nowhere", COUNTY), NotFound, "'Nowhere'"),
        (("merge", COUNTY, COUNTY), UsageError, "one already"),
        (("split", COUNTY), UsageError, "no second"),
        (("set", COUNTY), UsageError, "say what to set"),
        (("set", COUNTY, "--type", "borough"), UsageError, "the types are district"),
        (("set", COUNTY, "--gss", "HAM"), UsageError, "GSS"),
        (("set", COUNTY, "--start", "1/4/1974"), UsageError, "2023-04-01"),
        (("set", COUNTY, "--name", "=cmd()"), UsageError, "formula"),
        (("set", COUNTY, "--name", "Wold\x1b[2J"), UsageError, "not shown"),
        (("set", COUNTY, "--name", SIGN), UsageError, "merge them"),
        (("set", COUNTY, "--successor", COUNTY), UsageError, "its own successor"),
        (("list", "--type", "borough"), UsageError, "the types are district"),
    ],
)
def test_what_cannot_be_is_said_in_plain_words(
    home: Path, words: tuple[str, ...], error: type[Exception], reason: str
) -> None:
    before = told(home, "list", "--all", "--json")
    done = run(home, "bodies", *words)
    assert isinstance(done.exception, error), done.exception
    assert reason in str(done.exception)
    assert told(home, "list", "--all", "--json") == before


def test_a_second_writer_waits_outside(home: Path) -> None:
    with writer_lock(config_of(home)):
        done = run(home, "bodies", "merge", SHORT, COUNTY)
    assert isinstance(done.exception, LockedError)


def test_nothing_that_a_name_holds_reaches_the_terminal(home: Path) -> None:
    with open_to_write(config_of(home), now=NOON, tell=lambda _: None) as archive:
        save(archive, HOSTILE)
    for words in ((), ("show", HOSTILE), ("merge", HOSTILE, COUNTY), ("split", HOSTILE)):
        output = told(home, *words)
        assert not {"\x1b", "\x07", "\r", "\x00", "\u202e", "\x9b"} & set(output)
        assert all(line.strip() for line in output.splitlines())
    assert len(told(home).splitlines()) == 5
    assert any(body["name"] == HOSTILE for body in shape(home)["bodies"])


# --- import ---------------------------------------------------------------------------------------

TABLE = """\
local-authority-code,official-name,nice-name,gss-code,start-date,end-date,replaced-by,\
local-authority-type-name
HAM,Hampshire County Council,Hampshire,E10000014,,,,County
BNH,Brighton and Hove City Council,Brighton,E06000043,1997-04-01,,,Unitary authority
OLD,Old Fen District Council,Old Fen,E07000999,,2019-03-31,NEW,Non-metropolitan district
NEW,Fen Council,Fen,E06000998,2019-04-01,,,Unitary authority
BAD,=1+1,,,,,,County
ABD,Aberdeenshire Council,Aberdeenshire,S12000034,,,,Scottish unitary authority
"""


def test_a_name_in_another_encoding_is_one_sentence(home: Path) -> None:
    done = run(home, "bodies", "merge", "Caf\udce9 Council", COUNTY)
    assert isinstance(done.exception, NotFound)
    assert "type it anew" in str(done.exception)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "councils.csv"
    path.write_text(TABLE, encoding="utf-8-sig")
    return path


def imported(home: Path, table: Path, *words: str) -> Any:
    done = run(home, "bodies", "import", str(table), "--json", *words)
    assert done.exit_code in (0, 3), (done.output, done.exception)
    return json.loads(done.stdout)


def test_a_table_brings_codes_types_days_and_successors(home: Path, table: Path) -> None:
    done = run(home, "bodies", "import", str(table))
    assert done.exit_code == 3
    assert done.output.splitlines() == [
        "3 new, 2 changed, 0 as before",
        "columns not used: nice-name",
        "the type 'Scottish unitary authority' is none of ours; left out in 1 row",
        "refused: line 6, =1+1: '=1+1' begins like a spreadsheet's formula, which no name does",
    ]
    one = shape(home, "show", SIGN)
    assert (one["council_code"], one["started_on"]) == ("BNH", "1997-04-01")
    assert one["said_by"]["type"] == "import"
    assert one["name"] == AND
    assert shape(home, "show", "OLD")["successor"] == "Fen Council"
    assert shape(home, "show", SHORT)["council_code"] is None
    assert imported(home, table)["same"] == 5
    check_books(config_of(home))


def test_councils_without_a_decision_wait_for_their_first_and_count_for_nothing(
    home: Path, table: Path
) -> None:
    imported(home, table)
    assert "Fen Council" not in told(home)
    assert "Fen Council" in told(home, "list", "--all")
    assert json.loads(run(home, "status", "--json").stdout)["councils_and_providers"] == 4
    with open_to_write(config_of(home), now=NOON, tell=lambda _: None) as archive:
        save(archive, "FEN COUNCIL")
    one = shape(home, "show", "NEW")
    assert (one["name"], one["decisions"], one["type"]) == ("Fen Council", 1, "unitary")


def test_a_dry_run_says_the_same_and_does_nothing(home: Path, table: Path) -> None:
    before = told(home, "list", "--all", "--json")
    tried = imported(home, table, "--dry-run")
    assert told(home, "list", "--all", "--json") == before
    assert tried.pop("dry_run") is True
    done = imported(home, table)
    assert done.pop("dry_run") is False
    assert tried == done


def test_a_persons_word_outlives_the_import(home: Path, table: Path) -> None:
    told(home, "merge", SHORT, COUNTY)
    told(home, "set", COUNTY, "--type", "other", "--name", "Hants")
    done = imported(home, table)
    assert done["kept"] == [f"{COUNTY}: type"]
    one = shape(home, "show", SHORT)
    assert (one["name"], one["type"], one["council_code"]) == ("Hants", "other", "HAM")
    assert {each["name"] for each in one["spellings"]} == {"Hants", COUNTY, SHORT}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"HAM,{AND},,,", "its code is of 'Hampshire County Council', its name of"),
        (f"XYZ,{COUNTY},,,", "has the code HAM here, not XYZ"),
        (f"HAM,{COUNTY},,2031-01-01,", "before its first day 2031-01-01"),
    ],
)
def test_a_row_that_contradicts_what_is_here_is_refused(
    home: Path, table: Path, row: str, reason: str
) -> None:
    told(home, "set", COUNTY, "--council-code", "HAM", "--end", "2030-01-01")
    header = "local-authority-code,official-name,gss-code,start-date,end-date"
    table.write_text(f"{header}\n{row}\n")
    (refused,) = imported(home, table)["refused"]
    assert reason in refused["reason"]


def test_successors_in_a_ring_or_unknown_are_left_out_and_told(home: Path, table: Path) -> None:
    table.write_text(
        "name,code,replaced-by\nAlpha Council,AAA,BBB\nBeta Council,BBB,CCC\n"
        "Gamma Council,CCC,AAA\nDelta Council,DDD,DDD\nEta Council,EEE,ZZZ\n"
        'Theta Council,TTT,"AAA, BBB"\n'
    )
    done = imported(home, table)
    assert len(done["notes"]) == 4
    assert "Gamma Council: it would come to succeed itself" in done["notes"][0]
    assert shape(home, "show", "Beta Council")["successor"] == "Gamma Council"
    assert shape(home, "show", "Gamma Council")["successor"] is None


def test_an_import_never_makes_one_of_two(home: Path, table: Path) -> None:
    """A file that gives two councils here one code: the second row is refused."""
    table.write_text(f"name,code\n{COUNTY},HAM\n{SHORT},HAM\n")
    done = imported(home, table)
    assert [one["line"] for one in done["refused"]] == [3]
    assert len(shape(home, "hampshire")["bodies"]) == 2
    with closing(sqlite3.connect(home / "decisions.db")) as plain:
        kinds = {kind for (kind,) in plain.execute("SELECT kind FROM change")}
    assert kinds == {"added"}


def test_a_file_that_is_not_there_is_said(home: Path) -> None:
    done = run(home, "bodies", "import", str(home / "nothing.csv"))
    assert "cannot be read" in str(done.exception)
