"""A search of a real archive is quick to start, and leaves no trace in it.

In processes of their own, through the program's front door: what a search imports and writes is
what a person's search does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive.config import Config, sqlite_url
from archive.opening import open_to_write
from search.index import Index
from tests.specimens import NOON, SOURCE, decision, page

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = """
import json, sys, decisions
code = decisions.main(["--home", *sys.argv[1:]])
unwanted = {"sqlalchemy", "alembic", "httpx", "httpcore", "selectolax", "rich", "scraper"}
if sys.argv[2:4] in (["search", "council"], ["search", '"the council"']):
    unwanted |= {"archive.records", "importlib.metadata", "search.matching", "whoosh.index"}
    unwanted |= {"whoosh.reading", "whoosh.fields", "tomllib", "platformdirs", "tempfile"}
    unwanted |= {"numpy.ma", "numpy.random", "numpy.testing"}
print(json.dumps(sorted(unwanted & set(sys.modules))), file=sys.stderr)
sys.exit(code)
"""
COMMANDS = [
    ["search", "council", "--facet", "all", "--context", "1"],
    ["search", '"the council"'],
    ["search", "counsil"],
    ["search", "council", "--all", "--csv"],
    ["search", "s.42", "--expand", "--explain", "--json"],
    ["similar", "24-001-234"],
    ["terms", "co"],
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("cold")
    config = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        archive.save_decision(source_id, decision(), [archive.save_page(page())], at=NOON)
        Index(config.index_dir).follow(archive)
    return home


def run(home: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, str(home), *command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_that_a_search_does_not_need_is_imported(home: Path, command: list[str]) -> None:
    done = run(home, command)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert json.loads(done.stderr.splitlines()[-1]) == []


@pytest.mark.parametrize("command", [["--help"], ["search", "--help"], ["bodies"]], ids=" ".join)
def test_only_what_opens_an_index_pays_for_arrays(home: Path, command: list[str]) -> None:
    program = (
        "import sys, decisions\n"
        "assert decisions.main(['--home', *sys.argv[1:]]) == 0\n"
        "sys.exit('numpy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(home), *command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_nothing_is_written_and_read_only_media_serve_too(home: Path) -> None:
    def files() -> dict[str, tuple[bytes, int]]:
        return {
            str(path): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in home.rglob("*")
            if path.is_file() and not path.name.endswith("-shm")
        }

    before = files()
    every = [home, *home.rglob("*")]
    for path in every:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        for command in (COMMANDS[0], COMMANDS[4]):
            assert run(home, command).returncode == 0
    finally:
        for path in every:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert files() == before
