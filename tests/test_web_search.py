"""The front page and the page of a search do what they say, without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote_plus

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser as Tree
from selectolax.lexbor import LexborNode as Node
from werkzeug.datastructures import MultiDict

from archive.config import Config
from archive.opening import open_to_write
from archive.passing_on import RESTRICTED_NOTICE, WITHDRAWN_NOTICE
from archive.reader import open_texts
from archive.records import Decision, Outcome, Paragraph, Section, SectionKind
from archive.screen import clean
from search.errors import IndexUnusable
from search.query import SearchResults
from search.request import SearchRequest
from search.web.application import create_app
from search.web.asking import LAST_OFFSET, request_of
from search.web.errors import TooBusy, TooSlow
from search.web.guide import EXAMPLES, LANGUAGE, PARTS
from search.web.jobs import JOBS
from search.web.narrowing import Asked
from search.web.site import Answering, Choices
from tests.exporting import WITHDRAWN, fill, hostile, run, settings
from tests.specimens import NOON, SOURCE, decision, later, page
from tests.web import client, over
from tests.web_structure import faults, words

COUNCILS = ("Ambleford Borough Council", "Ambleford Parish Council", "Kell Council")
CATEGORIES = (("Housing", "Allocations"), ("Housing", "Other"), ("Planning", "Other"))
OUTCOMES = ((Outcome.UPHELD, "Upheld"), (Outcome.NOT_UPHELD, "Not upheld"))
PLANTED = '<script>alert("late")</script> & <b>late</b> \u202egnihtemos\u202c late'
HIDDEN = "recognisable"


def _told(reference: str, turn: int) -> Decision:
    body = COUNCILS[turn % 3]
    category, subcategory = CATEGORIES[turn % 3 if turn % 2 else 0]
    outcome, raw = OUTCOMES[turn % 2]
    texts = (
        "Mr D says the tuition came late. The tuition was never arranged in time.",
        "We may look at late complaints.",
        "The EHCP was late." if turn % 4 else "The EHC plan was late.",
    )
    kinds = (SectionKind.COMPLAINT, SectionKind.POWERS, SectionKind.FINDINGS)
    heads = ("The complaint", "The Ombudsman’s role and powers", "What I found")
    sections = tuple(
        Section(kind, head, at, None, (Paragraph(at, at if at != 2 else None, None, 0, text),))
        for at, (kind, head, text) in enumerate(zip(kinds, heads, texts, strict=True), 1)
    )
    return decision(
        reference,
        title=f"{body} ({reference})",
        body=body,
        category=category,
        subcategory=subcategory,
        category_raw=f"{category} > {subcategory}",
        outcome=outcome,
        outcome_raw=raw,
        decided_on=date(2023 + turn % 3, 1 + turn, 5),
        summary=None,
        sections=sections,
        findings=(),
        citations=(),
        cross_references=(),
        remedies=(),
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eleven decisions about late tuition, a hostile one, one withdrawn, one restricted."""
    there = tmp_path_factory.mktemp("searched")
    held = [_told(f"24 000 {turn:03}", turn) for turn in range(11)]
    hidden = [
        replace(_told(name, 3), title=f"{HIDDEN} title", summary=f"{HIDDEN} summary")
        for name in (WITHDRAWN, "24 009 999")
    ]
    fill(there, [*held, *hidden, replace(hostile("24 005 000", PLANTED), body="Kell Council")])
    done = run(there, "restrict", "24 009 999", "--reason", "a question", "--by", "the editor")
    assert done.exit_code == 0, done.output
    return there


@pytest.fixture
def room(home: Path) -> FlaskClient:
    return client(home)


def opened(room: FlaskClient, path: str, status: int = 200) -> Tree:
    response = room.get(path)
    assert response.status_code == status, response.text
    assert faults(response.text) == []
    return Tree(response.text)


def link(node: Node | None) -> str:
    assert node is not None
    return node.attributes["href"] or ""


def total(tree: Tree) -> int:
    said = words(tree.css_first("#found"))
    return 0 if said == "Nothing found" else int(said.split()[0].replace(",", ""))


def titles(tree: Tree) -> list[str]:
    return [words(node) for node in tree.css(".hit h3")]


# --- facets and chips -----------------------------------------------------------------------------


def choices(tree: Tree) -> dict[tuple[str, str], Node]:
    return {
        (words(group.css_first("h3")), words(one.css_first(".words"))): one
        for group in tree.css(".facet")
        for one in group.css("a")
    }


