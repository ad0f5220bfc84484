"""An export that is killed leaves nothing under the name it was to have: a whole file or none."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive import copies
from tests.exporting import exported, fill, settings, specimens

ROOT = Path(__file__).parents[1]

KILLED = """
import os, signal, sys
from archive.exporting import selection

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

selection.BATCH = 3
if sys.argv[1] == "middle":
    calls = []
    plain = selection.Selection._batch
    def batch(self, held):
        calls.append(1)
        return die() if len(calls) == 3 else plain(self, held)
    selection.Selection._batch = batch
else:
    os.fsync = die

import decisions
sys.exit(decisions.main(sys.argv[2:]))
"""

KILLED_COPY = """
import os, signal, sys
from archive import copying

plain = copying._keep_counting
def keep_counting(reading, writing, table):
    plain(reading, writing, table)
    if table.name == "paragraph":
        os.kill(os.getpid(), signal.SIGKILL)
copying._keep_counting = keep_counting

import decisions
sys.exit(decisions.main(sys.argv[2:]))
"""

FORMS = ("csv", "jsonl", "parquet", "xlsx", "sqlite", "warc", "bibtex", "ris")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("killed")
    fill(there, specimens())
    return there


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX systems")
@pytest.mark.parametrize("when", ["middle", "end"])
@pytest.mark.parametrize("form", FORMS)
def test_what_was_there_stays_and_nothing_half_has_its_name(
    home: Path, tmp_path: Path, form: str, when: str
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    new, old = folder / "new.out", folder / "old.out"
    old.write_bytes(b"what was there")
    for target in (new, old):
        words = ["--home", str(home), "export", form, "--output", str(target), "--force"]
        done = subprocess.run([sys.executable, "-c", KILLED, when, *words], cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
    assert old.read_bytes() == b"what was there"
    left = [item.name for item in folder.iterdir() if item != old]
    assert left
    assert all(name.startswith(".decisions-") for name in left)
    assert {path.name for path in copies.unfinished(settings(home))} >= set(left)
    exported(home, form, "--output", str(new))
    assert new.stat().st_size
    assert not [item.name for item in folder.iterdir() if item.name.startswith(".decisions-")]


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX systems")
@pytest.mark.parametrize("what", ["an export", "a directory", "a copy"])
def test_an_erasure_finds_what_a_killed_run_left(home: Path, tmp_path: Path, what: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    words = {
        "an export": ["export", "csv", "--output", str(out / "x.csv")],
        "a directory": ["export", "nvivo", "--output", str(out / "x")],
        "a copy": ["copy", "--to", f"sqlite:///{out / 'x.db'}"],
    }[what]
    own = shutil.copytree(home, tmp_path / "home")
    program = KILLED_COPY if what == "a copy" else KILLED
    called = [sys.executable, "-c", program, "middle", "--home", str(own), *words]
    assert subprocess.run(called, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    (left,) = out.iterdir()
    assert list(left.rglob("*"))
    erase = ["--home", str(own), "erase", "24 001 234", "--yes", "--reason", "asked", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "decisions", *erase],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert str(left) in json.loads(done.stdout)["unfinished"]
    assert list(out.iterdir()) == []
