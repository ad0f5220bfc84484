"""Sections, Schedules, regulations … named in a text, each as one term whatever its spelling. Pure.

``s.31``, ``s31(2)``, ``ss. 26 and 27``, ``section 24A (6)``, ``sec. 117``, ``§ 42``, ``Sch 5 para
5(b)`` and ``paragraph 5(b) of Schedule 5`` are read by one rule, in the index, in a query and for
the marks alike, so what is asked for is found however the text spells it.

A provision is a path: ``("section", "24a", "6")`` or ``("schedule", "5", "paragraph", "5", "b")``.
A text that names it also names what it lies in, so ``section 24A`` finds ``section 24A(6)``; the
other way round it does not. What this module does not do: say of which Act.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from search.words import Word

_SIGN = "§"
"""Begins the terms of provisions in the index; no word of a text holds it."""

_KINDS = {
    "section": ("section", "sections", "sect", "sects", "sec", "secs", "s", "ss", "§", "§§"),
    "schedule": ("schedule", "schedules", "sched", "scheds", "sch", "schs"),
    "paragraph": ("paragraph", "paragraphs", "para", "paras"),
    "regulation": ("regulation", "regulations", "reg", "regs"),
    "article": ("article", "articles", "art", "arts"),
    "part": ("part", "parts"),
    "chapter": ("chapter", "chapters"),
    "rule": ("rule", "rules"),
}
_KIND_OF = {spelling: kind for kind, spellings in _KINDS.items() for spelling in spellings}
KEYS = frozenset(_KIND_OF) - {"§", "§§"}
"""The words, in lower case, that a provision is named with; ``§`` besides."""

_SEVERAL = frozenset(
    (
        *("sections", "sects", "secs", "ss", "§§", "schedules", "scheds", "schs", "paragraphs"),
        *("paras", "regulations", "regs", "articles", "arts", "parts", "chapters", "rules"),
    )
)
_ROMAN_KINDS = frozenset(("part", "schedule", "chapter", "article"))
_ROMAN = {
    roman: str(number)
    for number, roman in enumerate(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv"), 1
    )
}
_TITLES = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Child|Master|Sister|Officer|Councillor)\.?\s*\Z"
"""Before a lone capital S these make a person of it: "Mr S 2 weeks later"."""

_KEY = (
    r"(?P<key>(?<![\w'’ʼ])(?ai:sections?|sects?|secs?|ss?|schedules?|scheds?|schs?|paragraphs?"
    r"|paras?|regulations?|regs?|articles?|arts?|parts?|chapters?|rules?)|§{1,2})(?![A-Za-z'’ʼ])"
)
_NUMBER = (
    r"(?:[0-9]{1,4}(?:(?!(?i:st|nd|rd|th)\b)[A-Za-z]{1,3}(?![A-Za-z0-9])"
    r"|[ \u00a0][A-Z](?=\s?[,(;)]|\s+(?:and|or|to|as|of)\b|\.?\s*\Z)|(?![A-Za-z0-9]))"
    r"|(?-i:[IVX]{1,5}|[ivx]{2,5})(?![A-Za-z0-9]))(?![.,][0-9]|[%‰/][0-9]|\s?%)"
)
_INNER = r"[0-9A-Za-z]{1,4}"
_SEVERAL_INNER = rf"{_INNER}(?:(?:\s?,\s?|\s(?:and|or|to)\s|\s?[-–]\s?){_INNER})*"
_BRACKETS = rf"(?:\s?\({_SEVERAL_INNER}\))*"
_UNIT = rf"\.?\s{{0,2}}(?P<number>{_NUMBER})(?P<brackets>{_BRACKETS})"
_JOIN = (
    r"(?P<comma>\s*,\s*(?:and\s+|or\s+)?)|(?P<word>\s+(?:and|or|&)\s+)|(?P<to>\s+to\s+|\s?[-–]\s?)"
    r"|(?P<of>\s+(?:of|in|to)\s+(?:the\s+)?)|(?P<slash>\s?/\s?)|(?P<blank>\s+)"
)
_GROUP = r"\(([^()]*)\)"
_SPLIT = r"\s?,\s?|\s(?:and|or|to)\s|\s?[-–]\s?"
_SPELT = re.compile(r"§{1,2}|[A-Za-z]{1,11}")
"""What a provision begins with; the longest of the keys has eleven letters."""


@cache
def _first() -> re.Pattern[str]:
    """A provision. Compiled when it is needed: most searches name none."""
    return re.compile(_KEY + _UNIT)


@cache
def _next() -> re.Pattern[str]:
    """One more of a run, with or without a word for what it is."""
    return re.compile(rf"(?:{_KEY})?{_UNIT}")


WIDEST = 50
"""A range (``sections 26 to 30``) names what lies between its ends, up to so many."""

MOST = 40
"""Provisions taken from one run, so that hostile text cannot bloat the index."""


class Named(NamedTuple):
    """A provision where a text names it: its path, and the characters of its number and of all."""

    path: tuple[str, ...]
    number_at: int
    start: int
    end: int


def named(text: str) -> Iterator[Named]:
    """The provisions that a text names, in order. Linear in its length, and never raises."""
    at = 0
    pattern = _first()
    while first := pattern.search(text, at):
        if not _is_person(text, first):
            found, at = _run(text, first)
            yield from found
        else:
            at = first.end("key")


def provision_places(text: str, text_words: Sequence[Word]) -> Iterator[tuple[Named, int]]:
    """The provisions that a text names, each with the place of the word that is its number.

    Each thing once for a place: "paragraphs 5 and 6 of Schedule 2" names the Schedule once.
    """
    seen: set[tuple[int, tuple[str, ...]]] = set()
    starts = [word.start for word in text_words]
    for one in named(text):
        at = bisect.bisect_right(starts, one.number_at) - 1
        # In "s31" the number is a part of the word.
        if at >= 0 and (key := (text_words[at].place, one.path)) not in seen:
            seen.add(key)
            yield one, text_words[at].place


def leading(text: str, at: int = 0) -> tuple[list[Named], int]:
    """The provisions of the run that begins precisely at ``at``, and where it ends; none, ``at``.

    What lies between the ends of a range is left out: a query asks for what it names.
    """
    key = _SPELT.match(text, at)
    if key is None or key[0].lower() not in _KIND_OF:
        return [], at
    first = _first().match(text, at)
    if first is None:
        return [], at
    found, end = _run(text, first, between=False)
    return [one for one in found if not any(_is_part(one, other) for other in found)], end


def _is_part(one: Named, other: Named) -> bool:
    """Whether another thing that was named says all of this and more."""
    size = len(one.path)
    return size < len(other.path) and one.path in (other.path[:size], other.path[-size:])


def _is_person(text: str, first: re.Match[str]) -> bool:
    key = first["key"]
    before = text[max(0, first.start() - 12) : first.start()]
    return key == "S" and re.search(_TITLES, before) is not None


def _run(text: str, first: re.Match[str], *, between: bool = True) -> tuple[list[Named], int]:
    """All that a run such as ``sections 26B(1), 34 and Schedule 5, paragraph 5(b)`` names."""
    key = first["key"].lower()
    kind = _KIND_OF[key]
    found = _units(kind, first, first.start())
    if not found:
        return [], first.end("key")
    above = found[:] if kind == "schedule" else []
    before_that: list[Named] = found if kind == "paragraph" else []
    previous, end = found, first.end()
    joins = re.compile(_JOIN)
    while len(found) < MOST and (join := joins.match(text, end)):
        following = _next().match(text, join.end())
        if following is None:
            break
        if following["key"] is None:
            if not _joins(join, following, key):
                break
            units = _units(kind, following, following.start("number"))
            if between and join["to"]:
                found += _between(previous, units)
        else:
            if _is_person(text, following):
                break
            key = following["key"].lower()
            kind = _KIND_OF[key]
            units = _units(kind, following, following.start("key"))
            if kind == "paragraph" and above and not join["word"]:
                found += [_under(above[-1], one) for one in units]
            elif kind == "schedule" and before_that and join["of"]:
                found += [_under(units[-1], one) for one in before_that]
            elif (join["of"] or join["blank"]) and kind == previous[-1].path[0]:
                break
            above = units[:] if kind == "schedule" else above
            before_that = units if kind == "paragraph" else []
        if following["key"] is None and kind == "paragraph":
            before_that = [*before_that, *units]
            found += [_under(above[-1], one) for one in units] if above else []
        if not units:
            break
        found += units
        previous, end = units, following.end()
    return found[:MOST], end


def _joins(join: re.Match[str], following: re.Match[str], key: str) -> bool:
    """Whether a bare number after a provision is one more: "ss 26, 27", not "section 42, 3 men"."""
    if join["blank"] or join["of"]:
        return False
    number = following["number"]
    if number.isdigit() and len(number) == 4:
        return False  # a year
    return key in _SEVERAL or not number.isdigit() or bool(following["brackets"])


def _units(kind: str, match: re.Match[str], start: int) -> list[Named]:
    number = re.sub(r"\s", "", match["number"]).lower()
    if number[0] in "ivx":
        if kind not in _ROMAN_KINDS or number not in _ROMAN:
            return []
        number = _ROMAN[number]
    at, end = match.start("number"), match.end()
    paths: list[tuple[str, ...]] = [(kind, number)]
    for group in re.findall(_GROUP, match["brackets"]):
        inner = [part.strip().lower() for part in re.split(_SPLIT, group)]
        paths = [(*path, part) for path in paths[-1:] for part in inner if part]
    return [Named(path, at, start, end) for path in paths]


def _between(low: Sequence[Named], high: Sequence[Named]) -> list[Named]:
    first, last = low[-1].path, high[0].path
    if len(first) != 2 or not (first[1].isdigit() and last[1].isdigit()):
        return []
    inner = range(int(first[1]) + 1, int(last[1]))
    if len(inner) > WIDEST:
        return []
    return [high[0]._replace(path=(first[0], str(number))) for number in inner]


def _under(schedule: Named, paragraph: Named) -> Named:
    start, end = min(schedule.start, paragraph.start), max(schedule.end, paragraph.end)
    at = max(schedule.number_at, paragraph.number_at)
    return Named((*schedule.path, *paragraph.path), at, start, end)


def term(path: Sequence[str]) -> str:
    """The term of the index that stands for a provision."""
    return _SIGN + " ".join(path)


def terms(path: Sequence[str]) -> Iterator[str]:
    """The terms of a provision named in a text: itself and what it lies in."""
    least = 4 if path[2:3] == ("paragraph",) else 2
    for length in range(least, len(path) + 1):
        yield term(path[:length])


def names(path: Sequence[str], asked: Sequence[str]) -> bool:
    """Whether a text that names ``path`` names what is asked for."""
    return term(asked) in terms(path)


def spelt(path: Sequence[str]) -> str:
    """A provision in the spelling that ``leading`` reads back: ``schedule 5 paragraph 5(b)``."""
    pieces: list[str] = []
    for part in path:
        if part in _KINDS and (not pieces or part == "paragraph"):
            pieces.append(f" {part} " if pieces else f"{part} ")
        elif pieces[-1].endswith(" "):
            pieces.append(part.upper())
        else:
            pieces.append(f"({part})")
    return "".join(pieces)
