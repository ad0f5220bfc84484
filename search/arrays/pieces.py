"""Which piece of text (paragraph, heading, title) a place lies in, and which document it is of.

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

WORTH = 100_000
"""Places looked up one by one until the tables are made, which takes longer than that."""

AT_A_TIME = 1 << 16
"""Pieces that are put into the table at a time."""

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
        table = self._table.take((places >> np.uint32(STRETCH_BITS)).astype(np.intp))
        begun = table["begins"] & _UP_TO.take(places & WITHIN_STRETCH)
        pieces: NDArray[Any] = table["before"] + np.bitwise_count(begun)
        return pieces

    def documents(self, places: Places, pieces: NDArray[Any] | None = None) -> Docs:
        """The document of each place; ``pieces`` are its pieces where they are known."""
        if "_documents" not in self.__dict__ and not self._worth(0):
            return self._arrays.document_of(places)
        found = self._documents.take(self.of(places) if pieces is None else pieces)
        return found.astype(np.intp)

    def bounds(self, pieces: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first place of each piece, and the first of the piece after it."""
        starts = self._arrays.piece_starts
        after = starts.take(pieces + 1, mode="clip").astype(np.int64)
        after[pieces + 1 == len(starts)] = int(self._arrays.starts[-1])
        return starts.take(pieces).astype(np.int64), after

    def _worth(self, more: int) -> bool:
        if self._asked < WORTH:
            self._asked += more
        return self._asked >= WORTH

    @cached_property
    def _table(self) -> NDArray[Any]:
        """Of each stretch: one less than how many pieces begin before it, and where in it they do.

        Side by side, because what such a lookup costs is fetching it from memory.
        """
        stretches = (int(self._arrays.starts[-1]) >> STRETCH_BITS) + 1
        begins = np.zeros(stretches, np.uint64)
        # Some at a time: memory that is asked of the system anew costs more than the counting.
        for at in range(0, len(self._arrays.piece_starts), AT_A_TIME):
            starts = self._arrays.piece_starts[at : at + AT_A_TIME]
            stretch = starts >> np.uint32(STRETCH_BITS)
            new = np.ones(len(starts), np.bool_)
            np.not_equal(stretch[1:], stretch[:-1], out=new[1:])
            first = new.nonzero()[0]
            bits = np.uint64(1) << (starts & WITHIN_STRETCH).astype(np.uint64)
            begins[stretch.take(first)] |= np.bitwise_or.reduceat(bits, first)
        counts = np.bitwise_count(begins)
        table = np.empty(stretches, [("begins", np.uint64), ("before", np.intp)])
        table["begins"] = begins
        before = table["before"]
        np.cumsum(counts, dtype=np.intp, out=before)
        before -= counts
        before -= 1
        return table

    @cached_property
    def _documents(self) -> NDArray[Any]:
        """The document of each piece."""
        starts = self._arrays.piece_starts
        first = starts.searchsorted(self._arrays.starts)
        documents = len(first) - 1
        dtype = np.uint16 if documents <= 1 << 16 else np.uint32
        return np.repeat(np.arange(documents, dtype=dtype), np.diff(first))
