"""What was restricted stays restricted when an older copy is put in the archive's place.

A copy knows nothing of a question that was opened after it was made. So the restrictions that stand
in the archive that is replaced are put into the one that replaces it, with their reason, name and
date. Decisions are known by ombudsman and reference: their numbers are the copy's own.

What was lifted since the copy was made is not lifted again: that errs on the side of not passing
on, and whoever lifted it can do so again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.errors import DatabaseUnusable
from archive.readonly import connect_readonly

_STANDING = (
    "SELECT s.key, d.reference_key, d.reference, r.reason, r.made_by, r.made_at "
    "FROM restriction r JOIN decision d ON d.id = r.decision_id "
    "JOIN source s ON s.id = d.source_id WHERE r.lifted_at IS NULL ORDER BY r.id"
)


@dataclass(frozen=True, slots=True)
class StoodThere:
    """One restriction of the archive that is replaced; ``made_at`` as SQLite keeps an instant."""

    source: str
    reference_key: str
    reference: str
    reason: str
    made_by: str | None
    made_at: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of them: how many were ``put`` into the new archive, the references of decisions
    that are ``not_there``, and why they cannot be known at all (``problem``; None: they are)."""

    put: int = 0
    not_there: tuple[str, ...] = ()
    problem: str | None = None


def standing_in(path: Path) -> tuple[StoodThere, ...]:
    """The restrictions that stand in an archive, of whatever released schema it is.

    Raises DatabaseUnusable when they cannot be read: then nobody knows what was restricted.
    """
    try:
        with closing(connect_readonly(path)) as connection:
            if connection.execute(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'restriction'"
            ).fetchone():
                return tuple(_sound(row) for row in connection.execute(_STANDING).fetchall())
            return ()
    except (sqlite3.Error, ValueError) as error:
        raise DatabaseUnusable(f"the restrictions in {path} cannot be read ({error})") from error


def _sound(row: Sequence[object]) -> StoodThere:
    """A row as we would have written it. Raises ValueError for anything else: what is damaged there
    must not come into the new archive."""
    source, key, reference, reason, made_by, made_at = row
    if not (
        isinstance(source, str)
        and isinstance(key, str)
        and isinstance(reference, str)
        and isinstance(reason, str)
        and isinstance(made_at, str)
        and (made_by is None or isinstance(made_by, str))
    ):
        raise ValueError("a row holds what does not belong there")
    datetime.fromisoformat(made_at)
    return StoodThere(source, key, reference, reason, made_by, made_at)


def put_into(connection: sqlite3.Connection, held: Sequence[StoodThere]) -> Kept:
    """Let them stand in another archive too; one that stands there already stays as it is.

    The caller commits. Raises sqlite3.Error.
    """
    put, not_there = 0, []
    for each in held:
        found = connection.execute(
            "SELECT d.id, EXISTS (SELECT 1 FROM restriction r "
            "WHERE r.decision_id = d.id AND r.lifted_at IS NULL) "
            "FROM decision d JOIN source s ON s.id = d.source_id "
            "WHERE s.key = ? AND d.reference_key = ?",
            (each.source, each.reference_key),
        ).fetchone()
        if found is None:
            not_there.append(each.reference)
        elif not found[1]:
            connection.execute(
                "INSERT INTO restriction (decision_id, reason, made_by, made_at) "
                "VALUES (?, ?, ?, ?)",
                (found[0], each.reason, each.made_by, each.made_at),
            )
            put += 1
    return Kept(put, tuple(not_there))
