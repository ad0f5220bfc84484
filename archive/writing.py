"""One decision into its rows, and what that means for versions and the change log.

What counts as *amended* is decided here: the old and the new capture, both read by the current
parser, differ. Everything else that changes what is stored is *derived*: the parser got better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from archive import captures, parts
from archive.correction_rows import lay_over, standing
from archive.errors import ArchiveError, WasErased
from archive.hashes import Hashes, hashes
from archive.ledger import (
    ChangeRow,
    DecisionLinkRow,
    DecisionUrlRow,
    ListedRow,
    RevisionPageRow,
    RevisionRow,
)
from archive.models import DecisionRow
from archive.records import ChangeKind, Decision, Status, reference_key
from archive.tombstone_rows import is_erased


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did. ``change`` is None when the archive held the very same reading.

    ``unfit`` are the numbers of corrections by persons whose words are in this text no more.
    """

    decision_id: int
    change: ChangeKind | None
    revision: int
    unfit: tuple[int, ...] = ()


def save(
    connection: Connection,
    source_id: int,
    decision: Decision,
    page_ids: Sequence[int],
    *,
    at: datetime,
    previous: Decision | None,
    listed_id: int | None,
    crawl_id: int | None,
    hashed: Hashes | None = None,
    captured_at: datetime | None = None,
) -> Saved:
    """Store a decision read from these captures; all in the caller's transaction.

    ``previous`` is the version held so far as the *current* parser reads its captures; it is
    needed whenever a decision that is held comes with other captures. ``hashed`` spares their
    computing where the caller has them. ``captured_at`` is when the pages stood on the site, where
    that is not ``at``: such a capture brings a decision back only if it was gone before.
    Raises WasErased for a reference that was erased.
    """
    if is_erased(connection, source_id, decision.reference):
        raise WasErased(
            "the page is of a decision that was erased from this archive, and is not stored again; "
            "`decisions erased` lists what was erased and why"
        )
    hashed = hashes(decision) if hashed is None else hashed
    seen = at if captured_at is None else captured_at
    held = connection.execute(
        select(
            DecisionRow.id,
            DecisionRow.url,
            DecisionRow.status,
            DecisionRow.status_since,
            DecisionRow.content_sha256,
            DecisionRow.reading_sha256,
        ).where(
            DecisionRow.source_id == source_id,
            DecisionRow.reference_key == reference_key(decision.reference),
        )
    ).one_or_none()
    if held is None:
        sight = {"first_crawl_id": crawl_id, "lag_days": _lag(connection, listed_id)}
        saved = _add(connection, source_id, decision, hashed, page_ids, at, seen, sight)
    else:
        number = connection.execute(
            select(func.max(RevisionRow.number)).where(RevisionRow.decision_id == held.id)
        ).scalar_one()
        same_pages = captures.ids_of_revision(connection, held.id, number) == list(page_ids)
        restored = held.status != Status.LIVE and not same_pages
        if captured_at is not None:
            gone_before = held.status_since is not None and held.status_since < captured_at
            restored = restored and gone_before
        if not same_pages and decision.url != held.url and held.status == Status.LIVE:
            # The same reference under a second category: one decision, both addresses known. The
            # text held stays, or the two pages' category lines would take turns for ever.
            saved = Saved(held.id, None, number)
        elif hashed.reading == held.reading_sha256:
            saved = Saved(held.id, None, number)
        else:
            if not same_pages and previous is None:
                raise ArchiveError(
                    f"{decision.reference}: another capture came without a reading of the one "
                    "held; this is a fault in decisions, please report it"
                )
            amended = (
                not same_pages
                and previous is not None
                and previous.content_sha256() != hashed.content
            )
            reading, as_read = decision, hashed
            if not same_pages and not amended and previous is not None:
                # The publisher says the same, so the version stays, and with it the pages it was
                # read from: what is stored must be what those say, or nobody could verify it.
                reading, as_read = previous, hashes(previous)
            if as_read.reading == held.reading_sha256:
                saved = Saved(held.id, None, number)
            else:
                saved = _replace(
                    connection,
                    held.id,
                    source_id,
                    number,
                    reading,
                    as_read,
                    page_ids,
                    at,
                    seen,
                    amended,
                )
        values: dict[str, object] = {}
        if not same_pages:
            values["last_seen_at"] = seen
        else:
            values["parser_version"] = decision.parser_version
        if restored:
            values |= {"status": Status.LIVE.value, "status_since": None, "url": decision.url}
            _log(connection, held.id, ChangeKind.RESTORED, at)
            saved = replace(saved, change=saved.change or ChangeKind.RESTORED)
        connection.execute(update(DecisionRow).where(DecisionRow.id == held.id).values(**values))
    note_url(connection, saved.decision_id, decision.url, seen)
    if listed_id is not None:
        connection.execute(
            update(ListedRow)
            .where(ListedRow.id == listed_id)
            .values(
                state="held",
                decision_id=saved.decision_id,
                attempts=0,
                misses=0,
                missing_runs=0,
                last_error=None,
                last_attempt_at=at,
            )
        )
    return saved


def _lag(connection: Connection, listed_id: int | None) -> int | None:
    """The publication lag noted when the entry first appeared in the listing."""
    return connection.execute(
        select(ListedRow.lag_days).where(ListedRow.id == listed_id)
    ).scalar_one_or_none()


