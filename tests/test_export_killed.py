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
from tests.exporting import exported, fill, run, settings, specimens

ROOT = Path(__file__).parents[1]

KILLED = """
import os, signal, sys
from archive.exporting import selection
from search import export_command
import decisions

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def in_the_middle():
    selection.BATCH = 3
    calls = []
    plain = selection.Selection._batch
    def batch(self, held):
        calls.append(1)
        return die() if len(calls) == 3 else plain(self, held)
    selection.Selection._batch = batch

def at_the_end():
    os.fsync = die

# A call a line. Each is made in a child, which costs no start of a Python; the last line of ours
# says how each of them ended.
ended = []
for line in sys.stdin.read().splitlines():
    child = os.fork()
    if not child:
        {"middle": in_the_middle, "end": at_the_end}[sys.argv[1]]()
        os._exit(decisions.main(line.split("\\t")))
    ended.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(*ended)
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
sys.exit(decisions.main(sys.argv[1:]))
"""

FORMS = ("csv", "jsonl", "parquet", "xlsx", "sqlite", "warc", "bibtex", "ris")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("killed")
    fill(there, specimens())
    return there


def killed(when: str, home: Path, *calls: list[str]) -> None:
    """Run the command once for each of these words, killed at that moment of its work."""
    lines = ["\t".join(["--home", str(home), *words]) for words in calls]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, when],
        cwd=ROOT,
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(-signal.SIGKILL)] * len(calls)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX systems")
@pytest.mark.parametrize("when", ["middle", "end"])
def test_what_was_there_stays_and_nothing_half_has_its_name(
    home: Path, tmp_path: Path, when: str
) -> None:
    calls = []
    for form in FORMS:
        folder = tmp_path / form
        folder.mkdir()
        (folder / "old.out").write_bytes(b"what was there")
        calls += [
            ["export", form, "--output", str(folder / name), "--force"]
            for name in ("new.out", "old.out")
        ]
    killed(when, home, *calls)
    for form in FORMS:
        folder = tmp_path / form
        new, old = folder / "new.out", folder / "old.out"
        assert old.read_bytes() == b"what was there", form
        left = [item.name for item in folder.iterdir() if item != old]
        assert left, form
        assert all(name.startswith(".decisions-") for name in left), form
        assert {path.name for path in copies.unfinished(settings(home))} >= set(left), form
        exported(home, form, "--output", str(new))
        assert new.stat().st_size, form
        still = [item.name for item in folder.iterdir() if item.name.startswith(".decisions-")]
        assert not still, form


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
    if what == "a copy":
        called = [sys.executable, "-c", KILLED_COPY, "--home", str(own), *words]
        assert subprocess.run(called, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    else:
        killed("middle", own, words)
    (left,) = out.iterdir()
    assert list(left.rglob("*"))
    done = run(own, "erase", "24 001 234", "--yes", "--reason", "asked", "--json")
    assert done.exit_code == 0, done.output
    assert str(left) in json.loads(done.stdout)["unfinished"]
    assert list(out.iterdir()) == []
