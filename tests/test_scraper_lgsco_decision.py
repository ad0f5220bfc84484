"""A decision page becomes sections and numbered paragraphs, in the words of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from archive.records import Decision, DecisionKind, Outcome, Page, Section, SectionKind
from scraper.blocks import Block
from scraper.errors import ParseError, Refused
from scraper.guard import lifted
from scraper.html import content_hash, joined_hash
from scraper.sources.dates import parse_day
from scraper.sources.lgsco import Lgsco
from scraper.sources.lgsco_decision import MOST_PARTS, MOST_SUMS
from scraper.sources.lgsco_tables import HEADINGS
from scraper.sources.pieces import Piece, misgivings

URL = "https://www.lgo.org.uk/decisions/housing/homelessness/21-000-001"
SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
if not SAMPLES.is_dir():
    SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
HEADER = (
    "<h1>Northmoor District Council (21 000 001)</h1>"
    "<div><span>Category : </span><a>Housing</a> &gt; <a>Homelessness</a></div>"
    "<div><span>Decision : </span><span>Upheld</span></div>"
    "<div><span>Decision date : </span><span>09 Oct 2022</span></div>"
)
OPENING = "<h2>The Ombudsman's final decision:</h2><p><b>Summary:</b> We found fault.</p>"
ENDING = "<h3>Final decision</h3><ol><li>I have completed my investigation of the matter.</ol>"
LONG = "The complainant says that the Council took a very long time to answer."


def capture(html: str, url: str = URL) -> Page:
    return Page.capture(url=url, body=html.encode(), fetched_at=datetime(2026, 1, 2, tzinfo=UTC))


def document(text: str, *, header: str = HEADER, opening: str = OPENING, end: str = ENDING) -> str:
    return f"<html><body><main><article>{header}{opening}{text}{end}</article></main></body></html>"


def read(text: str, **parts: str) -> Decision:
    return Lgsco.at(None).parse_decision([capture(document(text, **parts))])


def rows(section: Section) -> list[tuple[int | None, str | None, int, str]]:
    return [(p.number, p.label, p.level, p.text) for p in section.paragraphs]


def outline(decision: Decision) -> list[tuple[str, str, int | None]]:
    return [(s.kind.value, s.heading, s.parent) for s in decision.sections]


# -- the head --------------------------------------------------------------------------------------

HEADERS = {
    "spans": HEADER,
    "dl": "<h2>Northmoor District Council (21 000 001)</h2><dl><dt>Category :<dd>Housing &gt; "
    "Homelessness<dt>Decision :<dd>Upheld<dt>Decision date :<dd>09 Oct 2022</dl>",
    "table": "<p>Northmoor District Council (21 000 001)</p><table><tr><th>Category<td>Housing &gt;"
    " Homelessness<tr><th>Decision<td>Upheld<tr><th>Decision date<td>09 Oct 2022</table>",
    "labels above values": "<h1>Northmoor District Council (21 000 001)</h1><table><tr><th>Category"
    "<th>Decision<th>Decision date<tr><td>Housing &gt; Homelessness<td>Upheld<td>09 Oct 2022"
    "</table>",
    "paragraphs": "<p>Northmoor District Council (21 000 001)</p><p>Category : Housing &gt; "
    "Homelessness</p><p>Decision : Upheld</p><p>Decision date : 09 Oct 2022</p>",
    "one line": "<p><b>Northmoor District Council<br>(21 000 001)</b></p><p>Category : Housing "
    "&gt; Homelessness<br>Decision : Upheld<br>Decision date : 09 Oct 2022</p>",
    "title in two blocks": "<h1>Northmoor District Council</h1><p>(21 000 001)</p>"
    "<p>Category: Housing &gt; Homelessness</p><p>Decision: Upheld</p>"
    "<p>Decision date: 09&nbsp;Oct&nbsp;2022</p>",
    "before the title": "<p>Category : Housing &gt; Homelessness</p><p>Decision : Upheld</p>"
    "<p>Decision date : 09 Oct 2022</p><h1>Northmoor District Council (21 000 001)</h1>",
}  # fmt: skip


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_title_and_header_are_found_whatever_carries_them(header: str) -> None:
    decision = read(f"<h3>The complaint</h3><ol><li>{LONG}</ol>", header=header)
    assert decision.title == "Northmoor District Council (21 000 001)"
    assert (decision.body, decision.reference) == ("Northmoor District Council", "21 000 001")
    assert (decision.category, decision.subcategory) == ("Housing", "Homelessness")
    assert decision.category_raw == "Housing > Homelessness"
    assert (decision.outcome, decision.outcome_raw) == (Outcome.UPHELD, "Upheld")
    assert (decision.decided_on, decision.decided_on_raw) == (date(2022, 10, 9), "09 Oct 2022")
    assert decision.summary == "We found fault."
    assert outline(decision) == [
        ("complaint", "The complaint", None),
        ("final_decision", "Final decision", None),
    ]
    assert decision.warnings == ()
    assert [f.outcome for f in decision.findings] == [Outcome.UPHELD]


def test_a_title_outside_the_article_is_found_and_the_hash_stays_that_of_the_article() -> None:
    text = f"{OPENING}<h3>The complaint</h3><ol><li>{LONG}</ol>{ENDING}"
    page = capture(f"<body><main>{HEADER}<article>{text}</article></main></body>")
    decision = Lgsco.at(None).parse_decision([page])
    assert decision.body == "Northmoor District Council"
    assert decision.text_sha256 == content_hash(page)


def test_the_reference_of_the_address_picks_the_title_among_several() -> None:
    other = "<h1>Related: Ashe Council (20 999 999)</h1>"
    decision = read(f"<h3>The complaint</h3><ol><li>{LONG}</ol>", header=other + HEADER)
    assert decision.reference == "21 000 001"


def test_an_unknown_outcome_is_kept_verbatim_and_warned_about() -> None:
    header = HEADER.replace("Upheld", "Upheld in part")
    decision = read(f"<h3>The complaint</h3><ol><li>{LONG}</ol>", header=header)
    assert (decision.outcome, decision.outcome_raw) == (Outcome.UNKNOWN, "Upheld in part")
    assert any("Upheld in part" in warning for warning in decision.warnings)


@pytest.mark.parametrize("day", ["31 Feb 2022", "9/10/2022", "Oct 2022", "09 Okt 2022", "soon"])
def test_a_date_that_does_not_parse_is_an_error_on_that_page(day: str) -> None:
    header = HEADER.replace("09 Oct 2022", day)
    with pytest.raises(ParseError, match=re.escape(day)):
        read(f"<h3>The complaint</h3><ol><li>{LONG}</ol>", header=header)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11 Mar 2021", date(2021, 3, 11)),
        ("06-Jan-2026", date(2026, 1, 6)),
        ("28 July 2017", date(2017, 7, 28)),
        (" 1st September 2020 ", date(2020, 9, 1)),
        ("3 Sept 2020", date(2020, 9, 3)),
        ("29 Feb 2023", None),
        ("11 Mar 21", None),
        ("Mar 2021", None),
        ("٣ Mar 2021", None),
        ("11 Mars 2021", None),
        ("11 Mar 2021 or so", None),
    ],
)
def test_dates(text: str, day: date | None) -> None:
    assert parse_day(text) == day


# -- headings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("The complaint", "complaint"),
        ("What I have investigated", "scope"),
        ("What I have and have not investigated", "scope"),
        ("Parts of the complaint that I did not investigate", "scope"),
        ("The Ombudsman's role and powers", "powers"),
        ("The Ombudsman’s role and powers", "powers"),
        ("The Ombudsmen’s role and powers", "powers"),
        ("How I considered this complaint", "method"),
        ("How we considered this complaint", "method"),
        ("What I found", "findings"),
        ("Findings", "findings"),
        ("Finding", "findings"),
        ("My assessment", "analysis"),
        ("Analysis", "analysis"),
        ("What happened", "background"),
        ("Background", "background"),
        ("Key facts", "background"),
        ("Legal and administrative background", "background"),
        ("The law and guidance", "background"),
        ("Care Act 2014", "background"),
        ("The allocations scheme", "background"),
        ("Agreed action", "remedy"),
        ("Recommended action", "remedy"),
        ("Recommended/agreed action", "remedy"),
        ("Agreed remedy", "remedy"),
        ("Recommendations", "recommendations"),
        ("Final decision", "final_decision"),
        ("Decision", "final_decision"),
        ("The kitchen floor", "other"),
    ],
)
@pytest.mark.parametrize(
    "tag", ["<h2>{}</h2>", "<p><strong>{}</strong></p>", "<h5><a name=x></a>{}:</h5>"]
)
def test_every_heading_of_the_table_in_any_tag(heading: str, kind: str, tag: str) -> None:
    decision = read(f"{tag.format(heading)}<ol><li>{LONG}</ol>", end="")
    (section,) = decision.sections
    assert section.kind.value == kind
    assert section.heading.rstrip(":") == heading
    assert section.parent is None


@pytest.mark.parametrize("heading", sorted(HEADINGS))
def test_a_known_heading_needs_no_tag_at_all(heading: str) -> None:
    (section,) = read(f"<p>{heading}</p><ol><li>{LONG}</ol>", end="").sections
    assert section.kind is HEADINGS[heading]


def test_kind_and_parent_come_from_order_and_never_from_the_tags_level() -> None:
    headings = ("Background", "The complaint", "Key facts", "What I found", "The Act",
                "What happened",
                "The kitchen floor", "Analysis", "Agreed action", "Analysis", "The second visit",
                "My assessment", "Background", "Final decision")  # fmt: skip
    expected = [
        ("background", None), ("complaint", None), ("background", None), ("findings", None),
        ("background", 4), ("background", 4), ("other", 4), ("analysis", 4), ("remedy", None),
        ("analysis", None), ("other", 10), ("analysis", 10), ("background", 10),
        ("final_decision", None),
    ]  # fmt: skip
    for tags in (("h2",) * 14, ("h4", "h2") * 7, tuple(f"h{1 + n % 6}" for n in range(14))):
        text = "".join(
            f"<{tag}>{heading}</{tag}><p>{LONG}</p>"
            for tag, heading in zip(tags, headings, strict=True)
        )
        decision = read(text, end="")
        assert [(s.kind.value, s.parent) for s in decision.sections] == expected


def test_the_documents_title_is_not_the_final_decision_section() -> None:
    decision = read(f"<h3>The complaint</h3><ol><li>{LONG}</ol>")
    assert [s.heading for s in decision.sections] == ["The complaint", "Final decision"]
    assert decision.summary == "We found fault."


def test_a_heading_without_a_paragraph_is_still_a_section() -> None:
    decision = read(f"<h3>What I found</h3><h4>What happened</h4><ol><li>{LONG}</ol>")
    assert outline(decision)[:2] == [
        ("findings", "What I found", None),
        ("background", "What happened", 1),
    ]
    assert decision.sections[0].paragraphs == ()


def test_a_bold_sentence_is_a_paragraph_and_a_bold_item_too() -> None:
    decision = read(
        f"<h3>The complaint</h3><p><b>{LONG}</b></p><ol><li><b>He asked for a flat</b></li></ol>",
        end="",
    )
    assert rows(decision.sections[0]) == [
        (None, None, 0, LONG),
        (1, None, 0, "He asked for a flat"),
    ]


def test_text_before_any_heading_is_kept_in_a_section_without_one() -> None:
    decision = read(f"<ol><li>{LONG}</ol>")
    assert outline(decision)[0] == ("other", "", None)


# -- the summary -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "opening",
    [
        "<p><strong>Summary:</strong> We found fault.</p>",
        "<p>Summary: We found fault.</p>",
        "<p>Summary : We found fault.</p>",
        "<h3>Summary</h3><p>We found fault.</p>",
        "<p><b>Summary:</b></p><p>We found fault.</p>",
        "<p><b>The Ombudsman's final decision:</b><br>Summary: We found fault.</p>",
    ],
)
def test_the_summary_is_a_field_and_never_a_section(opening: str) -> None:
    decision = read(f"<h3>The complaint</h3><ol><li>{LONG}</ol>", opening=opening)
    assert decision.summary == "We found fault."
    assert decision.sections[0].heading == "The complaint"


def test_a_summary_of_two_paragraphs_keeps_both() -> None:
    opening = "<h3>Summary</h3><p>We found fault.</p><p>The Council will pay.</p>"
    assert read(f"<h3>The complaint</h3><p>{LONG}</p>", opening=opening).summary == (
        "We found fault.\nThe Council will pay."
    )


# -- numbers ---------------------------------------------------------------------------------------

NUMBERED = {
    "start": "<ol start=1><li>A</ol>{h}<ol start=2><li>B<li>C</ol>{f}<ol start=4><li>D</ol>",
    "plain lists": "<ol><li>A</ol>{h}<ol><li>B<li>C</ol>{f}<ol><li>D</ol>",
    "restarted": "<ol start=1><li>A</ol>{h}<ol start=1><li>B<li>C</ol>{f}<ol start=1><li>D</ol>",
    "typed": "<p>1. A</p>{h}<p>2.&nbsp;B</p><p>3.\tC</p>{f}<p>4. D</p>",
    "typed and restarted": "<p>1. A</p>{h}<p>1. B</p><p>2. C</p>{f}<p>1. D</p>",
    "typed in items": "<ul><li>1. A</ul>{h}<ul><li>2. B<li>3. C</ul>{f}<ul><li>4. D</ul>",
    "typed and listed": "<ol><li>1. A</ol>{h}<ol start=2><li>2. B<li>3. C</ol>{f}<ol><li>4. D</ol>",
    "values": "<ol><li value=1>A</ol>{h}<ul><li>2. B</ul><ol><li value=3>C</ol>{f}<ol><li>D</ol>",
    "lines": "<p>1. A</p>{h}<p>2. B<br>3. C</p>{f}<p>4. D</p>",
    "paragraphs in items": "<ol><li><p>A</p></ol>{h}<ol><li><p>B<li><p>C</ol>{f}<ol><li><p>D</ol>",
}  # fmt: skip


@pytest.mark.parametrize("markup", NUMBERED.values(), ids=NUMBERED.keys())
def test_numbers_run_through_the_whole_statement(markup: str) -> None:
    words = {
        letter: f"{letter}nother thing that the Council says is quite true" for letter in "ABCD"
    }
    text = markup.format(h="<h3>What I found</h3>", f="<h3>Final decision</h3>")
    text = re.sub(r"(?<![A-Za-z])([ABCD])(?![A-Za-z])", lambda found: words[found.group()], text)
    decision = read(f"<h3>The complaint</h3>{text}", end="")
    numbered = [[(p.number, p.text) for p in s.paragraphs] for s in decision.sections]
    assert numbered == [
        [(1, words["A"])], [(2, words["B"]), (3, words["C"])], [(4, words["D"])],
    ]  # fmt: skip
    assert [p.ordinal for p in decision.paragraphs()] == [1, 2, 3, 4]
    assert decision.warnings == ()


def test_a_number_that_skips_is_printed_as_it_stands_and_warned_about() -> None:
    decision = read(f"<h3>The complaint</h3><ol><li>{LONG}</ol><ol start=5><li>{LONG}</ol>", end="")
    assert [p.number for p in decision.paragraphs()] == [1, 5]
    assert any("from 1 to 5" in warning for warning in decision.warnings)


@pytest.mark.parametrize(
    "text",
    [
        "2020. That was the year in which the complainant first wrote to the Council.",
        "12.5% of the cost was paid by the Council, and the rest by the family.",
        "31 days later the Council answered the letter of the complainant.",
        "150. This figure is not the number of a paragraph, as it is far away.",
    ],
)
def test_a_figure_at_the_start_of_a_paragraph_is_not_its_number(text: str) -> None:
    decision = read(f"<h3>The complaint</h3><p>1. {LONG}</p><p>{text}</p>", end="")
    assert [(p.number, p.text) for p in decision.paragraphs()] == [(1, LONG), (None, text)]


# -- lists -----------------------------------------------------------------------------------------

ASKED = "The complainant asked the Council for three things that he wanted:"
LETTERED = "<ol style='list-style-type:lower-alpha'>"
ITEMS = [(7, None, 0, ASKED), (None, "•", 1, "a flat;"), (None, "•", 2, "in town;"),
         (None, "•", 1, "a key.")]  # fmt: skip
LISTS: dict[str, tuple[str, list[tuple[int | None, str | None, int, str]]]] = {
    "bullets in the item": (
        f"<ol start=7><li>{ASKED}<ul><li>a flat;<ul><li>in town;</ul><li>a key.</ul></ol>",
        ITEMS,
    ),
    "bullets in paragraphs": (
        f"<ol start=7><li><p>{ASKED}<ul><li><p>a flat;<ul><li>in town;</ul><li><p>a key.</ul></ol>",
        ITEMS,
    ),
    "bullets beside the list": (
        f"<ol start=7><li>{ASKED}</ol><ul><li>a flat;<ul><li>in town;</ul><li>a key.</ul>", ITEMS,
    ),
    "bullets between the items": (
        f"<ol start=7><li>{ASKED}</li><ul><li>a flat;<ul><li>in town;</ul><li>a key.</ul></ol>",
        ITEMS,
    ),
    "typed bullets": (
        f"<ol start=7><li>{ASKED}</ol><p>• a flat;</p><p>\u2022in town;</p><p>· a key.</p>",
        [(7, None, 0, ASKED), *[(None, "•", 1, t) for t in ("a flat;", "in town;", "a key.")]],
    ),
    "letters by type": (
        f"<ol start=7><li>{ASKED}<ol type=a><li>a flat;<li>a key.</ol></ol>",
        [(7, None, 0, ASKED), (None, "a", 1, "a flat;"), (None, "b", 1, "a key.")],
    ),
    "letters by style": (
        f"<ol start=7><li>{ASKED}</ol>{LETTERED}<li>a flat;<li>a key.</ol>",
        [(7, None, 0, ASKED), (None, "a", 1, "a flat;"), (None, "b", 1, "a key.")],
    ),
    "typed letters": (
        f"<p>7. {ASKED}</p><p>a) a flat;</p><p>b) a key.</p>",
        [(7, None, 0, ASKED), (None, "a", 1, "a flat;"), (None, "b", 1, "a key.")],
    ),
    "typed letters in a list": (
        f"<ol start=7><li>{ASKED}<ul><li>(a) a flat;<li>(b) a key.</ul></ol>",
        [(7, None, 0, ASKED), (None, "a", 1, "a flat;"), (None, "b", 1, "a key.")],
    ),
    "numbers within": (
        f"<ol start=7><li>{ASKED}<ol><li>a flat;<li>a key.</ol></ol>",
        [(7, None, 0, ASKED), (None, "1", 1, "a flat;"), (None, "2", 1, "a key.")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("markup", "expected"), LISTS.values(), ids=LISTS.keys())
def test_list_items_are_paragraphs_of_their_own_with_their_printed_mark(
    markup: str, expected: list[tuple[int | None, str | None, int, str]]
) -> None:
    before = "".join(f"<li>{LONG}" for _ in range(6))
    after = f"<h3>Final decision</h3><ol><li>{LONG}</ol>"
    decision = read(f"<h3>The complaint</h3><ol>{before}</ol>{markup}{after}", end="")
    assert rows(decision.sections[0])[6:] == expected
    assert rows(decision.sections[1]) == [(8, None, 0, LONG)]
    assert decision.warnings == ()


def test_a_list_beside_does_not_break_the_count() -> None:
    beside = "<ul><li>a flat;</ul><p>(Housing Act 1996)</p>"
    text = f"<ol><li>{LONG}<li>{ASKED}</ol>{beside}<ol><li>{LONG}</ol>"
    decision = read(f"<h3>The complaint</h3>{text}", end="")
    assert [p.number for p in decision.paragraphs()] == [1, 2, None, None, 3]


def test_a_list_that_is_never_closed_does_not_swallow_the_sections_after_it() -> None:
    text = f"<ol start=3><li>{ASKED}<ul><li>a flat;<h3>What I found</h3><ol start=4><li>{LONG}</ol>"
    decision = read(f"<h3>The complaint</h3>{text}")
    assert [rows(section)[0][:3] for section in decision.sections] == [
        (3, None, 0), (4, None, 0), (5, None, 0),
    ]  # fmt: skip


def test_text_after_an_inner_list_is_an_unnumbered_paragraph() -> None:
    text = f"<ol><li>{ASKED}<ul><li>a flat;</ul>and he got neither.<p>Nor the key.</p></ol>"
    decision = read(f"<h3>The complaint</h3>{text}", end="")
    assert rows(decision.sections[0])[2:] == [
        (None, None, 0, "and he got neither."), (None, None, 0, "Nor the key."),
    ]  # fmt: skip


def test_a_soft_break_is_a_space_and_the_words_stay_verbatim() -> None:
    text = "Teh  Council&rsquo;s<br>reply&nbsp;was\nlate ,and <i>un</i>help&shy;ful"
    decision = read(f"<h3>The complaint</h3><ol><li>{text} ({LONG})</ol>", end="")
    (paragraph,) = decision.paragraphs()
    assert paragraph.text == f"Teh Council’s reply was late ,and unhelpful ({LONG})"


# -- furniture -------------------------------------------------------------------------------------

BANNER = (
    "<div><h2>Review your privacy settings</h2><h3>Required cookies</h3><p>These cookies are "
    "needed.</p><p>Analytical cookies</p><p>We recommend you set these 'ON'.</p>"
    "<p>Privacy settings</p></div>"
)
TOP = "<p class=x><a href='#top'>Back to top</a></p>"
FURNISHED = (
    f"<h3>The complaint</h3><ol><li>{LONG} <a href='#top'>Back to Top</a></li></ol>{TOP}"
    f"<h3>What I found</h3><ol><li>{LONG}</ol><p>Back to top</p>"
)
SIGNED = "<p>Investigator’s decision on behalf of the Ombudsman</p><p>Print this page</p>"


@pytest.mark.parametrize(
    "html",
    [
        document(FURNISHED, end=ENDING + SIGNED),
        document(FURNISHED, end=ENDING + SIGNED + BANNER),
        document(BANNER + FURNISHED, end=ENDING + SIGNED),
        document(FURNISHED, header=BANNER + HEADER),
        document(FURNISHED, header=HEADER + BANNER),
        document("<p>Print this page</p>" + FURNISHED),
        re.sub("(article|main)>", "div>", document(FURNISHED, end=ENDING + SIGNED))
        .replace("</body>", f"{BANNER}<p>Copyright</p><div>Contact us</div></body>"),
        document(FURNISHED, header="<ul><li><a href='#a'>The complaint</a><li><a href='#b'>What I "
                 "found</a><li>Final decision</ul>" + HEADER),
        document("<h2>Contents</h2><ul><li>The complaint<li>What I found<li>Final decision</ul>"
                 + FURNISHED),
        document("<p><a href='#a'>The complaint</a><p><a href='#b'>What I found</a>" + FURNISHED),
    ],
)  # fmt: skip
def test_no_furniture_in_any_text(html: str) -> None:
    decision = Lgsco.at(None).parse_decision([capture(html)])
    assert outline(decision) == [
        ("complaint", "The complaint", None), ("findings", "What I found", None),
        ("final_decision", "Final decision", None),
    ]  # fmt: skip
    assert [p.text for p in decision.paragraphs()] == [
        LONG, LONG, "I have completed my investigation of the matter.",
    ]  # fmt: skip
    assert [p.number for p in decision.paragraphs()] == [1, 2, 3]
    assert decision.summary == "We found fault."


def test_what_was_taken_for_furniture_is_on_record() -> None:
    page = capture(document(FURNISHED, end=ENDING + SIGNED + BANNER))
    taken: dict[str, list[str]] = {}
    for piece in Lgsco.at(None).read([page]).pieces:
        taken.setdefault(piece.what, []).append(piece.text)
    assert taken["link"] == ["Back to Top", "Back to top", "Back to top", "Print this page"]
    assert taken["signature"] == ["Investigator’s decision on behalf of the Ombudsman"]
    assert len(taken["banner"]) == 6
    assert taken["header"][1:] == ["Decision : Upheld", "Decision date : 09 Oct 2022"]


def test_a_long_text_left_aside_is_warned_about() -> None:
    stray = f"<p>Print this page</p><p>{LONG * 4}</p>"
    decision = read(f"<h3>The complaint</h3><ol><li>{LONG}</ol>", end=ENDING + stray)
    assert any("left aside as after the end" in warning for warning in decision.warnings)
    before = read(f"<h3>The complaint</h3><ol><li>{LONG}</ol>", header=f"<p>{LONG * 4}</p>{HEADER}")
    assert any("left aside as outside the text" in warning for warning in before.warnings)


def test_the_account_notices_what_a_rule_forgets() -> None:
    blocks = [Block("one two"), Block("three\nfour")]
    whole = [Piece("paragraph", "one two"), Piece("paragraph", "three four")]
    assert misgivings(whole, [blocks]) == []
    assert misgivings(whole[:1], [blocks]) == ["9 characters of the page are not accounted for"]


def test_a_word_of_the_text_that_looks_like_furniture_stays() -> None:
    text = "I asked the Council to print this page and to move it back to top of the list."
    decision = read(f"<h3>The complaint</h3><ol><li>{text}</ol>", end="")
    assert [p.text for p in decision.paragraphs()] == [text]


# -- reports ---------------------------------------------------------------------------------------

REPORT = (
    "<h3>Summary</h3><p>A woman complained.</p><h3>The complaint</h3><p>{long}</p>"
    "<h3>Finding</h3><p>Fault causing injustice.</p><h3>Recommendations</h3>"
    "<p>The Council has agreed to:</p><ul><li>pay £250;<li>write a quote for:<ul><li>the wall</ul>"
    "</ul><p>{line}</p>"
)


@pytest.mark.parametrize(
    "line",
    [
        "Ombudsman satisfied with council response: 12 September 2017",
        "Ombudsman satisfied with council's response: 12 September 2017",
        "Ombudsman satisfied with the council’s response: 12 September 2017",
        "Ombudsman satisfied with Council's response: 12 September 2017",
        "Ombudsman satisfied with Council's response : 12 September 2017.",
    ],
)
def test_the_compliance_line_is_the_last_paragraph_verbatim_and_gives_the_date(line: str) -> None:
    decision = read(REPORT.format(long=LONG, line=line), opening="", end="")
    assert decision.kind is DecisionKind.REPORT
    assert decision.satisfied_on == date(2017, 9, 12)
    assert decision.satisfied_on_raw == line
    assert rows(decision.sections[-1]) == [
        (None, None, 0, "The Council has agreed to:"), (None, "•", 1, "pay £250;"),
        (None, "•", 1, "write a quote for:"), (None, "•", 2, "the wall"), (None, None, 0, line),
    ]  # fmt: skip
    assert outline(decision) == [
        ("complaint", "The complaint", None), ("findings", "Finding", None),
        ("recommendations", "Recommendations", None),
    ]  # fmt: skip


def test_a_compliance_line_with_an_unreadable_date_is_kept_and_warned_about() -> None:
    line = "Ombudsman satisfied with council's response: 31 June 2017"
    decision = read(REPORT.format(long=LONG, line=line), opening="", end="")
    assert (decision.satisfied_on, decision.satisfied_on_raw) == (None, line)
    assert any("31 June 2017" in warning for warning in decision.warnings)


def test_a_statement_is_a_statement_even_with_recommendations() -> None:
    text = f"<h3>Recommendations</h3><ol><li>{LONG}</ol>"
    assert read(text).kind is DecisionKind.STATEMENT


def chapters(parts: Sequence[str]) -> list[Page]:
    return [
        capture(
            document(part, opening="", end=""), URL if number == 0 else f"{URL}?chapter={number}"
        )
        for number, part in enumerate(parts)
    ]


def test_a_report_split_over_chapters_is_read_whole_and_once() -> None:
    first = f"<h3>The complaint</h3><ol><li>{LONG}</ol>"
    second = f"<h3>What I found</h3><ol><li>{LONG} Again.</ol>"
    pages = chapters([first, first, second + ENDING])
    decision = Lgsco.at(None).parse_decision(pages)
    assert [(p.number, p.text) for p in decision.paragraphs()] == [
        (1, LONG), (2, f"{LONG} Again."), (3, "I have completed my investigation of the matter."),
    ]  # fmt: skip
    assert decision.url == URL
    assert decision.text_sha256 == joined_hash([content_hash(page) for page in pages])


def test_a_chapter_of_another_decision_is_refused() -> None:
    first = f"<h3>The complaint</h3><ol><li>{LONG}</ol>"
    pages = chapters([first, first + "<p>x</p>"])
    stray = capture(document(first).replace("21 000 001", "21 000 002"), f"{URL}?chapter=2")
    with pytest.raises(Refused) as caught:
        Lgsco.at(None).parse_decision([*pages, stray])
    assert caught.value.reason == "wrong_reference"


def test_no_pages_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Lgsco.at(None).parse_decision([])


def test_a_saved_page_has_the_reference_of_its_own_title() -> None:
    page = capture(document(f"<h3>The complaint</h3><ol><li>{LONG}</ol>"), "file:///saved.html")
    decision = Lgsco.at(None).parse_decision([page])
    assert (decision.reference, decision.url) == ("21 000 001", "file:///saved.html")


# -- the real samples ------------------------------------------------------------------------------


def sample(name: str) -> tuple[Decision, str]:
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip(f"the sample {name} is not beside this project")
    html = path.read_bytes()
    page = Page.capture(url=path.as_uri(), body=html, fetched_at=datetime(2026, 1, 2, tzinfo=UTC))
    return Lgsco.at(None).parse_decision([page]), html.decode()


def words_of_items(html: str) -> list[str]:
    """The words of every list item and paragraph, by plain string work, as a check from outside."""
    article = html[html.index("<article") : html.index("</article>")]
    cut = re.split(r"</?(?:li|p|ul|ol|h\d|div|header|article)\b[^>]*>", article)
    return [" ".join(re.sub(r"<[^>]+>", "", piece).split()) for piece in cut]


def test_the_sample_statement_reads_as_its_page_says() -> None:
    decision, html = sample("20-011-198.html")
    assert decision.reference == "20 011 198"
    assert decision.body == "Hampshire County Council"
    assert (decision.category, decision.subcategory) == ("Children's care services", "Other")
    assert (decision.outcome, decision.decided_on) == (Outcome.CLOSED, date(2021, 3, 11))
    assert decision.kind is DecisionKind.STATEMENT
    assert [(s.kind.value, s.parent) for s in decision.sections] == [
        ("complaint", None), ("powers", None), ("method", None), ("findings", None),
        ("analysis", 4), ("final_decision", None),
    ]  # fmt: skip
    assert [[p.number for p in s.paragraphs] for s in decision.sections] == [
        [1], [2, 3], [4], [5, 6, 7], [8, 9], [10],
    ]  # fmt: skip
    on_page = words_of_items(html)
    for paragraph in decision.paragraphs():
        assert paragraph.text in on_page
        assert (paragraph.label, paragraph.level) == (None, 0)
    assert len(list(decision.paragraphs())) == 10
    assert decision.summary is not None
    assert f"Summary: {decision.summary}" in on_page
    everything = " ".join([decision.summary, *(p.text for p in decision.paragraphs())])
    for word in ("cookie", "Privacy settings", "Back to top", "Print", "behalf of the Ombudsman"):
        assert word not in everything
    assert decision.warnings == ()


def test_the_sample_report_reads_as_its_page_says() -> None:
    decision, html = sample("15-020-792.html")
    assert decision.kind is DecisionKind.REPORT
    assert decision.satisfied_on == date(2017, 9, 12)
    assert [s.kind for s in decision.sections] == [
        SectionKind.COMPLAINT, SectionKind.FINDINGS, SectionKind.RECOMMENDATIONS,
    ]  # fmt: skip
    assert [(p.label, p.level) for p in decision.sections[-1].paragraphs] == [
        (None, 0), ("•", 1), ("•", 2), ("•", 2), *[("•", 1)] * 5, (None, 0),
    ]  # fmt: skip
    on_page = words_of_items(html)
    assert all(p.text in on_page and p.number is None for p in decision.paragraphs())
    assert decision.summary in on_page
    paid = [
        (r.amount_pence, r.share_percent, r.payee) for r in decision.remedies if r.kind == "payment"
    ]
    assert paid == [
        (None, 50.0, None),
        (None, 100.0, None),
        (None, 50.0, None),
        (25000, None, "the woman"),
    ]
    assert decision.warnings == ()


def test_a_paragraph_of_hundreds_of_sums_is_kept_and_not_searched() -> None:
    line = "The Council has agreed to pay Mr X " + "£1 and " * (MOST_SUMS + 1)
    decision = read(f"<h3>Agreed action</h3><p>{line}</p>")
    assert decision.sections[0].paragraphs[0].text == line.strip()
    assert decision.remedies == ()
    assert any("too long to be searched" in warning for warning in decision.warnings)


def test_tens_of_thousands_of_sections_are_no_decision() -> None:
    with pytest.raises(Refused, match="no decision"), lifted():
        read("<h3>The matter</h3>" * MOST_PARTS)
