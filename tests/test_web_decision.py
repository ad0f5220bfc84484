"""A decision's page: the words as they stand, an anchor for each paragraph, and what is ours marked
as ours."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from archive.bibliography import ENTRIES
from archive.citing import LINES
from archive.citing_held import cite_held
from archive.opening import open_to_read, open_to_write
from archive.records import (
    Citation,
    CitationKind,
    CrossReference,
    Decision,
    Finding,
    Outcome,
    Paragraph,
    Section,
    SectionKind,
    StoredDecision,
)
from search.web import addresses
from search.web.application import create_app
from search.web.law import outside
from search.web.reading import Piece, lay_out
from tests.exporting import HOSTILE, LONG, WITHDRAWN, fill, run, settings, specimens
from tests.reading_room import amend, got, held, links, one, text, tree
from tests.specimens import NOON, SOURCE, decision, later, page
from tests.web import client, over

REF = "24 001 234"
AT = "/decision/lgsco/24-001-234"
SHOWN = [each.reference for each in specimens() if each.reference != WITHDRAWN]


def made(directory: Path, *decisions: Decision) -> Path:
    fill(directory, list(decisions))
    return directory


def only(*paragraphs: Paragraph, **changes: object) -> Decision:
    section = Section(SectionKind.FINDINGS, "What I found", 1, None, paragraphs)
    nothing = {"citations": (), "remedies": (), "cross_references": (), "findings": ()}
    return decision(**{"sections": (section,), **nothing, **changes})  # type: ignore[arg-type]  # of a specimen


# --- the address ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelt",
    [
        "lgsco/24 001 234", "lgsco/24001234", "LGSCO/24-001-234", "24-001-234", "24 001 234",
        "lgsco/Northmoor District Council (24 001 234)", "lgsco/24.001.234",
    ],
)  # fmt: skip
def test_any_spelling_leads_to_the_one_address(room_home: Path, spelt: str) -> None:
    for version in ("", "@1"):
        for ending in ("", "/cite", "/similar"):
            response = got(room_home, f"/decision/{spelt}{version}{ending}")
            assert response.status_code == 301
            assert response.headers["Location"] == AT + version + ending


def test_the_redirect_keeps_what_was_asked_of_it(room_home: Path) -> None:
    response = got(room_home, "/decision/24001234/cite?paragraph=3")
    assert response.headers["Location"] == f"{AT}/cite?paragraph=3"


def test_an_old_reference_with_slashes_is_found(tmp_path: Path) -> None:
    home = made(tmp_path, only(Paragraph(1, 1, None, 0, "Words."), reference="05/C/13158"))
    for spelt in ("lgsco/05/C/13158", "05/C/13158"):
        response = got(home, f"/decision/{spelt}")
        assert (response.status_code, response.headers["Location"]) == (
            301,
            "/decision/lgsco/05-c-13158",
        )
    assert got(home, "/decision/lgsco/05-c-13158").status_code == 200


@pytest.mark.parametrize(
    "spelt",
    [
        "lgsco/99-999-999", "lgsco/x", "nowhere/24-001-235", "lgsco/24-001-234@0",
        "lgsco/24-001-234@x", "lgsco/24-001-234@", "lgsco/24-001-234@2", "lgsco/%",
        "lgsco/" + "9" * 5000, "lgsco/'; DROP TABLE decision; --",
        "lgsco/24-001-234@99999999999999999999", "lgsco/24-001-234/else", "@1", "lgsco/@1",
    ],
)  # fmt: skip
def test_what_is_not_held_is_said_with_what_is_covered(room_home: Path, spelt: str) -> None:
    response = got(room_home, f"/decision/{spelt}")
    assert response.status_code == 404
    assert "made from 31 March 2025 to 9 June 2025" in response.text
    assert f"{len(specimens())} published decisions" in response.text
    assert "decisions status" not in response.text
    assert "'" + "9" * 300 not in response.text


def test_a_reference_that_lacks_its_letter_is_told_which_there_are(tmp_path: Path) -> None:
    home = made(tmp_path, *(decision(f"24 001 234{letter}") for letter in "ab"))
    assert "24 001 234a, 24 001 234b; name one of them" in got(home, AT).text


# --- the text -------------------------------------------------------------------------------


@pytest.mark.parametrize("reference", SHOWN)
def test_every_paragraph_stands_there_word_for_word_under_its_anchor(
    room_home: Path, reference: str
) -> None:
    found = tree(got(room_home, addresses.decision("lgsco", reference)))
    kept = held(room_home, reference)
    paragraphs = list(kept.paragraphs())
    assert [node.text() for node in found.css(".para > .verbatim")] == [p.text for p in paragraphs]
    for each in paragraphs:
        anchor = addresses.anchor(each.number, each.ordinal)
        assert one(found, f"#{anchor} > .verbatim").text() == each.text
    assert one(found, ".summary .verbatim").text() == kept.summary
    assert [node.text() for node in found.css(".part > :is(h2, h3, h4)")] == [
        section.heading for section in kept.sections if section.heading
    ]


def test_every_name_in_the_page_is_given_once_and_is_the_same_each_time(room_home: Path) -> None:
    named = []
    for _ in range(2):
        page_text = got(room_home, AT).text
        names = re.findall(r'\sid="([^"]*)"', page_text)
        assert max(Counter(names).values()) == 1
        named.append(names)
        for target in re.findall(r'href="#([^"]*)"', page_text):
            assert target in names
    assert named[0] == named[1]
    assert {"p1", "p2", "p3", "o1", "o2", "o3", "o4", "o5"} <= set(named[0])


def test_a_number_that_stands_twice_names_the_first_and_both_are_cited_by_their_place(
    tmp_path: Path,
) -> None:
    twice = only(*(Paragraph(n, 7, None, 0, f"Words {n}.") for n in (1, 2)))
    home = made(tmp_path, twice)
    response = got(home, AT)
    found = tree(response)
    assert one(found, "#p7 > .verbatim").text() == "Words 1."
    assert one(found, "#o2 > .verbatim").text() == "Words 2."
    assert f"{AT}/cite?paragraph=7" not in links(found)
    for place in ("o1", "o2"):
        assert f"{AT}/cite?paragraph={place}" in links(found)
        assert got(home, f"{AT}/cite?paragraph={place}").status_code == 200
    assert got(home, f"{AT}/cite?paragraph=7").status_code == 404


def test_numbers_labels_and_levels_are_as_printed(room_home: Path) -> None:
    found = tree(got(room_home, AT))
    marks = [node.text() for node in found.css(".para > .mark")]
    assert marks == ["1.", "2.", "(a)", "(b)", "3."]
    assert [node.id for node in found.css(".para.in1")] == ["o3", "o4"]
    assert text(found, "#p2 .tools") == "Cite paragraph 2"


BROKEN = ("two\nlines", "two\n\n\nlines", "  blanks  at \n both ends  ", "", "\n", "<p>&amp;\n</p>")


def test_line_breaks_within_a_paragraph_are_kept(tmp_path: Path) -> None:
    words = (Paragraph(n, n, None, 0, each) for n, each in enumerate(BROKEN, start=1))
    found = tree(got(made(tmp_path, only(*words)), AT))
    for number, broken in enumerate(BROKEN, start=1):
        assert one(found, f"#p{number} > .verbatim").text() == broken


ATTACKS = (
    *HOSTILE,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</title></head><script>alert(1)</script>",
    "javascript:alert(1)",
    "]]><!--",
)


def hostile(reference: str, bad: str) -> Decision:
    """Title, body, category, summary, headings, paragraphs, findings, remedies, law, dates."""
    row = replace(decision().remedies[0], section=1, paragraph=1, char_start=0, char_end=3)
    one_act = Citation(1, 1, 0, 3, bad, 1996, bad, bad, "javascript:alert(1)")
    case = Citation(1, 1, 0, 3, None, None, None, bad, bad, CitationKind.CASE)
    words = (Paragraph(1, 1, None, 0, bad), Paragraph(2, None, bad[:30], 1, bad))
    return decision(
        reference,
        title=bad,
        body=bad,
        category=bad,
        subcategory=bad,
        category_raw=bad,
        outcome_raw=bad,
        decided_on_raw=bad,
        satisfied_on_raw=bad,
        summary=bad,
        url="javascript:alert(1)",
        sections=(Section(SectionKind.OTHER, bad, 1, None, words),),
        findings=(Finding(1, bad, Outcome.UPHELD, bad),),
        remedies=(replace(row, raw=bad, payee=bad, deadline=bad[:20]),),
        citations=(one_act, case),
        cross_references=(),
    )


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("attacked")
    fill(home, [hostile(f"24 001 {n:03}", bad) for n, bad in enumerate(ATTACKS)])
    return home


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_hostile_texts_are_text_in_every_place(attacked: Path, number: int) -> None:
    at = f"/decision/lgsco/24-001-{number:03}"
    for address in (at, f"{at}@1", f"{at}/cite", f"{at}/cite?paragraph=1", f"{at}/similar"):
        found = tree(got(attacked, address))
        assert not found.css("img")
        sources = [node.attributes.get("src") for node in found.css("script")]
        assert all(str(source).startswith("/static/") for source in sources)
        assert not any(
            name.startswith("on") or name == "style"
            for node in found.css("*")
            for name in node.attributes
        )
        assert all(url.startswith(("/", "#", "?", "http://")) for url in links(found))
        assert "49" not in text(found, "title")
    assert one(tree(got(attacked, at)), "#p1 > .verbatim").text() == ATTACKS[number]


def test_every_cut_of_a_paragraph_gives_the_paragraph() -> None:
    """Spans in any order, overlapping, empty, and beyond the text."""
    base = "See paragraphs 2 and 3, and pay £250."
    spans = [(4, 22), (4, 22), (15, 30), (28, 36), (0, 0), (30, 90), (36, 37), (-3, 4), (9, 2)]
    first = Paragraph(1, 1, None, 0, base)
    others = [Paragraph(n, n, None, 0, f"Words {n}") for n in (2, 3)]
    for size in range(len(spans) + 1):
        references = tuple(CrossReference(1, 1, *span, 2, 2, "x") for span in spans[:size])
        rows = tuple(
            replace(decision().remedies[0], section=1, paragraph=1, char_start=a, char_end=b)
            for a, b in spans[size:]
        )
        laid = lay_out(_stored(only(first, *others, cross_references=references, remedies=rows)))
        (pieces, *_) = (one.pieces for run in laid.parts[0].runs for one in run.paragraphs)
        assert "".join(piece.text for piece in pieces) == base


def test_other_paragraphs_that_are_named_are_links(room_home: Path) -> None:
    found = tree(got(room_home, AT))
    assert one(found, "#o4 .verbatim a").attributes["href"] == "#p3"


def test_a_list_of_numbers_leads_to_each_of_them(tmp_path: Path) -> None:
    paragraphs = [Paragraph(1, 1, None, 0, "See paragraphs 2 and 3.")]
    paragraphs += [Paragraph(n, n, None, 0, f"Words {n}") for n in (2, 3)]
    rows = tuple(CrossReference(1, 1, 4, 22, n, n, "paragraphs 2 and 3") for n in (2, 3))
    found = tree(got(made(tmp_path, only(*paragraphs, cross_references=rows)), AT))
    assert text(found, "#p1 .notes") == "Refers to 2, 3"
    assert [a.attributes["href"] for a in found.css("#p1 .notes a")] == ["#p2", "#p3"]


# --- the head -------------------------------------------------------------------------------


def test_the_head_says_what_it_is_with_ways_to_more(room_home: Path) -> None:
    found = tree(got(room_home, AT))
    assert text(found, "h1") == "Northmoor District Council (24 001 234)"
    assert text(found, "title").startswith("Northmoor District Council (24 001 234)")
    assert text(found, ".head .badge") == "Upheld"
    head = text(found, ".head")
    assert "Decision statement" in head
    assert "Decided on 9 June 2025" in head
    assert "On the Ombudsman's site when last seen on 2 March 2026" in head
    there = links(found)
    assert "/body/northmoor-district-council" in there
    assert "/category/housing" in there
    assert "/category/housing/allocations" in there
    address = f"{SOURCE.base_url}/decisions/housing/allocations/24-001-234"
    publisher = one(found, f'.head a[href="{address}"]')
    assert publisher.attributes["rel"] == "noopener external"


def test_the_ombudsmans_word_for_the_outcome_stands_beside_ours(tmp_path: Path) -> None:
    odd = decision(outcome=Outcome.UNKNOWN, outcome_raw="Upheld in part?")
    found = tree(got(made(tmp_path, odd), AT))
    assert text(found, ".head .badge") == "Outcome not recognised"
    assert "Upheld in part?" in text(found, ".head .about")


NO_WEB = ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "http:///x", "x")


def test_only_web_addresses_are_linked(tmp_path: Path) -> None:
    several = []
    for number, url in enumerate(NO_WEB):
        assert outside(url) is None
        act = Citation(1, 1, 0, 3, "Housing Act", 1996, "section 1", "Housing Act 1996", url)
        words = Paragraph(1, 1, None, 0, "Words.")
        several.append(only(words, reference=f"24 001 00{number}", url=url, citations=(act,)))
    home = made(tmp_path, *several)
    for number in range(len(NO_WEB)):
        there = links(tree(got(home, f"/decision/lgsco/24-001-00{number}")))
        assert all(link.startswith(("/", "#", "http://localhost/")) for link in there)


def test_the_compliance_date_is_verbatim_with_our_reading(room_home: Path) -> None:
    found = tree(got(room_home, "/decision/lgsco/23-000-001"))
    head = text(found, ".head")
    assert "Ombudsman satisfied with council's response: 28 July 2025" in head
    assert "read by this archive as 28 July 2025" in head


def test_several_findings_are_told_each(tmp_path: Path) -> None:
    both = (
        Finding(1, "Delay", Outcome.UPHELD, "Upheld"),
        Finding(2, "Letters", Outcome.NOT_UPHELD, "Not upheld"),
    )
    home = tmp_path
    with open_to_write(settings(home), now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        archive.save_decision(
            source_id, decision(findings=both), [archive.save_page(page())], at=NOON
        )
    found = tree(got(home, AT))
    assert [" ".join(node.text().split()) for node in found.css(".findings li")] == [
        "Upheld Delay: Upheld",
        "Not upheld Letters: Not upheld",
    ]


def test_the_same_report_under_other_references_is_linked(room_home: Path) -> None:
    found = tree(got(room_home, "/decision/lgsco/23-000-001"))
    assert "/decision/lgsco/23-000-002" in links(found)
    assert "Same report 23 000 002" in text(found, ".head")
    assert "Public interest report" in text(found, ".head")
    assert "Same report" not in got(room_home, AT).text


# --- beside the text ------------------------------------------------------------------------


def test_what_was_ordered_is_told_as_ours_with_the_publishers_words(room_home: Path) -> None:
    found = tree(got(room_home, AT))
    ordered = text(found, "section.ordered")
    assert "read by this archive" in ordered
    assert "Payment of £250.00 to Ms B, to each, time allowed 1 month" in ordered
    assert "pay Ms B £250" in ordered
    assert one(found, "section.ordered a").attributes["href"] == "#p3"
    assert "our reading" in text(found, "#p3 .notes")
    assert one(found, "#p3 .verbatim .read").text() == "pay Ms B £250"


def test_the_law_stands_beside_its_paragraph_and_links_where_the_archive_knows(
    tmp_path: Path,
) -> None:
    address = "https://www.legislation.gov.uk/ukpga/1974/7/section/26"
    rows = (
        Citation(1, 1, 0, 3, "Local Government Act", 1974, "section 26(1)", "LGA 26(1)", address),
        Citation(1, 1, 0, 3, "Local Government Act", 1974, "section 30", "LGA 26(1)", None),
        Citation(1, 1, 4, 6, None, None, None, "SEND Tribunal", None, CitationKind.TRIBUNAL),
        Citation(1, 2, 4, 6, None, None, None, "SEND Tribunal", None, CitationKind.TRIBUNAL),
    )
    words = (Paragraph(1, 1, None, 0, "Some words."), Paragraph(2, 2, None, 0, "Other words."))
    found = tree(got(made(tmp_path, only(*words, citations=rows)), AT))
    assert text(found, "#p1 .notes") == (
        "Local Government Act 1974: section 26(1), section 30 SEND Tribunal"
    )
    link = one(found, "#p1 .notes a")
    assert (link.attributes["href"], link.attributes["rel"]) == (address, "noopener external")
    assert "SEND Tribunal (paragraph 1; paragraph 2)" in text(found, "section.authorities")


def test_a_name_that_turns_the_direction_about_turns_no_word_of_ours(tmp_path: Path) -> None:
    row = replace(decision().remedies[0], section=1, paragraph=1, char_start=0, char_end=3,
                  payee="Ms \u202eB", raw="pay \u202eher")  # fmt: skip
    home = made(tmp_path, only(Paragraph(1, 1, None, 0, "pay \u202eher"), remedies=(row,)))
    found = tree(got(home, AT))
    words = "Payment of £250.00 to Ms B, to each, time allowed 1 month"
    assert text(found, "section.ordered strong") == words
    assert one(found, "section.ordered q bdi").text() == "pay \u202eher"
    assert words in text(found, "#p1 .notes")


def test_a_correction_by_a_person_is_told_as_one(tmp_path: Path) -> None:
    home = made(tmp_path, decision())
    changed = run(home, "correct", REF, "--remedy", "1", "--amount", "£400", "--by", "A. Clerk",
                  "--note", "Read on the page")  # fmt: skip
    assert changed.exception is None
    found = tree(got(home, AT))
    ordered = text(found, "section.ordered")
    assert "Payment of £400.00 to Ms B" in ordered
    assert "correction 1, by a person" in ordered
    assert "Corrected by a person (our reading of the words, not the words):" in ordered
    assert "correction 1 by A. Clerk" in ordered
    assert "corrected by a person" in text(found, "#p3 .notes")


def test_a_remedy_that_a_person_took_away_is_told(tmp_path: Path) -> None:
    home = made(tmp_path, decision())
    assert run(home, "correct", REF, "--remedy", "1", "--not-a-remedy").exception is None
    found = tree(got(home, AT))
    assert "no remedy (was read as payment of £250.00" in text(found, "section.ordered")
    assert not found.css(".notes .remedy")


# --- standard wording -----------------------------------------------------------------------


def _stored(one_decision: Decision, **changes: object) -> StoredDecision:
    from archive.records import Status

    return replace(
        StoredDecision(1, one_decision, "0" * 64, Status.LIVE, None, NOON, NOON, 1),
        **changes,  # type: ignore[arg-type]  # of a specimen
    )


def test_standard_wording_is_set_apart_in_runs() -> None:
    paragraphs = [Paragraph(n, n, None, 0, f"Words {n}") for n in range(1, 6)]
    laid = lay_out(_stored(only(*paragraphs), standard={2: 0.5, 3: 0.25, 5: 0.9}))
    runs = [(run.share, [p.ordinal for p in run.paragraphs]) for run in laid.parts[0].runs]
    assert runs == [(None, [1]), (0.25, [2, 3]), (None, [4]), (0.9, [5])]
    assert laid.standard == 3


def test_standard_wording_can_be_folded_and_is_there_all_the_same(tmp_path: Path) -> None:
    same = "We look into complaints about fault and decide whether it has caused an injustice here."
    several = [
        only(
            Paragraph(1, 1, None, 0, same),
            Paragraph(2, 2, None, 0, f"Ms B says this happened {n} times."),
            reference=f"24 001 {n:03}",
        )
        for n in range(200, 240)
    ]
    home = made(tmp_path, *several)
    with open_to_write(settings(home), now=later(99), tell=lambda _: None) as archive:
        archive.mark_boilerplate(later(99))
    found = tree(got(home, "/decision/lgsco/24-001-234"))
    folded = one(found, "details.standard")
    assert "open" in folded.attributes
    assert text(found, "details.standard summary") == (
        "Standard wording, in at least 100% of the decisions here"
    )
    assert one(found, "details.standard #p1 > .verbatim").text() == same
    assert not found.css("details.standard #p2")


# --- versions and history -------------------------------------------------------------------


def test_a_permanent_address_shows_the_current_version(room_home: Path) -> None:
    plain, named = (tree(got(room_home, address)) for address in (AT, f"{AT}@1"))
    assert [n.text() for n in plain.css(".verbatim")] == [n.text() for n in named.css(".verbatim")]
    assert one(named, 'link[rel="canonical"]').attributes["href"] == AT
    assert "http://localhost/decision/lgsco/24-001-234@1" in links(plain)
    public = tree(got(room_home, AT, public_url="https://archive.example"))
    assert f"https://archive.example{AT}@1" in links(public)


def test_a_superseded_version_is_a_number_two_dates_and_the_way_to_the_text(tmp_path: Path) -> None:
    before = decision(summary="Quibblethorpe complained.", title="Quibblethorpe (24 001 234)")
    before = replace(before, findings=())
    home = made(tmp_path, before)
    amend(home, before, replace(before, summary="She complained.", title="A council (24 001 234)"))
    old = got(home, f"{AT}@1")
    found = tree(old)
    assert text(found, "h1") == "24 001 234, version 1"
    assert "captured on 2 March 2026" in text(found, "main")
    assert AT in links(found)
    assert "quibblethorpe" not in old.text.lower()
    assert "decisions diff" not in old.text
    operator = got(home, f"{AT}@1", include_withdrawn=True).text
    assert "decisions diff 24 001 234 --from 1 --to 2" in operator
    assert "quibblethorpe" not in operator.lower()
    now = tree(got(home, AT))
    assert "version 2, the published text was amended" in text(now, ".head")
    assert {f"{AT}@1", f"{AT}@2"} <= set(links(now))
    assert "the published text was amended (version 2)" in text(now, ".record")
    assert "added to the archive (version 1)" in text(now, ".record")
    assert got(home, f"{AT}@2").status_code == 200
    assert got(home, f"{AT}@3").status_code == 404


def test_one_room_sees_each_change_at_its_next_request_and_when_the_archive_is_gone(
    tmp_path: Path,
) -> None:
    before = decision(findings=())
    home = made(tmp_path, before)
    room = client(home)
    assert "Version 1;" in room.get(AT).text
    amend(home, before, replace(before, summary="Other words."))
    assert "Other words." in room.get(AT).text
    (home / "decisions.db").rename(home / "elsewhere.db")
    assert room.get(AT).status_code == 503
    (home / "elsewhere.db").rename(home / "decisions.db")
    assert "Version 2;" in room.get(AT).text


def test_where_it_came_from_is_said(room_home: Path) -> None:
    found = tree(got(room_home, AT))
    with open_to_read(settings(room_home)) as archive:
        stored = archive.find(REF)
        _, (capture,) = archive.current_pages(stored.id)
    proof = text(found, ".proof")
    for said in (capture.sha256, stored.content_sha256, stored.decision.text_sha256, "test-1"):
        assert said in proof
    assert SOURCE.attribution in text(found, ".terms")
    assert SOURCE.licence in text(found, ".terms")


# --- citing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("asked", "place"), [("3", "p3"), ("p3", "p3"), ("o3", "o3"), ("", None)])
def test_every_form_is_the_commands_own(room_home: Path, asked: str, place: str | None) -> None:
    with open_to_read(settings(room_home)) as archive:
        cited = cite_held(archive, archive.find(REF), None, place, withdrawn=False)
    found = tree(got(room_home, f"{AT}/cite?paragraph={asked}"))
    shown = [node.text() for node in found.css(".form .words")]
    for style, form in (LINES | ENTRIES).items():
        words = form(cited)
        assert words.rstrip("\r\n").replace("\r\n", "\n") in shown
        alone = got(room_home, f"{AT}/cite?paragraph={asked}&style={style}")
        assert alone.text.strip() == words.strip()
        assert alone.mimetype != "text/html"
    ending = f"#{place}" if place else ""
    assert f"http://localhost{AT}@1{ending}" in shown


@pytest.mark.parametrize("asked", ["x", "-1", "3 OR 1=1", "٣", "1234567", "p", "o", "<b>"])
def test_a_paragraph_that_cannot_be_meant_is_said(room_home: Path, asked: str) -> None:
    response = client(room_home).get(f"{AT}/cite", query_string={"paragraph": asked})
    assert response.status_code == 400


def test_a_paragraph_and_a_style_that_there_are_not(room_home: Path) -> None:
    assert got(room_home, f"{AT}/cite?paragraph=9").status_code == 404
    assert "oscola" in got(room_home, f"{AT}/cite?style=mla").text
    assert got(room_home, f"{AT}/cite?style=mla").status_code == 400


def test_each_paragraph_leads_to_how_it_is_cited(room_home: Path) -> None:
    found = tree(got(room_home, AT))
    there = [str(node.attributes["href"]) for node in found.css(".tools a")]
    assert there == [f"{AT}/cite?paragraph={place}" for place in ("1", "2", "o3", "o4", "3")]
    for address in there:
        assert got(room_home, address).status_code == 200


# --- decisions like it ----------------------------------------------------------------------


def test_decisions_like_it_are_on_a_page_of_their_own(tmp_path: Path) -> None:
    def about(reference: str, words: str) -> Decision:
        return only(Paragraph(1, 1, None, 0, words), reference=reference,
                    title=f"Northmoor District Council ({reference})", summary=words)  # fmt: skip

    noise = "The neighbour's barking dogs and loud music kept them awake; dogs barking, music loud."
    home = made(
        tmp_path,
        about(REF, noise),
        about("24 002 001", noise + " More barking."),
        *(about(f"24 003 {n:03}", f"School transport was late {n} times.") for n in range(9)),
    )
    found = tree(got(home, f"{AT}/similar"))
    assert "/decision/lgsco/24-002-001#p1" in links(found)
    assert "/decision/lgsco/24-003-001" not in links(found)
    assert "barking" in text(found, "main")
    assert SOURCE.attribution in text(found, "main")
    assert f"{AT}/similar" in links(tree(got(home, AT)))


def test_a_decision_that_the_index_has_not_yet_is_compared_all_the_same(tmp_path: Path) -> None:
    barking = only(Paragraph(1, 1, None, 0, "Dogs barking at night; barking dogs."))
    several = [decision(f"24 003 00{n}", findings=()) for n in range(6)]
    twice = [replace(barking, reference=f"24 001 23{n}", findings=()) for n in (3, 4)]
    home = made(tmp_path, *several, *twice)
    with open_to_write(settings(home), now=later(1), tell=lambda _: None) as archive:
        new = replace(barking, reference="24 009 999", url=f"{barking.url}9")
        capture = archive.save_page(page(new.reference, b"x", url=new.url))
        archive.save_decision(archive.source_id("lgsco"), new, [capture], at=later(1))
    found = tree(got(home, "/decision/lgsco/24-009-999/similar"))
    assert f"{AT}#p1" in links(found)


@pytest.mark.parametrize("spelt", ["lgsco/..%2f..", "lgsco/\x00", "../../etc/passwd"])
def test_what_no_address_has_is_not_here(room_home: Path, spelt: str) -> None:
    assert got(room_home, f"/decision/{spelt}").status_code == 404


# --- great ones -----------------------------------------------------------------------------


def test_a_paragraph_of_any_length_is_there_once(room_home: Path) -> None:
    body = got(room_home, addresses.decision("lgsco", LONG)).text
    # Summary, paragraph, and the title in its two places; nothing is multiplied.
    assert body.count("long " * 4_000) <= 8
    assert len(body) < 6 * len("long " * 8_000)


def test_four_times_the_paragraphs_is_four_times_the_page(tmp_path: Path) -> None:
    sizes = []
    decisions = []
    for number, count in enumerate((500, 2_000)):
        words = tuple(Paragraph(n, n, None, 0, "Some words.") for n in range(1, count + 1))
        rows = tuple(
            replace(decision().remedies[0], section=1, paragraph=n, char_start=0, char_end=4)
            for n in range(1, count + 1)
        )
        decisions.append(only(*words, remedies=rows, reference=f"24 001 00{number}"))
    home = made(tmp_path, *decisions)
    for number in range(2):
        body = got(home, f"/decision/lgsco/24-001-00{number}").text
        assert body.count('class="para"') == (500, 2_000)[number]
        sizes.append(len(body))
    assert sizes[1] < 4.2 * sizes[0]


def test_laying_out_looks_at_each_row_a_fixed_number_of_times() -> None:
    """Counted, not timed: what is called for each paragraph must not look at all of them."""
    import cProfile
    import pstats

    def calls(count: int) -> int:
        words = tuple(Paragraph(n, n, None, 0, "Some words.") for n in range(1, count + 1))
        rows = tuple(
            replace(decision().remedies[0], section=1, paragraph=n, char_start=0, char_end=4)
            for n in range(1, count + 1)
        )
        laws = tuple(
            Citation(1, n, 0, 4, "Housing Act", 1996, f"section {n}", "x", None)
            for n in range(1, count + 1)
        )
        stored = _stored(only(*words, remedies=rows, citations=laws))
        profile = cProfile.Profile()
        profile.runcall(lay_out, stored)
        return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # not in the stub

    assert calls(400) < 4.5 * calls(100)


def test_a_page_of_many_sections_lists_only_so_many(tmp_path: Path) -> None:
    sections = tuple(
        Section(SectionKind.OTHER, f"Part {n}", n, None, (Paragraph(n, n, None, 0, "Words."),))
        for n in range(1, 401)
    )
    found = tree(got(made(tmp_path, only(sections=sections)), AT))
    assert len(found.css("nav.contents a")) < 200
    assert len(found.css(".part")) == 400


def test_the_pieces_of_a_plain_paragraph_are_one() -> None:
    laid = lay_out(_stored(only(Paragraph(1, 1, None, 0, "Words."))))
    assert laid.parts[0].runs[0].paragraphs[0].pieces == (Piece("Words."),)


# --- what any page has ----------------------------------------------------------------------


def test_script_and_style_are_files_of_the_room(room_home: Path) -> None:
    room = create_app(over(settings(room_home))).test_client()
    for name in ("decision.css", "decision.js"):
        with room.get(f"/static/{name}") as response:
            assert response.status_code == 200
            body = response.get_data(as_text=True)
        assert "http://" not in body
        assert "https://" not in body
    page_text = room.get(AT).text
    assert "style=" not in page_text
    assert json.dumps("onclick") not in page_text


def test_every_way_from_the_page_leads_somewhere(room_home: Path) -> None:
    for address in (AT, "/decision/lgsco/23-000-001", f"{AT}/cite?paragraph=3", "/about"):
        ways = {link.partition("#")[0] for link in links(tree(got(room_home, address)))}
        for way in ways:
            if way.startswith("/"):
                assert got(room_home, way).status_code == 200, way
            elif way.startswith("?"):
                assert got(room_home, address.partition("?")[0] + way).status_code == 200, way


def test_a_paper_copy_names_where_and_when(room_home: Path) -> None:
    found = tree(got(room_home, AT))
    head = text(found, ".paper-head")
    assert "24 001 234" in head
    assert "http://localhost/decision/lgsco/24-001-234@1" in head
    assert "4 May 2026" in head
