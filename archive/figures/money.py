"""Which rows of a decision's remedies are payments with a sum, and which are not. Pure.

A payment is a row of kind ``payment`` with an amount, as the parser read it or a person corrected
it. Not every £ in a text is one, and three kinds of row are kept apart:

- A stated total beside its parts is never added to them. Where its section names no other sum of
  its kind (only a rate or a share: "£22 a week, a total of £1,950"), the total is the payment.
- A rate or a share without an amount comes to a sum that the text does not tell; it is counted as
  *without a sum*.
- "£200 each" is one payment of £200 here: how many people there are is not read. What was paid in
  all is more; such rows are counted as *per person*.

Refunds are a kind of their own and are no payments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

PAYMENT = "payment"


class RemedyLine(NamedTuple):
    """What a row of ``remedy`` says about money, and the section that it stands in."""

    section: int
    kind: str
    amount_pence: int | None
    rate_pence: int | None
    share_percent: float | None
    is_total: bool
    per_person: bool


@dataclass(slots=True)
class Money:
    """The remedies of one decision: rows by kind, and the sums of those that have one.

    ``totals`` counts stated totals that are left out beside their parts.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    sums: dict[str, list[int]] = field(default_factory=dict)
    per_person: Counter[str] = field(default_factory=Counter)
    without_sum: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)


def money_of(lines: Iterable[RemedyLine]) -> Money:
    """What the remedies of one decision come to."""
    rows = list(lines)
    found = Money()
    parts = {
        (row.section, row.kind) for row in rows if row.amount_pence is not None and not row.is_total
    }
    for row in rows:
        if row.is_total and (row.section, row.kind) in parts:
            found.totals[row.kind] += 1
            continue
        if row.is_total and row.amount_pence is not None:
            # Of two totals for the same section one restates the other.
            parts.add((row.section, row.kind))
        found.kinds[row.kind] += 1
        if row.amount_pence is not None:
            found.sums.setdefault(row.kind, []).append(row.amount_pence)
            found.per_person[row.kind] += row.per_person
        elif row.rate_pence is not None or row.share_percent is not None:
            found.without_sum[row.kind] += 1
    return found
