"""The full-text index against its archive: is it whole, of this archive, and does it say the same.

The index is looked at first and the archive after it, so an archive that is being written to can
only be ahead; what changed after the index's own cursor is not held against it.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from archive.fault import MOST_SHOWN, REINDEX, Fault, Mend, Tally, short
from archive.records import IndexContents

BATCH = 2000


def index_faults(connection: Connection, contents: IndexContents, tally: Tally) -> Iterator[Fault]:
    """What the index has otherwise than the archive, by reference and hash, both ways."""
    tally.checked["index_files"] += contents.files
    tally.not_checked.extend(contents.not_checked)
    decisions = connection.execute(text("SELECT COUNT(*) FROM decision")).scalar_one()
    if contents.missing:
        if decisions:
            yield _fault("index", "there is no search index", do="run `decisions index`")
        return
    for sentence in contents.damage:
        yield _fault("index", sentence)
    if contents.held is None:
        if not contents.damage:
            yield _fault("index", "its contents could not be read")
        return
    identity = _identity(connection)
    if identity != (contents.archive_id, contents.epoch):
        yield _fault("manifest", "the index is of another archive, or of this one before a restore")
        return
    newest = connection.execute(text("SELECT MAX(id) FROM change")).scalar_one() or 0
    if contents.cursor > newest:
        yield _fault(
            "manifest",
            f"the index has followed to change {contents.cursor}, the archive's newest is {newest}",
        )
        return
    if contents.documents != len(contents.held):
        yield _fault(
            "manifest",
            f"it says that the index holds {contents.documents} decisions; it holds "
            f"{len(contents.held)}",
        )
    for shown, fault in enumerate(_compare(connection, contents, newest, tally)):
        if shown == MOST_SHOWN:
            yield _fault("index", "there are more differences of this kind")
            return
        yield fault


def _fault(check: str, what: str, *, do: str = REINDEX, reference: str | None = None) -> Fault:
    return Fault(check, what, do, reference=reference, mend=Mend.INDEX)


def _identity(connection: Connection) -> tuple[str, str]:
    held: dict[str, object] = {
        row[0]: row[1] for row in connection.execute(text("SELECT key, value FROM archive_meta"))
    }
    return str(held.get("archive_id")), str(held.get("epoch"))


def _compare(
    connection: Connection, contents: IndexContents, newest: int, tally: Tally
) -> Iterator[Fault]:
    held = contents.held or {}
    since = set(
        connection.execute(
            text("SELECT DISTINCT decision_id FROM change WHERE id > :cursor"),
            {"cursor": contents.cursor},
        ).scalars()
    )
    if since:
        tally.not_checked.append(
            f"{len(since):,} decisions in the index: it is behind the archive by changes "
            f"{contents.cursor + 1} to {newest} (`decisions index`, or the running crawl, follows)"
        )
    unseen = held.keys() - since
    after = 0
    while True:
        rows = connection.execute(
            text(
                "SELECT id, reference, reference_key, content_sha256 FROM decision "
                "WHERE id > :after ORDER BY id LIMIT :batch"
            ),
            {"after": after, "batch": BATCH},
        ).all()
        if not rows:
            break
        after = rows[-1].id
        for row in rows:
            if row.id in since:
                continue
            tally.checked["indexed"] += 1
            unseen.discard(row.id)
            yield from _one(row.reference, held.get(row.id), row.reference_key, row.content_sha256)
    for number in sorted(unseen):
        yield _fault(
            "index",
            f"the index holds decision number {number} ({short(held[number][0])}), which is not in "
            "the archive",
        )


def _one(
    reference: object, held: tuple[str, str] | None, key: object, content: object
) -> Iterator[Fault]:
    name = reference if isinstance(reference, str) else None
    if held is None:
        yield _fault("index", "it is not in the index: no search finds it", reference=name)
    elif held[0] != key:
        yield _fault("index", f"the index has it as {short(held[0])}", reference=name)
    elif held[1] != content:
        yield _fault("index", "the index has another text of it", reference=name)