def count_of(one: Node) -> int:
    return int(re.sub(r"\D", "", words(one.css_first(".count"))))


@pytest.mark.parametrize(
    "path",
    [
        "/search",
        "/search?q=late",
        "/search?q=late&body=ambleford",
        "/search?q=late&from=2023-03&to=2025-02",
        "/search?category=housing",
        "/search?category=allocations",
        "/search?category=other",
        "/search?q=tuition&outcome=upheld&year=",
    ],
)
def test_a_value_leaves_as_many_decisions_as_its_count_says(room: FlaskClient, path: str) -> None:
    if "year=" in path:
        assert room.get(path).status_code == 400  # there is no such name
        path = path.replace("&year=", "")
    tree = opened(room, path)
    found = {
        name: one for name, one in choices(tree).items() if "aria-current" not in one.attributes
    }
    assert len(found) > 3
    for name, one in found.items():
        narrowed = opened(room, link(one))
        assert total(narrowed) == count_of(one), name
        chosen = choices(narrowed)[name]
        assert chosen.attributes["aria-current"] == "true"
        assert "chosen" in words(chosen)
        assert count_of(chosen) == total(narrowed)


def test_a_chosen_value_is_taken_away_by_its_own_link_or_its_chip(room: FlaskClient) -> None:
    before = opened(room, "/search?q=late")
    narrowed = opened(room, link(choices(before)["Outcome", "Upheld"]))
    assert total(narrowed) < total(before)
    for back in (choices(narrowed)["Outcome", "Upheld"], narrowed.css_first(".chip")):
        assert titles(opened(room, link(back))) == titles(before)


def test_each_chip_takes_its_own_filter_away_and_no_other(room: FlaskClient) -> None:
    path = (
        "/search?q=late&sort=newest&body=ambleford&category=Housing&outcome=not+upheld&outcome=upheld"
        "&kind=statement&from=2023&to=2025-12&remedy-max=9,000&section=findings&not=school&phrase=was+late"
    )
    tree = opened(room, path)
    said = [words(chip).split(" ×")[0] for chip in tree.css(".active .chip")]
    assert said == [
        "Exactly: was late",
        "Without: school",
        "Words in: findings",
        "Council or provider: ambleford",
        "Category: Housing",
        "Outcome: Not upheld",
        "Outcome: Upheld",
        "Kind: Statement",
        "Decided: 2023 to 2025-12",
        "Largest sum: up to £9,000",
        "Take all filters away",
    ]
    *filters, everything = tree.css(".active .chip")
    for at, chip in enumerate(filters):
        left = [words(one).split(" ×")[0] for one in opened(room, link(chip)).css(".active .chip")]
        assert left == said[:at] + said[at + 1 :]
    assert link(everything) == "/search?q=late&sort=newest"


def test_values_are_told_apart_from_each_other_but_not_by_their_spelling() -> None:
    asked = Asked(
        [("category", "Children’s care"), ("phrase", "&"), ("phrase", "£5"), ("offset", "9")]
    )
    assert asked.has("category", "children-s-care")
    assert asked.without("phrase", value="&").address() == (
        "/search?category=Children%E2%80%99s+care&phrase=%C2%A35"
    )
    assert asked.put("category", "x").values("offset") == []


# --- hits -----------------------------------------------------------------------------------------


def answer(home: Path, query: str, **more: Any) -> SearchResults:
    asked = SearchRequest(query=query, **more)
    found: SearchResults = JOBS["search"].work(settings(home), asked, False)
    return found


@pytest.mark.parametrize("query", ["late", "tuition late", '"came late"', "summary:late", "script"])
def test_marks_stand_exactly_where_the_search_says(
    home: Path, room: FlaskClient, query: str
) -> None:
    tree = opened(room, f"/search?q={query.replace(' ', '+')}&limit=50")
    shown = tree.css(".quote .said")
    snippets = [one for hit in answer(home, query, limit=50).hits for one in hit.snippets]
    assert len(shown) == len(snippets) > 0
    for node, snippet in zip(shown, snippets, strict=True):
        assert node.text() == clean(
            ("… " if snippet.before else "") + snippet.text + (" …" if snippet.after else "")
        )
        marks = [clean(snippet.text[start:end]) for start, end in snippet.marks]
        assert [mark.text() for mark in node.css("mark")] == marks
        assert [child.tag for child in node.iter() if child.tag != "mark"] == []


