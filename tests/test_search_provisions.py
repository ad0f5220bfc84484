"""Sections, Schedules and regulations are one thing in every spelling."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import SectionKind
from search.index import Index
from search.provisions import MOST, leading, named, names, spelt, terms
from search.query import Hit, search
from search.request import SearchRequest
from tests.search_fakes import FakeArchive, decision


def paths(text: str) -> list[str]:
    return [" ".join(one.path) for one in named(text)]


@pytest.mark.parametrize("text", ["ſ 31", "ſection 31(2)", "ſs 26 and 27", "s.ſ"])
def test_an_s_of_another_century_names_nothing_and_breaks_nothing(text: str) -> None:
    """Compared without case it is an s, and in a table of spellings it is none."""
    assert paths(text) == []
    assert leading(text) == ([], 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s.31", ["section 31"]),
        ("s31", ["section 31"]),
        ("S. 31(2)", ["section 31 2"]),
        ("§ 42", ["section 42"]),
        ("ss. 26 and 27", ["section 26", "section 27"]),
        ("sections 26(1) and 26A(1), as amended", ["section 26 1", "section 26a 1"]),
        ("section 24A (6)", ["section 24a 6"]),
        (
            "sections 34 B, 34C and 34 H(3 and 4) as amended",
            ["section 34b", "section 34c", "section 34h 3", "section 34h 4"],
        ),
        ("section 26(6)(a)", ["section 26 6 a"]),
        ("sections 26 to 29", ["section 26", "section 27", "section 28", "section 29"]),
        ("Part VII, chapter ii", ["part 7", "chapter 2"]),
        (
            "Schedule 5, paragraph 5(b)",
            ["schedule 5", "schedule 5 paragraph 5 b", "paragraph 5 b"],
        ),
        (
            "paragraph 5(b) of Schedule 5",
            ["paragraph 5 b", "schedule 5 paragraph 5 b", "schedule 5"],
        ),
        ("section 42, 3 men and 2014", ["section 42"]),
        ("sections 26 and 27, 2014", ["section 26", "section 27"]),
        ("Mr S 2 weeks later", []),
        ("the council's 31 days", []),
        ("section 5% and part i think and s.31.5", []),
        ("4th section 5th", []),
    ],
)
def test_what_a_text_names(text: str, expected: list[str]) -> None:
    assert paths(text) == expected


@pytest.mark.parametrize(
    "spelling",
    ["s.24A(6)", "s24A(6)", "ss 24A(6)", "sec. 24a(6)", "SECTION 24A (6)", "section 24 A (6)"],
)
def test_every_spelling_asks_for_the_same(spelling: str) -> None:
    ((one,), end) = leading(spelling)
    assert (one.path, end) == (("section", "24a", "6"), len(spelling))


def test_a_part_of_a_provision_names_the_whole_but_not_the_other_way_round() -> None:
    assert names(("section", "24a", "6"), ("section", "24a"))
    assert not names(("section", "24a"), ("section", "24a", "6"))
    assert not names(("section", "24a"), ("section", "24"))


_TEXT = st.text(alphabet="sS.§ectionparhduls 0123456789(),-abAB of&", max_size=80)


@given(_TEXT)
def test_spans_lie_in_the_text_and_printing_is_read_back(text: str) -> None:
    for one in named(text):
        assert 0 <= one.start <= one.number_at < one.end <= len(text)
        assert len(list(terms(one.path))) >= 1
        ((again,), _) = leading(spelt(one.path))
        assert again.path == one.path


def test_a_text_of_nothing_but_provisions_is_bounded() -> None:
    found = paths("sections 1" + ", 2" * 5000)
    assert len(found) <= MOST


@pytest.fixture
def archive() -> FakeArchive:
    k = SectionKind
    return FakeArchive(
        decision(sections={k.FINDINGS: ["(Care Act 2014, sections 26B, 42(1) and 117)"]}),
        decision("24 001 002", sections={k.POWERS: ["Made under s42 and s.117."]}),
        decision("24 001 003", sections={k.FINDINGS: ["Section 42A and 42 eggs. Mr S 117 days."]}),
    )


def hits(archive: FakeArchive, tmp_path: Path, query: str) -> list[Hit]:
    index = Index(tmp_path / "index")
    index.follow(archive)
    found = search(index, SearchRequest(query), archive).hits
    return sorted(found, key=lambda hit: hit.decision_id)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("s.42", [1, 2]),
        ("section 42(1)", [1]),
        ("ss 42 and 117", [1, 2]),
        ("s.42A", [3]),
        ("powers:s42", [2]),
        ("s.42 /p eggs", []),
        ("s42 /s s117", [1, 2]),
        ("s.1", []),
    ],
)
def test_a_provision_is_found_however_the_text_spells_it(
    archive: FakeArchive, tmp_path: Path, query: str, expected: list[int]
) -> None:
    assert [hit.decision_id for hit in hits(archive, tmp_path, query)] == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("s.42", [["42(1)"], ["s42"]]),
        ("s 26B", [["sections 26B"]]),
        ("s.117 /p s.42", [["42(1)", "117"], ["s42", "s.117"]]),
    ],
)
def test_the_whole_provision_is_marked(
    archive: FakeArchive, tmp_path: Path, query: str, expected: list[list[str]]
) -> None:
    marked = [
        [hit.snippets[0].text[start:end] for start, end in hit.snippets[0].marks]
        for hit in hits(archive, tmp_path, query)
    ]
    assert marked == expected
