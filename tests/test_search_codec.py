"""What our own codec stores is what the stock one stores: every word, weight, place and column.

Invented decisions with odd words go into both, by a build, by amendments over several segments, and
through merges; then every posting of the one is held against the other's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.records import SectionKind
from search import manifest as manifests
from search import writing
from search.codec import arrays_of, inverting, merging, vocabulary
from search.codec.reader import SegmentArrays
from search.errors import IndexUnusable
from search.index import Index
from search.query import search
from search.request import SearchRequest
from search.schema import ARRAYS, EXACT, REGION_BOOSTS, STEMMED, STOCK, decode_positions
from tests.search_fakes import FakeArchive, decision

K = SectionKind

PIECES = st.one_of(
    st.sampled_from(
        [
            *("the", "The", "council", "Council’s", "COUNCIL", "delay", "delays", "delayed", "X"),
            *(
                "£1,950",
                "£ 12",
                "£12.00",
                "£3266",
                "3.4",
                "£",
                "1,95",
                "24A(6)",
                "24s",
                "mr.",
                "Mr.",
            ),
            *(
                "no.",
                "end.",
                "end!”",
                "(Then",
                "“Then",
                '"42',
                "and/or",
                "A&E",
                "&",
                "drop-in",
                "…",
            ),
            *("section 42", "ss 26 and 27", "s.31(2)", "S", "§ 5", "Schedule 5, paragraph 5(b)"),
            *("x’s31", "’section 31", "'ss 26", "ʼs 4"),
            *("24A(6) and (7)", "café", "cafe\u0301", "co\u00adop", "\u00ads31", "x＇s31", "ﬁne"),
            *(
                "straße",
                "Ǆ",
                "ʰ",
                "\uff9e",
                "日本語",
                "\u200b",
                "\x00",
                "\x01",
                "\x1c",
                "_a_",
                "\n",
            ),
            *("\u2028", "a'b’c", "'s", "x" * 90, "9" * 70),
        ]
    ),
    st.text(max_size=6),
)
TEXTS = st.lists(PIECES, max_size=30).map(" ".join) | st.lists(PIECES, max_size=8).map("".join)
SECTIONS = st.dictionaries(
    st.sampled_from([K.COMPLAINT, K.POWERS, K.FINDINGS, K.ANALYSIS, K.REMEDY]),
    st.lists(TEXTS, max_size=4),
    max_size=4,
)


def archive_of(sections: list[dict[SectionKind, list[str]]]) -> FakeArchive:
    archive = FakeArchive()
    for number, one in enumerate(sections, 1):
        archive.add(decision(f"24 001 {number:03}", sections=one, summary=f"Number {number}."))
    return archive


Posting = tuple[float, tuple[int, ...]]


def contents(index: Index) -> dict[tuple[str, bytes], dict[int, Posting]]:
    """Every posting that is not deleted, by field, word and decision."""

    def work(opened: Any) -> dict[tuple[str, bytes], dict[int, Posting]]:
        found: dict[tuple[str, bytes], dict[int, Posting]] = {}
        for leaf in leaves(opened):
            numbers = leaf.column_reader("number")
            for field, word in leaf.all_terms():
                matcher = leaf.postings(field, word)
                while matcher.is_active():
                    places: tuple[int, ...] = ()
                    if field in (STEMMED, EXACT):
                        places = tuple(decode_positions(matcher.value()))
                    weight = round(matcher.weight(), 3)
                    held = found.setdefault((field, bytes(word)), {})
                    number = int(numbers[matcher.id()])
                    assert number not in held, "a decision has one document"
                    held[number] = (weight, places)
                    matcher.next()
        return found

    return index.read(work)


def leaves(opened: Any) -> list[Any]:
    """The segments; an index of nothing has a reader without columns."""
    return [leaf for leaf, _ in opened.reader.leaf_readers() if leaf.doc_count_all()]


def columns(index: Index) -> dict[int, tuple[Any, ...]]:
    def work(opened: Any) -> dict[int, tuple[Any, ...]]:
        found = {}
        for leaf in leaves(opened):
            names = ("number", "held", "day", "remedy")
            held = [leaf.column_reader(name) for name in names]
            for doc in leaf.all_doc_ids():
                row = (*(column[doc] for column in held), leaf.doc_field_length(doc, STEMMED))
                found[int(held[0][doc])] = row
        return found

    return index.read(work)


def both(tmp_path: Path, archive: FakeArchive) -> tuple[Index, Index]:
    ours, stock = Index(tmp_path / "ours"), Index(tmp_path / "stock")
    ours.rebuild(archive)
    stock.rebuild(archive, codec=STOCK)
    return ours, stock


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SECTIONS, min_size=1, max_size=5))
def test_a_build_stores_what_the_stock_codec_stores(
    tmp_path_factory: pytest.TempPathFactory, sections: list[dict[SectionKind, list[str]]]
) -> None:
    ours, stock = both(tmp_path_factory.mktemp("both"), archive_of(sections))
    assert contents(ours) == contents(stock)
    assert columns(ours) == columns(stock)


CHANGES = st.lists(
    st.tuples(st.sampled_from(["add", "amend", "erase", "optimize", "forget"]), SECTIONS),
    min_size=1,
    max_size=5,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SECTIONS, min_size=2, max_size=4), CHANGES)
def test_amended_merged_and_rewritten_it_still_does(
    tmp_path_factory: pytest.TempPathFactory,
    sections: list[dict[SectionKind, list[str]]],
    changes: list[tuple[str, dict[SectionKind, list[str]]]],
) -> None:
    archive = archive_of(sections)
    folder = tmp_path_factory.mktemp("changed")
    ours, _ = both(folder, archive)
    for what, text in changes:
        present = sorted(archive.kept)
        changed = decision(f"24 002 {len(archive.log):03}", sections=text)
        if what == "add" or not present:
            archive.add(changed)
        elif what == "amend":
            archive.amend(present[0], sections=changed.sections)
        elif what == "erase":
            archive.erase(present[-1])
        elif what == "optimize":
            ours.optimize(archive)
        else:
            ours.forget(archive)
        assert not ours.follow(archive).rebuilt
    stock = Index(folder / "again")
    stock.rebuild(archive, codec=STOCK)
    assert contents(ours) == contents(stock)
    assert columns(ours) == columns(stock)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is done in stretches is done in short ones."""
    monkeypatch.setattr(writing, "LARGEST", 3)
    monkeypatch.setattr(inverting, "BATCH", 20)
    monkeypatch.setattr(inverting, "TOGETHER", 30)
    monkeypatch.setattr(vocabulary, "_MOST", 12)
    monkeypatch.setattr(merging, "STRETCH", 7)


