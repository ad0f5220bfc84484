"""What the Ombudsman's words mean, as tables: headings, labels, outcomes and furniture.

To teach the parser a new heading or a new piece of page furniture, add a row here; no rule has to
change. Every row was seen on a page or stands in the publisher's manuals unless it says otherwise.
Keys are in the form that ``plain`` gives: lower case, straight apostrophes, no colon at the end.
"""

from __future__ import annotations

import re

from archive.records import Outcome, SectionKind

_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "–": "-", "—": "-"})


def plain(text: str) -> str:
    """A heading or label as the tables spell it."""
    if not text.isascii() or "`" in text:
        text = text.translate(_QUOTES)
    return text.lower().rstrip(" :\n").replace("\n", " ")


_K = SectionKind

HEADINGS: dict[str, SectionKind] = {
    "the complaint": _K.COMPLAINT,
    "complaint": _K.COMPLAINT,
    "what i have investigated": _K.SCOPE,
    "what we have investigated": _K.SCOPE,
    "what i have and have not investigated": _K.SCOPE,
    "what we have and have not investigated": _K.SCOPE,
    "what i investigated": _K.SCOPE,
    "what i did not investigate": _K.SCOPE,
    "what i have not investigated": _K.SCOPE,
    "parts of the complaint that i did not investigate": _K.SCOPE,
    "parts of the complaint i did not investigate": _K.SCOPE,
    "the ombudsman's role and powers": _K.POWERS,
    "the ombudsmen's role and powers": _K.POWERS,
    "ombudsman's role and powers": _K.POWERS,
    "the ombudsmans role and powers": _K.POWERS,
    "how i considered this complaint": _K.METHOD,
    "how we considered this complaint": _K.METHOD,
    "how i considered the complaint": _K.METHOD,
    "how we considered the complaint": _K.METHOD,
    "what i found": _K.FINDINGS,
    "what we found": _K.FINDINGS,
    "findings": _K.FINDINGS,
    "finding": _K.FINDINGS,
    "my findings": _K.FINDINGS,
    "my assessment": _K.ANALYSIS,
    "our assessment": _K.ANALYSIS,
    "analysis": _K.ANALYSIS,
    "my analysis": _K.ANALYSIS,
    "what happened": _K.BACKGROUND,
    "background": _K.BACKGROUND,
    "background information": _K.BACKGROUND,
    "key facts": _K.BACKGROUND,
    "legal and administrative background": _K.BACKGROUND,
    "the law and guidance": _K.BACKGROUND,
    "law and guidance": _K.BACKGROUND,
    "relevant law and guidance": _K.BACKGROUND,
    "agreed action": _K.REMEDY,
    "agreed actions": _K.REMEDY,
    "recommended action": _K.REMEDY,
    "recommended actions": _K.REMEDY,
    "recommended/agreed action": _K.REMEDY,
    "recommended / agreed action": _K.REMEDY,
    "agreed remedy": _K.REMEDY,
    "recommendations": _K.RECOMMENDATIONS,
    "recommendation": _K.RECOMMENDATIONS,
    "final decision": _K.FINAL_DECISION,
    "decision": _K.FINAL_DECISION,
}
"""Section heading → kind. A heading that is not here is ``other`` and kept verbatim."""

TOPICAL = re.compile(r"\b(?:act|regulations|order|code)(?: \d{4})?$|\bscheme$")
"""A topical sub-heading that names an Act or a scheme: background, wherever it stands."""

SUB_KINDS = frozenset((_K.ANALYSIS, _K.BACKGROUND))
SUB_PARENTS = frozenset((_K.FINDINGS, _K.ANALYSIS))
"""Analysis and background stand under the findings when they follow them, by themselves otherwise.

Until 2021 refusals said "What I found" with an "Analysis" in it; since 2022 they say "My
assessment", with nothing above it and perhaps a "Background" in it. The order of the headings
tells these apart, never their size.
"""

REPORT_HEADINGS = frozenset(("finding", "recommendations"))
"""Headings that only reports use."""

SUMMARY = "summary"
DOCUMENT_TITLES = frozenset(
    (
        "the ombudsman's final decision",
        "the ombudsmen's final decision",
        "the ombudsmans final decision",
        "the ombudsman's decision",
    )
)
"""Titles of the whole document, which are no sections (least of all the final decision)."""

LABELS: dict[str, str] = {
    "category": "category",
    "decision": "outcome",
    "outcome": "outcome",
    "decision date": "decided_on",
    "date of decision": "decided_on",
}
"""Header label → field."""

_LABEL = "|".join(sorted(map(re.escape, LABELS), key=len, reverse=True))
LABEL_AT = re.compile(rf"(?<!\w)({_LABEL})\s*:", re.IGNORECASE)
"""A header label with its colon, anywhere in a line."""

CATEGORY_ARROW = re.compile(r"\s*[>›»→]\s*")
"""What stands between a category and its sub-category."""

OUTCOMES: dict[str, Outcome] = {
    "upheld": Outcome.UPHELD,
    "not upheld": Outcome.NOT_UPHELD,
    "closed after initial enquiries": Outcome.CLOSED,
}
"""Outcome as printed → value. Anything else is ``unknown``, kept verbatim and warned about."""

FURNITURE: dict[str, str] = {
    "back to top": "link",
    "top of page": "link",
    "print this page": "link",
    "print": "link",
    "skip to main content": "link",
    "skip to content": "link",
    "lgo logogram": "logo",
    "contents": "contents list",
    "on this page": "contents list",
    "in this decision": "contents list",
    "jump to": "contents list",
    "investigator's decision on behalf of the ombudsman": "signature",
    "investigators decision on behalf of the ombudsman": "signature",
    "investigator's final decision on behalf of the ombudsman": "signature",
    "investigator's decision on behalf of the ombudsmen": "signature",
}
"""Pieces of the page that are no part of the decision → what they are."""

LINKS_APART = frozenset(text for text, what in FURNITURE.items() if what == "link")
"""Link texts that end a block wherever they stand."""

CLOSERS = frozenset(("print this page", "lgo logogram"))
"""Furniture after which only the page's own footer is expected."""

BANNER_STARTS = frozenset(("review your privacy settings",))
BANNER_ENDS = frozenset(("privacy settings",))
"""First and last words of the cookie banner; everything between belongs to it."""

SATISFIED = re.compile(
    r"^ombudsm[ae]n (?:(?:is|was|are|were) )?satisfied with (?:the )?[\w'’ ]{1,60}?"
    r" ?(?:response|actions?)(?: (?:of|from|by) [\w'’ ]{1,60}?)?\s*"
    r"(?::\s*|[–-]\s*(?=\d)|(?<= )(?=\d))(?P<date>.+?)\.?$",
    re.IGNORECASE,
)
"""The compliance line at a report's end, in all its spellings (the council, council's …)."""

TITLE = re.compile(
    r"^(?P<body>.+?)\s*\(\s*"
    r"(?P<reference>\d{2}[ -]\d{3}[ -]\d{3} ?[a-z]?|\d{2}/[a-z]/\d{4,6})\s*\)$",
    re.IGNORECASE | re.DOTALL,
)
"""``Hampshire County Council (20 011 198)``: the body, then the reference in the last brackets.

The second form of reference (``05/C/13158``) is that of complaints received before 2011.
"""
