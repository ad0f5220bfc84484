"""Folders the scripts may empty: only their own, by one run at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from folder import Stopped, claimed, empty, is_ours

MARKER = "made-by-test.txt"
SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"


def test_a_missing_folder_is_made_and_marked(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    with claimed(folder, MARKER, wait=False):
        assert (folder / MARKER).is_file()
    assert is_ours(folder, MARKER)


def test_an_empty_folder_may_be_taken(tmp_path: Path) -> None:
    with claimed(tmp_path, MARKER, wait=False):
        assert (tmp_path / MARKER).is_file()


def test_a_folder_that_somebody_filled_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "decisions.db").write_text("a real archive")
    with pytest.raises(Stopped, match=r"made-by-test\.txt"), claimed(tmp_path, MARKER, wait=False):
        pytest.fail("it was taken")
    assert [path.name for path in tmp_path.iterdir()] == ["decisions.db"]


def test_a_file_in_its_place_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / ".demo"
    file.write_text("a file")
    with pytest.raises(Stopped), claimed(file, MARKER, wait=False):
        pytest.fail("it was taken")
    assert file.read_text() == "a file"


def link(at: Path, to: Path) -> None:
    """A symbolic link, where the system lets this user make one."""
    try:
        at.symlink_to(to, target_is_directory=to.is_dir())
    except OSError as error:
        pytest.skip(f"no symbolic links here: {error}")


def test_a_link_to_a_marked_folder_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    (target / MARKER).touch()
    link(tmp_path / ".demo", target)
    with pytest.raises(Stopped), claimed(tmp_path / ".demo", MARKER, wait=False):
        pytest.fail("it was taken")


def test_emptying_spares_the_marker_and_what_links_lead_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").touch()
    folder = tmp_path / ".demo"
    with claimed(folder, MARKER, wait=False):
        (folder / "index").mkdir()
        (folder / "index" / "segment").touch()
        (folder / "decisions.db").touch()
        link(folder / "link", outside)
        empty(folder, MARKER)
    assert [path.name for path in folder.iterdir()] == [MARKER]
    assert (outside / "precious").exists()


def test_two_runs_cannot_hold_one_folder(tmp_path: Path) -> None:
    with (
        claimed(tmp_path, MARKER, wait=False),
        pytest.raises(Stopped, match="Another run"),
        claimed(tmp_path, MARKER, wait=False),
    ):
        pytest.fail("it was taken twice")
    with claimed(tmp_path, MARKER, wait=False):
        pass


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys\n"
        "from folder import claimed\n"
        f"with claimed(pathlib.Path(sys.argv[1]), {MARKER!r}, wait=False):\n"
        "    os._exit(9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
        check=False,
    )
    assert done.returncode == 9
    with claimed(tmp_path, MARKER, wait=False):
        pass


@pytest.mark.skipif(os.name == "nt", reason="a lock cannot be shared there")
def test_what_a_killed_run_had_started_holds_the_folder_until_it_ends(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, subprocess, sys\n"
        "from folder import claimed\n"
        f"with claimed(pathlib.Path(sys.argv[1]), {MARKER!r}, wait=False) as lock:\n"
        "    wait = [sys.executable, '-c', 'import sys; sys.stdin.read()']\n"
        "    subprocess.Popen(wait, pass_fds=[lock])\n"
        "    os._exit(9)\n"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert first.wait() == 9
    with pytest.raises(Stopped, match="Another run"), claimed(tmp_path, MARKER, wait=False):
        pytest.fail("it was taken twice")
    first.communicate()  # closes what the second one reads, so that it ends
    with claimed(tmp_path, MARKER, wait=True):
        pass


def test_who_must_wait_is_told_once_and_then_goes_on(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys\n"
        "from folder import claimed\n"
        f"with claimed(pathlib.Path(sys.argv[1]), {MARKER!r}, wait=True):\n"
        "    print('held')\n"
    )
    with claimed(tmp_path, MARKER, wait=False):
        second = subprocess.Popen(
            [sys.executable, "-u", "-c", program, str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert second.stderr is not None
        assert "waiting" in second.stderr.readline()
        assert second.poll() is None
    out, err = second.communicate()
    assert (out.strip(), err, second.returncode) == ("held", "", 0)
