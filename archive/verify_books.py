"""Do the archive's books agree with each other: versions, change log, ledger of what is listed.

Reads rows in the order of their numbers and keeps a few bytes for each decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, text

from archive.fault import MOST_SHOWN, REPAIR, RESTORE, Fault, Mend, Tally, short
from archive.records import ChangeKind, Status, reference_key

BATCH = 2000
_LEAVING = {
    ChangeKind.WITHDRAWN.value: Status.WITHDRAWN.value,
    ChangeKind.EXPIRED.value: Status.EXPIRED.value,
    ChangeKind.RESTORED.value: Status.LIVE.value,
}
"""Kind of change → the status a decision has after it."""

_KINDS = {kind.value for kind in ChangeKind}
_LIST_AGAIN = f"run `decisions crawl`, which lists it again; {REPAIR} does what can be done offline"


@dataclass(slots=True)
class _Story:
    """What the change log has told of a decision so far."""

    revision: int = 0
    status: str = Status.LIVE.value
    erased: bool = False
    begun: bool = False
    lost: int | None = None


def change_faults(connection: Connection, tally: Tally) -> Iterator[Fault]:
    """Change log against versions and statuses."""
    stories: dict[int, _Story] = {}
    for row in _changes(connection):
        tally.checked["changes"] += 1
        yield from _change(row, stories)
    held: set[int] = set()
    for row in _decisions(connection):
        held.add(row.id)
        yield from _against_log(row, stories.get(row.id))
    for number, story in stories.items():
        if number not in held and not story.erased:
            yield Fault(
                "changes",
                f"the change log tells of decision number {number}, which is not there and was "
                "never erased",
                f"a decision was lost: {RESTORE}",
                decision_id=number,
            )
    if connection.dialect.name == "sqlite":
        yield from _numbers(connection)


def _changes(connection: Connection) -> Iterator[Any]:
    after: object = None
    statement = text(
        "SELECT c.id, c.decision_id, c.kind, c.revision_id, r.number, r.decision_id AS owner "
        "FROM change c LEFT JOIN revision r ON r.id = c.revision_id "
        "WHERE c.id > :after ORDER BY c.id LIMIT :batch"
    )
    after = connection.execute(text("SELECT MIN(id) - 1 FROM change")).scalar_one()
    while after is not None:
        rows = connection.execute(statement, {"after": after, "batch": BATCH}).all()
        yield from rows
        after = rows[-1].id if rows else None


def _change(row: Any, stories: dict[int, _Story]) -> Iterator[Fault]:
    def fault(what: str, do: str = RESTORE) -> Fault:
        return Fault("changes", f"change {row.id}: {what}", do, decision_id=row.decision_id)

    if row.id < 1:
        yield fault("numbers of changes begin at 1")
    if row.kind not in _KINDS:
        yield fault(f"its kind is {short(row.kind)}")
        return
    story = stories.setdefault(row.decision_id, _Story())
    if story.erased:
        yield fault(f"decision number {row.decision_id} was erased before it")
    if row.number is not None and row.owner != row.decision_id:
        yield fault(f"it names a version of decision number {row.owner}, not of its own")
    elif row.number is not None:
        if row.number < story.revision:
            yield fault(
                f"it is about version {row.number} of decision number {row.decision_id}, after one "
                f"about version {story.revision}: the order of the log was changed"
            )
        if row.kind == ChangeKind.AMENDED and row.number <= story.revision:
            yield fault(f"it says that version {row.number} is new, which an earlier one has told")
        story.revision = max(story.revision, row.number)
    if row.kind == ChangeKind.ADDED:
        if story.begun:
            yield fault(f"decision number {row.decision_id} is added once more")
    elif not story.begun and row.kind != ChangeKind.ERASED:
        yield fault(
            f"it tells of decision number {row.decision_id} before it was added: the order of the "
            "log was changed, or a part is gone"
        )
    if row.number is None and row.kind in (ChangeKind.ADDED, ChangeKind.AMENDED):
        # Right for an erased decision only, which a later row must then say.
        story.lost = row.id
    story.begun = True
    story.status = _LEAVING.get(row.kind, story.status)
    story.erased = row.kind == ChangeKind.ERASED


def _decisions(connection: Connection) -> Iterator[Any]:
    after = 0
    statement = text(
        "SELECT d.id, d.reference, d.reference_key, d.url, d.status, d.status_since, "
        "d.first_crawl_id, d.first_seen_at, d.last_seen_at, "
        "(SELECT COUNT(*) FROM revision r WHERE r.decision_id = d.id) AS versions, "
        "(SELECT MAX(r.number) FROM revision r WHERE r.decision_id = d.id) AS newest, "
        "(SELECT MIN(r.number) FROM revision r WHERE r.decision_id = d.id) AS oldest "
        "FROM decision d WHERE d.id > :after ORDER BY d.id LIMIT :batch"
    )
    while True:
        rows = connection.execute(statement, {"after": after, "batch": BATCH}).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].id


def _against_log(row: Any, story: _Story | None) -> Iterator[Fault]:
    def fault(what: str, do: str = RESTORE) -> Fault:
        return Fault("changes", what, do, *_named(row), decision_id=row.id)

    if not row.versions:
        yield fault("it has no version")
    elif (row.oldest, row.newest) != (1, row.versions):
        yield fault(f"its versions are not numbered from 1 to {row.versions}; some are gone")
    if story is None:
        yield fault("the change log does not know it, so no index would ever hear of it")
        return
    if story.lost is not None:
        yield fault(f"change {story.lost} tells of a version of it that is not there")
    if row.newest is not None and story.revision != row.newest:
        yield fault(
            f"its newest version is {row.newest}, the change log tells of version {story.revision}"
        )
    if (
        row.status == Status.EXPIRED
        and row.status_since is None
        and row.first_crawl_id is None
        and story.status == Status.LIVE
    ):
        # Imported when its time was over by the publisher's rule: nobody saw it leave.
        return
    if row.status != story.status:
        yield fault(f"its status is {short(row.status)}, the change log says {story.status}")
    if (row.status == Status.LIVE.value) != (row.status_since is None):
        yield fault(f"its status is {short(row.status)}, since {short(row.status_since)}")


def _named(row: Any) -> tuple[str | None, str | None]:
    reference = row.reference if isinstance(row.reference, str) else None
    return reference, row.url if isinstance(row.url, str) else None


def _numbers(connection: Connection) -> Iterator[Fault]:
    """SQLite's own book of numbers given must not be behind, or one would be used again."""
    given: dict[str, int] = {
        row[0]: row[1] for row in connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
    }
    for table in ("decision", "change"):
        newest = connection.execute(text(f'SELECT MAX(id) FROM "{table}"')).scalar_one()  # noqa: S608 - two names above
        if newest is not None and newest > given.get(table, 0):
            yield Fault(
                "changes",
                f"{table} holds number {newest}, but SQLite thinks that it has given "
                f"{given.get(table, 0)}: a number could be used twice",
                RESTORE,
            )