def _add(
    connection: Connection,
    source_id: int,
    decision: Decision,
    hashed: Hashes,
    page_ids: Sequence[int],
    at: datetime,
    seen: datetime,
    sight: dict[str, int | None],
) -> Saved:
    decision_id = connection.execute(
        insert(DecisionRow)
        .values(
            source_id=source_id,
            reference=decision.reference,
            reference_key=reference_key(decision.reference),
            status=Status.LIVE.value,
            first_seen_at=seen,
            last_seen_at=seen,
            **sight,
            **parts.head(decision, hashed, _body_id(connection, decision, at)),
        )
        .returning(DecisionRow.id)
    ).scalar_one()
    parts.write(connection, [parts.Reading(decision_id, decision, decision.remedies)])
    link_same_report(connection, decision_id, source_id, hashed.shared, held=None)
    revision_id = _add_revision(connection, decision_id, 1, decision, hashed, page_ids, seen)
    _log(connection, decision_id, ChangeKind.ADDED, at, revision_id)
    return Saved(decision_id, ChangeKind.ADDED, 1)


def _replace(
    connection: Connection,
    decision_id: int,
    source_id: int,
    number: int,
    decision: Decision,
    hashed: Hashes,
    page_ids: Sequence[int],
    at: datetime,
    seen: datetime,
    amended: bool,
) -> Saved:
    shared_before = connection.execute(
        select(DecisionRow.shared_sha256).where(DecisionRow.id == decision_id)
    ).scalar_one()
    connection.execute(
        update(DecisionRow)
        .where(DecisionRow.id == decision_id)
        .values(**parts.head(decision, hashed, _body_id(connection, decision, at)))
    )
    corrections = standing(connection, [decision_id])[decision_id]
    applied = lay_over(connection, decision, corrections)
    parts.remove(connection, [decision_id])
    parts.write(connection, [parts.Reading(decision_id, decision, applied.remedies)])
    link_same_report(connection, decision_id, source_id, hashed.shared, held=shared_before)
    unfit = tuple(each.id for each in applied.unfit(corrections))
    if amended:
        number += 1
        revision_id = _add_revision(
            connection, decision_id, number, decision, hashed, page_ids, seen
        )
        _log(connection, decision_id, ChangeKind.AMENDED, at, revision_id)
        return Saved(decision_id, ChangeKind.AMENDED, number, unfit)
    revision_id = connection.execute(
        update(RevisionRow)
        .where(RevisionRow.decision_id == decision_id, RevisionRow.number == number)
        .values(content_sha256=hashed.content, parser_version=decision.parser_version)
        .returning(RevisionRow.id)
    ).scalar_one()
    _log(connection, decision_id, ChangeKind.DERIVED, at, revision_id)
    return Saved(decision_id, ChangeKind.DERIVED, number, unfit)


def _body_id(connection: Connection, decision: Decision, at: datetime) -> int:
    return parts.body_ids(connection, [decision.body], at)[decision.body]


def _add_revision(
    connection: Connection,
    decision_id: int,
    number: int,
    decision: Decision,
    hashed: Hashes,
    page_ids: Sequence[int],
    at: datetime,
) -> int:
    revision_id = connection.execute(
        insert(RevisionRow)
        .values(
            decision_id=decision_id,
            number=number,
            content_sha256=hashed.content,
            text_sha256=decision.text_sha256,
            parser_version=decision.parser_version,
            created_at=at,
        )
        .returning(RevisionRow.id)
    ).scalar_one()
    connection.execute(
        insert(RevisionPageRow),
        [
            {"revision_id": revision_id, "position": position, "page_id": page_id}
            for position, page_id in enumerate(page_ids, start=1)
        ],
    )
    return int(revision_id)


def link_same_report(
    connection: Connection,
    decision_id: int,
    source_id: int,
    shared: str | None,
    *,
    held: str | None,
) -> None:
    """Link a report to the other references it stands under, in both directions.

    ``held`` is the hash it was stored with so far: nothing is to do where both are alike.
    """
    if shared == held:
        return
    connection.execute(
        delete(DecisionLinkRow).where(
            DecisionLinkRow.kind == "same_report",
            (DecisionLinkRow.decision_id == decision_id)
            | (DecisionLinkRow.other_id == decision_id),
        )
    )
    if shared is None:
        return
    others = connection.execute(
        select(DecisionRow.id).where(
            DecisionRow.source_id == source_id,
            DecisionRow.shared_sha256 == shared,
            DecisionRow.id != decision_id,
        )
    ).scalars()
    links = [
        {"decision_id": one, "other_id": other, "kind": "same_report"}
        for found in others
        for one, other in ((decision_id, found), (found, decision_id))
    ]
    if links:
        connection.execute(insert(DecisionLinkRow), links)


def note_url(connection: Connection, decision_id: int, url: str, at: datetime) -> None:
    """Remember an address at which a decision was found."""
    known = connection.execute(
        select(DecisionUrlRow.url).where(
            DecisionUrlRow.decision_id == decision_id, DecisionUrlRow.url == url
        )
    ).one_or_none()
    if known is None:
        connection.execute(
            insert(DecisionUrlRow).values(decision_id=decision_id, url=url, first_seen_at=at)
        )


def _log(
    connection: Connection,
    decision_id: int,
    kind: ChangeKind,
    at: datetime,
    revision_id: int | None = None,
) -> None:
    connection.execute(
        insert(ChangeRow).values(
            decision_id=decision_id, kind=kind.value, at=at, revision_id=revision_id
        )
    )
