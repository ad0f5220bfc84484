"""Who a sum goes to: ``Mrs B and her mother``, ``each of the three families``, ``the second``.

A payee is a person, a pronoun or a word for people. Whatever else stands between "pay" and the sum
("pay half of the cost", "pay Mr V's care home fees") is nobody.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Lady|Child|Person)"
PEOPLE = (
    r"(?:famil(?:y|ies)|complainants?|wom[ae]n|m[ae]n|(?:grand|foster )?(?:mothers?|fathers?"
    r"|parents?|carers?)|(?:step|half-)?(?:sisters?|brothers?|sons?|daughters?)|siblings?|husband"
    r"|wife|partner|estate|neighbours?|child(?:ren)?|girls?|boys?|tenants?|residents?"
    r"|applicants?|couple|representatives?|households?|students?|pupils?|young (?:person|people)"
    r"|persons?|people|executors?|landlord|householders?|aunt|uncle|niece|nephew|friend|advocate"
    r"|relatives?|traders?|owners?|leaseholders?|claimants?|users?|adults?|customers?|heirs?)"
)
WHICH = (
    r"(?:first|second|third|fourth|fifth|sixth|other|remaining|eldest|youngest|elder|older|younger"
    r"|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}|young|elderly|foster|adult|disabled"
    r"|whole|bereaved|affected)"
)
_SUM_FOLLOWS = (
    r"(?=\s+(?:£|an?\b|the\b|another\b|further\b|for\b|back\b|any\b|all\b|half\b|\d|up to\b|what\b"
    r"|compensation\b|interest\b|in\b|and\b|her\b|his\b|their\b|to\b|by\b|within\b|of\b)|[,;.(]|\s*$)"
)
_PERSON = (
    rf"(?:{_TITLE}(?: and {_TITLE})? [A-Z]\w*(?:-[A-Z]\w*)?(?![\w’'-])"
    rf"|{_TITLE}(?: and {_TITLE})? [A-Z]\w*[’']s? (?:{WHICH} )?{PEOPLE}\b"
    rf"|(?:his|her|their)(?: late| {WHICH})? {PEOPLE}\b"
    rf"|(?:each|both|all|every)(?: of)?(?: the| her| his| their)?(?: {WHICH}){{0,2}} {PEOPLE}\b"
    rf"|(?:each|both|all) of them\b|(?:him|them|her|each|both){_SUM_FOLLOWS}"
    rf"|the (?:{WHICH} ){{0,2}}{PEOPLE}(?![\w’'-])"
    rf"|the (?:{WHICH} ){{0,2}}{PEOPLE}[’']s? {PEOPLE}\b"
    rf"|(?:the )?(?:first|second|third|fourth|fifth|sixth|other|eldest|youngest)(?=\s*$|\s+£)"
    rf"|[A-Z](?:[’']s {PEOPLE}\b|(?=\s+(?:£|an?\b|the\b|a further\b))))"
)
NAME = rf"(?P<payee>{_PERSON}(?:(?:,? and|,) {_PERSON}){{0,5}})"

_FILLERS = (
    r"(?:(?:a|an|the|further|another|additional|extra|symbolic|total|sum|payment|remedy|of|up|to"
    r"|also|ex gratia)\s+)*"
)
_AFTER_VERB = re.compile(
    r"(?:[Pp]ay|[Rr]efund|[Rr]eimburse|[Rr]epay|[Mm]ake|[Oo]ffer|[Ss]end|[Gg]ive|[Cc]redit|[Aa]ward"
    rf"|[Cc]ompensate)s? (?:back )?(?:to )?{NAME}"
)
_PAYMENT_TO = re.compile(rf"\b(?:(?:payments?|refund|sum|compensation) to|offered(?: to)?) {NAME}")
_BEFORE_SUM = re.compile(
    rf"(?:^|[,;:]|\band|\bplus)\s+(?:also )?(?:pay )?(?:to )?{NAME}\s+{_FILLERS}$"
)
_AFTER_SUM = re.compile(
    r"(?:\s+in total)?(?:\s+each)?(?:\s*\([^()]{1,60}\)|, [^,;£]{1,60},)?\s+(?:each\s+)?"
    rf"(?:to|for (?=each of)) {NAME}"
)
_WHO_PAID = re.compile(
    rf"\s+(?:that |which )?(?P<payee>{_TITLE} (?:and {_TITLE} )?[A-Z][\w’'-]*)"
    r" (?:has |have |had )?(?:already )?(?:paid|spent)\b"
)
_LONGEST = 120


class Payee(NamedTuple):
    """Who gets a sum, None where the text does not say, and where the words about it begin."""

    name: str | None
    start: int


def payee_of_clause(text: str, start: int, end: int) -> str | None:
    """Who is named right after the verb: "pay him a sum …", "make Mrs B a payment"."""
    found = _AFTER_VERB.match(text, start, end)
    if found is None:
        found = _PAYMENT_TO.search(text, start, end)
    return None if found is None else found.group("payee")


def payee_of_sum(text: str, edge: int, begin: int, end: int, stop: int, *, refund: bool) -> Payee:
    """Who gets the sum at ``text[begin:end]``, by the words beside it.

    ``edge`` is where the sum before it ends, ``stop`` where the clause does. The name stands after
    it ("£300 to Mrs B") or before it ("and Mrs B £100", "the second £100"); of a refund, it may be
    who had paid it.
    """
    after = _AFTER_SUM.match(text, end, stop)
    if after is not None:
        return Payee(after.group("payee"), begin)
    near = max(edge, begin - _LONGEST)
    before = _BEFORE_SUM.search(text[near:begin])
    if before is not None:
        return Payee(before.group("payee"), near + before.start("payee"))
    paid = _WHO_PAID.match(text, end, stop) if refund else None
    return Payee(None if paid is None else paid.group("payee"), begin)
