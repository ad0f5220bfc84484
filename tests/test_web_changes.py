"""``/changes`` tells what ``decisions changes`` tells, and of withheld texts a notice alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import insert

from archive.history import events_before
from archive.ledger import ChangeRow
from archive.opening import open_to_read, open_to_write
from archive.passing_on import RESTRICTED_NOTICE, WITHDRAWN_NOTICE
from archive.records import ChangeKind, Status
from archive.restrictions import restrict
from archive.store import Archive
from search.web.changes import KINDS, ON_A_PAGE
from tests.counted import Story, archive_of
from tests.exporting import HOSTILE, run, settings
from tests.specimens import NOON
from tests.web_structure import faults, words
from tests.web_tables import attribute, one, room, told

HIDDEN = "Quibblethorpe"
WITHDRAWN = Story(
    "24 777 777", f"{HIDDEN} Care Home", f"{HIDDEN} category", status=Status.WITHDRAWN
)
RESTRICTED = Story("24 888 888", f"{HIDDEN} House")
OTHERS = [Story(f"24 001 {n:03}", "Oakhanger District Council") for n in range(60)]
LATER = {
    ChangeKind.AMENDED: OTHERS[3].reference,
    ChangeKind.EXPIRED: OTHERS[4].reference,
    ChangeKind.RESTORED: OTHERS[5].reference,
    ChangeKind.WITHDRAWN: WITHDRAWN.reference,
    ChangeKind.DERIVED: OTHERS[6].reference,
}


def _happened(archive: Archive, kind: ChangeKind, reference: str, at: datetime) -> None:
    """A row in the change log."""
    number = archive.find(reference).id
    with archive.engine.begin() as connection:
        connection.execute(insert(ChangeRow).values(decision_id=number, kind=kind.value, at=at))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("changes")
    hostile = [Story(f"24 009 00{n}", body=text) for n, text in enumerate(HOSTILE)]
    erased = Story("24 999 999", f"{HIDDEN} erased")
    with archive_of(directory, [*OTHERS, *hostile, WITHDRAWN, RESTRICTED, erased]) as archive:
        for day, (kind, reference) in enumerate(LATER.items(), start=1):
            _happened(archive, kind, reference, NOON + timedelta(days=day))
        held = archive.find(RESTRICTED.reference)
        restrict(archive.engine, held.id, "a question", by=None, at=NOON)
    done = run(directory, "erase", erased.reference, "--reason", "asked", "--yes")
    assert done.exit_code == 0, done.output
    return directory


@pytest.fixture(scope="module")
def pages(home: Path) -> FlaskClient:
    return room(home)


def page(pages: FlaskClient, path: str, status: int = 200) -> LexborHTMLParser:
    response = pages.get(path)
    assert response.status_code == status, response.text
    assert faults(response.text) == []
    return LexborHTMLParser(response.text)


def walked(pages: FlaskClient, path: str) -> list[LexborHTMLParser]:
    """Every page from this one on, by the link to older changes."""
    found = [page(pages, path)]
    while (link := found[-1].css_first('.pager a[rel="next"]')) is not None:
        href = link.attributes["href"]
        assert href is not None
        assert len(found) < 20
        found.append(page(pages, href))
    return found


def numbers(trees: list[LexborHTMLParser]) -> list[int]:
    return [
        int((node.attributes["id"] or "").removeprefix("c"))
        for tree in trees
        for node in tree.css("ul.changes li")
    ]


def test_the_pages_tell_all_that_the_command_tells_the_newest_first(
    home: Path, pages: FlaskClient
) -> None:
    wanted = told(home, "changes")["changes"]
    trees = walked(pages, "/changes")
    assert numbers(trees) == [event["id"] for event in reversed(wanted)]
    assert len(trees) == -(-len(wanted) // ON_A_PAGE) > 1
    shown: dict[int, str] = {
        int((node.attributes["id"] or "").removeprefix("c")): words(node)
        for tree in trees
        for node in tree.css("ul.changes li")
    }
    for event in wanted:
        if event["reference"] is not None and HIDDEN not in event["title"]:
            assert " ".join(event["title"].split()) in shown[event["id"]]
            assert event["words"] in shown[event["id"]]


def test_days_are_those_on_which_it_was_found(home: Path, pages: FlaskClient) -> None:
    days = {event["id"]: event["at"][:10] for event in told(home, "changes")["changes"]}
    for tree in walked(pages, "/changes"):
        for section in tree.css("section.day"):
            day = attribute(one(section, "h2 time"), "datetime")
            for node in section.css("li"):
                assert days[int((node.attributes["id"] or "").removeprefix("c"))] == day


@pytest.mark.parametrize("kind", list(KINDS))
def test_one_kind_can_be_chosen(home: Path, pages: FlaskClient, kind: ChangeKind) -> None:
    wanted = [e["id"] for e in told(home, "changes")["changes"] if e["kind"] == kind.value]
    assert numbers(walked(pages, f"/changes?kind={kind.value}")) == wanted[::-1]
    assert wanted


def test_one_council_can_be_chosen_by_slug_or_name(home: Path, pages: FlaskClient) -> None:
    name = "Oakhanger District Council"
    wanted = [e["id"] for e in told(home, "changes")["changes"] if e["body"] == name]
    for asked in ("oakhanger-district-council", "Oakhanger+District+Council"):
        trees = walked(pages, f"/changes?body={asked}")
        assert numbers(trees) == wanted[::-1]
        assert len(trees) == 2
    assert numbers(walked(pages, "/changes?body=oakhanger-district-council&kind=amended")) == [
        next(e["id"] for e in told(home, "changes")["changes"] if e["kind"] == "amended")
    ]


def test_a_page_stays_the_page_it_is_while_new_changes_come(tmp_path: Path) -> None:
    with archive_of(tmp_path, OTHERS):
        pass
    pages = room(tmp_path)
    older = attribute(one(pages.get("/changes").text, '.pager a[rel="next"]'), "href")
    before = numbers([page(pages, older)])
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None) as archive:
        _happened(archive, ChangeKind.AMENDED, OTHERS[0].reference, NOON)
    assert numbers([page(pages, older)]) == before
    assert len(before) == len(OTHERS) - ON_A_PAGE


# --- what is withheld ---------------------------------------------------------------------------


def of_reference(trees: list[LexborHTMLParser], reference: str) -> list[str]:
    found = [words(node) for tree in trees for node in tree.css("ul.changes li")]
    return [text for text in found if reference in text]


def test_a_withheld_decision_has_reference_date_and_notice(pages: FlaskClient) -> None:
    trees = walked(pages, "/changes")
    for tree in trees:
        assert HIDDEN not in (tree.html or "")
    for story, notice in ((WITHDRAWN, WITHDRAWN_NOTICE), (RESTRICTED, RESTRICTED_NOTICE)):
        rows = of_reference(trees, story.reference)
        assert rows
        for row in rows:
            assert notice in row
            assert "decided 9 June 2025" in row
            assert row.startswith(story.reference)


def test_what_was_erased_has_nothing_but_that(home: Path, pages: FlaskClient) -> None:
    trees = walked(pages, "/changes")
    assert not of_reference(trees, "24 999 999")
    gone = [e["id"] for e in told(home, "changes")["changes"] if e["reference"] is None]
    assert len(gone) == 2
    for number in gone:
        (node,) = [tree.css_first(f"#c{number}") for tree in trees if tree.css(f"#c{number}")]
        assert words(node) == "Erased from this archive"


def test_a_council_of_withheld_texts_alone_is_not_known(pages: FlaskClient) -> None:
    for name in ("quibblethorpe-care-home", "quibblethorpe-house", "quibblethorpe-erased"):
        tree = page(pages, f"/changes?body={name}", 404)
        assert HIDDEN not in (tree.html or "")


def test_about_one_council_a_withheld_text_is_not_told(tmp_path: Path) -> None:
    with archive_of(tmp_path, [replace(WITHDRAWN, body=OTHERS[0].body), OTHERS[0]]):
        pass
    about = page(room(tmp_path), "/changes?body=oakhanger-district-council")
    assert not of_reference([about], WITHDRAWN.reference)
    assert of_reference([about], OTHERS[0].reference)
    assert of_reference([page(room(tmp_path), "/changes")], WITHDRAWN.reference)


def test_the_local_operator_sees_titles_of_withdrawn_ones_alone(home: Path) -> None:
    trees = walked(room(home, include_withdrawn=True), "/changes")
    assert of_reference(trees, WITHDRAWN.reference)[0].startswith(f"{HIDDEN} Care Home")
    assert of_reference(trees, RESTRICTED.reference)[0].startswith(RESTRICTED.reference)


# --- asking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["kind=derived", "kind=x", "before=0", "before=-1", "before=1e9", "since=2025"]
)
def test_what_cannot_be_meant_is_said(pages: FlaskClient, query: str) -> None:
    page(pages, f"/changes?{query}", 400)


def test_hostile_titles_are_text(pages: FlaskClient) -> None:
    shown = " ".join(words(node) for t in walked(pages, "/changes") for node in t.css("li"))
    for text in HOSTILE:
        assert " ".join(text.split()) in shown


def test_the_log_is_read_from_its_end(home: Path) -> None:
    with open_to_read(settings(home)) as archive:
        newest = events_before(archive, None, limit=3)
        assert len(newest) == 3
        assert newest[0].id > newest[1].id > newest[2].id
        after = events_before(archive, newest[2].id, limit=1)
        assert after[0].id < newest[2].id
        with pytest.raises(ValueError, match="not among the changes"):
            events_before(archive, None, limit=1, kind=ChangeKind.DERIVED)