# --- the ledger ---------------------------------------------------------------------------

_LISTED = text(
    """
    SELECT l.id, l.reference, l.reference_key, l.url, l.state, l.attempts, l.misses,
           l.missing_runs, l.decision_id, l.source_id, l.first_listed_at, l.last_listed_at,
           d.reference_key AS held_key, d.source_id AS held_source, d.status
    FROM listed l LEFT JOIN decision d ON d.id = l.decision_id
    WHERE l.id > :after ORDER BY l.id LIMIT :batch
    """
)
_UNLISTED = text(
    """
    SELECT d.id, d.reference, d.url FROM decision d
    WHERE d.first_crawl_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM listed l WHERE l.decision_id = d.id)
    ORDER BY d.id LIMIT :most
    """
)
_ALL_GONE = text(
    """
    SELECT d.id, d.reference, d.url FROM decision d
    WHERE d.status = 'live'
      AND EXISTS (SELECT 1 FROM listed l WHERE l.decision_id = d.id)
      AND NOT EXISTS (SELECT 1 FROM listed l WHERE l.decision_id = d.id AND l.state <> 'gone')
    ORDER BY d.id LIMIT :most
    """
)
_WINDOWS = text(
    """
    SELECT w.id, w.body, w.first_day, w.last_day, w.stated, w.found, w.proven_at, w.state,
           w.mismatches,
           EXISTS (SELECT 1 FROM crawl c
                   WHERE c.id = (SELECT MAX(n.id) FROM crawl n WHERE n.source_id = w.source_id)
                     AND c.finished_at IS NULL AND c.started_at <= w.opened_at) AS halfway
    FROM listing_window w ORDER BY w.id
    """
)
_PARTS = text(
    """
    SELECT COUNT(*) FROM listing_window w
    WHERE w.source_id = (SELECT source_id FROM listing_window WHERE id = :id)
      AND w.body = :body AND w.id <> :id
      AND w.first_day >= :first AND w.last_day <= :last
    """
).bindparams(bindparam("first"), bindparam("last"))


