"""What persons say of remedies, laid over what the parser read. Pure: no row, no clock.

A correction hangs on words, not on rows: every reading makes new rows. It is found again in a
reading by the paragraph's text; where a better parser has cut the very same published text up
otherwise, by its words. Where the words are gone it no longer fits: it is kept, told, and tried
again with every later reading.

A person's row stands in place of the parser's rows on the same words: those whose span and its own
share at least half of the shorter one. Rows that stood *beside* it when it was made stay.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from archive.records import (
    PERSON_RULE,
    Correction,
    CorrectionKind,
    Decision,
    Paragraph,
    Remedy,
    Section,
)

_QUOTES = {ord("‘"): "'", ord("’"): "'", ord("“"): '"', ord("”"): '"'}


class Place(NamedTuple):
    """Words in a reading: the section, its paragraph, and the span in code points of its text."""

    section: Section
    paragraph: Paragraph
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Applied:
    """The remedies as they stand, and the corrections with what became of them here."""

    remedies: tuple[Remedy, ...]
    corrections: tuple[Correction, ...]

    def unfit(self, before: Sequence[Correction]) -> list[Correction]:
        """Those that fitted before and no longer do."""
        fitted = {each.id for each in before if each.fits}
        return [each for each in self.corrections if not each.fits and each.id in fitted]


def paragraph_hash(text: str) -> str:
    """The lasting name of a paragraph: SHA-256 of its text with white space folded."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()


def find_words(text: str, words: str) -> list[tuple[int, int]]:
    """Spans where the words stand, whatever the white space and the shape of the quotes."""
    pattern = r"\s+".join(re.escape(word) for word in words.translate(_QUOTES).split())
    if not pattern:
        return []
    return [found.span() for found in re.finditer(pattern, text.translate(_QUOTES))]


def places(sections: Sequence[Section], words: str) -> list[Place]:
    """Where the words stand in a reading, in reading order."""
    return [
        Place(section, paragraph, *span)
        for section in sections
        for paragraph in section.paragraphs
        for span in find_words(paragraph.text, words)
    ]


def locate(correction: Correction, decision: Decision) -> Place | None:
    """Where a correction's words stand in this reading; None: it does not fit."""
    made = correction.remedy
    same = [
        (section, paragraph)
        for section in decision.sections
        for paragraph in section.paragraphs
        if paragraph_hash(paragraph.text) == correction.paragraph_sha256
    ]
    if same:
        # The same paragraph may stand twice: the one with the same number, then the nearest.
        section, paragraph = min(
            same,
            key=lambda each: (
                each[1].number != correction.paragraph_number,
                abs(each[1].ordinal - made.paragraph),
            ),
        )
        spans = find_words(paragraph.text, made.raw)
        if not spans:
            size = len(paragraph.text)
            return Place(section, paragraph, min(made.char_start, size), min(made.char_end, size))
        start, end = min(spans, key=lambda span: abs(span[0] - made.char_start))
        return Place(section, paragraph, start, end)
    if decision.text_sha256 != correction.text_sha256:
        return None
    found = places(decision.sections, made.raw)
    if len(found) == correction.occurrences:
        return found[correction.occurrence - 1] if found else None
    return found[0] if len(found) == 1 else None


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two spans are about the same words."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    shorter = min(one[1] - one[0], other[1] - other[0])
    return one == other if shorter == 0 else shared * 2 >= shorter


def rows_on(place: Place, remedies: Sequence[Remedy]) -> list[Remedy]:
    """The remedies that are about the same words."""
    return [
        row
        for row in remedies
        if row.paragraph == place.paragraph.ordinal
        and overlap((row.char_start, row.char_end), (place.start, place.end))
    ]


