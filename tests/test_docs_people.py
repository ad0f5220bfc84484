"""The pages for people do what they say: every example was run, and each answer has two ways.

One archive, crawled from the look-alike, serves all pages. ``python -m tests.told PAGE…`` writes
the outputs anew.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import decisions
from tests.reference import PLACE, commands_page, json_page
from tests.told import (
    COUNT,
    PORT,
    ROOT,
    TODAY,
    agree,
    answered,
    as_shown,
    blocks,
    crawled,
    printed,
    selected,
    sessions,
)

DOCS = ROOT / "docs"
HOW_TO = sorted((DOCS / "how-to").glob("*.md"))
PAGES = [DOCS / "tutorial.md", DOCS / "ethics.md", *HOW_TO]
QUESTIONS = {"adviser": 3, "journalist": 4, "officer": 2, "operator": 2, "researcher": 3}
"""How many questions of each page have a command and a SELECT that agree."""
ALONE = "SELECT reference, state, attempts FROM listed"
"""A SELECT of the operator's that has an answer only on a bad day."""
LINK = re.compile(r"\]\(([^)#:]+\.md)?(?:#([a-z0-9-]+))?\)")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crawled(tmp_path_factory.mktemp("told") / "practice")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_example_gives_what_the_page_shows(home: Path, work: Path, page: Path) -> None:
    shown = list(blocks(page))
    assert shown
    for kind, asked, below in shown:
        assert as_shown(answered(home, kind, asked), below) == below, asked


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_command_and_select_agree(home: Path, work: Path, page: Path) -> None:
    pairs = 0
    before = ""
    for kind, asked, _ in blocks(page):
        if kind == "sql" and not asked.startswith(ALONE):
            names, rows = selected(home, asked)
            agree(before, printed(home, before), names, rows)
            pairs += 1
        before = asked
    assert pairs == QUESTIONS[page.stem]


def test_an_answer_that_differs_is_noticed() -> None:
    told = "reference,outcome\n24 001 001,upheld\nall,\n"
    agree("search --csv", told, ["reference"], [("24 001 001",)])
    for rows in ([("24 001 002",)], [], [("24 001 001",), ("24 001 001",)]):
        with pytest.raises(AssertionError):
            agree("search --csv", told, ["reference"], rows)
    with pytest.raises(AssertionError):
        agree("search --csv", told, ["body"], [("24 001 001",)])


def test_the_reference_is_that_of_the_code(home: Path) -> None:
    for name, text in (("commands.md", commands_page()), ("json.md", json_page(home))):
        assert (PLACE / name).read_text(encoding="utf-8") == text, "run scripts/reference.py"


def test_the_tutorial_crawls_what_the_archive_was_crawled_from() -> None:
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    site = f"python -m tests.site --count {COUNT} --seed 1 --today {TODAY} --port {PORT}"
    assert site in text
    assert f"--base-url http://127.0.0.1:{PORT}" in text
    assert f"{COUNT} listed, {COUNT} new, 0 changed, 0 failed" in text


@pytest.mark.parametrize(
    "page",
    [*PAGES, DOCS / "explanation.md", DOCS / "python.md", DOCS / "api.md",
     DOCS / "reference" / "commands.md", ROOT / "README.md", ROOT / "CHANGELOG.md"],
    ids=lambda page: page.stem,
)  # fmt: skip
def test_links_lead_somewhere_and_commands_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name, part in LINK.findall(text):
        target = (page.parent / name).resolve() if name else page
        assert target.is_file(), name
        if part:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-") for h in headings}
            assert part in slugs, (name, part)
    for line in re.findall(r"`decisions ([a-z][^`]*)`", text):
        first, *rest = line.split()
        assert first in decisions.COMMANDS, line
        said = CliRunner().invoke(decisions.group, [first, "--help"]).output
        for option in (word for word in rest if word.startswith("--")):
            assert option in said, line


def test_the_python_page_runs_and_prints_what_it_shows(home: Path) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("duckdb")
    page = DOCS / "python.md"
    parts = [(part[2], said) for part, said in sessions(page, home)]
    assert len(parts) == page.read_text(encoding="utf-8").count("```python") == 5
    for shown, said in parts:
        assert said == shown
