"""Postings of terms in a row, and a run of them on disk: what a segment is merged from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

import numpy as np

from search.codec.container import Array
from search.codec.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings of some terms in a row: documents and hundredths of each term (``frequencies`` of
    them), places (``occurrences``)."""

    frequencies: Array
    occurrences: Array
    documents: Array
    hundredths: Array
    places: Array


class Run:
    """Postings on disk. Documents and places are those of the segment that is built."""

    def __init__(
        self,
        file: IO[bytes],
        vocabulary: Vocabulary,
        terms: Array,
        frequencies: Array,
        occurrences: Array,
        histogram: dict[int, int],
    ) -> None:
        """``terms`` are numbers in the vocabulary, in the order of what they stand for."""
        self.histogram = histogram
        self._vocabulary = vocabulary
        self._numbers = terms
        self._file = file
        self._ends = _ends(frequencies)
        self._place_ends = _ends(occurrences)
        self._at = file.seek(0, 2)

    @property
    def terms(self) -> list[bytes]:
        names = self._vocabulary.terms
        return [names[number].encode("utf-8") for number in self._numbers.tolist()]

    @property
    def occurrences(self) -> Array:
        return np.diff(self._place_ends)

    def write(self, documents: Array, hundredths: Array, places: Array) -> None:
        for array in (documents, hundredths, places):
            self._file.write(np.ascontiguousarray(array, "<u4").data)

    def read(self, low: int, high: int) -> Postings:
        """The postings of the terms from one number up to another."""
        postings, total = self._ends, int(self._ends[-1])
        begin, end = int(postings[low]), int(postings[high])
        return Postings(
            np.diff(postings[low : high + 1]),
            np.diff(self._place_ends[low : high + 1]),
            self._cut(begin, end),
            self._cut(total + begin, total + end),
            self._cut(
                2 * total + int(self._place_ends[low]), 2 * total + int(self._place_ends[high])
            ),
        )

    def _cut(self, low: int, high: int) -> Array:
        self._file.seek(self._at + 4 * low)
        return np.frombuffer(self._file.read(4 * (high - low)), "<u4")


def _ends(counts: Array) -> Array:
    found = np.zeros(counts.size + 1, np.uint32)
    np.cumsum(counts, out=found[1:])
    return found


def by_number(numbers: Array) -> Array:
    """The order of numbers below 2**32, ties as they came: by two halves, each by counting."""
    low = np.argsort((numbers & np.uint32(0xFFFF)).astype(np.uint16), kind="stable")
    if not numbers.size or int(numbers.max()) <= 0xFFFF:
        return low
    high = (numbers >> np.uint32(16)).astype(np.uint16)
    return low[np.argsort(high[low], kind="stable")]
