"""Which rows belong to erased decisions, and their deletion, in the caller's transaction.

Everything is found by tombstones alone, so that an erasure that was cut short, a restored backup
and a list from elsewhere all go the same way. Works on every schema that was released (a backup may
be of any of them): only tables and columns that all of them have are named, later ones are looked
for. What the file keeps of deleted rows is ``archive.erasure``'s business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import zstandard
from sqlalchemy import Connection, delete, func, insert, inspect, select, update

from archive import body_rows
from archive.captures import MAX_BODY
from archive.ledger import (
    ChangeRow,
    CrawlRow,
    ListedRow,
    PageOriginRow,
    PageRow,
    RevisionPageRow,
    RevisionRow,
)
from archive.models import BodyNameRow, BodyRow, DecisionRow, SourceRow
from archive.records import ChangeKind, Said
from archive.tombstones import Erased

AT_ONCE = 500
TAKEN_OUT = "(taken out: it named an erased decision)"


@dataclass(frozen=True, slots=True)
class Matches:
    """What a database holds of erased decisions, by number.

    ``decisions`` is number → (source, reference). ``shared`` are captures that a decision which is
    not erased was read from too, with its reference: they stay, and the operator is told.
    """

    decisions: dict[int, tuple[str, str]] = field(default_factory=dict)
    listed: tuple[int, ...] = ()
    pages: tuple[int, ...] = ()
    shared: tuple[tuple[int, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.decisions or self.listed or self.pages)


def find(connection: Connection, erased: Erased) -> Matches:
    """Look through every decision, listed entry and capture for what is erased."""
    tables = set(inspect(connection).get_table_names())
    decisions = _decisions(connection, erased)
    listed = _listed(connection, erased, decisions) if "listed" in tables else ()
    pages: set[int] = set()
    shared: dict[int, str] = {}
    if {"page", "revision_page"} <= tables:
        pages, shared = _pages(connection, erased, decisions)
    return Matches(decisions, listed, tuple(sorted(pages)), tuple(sorted(shared.items())))


def _decisions(connection: Connection, erased: Erased) -> dict[int, tuple[str, str]]:
    rows = connection.execute(
        select(DecisionRow.id, DecisionRow.reference, DecisionRow.reference_key, SourceRow.key)
        .join(SourceRow, SourceRow.id == DecisionRow.source_id)
        .order_by(DecisionRow.id)
    )
    return {
        row.id: (row.key, row.reference)
        for row in rows
        if erased.reference(row.reference_key, row.key)
    }


def _listed(
    connection: Connection, erased: Erased, decisions: dict[int, tuple[str, str]]
) -> tuple[int, ...]:
    rows = connection.execute(
        select(
            ListedRow.id,
            ListedRow.reference_key,
            ListedRow.url,
            ListedRow.decision_id,
            SourceRow.key,
        )
        .join(SourceRow, SourceRow.id == ListedRow.source_id)
        .order_by(ListedRow.id)
    )
    return tuple(
        row.id
        for row in rows
        if row.decision_id in decisions
        or erased.reference(row.reference_key, row.key)
        or erased.url(row.url, row.key)
    )


def _pages(
    connection: Connection, erased: Erased, decisions: dict[int, tuple[str, str]]
) -> tuple[set[int], dict[int, str]]:
    """Captures to delete, and those that are another decision's too."""
    used: dict[int, int] = {}
    read_from: set[int] = set()
    for page_id, decision_id in connection.execute(
        select(RevisionPageRow.page_id, RevisionRow.decision_id).join(
            RevisionRow, RevisionRow.id == RevisionPageRow.revision_id
        )
    ):
        if decision_id in decisions:
            read_from.add(page_id)
        else:
            used[page_id] = decision_id
    if inspect(connection).has_table("page_origin"):
        for some in _some(decisions):
            brought = select(PageOriginRow.page_id).where(PageOriginRow.decision_id.in_(some))
            read_from.update(set(connection.execute(brought).scalars()) - used.keys())
    doomed = set(read_from)
    for row in connection.execute(select(PageRow.id, PageRow.url, PageRow.final_url)):
        if erased.url(row.url) or (row.final_url != row.url and erased.url(row.final_url)):
            doomed.add(row.id)
    # The same bytes under another address (a redirect, a wrong page) are the same text.
    for some in _some(sorted(read_from)):
        hashes = select(PageRow.sha256).where(PageRow.id.in_(some))
        doomed.update(
            connection.execute(select(PageRow.id).where(PageRow.sha256.in_(hashes))).scalars()
        )
    doomed |= _naming(connection, erased, doomed)
    theirs = doomed & used.keys()
    names = {
        page_id: connection.execute(
            select(DecisionRow.reference).where(DecisionRow.id == used[page_id])
        ).scalar_one()
        for page_id in theirs
    }
    return doomed - theirs, names


