"""Does anything stand here that was erased? No table may hold what a tombstone knows.

A tombstone keeps keyed hashes of the reference and the addresses, so each one that is held is tried
on it (``archive.tombstones.Erased``).
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from archive.fault import Fault, Tally
from archive.tombstone_rows import load
from archive.tombstones import Erased

BATCH = 2000
_AGAIN = "run `decisions erase` with this reference again: it takes out what is left"
_HELD = {
    "decision": "SELECT t.id, s.key, t.reference, t.url FROM decision t "
    "JOIN source s ON s.id = t.source_id WHERE t.id > :after ORDER BY t.id LIMIT :batch",
    "listed": "SELECT t.id, s.key, t.reference, t.url FROM listed t "
    "JOIN source s ON s.id = t.source_id WHERE t.id > :after ORDER BY t.id LIMIT :batch",
    "page": "SELECT t.id, NULL AS key, NULL AS reference, t.url FROM page t "
    "WHERE t.id > :after ORDER BY t.id LIMIT :batch",
}
"""Table → its references and addresses, by number."""


def erased_faults(connection: Connection, tally: Tally) -> Iterator[Fault]:
    """Erasures that are not complete, and what was erased and stands here."""
    erasures = load(connection)
    tally.checked["erasures"] += len(erasures)
    for erasure in erasures:
        if erasure.finished_at is None or erasure.left:
            left = ", ".join(erasure.left) or "unknown"
            yield Fault(
                "erased",
                f"erasure {erasure.id} is not complete; left to do: {left}",
                "run `decisions erase` again: it carries on where it stopped",
            )
    if not erasures:
        return
    erased = Erased([erasure.stone for erasure in erasures])
    for table, statement in _HELD.items():
        yield from _standing(connection, erased, table, statement)


def _standing(
    connection: Connection, erased: Erased, table: str, statement: str
) -> Iterator[Fault]:
    after = 0
    while rows := connection.execute(text(statement), {"after": after, "batch": BATCH}).all():
        after = rows[-1].id
        for row in rows:
            reference = row.reference if isinstance(row.reference, str) else None
            url = row.url if isinstance(row.url, str) else None
            by_name = reference is not None and erased.reference(reference, row.key)
            if by_name or (url is not None and erased.url(url, row.key)):
                yield Fault(
                    "erased",
                    f"it was erased, and stands in {table} (number {row.id})",
                    _AGAIN,
                    reference=reference,
                    url=url,
                    page_id=row.id if table == "page" else None,
                )
