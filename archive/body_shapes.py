"""Bodies and imports as commands show them: JSON of a stated shape, and plain lines.

Lines hold names as they are: whoever prints them cleans them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.body_file import CouncilFile
    from archive.body_import import Imported
    from archive.body_reading import Body

SCHEMA = 1
"""Version of the JSON shapes; new keys do not change it."""

UNKNOWN = "unknown"
"""What stands for a fact without a value; a person writes it to say that nobody knows."""

MOST = 20
"""Sentences of one kind shown on screen; JSON has all of them."""

SAID_WORDS = {
    "rule": "from the name",
    "table": "from the table of councils",
    "import": "from an imported file",
    "person": "set by a person",
}


def body_line(body: Body) -> str:
    """One line of the list: decisions, spellings, type, name."""
    spelt = f"{len(body.spellings)} {'spelling' if len(body.spellings) == 1 else 'spellings'}"
    return f"{body.decisions:>6,}  {spelt:<12} {_type(body):<18} {body.name}"


def body_json(body: Body) -> dict[str, object]:
    """One council or provider as JSON shows it."""
    return {
        "name": body.name,
        "type": None if body.type is None else body.type.value,
        "council_code": body.council_code,
        "gss_code": body.gss_code,
        "started_on": None if body.started_on is None else body.started_on.isoformat(),
        "ended_on": None if body.ended_on is None else body.ended_on.isoformat(),
        "successor": body.successor,
        "predecessors": list(body.predecessors),
        "said_by": {fact: said.value for fact, said in body.said},
        "decisions": body.decisions,
        "spellings": [
            {"name": one.name, "said_by": one.said_by.value, "decisions": one.decisions}
            for one in body.spellings
        ],
    }


def body_lines(body: Body) -> Iterator[str]:
    """For a person: what is known, then the spellings."""
    said = dict(body.said)
    yield body.name
    for label, fact, value in (
        ("Type", "type", _type(body) if body.type or "type" in said else None),
        ("Council code", "council_code", body.council_code),
        ("GSS code", "gss_code", body.gss_code),
        ("First day", "started_on", body.started_on),
        ("Last day", "ended_on", body.ended_on),
        ("Successor", "successor", body.successor),
    ):
        if value is not None:
            by = f"  ({SAID_WORDS[said[fact]]})" if fact in said else ""
            yield f"  {label + ':':<14} {value}{by}"
    if body.type is None and "type" not in said:
        yield f"  {'Type:':<14} unknown; set it with: decisions bodies set NAME --type …"
    if body.predecessors:
        yield f"  {'Took over from:':<14} {'; '.join(body.predecessors)}"
    yield f"  {'Decisions:':<14} {body.decisions:,}"
    yield "  Spellings:"
    for one in body.spellings:
        yield f"  {one.decisions:>6,}  {one.name}  ({SAID_WORDS[one.said_by]})"


def import_json(file: CouncilFile, done: Imported, *, dry_run: bool) -> dict[str, object]:
    """What an import did, or would do."""
    return {
        "schema": SCHEMA,
        "dry_run": dry_run,
        "new": done.new,
        "changed": done.changed,
        "same": done.same,
        "kept": done.kept,
        "notes": done.notes,
        "refused": [
            {"line": one.line, "name": one.name, "reason": one.reason} for one in done.refused
        ],
        "unused_columns": file.unused,
        "other_types": dict(file.other_types),
    }


def import_lines(file: CouncilFile, done: Imported, *, dry_run: bool) -> Iterator[str]:
    """For a person: counts, then what did not go in, and why."""
    begin = "would be: " if dry_run else ""
    yield f"{begin}{done.new:,} new, {done.changed:,} changed, {done.same:,} as before"
    if file.unused:
        yield f"columns not used: {', '.join(file.unused)}"
    for word, count in file.other_types.most_common(MOST):
        yield f"the type {word!r} is none of ours; left out in {_rows(count)}"
    yield from _first("set by a person, stays", done.kept)
    yield from _first("note", done.notes)
    yield from _first(
        "refused",
        [f"line {one.line}, {one.name or 'no name'}: {one.reason}" for one in done.refused],
    )


def _first(what: str, sentences: Sequence[str]) -> Iterator[str]:
    for sentence in sentences[:MOST]:
        yield f"{what}: {sentence}"
    if len(sentences) > MOST:
        yield f"{what}: {len(sentences) - MOST:,} more; --json has them all"


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _type(body: Body) -> str:
    return UNKNOWN if body.type is None else body.type.value.replace("_", " ")
