"""Every statute is found with its parts, and what only looks like one is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.citations import cited
from scraper.cross_references import pointers
from scraper.provisions import provisions
from scraper.statutes import CHAPTERS, address

LGA = "Local Government Act"


def found(text: str) -> list[tuple[str | None, int | None, str | None]]:
    citations = [each for each in cited(text, 2, 7) if each.kind == "statute"]
    for citation in citations:
        assert (citation.section, citation.paragraph) == (2, 7)
        assert text[citation.char_start : citation.char_end] == citation.raw
    return [(citation.act, citation.year, citation.provision) for citation in citations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(Local Government Act 1974, section 24A(6), as amended)", ["section 24A(6)"]),
        ("(Local Government Act 1974, section 24A (6), as amended).", ["section 24A(6)"]),
        ("(Local Government Act 1974, sections 34(3) and (4), as amended)",
         ["section 34(3)", "section 34(4)"]),
        ("(Local Government Act 1974, section 26(6)(a), (b) or (c) and 34D)",
         ["section 26(6)(a)", "section 26(6)(b)", "section 26(6)(c)", "section 34D"]),
        ("(Local Government Act 1974, section 26(6)(a) and (7))",
         ["section 26(6)(a)", "section 26(7)"]),
        ("(Local Government Act 1974, section 26(1)(c)(i) and (ii))",
         ["section 26(1)(c)(i)", "section 26(1)(c)(ii)"]),
        ("(Local Government Act 1974, Schedule 5, paragraph 5(a) and (b))",
         ["Schedule 5, paragraph 5(a)", "Schedule 5, paragraph 5(b)"]),
        ("(Local Government Act 1974, section 26(1)(a) to (c))", ["sections 26(1)(a) to 26(1)(c)"]),
        ("Local Government Act 1974, section 26(1), (the Ombudsman) and (ICO)", ["section 26(1)"]),
        ("Local Government Act 1974, section 26 and (b) the letter", ["section 26"]),
        ("(Local Government Act 1974, section 24A(6)", ["section 24A(6)"]),
        ("(Local Government Act 1974, sections 26(1) and 26A(1), as amended)",
         ["section 26(1)", "section 26A(1)"]),
        ("(Local Government Act 1974, Sections 26 (1) and 26A (1))",
         ["section 26(1)", "section 26A(1)"]),
        ("(Local Government Act 1974, section 30(1B) and 34H(i), as amended)",
         ["section 30(1B)", "section 34H(i)"]),
        ("(Local Government Act 1974, sections 26B and 34D, as amended)",
         ["section 26B", "section 34D"]),
        ("(Local Government Act 1974, sections 34 B, 34C and 34 H(3 and 4) as amended)",
         ["section 34B", "section 34C", "section 34H(3)", "section 34H(4)"]),
        ("(Local Government Act 1974, Schedule 5, paragraph 5(b), as amended)",
         ["Schedule 5, paragraph 5(b)"]),
        ("(Local Government Act 1974, section 33ZA, as amended)", ["section 33ZA"]),
        ("(Local Government Act 1974, section 26(6)(a), as amended)", ["section 26(6)(a)"]),
        ("(Local Government Act 1974, s34(3), as amended)", ["section 34(3)"]),
        ("(Local Government Act 1974, s.34(3) as amended)", ["section 34(3)"]),
        ("under paragraph 5 of Schedule 5 to the Local Government Act 1974 we",
         ["Schedule 5, paragraph 5"]),
        ("(Local Government Act 1974, section 25 and Schedule 5)", ["section 25", "Schedule 5"]),
        ("(Local Government Act 1974, Schedule 5/5a, paragraph 4, as amended)",
         ["Schedule 5, paragraph 4", "Schedule 5a, paragraph 4"]),
        ("(Local Government Act 1974, section 24A(6), as amended, section 34(B))",
         ["section 24A(6)", "section 34(B)"]),
        ("(Local Government Act 1974, Schedule A1)", ["Schedule A1"]),
        ("sections 31 to 33 of the Local Government Act 1974", ["sections 31 to 33"]),
        ("section 26 Local Government Act 1974 says", ["section 26"]),
        ("the Local Government Act 1974 says", [None]),
    ],
)  # fmt: skip
def test_the_powers_in_every_spelling_seen(text: str, expected: list[str | None]) -> None:
    assert found(f"We may decide not to. {text}") == [(LGA, 1974, part) for part in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(Local Government Act, section 24A(6), as amended)", [(LGA, None, "section 24A(6)")]),
        ("as the Care Act says", [("Care Act", None, None)]),
        ("(Housing Grants, Construction and Regeneration Act 1996, sections 23 and 24)",
         [("Housing Grants, Construction and Regeneration Act", 1996, "section 23"),
          ("Housing Grants, Construction and Regeneration Act", 1996, "section 24")]),
        ("(The Disabled Persons (Badges for Motor Vehicles) (England) Regulations 2000)",
         [("Disabled Persons (Badges for Motor Vehicles) (England) Regulations", 2000, None)]),
        ("(Health and Social Care Act 2008 (Regulated Activities) Regulations 2014, regulation 17)",
         [("Health and Social Care Act 2008 (Regulated Activities) Regulations", 2014,
           "regulation 17")]),
        ("Town and Country Planning (Use Classes) Order 1987",
         [("Town and Country Planning (Use Classes) Order", 1987, None)]),
        ("Mr X and the Care Act 2014, and Housing Act 1996 and Homelessness Reduction Act 2017",
         [("Care Act", 2014, None), ("Housing Act", 1996, None),
          ("Homelessness Reduction Act", 2017, None)]),
        ("(Education Act 1996, section 508B and Schedule 35B; Equality Act 2010, section 20)",
         [("Education Act", 1996, "section 508B"), ("Education Act", 1996, "Schedule 35B"),
          ("Equality Act", 2010, "section 20")]),
        ("(Section 42, Children and Families Act 2014)",
         [("Children and Families Act", 2014, "section 42")]),
        ("(Care Act 2014, section 9, Housing Act 1996, section 204)",
         [("Care Act", 2014, "section 9"), ("Housing Act", 1996, "section 204")]),
        ("Town and Country Planning (Use Classes) Order 1987 (as amended), Schedule 2, Part 1",
         [("Town and Country Planning (Use Classes) Order", 1987, "Schedule 2, Part 1")]),
        ("(An Invented Thing Act 2031, section 3)", [("Invented Thing Act", 2031, "section 3")]),
        ("Human Rights Act 1998, Schedule 1, Article 8",
         [("Human Rights Act", 1998, "Schedule 1, article 8")]),
        ("Article 5 of the UK General Data Protection Regulation",
         [("UK General Data Protection Regulation", None, "article 5")]),
    ],
)  # fmt: skip
def test_other_statutes(text: str, expected: list[tuple[str, int | None, str | None]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The Act says that a council must do so.",
        "The Council made a Traffic Regulation Order 2019 and a Tree Preservation Order.",
        "(Mental Health Act 1983: Code of Practice, chapter 4)",
        "(Care and Support Statutory Guidance, Annex E)",
        "(Care Act 2014 statutory guidance, paragraph 6.3)",
        "(R (on the application of X) v Ashe Council [2014] EWHC 1)",
        "He asked the First-tier Tribunal, and the Rules were applied.",
        "An Act of kindness. Act 2014. (Act 2014)",
        "The Building Regulations were not met.",
        "We will Act 2 times.",
    ],
)
def test_what_is_no_statute(text: str) -> None:
    assert found(text) == []


def test_an_act_of_the_table_has_an_address_and_another_has_none() -> None:
    (one,) = cited("(Local Government Act 1974, section 24A(6), as amended)", 1, 1)
    assert one.url == "https://www.legislation.gov.uk/ukpga/1974/7/section/24A"
    (two,) = cited("(Local Government Act 1974, Schedule 5, paragraph 5(b))", 1, 1)
    assert two.url == "https://www.legislation.gov.uk/ukpga/1974/7/schedule/5"
    assert [c.url for c in cited("(Local Government Act, section 24A)", 1, 1)] == [None]
    assert [c.url for c in cited("(Local Government Act 1975, section 24A)", 1, 1)] == [None]
    assert address("Care Act", 2014, None, None) == "https://www.legislation.gov.uk/ukpga/2014/23"


def test_every_title_of_the_table_is_found_in_a_sentence() -> None:
    for title, years in CHAPTERS.items():
        for year in years:
            assert found(f"Under section 3 of the {title} {year}, councils must") == [
                (title, year, "section 3")
            ]


@given(st.text(alphabet="Act Sections124(),.AB and Regulations of the Schedule", max_size=120))
def test_no_text_breaks_it_and_every_span_is_its_raw_text(text: str) -> None:
    found(text)
    provisions(text)
    list(pointers(text))
