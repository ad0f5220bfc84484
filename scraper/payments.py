"""The sums of a payment or refund: one for each, with rate, share, total and payee.

A sum that is a bill, a debt or a fee which the text only mentions is left out, and so is one that
says another in a different way ("£300 (£150 each)"). A stated total is marked.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scraper.payees import Payee, payee_of_clause, payee_of_sum

AMOUNT = re.compile(
    r"£\s?(?P<pounds>\d{1,3}(?:,\d{3}){1,2}|\d{1,9})(?:\.(?P<pence>\d{2}))?(?!,?\d)"
)
_PERIODS = "hour|day|night|week|fortnight|month|term|quarter|year"
_RATE = re.compile(
    r"\s*(?:per|an?|each|every|for each(?: of the)?|for every)\s+(?:\w+\s+)?"
    rf"(?P<period>{_PERIODS})s?\b"
    r"|\s*(?P<adverb>daily|weekly|fortnightly|monthly|yearly|annually)\b",
    re.IGNORECASE,
)
_ADVERBS = {"daily": "day", "weekly": "week", "fortnightly": "fortnight", "monthly": "month",
            "yearly": "year", "annually": "year"}  # fmt: skip
_SHARE = re.compile(
    r"(?P<percent>\d{1,3}(?:\.\d{1,4})?)\s?(?:%|per ?cent\b)|\b(?P<half>half)\b(?= (?:of |the ))"
    r"|\b(?P<full>full|whole|entire)\b(?= (?:costs?|amount|fees?)\b)"
)
_TOTAL_BEFORE = re.compile(
    r"(?:\b(?:a|in) total (?:payment |sum |remedy )?(?:of|is|being)?"
    r"|\btotall?ing|\bin total,?|\bmaking|\baltogether"
    r"|\b(?:this|that|it) (?:comes|amounts|adds up) to)\s*$",
    re.IGNORECASE,
)
_TOTAL_AFTER = re.compile(r"\s*,?\s*(?:in total|altogether|in all)\b", re.IGNORECASE)
_TAKEN_APART = re.compile(
    r"\b(?:made up of|compris(?:ing|ed of|es)|consist(?:ing|s) of|composed of|broken down)\b"
)
_EACH = re.compile(
    rf"\s+(?:each\b(?!\s+(?:{_PERIODS}))|(?:to|for) each\b"
    r"|per (?:person|child|famil|household|head))"
)
_EACH_FIRST = ("each", "every ")
_RESTATED_BEFORE = re.compile(r"(?:\(|\b(?:which|that) is |\bbeing |\bi\.?e\.? )$")
_RESTATED_AFTER = re.compile(
    r"\s+(?:each\b|(?:per|for each|to each)(?: of)?(?: the)?(?: \w+)? ?(?:person|child|famil|them))"
)
_NOT_PAID_BEFORE = re.compile(
    r"(?:\b(?:bills?|invoices?|debts?|fees?|charges?|arrears|ow(?:ed|es|ing)|fines?|penalt(?:y|ies)"
    r"|overpayment|contribution|balance|rent|paid|spent|lost|income|savings)"
    r"(?: (?:of|for|was|is|at|her|him|them|it))*"
    r"|\b(?:in addition to|on top of|instead of|rather than|less|minus|not)(?: the| its)?(?: \w+)?)"
    r"\s*$",
    re.IGNORECASE,
)
_DIRECT_OBJECT = re.compile(
    r"pays?\b(?: (?!for\b|towards\b|because\b|about\b|instead\b|not\b)[^\s,;:£]+)*\s*$",
    re.IGNORECASE,
)
"""Nothing between "pay" and the sum but whom and what: ``pay her the savings of £612``."""

_NOT_PAID_AFTER = re.compile(
    r"\s+(?:(?:he|she|they|it|the \w+)(?: has| have| had)?(?: already| now| previously)?"
    r" (?:paid|spent|owed?s?|lost|was|were|offered)\b"
    r"|bill|invoice|debt|fee|charge|fine|arrears|overpayment)\b",
    re.IGNORECASE,
)
_RANGE_AFTER = re.compile(r"\s+to\s+£")
_NEAR = 90


class Sum(NamedTuple):
    """One sum, in pence, or one payment without a sum. The fields are those of ``Remedy``."""

    start: int
    end: int
    amount_pence: int | None
    rate_pence: int | None
    rate_period: str | None
    share_percent: float | None
    payee: str | None
    per_person: bool
    is_total: bool
    rule: str


def sums(text: str, start: int, end: int, rule: str, *, refund: bool) -> list[Sum]:
    """The sums of the clause ``text[start:end]``; one row without any where none is named."""
    share = _SHARE.search(text, start, end)
    percent = None if share is None else _percent(share)
    found = _paid(text, start, end, refund=refund)
    clause_payee = payee_of_clause(text, start, found[0].start() if found else end)
    if not found:
        how = rule if share is None else f"{rule}: share"
        for_each = _is_each(clause_payee)
        return [Sum(start, end, None, None, None, percent, clause_payee, for_each, False, how)]
    named: list[Payee] = []
    totals: list[bool] = []
    begins: list[int] = []
    edge = start
    for index, amount in enumerate(found):
        begin, after = amount.span()
        near = max(edge, begin - _NEAR)
        stated = _TOTAL_BEFORE.search(text[near:begin])
        # Who stands before the first sum is known already.
        known = begin if index == 0 and clause_payee is not None else edge
        who = payee_of_sum(text, known, begin, after, end, refund=refund)
        named.append(who)
        totals.append(stated is not None or _TOTAL_AFTER.match(text, after) is not None)
        begins.append(who.start if stated is None else near + stated.start())
        if index and not totals[index - 1]:
            totals[index - 1] = _is_taken_apart(text, edge, begin, after)
        edge = after
    rows: list[Sum] = []
    payee = clause_payee
    for index, amount in enumerate(found):
        payee = named[index].name or payee
        rate = _RATE.match(text, amount.end())
        each = rate is None and _EACH.match(text, amount.end(), end) is not None
        pence = _pence(amount)
        how = "rate" if rate else "total" if totals[index] else "sum"
        rows.append(
            Sum(
                start=begins[index] if index else start,
                end=begins[index + 1] if index + 1 < len(found) else end,
                amount_pence=None if rate else pence,
                rate_pence=pence if rate else None,
                rate_period=_period(rate) if rate else None,
                share_percent=percent if index == 0 else None,
                payee=payee,
                per_person=each or _is_each(payee if index == 0 else named[index].name),
                is_total=totals[index],
                rule=f"{rule}: {how}",
            )
        )
    return rows


def _paid(text: str, start: int, end: int, *, refund: bool) -> list[re.Match[str]]:
    """The amounts that are to be paid, without those that are only mentioned."""
    if "£" not in text:
        return []
    kept: list[re.Match[str]] = []
    for found in AMOUNT.finditer(text, start, end):
        # What is refunded is a charge or a fee; what stands beside it is only mentioned.
        whole = refund and not kept
        if whole or not _only_mentioned(text, found, start):
            kept.append(found)
    return kept


def _only_mentioned(text: str, found: re.Match[str], start: int) -> bool:
    before = text[max(start, found.start() - _NEAR) : found.start()]
    if (
        _RESTATED_BEFORE.search(before) is not None
        and _RESTATED_AFTER.match(text, found.end()) is not None
    ):
        return True
    if before.endswith("from ") and _RANGE_AFTER.match(text, found.end()) is not None:
        return True
    if found.start() - start < _NEAR and _DIRECT_OBJECT.match(before) is not None:
        return False
    return (
        _NOT_PAID_BEFORE.search(before) is not None
        or _NOT_PAID_AFTER.match(text, found.end()) is not None
    )


def _is_taken_apart(text: str, end: int, stop: int, after: int) -> bool:
    """Whether a sum is followed by its parts, the next of which is at ``text[stop:after]``."""
    between = text[end:stop] if stop - end < _NEAR else text[end : end + _NEAR]
    if between.strip() == ":" or _TAKEN_APART.search(between) is not None:
        return True
    # As in "£2,400 (£800 per term for three terms)".
    return between.endswith("(") and _RATE.match(text, after) is not None


def _is_each(payee: str | None) -> bool:
    return payee is not None and payee.lower().startswith(_EACH_FIRST)


def _pence(found: re.Match[str]) -> int:
    return int(found.group("pounds").replace(",", "")) * 100 + int(found.group("pence") or 0)


def _period(found: re.Match[str]) -> str:
    adverb = found.group("adverb")
    return _ADVERBS[adverb.lower()] if adverb else found.group("period").lower()


def _percent(found: re.Match[str]) -> float:
    if found.group("percent"):
        return float(found.group("percent"))
    return 50.0 if found.group("half") else 100.0
