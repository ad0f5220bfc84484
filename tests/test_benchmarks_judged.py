"""The judged set: the same for everyone, graded by facts, half of it never tuned on."""

from __future__ import annotations

import hashlib

import pytest

from archive.records import SectionKind
from benchmarks.judged_corpus import DEALT_WITH, DECIDED, Judged, corpus
from benchmarks.judged_queries import QUERIES


@pytest.fixture(scope="module")
def judged() -> tuple[Judged, ...]:
    return corpus()


def test_the_corpus_is_the_same_everywhere(judged: tuple[Judged, ...]) -> None:
    digest = hashlib.sha256()
    for one in judged:
        digest.update(one.decision().content_sha256().encode())
    assert digest.hexdigest() == "386c01aa7f25074b61d4f83267e79399f4cabad07da68da2823c1c293c61433b"
    assert 600 <= len(judged) <= 1200
    assert len({one.case.reference for one in judged}) == len(judged)


def test_there_are_enough_queries_and_half_are_held_out() -> None:
    assert len(QUERIES) >= 60
    assert len({query.text for query in QUERIES}) == len(QUERIES)
    held_out = sum(query.held_out for query in QUERIES)
    assert 0.4 < held_out / len(QUERIES) < 0.6


def test_every_query_has_an_answer_and_decisions_that_are_none(judged: tuple[Judged, ...]) -> None:
    for query in QUERIES:
        grades = {query.grade(one) for one in judged}
        assert grades & {DECIDED, DEALT_WITH}, query.text
        assert 0 in grades, query.text


def test_grades_follow_from_what_stands_outside_the_standard_wording(
    judged: tuple[Judged, ...],
) -> None:
    by_text = {query.text: query for query in QUERIES}
    protection = by_text["data protection"]
    only_standard = [
        one
        for one in judged
        if any("data protection" in text for text in one.standard)
        and "data protection" not in one.plain
    ]
    assert len(only_standard) > 100
    assert {protection.grade(one) for one in only_standard} == {0}
    subject = [one for one in judged if one.case.subcategory == "Noise"]
    assert {by_text["noise"].grade(one) for one in subject} == {DEALT_WITH, DECIDED}
    for one in subject:
        closed = one.case.outcome.startswith("Closed")
        assert by_text["noise"].grade(one) == (DEALT_WITH if closed else DECIDED)


def test_standard_wording_stands_in_nearly_all_and_varies(judged: tuple[Judged, ...]) -> None:
    with_it = [one for one in judged if one.standard]
    assert len(with_it) > 0.99 * len(judged)
    for one in judged:
        texts = {p.text: s.kind for s in one.decision().sections for p in s.paragraphs}
        assert one.standard <= set(texts)
        powers = [text for text, kind in texts.items() if kind is SectionKind.POWERS]
        assert set(powers) <= one.standard
    assert len({text for one in judged for text in one.standard}) > 300
