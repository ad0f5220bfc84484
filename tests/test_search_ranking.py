"""What comes first, and that a score is the sum of what --explain says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import SectionKind
from benchmarks.relevance import interval, ndcg
from search.index import Index
from search.parse import parse
from search.postings import near_pairs
from search.query import Hit, search
from search.request import SearchRequest
from search.schema import PLACES, PLACES_OF_TEXT, REGION_BOOSTS, region
from search.tree import neighbours, understood
from tests.search_fakes import FakeArchive, decision

K = SectionKind


def hits(tmp_path: Path, archive: FakeArchive, request: SearchRequest) -> tuple[Hit, ...]:
    index = Index(tmp_path / "index")
    index.follow(archive)
    return search(index, request, archive).hits


def order(tmp_path: Path, archive: FakeArchive, query: str) -> list[int]:
    return [hit.decision_id for hit in hits(tmp_path, archive, SearchRequest(query))]


def test_every_region_fits_into_a_position() -> None:
    assert len(REGION_BOOSTS) == 2 * len(PLACES_OF_TEXT)
    assert len(REGION_BOOSTS) * PLACES <= 2**32
    numbers = {region(k, top, standard=s) for k, top in PLACES_OF_TEXT for s in (False, True)}
    assert numbers == set(range(len(REGION_BOOSTS)))


def test_what_was_agreed_counts_more_than_what_was_asked_for(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(sections={K.COMPLAINT: ["He wants it to waive the charge."]}),
        decision("24 001 002", sections={K.REMEDY: ["It will waive the charge."]}),
    )
    assert order(tmp_path, archive, "waive charge") == [2, 1]


def test_words_near_each_other_count_more_than_the_same_words_apart(tmp_path: Path) -> None:
    apart = "The charge was high. " + "Nothing else happened for weeks on end. " * 3 + "Waive it?"
    archive = FakeArchive(
        decision(sections={K.ANALYSIS: [apart]}),
        decision("24 001 002", sections={K.ANALYSIS: [apart.replace("Waive it?", "It was paid.")]}),
        decision(
            "24 001 003",
            sections={
                K.ANALYSIS: ["To waive a part of the charge was right. " + "And so on. " * 9]
            },
        ),
    )
    assert order(tmp_path, archive, "waive charge") == [3, 1]


def test_a_phrase_named_once_in_passing_yields_to_a_decision_about_it(tmp_path: Path) -> None:
    about = "Enforcement of planning control, planning enforcement, the enforcement officer."
    archive = FakeArchive(
        decision(sections={K.ANALYSIS: ["He mentions planning enforcement."]}),
        decision("24 001 002", sections={K.ANALYSIS: [about]}),
    )
    assert order(tmp_path, archive, '"planning enforcement"') == [2, 1]


@pytest.mark.parametrize(
    "query",
    [
        "late tuition",
        '"late tuition"',
        '"late tuition" school',
        "late tuition school",
        "analysis:(late tuition)",
        "late OR tuition",
        'tuit* "late tuition" /p school',
        "24 001 001",
    ],
)
def test_a_score_is_the_sum_of_its_parts(tmp_path: Path, query: str) -> None:
    archive = FakeArchive(
        decision(
            summary="Late tuition. See 24 001 001.",
            sections={K.POWERS: ["Late tuition."], K.ANALYSIS: ["The school: late tuition."]},
        ),
        decision("24 001 002", sections={K.ANALYSIS: ["Tuition at a school was late."]}),
    )
    archive.mark(1, p1=0.7)
    found = hits(tmp_path, archive, SearchRequest(query, explain=True))
    assert found
    for hit in found:
        assert sum(part.score for part in hit.why) == pytest.approx(hit.score, abs=1e-3)
        assert all(part.little <= part.times for part in hit.why)


def test_neighbours_are_plain_words_typed_side_by_side_in_one_scope() -> None:
    def told(query: str) -> list[tuple[str, tuple[str, ...] | None]]:
        return [(understood(pair), names) for pair, names in neighbours(parse(query), 8)]

    assert told("late home tuition") == [("late /8 home", None), ("home /8 tuition", None)]
    assert told('late "home tuition"') == []
    assert told("late OR tuition") == []
    assert told("late late") == []
    assert told("school analysis:(late tuition)") == [("late /8 tuition", ("analysis",))]


places = st.lists(st.integers(0, 60), max_size=12, unique=True).map(sorted)


@given(places, places, st.integers(1, 9))
def test_near_pairs_are_those_of_a_plain_comparison(
    one: list[int], other: list[int], limit: int
) -> None:
    fewer, more = (other, one) if len(one) > len(other) else (one, other)
    expected = [place for place in fewer if any(abs(place - at) <= limit for at in more)]
    assert near_pairs(one, other, limit) == expected


def test_ndcg_is_one_for_the_best_order_and_less_for_any_other() -> None:
    grades = [3, 2, 1, 0, 0]
    assert ndcg([3, 2, 1], grades) == 1.0
    assert 0 < ndcg([1, 2, 3], grades) < 1
    assert ndcg([0, 0], grades) == 0
    assert ndcg([], [0, 0]) == 0


def test_the_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    differences = [0.1, 0.2, -0.1, 0.3, 0.0, 0.15]
    low, high = interval(differences)
    assert low < sum(differences) / len(differences) < high
    assert interval(differences) == (low, high)
