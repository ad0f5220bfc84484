"""docs/exports.md does what it says: every command and the Python in it run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from archive.exporting.forms import FORMS
from archive.exporting.tables import NAMES
from tests.exporting import fill, run

PAGE = (Path(__file__).parents[1] / "docs" / "exports.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ decisions (.+)$", PAGE, re.MULTILINE)


def test_the_page_tells_of_every_format_and_table() -> None:
    told = PAGE.partition("## What is left out")[0]
    assert all(f"`{name}`" in told for name in (*FORMS, *NAMES))


def test_its_commands_and_its_python_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for package in ("pyarrow", "openpyxl", "warcio", "pandas", "duckdb"):
        pytest.importorskip(package)
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    fill(home)
    monkeypatch.chdir(work)
    assert len(COMMANDS) > 10
    for line in COMMANDS:
        words = shlex.split(line)
        done = run(home, *words)
        assert done.exception is None, (line, done.exception)
        if words[0] == "export":
            name = words[words.index("--output") + 1]
            assert (work / name).stat().st_size > 0
            assert (work / f"{name}.datapackage.json").is_file()
        else:
            assert "24-001-234" in done.stdout or "24 001 234" in done.stdout
    code = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    for part in code:
        exec(compile(part, "docs/exports.md", "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.split()[0] == "12"
