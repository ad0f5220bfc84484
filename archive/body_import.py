"""A file of councils into the archive's bodies: codes, types, days and successors, said by import.

A row's council is the body that has its code, else its name (any spelling with the same key), else
its GSS code; a row that would fit two is refused. A council that the archive does not hold yet gets
a body without decisions, so that its first decision finds it. What a person has said stays, and no
two bodies are ever made one here: that is a person's to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, select

from archive import body_rows as rows
from archive.body_file import CouncilFile, FileRefusal, FileRow
from archive.body_names import body_key
from archive.models import BodyNameRow, BodyRow
from archive.records import Said


@dataclass(slots=True)
class Imported:
    """What an import did, in bodies; ``kept`` and ``notes`` are sentences."""

    new: int = 0
    changed: int = 0
    same: int = 0
    kept: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    refused: list[FileRefusal] = field(default_factory=list)


def apply_councils(engine: Engine, file: CouncilFile, *, dry_run: bool) -> Imported:
    """Write the rows of a file, all in one transaction; a dry run takes it back."""
    done = Imported(refused=list(file.refused))
    with engine.connect() as connection, connection.begin() as transaction:
        lines: dict[int, int] = {}
        placed: list[tuple[FileRow, int]] = []
        for row in file.rows:
            try:
                body_id = _place(connection, row)
                if body_id in lines:
                    raise ValueError(f"the row of line {lines[body_id]} is of the same body here")
            except ValueError as error:
                done.refused.append(FileRefusal(row.line, row.name, str(error)))
                continue
            if body_id is None:
                body_id = rows.create(connection, row.name, Said.IMPORT)
                done.new += 1
                rows.say(connection, body_id, row.facts, Said.IMPORT)
            else:
                _update(connection, row, body_id, done)
            lines[body_id] = row.line
            placed.append((row, body_id))
        _successors(connection, placed, done)
        if dry_run:
            transaction.rollback()
    done.refused.sort(key=lambda each: each.line)
    return done


def _place(connection: Connection, row: FileRow) -> int | None:
    """The body that a row is about, None for a new one. Raises ValueError where it fits two."""
    code, gss = row.facts.get("council_code"), row.facts.get("gss_code")
    by_code = _having(connection, "council_code", code)
    by_name = _named(connection, row.name)
    if len(by_name) > 1:
        raise ValueError("a person keeps two bodies of this name apart")
    if by_code and by_name and by_code != by_name:
        raise ValueError(
            f"its code is of {_name(connection, by_code)!r}, its name of "
            f"{_name(connection, by_name)!r}; merge them if they are one"
        )
    found = by_code or by_name
    if not found:
        # The code of an area may be shared with a council that was there before: one that has
        # another code of its own is not this one.
        near = _having(connection, "gss_code", gss)
        found = {one for one in near if rows.facts_of(connection, one)["council_code"] is None}
        if len(found) > 1:
            raise ValueError(f"its code {gss} is of several bodies here")
    if not found:
        return None
    body_id = min(found)
    held = rows.facts_of(connection, body_id)
    if code is not None and held["council_code"] not in (None, code):
        raise ValueError(f"{held['name']!r} has the code {held['council_code']} here, not {code}")
    first, last = (_outcome(held, row, fact) for fact in ("started_on", "ended_on"))
    if first is not None and last is not None and last < first:
        raise ValueError(f"{held['name']!r} would end on {last}, before its first day {first}")
    return body_id


def _outcome(held: dict[str, Any], row: FileRow, fact: str) -> date | None:
    """What a day would be after the import: a person's word stays."""
    said: date | None = held[fact]
    if held[f"{fact}_by"] == Said.PERSON.value or fact not in row.facts:
        return said
    found = row.facts[fact]
    return found if isinstance(found, date) else None


def _update(connection: Connection, row: FileRow, body_id: int, done: Imported) -> None:
    if not _named(connection, row.name):
        rows.spell(connection, row.name, body_id, Said.IMPORT)
    changed, kept = rows.say(connection, body_id, row.facts, Said.IMPORT)
    if changed:
        done.changed += 1
    else:
        done.same += 1
    done.kept += [f"{row.name}: {fact.replace('_', ' ')}" for fact in kept]


def _named(connection: Connection, name: str) -> set[int]:
    """Bodies with this very spelling, else with one of the same key."""
    for condition in (BodyNameRow.name == name, BodyNameRow.key == body_key(name)):
        ids = set(connection.execute(select(BodyNameRow.body_id).where(condition)).scalars())
        if ids:
            return ids
    return set()


def _having(connection: Connection, fact: str, value: object) -> set[int]:
    if value is None:
        return set()
    column = BodyRow.__table__.c[fact]
    return set(connection.execute(select(BodyRow.id).where(column == value)).scalars())


def _name(connection: Connection, ids: set[int]) -> str:
    return str(rows.facts_of(connection, min(ids))["name"])


def _successors(connection: Connection, placed: list[tuple[FileRow, int]], done: Imported) -> None:
    """Who took over, once every row has its body."""
    for row, body_id in placed:
        if row.successor is None:
            continue
        found = _having(connection, "council_code", row.successor)
        found = found or _named(connection, row.successor)
        if len(found) != 1:
            done.notes.append(f"{row.name}: {row.successor!r} names no one successor; none noted")
        elif rows.leads_to(connection, min(found), body_id):
            done.notes.append(f"{row.name}: it would come to succeed itself; no successor noted")
        else:
            facts = {"successor_id": min(found)}
            _, kept = rows.say(connection, body_id, facts, Said.IMPORT)
            done.kept += [f"{row.name}: successor" for _ in kept]