def test_a_text_is_never_markup(room: FlaskClient) -> None:
    html = room.get("/search?q=alert").text
    assert "<script>alert" not in html
    assert "\u202e" not in html
    assert "&lt;script&gt;" in html


def test_a_query_is_never_markup(room: FlaskClient) -> None:
    for name in ("q", "from", "section", "body", "sort", "zz<b>"):
        html = room.get("/search", query_string={name: '"><script>x</script>\u202e'}).text
        assert "<script>x" not in html
        assert "\u202e" not in html
        assert faults(html) == []


def test_a_quotation_says_where_it_stands_and_whose_words_they_are(room: FlaskClient) -> None:
    tree = opened(room, "/search?q=%22tuition+came+late%22&sort=oldest")
    quote = tree.css_first(".quote")
    assert quote is not None
    assert words(quote.css_first(".where a")) == "The complaint, paragraph 1"
    assert words(quote.css_first(".whose")) == "complainant's account"
    assert link(quote.css_first(".where a")) == "/decision/lgsco/24-000-000#p1"
    powers = opened(room, "/search?q=powers:complaints&sort=oldest").css_first(".where a")
    assert link(powers) == "/decision/lgsco/24-000-000#o2"


def test_standard_wording_is_told_with_its_share(home: Path) -> None:
    from search.snippets import Snippet
    from search.web.showing import place_words, whose_words

    base = Snippet("findings", "What I found", 1, 3, 7, None, "x", ())
    assert place_words(base) == "What I found, paragraph 7"
    assert place_words(replace(base, paragraph=None, label="b", within=28)) == (
        "What I found, paragraph 28(b)"
    )
    assert place_words(replace(base, paragraph=None, label="•", within=28)) == (
        "What I found, in paragraph 28"
    )
    assert place_words(replace(base, heading=None, section="summary", paragraph=None)) == "Summary"
    standard = replace(base, voice="standard wording", share=0.934)
    assert whose_words(standard) == "standard wording, in 93% of decisions"
    assert whose_words(replace(base, heading="Agreed action", voice="agreed action")) == ""
    assert whose_words(base) == ""


def test_pages_have_every_hit_once_and_lead_both_ways(room: FlaskClient) -> None:
    path = "/search?q=late&limit=4"
    seen: list[str] = []
    back: list[str] = []
    while path:
        tree = opened(room, path)
        seen.extend(titles(tree))
        before = tree.css_first(".pager a[rel=prev]")
        if back:
            assert titles(opened(room, link(before))) == back
        else:
            assert before is None
        back = titles(tree)
        after = tree.css_first(".pager a[rel=next]")
        path = "" if after is None else link(after)
    assert len(seen) == len(set(seen)) == 12 == total(tree)
    assert "9 to 12 of 12" in words(tree.css_first(".pager"))
    beyond = opened(room, "/search?q=late&offset=500")
    assert "beyond the last" in words(beyond.css_first(".results"))


def test_the_order_can_be_chosen_and_is_said(room: FlaskClient) -> None:
    tree = opened(room, "/search?q=late&outcome=upheld&limit=50")
    assert words(tree.css_first(".order strong")) == "Best match"
    newest = next(one for one in tree.css(".order a") if words(one) == "Newest")
    ordered = opened(room, link(newest))
    days = [node.attributes["datetime"] for node in ordered.css(".hit time")]
    assert days == sorted(days, key=str, reverse=True)
    assert words(ordered.css_first(".order strong")) == "Newest"
    assert words(ordered.css_first(".active .chip")).startswith("Outcome: Upheld")


def test_a_search_can_be_taken_along_with_all_its_filters(room: FlaskClient) -> None:
    tree = opened(room, "/search?q=late&outcome=upheld&sort=newest&limit=2&offset=2")
    links = [link(one) for one in tree.css(".take a")]
    assert links == [
        "/search.csv?q=late&outcome=upheld&sort=newest",
        "/search.jsonl?q=late&outcome=upheld&sort=newest",
        "/api/v1/search?q=late&outcome=upheld&sort=newest",
        "/search.atom?q=late&outcome=upheld",
    ]
    feed = tree.css_first('link[rel="alternate"]')
    assert feed is not None
    assert link(feed) == links[-1]


