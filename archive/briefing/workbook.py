"""The brief as a workbook (extra ``xlsx``): what limits it first, then comparison and decisions.

Text is always text: a name that begins like a formula stays a name. Control characters, which a
workbook cannot hold, are left out, and a cell beyond what a spreadsheet holds is cut with a mark.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from archive.briefing.deadlines import deadline_words, due
from archive.briefing.gathering import Brief
from archive.coding_sheet import paragraph_key
from archive.errors import UsageError
from archive.figures.counting import Row
from archive.passing_on import notice
from archive.screen import clean

MISSING = (
    "a workbook needs openpyxl, which is not installed; install it with "
    "`pip install 'decisions[xlsx]'`, or take .html"
)
LONGEST = 32_767
CUT = " [cut: longer than a spreadsheet's cell]"


def brief_workbook(brief: Brief) -> bytes:
    """The file's bytes. Raises UsageError without openpyxl."""
    try:
        from openpyxl import Workbook
    except ImportError:
        raise UsageError(MISSING) from None
    book = Workbook(write_only=True)
    for name, rows in (
        ("Read first", _about(brief)),
        ("Comparison", _comparison(brief)),
        ("Years", _years(brief)),
        ("Decisions", _decisions(brief)),
        ("Agreed", _agreed(brief)),
    ):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _cell(sheet: Any, value: object) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    text = clean(value)
    if len(text) > LONGEST:
        text = text[: LONGEST - len(CUT)] + CUT
    cell = WriteOnlyCell(sheet, "")
    cell.value = text
    cell.data_type = "s"
    return cell


def _about(brief: Brief) -> Iterator[Sequence[object]]:
    yield (f"Ombudsman decisions about {brief.body.name}, {brief.span.name}",)
    yield (f"Counted from the published texts on {brief.made_on.isoformat()}",)
    for note in dict.fromkeys((*brief.figures.notes, *brief.years.notes)):
        yield (note,)
    yield (brief.figures.source.attribution,)
    yield (brief.figures.source.licence,)


_COUNTED = ("decisions", "upheld", "not_upheld", "closed", "unknown", "investigated",
            "uphold_rate", "interval_low", "interval_high", "upheld_of_all", "small", "payments",
            "median_pounds")  # fmt: skip


def _counts(row: Row) -> tuple[object, ...]:
    rate, all_of = row.uphold_rate, row.uphold_of_all
    paid = row.payments
    return (
        row.decisions, row.upheld, row.not_upheld, row.closed, row.unknown, row.investigated,
        None if rate is None else rate.share, None if rate is None else rate.low,
        None if rate is None else rate.high, None if all_of is None else all_of.share,
        None if rate is None else rate.small, 0 if paid is None else paid.count,
        None if paid is None else paid.median / 100,
    )  # fmt: skip


def _comparison(brief: Brief) -> Iterator[Sequence[object]]:
    yield ("council or provider", *_COUNTED)
    for row in (*([brief.own] if brief.own is not None else []), *brief.similar):
        yield (row.key[0], *_counts(row))
    kind = brief.body.type
    if kind is not None:
        yield (f"all {kind.value.replace('_', ' ')}", *_counts(brief.figures.tally.total))


def _years(brief: Brief) -> Iterator[Sequence[object]]:
    yield ("financial year", *_COUNTED, "not whole")
    for row in brief.years.rows:
        why = ", ".join(gap.value for gap in brief.years.gaps.get(row.key, ()))
        yield (row.key[0], *_counts(row), why)


def _decisions(brief: Brief) -> Iterator[Sequence[object]]:
    yield ("reference", "decided on", "kind", "outcome", "category", "summary", "satisfied on",
           "notice", "address")  # fmt: skip
    for told in brief.decisions:
        decision, said = told.stored.decision, notice(told.stored)
        if told.open:
            yield (
                decision.reference, decision.decided_on, decision.kind.value,
                decision.outcome_raw, decision.category_raw, decision.summary,
                decision.satisfied_on, said, decision.url,
            )  # fmt: skip
        else:
            yield (decision.reference, decision.decided_on, None, None, None, None, None, said,
                   None)  # fmt: skip


def _agreed(brief: Brief) -> Iterator[Sequence[object]]:
    yield ("reference", "paragraph", "kind", "agreed or recommended", "pounds", "is a total",
           "per person", "by when", "last day (worked out)", "payee")  # fmt: skip
    for told in brief.decisions:
        decision = told.stored.decision
        paragraphs = {each.ordinal: each for each in decision.paragraphs()}
        for remedy in decision.remedies:
            pence = remedy.amount_pence
            yield (
                decision.reference, paragraph_key(told.stored, paragraphs[remedy.paragraph]),
                remedy.kind, remedy.raw, None if pence is None else pence / 100, remedy.is_total,
                remedy.per_person, deadline_words(remedy.deadline),
                due(remedy.deadline, decision.decided_on), remedy.payee,
            )  # fmt: skip
