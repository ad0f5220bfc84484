"""What a decision's page tells beside its text: the captures it was read from, and the other
references under which the same report was published.

Read-only, without the bytes of a page. What of it may be shown is decided by ``passing_on``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from archive.ledger import DecisionLinkRow, PageRow, RevisionPageRow, RevisionRow
from archive.models import DecisionRow
from archive.records import StoredDecision
from archive.store import Archive

MOST_LINKED = 20
"""Other references that are told; the most that was seen are three."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One page that a version was read from: when it came, and the SHA-256 of its bytes."""

    url: str
    fetched_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How much an archive holds, and from which decision date to which."""

    decisions: int
    first: date | None
    last: date | None


def captures_of(archive: Archive, decision_id: int, version: int) -> list[Capture]:
    """The captures of one version, in order; none where there is no such version."""
    statement = (
        select(PageRow.url, PageRow.fetched_at, PageRow.sha256)
        .join(RevisionPageRow, RevisionPageRow.page_id == PageRow.id)
        .join(RevisionRow, RevisionRow.id == RevisionPageRow.revision_id)
        .where(RevisionRow.decision_id == decision_id, RevisionRow.number == version)
        .order_by(RevisionPageRow.position)
    )
    with archive.engine.connect() as connection:
        return [Capture(*row) for row in connection.execute(statement)]


def same_report(archive: Archive, decision_id: int) -> list[StoredDecision]:
    """The other decisions that were published with the same report, by reference."""
    link = DecisionLinkRow
    with archive.engine.connect() as connection:
        found = connection.execute(
            select(link.other_id)
            .where(link.decision_id == decision_id, link.kind == "same_report")
            .order_by(link.other_id)
            .limit(MOST_LINKED)
        ).scalars()
        others = list(found)
    return sorted(archive.stored(others), key=lambda each: each.decision.reference)


def extent(archive: Archive) -> Extent:
    """Counted from the index over decision dates alone: cheap in a large archive too."""
    day = DecisionRow.decided_on
    with archive.engine.connect() as connection:
        row = connection.execute(select(func.count(), func.min(day), func.max(day))).one()
    return Extent(*row)
