"""Sentences that say what a body will, should, must or has agreed to do, told from all others.

What the complainant wants, what the Ombudsman or somebody else will do, and what the body owes the
Ombudsman (evidence, a report) are no remedies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scraper.deadlines import TIME_FIRST

# "has agreed to my recommendations" says nothing about what.
_NO_NOUN = r"(?! (?:to|with) (?:the(?! following)|these|this|that|my|our|all|both)\b)"
AGREEMENT = re.compile(
    rf"\b(?=[hawsmnrp])(?:(?:has|have|had)(?: also| now)? agreed{_NO_NOUN}"
    r"(?: with \S+ recommendations?)?(?: that it will| it will| to)?|agrees to"
    rf"|agreed{_NO_NOUN} (?:that it will|to)|will(?: also| now)?"
    r"|should(?: also| now)?|must(?: also)?|needs? to"
    r"|(?:recommendation|suggestion|proposal)s? (?:to|that (?:it|the (?:Care )?\w+)(?: should)?)"
    r"|recommend(?:s|ed)?(?: that)?(?: it| the (?:Care )?\w+)?)\b",
)
"""What turns a sentence into something the body is to do."""

_MARKS = ("gree", "will", "should", "ecommend", "must", "need", "uggest", "ropos")
"""Without one of these, ``AGREEMENT`` cannot match."""

_BEFORE_MARK = 20
"""A match begins no further before its mark: "has also agreed", "recommendation"."""

_NOT_THE_BODY = frozenset(
    ("i", "we", "he", "she", "they", "this", "that", "there", "these", "those", "which", "who",
     "people")
)  # fmt: skip
"""Subjects before "will" or "should" that are not the body: what they do is no remedy."""

_TITLES = ("Mr", "Mrs", "Ms", "Miss", "Dr")

_REPORTED = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Dr)(?: and (?:Mr|Mrs))? \w+|[Hh]e|[Ss]he|[Tt]hey|complainant|family"
    r"|mother|father|representative)(?: also| has| had| would)?"
    r" (?:says?|said|asks?|asked|wants?|wanted|thinks?|thought|believes?|believed|considers?"
    r"|considered|argues?|argued|feels?|felt|likes?|complains?|complained)\b"
)
"""What the complainant says the body should do is not what it agreed to."""

_THE_BODY = frozenset(
    ("council", "councils", "provider", "trust", "trusts", "school", "company", "board", "home",
     "panel", "authority", "it", "organisation", "organisations", "both", "academy", "association")
)  # fmt: skip
"""Subjects that are the body, so that whatever it will do is a remedy, whichever the verb."""

_APPOSITION = re.compile(r",[^,]{1,60},\s*$")

_OWED_TO_US = re.compile(
    r"\b(?:evidence|proof|confirmation|confirm)\b.{0,60}\b(?:complied|done|carried out|completed"
    r"|actions?|it will do|what it will)\b|consider (?:the|this) report"
    r"|\b(?:provide|send|give|show|tell) (?:us|the Ombudsman|me)\b"
    r"|\bconfirm (?:within|to us)\b|\breports? (?:back )?to (?:us|the Ombudsman)\b",
    re.IGNORECASE,
)
"""Duties towards the Ombudsman, which put nothing right for anybody."""

_LEAD_IN = re.compile(
    rf"[\s,:]*(?:{TIME_FIRST}|(?:to|also|each|both|now|it will|then)\s+|:\s*"
    r"|the (?:Council|Trust|School|Provider|Home|Company|Academy|Board|Association|Authority)s?\s+"
    r"){0,8}"
)
_NEAR = 80
_SHORTEST_REPORT = len("He says it ")


class Duty(NamedTuple):
    """Where in a sentence the doing begins; ``known``: it is a remedy whatever its verb."""

    start: int
    known: bool


def agreements(text: str, end: int | None = None) -> Iterator[re.Match[str]]:
    """The words of a text that turn it into something to do, up to ``end``.

    The rule is only tried from the first mark on: it would be slow from the beginning.
    """
    first = len(text)
    for mark in _MARKS:
        at = text.find(mark, 0, first)
        if at >= 0:
            first = at
    if first == len(text):
        return iter(())
    return AGREEMENT.finditer(text, max(0, first - _BEFORE_MARK), len(text) if end is None else end)


def duty(sentence: str, *, strict: bool) -> Duty | None:
    """What the sentence binds the body to; None where it binds it to nothing.

    ``strict``: only what it has agreed to, or was recommended.
    """
    for agreed in agreements(sentence):
        at = agreed.start()
        near = max(0, at - _NEAR)
        said = agreed.group()
        strong = _is_strong(said)
        if strict and not strong:
            continue
        if said.startswith("recommends") and not sentence.endswith("Ombudsman ", near, at):
            continue  # "Our guidance recommends payments of …"
        subject = _subject(sentence[near:at])
        if not strong and (
            not _may_be_the_body(subject)
            or (at >= _SHORTEST_REPORT and _REPORTED.search(sentence, near, at))
        ):
            continue
        known = not strict and not sentence.endswith(":") and subject[1].lower() in _THE_BODY
        return Duty(after_agreement(sentence, agreed.end()), known)
    return None


def _subject(before: str) -> tuple[str, str]:
    """The last two words, without what stands in commas behind them."""
    if before.endswith(", "):
        before = _APPOSITION.sub("", before)
    words = ["", "", *before.split()[-2:]]
    return words[-2], words[-1]


def _may_be_the_body(subject: tuple[str, str]) -> bool:
    return not (
        subject[1].lower() in _NOT_THE_BODY
        or subject[0] in _TITLES
        or subject[1].startswith("Ombudsm")
    )


def binds(text: str, *, strict: bool) -> bool:
    """Whether the words before a list say that its items are to be done, whoever is named."""
    return any(not strict or _is_strong(agreed.group()) for agreed in agreements(text))


def _is_strong(said: str) -> bool:
    """What counts outside the sections on remedies; "agreed to assess in July" is only history."""
    return "recommend" in said or ("agreed" in said and said.startswith(("has", "have")))


def after_agreement(text: str, at: int) -> int:
    """Past the colon and the deadline that may stand between "agreed to" and the verb."""
    found = _LEAD_IN.match(text, at)
    return at if found is None else found.end()


def owed_to_us(text: str) -> bool:
    """Whether a sentence is about a duty towards the Ombudsman, which puts nothing right."""
    return _owed(text) is not None


def end_of_duty(text: str, start: int) -> int:
    """Where what the body owes the Ombudsman begins, or the text's end.

    "carry out an audit and tell us what it found" ends before the "and"; what is owed to us from
    its beginning ends at ``start``.
    """
    owed = _owed(text)
    if owed is None:
        return len(text)
    joint = max(text.rfind(" and ", start, owed.start() + 1), text.rfind(", ", start, owed.start()))
    return max(joint, start)


def _owed(text: str) -> re.Match[str] | None:
    if (
        " us" in text
        or "vidence" in text
        or "mbudsm" in text
        or "onfirm" in text
        or "onsider th" in text
        or "roof" in text
        or " me " in text
    ):
        return _OWED_TO_US.search(text)
    return None
