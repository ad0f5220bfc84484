"""Tables of a page as plain rows, and the figures of a command to hold them against."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from selectolax.lexbor import LexborNode as Node

from search.web.application import create_app
from search.web.site import Choices
from tests.exporting import run, settings
from tests.web import over
from tests.web_structure import words


def room(home: Path, **choices: Any) -> FlaskClient:
    """A browser over this archive, today: the commands take no other day."""
    site = over(settings(home), Choices(**choices), now=lambda: datetime.now(UTC))
    return create_app(site).test_client()


def told(home: Path, *words_: str) -> Any:
    """What a command prints with ``--json``."""
    done = run(home, *words_, "--json")
    assert done.exception is None, done.output
    return json.loads(done.stdout)


def table(html: str, caption: str) -> list[dict[str, str]]:
    """The rows of the table under this ``id`` of a caption, by the words of its headings; a heading
    over two columns is that of the first, the second has no words."""
    tree = LexborHTMLParser(html)
    for found in tree.css("table"):
        if found.css_first(f"caption#{caption}") is None:
            continue
        headings: list[str] = []
        for cell in found.css("thead th"):
            assert cell.attributes.get("scope") == "col"
            wide = int(cell.attributes.get("colspan") or 1)
            headings += [words(cell), *(f"drawn {len(headings)}" for _ in range(wide - 1))]
        rows = []
        for row in found.css("tbody tr"):
            cells = row.css("th, td")
            if len(cells) > 1:
                assert [cell.attributes.get("scope") for cell in row.css("th")] == ["row"]
                rows.append({name: words(cell) for name, cell in zip(headings, cells, strict=True)})
        return rows
    raise AssertionError(f"no table has a caption {caption!r}")


def number(text: str) -> int:
    """``1,234`` as a number."""
    return int(text.replace(",", ""))


def percent(rate: Any) -> str:
    """A rate of JSON as pages write it."""
    return "–" if rate is None else f"{rate['share'] * 100:.0f}%"


def span(rate: Any) -> str:
    """Its interval."""
    return "–" if rate is None else f"{rate['low'] * 100:.0f}–{rate['high'] * 100:.0f}%"


def pounds(pence: int) -> str:
    """A sum as pages write it."""
    return f"£{pence // 100:,}" + (f".{pence % 100:02}" if pence % 100 else "")


def one(html: str | Node, selector: str) -> Node:
    """The first element of a selector, which has to be there."""
    node = (LexborHTMLParser(html) if isinstance(html, str) else html).css_first(selector)
    assert node is not None, selector
    return node


def attribute(node: Node, name: str) -> str:
    """An attribute, which has to be there."""
    value = node.attributes.get(name)
    assert value is not None, name
    return value
