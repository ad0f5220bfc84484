"""Statutes, guidance, tribunals and cases are told apart, in paragraphs no rule was made from.

Each row was written and labelled before the parser saw it: the text, then what a clerk notes.
``statute:`` items are ``Act year, provision``; the others are their words as printed.
"""

from __future__ import annotations

import pytest

from scraper import citations, courts, guidance, statute_titles
from scraper.citations import cited


def noted(text: str) -> list[str]:
    """What is cited, in reading order, as the table below writes it."""
    found = []
    for each in cited(text, 2, 7):
        assert (each.section, each.paragraph) == (2, 7)
        assert text[each.char_start : each.char_end] == each.raw
        if each.kind != "statute":
            assert (each.act, each.year, each.provision, each.url) == (None, None, None, None)
            found.append(f"{each.kind}: {each.raw}")
            continue
        act = f"{each.act} {each.year}" if each.year else str(each.act)
        found.append(f"statute: {act}, {each.provision}" if each.provision else f"statute: {act}")
    return found


STATUTES = [
    (("We cannot question a decision because somebody disagrees with it. (Local Government Act "
     "1974, section 34(3), as amended)"), ["statute: Local Government Act 1974, section 34(3)"]),
    ("(Local Government Act 1974, sections 26(1), 26A(1) and 34C(2), as amended)",
     ["statute: Local Government Act 1974, section 26(1)",
      "statute: Local Government Act 1974, section 26A(1)",
      "statute: Local Government Act 1974, section 34C(2)"]),
    ("(Local Government Act 1974, sections 25(7) and 25(8))",
     ["statute: Local Government Act 1974, section 25(7)",
      "statute: Local Government Act 1974, section 25(8)"]),
    ("(Local Government Act 1974, section 26B and Schedule 5 paragraph 1",
     ["statute: Local Government Act 1974, section 26B",
      "statute: Local Government Act 1974, Schedule 5, paragraph 1"]),
    ("(Local Government Act 1974, Schedule 5, paragraphs 5(1) and 5(2), as amended)",
     ["statute: Local Government Act 1974, Schedule 5, paragraph 5(1)",
      "statute: Local Government Act 1974, Schedule 5, paragraph 5(2)"]),
    ("(Local Government Act 1974, s 26(5)(a), as amended)",
     ["statute: Local Government Act 1974, section 26(5)(a)"]),
    ("Section 117 of the Mental Health Act 1983 places a duty on both bodies.",
     ["statute: Mental Health Act 1983, section 117"]),
    ("The duty is in sections 18 and 20 of the Care Act 2014.",
     ["statute: Care Act 2014, section 18", "statute: Care Act 2014, section 20"]),
    ("(Children Act 1989, section 17; Children Act 2004, section 11)",
     ["statute: Children Act 1989, section 17", "statute: Children Act 2004, section 11"]),
    (("Regulation 12 of the Special Educational Needs and Disability Regulations 2014 lists what "
     "a plan must hold."),
     ["statute: Special Educational Needs and Disability Regulations 2014, regulation 12"]),
    ("(The Housing Benefit Regulations 2006, regulations 83 and 86)",
     ["statute: Housing Benefit Regulations 2006, regulation 83",
      "statute: Housing Benefit Regulations 2006, regulation 86"]),
    (("(Town and Country Planning (General Permitted Development) (England) Order 2015, "
     "Schedule 2, Part 1, Class A)"),
     [("statute: Town and Country Planning (General Permitted Development) (England) Order 2015, "
      "Schedule 2, Part 1")]),
    ("(Housing Act 1996, Part 6)", ["statute: Housing Act 1996, Part 6"]),
    ("(Housing Act 1996, sections 188, 189A(1) and 193(2)",
     ["statute: Housing Act 1996, section 188", "statute: Housing Act 1996, section 189A(1)",
      "statute: Housing Act 1996, section 193(2)"]),
    ("(Highways Act 1980, s41 and s58)",
     ["statute: Highways Act 1980, section 41", "statute: Highways Act 1980, section 58"]),
    ("(Environmental Protection Act 1990, sections 79 to 82)",
     ["statute: Environmental Protection Act 1990, sections 79 to 82"]),
    ("under Schedule 6 to the Care Act and section 19 of the Education Act 1996 it had to act",
     ["statute: Care Act, Schedule 6", "statute: Education Act 1996, section 19"]),
    ("The Tribunals, Courts and Enforcement Act 2007, Schedule 12, governs what agents may do.",
     ["statute: Tribunals, Courts and Enforcement Act 2007, Schedule 12"]),
    ("the Council Tax (Administration and Enforcement) Regulations 1992",
     ["statute: Council Tax (Administration and Enforcement) Regulations 1992"]),
    ("a blue badge (Chronically Sick and Disabled Persons Act 1970, section 21)",
     ["statute: Chronically Sick and Disabled Persons Act 1970, section 21"]),
    ("(School Standards and Framework Act 1998, sections 86 and 94, and Schedule 24)",
     ["statute: School Standards and Framework Act 1998, section 86",
      "statute: School Standards and Framework Act 1998, section 94",
      "statute: School Standards and Framework Act 1998, Schedule 24"]),
    ("The Act gave it no choice, and the Regulations none either.", []),
    ("Officers may Act on a complaint. The Order Book was lost.", []),
]  # fmt: skip

