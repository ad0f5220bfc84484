"""Rules over names that are there already: once for each version of the rules.

A migration turns every name into a spelling and leaves the rest to this, because rules get better
and a migration must not change; so whatever command writes first, after an upgrade of the schema or
of the rules, joins what the rules know to be one. What a person has said is never touched, nor are
bodies joined of which files or persons said what differs.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from archive import body_rows as rows
from archive.body_names import RULES_VERSION, body_key
from archive.ledger import ArchiveMetaRow
from archive.models import BodyNameRow, BodyRow
from archive.records import Said

_META = "body_rules"


def settle(connection: Connection, at: datetime) -> int:
    """Join bodies by rule and write ``derived`` for the decisions that go under another name.

    Gives how many those are; 0 where this version's rules have been through already.
    """
    done = connection.execute(
        select(ArchiveMetaRow.value).where(ArchiveMetaRow.key == _META)
    ).scalar_one_or_none()
    if done == RULES_VERSION:
        return 0
    spelt = connection.execute(select(BodyNameRow.id, BodyNameRow.name)).all()
    if spelt:
        connection.execute(
            update(BodyNameRow).where(BodyNameRow.id == bindparam("number")),
            [{"number": each.id, "key": body_key(each.name)} for each in spelt],
        )
    for group in _same_by_rule(connection):
        _join(connection, group)
    for body_id in connection.execute(select(BodyRow.id)).scalars().all():
        rows.renew(connection, body_id)
    count = rows.note(connection, rows.repoint(connection), at)
    _drop_empty(connection)
    if done is None:
        connection.execute(insert(ArchiveMetaRow).values(key=_META, value=RULES_VERSION))
    else:
        connection.execute(
            update(ArchiveMetaRow).where(ArchiveMetaRow.key == _META).values(value=RULES_VERSION)
        )
    return count


def _same_by_rule(connection: Connection) -> list[list[int]]:
    """Bodies that have a key in common which no person has spoken about, in groups."""
    of_key: dict[str, set[int]] = defaultdict(set)
    spoken = set()
    for row in connection.execute(select(BodyNameRow.__table__)):
        of_key[row.key].add(row.body_id)
        if row.said_by == Said.PERSON.value:
            spoken.add(row.key)
    groups: dict[int, set[int]] = {}
    for key, bodies in of_key.items():
        if len(bodies) > 1 and key not in spoken:
            one = set(bodies).union(*(groups.get(body_id, ()) for body_id in bodies))
            for body_id in one:
                groups[body_id] = one
    different = {id(one): one for one in groups.values()}
    return [sorted(one) for one in different.values()]


def _join(connection: Connection, group: list[int]) -> None:
    """Make one body of a group, unless files or persons said of its members what differs.

    It is called as a file or person says, else as most titles do, those in capitals last.
    """
    held = {body_id: rows.facts_of(connection, body_id) for body_id in group}
    strong = (Said.IMPORT.value, Said.PERSON.value)
    for name in rows.FACTS:
        told = {facts[name] for facts in held.values() if facts[f"{name}_by"] in strong}
        if len(told) > 1:
            return
    sizes = {body_id: len(rows.decisions_of(connection, body_id)) for body_id in group}
    kept = max(
        group,
        key=lambda one: (
            held[one]["name_by"] in strong,
            not held[one]["name"].isupper(),
            sizes[one],
            -one,
        ),
    )
    for body_id in group:
        if body_id != kept and rows.between(connection, body_id, kept) is None:
            rows.absorb(connection, body_id, kept)


def _drop_empty(connection: Connection) -> None:
    """Remove bodies that were joined to others."""
    spelt = select(BodyNameRow.body_id)
    for body_id in (
        connection.execute(select(BodyRow.id).where(BodyRow.id.not_in(spelt))).scalars().all()
    ):
        rows.drop(connection, body_id)
