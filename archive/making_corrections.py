"""From a person's pointing at a remedy or at words to a correction that finds them again. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from archive.corrections import Place, find_words, paragraph_hash, places, rows_on
from archive.errors import NotFound, UsageError
from archive.records import (
    PERSON_RULE,
    Correction,
    CorrectionKind,
    Decision,
    Paragraph,
    Remedy,
    Section,
    StoredDecision,
)

_PARAGRAPH = re.compile(r"(p|o)?(\d{1,6})", re.ASCII | re.IGNORECASE)


def of_remedy(
    stored: StoredDecision, row: Remedy, values: Remedy, kind: CorrectionKind, at: datetime
) -> Correction:
    """A correction of one of the parser's rows."""
    place = _place_of(stored.decision, row)
    others = [each for each in rows_on(place, _parsers(stored)) if each != row]
    return _correction(stored, place, values, kind, at, then=(row,), beside=tuple(others))


def of_place(
    stored: StoredDecision, place: Place, fill: Callable[[Remedy], Remedy], at: datetime
) -> Correction:
    """A correction that adds a remedy at words; ``fill`` puts the values into a bare row."""
    span = (place.paragraph.ordinal, place.start, place.end)
    for number, row in enumerate(stored.decision.remedies, start=1):
        if (row.paragraph, row.char_start, row.char_end) == span:
            raise UsageError(
                f"remedy {number} stands on these very words; correct it with --remedy {number}"
            )
    bare = Remedy(
        section=place.section.position,
        paragraph=place.paragraph.ordinal,
        char_start=place.start,
        char_end=place.end,
        kind="other",
        amount_pence=None,
        rate_pence=None,
        rate_period=None,
        share_percent=None,
        payee=None,
        is_total=False,
        deadline=None,
        raw=place.paragraph.text[place.start : place.end],
        rule=PERSON_RULE,
    )
    beside = tuple(rows_on(place, _parsers(stored)))
    kind = CorrectionKind.ADDED
    return _correction(stored, place, fill(bare), kind, at, then=(), beside=beside)


def at_words(decision: Decision, paragraph: str, words: str | None) -> Place:
    """Where a person points to: a printed paragraph with its list, and words in it.

    Raises UsageError for a number that cannot be read, NotFound where the words do not stand
    there, or at more than one place.
    """
    named = _PARAGRAPH.fullmatch(paragraph.strip())
    if named is None:
        raise UsageError(f"{paragraph!r} is no paragraph; write its printed number, 31, or o12")
    number, ours = int(named[2]), (named[1] or "").lower() == "o"
    there = list(_with_its_list(decision, number, ours=ours))
    if not there:
        raise NotFound(f"{decision.reference} has no paragraph {paragraph}")
    if words is None:
        if len(there) > 1:
            raise UsageError(f"paragraph {paragraph} has a list; say which words with --words")
        section, only = there[0]
        return Place(section, only, 0, len(only.text))
    found = [
        Place(section, each, start, end)
        for section, each in there
        for start, end in find_words(each.text, words)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(
            f"{words!r} does not stand in paragraph {paragraph}; copy the words as "
            "`decisions show` prints them"
        )
    raise NotFound(f"{words!r} stands in paragraph {paragraph} {len(found)} times; give more words")


def _with_its_list(
    decision: Decision, number: int, *, ours: bool
) -> Iterator[tuple[Section, Paragraph]]:
    for section in decision.sections:
        inside = False
        for paragraph in section.paragraphs:
            if ours:
                inside = paragraph.ordinal == number
            elif paragraph.number is not None or paragraph.level == 0:
                inside = paragraph.number == number
            if inside:
                yield section, paragraph


def _place_of(decision: Decision, row: Remedy) -> Place:
    for section in decision.sections:
        for paragraph in section.paragraphs:
            if paragraph.ordinal == row.paragraph:
                return Place(section, paragraph, row.char_start, row.char_end)
    raise NotFound(f"{decision.reference} has no paragraph for the remedy {row.raw!r}")


def _parsers(stored: StoredDecision) -> list[Remedy]:
    """The parser's own rows that show, without those that corrections stand in place of."""
    return [row for row in stored.decision.remedies if row.correction is None]


def _correction(
    stored: StoredDecision,
    place: Place,
    values: Remedy,
    kind: CorrectionKind,
    at: datetime,
    *,
    then: tuple[Remedy, ...],
    beside: tuple[Remedy, ...],
) -> Correction:
    everywhere = places(stored.decision.sections, values.raw)
    here = [
        index
        for index, each in enumerate(everywhere, start=1)
        if each.paragraph.ordinal == place.paragraph.ordinal
        and each.start <= place.start < each.end
    ]
    return Correction(
        id=0,
        kind=kind,
        remedy=values,
        revision=stored.revision,
        text_sha256=stored.decision.text_sha256,
        paragraph_sha256=paragraph_hash(place.paragraph.text),
        paragraph_number=place.paragraph.number,
        occurrence=here[0] if here else 1,
        occurrences=len(everywhere) if here else 0,
        machine_then=then,
        beside=beside,
        made_at=at,
    )