def test_who_published_the_words_is_said_under_them(room: FlaskClient) -> None:
    assert words(opened(room, "/search?q=late").css_first(".attribution")) == SOURCE.attribution


# --- the form -------------------------------------------------------------------------------------


def sent(tree: Tree, **typed: str) -> str:
    """Where a browser goes when the form is sent as it stands, but for what is typed."""
    pairs: list[tuple[str, str]] = []
    form = tree.css_first("form.search")
    assert form is not None
    assert (form.attributes["action"], form.attributes["method"]) == ("/search", "get")
    for node in form.css("input, select"):
        name = node.attributes["name"] or ""
        if node.tag == "select":
            chosen = node.css_first("option[selected]") or node.css_first("option")
            value = "" if chosen is None else chosen.attributes["value"] or ""
        else:
            value = node.attributes.get("value") or ""
        pairs.append((name, typed.get(name, value)))
    return Asked(pairs).address()


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=late",
        "/search?q=late&body=ambleford&outcome=upheld&outcome=not_upheld&sort=newest",
        "/search?q=late&from=2023&to=2024-06&section=findings&remedy-min=0",
        "/search?q=late&section=findings&section=complaint&not=zebra&expand=1",
        "/search?q=late&section=heading",
    ],
)
def test_the_form_sends_all_filters_again_whatever_is_typed(room: FlaskClient, path: str) -> None:
    tree = opened(room, path)
    again = request_of(_values(sent(tree)), others=("expand",))
    assert again == request_of(_values(path), others=("expand",))
    other = request_of(_values(sent(tree, q="tuition")), others=("expand",))
    assert other == replace(again, query="tuition")


def _values(path: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(path.partition("?")[2], keep_blank_values=True))


def test_a_new_search_begins_at_its_first_page(room: FlaskClient) -> None:
    tree = opened(room, "/search?q=late&limit=2&offset=4")
    assert "offset" not in sent(tree)
    links = [link(one) for one in tree.css(".narrow a, .active a, .order a")]
    assert links
    assert not [one for one in links if "offset" in one]


# --- help -----------------------------------------------------------------------------------------


def test_what_can_be_typed_is_what_is_understood(room: FlaskClient) -> None:
    tree = opened(room, "/search")
    shown = tree.css(".language a")
    assert [words(one) for one in shown] == [typed for typed, _ in LANGUAGE]
    for one in [*shown, *opened(room, "/").css(".front .chip")]:
        assert room.get(link(one)).status_code == 200
    assert len(opened(room, "/").css(".front .chip")) == len(EXAMPLES)


def test_every_part_in_the_form_can_be_asked_for(room: FlaskClient) -> None:
    for value, _ in PARTS:
        tree = opened(room, f"/search?q=late&section={value}")
        assert tree.css_first(f'option[value="{value}"][selected]') is not None


def test_another_spelling_is_offered_as_a_link_that_finds_it(room: FlaskClient) -> None:
    tree = opened(room, "/search?q=tution&outcome=upheld&sort=newest")
    assert words(tree.css_first("#found")) == "Nothing found"
    offered = tree.css_first(".meant a")
    assert "tuition" in words(offered)
    there = opened(room, link(offered))
    assert total(there) == int(words(tree.css_first(".meant .small")).split()[0])
    assert "sort=newest" in link(offered)


def test_other_names_are_offered_counted_and_looked_for_when_asked(
    home: Path, room: FlaskClient
) -> None:
    tree = opened(room, "/search?q=EHCP")
    offer = tree.css_first(".notice a")
    more = int(re.findall(r"(\d+) more", words(offer))[0])
    wider = opened(room, link(offer))
    assert more > 0
    assert total(wider) == total(tree) + more == 11
    assert "EHC plan" in words(wider.css_first(".results"))
    for one in wider.css(".take a"):
        taken = answer(home, _values(link(one))["q"])
        assert taken.total == total(wider)
    narrower = next(a for a in wider.css(".results a") if words(a) == "Only what was typed")
    assert total(opened(room, link(narrower))) == total(tree)


def test_remarks_say_which_sign_means_nothing_here(room: FlaskClient) -> None:
    assert "for either of two write OR" in words(opened(room, "/search?q=noise+|+late").body)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/search?q=zebra", "Try fewer words"),
        ("/search?q=zebra&outcome=upheld", "Take a filter away"),
        ("/search?outcome=closed", "Take one of them away"),
        ("/search?q=99+999+999", "No decision of this reference"),
    ],
)
def test_nothing_found_says_what_to_try(room: FlaskClient, path: str, said: str) -> None:
    assert said in words(opened(room, path).css_first(".results"))


