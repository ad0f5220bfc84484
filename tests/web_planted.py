"""Text that tries to become markup, and a look at pages for whether any of it did."""

from __future__ import annotations

import re
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from archive.dictionary import METADATA
from search.index import Index
from tests.planting import grown

TEXT = (
    "PLANTED{{7*7}}${7*7}\"'` x-planted=1 onfocus=planted() autofocus>"
    "</title></style></script></textarea></svg></mark></a><x-planted>"
    "<script>planted()</script><img src=x onerror=planted()><svg/onload=planted()>"
    '<a href="javascript:planted()">here</a><iframe srcdoc="<x-planted>"></iframe>'
    "<base href=//evil.example><meta http-equiv=refresh content=0;url=//evil.example>"
    "&lt;x-planted&gt;&#60;x-planted&#62;]]><x-planted/><!--\u2028*/--></x-planted>"
)
"""For every place in a page: text, attribute, title, style, script, link, template, comment."""

ADDRESS = "javascript:planted()//"

_SCHEMES = frozenset(("", "http", "https", "mailto"))
_LINKS = frozenset(
    ("href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "ping")
)
_NEVER = "iframe, object, embed, base, img, applet, meta[http-equiv], style, x-planted, template"
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9-]*(:[a-z]+)?", re.IGNORECASE)
_OF_HTML = frozenset(("html", "text/html"))


def planted_archive(home: Path) -> None:
    """An archive at this home whose every text tries to become markup, with its index."""
    config = grown(home, text=TEXT)
    with closing(sqlite3.connect(home / "decisions.db")) as connection:
        for table in METADATA.sorted_tables:
            for column in table.columns:
                if column.name in ("url", "final_url", "website", "licence_url"):
                    connection.execute(
                        f'UPDATE "{table.name}" SET "{column.name}" = ? || rowid '  # noqa: S608 - our own names
                        f'WHERE "{column.name}" IS NOT NULL',
                        [ADDRESS],
                    )
        # A decision under such a reference has no address that leads to it.
        connection.execute("UPDATE decision SET reference = substr(reference, 1, 10)")
        connection.execute("UPDATE restriction SET lifted_at = made_at")
        connection.commit()
    from archive.opening import open_to_read

    with open_to_read(config) as archive:
        Index(config.index_dir).rebuild(archive)


def harm(page: str) -> list[str]:
    """Everything in an HTML page that was made of planted text, or could run."""
    return list(_harm(page))


def _harm(page: str) -> Iterator[str]:
    tree = LexborHTMLParser(page)
    yield from (f"a {node.tag}: {node.html!r:.120}" for node in tree.css(_NEVER))
    for node in tree.css("script"):
        source = str(node.attributes.get("src") or "")
        if not source.startswith("/static/") or node.text().strip():
            yield f"a script: {node.html!r:.120}"
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            if name.lower().startswith("on") or name == "style" or "planted" in name.lower():
                yield f"an attribute {name} of {node.tag}"
            if not _ATTRIBUTE.fullmatch(name):
                yield f"an attribute called {name!r}"
            if name in _LINKS and not _harmless(value or ""):
                yield f"a link to {value!r:.80}"
    if "PLANTED49" in page:
        yield "a template was made of it"


def _harmless(address: str) -> bool:
    # As a browser reads it: without blanks and control characters in front or in the scheme.
    bare = re.sub(r"[\x00-\x20\x7f]", "", address)
    if bare.startswith(("//", "/\\", "\\")):
        return False
    try:
        return urlsplit(bare).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def harm_in_feed(feed: str) -> list[str]:
    """The same for an Atom feed, with what its readers would show as HTML."""
    found = []
    for element in ET.fromstring(feed).iter():  # noqa: S314 - our own answer, to be held as XML
        if "planted" in element.tag:
            found.append(f"an element {element.tag}")
        found += [f"an attribute {name}" for name in element.attrib if "planted" in name]
        for name in ("href", "src", "uri"):
            if not _harmless(element.attrib.get(name, "")):
                found.append(f"a link to {element.attrib[name]}")
        if element.tag.endswith("}uri") and not _harmless(element.text or ""):
            found.append(f"a link to {element.text}")
        if element.attrib.get("type") in _OF_HTML:
            found += harm(element.text or "")
    return found
