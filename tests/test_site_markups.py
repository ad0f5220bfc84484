"""Every markup of the look-alike carries the same words, and the structure it claims to carry."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from archive.records import DecisionKind
from tests.site import CYCLE, MARKUPS, Case, Markup, invent, render, truth
from tests.site.cases import page_day, words
from tests.site.furniture import FURNITURE
from tests.site.markups import CHOICES
from tests.site.oddities import oddities
from tests.site.stories import Chance

CASES = invent(60, 3)
REPORT = next(
    case
    for case in invent(400)
    if case.kind is DecisionKind.REPORT
    and any(item.items for part in case.parts for block in part.blocks for item in block.items)
)
SHOWN = (*CASES[::6], REPORT, *oddities())
INLINE = {"a", "b", "strong", "em", "span", "font", "o:p"}


class Reader(HTMLParser):
    """The words of a page in order; a reading of the test's own, independent of the parser."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "title"}:
            self._hidden += 1
        if tag not in INLINE:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "title"}:
            self._hidden -= 1
        if tag not in INLINE:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


def text_of(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return "".join(reader.pieces).replace("\u00ad", "").split()


def missing(wanted: list[str], shown: list[str]) -> str | None:
    """The first wanted word that does not follow the ones before it."""
    at: Iterator[str] = iter(shown)
    for index, word in enumerate(wanted):
        if not any(word == other for other in at):
            return " ".join(wanted[max(0, index - 5) : index + 1])
    return None


def mixed(number: int) -> Markup:
    """A mixture of choices, the same one for the same number."""
    chance = Chance(f"mixture {number}")
    chosen = {name: chance.pick(values) for name, values in CHOICES.items()}
    return dataclasses.replace(MARKUPS["article"], name=f"mixture-{number}", **chosen)  # type: ignore[arg-type] # drawn by name


def test_there_are_at_least_eight_markups_and_they_use_every_choice() -> None:
    assert len(MARKUPS) >= 8
    for name, values in CHOICES.items():
        assert {getattr(markup, name) for markup in MARKUPS.values()} == set(values), name


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=lambda markup: markup.name)
def test_each_markup_holds_every_word_of_the_case_in_order(markup: Markup) -> None:
    for case in SHOWN:
        shown = text_of(render(case, markup))
        assert missing(words(truth(case, markup)), shown) is None, case.title


def test_any_mixture_of_choices_holds_every_word() -> None:
    for number in range(60):
        markup = mixed(number)
        case = SHOWN[number % len(SHOWN)]
        shown = text_of(render(case, markup))
        assert missing(words(truth(case, markup)), shown) is None, (case.title, markup)


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=lambda markup: markup.name)
def test_each_markup_shows_the_header_and_the_furniture(markup: Markup) -> None:
    case = CASES[0]
    shown = " ".join(text_of(render(case, markup)))
    assert truth(case, markup).title in shown
    for label, value in (
        ("Category", f"{case.category} > {case.subcategory}"),
        ("Decision", case.outcome),
        ("Decision date", page_day(case.decided_on)),
    ):
        assert re.search(rf"{label}\s*:?\s*{re.escape(value)}", shown), label
    for words_ in FURNITURE:
        if words_ == "Back to top" and markup.back == "none":
            assert words_ not in shown
        elif words_ != "LGO logogram":
            assert words_ in shown, words_
    assert 'alt="LGO logogram"' in render(case, markup)


def test_the_same_page_is_rendered_every_time() -> None:
    for markup in MARKUPS.values():
        assert render(CASES[3], markup) == render(CASES[3], markup)


def test_numbers_stand_in_start_or_are_typed_or_are_nowhere() -> None:
    case = next(
        case
        for case in CASES
        if sum(block.numbered for part in case.parts for block in part.blocks) > 20
    )
    last = max(paragraph.number or 0 for paragraph in case.paragraphs())
    started = render(case, MARKUPS["article"])
    starts = [int(number) for number in re.findall(r'<ol start="(\d+)">', started)]
    assert starts[0] == 1
    assert starts == sorted(starts)
    assert 1 < starts[-1] <= last
    assert f"<p>{last}." in render(case, MARKUPS["plain"]).replace("&nbsp;", " ")
    counted = render(case, MARKUPS["counters"])
    assert "start=" not in counted
    assert "counter-increment" in counted


def list_starts(page: str) -> list[tuple[int, int]]:
    """Start and number of direct items of each numbered list, in order of opening."""
    found: list[list[int]] = []
    stack: list[list[int] | None] = []
    for tag in re.findall(r"<(/?(?:ol|ul|li)\b[^>]*)>", page):
        if tag.startswith(("ol", "ul")):
            start = re.search(r'start="(\d+)"', tag)
            entry = [int(start.group(1)), 0] if start else None
            if entry is not None:
                found.append(entry)
            stack.append(entry)
        elif tag.startswith(("/ol", "/ul")):
            stack.pop()
        elif tag.startswith("li") and stack and stack[-1] is not None:
            stack[-1][1] += 1
    return [(start, count) for start, count in found]


@pytest.mark.parametrize("name", ["article", "table", "straight", "word"])
def test_start_values_carry_on_where_the_list_before_ended(name: str) -> None:
    for case in CASES[:20]:
        expected = 1
        for start, count in list_starts(render(case, MARKUPS[name])):
            assert start == expected, case.title
            expected += count
        assert expected - 1 == max(paragraph.number or 0 for paragraph in case.paragraphs())


def test_the_contents_list_names_the_top_level_sections_before_the_title() -> None:
    case = CASES[1]
    page = render(case, MARKUPS["contents"])
    listed = page[page.index('class="inPage"') : page.index("<h1")]
    for part in case.parts:
        shown = f">{html.escape(part.heading, quote=False)}</a>" in listed
        assert shown == (not part.sub), part.heading


def test_the_banner_stands_first_or_last() -> None:
    case = CASES[1]
    banner = "Review your privacy settings"
    first, last = render(case, MARKUPS["counters"]), render(case, MARKUPS["article"])
    assert first.index(banner) < first.index("The complaint")
    assert last.index(banner) > last.index("Print this page")


def test_straight_quotes_are_the_only_words_that_a_markup_changes() -> None:
    case = next(case for case in CASES if "’" in case.summary)
    markup = MARKUPS["straight"]
    assert "’" not in render(case, markup)
    assert (
        words(truth(case, markup))
        == " ".join(words(case)).translate(str.maketrans("‘’“”", "''\"\"")).split()
    )
    assert all(truth(case, other) is case for other in MARKUPS.values() if not other.straight)


def test_only_typed_bullets_lose_their_depth() -> None:
    assert [markup.name for markup in MARKUPS.values() if not markup.keeps_depth] == ["typed"]


def test_what_the_site_deals_out_by_default_are_named_markups() -> None:
    assert set(CYCLE) <= set(MARKUPS.values())


@pytest.mark.parametrize("markup", [MARKUPS["article"], MARKUPS["counters"], MARKUPS["plain"]])
def test_chapters_share_out_the_parts_and_leave_none_out(markup: Markup) -> None:
    case: Case = REPORT
    chapters = [text_of(render(case, markup, chapter=(which, 3))) for which in (1, 2, 3)]
    together = [word for chapter in chapters for word in chapter]
    assert missing(words(case), together) is None
    assert missing(words(case), chapters[0]) is not None
    for chapter in chapters:
        assert case.title in " ".join(chapter)
