"""What a person may write in a correction, read strictly: a sum that could be two is refused.

Each function takes the text of one option and raises UsageError that says what would be right.
``none`` empties a field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from archive.errors import UsageError
from archive.records import Remedy

KINDS = (
    "apology",
    "payment",
    "service_improvement",
    "review",
    "training",
    "reassessment",
    "refund",
    "other",
)
"""What was agreed or recommended, in the parser's words."""

MONEY_KINDS = ("payment", "refund")
PERIODS = (
    "hour", "day", "night", "week", "fortnight", "month", "term", "quarter", "year", "time",
)  # fmt: skip
"""What a rate is for each of; ``time`` is each occurrence."""
NONE = "none"
MOST_PAYEE = 200

_SUM = re.compile(r"£?\s?(\d{1,3}(?:,\d{3}){1,2}|\d{1,9})(?:\.(\d{2}))?", re.ASCII)
_RATE = re.compile(r"(.+?)\s*(?:/|\bper\b|\ban?\b|\bevery\b|\beach\b)\s*([a-z]+)", re.ASCII)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s?%?", re.ASCII)
_DURATION = re.compile(r"P(?:T[1-9]\d{0,3}H|[1-9]\d{0,3}[DWMY])", re.ASCII | re.IGNORECASE)
_SPAN = re.compile(r"([1-9]\d{0,3}) (working |school )?(hour|day|week|month|year)s?", re.ASCII)
_UNITS = {"hour": "PT{}H", "day": "P{}D", "week": "P{}W", "month": "P{}M", "year": "P{}Y"}


@dataclass(frozen=True, slots=True)
class Words:
    """The options of a correction as they were typed; None: not given."""

    kind: str | None = None
    amount: str | None = None
    rate: str | None = None
    share: str | None = None
    payee: str | None = None
    total: bool | None = None
    deadline: str | None = None
    each: bool | None = None

    def given(self) -> bool:
        """Whether anything was said at all."""
        return any(
            value is not None
            for value in (
                self.kind,
                self.amount,
                self.rate,
                self.share,
                self.payee,
                self.total,
                self.deadline,
                self.each,
            )
        )


def corrected(row: Remedy, words: Words) -> Remedy:
    """The row with what was said put in its place. Raises UsageError where it makes no remedy."""
    if _says(words.amount) and _says(words.rate):
        raise UsageError("a remedy is a sum or a rate, not both; leave --amount or --rate out")
    if words.kind is not None:
        row = replace(row, kind=kind(words.kind))
    if words.amount is not None:
        row = replace(row, amount_pence=None if words.amount == NONE else pence(words.amount))
        if _says(words.amount):
            row = replace(row, rate_pence=None, rate_period=None)
    if words.rate is not None:
        each, period = (None, None) if words.rate == NONE else rate(words.rate)
        row = replace(row, rate_pence=each, rate_period=period)
        if _says(words.rate):
            row = replace(row, amount_pence=None)
    if words.share is not None:
        row = replace(row, share_percent=None if words.share == NONE else share(words.share))
    if words.payee is not None:
        row = replace(row, payee=None if words.payee == NONE else payee(words.payee))
    if words.deadline is not None:
        row = replace(row, deadline=None if words.deadline == NONE else deadline(words.deadline))
    if words.total is not None:
        row = replace(row, is_total=words.total)
    if words.each is not None:
        row = replace(row, per_person=words.each)
    return _sound(row, words)


def _says(text: str | None) -> bool:
    return text is not None and text != NONE


def _sound(row: Remedy, words: Words) -> Remedy:
    money = (row.amount_pence, row.rate_pence, row.share_percent)
    if row.kind not in MONEY_KINDS and any(value is not None for value in money):
        if _says(words.amount) or _says(words.rate) or _says(words.share):
            raise UsageError(
                f"only a payment or a refund has a sum, and this is {row.kind!r}; say "
                "--kind payment as well"
            )
        # Said to be of another kind: its sum goes with the payment it was taken for.
        row = replace(
            row,
            amount_pence=None,
            rate_pence=None,
            rate_period=None,
            share_percent=None,
            per_person=False,
        )
    if row.is_total and row.amount_pence is None:
        if words.total:
            raise UsageError("a total needs its sum; say --amount as well, or leave --total out")
        row = replace(row, is_total=False)
    return row


def kind(text: str) -> str:
    """One of ``KINDS``, written with a hyphen, a blank or an underscore."""
    found = text.strip().lower().replace("-", "_").replace(" ", "_")
    if found not in KINDS:
        raise UsageError(f"{text!r} is no kind of remedy; there are {', '.join(KINDS)}")
    return found


def pence(text: str) -> int:
    """``£1,250.50``, ``1250`` or ``250.00``. A comma parts thousands, a point exactly two digits:
    ``1.250`` could be either and is refused."""
    found = _SUM.fullmatch(text.strip())
    value = 0 if found is None else int(found[1].replace(",", "")) * 100 + int(found[2] or 0)
    if value == 0:
        raise UsageError(
            f"{text!r} is not a sum of money that can be read in one way only; write £1,250.50, "
            f"1250.50 or 1250, or {NONE} for no sum"
        )
    return value


def rate(text: str) -> tuple[int, str]:
    """``£22 per week`` or ``22/week``: pence and the period."""
    found = _RATE.fullmatch(text.strip().lower())
    period = "" if found is None else found[2]
    if found is None or period.removesuffix("s") not in PERIODS:
        raise UsageError(
            f"{text!r} is not a rate; write £22 per week, with one of {', '.join(PERIODS)}"
        )
    return pence(found[1]), period.removesuffix("s")


def share(text: str) -> float:
    """``50%`` or ``12.5``: percent, above 0, up to 100."""
    found = _SHARE.fullmatch(text.strip())
    value = 0.0 if found is None else float(found[1])
    if not 0 < value <= 100:
        raise UsageError(f"{text!r} is not a share of a cost; write 50% or 12.5%, up to 100%")
    return value


def payee(text: str) -> str:
    """A name as it is written, white space folded."""
    found = " ".join(text.split())
    if not found or len(found) > MOST_PAYEE or not found.isprintable():
        raise UsageError(f"the payee must be a name of at most {MOST_PAYEE} characters, or {NONE}")
    return found


def deadline(text: str) -> str:
    """``P1M``, ``2 months``, ``20 working days`` or ``2021-03-31``, as the parser writes them."""
    plain = " ".join(text.split())
    span = _SPAN.fullmatch(plain.lower())
    duration = _DURATION.fullmatch(plain)
    if duration is not None:
        return plain.upper()
    if span is not None:
        count, special, unit = span.groups()
        if special is None:
            return _UNITS[unit].format(count)
        found = f"{count} {special}{unit}s"
        if len(found) <= 16:
            return found
    try:
        return date.fromisoformat(plain).isoformat()
    except ValueError:
        raise UsageError(
            f"{text!r} is not a time allowed; write '1 month', '20 working days', P1M or a day "
            f"as 2021-03-31, or {NONE}"
        ) from None
