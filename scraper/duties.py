"""Sentences that say what a body will, should, must or has agreed to do, told from all others.

What the complainant wants, what the Ombudsman or somebody else will do, and what the body owes the
Ombudsman (evidence, a report) are no remedies.
"""

from __future__ import annotations

import re
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

_NOT_THE_BODY = re.compile(
    r"\b(?:I|[Ww]e|[Hh]e|[Ss]he|[Tt]hey|(?:Mr|Mrs|Ms|Miss|Dr) \w+|[Tt]he Ombudsm[ae]n"
    r"|[Tt]h(?:is|at|ere|ese|ose)|which|who|[Pp]eople)\s+$"
)
"""Subjects before "will" or "should" that are not the body: what they do is no remedy."""

_REPORTED = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Dr)(?: and (?:Mr|Mrs))? \w+|[Hh]e|[Ss]he|[Tt]hey|complainant|family"
    r"|mother|father|representative)(?: also| has| had| would)?"
    r" (?:says?|said|asks?|asked|wants?|wanted|thinks?|thought|believes?|believed|considers?"
    r"|considered|argues?|argued|feels?|felt|likes?|complains?|complained)\b"
)
"""What the complainant says the body should do is not what it agreed to."""

_THE_BODY = re.compile(
    r"\b(?:[Cc]ouncils?|Provider|Trusts?|School|Company|Board|Home|Panel|[Aa]uthority|[Ii]t"
    r"|[Oo]rganisations?|[Bb]oth|Academy|Association)(?:,[^,]{1,60},)?\s+$"
)
"""Subjects that are the body, so that whatever it will do is a remedy, whichever the verb."""

_OWED_TO_US = re.compile(
    r"\b(?:evidence|proof|confirmation|confirm)\b.{0,60}\b(?:complied|done|carried out|completed"
    r"|actions?|it will do|what it will)\b|consider (?:the|this) report"
    r"|\b(?:provide|send|give|show|tell) (?:us|the Ombudsman|me)\b"
    r"|\bconfirm (?:within|to us)\b|\breports? (?:back )?to (?:us|the Ombudsman)\b",
    re.IGNORECASE,
)
"""Duties towards the Ombudsman, which put nothing right for anybody."""

_LEAD_IN = re.compile(rf"[\s,:]*(?:{TIME_FIRST}|(?:to|also|each|both|now|it will|then)\s+|:\s*)*")
_NEAR = 80


class Duty(NamedTuple):
    """Where in a sentence the doing begins; ``known``: it is a remedy whatever its verb."""

    start: int
    known: bool


def may_bind(text: str) -> bool:
    """A quick look that spares the rules most sentences."""
    for mark in _MARKS:  # noqa: SIM110 - a plain loop takes a third of the time
        if mark in text:
            return True
    return False


def duty(sentence: str, *, strict: bool) -> Duty | None:
    """What the sentence binds the body to; None where it binds it to nothing.

    ``strict``: only what it has agreed to, or was recommended.
    """
    if not may_bind(sentence):
        return None
    for agreed in AGREEMENT.finditer(sentence):
        at = agreed.start()
        near = max(0, at - _NEAR)
        said = agreed.group()
        strong = _is_strong(said)
        if strict and not strong:
            continue
        if said.startswith("recommends") and not sentence.endswith("Ombudsman ", near, at):
            continue  # "Our guidance recommends payments of …"
        if not strong and (
            _NOT_THE_BODY.search(sentence, near, at) or _REPORTED.search(sentence, near, at)
        ):
            continue
        known = (
            not strict
            and not sentence.endswith(":")
            and _THE_BODY.search(sentence, near, at) is not None
        )
        return Duty(after_agreement(sentence, agreed.end()), known)
    return None


def binds(text: str, *, strict: bool) -> bool:
    """Whether the words before a list say that its items are to be done, whoever is named."""
    return may_bind(text) and any(
        not strict or _is_strong(agreed.group()) for agreed in AGREEMENT.finditer(text)
    )


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
        or " me" in text
    ):
        return _OWED_TO_US.search(text)
    return None
