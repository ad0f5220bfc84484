"""A page of the reading room as a person's program reads it: its text by anchor, its links."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

from archive.opening import open_to_read, open_to_write
from archive.records import Decision
from search.index import Index
from tests.exporting import settings
from tests.specimens import SOURCE, later, page
from tests.web import client


def got(home: Path, address: str, **choices: object) -> TestResponse:
    """The answer to a GET, without following where it leads."""
    return _room(home, **choices).get(address)


_room = lru_cache(maxsize=8)(client)
"""A room opens its archive for each request, so one serves many tests."""


def tree(response: TestResponse) -> LexborHTMLParser:
    """The page; it has to be one."""
    assert response.status_code == 200, response.text
    assert response.mimetype == "text/html"
    return LexborHTMLParser(response.text)


def one(found: LexborHTMLParser, selector: str) -> LexborNode:
    """The one element that a selector finds."""
    (node,) = found.css(selector)
    return node


def text(found: LexborHTMLParser, selector: str) -> str:
    """The text of the one element, white space folded."""
    return " ".join(one(found, selector).text().split())


def links(found: LexborHTMLParser) -> list[str]:
    """Every address that is linked to, in order."""
    return [str(node.attributes["href"]) for node in found.css("a[href]")]


def amend(home: Path, before: Decision, after: Decision) -> None:
    """A new capture in which the publisher has amended the text."""
    config = settings(home)
    with open_to_write(config, now=later(90), tell=lambda _: None) as archive:
        capture = page(after.reference, b"<html>amended</html>", fetched_at=later(90))
        held = archive.save_page(capture)
        source_id = archive.register(SOURCE)
        archive.save_decision(source_id, after, [held], at=later(90), previous=before)
        Index(config.index_dir).follow(archive)


def held(home: Path, reference: str) -> Decision:
    """A decision as the archive has it."""
    with open_to_read(settings(home)) as archive:
        return archive.find(reference).decision
