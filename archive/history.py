"""What happened to decisions: versions, changes and where they went, from the change log.

Read-only. ``derived`` changes are left out everywhere: our reading changed then, not the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from archive import captures
from archive.errors import NotFound
from archive.figures.reading import shown
from archive.ledger import ChangeRow, RestrictionRow, RevisionPageRow, RevisionRow
from archive.models import BodyRow, DecisionRow, SourceRow
from archive.records import ChangeKind, DecisionKind, Page
from archive.store import Archive

BATCH = 1000
FIRST_BATCH, LONG_BATCH = 500, 20_000
"""Rows read at a time, with heads and without: mostly the newest few are enough."""

_RESTRICTED = select(RestrictionRow.decision_id).where(RestrictionRow.lifted_at.is_(None))


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a published text, and the captures it was read from, in order."""

    number: int
    created_at: datetime
    content_sha256: str
    page_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One change of the log with the head of its decision; None for what was erased.

    ``body`` is the one name for all spellings, ``body_name`` the title's. ``decision_id`` is the
    number that the decision has, or had. ``restricted``: the text is not passed on for now.
    """

    id: int
    at: datetime
    kind: ChangeKind
    version: int | None
    source: str | None
    reference: str | None
    title: str | None
    body: str | None
    body_name: str | None
    url: str | None
    decided_on: date | None
    decision_kind: DecisionKind | None
    status: str | None
    decision_id: int
    restricted: bool = False


def versions(archive: Archive, decision_id: int) -> list[Version]:
    """Every version of a decision, oldest first."""
    with archive.engine.connect() as connection:
        rows = connection.execute(
            select(
                RevisionRow.number,
                RevisionRow.created_at,
                RevisionRow.content_sha256,
                RevisionPageRow.page_id,
            )
            .outerjoin(RevisionPageRow, RevisionPageRow.revision_id == RevisionRow.id)
            .where(RevisionRow.decision_id == decision_id)
            .order_by(RevisionRow.number, RevisionPageRow.position)
        ).all()
    pages: dict[int, list[int]] = {}
    for row in rows:
        held = pages.setdefault(row.number, [])
        if row.page_id is not None:
            held.append(row.page_id)
    heads = {row.number: row for row in rows}
    return [
        Version(number, heads[number].created_at, heads[number].content_sha256, tuple(ids))
        for number, ids in pages.items()
    ]


def pages_of_version(
    archive: Archive, decision_id: int, number: int
) -> tuple[list[int], list[Page]]:
    """The captures of one version: numbers and pages. Raises NotFound, naming what there is."""
    with archive.engine.connect() as connection:
        ids = captures.ids_of_revision(connection, decision_id, number)
        if ids:
            return ids, [captures.load(connection, page_id) for page_id in ids]
    there = ", ".join(str(version.number) for version in versions(archive, decision_id))
    raise NotFound(f"there is no version {number}; the versions held are: {there}")


def events_of(archive: Archive, decision_id: int) -> list[Event]:
    """What happened to one decision, oldest first."""
    with archive.engine.connect() as connection:
        rows = connection.execute(
            _events().where(ChangeRow.decision_id == decision_id).order_by(ChangeRow.id)
        ).all()
    return [_event(row) for row in rows]


def events_since(archive: Archive, since: datetime | None) -> Iterator[Event]:
    """What happened from an instant on (all without one), oldest first; read in batches."""
    after = 0
    while True:
        statement = _events().where(ChangeRow.id > after)
        if since is not None:
            statement = statement.where(ChangeRow.at >= since)
        with archive.engine.connect() as connection:
            rows = connection.execute(statement.order_by(ChangeRow.id).limit(BATCH)).all()
        if not rows:
            return
        yield from (_event(row) for row in rows)
        after = rows[-1].id


def events_before(
    archive: Archive,
    before: int | None,
    *,
    limit: int,
    kind: ChangeKind | None = None,
    body: str | None = None,
    withdrawn: bool = False,
) -> list[Event]:
    """At most ``limit`` changes, the newest first, of those older than the change ``before`` (None:
    from the newest on). Only of one kind, or about one council or provider by its one name.

    Of one council only what is passed on is told, withdrawn texts among it where ``withdrawn``
    says so: else the name would tell about whom a withheld text is. Raises ValueError for
    ``derived``, which is no change of a text.
    """
    if kind is ChangeKind.DERIVED:
        raise ValueError("our own readings are not among the changes")
    statement = _events()
    if before is not None:
        statement = statement.where(ChangeRow.id < before)
    if kind is not None:
        statement = statement.where(ChangeRow.kind == kind.value)
    if body is not None:
        statement = statement.where(BodyRow.name == body, *shown(withdrawn=withdrawn))
    with archive.engine.connect() as connection:
        rows = connection.execute(statement.order_by(ChangeRow.id.desc()).limit(limit)).all()
    return [_event(row) for row in rows]


def events_after(
    archive: Archive, after: int, limit: int, since: datetime | None = None
) -> list[Event]:
    """At most ``limit`` events behind a change, oldest first, of those from an instant on."""
    statement = _events().where(ChangeRow.id > after)
    if since is not None:
        statement = statement.where(ChangeRow.at >= since)
    with archive.engine.connect() as connection:
        rows = connection.execute(statement.order_by(ChangeRow.id).limit(limit)).all()
    return [_event(row) for row in rows]


def events_named(archive: Archive, change_ids: Sequence[int]) -> list[Event]:
    """The events of these numbers, the newest first; those of no event are left out."""
    found: list[Event] = []
    with archive.engine.connect() as connection:
        for start in range(0, len(change_ids), BATCH):
            some = change_ids[start : start + BATCH]
            rows = connection.execute(_events().where(ChangeRow.id.in_(some)))
            found += (_event(row) for row in rows)
    return sorted(found, key=lambda event: -event.id)


def newest_first(archive: Archive, *, after: int, before: int | None) -> Iterator[tuple[int, int]]:
    """Number and decision of each event behind one change and before another, the newest first.

    Without heads, so that a long log is walked through quickly; read in batches.
    """
    statement = select(ChangeRow.id, ChangeRow.decision_id).where(
        ChangeRow.kind != ChangeKind.DERIVED.value, ChangeRow.id > after
    )
    size = FIRST_BATCH
    while True:
        some = statement if before is None else statement.where(ChangeRow.id < before)
        with archive.engine.connect() as connection:
            rows = connection.execute(some.order_by(ChangeRow.id.desc()).limit(size)).all()
        if not rows:
            return
        yield from ((row.id, row.decision_id) for row in rows)
        before = rows[-1].id
        size = min(size * 4, LONG_BATCH)


def _events() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ChangeRow.id,
            ChangeRow.at,
            ChangeRow.kind,
            ChangeRow.decision_id,
            RevisionRow.number.label("version"),
            SourceRow.key.label("source"),
            DecisionRow.reference,
            DecisionRow.title,
            BodyRow.name.label("body"),
            DecisionRow.body_name,
            DecisionRow.url,
            DecisionRow.decided_on,
            DecisionRow.kind.label("decision_kind"),
            DecisionRow.status,
            ChangeRow.decision_id.in_(_RESTRICTED).label("restricted"),
        )
        .outerjoin(RevisionRow, RevisionRow.id == ChangeRow.revision_id)
        .outerjoin(DecisionRow, DecisionRow.id == ChangeRow.decision_id)
        .outerjoin(SourceRow, SourceRow.id == DecisionRow.source_id)
        .outerjoin(BodyRow, BodyRow.id == DecisionRow.body_id)
        .where(ChangeRow.kind != ChangeKind.DERIVED.value)
    )


def _event(row: Any) -> Event:
    return Event(
        id=row.id,
        at=row.at,
        kind=ChangeKind(row.kind),
        version=row.version,
        source=row.source,
        reference=row.reference,
        title=row.title,
        body=row.body,
        body_name=row.body_name,
        url=row.url,
        decided_on=row.decided_on,
        decision_kind=None if row.decision_kind is None else DecisionKind(row.decision_kind),
        status=row.status,
        restricted=bool(row.restricted),
        decision_id=row.decision_id,
    )