@pytest.mark.usefixtures("small")
def test_many_runs_and_segments_hold_what_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    for owner, name in ((inverting.Inverter, "_run"), (vocabulary.Vocabulary, "forget")):
        plain = getattr(owner, name)

        def noted(*given: Any, plain: Any = plain, name: str = name) -> Any:
            told.append(name)
            return plain(*given)

        monkeypatch.setattr(owner, name, noted)
    archive = archive_of([{K.FINDINGS: [f"The same word, and number{n}. " * n]} for n in range(11)])
    ours, stock = both(tmp_path, archive)
    assert len(segments(ours)) == 4
    assert told.count("_run") > 8, "several runs to a segment"
    assert told.count("forget") > 2 * 4 + 4, "each of two vocabularies of a segment begins so"
    assert contents(ours) == contents(stock)
    archive.erase(2)
    archive.erase(5)
    ours.optimize(archive)
    assert len(segments(ours)) == 4, "three of them hold two decisions, and two do not fit together"
    stock.rebuild(archive, codec=STOCK)
    assert contents(ours) == contents(stock)
    archive.erase(1)
    ours.optimize(archive)
    assert len(segments(ours)) == 3, "one fits into another now"
    stock.rebuild(archive, codec=STOCK)
    assert contents(ours) == contents(stock)
    before = {path.name for path in ours.directory.rglob("*")}
    ours.optimize(archive)
    assert {path.name for path in ours.directory.rglob("*")} == before


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("how", ["follow", "forget"])
def test_no_segment_grows_beyond_the_largest_whatever_is_erased_from_it(
    tmp_path: Path, how: str
) -> None:
    archive = archive_of([{K.FINDINGS: [f"The same word, and number{n}. " * n]} for n in range(11)])
    ours, stock = both(tmp_path, archive)
    for number in (2, 5, 8):
        archive.erase(number)
    archive.amend(9, summary="Amended.")
    archive.add(decision("24 001 100", summary="New."))
    getattr(ours, how)(archive)
    held = manifests.load(ours.directory)
    assert held.segments is not None
    assert [one.deleted for one in held.segments] == [()] * len(held.segments)
    sizes = [
        SegmentArrays(ours.directory / held.generation, one.name).documents for one in held.segments
    ]
    assert sum(sizes) == 9
    assert max(sizes) <= writing.LARGEST
    stock.rebuild(archive, codec=STOCK)
    assert contents(ours) == contents(stock)


