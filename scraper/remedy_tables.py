"""The verbs that open a remedy, as a table, and the clauses of a sentence that begin with them.

The wording is that of the publisher's "Agreed action" and "Recommendations" sections. A new verb is
a row in ``ACTIONS``; the first row that fits decides the kind. Who is to do it, by when, and what
is paid to whom is not asked here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scraper.deadlines import TIME_FIRST

_UP_TO_5 = r"(?: [^\s,;:]+){0,5}? "
_UP_TO_8 = r"(?: [^\s,;:]+){0,8}? "
_GIVE = "provide arrange deliver give organise carry complete offer hold"
_DO = "carry complete arrange undertake conduct do begin start hold convene offer grant"
_MORE = (
    "produce develop prepare brief check keep create establish adopt strengthen implement devise"
)
_DEEDS = (
    "provide give arrange fund explain return remove repair reinstate backdate allow contact issue"
    " restart stop invite meet visit install replace"
)
_DUE = (
    r"(?:charges?|fees?|fines?|debts?|arrears|bills?|invoices?|penalt(?:y|ies)|balance|costs?"
    r"|overpayments?)\b"
)
_NEWS = r"(?:reasons?|information|cop(?:y|ies)|explanations?|details|minutes|response|answer)\b"
_NOT_ITS_OWN = r" (?!its\b|their\b|an?\b|the (?:policy|procedure|guidance|action)\b)"

ACTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("apologise", "apology", "apologise apologize", ""),
    ("apology", "apology", f"send issue make write publish {_GIVE}",
     rf"{_UP_TO_8}(?:apology|apologies|apologi[sz]ing|to apologi[sz]e)\b"),
    ("pay", "payment", "pay", r"(?! (?:regard|attention|heed|particular)\b)"),
    ("make a payment", "payment", "make offer arrange provide",
     rf"{_UP_TO_5}(?:payments?|compensation)\b"),
    ("give a sum", "payment", "offer send give make award contribute",
     r"(?: [^\s,;:£]+){0,6}? £\d"),
    ("increase an offer", "payment", "increase raise",
     r" (?:(?:its|the|their|this) (?:\w+ )?(?:offer|payment|remedy)\b|(?:it|this|that) to £\d)"),
    ("meet a cost", "payment", "meet fund cover contribute", rf"{_UP_TO_8}costs?\b"),
    ("refund", "refund", "refund reimburse repay waive cancel credit clear write-off deduct", ""),
    ("write off", "refund", "write", r" off\b"),
    ("remove a charge", "refund", "remove reduce adjust lower", rf"{_UP_TO_8}{_DUE}"),
    ("train", "training", "train retrain", ""),
    ("training", "training", _GIVE, rf"{_UP_TO_8}(?:training|workshops?)\b"),
    ("reassess", "reassessment", "reassess re-assess assess", ""),
    ("assessment", "reassessment", _DO, rf"{_UP_TO_5}(?:re-?)?assessments?\b"),
    ("review", "review", "review reconsider reexamine re-examine revisit audit", ""),
    ("look again", "review", "look", r" again at\b"),
    ("hold a review", "review", _DO, rf"{_UP_TO_5}(?:reviews?|audits?|appeals?|panels?)\b"),
    ("remind", "service_improvement", "remind", ""),
    ("remind in writing", "service_improvement", "write email", rf"{_UP_TO_8}to remind\b"),
    ("guidance", "service_improvement", "issue give provide send write",
     rf"{_UP_TO_5}(?:guidance|reminders?)\b"),
    ("amend a plan", "other", "amend revise update finalise",
     rf"{_NOT_ITS_OWN}(?:[^\s,;:]+ ){{0,5}}?(?:plans?|records?|assessments?|accounts?|files?)\b"),
    ("make an offer", "other", "make", rf"{_UP_TO_5}(?:offers?|referrals?|decisions?)\b"),
    ("improve", "service_improvement",
     f"improve introduce amend revise update publish monitor ensure share circulate {_MORE}", ""),
    ("make sure", "service_improvement", "make", r" sure\b"),
    ("set up for one", "other", "set",
     r" up (?:an? )?(?:re)?(?:payment plan|direct payments?|meeting|account)\b"),
    ("put in place", "service_improvement", "put set draw", r"(?: in place| up)\b"),
    ("raise awareness", "service_improvement", "raise", r" (?:\w+ )?awareness\b"),
    ("give news", "other", "give provide", rf"{_UP_TO_5}{_NEWS}"),
    ("send", "other", "send", ""),
    ("write to", "other", "write", r" to\b"),
    ("do", "other", _DEEDS, ""),
)  # fmt: skip
"""Rule, kind, the verbs a clause begins with, and what must follow them (a regular expression).

