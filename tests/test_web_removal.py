"""What is withheld tells nothing of itself, and whoever asks for that finds whom to write to."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from archive.opening import open_to_read
from archive.passing_on import RESTRICTED_NOTICE, WITHDRAWN_NOTICE
from archive.records import (
    Citation,
    Decision,
    DecisionKind,
    Finding,
    Outcome,
    Paragraph,
    Section,
    SectionKind,
)
from search.web.about import contact_link
from tests.exporting import WITHDRAWN, fill, run, settings
from tests.reading_room import amend, got, links, text, tree
from tests.specimens import SOURCE, decision, report, url_of

RESTRICTED = "24 007 666"
LIKE_IT = "24 007 555"
AT = {WITHDRAWN: "/decision/lgsco/24-007-777", RESTRICTED: "/decision/lgsco/24-007-666"}
SHARED = "Marrowbone Thistlewick"


def secret(reference: str, mark: str) -> Decision:
    """Every word of it that a person could know it by stands nowhere else in the archive."""

    def word(what: str) -> str:
        return f"Zq{mark}{what}"

    row = replace(
        decision().remedies[0],
        section=1,
        paragraph=1,
        char_start=0,
        char_end=4,
        raw=word("ordered"),
        payee=word("payee"),
        amount_pence=987_654,
        deadline="P7W",
    )
    law = Citation(1, 1, 0, 4, word("act"), 1987, word("section"), word("law"), None)
    paragraphs = (
        Paragraph(1, 41, None, 0, f"{word('first')} says {SHARED} twice. {SHARED}."),
        Paragraph(2, None, "z", 1, word("second")),
    )
    return decision(
        reference,
        title=f"{word('title')} ({reference})",
        body=word("body"),
        category=word("category"),
        subcategory=word("subcategory"),
        category_raw=word("raw"),
        outcome=Outcome.NOT_UPHELD,
        outcome_raw=word("outcome"),
        summary=word("summary"),
        satisfied_on_raw=word("satisfied"),
        url=f"{SOURCE.base_url}/decisions/{word('slug')}/{reference.replace(' ', '-')}",
        sections=(Section(SectionKind.OTHER, word("heading"), 1, None, paragraphs),),
        findings=(Finding(1, word("subject"), Outcome.NOT_UPHELD, word("finding")),),
        remedies=(row,),
        citations=(law,),
        cross_references=(),
        warnings=(word("warning"),),
        text_sha256="ab" * 32,
        parser_version=f"zq{mark}-9",
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A withdrawn text, a restricted one, and one that is like both and may be read."""
    there = tmp_path_factory.mktemp("withheld")
    first = secret(RESTRICTED, "r")
    alike = decision(
        LIKE_IT,
        title=f"Another council ({LIKE_IT})",
        sections=(
            Section(
                SectionKind.OTHER, "What happened", 1, None,
                (Paragraph(1, 1, None, 0, f"{SHARED} again. {SHARED}."),),
            ),
        ),
        citations=(), remedies=(), cross_references=(), findings=(),
    )  # fmt: skip
    more = [decision(f"24 003 00{n}", findings=()) for n in range(9)]
    fill(there, [secret(WITHDRAWN, "w"), first, alike, *more])
    amend(there, first, replace(first, summary=f"{first.summary} Zqramended"))
    asked = run(there, "restrict", RESTRICTED, "--reason", "Zqrreason", "--by", "Zqrclerk")
    assert asked.exception is None
    return there


def leaks(response: TestResponse, marks: str) -> set[str]:
    """Words of withheld texts in a response: body and headers, escaped or not, in any case."""
    whole = html.unescape(response.text) + str(response.headers)
    known = re.findall(rf"zq[{marks}]\w*", whole.lower())
    figures = re.findall(r"9,876|987654|abababab|Not upheld|paragraph 41|#p41", whole)
    return {*known, *figures}


PAGES = ("", "@1", "/cite", "@1/cite", "/cite?paragraph=41", "/cite?paragraph=7",
         "/cite?style=bibtex", "/cite?style=ris", "/cite?paragraph=o2", "/similar")  # fmt: skip


