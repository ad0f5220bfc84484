"""Statutes named in a paragraph: Act, year, and each section, Schedule or regulation by itself.

    (Local Government Act 1974, sections 26B and 34D, as amended)

gives two citations of the Local Government Act, 1974, ``section 26B`` and ``section 34D``; both
have the span of the whole phrase up to the last provision. Brackets need not be there, or closed.
Provisions may stand before the Act ("section 42 of the Care Act 2014").

A title is found from its last word ("Act", "Regulations" …) leftwards over capitalised words, so
that no list of Acts is needed; without a year it must be an Act of the table, or name a provision.
Guidance, codes, tribunals, cases, traffic orders and "the Act" alone are no statutes and give
nothing. The rules were made for the spellings in the publisher's own texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from archive.records import Citation
from scraper.statutes import CHAPTERS, UNDATED, address


class Provision(NamedTuple):
    """One part of a statute: ``kind`` is ``section``, ``schedule``, ``regulation`` …"""

    kind: str
    number: str
    text: str


_LAST_WORDS = ("Act", "Regulation", "Order", "Rules")
_ANCHOR = re.compile(r"(?<!\w)(Act|Regulations?|Order|Rules)\b(?:\s+((?:1[6-9]|20)\d\d)\b)?")
_LONGEST_BRACKET = 80
_LONGEST_WORD = 80
_LONGEST_REMEMBERED = 3_000
_MOST_WORDS = 30
_MOST_PARTS = 100
"""Bounds for hostile text; the longest real title has some twenty words, real brackets name five
parts. Without them "Act Act Act …" takes half a minute, "(1,2)(1,2)(1,2) …" all the memory."""
_CONNECTORS = frozenset(("and", "of", "for", "to", "in", "from", "etc.", "etc", "by", "with", "at"))
_NO_START = frozenset(
    (
        *("The", "Under", "In", "See", "Section", "Sections", "Schedule", "This", "That", "By"),
        *("And", "Also", "Both", "Part", "When", "However", "As", "On", "For", "If", "Our", "Its"),
        *("Their", "His", "Her", "A", "An", "From", "Since", "Where", "Regulation", "Paragraph"),
        *("With", "To", "Of", "But", "Because", "Although", "While", "These", "Those", "Any"),
        *("Current", "Relevant", "Amended", "New", "It", "We", "I", "Following", "Before", "After"),
    )
)
_GUIDANCE_AFTER = re.compile(
    r"\s*(?:[:–-]\s*)?(?:\(?[Cc]odes? of [Pp]ractice|(?:[Ss]tatutory )?[Gg]uidance\b)"
)

_KINDS = {
    "s": "section", "ss": "section", "section": "section", "sections": "section",
    "reg": "regulation", "regs": "regulation", "regulation": "regulation",
    "regulations": "regulation", "para": "paragraph", "paras": "paragraph",
    "paragraph": "paragraph", "paragraphs": "paragraph", "sch": "schedule", "schedule": "schedule",
    "schedules": "schedule", "part": "part", "parts": "part", "chapter": "chapter",
    "chapters": "chapter", "article": "article", "articles": "article", "art": "article",
    "rule": "rule", "rules": "rule",
}  # fmt: skip
_KIND = (
    r"(?:(?:[Ss]ections?|[Rr]eg(?:ulation)?s?|[Pp]ara(?:graph)?s?|[Ss]ch(?:edule)?s?|[Pp]arts?"
    r"|[Cc]hapters?|[Aa]rt(?:icle)?s?|[Rr]ules?)\b\.?|[Ss]{1,2}\b\.?|[Ss]{1,2}(?=\d))"
)
_NUMBER = (
    r"(?:\d{1,4}(?:[A-Z]{1,3}\b|[a-z]\b|\s[A-Z](?=\s?[,(;)]|\s+(?:and|or|to|as|of)\b|\.?$))?"
    r"|[A-Z]\d{1,2}\b)"
)
_INNER = r"[0-9A-Za-z]{1,4}"
_BRACKETS = rf"(?:\s?\({_INNER}(?:(?:\s?,\s?|\s(?:and|or|to)\s|\s?[-–]\s?){_INNER})*\))*"
_UNIT = rf"{_NUMBER}{_BRACKETS}"
_JOIN = (
    r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|&)\s+|\s+(?:to|of)\s+|\s*[-–]\s*|/"
    r"|,?\s+as amended,\s*(?:and\s+)?(?=[Ss]ections?\s\d|Schedule\s))"
)
_LIST = rf"{_KIND}\s?{_UNIT}(?:{_JOIN}(?:{_KIND}\s?)?{_UNIT})*"
_AFTER = re.compile(rf"\s*[,;:]?\s*(?:\(as amended\)\s*,?\s*|as amended,?\s*)?\(?(?P<list>{_LIST})")
_BEFORE = re.compile(rf"(?P<list>{_LIST}),?\s+(?:(?:of|to|in|under)\s+)?(?:[Tt]he\s+)?$")
_REACH = 120
_NEAR = 20
_DIGIT = re.compile(r"\d")

_STEP = re.compile(
    rf"(?P<join>{_JOIN})?(?:(?P<kind>{_KIND})\s?)?(?P<number>{_NUMBER})(?P<brackets>{_BRACKETS})"
)
_WITHIN_SCHEDULES = frozenset(("paragraph", "article", "part"))
_SHOWN = {"schedule": "Schedule", "part": "Part", "chapter": "Chapter"}
_BRACKET = re.compile(r"\(([^()]*)\)")
_BRACKET_JOIN = re.compile(r"\s?,\s?|\s(?:and|or)\s")


def cited(text: str, section: int, paragraph: int) -> list[Citation]:
    """The statutes that a paragraph names, in order; ``section`` is a position."""
    if not ("Act" in text or "Regulation" in text or "Order" in text or "Rules" in text):
        return []
    found = _named(text) if len(text) <= _LONGEST_REMEMBERED else _find(text)
    return [Citation(section, paragraph, *each) for each in found]


class _Named(NamedTuple):
    """A citation without its place in the decision; the fields are those of ``Citation``."""

    char_start: int
    char_end: int
    act: str
    year: int | None
    provision: str | None
    raw: str
    url: str | None


@lru_cache(maxsize=2048)
def _named(text: str) -> tuple[_Named, ...]:
    """The statutes in a text. Remembered: most stand in set paragraphs that all decisions share."""
    return tuple(_find(text))


def _find(text: str) -> Iterator[_Named]:
    last = 0
    for name, year, start, end in _titles(text):
        following = _AFTER.match(text, end)
        leading = None
        if _DIGIT.search(text, max(0, start - _NEAR), start) is not None:
            # What another Act has already taken is not this one's.
            leading = _BEFORE.search(text, max(last, start - _REACH), start)
        parts: list[Provision] = []
        first, last = start, end
        if leading is not None:
            parts += provisions(leading.group("list"))
            first = leading.start()
        if following is not None:
            parts += provisions(following.group("list"))
            last = following.end("list")
        undated = name in CHAPTERS or name in UNDATED
        if year is None and not undated and not (parts and name.endswith("Act")):
            continue
        raw = text[first:last]
        named: Sequence[Provision | None] = parts or (None,)
        for part in named:
            yield _Named(
                char_start=first,
                char_end=last,
                act=name,
                year=year,
                provision=None if part is None else part.text,
                raw=raw,
                url=address(
                    name,
                    year,
                    None if part is None else part.kind,
                    None if part is None else part.number,
                ),
            )


def _titles(text: str) -> list[tuple[str, int | None, int, int]]:
    """Titles of statutes: name without its year, year, span of both. The longer one wins."""
    found: list[tuple[str, int | None, int, int]] = []
    for anchor in _anchors(text):
        year = None if anchor.group(2) is None else int(anchor.group(2))
        word = anchor.group(1)
        if _GUIDANCE_AFTER.match(text, anchor.end()):
            continue
        start = _title_start(text, anchor.start())
        if word != "Act" and year is None and text[start : anchor.end(1)] not in UNDATED:
            continue
        if start == anchor.start() or (word == "Order" and "(" not in text[start : anchor.start()]):
            continue  # a Traffic Regulation Order is no statute; real ones have a bracket
        while found and found[-1][3] > start:
            found.pop()  # "Health and Social Care Act 2008 (Regulated Activities) Regulations 2014"
        name = " ".join(text[start : anchor.end(1)].split())
        found.append((name, year, start, anchor.end()))
    return found


def _anchors(text: str) -> list[re.Match[str]]:
    """The last words of titles. Found by plain search, as most paragraphs have none."""
    found: list[re.Match[str]] = []
    for word in _LAST_WORDS:
        at = text.find(word)
        while at >= 0:
            if (anchor := _ANCHOR.match(text, at)) is not None:
                found.append(anchor)
            at = text.find(word, at + 1)
    return sorted(found, key=re.Match.start) if len(found) > 1 else found


def _title_start(text: str, end: int) -> int:
    """Where the title that ends in the word at ``end`` begins; ``end`` itself if nowhere."""
    starts: list[tuple[int, str]] = []
    at = end
    while len(starts) < _MOST_WORDS and (start := _word_start(text, at)) < at:
        word = text[start:at].rstrip()
        if word.isdigit():
            # The year of an Act within the title of its Regulations, before a bracket.
            named = text.endswith("Act ", 0, start)
            if not (named and starts and starts[-1][1].startswith("(")):
                break
        elif word.startswith("("):
            if not (word.endswith(")") and word[1:2].isupper()):
                break
        elif word not in _CONNECTORS and not _capital(word):
            break
        at = start
        starts.append((at, word))
    while starts and (starts[-1][1] in _CONNECTORS or starts[-1][1].strip(",") in _NO_START):
        starts.pop()
    while starts and starts[-1][1].startswith("("):
        starts.pop()
    return _known_start(text, starts, end)


def _word_start(text: str, at: int) -> int:
    """Where the word (or bracket) before ``at`` begins; ``at`` where none stands before it."""
    end = at - 1
    if end < 1 or text[end] != " ":
        return at
    if text[end - 1] == ")":
        opened = text.rfind("(", max(0, end - _LONGEST_BRACKET), end)
        return at if opened < 0 else opened
    floor = max(0, end - _LONGEST_WORD)
    start = max(text.rfind(" ", floor, end), text.rfind("(", floor, end)) + 1
    return at if start == end or (start == 0 and floor) else start


def _capital(word: str) -> bool:
    """Whether a word can stand in a title: ``Anti-social``, ``Children’s`` no, ``Crime,`` yes."""
    if not word[0].isupper() or word in ("The", "I") or word.endswith(("’s", "'s", ".", ":", ";")):
        return False
    return len(word.strip(",")) > 1


def _known_start(text: str, starts: list[tuple[int, str]], end: int) -> int:
    """The start of the title; a known Act after an "and" or a comma is cut off what precedes it."""
    if not starts:
        return end
    whole = starts[-1][0]
    anchor = _ANCHOR.match(text, end)
    stop = end if anchor is None else anchor.end(1)
    if text[whole:stop] in CHAPTERS:
        return whole
    for index in range(len(starts) - 1, 0, -1):
        follows = starts[index][1] in ("and", "of", "to", "in", "by") or starts[index][1].endswith(
            ","
        )
        if follows and text[starts[index - 1][0] : stop] in CHAPTERS:
            return starts[index - 1][0]
    return whole


def provisions(text: str) -> list[Provision]:
    """A list of provisions taken apart.

    ``sections 34 B, 34C and 34 H(3 and 4)`` → section 34B, section 34C, section 34H(3),
    section 34H(4). A paragraph, article or Part after a Schedule belongs to it ("Schedule 5/5a,
    paragraph 4": to both); "31 to 33" stays one range.
    """
    found: list[Provision] = []
    kind = "section"
    schedules: list[str] = []
    at = 0
    while (step := _STEP.match(text, at)) is not None and step.end() > at:
        at = step.end()
        if step.group("kind"):
            kind = _KINDS.get(step.group("kind").lower().strip("."), "section")
        number = step.group("number").replace(" ", "")
        join = (step.group("join") or "").strip()
        parts = [f"{number}{inner}" for inner in _brackets(step.group("brackets"))]
        if join in ("to", "-", "–") and found and not step.group("kind"):
            last = found.pop()
            found.append(last._replace(text=_range(last, parts[0])))
            parts = parts[1:]
        elif join == "of" and kind == "schedule":
            # "paragraph 6 of Schedule 2" reads like "Schedule 2, paragraph 6".
            found = [
                Provision("schedule", number, f"Schedule {number}, {each.text}")
                if each.kind == "paragraph"
                else each
                for each in found
            ]
            continue
        if kind in _WITHIN_SCHEDULES and schedules:
            while found and found[-1].text.removeprefix("Schedule ") in schedules:
                found.pop()
            found += [
                Provision(
                    "schedule", schedule, f"Schedule {schedule}, {_SHOWN.get(kind, kind)} {part}"
                )
                for schedule in schedules
                for part in parts
            ]
            continue
        if kind == "schedule":
            schedules = [*schedules, number] if join == "/" else [number]
        shown = _SHOWN.get(kind, kind)
        found += [Provision(kind, number, f"{shown} {part}") for part in parts]
    return found


def _range(first: Provision, last: str) -> str:
    """``section 31`` up to ``33`` → ``sections 31 to 33``: what lies between is not counted out."""
    kind, _, rest = first.text.partition(" ")
    return f"{kind}s {rest} to {last}"


def _brackets(text: str) -> list[str]:
    """``(6)(a)`` → that; ``(3 and 4)`` → ``(3)``, ``(4)``; nothing → an empty ending."""
    endings = [""]
    for inner in _BRACKET.findall(text):
        parts = _BRACKET_JOIN.split(inner)
        if len(endings) * len(parts) > _MOST_PARTS:
            return [text]
        endings = [f"{ending}({part.strip()})" for ending in endings for part in parts]
    return endings
