"""Hostile paragraphs cost what their length costs: twice the text, about twice the time.

Times are CPU time of this process, and only their ratio is judged, with room to spare: a rule that
takes the square would need sixteen times as long for four times the text.
"""

from __future__ import annotations

import time

import pytest

from archive.records import Paragraph, Section, SectionKind
from scraper.citations import cited
from scraper.cross_references import cross_references
from scraper.remedies import find_remedies

SMALL = 5_000
LARGE = 4 * SMALL
"""The longest paragraph that is read has as many characters as the large one."""

PIECES = (
    "section 1, ", "Act 2000, section 1, ", "Care Act 2014 ", "Act ", "Health and Care Act and ",
    "(", "((", "((((Act 2014 ", ")", "(A)", "Act (A) (A) 2014 ", "section 1(1,2)(1,2)(1,2) ",
    "Care Act 2014, section 1(1 and 2)(1 and 2)(1 and 2)(1 and 2)(1 and 2) ",
    "Schedule 1/2/3/4/5/6/7/8, paragraph 1, ", "section 1 of the Care Act 2014 of the ",
    "Regulations 2014 ", "Code of Practice ", "The Code Code ", "guidance ‘A ", "Guidance A ",
    "SEND Tribunal and ", "Tribunal (A ", "R v R v R ", "A v A ", "A v A [2010] ", "R (A) v (",
    "Re A (", " v ", "[2010] ", "ex parte ", "A B C D E F G ", "and and ", "The The ",
    "paragraph 1 ", "paragraphs 1 to 200, ", "paragraph 1, 2, 3, ", "Para ", "para 1 of ",
    "£1 ", "£1 each ", "£1 (£1 each) ", "pay £1 and ", "pay Mr X £1, ", "pay Mr X and Mr X and ",
    "pay the the ", "a total of £1 ", "£1 a week ", "£1,000,000,000", "£1 to Mr X ", "£",
    "pay this ", "pay this £1 pay this ", "refund £1 she paid ", "1% ", "half of ", "whole costs ",
    "will ", "will pay ", "the Council will pay £1. ", "He says the Council will pay. ",
    "agreed to ", "has agreed to apologise and ", "recommend ", "and to go ", ", and then ", "; A ",
    "within one month ", "within one month of the ", "by 1 May 2020 ", "by the end of May ",
    "do this within ", "do these actions, within a month ", "in the next ", "no later than one ",
    "evidence ", "evidence that it has ", "confirm ", "send us ", "consider the report and ",
    "apologise ", "apologise, ", "apologise, apologise and ", "to apologise to ", "provide a, ",
    "a b c d e f g h i ", "a written a ", "Ab", "a", "\u00e9", " ", ", ", ". A", ": ", "é’s ",
)  # fmt: skip


def sections(text: str) -> list[Section]:
    """The text as a sentence and as an item of an agreed action."""
    lines = (
        Paragraph(1, 1, None, 0, f"The Council has agreed to {text}"),
        Paragraph(2, 2, None, 0, f"The Council has agreed to {text}:"),
        Paragraph(3, None, "a", 1, text),
    )
    return [Section(SectionKind.REMEDY, "Agreed action", 1, None, lines)]


def read(text: str) -> None:
    cited(text, 1, 1)
    made = sections(text)
    cross_references(made)
    find_remedies(made)


def cost(text: str) -> float:
    begin = time.process_time()
    read(text)
    return time.process_time() - begin


@pytest.mark.parametrize("piece", PIECES)
def test_the_cost_grows_as_the_length_does(piece: str) -> None:
    small, large = (piece * SMALL)[:SMALL], (piece * LARGE)[:LARGE]
    tries: list[tuple[float, float]] = []
    for _ in range(4):
        tries.append((cost(small), cost(large)))
        best = min(each for each, _ in tries), min(each for _, each in tries)
        # Four times the text: four times the time, ten with much noise; sixteen is the square.
        # Below some milliseconds nothing can be hostile, and noise is all there is to see.
        if best[1] < 0.010 or best[1] < 10 * best[0]:
            return
    pytest.fail(f"{SMALL:,} characters took {best[0]:.4f} s, {LARGE:,} took {best[1]:.4f} s")