# --- what may not be shown ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "notice"), [(WITHDRAWN, WITHDRAWN_NOTICE), ("24 009 999", RESTRICTED_NOTICE)]
)
@pytest.mark.parametrize("form", ["{}", " {} ", "https://example.org/decisions/x/{}"])
def test_a_withheld_decision_is_named_with_its_date_and_a_notice_alone(
    room: FlaskClient, reference: str, notice: str, form: str
) -> None:
    asked = form.format(reference.replace(" ", "-") if "/" in form else reference)
    response = room.get("/search", query_string={"q": asked})
    tree = Tree(response.text)
    card = tree.css_first(".withheld")
    assert faults(response.text) == []
    assert words(card) == (f"{reference} Decided on 5 April 2023 {notice} What is held, and why")
    assert HIDDEN not in response.text
    assert "Kell" not in words(tree.css_first("main"))


def test_a_withheld_decision_is_not_named_by_a_part_of_a_query(room: FlaskClient) -> None:
    for query in (f"late {WITHDRAWN}", WITHDRAWN[:-1], f"{WITHDRAWN} OR late", "777"):
        tree = Tree(room.get("/search", query_string={"q": query}).text)
        assert tree.css_first(".withheld") is None


def test_words_of_withheld_texts_are_nowhere(room: FlaskClient) -> None:
    """Neither in counts nor in what is offered: such a word is as unknown as one in no text."""

    def without_time(query: str) -> str:
        html = room.get("/search", query_string={"q": query}).text
        return (
            re.sub(r"in \d+\.\d+ seconds", "", html)
            .replace(query, "WORD")
            .replace(quote_plus(query), "WORD")
        )

    assert without_time(HIDDEN) == without_time("zzzzz")
    assert without_time(HIDDEN[:-1] + "*") == without_time("zzzzz*")
    assert "Did you mean" not in without_time(HIDDEN[:-1])


def test_the_local_operator_may_ask_for_withdrawn_texts_but_not_for_restricted(home: Path) -> None:
    room = client(home, include_withdrawn=True)
    tree = opened(room, f"/search?q={HIDDEN}")
    assert total(tree) == 1
    assert "withdrawn from the Ombudsman’s site since" in words(tree.css_first(".hit .facts"))
    assert opened(room, "/search?q=24+007+777").css_first(".withheld") is None
    assert opened(room, "/search?q=24+009+999").css_first(".withheld") is not None


# --- what goes wrong ------------------------------------------------------------------------------


def test_a_query_that_cannot_be_read_is_shown_with_the_place(room: FlaskClient) -> None:
    tree = opened(room, "/search?q=noise+(dog+OR&outcome=upheld", status=400)
    pointed = tree.css_first(".pointed code")
    assert words(tree.css_first("#trouble h2")) == "That query cannot be read"
    assert pointed is not None
    assert pointed.text().replace(" (here:) ", "") == "noise (dog OR"
    assert words(tree.css_first(".caret")) == "O"
    box = tree.css_first("#q")
    assert box is not None
    assert (box.attributes["value"], box.attributes["aria-describedby"]) == (
        "noise (dog OR",
        "trouble",
    )
    assert words(tree.css_first(".active .chip")).startswith("Outcome: Upheld")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/search?from=yesterday", "from: 'yesterday' is not a date"),
        ("/search?outcome=guilty", "'guilty' is not one of"),
        ("/search?remedy-min=lots", "is not an amount"),
        ("/search?nonsense=1", "there is no parameter 'nonsense'"),
        ("/search?q=a&q=b", "more than once"),
        (f"/search?offset={LAST_OFFSET + 1}", "is not between"),
        ("/search?q=" + "x" * 1001, "longer than 1000"),
        ("/search?q=%00", "no text has"),
        ("/search?from=2024&to=2023", "'from' is more than 'to'"),
    ],
)
def test_an_address_that_cannot_be_meant_is_told_on_the_page(
    room: FlaskClient, path: str, said: str
) -> None:
    assert said in words(opened(room, path, status=400).css_first("#trouble"))


