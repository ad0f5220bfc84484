"""What kind of body a name stands for: by our table of councils, else by a rule on its words.

A rule is a row of ``RULES``, tried in order; it is here only if the words say it beyond doubt.
"X County Council" is a county (the three that are not stand in the table, which is asked first), "X
City Council" could be three kinds and no rule tells it. What nothing tells stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from archive.body_names import is_company, names_in, plain_words
from archive.council_table import council_named
from archive.records import BodyType, Said

RULES: tuple[tuple[BodyType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (BodyType.COMBINED_AUTHORITY, r"\bcombined (?:county )?authority$"),
        (BodyType.LONDON_BOROUGH, r"^(?:the )?london borough of \w|\w london borough council$"),
        (BodyType.METROPOLITAN, r"\w metropolitan (?:borough|district) council$"),
        (BodyType.COUNTY, r"\w county council$"),
        (BodyType.DISTRICT, r"\w district council$"),
        (
            BodyType.OTHER,
            r"\w (?:parish|town) council$|\w (?:national park|fire(?: and rescue)?) authority$",
        ),
    )
)
"""What a name's last words (or first) say."""

NHS = re.compile(
    r"\bnhs\b|\bintegrated care board$|\bclinical commissioning group$|\bprimary care trust$"
)
CARE = re.compile(
    r"\b(?:care homes?|nursing homes?|residential homes?|rest homes?|care cent(?:re|er)s?"
    r"|home ?care|domiciliary care|care services?|care agency|care group|live in care"
    r"|supported living)\b"
)
CARE_COMPANY = re.compile(r"\b(?:care|healthcare|caring|carers?)\b")
SCHOOL = re.compile(
    r"\b(?:primary|secondary|infants?|junior|grammar|high|comprehensive|catholic|girls|boys"
    r"|church of england|c of e|cofe|voluntary aided|foundation)"
    r"(?: (?:primary|secondary|junior|high|grammar|and \w+)){0,4} (?:school|academy)\b"
    r"|\w school$|\w academy trust$"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a name tells, each None where it does not; ``by`` is who says so, rule or table."""

    type: BodyType | None = None
    by: Said | None = None
    gss_code: str | None = None
    ended_on: date | None = None


def judge(name: str) -> Judged:
    """What the table, or else a rule, tells about the body of this name."""
    council = council_named(name)
    if council is not None:
        return Judged(council.type, Said.TABLE, council.gss_code, council.ended_on)
    words = plain_words(name)
    kind = _by_rule(words)
    return Judged() if kind is None else Judged(kind, Said.RULE)


def _by_rule(words: str) -> BodyType | None:
    for kind, pattern in RULES:
        if pattern.search(words):
            return kind
    parts = names_in(words)
    company = any(is_company(part) for part in parts)
    if not company and any(NHS.search(part) for part in parts):
        return BodyType.NHS
    if " council" in words:
        return None  # A council's school or home: whose is it?
    if CARE.search(words) or (company and CARE_COMPANY.search(words)):
        return BodyType.CARE_PROVIDER
    return BodyType.SCHOOL if not company and SCHOOL.search(words) else None
