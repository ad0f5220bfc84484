"""The archive that the pages for people were written from, and how their examples are run.

It is crawled from the look-alike as on 1 July 2026, so it is the same everywhere; only the port of
the site, and the time that something took, are other each time. ``python -m tests.told PAGE…``
writes what commands, SELECTs and Python print into the pages; a page cuts an output with ``…``.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, closing, redirect_stdout
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import decisions
from tests.crawling import World
from tests.site import Site, invent

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 7, 1)
COUNT = 120
PORT = 8737
"""The port that the pages write."""

BLOCK = re.compile(
    r"^```(console|sql)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL
)
ENDLESS = "…"
_TIMES = ((re.compile(r"127\.0\.0\.1:\d+"), f"127.0.0.1:{PORT}"),
          (re.compile(r"\d+\.\d s\b"), "0.1 s"))  # fmt: skip


def crawled(home: Path) -> Path:
    """The archive of the pages, with its index, in this directory."""
    home.mkdir(parents=True, exist_ok=True)
    with Site(invent(COUNT, 1, TODAY), clock=lambda: TODAY) as site:
        world = World(site, home, now=datetime(2026, 7, 1, 3, 0, tzinfo=UTC), today=TODAY)
        world.crawl()
    return home


def printed(home: Path, command: str) -> str:
    """What a command prints, warnings and progress left out; it has to end well."""
    done = CliRunner().invoke(decisions.group, ["--home", str(home), *shlex.split(command)])
    assert done.exit_code == 0, (command, done.output, done.exception)
    return settled(done.stdout)


def settled(text: str) -> str:
    """A text without what is other each time it is run."""
    for pattern, plain in _TIMES:
        text = pattern.sub(plain, text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def selected(home: Path, statement: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Names of the columns and the rows of a SELECT, as any program gets them."""
    with closing(
        sqlite3.connect((home / "decisions.db").as_uri() + "?mode=ro", uri=True)
    ) as opened:
        done = opened.execute(statement)
        return [column[0] for column in done.description], done.fetchall()


def table(home: Path, statement: str) -> str:
    """A SELECT's rows as the sqlite3 program prints them with ``-header``."""
    names, rows = selected(home, statement)
    lines = ["|".join(names)]
    lines += ["|".join("" if cell is None else str(cell) for cell in row) for row in rows]
    return settled("\n".join(lines))


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """``(console or sql, what is asked, what is shown)`` for each example of a page."""
    for kind, body, below in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "sql":
            yield kind, body, below
        else:
            first, _, shown = body.partition("\n")
            yield kind, first.removeprefix("$ decisions "), shown


def answered(home: Path, kind: str, asked: str) -> str:
    """What an example gives today."""
    return table(home, asked) if kind == "sql" else printed(home, asked)


def as_shown(got: str, shown: str) -> str:
    """The answer, cut where the page cuts it with a line of its own."""
    lines = shown.splitlines()
    if lines and lines[-1] == ENDLESS:
        return "\n".join([*got.splitlines()[: len(lines) - 1], ENDLESS, ""])
    return got


def rows_of(command: str, output: str) -> list[dict[str, str]]:
    """The rows that a command prints as ``--csv``, ``--refs`` or ``--json``, or an export to
    stdout; of JSON those of its first list that holds any, else the whole as one row."""
    words = shlex.split(command)
    if "--refs" in words:
        return [{"reference": line} for line in output.splitlines()]
    if "--json" in words:
        shape = json.loads(output)
        lists = [value for value in shape.values() if isinstance(value, list) and value]
        found = lists[0] if lists else [shape]
        return [{name: plain(cell) for name, cell in row.items()} for row in found]
    return list(csv.DictReader(io.StringIO(output)))


def plain(cell: object) -> str:
    """A value as CSV has it."""
    return "" if cell is None else str(cell)


def agree(command: str, output: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Raises AssertionError unless the command and the SELECT say the same in every column of the
    SELECT, whatever the order. A row of the command named ``all`` is its sum."""
    told = [row for row in rows_of(command, output) if "all" not in row.values()]
    assert told, f"{command} gives nothing"
    assert set(names) <= set(told[0]), (command, names, list(told[0]))
    left = sorted([row[name] for name in names] for row in told)
    right = sorted([plain(cell) for cell in row] for row in rows)
    assert left == right, command


def rewritten(page: Path, answer: Callable[[str, str], str]) -> str:
    """A page with the outputs that ``answer`` gives; a cut stays where it was."""

    def again(found: re.Match[str]) -> str:
        kind, body, below = found.groups()
        if kind == "sql":
            if below is None:
                return found[0]
            return f"```sql\n{body}```\n\n```text\n{as_shown(answer(kind, body), below)}```"
        first, _, shown = body.partition("\n")
        got = as_shown(answer(kind, first.removeprefix("$ decisions ")), shown)
        return f"```console\n{first}\n{got}```"

    return BLOCK.sub(again, page.read_text(encoding="utf-8"))


PYTHON = re.compile(r"(?ms)^```python\n(.*?)^```$\n\n```text\n(.*?)^```$")


def sessions(page: Path, home: Path) -> Iterator[tuple[re.Match[str], str]]:
    """Each piece of Python of a page, with what it prints, in one session from the directory above
    ``home``, where ``remedies.csv`` was exported to."""
    with chdir(home.parent):
        printed(home, "export csv --table remedy --output remedies.csv --force")
        names: dict[str, object] = {}
        for part in PYTHON.finditer(page.read_text(encoding="utf-8")):
            said = io.StringIO()
            with redirect_stdout(said):
                exec(compile(part[1], page.name, "exec"), names)  # noqa: S102 - our own page
            yield part, settled(said.getvalue())


def replayed(page: Path, home: Path) -> str:
    """A page with what its Python prints."""
    text = page.read_text(encoding="utf-8")
    for part, said in list(sessions(page, home)):
        text = text.replace(part[0], f"```python\n{part[1]}```\n\n```text\n{said}```")
    return text


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        pages = [Path(name).resolve() for name in sys.argv[1:]]
        home = crawled(Path(directory) / "practice")
        for page in pages:
            work = Path(directory) / page.stem
            work.mkdir()
            with chdir(work):
                text = rewritten(page, lambda kind, asked: answered(home, kind, asked))
            page.write_text(text, encoding="utf-8", newline="\n")
            page.write_text(replayed(page, home), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
