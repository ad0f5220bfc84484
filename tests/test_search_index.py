"""The index follows the archive, survives interruption, and is refused when it is not whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from whoosh import writing

from archive.records import DecisionKind, SectionKind, StoredDecision
from search import index as index_module
from search import manifest as manifests
from search import opening as opening_module
from search.errors import IndexUnusable
from search.evaluate import over
from search.index import Index
from search.opening import OpenIndex
from search.parse import parse
from search.query import search
from search.request import SearchRequest
from search.schema import ARRAYS, STOCK
from tests.search_fakes import FakeArchive, decision

K = SectionKind


@pytest.fixture
def archive() -> FakeArchive:
    return FakeArchive(
        decision("24 001 001", sections={K.COMPLAINT: ["Late tuition for her son."]}),
        decision("24 001 002", sections={K.FINDINGS: ["The bins were missed again."]}),
        decision("24 001 003", sections={K.FINDINGS: ["A school place was refused."]}),
    )


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "home" / "index")


def found(index: Index, archive: FakeArchive, query: str) -> set[int]:
    results = search(index, SearchRequest(query=query, limit=1000), archive)
    assert results.total == len(results.hits)
    return {hit.decision_id for hit in results.hits}


def test_an_empty_archive_gives_an_empty_index_that_can_be_searched(index: Index) -> None:
    archive = FakeArchive()
    report = index.follow(archive)
    assert (report.documents, report.rebuilt) == (0, True)
    assert index.state().usable
    assert found(index, archive, "tuition") == set()
    assert found(index, archive, "NOT tuition") == set()
    assert found(index, archive, "") == set()


def test_no_index_names_the_command_and_making_the_object_writes_nothing(
    index: Index, archive: FakeArchive
) -> None:
    with pytest.raises(IndexUnusable, match="decisions index"):
        found(index, archive, "tuition")
    state = index.state()
    assert not state.usable
    assert "decisions index" in (state.problem or "")
    assert not index.directory.exists()


def test_following_adds_amends_and_removes(index: Index, archive: FakeArchive) -> None:
    assert index.follow(archive).documents == 3
    new = archive.add(decision("24 001 004", sections={K.REMEDY: ["Pay £300 for the tuition."]}))
    archive.amend(2, summary="Bins, and tuition too.")
    archive.erase(3)
    assert search(index, SearchRequest(query="tuition"), archive).behind == 3
    report = index.follow(archive)
    assert (report.written, report.removed, report.documents) == (2, 1, 3)
    assert not report.rebuilt
    assert found(index, archive, "tuition") == {1, 2, new}
    assert found(index, archive, "school") == set()
    assert index.state().cursor == archive.last_change_id()
    assert search(index, SearchRequest(query="tuition"), archive).behind == 0


def test_following_twice_changes_nothing(index: Index, archive: FakeArchive) -> None:
    index.follow(archive)
    before = {path: path.read_bytes() for path in index.directory.rglob("*") if path.is_file()}
    report = index.follow(archive)
    assert (report.written, report.removed, report.rebuilt) == (0, 0, False)
    after = {path: path.read_bytes() for path in index.directory.rglob("*") if path.is_file()}
    assert before == after


def test_many_changes_of_one_decision_leave_it_once(index: Index, archive: FakeArchive) -> None:
    index.follow(archive)
    for number in range(5):
        archive.amend(1, summary=f"tuition again {number}")
    archive.withdraw(1)
    index.follow(archive)
    for number in range(5):
        archive.amend(1, summary=f"tuition once more {number}")
        index.follow(archive)
    results = search(index, SearchRequest(query="tuition"), archive)
    assert [(hit.decision_id, hit.status) for hit in results.hits] == [(1, "withdrawn")]
    assert found(index, archive, "again") == {2}


def test_an_erased_text_leaves_the_disk(index: Index, archive: FakeArchive) -> None:
    archive.add(decision("24 001 005", sections={K.COMPLAINT: ["Zebulonsecret wrote to us."]}))
    index.follow(archive)
    assert any(b"zebulonsecret" in path.read_bytes() for path in _files(index))
    archive.erase(4)
    index.follow(archive)
    assert not any(b"zebulonsecret" in path.read_bytes() for path in _files(index))
    assert found(index, archive, "tuition") == {1}


def _files(index: Index) -> list[Path]:
    return [path for path in index.directory.rglob("*") if path.is_file()]


@pytest.mark.parametrize("how", ["follow", "a rebuild that fails"])
def test_what_a_killed_rebuild_left_is_gone_before_more_is_written(
    index: Index, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Else each night's rebuild that is killed would take as much of the disk again."""
    index.follow(archive)
    left = index.directory / "gen-000007"
    left.mkdir()
    (left / "words.runs").write_bytes(bytes(1000))
    keep = manifests.load(index.directory).generation
    if how == "follow":
        index.follow(archive)
    else:

        def full(*_: object) -> int:
            assert not left.exists()
            raise OSError("No space left on device")

        monkeypatch.setattr("search.writing.build", full)
        with pytest.raises(IndexUnusable, match="No space left"):
            index.rebuild(archive)
    assert {path.name for path in index.directory.iterdir()} == {keep, manifests.NAME}
    assert found(index, archive, "tuition") == {1}


