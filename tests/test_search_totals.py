"""What a search finds equals what a plain reading of every text finds: no more, no less."""

from __future__ import annotations

import bisect
import itertools
import tempfile
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import writing

from archive.records import Decision, Outcome, SectionKind
from search import postings
from search.days import date_codes
from search.index import Index
from search.query import search
from search.request import SearchRequest, Sort
from search.spelling import spelt_like
from search.tree import (
    And,
    Days,
    Filter,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Scoped,
    Word,
    has_text,
    side_by_side,
    understood,
)
from search.words import sentence_starts, stem, words
from tests.search_fakes import FakeArchive, decision

VOCABULARY = ["late", "delay", "delays", "x", "y", "24a"]
PUNCTUATED = [*VOCABULARY, "Late.", "X!", "Delays?"]
KINDS = [SectionKind.COMPLAINT, SectionKind.POWERS, SectionKind.ANALYSIS]

texts = st.lists(st.sampled_from(PUNCTUATED), max_size=7).map(" ".join)
decisions = st.builds(
    lambda sections, summary, outcome, days, body: decision(
        sections={kind: paragraphs for kind, paragraphs in sections.items() if paragraphs},
        summary=summary or None,
        outcome=outcome,
        decided_on=date(2023, 11, 20) + timedelta(days=days),
        body=body,
    ),
    st.dictionaries(st.sampled_from(KINDS), st.lists(texts, min_size=1, max_size=3), max_size=3),
    texts,
    st.sampled_from([Outcome.UPHELD, Outcome.CLOSED]),
    st.integers(0, 120),
    st.sampled_from(["Late School Trust", "Ambleford Council", "Wold Council"]),
)
leaves = st.one_of(
    st.sampled_from(VOCABULARY).map(lambda text: Word(text, stem(text))),
    st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=3).map(
        lambda parts: Phrase(tuple(parts))
    ),
    st.sampled_from(["del", "delays", "lat"]).map(Prefix),
    st.sampled_from(["dela", "lste", "delayss"]).map(Fuzzy),
)
nearby = st.builds(
    Near,
    st.lists(
        st.one_of(
            leaves, st.lists(leaves, min_size=2, max_size=2).map(lambda items: Or(tuple(items)))
        ),
        min_size=2,
        max_size=2,
    ).map(tuple),
    st.sampled_from([1, 2, 3, "p", "s"]),
)
filters = st.one_of(
    st.sampled_from([Filter("body", "council"), Filter("outcome", "upheld")]),
    st.sampled_from([Filter("has", "analysis"), Filter("has", "powers")]),
    st.sampled_from([Days(date(2024, 1, 1), None), Days(None, date(2023, 12, 1))]),
)
trees: st.SearchStrategy[Node] = st.recursive(
    st.one_of(leaves, leaves, nearby, filters),
    lambda children: st.one_of(
        st.lists(children, min_size=2, max_size=3).map(lambda items: And(tuple(items))),
        st.lists(children, min_size=2, max_size=3).map(lambda items: Or(tuple(items))),
        children.filter(lambda node: not isinstance(node, Not)).map(Not),
        st.builds(
            Scoped,
            children.filter(has_text),
            st.sampled_from([("analysis",), ("powers", "summary")]),
        ),
    ),
    max_leaves=6,
)


Read = list[tuple[str, list[Word], list[int]]]


def read(one: Decision) -> Read:
    """Every text of a decision that a phrase may lie in: its region, words, sentence starts."""
    parts: list[tuple[str, str]] = [("title", one.title), ("summary", one.summary or "")]
    for section in one.sections:
        parts.append(("heading", section.heading))
        parts.extend((str(section.kind), paragraph.text) for paragraph in section.paragraphs)
    result = []
    for region, text in parts:
        found = list(words(text))
        result.append(
            (region, [Word(w.exact, w.stem) for w in found], sentence_starts(text, found))
        )
    return result


