"""Which piece of text (paragraph, heading, title) a place lies in, and of which document a piece is.

Places are looked up in the list of where pieces begin. A program that goes on asking gets a table
instead: for each stretch of 64 places how many pieces begin before it, and a bit for each place of
it at which one begins. That takes some 20 bytes for each stretch and is exact without any search.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search.arrays.hits import Docs
    from search.codec.reader import SegmentArrays

    Places = NDArray[np.uint32]

STRETCH_BITS = 6
WITHIN_STRETCH = np.uint32((1 << STRETCH_BITS) - 1)

WORTH = 60_000
"""Places looked up one by one until the tables are made, which takes as long as that."""

_UP_TO = (np.uint64(2) << np.arange(1 << STRETCH_BITS, dtype=np.uint64)) - np.uint64(1)
"""A mask of the places of a stretch up to each one, that one included."""


class Pieces:
    """The pieces of one segment."""

    def __init__(self, arrays: SegmentArrays) -> None:
        self._arrays = arrays
        self._asked = 0

    def of(self, places: Places) -> NDArray[Any]:
        """The number of the piece in which each place lies; rising places are quickest."""
        if not self._worth(len(places)):
            found: NDArray[Any] = self._arrays.piece_of(places)
            return found
        before, begins = self._table
        stretch = (places >> np.uint32(STRETCH_BITS)).astype(np.intp)
        up_to = begins.take(stretch)
        up_to &= _UP_TO.take(places & WITHIN_STRETCH)
        pieces = before.take(stretch)
        pieces += np.bitwise_count(up_to)
        return pieces

    def documents(self, places: Places, pieces: NDArray[Any] | None = None) -> Docs:
        """The document of each place; ``pieces`` are its pieces where they are known."""
        if "_documents" not in self.__dict__ and not self._worth(0):
            return self._arrays.document_of(places)
        return self._documents.take(self.of(places) if pieces is None else pieces)

    def _worth(self, more: int) -> bool:
        if self._asked < WORTH:
            self._asked += more
        return self._asked >= WORTH

    @cached_property
    def _table(self) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
        """One less than how many pieces begin before each stretch, and where in it they do."""
        starts = self._arrays.piece_starts
        stretch = starts >> np.uint32(STRETCH_BITS)
        new = np.ones(len(starts), np.bool_)
        np.not_equal(stretch[1:], stretch[:-1], out=new[1:])
        first = new.nonzero()[0]
        stretches = (int(self._arrays.starts[-1]) >> STRETCH_BITS) + 1
        begins = np.zeros(stretches, np.uint64)
        if len(first):
            bits = np.uint64(1) << (starts & WITHIN_STRETCH).astype(np.uint64)
            begins[stretch[first]] = np.bitwise_or.reduceat(bits, first)
        counts = np.bitwise_count(begins)
        before = np.cumsum(counts, dtype=np.int32)
        before -= counts
        before -= 1
        return before, begins

    @cached_property
    def _documents(self) -> Docs:
        """The document of each piece."""
        starts = self._arrays.piece_starts
        first = starts.searchsorted(self._arrays.starts)
        return np.repeat(np.arange(len(first) - 1, dtype=np.intp), np.diff(first))
