"""What may leave the archive of a decision: on its pages, in feeds, alerts and exports.

A text that the Ombudsman withdrew before its time may have been withdrawn because somebody could be
recognised in it: such a decision goes out with its reference, its date and a notice alone. So does
one that the operator restricted while a question is open (``decisions restrict``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archive.errors import Restricted
from archive.kinds import Status

if TYPE_CHECKING:
    from archive.records import StoredDecision

WITHDRAWN_NOTICE = (
    "No longer on the Ombudsman's site, which took it down before the usual time; the text is not "
    "passed on."
)

RESTRICTED_NOTICE = (
    "Not passed on for now: whoever keeps this archive is looking into a question about the text."
)


def to_operator(stored: StoredDecision, *, restricted: bool) -> StoredDecision:
    """The decision for the person at this machine; a restricted one only when asked for.

    Raises Restricted, saying since when and why.
    """
    held = stored.restriction
    if held is not None and not restricted:
        raise Restricted(
            f"{stored.decision.reference} is restricted since {held.made_at:%Y-%m-%d} "
            f"({held.reason}); the local operator sees it with --include-restricted"
        )
    return stored


def withheld(stored: StoredDecision, *, withdrawn: bool = False) -> bool:
    """Whether only reference, date and a notice may leave the archive.

    ``withdrawn``: the local operator asked for the words of withdrawn decisions too. Those of a
    restricted one go to nobody, however they are asked for.
    """
    return stored.restriction is not None or (stored.status is Status.WITHDRAWN and not withdrawn)


def for_others(stored: StoredDecision, *, withdrawn: bool = False) -> StoredDecision:
    """The decision as it may leave the archive: without its words where these are withheld."""
    if not withheld(stored, withdrawn=withdrawn):
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
    if stored.restriction is not None:
        return RESTRICTED_NOTICE
    return WITHDRAWN_NOTICE if stored.status is Status.WITHDRAWN else None