def segments(index: Index) -> list[Path]:
    return sorted(index.directory.rglob("*.inv"))


def test_long_documents_and_frequent_words_are_neither_cut_nor_confused(tmp_path: Path) -> None:
    long = [" ".join(f"word{n % 4001}" for n in range(20_000)), "delay " * 300]
    longer = ["delay " * 70_000 + "final end", "delay"]
    archive = archive_of([{K.FINDINGS: long}, {K.FINDINGS: longer}, {K.FINDINGS: ["delay end"]}])
    ours, stock = both(tmp_path, archive)
    assert contents(ours) == contents(stock)
    assert columns(ours) == columns(stock)
    with opened(ours) as (arrays,):
        words = arrays.words(EXACT)
        delay = words.find(b"delay")
        assert words.counts(delay).tolist() == [300, 70_001, 1]
        assert words.occurrences(delay) == 70_302
        last = arrays.piece_of(words.places(words.find(b"end")))
        assert arrays.document_of(words.places(words.find(b"end"))).tolist() == [1, 2]
        assert len(set(last.tolist())) == 2


class opened:  # noqa: N801 - reads as a function
    """The arrays of an index's segments, closed at the end."""

    def __init__(self, index: Index) -> None:
        self._reader = index._open().reader

    def __enter__(self) -> list[Any]:
        found = [arrays_of(leaf) for leaf, _ in self._reader.leaf_readers()]
        assert None not in found
        return found

    def __exit__(self, *_: object) -> None:
        self._reader.close()