def ledger_faults(connection: Connection, tally: Tally) -> Iterator[Fault]:
    """What is listed against what is held, and the windows' own sums."""
    after = 0
    while rows := connection.execute(_LISTED, {"after": after, "batch": BATCH}).all():
        for row in rows:
            tally.checked["listed"] += 1
            yield from _listed(row)
        after = rows[-1].id
    for row in connection.execute(_UNLISTED, {"most": MOST_SHOWN}):
        yield Fault(
            "ledger",
            "it was archived from the list, but no entry of the list says so",
            _LIST_AGAIN,
            *_named(row),
            decision_id=row.id,
        )
    for row in connection.execute(_ALL_GONE, {"most": MOST_SHOWN}):
        yield Fault(
            "ledger",
            "every entry of it has left the list, but it is kept as standing on the site",
            RESTORE,
            *_named(row),
            decision_id=row.id,
        )
    for row in connection.execute(_WINDOWS).all():
        tally.checked["windows"] += 1
        yield from _window(connection, row)
        if _being_divided(row):
            tally.not_checked.append(
                f"the parts of window {row.id}, decisions dated {row.first_day} to {row.last_day}: "
                "a crawl is dividing it, or was cut short there; the next one goes on"
            )


def _listed(row: Any) -> Iterator[Fault]:
    def fault(what: str, do: str = _LIST_AGAIN, mend: Mend | None = None) -> Fault:
        return Fault(
            "ledger",
            f"entry {row.id} of the list: {what}",
            do,
            *_named(row),
            decision_id=row.decision_id,
            mend=mend,
            row=("listed", row.id),
        )

    again = Mend.LIST_AGAIN
    if not isinstance(row.reference, str) or reference_key(row.reference) != row.reference_key:
        yield fault("its key is not that of its reference", RESTORE)
    if row.state == "held" and row.decision_id is None:
        yield fault("it is booked as archived, but no decision belongs to it", REPAIR, again)
    elif row.decision_id is not None and row.held_key is None:
        yield fault(f"decision number {row.decision_id} is not there", REPAIR, again)
    elif row.decision_id is not None and (row.held_key, row.held_source) != (
        row.reference_key,
        row.source_id,
    ):
        yield fault(
            f"it is booked as decision number {row.decision_id}, which is another one",
            REPAIR,
            again,
        )
    elif row.state == "held" and row.status not in (None, Status.LIVE.value):
        yield fault(
            f"it is booked as standing on the site, its decision as {row.status}", REPAIR, again
        )
    for name in ("attempts", "misses", "missing_runs"):
        value = getattr(row, name)
        if not isinstance(value, int) or value < 0:
            yield fault(f"its {name} are {short(value)}", RESTORE)
    if str(row.first_listed_at) > str(row.last_listed_at):
        yield fault("it was last seen before it was first seen", RESTORE)


def _window(connection: Connection, row: Any) -> Iterator[Fault]:
    def fault(what: str) -> Fault:
        return Fault(
            "ledger",
            f"window {row.id}, decisions dated {row.first_day} to {row.last_day}: {what}",
            f"{REPAIR}, then `decisions crawl`: these dates are listed again",
            mend=Mend.LIST_AGAIN,
            row=("listing_window", row.id),
        )

    if str(row.first_day) > str(row.last_day):
        yield fault("it ends before it begins")
    for name in ("stated", "found"):
        value = getattr(row, name)
        if value is not None and (not isinstance(value, int) or value < 0):
            yield fault(f"its count ({name}) is {short(value)}")
            return
    if row.state == "proven" and (row.proven_at is None or row.stated is None):
        yield fault("it is booked as proven without a count or a time")
    elif row.state == "proven" and row.stated != row.found:
        yield fault(f"it is booked as proven, but {row.found} were found of {row.stated}")
    if row.state == "split" and not _being_divided(row):
        parts = connection.execute(
            _PARTS, {"id": row.id, "body": row.body, "first": row.first_day, "last": row.last_day}
        ).scalar_one()
        if parts < 2:
            yield fault("it is booked as divided, but its parts are not in the books")


def _being_divided(row: Any) -> bool:
    """Whether a run that has not ended divided it, and did not yet come to add up its parts."""
    return bool(row.state == "split" and row.found is None and row.halfway)
