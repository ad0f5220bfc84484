"""What a paragraph cites: statutes, guidance, tribunals and cases, each told from the others.

    (Local Government Act 1974, sections 26B and 34D, as amended)

gives two citations of the Local Government Act, 1974, ``section 26B`` and ``section 34D``; both
have the span of the whole phrase up to the last provision. Brackets need not be there, or closed:
a citation never goes beyond its paragraph. Provisions may stand before the Act ("section 42 of the
Care Act 2014"). Without a year an Act must be one of the table, or name a provision.

Guidance, tribunals and cases are cited by their title or name as printed, without provisions. Where
titles overlap, a statute comes before a case, a case before guidance, guidance before a tribunal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from archive.records import Citation, CitationKind
from scraper import courts, guidance, statute_titles
from scraper.provisions import AFTER_TITLE, BEFORE_TITLE, Provision, provisions
from scraper.statutes import CHAPTERS, UNDATED, address

_REACH = 120
_NEAR = 20
_DIGIT = re.compile(r"\d")
_REMEMBERED = 2_000
"""Characters of the longest paragraph that is remembered: set ones are shorter."""


class _Named(NamedTuple):
    """A citation without its place in the decision; the fields are those of ``Citation``."""

    char_start: int
    char_end: int
    act: str | None
    year: int | None
    provision: str | None
    raw: str
    url: str | None
    kind: CitationKind


def cited(text: str, section: int, paragraph: int) -> list[Citation]:
    """What a paragraph cites, in order; ``section`` is a position, ``paragraph`` an ordinal."""
    # The marks of all kinds, written out: a loop over the tables would take four times as long, and
    # this quick look spares the rules most paragraphs.
    if not (
        "Act" in text
        or "uidance" in text
        or "ode" in text
        or "ribunal" in text
        or "Regulation" in text
        or "Order" in text
        or "Rules" in text
        or "rinciples" in text
        or "ramework" in text
        or "ogether to" in text
        or " v " in text
        or "[" in text
    ):
        return []
    found = _remembered(text) if len(text) <= _REMEMBERED else _find(text)
    return [Citation._make((section, paragraph, *each)) for each in found]


def _find(text: str) -> tuple[_Named, ...]:
    titles = statute_titles.statute_titles(text)
    found = list(_statutes(text, [title for title in titles if not title.guidance]))
    taken = bytearray(len(text))
    for each in found:
        taken[each.char_start : each.char_end] = b"\x01" * (each.char_end - each.char_start)
    of_acts = [(title.start, title.end) for title in titles if title.guidance]
    for kind, spans in (
        (CitationKind.CASE, courts.cases(text)),
        (CitationKind.GUIDANCE, [*of_acts, *guidance.guidance_titles(text)]),
        (CitationKind.TRIBUNAL, courts.tribunals(text)),
    ):
        for start, end in sorted(spans, key=_longest_first):
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                raw = text[start:end]
                found.append(_Named(start, end, None, None, None, raw, None, kind))
    return tuple(sorted(found, key=_place))


_remembered = lru_cache(maxsize=2048)(_find)
"""Most citations stand in set paragraphs that all decisions share."""


def _longest_first(span: tuple[int, int]) -> int:
    return span[0] - span[1]


def _place(named: _Named) -> int:
    return named.char_start


def _statutes(text: str, titles: Sequence[statute_titles.Title]) -> Iterator[_Named]:
    last = 0
    for title in titles:
        following = AFTER_TITLE.match(text, title.end)
        leading = None
        if _DIGIT.search(text, max(0, title.start - _NEAR), title.start) is not None:
            # What another Act has already taken is not this one's.
            leading = BEFORE_TITLE.search(text, max(last, title.start - _REACH), title.start)
        parts: list[Provision] = []
        first, last = title.start, title.end
        if leading is not None:
            parts += provisions(leading.group("list"))
            first = leading.start()
        if following is not None:
            parts += provisions(following.group("list"))
            last = following.end("list")
        undated = title.name in CHAPTERS or title.name in UNDATED
        if title.year is None and not undated and not (parts and title.name.endswith("Act")):
            continue
        raw = text[first:last]
        named: Sequence[Provision | None] = parts or (None,)
        for part in named:
            kind, number, shown = part or (None, None, None)
            yield _Named(
                char_start=first,
                char_end=last,
                act=title.name,
                year=title.year,
                provision=shown,
                raw=raw,
                url=address(title.name, title.year, kind, number),
                kind=CitationKind.STATUTE,
            )
