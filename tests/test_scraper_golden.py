"""The golden pages read as their text says; what is known to be read wrongly is listed.

The pages, and how an expectation is written, are explained in ``tests/golden.py``.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest

from tests.golden import (
    KNOWN_MISSES,
    MEASURED,
    PAGES,
    Golden,
    Miss,
    golden,
    measure,
    names,
    unpaired,
)

HEADINGS = (
    "The complaint",
    "What I have investigated",
    "What I have and have not investigated",
    "Parts of the complaint that I did not investigate",
    "The Ombudsman's role and powers",
    "The Ombudsmen's role and powers",
    "How I considered this complaint",
    "How we considered this complaint",
    "What I found",
    "Findings",
    "Finding",
    "My assessment",
    "Analysis",
    "What happened",
    "Background",
    "Key facts",
    "Legal and administrative background",
    "The law and guidance",
    "Agreed action",
    "Recommended action",
    "Recommended/agreed action",
    "Agreed remedy",
    "Recommendations",
    "Final decision",
    "Decision",
)
"""Every heading that was seen on real pages, with a straight apostrophe."""

CATEGORIES = (
    "Adult care services",
    "Benefits and tax",
    "Children's care services",
    "Education",
    "Environment and regulation",
    "Health",
    "Housing",
    "Other categories",
    "Planning",
    "Transport and highways",
)

SUBCATEGORIES = (
    *("Assessment and care plan", "Charging", "Direct payments", "Disabled facilities grants"),
    *("Domiciliary care", "Residential care", "Safeguarding", "Transition from childrens services"),
    *("Transport", "Council tax", "Council tax support", "COVID-19"),
    *("Housing benefit and council tax benefit", "Child protection", "Disabled children"),
    *("Friends and family carers", "Looked after children", "Other", "Alternative provision"),
    *("School admissions", "School transport", "Special educational needs"),
    *("Antisocial behaviour", "Drainage", "Noise", "Pollution", "Refuse and recycling"),
    *("Assessment and funding", "Care and treatment", "Hospital acute services", "Allocations"),
    *("Homelessness", "Councillor conduct and standards", "Land", "Leisure and culture"),
    *("Enforcement", "Planning applications", "Highway repair and maintenance"),
    "Parking and other penalties",
)
"""Every sub-category that was seen on real pages."""

SHOWN = frozenset(
    (
        *("statement", "report", "upheld", "not upheld", "closed", "unknown outcome"),
        *("article header", "definition list header", "table header", "plain header"),
        *("bold header", "labels above values", "header triple in one line"),
        *("letter reference", "reference before 2011", "joint health case"),
        *("role of the Ombudsmen", "outcome of that body only", "joint report"),
        *("name with AKA", "name with Ltd", "name with brackets", "name with commas"),
        *("name with an ampersand", "name with an apostrophe"),
        *("refusal until 2021", "refusal since 2022", "scope before powers"),
        *("scope after powers", "scope at the end", "no powers section", "sub-headings"),
        *("final decision headed Decision", "unknown headings", "a scheme as a heading"),
        *("an Act as a heading", "sub-headings of the remedy", "summary as a heading"),
        *("summary of two paragraphs", "bold headings", "headings in plain paragraphs"),
        *("all headings h1", "tag soup", "inline tags within words", "li > p"),
        *("contents list", "banner first", "banner last", "logogram", "signature"),
        *("Back to top missing once", "no Back to top", "curly apostrophes"),
        *("no-break spaces and soft hyphens", "soft breaks", "two paragraphs in an item"),
        *("ol start", "CSS counters", "typed numbers", "numbers restart in each section"),
        *("numbers carry on without a start", "numbers typed in list items"),
        *("list item value", "a paragraph that begins with a year", "unnumbered paragraphs"),
        *("nested bullets", "nested bullets in a report", "bullets as a sibling list"),
        *("typed bullets", "list within a list", "lettered list", "typed letters"),
        *("list lettered by its type", "roman list", "citation bracket unnumbered"),
        *("section 24A(6)", "section 24A (6)", "sections 26(1) and 26A(1)", "section 34H(i)"),
        *("sections 34 B, 34C and 34 H(3 and 4)", "an Act without a year", "section 33ZA"),
        *("Schedule 5, paragraph 5(b)", "sections 26B and 34D", "section 26(6)(a)"),
        *("bracket never closed", "full stop after the bracket", "provisions before the Act"),
        *("several statutes in a bracket", "regulations", "regulations within an Act's title"),
        *("Schedule", "Part of an Act", "order with articles"),
        *("an Act named by the heading only", "guidance titles in brackets"),
        *("guidance paragraph that is no statute", "code of practice", "admissions code"),
        *("policy that is no statute", "tribunal named", "cases in brackets"),
        *("cross reference", "paragraphs of guidance that are no cross references"),
        *("further report", "recommendations in a sentence", "no compliance line"),
        *("compliance: council", "compliance: council's", "compliance: the council's"),
        *("compliance: Council's", "compliance with a full stop"),
        *("agreed remedy", "recommended action", "recommended/agreed action"),
        *("remedy agreed outside a remedy section", "remedy repeated in the final decision"),
        *("apology", "training", "review", "reassessment", "write-off", "service improvement"),
        *("£3266 without a comma", "pence", "£22 per week", "a share of the cost"),
        *("total beside its parts", "four families", "a sum equivalent to"),
        *("a sum and its share for each", "payees in one clause"),
        *("deadline in months", "deadline in weeks", "deadline in working days"),
        *("deadline as a date", "deadline in an item", "deadline in a sentence of its own"),
        *("no deadline", "evidence for the Ombudsman is no remedy"),
        *("amount that is no remedy", "a bill", "a debt", "a fee"),
        *("a sum the complainant wants", "a date that does not parse", "unseen when written"),
        *("refused: captcha", "refused: soft 404", "refused: empty shell"),
        *("refused: no outcome", "refused: header without text", "refused: page cut short"),
        *("refused: maintenance", "refused: no decision"),
        *(f"category {category.lower()}" for category in CATEGORIES),
    )
)
"""What the pages must show between them: the rows of what is known of the publisher's pages."""