def _naming(connection: Connection, erased: Erased, doomed: set[int]) -> set[int]:
    """Refused captures whose bytes name an erased decision: lists, wrong pages, error pages."""
    found: set[int] = set()
    told: dict[str, bool] = {}
    rows = connection.execute(
        select(PageRow.id, PageRow.sha256).where(PageRow.refused.is_not(None)).order_by(PageRow.id)
    ).all()
    for page_id, sha256 in rows:
        if page_id in doomed:
            continue
        if sha256 not in told:
            told[sha256] = erased.mentions(_text(connection, sha256))
        if told[sha256]:
            found.add(page_id)
    return found


def _text(connection: Connection, sha256: str) -> str:
    """The bytes of a capture as text, near enough to find digits in; empty when damaged."""
    compressed = connection.execute(
        select(PageRow.body_zstd)
        .where(PageRow.sha256 == sha256, PageRow.body_zstd.is_not(None))
        .limit(1)
    ).scalar_one_or_none()
    if compressed is None:
        return ""
    try:
        if not 0 <= zstandard.frame_content_size(compressed) <= MAX_BODY:
            return ""
        return zstandard.ZstdDecompressor().decompress(compressed).decode("latin-1")
    except zstandard.ZstdError:
        return ""


def remove(connection: Connection, erased: Erased, found: Matches, at: datetime) -> dict[str, int]:
    """Delete what was found, and write ``erased`` into the change log for each decision.

    Gives the number of the decision by the token of its tombstone. Foreign keys must be enforced:
    what hangs on a decision goes with it.
    """
    tables = set(inspect(connection).get_table_names())
    numbers = {
        token: decision_id
        for decision_id, (source, reference) in found.decisions.items()
        for token in erased.tokens(reference, source)
    }
    names = _spellings(connection, found.decisions)
    for some in _some(found.listed):
        connection.execute(delete(ListedRow).where(ListedRow.id.in_(some)))
    for some in _some(found.decisions):
        connection.execute(delete(DecisionRow).where(DecisionRow.id.in_(some)))
    if found.pages:
        _delete_pages(connection, found.pages)
    if "change" in tables:
        for decision_id in found.decisions:
            connection.execute(
                insert(ChangeRow).values(
                    decision_id=decision_id, kind=ChangeKind.ERASED.value, at=at
                )
            )
    _forget_names(connection, names, tables, at)
    _forget_remarks(connection, erased, tables)
    return numbers


def drop(connection: Connection, page_ids: Sequence[int]) -> None:
    """Delete captures that no version of a decision was read from."""
    kept = set(
        connection.execute(
            select(RevisionPageRow.page_id).where(RevisionPageRow.page_id.in_(page_ids))
        ).scalars()
    )
    _delete_pages(connection, [page_id for page_id in page_ids if page_id not in kept])


def drop_naming(connection: Connection, erased: Erased, page_ids: Sequence[int]) -> None:
    """Delete those of some refused captures that name an erased decision."""
    rows = connection.execute(
        select(PageRow.id, PageRow.sha256).where(PageRow.id.in_(page_ids))
    ).all()
    drop(
        connection,
        [row.id for row in rows if erased.mentions(_text(connection, row.sha256))],
    )


def _spellings(connection: Connection, decisions: Iterable[int]) -> set[str]:
    names: set[str] = set()
    for some in _some(decisions):
        names.update(
            connection.execute(
                select(DecisionRow.body_name).where(DecisionRow.id.in_(some))
            ).scalars()
        )
    return names


