"""Stated totals held against their parts, so that nothing is ever counted twice.

A total that stands alone is the payment itself. Beside its parts it stays a total, and must be what
they come to; where it is not, the rows stay as the text says and a warning tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archive.records import Remedy


def reconciled(rows: Sequence[Remedy]) -> tuple[list[Remedy], str | None]:
    """The rows of one paragraph with its list, and a sentence when they do not add up."""
    known = list(rows)
    totals = [row for row in known if row.is_total]
    if not totals:
        return known, None
    parts = [
        row.amount_pence
        for row in known
        if row.kind == totals[0].kind and not row.is_total and row.amount_pence is not None
    ]
    # What a rate, a share or "each" comes to, the text alone does not say; and "a further £125,
    # making £200" counts what was paid before.
    open_ended = any(
        row.rate_pence is not None
        or row.share_percent is not None
        or row.per_person
        or "further" in row.raw
        for row in known
    )
    if not parts:
        if open_ended:
            return known, None
        return [
            replace(row, is_total=False, rule=row.rule.replace("total", "sum")) for row in known
        ], None
    stated = totals[0].amount_pence
    if len(totals) > 1 or open_ended or stated is None or stated == sum(parts):
        return known, None
    return known, (
        f"paragraph {totals[0].paragraph}: the total of {_pounds(stated)} is not the "
        f"{_pounds(sum(parts))} that its parts come to"
    )


def _pounds(pence: int) -> str:
    return f"£{pence / 100:,.2f}"
