"""What points to another paragraph of the same decision, and what only looks like it.

The rows were labelled before the parser saw them: text, then the numbers pointed to.
"""

from __future__ import annotations

import pytest

from archive.records import Paragraph, Section, SectionKind
from scraper.cross_references import cross_references, pointers

ROWS: list[tuple[str, list[int]]] = [
    ("I have explained this in paragraph 12.", [12]),
    ("For the reasons in paragraphs 21 to 24, I found fault.", [21, 22, 23, 24]),
    ("as set out in paragraphs 8, 9 and 13 above", [8, 9, 13]),
    ("(see paragraph 33)", [33]),
    ("(paragraphs 40–42)", [40, 41, 42]),
    ("The Council has agreed to the action in paragraph 51 below.", [51]),
    ("the fault in paragraph 30 and the injustice in paragraph 31", [30, 31]),
    ("Paragraph 6 of this statement says what I looked at.", [6]),
    ("paragraph 44 of my decision statement", [44]),
    ("paragraph 44 of the final decision", [44]),
    ("see para 17", [17]),
    ("see paras 17 and 18 above", [17, 18]),
    ("see paras. 17-19", [17, 18, 19]),
    ("the payments listed at paragraph 29 (a) and (b)", [29]),
    ("the action in paragraph 29(c)", [29]),
    ("the second bullet point of paragraph 14", [14]),
    ("paragraphs 3 & 4 of this report", [3, 4]),
    ("paragraphs 3, 4, and 7", [3, 4, 7]),
    ("paragraphs 10 and 12-14", [10, 12, 13, 14]),
    ("in the paragraph 15 above", [15]),
    ("the Council’s comments on paragraph 9 of my draft", []),
    ("paragraph 5(b) of Schedule 5", []),
    ("paragraph 14.2 of the guidance", []),
    ("paragraphs 33 to 36 of the Code", []),
    ("Paragraph 9.14 says so.", []),
    ("(Care and support statutory guidance, paragraph 8)", []),
    ("(Homelessness code of guidance, paragraphs 11 and 12)", []),
    ("(National Planning Policy Framework, paragraph 180)", []),
    ("The Code (paragraph 16) says this.", []),
    ("Schedule 5, paragraphs 5(1) and 5(2)", []),
    ("(Local Government Act 1974, Schedule 5, paragraph 4)", []),
    ("paragraph 3 of its letter", []),
    ("paragraph 3 of the Council's policy", []),
    ("in paragraph 2 of the plan", []),
    ("paragraphs 7 and 8 of section F", []),
    ("Annex B, paragraph 12", []),
    ("The letter had four paragraphs. 12 people got it.", []),
    ("paragraph 2 under the heading “Costs”", []),
    ("Article 8, paragraph 2 of the Convention", []),
    ("paragraph 1998 was missing", []),
    ("as I said in paragraph 9 above", [9]),
    ("Paragraphs 46-47 of this statement and paragraph 3", [46, 47, 3]),
    ("paragraph 9.12 of the Code", []),
    ("Schedule 5/5a, paragraph 4", []),
    ("paragraph 5B", []),
    ("paragraphs were short", []),
    ("(Working Together to Safeguard Children (paragraph 48))", []),
]


@pytest.mark.parametrize(("text", "numbers"), ROWS)
def test_what_a_text_points_to(text: str, numbers: list[int]) -> None:
    found = [number for pointer in pointers(text) for number in pointer.numbers]
    assert found == numbers


def sections(*parts: list[tuple[int | None, str]]) -> list[Section]:
    """Sections of (number, text), ordinals running through."""
    made = []
    ordinal = 0
    for position, part in enumerate(parts, start=1):
        paragraphs = []
        for number, text in part:
            ordinal += 1
            paragraphs.append(Paragraph(ordinal, number, None, 0, text))
        made.append(Section(SectionKind.OTHER, "", position, None, tuple(paragraphs)))
    return made


def test_a_reference_is_resolved_to_the_paragraph_with_that_number() -> None:
    first: list[tuple[int | None, str]] = [
        (1, "See paragraphs 2 and 3."),
        (None, "(As para 1 says.)"),
    ]
    found, warnings = cross_references(sections(first, [(2, "x"), (3, "y")]))
    assert [(each.paragraph, each.number, each.target, each.raw) for each in found] == [
        (1, 2, 3, "paragraphs 2 and 3"),
        (1, 3, 4, "paragraphs 2 and 3"),
        (2, 1, 1, "para 1"),
    ]
    assert [(each.section, each.char_start, each.char_end) for each in found] == [
        (1, 4, 22), (1, 4, 22), (1, 4, 10)
    ]  # fmt: skip
    assert warnings == []


def test_a_reference_beyond_the_last_paragraph_has_no_target_and_is_a_warning() -> None:
    found, warnings = cross_references(sections([(1, "See paragraph 3."), (2, "x"), (None, "y")]))
    assert [(each.number, each.target) for each in found] == [(3, None)]
    assert warnings == ["paragraph 1 points to paragraph 3, but the last is 2"]


def test_where_numbers_restart_the_pointing_section_is_meant_or_none() -> None:
    parts = sections(
        [(1, "See paragraph 2."), (2, "x")], [(1, "y"), (2, "z")], [(1, "See paragraph 2.")]
    )
    found, warnings = cross_references(parts)
    assert [(each.paragraph, each.target) for each in found] == [(1, 2), (5, None)]
    assert warnings == []


def test_without_printed_numbers_nothing_is_resolved_and_nothing_warned_about() -> None:
    found, warnings = cross_references(sections([(None, "See paragraph 3.")]))
    assert [(each.number, each.target) for each in found] == [(3, None)]
    assert warnings == []