class Failing(Answering):
    """Answers with an error, or with what it is given."""

    def __init__(self, outcome: Exception | Callable[..., object]) -> None:
        self._outcome = outcome
        self.asked: list[str] = []

    def ask(self, job: str, *arguments: Any) -> Any:
        self.asked.append(job)
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome(job, *arguments)


def failing(home: Path, outcome: Exception | Callable[..., object]) -> tuple[FlaskClient, Failing]:
    answering = Failing(outcome)
    site = replace(over(settings(home)), answering=answering)
    return create_app(site).test_client(), answering


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TooSlow("given up"), "That took too long"),
        (TooBusy("full"), "Many people are searching"),
        (IndexUnusable("There is no index. Run: decisions index"), "Not just now"),
    ],
)
def test_a_search_that_cannot_be_had_leaves_the_form_as_it_was(
    home: Path, error: Exception, said: str
) -> None:
    room, _ = failing(home, error)
    response = room.get("/search?q=late+tuition")
    tree = Tree(response.text)
    assert response.status_code == 503
    assert (response.headers["Retry-After"], response.headers["Cache-Control"]) == ("5", "no-store")
    assert faults(response.text) == []
    assert words(tree.css_first("#trouble h2")) == said
    assert sent(tree) == "/search?q=late+tuition&from=&to=&section=&remedy-min="


def test_a_stranger_is_not_told_of_files_and_commands(home: Path) -> None:
    site = replace(
        over(settings(home), Choices(public=True)),
        answering=Failing(IndexUnusable("/srv/x is damaged. Run: decisions index")),
    )
    html = create_app(site).test_client().get("/search?q=late").text
    assert "come back later" in html
    assert "/srv/x" not in html


def test_an_empty_archive_is_no_error(tmp_path: Path) -> None:
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None):
        pass
    tree = opened(client(tmp_path), "/search?q=late")
    assert "no decision has been fetched" in words(tree.css_first("#trouble"))
    assert "Nothing yet" in words(opened(client(tmp_path), "/").css_first("main"))


def test_a_search_that_lags_behind_says_so(tmp_path: Path) -> None:
    fill(tmp_path, [decision("24 001 001")])
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None) as archive:
        held = archive.save_page(page("24 001 002"))
        archive.save_decision(archive.register(SOURCE), decision("24 001 002"), [held], at=later(9))
    assert "one change is not in it yet" in words(opened(client(tmp_path), "/search").body)


def test_hits_beyond_the_last_page_are_for_a_download(home: Path) -> None:
    held = answer(home, "late", limit=10)

    def many(job: str, asked: SearchRequest, *_: object) -> SearchResults:
        return replace(held, total=LAST_OFFSET + 500)

    room, _ = failing(home, many)
    tree = opened(room, f"/search?q=late&offset={LAST_OFFSET}")
    assert tree.css_first(".pager a[rel=next]") is None
    assert "a download has more of them" in words(tree.body)
    tree = opened(room, f"/search?q=late&offset={LAST_OFFSET - 10}")
    assert link(tree.css_first(".pager a[rel=next]")).endswith(f"offset={LAST_OFFSET}")


def test_a_council_asked_for_by_an_old_name_is_told(tmp_path: Path) -> None:
    old, new = "Oldbury Council", "Newbury Council"
    fill(tmp_path, [decision("24 001 001", body=old), decision("24 001 002", body=new)])
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None) as archive:
        archive.bodies.merge(old, new, at=later(9))
    tree = opened(client(tmp_path), "/search", status=200)
    tree = opened(client(tmp_path), "/search?body=Oldbury+Council")
    said = [words(node) for node in tree.css(".results .small")]
    assert any("goes under Newbury Council" in one for one in said), said


# --- the front page -------------------------------------------------------------------------------


def test_the_front_page_says_how_much_there_is_and_what_came_last(room: FlaskClient) -> None:
    tree = opened(room, "/")
    figures = {
        words(one.css_first("dt")): words(one.css_first("dd")) for one in tree.css(".figures > div")
    }
    assert figures["decisions"] == "14"
    assert figures["decided between"] == "5 January 2023 and 5 September 2025"
    assert "One decision that the Ombudsman withdrew is shown by reference" in words(tree.body)
    newest = [words(one) for one in tree.css(".newest h3")]
    assert len(newest) == 6
    assert newest[1:3] == [
        "Ambleford Parish Council (24 000 010)",
        "Ambleford Borough Council (24 000 009)",
    ]
    assert HIDDEN not in room.get("/").text
    assert words(tree.css_first("footer p")) == SOURCE.attribution


