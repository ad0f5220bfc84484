"""What a text cites, told once each with its links; and which addresses may be linked to at all.

Pure. What is a citation was found when the text was read (``scraper.citations``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from archive.records import Citation, CitationKind


class Link(NamedTuple):
    """Words, and an address where there is one that may be linked to."""

    words: str
    url: str | None


class Cited(NamedTuple):
    """What a paragraph cites: an Act with its provisions, or a guidance, a tribunal, a case."""

    name: Link
    provisions: tuple[Link, ...]


def outside(url: str | None) -> str | None:
    """An address that may be linked to: http or https, with a host. Others are None.

    What a page or a table says is an address may be a script.
    """
    if url is None or any(ord(char) <= 0x20 for char in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host else None


def cited_once(rows: Sequence[Citation]) -> Iterator[Cited]:
    """Each Act, guidance, tribunal and case of these citations once, in order."""
    together: dict[tuple[str, str], dict[Link, None]] = {}
    acts: dict[tuple[str, str], str | None] = {}
    for row in rows:
        key = name_of(row)
        provisions = together.setdefault(key, {})
        if row.act and row.provision:
            provisions[Link(row.provision, outside(row.url))] = None
        else:
            acts[key] = acts.get(key) or outside(row.url)
    for key, provisions in together.items():
        yield Cited(Link(key[0], acts.get(key)), tuple(provisions))


def name_of(row: Citation) -> tuple[str, str]:
    """What a citation is told under, and its kind: the Act with its year, else the words."""
    if row.kind is CitationKind.STATUTE and row.act:
        return (row.act if row.year is None else f"{row.act} {row.year}"), row.kind.value
    return " ".join(row.raw.split()), row.kind.value
