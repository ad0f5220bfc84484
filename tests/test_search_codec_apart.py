"""An index that two processes built is the one that one builds, whatever ends either of them."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import pickle
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.records import SectionKind, StoredDecision
from archive.spawned import ending
from search import writing
from search.codec import apart
from search.codec.apart import FILE, InverterApart
from search.codec.texts import Texts
from search.errors import IndexUnusable
from search.index import Index
from search.schema import PARAGRAPH_MARK, REGION_BOOSTS, SENTENCE_MARK
from tests.search_fakes import FakeArchive, decision

ROOT = Path(__file__).parents[1]
K = SectionKind
HOW = REGION_BOOSTS, (SENTENCE_MARK, PARAGRAPH_MARK)
ODD = [
    *("\0", "a\0b", "\1", "\ud800", "\udc00x", "£ 12", "£\u00a05", "£", "\u2003", "\x1c", "_"),
    *("s.31(2)", "Schedule 5, paragraph 5(b)", "ﬁne", "日本語", "x" * 90, "w" * 24, "w" * 25, "☃"),
    *("Mr.", "End.", "Then", "24A(6)", "and/or", "£1,950", "A&E", "Council’s", "\U0001f600"),
]


def archive_of(count: int, words: int = 60) -> FakeArchive:
    """Decisions of common, rare and odd words; one has none at all."""
    draw = random.Random(9)
    archive = FakeArchive()
    for number in range(1, count + 1):
        texts = [
            " ".join(
                draw.choice(ODD) if draw.random() < 0.2 else f"word{int(draw.paretovariate(0.6))}"
                for _ in range(draw.randrange(words))
            )
            for _ in range(draw.randrange(6))
        ]
        archive.add(
            decision(f"24 {number // 1000:03} {number % 1000:03}", sections={K.OTHER: texts})
        )
    archive.add(decision("25 000 001", sections={K.OTHER: [""]}))
    return archive


def files(index: Index) -> list[tuple[str, str]]:
    """What lies in the index, whatever it is called."""
    return sorted(
        (path.suffix, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in index.directory.rglob("MAIN_*.*")
    )


def nobody_left() -> bool:
    return not [one for one in multiprocessing.active_children() if "inverter" in one.name]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second process is started for the first few words."""
    monkeypatch.setattr(apart, "WORTH_IT", 0)
    monkeypatch.setattr(apart, "TOGETHER", 2_000)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("largest", [13, 0x10000], ids=["several segments", "one segment"])
def test_two_processes_write_the_very_same_files_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    monkeypatch.setattr(writing, "LARGEST", largest)
    archive = archive_of(35)
    one, two = Index(tmp_path / "one"), Index(tmp_path / "two")
    one.rebuild(archive)
    two.rebuild(archive, jobs=2)
    assert files(one) == files(two)
    assert len(files(two)) == 3 * (3 if largest == 13 else 1)
    assert nobody_left()


def test_few_decisions_are_not_worth_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(InverterApart, "_start", None)
    one, two = Index(tmp_path / "one"), Index(tmp_path / "two")
    one.rebuild(archive_of(5))
    two.rebuild(archive_of(5), jobs=2)
    assert files(one) == files(two)
    empty = Index(tmp_path / "empty")
    assert empty.rebuild(FakeArchive(), jobs=2).documents == 0


class Killing(FakeArchive):
    """In the midst of the reading somebody ends the second process."""

    def stored_all(self) -> Iterator[StoredDecision]:
        for number, stored in enumerate(super().stored_all()):
            if number == 20:
                (child,) = multiprocessing.active_children()
                child.kill()
                child.join()
            yield stored


