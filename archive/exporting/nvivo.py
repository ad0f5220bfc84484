"""Decisions for NVivo and the like: a text for each decision, and a classification sheet.

A directory gets ``texts/20-011-198.txt`` for each decision (verbatim, each paragraph on a line of
its own behind its printed number, and at the end its permanent key's stem and the acknowledgement)
and ``classification.csv``, whose first column is the name of the text without its ending: import
the texts as files, then the sheet as a classification. Files are UTF-8 with a byte-order mark,
because NVivo takes text without one for the machine's own encoding.

A decision whose words are not passed on has a row in the sheet with a notice, and no text.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from archive.coding_sheet import slug
from archive.exporting.job import Job
from archive.passing_on import notice
from archive.records import StoredDecision

SHEET = "classification.csv"
TEXTS = "texts"
ENCODING = "utf-8-sig"

ATTRIBUTES: dict[str, Callable[[StoredDecision], object]] = {
    "reference": lambda s: s.decision.reference,
    "body": lambda s: s.body,
    "body_type": lambda s: s.body_type,
    "category": lambda s: s.decision.category,
    "subcategory": lambda s: s.decision.subcategory,
    "kind": lambda s: s.decision.kind.value,
    "outcome": lambda s: s.decision.outcome.value,
    "decided_on": lambda s: s.decision.decided_on.isoformat(),
    "year": lambda s: s.decision.decided_on.year,
    "status": lambda s: s.status.value,
    "revision": lambda s: s.revision,
    "url": lambda s: s.decision.url,
    "notice": notice,
}
"""Columns of the sheet behind the name of the text; ``attribution`` follows them."""


def write_directory(directory: Path, job: Job) -> int:
    """The writer of ``decisions export nvivo``."""
    decisions = (stored for batch in job.batches() for stored in batch.decisions)
    return write_nvivo(decisions, directory, job.attributions)


def write_nvivo(
    decisions: Iterable[StoredDecision],
    directory: Path,
    attributions: Mapping[str, str],
) -> int:
    """Write texts and sheet into a directory that is there and empty; gives the decisions.

    ``decisions`` are as they may leave the archive (``passing_on.for_others``); they are streamed.
    Raises OSError when the disk refuses.
    """
    texts = directory / TEXTS
    texts.mkdir()
    count = 0
    with (directory / SHEET).open("w", encoding=ENCODING, newline="", errors="replace") as file:
        sheet = csv.writer(file, lineterminator="\r\n")
        sheet.writerow(["name", *ATTRIBUTES, "attribution"])
        for stored in decisions:
            name = file_name(stored)
            attribution = attributions[stored.decision.source]
            if stored.decision.sections:
                (texts / f"{name}.txt").write_text(
                    text_of(stored, attribution), encoding=ENCODING, newline="", errors="replace"
                )
            row = [take(stored) for take in ATTRIBUTES.values()]
            sheet.writerow([name, *row, attribution])
            count += 1
    return count


def file_name(stored: StoredDecision) -> str:
    """A name that every file system takes and no two decisions share.

    The source stands before the reference, so that two ombudsmen never meet; letters, figures and
    hyphens only.
    """
    safe = "".join(
        letter if letter.isascii() and letter.isalnum() else "-"
        for letter in slug(stored.decision.reference)
    )
    return f"{stored.decision.source}-{safe}"


def text_of(stored: StoredDecision, attribution: str) -> str:
    """The text, a paragraph a line (blank lines between), for Windows' line ends too."""
    decision = stored.decision
    lines = [decision.title, decision.outcome_raw, decision.decided_on_raw]
    if decision.summary:
        lines.append(decision.summary)
    for section in decision.sections:
        lines.append(section.heading)
        for paragraph in section.paragraphs:
            mark = paragraph.label if paragraph.number is None else f"{paragraph.number}."
            lines.append(f"{mark} {paragraph.text}" if mark else paragraph.text)
    lines.append(f"{slug(decision.reference)}@{stored.revision}  {attribution}")
    return "\r\n\r\n".join(lines) + "\r\n"
