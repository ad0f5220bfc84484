"""Every example in docs/certificates.md does what the page says, in its order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import decisions
from archive.config import Config, sqlite_url
from archive.opening import open_to_write
from search.index import Index
from tests.specimens import NOON, SOURCE, decision, page

PAGE = Path(__file__).resolve().parents[1] / "docs" / "certificates.md"


def examples() -> list[tuple[str, str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    found = (re.fullmatch(r"([$!]) decisions (.+)", line) for line in lines)
    return [(match[1], match[2]) for match in found if match]


def test_each_example_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    config = Config(home, sqlite_url(home / "decisions.db"))
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        number = archive.save_page(page())
        found = decision(summary="Late tuition.")
        archive.save_decision(archive.register(SOURCE), found, [number], at=NOON)
        Index(config.index_dir).follow(archive)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DECISIONS_HOME", str(home))
    assert len(examples()) == 10
    for sign, line in examples():
        code = decisions.main(shlex.split(line))
        out, err = capsys.readouterr()
        if sign == "$":
            assert code == 0, (line, err)
            assert out, line
        else:
            assert code in (1, 2), (line, err)
            assert out == "", line
        if "--force" in line:
            whole = (tmp_path / "tuition.json").read_text(encoding="utf-8")
            (tmp_path / "edited.json").write_text(whole.replace("live", "dead"), encoding="utf-8")
            assert (tmp_path / "tuition.md").exists()
            for member in re.findall(r'^"(\w+)"', whole, re.MULTILINE):
                assert f"`{member}`" in PAGE.read_text(encoding="utf-8") or member in (
                    "certificate",
                    "schema",
                    "about",
                ), member