Order matters: the first that fits.
"""

SPLITTERS = frozenset(
    ("apologise", "apology", "pay", "make a payment", "give a sum", "increase an offer",
     "meet a cost", "refund", "write off", "remove a charge", "train", "training", "reassess",
     "assessment", "review", "look again", "hold a review", "remind", "remind in writing",
     "amend a plan", "make an offer", "give news", "send", "write to")
)  # fmt: skip
"""Rules that open another remedy in the middle of a clause ("…, pay her £300 and review …").

The others only open a list item or follow the agreement: "so that it can improve" is no remedy.
"""

PLAIN = "do"
"""Everyday verbs: they open a clause of their own only after one without a part in which such a
verb may stand ("review how it records and issues plans")."""

NOUNS: tuple[tuple[str, str, str], ...] = (
    ("an apology", "apology", "apology|letter of apology"),
    ("a payment", "payment", "payments?"),
    ("a refund", "refund", "refund|reimbursement"),
    ("a training", "training", "training"),
    ("an assessment", "reassessment", "(?:re-?)?assessment"),
    ("a review", "review", "review|audit"),
)
"""Rule, kind and the nouns a list item may begin with instead: "a written apology to Mr V"."""

OTHER = "other"


class Clause(NamedTuple):
    """A stretch of text that is one remedy (or several payments), and the rule that found it."""

    start: int
    end: int
    rule: str
    kind: str


_Row = tuple[str, str, re.Pattern[str] | None]


def _by_verb() -> dict[str, list[_Row]]:
    """The table by verb. Finding a word in a dictionary is a tenth of trying every pattern."""
    rows: dict[str, list[_Row]] = {}
    for rule, kind, verbs, then in ACTIONS:
        pattern = re.compile(then, re.IGNORECASE) if then else None
        for verb in verbs.split():
            rows.setdefault(verb, []).append((rule, kind, pattern))
    return rows


_BY_VERB = _by_verb()
_NOUN = re.compile(
    r"(?:an? |the )?(?:(?!to |of |for |in )[a-z-]+ ){0,3}?"
    rf"(?:{'|'.join(f'(?P<n{index}>{nouns})' for index, (_, _, nouns) in enumerate(NOUNS))})\b",
    re.IGNORECASE,
)
_LONGEST_WORD = 20
_PERFECT = {"written": "write", "paid": "pay", "repaid": "repay", "sent": "send", "made": "make",
            "given": "give", "held": "hold", "met": "meet", "carried": "carry"}  # fmt: skip
_LETTER = re.compile(r"\w")
_OBJECT = re.compile(
    r" (?:to (?:M|the\b|him|her|them)|M(?:rs?|s|iss)\b|Dr\b|an?\b|any\b|all\b|both\b|each\b|the\b"
    r"|its\b|their\b|his\b|her\b|him\b|them\b|this\b|that\b|these\b|how\b|whether\b|what\b"
    r"|staff\b|off\b|in place\b|£\d)"
)
"""What may follow a verb that bids: its object."""
_PART = re.compile(r"\b(?:to|how|that|which|who|when|whether|if|what|why|where|so|by)\b")
_BINDING = re.compile(r"\b(?:will|should|must)\s")
_JOINTS = (", ", " and ", "; ", ": ", "– ", " then ")
_FILLING = re.compile(
    r"(?:(?:and|then|also|each|both|to|will|should|must|now|it will|fully|formally|immediately"
    rf"|promptly|in writing)\s+|{TIME_FIRST}){{0,8}}",
    re.IGNORECASE,
)
_FILLERS = frozenset(
    ("and", "then", "also", "each", "both", "to", "will", "should", "must", "now", "it", "fully",
     "formally", "immediately", "promptly", "in", "within", "by", "no")
)  # fmt: skip
"""The words that ``_FILLING`` may begin with."""

_TO_VERB = re.compile(r"\bto (?!(?:the|his|her|their|him|them|its|each|both|all|any|an?)\b)[a-z]")


def clauses(text: str, start: int, end: int, *, first: bool) -> list[Clause]:
    """The clauses of ``text[start:end]`` that open with a verb of the table.

    ``first``: what stands at ``start`` is a clause whatever its verb (``OTHER``).
    """
    if start >= end:
        return []
    openings: list[tuple[int, str, str]] = []
    named = _opening(text, start, end, done=first) or (_noun(text, start, end) if first else None)
    if named is not None:
        openings.append((start, *named))
    elif first and _LETTER.search(text, start, end) is not None:
        openings.append((start, OTHER, OTHER))
    else:
        return []
    for at in _joints(text, start, end):
        verb = past_filling(text, at)
        if not openings[-1][0] < verb < end:
            continue
        named = _opening(text, verb, end)
        if named is not None and _splits(named[0], text, openings[-1][0], at):
            openings.append((verb, *named))
        elif verb == at:
            continue  # Nothing said that somebody is to do it.
        elif _BINDING.match(text, at, verb):
            openings.append((verb, *(named or (OTHER, OTHER))))
        elif (
            named is None
            and _TO_VERB.match(text, at, end)
            and _TO_VERB.search(text, openings[-1][0], at) is None
        ):
            # "to pay her £200 and to mend the hole", but not "£200 to make up for the delay and
            # to recognise …", where the infinitives say what for.
            openings.append((verb, OTHER, OTHER))
    stops = [*(opened[0] for opened in openings[1:]), end]
    return [Clause(at, stop, *what) for (at, *what), stop in zip(openings, stops, strict=True)]


def _splits(rule: str, text: str, opened: int, at: int) -> bool:
    """Whether a clause that the table names opens at ``at``, within the one before it."""
    if rule == PLAIN:
        return _PART.search(text, opened, at) is None
    return rule in SPLITTERS


def _noun(text: str, at: int, end: int) -> tuple[str, str] | None:
    """Rule and kind of an item that names the deed by a noun."""
    found = _NOUN.match(text, at, end)
    if found is None or found.lastgroup is None:
        return None
    rule, kind, _ = NOUNS[int(found.lastgroup[1:])]
    return rule, kind


def _joints(text: str, start: int, end: int) -> list[int]:
    """Where another clause may begin: after a comma, a colon, an "and"; in order."""
    found: set[int] = set()
    for joint in _JOINTS:
        at = text.find(joint, start + 1, end)
        while at >= 0:
            at += len(joint)
            if text.startswith("and ", at):
                at += len("and ")
            elif text.startswith("then ", at):
                at += len("then ")
            found.add(at)
            at = text.find(joint, at, end)
    return sorted(found)


def _opening(text: str, at: int, end: int, *, done: bool = False) -> tuple[str, str] | None:
    """Rule and kind of the clause that begins at ``at``, if the table knows its verb.

    ``done``: in the perfect too ("the Council should have: written to the parents …").
    """
    verb, after = _word(text, at)
    rows = _BY_VERB.get(verb) or _BY_VERB.get(_infinitive(verb))
    if rows is None and done:
        rows = _BY_VERB.get(_PERFECT.get(verb) or verb.removesuffix("d"))
        rows = rows or _BY_VERB.get(verb.removesuffix("ed"))
    if rows is None:
        return None
    for rule, kind, then in rows:
        if then is None or then.match(text, after, end) is not None:
            return rule, kind
    return None


def _word(text: str, at: int) -> tuple[str, int]:
    """The word that begins at ``at``, in lower case without a sign behind it, and where it ends."""
    end = text.find(" ", at, at + _LONGEST_WORD)
    word = text[at : at + _LONGEST_WORD if end < 0 else end].rstrip(",;:.")
    return word.lower(), at + len(word)


def _infinitive(verb: str) -> str:
    """``pays`` → ``pay``, ``carries`` → ``carry``, ``reassesses`` → ``reassess``."""
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    if verb.endswith("es") and verb[:-2] in _BY_VERB:
        return verb[:-2]
    return verb.removesuffix("s")


def is_imperative(text: str) -> bool:
    """Whether a paragraph bids somebody do what the table knows: "Pay Mr B £250."

    A noun of the same letters ("Review findings …") is followed by other words.
    """
    verb, after = _word(text, 0)
    rows = _BY_VERB.get(verb)
    if rows is None or _OBJECT.match(text, after) is None:
        return False
    return any(then is None or then.match(text, after) is not None for *_, then in rows)


def past_filling(text: str, at: int) -> int:
    """Past "also", "will", "within one month of the decision" and the like, to the verb."""
    if _word(text, at)[0] not in _FILLERS:
        return at
    found = _FILLING.match(text, at)
    return at if found is None else found.end()
