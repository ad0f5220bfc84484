"""The rows of bodies and of the spellings of their names, on the caller's connection.

What always holds: every name in ``decision.body_name`` and every ``body.name`` is a row of
``body_name``; a decision belongs to the body of its spelling; a body has at least one spelling.
Each fact about a body stands beside who said it, and gives way only to somebody who outweighs that
(``records.Said``): a person's word survives every reparse, import and better rule.

When spellings become one, or two again, is ``archive.body_book``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, literal, select, update

from archive.body_names import body_key
from archive.body_types import judge
from archive.ledger import ChangeRow, RevisionRow
from archive.models import BodyNameRow, BodyRow, DecisionRow
from archive.records import ChangeKind, Said
from archive.tables import UtcInstant

FACTS = ("type", "council_code", "gss_code", "started_on", "ended_on", "successor_id")
"""What may be known of a body beside its name; ``<fact>_by`` is who said it."""

_JUDGED = ("type", "gss_code", "ended_on")
_OURS = (None, Said.RULE.value, Said.TABLE.value)
_WEIGHT = {said.value: weight for weight, said in enumerate(Said)}
_AT_ONCE = 500


def body_of(connection: Connection, name: str, at: datetime) -> int:
    """The body of a spelling: the very spelling, else its key, else a new body.

    A key that a person gave to two bodies tells nothing: the spelling gets a body of its own.
    A body that was first met in capitals takes its next spelling for a name.
    """
    known = connection.execute(
        select(BodyNameRow.body_id).where(BodyNameRow.name == name)
    ).scalar_one_or_none()
    if known is not None:
        return int(known)
    key = body_key(name)
    bodies = set(
        connection.execute(select(BodyNameRow.body_id).where(BodyNameRow.key == key)).scalars()
    )
    if len(bodies) != 1:
        return create(connection, name, Said.RULE)
    body_id = int(bodies.pop())
    spell(connection, name, body_id, Said.RULE)
    _calm(connection, body_id, name, at)
    renew(connection, body_id)
    return body_id


def _calm(connection: Connection, body_id: int, name: str, at: datetime) -> None:
    """Call a body as this spelling does if only a rule calls it by a name in capitals."""
    held = facts_of(connection, body_id)
    if held["name_by"] == Said.RULE.value and held["name"].isupper() and not name.isupper():
        connection.execute(update(BodyRow).where(BodyRow.id == body_id).values(name=name))
        note(connection, decisions_of(connection, body_id), at)


def create(connection: Connection, name: str, by: Said) -> int:
    """A new body with its first spelling, and what rules and table know of it."""
    body_id = connection.execute(
        insert(BodyRow).values(name=name, name_by=by.value).returning(BodyRow.id)
    ).scalar_one()
    spell(connection, name, body_id, by)
    renew(connection, body_id)
    return int(body_id)


def spell(connection: Connection, name: str, body_id: int, by: Said) -> None:
    """Note a new spelling of a body's name."""
    connection.execute(
        insert(BodyNameRow).values(name=name, key=body_key(name), body_id=body_id, said_by=by.value)
    )


def facts_of(connection: Connection, body_id: int) -> dict[str, Any]:
    """The columns of a body."""
    row = connection.execute(select(BodyRow.__table__).where(BodyRow.id == body_id)).one()
    return dict(row._mapping)


def say(
    connection: Connection, body_id: int, facts: Mapping[str, object], by: Said
) -> tuple[list[str], list[str]]:
    """Write facts that somebody states; None says that there is none, or that nobody can know.

    Gives the facts that are different now, and those that stay because somebody who outweighs this
    one said otherwise.
    """
    held = facts_of(connection, body_id)
    changed: list[str] = []
    kept: list[str] = []
    values: dict[str, object] = {}
    for name, value in facts.items():
        earlier = held[f"{name}_by"]
        if earlier is not None and _WEIGHT[earlier] > _WEIGHT[by.value]:
            if held[name] != value:
                kept.append(name)
            continue
        if held[name] != value:
            changed.append(name)
        values |= {name: value, f"{name}_by": by.value}
    if values:
        connection.execute(update(BodyRow).where(BodyRow.id == body_id).values(**values))
    return changed, kept