def apply(decision: Decision, corrections: Sequence[Correction]) -> Applied:
    """Lay corrections over a reading whose remedies are all the parser's own."""
    claimed: set[Remedy] = set()
    persons: list[Remedy] = []
    settled: list[Correction] = []
    for correction in corrections:
        place = locate(correction, decision)
        if place is None:
            settled.append(replace(correction, fits=False, machine_now=()))
            continue
        beside = {_said(row) for row in correction.beside}
        taken = [row for row in rows_on(place, decision.remedies) if _said(row) not in beside]
        claimed.update(taken)
        settled.append(replace(correction, fits=True, machine_now=tuple(taken)))
        if correction.kind is not CorrectionKind.REMOVED:
            persons.append(
                replace(
                    correction.remedy,
                    section=place.section.position,
                    paragraph=place.paragraph.ordinal,
                    char_start=place.start,
                    char_end=place.end,
                    raw=place.paragraph.text[place.start : place.end],
                    rule=PERSON_RULE,
                    correction=correction.id,
                )
            )
    kept = [row for row in decision.remedies if row not in claimed]
    merged = sorted([*kept, *persons], key=lambda row: (row.paragraph, row.char_start))
    return Applied(tuple(merged), tuple(settled))


def parsers_own(remedies: Sequence[Remedy], corrections: Sequence[Correction]) -> list[Remedy]:
    """What the parser read, from the remedies as they stand: the way back of ``apply``."""
    hidden = dict.fromkeys(row for each in corrections if each.fits for row in each.machine_now)
    rows = [row for row in remedies if row.correction is None]
    return sorted([*rows, *hidden], key=lambda row: (row.paragraph, row.char_start))


def reads_otherwise(correction: Correction) -> bool:
    """Whether the parser has changed its mind about these words since the correction was made."""
    return correction.fits and (
        sorted(map(_values, correction.machine_now))
        != sorted(map(_values, correction.machine_then))
    )


def agrees(correction: Correction) -> bool:
    """Whether the parser now says by itself what the person said."""
    if not correction.fits:
        return False
    if correction.kind is CorrectionKind.REMOVED:
        return not correction.machine_now
    return [_values(row) for row in correction.machine_now] == [_values(correction.remedy)]


def doubts(decision: Decision, corrections: Sequence[Correction]) -> list[str]:
    """Totals near a correction that do not come to their parts, a sentence each.

    A total and its parts stand in one paragraph with its list. As with the parser's own readings
    (``scraper.totals``), nothing is held against several totals, or against parts that leave open
    what they come to: rates, shares, sums for each person, further sums.
    """
    touched = {
        place.paragraph.ordinal
        for each in corrections
        if (place := locate(each, decision)) is not None
    }
    found = []
    for ordinals in _groups(decision):
        rows = [row for row in decision.remedies if row.paragraph in ordinals]
        totals = [row for row in rows if row.is_total]
        if not touched & ordinals or len(totals) != 1:
            continue
        total = totals[0]
        open_sums = any(
            row.rate_pence is not None
            or row.share_percent is not None
            or row.per_person
            or "further" in row.raw
            for row in rows
        )
        parts = [
            row.amount_pence
            for row in rows
            if row.kind == total.kind and not row.is_total and row.amount_pence is not None
        ]
        if open_sums or total.amount_pence is None:
            continue
        where = f"paragraph {total.paragraph}: the total of {pounds(total.amount_pence)}"
        if not parts:
            found.append(f"{where} has no parts; a sum that stands alone is no total")
        elif sum(parts) != total.amount_pence:
            found.append(f"{where} is not the {pounds(sum(parts))} that its parts come to")
    return found


def _groups(decision: Decision) -> Iterator[set[int]]:
    """Ordinals of each paragraph together with the list that follows it."""
    for section in decision.sections:
        group: set[int] = set()
        for paragraph in section.paragraphs:
            if paragraph.level == 0 and group:
                yield group
                group = set()
            group.add(paragraph.ordinal)
        if group:
            yield group


def pounds(pence: int) -> str:
    """``£1,250.00``."""
    return f"£{pence // 100:,}.{pence % 100:02}"


def _values(row: Remedy) -> tuple[str, ...]:
    """What a row says, wherever it stands and whoever says it; comparable in any order."""
    said = (
        row.kind,
        row.amount_pence,
        row.rate_pence,
        row.rate_period,
        row.share_percent,
        row.payee,
        row.is_total,
        row.deadline,
        row.per_person,
    )
    return tuple(map(repr, said))


def _said(row: Remedy) -> tuple[str, ...]:
    return (*_values(row), " ".join(row.raw.split()))
