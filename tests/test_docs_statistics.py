"""Every example of docs/statistics.md prints what the page shows, on an invented archive."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import decisions
from archive.figures.asking import dimensions
from archive.figures.counting import ALL_DIMENSIONS
from archive.figures.rates import SMALL
from archive.records import DecisionKind
from tests.counted import Story, Sum, archive_of, invented, noon

PAGE = Path(__file__).parents[1] / "docs" / "statistics.md"
REPORT = {
    "body": "Coldmarch County Council", "kind": DecisionKind.REPORT, "day": date(2024, 5, 6),
    "shared": "One report.", "sums": (Sum(pence=90_000),),
}  # fmt: skip
STORIES = [
    *invented(260),
    Story("20 900 001", category="Education", satisfied=date(2024, 9, 1), **REPORT),  # type: ignore[arg-type]  # a mapping
    Story("20 900 002", category="Housing", **REPORT),  # type: ignore[arg-type]  # a mapping
]


def home_of(directory: Path) -> Path:
    """The archive that the page was written from."""
    with archive_of(
        directory, STORIES, proven=(date(2016, 1, 1), date(2026, 3, 1)), began=noon(2026, 3, 1)
    ):
        return directory


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return home_of(tmp_path_factory.mktemp("docs"))


def examples() -> Iterator[tuple[str, str]]:
    """Command and output of each console block."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        command, _, output = block.partition("\n")
        yield command.removeprefix("$ decisions "), output


def printed(home: Path, command: str) -> str:
    """What a command prints; of the files it names, in a directory that is not looked at."""
    words = [str(home / word) if word.endswith((".svg", ".html", ".csv")) else word
             for word in shlex.split(command)]  # fmt: skip
    done = CliRunner().invoke(decisions.group, ["--home", str(home), *words])
    assert done.exit_code == 0, (command, done.output, done.exception)
    return done.stdout


@pytest.mark.parametrize(("command", "output"), list(examples()))
def test_an_example_prints_what_the_page_shows(home: Path, command: str, output: str) -> None:
    shown = [line.rstrip() for line in output.splitlines()]
    got = [line.rstrip() for line in printed(home, command).splitlines()]
    if shown and shown[-1] == "…":
        got = [*got[: len(shown) - 1], "…"]
    assert got == shown


def test_the_page_names_what_there_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in ALL_DIMENSIONS:
        assert dimensions(name) == (name,)
        assert f"`{name}`" in text
    assert f"fewer than {SMALL}" in text
    assert len(list(examples())) >= 5


def test_the_select_of_the_page_agrees_with_the_command(home: Path) -> None:
    found = re.search(r"    (SELECT .*?;)", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    with closing(sqlite3.connect(home / "decisions.db")) as connection:
        counted = connection.execute(found[1]).fetchone()
    shape = json.loads(printed(home, "stats --year 2023-24 --json"))
    paid = shape["total"]["payments_pence"]
    assert counted == (paid["count"], paid["total"])