def renew(connection: Connection, body_id: int) -> None:
    """Let rules and table speak again where nobody else has: the name first, then its spellings."""
    held = facts_of(connection, body_id)
    if all(held[f"{name}_by"] not in _OURS for name in _JUDGED):
        return
    spellings = connection.execute(
        select(BodyNameRow.name).where(BodyNameRow.body_id == body_id).order_by(BodyNameRow.id)
    ).scalars()
    judged = [judge(name) for name in dict.fromkeys([held["name"], *spellings])]
    told = next((each for each in judged if each.type is not None), judged[0])
    values: dict[str, object] = {}
    for name in _JUDGED:
        if held[f"{name}_by"] in _OURS:
            value = getattr(told, name)
            by = None if value is None or told.by is None else told.by.value
            values |= {name: value, f"{name}_by": by}
    if any(held[name] != value for name, value in values.items()):
        connection.execute(update(BodyRow).where(BodyRow.id == body_id).values(**values))


def absorb(connection: Connection, body_id: int, into: int) -> list[str]:
    """Make one body of two: facts that the second lacks come along; the first is no more.

    Gives the facts that came along. Decisions follow with ``repoint``.
    """
    gone, kept = facts_of(connection, body_id), facts_of(connection, into)
    came = [
        name
        for name in FACTS
        if gone[name] is not None
        and kept[name] is None
        and _WEIGHT.get(kept[f"{name}_by"], -1) <= _WEIGHT.get(gone[f"{name}_by"], -1)
        and not (name == "successor_id" and gone[name] == into)
    ]
    values: dict[str, object] = {}
    for name in came:
        values |= {name: gone[name], f"{name}_by": gone[f"{name}_by"]}
    if kept["successor_id"] == body_id:
        values |= {"successor_id": None, "successor_id_by": None}
    if values:
        connection.execute(update(BodyRow).where(BodyRow.id == into).values(**values))
    connection.execute(
        update(BodyRow)
        .where(BodyRow.successor_id == body_id, BodyRow.id != into)
        .values(successor_id=into)
    )
    connection.execute(
        update(BodyNameRow).where(BodyNameRow.body_id == body_id).values(body_id=into)
    )
    return came


def drop(connection: Connection, body_id: int) -> None:
    """Remove a body that has neither spellings nor decisions any more."""
    connection.execute(delete(BodyRow).where(BodyRow.id == body_id))


def repoint(connection: Connection) -> set[int]:
    """Give every decision to the body of its spelling; gives the decisions that moved."""
    moved = connection.execute(
        select(DecisionRow.id, BodyNameRow.body_id)
        .join(BodyNameRow, BodyNameRow.name == DecisionRow.body_name)
        .where(BodyNameRow.body_id != DecisionRow.body_id)
    ).all()
    into: dict[int, list[int]] = {}
    for row in moved:
        into.setdefault(row.body_id, []).append(row.id)
    for body_id, ids in into.items():
        for some in _some(ids):
            connection.execute(
                update(DecisionRow).where(DecisionRow.id.in_(some)).values(body_id=body_id)
            )
    return {row.id for row in moved}


def _some(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def decisions_of(connection: Connection, body_id: int) -> set[int]:
    """The decisions of a body."""
    return set(
        connection.execute(select(DecisionRow.id).where(DecisionRow.body_id == body_id)).scalars()
    )


def note(connection: Connection, decision_ids: Iterable[int], at: datetime) -> int:
    """Write ``derived`` into the change log for decisions that go under another name now.

    Gives how many.
    """
    ordered = sorted(set(decision_ids))
    current = (
        select(func.max(RevisionRow.id))
        .where(RevisionRow.decision_id == DecisionRow.id)
        .scalar_subquery()
    )
    for some in _some(ordered):
        connection.execute(
            insert(ChangeRow).from_select(
                ["decision_id", "kind", "at", "revision_id"],
                select(
                    DecisionRow.id,
                    literal(ChangeKind.DERIVED.value),
                    literal(at, UtcInstant),
                    current,
                )
                .where(DecisionRow.id.in_(some))
                .order_by(DecisionRow.id),
            )
        )
    return len(ordered)


def leads_to(connection: Connection, start: int, end: int) -> bool:
    """Whether one comes to ``end`` by going from successor to successor, ``start`` included."""
    seen: set[int] = set()
    here: int | None = start
    while here is not None and here not in seen:
        if here == end:
            return True
        seen.add(here)
        here = connection.execute(
            select(BodyRow.successor_id).where(BodyRow.id == here)
        ).scalar_one()
    return False


def between(connection: Connection, gone: int, kept: int) -> str | None:
    """A third body by way of which one body made of two would succeed itself."""
    after_gone = facts_of(connection, gone)["successor_id"]
    after_kept = facts_of(connection, kept)["successor_id"]
    for first, end in ((after_gone, kept), (after_kept, gone)):
        if first is not None and first != end and leads_to(connection, first, end):
            return str(facts_of(connection, first)["name"])
    return None
