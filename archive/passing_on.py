"""What may leave the archive of a decision: on its pages, in feeds, alerts and exports.

A text that the Ombudsman withdrew before its time may have been withdrawn because somebody could be
recognised in it: such a decision goes out with its reference, its date and a notice alone.
"""

from __future__ import annotations

from dataclasses import replace

from archive.records import Status, StoredDecision

WITHDRAWN_NOTICE = (
    "No longer on the Ombudsman's site, which took it down before the usual time; the text is not "
    "passed on."
)


def for_others(stored: StoredDecision) -> StoredDecision:
    """The decision as it may leave the archive: a withdrawn one without its words."""
    if stored.status is not Status.WITHDRAWN:
        return stored
    bare = replace(
        stored.decision,
        title="",
        summary=None,
        satisfied_on_raw=None,
        sections=(),
        findings=(),
        citations=(),
        remedies=(),
        cross_references=(),
        warnings=(),
    )
    return replace(stored, decision=bare, corrections=())


def notice(stored: StoredDecision) -> str | None:
    """What a reader must know about a row, None for an ordinary one."""
    return WITHDRAWN_NOTICE if stored.status is Status.WITHDRAWN else None
