"""What is not whole yet stands in a folder that its writer holds; what is left is cleared away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.unfinished import clear, found_in, workplace

ROOT = Path(__file__).parents[1]

KILLED = """
import os, signal, sys
from pathlib import Path
from archive.unfinished import workplace
with workplace(Path(sys.argv[1])) as folder:
    (folder / "text").write_text("words of a decision")
    (folder / "more").mkdir()
    (folder / "more" / "text").write_text("more words")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The workplace of a run that was killed."""
    if os.name == "nt":
        pytest.skip("SIGKILL is of POSIX systems")
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    (found,) = tmp_path.iterdir()
    assert (found / "text").exists()
    return found


def test_nothing_is_left_when_it_ends_well_or_not(tmp_path: Path) -> None:
    with workplace(tmp_path) as folder:
        (folder / "text").write_text("words")
        assert found_in(tmp_path) == [folder]
    assert list(tmp_path.iterdir()) == []

    def fail() -> None:
        with workplace(tmp_path) as folder:
            (folder / "text").write_text("words")
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_goes_when_the_next_begins(tmp_path: Path, left: Path) -> None:
    assert found_in(tmp_path) == [left]
    with workplace(tmp_path) as folder:
        assert found_in(tmp_path) == [folder]
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_being_written_stays(tmp_path: Path) -> None:
    with workplace(tmp_path) as first:
        (first / "text").write_text("words")
        program = (
            "import sys; from pathlib import Path; from archive.unfinished import clear\n"
            "print(clear(Path(sys.argv[1])))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == "[]\n"
        with workplace(tmp_path) as second:
            assert {first, second} == set(found_in(tmp_path))
        assert (first / "text").read_text() == "words"


def test_what_is_not_certainly_ours_stays(tmp_path: Path) -> None:
    file = tmp_path / ".decisions-old.partial"
    file.write_text("of an earlier version, perhaps in use")
    folder = tmp_path / ".decisions-mine.partial"
    folder.mkdir()
    (folder / "thesis").write_text("somebody's own")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "held.lock").touch()
    (elsewhere / "thesis").write_text("somebody's own")
    if os.name != "nt":
        (tmp_path / ".decisions-link.partial").symlink_to(elsewhere)
    assert clear(tmp_path) == []
    assert file.exists()
    assert (folder / "thesis").exists()
    assert (elsewhere / "thesis").exists()


def test_an_empty_one_that_was_never_held_goes(tmp_path: Path) -> None:
    empty = tmp_path / ".decisions-empty.partial"
    empty.mkdir()
    assert clear(tmp_path) == [empty]


def test_a_drive_without_locks_is_written_to_and_nothing_is_cleared_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise NotImplementedError("no locks here")

    monkeypatch.setattr("filelock.FileLock.acquire", refuses)
    with workplace(tmp_path) as folder:
        (folder / "text").write_text("words")
        assert clear(tmp_path) == []
        assert (folder / "text").exists()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_has_nothing_unfinished(tmp_path: Path) -> None:
    assert clear(tmp_path / "none") == found_in(tmp_path / "none") == []
