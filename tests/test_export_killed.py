"""An export that is killed leaves nothing under the name it was to have: a whole file or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exporting import exported, fill, specimens

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
    exported(home, form, "--output", str(new))
    assert new.stat().st_size
