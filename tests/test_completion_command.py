"""Completion says what there is, without importing what it completes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import decisions

ROOT = Path(__file__).parents[1]
COMPLETE = {"_DECISIONS_COMPLETE": "bash_complete"}


def completed(words: str) -> tuple[list[str], set[str]]:
    """What would be offered for the last of these words, and the modules that it took."""
    code = (
        "import atexit, sys, decisions\n"
        "atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))\n"
        "decisions.main([])\n"
    )
    asked = words.split(" ")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | COMPLETE | {"COMP_WORDS": words, "COMP_CWORD": str(len(asked) - 1)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    offered = [line.partition(",")[2] for line in done.stdout.splitlines()]
    return offered, set(done.stderr.split())


def test_commands_are_offered_and_none_is_imported() -> None:
    offered, modules = completed("decisions re")
    assert set(offered) == {"reparse", "repair", "restore", "restrict"}
    assert "decisions" in modules
    assert not {"scraper", "search", "sqlalchemy", "httpx", "whoosh", "rich"} & modules


def test_every_command_is_offered_for_nothing() -> None:
    assert set(completed("decisions ")[0]) == set(decisions.COMMANDS)


def test_options_and_choices_of_a_command_are_offered_without_the_crawler() -> None:
    offered, modules = completed("decisions search --se")
    assert offered == ["--section"]
    assert "search.cli" in modules
    assert not {"scraper", "httpx", "sqlalchemy"} & modules
    assert "parquet" in completed("decisions export ")[0]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_names_the_command_and_its_variable(shell: str) -> None:
    done = CliRunner().invoke(decisions.group, ["completion", shell])
    assert done.exit_code == 0
    assert f"_DECISIONS_COMPLETE={shell}_complete" in done.output
    assert "decisions" in done.output


def test_bash_takes_the_script() -> None:
    bash = shutil.which("bash")
    if bash is None or sys.platform == "win32":
        pytest.skip("no bash here")
    script = CliRunner().invoke(decisions.group, ["completion", "bash"]).output
    done = subprocess.run([bash, "-n"], input=script, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_another_shell_is_a_usage_error() -> None:
    assert CliRunner().invoke(decisions.group, ["completion", "tcsh"]).exit_code == 2


def test_every_command_stands_under_one_heading() -> None:
    listed = [name for names in decisions.HEADINGS.values() for name in names]
    assert sorted(listed) == sorted(decisions.COMMANDS)
    shown = CliRunner().invoke(decisions.group, ["--help"]).output
    assert all(f"\n{heading}:\n" in shown for heading in decisions.HEADINGS)