def spots(text: list[Word], node: Node) -> list[tuple[int, int]]:
    """Where a word, phrase, beginning, spelling or OR of those stands in one text."""
    match node:
        case Word(_, wanted):
            return [(at, at) for at, word in enumerate(text) if word.stem == wanted]
        case Prefix(start):
            return [(at, at) for at, word in enumerate(text) if word.exact.startswith(start)]
        case Fuzzy(asked):
            return [(at, at) for at, word in enumerate(text) if spelt_like(asked, word.exact)]
        case Phrase(asked_words):
            size = len(asked_words)
            return [
                (at, at + size - 1)
                for at in range(len(text))
                if tuple(word.exact for word in text[at : at + size]) == asked_words
            ]
        case Or(items):
            return [spot for item in items for spot in spots(text, item)]
        case _:
            raise AssertionError(node)


def near(text: list[Word], sentences: list[int], node: Near) -> bool:
    """Tries every choice of one occurrence of each item."""
    for choice in itertools.product(*(spots(text, item) for item in node.items)):
        places = [place for start, end in choice for place in range(start, end + 1)]
        if len(set(places)) < len(places):
            continue
        apart = max(places) - min(places) - sum(end - start for start, end in choice)
        held = {bisect.bisect_right(sentences, place) for place in places}
        if node.within == "p" or (node.within == "s" and len(held) == 1):
            return True
        if isinstance(node.within, int) and apart <= node.within:
            return True
    return False


def holds(one: Decision, node: Node, sections: tuple[str, ...]) -> bool:
    """The brute-force reading: walks the tree over the texts themselves."""
    texts = [
        (text, sentences)
        for region, text, sentences in read(one)
        if not sections or region in sections
    ]
    match node:
        case Word() | Phrase() | Prefix() | Fuzzy():
            return any(spots(text, node) for text, _ in texts)
        case Near():
            return any(near(text, sentences, node) for text, sentences in texts)
        case Scoped(item, regions):
            inner = tuple(r for r in regions if not sections or r in sections)
            return holds(one, item, inner or ("nowhere",))
        case Not(item):
            return not holds(one, item, sections)
        case And(items):
            return all(holds(one, item, sections) for item in items)
        case Or(items):
            return any(holds(one, item, sections) for item in items)
        case Days(first, last):
            return (not first or first <= one.decided_on) and (not last or one.decided_on <= last)
        case Filter("body", value):
            return set(value.split()) <= {word.exact for word in words(one.body)}
        case Filter("outcome", value):
            return one.outcome == value
        case Filter("has", value):
            return any(section.kind == value for section in one.sections)
        case _:
            raise AssertionError(node)


def plainly(one: Decision, tree: Node, sections: tuple[str, ...]) -> bool:
    """A query under ``--section``: without a word in it, the part has only to be there."""
    if sections and not has_text(tree):
        return holds(one, tree, ()) and any(section.kind in sections for section in one.sections)
    return holds(one, tree, sections)


def own_words(one: Decision, standard: Collection[int], *, scoped: bool) -> Decision:
    """The decision without standard wording and powers; where parts are named, powers stay."""
    return replace(
        one,
        sections=tuple(
            replace(
                section,
                paragraphs=tuple(
                    paragraph
                    for paragraph in section.paragraphs
                    if (scoped if section.kind == "powers" else paragraph.ordinal not in standard)
                ),
            )
            for section in one.sections
        ),
    )


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
    marks=st.dictionaries(st.integers(1, 9), st.sets(st.integers(1, 5)), max_size=9),
)
def test_a_query_finds_what_a_plain_reading_finds(
    corpus: list[Decision],
    tree: Node,
    sections: tuple[str, ...],
    later: str,
    sort: Sort,
    skip: int,
    marks: dict[int, set[int]],
) -> None:
    half = len(corpus) if later == "nothing" else len(corpus) // 2
    archive = FakeArchive(*corpus[:half])

    def mark() -> None:
        for number, ordinals in marks.items():
            if number in archive.kept:
                archive.mark(number, **{f"p{ordinal}": 0.5 for ordinal in ordinals})

    def prepare(index: Index) -> None:
        mark()
        if later == "nothing":
            return
        index.follow(archive)
        for one in corpus[half:]:
            archive.add(one)
        mark()
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
        scoped = bool(sections) or isinstance(together, Scoped)
        leading = {
            number
            for number in side
            if holds(
                own_words(kept[number], archive.kept[number].standard, scoped=scoped),
                together,
                sections,
            )
        }
        if sort is Sort.RELEVANCE:
            assert set(ids[: len(leading)]) == leading, "words together in its own text come first"
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
            "24 001 002", sections={SectionKind.METHOD: ["About late tuition.", "Filler. " * 500]}
        ),
    )
    index = Index(tmp_path / "index")
    index.follow(archive)
    results = search(index, SearchRequest("late tuition"), archive)
    assert [(hit.decision_id, hit.exact) for hit in results.hits] == [(2, True), (1, False)]
    assert results.exact_total == 1


