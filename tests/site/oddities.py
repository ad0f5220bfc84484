"""A few set cases that hold what chance brings too seldom: every heading, every odd form.

Each is small and says in its story what it is for. They are not part of ``invent``; a test that
wants them adds them: ``Site([*invent(100), *oddities()])``.
"""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

from archive.records import DecisionKind
from tests.site.cases import Block, Case, Item, Part, long_day
from tests.site.words import HEADINGS, SATISFIED
from tests.site.writing import kind_of

TODAY = date(2026, 7, 1)


def oddities(today: date = TODAY) -> tuple[Case, ...]:
    """The set cases, each decided on a day of its own in the two years before ``today``."""
    made = [
        _every_heading(),
        _headings_alone(),
        _deep_lists(),
        _tails(),
        _like_numbers(),
        _signs(),
        _title_in_brackets(),
        _unknown_outcome(),
        _old_reference(),
        _plain_paragraphs(),
        _words_of_furniture(),
        *_satisfied(today),
    ]
    return tuple(
        dataclasses.replace(
            case,
            decided_on=today - timedelta(days=60 + 31 * index),
            published_on=today - timedelta(days=5 + 31 * index),
        )
        for index, case in enumerate(made)
    )


def _case(number: int, story: str, *parts: Part) -> Case:
    return Case(
        reference=f"24 990 {number:03d}",
        body="Withern Vale District Council",
        category="Housing",
        subcategory="Allocations",
        outcome="Upheld",
        decided_on=TODAY,
        kind=DecisionKind.STATEMENT,
        summary="Mr Q complained about the Council. We found fault.",
        parts=parts,
        published_on=TODAY,
        story=story,
    )


def _part(heading: str, *blocks: Block | str) -> Part:
    kind, sub = kind_of(heading)
    made = (Block(block) if isinstance(block, str) else block for block in blocks)
    return Part(heading, kind, sub, tuple(made))


def _every_heading() -> Case:
    topics = ("The Blue Badge scheme", "Housing Act 1996", "What Mr Q wants", "Delay")
    order = [heading for heading, _, sub in HEADINGS if not sub]
    under = [heading for heading, _, sub in HEADINGS if sub]
    # Before any findings it cannot be taken for a sub-heading of theirs.
    order.insert(1, order.pop(order.index("My assessment")))
    at = order.index("What I found") + 1
    order[at:at] = [*under, *topics]
    return _case(
        1,
        "every heading of the table, and topics",
        *(_part(heading, f"Here stands what belongs under {heading!r}.") for heading in order),
    )


def _headings_alone() -> Case:
    return _case(
        2,
        "headings without paragraphs",
        _part("The complaint", "Mr Q complains about an empty page."),
        _part("The Ombudsman’s role and powers"),
        _part("What I found"),
        _part("Background"),
        _part("Analysis", "There is little to say."),
        _part("Final decision"),
    )


def _deep_lists() -> Case:
    leaf = (Item("a leaf;"), Item("another leaf."))
    branch = (Item("a branch:", leaf), Item("a bare branch; and"))
    return _case(
        3,
        "lists in lists",
        _part(
            "The complaint",
            Block("Mr Q lists what went wrong:", items=(Item("a root:", branch), Item("the end."))),
            Block("He lists it by letter too:", items=(Item("one:", leaf), *leaf), lettered=True),
            "He says no more.",
        ),
        _part("Final decision", "I have completed my investigation."),
    )


def _tails() -> Case:
    points = (Item("act fairly; and"), Item("keep records."))
    bracket = "(Housing Act 1996, section 166A(3) and Schedule 5, paragraph 5(b))"
    return _case(
        4,
        "unnumbered paragraphs after lists",
        _part(
            "The complaint", Block("A council should:", items=points, tail=bracket), "Mr Q agrees."
        ),
        _part(
            "Final decision",
            Block("It should also:", items=points, lettered=True, tail="(Care Act 2014)"),
            Block("A paragraph that has no number at all.", numbered=False),
            "I have completed my investigation.",
        ),
    )


def _like_numbers() -> Case:
    return _case(
        5,
        "paragraphs that begin like numbers, letters and labels",
        _part(
            "The complaint",
            "12 months went by before anyone wrote back.",
            "2023 was, Mr Q says, a bad year.",
            "£150 was all he was offered.",
            "A) and b) are how he marked his papers.",
            "Decision makers did not reply. Category errors were made.",
            "Summary: is a word he does not like.",
        ),
        _part("Final decision", "19. is not the number of this paragraph’s first sentence."),
    )


def _signs() -> Case:
    return _case(
        6,
        "characters that matter in markup, and letters from elsewhere",
        _part(
            "The complaint",
            "The form says <none> & “n/a”; 3 < 5 > 2, and R&D; AT&amp;T is how he writes it.",
            "Mrs Nuñez-O’Brien of Llanfairpwllgwyngyll paid €40 for 2½ hours’ advice – or —.",
        ),
        _part("Final decision", "I have completed my investigation."),
    )


def _title_in_brackets() -> Case:
    return dataclasses.replace(
        _case(
            7,
            "a body with brackets, a comma and an ampersand",
            _part("The complaint", "Mr Q complains about his care."),
            _part("Final decision", "I have completed my investigation."),
        ),
        body="The Old Mill (Kelby), Smith & Sons (2019) Limited AKA The Mill",
        reference="24 990 007c",
        category="Adult care services",
        subcategory="Residential care",
    )


def _unknown_outcome() -> Case:
    return dataclasses.replace(
        _case(
            8,
            "an outcome nobody has seen yet",
            _part("The complaint", "Mr Q complains about a wait."),
            _part("Final decision", "I have completed my investigation."),
        ),
        outcome="Partly upheld",
    )


def _old_reference() -> Case:
    return dataclasses.replace(
        _case(
            9,
            "a reference from before 2011",
            _part("The complaint", "Mr Q complains about events of long ago."),
            _part("Final decision", "I have completed my investigation."),
        ),
        reference="05/C/13158",
    )


def _plain_paragraphs() -> Case:
    loose = (
        Block("Nothing here has a number.", numbered=False),
        Block("Nor has this:", numbered=False, items=(Item("nor this."),)),
    )
    return _case(
        10,
        "a statement without numbers",
        _part("The complaint", *loose),
        _part("Final decision", Block("I have completed my investigation.", numbered=False)),
    )


def _words_of_furniture() -> Case:
    return _case(
        11,
        "sentences that speak of what stands around a page",
        _part(
            "The complaint",
            "Mr Q says the Council’s page had a link “Back to top” and one called Print this page.",
            "He was asked to Review your privacy settings. Required cookies were mentioned.",
        ),
        _part("Final decision", "The Ombudsman's final decision: is what people call this."),
    )


def _satisfied(today: date) -> list[Case]:
    reports = []
    for index, spelling in enumerate(SATISFIED):
        day = today - timedelta(days=9 + index)
        case = _case(
            20 + index,
            f"compliance line {index + 1}",
            _part("The complaint", Block("A man complained of a delay.", numbered=False)),
            _part("Finding", Block("The Ombudsman found fault.", numbered=False)),
            _part(
                "Recommendations",
                Block("The Council has agreed to:", numbered=False, items=(Item("apologise."),)),
            ),
        )
        reports.append(
            dataclasses.replace(
                case,
                kind=DecisionKind.REPORT,
                satisfied_on=day,
                satisfied_line=spelling.format(day=long_day(day)),
            )
        )
    return reports
