"""Stems that are taken from an older segment are those that would be worked out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from archive.records import SectionKind
from search import manifest as manifests
from search.codec import inverting, stems
from search.codec.container import DamagedIndex
from search.codec.reader import SegmentArrays
from search.codec.stems import Stems, stems_in
from search.evaluate import over
from search.index import Index
from search.opening import OpenIndex
from search.schema import EXACT, STEMMED
from search.words import stem
from tests.search_fakes import FakeArchive, decision

K = SectionKind
TEXT = (
    "Possibilities were considered; the council's officers' café apologised for 1,950 delays "
    "under s.42 of £300. Flies die, dying skies; DFGs EHCPs. Zebra zz {braces} ärger §"
)


@pytest.fixture
def archive() -> FakeArchive:
    return FakeArchive(decision(sections={K.FINDINGS: [TEXT]}))


def arrays_in(folder: Path, archive: FakeArchive) -> SegmentArrays:
    index = Index(folder)
    index.rebuild(archive)
    held = manifests.load(folder)
    assert held.segments is not None
    return SegmentArrays(folder / held.generation, held.segments[0].name)


def test_the_list_of_a_segment_says_what_would_be_worked_out(
    tmp_path: Path, archive: FakeArchive
) -> None:
    arrays = arrays_in(tmp_path, archive)
    found = stems_in(arrays)
    assert {"possibilities", "council's", "dying", "skies", "zz", "cafe"} <= found.keys()
    assert {word: stem(word) for word in found} == found
    plain = {term.decode() for term in arrays.words(EXACT).all() if term.isalpha()}
    assert plain == {word for word in found if word.isalpha()}, "none is left out"


def test_the_list_is_read_once_it_is_worth_it_and_the_file_closed(
    tmp_path: Path, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stems, "WORTH", 3)
    steps: list[str] = []
    arrays = arrays_in(tmp_path, archive)
    monkeypatch.setattr(arrays, "close", lambda: steps.append("closed"))

    def older() -> SegmentArrays:
        steps.append("opened")
        return arrays

    stem_of = Stems(older)
    words = ["flies", "unheard", "possibilities", "dying", "delays", "unheardof", "more", "most"]
    assert [stem_of(word) for word in words] == [stem(word) for word in words]
    assert steps == ["opened", "closed"]


def test_without_an_older_segment_all_are_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stems, "WORTH", 1)
    stem_of = Stems(lambda: None)
    assert [stem_of(word) for word in ("flies", "dying")] == [stem("flies"), stem("dying")]


def test_a_list_that_is_too_long_is_not_read(
    tmp_path: Path, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stems, "MOST", 5)
    assert stems_in(arrays_in(tmp_path, archive)) == {}


def test_what_is_added_is_found_by_the_stems_of_an_older_segment(
    tmp_path: Path, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same index comes out, whether stems are taken or worked out."""
    monkeypatch.setattr(stems, "WORTH", 1)
    taken = Index(tmp_path / "taken")
    taken.rebuild(archive)
    archive.add(decision("24 001 002", sections={K.FINDINGS: [TEXT + " Newly possible flying."]}))
    taken.follow(archive)
    made = Index(tmp_path / "made")
    made.rebuild(archive)
    for word in ("possibilities", "flies", "apologised", "newly", "council's", "considered"):
        looked_up = partial(frequency, stem(word))
        assert taken.read(looked_up) == made.read(looked_up) > 0, word


def frequency(stemmed: str, opened: OpenIndex) -> int:
    return over(opened).frequency(STEMMED, stemmed)


def test_a_damaged_older_segment_that_stems_are_taken_from_is_built_anew(
    tmp_path: Path, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stems, "WORTH", 1)
    monkeypatch.setattr(inverting, "TOGETHER", 1)  # Texts are read as they are added.
    index = Index(tmp_path)
    index.rebuild(archive)
    held = manifests.load(tmp_path)
    monkeypatch.setattr(stems, "stems_in", _damaged)
    archive.add(decision("24 001 002", sections={K.FINDINGS: ["Unheard possibilities."]}))
    report = index.follow(archive)
    assert report.rebuilt
    assert "while writing" in str(report.reason)
    assert manifests.load(tmp_path).generation != held.generation


def _damaged(arrays: SegmentArrays) -> dict[str, str]:
    raise DamagedIndex("the list has other bytes than when it was written")
