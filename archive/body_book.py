"""What people do with bodies: say something about one, make one of two, and two of one again.

Each act is one transaction, with a ``derived`` change for every decision that goes under another
name afterwards: the index follows that, the history of decisions leaves it out. Whoever calls holds
the writer's lock.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update

from archive import body_reading
from archive import body_rows as rows
from archive.body_names import body_key
from archive.body_reading import Body
from archive.body_settling import settle
from archive.errors import UsageError
from archive.models import BodyNameRow, BodyRow, DecisionRow
from archive.records import Said


@dataclass(frozen=True, slots=True)
class Done:
    """What an act left: the body as it is now, and how many decisions go under another name."""

    body: Body
    decisions: int
    spellings: tuple[str, ...] = ()
    left: str | None = None


class BodyBook:
    """The part of the archive that knows councils and providers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    # --- reading --------------------------------------------------------------------------

    def all(self) -> list[Body]:
        """Every body by name, those without a decision included."""
        with self._engine.connect() as connection:
            return body_reading.read(connection)

    def find(self, name: str) -> Body:
        """The body of a name in any spelling, or of a code. Raises NotFound or Ambiguous."""
        with self._engine.connect() as connection:
            return _body(connection, body_reading.find(connection, name))

    # --- a person's word ------------------------------------------------------------------

    def state(
        self,
        name: str,
        facts: Mapping[str, object],
        *,
        at: datetime,
        new_name: str | None = None,
        successor: str | None = None,
    ) -> Done:
        """Write what a person says about a body; a fact that is None is said to be unknown.

        ``successor`` is the name of a body, empty for none. Raises NotFound, Ambiguous, and
        UsageError for what cannot be.
        """
        with self._engine.begin() as connection:
            body_id = body_reading.find(connection, name)
            said = dict(facts)
            if successor is not None:
                said["successor_id"] = _successor(connection, body_id, successor)
            _check_days(rows.facts_of(connection, body_id) | said)
            _check_code(connection, body_id, said.get("council_code"))
            rows.say(connection, body_id, said, Said.PERSON)
            touched: set[int] = set()
            if new_name is not None and _rename(connection, body_id, new_name, Said.PERSON):
                touched = rows.decisions_of(connection, body_id)
            count = rows.note(connection, touched, at)
            return Done(_body(connection, body_id), count)

    def merge(self, name: str, into: str, *, at: datetime) -> Done:
        """Make one body of two; all spellings of the first are spellings of the second.

        Raises NotFound, Ambiguous, and UsageError where they are one already or where one would
        become its own successor.
        """
        with self._engine.begin() as connection:
            gone = body_reading.find(connection, name)
            kept = body_reading.find(connection, into)
            if gone == kept:
                one = rows.facts_of(connection, kept)["name"]
                raise UsageError(f"{name!r} and {into!r} are one already: {one}")
            if between := rows.between(connection, gone, kept):
                raise UsageError(
                    f"{between!r} succeeds the one and comes before the other; set its successor "
                    "right first"
                )
            held = rows.facts_of(connection, gone)
            moving = select(BodyNameRow.id).where(BodyNameRow.body_id == gone)
            ids = list(connection.execute(moving).scalars())
            spellings = _names(connection, ids)
            came = rows.absorb(connection, gone, kept)
            connection.execute(
                update(BodyNameRow)
                .where(BodyNameRow.id.in_(ids))
                .values(
                    said_by=Said.PERSON.value,
                    before=func.coalesce(BodyNameRow.before, _frozen(held, came)),
                )
            )
            moved = rows.repoint(connection)
            rows.drop(connection, gone)
            rows.renew(connection, kept)
            return Done(_body(connection, kept), rows.note(connection, moved, at), spellings)

    def split(self, spelling: str, *, at: datetime) -> Done:
        """Take a spelling out of its body again, with those that belong to it.

        What was merged by a person comes out as it was before, its own spellings and facts
        included; else the spellings that differ from it only in case and the like, or it alone
        where all of the body's spellings do. Raises NotFound, and UsageError where nothing of the
        body would be left.
        """
        with self._engine.begin() as connection:
            body_id = body_reading.find(connection, spelling)
            ids, before = _belonging(connection, body_id, spelling)
            if not ids:
                name = rows.facts_of(connection, body_id)["name"]
                raise UsageError(f"{spelling!r} is all that {name!r} is called; there is no second")
            spellings = _names(connection, ids)
            left = rows.facts_of(connection, body_id)
            touched = rows.decisions_of(connection, body_id)
            renamed = left["name"] in spellings
            if renamed:
                # Free the name first: two bodies never have the same one.
                _take_name(connection, body_id, _best(connection, body_id, ids))
            name = before.get("name")
            if name not in spellings:
                name = _most(connection, spellings)
            new_id = connection.execute(
                insert(BodyRow).values(name=name, name_by=Said.RULE.value).returning(BodyRow.id)
            ).scalar_one()
            connection.execute(
                update(BodyNameRow)
                .where(BodyNameRow.id.in_(ids))
                .values(body_id=new_id, said_by=Said.PERSON.value, before=None)
            )
            _thaw(connection, new_id, body_id, before)
            for each in (new_id, body_id):
                rows.renew(connection, each)
            moved = rows.repoint(connection)
            count = rows.note(connection, touched if renamed else moved, at)
            after = rows.facts_of(connection, body_id)["name"]
            return Done(_body(connection, new_id), count, spellings, after)

    def settle(self, at: datetime) -> int:
        """Join what this version's rules know to be one, where older rules made the archive.

        Gives how many decisions go under another name.
        """
        with self._engine.begin() as connection:
            return settle(connection, at)


