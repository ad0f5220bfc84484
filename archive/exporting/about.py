"""What travels with every export: whose words they are, on which terms, what is there and what not.

A copy is read by people who never saw the archive. ``describe`` gathers it once for all formats;
``descriptor`` makes the file beside the export of it: a Frictionless Data Package (version 1), so
that its tools find and check the columns.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from archive import __version__
from archive.coverage_reader import read_coverage
from archive.dictionary import Entry
from archive.exporting.selection import Selection
from archive.exporting.tables import Table
from archive.records import SourceInfo
from archive.store import Archive
from archive.views import VIEWS_VERSION

CAVEAT = (
    "Not all decisions are published, statements leave the Ombudsman's site after five years, and "
    "recent months still fill up: counts of decisions are not the caseload."
)
LEGEND = (
    "Columns marked verbatim hold the publisher's words without amendment; those marked derived "
    "were worked out by us and are not the Ombudsman's; those marked archive are our own books."
)

_UNPROVEN_SHOWN = 12


@dataclass(frozen=True, slots=True)
class About:
    """What is said of one export. ``coverage`` are sentences; ``chosen`` counts decisions."""

    form: str
    table: str
    made_at: datetime
    archive_id: str
    sources: tuple[SourceInfo, ...]
    asked: str
    chosen: int
    total: int
    include_withdrawn: bool
    coverage: tuple[str, ...]
    tool: str = f"decisions {__version__}"

    @property
    def attributions(self) -> dict[str, str]:
        """The acknowledgement to print, by source."""
        return {info.key: info.attribution for info in self.sources}

    def lines(self) -> list[tuple[str, str]]:
        """Names and sentences for a format that has a place for some text."""
        said = [("Attribution", info.attribution) for info in self.sources]
        said += [("Licence", f"{info.name}: {info.licence}") for info in self.sources]
        said += [
            ("What is here", f"{self.asked}: {self.chosen:,} of {self.total:,} decisions"),
            *(("Coverage", sentence) for sentence in self.coverage),
            ("Mind", CAVEAT),
            ("Columns", LEGEND),
        ]
        left_out = "The words of decisions that are not passed on while a question is open"
        if not self.include_withdrawn:
            left_out += ", and of those that the Ombudsman withdrew"
        said.append(("Left out", f"{left_out}; reference and date stand."))
        return [
            *said,
            ("Made by", f"{self.tool}, {self.made_at:%Y-%m-%d %H:%M} UTC"),
            ("Archive", self.archive_id),
            ("Views", str(VIEWS_VERSION)),
        ]


def describe(archive: Archive, chosen: Selection, form: str, table: str, *, now: datetime) -> About:
    """What is to be said of an export that is about to be written."""
    sources = tuple(archive.sources().values())
    coverage = [
        sentence for info in sources for sentence in _coverage(archive, info.key, today=now.date())
    ]
    if chosen.scope.behind:
        coverage.append(
            f"The index by which the decisions were chosen lacked the last {chosen.scope.behind:,} "
            "changes of the archive."
        )
    return About(
        form=form,
        table=table,
        made_at=now,
        archive_id=archive.archive_id,
        sources=sources,
        asked=chosen.scope.asked,
        chosen=chosen.chosen(),
        total=chosen.total(),
        include_withdrawn=chosen.scope.include_withdrawn,
        coverage=tuple(coverage),
    )


def _coverage(archive: Archive, source: str, *, today: date) -> list[str]:
    found = read_coverage(archive, source, today=today)
    rows = [row for row in found.rows if row.days]
    said = []
    if found.only:
        said.append(f"The crawls of {source} were limited to {' and '.join(found.only)}.")
    if not rows:
        return [*said, f"No listing of {source} has been asked for yet."]
    held = sum(row.held for row in rows)
    proven = [row for row in rows if row.proven_at is not None]
    open_ones = [row.name for row in rows if row.proven_at is None]
    said.append(
        f"Of {source} {held:,} decisions are held; the listing of {len(proven)} of {len(rows)} "
        f"months ({rows[0].name} to {rows[-1].name}) was proven complete."
    )
    if proven:
        oldest = min(row.proven_at for row in proven if row.proven_at is not None)
        said.append(f"The oldest of these proofs is of {oldest:%Y-%m-%d %H:%M} UTC.")
    if open_ones:
        more = len(open_ones) - _UNPROVEN_SHOWN
        named = ", ".join(open_ones[:_UNPROVEN_SHOWN])
        said.append(f"Not proven: {named}{f' and {more} more' if more > 0 else ''}.")
    return said


# --- the file beside -----------------------------------------------------------------------

FRICTIONLESS = {
    "boolean": "boolean",
    "integer": "integer",
    "number": "number",
    "date": "date",
    "instant": "datetime",
    "bytes": "string",
    "text": "string",
}

MEDIA = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "nvivo": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sqlite": "application/vnd.sqlite3",
    "warc": "application/warc",
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
}


def schema(fields: Sequence[Entry]) -> dict[str, object]:
    """A Frictionless table schema that also carries unit, origin and rule of each column."""
    return {"fields": [_field(entry) for entry in fields]}


def _field(entry: Entry) -> dict[str, object]:
    told: dict[str, object] = {
        "name": entry.column_name,
        "type": FRICTIONLESS[entry.kind],
        "description": entry.meaning,
        "origin": entry.origin,
    }
    if entry.kind == "instant":
        told["format"] = "any"
    for name in ("unit", "example", "rule"):
        if value := getattr(entry, name):
            told[name] = value
    return told


def descriptor(
    about: About, table: Table | None, written: Path, name: str, counts: Mapping[str, int]
) -> dict[str, object]:
    """The data package beside an export. ``written`` is the file as it is now, ``name`` its name.

    ``counts`` is what was written: ``rows``, and ``withheld`` decisions whose words were left out.
    """
    resource: dict[str, object] = {
        "name": _slug(name),
        "path": name,
        "format": about.form,
        "mediatype": MEDIA[about.form],
        "bytes": written.stat().st_size,
        "hash": f"sha256:{_sha256(written)}",
    }
    if about.form in ("csv", "jsonl", "bibtex", "ris"):
        resource["encoding"] = "utf-8"
    if table is not None:
        resource["schema"] = schema(table.fields)
        if about.form == "csv":
            resource["profile"] = "tabular-data-resource"
    return {
        "name": _slug(name),
        "title": f"Ombudsman decisions: {about.asked}",
        "description": "\n".join(f"{head}: {said}" for head, said in about.lines()),
        "created": about.made_at.isoformat(timespec="seconds"),
        "sources": [{"title": info.name, "path": info.base_url} for info in about.sources],
        "licenses": [
            {"name": f"{_slug(info.key)}-terms", "title": info.licence} for info in about.sources
        ],
        "attribution": [info.attribution for info in about.sources],
        "coverage": list(about.coverage),
        "caveat": CAVEAT,
        "scope": {
            "asked": about.asked,
            "table": about.table,
            "decisions": about.chosen,
            "of": about.total,
            "include_withdrawn": about.include_withdrawn,
            **counts,
        },
        "tool": about.tool,
        "archive_id": about.archive_id,
        "views_version": VIEWS_VERSION,
        "resources": [resource],
    }


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-") or "export"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
