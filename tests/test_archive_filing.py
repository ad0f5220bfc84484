"""Where an export may go, and what it must never spoil."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from archive.errors import ArchiveError, UsageError
from archive.filing import new_files, text_output


def write(output: str, words: str = "one\n", forbidden: list[Path] | None = None) -> None:
    with text_output(output, forbidden=forbidden or []) as stream:
        stream.write(words)


def test_a_file_appears_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "data.csv.partial").write_text("somebody's own")
    write(str(tmp_path / "data.csv"))
    assert (tmp_path / "data.csv").read_text() == "one\n"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["data.csv", "data.csv.partial"]
    assert (tmp_path / "data.csv.partial").read_text() == "somebody's own"


def test_what_goes_wrong_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "data.csv"
    target.write_text("old")

    def fail() -> None:
        with text_output(str(target), forbidden=[]) as stream:
            stream.write("half")
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        fail()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_device_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    link = tmp_path / "null"
    link.symlink_to(os.devnull)
    write(str(link))
    assert link.is_symlink()
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_a_link_is_followed(tmp_path: Path) -> None:
    target = tmp_path / "real.csv"
    target.write_text("old")
    (tmp_path / "link.csv").symlink_to(target)
    write(str(tmp_path / "link.csv"))
    assert target.read_text() == "one\n"
    assert (tmp_path / "link.csv").is_symlink()


def test_the_archive_itself_is_refused(tmp_path: Path) -> None:
    database, index = tmp_path / "decisions.db", tmp_path / "index"
    database.write_text("precious")
    for output in (database, index / "manifest.json"):
        with pytest.raises(UsageError, match="belongs to the archive"):
            write(str(output), forbidden=[database, index])
    assert database.read_text() == "precious"


@pytest.mark.parametrize("output", ["", "  ", "{folder}"])
def test_what_cannot_be_a_file_is_refused(tmp_path: Path, output: str) -> None:
    with pytest.raises(UsageError):
        write(output.format(folder=tmp_path))


@pytest.mark.parametrize("ending", ["/", "/.", os.sep])
def test_a_directory_that_is_not_there_does_not_become_a_file(tmp_path: Path, ending: str) -> None:
    output = str(tmp_path / "exports") + ending
    with pytest.raises(UsageError, match="no directory"):
        write(output)
    both = new_files([output], forbidden=[], overwrite=True)
    with pytest.raises(UsageError, match="no directory"), both:
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be written"):
        write(str(tmp_path / "no" / "such" / "folder.csv"))


def test_a_dash_is_stdout(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    write("-", "£’\r\n")
    assert capfdbinary.readouterr().out == "£’\r\n".encode()


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"there is no directory .*exports; make it") as error:
        write(str(tmp_path / "exports" / "data.csv"))
    assert "partial" not in str(error.value)


def test_a_dash_cannot_stand_for_two_files(tmp_path: Path) -> None:
    two = new_files(["-", "-.md"], forbidden=[], overwrite=False)
    with pytest.raises(UsageError, match="name a file"), two:
        pass
