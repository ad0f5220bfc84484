"""Which paragraphs of the archive are standard wording: worked out, kept, and brought up to date.

``update`` looks at all texts again when the archive has grown or shrunk enough to change shares,
when so many decisions were changed, or when a cluster has gone: a new reading takes the marks of
the old one with it, and a whole ``reparse`` takes every cluster. Otherwise it only holds the
decisions changed since against the clusters there are. A decision whose marks change gets a
``derived`` change, which the index follows and history ignores. What is alike is decided in
``archive.alike``; this module reads and writes. The caller holds the writer's lock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    literal,
    not_,
    select,
)
from sqlalchemy import (
    update as change_rows,
)

from archive import alike, shingles
from archive.ledger import ArchiveMetaRow, ChangeRow
from archive.models import BoilerplateRow, DecisionRow, ParagraphRow, SectionRow
from archive.records import ChangeKind, SectionKind
from archive.tables import KEY

AGREED = (SectionKind.REMEDY.value, SectionKind.RECOMMENDATIONS.value)
"""Sections whose list items are never standard wording: they say what a body has to do, however
often the same is agreed."""

GROWTH = 1.2
"""All texts are looked at again when there are so many times more decisions, or fewer, than last
time: the smallest change that moves a share noticeably."""

_META = "boilerplate"
_BATCH = 200
_ROWS = 5_000
_CANDIDATES = 20

Item = TypeVar("Item")

_NEW = Table(
    "new_boilerplate",
    MetaData(),
    Column("paragraph_id", KEY, primary_key=True, autoincrement=False),
    Column("cluster", String(16), nullable=False),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True)
class Marking:
    """What a run did. ``complete``: all texts were looked at; else those changed since.

    ``paragraphs`` and ``clusters`` are marked now; ``decisions`` had their marks changed.
    """

    complete: bool
    paragraphs: int
    clusters: int
    decisions: int


@dataclass(frozen=True, slots=True)
class _State:
    """Where the last run stood: its rules, the decisions of the last complete run, how far the
    change log had got, and how many clusters there were."""

    rules: str
    decisions: int
    cursor: int
    clusters: int


def update(engine: Engine, *, at: datetime) -> Marking:
    """Bring the marks up to date, all in one transaction."""
    with engine.begin() as connection:
        state = _state(connection)
        count = connection.execute(select(func.count()).select_from(DecisionRow)).scalar_one()
        ids = _changed_since(connection, state.cursor)
        complete = (
            _due(state, count)
            or len(ids) > count * (1 - 1 / GROWTH)
            or _clusters(connection) < state.clusters
        )
        if complete:
            changed = _all_anew(connection, at)
        else:
            changed = _follow(connection, ids, at)
            count = state.decisions
        if changed:
            connection.execute(
                insert(ChangeRow),
                [
                    {"decision_id": number, "kind": ChangeKind.DERIVED.value, "at": at}
                    for number in sorted(changed)
                ],
            )
        cursor = connection.execute(select(func.max(ChangeRow.id))).scalar_one() or 0
        paragraphs = connection.execute(
            select(func.count()).select_from(BoilerplateRow)
        ).scalar_one()
        clusters = _clusters(connection)
        _keep(connection, _State(_rules(), count, cursor, clusters))
    return Marking(complete, paragraphs, clusters, len(changed))


def _rules() -> str:
    return f"{shingles.VERSION}.{alike.RULES}"


def _due(state: _State, decisions: int) -> bool:
    if state.rules != _rules():
        return True
    most = max(state.decisions, decisions)
    return most > min(state.decisions, decisions) * GROWTH


def _state(connection: Connection) -> _State:
    held = connection.execute(
        select(ArchiveMetaRow.value).where(ArchiveMetaRow.key == _META)
    ).scalar_one_or_none()
    if held is None:
        return _State("", 0, 0, 0)
    found = json.loads(held)
    return _State(
        str(found["rules"]),
        int(found["decisions"]),
        int(found["cursor"]),
        int(found.get("clusters", 0)),  # An archive of the first weeks does not tell.
    )


def _clusters(connection: Connection) -> int:
    return connection.execute(
        select(func.count(func.distinct(BoilerplateRow.cluster)))
    ).scalar_one()


def _keep(connection: Connection, state: _State) -> None:
    value = json.dumps(asdict(state))
    found = connection.execute(
        change_rows(ArchiveMetaRow).where(ArchiveMetaRow.key == _META).values(value=value)
    )
    if not found.rowcount:
        connection.execute(insert(ArchiveMetaRow).values(key=_META, value=value))


# --- all texts ------------------------------------------------------------------------------------


def _all_anew(connection: Connection, at: datetime) -> set[int]:
    known = list(connection.execute(select(BoilerplateRow.cluster).distinct()).scalars())
    clusters = alike.find(
        _paragraphs(connection, _all_ids(connection)),
        lambda numbers: _texts(connection, numbers),
        known,
    )
    _NEW.create(connection)
    for rows in _chunks(clusters.marks(), _ROWS):
        connection.execute(
            insert(_NEW), [{"paragraph_id": number, "cluster": name} for number, name in rows]
        )
    changed = _put_in_place(connection, at)
    for name, share in clusters.shares.items():
        connection.execute(
            change_rows(BoilerplateRow)
            .where(BoilerplateRow.cluster == name, BoilerplateRow.share != share)
            .values(share=share, computed_at=at)
        )
    _NEW.drop(connection)
    return changed


def _put_in_place(connection: Connection, at: datetime) -> set[int]:
    """The new marks instead of the old ones; gives the decisions for which they differ."""
    old, new = BoilerplateRow, _NEW.c
    same = and_(new.paragraph_id == old.paragraph_id, new.cluster == old.cluster)
    gone = not_(select(literal(1)).where(same).exists())
    come = not_(select(literal(1)).where(same).correlate(_NEW).exists())
    changed: set[int] = set()
    for numbers in (
        select(old.paragraph_id).where(gone),
        select(new.paragraph_id).where(come),
    ):
        changed.update(
            connection.execute(
                select(SectionRow.decision_id)
                .distinct()
                .join(ParagraphRow, ParagraphRow.section_id == SectionRow.id)
                .where(ParagraphRow.id.in_(numbers))
            ).scalars()
        )
    connection.execute(delete(old).where(gone))
    connection.execute(
        insert(old).from_select(
            ["paragraph_id", "cluster", "share", "computed_at"],
            select(
                new.paragraph_id,
                new.cluster,
                literal(0.0),
                literal(at, old.computed_at.type),
            ).where(come),
        )
    )
    return changed


# --- the texts changed since ----------------------------------------------------------------------


def _changed_since(connection: Connection, cursor: int) -> list[int]:
    return list(
        connection.execute(
            select(ChangeRow.decision_id)
            .distinct()
            .where(ChangeRow.id > cursor, ChangeRow.kind != ChangeKind.ERASED.value)
            .order_by(ChangeRow.decision_id)
        ).scalars()
    )


def _follow(connection: Connection, ids: Sequence[int], at: datetime) -> set[int]:
    if not ids:
        return set()
    shares = dict(
        connection.execute(select(BoilerplateRow.cluster, BoilerplateRow.share).distinct()).all()
    )
    known = alike.Known({name: _leader(connection, name) for name in shares})
    changed: set[int] = set()
    for batch in _chunks(ids, _BATCH):
        held = _marks(connection, batch)
        fresh = []
        stale = []
        for decision, number, text in _paragraphs(connection, [batch]):
            name = known.cluster(text)
            if name == held.get(number):
                continue
            changed.add(decision)
            stale.append(number)
            if name is not None:
                share = shares[name]
                fresh.append(
                    {"paragraph_id": number, "cluster": name, "share": share, "computed_at": at}
                )
        for numbers in _chunks(stale, _BATCH):
            connection.execute(
                delete(BoilerplateRow).where(BoilerplateRow.paragraph_id.in_(numbers))
            )
        if fresh:
            connection.execute(insert(BoilerplateRow), fresh)
    return changed


def _leader(connection: Connection, name: str) -> str:
    """The text a cluster is named after, or another of it where that one has gone."""
    texts = list(
        connection.execute(
            select(ParagraphRow.text)
            .join(BoilerplateRow, BoilerplateRow.paragraph_id == ParagraphRow.id)
            .where(BoilerplateRow.cluster == name)
            .order_by(ParagraphRow.id)
            .limit(_CANDIDATES)
        ).scalars()
    )
    named = int(name, 16)
    for text in texts:
        if shingles.fingerprint(shingles.plain_words(text)) == named:
            return text
    return texts[0]


def _marks(connection: Connection, decision_ids: Sequence[int]) -> dict[int, str]:
    return dict(
        connection.execute(
            select(BoilerplateRow.paragraph_id, BoilerplateRow.cluster)
            .join(ParagraphRow, ParagraphRow.id == BoilerplateRow.paragraph_id)
            .join(SectionRow, SectionRow.id == ParagraphRow.section_id)
            .where(SectionRow.decision_id.in_(decision_ids))
        ).all()
    )


# --- reading --------------------------------------------------------------------------------------


def _all_ids(connection: Connection) -> Iterator[list[int]]:
    after = 0
    while True:
        ids = list(
            connection.execute(
                select(DecisionRow.id)
                .where(DecisionRow.id > after)
                .order_by(DecisionRow.id)
                .limit(_BATCH)
            ).scalars()
        )
        if not ids:
            return
        yield ids
        after = ids[-1]


def _paragraphs(
    connection: Connection, batches: Iterable[Sequence[int]]
) -> Iterator[tuple[int, int, str]]:
    """Decision, number and text of every paragraph that can be standard wording."""
    item_agreed = and_(SectionRow.kind.in_(AGREED), ParagraphRow.level > 0)
    for ids in batches:
        rows = connection.execute(
            select(SectionRow.decision_id, ParagraphRow.id, ParagraphRow.text)
            .join(ParagraphRow, ParagraphRow.section_id == SectionRow.id)
            .where(SectionRow.decision_id.in_(ids), not_(item_agreed))
            .order_by(SectionRow.decision_id, ParagraphRow.ordinal)
        ).all()
        yield from ((decision, number, text) for decision, number, text in rows)


def _texts(connection: Connection, numbers: Sequence[int]) -> Mapping[int, str]:
    return dict(
        connection.execute(
            select(ParagraphRow.id, ParagraphRow.text).where(ParagraphRow.id.in_(numbers))
        ).all()
    )


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk
