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

deadly, home, reference = int(sys.argv[1]), sys.argv[2], sys.argv[3]
met = 0

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

import decisions
code = decisions.main(["--home", home, "erase", reference, "--reason", "asked", "--yes"])
print(met)
sys.exit(code)
"""


def erase_until(deadly: int, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(deadly), str(home), DOOMED.reference],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_killed_at_every_step_it_is_finished_by_the_next_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Site([*OTHERS, worded(1)]) as site:
        filled = fill(site, tmp_path / "filled")
    with closing(sqlite3.connect(filled.home / "decisions.db")) as connection:
        filled.config.backup_dir.mkdir()
        backup = filled.config.backup_dir / "decisions-schema-0005-20260101T000000Z.db"
        connection.execute("VACUUM INTO ?", (str(backup),))
    whole = tmp_path / "whole"
    shutil.copytree(filled.home, whole)
    done = erase_until(0, whole)
    assert done.returncode == 0, done.stderr
    assert leftovers(whole, WORD) == []
    points = int(done.stdout.split()[-1])
    assert points > 15
    for deadly in range(1, points + 1):
        home = tmp_path / f"killed-{deadly}"
        shutil.copytree(filled.home, home)
        done = erase_until(deadly, home)
        assert done.returncode == -signal.SIGKILL, (deadly, done.stderr)
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
