"""What a body agreed, or was recommended, to do: one row a remedy.

Only sections on remedies count ("Agreed action", "Recommendations" and what stands under them);
where a decision has none, sentences elsewhere in which the body *agreed* or we *recommended*. So a
bill or a debt that the complainant mentions is never taken for a payment.

A remedy is a clause that opens with a verb of the table (``remedy_tables.ACTIONS``), after "the
Council has agreed to" or at the start of a list item. Each sum in a payment is a row of its own.
A stated total beside its parts is marked as a total; a total that stands alone is the payment.
Every row names the rule that made it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from archive.records import Paragraph, Remedy, Section, SectionKind
from scraper.deadlines import TIME_FIRST, deadline, deadline_for_all
from scraper.remedy_tables import (
    ACTIONS,
    ADVERBS,
    AGREEMENT,
    AMOUNT,
    BREAKDOWN,
    DIRECT_OBJECT,
    FOR_EACH,
    NO_NAME,
    NO_PAYEE,
    NO_REMEDY,
    NO_REMEDY_WORDS,
    NOT_PAID_AFTER,
    NOT_PAID_BEFORE,
    NOT_THE_BODY,
    OF_A_SUM,
    OTHER,
    PAYEE_AFTER,
    PAYEE_BEFORE,
    POSSESSIVES,
    PRONOUNS,
    RATE,
    SHARE,
    SPLITTERS,
    STRONG_AGREEMENT,
    THE_BODY,
    TOTAL_AFTER,
    TOTAL_BEFORE,
    WHO_PAID,
)

REMEDY_KINDS = frozenset((SectionKind.REMEDY, SectionKind.RECOMMENDATIONS))
ELSEWHERE = frozenset((SectionKind.FINDINGS, SectionKind.ANALYSIS, SectionKind.FINAL_DECISION))

_OPENING = re.compile(
    "|".join(f"(?P<r{index}>{words}(?:e?s)?\\b)" for index, (_, _, words) in enumerate(ACTIONS)),
    re.IGNORECASE,
)
# Begins with one set of characters, which is what makes the search fast. Texts are folded.
_JOINT = re.compile(r"[,;:– ](?:(?<=[,;:–]) |(?<= )(?:and|then) )")
_FILLING = re.compile(
    r"(?:(?:and|then|also|each|both|to|will|should|must|now|it will|fully|formally|immediately)\s+"
    rf"|{TIME_FIRST})*",
    re.IGNORECASE,
)
_TO_VERB = re.compile(r"\bto (?!(?:the|his|her|their|him|them|its|each|both|all|any|an?)\b)[a-z]")
_LEAD_IN = re.compile(rf"\s*:?\s*(?:{TIME_FIRST}|to\s+|also\s+|it will\s+)*")
_PAYEE_OF_CLAUSE = re.compile(
    r"pays? (?P<payee>[\w’' ]{1,40}?) (?:a|an|the|for|\d)\b", re.IGNORECASE
)
_NEAR = 80
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z‘“])")


class _Context(NamedTuple):
    """What a list item inherits from the paragraph before it."""

    binding: bool
    deadline: str | None
    paying: bool
    payee: str | None


def find_remedies(sections: Sequence[Section]) -> tuple[list[Remedy], list[str]]:
    """The remedies of a decision in reading order, and warnings (totals that do not add up)."""
    chosen = _remedy_sections(sections)
    strict = not chosen
    if strict:
        chosen = [section for section in sections if section.kind in ELSEWHERE]
    remedies: list[Remedy] = []
    warnings: list[str] = []
    for section in chosen:
        begin = len(remedies)
        for group in _groups(section.paragraphs):
            if strict and not any(map(_may_agree, group)):
                continue
            rows = list(_read_group(section, group, strict=strict))
            reconciled, warning = _reconcile(rows)
            remedies += reconciled
            if warning is not None:
                warnings.append(warning)
            by = None if strict else _deadline_for_all(group)
            if by is not None:
                remedies[begin:] = [
                    replace(row, deadline=row.deadline or by) for row in remedies[begin:]
                ]
    return remedies, warnings


def _may_agree(paragraph: Paragraph) -> bool:
    """A quick look that spares the rules most of the findings."""
    return "agreed" in paragraph.text or "ecommend" in paragraph.text


def _remedy_sections(sections: Sequence[Section]) -> list[Section]:
    positions = {section.position for section in sections if section.kind in REMEDY_KINDS}
    return [
        section
        for section in sections
        if section.position in positions or section.parent in positions
    ]


def _groups(paragraphs: Sequence[Paragraph]) -> Iterator[list[Paragraph]]:
    """A paragraph with the list that follows it."""
    group: list[Paragraph] = []
    for paragraph in paragraphs:
        if paragraph.level == 0 and group:
            yield group
            group = []
        group.append(paragraph)
    if group:
        yield group


def _deadline_for_all(group: Sequence[Paragraph]) -> str | None:
    """The deadline that a group sets for all remedies before it in its section."""
    for paragraph in group:
        for _, sentence in _sentences(paragraph.text):
            by = deadline_for_all(sentence)
            if by is not None and not _owed_to_us(sentence):
                return by
    return None


def _read_group(section: Section, group: Sequence[Paragraph], *, strict: bool) -> Iterator[Remedy]:
    context = _Context(not strict, None, False, None)
    parent_pays = False
    for paragraph in group:
        text = paragraph.text
        if paragraph.level == 0:
            rows = list(_read_sentences(section, paragraph, strict=strict))
            yield from rows
            if text.endswith(":"):
                context = _context(text, rows, strict=strict)
            elif len(group) > 1:
                context = _Context(False, None, False, None)
            continue
        money_first = AMOUNT.match(text) is not None
        if not context.binding and (strict or group[0].level == 0):
            continue
        if paragraph.level > 1 and not (money_first and parent_pays):
            continue
        rows = list(_read_item(section, paragraph, context, money_first=money_first))
        yield from rows
        if paragraph.level == 1:
            parent_pays = bool(rows) and rows[-1].kind == "payment"


def _context(text: str, rows: Sequence[Remedy], *, strict: bool) -> _Context:
    """What the items of a list inherit from the words before it."""
    agreed = (STRONG_AGREEMENT if strict else AGREEMENT).search(text)
    pays = bool(rows) and rows[-1].kind == "payment"
    return _Context(
        agreed is not None,
        deadline(_sentences(text)[-1][1]) or deadline(text),
        pays,
        rows[-1].payee if pays else None,
    )


def _read_item(
    section: Section, paragraph: Paragraph, context: _Context, *, money_first: bool
) -> Iterator[Remedy]:
    """A list item: its first clause is a remedy whatever its verb."""
    text = paragraph.text
    if _owed_to_us(text):
        return
    by = deadline(text, anchored=True) or context.deadline or deadline(text)
    if money_first and context.paying:
        for row in _payments(section, paragraph, "pay", 0, len(text), by):
            yield replace(row, payee=row.payee or context.payee)
        return
    start = _past_filling(text, 0)
    # An item may be a sentence of its own: "The Council will remind staff …".
    agreed = AGREEMENT.search(text, 0, 60) if text[0].isupper() else None
    if agreed is not None and agreed.start() < 40:
        start = _after(text, agreed.end())
    yield from _actions(section, paragraph, start, len(text), by, first=True)


def _read_sentences(section: Section, paragraph: Paragraph, *, strict: bool) -> Iterator[Remedy]:
    """Sentences that say what the body will, should, must or has agreed to do."""
    paid: list[Remedy] = []
    for at, sentence in _sentences(paragraph.text):
        if _owed_to_us(sentence) or deadline_for_all(sentence) is not None:
            continue
        if paid and BREAKDOWN.match(sentence):
            end = at + len(sentence)
            for row in _payments(section, paragraph, "pay", at, end, paid[-1].deadline):
                yield replace(row, payee=row.payee or paid[-1].payee)
            continue
        paid = []
        for agreed in AGREEMENT.finditer(sentence):
            strong = STRONG_AGREEMENT.search(agreed.group(0)) is not None
            if not strong and (
                strict
                or NOT_THE_BODY.search(sentence, max(0, agreed.start() - _NEAR), agreed.start())
            ):
                continue
            start = at + _after(sentence, agreed.end())
            by = deadline(sentence)
            subject = THE_BODY.search(sentence, max(0, agreed.start() - _NEAR), agreed.start())
            known = not strict and subject is not None and not sentence.endswith(":")
            rows = list(_actions(section, paragraph, start, at + len(sentence), by, first=known))
            paid = [row for row in rows if row.kind == "payment"]
            yield from rows
            break


def _after(text: str, at: int) -> int:
    """Past the colon and the deadline that may stand between "agreed to" and the verb."""
    found = _LEAD_IN.match(text, at)
    return at if found is None else found.end()


def _owed_to_us(text: str) -> bool:
    """Whether a sentence is about a duty towards the Ombudsman, which puts nothing right."""
    return any(word in text for word in NO_REMEDY_WORDS) and NO_REMEDY.search(text) is not None


def _past_filling(text: str, at: int) -> int:
    """Past "also", "will", "within one month of the decision" and the like, to the verb."""
    found = _FILLING.match(text, at)
    return at if found is None else found.end()


def _sentences(text: str) -> list[tuple[int, str]]:
    if ". " not in text and "; " not in text:
        return [(0, text)]
    starts = [0, *(found.end() for found in _SENTENCE.finditer(text))]
    return [
        (start, text[start:end].rstrip())
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    ]


def _actions(
    section: Section, paragraph: Paragraph, start: int, end: int, by: str | None, *, first: bool
) -> Iterator[Remedy]:
    """The clauses of ``text[start:end]`` that open with a verb of the table, each a remedy."""
    text = paragraph.text
    openings: list[tuple[int, str, str]] = []
    named = _opening(text, start)
    if named is not None:
        openings.append((start, *named))
    elif first and start < end:
        openings.append((start, OTHER, OTHER))
    for joint in _JOINT.finditer(text, start + 1, end) if openings else ():
        verb = _past_filling(text, joint.end())
        named = _opening(text, verb)
        if named is not None and named[0] in SPLITTERS and verb > openings[-1][0]:
            openings.append((verb, *named))
        elif (
            named is None
            and _TO_VERB.match(text, joint.end(), end)
            and _TO_VERB.search(text, openings[-1][0], joint.start()) is None
        ):
            # "to pay her £200 and to mend the hole", but not "£200 to make up for the delay and
            # to recognise …", where the infinitives say what for.
            openings.append((verb, OTHER, OTHER))
    if not openings:
        return
    stops = [*(at for at, _, _ in openings[1:]), end]
    for (at, rule, kind), stop in zip(openings, stops, strict=True):
        if kind in ("payment", "refund"):
            yield from _payments(section, paragraph, rule, at, stop, by, kind)
        else:
            row = _row(section, paragraph, at, stop, kind, rule, by)
            if row.raw:  # An item of nothing but "; and" asks for nothing.
                yield row


def _opening(text: str, at: int) -> tuple[str, str] | None:
    """Rule and kind of the clause that begins at ``at``, if the table knows its verb."""
    found = _OPENING.match(text, at)
    if found is None:
        return None
    rule, kind, _ = ACTIONS[int((found.lastgroup or "r0")[1:])]
    return rule, kind


def _payments(
    section: Section,
    paragraph: Paragraph,
    rule: str,
    start: int,
    end: int,
    by: str | None,
    kind: str = "payment",
) -> Iterator[Remedy]:
    """A row for each sum of a payment; one without a sum where none is named."""
    text = paragraph.text
    share = SHARE.search(text, start, end)
    sums = [
        found
        for found in AMOUNT.finditer(text, start, end)
        if kind == "refund" or not _only_mentioned(text, found, start)
    ]
    if not sums:
        row = _row(section, paragraph, start, end, kind, rule, by)
        if share is not None:
            row = replace(row, share_percent=_percent(share), rule=f"{rule}: share")
        yield replace(row, payee=_payee_of_clause(text, start, end) if kind == "payment" else None)
        return
    payee: str | None = None
    edges = [start, *(found.end() for found in sums)]
    named = [
        _payee(
            text,
            found,
            edges[index],
            sums[index + 1].start() if found is not sums[-1] else end,
            refund=kind == "refund",
        )
        for index, found in enumerate(sums)
    ]
    totals = [
        TOTAL_BEFORE.search(text[edge : found.start()])
        for edge, found in zip(edges, sums, strict=False)
    ]
    begins = [start]
    for index in range(1, len(sums)):
        stated = totals[index]
        begins.append(named[index][1] if stated is None else edges[index] + stated.start())
    stops = [*begins[1:], end]
    for index, found in enumerate(sums):
        payee = named[index][0] or payee
        rate = RATE.match(text, found.end())
        pence = _pence(found)
        total = totals[index] is not None or TOTAL_AFTER.match(text, found.end()) is not None
        row = _row(section, paragraph, begins[index], stops[index], kind, rule, by)
        yield replace(
            row,
            amount_pence=None if rate is not None else pence,
            rate_pence=None if rate is None else pence,
            rate_period=None if rate is None else _period(rate),
            share_percent=_percent(share) if share is not None and index == 0 else None,
            payee=payee,
            is_total=total,
            rule=f"{rule}: {'rate' if rate else 'total' if total else 'sum'}",
        )


def _only_mentioned(text: str, found: re.Match[str], start: int) -> bool:
    before = text[start : found.start()]
    if OF_A_SUM.search(before) is not None and FOR_EACH.match(text, found.end()) is not None:
        return True
    if DIRECT_OBJECT.match(before) is not None:
        return False
    return (
        NOT_PAID_BEFORE.search(before) is not None
        or NOT_PAID_AFTER.match(text, found.end()) is not None
    )


def _payee(
    text: str, found: re.Match[str], begin: int, stop: int, *, refund: bool
) -> tuple[str | None, int]:
    """Who gets a sum, and where the words about it begin.

    Named before it ("pay Mrs B £300", ", the second £100") or after it ("£300 to Mrs B").
    """
    before = PAYEE_BEFORE.search(text[: found.start()], begin)
    after = PAYEE_AFTER.match(text[:stop], found.end())
    if after is not None and after.group("payee").lower() not in NO_PAYEE:
        name = after.group("payee")
        if name[0].isupper() or name.startswith(("the ", "each ", "both ")):
            return name, found.start()
    paid = WHO_PAID.match(text[:stop], found.end()) if refund else None
    if before is None:
        return (None if paid is None else paid.group("payee")), found.start()
    words = before.group("payee").split()
    while words and words[-1] in NO_PAYEE:
        words.pop()
    while words and words[0].lower() in NO_PAYEE - {"the"}:
        words.pop(0)
    for index in range(1, len(words)):
        if words[index] in POSSESSIVES and words[index - 1] != "and" and words[0][0].isupper():
            words = words[:index]
            break
    if not words or words == ["the"] or words[0] in NO_NAME:
        return (None if paid is None else paid.group("payee")), found.start()
    if refund and not (words[0][0].isupper() or " ".join(words) in PRONOUNS):
        return None, found.start()  # what is refunded: "the charge of £58"
    return " ".join(words), before.start("payee")


def _payee_of_clause(text: str, start: int, end: int) -> str | None:
    """Who gets a payment whose sum is not named: "pay him a sum equivalent to …"."""
    found = _PAYEE_OF_CLAUSE.match(text[:end], start)
    if found is None or found.group("payee").split()[0].lower() in NO_PAYEE - {"the"}:
        return None
    return found.group("payee")


def _pence(found: re.Match[str]) -> int:
    return int(found.group("pounds").replace(",", "")) * 100 + int(found.group("pence") or 0)


def _period(found: re.Match[str]) -> str:
    adverb = found.group("adverb")
    return ADVERBS[adverb.lower()] if adverb else found.group("period").lower()


def _percent(found: re.Match[str]) -> float:
    if found.group("percent"):
        return float(found.group("percent"))
    return 50.0 if found.group("half") else 100.0


def _row(
    section: Section,
    paragraph: Paragraph,
    start: int,
    end: int,
    kind: str,
    rule: str,
    by: str | None,
) -> Remedy:
    raw = paragraph.text[start:end]
    raw = raw.removesuffix(" and ").rstrip(" ,;:.")
    if raw.endswith((", and", " and", "; and")):
        raw = raw[: -len("and")].rstrip(" ,;:.")
    lead = len(raw) - len(raw.lstrip(" ,;:."))
    raw = raw[lead:]
    for joint in ("and ", "plus "):
        if raw.startswith(joint):
            raw = raw[len(joint) :]
            lead += len(joint)
    return Remedy(
        section=section.position,
        paragraph=paragraph.ordinal,
        char_start=start + lead,
        char_end=start + lead + len(raw),
        kind=kind,
        amount_pence=None,
        rate_pence=None,
        rate_period=None,
        share_percent=None,
        payee=None,
        is_total=False,
        deadline=by,
        raw=raw,
        rule=rule,
    )


def _reconcile(rows: list[Remedy]) -> tuple[list[Remedy], str | None]:
    """Totals beside their parts stay totals, and must add up; a total alone is the payment."""
    totals = [row for row in rows if row.is_total]
    if not totals:
        return rows, None
    parts = [
        row.amount_pence
        for row in rows
        if row.kind == totals[0].kind and not row.is_total and row.amount_pence is not None
    ]
    rates = any(row.rate_pence is not None or row.share_percent is not None for row in rows)
    if not parts:
        if rates:
            return rows, None
        return [
            replace(row, is_total=False, rule=row.rule.replace("total", "sum")) for row in rows
        ], None
    stated = totals[0].amount_pence
    if len(totals) > 1 or rates or stated is None or stated == sum(parts):
        return rows, None
    return rows, (
        f"paragraph {totals[0].paragraph}: the total of {_pounds(stated)} is not the "
        f"{_pounds(sum(parts))} that its parts come to"
    )


def _pounds(pence: int) -> str:
    return f"£{pence / 100:,.2f}"