def test_words_together_in_standard_wording_alone_lead_nowhere(tmp_path: Path) -> None:
    archive = FakeArchive(
        decision(sections={SectionKind.ANALYSIS: ["Of tuition, which was late, too late."]}),
        decision("24 001 002", sections={SectionKind.POWERS: ["About late tuition."]}),
        decision("24 001 003", sections={SectionKind.ANALYSIS: ["About late tuition."]}),
        decision("24 001 004", sections={SectionKind.ANALYSIS: ["About late tuition."]}),
    )
    archive.mark(3, p1=0.6)
    index = Index(tmp_path / "index")
    index.follow(archive)
    results = search(index, SearchRequest("late tuition"), archive)
    assert [hit.decision_id for hit in results.hits][:2] == [4, 1]
    assert results.exact_total == 3
    assert [hit.decision_id for hit in results.hits if hit.exact] == [4, 2, 3]


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


def test_marked_paragraphs_count_little_and_are_found_all_the_same(tmp_path: Path) -> None:
    often = "Injustice, injustice and more injustice."
    archive = FakeArchive(
        decision(sections={SectionKind.METHOD: [often]}),
        decision("24 001 002", sections={SectionKind.ANALYSIS: ["There was injustice."]}),
        decision("24 001 003", sections={SectionKind.POWERS: [often]}),
    )
    index = Index(tmp_path / "index")
    index.follow(archive)
    assert search(index, SearchRequest("injustice"), archive).hits[0].decision_id == 1
    archive.mark(1, p1=0.4)
    archive.mark(3, p1=0.9)
    assert index.follow(archive).written == 2
    for query in ("injustice", '"more injustice"'):
        hits = search(index, SearchRequest(query), archive).hits
        assert sorted(hit.decision_id for hit in hits) == ([1, 2, 3] if query[0] == "i" else [1, 3])
    ranked = [hit.decision_id for hit in search(index, SearchRequest("injustice"), archive).hits]
    assert ranked == [2, 1, 3]
    asked = search(index, SearchRequest("injustice", sections=("powers",)), archive).hits
    assert asked[0].score > hits[0].score


def test_the_second_look_keeps_pages_in_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.ranking.FOREMOST", 5)
    words_near = ["tuition was late", "late; so was, in the end and after all that, the tuition"]
    archive = FakeArchive(
        *(
            decision(f"24 001 {n:03}", summary=words_near[n % 2] + " late" * (n % 3))
            for n in range(20)
        )
    )
    index = Index(tmp_path / "index")
    index.follow(archive)

    def page(limit: int, offset: int) -> list[tuple[int, float]]:
        request = SearchRequest("tuition late", limit=limit, offset=offset)
        return [(hit.decision_id, hit.score) for hit in search(index, request, archive).hits]

    whole = page(20, 0)
    assert [score for _, score in whole] == sorted((score for _, score in whole), reverse=True)
    assert [hit for offset in range(0, 20, 3) for hit in page(3, offset)] == whole


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
