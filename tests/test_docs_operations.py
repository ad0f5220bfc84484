"""docs/operations.md says what is so: commands exist, sentences are ours, steps work."""

from __future__ import annotations

import re
from pathlib import Path

import decisions
from tests.crawling import TODAY
from tests.site import Site, invent
from tests.test_decisions_command import run

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CASES = invent(14, seed=6, today=TODAY)


def test_every_command_it_names_exists() -> None:
    """``decisions WORD`` between backticks or at the start of a line of a listing."""
    named = set(re.findall(r"(?:`|^|/)decisions(?: --home \S+)? ([a-z-]+)", TEXT, re.MULTILINE))
    assert named <= decisions.COMMANDS.keys()
    assert {"crawl", "cron", "failures", "coverage", "doctor", "status"} <= named


def test_every_sentence_it_explains_is_one_that_is_said() -> None:
    """The first column of the table of messages: words that stand in the code."""
    table = TEXT.partition("## What it says, and what to do")[2].partition("\n## ")[0]
    told = re.findall(r"^\| “(.+?)” \|", table, re.MULTILINE)
    assert len(told) > 12
    files = [
        path for room in ("archive", "scraper", "search") for path in (ROOT / room).rglob("*.py")
    ]
    # Strings are broken over lines: compare without quotes, line ends and what is filled in.
    code = " ".join(_bare(path.read_text(encoding="utf-8")) for path in files)
    for sentence in told:
        for piece in sentence.split("…"):
            assert _bare(piece) in code, sentence


def _bare(text: str) -> str:
    joined = re.sub(r"[\"']\s*\n\s*f?[\"']", "", text)
    return re.sub(r"\s+", " ", joined).strip().casefold()


def test_a_backup_is_put_back_as_it_says(tmp_path: Path) -> None:
    with Site(CASES[:8]) as site:
        crawl = ("crawl", "--base-url", site.url, "--delay", "0", "--since", "all")
        assert run(*crawl, home=tmp_path).returncode == 0
        kept = tmp_path.parent / f"{tmp_path.name}-kept.db"
        assert run("backup", str(kept), home=tmp_path).returncode == 0
        site.publish(*CASES[8:])
        assert run(*crawl, home=tmp_path).returncode == 0
        refused = run("restore", str(kept), "--yes", home=tmp_path)
        assert (refused.returncode, "newer" in refused.stderr) == (1, True)
        assert run("restore", str(kept), "--yes", "--force", home=tmp_path).returncode == 0
        held = '"decisions":8,'
        assert held in run("status", "--json", home=tmp_path).stdout
        assert run(*crawl, home=tmp_path).returncode == 0
    assert f'"decisions":{len(CASES)},' in run("status", "--json", home=tmp_path).stdout