def test_the_front_page_says_when_the_site_was_last_looked_at(tmp_path: Path) -> None:
    fill(tmp_path, [decision("24 001 001")])
    assert "last looked at" not in words(opened(client(tmp_path), "/").body)
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None) as archive:
        number = archive.register(SOURCE)
        for minutes, ends in ((0, True), (1440, True), (9000, False)):
            crawl = archive.runs.start(
                number, at=later(minutes), first_day=None, last_day=None, body=""
            )
            if ends:
                archive.runs.finish(crawl, at=later(minutes + 1), exit_code=0)
    told = words(opened(client(tmp_path), "/").body)
    assert "The Ombudsman’s site was last looked at on 3 March 2026." in told


@pytest.mark.parametrize("error", [TooSlow("given up"), TooBusy("full")])
def test_the_front_page_does_without_its_counts(home: Path, error: Exception) -> None:
    room, _ = failing(home, error)
    tree = opened(room, "/")
    assert "cannot be had" in words(tree.body)
    told = room.get("/")
    assert (told.headers["Cache-Control"], told.headers.get("ETag")) == ("no-store", None)
    assert len(tree.css(".newest h3")) == 6


def test_the_counts_are_made_once_for_each_state_of_the_archive(tmp_path: Path) -> None:
    fill(tmp_path, [decision("24 001 001")])
    room, answering = failing(
        tmp_path, lambda job, *given: JOBS[job].work(settings(tmp_path), *given)
    )
    for _ in range(3):
        assert words(opened(room, "/").css_first(".figures dd")) == "1"
    assert answering.asked == ["totals"]
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None) as archive:
        held = archive.save_page(page("24 001 002"))
        archive.save_decision(archive.register(SOURCE), decision("24 001 002"), [held], at=later(9))
    assert words(opened(room, "/").css_first(".figures dd")) == "2"
    assert answering.asked == ["totals"] * 2


def test_every_page_has_the_same_way_about(room: FlaskClient) -> None:
    for path, current in (("/", None), ("/search", "Search"), ("/about", "About")):
        tree = opened(room, path)
        nav = tree.css('nav[aria-label="Main"] a')
        assert [words(one) for one in nav][:2] == ["Search", "Councils and providers"]
        assert [words(one) for one in nav if "aria-current" in one.attributes] == (
            [] if current is None else [current]
        )


def test_the_small_files_are_there(room: FlaskClient) -> None:
    for name, kind in (
        ("style.css", "text/css"),
        ("icon.svg", "image/svg+xml"),
        ("search.js", "text/javascript"),
    ):
        with room.get(f"/static/{name}") as response:
            assert response.status_code == 200
            assert response.mimetype == kind


def test_what_came_last_is_read_from_either_database(tmp_path: Path, database_url: str) -> None:
    config = Config(home=tmp_path, database_url=database_url)
    held = [decision(reference) for reference in ("24 001 001", WITHDRAWN, "24 001 003")]
    fill(tmp_path, held, config)
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        crawl = archive.runs.start(
            archive.source_id("lgsco"), at=NOON, first_day=None, last_day=None, body=""
        )
        archive.runs.finish(crawl, at=later(1), exit_code=0)
    with open_texts(database_url) as texts:
        headers = texts.decisions(texts.newest(9))
        assert [headers[one]["reference"] for one in texts.newest(9)] == [
            "24 001 003",
            "24 001 001",
        ]
        assert len(texts.newest(1)) == 1
        assert texts.last_crawl() == NOON.date()


def test_what_is_taken_along_is_there(room: FlaskClient) -> None:
    """Every link to another form of the search answers, with as many decisions."""
    path = "/search?q=late&outcome=upheld&body=ambleford&sort=newest&limit=2&offset=2"
    tree = opened(room, path)
    links = {words(one): link(one) for one in tree.css(".take a")}
    with room.get(links["Spreadsheet (CSV)"]) as csv_file:
        assert csv_file.status_code == 200
    with room.get(links["JSON lines"]) as lines:
        assert len(
            {json.loads(line)["reference"] for line in lines.get_data(as_text=True).splitlines()}
        ) == total(tree)
    assert room.get(links["JSON"]).get_json()["total"] == total(tree)
    assert room.get(links["Feed of what is new (Atom)"]).mimetype == "application/atom+xml"