def _body(connection: Connection, body_id: int) -> Body:
    return body_reading.read(connection, [body_id])[0]


# --- names ------------------------------------------------------------------------------------


def _names(connection: Connection, ids: list[int]) -> tuple[str, ...]:
    return tuple(
        connection.execute(
            select(BodyNameRow.name).where(BodyNameRow.id.in_(ids)).order_by(BodyNameRow.id)
        ).scalars()
    )


def _take_name(connection: Connection, body_id: int, name: str, by: Said = Said.RULE) -> None:
    connection.execute(
        update(BodyRow).where(BodyRow.id == body_id).values(name=name, name_by=by.value)
    )


def _rename(connection: Connection, body_id: int, name: str, by: Said) -> bool:
    """Give a body another name; False where it has that one already."""
    if rows.facts_of(connection, body_id)["name"] == name:
        _take_name(connection, body_id, name, by)
        return False
    spelt = connection.execute(
        select(BodyNameRow.name, BodyNameRow.body_id, BodyRow.name.label("body"))
        .join(BodyRow, BodyRow.id == BodyNameRow.body_id)
        .where(BodyNameRow.key == body_key(name))
    ).all()
    if not any(row.name == name and row.body_id == body_id for row in spelt):
        for row in spelt:
            if row.body_id != body_id:
                raise UsageError(f"{name!r} is a name of {row.body!r}; if they are one, merge them")
        rows.spell(connection, name, body_id, by)
    _take_name(connection, body_id, name, by)
    return True


def _most(connection: Connection, spellings: tuple[str, ...]) -> str:
    """The spelling of most decisions, the first known of equals; in capitals only if all are."""
    counted = connection.execute(
        select(DecisionRow.body_name, func.count())
        .where(DecisionRow.body_name.in_(spellings))
        .group_by(DecisionRow.body_name)
    )
    counts: dict[str, int] = dict(counted.all())
    return max(spellings, key=lambda name: (not name.isupper(), counts.get(name, 0)))


def _best(connection: Connection, body_id: int, without: list[int]) -> str:
    rest = connection.execute(
        select(BodyNameRow.name)
        .where(BodyNameRow.body_id == body_id, BodyNameRow.id.not_in(without))
        .order_by(BodyNameRow.id)
    ).scalars()
    return _most(connection, tuple(rest))


