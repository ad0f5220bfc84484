"""Feeds that any reader takes: every change once, under its name for ever, and nothing withheld."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import pytest
from flask.testing import FlaskClient

from archive.opening import open_to_write
from archive.records import ChangeKind
from search.web.atom import ATOM, Entry, Feed, Link, plain, write
from tests.exporting import HOSTILE, fill, hostile, settings
from tests.happenings import Story
from tests.specimens import NOON, decision, later
from tests.web import client

K = ChangeKind
HUSHED = "Quibblethorpe"
FEEDS = (
    "/changes.atom",
    "/search.atom",
    "/search.atom?q=housing&sort=newest&limit=2",
    "/body/northmoor-district-council.atom",
    "/category/housing.atom",
    "/category/housing/allocations.atom",
)


def get(room: FlaskClient, path: str) -> bytes:
    response = room.get(path)
    assert response.status_code == 200, response.text
    assert response.content_type == "application/atom+xml; charset=utf-8"
    return bytes(response.data)


def entries(room: FlaskClient, path: str) -> list[Any]:
    found = feedparser.parse(get(room, path))
    assert not found.bozo, found.get("bozo_exception")
    return list(found.entries)


@pytest.fixture(scope="module")
def room(room_home: Path) -> FlaskClient:
    return client(room_home)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    told = Story(tmp_path_factory.mktemp("begun"))
    told.publish(decision("24 001 001", summary="Noise at night."), later(1))
    told.publish(decision("24 001 002", summary="Late tuition."), later(2))
    return told.home


@pytest.fixture
def story(begun: Path, tmp_path: Path) -> Story:
    """A copy of those for one test."""
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return Story(tmp_path, pages=9)


# The form


def check(document: bytes) -> None:
    """The rules of RFC 4287 for a feed (4.1.1) and its entries (4.1.2), as far as we write any."""
    root = ElementTree.fromstring(document)  # noqa: S314 - our own
    assert root.tag == f"{{{ATOM}}}feed"
    assert {child.tag.removeprefix(f"{{{ATOM}}}") for child in root} <= {
        "id", "title", "updated", "author", "rights", "link", "entry",
    }  # fmt: skip
    one(root, "id", "title", "updated")
    assert len(root.findall(f"{{{ATOM}}}rights")) <= 1
    author = root.findall(f"{{{ATOM}}}author")
    assert len(author) == 1
    one(author[0], "name")
    links(root, "self", "alternate")
    names = [text(entry, "id") for entry in root.findall(f"{{{ATOM}}}entry")]
    assert len(set(names)) == len(names)
    for entry in root.findall(f"{{{ATOM}}}entry"):
        one(entry, "id", "title", "updated", "content")
        assert len(entry.findall(f"{{{ATOM}}}rights")) <= 1
        content = entry.find(f"{{{ATOM}}}content")
        assert content is not None
        assert content.get("type") == "text"
        assert not list(content)
        links(entry)
        for term in entry.findall(f"{{{ATOM}}}category"):
            assert term.get("term")


def one(element: ElementTree.Element, *names: str) -> None:
    for name in names:
        assert len(element.findall(f"{{{ATOM}}}{name}")) == 1, name
        assert text(element, name).strip()
    if "updated" in names:
        at = text(element, "updated")
        assert "T" in at
        assert datetime.fromisoformat(at).tzinfo is not None
    if "id" in names:
        assert urlsplit(text(element, "id")).scheme == "urn"


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(f"{{{ATOM}}}{name}") or ""


def links(element: ElementTree.Element, *wanted: str) -> None:
    found = element.findall(f"{{{ATOM}}}link")
    for link in found:
        address = urlsplit(link.get("href") or "")
        assert address.scheme in ("http", "https")
        assert address.netloc
    rels = [(link.get("rel"), link.get("type")) for link in found]
    # No two alternates of one type and language (4.1.1, 4.1.2).
    assert len(set(rels)) == len(rels)
    assert {*wanted} <= {rel for rel, _ in rels}


@pytest.mark.parametrize("path", FEEDS)
def test_every_feed_is_as_the_standard_says(room: FlaskClient, path: str) -> None:
    document = get(room, path)
    check(document)
    assert "© Local Government" in feedparser.parse(document).feed.rights
    assert entries(room, path)


def test_an_empty_feed_is_a_feed(room: FlaskClient, tmp_path: Path) -> None:
    check(get(room, "/search.atom?q=xylophone"))
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None):
        pass
    check(get(client(tmp_path), "/changes.atom"))


@pytest.mark.parametrize(
    "path",
    ["/body/nobody.atom", "/body/Northmoor%20District%20Council.atom", "/category/nothing.atom",
     "/category/housing/noise.atom", "/category/%00.atom"],
)  # fmt: skip
def test_of_nobody_there_is_no_feed(room: FlaskClient, path: str) -> None:
    assert room.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/changes.atom?q=x", "/changes.atom?before=x", "/search.atom?q=(", "/search.atom?colour=red",
     "/search.atom?before=0", "/changes.atom?limit=51"],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_so(room: FlaskClient, path: str) -> None:
    assert room.get(path).status_code == 400


# What stands in it


def test_an_entry_says_what_happened_in_plain_words(story: Story) -> None:
    first = decision("24 001 001", summary="Noise at night.")
    story.publish(decision("24 001 001", summary="Noise all night."), later(3), first)
    story.happens("24 001 001", K.EXPIRED, later(4))
    story.happens("24 001 001", K.RESTORED, later(5))
    story.happens("24 001 001", K.DERIVED, later(6))
    told = entries(client(story.home), "/search.atom?q=noise")
    name = "Northmoor District Council (24 001 001)"
    assert [one.title for one in told] == [
        f"{name}: back on the Ombudsman's site",
        f"{name}: no longer on the Ombudsman's site (five years after the decision)",
        f"{name}: the published text was amended (version 2)",
        f"{name}: added to the archive (version 1)",
    ]
    assert [one.tags[0].term for one in told] == ["restored", "expired", "amended", "added"]
    assert told[0].updated == "2026-03-02T12:05:00Z"
    assert told[0].link == "http://localhost/decision/lgsco/24-001-001"
    assert told[0].rights == "© Local Government and Social Care Ombudsman"
    said = told[0].content[0].value
    assert "Housing > Allocations" in said
    assert "decided 9 June 2025" in said
    assert said.endswith("Summary: Noise all night.")


def test_names_are_for_ever_and_the_same_in_every_feed(story: Story) -> None:
    room = client(story.home)
    before = {one.title: one.id for one in entries(room, "/changes.atom")}
    story.happens("24 001 001", K.EXPIRED, later(4))
    again = client(story.home, public_url="https://archive.example")
    for path in ("/changes.atom", "/search.atom", "/category/housing.atom"):
        after = {one.title: one.id for one in entries(again, path)}
        assert {title: after[title] for title in before} == before
    assert len({one.id for one in entries(again, "/changes.atom")}) == 3
    assert entries(again, "/changes.atom")[0].link.startswith("https://archive.example/decision/")


def test_the_pages_of_a_feed_have_every_change_once(story: Story) -> None:
    for minute in range(7):
        story.happens("24 001 001", K.EXPIRED if minute % 2 else K.RESTORED, later(10 + minute))
    room = client(story.home)
    whole = [one.id for one in entries(room, "/search.atom?q=noise")]
    assert len(whole) == 8
    found: list[str] = []
    names = set()
    for document in pages(room, "/search.atom?q=noise&limit=3"):
        check(document)
        told = feedparser.parse(document)
        names.add(told.feed.id)
        found += (one.id for one in told.entries)
    assert found == whole
    assert len(names) == 1


def pages(room: FlaskClient, path: str | None) -> Iterator[bytes]:
    while path is not None:
        document = get(room, path)
        yield document
        following = [
            link.href for link in feedparser.parse(document).feed.links if link.rel == "next"
        ]
        path = following[0].removeprefix("http://localhost") if following else None


def test_one_search_is_one_feed_however_its_page_was_sorted(room: FlaskClient) -> None:
    def name(path: str) -> str:
        return str(feedparser.parse(get(room, path)).feed.id)

    plainly = name("/search.atom?q=housing&outcome=upheld")
    assert name("/search.atom?outcome=upheld&q=housing&sort=oldest&offset=10&facet=year") == plainly
    assert name("/search.atom?q=housing") != plainly


def test_a_feed_names_the_page_that_shows_the_same(room: FlaskClient) -> None:
    def page(path: str) -> str:
        return str(feedparser.parse(get(room, path)).feed.link)

    assert page("/search.atom?q=housing&limit=5") == "http://localhost/search?q=housing"
    assert page("/category/housing/allocations.atom").endswith("/category/housing/allocations")
    assert page("/body/northmoor-district-council.atom").endswith("/northmoor-district-council")


# What is not passed on


def test_a_withdrawn_decision_leaves_words_of_its_title_nowhere(story: Story) -> None:
    story.publish(
        decision(
            "24 001 009",
            title=f"{HUSHED} Home (24 001 009)",
            body=f"{HUSHED} Home",
            summary=f"Miss {HUSHED} heard noise.",
        ),
        later(3),
    )
    room = client(story.home)
    assert HUSHED in get(room, "/search.atom?q=noise").decode()
    story.happens("24 001 009", K.WITHDRAWN, later(4))
    for path in ("/changes.atom", "/search.atom", "/category/housing.atom", "/search.atom?q=noise"):
        assert HUSHED not in get(room, path).decode()
    told = entries(room, "/changes.atom")
    assert [one.title for one in told][:2] == [
        "24 001 009: no longer on the Ombudsman's site (reason unknown)",
        "24 001 009: added to the archive (version 1)",
    ]
    for one in told[:2]:
        assert "24 001 009, decided 9 June 2025." in one.content[0].value
        assert "not passed on" in one.content[0].value
    # Which words stand in it, no feed tells.
    for path in ("/search.atom?q=noise", "/category/housing.atom", "/search.atom?outcome=upheld"):
        assert entries(room, path)
        assert "24 001 009" not in get(room, path).decode()
    assert room.get("/body/quibblethorpe-home.atom").status_code == 404


def test_what_is_restricted_is_not_told_while_it_is(story: Story) -> None:
    story.restrict("24 001 002")
    room = client(story.home)
    assert "tuition" not in get(room, "/changes.atom").decode().lower()
    assert not entries(room, "/search.atom?q=tuition")
    assert "looking into a question" in entries(room, "/changes.atom")[0].content[0].value


def test_an_erased_decision_is_erased_from_every_entry(story: Story) -> None:
    room = client(story.home)
    before = {one.id for one in entries(room, "/changes.atom")}
    story.erase("24 001 002")
    document = get(room, "/changes.atom").decode()
    assert "24 001 002" not in document
    assert "tuition" not in document
    told = entries(room, "/changes.atom")
    assert told[0].title == "A decision that is no longer held: erased from this archive"
    assert before < {one.id for one in told}
    check(document.encode())


# Hostile text


def test_hostile_text_is_text(tmp_path: Path) -> None:
    nasty = "\x00\x1b[2J<script>alert(1)</script>]]>&amp; \ufffe\u202e " + HOSTILE[5]
    fill(tmp_path, [hostile("24 005 001", nasty)])
    room = client(tmp_path)
    document = get(room, "/changes.atom")
    check(document)
    (told,) = entries(room, "/changes.atom")
    assert b"<script" not in document
    assert "<script>alert(1)</script>]]>&amp;" in told.content[0].value
    assert not any(sign in document.decode() for sign in "\x00\x1b\ufffe\u202e")


def test_a_query_is_echoed_as_text(room: FlaskClient) -> None:
    path = "/search.atom?q=%22%3Cscript%3Ealert(1)%3C/script%3E%22"
    document = get(room, path)
    check(document)
    assert b"<script" not in document


def test_a_document_is_written_whatever_stands_in_it() -> None:
    nasty = "".join(map(chr, (*range(0x20), 0x7F, 0x85, 0xD800, 0xFFFE, 0xFFFF, 0x1F600)))
    link = Link("self", "https://archive.example/", "text/html")
    entry = Entry("urn:uuid:1", nasty, NOON, nasty, (link,), ("added",), nasty)
    document = write(Feed("urn:uuid:0", nasty, NOON, "us", "rights", (link,), (entry,)))
    root = ElementTree.fromstring(document)  # noqa: S314 - our own
    assert root.findtext(f"{{{ATOM}}}title", "").endswith("\N{GRINNING FACE}")
    assert plain("tab\tand\nline") == "tab\tand\nline"
