"""A coding sheet: a row for each paragraph of sampled decisions, with empty columns to code in.

A paragraph's key (``20-011-198@2#p7``: reference, version, printed number; ``#o12`` by our count
where none is printed) names it for good, so codes can be brought together again after later crawls.
Text is verbatim. Everything a program would take for a number stands as it is printed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import IO

from archive.passing_on import notice
from archive.records import Paragraph, StoredDecision
from archive.sampling import Drawn

COLUMNS = ("reference", "paragraph_key", "section", "heading", "paragraph", "text", "body",
           "category", "subcategory", "outcome", "kind", "decided_on", "stratum", "stratum_size",
           "stratum_drawn", "weight", "place", "seed", "status", "notice", "url",
           "attribution")  # fmt: skip
"""Columns before those of the coders."""


def slug(reference: str) -> str:
    """A reference as it stands in addresses and keys: ``20-011-198``."""
    return reference.replace(" ", "-").replace("/", "-")


def paragraph_key(stored: StoredDecision, paragraph: Paragraph) -> str:
    """The permanent name of a paragraph."""
    place = f"o{paragraph.ordinal}" if paragraph.number is None else f"p{paragraph.number}"
    return f"{slug(stored.decision.reference)}@{stored.revision}#{place}"


def write_sheet(
    sample: Iterable[tuple[StoredDecision, Drawn[int]]],
    stream: IO[str],
    *,
    codes: Sequence[str],
    seed: str,
    attributions: dict[str, str],
    whole: bool,
) -> int:
    """Write the sheet; gives the rows. ``whole``: a row for each decision instead of each
    paragraph. A decision whose words are not passed on has one row with a notice either way."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *codes])
    count = 0
    for stored, drawn in sample:
        for row in _rows(stored, whole):
            writer.writerow(
                [
                    stored.decision.reference,
                    *row,
                    *_told(stored),
                    " / ".join(drawn.stratum),
                    drawn.size,
                    drawn.drawn,
                    f"{float(drawn.weight):.6f}",
                    drawn.place,
                    seed,
                    stored.status.value,
                    notice(stored),
                    stored.decision.url,
                    attributions[stored.decision.source],
                    *("" for _ in codes),
                ]
            )
            count += 1
    return count


def _rows(stored: StoredDecision, whole: bool) -> Iterable[tuple[object, ...]]:
    """Key, section, heading, printed mark and text of each row."""
    if whole or not any(True for _ in stored.decision.paragraphs()):
        return [(f"{slug(stored.decision.reference)}@{stored.revision}", "", "", "",
                 stored.decision.summary or "")]  # fmt: skip
    return [
        (
            paragraph_key(stored, paragraph),
            section.kind.value,
            section.heading,
            paragraph.label if paragraph.number is None else paragraph.number,
            paragraph.text,
        )
        for section in stored.decision.sections
        for paragraph in section.paragraphs
    ]


def _told(stored: StoredDecision) -> tuple[object, ...]:
    decision = stored.decision
    return (stored.body, decision.category, decision.subcategory, decision.outcome.value,
            decision.kind.value, decision.decided_on.isoformat())  # fmt: skip