def _delete_pages(connection: Connection, pages: Sequence[int]) -> None:
    """Delete captures. Bytes that others refer to are handed on to the first of those."""
    doomed = set(pages)
    heirs: dict[int, list[int]] = {}
    for some in _some(pages):
        for page_id, holder in connection.execute(
            select(PageRow.id, PageRow.body_page_id)
            .where(PageRow.body_page_id.in_(some))
            .order_by(PageRow.id)
        ):
            if page_id not in doomed and holder is not None:
                heirs.setdefault(holder, []).append(page_id)
    for holder, left in heirs.items():
        body = connection.execute(
            select(PageRow.body_zstd).where(PageRow.id == holder)
        ).scalar_one()
        connection.execute(
            update(PageRow).where(PageRow.id == left[0]).values(body_zstd=body, body_page_id=None)
        )
        for some in _some(left[1:]):
            connection.execute(
                update(PageRow).where(PageRow.id.in_(some)).values(body_page_id=left[0])
            )
    for some in _some(pages):
        connection.execute(update(PageRow).where(PageRow.id.in_(some)).values(body_page_id=None))
    for some in _some(pages):
        connection.execute(delete(PageRow).where(PageRow.id.in_(some)))


def _forget_names(connection: Connection, names: set[str], tables: set[str], at: datetime) -> None:
    """Spellings of bodies that stood in these titles only, and bodies left without any.

    A spelling that a rule noted and no title has (any more) goes too: it was an earlier version's.
    """
    used = select(DecisionRow.body_name)
    if "body_name" not in tables:
        connection.execute(delete(BodyRow).where(BodyRow.id.not_in(select(DecisionRow.body_id))))
        return
    unused = connection.execute(
        select(BodyNameRow.id, BodyNameRow.name, BodyNameRow.body_id, BodyNameRow.said_by).where(
            BodyNameRow.name.not_in(used)
        )
    ).all()
    ours = (Said.RULE.value, Said.PERSON.value)
    gone = [
        row
        for row in unused
        if row.said_by == Said.RULE.value or (row.name in names and row.said_by in ours)
    ]
    for some in _some([row.id for row in gone]):
        connection.execute(delete(BodyNameRow).where(BodyNameRow.id.in_(some)))
    for row in gone:
        connection.execute(
            update(BodyNameRow)
            .where(BodyNameRow.before.contains(_in_json(row.name), autoescape=True))
            .values(before=None)
        )
    for body_id in dict.fromkeys(row.body_id for row in gone):
        _name_again(connection, body_id, {row.name for row in gone}, at)


def _in_json(name: str) -> str:
    return json.dumps(name)[1:-1]


def _name_again(connection: Connection, body_id: int, gone: set[str], at: datetime) -> None:
    """Call a body by a spelling that is left; without any it is no more."""
    left = connection.execute(
        select(BodyNameRow.name, func.count(DecisionRow.id))
        .outerjoin(DecisionRow, DecisionRow.body_name == BodyNameRow.name)
        .where(BodyNameRow.body_id == body_id)
        .group_by(BodyNameRow.id, BodyNameRow.name)
        .order_by(func.count(DecisionRow.id).desc(), BodyNameRow.id)
    ).all()
    if not left:
        connection.execute(
            update(BodyRow)
            .where(BodyRow.successor_id == body_id)
            .values(successor_id=None, successor_id_by=None)
        )
        connection.execute(delete(BodyRow).where(BodyRow.id == body_id))
        return
    name = connection.execute(select(BodyRow.name).where(BodyRow.id == body_id)).scalar_one()
    if name in gone:
        connection.execute(update(BodyRow).where(BodyRow.id == body_id).values(name=left[0].name))
        body_rows.note(connection, body_rows.decisions_of(connection, body_id), at)


def _forget_remarks(connection: Connection, erased: Erased, tables: set[str]) -> None:
    """Our own sentences about other entries and runs that name an erased decision."""
    if "listed" in tables:
        for row in connection.execute(
            select(ListedRow.id, ListedRow.last_error).where(ListedRow.last_error.is_not(None))
        ).all():
            if erased.mentions(str(row.last_error)):
                connection.execute(
                    update(ListedRow).where(ListedRow.id == row.id).values(last_error=TAKEN_OUT)
                )
    if "crawl" in tables:
        for row in connection.execute(
            select(CrawlRow.id, CrawlRow.note).where(CrawlRow.note != "")
        ).all():
            if erased.mentions(row.note):
                connection.execute(
                    update(CrawlRow).where(CrawlRow.id == row.id).values(note=TAKEN_OUT)
                )


def _some(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = list(ids)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
