"""What every piece of a page was taken for: the account behind "nothing lost, nothing added"."""

from __future__ import annotations

from typing import NamedTuple

from archive.records import Decision

TEXT_PIECES = frozenset(("paragraph", "heading", "summary"))
"""Pieces that are the decision's own text; everything else is header or furniture."""


class Piece(NamedTuple):
    """One block (or line of one), in reading order, and what it was taken for.

    ``text`` is verbatim, a typed number or mark included; ``section`` is a position or None.
    """

    what: str
    text: str
    section: int | None = None


class Reading(NamedTuple):
    """A decision as read, and all pieces of its pages."""

    decision: Decision
    pieces: tuple[Piece, ...]
