"""An erasure that is killed anywhere says that it is not complete, and the next command finishes.

The command runs in a process of its own that kills itself (SIGKILL) right before one of the steps
that make something lasting: an fsync, a renaming, a removal, a commit. Each has its turn.
"""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.erasing import DOOMED, OTHERS, WORD, command, fill, worded
from tests.leftovers import leftovers
from tests.site import Site

ROOT = Path(__file__).parents[1]

CHILD = """
import os, shutil, signal, sys
from pathlib import Path
import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine
from archive import erase_command, erasure
import decisions

reference = sys.argv[1]
deadly = met = 0

def point(*_, **__):
    global met
    met += 1
    if met == deadly:
        os.kill(os.getpid(), signal.SIGKILL)

def before(owner, name):
    held = getattr(owner, name)
    def stopped(*args, **more):
        point()
        return held(*args, **more)
    setattr(owner, name, stopped)

for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (shutil, "rmtree")):
    before(owner, name)
event.listen(Engine, "commit", point)

# A line names the deadly point and the home. Each erasure is made in a child, which costs no start
# of a Python; a line of ours says how it ended and how many points it met.
for line in sys.stdin:
    number, home = line.rstrip("\\n").split("\\t")
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        deadly, met = int(number), 0
        os.dup2(2, 1)
        code = decisions.main(["--home", home, "erase", reference, "--reason", "asked", "--yes"])
        os.write(tell, str(met).encode())
        os._exit(code)
    os.close(tell)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(ended, os.read(told, 20).decode() or "-", flush=True)
    os.close(told)
"""


class Erasing:
    """A process that erases, again and again, each time killed at another point."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def until(self, deadly: int, home: Path) -> tuple[int, str]:
        """How the erasure in this home ended that was killed at this point (0: at none), and how
        many points it met."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{deadly}\t{home}\n")
        self._process.stdin.flush()
        ended, met = self._process.stdout.readline().split()
        return int(ended), met


@pytest.fixture
def erasing() -> Iterator[Erasing]:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, DOOMED.reference],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    ) as process:
        yield Erasing(process)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_killed_at_every_step_it_is_finished_by_the_next_command(
    tmp_path: Path, erasing: Erasing, capsys: pytest.CaptureFixture[str]
) -> None:
    with Site([*OTHERS, worded(1)]) as site:
        filled = fill(site, tmp_path / "filled")
    with closing(sqlite3.connect(filled.home / "decisions.db")) as connection:
        filled.config.backup_dir.mkdir()
        backup = filled.config.backup_dir / "decisions-schema-0005-20260101T000000Z.db"
        connection.execute("VACUUM INTO ?", (str(backup),))
    whole = tmp_path / "whole"
    shutil.copytree(filled.home, whole)
    ended, met = erasing.until(0, whole)
    assert ended == 0
    assert leftovers(whole, WORD) == []
    points = int(met)
    assert points > 15
    for deadly in range(1, points + 1):
        home = tmp_path / f"killed-{deadly}"
        shutil.copytree(filled.home, home)
        ended, _ = erasing.until(deadly, home)
        assert ended == -signal.SIGKILL, deadly
        begun = (home / "erased.jsonl").exists() and (home / "erased.jsonl").read_bytes()
        if not begun:
            assert leftovers(home, WORD)  # Nothing was promised and nothing is gone.
            shutil.rmtree(home)
            continue
        capsys.readouterr()
        clean_already = not leftovers(home, WORD)
        assert command(home, "erased") == 0
        told = capsys.readouterr()
        assert clean_already or "not complete" in told.err, deadly
        assert command(home, "index") == 0
        assert leftovers(home, WORD) == [], deadly
        capsys.readouterr()
        assert command(home, "status") == 0, deadly
        assert "not complete" not in capsys.readouterr().err
        shutil.rmtree(home)
