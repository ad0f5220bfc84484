"""What a slug in an address stands for: a name that is shown, several, or none but near ones.

Names of which nothing is shown (``archive.catalogue``) are answered like names that were never
heard of, and are never offered.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive import catalogue
from archive.store import Archive
from search.web.addresses import slug

NEAR = 8
"""Names offered for one that is not known."""

LONGEST = 120
"""Characters of an address that near names are looked for."""

_TRIED = 40
"""Near names whose being shown is looked up."""


@dataclass(frozen=True, slots=True)
class Found:
    """``names`` of that slug, or ``other``, the one name of which it is another spelling's slug."""

    names: tuple[str, ...] = ()
    other: str | None = None


@lru_cache(maxsize=20_000)
def slug_of(name: str) -> str:
    """The slug of a name, remembered: thousands are compared for each page."""
    return slug(name)


def find_body(archive: Archive, source: str, asked: str, *, withdrawn: bool) -> Found:
    """The council or provider of a slug."""
    pairs = [pair for pair in catalogue.spellings(archive) if slug_of(pair[0]) == asked]
    shown = catalogue.shown_among(archive, source, pairs, withdrawn=withdrawn)
    names = {name for _, name in shown}
    if len(names) == 1 and not any(slug_of(name) == asked for name in names):
        return Found(other=names.pop())
    return Found(names=tuple(sorted(names)))


def near_bodies(archive: Archive, source: str, asked: str, *, withdrawn: bool) -> tuple[str, ...]:
    """Councils and providers with a name near to a slug. Holds all names against it, which takes
    a while: a job."""
    by_spelling = dict(catalogue.spellings(archive))
    alike = _alike(asked, list(by_spelling))[:_TRIED]
    pairs = [(spelling, by_spelling[spelling]) for spelling in alike]
    shown = catalogue.shown_among(archive, source, pairs, withdrawn=withdrawn)
    return tuple(dict.fromkeys(name for _, name in shown))[:NEAR]


def find_category(
    known: dict[str, list[str]], asked: str, part: str | None
) -> tuple[list[tuple[str, str | None]], tuple[str, ...]]:
    """The categories (or pairs with a sub-category) of a slug, and near names where there are none;
    ``known`` as ``archive.catalogue.read_categories`` gives it."""
    tops = [name for name in known if slug_of(name) == asked]
    if not tops:
        return [], tuple(_alike(asked, list(known)))[:NEAR]
    if part is None:
        return [(name, None) for name in tops], ()
    pairs: list[tuple[str, str | None]] = [
        (name, each) for name in tops for each in known[name] if slug_of(each) == part
    ]
    return pairs, () if pairs else tuple(_alike(part, [p for name in tops for p in known[name]]))


def _alike(asked: str, names: Sequence[str]) -> list[str]:
    """Names that are spelt alike, then those that hold every word."""
    by_slug: dict[str, str] = {}
    for name in names:
        by_slug.setdefault(slug_of(name), name)
    short = asked[:LONGEST]
    close = difflib.get_close_matches(short, by_slug, n=_TRIED // 2, cutoff=0.6)
    parts = set(short.split("-"))
    holding = [each for each in by_slug if parts <= set(each.split("-"))]
    return [by_slug[each] for each in dict.fromkeys([*close, *holding])]