@pytest.mark.parametrize("ending", PAGES)
@pytest.mark.parametrize("reference", [WITHDRAWN, RESTRICTED])
def test_a_withheld_text_shows_reference_date_and_notice_alone(
    home: Path, reference: str, ending: str
) -> None:
    response = got(home, AT[reference] + ending)
    assert response.status_code == 200
    assert not leaks(response, "wr")
    assert not any(word in response.text for word in SHARED.split())
    found = tree(response)
    assert text(found, "h1") == reference
    assert "9 June 2025" in text(found, "main")
    told = WITHDRAWN_NOTICE if reference == WITHDRAWN else RESTRICTED_NOTICE
    assert told in text(found, "main")
    assert {"/removal", SOURCE.base_url} <= set(links(found))


def test_whatever_is_asked_of_a_withheld_text_the_answer_is_the_same(home: Path) -> None:
    """So that nobody finds out by asking which paragraphs there are."""
    for reference, address in AT.items():
        bodies = {got(home, address + ending).text for ending in PAGES}
        assert len(bodies) == 1, reference


@pytest.mark.parametrize("reference", [WITHDRAWN, RESTRICTED])
def test_another_spelling_and_a_version_that_is_not_there_tell_nothing(
    home: Path, reference: str
) -> None:
    assert not leaks(got(home, f"/decision/{reference}"), "wr")
    missing = got(home, AT[reference] + "@9")
    assert missing.status_code == 404
    assert not leaks(missing, "wr")


def test_decisions_like_another_leave_withheld_ones_out(home: Path) -> None:
    response = got(home, "/decision/lgsco/24-007-555/similar")
    assert not leaks(response, "wr")
    for address in AT.values():
        assert address not in links(tree(response))
    # Nor is a word looked for because withheld texts have it.
    assert not any(word.lower() in response.text.lower() for word in SHARED.split())


def test_the_operator_sees_a_withdrawn_text_with_its_notice_and_never_a_restricted_one(
    home: Path,
) -> None:
    shown = got(home, AT[WITHDRAWN], include_withdrawn=True)
    assert "Zqwfirst says" in text(tree(shown), "#p41 .verbatim")
    assert WITHDRAWN_NOTICE in html.unescape(shown.text)
    alike = got(home, "/decision/lgsco/24-007-555/similar", include_withdrawn=True)
    assert AT[WITHDRAWN] in [link.partition("#")[0] for link in links(tree(alike))]
    assert "marrowbone" in text(tree(alike), "main")
    for ending in PAGES:
        assert not leaks(got(home, AT[RESTRICTED] + ending, include_withdrawn=True), "r")


def test_a_text_that_left_after_its_time_is_shown_and_says_so(tmp_path: Path) -> None:
    from sqlalchemy import update

    from archive.models import DecisionRow
    from archive.opening import open_to_write
    from tests.specimens import NOON, later

    fill(tmp_path, [decision(findings=())])
    with (
        open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None) as archive,
        archive.engine.begin() as connection,
    ):
        connection.execute(update(DecisionRow).values(status="expired", status_since=later(60)))
    head = text(tree(got(tmp_path, "/decision/lgsco/24-001-234")), ".head")
    assert "No longer on the Ombudsman's site since 2 March 2026 (five years after" in head
    assert "Where it stood on the Ombudsman’s site" in head


def test_a_report_under_a_withheld_reference_too_names_the_reference_alone(tmp_path: Path) -> None:
    fill(tmp_path, [report("23 000 001", findings=()),
                    report("23 000 002", body="Zqrbody", findings=())])  # fmt: skip
    assert "Zqrbody" in got(tmp_path, "/decision/lgsco/23-000-001").text
    assert run(tmp_path, "restrict", "23 000 002", "--reason", "a question").exception is None
    response = got(tmp_path, "/decision/lgsco/23-000-001")
    assert not leaks(response, "r")
    assert "23 000 002 (text not passed on)" in text(tree(response), ".head")


