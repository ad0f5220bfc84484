"""The same decision in any markup gives the same reading.

The look-alike site invents decisions and writes each in many markups; the truth comes from the
invention, not from any parser.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.records import Decision, DecisionKind, Page, SectionKind
from archive.shapes import decision_json
from scraper.html import content_element, parse, squeezed_text, utf8
from scraper.parse_command import page_json
from scraper.reading import FileRead
from scraper.sources.lgsco import Lgsco
from scraper.sources.pieces import Piece
from tests.site.cases import Block, Case, Item, Part, expected_json
from tests.site.invention import invent
from tests.site.listing import Form, Query, results
from tests.site.markups import CHOICES, MARKUPS, Markup, render, truth
from tests.site.words import HEADINGS

BASE = "http://127.0.0.1:8000"
SOURCE = Lgsco.at(BASE)
CASES = invent(40, seed=11)
REPORTS = [case for case in invent(400, seed=3) if case.kind is DecisionKind.REPORT][:8]


def capture(html: str, url: str) -> Page:
    return Page.capture(url=url, body=html.encode(), fetched_at=datetime(2026, 7, 1, tzinfo=UTC))


def comparable(decision: Decision, *, depth: bool) -> Decision:
    """The decision without what the truth leaves out: hash, version, citations, remedies."""
    sections = decision.sections
    if not depth:
        sections = tuple(
            dataclasses.replace(
                section,
                paragraphs=tuple(
                    paragraph._replace(level=0, label=None) for paragraph in section.paragraphs
                ),
            )
            for section in sections
        )
    return dataclasses.replace(
        decision,
        sections=sections,
        text_sha256="",
        parser_version="",
        citations=(),
        remedies=(),
        cross_references=(),
    )


def account(page: Page, pieces: Sequence[Piece]) -> None:
    """Nothing lost, nothing added: the pieces, in order, are the text of the content element."""
    element = content_element(parse(utf8(page), page.url))
    assert element is not None
    on_page = squeezed_text(element).replace("\N{SOFT HYPHEN}", "")
    assert "".join("".join(piece.text.split()) for piece in pieces) == on_page


def printed(case: Case, markup: Markup) -> dict[str, object]:
    """What ``decisions parse --json`` prints of the page."""
    reading = SOURCE.read([capture(render(case, markup), BASE + case.path)])
    return page_json(FileRead("", *reading), with_url=True, explain=False)


def check(case: Case, markup: Markup) -> None:
    page = capture(render(case, markup), BASE + case.path)
    read, pieces = SOURCE.read([page])
    account(page, pieces)
    expected = truth(case, markup).expected(BASE)
    depth = markup.keeps_depth
    assert comparable(read, depth=depth) == comparable(expected, depth=depth)


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS.keys())
def test_invented_decisions_read_as_they_were_invented(markup: Markup) -> None:
    for case in (*CASES, *REPORTS):
        check(case, markup)


def test_the_json_is_the_one_the_invention_expects() -> None:
    for case in CASES[:10]:
        page = capture(render(case, MARKUPS["article"]), BASE + case.path)
        printed = decision_json(SOURCE.parse_decision([page]))
        expected = expected_json(case)
        assert {key: printed[key] for key in expected} == expected


@pytest.mark.parametrize("of", [2, 3])
def test_a_decision_in_chapters_reads_as_the_whole(of: int) -> None:
    for case in (*CASES[:6], *REPORTS[:3]):
        pages = [
            capture(
                render(case, MARKUPS["article"], chapter=(which, of)),
                BASE + case.path + (f"?chapter={which}" if which > 1 else ""),
            )
            for which in range(1, of + 1)
        ]
        assert list(SOURCE.chapter_urls(pages[0])) == [page.url for page in pages[1:]]
        read = comparable(SOURCE.parse_decision(pages), depth=True)
        assert read == comparable(case.expected(BASE), depth=True)


@pytest.mark.parametrize("form", ["spans", "line"])
def test_the_listing_of_the_look_alike_reads_as_it_was_written(form: Form) -> None:
    shown = CASES[:10]
    html = results(shown, 40, Query(), form=form)
    url = SOURCE.listing_url(date(2020, 1, 1), date(2026, 7, 1), 1)
    read = SOURCE.parse_listing(capture(html, url))
    assert (read.stated, read.has_next) == (40, True)
    assert [entry.url for entry in read.entries] == [BASE + case.path for case in shown]
    for entry, case in zip(read.entries, shown, strict=True):
        assert (entry.reference, entry.title) == (case.reference, case.title)
        assert (entry.kind, entry.outcome_raw) == (case.kind, case.outcome)
        assert (entry.subcategory, entry.decided_on) == (case.subcategory, case.decided_on)
        assert entry.summary == case.summary


# -- decisions and markups at random ---------------------------------------------------------------

_OPENERS = ("The Council", "Mr X", "She", "In June 2020", "We", "£150", "It is", "“No” was")
_WORDS = (
    *("council", "officer", "letter", "complaint’s", "housing", "12", "£250", "and", "Mrs", "Y"),
    *("care-plan", "(see", "below)", "‘fault’", "acknowledgement", "50%", "of", "3266", "the", "a"),
)
_sentence = st.builds(
    lambda opener, words, end: f"{opener} {' '.join(words)}{end}",
    st.sampled_from(_OPENERS),
    st.lists(st.sampled_from(_WORDS), min_size=2, max_size=30),
    st.sampled_from((".", ";", ":", " (Local Government Act 1974, section 24A(6), as amended)")),
)
_items = st.recursive(
    st.lists(st.builds(Item, _sentence), min_size=1, max_size=3).map(tuple),
    lambda inner: st.lists(st.builds(Item, _sentence, inner), min_size=1, max_size=2).map(tuple),
    max_leaves=5,
)
_listed = st.builds(
    lambda text, items, lettered, tail: Block(text, True, items, lettered, tail),
    _sentence, _items, st.booleans(), st.none() | _sentence,
)  # fmt: skip
_bracket = st.sampled_from(
    (
        "(Local Government Act 1974, sections 24A(6) and 26B, as amended)",
        "(Local Government Act 1974, section 26(1), as amended.",
        "(Care Act 2014, section 9)",
    )
).map(lambda text: Block(text, numbered=False))
_block = st.one_of(st.builds(Block, _sentence), _listed, _bracket)
_blocks = st.lists(_block, max_size=4).map(tuple)
_TOP = [(heading, kind) for heading, kind, sub in HEADINGS if not sub]
_SUB = [(heading, kind) for heading, kind, sub in HEADINGS if sub]
_OTHER = ("The kitchen floor", "Mr X’s letters", "School transport in 2020 and later")


@st.composite
def _parts(draw: st.DrawFn) -> tuple[Part, ...]:
    """Parts in any order; analysis and background stand under the findings or an assessment."""
    parts: list[Part] = []
    for heading, kind in draw(st.lists(st.sampled_from(_TOP), min_size=1, max_size=6)):
        under = [part.kind for part in parts if not part.sub]
        top = under[-1] if under else None
        adopted = kind is SectionKind.ANALYSIS and top in (
            SectionKind.FINDINGS,
            SectionKind.ANALYSIS,
        )
        parts.append(Part(heading, kind, adopted, draw(_blocks)))
        holder = top if adopted else kind
        if holder in (SectionKind.FINDINGS, SectionKind.ANALYSIS):
            for inner, inner_kind in draw(st.lists(st.sampled_from(_SUB), max_size=2)):
                parts.append(Part(inner, inner_kind, True, draw(_blocks)))
        if draw(st.booleans()):
            parts.append(
                Part(draw(st.sampled_from(_OTHER)), SectionKind.OTHER, True, draw(_blocks))
            )
    final = Block("I have completed my investigation and found that there was no fault.")
    return (*parts, Part("Final decision", SectionKind.FINAL_DECISION, False, (final,)))


_cases = st.builds(
    Case,
    reference=st.sampled_from(("21 000 001", "19 018 519c")),
    body=st.sampled_from(("Ashe & Kelby Council", "The Larches (Northmoor) Limited")),
    category=st.sampled_from(("Children's care services", "COVID-19")),
    subcategory=st.sampled_from(("Other", "Friends and family carers")),
    outcome=st.sampled_from(("Upheld", "Not upheld", "Closed after initial enquiries")),
    decided_on=st.dates(date(2018, 1, 1), date(2026, 1, 1)),
    kind=st.just(DecisionKind.STATEMENT),
    summary=_sentence.map(lambda text: text.removesuffix(":") + "."),
    parts=_parts(),
    published_on=st.just(date(2026, 6, 1)),
)
_markups = st.builds(
    Markup,
    st.sampled_from(("one", "two", "three")),
    **{name: st.sampled_from(values) for name, values in CHOICES.items()},
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_cases, _markups)
def test_any_decision_in_any_markup(case: Case, markup: Markup) -> None:
    check(case, markup)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_cases | st.sampled_from((*CASES, *REPORTS)), _markups, st.booleans())
def test_any_decision_prints_the_same_json_in_any_markup(
    case: Case, markup: Markup, straight: bool
) -> None:
    """Citations and remedies and all; quotes and the depth of typed bullets are other words."""
    markup = dataclasses.replace(
        markup,
        straight=straight,
        bullets="sibling" if markup.bullets == "typed" else markup.bullets,
    )
    usual = dataclasses.replace(MARKUPS["article"], straight=straight)
    assert printed(case, markup) == printed(case, usual)