def _belonging(
    connection: Connection, body_id: int, spelling: str
) -> tuple[list[int], dict[str, Any]]:
    """The spellings to take out together, and what was frozen of them; none if all would go."""
    held = connection.execute(
        select(BodyNameRow.__table__).where(BodyNameRow.body_id == body_id).order_by(BodyNameRow.id)
    ).all()
    key = body_key(spelling)
    named = [row for row in held if row.name == spelling] or [row for row in held if row.key == key]
    if not named:  # Asked for by a code: that names the body, no spelling of it.
        raise UsageError(f"{spelling!r} is a code; name the spelling that is to be taken out")
    row = named[0]
    if row.before is not None:
        before = json.loads(row.before)
        came = [
            each
            for each in held
            if each.before is not None and json.loads(each.before)["name"] == before["name"]
        ]
        keys = {each.key for each in came}
        taken = [each.id for each in held if each in came or
                 (each.before is None and each.key in keys)]  # fmt: skip
        if len(taken) == len(held):
            taken = [each.id for each in came]
    else:
        before = {}
        taken = [each.id for each in held if each.key == row.key and each.before is None]
        if len(taken) == len(held):
            taken = [row.id]
    return ([] if len(taken) == len(held) else taken), before


# --- facts across a merge ---------------------------------------------------------------------


def _frozen(held: dict[str, Any], came: list[str]) -> str:
    """What a merge must remember to be undone: name and facts, and which of them went along."""
    facts = {
        name: [_plain(held[name]), held[f"{name}_by"]]
        for name in rows.FACTS
        if held[f"{name}_by"] is not None
    }
    return json.dumps(
        {"name": held["name"], "name_by": held["name_by"], "facts": facts, "came": came}
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _thaw(connection: Connection, body_id: int, out_of: int, before: dict[str, Any]) -> None:
    """Give a body that is itself again its facts, and take them from the one that had them."""
    held = rows.facts_of(connection, out_of)
    for name, (value, by) in before.get("facts", {}).items():
        fact: object = value
        if name.endswith("_on") and value is not None:
            fact = date.fromisoformat(value)
        if name == "successor_id" and value is not None:
            there = connection.execute(select(BodyRow.id).where(BodyRow.id == value)).first()
            if there is None or rows.leads_to(connection, value, body_id):
                continue
        connection.execute(
            update(BodyRow).where(BodyRow.id == body_id).values(**{name: fact, f"{name}_by": by})
        )
        if name in before["came"] and (held[name], held[f"{name}_by"]) == (fact, by):
            connection.execute(
                update(BodyRow)
                .where(BodyRow.id == out_of)
                .values(**{name: None, f"{name}_by": None})
            )
    if before.get("name_by") is not None:
        named = rows.facts_of(connection, body_id)["name"]
        if named == before["name"]:
            _take_name(connection, body_id, named, Said(before["name_by"]))


# --- what cannot be ---------------------------------------------------------------------------


def _successor(connection: Connection, body_id: int, name: str) -> int | None:
    if not name:
        return None
    successor = body_reading.find(connection, name)
    if rows.leads_to(connection, successor, body_id):
        raise UsageError(f"{name!r} comes before it already: a council cannot be its own successor")
    return successor


def _check_days(facts: Mapping[str, Any]) -> None:
    first, last = facts["started_on"], facts["ended_on"]
    if first is not None and last is not None and last < first:
        raise UsageError(f"the last day {last} is before the first day {first}")


def _check_code(connection: Connection, body_id: int, code: object) -> None:
    if code is None:
        return
    other = connection.execute(
        select(BodyRow.name).where(BodyRow.council_code == code, BodyRow.id != body_id)
    ).first()
    if other is not None:
        raise UsageError(f"{code} is the code of {other.name!r}; if they are one, merge them")
