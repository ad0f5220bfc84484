"""What a search finds equals what a plain reading of every text finds: no more, no less."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import writing

from archive.records import Decision, SectionKind
from search import postings
from search.days import date_codes
from search.index import Index
from search.query import search
from search.request import SearchRequest, Sort
from search.tree import Node, Word, side_by_side, understood
from search.words import words
from tests.plain_reading import decisions, holds, plainly, trees
from tests.search_fakes import FakeArchive, decision


def searched(
    archive: FakeArchive, prepare: Callable[[Index], None], request: SearchRequest
) -> tuple[list[int], int | None]:
    with tempfile.TemporaryDirectory() as home:
        index = Index(Path(home) / "index")
        prepare(index)
        index.follow(archive)
        results = search(index, request, archive)
        assert results.total == len(results.hits)
        return [hit.decision_id for hit in results.hits], results.exact_total


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    corpus=st.lists(decisions, min_size=5, max_size=9),
    tree=trees,
    sections=st.sampled_from([(), (), ("analysis",), ("powers", "summary")]),
    later=st.sampled_from(["nothing", "added", "amended", "erased"]),
    sort=st.sampled_from(list(Sort)),
    skip=st.sampled_from([0, 8]),
)
def test_a_query_finds_what_a_plain_reading_finds(
    corpus: list[Decision],
    tree: Node,
    sections: tuple[str, ...],
    later: str,
    sort: Sort,
    skip: int,
) -> None:
    half = len(corpus) if later == "nothing" else len(corpus) // 2
    archive = FakeArchive(*corpus[:half])

    def prepare(index: Index) -> None:
        if later == "nothing":
            return
        index.follow(archive)
        for one in corpus[half:]:
            archive.add(one)
        if later != "added":
            archive.amend(1, summary="late x")
        if later == "erased":  # this rewrites the first segment
            archive.erase(2)

    request = SearchRequest(
        query=understood(tree), sections=sections, limit=1000, snippets=0, sort=sort
    )
    with pytest.MonkeyPatch.context() as patched:
        # Segments are kept apart, as in a large archive, and both ways through postings are gone.
        patched.setattr(writing, "MERGE_SMALL", writing.NO_MERGE)
        patched.setattr(postings, "SKIP_FACTOR", skip)
        ids, exact_total = searched(archive, prepare, request)
    kept = {number: stored.decision for number, stored in archive.kept.items()}
    expected = {number for number, one in kept.items() if plainly(one, tree, sections)}
    assert set(ids) == expected
    assert len(ids) == len(set(ids))
    together = side_by_side(tree)
    if together is None:
        assert exact_total is None
    else:
        side = {number for number in expected if holds(kept[number], together, sections)}
        assert exact_total == len(side)
        if sort is Sort.RELEVANCE:
            assert set(ids[: len(side)]) == side, "decisions with the words together come first"
    if sort in (Sort.NEWEST, Sort.OLDEST):
        days = [kept[number].decided_on for number in ids]
        assert days == sorted(days, reverse=sort is Sort.NEWEST)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    corpus=st.lists(decisions, min_size=1, max_size=8),
    outcomes=st.lists(st.sampled_from(["upheld", "closed"]), max_size=2),
    bodies=st.lists(st.sampled_from(["council", "LATE", "wold council"]), max_size=2),
    first=st.none() | st.dates(date(2023, 10, 1), date(2024, 4, 1)),
    last=st.none() | st.dates(date(2023, 10, 1), date(2024, 4, 1)),
    query=st.sampled_from(["", "late", "-late"]),
)
def test_filters_leave_what_a_plain_reading_leaves(
    corpus: list[Decision],
    outcomes: list[str],
    bodies: list[str],
    first: date | None,
    last: date | None,
    query: str,
) -> None:
    archive = FakeArchive(*corpus)
    request = SearchRequest(
        query=query,
        outcomes=tuple(outcomes),
        bodies=tuple(bodies),
        first=first,
        last=last,
        limit=1000,
        snippets=0,
    )
    ids, _ = searched(archive, lambda index: None, request)

    def passes(one: Decision) -> bool:
        named = {word.exact for word in words(one.body)}
        late = holds(one, Word("late", "late"), ())
        return (
            (not outcomes or one.outcome in outcomes)
            and (not bodies or any(set(body.lower().split()) <= named for body in bodies))
            and (first is None or first <= one.decided_on)
            and (last is None or one.decided_on <= last)
            and {"": True, "late": late, "-late": not late}[query]
        )

    assert set(ids) == {n for n, stored in archive.kept.items() if passes(stored.decision)}


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.integers(0, 4000), st.integers(-40, 4040))
def test_a_range_of_days_is_covered_by_few_codes_and_exactly(
    first: date, length: int, step: int
) -> None:
    last = min(first + timedelta(days=length), date(2199, 12, 31))
    codes = date_codes(first, last)
    assert codes is not None
    assert len(codes) == len(set(codes)) <= 30 + 11 + 12 + 11 + 31
    day = min(max(first + timedelta(days=step), date(1900, 1, 1)), date(2199, 12, 31)).isoformat()
    covered = [code for code in codes if code in (day[:4], day[:7], day)]
    assert len(covered) == (first.isoformat() <= day <= last.isoformat())


def test_a_range_without_ends_is_no_filter() -> None:
    assert date_codes(None, None) is None
    assert date_codes(date(2200, 1, 1), None) == []


def test_a_phrase_never_crosses_a_paragraph_or_a_section(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(
            summary="It came late",
            sections={
                SectionKind.COMPLAINT: ["tuition was late", "tuition was refused", "late"],
                SectionKind.POWERS: ["tuition"],
            },
        ),
        decision("24 001 002", summary="No late tuition was given."),
    )
    index = Index(tmp_path / "index")
    index.follow(archive)
    for query, expected in [
        ('"late tuition"', [2]),
        ("late tuition", [2, 1]),
        ('"tuition"', [1, 2]),
    ]:
        hits = search(index, SearchRequest(query), archive).hits
        assert sorted(hit.decision_id for hit in hits) == sorted(expected), query


def test_decisions_with_the_words_together_come_first_however_often_others_have_them(
    tmp_path: Path,
) -> None:
    archive = FakeArchive(
        decision(summary="late late late; no tuition, tuition. " * 20),
        decision(
            "24 001 002", sections={SectionKind.POWERS: ["About late tuition.", "Filler. " * 500]}
        ),
    )
    index = Index(tmp_path / "index")
    index.follow(archive)
    results = search(index, SearchRequest("late tuition"), archive)
    assert [(hit.decision_id, hit.exact) for hit in results.hits] == [(2, True), (1, False)]
    assert results.exact_total == 1


def test_a_decision_named_by_its_reference_comes_before_those_that_cite_it(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(summary="See 24 001 002. See 24 001 002. See 24001002."),
        decision("24 001 002", summary="The one."),
        decision("24 001 003", summary="Another."),
    )
    index = Index(tmp_path / "index")
    index.follow(archive)
    for query in ("24 001 002", "24-001-002", "24001002"):
        hits = search(index, SearchRequest(query), archive).hits
        assert [hit.decision_id for hit in hits] == [2, 1]


def test_standard_wording_counts_little_unless_it_is_asked_for(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(sections={SectionKind.POWERS: ["Injustice, injustice, injustice."]}),
        decision("24 001 002", sections={SectionKind.ANALYSIS: ["There was injustice."]}),
    )
    index = Index(tmp_path / "index")
    index.follow(archive)
    hits = search(index, SearchRequest("injustice"), archive).hits
    assert [hit.decision_id for hit in hits] == [2, 1]
    asked = search(index, SearchRequest("injustice", sections=("powers",)), archive)
    assert [hit.decision_id for hit in asked.hits] == [1]
    assert asked.hits[0].score > hits[1].score


def test_paging_is_stable_and_complete(tmp_path: Path) -> None:
    archive = FakeArchive(
        *(decision(f"24 001 {n:03}", summary="late tuition " * (1 + n % 3)) for n in range(25))
    )
    index = Index(tmp_path / "index")
    index.follow(archive)
    for sort in Sort:
        whole = [
            hit.decision_id
            for hit in search(index, SearchRequest("late", limit=100, sort=sort), archive).hits
        ]
        paged = [
            hit.decision_id
            for offset in range(0, 30, 4)
            for hit in search(
                index, SearchRequest("late", limit=4, offset=offset, sort=sort), archive
            ).hits
        ]
        assert paged == whole
        assert len(set(whole)) == 25
