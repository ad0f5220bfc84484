"""The stored pages as a web archive file (WARC/1.1, ISO 28500:2017), by warcio.

Each page is a ``response`` record with the bytes as they are stored, dated when it was captured,
and a ``metadata`` record that says which decision and version it is and its SHA-256. The stored
bytes have no transfer or content coding any more, so headers that speak of one are kept under
``x-archive-orig-…``, as replay tools expect, and the length is that of the bytes.

By default: the current version of every decision that may be passed on whole. A capture that was
refused may hold words of a decision all the same, so those at the address of one that is withheld
stay here too, asked for or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from archive import captures, loading
from archive.exporting.job import Job
from archive.ledger import DecisionUrlRow, PageRow, RevisionPageRow, RevisionRow
from archive.passing_on import withheld
from archive.records import Page, StoredDecision, reference_slug

MOVED = ("content-encoding", "transfer-encoding", "content-length")
"""Headers about the bytes on the wire, which are no longer what is stored."""

_REFUSED_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Held:
    """One page to write: its number, and what is known of it."""

    page_id: int
    told: tuple[tuple[str, str], ...]


def write(path: Path, job: Job) -> int:
    """Write the pages to a path; ``.gz`` members, as is usual. Gives the pages written."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    seen: set[int] = set()
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="WARC/1.1")
        writer.write_record(writer.create_warcinfo_record("", _info(job)))
        for batch in _pages(job):
            loaded = captures.load_many(job.chosen.connection, [held.page_id for held in batch])
            for held in batch:
                page = loaded[held.page_id]
                if not isinstance(page, Page):
                    raise page
                if held.page_id not in seen:
                    seen.add(held.page_id)
                    _write_page(writer, StatusAndHeaders, page, held.told)
    return len(seen)


def _info(job: Job) -> dict[str, str]:
    about = job.about
    said = "; ".join(f"{head}: {line}" for head, line in about.lines())
    return {
        "software": about.tool,
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "description": " ".join(said.split()),
        "isPartOf": about.archive_id,
        "robots": "obeyed",
    }


def _pages(job: Job) -> Iterator[list[_Held]]:
    for batch in job.batches():
        yield list(_of_decisions(job, [s for s in batch.decisions if s.id in batch.open_ids]))
    if job.include_refused:
        yield from _refused(job)


def _of_decisions(job: Job, decisions: list[StoredDecision]) -> Iterator[_Held]:
    by_id = {stored.id: stored for stored in decisions}
    rows = job.chosen.connection.execute(
        select(RevisionRow.decision_id, RevisionRow.number, RevisionPageRow.page_id)
        .join(RevisionPageRow, RevisionPageRow.revision_id == RevisionRow.id)
        .where(RevisionRow.decision_id.in_(by_id))
        .order_by(RevisionRow.decision_id, RevisionRow.number, RevisionPageRow.position)
    )
    for decision_id, number, page_id in rows:
        stored = by_id[decision_id]
        if number == stored.revision or job.all_versions:
            key = f"{reference_slug(stored.decision.reference)}@{number}"
            told = [
                ("source", stored.decision.source),
                ("reference", stored.decision.reference),
                ("decision-key", key),
                ("status", stored.status.value),
            ]
            if stored.status_since is not None:
                told.append(("status-since", stored.status_since.isoformat()))
            yield _Held(page_id, tuple(told))


def _refused(job: Job) -> Iterator[list[_Held]]:
    after = 0
    while True:
        rows = job.chosen.connection.execute(
            select(PageRow.id, PageRow.url, PageRow.refused)
            .where(PageRow.id > after, PageRow.refused.is_not(None))
            .order_by(PageRow.id)
            .limit(_REFUSED_BATCH)
        ).all()
        if not rows:
            return
        closed = _withheld_addresses(job, {_address(row.url) for row in rows})
        yield [
            _Held(row.id, (("refused", str(row.refused)),))
            for row in rows
            if _address(row.url) not in closed
        ]
        after = rows[-1].id


def _address(url: str) -> str:
    """The decision's address, whichever chapter of it was asked for."""
    return url.partition("?")[0]


def _withheld_addresses(job: Job, addresses: set[str]) -> set[str]:
    """Those of the addresses at which a decision was found that is not passed on."""
    connection = job.chosen.connection
    found = connection.execute(
        select(DecisionUrlRow.decision_id, DecisionUrlRow.url).where(
            DecisionUrlRow.url.in_(addresses)
        )
    ).all()
    withdrawn = job.chosen.scope.include_withdrawn
    closed = {
        stored.id
        for stored in loading.load(connection, sorted({row.decision_id for row in found}))
        if withheld(stored, withdrawn=withdrawn)
    }
    return {row.url for row in found if row.decision_id in closed}


def _write_page(writer: Any, heads: Any, page: Page, told: tuple[tuple[str, str], ...]) -> None:
    headers = [
        (f"x-archive-orig-{name}" if name in MOVED else name, _one_line(value))
        for name, value in page.headers
    ]
    headers.append(("content-length", str(len(page.body))))
    try:
        phrase = HTTPStatus(page.status).phrase
    except ValueError:
        phrase = "Unknown"
    response = writer.create_warc_record(
        page.final_url,
        "response",
        payload=BytesIO(page.body),
        length=len(page.body),
        http_headers=heads(f"{page.status} {phrase}", headers, protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": f"{page.fetched_at:%Y-%m-%dT%H:%M:%S.%fZ}"},
    )
    writer.write_record(response)
    fields = [*told, ("sha256", page.sha256)]
    if page.url != page.final_url:
        fields.append(("requested-url", page.url))
    text = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields).encode("utf-8")
    metadata = writer.create_warc_record(
        page.final_url,
        "metadata",
        payload=BytesIO(text),
        length=len(text),
        warc_content_type="application/warc-fields",
        warc_headers_dict={
            "WARC-Date": response.rec_headers.get_header("WARC-Date"),
            "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
        },
    )
    writer.write_record(metadata)


def _one_line(text: str) -> str:
    """A header of hostile origin must not begin a new one."""
    return " ".join(text.split())