def test_the_arrays_answer_as_the_contract_says(tmp_path: Path) -> None:
    archive = archive_of(
        [
            {K.FINDINGS: ["Delays were long.", "The delay cost £1,950."], K.POWERS: ["Delayed."]},
            {},
            {K.REMEDY: ["To pay for the delay, and the delays."], K.FINDINGS: [""]},
        ]
    )
    index = Index(tmp_path / "index")
    index.rebuild(archive)
    with opened(index) as (arrays,):
        words, stems = arrays.words(EXACT), arrays.field(STEMMED)
        low, high = words.span(b"delay")
        assert [words.term(i) for i in range(low, high)] == [b"delay", b"delayed", b"delays"]
        assert [words.frequency(i) for i in range(low, high)] == [2, 1, 2]
        assert words.frequencies(low, high).tolist() == [2, 1, 2]
        assert words.docs(low).tolist() == [0, 2]
        assert words.mask(low).tolist() == [True, False, True]
        assert words.docs_of(low, high).tolist() == [0, 2, 0, 0, 2]
        docs, weights = words.postings_of(low, high)
        assert docs.tolist() == [0, 2, 0, 0, 2]
        findings, powers, remedy = 1.0, 0.1, 1.5
        assert weights == pytest.approx([findings, remedy, powers, findings, remedy])
        delay = stems.find(b"delay")
        assert stems.forms(delay).tolist() == list(range(low, high))
        assert {words.stem_of(i) for i in range(low, high)} == {delay}
        assert stems.docs(delay).tolist() == [0, 2]
        assert stems.weights(delay) == pytest.approx([2 * findings + powers, 2 * remedy])
        assert stems.frequency(delay) == 2
        assert stems.occurrences(delay) == 5
        assert stems.counts(delay).tolist() == [3, 2]
        places = stems.places(delay)
        assert (np.diff(places.astype(int)) > 0).all()
        assert arrays.document_of(places).tolist() == [0, 0, 0, 2, 2]
        assert stems.places(delay, np.array([2])).tolist() == places[3:].tolist()
        boosts = [REGION_BOOSTS[region] for region in arrays.region_of(places)]
        assert boosts == pytest.approx([findings, findings, powers, remedy, remedy])
        spread = np.diff(arrays.spread(places))
        assert (spread[:2] > 128).all()
        assert spread[3] == 3
        assert words.find(b"nothing") == -1
        assert words.span(b"zzz") == (words.find("£1950".encode()),) * 2
        assert words.span(b"") == (0, len(words))
        pound, number = words.find("£1950".encode()), words.find(b"1950")
        assert words.places(pound).tolist() == words.places(number).tolist()
        assert words.stem_of(words.find("¶".encode())) == -1
        assert arrays.field("status").by_document.tolist() == [0, 0, 0]
        assert arrays.field("when").by_document is None
        assert arrays.field("when").docs(0).tolist() == [0, 1, 2]
        assert len(arrays.field("act")) == 0
        assert arrays.numbers("number").tolist() == [1, 2, 3]
        assert arrays.held(0).startswith(b"24001001 ")
        assert arrays.lengths(STEMMED).sum() == sum(len(words_of(archive, n)) for n in (1, 2, 3))
        with pytest.raises(KeyError):
            arrays.field("nothing")
        with pytest.raises(ValueError, match="read-only"):
            arrays.starts[0] = 1


def words_of(archive: FakeArchive, number: int) -> list[str]:
    from search.words import words

    one = archive.kept[number].decision
    texts = [one.title, one.summary or ""]
    for section in one.sections:
        texts += [section.heading or "", *(p.text for p in section.paragraphs)]
    return [word.exact for text in texts for word in words(text)]


def _flips(size: int) -> Iterator[int]:
    yield from range(0, size, max(1, size // 60))


def test_a_flipped_bit_is_found_by_whatever_reads_it_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a wrong answer: a page that a search reads is refused, another is not looked at."""
    monkeypatch.setattr(manifests, "_EDGE", 8)  # As in a large index: the middle is not looked at.
    archive = archive_of([{K.FINDINGS: [f"The delay of number{n}."]} for n in range(40)])
    index = Index(tmp_path / "index", sleep=lambda _: None)
    index.rebuild(archive)
    request = SearchRequest(query="delay", limit=100, facets=("outcome", "year"))
    right = search(index, request, archive)
    refused = 0
    for path in (*index.directory.rglob("*.inv"), *index.directory.rglob("*.doc")):
        whole = path.read_bytes()
        for at in _flips(len(whole)):
            spoilt = bytearray(whole)
            spoilt[at] ^= 1 << at % 8
            path.write_bytes(spoilt)
            try:
                found = search(index, request, archive)
            except IndexUnusable:
                refused += 1
            else:
                assert (found.total, found.hits, found.facets) == (
                    right.total,
                    right.hits,
                    right.facets,
                )
        path.write_bytes(whole)
    assert refused > 60
    assert search(index, request, archive).total == 40


def test_an_index_keeps_its_codec_until_it_is_made_with_another(tmp_path: Path) -> None:
    archive = archive_of([{K.FINDINGS: ["delay"]}])
    index = Index(tmp_path / "index")
    index.rebuild(archive, codec=STOCK)
    assert ("codec", STOCK) in index.state().details
    archive.add(decision("24 009 001", sections={K.FINDINGS: ["delay again"]}))
    assert not index.follow(archive).rebuilt
    assert manifests.load(index.directory).codec == STOCK
    assert search(index, SearchRequest(query="delay"), archive).total == 2
    index.rebuild(archive)
    assert manifests.load(index.directory).codec == ARRAYS
    assert search(index, SearchRequest(query="delay"), archive).total == 2
    assert not list(index.directory.rglob("*.pst"))
