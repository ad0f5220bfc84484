"""A search of an index of our own codec is answered from its files alone.

Whoosh's table of contents is a pickle: it is read by who writes, for the stock codec, and after a
commit that was cut short.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from whoosh.util.numeric import byte_to_length, length_to_byte

from archive.records import SectionKind
from search import index as index_module
from search import manifest as manifests
from search import opening as opening_module
from search.codec.reader import lengths_kept
from search.errors import IndexUnusable
from search.index import Index
from search.opening import OpenIndex
from search.query import search
from search.request import SearchRequest
from search.schema import STOCK
from tests.search_fakes import FakeArchive, decision

K = SectionKind


@pytest.fixture
def archive() -> FakeArchive:
    return FakeArchive(
        *(
            decision(f"24 001 {n:03}", sections={K.COMPLAINT: [f"Late tuition, case{n}."]})
            for n in range(1, 31)
        )
    )


@pytest.fixture
def index(tmp_path: Path, archive: FakeArchive) -> Index:
    found = Index(tmp_path / "index", sleep=lambda _: None)
    found.rebuild(archive)
    return found


def found(index: Index, archive: FakeArchive, query: str) -> set[int]:
    results = search(index, SearchRequest(query=query, limit=1000), archive)
    return {hit.decision_id for hit in results.hits}


@pytest.fixture
def without_whoosh(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def refuse(*_: object) -> None:
        raise AssertionError("the table of contents was read")

    monkeypatch.setattr(opening_module, "reader_of", refuse)
    return monkeypatch


def scores(index: Index, archive: FakeArchive, query: str) -> list[tuple[int, float]]:
    results = search(index, SearchRequest(query=query, limit=1000), archive)
    return [(hit.decision_id, hit.score) for hit in results.hits]


def test_a_search_reads_no_table_of_contents(
    index: Index, archive: FakeArchive, without_whoosh: pytest.MonkeyPatch
) -> None:
    assert found(index, archive, "case7") == {7}
    assert len(found(index, archive, "late tuition")) == 30
    without_whoosh.undo()


def test_segments_and_deletions_are_as_whoosh_has_them(
    index: Index, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after what leaves several segments and deleted documents in them."""
    archive.amend(3, summary="Replaced: tuition was late.")
    archive.amend(9, summary="Replaced: tuition was late.")
    archive.add(decision("24 001 100", sections={K.COMPLAINT: ["Tuition again."]}))
    index.follow(archive)
    held = manifests.load(index.directory)
    assert held.segments is not None
    assert sum(len(one.deleted) for one in held.segments) == 2, "which is what is to be shown"
    queries = ("tuition", "-case4 tuition", '"late tuition"', "repl*", "date:2024")
    ours = {query: scores(index, archive, query) for query in queries}
    manifests.save(index.directory, replace(held, segments=None))
    opened: list[bool] = []
    reader = opening_module.reader_of

    def counted(folder: Path, of: manifests.Manifest) -> object:
        opened.append(True)
        return reader(folder, of)

    monkeypatch.setattr(opening_module, "reader_of", counted)
    assert {query: scores(index, archive, query) for query in queries} == ours
    assert opened, "a manifest of an older version says nothing of segments"


def test_a_commit_that_the_manifest_does_not_know_of_is_read_by_whoosh(
    index: Index, archive: FakeArchive
) -> None:
    """A run that was cut short between its commit and the manifest."""
    before = (index.directory / manifests.NAME).read_bytes()
    archive.add(decision("24 001 100", sections={K.COMPLAINT: ["Tuition again."]}))
    index.follow(archive)
    (index.directory / manifests.NAME).write_bytes(before)
    assert len(found(index, archive, "tuition")) == 31


def test_whoosh_opened_later_is_of_the_same_state(index: Index, archive: FakeArchive) -> None:
    documents: list[int] = []

    def work(opened: OpenIndex) -> int:
        if not documents:
            documents.append(0)
            archive.add(decision("24 001 100", sections={K.COMPLAINT: ["Tuition again."]}))
            Index(index.directory).follow(archive)
        documents.append(opened.reader.doc_count())
        return opened.manifest.documents

    assert index.read(work) == 31
    assert documents == [0, 31], "the state before the commit is not mixed with that after it"


def test_too_many_deletions_for_a_manifest_are_left_to_whoosh(
    index: Index, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "MOST_DELETED", 0)
    archive.amend(3, summary="Replaced.")
    index.follow(archive)
    assert manifests.load(index.directory).segments is None
    assert found(index, archive, "replaced") == {3}
    assert len(found(index, archive, "tuition")) == 30


