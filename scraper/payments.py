"""The sums of a payment or refund: one for each, with rate, share, total and payee.

A sum that is a bill, a debt or a fee which the text only mentions is left out, and so is one that
says another in a different way ("£300 (£150 each)"). A stated total is marked.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from scraper.payees import NAME, PEOPLE, WHICH, Payee, payee_of_clause, payee_of_sum

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
    rf"\s+(?:each\b(?!\s+(?:{_PERIODS}))"
    rf"|(?:to|for) each(?: of)?(?: the| her| his| their)?(?: {WHICH}){{0,2}} (?:them|{PEOPLE})\b"
    rf"|per (?:head|{PEOPLE})\b)"
)
_EACH_TIME = re.compile(r"\s+(?:for each|for every|per) (?=[a-z])")
_EACH_FIRST = ("each", "every ")
_RESTATED_BEFORE = ("(", " which is ", " that is ", " being ")
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
_FAR = 400

TIME = "time"
"""The period of a sum for each occurrence: "£50 for each of the nine collections it missed"."""


_THIS = re.compile(
    r"(?:pay|offer|make)s? (?:him |her |them )?(?:this|it|that|the)(?: (?:sum|amount|payment))?\b"
    rf"(?: to {NAME})?"
)
_SINCE = re.compile(r"\b(?:[Pp]ay(?:ing|ments?)?|[Oo]ffer|sum)\b")


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
    share = _share(text, start, end)
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
    rates = [_rate(text, amount.end(), end) for amount in found]
    for index, (amount, rate) in enumerate(zip(found, rates, strict=True)):
        begin, after = amount.start(), rate.end
        near = max(edge, begin - _NEAR)
        stated = _TOTAL_BEFORE.search(text[near:begin])
        # Who stands before the first sum is known already.
        known = begin if index == 0 and clause_payee is not None else edge
        who = payee_of_sum(text, known, begin, after, end, refund=refund)
        named.append(who)
        brought = (
            index > 0
            and rates[index - 1].period is not None
            and text.endswith("(", 0, begin)
            and text.startswith(")", after)
        )  # As in "£20 a week for the 34 weeks (£680)".
        totals.append(brought or stated is not None or _TOTAL_AFTER.match(text, after) is not None)
        begins.append(who.start if stated is None else near + stated.start())
        if index and not totals[index - 1]:
            totals[index - 1] = _is_taken_apart(text[edge:begin], rate.period is not None)
        edge = after
    rows: list[Sum] = []
    # "£300 and the Council £150 to Mrs L": whoever is named first.
    payee = clause_payee or next((each.name for each in named if each.name), None)
    for index, (amount, (period, each, _)) in enumerate(zip(found, rates, strict=True)):
        payee = named[index].name or payee
        pence = _pence(amount)
        how = "rate" if period else "total" if totals[index] else "sum"
        rows.append(
            Sum(
                start=begins[index] if index else start,
                end=begins[index + 1] if index + 1 < len(found) else end,
                amount_pence=None if period else pence,
                rate_pence=pence if period else None,
                rate_period=period,
                share_percent=percent if index == 0 else None,
                payee=payee,
                per_person=each or _is_each(payee if index == 0 else named[index].name),
                is_total=totals[index],
                rule=f"{rule}: {how}",
            )
        )
    return rows


def sum_before(text: str, start: int, end: int, rule: str) -> Sum | None:
    """The sum that "pay this to Ms H" speaks of: the last one before ``start``, if it is that.

    None where the clause ``text[start:end]`` says something else, or no sum stands before it.
    """
    this = _THIS.match(text, start, end)
    at = text.rfind("£", max(0, start - _FAR), start) if this is not None else -1
    if this is None or at < 0:
        return None
    since = [found.start() for found in _SINCE.finditer(text, max(0, at - _NEAR), at)]
    rows = sums(text, since[-1] if since else at, start, rule, refund=False)
    if not rows or rows[-1].amount_pence is None:
        return None
    payee = this.group("payee") or rows[-1].payee
    return rows[-1]._replace(start=rows[-1].start, end=end, payee=payee)


def _share(text: str, start: int, end: int) -> re.Match[str] | None:
    clause = text[start:end]
    if (
        "%" in clause
        or "half" in clause
        or "cent" in clause
        or "full " in clause
        or "whole " in clause
        or "entire " in clause
    ):
        return _SHARE.search(clause)
    return None


def _paid(text: str, start: int, end: int, *, refund: bool) -> list[re.Match[str]]:
    """The amounts that are to be paid, without those that are only mentioned."""
    if text.find("£", start, end) < 0:
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
    if before.endswith(_RESTATED_BEFORE) and _RESTATED_AFTER.match(text, found.end()) is not None:
        return True
    if before.endswith("from ") and _RANGE_AFTER.match(text, found.end()) is not None:
        return True
    if found.start() - start < _NEAR and _DIRECT_OBJECT.match(before) is not None:
        return False
    return (
        _NOT_PAID_BEFORE.search(before) is not None
        or _NOT_PAID_AFTER.match(text, found.end()) is not None
    )


def _is_taken_apart(between: str, by_rate: bool) -> bool:
    """Whether a sum is a total of what follows, by the words between it and the next sum.

    ``by_rate``: the next sum is a rate, as in "£2,400 (£800 per term for three terms)".
    """
    if by_rate and between.endswith("("):
        return True
    return between.strip() == ":" or _TAKEN_APART.search(between[:_NEAR]) is not None


def _is_each(payee: str | None) -> bool:
    return payee is not None and payee.lower().startswith(_EACH_FIRST)


class _Rate(NamedTuple):
    """What stands behind a sum: its period, whether it is per person, and where that ends."""

    period: str | None
    each: bool
    end: int


def _rate(text: str, at: int, end: int) -> _Rate:
    found = _RATE.match(text, at, end)
    if found is not None:
        return _Rate(_period(found), False, found.end())
    if _EACH.match(text, at, end) is not None:
        return _Rate(None, True, at)
    # "£50 for each of the nine collections it missed"
    return _Rate(TIME if _EACH_TIME.match(text, at, end) else None, False, at)


def _pence(found: re.Match[str]) -> int:
    return int(found.group("pounds").replace(",", "")) * 100 + int(found.group("pence") or 0)


def _period(found: re.Match[str]) -> str:
    adverb = found.group("adverb")
    return _ADVERBS[adverb.lower()] if adverb else found.group("period").lower()


def _percent(found: re.Match[str]) -> float:
    if found.group("percent"):
        return float(found.group("percent"))
    return 50.0 if found.group("half") else 100.0
