"""What a body agreed, or was recommended, to do: one row a remedy.

Only sections on remedies count ("Agreed action", "Recommendations" and what stands under them);
where a decision has none, sentences elsewhere in which the body *agreed* or we *recommended*. So a
bill or a debt that the complainant mentions is never taken for a payment.

A remedy is a clause that opens with a verb of the table (``scraper.remedy_tables``), after "the
Council has agreed to" (``scraper.duties``) or at the start of a list item. Each sum in a payment is
a row of its own (``scraper.payments``). A stated total beside its parts is marked as a total; a
total that stands alone is the payment. Every row names the rule that made it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from archive.records import Paragraph, Remedy, Section, SectionKind
from scraper import duties
from scraper.deadlines import deadline, deadline_for_all
from scraper.payments import AMOUNT, sum_before, sums
from scraper.remedy_tables import Clause, clauses, is_imperative, past_filling
from scraper.totals import reconciled

REMEDY_KINDS = frozenset((SectionKind.REMEDY, SectionKind.RECOMMENDATIONS))
ELSEWHERE = frozenset((SectionKind.FINDINGS, SectionKind.ANALYSIS, SectionKind.FINAL_DECISION))

_MONEY = frozenset(("payment", "refund"))
_BREAKDOWN = re.compile(
    r"(?:This|That|It|The sum|The total|The payment)"
    r" (?:is|was|comprises|consists of|includes|is made up of|comes to|amounts to)\b"
)
"""How a sentence begins that takes the sum of the sentence before it apart."""

_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z‘“])")


_REMEMBERED = 1_000
"""Characters of the longest paragraph that is remembered: set ones are shorter, hostile ones not.
"""


class _Row(NamedTuple):
    """A remedy without its place in the decision; the fields are those of ``Remedy``."""

    char_start: int
    char_end: int
    kind: str
    amount_pence: int | None
    rate_pence: int | None
    rate_period: str | None
    share_percent: float | None
    payee: str | None
    is_total: bool
    deadline: str | None
    raw: str
    rule: str
    per_person: bool


class _Context(NamedTuple):
    """What a list item inherits from the paragraph before it."""

    binding: bool
    deadline: str | None
    paying: bool
    payee: str | None


class _Told(NamedTuple):
    """What a paragraph outside a list says.

    Its own remedies, what the list behind it inherits, and by when all that was said before is to
    be done.
    """

    rows: tuple[_Row, ...]
    context: _Context
    deadline_for_all: str | None


def find_remedies(sections: Sequence[Section]) -> tuple[list[Remedy], list[str]]:
    """The remedies of a decision in reading order, and warnings (totals that do not add up)."""
    chosen = _remedy_sections(sections)
    strict = not chosen
    if strict:
        chosen = [section for section in sections if section.kind in ELSEWHERE]
    remedies: list[Remedy] = []
    warnings: list[str] = []
    for section in chosen:
        undated = len(remedies)
        for group in _groups(section.paragraphs):
            if strict and not any(map(_may_agree, group)):
                continue
            found, by = _read_group(section.position, group, strict=strict)
            rows, warning = reconciled(found)
            remedies += rows
            if warning is not None:
                warnings.append(warning)
            if by is not None and not strict:
                remedies[undated:] = [
                    row if row.deadline else replace(row, deadline=by) for row in remedies[undated:]
                ]
                undated = len(remedies)
    return remedies, warnings


def _may_agree(paragraph: Paragraph) -> bool:
    """A quick look that spares the rules most of the findings."""
    return "agreed" in paragraph.text or "ecommend" in paragraph.text


def _remedy_sections(sections: Sequence[Section]) -> list[Section]:
    positions = {section.position for section in sections if section.kind in REMEDY_KINDS}
    if not positions:
        return []
    return [
        section
        for section in sections
        if section.position in positions or section.parent in positions
    ]


def _groups(paragraphs: Sequence[Paragraph]) -> Iterator[list[Paragraph]]:
    """A paragraph with the list that follows it, or with paragraphs that are items of one."""
    group: list[Paragraph] = []
    for paragraph in paragraphs:
        if paragraph.level == 0 and group and not _goes_on(group, paragraph.text):
            yield group
            group = []
        group.append(paragraph)
    if group:
        yield group


def _goes_on(group: Sequence[Paragraph], text: str) -> bool:
    """Whether a paragraph is an item though no list holds it: "The Council will:", "pay Mr B …"."""
    return (
        group[0].text.endswith(":")
        and group[-1].level == 0
        and (text[:1].islower() or is_imperative(text))
    )


def _read_group(
    section: int, group: Sequence[Paragraph], *, strict: bool
) -> tuple[list[Remedy], str | None]:
    """The remedies of a group, and the deadline that it sets for all remedies so far."""
    found: list[Remedy] = []
    context = _Context(not strict, None, False, None)
    parent_pays = False
    by: str | None = None
    # The items may stand in paragraphs of their own; a list is then within the last of them.
    top = 0 if len(group) > 1 and group[1].level == 0 else 1
    for paragraph in group:
        text = paragraph.text
        rows: Sequence[_Row]
        if paragraph is group[0]:
            told = (_remembered if len(text) <= _REMEMBERED else _told)(text, strict)
            rows, context, by = told
        else:
            by = by or _deadline_for_all(text)
            money_first = text.startswith("£") and AMOUNT.match(text) is not None
            inner = paragraph.level > top
            if not context.binding or (inner and not (money_first and parent_pays)):
                continue
            rows = _read_item(text, context, money_first=money_first)
            if not inner:
                parent_pays = bool(rows) and rows[-1].kind == "payment"
        found += [Remedy(section, paragraph.ordinal, *row) for row in rows]
    return found, by


def _told(text: str, strict: bool) -> _Told:
    rows = _read_sentences(text, strict=strict)
    by = None if strict else _deadline_for_all(text)
    return _Told(tuple(rows), _context(text, rows, strict=strict), by)


_remembered = lru_cache(maxsize=1024)(_told)
"""The words before a list and the closing ones are set phrases in most decisions."""


def _deadline_for_all(text: str) -> str | None:
    if deadline_for_all(text) is None:
        return None
    for _, sentence in _sentences(text):
        by = deadline_for_all(sentence)
        if by is not None and not duties.owed_to_us(sentence):
            return by
    return None


def _context(text: str, rows: Sequence[_Row], *, strict: bool) -> _Context:
    """What the items of a list inherit from the words before it."""
    if not text.endswith(":"):
        return _Context(False, None, False, None)
    by = deadline(_sentences(text)[-1][1]) or deadline(text)
    # "Within one month of my decision:" says by whom only in the heading above it.
    binding = duties.binds(text, strict=strict) or (by is not None and not strict)
    pays = bool(rows) and rows[-1].kind == "payment"
    return _Context(binding, by, pays, rows[-1].payee if pays else None)


def _read_item(text: str, context: _Context, *, money_first: bool) -> list[_Row]:
    """A list item: its first clause is a remedy whatever its verb."""
    by = deadline(text)
    if by is not None and context.deadline is not None:
        by = deadline(text, anchored=True)
    by = by or context.deadline
    if money_first and context.paying:
        rows = _rows(text, Clause(0, len(text), "pay", "payment"), by)
        return [row._replace(payee=row.payee or context.payee) for row in rows]
    start = past_filling(text, 0)
    # An item may be a sentence of its own: "The Council will remind staff …".
    agreed = next(duties.agreements(text, 60), None) if text[:1].isupper() else None
    if agreed is not None and agreed.start() < 40:
        start = duties.after_agreement(text, agreed.end())
    found: list[_Row] = []
    for clause in clauses(text, start, duties.end_of_duty(text, start), first=True):
        found += _rows(text, clause, by)
    return found


def _read_sentences(text: str, *, strict: bool) -> list[_Row]:
    """Sentences that say what the body will, should, must or has agreed to do."""
    found: list[_Row] = []
    paid: list[_Row] = []
    for at, sentence in _sentences(text):
        end = at + len(sentence)
        if paid and _BREAKDOWN.match(sentence):
            rows = _rows(text, Clause(at, end, "pay", "payment"), paid[-1].deadline)
            if any(row.per_person for row in rows) and found[-1] is paid[-1]:
                found[-1] = found[-1]._replace(is_total=True)
            found += [row._replace(payee=row.payee or paid[-1].payee) for row in rows]
            continue
        paid = []
        duty = duties.duty(sentence, strict=strict)
        if duty is None and not strict and is_imperative(sentence):
            duty = duties.Duty(0, known=True)
        if duty is None or deadline_for_all(sentence) is not None:
            continue
        end = at + duties.end_of_duty(sentence, duty.start)
        by = deadline(sentence)
        rows = []
        for clause in clauses(text, at + duty.start, end, first=duty.known):
            rows += _rows(text, clause, by)
        paid = [row for row in rows if row.kind == "payment"]
        found += rows
    return found


def _sentences(text: str) -> list[tuple[int, str]]:
    if ". " not in text and "; " not in text:
        return [(0, text)]
    starts = [0, *(found.end() for found in _SENTENCE.finditer(text))]
    return [
        (start, text[start:end].rstrip())
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]


def _rows(text: str, clause: Clause, by: str | None) -> list[_Row]:
    """The rows of a clause: one, or one for each sum of a payment."""
    kind = clause.kind
    if kind not in _MONEY:
        start, end = _trimmed(text, clause.start, clause.end)
        raw = text[start:end]
        if not raw:
            return []  # An item of nothing but "; and" asks for nothing.
        return [_Row(start, end, kind, None, None, None, None, None, False, by, raw, clause.rule,
                     False)]  # fmt: skip
    rows: list[_Row] = []
    paid = sums(text, clause.start, clause.end, clause.rule, refund=kind == "refund")
    if len(paid) == 1 and paid[0].amount_pence is None and clause.rule == "pay":
        paid = [sum_before(text, clause.start, clause.end, clause.rule) or paid[0]]
    for each in paid:
        if clause.rule == "increase an offer" and each.amount_pence is None:
            continue  # What it is increased to stands in the clause that follows.
        start, end = _trimmed(text, each.start, each.end)
        rows.append(
            _Row(
                char_start=start,
                char_end=end,
                kind=kind,
                amount_pence=each.amount_pence,
                rate_pence=each.rate_pence,
                rate_period=each.rate_period,
                share_percent=each.share_percent,
                payee=each.payee,
                is_total=each.is_total,
                deadline=by,
                raw=text[start:end],
                rule=each.rule,
                per_person=each.per_person,
            )
        )
    return rows


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the signs and the "and" that join it to its neighbours."""
    raw = text[start:end].rstrip(" ,;:.")
    if raw.endswith((", and", " and", "; and")):
        raw = raw[: -len("and")].rstrip(" ,;:.")
    lead = len(raw) - len(raw.lstrip(" ,;:."))
    for joint in ("and ", "plus "):
        if raw.startswith(joint, lead):
            lead += len(joint)
    return start + lead, start + len(raw)
