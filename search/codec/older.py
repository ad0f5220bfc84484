"""What a merge takes over from older segments: the documents that are kept, under new numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from search.codec.coding import sums
from search.codec.container import Array
from search.codec.postings import Lexicon, Postings
from search.codec.reader import SegmentArrays


@dataclass(frozen=True, slots=True)
class Kept:
    """An older segment whose documents ``kept`` (rising) become ``first``, ``first + 1``, …; its
    places begin at ``place``."""

    arrays: SegmentArrays
    kept: Array
    first: int
    place: int

    def starts(self) -> Array:
        """Where each kept document begins from now on."""
        own = self.arrays.starts.astype(np.int64)
        sizes = own[self.kept + 1] - own[self.kept]
        found: Array = np.cumsum(sizes) - sizes
        found += self.place
        return found

    def places(self) -> int:
        """Places of the kept documents."""
        own = self.arrays.starts.astype(np.int64)
        return int((own[self.kept + 1] - own[self.kept]).sum())

    def pieces(self) -> tuple[Array, Array]:
        """Where the pieces of the kept documents begin from now on, and their regions."""
        own = self.arrays.piece_starts.astype(np.int64)
        document = self.arrays.document_of(own)
        chosen = self._is_kept()[document]
        moved = own[chosen] + self.shift()[document[chosen]]
        return moved.astype(np.uint32), self.arrays.piece_regions[chosen]

    def renumbered(self) -> Array:
        """The new number of each document, −1 for those that are left out."""
        found = np.full(self.arrays.documents, -1, np.int64)
        found[self.kept] = np.arange(self.first, self.first + self.kept.size)
        return found

    def _is_kept(self) -> Array:
        found = np.zeros(self.arrays.documents, bool)
        found[self.kept] = True
        return found

    def shift(self) -> Array:
        found = np.zeros(self.arrays.documents, np.int64)
        found[self.kept] = self.starts() - self.arrays.starts[self.kept].astype(np.int64)
        return found


class SegmentSource:
    """The words of an older segment."""

    def __init__(self, kept: Kept, name: str, stems: str) -> None:
        """The fields ``name`` of words and ``stems`` of their stems."""
        words = kept.arrays.words(name)
        self._words = words
        self._arrays = kept.arrays
        self._renumbered = kept.renumbered()
        self._shift = kept.shift()
        of = list(kept.arrays.field(stems).all())
        self.lexicon = Lexicon(
            list(words.all()),
            [of[stem] if stem >= 0 else None for stem in map(words.stem_of, range(len(words)))],
        )
        self.numbers: Array = np.arange(len(words), dtype=np.uint32)
        self.occurrences: Array = np.array(
            [words.occurrences(i) for i in range(len(words))], np.int64
        )
        self.histogram: dict[int, int] = {}
        """Of all documents, deleted ones included: it only chooses what is in a table."""
        for low in range(0, len(words), 4096):
            high = min(low + 4096, len(words))
            values, often = np.unique(words.hundredths_of(low, high), return_counts=True)
            for value, count in zip(values.tolist(), often.tolist(), strict=True):
                self.histogram[value] = self.histogram.get(value, 0) + count

    def read(self, low: int, high: int) -> Postings:
        words = self._words
        documents = self._renumbered[words.docs_of(low, high)]
        kept = documents >= 0
        places = np.concatenate(
            [np.empty(0, np.uint32), *(words.places(i) for i in range(low, high))]
        )
        of = self._arrays.document_of(places)
        stays = self._renumbered[of] >= 0
        ends = np.cumsum(words.frequencies(low, high))
        place_ends = np.cumsum(self.occurrences[low:high])
        return Postings(
            sums(kept, ends),
            sums(stays, place_ends),
            documents[kept].astype(np.uint32),
            words.hundredths_of(low, high)[kept],
            (places[stays] + self._shift[of[stays]]).astype(np.uint32),
        )


def codes_of(kept: Kept, name: str) -> Iterator[tuple[bytes, list[int]]]:
    """The codes of an older segment with those of their documents that are kept."""
    codes = kept.arrays.codes(name)
    if not len(codes):
        return
    renumbered = kept.renumbered()
    documents = renumbered[codes.docs_of(0, len(codes))]
    ends = np.cumsum(codes.frequencies(0, len(codes))).tolist()
    low = 0
    for term, high in zip(codes.all(), ends, strict=True):
        found = documents[low:high]
        low = high
        if (found := found[found >= 0]).size:
            yield term, found.tolist()
