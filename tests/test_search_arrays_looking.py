"""The quick ways of looking something up give what a plain reading of everything gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.records import SectionKind
from search.arrays import ordering, pieces
from search.arrays.hits import HitArray
from search.arrays.segments import Segment, Segments
from search.codec import coding, word_fields
from search.evaluate import BY_SCORE, over
from search.index import Index
from search.opening import OpenIndex
from search.schema import EXACT, STEMMED
from tests.search_fakes import FakeArchive, decision

K = SectionKind


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    """Words in every document (bitmaps), in few, often (places in blocks), with several forms."""
    archive = FakeArchive()
    for number in range(120):
        analysis = ["late x " * (1 + number % 7), "delay" if number % 3 else "delays delayed"]
        if number == 50:
            analysis.append("often rare " * 3_000)
        if number % 40 == 0:
            analysis.append("rare words")
        reference = f"24 001 {number:03}"
        archive.add(decision(reference, summary="often", sections={K.ANALYSIS: analysis}))
    index = Index(tmp_path_factory.mktemp("looking"))
    index.rebuild(archive)
    held = index._open()
    over(held)
    yield held
    held.close()


@pytest.fixture
def segment(opened: OpenIndex) -> Segment:
    (found,) = segments(opened)
    return found


def segments(opened: OpenIndex) -> Segments:
    found = opened.ready["segments"]
    assert isinstance(found, Segments)
    return found


WORDS = [b"late", b"x", b"often", b"rare", b"delay", b"delays", b"words"]

documents = st.lists(st.integers(0, 119), unique=True).map(
    lambda found: np.array(sorted(found), np.intp)
)


@given(documents=documents, word=st.sampled_from(WORDS), field=st.sampled_from([EXACT, STEMMED]))
@settings(deadline=None, max_examples=300)
def test_documents_are_looked_up_in_a_term_as_if_all_of_it_were_read(
    opened: OpenIndex, documents: Any, word: bytes, field: str
) -> None:
    held: Any = segments(opened).all[0].words(field)
    term = held.find(word)
    if term < 0:
        return
    all_of = dict(zip(held.docs(term).tolist(), held.weights(term).tolist(), strict=True))
    assert held.among(term, documents).tolist() == [doc in all_of for doc in documents.tolist()]
    there, weights = held.weights_in(term, documents)
    assert there.tolist() == [doc in all_of for doc in documents.tolist()]
    assert dict(zip(documents[there].tolist(), weights.tolist(), strict=True)) == {
        doc: weight for doc, weight in all_of.items() if doc in documents
    }


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("picking", [word_fields.WORTH_PICKING, coding.BLOCK])
def test_a_term_stands_where_its_places_are(
    segment: Segment, monkeypatch: pytest.MonkeyPatch, picking: int, many: bool
) -> None:
    monkeypatch.setattr(word_fields, "WORTH_PICKING", picking)
    monkeypatch.setattr(word_fields, "FEW", 1)
    held: Any = segment.words(EXACT)
    for word in WORDS:
        term = held.find(word)
        places = set(held.places(term).tolist())
        end = int(segment.arrays.starts[-1])
        for asked in (range(0, end, 1 if many else 997), [], sorted(places)[-3:]):
            got = held.stands_at(term, np.array(list(asked), np.uint32))
            assert got.tolist() == [place in places for place in asked]


def test_a_table_of_pieces_gives_what_searching_them_gives(
    segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays = segment.arrays
    every = np.arange(int(arrays.starts[-1]), dtype=np.uint32)
    plain = pieces.Pieces(arrays)
    monkeypatch.setattr(pieces, "AT_A_TIME", 7)
    monkeypatch.setattr(pieces, "WORTH", 0)
    table = pieces.Pieces(arrays)
    found = table.of(every)
    assert (
        found.tolist()
        == arrays.piece_of(every).tolist()
        == plain.of(every[:1000]).tolist() + (arrays.piece_of(every[1000:]).tolist())
    )
    assert table.documents(every).tolist() == arrays.document_of(every).tolist()
    begins, ends = table.bounds(found)
    assert ((begins <= every) & (every < ends)).all()
    assert (begins[1:][found[1:] != found[:-1]] == ends[:-1][found[1:] != found[:-1]]).all()


@given(
    scores=st.lists(st.integers(0, 6), min_size=1, max_size=120),
    count=st.integers(1, 130),
    grouped=st.booleans(),
    column=st.sampled_from([(BY_SCORE, 1), (BY_SCORE, -1), ("day", -1), ("number", 1)]),
)
@settings(deadline=None, max_examples=300)
def test_the_first_hits_are_those_that_sorting_all_of_them_gives(
    opened: OpenIndex, scores: list[int], count: int, grouped: bool, column: tuple[str, int]
) -> None:
    all_of = segments(opened)
    docs = np.arange(len(scores))
    hits = HitArray(docs, np.array(scores, np.float64) / 7, all_of.size)
    columns = (column, ("day", -1), ("number", 1))
    first = [hits.at(docs % 5 == 0)] if grouped else []
    whole = ordering.ordered(all_of, hits, columns, None, first)
    keys = ordering.foremost(all_of, hits, columns, count, first)
    assert ordering.ordered(all_of, hits, columns, count, first) == whole[:count]
    assert sorted(whole[:count]) == list(keys)