def test_a_rebuild_swaps_generations_and_sweeps_the_old_one(
    index: Index, archive: FakeArchive
) -> None:
    index.follow(archive)
    report = index.rebuild(archive)
    assert report.rebuilt
    assert sorted(path.name for path in index.directory.iterdir()) == [
        "gen-000002",
        "manifest.json",
    ]
    assert found(index, archive, "tuition") == {1}


@pytest.mark.parametrize("change", ["archive", "epoch", "schema", "analyser", "engine", "ahead"])
def test_an_index_of_something_else_is_rebuilt_by_follow_and_refused_by_search(
    index: Index, archive: FakeArchive, change: str
) -> None:
    index.follow(archive)
    manifest = manifests.load(index.directory)
    changed = {
        "archive": replace(manifest, archive_id="another"),
        "epoch": replace(manifest, epoch="another"),
        "schema": replace(manifest, schema_version=0),
        "analyser": replace(manifest, analyser_version=0),
        "engine": replace(manifest, engine="whoosh 2.7.4"),
        "ahead": replace(manifest, cursor=99),
    }[change]
    manifests.save(index.directory, changed)
    if change != "ahead":
        with pytest.raises(IndexUnusable, match="decisions index"):
            found(index, archive, "tuition")
    report = index.follow(archive)
    assert report.rebuilt
    assert report.reason
    assert found(index, archive, "tuition") == {1}


class Stop(BaseException):
    """Stands for a kill: not caught as an error by anything."""


