"""A citation of what the archive holds: the version, the day of its capture, the paragraph."""

from __future__ import annotations

from datetime import date

from archive.citing import Cited, place_of
from archive.errors import NotFound
from archive.history import versions
from archive.passing_on import for_others
from archive.records import StoredDecision
from archive.store import Archive


def cite_held(
    archive: Archive,
    stored: StoredDecision,
    version: int | None,
    place: str | None,
    *,
    withdrawn: bool,
) -> Cited:
    """All that a citation says of a decision, or of a place in it (``p7``, ``o12``).

    Without a version the current one is meant. A text that is not passed on (``withdrawn`` as in
    ``archive.passing_on``) is cited by council, reference and date alone. Raises NotFound for a
    version or a paragraph that there is not, Ambiguous for a number that stands twice.
    """
    number = version or stored.revision
    held = {each.number: each for each in versions(archive, stored.id)}
    if number not in held:
        there = ", ".join(map(str, held))
        raise NotFound(
            f"{stored.decision.reference} has no version {number}; the versions held are: {there}"
        )
    captured: date = stored.last_seen_at.date()
    if number < stored.revision:
        # The words of an earlier version are its page; whether it has the paragraph is not known.
        captured = held[number].created_at.date()
    elif place is not None:
        place_of(stored, place)
    author = archive.sources()[stored.decision.source].name
    return Cited(for_others(stored, withdrawn=withdrawn), author, number, captured, place)
