"""What every piece of a page was taken for: the account behind "nothing lost, nothing added"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from archive.records import Decision
from scraper.blocks import Block

TEXT_PIECES = frozenset(("paragraph", "heading", "summary"))
"""Pieces that are the decision's own text; everything else is header or furniture."""


OUTSIDE = "outside the text"
AFTER_THE_END = "after the end"
"""What is left aside only because of where it stands, not because we know what it is."""

LONG_ASIDE = 200
"""Characters from which a piece left aside looks like text of the decision: worth a warning."""


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


def misgivings(pieces: Sequence[Piece], sheets: Iterable[Sequence[Block]]) -> list[str]:
    """Warnings about the account: text that is in no piece, or was left aside though it is long.

    Every block must have become a piece, so the letters must add up. They always should; the
    check is there for the day on which a change to the rules forgets some.
    """
    warnings = [
        f"left aside as {piece.what}: {piece.text[:60]!r}…"
        for piece in pieces
        if piece.what in (OUTSIDE, AFTER_THE_END) and len(piece.text) >= LONG_ASIDE
    ]
    on_page = [block.text for blocks in sheets for block in blocks]
    told = [piece.text for piece in pieces]
    if sum(map(len, on_page)) != sum(map(len, told)):
        # White space may have gone between two pieces of a block; letters may not.
        missing = sum(map(_letters, on_page)) - sum(map(_letters, told))
        if missing:
            warnings.append(f"{abs(missing)} characters of the page are not accounted for")
    return warnings


def _letters(text: str) -> int:
    return len(text) - text.count(" ") - text.count("\n")