@pytest.mark.usefixtures("at_once")
def test_when_the_second_process_is_killed_the_old_index_stays(tmp_path: Path) -> None:
    index = Index(tmp_path)
    index.rebuild(archive_of(3))
    before = files(index)
    killing = Killing()
    killing.__dict__.update(archive_of(40).__dict__)
    with pytest.raises(IndexUnusable, match="--jobs 1"):
        index.rebuild(killing, jobs=2)
    assert files(index) == before
    assert len(list(tmp_path.glob("gen-*"))) == 1
    assert nobody_left()


@pytest.mark.usefixtures("at_once")
def test_what_goes_wrong_there_is_raised_here(tmp_path: Path) -> None:
    """The file that the other process would make is there already."""
    (tmp_path / FILE).write_bytes(b"")
    inverter = InverterApart(*HOW, tmp_path)
    with pytest.raises(FileExistsError) as raised:  # noqa: PT012 - some time later, or at the end
        for _ in range(200):
            inverter.add(Texts.of([(0, "word " * 1000)]))
        inverter.finish()
    assert "_work" in "".join(raised.value.__notes__), "where it went wrong there"
    inverter.close()
    assert nobody_left()


@pytest.mark.usefixtures("at_once")
def test_a_build_that_is_given_up_leaves_nobody_and_nothing(tmp_path: Path) -> None:
    inverter = InverterApart(*HOW, tmp_path)
    for _ in range(200):
        inverter.add(Texts.of([(0, "word " * 1000)]))
    assert not nobody_left()
    inverter.close()
    assert nobody_left()
    assert list(tmp_path.iterdir()) == []


def test_how_many_processes_build() -> None:
    assert writing.jobs_for(1) == 1
    assert writing.jobs_for(2) == 2
    assert 1 <= writing.jobs_for(None) <= 2


def test_endings_in_words() -> None:
    assert ending(3) == "exit 3"
    if sys.platform != "win32":
        assert ending(-signal.SIGKILL) == "killed by SIGKILL"


ENDLESS = """
import itertools, sys
from pathlib import Path
from search.codec import apart
from search.index import Index
from tests.search_fakes import FakeArchive, decision

class Endless(FakeArchive):
    def stored_all(self):
        (one,) = super().stored_all()
        for number in itertools.count():
            if number == 3000:
                print("busy", flush=True)
            yield one

if __name__ == "__main__":
    apart.WORTH_IT = 0
    archive = Endless()
    archive.add(decision(summary="word " * 1000))
    Index(Path(sys.argv[1])).rebuild(archive, jobs=2)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_whatever_ends_the_build_ends_both_and_the_next_one_sweeps(
    tmp_path: Path, number: signal.Signals
) -> None:
    """The second process holds the command's stdout: it closes when both are gone."""
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS, encoding="utf-8")
    home = tmp_path / "index"
    command = subprocess.Popen(
        [sys.executable, str(script), str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    assert command.stdout is not None
    assert command.stdout.readline() == "busy\n"
    if number is signal.SIGINT:
        os.killpg(command.pid, number)  # As a terminal does.
    else:
        command.send_signal(number)
    _, complaints = command.communicate(timeout=120)
    assert command.returncode != 0
    assert complaints.count("Traceback") == (number is signal.SIGINT), "the command's own"
    left = [path.name for path in home.glob("gen-*/*")]
    assert (FILE in left) == (number is signal.SIGKILL), "a killed one cannot tidy up"
    index = Index(home)
    index.rebuild(archive_of(3))
    assert [path.name for path in home.glob("gen-*/*.runs")] == []
    assert len(list(home.glob("gen-*"))) == 1


@pytest.mark.parametrize("letter", ["x", "é", "\U0001f600"])
def test_an_error_of_any_length_fits_into_the_pipe(letter: str) -> None:
    """Both sides may be sending at once; what does not fit would then wait for ever."""
    try:
        raise ValueError(letter * 200_000 + "the end")
    except ValueError as error:
        sent = apart._as_sent(error)
    assert "the end" in str(sent)
    assert len(pickle.dumps(sent)) <= apart.LONGEST_ERROR + 1_000
