"""What a body agreed to do, one row a remedy; never a bill, a debt, or a total counted twice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import Paragraph, Remedy, Section, SectionKind
from scraper.deadlines import deadline
from scraper.remedies import find_remedies

AGREED = "To remedy the injustice the Council has agreed, within one month of my decision, to:"


def section(*lines: str, kind: SectionKind = SectionKind.REMEDY, position: int = 3) -> Section:
    """A section of these lines; a dash in front is a list item, two are an item within it."""
    paragraphs = []
    for ordinal, line in enumerate(lines, start=10):
        text = line.lstrip("-")
        label = None if text == line else "•"
        paragraphs.append(Paragraph(ordinal, None, label, len(line) - len(text), text.strip()))
    return Section(kind, "Agreed action", position, None, tuple(paragraphs))


def read(*lines: str, kind: SectionKind = SectionKind.REMEDY) -> list[Remedy]:
    made = section(*lines, kind=kind)
    remedies, warnings = find_remedies([made])
    assert warnings == []
    texts = {paragraph.ordinal: paragraph.text for paragraph in made.paragraphs}
    for remedy in remedies:
        assert remedy.section == 3
        assert remedy.rule
        assert texts[remedy.paragraph][remedy.char_start : remedy.char_end] == remedy.raw
    return remedies


def short(remedies: list[Remedy], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(remedy, field) for field in fields) for remedy in remedies]


def test_one_sentence_with_three_remedies() -> None:
    remedies = read(
        "Within one month of the final decision, the Council has agreed to apologise to Mrs B, "
        "pay her £300 for the distress and review its procedures."
    )
    assert short(remedies, "kind", "amount_pence", "payee", "deadline") == [
        ("apology", None, None, "P1M"),
        ("payment", 30000, "her", "P1M"),
        ("review", None, None, "P1M"),
    ]
    assert remedies[1].raw == "pay her £300 for the distress"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("pay Mrs X £200 and to mend the hole", ["payment", "other"]),
        ("pay Mrs X £200 and send her the minutes", ["payment", "other"]),
        ("pay Mrs X £200 to make up for the delay and to recognise her worry", ["payment"]),
        ("apologise to Mr X and to his wife", ["apology"]),
    ],
)
def test_another_verb_is_another_remedy_but_a_purpose_is_none(text: str, kinds: list[str]) -> None:
    assert [each.kind for each in read(f"The Council has agreed to {text}.")] == kinds


def test_a_list_takes_its_deadline_from_the_sentence_before_it() -> None:
    remedies = read(
        AGREED,
        "-apologise to Mr X for the faults;",
        "-pay him £150 to recognise the distress; and",
        "-remind staff of the need to keep records within ten working days.",
        "Within three months the Council will also review its policy and train its officers.",
    )
    assert short(remedies, "kind", "deadline", "paragraph") == [
        ("apology", "P1M", 11),
        ("payment", "P1M", 12),
        ("service_improvement", "P1M", 13),
        ("review", "P3M", 14),
        ("training", "P3M", 14),
    ]


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ("apologise to Mr X", "apology"),
        ("send Mr X a written apology", "apology"),
        ("Write to Mr X, apologising", "other"),
        ("write to Mr X to apologise", "apology"),
        ("publish an apology", "apology"),
        ("issue written guidance to its officers", "service_improvement"),
        ("issue the final plan", "other"),
        ("write to all schools to remind them", "service_improvement"),
        ("make a symbolic payment of £100", "payment"),
        ("refund the charge", "refund"),
        ("waive the £3,266 bill", "refund"),
        ("write off the arrears", "refund"),
        ("provide training to its officers", "training"),
        ("arrange refresher training", "training"),
        ("reassess Mrs Y’s needs", "reassessment"),
        ("carry out a new assessment of Y", "reassessment"),
        ("review its policy", "review"),
        ("reconsider the application", "review"),
        ("hold an annual review meeting", "review"),
        ("remind staff of the rules", "service_improvement"),
        ("ensure that letters are answered", "service_improvement"),
        ("repair the fence", "other"),
    ],
)
def test_the_kind_comes_from_the_verb(item: str, kind: str) -> None:
    assert short(read(AGREED, f"-{item};"), "kind") == [(kind,)]


@pytest.mark.parametrize(
    "closing",
    [
        "The Council should carry out these actions within three months of my final decision.",
        "It will do this within three months.",
        "These actions should be completed within three months of the decision.",
    ],
)
def test_a_deadline_for_all_is_that_of_each_remedy_without_its_own(closing: str) -> None:
    remedies = read(
        "The Council has agreed to pay Mr X £200.",
        "Within one month it will apologise to him.",
        closing,
    )
    assert short(remedies, "kind", "deadline") == [("payment", "P3M"), ("apology", "P1M")]


def test_the_deadline_for_evidence_is_not_that_of_the_remedies() -> None:
    remedies = read(
        "The Council has agreed to pay Mr X £200.",
        "It should provide us with evidence that it has done this within three months.",
    )
    assert short(remedies, "deadline") == [(None,)]


def test_four_families_are_four_payments() -> None:
    remedies = read(
        "-pay the first family £300, the second £100, the third £600 and fourth £500.",
        kind=SectionKind.RECOMMENDATIONS,
    )
    assert short(remedies, "payee", "amount_pence", "is_total") == [
        ("the first family", 30000, False),
        ("the second", 10000, False),
        ("the third", 60000, False),
        ("fourth", 50000, False),
    ]


def test_sums_with_commas_pence_and_none() -> None:
    remedies = read(AGREED, "-pay Mr X £4,628;", "-pay Mr X £3266;", "-pay Mr X £12.50.")
    assert short(remedies, "amount_pence") == [(462800,), (326600,), (1250,)]


@pytest.mark.parametrize(
    "lines",
    [
["The Council has agreed to pay Mr X £1,000 for distress and £950 for time, a total of £1,950."],
        ["The Council will pay Mr X a total of £1,950. This is £1,000 for X and £950 for time."],
        [
            "The Council will pay Mr X £1,950 in total, made up of:",
            "-£1,000 for the distress;",
            "-£950 for his time and trouble.",
        ],
    ],
)  # fmt: skip
def test_a_total_beside_its_parts_is_marked_and_adds_nothing(lines: list[str]) -> None:
    remedies = read(*lines)
    assert sum(r.amount_pence or 0 for r in remedies if not r.is_total) == 195000
    assert [r.amount_pence for r in remedies if r.is_total] == [195000]
    assert {r.payee for r in remedies} == {"Mr X"}


def test_a_total_that_stands_alone_is_the_payment() -> None:
    assert short(
        read("The Council should pay Mr X a total of £500."), "amount_pence", "is_total"
    ) == [(50000, False)]


def test_a_total_that_does_not_add_up_is_warned_about() -> None:
    text = "The Council will pay Mr X £500 for distress and £250 for time, a total of £800."
    remedies, warnings = find_remedies([section(text)])
    assert len(remedies) == 3
    assert warnings == [
        "paragraph 10: the total of £800.00 is not the £750.00 that its parts come to"
    ]


def test_a_rate_is_no_amount_and_a_share_neither() -> None:
    rate, share, full, refund = read(
        AGREED,
        "-pay her £22 per week for 30 weeks;",
        "-Meet 50% of the cost of the work;",
        "-meet the full cost of the repair;",
        "-refund 25% of the fees, which comes to £1050.",
    )
    assert (rate.rate_pence, rate.rate_period, rate.amount_pence) == (2200, "week", None)
    assert (share.kind, share.share_percent, share.amount_pence) == ("payment", 50.0, None)
    assert full.share_percent == 100.0
    assert (refund.kind, refund.share_percent, refund.amount_pence) == ("refund", 25.0, 105000)
    assert not refund.is_total


@pytest.mark.parametrize("begin", ["The Council will", "The Council has agreed to"])
def test_what_a_rate_comes_to_is_a_total(begin: str) -> None:
    text = "pay Mr X £150 per month for nine months. This comes to £1,350."
    expected = [(15000, None, False), (None, 135000, True)]
    for lines in ([f"{begin} {text}"], [AGREED, f"-{text}"]):
        assert short(read(*lines), "rate_pence", "amount_pence", "is_total") == expected


def test_a_payment_without_a_sum_is_still_one() -> None:
    (remedy,) = read(AGREED, "-pay him a sum equivalent to the cost of missed respite.")
    assert (remedy.kind, remedy.amount_pence, remedy.payee) == ("payment", None, "him")


@pytest.mark.parametrize(
    ("text", "payee", "pence"),
    [
        ("pay Mrs B £4,628 towards the £9,000 invoice", "Mrs B", 462800),
        ("pay Mr X £200 for the fee of £50 she paid", "Mr X", 20000),
        ("pay £300 to Mr and Mrs X for distress", "Mr and Mrs X", 30000),
        ("make a payment of £250 to the family", "the family", 25000),
        ("pay her a further £75", "her", 7500),
        ("pay Mr A £350", "Mr A", 35000),
        ("pay Ms Q her savings of £612.40", "Ms Q", 61240),
        ("pay Mr N and his wife £200", "Mr N and his wife", 20000),
        ("pay £150 to Mrs N's sister for her travel", "Mrs N's sister", 15000),
        ("pay Mr and Mrs I £300 (£150 each)", "Mr and Mrs I", 30000),
        ("each pay Mr N £200", "Mr N", 20000),
        ("refund Mr S the £1,040 charged", "Mr S", 104000),
        ("reimburse the £3266 Ms Y spent on a tutor", "Ms Y", 326600),
        ("refund her £50", "her", 5000),
        ("repay the £390 that Mr D has already paid", "Mr D", 39000),
        ("refund the charge of £58.50", None, 5850),
        ("Pay the woman £250 to recognise the trouble", "the woman", 25000),
    ],
)
def test_payee_and_sum_among_other_words(text: str, payee: str | None, pence: int) -> None:
    assert short(read(AGREED, f"-{text}."), "payee", "amount_pence") == [(payee, pence)]


@pytest.mark.parametrize(
    "text",
    [
        "Mr X has paid £5,000 in fees and asked the Council to pay £900.",
        "I will not ask the Council to pay Mr X £900.",
        "The Council should provide us with evidence that it has complied with these actions.",
        "The Council must consider the report and confirm within three months what it will do.",
        "These actions will remedy the injustice to Mr X.",
        "Mr X should pay the Council £100.",
        "The Council owed him £200.",
        "The Council has agreed to these recommendations.",
        "The Council has agreed to the remedy that I proposed.",
        "The Council should report to us on its progress every quarter.",
    ],
)
def test_what_is_no_remedy_even_in_the_agreed_action(text: str) -> None:
    assert read(text) == []


def test_sums_outside_the_remedy_sections_are_no_remedies() -> None:
    story = section(
        "The Council sent a bill for £3,000 and will pay £20.", kind=SectionKind.FINDINGS
    )
    agreed = section("The Council has agreed to pay Mr X £100.", position=4)
    remedies, _ = find_remedies([story, agreed])
    assert short(remedies, "section", "amount_pence") == [(4, 10000)]


def test_without_a_remedy_section_only_what_was_agreed_or_recommended_counts() -> None:
    text = (
        "The Council agreed to assess Y in July. It should have paid £50. "
        "The Council has agreed to pay Mr X £100."
    )
    remedies, _ = find_remedies([section(text, kind=SectionKind.FINAL_DECISION)])
    assert short(remedies, "kind", "amount_pence") == [("payment", 10000)]


def test_items_within_an_item_only_describe_it() -> None:
    remedies = read(
        "To remedy the injustice caused, the council has agreed to:",
        "-Within one month of our final decision get a quote for the work, which should include:",
        "--work to repair the wall",
        "-Ensure the work is completed within three months of the final decision",
        kind=SectionKind.RECOMMENDATIONS,
    )
    assert short(remedies, "kind", "deadline") == [("other", "P1M"), ("service_improvement", "P3M")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("within one month of the final decision", "P1M"),
        ("Within four weeks of my decision", "P4W"),
        ("within 3 months", "P3M"),
        ("within 20 working days", "20 working days"),
        ("within 20 school days of the decision", "20 school days"),
        ("by 31 March 2021", "2021-03-31"),
        ("by 31 June 2021", None),
        ("within a reasonable time", None),
        ("in three months", "P3M"),
    ],
)
def test_deadlines(text: str, expected: str | None) -> None:
    assert deadline(text) == expected


_WORDS = (
    *("The Council has agreed to", "pay", "£300", "£1,950", "in total", ",", "and", ":", "will"),
    *("a total of", "review", "Mrs X", "per week", "50%", "within one month", "apologise", "."),
    *("for the distress", "make", "carry out", "of", "the final decision", "costs"),
)


@given(st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join))
def test_no_text_breaks_the_rules_and_every_span_is_its_raw_text(text: str) -> None:
    made = section(text or "x", f"-{text or 'x'}", f"--{text or 'x'}")
    for remedy in find_remedies([made])[0]:
        paragraph = made.paragraphs[remedy.paragraph - 10]
        assert paragraph.text[remedy.char_start : remedy.char_end] == remedy.raw