FLOORS = {"sections": 0.98, "numbers": 0.98, "citations": 0.98, "remedies": 0.95}


@lru_cache(maxsize=1)
def pages() -> tuple[Golden, ...]:
    return tuple(map(golden, names()))


def test_every_page_has_its_expectation_and_every_expectation_its_page() -> None:
    assert unpaired() == []
    assert sum(not page.refused for page in pages()) >= 40


@pytest.mark.parametrize("name", names())
def test_header_summary_and_wording_are_exact(name: str) -> None:
    assert golden(name).differences == ()


@pytest.mark.parametrize("name", names())
def test_the_reading_is_right_but_for_the_listed_misses(name: str) -> None:
    listed = sorted(miss for miss in KNOWN_MISSES if miss.page == name)
    assert sorted(golden(name).misses()) == listed


def test_sections_and_numbers_have_no_exceptions() -> None:
    assert {miss.what for miss in KNOWN_MISSES} <= set(MEASURED) - {"sections", "numbers"}


def test_no_listed_miss_is_of_a_page_that_is_not_there() -> None:
    assert {miss.page for miss in KNOWN_MISSES} <= set(names())


def test_the_pages_show_all_that_is_known_of_the_publishers_pages() -> None:
    shown = [each for page in pages() for each in page.shows]
    assert sorted(SHOWN - set(shown)) == []
    # A word that is not in the table is a slip of the pen, and would show nothing.
    assert sorted(set(shown) - SHOWN) == []


def test_every_heading_of_the_domain_stands_on_a_page() -> None:
    expected = [
        item.partition(" ")[2].rpartition(" [")[0].replace("’", "'")
        for page in pages()
        for item in page.expected["sections"]
    ]
    assert sorted(set(HEADINGS) - set(expected)) == []


def test_every_category_of_the_domain_stands_on_a_page() -> None:
    told = [json.loads((PAGES / f"{page.name}.json").read_text("utf-8")) for page in pages()]
    assert sorted(set(CATEGORIES) - {each.get("category") for each in told}) == []
    assert sorted(set(SUBCATEGORIES) - {each.get("subcategory") for each in told}) == []


def test_the_pages_hold_what_is_promised() -> None:
    for row in measure(pages()):
        floor = FLOORS.get(row.what, 0.0)
        assert row.expected > 0
        assert row.precision >= floor, row
        assert row.recall >= floor, row


def spoilt(folder: Path, name: str, before: str, after: str) -> Golden:
    """A golden page whose expectation was changed in one place."""
    told = (PAGES / f"{name}.json").read_text(encoding="utf-8")
    assert told.count(before) == 1
    (folder / f"{name}.json").write_text(told.replace(before, after), encoding="utf-8")
    (folder / f"{name}.html").write_bytes((PAGES / f"{name}.html").read_bytes())
    return golden(name, folder)


@pytest.mark.parametrize(
    ("before", "after", "what", "missed", "invented"),
    [
        ('"background", "heading": "What happened"', '"other", "heading": "What happened"',
         "sections", "7 What happened [other] under 5", "7 What happened [background] under 5"),
        ('[8, "The Council issued', '[9, "The Council issued',
         "numbers", "8: 9 at level 0 in section 7", "8: 8 at level 0 in section 7"),
        ("Act 1974, section 26B", "Act 1974, section 26C",
         "citations", "3: Local Government Act 1974, section 26C",
         "3: Local Government Act 1974, section 26B"),
        ("payment £800 to her by P1M", "payment £800 to her by P2M",
         "remedies", "10: payment £800 to her by P2M", "10: payment £800 to her by P1M"),
    ],
)  # fmt: skip
def test_a_difference_is_seen_from_both_sides(
    tmp_path: Path, before: str, after: str, what: str, missed: str, invented: str
) -> None:
    name = "scope-before-powers"
    page = spoilt(tmp_path, name, before, after)
    assert page.differences == ()
    assert page.misses() == [
        Miss(name, what, "missed", missed),
        Miss(name, what, "invented", invented),
    ]


@pytest.mark.parametrize(
    ("before", "after", "differences"),
    [
        ('"2020-03-17"', '"2020-03-18"', 1),
        ("I spoke to Mrs D and", "I wrote to Mrs D and", 2),
        ("I spoke to Mrs D and asked the Council for its file.", "I spoke …", 0),
    ],
)
def test_header_and_wording_are_compared(
    tmp_path: Path, before: str, after: str, differences: int
) -> None:
    page = spoilt(tmp_path, "scope-before-powers", before, after)
    assert len(page.differences) == differences


def test_a_refusal_for_another_reason_is_a_difference(tmp_path: Path) -> None:
    page = spoilt(tmp_path, "refused-captcha", '"refused": "captcha"', '"refused": "login"')
    assert page.differences == ("refused 'captcha', expected 'login'",)


def test_a_page_without_its_expectation_is_named(tmp_path: Path) -> None:
    for name in ("a.html", "a.json", "b.html", "c.json", "d.txt"):
        (tmp_path / name).touch()
    assert unpaired(tmp_path) == ["b.html", "c.json", "d.txt"]