def test_an_erased_decision_is_gone_in_a_plain_sentence(tmp_path: Path) -> None:
    fill(tmp_path, [secret("24 007 444", "e"), decision(findings=())])
    asked = run(tmp_path, "erase", "24 007 444", "--reason", "Zqereason", "--yes")
    assert asked.exception is None
    for spelt in ("lgsco/24-007-444", "24 007 444", "lgsco/24007444/cite", "LGSCO/24-007-444@1"):
        response = got(tmp_path, f"/decision/{spelt}")
        assert response.status_code == 410
        assert "This decision was erased from this archive." in response.text
        assert "/removal" in response.text
        assert not leaks(response, "e")
    assert got(tmp_path, "/decision/lgsco/24-007-445").status_code == 404


# --- the pages about people and terms -------------------------------------------------------


def test_people_find_what_is_held_why_and_whom_to_write_to(home: Path) -> None:
    response = got(home, "/removal", contact="archive@example.org")
    found = tree(response)
    said = text(found, "main")
    for words in ("What is held, and why", "What is shown, and what is not", "withheld", "erased",
                  "20 011 198"):  # fmt: skip
        assert words in said
    assert {"mailto:archive@example.org", SOURCE.base_url} <= set(links(found))
    assert not found.css("form")
    assert not leaks(response, "wr")


def test_an_address_that_nobody_gave_is_not_made_up(home: Path) -> None:
    for page in ("/removal", "/about"):
        response = got(home, page)
        assert "no contact has been set" in response.text
        assert not any(link.startswith("mailto:") for link in links(tree(response)))


@pytest.mark.parametrize(
    ("contact", "leads_to"),
    [
        ("archive@example.org", "mailto:archive@example.org"),
        ("https://example.org/us", "https://example.org/us"),
        ("Room 12, Town Hall", None),
        ("javascript:alert(1)", None),
        ("a@example.org?cc=b@example.org", None),
        (None, None),
    ],
)
def test_a_contact_leads_to_a_mail_or_a_page_or_stands_as_it_is(
    home: Path, contact: str | None, leads_to: str | None
) -> None:
    assert contact_link(contact) == leads_to
    found = tree(got(home, "/removal", contact=contact))
    assert contact is None or contact in text(found, "main")
    assert leads_to is None or leads_to in links(found)


def test_about_says_what_it_is_how_much_how_fresh_and_on_which_terms(home: Path) -> None:
    from archive import __version__

    found = tree(got(home, "/about", contact="archive@example.org"))
    said = text(found, "main")
    for words in (
        "not a site of the Ombudsman",
        "12 published decisions, made from 9 June 2025 to 9 June 2025",
        "is of published decisions",
        SOURCE.name,
        SOURCE.attribution,
        SOURCE.licence,
        f"decisions {__version__}",
        "archive@example.org",
    ):
        assert words in said
    assert {"/coverage", "/changes", "/search", "/removal"} <= set(links(found))


def test_what_search_engines_are_told_is_said_as_it_is(home: Path) -> None:
    assert "asked not to list" in got(home, "/removal").text
    assert "may list these pages" in got(home, "/removal", indexable=True).text


def test_an_archive_that_holds_nothing_says_so(tmp_path: Path) -> None:
    fill(tmp_path, [])
    assert "Nothing yet." in got(tmp_path, "/about").text
    missing = got(tmp_path, "/decision/lgsco/24-001-234")
    assert missing.status_code == 404
    assert "published decisions" not in missing.text


def test_the_fixture_has_what_the_tests_look_for(home: Path) -> None:
    """The words that must not be found are there to be found."""
    with open_to_read(settings(home)) as archive:
        for reference, mark in ((WITHDRAWN, "w"), (RESTRICTED, "r")):
            stored = archive.find(reference)
            assert f"Zq{mark}first" in next(stored.decision.paragraphs()).text
            assert stored.decision.kind is DecisionKind.STATEMENT
    assert url_of(WITHDRAWN)
