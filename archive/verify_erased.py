"""Does anything stand here that was erased? A tombstone's reference must be in no table.

A tombstone keeps a keyed hash of the reference, so each reference that is held is tried on each
key; lists of several archives bring several keys.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, text

from archive.fault import RESTORE, Fault, Tally, short
from archive.records import reference_key

BATCH = 2000
_AGAIN = "run `decisions erase` with this reference again: it takes out what is left"


def erased_faults(connection: Connection, tally: Tally) -> Iterator[Fault]:
    """Erasures that are not complete, and references that came back."""
    stones: defaultdict[str, dict[bytes, set[str]]] = defaultdict(dict)
    for row in connection.execute(
        text("SELECT id, source, hash_key, reference_hash, finished_at, left_to_do FROM erased")
    ).all():
        tally.checked["erasures"] += 1
        try:
            key = bytes.fromhex(row.hash_key)
        except (TypeError, ValueError):
            yield Fault("erased", f"erasure {row.id} has no key that can be read", RESTORE)
            continue
        stones[row.source].setdefault(key, set()).add(row.reference_hash)
        if row.finished_at is None:
            yield Fault(
                "erased",
                f"erasure {row.id} is not complete; left to do: {short(row.left_to_do)}",
                "run `decisions erase` again: it carries on where it stopped",
            )
    for source, keys in stones.items():
        for table in ("decision", "listed"):
            yield from _standing(connection, source, keys, table)


def _standing(
    connection: Connection, source: str, keys: dict[bytes, set[str]], table: str
) -> Iterator[Fault]:
    after = 0
    while rows := connection.execute(
        text(
            f"SELECT t.id, t.reference, t.url FROM {table} t JOIN source s ON s.id = t.source_id "  # noqa: S608 - one of two names above
            "WHERE s.key = :source AND t.id > :after ORDER BY t.id LIMIT :batch"
        ),
        {"source": source, "after": after, "batch": BATCH},
    ).all():
        after = rows[-1].id
        for row in rows:
            if any(_hash(key, source, row.reference) in hashes for key, hashes in keys.items()):
                yield Fault(
                    "erased",
                    f"it was erased, and stands in {table} (number {row.id})",
                    _AGAIN,
                    reference=row.reference,
                )


def _hash(key: bytes, source: str, reference: object) -> str:
    """The hash of a tombstone, as ``erased.reference_hash`` has it."""
    message = f"{source}\x00reference\x00{reference_key(str(reference))}"
    return hmac.digest(key, message.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()
