"""Invented decisions: the same every time, in the publisher's form, with a truth that holds."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from archive.records import DecisionKind, Outcome, SectionKind
from tests.site import Case, expected_json, invent
from tests.site.cases import listing_day, long_day, page_day, slug, words, years_after
from tests.site.oddities import oddities
from tests.site.stories import Chance, fill, stories
from tests.site.words import BODIES, HEADINGS, SATISFIED

TODAY = date(2026, 7, 1)
CASES = invent(400, 1, TODAY)
MANY = invent(3000, 4, TODAY)
ALL = (*CASES, *oddities())
ROOT = Path(__file__).parent.parent

DIGEST = """
import hashlib, sys
from datetime import date
from tests.site import invent, render, CYCLE
digest = hashlib.sha256()
for index, case in enumerate(invent(60, 7, date(2025, 3, 1))):
    digest.update(repr(case).encode())
    digest.update(render(case, CYCLE[index % len(CYCLE)]).encode())
print(digest.hexdigest())
"""


def in_a_process(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_same_count_seed_and_day_give_the_same_decisions_in_any_process() -> None:
    assert in_a_process("0") == in_a_process("12345")


def test_the_draws_do_not_depend_on_the_version_of_python() -> None:
    chance = Chance("a seed")
    drawn = [chance.below(1000) for _ in range(200)]
    digest = hashlib.sha256(repr(drawn).encode()).hexdigest()
    assert digest[:16] == "670362810e4fbedc"


def test_another_seed_gives_other_decisions() -> None:
    assert {case.reference for case in invent(50, 1, TODAY)}.isdisjoint(
        case.reference for case in invent(50, 2, TODAY)
    )


@pytest.mark.parametrize("count", [0, 1, 2, 37])
def test_as_many_as_asked_for(count: int) -> None:
    assert len(invent(count, 5, TODAY)) == count


def test_references_are_unique_and_look_like_the_publishers() -> None:
    assert len({case.reference for case in MANY}) == 3000
    assert all(re.fullmatch(r"\d\d \d{3} \d{3}[abc]?", case.reference) for case in MANY)
    assert any(case.reference.endswith("c") for case in MANY)


def test_nothing_is_published_before_six_weeks_or_after_today() -> None:
    for case in CASES:
        assert case.published_on - case.decided_on >= timedelta(days=42), case.title
        assert case.published_on <= TODAY, case.title
        assert case.expires_on > TODAY, case.title


def test_statements_are_of_the_last_five_years_and_spread_over_them() -> None:
    statements = [case for case in CASES if case.kind is DecisionKind.STATEMENT]
    assert min(case.decided_on for case in statements) >= years_after(TODAY, -5)
    assert len({case.decided_on.year for case in statements}) >= 5


def test_outcomes_and_kinds_come_in_the_proportions_counted_on_real_pages() -> None:
    shares = Counter(case.outcome for case in MANY)
    assert 0.56 < shares["Upheld"] / 3000 < 0.70
    assert 0.19 < shares["Closed after initial enquiries"] / 3000 < 0.29
    assert 0.10 < shares["Not upheld"] / 3000 < 0.19
    reports = sum(case.kind is DecisionKind.REPORT for case in MANY)
    assert 0.015 < reports / 3000 < 0.035


def test_every_category_body_kind_and_most_subcategories_occur() -> None:
    assert len({case.category for case in CASES}) == 10
    assert len({case.subcategory for case in CASES}) >= 35
    bodies = {case.body for case in CASES}
    assert len(bodies) >= 50
    for kind, names in BODIES.items():
        assert bodies & set(names), kind


@pytest.mark.parametrize("today", [TODAY, date(2025, 2, 28), date(2028, 2, 29), date(2026, 11, 22)])
def test_any_day_gives_reports_joint_cases_and_talk_of_data_protection(today: date) -> None:
    cases = invent(400, 1, today)
    assert sum(case.kind is DecisionKind.REPORT for case in cases) >= 7
    assert sum(bool(case.same_report) for case in cases) >= 4
    assert sum(case.reference[-1] in "abc" for case in cases) >= 9
    assert sum("data protection" in " ".join(words(case)) for case in cases) >= 10


def test_reports_nest_bullets_and_end_on_each_spelling_of_the_compliance_line() -> None:
    reports = [case for case in MANY if case.kind is DecisionKind.REPORT]
    assert any(paragraph.level == 2 for case in reports for paragraph in case.paragraphs())
    lines = [case.satisfied_line for case in reports if case.satisfied_line is not None]
    for spelling in SATISFIED:
        before, _, after = spelling.partition("{day}")
        assert any(
            line.startswith(before) and line.endswith("." if after else tuple("0123456789"))
            for line in lines
        ), spelling
    assert any(case.satisfied_line is None for case in reports)


def test_joint_reports_share_their_text_and_name_each_other() -> None:
    joint = [case for case in MANY if case.same_report]
    assert joint
    by_reference = {case.reference: case for case in MANY}
    for case in joint:
        for other in case.same_report:
            assert case.reference in by_reference[other].same_report
            assert by_reference[other].parts == case.parts
            assert by_reference[other].summary == case.summary


def test_texts_are_filled_in_and_clean() -> None:
    for case in MANY:
        text = " ".join([case.summary, *words(case)])
        found = re.search(r"[\[\]{}|\x00]| [,.;]|  |\bthe the\b", text)
        assert found is None, (case.title, text[found.start() - 40 : found.end() + 40])


def test_texts_are_varied_and_long_enough_to_search() -> None:
    lengths = sorted(len(words(case)) for case in CASES)
    assert lengths[len(lengths) // 2] > 500
    assert lengths[-1] > 900
    summaries = {case.summary for case in CASES}
    assert len(summaries) > 0.9 * len(CASES)


def test_some_speak_of_data_protection_and_more_of_data_and_protection_apart() -> None:
    def text(case: Case) -> str:
        return " ".join(words(case)).lower()

    together = [case for case in CASES if "data protection" in text(case)]
    apart = [
        case
        for case in CASES
        if case not in together
        and re.search(r"\bdata\b", text(case))
        and re.search(r"\bprotection\b", text(case))
    ]
    assert 0.05 <= len(together) / len(CASES) <= 0.10
    assert len(apart) > len(together)


def test_one_case_is_of_the_form_of_the_sample_about_data_protection() -> None:
    sample = next(
        case
        for case in CASES
        if case.body == "Wealdshire County Council"
        and case.summary.startswith("We will not investigate Mr B’s")
    )
    sections = sample.sections()
    assert [section.kind.value for section in sections] == [
        "complaint",
        "powers",
        "method",
        "findings",
        "analysis",
        "final_decision",
    ]
    numbers = [[paragraph.number for paragraph in section.paragraphs] for section in sections]
    assert numbers == [[1], [2, 3], [4], [5, 6, 7], [8, 9], [10]]


@pytest.mark.parametrize("case", ALL[::9], ids=lambda case: case.reference)
def test_ordinals_and_numbers_run_through_the_decision(case: Case) -> None:
    paragraphs = list(case.paragraphs())
    assert [paragraph.ordinal for paragraph in paragraphs] == list(range(1, len(paragraphs) + 1))
    numbers = [paragraph.number for paragraph in paragraphs if paragraph.number is not None]
    assert numbers == list(range(1, len(numbers) + 1))
    for paragraph in paragraphs:
        assert (paragraph.level > 0) == (paragraph.label is not None)
        assert not (paragraph.level and paragraph.number)
        assert paragraph.text == " ".join(paragraph.text.split())


@pytest.mark.parametrize("case", ALL[::9], ids=lambda case: case.reference)
def test_sections_count_from_one_and_subsections_point_to_a_top_level_one(case: Case) -> None:
    sections = case.sections()
    assert [section.position for section in sections] == list(range(1, len(sections) + 1))
    for section in sections:
        if section.parent is not None:
            assert section.parent < section.position
            assert sections[section.parent - 1].parent is None


def test_cross_references_point_to_paragraphs_that_exist() -> None:
    seen = 0
    for case in CASES:
        last = max((paragraph.number or 0 for paragraph in case.paragraphs()), default=0)
        for paragraph in case.paragraphs():
            for found in re.finditer(r"paragraphs? (\d+)(?: (?:and|to) (\d+))?", paragraph.text):
                if "Schedule" in paragraph.text[: found.start()][-20:]:
                    continue
                seen += 1
                assert all(int(number) <= last for number in found.groups() if number)
    assert seen > 100


def test_the_expected_json_has_the_agreed_keys_and_says_what_the_case_says() -> None:
    for case in ALL:
        expected = expected_json(case)
        assert list(expected) == [
            "schema",
            "source",
            "reference",
            "title",
            "body",
            "category",
            "subcategory",
            "outcome",
            "decided_on",
            "kind",
            "summary",
            "satisfied_on",
            "sections",
            "warnings",
        ]
        assert expected["title"] == f"{case.body} ({case.reference})"
        assert date.fromisoformat(expected["decided_on"]) == case.decided_on
        texts = [
            paragraph["text"]
            for section in expected["sections"]
            for paragraph in section["paragraphs"]
        ]
        assert texts == [paragraph.text for paragraph in case.paragraphs()]
        if case.satisfied_line is not None:
            assert texts[-1] == case.satisfied_line
            assert long_day(date.fromisoformat(expected["satisfied_on"])) in texts[-1]


def test_the_expected_record_agrees_with_the_expected_json() -> None:
    for case in ALL[::40]:
        record = case.expected("http://127.0.0.1:1/")
        expected = expected_json(case)
        assert record.url == f"http://127.0.0.1:1{case.path}"
        assert (record.title, record.summary) == (expected["title"], expected["summary"])
        assert [section.heading for section in record.sections] == [
            section["heading"] for section in expected["sections"]
        ]
        assert record.findings[0].outcome.value == expected["outcome"]["value"]


def test_the_oddities_hold_every_heading_of_the_table() -> None:
    every = oddities()[0].sections()
    found = {section.heading: (section.kind, section.parent is not None) for section in every}
    for heading, kind, sub in HEADINGS:
        assert found[heading] == (kind, sub)
    assert found["Housing Act 1996"] == (SectionKind.BACKGROUND, True)
    assert found["The Blue Badge scheme"] == (SectionKind.BACKGROUND, True)
    assert found["Delay"] == (SectionKind.OTHER, True)


def test_an_unknown_outcome_stays_as_it_is_and_is_flagged() -> None:
    odd = next(case for case in oddities() if case.outcome == "Partly upheld")
    assert odd.outcome_value is Outcome.UNKNOWN
    assert expected_json(odd)["outcome"] == {"raw": "Partly upheld", "value": "unknown"}


def test_days_are_spelled_as_each_place_spells_them() -> None:
    day = date(2026, 1, 6)
    assert (long_day(day), page_day(day), listing_day(day)) == (
        "6 January 2026",
        "06 Jan 2026",
        "06-Jan-2026",
    )
    assert years_after(date(2024, 2, 29), 5) == date(2029, 3, 1)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Children's care services", "children-s-care-services"),
        ("COVID-19", "covid-19"),
        ("Transition from childrens services", "transition-from-childrens-services"),
    ],
)
def test_slugs_follow_the_publishers_rule(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_an_amended_case_differs_in_its_last_words_alone() -> None:
    case = CASES[10]
    changed = case.amended()
    before, after = list(case.paragraphs()), list(changed.paragraphs())
    assert before[:-1] == after[:-1]
    assert after[-1].text.startswith(before[-1].text)
    assert changed.path == case.path


def test_every_story_has_what_telling_it_needs() -> None:
    for story in stories():
        for key in (
            "bodies",
            "who",
            "gist",
            "point",
            "harm",
            "law",
            "event",
            "fault",
            "fine",
            "closed",
            "action",
            "act",
        ):
            assert story.all(key), (story.category, story.subcategory, key)
        assert set(story.bodies) <= set(BODIES), story.subcategory


def test_a_slot_without_a_word_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{nobody} came", Chance("x"), {})
