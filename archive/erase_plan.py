"""What an erasure would take away, worked out before anything is asked or deleted. Read-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from archive import copies, tombstone_rows
from archive.config import Config
from archive.erase_backups import copies_near
from archive.erase_space import needed, shortage
from archive.erasing import Matches, find
from archive.errors import NotFound, UsageError
from archive.ledger import (
    DecisionLinkRow,
    DecisionUrlRow,
    ListedRow,
    PageRow,
    RevisionPageRow,
    RevisionRow,
)
from archive.models import DecisionRow, ParagraphRow, RemedyCorrectionRow, SectionRow, SourceRow
from archive.records import StoredDecision, reference_key, reference_keys
from archive.store import Archive
from archive.tombstones import Erased, Tombstone


@dataclass(frozen=True, slots=True)
class Aim:
    """The decision meant. ``stored`` is None where it is only listed, or not held at all.

    ``urls`` are all addresses that the archive knows of it.
    """

    source: str
    reference: str
    urls: tuple[str, ...]
    stored: StoredDecision | None
    listed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a database holds of what is to be erased, counted.

    ``same_report`` are references under which the same report stands: decisions of their own.
    """

    found: Matches
    versions: int
    paragraphs: int
    corrections: int
    same_report: tuple[str, ...]
    copies_near: tuple[Path, ...]
    copies_known: tuple[copies.Copy, ...]
    unfinished: tuple[Path, ...]
    database_bytes: int | None
    room_wanted: int | None
    shortage: str | None


def aim(archive: Archive, asked: str, source: str | None, *, not_held: bool) -> Aim:
    """The decision that a person means by a reference in any spelling.

    One that is listed but not archived is found too. Raises NotFound for one that the archive does
    not know, unless ``not_held`` says that it is to be kept out from now on.
    """
    try:
        stored = archive.find(asked, source)
    except NotFound as error:
        return _unknown(archive, asked, source, not_held, error)
    with archive.engine.connect() as connection:
        urls = _urls_of(connection, stored.id)
        listed = connection.execute(
            select(ListedRow.url)
            .join(SourceRow, SourceRow.id == ListedRow.source_id)
            .where(
                SourceRow.key == stored.decision.source,
                ListedRow.reference_key == reference_key(stored.decision.reference),
            )
        ).scalars()
        entries = list(listed)
    return Aim(
        stored.decision.source,
        stored.decision.reference,
        tuple(sorted({*urls, *entries, *stored.urls, stored.decision.url})),
        stored,
        len(entries),
    )


def _unknown(
    archive: Archive, asked: str, source: str | None, not_held: bool, error: NotFound
) -> Aim:
    keys = reference_keys(asked)
    with archive.engine.connect() as connection:
        rows = connection.execute(
            select(ListedRow.reference, ListedRow.url, SourceRow.key)
            .join(SourceRow, SourceRow.id == ListedRow.source_id)
            .where(ListedRow.reference_key.in_(keys))
        ).all()
        known = list(connection.execute(select(SourceRow.key).order_by(SourceRow.id)).scalars())
    rows = [row for row in rows if source in (None, row.key)]
    sources = {row.key for row in rows}
    if len(sources) > 1:
        raise UsageError(f"{', '.join(sorted(sources))} use this reference; say --source")
    if rows:
        urls = tuple(sorted({row.url for row in rows}))
        return Aim(rows[0].key, rows[0].reference, urls, None, len(rows))
    if not not_held:
        raise NotFound(
            f"{error}. To keep a decision out that is not held, say --not-held"
        ) from error
    chosen = [source] if source is not None else known
    if len(chosen) != 1:
        raise UsageError("say --source, because the archive cannot tell whose reference it is")
    key = reference_key(keys[-1] if asked.startswith("http") else asked)
    if not any(char.isdigit() for char in key) or len(key) > 64:
        raise UsageError(f"{asked!r} is no reference of a decision")
    return Aim(chosen[0], asked.strip(), (), None, 0)


def _urls_of(connection: Connection, decision_id: int) -> set[str]:
    urls = set(
        connection.execute(
            select(DecisionUrlRow.url).where(DecisionUrlRow.decision_id == decision_id)
        ).scalars()
    )
    for row in connection.execute(
        select(PageRow.url, PageRow.final_url)
        .join(RevisionPageRow, RevisionPageRow.page_id == PageRow.id)
        .join(RevisionRow, RevisionRow.id == RevisionPageRow.revision_id)
        .where(RevisionRow.decision_id == decision_id)
    ):
        urls |= {row.url, row.final_url}
    return urls


def already(archive: Archive, asked: str, source: str | None) -> list[tombstone_rows.Erasure]:
    """The erasures of a reference in any spelling; empty where it was not erased."""
    with archive.engine.connect() as connection:
        held = tombstone_rows.load(connection)
    return [
        erasure
        for erasure in held
        if any(Erased([erasure.stone]).reference(key, source) for key in reference_keys(asked))
    ]


def plan(archive: Archive, config: Config, stones: Sequence[Tombstone]) -> Plan:
    """Count what the tombstones stand for. Looks at every decision, entry and capture."""
    with archive.engine.connect() as connection:
        found = find(connection, Erased(stones))
        ids = list(found.decisions)
        versions = paragraphs = corrections = 0
        same: set[str] = set()
        for start in range(0, len(ids), 500):
            some = ids[start : start + 500]
            versions += connection.execute(
                select(func.count()).where(RevisionRow.decision_id.in_(some))
            ).scalar_one()
            paragraphs += connection.execute(
                select(func.count())
                .select_from(ParagraphRow)
                .join(SectionRow, SectionRow.id == ParagraphRow.section_id)
                .where(SectionRow.decision_id.in_(some))
            ).scalar_one()
            corrections += connection.execute(
                select(func.count()).where(RemedyCorrectionRow.decision_id.in_(some))
            ).scalar_one()
            same.update(
                connection.execute(
                    select(DecisionRow.reference)
                    .join(DecisionLinkRow, DecisionLinkRow.other_id == DecisionRow.id)
                    .where(DecisionLinkRow.decision_id.in_(some), DecisionRow.id.not_in(ids))
                ).scalars()
            )
    room = needed(config)
    path = config.sqlite_path
    return Plan(
        found=found,
        versions=versions,
        paragraphs=paragraphs,
        corrections=corrections,
        same_report=tuple(sorted(same)),
        copies_near=tuple(copies_near(config)),
        copies_known=tuple(copies.known(config)),
        unfinished=tuple(copies.unfinished(config)),
        database_bytes=None if path is None else path.stat().st_size,
        room_wanted=None if room is None else sum(room),
        shortage=shortage(config),
    )
