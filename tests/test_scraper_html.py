"""A page becomes text and blocks: the right letters, the words a reader sees, and no surprises."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import Page
from scraper import charset
from scraper.blocks import Block, fold, walk
from scraper.errors import ParseError, Refused
from scraper.html import (
    MAX_BYTES,
    content_element,
    content_hash,
    joined_hash,
    parse,
    squeeze,
    squeezed_text,
    text_hash,
    utf8,
)
from scraper.list_marks import printed_label

URL = "https://www.lgo.org.uk/decisions/housing/homelessness/21-000-001"
PRICE = "The Council’s “final” bill was £150 – too much"


def page(body: bytes, content_type: str | None = "text/html") -> Page:
    headers = () if content_type is None else (("Content-Type", content_type),)
    return Page.capture(
        url=URL, body=body, fetched_at=datetime(2026, 1, 2, tzinfo=UTC), headers=headers
    )


def blocks(html: str, *, seams: bool = False) -> list[Block]:
    body = parse(html.encode(), URL).body
    assert body is not None
    return walk(body, seams=seams).blocks


def texts(html: str) -> list[str]:
    return [block.text for block in blocks(html)]


# -- bytes to text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "content_type", "head"),
    [
        ("utf-8", "text/html; charset=utf-8", ""),
        ("utf-8", "text/html", '<meta charset="utf-8">'),
        ("utf-8", "text/html", ""),
        ("utf-8-sig", "text/html; charset=windows-1252", ""),
        ("utf-8", "text/html; charset=ISO-8859-1", ""),
        ("cp1252", "text/html; charset=windows-1252", ""),
        ("cp1252", 'text/html; charset="iso-8859-1"', ""),
        ("cp1252", "text/html; charset=us-ascii", ""),
        (
            "cp1252",
            "text/html",
            "<meta http-equiv=Content-Type content='text/html; charset=latin1'>",
        ),
        ("cp1252", "text/html", ""),
        ("cp1252", None, ""),
        ("cp1252", "text/html; charset=UTF-8", '<meta charset="utf-8">'),
    ],
)
def test_pounds_and_curly_quotes_come_out_right_however_declared(
    encoding: str, content_type: str | None, head: str
) -> None:
    body = f"<html><head>{head}</head><body>{PRICE}</body></html>".encode(encoding)
    assert PRICE in utf8(page(body, content_type)).decode()


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (b"<p>hello", "text/html; charset=shift_jis", "shift_jis"),
        (b"<meta charset=windows-1251><p>hello", "text/html", "windows-1251"),
        ("<p>hello".encode("utf-16"), "text/html", "UTF-16"),
        ("<p>hello".encode("utf-32"), "text/html", "UTF-32"),
        (b"<p>costs \xa3150 \xe2\x80\x94 or more", "text/html", "mixes encodings"),
        (b"<p>costs \xa3150 \x81", "text/html", "cannot be read as cp1252"),
        (b"\xef\xbb\xbf<p>costs \xa3150", "text/html", "cannot be read as utf-8"),
    ],
)
def test_where_only_a_guess_is_left_the_page_is_an_error_that_says_why(
    body: bytes, content_type: str, says: str
) -> None:
    with pytest.raises(ParseError, match=says) as caught:
        utf8(page(body, content_type))
    assert caught.value.url == URL


@given(st.binary(max_size=300))
def test_decoding_never_does_anything_but_give_text_or_a_parse_error(body: bytes) -> None:
    try:
        text = charset.utf8(body, None, URL)
    except ParseError:
        return
    text.decode("utf-8")


def test_a_body_above_the_cap_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        utf8(page(b"x" * (MAX_BYTES + 1)))
    assert caught.value.reason == "too_large"


# -- blocks ----------------------------------------------------------------------------------------


def test_a_block_ends_where_a_reader_sees_a_new_line() -> None:
    html = (
        "loose<p>one <b>two</b> <i>three</i></p><div>four<div>five</div>six</div>"
        "<table><tr><th>a</th><td>b</td></tr></table><dl><dt>c<dd>d</dl>"
    )
    assert texts(html) == ["loose", "one two three", "four", "five", "six", "a", "b", "c", "d"]


def test_white_space_is_folded_and_marks_that_print_nothing_are_left_out() -> None:
    html = (
        "<p> co&shy;or\u00addi\u200bna\ufefftion\n\t of&nbsp;&nbsp;care \u2009 and \u00ad help</p>"
    )
    assert texts(html) == ["coordination of care and help"]


def test_a_line_break_is_kept_and_two_end_the_block() -> None:
    assert texts("<p>one<br>two<br/> <br>three</p>") == ["one\ntwo", "three"]


def test_words_split_over_inline_tags_stay_whole() -> None:
    assert texts("<p>Om<span>buds</span><em>man</em>’s</p>") == ["Ombudsman’s"]


def test_bold_means_every_word() -> None:
    html = (
        "<p><b>All of it</b></p><p><strong>Part</strong> of it</p><p><b>In</b> <b>pieces</b></p>"
        "<b><p>around</p></b><p>none</p><p><b> </b>blank</p>"
    )
    assert [block.bold for block in blocks(html)] == [True, False, True, True, False, False]


def test_scripts_styles_and_comments_are_not_read_and_navigation_is_marked() -> None:
    html = (
        "<script>var a;</script><style>p{}</style><!-- no --><noscript>no</noscript>"
        "<template><p>no</p></template><nav><a href='/x'>Home</a></nav><p>Yes</p>"
    )
    assert [(block.text, block.aside) for block in blocks(html)] == [("Home", True), ("Yes", False)]


def test_list_items_carry_their_depth_and_what_is_printed_before_them() -> None:
    html = (
        "<ol start=5><li>five<ul><li>dot<ul><li>deeper</ul></ul>after<li value=9><p>nine<p>more"
        "<ol type=a><li>letter</ol></ol><ul><li>beside</ul>"
        "<ol style='list-style-type: lower-roman'><li>x<li>y</ol>"
    )
    assert [(b.text, b.lists, b.marker, b.stated) for b in blocks(html)] == [
        ("five", "n", 5, True),
        ("dot", "nu", "•", False),
        ("deeper", "nuu", "•", False),
        ("after", "n", None, False),
        ("nine", "n", 9, True),
        ("more", "n", None, False),
        ("letter", "na", "a", False),
        ("beside", "u", "•", False),
        ("x", "a", "i", False),
        ("y", "a", "ii", False),
    ]


@pytest.mark.parametrize("start", ["-3", "five", "", "1e9", "9999999", "٣"])
def test_an_odd_start_value_is_as_good_as_none(start: str) -> None:
    (block,) = blocks(f"<ol start='{start}'><li>x</ol>")
    assert (block.marker, block.stated) == (1, False)


@pytest.mark.parametrize(
    ("count", "style", "label"),
    [(1, "a", "a"), (26, "a", "z"), (27, "a", "aa"), (2, "A", "B"), (4, "i", "iv"), (0, "a", "0"),
     (1994, "I", "MCMXCIV"), (4000, "i", "4000")],
)  # fmt: skip
def test_letters_and_numerals_are_those_a_browser_prints(
    count: int, style: str, label: str
) -> None:
    assert printed_label(count, style) == label


def test_a_link_that_is_named_stands_apart_even_amid_a_paragraph() -> None:
    body = parse(
        b"<ol start=3><li>The text. <a href='#top'>Back to top</a><li>Next <a href=/x>one</a></ol>",
        URL,
    ).body
    assert body is not None
    found = walk(body, apart=frozenset(("back to top",))).blocks
    assert [(b.text, b.linked, b.marker, b.href) for b in found] == [
        ("The text.", False, 3, None),
        ("Back to top", True, None, "#top"),
        ("Next one", False, 4, "/x"),
    ]


def test_a_button_that_folds_a_section_is_its_heading() -> None:
    found = blocks(
        "<h3><button>The complaint</button></h3><p>Ms X</p><button>Share</button>"
        "<h2><nav><h3>Menu</h3></nav></h2><p>says</p><nav>Home</nav>"
    )
    assert [(block.text, block.level, block.aside) for block in found] == [
        ("The complaint", 3, False),
        ("Ms X", 0, False),
        ("Share", 0, True),
        ("Menu", 3, True),
        ("says", 0, False),
        ("Home", 0, True),
    ]


def test_with_seams_every_inline_edge_is_a_line() -> None:
    found = blocks("<p><span>Statement</span><span>Upheld</span> 06-Jan-2026</p>", seams=True)
    assert [block.text for block in found] == ["Statement\nUpheld\n06-Jan-2026"]


_TAGS = (
    *("p", "b", "div", "ul", "li", "ol", "a", "br", "h2", "span", "table", "td", "nav", "script"),
    *("style", "template", "noscript", "xmp", "iframe", "noembed", "noframes", "textarea", "svg"),
    *("math", "select", "option", "title", "form", "plaintext", "font", "foreignObject"),
)
_ODD = (
    *('<p a"b=c>', "<li value='3' x='<p>'>", "<a href='?a=1&amp;b=\"2\">'>", "<p =x>", "<p/a/b=>"),
    *("<!-- <p> -->", "<!-->", "<!--->", "<!--a--!>", "<?php x > y ?>", "<![CDATA[ a<b ]]>"),
    *(
        "&lt;p&gt;",
        "&amp;lt;",
        "&nbsp;",
        "&quot;",
        "&#xD800;",
        "&#0;",
        "<a\u00a0<p>",
        "<script><!--",
    ),
)
_soup = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS]),
        st.sampled_from(_ODD),
        st.text(alphabet="ab £’\u00a0\u00ad\u3000\x00\x1e\n<>&'\"", max_size=6),
    ),
    max_size=40,
).map("".join)


@given(_soup)
def test_no_text_of_any_tag_soup_is_lost_or_added_by_the_walk(html: str) -> None:
    body = parse(html.encode(), URL).body
    assert body is not None
    text = squeezed_text(body)  # by the tree, node by node; the walk may change what is below it
    content = walk(body, apart=frozenset(("a", "ab")))
    assert squeeze(content.folded) == text
    assert content.hash() == text_hash(text)
    shown = "".join(block.text for block in content.blocks)
    assert squeeze(shown) == text.replace("\u00ad", "")
    assert all(
        block.text == "\n".join(map(fold, block.text.split("\n"))) for block in content.blocks
    )


# -- the content hash ------------------------------------------------------------------------------


def test_the_content_hash_is_that_of_the_content_element_without_white_space() -> None:
    html = (
        "<body>before<main>in <article><h1>A\u00a0 title</h1><script>x</script><p>a b\n c</p>"
        "</article></main>after</body>"
    )
    assert content_hash(page(html.encode())) == hashlib.sha256(b"Atitleabc").hexdigest()


def test_the_content_element_is_the_only_article_else_the_only_main_else_the_body() -> None:
    def tag(html: str) -> str | None:
        element = content_element(parse(html.encode(), URL))
        return None if element is None else element.tag

    assert tag("<main><article>x</article></main>") == "article"
    assert tag("<main><article>x</article><article>y</article></main>") == "main"
    assert tag("<main>x</main><main>y</main>") == "body"
    assert tag("<p>x") == "body"


def test_the_hash_does_not_move_with_markup_but_with_any_word() -> None:
    plain = content_hash(page(b"<article><p>One two</p></article>"))
    assert content_hash(page(b"<article class=x><h2>One\n</h2><i>t</i>wo</article>")) == plain
    assert content_hash(page(b"<article><p>One too</p></article>")) != plain
    # No normalisation: another way to write the same letter is another text.
    assert text_hash("e\u0301") != text_hash("é")


def test_several_pages_have_one_hash_that_depends_on_their_order() -> None:
    assert joined_hash(["aa"]) == "aa"
    assert joined_hash(["aa", "bb"]) == hashlib.sha256(b"aa\nbb").hexdigest()
    assert joined_hash(["aa", "bb"]) != joined_hash(["bb", "aa"])


# -- hostile pages ---------------------------------------------------------------------------------


def test_deep_nesting_does_not_reach_the_recursion_limit() -> None:
    html = "<div>" * 5000 + "deep" + "</div>" * 5000
    assert texts(html) == ["deep"]


def test_a_hundred_thousand_nested_elements_are_refused_before_the_tree_is_built() -> None:
    with pytest.raises(Refused) as caught:
        parse(b"<div>" * 100_000, URL)
    assert caught.value.reason == "overgrown"


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "".join(f"<b id={n}>" for n in range(500)) + "</p>" + "<p>x" * 4000,
        # The same, hidden behind end tags that close nothing.
        "</b>" * 500 + "<p>" + "".join(f"<b id={n}>" for n in range(500)) + "</p>" + "<p>x" * 4000,
        "<p>"
        + "".join(f"<b id={n}>" for n in range(500))
        + "<table><tr><td>"
        + "</b>" * 500
        + "</table></p>"
        + "<p>x" * 4000,
        "<p>" + "".join(f"<i {'a=1 ' * 40} b={n}>" for n in range(60)) + "</p>" + "<p>x" * 4000,
    ],
    ids=["plain", "prepaid", "behind a table", "many attributes"],
)
def test_a_page_that_would_clone_formatting_for_ever_is_refused(html: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(html.encode(), URL)
    assert caught.value.reason == "overgrown"


def test_a_tag_with_endless_attributes_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        parse(("<p " + " ".join(f"a{n}" for n in range(20_000)) + ">").encode(), URL)
    assert caught.value.reason == "overgrown"


def test_a_page_with_many_links_lists_and_bold_words_is_no_bomb() -> None:
    html = "<ul>" + "<li class=x><a class=link href=/x?a=b>y</a> <b>z</b></li>" * 1500 + "</ul>"
    assert parse(html.encode(), URL).body is not None
    anchors = "<p><a name=x>one<p><a name=y>two" * 1500
    assert parse(anchors.encode(), URL).body is not None


def test_nuls_and_impossible_characters_do_no_harm() -> None:
    (block,) = blocks("<p>a\x00b &#0; &#xD800; \u202egnp\u202c</p>")
    assert "\x00" not in block.text
    block.text.encode("utf-8")
    assert "\u202e" in block.text  # the words are kept as they are; the terminal cleans them
