"""Atom feeds (RFC 4287), in pages (RFC 5005), as bytes. Pure.

Text from pages and queries is hostile: it goes in as text, never as markup, and what XML cannot
hold, and what could make a line read as something it is not, is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from archive.screen import clean

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Link:
    """``href`` is a whole address; ``type`` the media type of what is there, where it is known."""

    rel: str
    href: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``id`` is an IRI that is never used for another; ``terms`` are what
    a program may sort by."""

    id: str
    title: str
    updated: datetime
    content: str
    links: Sequence[Link] = ()
    terms: Sequence[str] = ()
    rights: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of a feed; all pages of one have the same ``id``."""

    id: str
    title: str
    updated: datetime
    author: str
    rights: str | None
    links: Sequence[Link]
    entries: Sequence[Entry]


def write(feed: Feed) -> bytes:
    """The document in UTF-8."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(_name("feed"))
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", instant(feed.updated))
    author = ElementTree.SubElement(root, _name("author"))
    _text(author, "name", feed.author)
    if feed.rights is not None:
        _text(root, "rights", feed.rights)
    _links(root, feed.links)
    for entry in feed.entries:
        _entry(root, entry)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def instant(at: datetime) -> str:
    """An instant as RFC 3339 has it, in UTC to the microsecond where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(text: str) -> str:
    """Text that XML can hold, without characters that show as nothing."""
    return _NOT_XML.sub("", clean(text))


def _entry(root: ElementTree.Element, entry: Entry) -> None:
    element = ElementTree.SubElement(root, _name("entry"))
    _text(element, "id", entry.id)
    _text(element, "title", " ".join(entry.title.split()))
    _text(element, "updated", instant(entry.updated))
    for term in entry.terms:
        ElementTree.SubElement(element, _name("category"), {"term": plain(term)})
    _links(element, entry.links)
    if entry.rights is not None:
        _text(element, "rights", entry.rights)
    content = ElementTree.SubElement(element, _name("content"), {"type": "text"})
    content.text = plain(entry.content)


def _links(above: ElementTree.Element, links: Sequence[Link]) -> None:
    for link in links:
        attributes = {"rel": link.rel, "href": plain(link.href)}
        if link.type is not None:
            attributes["type"] = link.type
        ElementTree.SubElement(above, _name("link"), attributes)


def _text(above: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(above, _name(name)).text = plain(text)


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"
