"""Is every stored page what came: bytes, hash, and the little that is noted beside it.

Reads raw values, one row at a time, and believes none of them. Nothing is unpacked beyond
``captures.MAX_BODY``, whatever the bytes say of themselves.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from archive import captures
from archive.errors import DatabaseUnusable
from archive.fault import RESTORE, Fault, Mend, Scope, Tally, short
from archive.ports import Steps

BATCH = 50
FEW_BITS = 8
"""Bits by which stored bytes may differ from those that packing the page again gives, for that to
be a flip: another version of Zstandard differs in far more."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_REFETCH = (
    "run `decisions repair`: it asks the site for this page again; if the decision has left the "
    "site, only a backup has it"
)

_PAGES = text(
    """
    SELECT p.id, p.url, p.final_url, p.fetched_at, p.status, p.headers, p.body_page_id, p.sha256,
           p.refused, h.sha256 AS held_sha256, h.body_zstd IS NOT NULL AS held,
           LENGTH(p.body_zstd) AS size,
           CASE WHEN LENGTH(p.body_zstd) <= :most THEN p.body_zstd END AS body
    FROM page p LEFT JOIN page h ON h.id = p.body_page_id
    WHERE p.id > :after AND p.id % :parts = :part
    ORDER BY p.id LIMIT :batch
    """
)
_COUNT = text("SELECT COUNT(*) FROM page WHERE id % :parts = :part")
_RESTING = text(
    """
    SELECT DISTINCT d.id, d.reference FROM decision d
    JOIN revision r ON r.decision_id = d.id
    JOIN revision_page rp ON rp.revision_id = r.id
    WHERE rp.page_id = :page
       OR rp.page_id IN (SELECT id FROM page WHERE body_page_id = :page)
    ORDER BY d.id
    """
)


def page_faults(
    connection: Connection, scope: Scope, tally: Tally, steps: Steps
) -> Iterator[Fault]:
    """Every page of the scope's part. ``tally.bad_pages`` gets the numbers of damaged ones."""
    share = {"part": scope.part, "parts": scope.parts}
    steps.stage("pages", connection.execute(_COUNT, share).scalar_one())
    after, aside = 0, 0
    while True:
        seen = 0
        asked = {"after": after, "most": captures.MAX_BODY, "batch": BATCH, **share}
        for row in connection.execute(_PAGES, asked):
            after, seen = row.id, seen + 1
            tally.checked["pages"] += 1
            problem = _problem(row)
            if row.refused == captures.DAMAGED:
                # Known, told of and put aside by a repair: its place has been taken.
                aside += problem is not None
            elif problem is not None:
                tally.bad_pages.add(row.id)
                yield _fault(connection, row, problem)
            steps.step()
        if not seen:
            break
    if aside:
        tally.not_checked.append(
            f"damaged pages that a repair has put aside: {aside:,} "
            f"(page.refused = '{captures.DAMAGED}')"
        )


def _fault(connection: Connection, row: Any, problem: str) -> Fault:
    resting = connection.execute(_RESTING, {"page": row.id}).all()
    others = f"; {len(resting)} decisions rest on it" if len(resting) > 1 else ""
    what = f"page {row.id} is damaged: {problem}{others}"
    if not resting:
        return Fault(
            "pages",
            f"{what}; no decision rests on it",
            f"nothing is lost but this capture; {RESTORE}",
            url=_text(row.url),
            page_id=row.id,
            mend=Mend.REFETCH,
        )
    return Fault(
        "pages",
        what,
        _REFETCH,
        reference=_text(resting[0].reference),
        url=_text(row.url),
        page_id=row.id,
        decision_id=resting[0].id,
        mend=Mend.REFETCH,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _problem(row: Any) -> str | None:
    """What is wrong with a row of ``page``, None where it is sound."""
    for name in ("url", "final_url", "headers", "sha256"):
        if not isinstance(getattr(row, name), str):
            return f"its {name} is no text"
    if not _SHA256.fullmatch(row.sha256):
        return f"its hash is no SHA-256 ({short(row.sha256)})"
    if not isinstance(row.status, int) or not 100 <= row.status <= 599:
        return f"its HTTP status is {short(row.status)}"
    try:
        if not isinstance(row.fetched_at, datetime):
            datetime.fromisoformat(row.fetched_at)
    except (TypeError, ValueError):
        return f"its time of fetching is {short(row.fetched_at)}"
    if not _headers(row.headers):
        return "its headers are no list of pairs"
    if row.body_page_id is not None:
        if row.size is not None:
            return "it has bytes of its own and says that another page has them"
        if not row.held:
            return f"page {row.body_page_id}, which should have its bytes, has none"
        if row.held_sha256 != row.sha256:
            return f"page {row.body_page_id}, which should have its bytes, has others"
        return None
    if row.size is None:
        return "it has no bytes"
    if row.size > captures.MAX_BODY:
        return f"it claims {row.size:,} packed bytes"
    return _bytes_problem(row.body, row.sha256)


def _headers(stored: str) -> bool:
    try:
        pairs = json.loads(stored)
    except (ValueError, RecursionError):
        return False
    return isinstance(pairs, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
        for pair in pairs
    )


def _bytes_problem(packed: object, sha256: str) -> str | None:
    try:
        body = captures.unpack(packed)
    except DatabaseUnusable as error:
        return str(error)
    if hashlib.sha256(body).hexdigest() != sha256:
        return "its bytes do not have the stored SHA-256"
    again = captures.pack(body)
    stored = bytes(packed)  # type: ignore[call-overload]  # it was unpacked
    if len(again) == len(stored) and again != stored:
        # Some bits of a Zstandard frame mean nothing: the page is whole, but the disk has changed.
        apart = int.from_bytes(again) ^ int.from_bytes(stored)
        if apart.bit_count() <= FEW_BITS:
            return (
                f"{apart.bit_count()} of its stored bits have flipped; the page itself still comes "
                "out whole"
            )
    return None
