"""One invented decision as a plain record, and the truth a reading of its page must come to.

A ``Case`` says what stands on a page, not how it is marked up (``markups`` does that) and not how
it came about (``invention`` does that). The truth is computed from the record alone, so a test can
compare a parser with it without trusting any parser. Hashes, citations and remedies are left to
the rooms that derive them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from archive.records import (
    Decision,
    DecisionKind,
    Finding,
    Outcome,
    Paragraph,
    Section,
    SectionKind,
    reference_slug,
)

OUTCOME_VALUES = {
    "Upheld": Outcome.UPHELD,
    "Not upheld": Outcome.NOT_UPHELD,
    "Closed after initial enquiries": Outcome.CLOSED,
}
MONTHS = "January February March April May June July August September October November December"
_MONTHS = tuple(MONTHS.split())
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_NOT_ALNUM = re.compile(r"[^0-9a-z]+")


def long_day(day: date) -> str:
    """``28 July 2017``, as in running text; no locale enters."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def page_day(day: date) -> str:
    """``09 Oct 2022``, as in a page's header."""
    return f"{day.day:02d} {_MONTHS[day.month - 1][:3]} {day.year}"


def listing_day(day: date) -> str:
    """``06-Jan-2026``, as in the listing."""
    return page_day(day).replace(" ", "-")


def slug(name: str) -> str:
    """The publisher's rule: lower case, every other run of characters becomes one dash."""
    return _NOT_ALNUM.sub("-", name.lower()).strip("-")