def test_the_stock_codec_is_opened_by_whoosh(index: Index, archive: FakeArchive) -> None:
    index.rebuild(archive, codec=STOCK)
    assert manifests.load(index.directory).segments is None
    assert found(index, archive, "case7") == {7}


def test_a_segment_that_is_not_among_the_files_is_damage(
    index: Index, archive: FakeArchive
) -> None:
    held = manifests.load(index.directory)
    assert held.segments is not None
    foreign = held.segments[0]._replace(name="MAIN_0")
    manifests.save(index.directory, replace(held, segments=(foreign,)))
    with pytest.raises(IndexUnusable, match="damaged"):
        found(index, archive, "tuition")


@pytest.mark.parametrize(
    "segments", [[["../x", 1, []]], [["MAIN_a", "1", []]], [["MAIN_a", 1, [None]]], [["MAIN_a"]], 7]
)
def test_facts_that_make_no_sense_are_damage(index: Index, segments: object) -> None:
    held = manifests.load(index.directory)
    values = asdict(held) | {"segments": segments}
    with pytest.raises((ValueError, TypeError)):
        manifests._read(values)


def test_lengths_are_told_apart_as_whoosh_does() -> None:
    table = [byte_to_length(byte) for byte in range(256)]
    assert lengths_kept().tolist() == table
    assert length_to_byte(table[-1]) == 255


def test_an_index_that_is_kept_open_is_let_go_of(index: Index, archive: FakeArchive) -> None:
    kept = Index(index.directory, keep=True)
    assert found(kept, archive, "case7") == {7}
    kept.close()
    assert found(kept, archive, "case8") == {8}
    kept.close()


def test_facts_that_do_not_fit_the_files_are_damage(index: Index, archive: FakeArchive) -> None:
    """However they came about, with a checksum that is right: never a wrong answer."""
    archive.amend(3, summary="Replaced: tuition was late.")
    archive.amend(9, summary="Replaced: tuition was late.")
    index.follow(archive)
    held = manifests.load(index.directory)
    assert held.segments is not None
    one, other = held.segments
    assert len(one.deleted) == 2
    for segments in (
        (one, other, other),
        (one,),
        (other,),
        (one._replace(deleted=()), other),
        (one._replace(deleted=(-1, *one.deleted)), other),
        (one._replace(deleted=one.deleted[:1] * 2), other),
        (one._replace(deleted=one.deleted[::-1]), other),
        (one._replace(deleted=(one.deleted[0], 30)), other),
        (one._replace(deleted=(*one.deleted, 20)), other),
        (one._replace(words=-1), other),
        (one._replace(words=1 << 80), other),
        (one._replace(words=10**400), other),
    ):
        manifests.save(index.directory, replace(held, segments=segments))
        with pytest.raises(IndexUnusable, match="damaged"):
            found(index, archive, "tuition")
    manifests.save(index.directory, replace(held, documents=31))
    with pytest.raises(IndexUnusable, match="holds 30 decisions, not 31"):
        found(index, archive, "tuition")
    manifests.save(index.directory, held)
    assert len(found(index, archive, "tuition")) == 30


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sums", []),
        ("files", [["MAIN_a.inv", [1, 2]]]),
        ("files", "MAIN_a.inv"),
        ("generation", "gen-" + "1" * 300),
        ("generation", "gen-٠٠٠٠٠١"),
        ("documents", -1),
        ("cursor", -1),
        ("segments", {"MAIN_a": [1, []]}),
    ],
)
def test_a_manifest_of_other_shapes_is_damage(
    index: Index, archive: FakeArchive, name: str, value: object
) -> None:
    """With a checksum that is right, as whoever writes one by a program would have it."""
    data = asdict(manifests.load(index.directory)) | {name: value}
    data["check"] = manifests._check_of(data)
    (index.directory / manifests.NAME).write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(IndexUnusable, match="damaged"):
        found(index, archive, "tuition")
    assert not index.state().usable
    assert index.follow(archive).rebuilt


@pytest.mark.parametrize("which", ["inv", "doc", "toc"])
def test_a_file_that_the_system_does_not_give_is_told_of_as_ours(
    index: Index, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    edges = manifests.edges

    def refuse(path: Path) -> int:
        if path.name.endswith(which):
            raise PermissionError(13, "Permission denied", str(path))
        return edges(path)

    monkeypatch.setattr(manifests, "edges", refuse)
    with pytest.raises(IndexUnusable, match="cannot be read"):
        found(index, archive, "tuition")
