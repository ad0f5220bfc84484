"""Text made to hurt the rules over words: what trying found, each with the bound that holds it."""

from __future__ import annotations

import pytest

from archive.records import Paragraph, Section, SectionKind
from scraper.citations import cited
from scraper.deadlines import deadline
from scraper.remedies import find_remedies


@pytest.mark.parametrize("word", ["Act", "Order", "Regulations", "Rules", "A Act", "(Xx) Act"])
def test_titles_without_end_are_no_titles(word: str) -> None:
    # Without a bound on a title's words this took half a minute, and more for longer texts.
    assert cited(f"{word} " * 2_400, 1, 1) == []


def test_a_title_has_a_bound_on_its_words() -> None:
    words = " ".join(f"Word{chr(97 + n % 26)}" for n in range(100))
    (citation,) = cited(f"{words} Act 2014", 1, 1)
    assert citation.act is not None
    assert len(citation.act.split()) <= 31


def test_a_word_without_end_is_no_part_of_a_title() -> None:
    (citation,) = cited(f"{'X' * 200} Care Act 2014", 1, 1)
    assert citation.act == "Care Act"


def test_provisions_in_brackets_do_not_multiply_without_end() -> None:
    # Each bracket doubled what there was: sixty of them are more than any memory holds.
    found = cited(f"Care Act 2014, section 1{'(1,2)' * 60}", 1, 1)
    assert 1 <= len(found) <= 100
    assert [each.provision for each in cited("Care Act 2014, section 1(1,2)(a and b)", 1, 1)] == [
        "section 1(1)(a)", "section 1(1)(b)", "section 1(2)(a)", "section 1(2)(b)",
    ]  # fmt: skip


def test_a_deadline_of_thousands_of_digits_is_none() -> None:
    assert deadline(f"Within {'9' * 5_000} months") is None
    assert deadline("Within 18 months") == "P18M"


@pytest.mark.parametrize("mark", [".", ";", "; and", ", and"])
def test_a_list_item_without_a_letter_is_no_remedy(mark: str) -> None:
    texts = ("The Council has agreed to:", mark, "apologise to Mr X")
    paragraphs = (
        Paragraph(1, 1, None, 0, texts[0]),
        Paragraph(2, None, "•", 1, texts[1]),
        Paragraph(3, None, "•", 1, texts[2]),
    )
    section = Section(SectionKind.REMEDY, "Agreed action", 1, None, paragraphs)
    remedies, _ = find_remedies((section,))
    assert [remedy.kind for remedy in remedies] == ["apology"]
