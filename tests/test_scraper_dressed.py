"""Headings that only an attribute tells, and numbers that stand in an element of their own."""

from __future__ import annotations

import pytest

from scraper.blocks import Block, walk
from scraper.dressed import dressed
from scraper.html import parse
from scraper.sources.apart_numbers import with_numbers

URL = "https://example.org/x"


def read(html: str) -> list[Block]:
    page = f"<html><body>{html}</body></html>"
    element = parse(page.encode(), URL).body
    assert element is not None
    content = walk(element)
    return dressed(content.written, element, content.blocks)


@pytest.mark.parametrize(
    ("attributes", "level"),
    [
        ('role="heading" aria-level="3"', 3),
        ("role=heading aria-level=9", 6),
        ("role='heading'", 2),
        ("role=heading aria-level=²", 2),
        ('class="heading"', 0),
        ('role="note"', 0),
    ],
)
def test_a_role_makes_a_heading(attributes: str, level: int) -> None:
    first, second = read(f"<div {attributes}>The <em>la</em>w&nbsp;now</div><p>It was so.</p>")
    assert (first.text, first.level) == ("The law now", level)
    assert second.level == 0


@pytest.mark.parametrize(
    ("style", "bold"),
    [
        ("font-weight: bold", True),
        ("color:red; font-weight :700;", True),
        ("font-weight:bolder", True),
        ("font-weight: 400", False),
        ("font-weight: normal", False),
    ],
)
def test_a_style_makes_words_bold(style: str, bold: bool) -> None:
    first, second = read(f'<p><span style="{style}">The law</span></p><p>The law is this.</p>')
    assert (first.text, first.bold) == ("The law", bold)
    assert not second.bold


def test_bold_words_amid_a_paragraph_make_no_bold_block() -> None:
    (block,) = read('<p>It was <b style="font-weight:bold">not</b> so.</p>')
    assert not block.bold


def test_the_same_words_elsewhere_are_not_made_bold_by_bold_words_amid_a_paragraph() -> None:
    _, block = read('<p>It was <b style="font-weight:bold">not</b> so.</p><p>not</p>')
    assert not block.bold


def test_a_whole_paragraph_may_bear_the_style_itself() -> None:
    (block,) = read('<p style="font-weight: bold">The law</p>')
    assert block.bold


def test_without_such_an_attribute_the_blocks_are_the_very_same() -> None:
    page = "<html><body><p>role heading, font-weight</p></body></html>"
    element = parse(page.encode(), URL).body
    assert element is not None
    content = walk(element)
    assert dressed(content.written, element, content.blocks) is content.blocks


@pytest.mark.parametrize(
    "html",
    [
        "<div><div>12.</div><div>It was so.</div></div>",
        "<table><tr><td>12.</td><td>It was so.</td></tr></table>",
        "<dl><dt>12.</dt><dd>It was so.</dd></dl>",
        "<p>12.</p><p>It was so.</p>",
    ],
)
def test_a_number_by_itself_belongs_to_the_paragraph_after_it(html: str) -> None:
    (block,) = with_numbers(read(html))
    assert block.text == "12. It was so."


@pytest.mark.parametrize(
    "html",
    [
        "<p>12.</p><h3>Findings</h3>",
        "<p>12.</p><ul><li>It was so.</ul>",
        "<p>12.</p>",
        "<p>1974.</p><p>It was so.</p>",
        "<p>12</p><p>It was so.</p>",
        "<nav>12.</nav><p>It was so.</p>",
        "<h3>12.</h3><p>It was so.</p>",
    ],
)
def test_other_figures_stay_where_they_are(html: str) -> None:
    blocks = read(html)
    assert with_numbers(blocks) == blocks


def test_of_two_numbers_the_one_beside_the_text_is_its_own() -> None:
    blocks = with_numbers(read("<p>11.</p><p>12.</p><p>It was so.</p><p>13.</p><p>Yes.</p>"))
    assert [block.text for block in blocks] == ["11.", "12. It was so.", "13. Yes."]


def test_the_number_of_an_item_stays_the_items() -> None:
    (block,) = with_numbers(read("<ol><li><span>1.</span><p>It was so.</p></li></ol>"))
    assert (block.text, block.marker) == ("1. It was so.", 1)
