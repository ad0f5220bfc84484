"""Lists of provisions taken apart: sections, Schedules, regulations, each by itself.

``sections 34 B, 34C and 34 H(3 and 4)`` names four. The spellings are those of the publisher's own
texts. Whose provisions they are is not asked here (``scraper.citations``).
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Provision(NamedTuple):
    """One part of a statute: ``kind`` is ``section``, ``schedule``, ``regulation`` …"""

    kind: str
    number: str
    text: str


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
_AND = r"(?:\s?,\s?|\s(?:and|or|to)\s|\s?[-–]\s?)"
_BRACKETS = rf"(?:\s?\({_INNER}(?:{_AND}{_INNER}){{0,20}}\)){{0,8}}"
_SIBLING = r"(?:\d{1,3}[A-Z]{0,2}|[a-z]|[ivx]{2,4})"
_SIBLINGS = rf"(?:(?<=\))(?:{_AND}(?:(?:and|or)\s)?\({_SIBLING}\)){{1,20}})?"
_UNIT = rf"{_NUMBER}{_BRACKETS}{_SIBLINGS}"
_JOIN = (
    r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|&)\s+|\s+(?:to|of)\s+|\s*[-–]\s*|/"
    r"|,?\s+as amended,\s*(?:and\s+)?(?=[Ss]ections?\s\d|Schedule\s)|\s+(?=[Pp]ara|Part\s))"
)
# Sixty are more than any text names at once; without a bound a hostile one could be dear.
_LIST = rf"{_KIND}\s?{_UNIT}(?:{_JOIN}(?:{_KIND}\s?)?{_UNIT}){{0,60}}"

AFTER_TITLE = re.compile(
    rf"\s*[,;:]?\s*(?:\(as amended\)\s*,?\s*|as amended,?\s*)?\(?(?P<list>{_LIST})"
)
"""The provisions that follow a statute's title."""

BEFORE_TITLE = re.compile(rf"(?P<list>{_LIST}),?\s+(?:(?:of|to|in|under)\s+)?(?:[Tt]he\s+)?$")
"""The provisions that stand before a statute's title."""

_STEP = re.compile(
    rf"(?P<join>{_JOIN})?(?:(?P<kind>{_KIND})\s?)?(?P<number>{_NUMBER})(?P<brackets>{_BRACKETS})"
    rf"(?P<siblings>{_SIBLINGS})"
)
_WITHIN_SCHEDULES = frozenset(("paragraph", "article", "part"))
_SHOWN = {"schedule": "Schedule", "part": "Part", "chapter": "Chapter"}
_MOST_ENDINGS = 16
_TO = " to "
_BRACKET = re.compile(r"\(([^()]*)\)")
_ANOTHER = re.compile(rf"(?P<join>{_AND})(?:(?:and|or)\s)?(?P<bracket>\({_SIBLING}\))")
_BRACKET_JOIN = re.compile(r"\s?,\s?|\s(?:and|or)\s")


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
        endings = _brackets(step.group("brackets"))
        if step.group("siblings"):
            endings += _siblings(endings.pop(), number, step.group("siblings"))
        parts = [f"{number}{ending}" for ending in endings]
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
            schedules = [*schedules[-3:], number] if join == "/" else [number]
        shown = _SHOWN.get(kind, kind)
        found += [
            Provision(kind, number, f"{shown}{'s' if _TO in part else ''} {part}") for part in parts
        ]
    return found


def _range(first: Provision, last: str) -> str:
    """``section 31`` up to ``33`` → ``sections 31 to 33``: what lies between is not counted out."""
    kind, _, rest = first.text.partition(" ")
    return f"{kind}s {rest} to {last}"


def _siblings(ending: str, number: str, text: str) -> list[str]:
    """``(6)(a)`` before ``, (b) and (7)`` → ``(6)(a)``, ``(6)(b)``, ``(7)``; "to" makes a range.

    Each takes the place of the last bracket of its own sort, figures or letters.
    """
    found = [ending]
    brackets = [f"({inner})" for inner in _BRACKET.findall(ending)]
    for another in _ANOTHER.finditer(text):
        bracket = another["bracket"]
        while len(brackets) > 1 and brackets[-1][1].isdigit() != bracket[1].isdigit():
            brackets.pop()
        brackets[-1] = bracket
        ending = "".join(brackets)
        if another["join"].strip() in ("to", "-", "–"):
            found[-1] += f"{_TO}{number}{ending}"
        else:
            found.append(ending)
    return found


def _brackets(text: str) -> list[str]:
    """``(6)(a)`` → that; ``(3 and 4)`` → ``(3)``, ``(4)``; nothing → an empty ending."""
    endings = [""]
    for inner in _BRACKET.findall(text):
        if len(endings) > _MOST_ENDINGS:
            break
        endings = [
            f"{ending}({part.strip()})" for ending in endings for part in _BRACKET_JOIN.split(inner)
        ]
    return endings
