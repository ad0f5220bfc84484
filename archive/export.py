"""The archive as a file for others: CSV for a spreadsheet, JSON Lines for a program.

One row a decision; text verbatim; the attribution on every row, because a copy travels alone. What
we worked out is named in the data dictionary, and columns with the publisher's own words stand
beside the normalised ones.
What may be told of a decision at all is in ``archive.passing_on``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from typing import IO

from archive.passing_on import notice
from archive.records import StoredDecision
from archive.shapes import stored_json

CSV_COLUMNS: dict[str, Callable[[StoredDecision], object]] = {
    "source": lambda s: s.decision.source,
    "reference": lambda s: s.decision.reference,
    "title": lambda s: s.decision.title,
    "body": lambda s: s.body,
    "body_type": lambda s: s.body_type,
    "body_name": lambda s: s.decision.body,
    "category": lambda s: s.decision.category,
    "subcategory": lambda s: s.decision.subcategory,
    "kind": lambda s: s.decision.kind.value,
    "outcome": lambda s: s.decision.outcome.value,
    "outcome_raw": lambda s: s.decision.outcome_raw,
    "decided_on": lambda s: s.decision.decided_on.isoformat(),
    "summary": lambda s: s.decision.summary,
    "satisfied_on": lambda s: (
        None if s.decision.satisfied_on is None else s.decision.satisfied_on.isoformat()
    ),
    "status": lambda s: s.status.value,
    "paragraphs": lambda s: sum(1 for _ in s.decision.paragraphs()),
    "revision": lambda s: s.revision,
    "first_seen_at": lambda s: s.first_seen_at.isoformat(),
    "last_seen_at": lambda s: s.last_seen_at.isoformat(),
    "url": lambda s: s.decision.url,
    "notice": notice,
}
"""Columns of the CSV export, in order; ``attribution`` follows them."""


def write_csv(
    decisions: Iterable[StoredDecision], stream: IO[str], attributions: dict[str, str]
) -> int:
    """Write CSV after RFC 4180 (the stream must not translate newlines). Gives the rows written."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*CSV_COLUMNS, "attribution"])
    count = 0
    for stored in decisions:
        row = [take(stored) for take in CSV_COLUMNS.values()]
        writer.writerow([*row, attributions[stored.decision.source]])
        count += 1
    return count


def write_jsonl(
    decisions: Iterable[StoredDecision], stream: IO[str], attributions: dict[str, str]
) -> int:
    """Write one JSON object a line, whole decisions with sections and paragraphs."""
    count = 0
    for stored in decisions:
        shape = stored_json(stored, attribution=attributions[stored.decision.source])
        shape["notice"] = notice(stored)
        stream.write(json.dumps(shape, ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    return count


FORMATS: dict[str, Callable[[Iterable[StoredDecision], IO[str], dict[str, str]], int]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
}