def test_a_kill_between_commit_and_manifest_is_made_good_by_the_next_run(
    index: Index, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.follow(archive)
    archive.add(decision("24 001 006", summary="More tuition."))
    archive.amend(1, summary="Still tuition.")
    with monkeypatch.context() as patched:

        def killed(*_: object) -> None:
            raise Stop

        patched.setattr(manifests, "save", killed)
        with pytest.raises(Stop):
            index.follow(archive)
    assert found(index, archive, "tuition") == {1, 4}, "a search sees one state or the other"
    assert search(index, SearchRequest(query="tuition"), archive).behind == 2
    report = index.follow(archive)
    assert (report.written, report.documents, report.rebuilt) == (2, 4, False)
    assert found(index, archive, "tuition") == {1, 4}
    assert found(index, archive, "") == {1, 2, 3, 4}


def test_a_kill_while_writing_leaves_the_old_state(index: Index, archive: FakeArchive) -> None:
    index.follow(archive)
    archive.add(decision("24 001 006", summary="More tuition."))

    class Killing(FakeArchive):
        def stored(self, decision_ids: Sequence[int]) -> Iterator[StoredDecision]:
            yield from super().stored(decision_ids)
            raise Stop

    archive.__class__ = Killing
    with pytest.raises(Stop):
        index.follow(archive)
    archive.__class__ = FakeArchive
    assert found(index, archive, "tuition") == {1}
    assert index.follow(archive).written == 1
    assert found(index, archive, "tuition") == {1, 4}


def test_a_kill_while_rebuilding_leaves_the_old_index(index: Index, archive: FakeArchive) -> None:
    index.follow(archive)

    class Killing(FakeArchive):
        def stored_all(self) -> Iterator[StoredDecision]:
            yield next(super().stored_all())
            raise Stop

    archive.__class__ = Killing
    with pytest.raises(Stop):
        index.rebuild(archive)
    archive.__class__ = FakeArchive
    assert found(index, archive, "school") == {3}
    assert index.rebuild(archive).documents == 3
    assert found(index, archive, "school") == {3}


def test_an_error_of_the_archive_is_not_taken_for_damage(
    index: Index, archive: FakeArchive
) -> None:
    index.follow(archive)
    archive.add(decision("24 001 006"))

    class Failing(FakeArchive):
        def stored(self, decision_ids: Sequence[int]) -> Iterator[StoredDecision]:
            raise ValueError("the database says no")

    archive.__class__ = Failing
    with pytest.raises(ValueError, match="the database says no"):
        index.follow(archive)
    archive.__class__ = FakeArchive
    assert index.follow(archive).documents == 4


def _damages() -> Iterator[tuple[str, str]]:
    for part in (".inv", ".doc", ".toc"):
        for how in ("gone", "empty", "half", "zeroed", "garbage"):
            yield part, how


@pytest.mark.parametrize(("part", "how"), list(_damages()))
def test_a_damaged_file_is_refused_by_search_and_made_good_by_follow(
    index: Index, archive: FakeArchive, part: str, how: str
) -> None:
    index.follow(archive)
    (path,) = [path for path in _files(index) if path.name.endswith(part)]
    whole = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(
            {
                "empty": b"",
                "half": whole[: len(whole) // 2],
                "zeroed": bytes(len(whole)),
                "garbage": bytes((byte * 7 + 13) % 256 for byte in whole),
            }[how]
        )
    with pytest.raises(IndexUnusable, match="decisions index"):
        found(index, archive, "tuition")
    assert not index.state().usable
    assert index.follow(archive).rebuilt
    assert found(index, archive, "tuition") == {1}


@pytest.mark.parametrize(("codec", "part"), [(ARRAYS, ".inv"), (STOCK, ".trm")])
def test_nothing_found_is_no_answer_of_a_spoilt_list_of_words(
    index: Index, monkeypatch: pytest.MonkeyPatch, codec: str, part: str
) -> None:
    """Damage in the middle of a large file is not seen at opening; a word is lost by it."""
    monkeypatch.setattr(manifests, "_EDGE", 16)
    archive = FakeArchive(
        *(decision(f"24 001 {n:03}", summary=f"tuition{n} tuition") for n in range(300))
    )
    index.rebuild(archive, codec=codec)
    (path,) = [path for path in _files(index) if path.name.endswith(part)]
    content = path.read_bytes()
    assert content.count(b"tuition150") > 0
    path.write_bytes(content.replace(b"tuition150", b"tuition1\x0150"[:10]))
    if codec == STOCK:
        assert found(index, archive, "tuition10") == {11}, "what is whole is found"
    with pytest.raises(IndexUnusable, match="damaged"):
        found(index, archive, "tuition150")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"format": 1}', b'{"format": 99}', b"\xff\x00"]
)
def test_a_manifest_that_is_not_ours_is_refused_and_made_good(
    index: Index, archive: FakeArchive, content: bytes
) -> None:
    index.follow(archive)
    (index.directory / manifests.NAME).write_bytes(content)
    with pytest.raises(IndexUnusable, match="damaged"):
        found(index, archive, "tuition")
    assert index.follow(archive).rebuilt


@pytest.mark.parametrize("name", ["../elsewhere", "gen-1", "/gen-000001"])
def test_a_manifest_never_leads_out_of_the_index_directory(
    index: Index, archive: FakeArchive, name: str
) -> None:
    index.follow(archive)
    manifests.save(index.directory, replace(manifests.load(index.directory), generation=name))
    with pytest.raises(IndexUnusable, match="damaged"):
        found(index, archive, "tuition")


def test_a_search_that_races_a_rebuild_answers_from_the_new_generation(
    tmp_path: Path, archive: FakeArchive
) -> None:
    writer = Index(tmp_path / "index")
    writer.follow(archive)
    paused: list[float] = []
    reader = Index(tmp_path / "index", sleep=paused.append)
    load = manifests.load
    raced = False

    def load_then_lose(directory: Path) -> manifests.Manifest:
        nonlocal raced
        manifest = load(directory)
        if not raced:
            raced = True
            writer.rebuild(archive)
        return manifest

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(manifests, "load", load_then_lose)
        assert found(reader, archive, "tuition") == {1}
    assert paused == [opening_module.OPEN_PAUSE]


