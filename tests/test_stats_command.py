"""``decisions stats``: the same figures in every form, each with what limits them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import decisions
from archive.errors import NotFound, UsageError
from archive.figures.caveats import NOT_ALL
from archive.records import DecisionKind, Outcome, Status
from tests.counted import Story, Sum, archive_of, invented

HOSTILE = "Wold\x1b[2J \u202eCouncil [bold]red[/bold]"
STORIES = [*invented(40), Story("24 900 001", body=HOSTILE, sums=(Sum(pence=12_345),))]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("stats")
    with archive_of(directory, STORIES):
        return directory


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(decisions.group, ["--home", str(home), "stats", *words])


def told(home: Path, *words: str) -> str:
    done = run(home, *words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def shape(home: Path, *words: str) -> Any:
    return json.loads(told(home, *words, "--json"))


@pytest.mark.parametrize("by", ["body", "year", "category,financial-year", "remedy", "outcome"])
def test_table_json_and_csv_say_the_same(home: Path, by: str) -> None:
    rows = shape(home, "--by", by)["rows"]
    cells = list(csv.DictReader(io.StringIO(told(home, "--by", by, "--csv"), newline="")))
    assert len(cells) == len(rows)
    for row, cell in zip(rows, cells, strict=True):
        assert int(cell["decisions"]) == row["decisions"]
        assert int(cell["upheld"]) == row["upheld"]
        rate = row.get("uphold_rate")
        assert cell["uphold_rate"] == ("" if rate is None else f"{rate['share']:.6f}")
        paid = row["payments_pence"]
        assert cell["payments_median_pence"] == ("" if paid is None else str(paid["median"]))
        assert list(row["key"].values()) == [cell[name.replace("-", "_")] for name in row["key"]]
    table = told(home, "--by", by)
    assert f"{sum(1 for _ in STORIES)}" in table


@pytest.mark.parametrize("form", [(), ("--json",), ("--csv",)])
@pytest.mark.parametrize("by", ["body", "year", "remedy"])
def test_no_figure_goes_out_without_what_limits_it(
    home: Path, by: str, form: tuple[str, ...]
) -> None:
    text = told(home, "--by", by, *form)
    assert NOT_ALL in text
    assert "Local Government and Social Care Ombudsman" in text
    if form == ("--csv",):
        for cell in csv.DictReader(io.StringIO(text, newline="")):
            assert NOT_ALL in cell["limits_of_use"]


def test_a_rate_stands_with_its_interval_and_the_other_rate(home: Path) -> None:
    total = shape(home, "--by", "year")["total"]
    upheld = sum(story.outcome is Outcome.UPHELD for story in STORIES)
    ended = upheld + sum(story.outcome is Outcome.NOT_UPHELD for story in STORIES)
    assert (total["uphold_rate"]["part"], total["uphold_rate"]["whole"]) == (upheld, ended)
    assert total["upheld_of_all"]["whole"] == len(STORIES)
    assert total["uphold_rate"]["low"] < upheld / ended < total["uphold_rate"]["high"]


def test_a_hostile_name_cannot_write_on_the_terminal(home: Path) -> None:
    table = told(home, "--by", "body")
    assert "\x1b" not in table
    assert "\u202e" not in table
    assert "Council [bold]red[/bold]" in table
    names = [row["key"]["body"] for row in shape(home, "--by", "body")["rows"]]
    assert HOSTILE in names


def test_years_that_break_are_set_apart(home: Path) -> None:
    table = told(home, "--by", "financial-year").splitlines()
    marks = [line for line in table if line.startswith("-- break:")]
    assert marks == ["-- break: 1 Apr 2022 --", "-- break: 1 Apr 2023 --"]
    first = next(at for at, line in enumerate(table) if line == marks[0])
    assert table[first - 1].startswith("2021-22")
    assert table[first + 1].startswith("2022-23")


def test_an_empty_answer_is_said_and_keeps_its_caveats(home: Path) -> None:
    text = told(home, "--year", "1999")
    assert "No decision in the archive answers to this." in text
    assert NOT_ALL in text
    assert shape(home, "--year", "1999")["total"]["uphold_rate"] is None


def test_mistakes_are_named(home: Path, tmp_path: Path) -> None:
    for words, kind in (
        (("--by", "weather"), UsageError),
        (("--year", "2025-06"), UsageError),
        (("--json", "--csv"), UsageError),
        (("--body", "Coldmarsh County Council"), NotFound),
        (("--source", "phso"), NotFound),
    ):
        assert isinstance(run(home, *words).exception, kind), words
    done = run(home, "--body", "Coldmarsh County Council")
    assert "Coldmarch County Council" in str(done.exception)


def test_the_view_by_council_and_year_counts_as_the_command_does(tmp_path: Path) -> None:
    """Reports under several references: with other outcomes, of other councils, in other years."""
    report = Story("", kind=DecisionKind.REPORT, shared="One report.")
    other = replace(report, shared="Another report.")
    stories = [
        *invented(60),
        replace(report, reference="23 900 001"),
        replace(report, reference="23 900 002"),
        replace(report, reference="23 900 003", outcome=Outcome.NOT_UPHELD),
        replace(report, reference="23 900 004", outcome=Outcome.CLOSED, body="Wold Council"),
        replace(report, reference="23 900 005", outcome=Outcome.UNKNOWN, body="Wold Council"),
        replace(report, reference="23 900 006", day=date(2024, 1, 2), status=Status.WITHDRAWN),
        replace(other, reference="23 900 007", outcome=Outcome.CLOSED),
        replace(other, reference="23 900 008", outcome=Outcome.NOT_UPHELD),
    ]
    with archive_of(tmp_path, stories):
        pass
    names = ("decisions", "upheld", "not_upheld", "closed", "unknown", "reports")
    by_command = {
        (row["key"]["body"], int(row["key"]["year"])): (
            *(row[name] for name in names),
            row["references"],
        )
        for row in shape(tmp_path, "--by", "body,year")["rows"]
    }
    asked = f"SELECT body, year, {', '.join(names)}, reference_count FROM v_body_year"  # noqa: S608 - our own names
    with closing(sqlite3.connect(tmp_path / "decisions.db")) as connection:
        by_view = {(row[0], row[1]): row[2:] for row in connection.execute(asked)}
        assert by_view == by_command
        first = connection.execute(
            "SELECT SUM(decisions), SUM(investigated), SUM(upheld + not_upheld) FROM v_body_year"
        ).fetchone()
    assert first[0] == sum(row[0] for row in by_command.values()) < len(stories)
    assert first[1] == first[2]