def years_after(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=3, day=1)


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list within a paragraph, with the list within it, if there is one."""

    text: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, the list it carries, and an unnumbered paragraph after that list.

    ``lettered`` marks the outer list with a, b, c; otherwise (and further in) with bullets.
    """

    text: str
    numbered: bool = True
    items: tuple[Item, ...] = ()
    lettered: bool = False
    tail: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part; ``sub`` says that it stands under the last part that is not."""

    heading: str
    kind: SectionKind
    sub: bool = False
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What stands on the page of one decision.

    ``reference`` is as printed; a reading has its letters in lower case.

    ``published_on`` is the day from which the site shows it. ``satisfied_line`` is the compliance
    line of a report, verbatim. ``same_report`` holds the other references of the same report.
    ``story`` names what it tells, for tests that look for a subject.
    """

    reference: str
    body: str
    category: str
    subcategory: str
    outcome: str
    decided_on: date
    kind: DecisionKind
    summary: str
    parts: tuple[Part, ...]
    published_on: date
    satisfied_on: date | None = None
    satisfied_line: str | None = None
    same_report: tuple[str, ...] = ()
    story: str = ""

    @property
    def title(self) -> str:
        """The body, then the reference in the last pair of brackets."""
        return f"{self.body} ({self.reference})"

    @property
    def path(self) -> str:
        """The canonical path on the site."""
        return (
            f"/decisions/{slug(self.category)}/{slug(self.subcategory)}"
            f"/{reference_slug(self.reference)}"
        )

    @property
    def expires_on(self) -> date:
        """The first day on which the site no longer shows it (five years; ten for a report)."""
        return years_after(self.decided_on, 5 if self.kind is DecisionKind.STATEMENT else 10)

    @property
    def outcome_value(self) -> Outcome:
        """The outcome normalised; unknown words give UNKNOWN."""
        return OUTCOME_VALUES.get(self.outcome, Outcome.UNKNOWN)

    def sections(self) -> tuple[Section, ...]:
        """The true sections: ordinals and printed numbers run through the whole decision."""
        return tuple(_sections(self))

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every true paragraph in reading order."""
        for section in self.sections():
            yield from section.paragraphs

    def expected(self, base_url: str) -> Decision:
        """The truth as the record a parser returns; its hash and version are left empty."""
        return Decision(
            source="lgsco",
            reference=self.reference.lower(),
            url=base_url.rstrip("/") + self.path,
            title=self.title,
            body=self.body,
            category=self.category,
            subcategory=self.subcategory,
            category_raw=f"{self.category} > {self.subcategory}",
            kind=self.kind,
            outcome=self.outcome_value,
            outcome_raw=self.outcome,
            decided_on=self.decided_on,
            decided_on_raw=page_day(self.decided_on),
            summary=self.summary,
            satisfied_on=self.satisfied_on,
            satisfied_on_raw=self.satisfied_line,
            sections=self.sections(),
            findings=(Finding(1, None, self.outcome_value, self.outcome),),
            text_sha256="",
            parser_version="",
        )

    def amended(self, *, after: timedelta = timedelta(0), words: str | None = None) -> Case:
        """The case with a further sentence in its last paragraph, dated ``after`` later."""
        sentence = words or "I have corrected an earlier version of this statement."
        last = self.parts[-1]
        if last.blocks:
            end = last.blocks[-1]
            blocks = (*last.blocks[:-1], dataclasses.replace(end, text=f"{end.text} {sentence}"))
        else:
            blocks = (Block(sentence),)
        return dataclasses.replace(
            self,
            decided_on=self.decided_on + after,
            parts=(*self.parts[:-1], dataclasses.replace(last, blocks=blocks)),
        )


def straightened(case: Case) -> Case:
    """The case with straight quotes throughout: another text, since quotes are words here."""

    def plain(text: str) -> str:
        return text.translate(_STRAIGHT)

    def item(entry: Item) -> Item:
        return Item(plain(entry.text), tuple(item(inner) for inner in entry.items))

    def block(entry: Block) -> Block:
        return dataclasses.replace(
            entry,
            text=plain(entry.text),
            items=tuple(item(inner) for inner in entry.items),
            tail=None if entry.tail is None else plain(entry.tail),
        )

    return dataclasses.replace(
        case,
        body=plain(case.body),
        summary=plain(case.summary),
        satisfied_line=None if case.satisfied_line is None else plain(case.satisfied_line),
        parts=tuple(
            dataclasses.replace(
                part,
                heading=plain(part.heading),
                blocks=tuple(block(entry) for entry in part.blocks),
            )
            for part in case.parts
        ),
    )


def expected_json(case: Case) -> dict[str, Any]:
    """The object that ``decisions parse --json`` should print for a page of this case.

    Keys of the first JSON schema; ``warnings`` is empty, and citations and remedies are absent.
    """
    return {
        "schema": 1,
        "source": "lgsco",
        "reference": case.reference.lower(),
        "title": case.title,
        "body": case.body,
        "category": case.category,
        "subcategory": case.subcategory,
        "outcome": {"raw": case.outcome, "value": case.outcome_value.value},
        "decided_on": case.decided_on.isoformat(),
        "kind": case.kind.value,
        "summary": case.summary,
        "satisfied_on": None if case.satisfied_on is None else case.satisfied_on.isoformat(),
        "sections": [
            {
                "kind": section.kind.value,
                "heading": section.heading,
                "position": section.position,
                "parent": section.parent,
                "paragraphs": [
                    {
                        "ordinal": paragraph.ordinal,
                        "number": paragraph.number,
                        "label": paragraph.label,
                        "level": paragraph.level,
                        "text": paragraph.text,
                    }
                    for paragraph in section.paragraphs
                ],
            }
            for section in case.sections()
        ],
        "warnings": [],
    }


def words(case: Case) -> list[str]:
    """Every word of the text in reading order: summary, headings, paragraphs (no marks)."""
    pieces = [case.summary]
    for section in case.sections():
        pieces.append(section.heading)
        pieces.extend(paragraph.text for paragraph in section.paragraphs)
    return " ".join(pieces).split()


def _sections(case: Case) -> Iterator[Section]:
    ordinal = number = 0
    parent: int | None = None
    for position, part in enumerate(case.parts, start=1):
        paragraphs: list[Paragraph] = []
        for block in part.blocks:
            if block.numbered:
                number += 1
            rows: list[tuple[int | None, str | None, int, str]] = [
                (number if block.numbered else None, None, 0, block.text),
                *_rows(block.items, block.lettered, 1),
            ]
            if block.tail is not None:
                rows.append((None, None, 0, block.tail))
            for row in rows:
                ordinal += 1
                paragraphs.append(Paragraph(ordinal, *row))
        if position == len(case.parts) and case.satisfied_line is not None:
            ordinal += 1
            paragraphs.append(Paragraph(ordinal, None, None, 0, case.satisfied_line))
        yield Section(
            part.kind, part.heading, position, parent if part.sub else None, tuple(paragraphs)
        )
        if not part.sub:
            parent = position


def _rows(
    items: tuple[Item, ...], lettered: bool, level: int
) -> Iterator[tuple[int | None, str | None, int, str]]:
    for index, item in enumerate(items):
        yield None, chr(ord("a") + index) if lettered else "•", level, item.text
        yield from _rows(item.items, False, level + 1)