def test_a_search_that_a_commit_comes_before_does_not_take_the_archive_for_an_older_copy(
    index: Index, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writer brings archive and index further just as the archive is asked how far it is."""
    index.follow(archive)
    asked = FakeArchive.identity

    def then_overtaken(texts: FakeArchive) -> tuple[str, str, int]:
        identity = asked(texts)
        if texts.last_change_id() == 3:
            texts.add(decision("24 001 100", summary="More tuition."))
            Index(index.directory).follow(texts)
        return identity

    monkeypatch.setattr(FakeArchive, "identity", then_overtaken)
    results = search(index, SearchRequest(query="tuition"), archive)
    assert {hit.decision_id for hit in results.hits} == {1, 4}
    assert results.behind == 0


def test_searching_writes_nothing(index: Index, archive: FakeArchive) -> None:
    index.follow(archive)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in _files(index)}
    found(index, archive, "tuition")
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in _files(index)}


def test_optimizing_leaves_one_segment_without_deleted_decisions_and_the_same_answers(
    index: Index, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MERGE_SMALL", writing.NO_MERGE)
    index.follow(archive)
    for number in range(3):
        archive.add(decision(f"24 001 10{number}", summary="More tuition."))
        index.follow(archive)
    archive.amend(1, summary="Still tuition.")
    report = index.optimize(archive)
    assert (report.written, report.documents, report.rebuilt) == (1, 6, False)
    assert len([path for path in _files(index) if path.name.endswith(".inv")]) == 1
    assert found(index, archive, "tuition") == {1, 4, 5, 6}
    before = {path: path.stat().st_mtime_ns for path in _files(index)}
    assert index.optimize(archive).documents == 6
    assert before == {path: path.stat().st_mtime_ns for path in _files(index)}
    assert index.follow(archive).written == 0


def test_no_file_of_the_index_is_a_compound_one(index: Index, archive: FakeArchive) -> None:
    index.follow(archive)
    archive.add(decision("24 001 100", summary="More tuition."))
    index.optimize(archive)
    assert len(_files(index)) > 3
    assert not list(index.directory.rglob("*.seg"))


def test_a_search_sees_one_state_while_a_commit_replaces_its_files(
    index: Index, archive: FakeArchive
) -> None:
    """All that a search reads comes from the state it opened, whatever is committed meanwhile."""
    index.follow(archive)
    writer = Index(index.directory)
    opened: list[int] = []

    def work(at: opening_module.OpenIndex) -> tuple[int, set[int]]:
        documents = at.reader.doc_count()
        if not opened:
            archive.add(decision("24 001 100", summary="More tuition."))
            archive.erase(1)
            writer.optimize(archive)
        opened.append(documents)
        evaluation = over(at)  # opens columns that the commit has removed
        hits = evaluation.scores(parse("tuition"))
        return documents, set(evaluation.column("number", hits).values())

    documents, numbers = index.read(work)
    assert (documents, numbers) == (3, {4}), "what was mixed is read again"
    assert opened == [3, 3]


def test_an_index_on_read_only_media_answers(index: Index, archive: FakeArchive) -> None:
    index.follow(archive)
    every = [index.directory, *index.directory.rglob("*")]
    for path in every:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert found(index, archive, "tuition") == {1}
    finally:
        for path in every:
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_most_decisions_changed_means_a_new_generation(
    index: Index, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "REBUILD_ABOVE", 1)
    index.follow(archive)
    archive.amend(1, summary="x")
    archive.amend(2, summary="y")
    assert index.follow(archive).rebuilt


def test_kinds_dates_and_categories_are_kept_apart(index: Index) -> None:
    archive = FakeArchive(
        decision("24 001 001", kind=DecisionKind.REPORT, decided_on=date(2023, 12, 31)),
        decision("24 001 002", category="Housing", subcategory="Allocations"),
        decision(
            "24 001 003", decided_on=date(2024, 1, 1), body="Little Wold Parish, AKA Wold & Co"
        ),
    )
    index.follow(archive)

    def ask(**filters: object) -> set[int]:
        request = SearchRequest(**filters)  # type: ignore[arg-type]  # filters by name
        return {hit.decision_id for hit in search(index, request, archive).hits}

    assert ask(kinds=("report",)) == {1}
    assert ask(last=date(2023, 12, 31)) == {1}
    assert ask(first=date(2024, 1, 1), last=date(2024, 1, 31)) == {3}
    assert ask(categories=("housing",)) == {2}
    assert ask(categories=("ALLOCATIONS", "Education")) == {1, 2, 3}
    assert ask(bodies=("wold",)) == {3}
    assert ask(bodies=("Wold and Co",)) == {3}
    assert ask(bodies=("council wold",)) == set()
    assert ask(bodies=("wold", "AMBLEFORD")) == {1, 2, 3}
    assert ask(first=date(2024, 1, 1), categories=("education",), kinds=("statement",)) == {3}


def test_an_index_that_knows_more_than_its_archive_is_refused(
    index: Index, archive: FakeArchive
) -> None:
    """An older copy of the archive was put back beside a newer index."""
    index.rebuild(archive)
    archive.log.pop()
    with pytest.raises(IndexUnusable, match="decisions index"):
        search(index, SearchRequest(query="council"), archive)


def test_a_part_is_found_with_all_that_is_under_it(index: Index) -> None:
    one = decision("24 001 001", sections={SectionKind.FINDINGS: ["first"]})
    above = one.sections[0]
    below = replace(above, kind=SectionKind.ANALYSIS, position=2, parent=1, heading="Analysis")
    paragraph = above.paragraphs[0]._replace(ordinal=2, number=2, text="second")
    archive = FakeArchive(replace(one, sections=(above, replace(below, paragraphs=(paragraph,)))))
    index.rebuild(archive)
    for query, count in [
        ("findings:second", 1),
        ("analysis:second", 1),
        ("analysis:first", 0),
        ("findings:first", 1),
        ("complaint:second", 0),
    ]:
        assert search(index, SearchRequest(query=query), archive).total == count, query
    (hit,) = search(index, SearchRequest(query="findings:second"), archive).hits
    assert [snippet.text for snippet in hit.snippets] == ["second"]


def test_an_index_kept_open_is_opened_once_and_again_after_a_change(
    archive: FakeArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Index(tmp_path / "index").follow(archive)
    opened: list[OpenIndex] = []
    opening = Index._open

    def counting(self: Index) -> OpenIndex:
        opened.append(opening(self))
        return opened[-1]

    monkeypatch.setattr(Index, "_open", counting)
    kept = Index(tmp_path / "index", keep=True)
    first = search(kept, SearchRequest("tuition"), archive)
    assert search(kept, SearchRequest("tuition"), archive).hits == first.hits
    assert len(opened) == 1
    archive.add(decision("24 001 100", summary="More tuition."))
    Index(tmp_path / "index").follow(archive)
    assert search(kept, SearchRequest("tuition"), archive).total == first.total + 1
    assert len(opened) == 2
    kept.close()
    kept.close()
    assert search(kept, SearchRequest("tuition"), archive).total == first.total + 1
    assert len(opened) == 3
    kept.close()


@pytest.mark.parametrize("anew", [True, False])
def test_an_archive_is_let_go_of_when_an_index_of_it_fails(
    index: Index, archive: FakeArchive, monkeypatch: pytest.MonkeyPatch, anew: bool
) -> None:
    """What streams decisions has a transaction open, which a kept error would keep open too."""
    index.follow(archive)
    archive.add(decision("24 001 100", summary="More tuition."))
    open_streams = 0

    def streamed(stored: Iterable[StoredDecision]) -> Iterator[StoredDecision]:
        nonlocal open_streams
        open_streams += 1
        try:
            yield from stored
        finally:
            open_streams -= 1

    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    whole, some = archive.stored_all, archive.stored
    monkeypatch.setattr(archive, "stored_all", lambda: streamed(whole()))
    monkeypatch.setattr(archive, "stored", lambda ids: streamed(some(ids)))
    monkeypatch.setattr("search.writing.add", fails)
    with pytest.raises(KeyboardInterrupt) as kept:
        index.rebuild(archive) if anew else index.follow(archive)
    assert kept.value is not None
    assert open_streams == 0
