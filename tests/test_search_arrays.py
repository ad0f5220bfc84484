"""A search on whole arrays answers as one along Whoosh's posting lists does, whatever is asked.

The long run of the same comparison is ``python -m benchmarks.equivalence``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.records import SectionKind
from benchmarks.equivalence import ask, both, difference, evaluations, queries
from search.arrays.evaluation import Arrays
from search.arrays.hits import HitArray
from search.evaluate import over
from search.index import Index
from search.matching import HitMap, Matching
from search.opening import OpenIndex
from search.parse import parse
from search.query import search
from search.request import SearchRequest
from search.schema import ARRAYS, STOCK
from search.tree import And, Near, Node, Phrase, Word, understood
from tests.search_fakes import FakeArchive, decision

K = SectionKind

Opened = tuple[OpenIndex, OpenIndex]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with both(5, tmp_path_factory.mktemp("both"), size=30) as pair:
        yield pair


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(node=queries, hidden=st.sampled_from([(), (3, 5, 11)]))
def test_both_evaluations_say_the_same_of_any_query(
    opened: Opened, node: Node, hidden: tuple[int, ...]
) -> None:
    assert difference(*evaluations(opened, hidden), node) is None, understood(node)


@pytest.mark.parametrize("number", [8, 5])
def test_whatever_the_index_has_been_through(tmp_path: Path, number: int) -> None:
    ask(number, 12, tmp_path)


def two(archive: FakeArchive, folder: Path) -> Opened:
    """Both indexes of an archive."""
    opened = []
    for codec in (STOCK, ARRAYS):
        index = Index(folder / codec)
        index.rebuild(archive, codec=codec)
        opened.append(index._open())
    return opened[0], opened[1]


@pytest.fixture
def closing() -> Iterator[list[OpenIndex]]:
    held: list[OpenIndex] = []
    yield held
    for one in held:
        one.close()


def agree(pair: Opened, closing: list[OpenIndex], *nodes: Node) -> None:
    closing.extend(pair)
    stock, arrays = evaluations(pair)
    for node in nodes:
        assert len(stock.scores(node)), f"{understood(node)} finds nothing, which proves nothing"
        assert difference(stock, arrays, node) is None, understood(node)


def test_a_word_that_stands_hundreds_of_times_and_a_decision_of_thirty_thousand_words(
    tmp_path: Path, closing: list[OpenIndex]
) -> None:
    long = "often late x " * 6_000 + "distant end. " + "x y " * 6_000 + "last often"
    archive = FakeArchive(
        decision(sections={K.BACKGROUND: [long, "distant"]}),
        decision("24 001 002", summary="often " * 300),
        decision("24 001 003", summary="Last, often late."),
    )
    agree(
        two(archive, tmp_path),
        closing,
        *(parse(text) for text in ("often", "x y", '"distant end"', '"last often"', "oft* -x")),
        Near((Word("distant", "distant"), Word("end", "end")), "s"),
        Near((Word("last", "last"), Word("often", "often"), Word("y", "y")), 3),
    )


def test_decisions_without_words_and_a_field_without_codes(
    tmp_path: Path, closing: list[OpenIndex]
) -> None:
    archive = FakeArchive(
        decision(summary=None, sections={}, category="", subcategory=""),
        decision("24 001 002", summary="", sections={K.ANALYSIS: ["", "…"]}, body="A"),
        decision("24 001 003", summary="late"),
    )
    agree(two(archive, tmp_path), closing, *map(parse, ("late", "-late", "date:2024", "a")))


def test_an_index_of_nothing_answers_nothing(tmp_path: Path) -> None:
    archive = FakeArchive(decision(summary="late"))
    archive.erase(1)
    index = Index(tmp_path / "index")
    index.follow(archive)
    assert search(index, SearchRequest("late", facets=("body", "year")), archive).total == 0


def test_each_index_has_its_own_evaluation(opened: Opened) -> None:
    assert isinstance(over(opened[0]), Matching)
    assert isinstance(over(opened[1]), Arrays)


def test_the_reference_works_on_arrays_too(opened: Opened) -> None:
    node = And((Word("late", "late"), Phrase(("late", "x"))))
    on_arrays = Matching(opened[1].reader).scores(node)
    assert dict(on_arrays) == pytest.approx(dict(Matching(opened[0].reader).scores(node)))


def test_hits_of_both_kinds_have_the_same_arithmetic() -> None:
    import numpy as np

    def array(scores: dict[int, float]) -> HitArray:
        docs = sorted(scores)
        found = [scores[doc] for doc in docs]
        return HitArray(np.array(docs, np.intp), np.array(found, np.float64), 1000)

    some = {3: 1.0, 7: 2.0, 900: 0.5}
    many = {doc: doc / 10 for doc in range(0, 1000, 3)}
    for one in (some, many):
        for other in (some, many, {3: 4.0}, {5: 1.0}, {}):
            summed = array(one).plus(array(other))
            assert {doc: summed[doc] for doc in summed} == HitMap(one).plus(HitMap(other))
            only = array(one).only(list(other))
            assert {doc: only[doc] for doc in only} == HitMap(one).only(other)
            assert [doc in array(one) for doc in other] == [doc in one for doc in other]
    with pytest.raises(KeyError):
        array(some)[4]