OTHERS = [
    ("(Care and support statutory guidance, paragraph 8.2)",
     ["guidance: Care and support statutory guidance"]),
    ("The Care and Support Statutory Guidance (“the Guidance”) says the same.",
     ["guidance: Care and Support Statutory Guidance"]),
    ("(Special educational needs and disability code of practice: 0 to 25 years, paragraph 9.14)",
     ["guidance: Special educational needs and disability code of practice: 0 to 25 years"]),
    ("The SEND Code of Practice gives a timetable, and the Code is plain about it.",
     ["guidance: SEND Code of Practice"]),
    ("(Homelessness code of guidance for local authorities, chapter 17)",
     ["guidance: Homelessness code of guidance for local authorities"]),
    ("The Homelessness Code of Guidance says that councils should ask.",
     ["guidance: Homelessness Code of Guidance"]),
    ("An inspector follows the Housing Health and Safety Rating System operating guidance.",
     ["guidance: Housing Health and Safety Rating System operating guidance"]),
    (("I had regard to our Guidance on Remedies and to our Principles of Good Administrative "
     "Practice."),
     ["guidance: Guidance on Remedies", "guidance: Principles of Good Administrative Practice"]),
    ("(Working Together to Safeguard Children, 2018)",
     ["guidance: Working Together to Safeguard Children"]),
    ("(Mental Health Act 1983: Code of Practice, chapter 33)",
     ["guidance: Mental Health Act 1983: Code of Practice"]),
    ("The Mental Capacity Act Code of Practice tells staff how to decide.",
     ["guidance: Mental Capacity Act Code of Practice"]),
    ("(Care Act 2014 statutory guidance, Annex C)", ["guidance: Care Act 2014 statutory guidance"]),
    ("The School Admission Appeals Code binds the panel; so does the School Admissions Code.",
     ["guidance: School Admission Appeals Code", "guidance: School Admissions Code"]),
    ("(National Planning Policy Framework, paragraph 180)",
     ["guidance: National Planning Policy Framework"]),
    ("It did not follow the statutory guidance, its own guidance, or the Code.", []),
    ("The Council's Code of Conduct and its lettings policy were sent to him.", []),
    ("(Care Act 2014, section 9; Care and support statutory guidance, paragraph 6.2)",
     ["statute: Care Act 2014, section 9", "guidance: Care and support statutory guidance"]),
    ("statutory guidance issued under section 7 of the Local Authority Social Services Act 1970",
     ["statute: Local Authority Social Services Act 1970, section 7"]),
    (("There is a right of appeal to the First-tier Tribunal (Special Educational Needs and "
     "Disability)."),
     ["tribunal: First-tier Tribunal (Special Educational Needs and Disability)"]),
    ("Miss K could appeal to the SEND Tribunal. The Tribunal hears such cases.",
     ["tribunal: SEND Tribunal"]),
    ("He took it to the Valuation Tribunal and later asked the Upper Tribunal (Lands Chamber).",
     ["tribunal: Valuation Tribunal", "tribunal: Upper Tribunal (Lands Chamber)"]),
    ("The Valuation Tribunal for England decides about bands.",
     ["tribunal: Valuation Tribunal for England"]),
    ("The Traffic Penalty Tribunal and London Tribunals consider penalty charge notices.",
     ["tribunal: Traffic Penalty Tribunal", "tribunal: London Tribunals"]),
    ("An Employment Tribunal, a tribunal or the Tribunal Service may be better placed.",
     ["tribunal: Employment Tribunal"]),
    ("The Planning Inspectorate hears planning appeals for the Secretary of State.", []),
    ("(R (on the application of ER) v Castleholme Council [2014] EWCA Civ 1407)",
     ["case: R (on the application of ER) v Castleholme Council [2014] EWCA Civ 1407"]),
    ("(R v Commissioner for Local Administration, ex parte S [1999] 2 LGLR 633)",
     ["case: R v Commissioner for Local Administration, ex parte S [1999] 2 LGLR 633"]),
    (("As the court said in R v Local Commissioner for Administration ex parte Ashmoor Council, a "
     "fault need not be large."),
     ["case: R v Local Commissioner for Administration ex parte Ashmoor Council"]),
    ("(R (C and C) v London Borough of Marsham [2003] EWCA Civ 927)",
     ["case: R (C and C) v London Borough of Marsham [2003] EWCA Civ 927"]),
    (("The High Court decided so in M v Ashmoor Borough Council [2009] EWHC 1212 (Admin), and the "
     "Council knew it."),
     ["case: M v Ashmoor Borough Council [2009] EWHC 1212 (Admin)"]),
    (("Following Harrow and Others v Secretary of State for Education [1997] 1 AC 12 the Council "
     "changed its policy."),
     ["case: Harrow and Others v Secretary of State for Education [1997] 1 AC 12"]),
    (("(Highways Act 1980, section 130 and R (on the application of H) v Norvale Council [2011] "
     "EWHC 9 (Admin)"),
     ["statute: Highways Act 1980, section 130",
      "case: R (on the application of H) v Norvale Council [2011] EWHC 9 (Admin)"]),
    ("The match was Ashmoor v Norvale, and Mr V went to see it.", []),
    ("(Tribunal Procedure (First-tier Tribunal) (Social Entitlement Chamber) Rules 2008, rule 5)",
     [("statute: Tribunal Procedure (First-tier Tribunal) (Social Entitlement Chamber) Rules 2008, "
      "rule 5")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), STATUTES)
def test_statutes_with_each_provision_by_itself(text: str, expected: list[str]) -> None:
    assert noted(text) == expected


@pytest.mark.parametrize(("text", "expected"), OTHERS)
def test_guidance_tribunals_and_cases_are_no_statutes(text: str, expected: list[str]) -> None:
    assert noted(text) == expected


def test_the_quick_look_knows_the_marks_of_every_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def note(text: str) -> tuple[()]:
        seen.append(text)
        return ()

    monkeypatch.setattr(citations, "_remembered", note)
    marks = [*statute_titles.MARKS, *guidance.MARKS, *courts.MARKS]
    for mark in marks:
        cited(mark, 1, 1)
    assert seen == marks
    assert cited("The family moved in May and has been happy since.", 1, 1) == []
    assert seen == marks


@pytest.mark.parametrize("title", guidance.TITLES)
def test_every_title_of_the_table_is_found_as_a_sentence_prints_it(title: str) -> None:
    shown = title[0].upper() + title[1:]
    found = noted(f"The Council must have regard to guidance such as {shown}, which says more.")
    assert found == [f"guidance: {shown}"]
