"""Postings of terms in a row, and a run of them on disk: what a segment is merged from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np

from search.codec.coding import ends_of
from search.codec.container import Array


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings of some terms in a row: documents and hundredths of each term (``frequencies`` of
    them), places (``occurrences``)."""

    frequencies: Array
    occurrences: Array
    documents: Array
    hundredths: Array
    places: Array


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Words in the order of their bytes, and the stem of each: None for marks and provisions."""

    terms: Sequence[bytes]
    stems: Sequence[bytes | None]

    def of(self, chosen: Array) -> Lexicon:
        """Some of them, by rising numbers."""
        numbers = chosen.tolist()
        return Lexicon([self.terms[i] for i in numbers], [self.stems[i] for i in numbers])


@dataclass(slots=True, eq=False)
class Run:
    """Where a run stands in its file, and how much of it each term has.

    ``numbers`` says which terms, in the order of their bytes. ``ends`` and ``place_ends`` have a
    zero in front.
    """

    at: int
    numbers: Array
    ends: Array
    place_ends: Array
    histogram: Mapping[int, int]

    @classmethod
    def written(
        cls,
        file: IO[bytes],
        numbers: Array,
        postings: Postings,
        histogram: Mapping[int, int],
    ) -> Run:
        """Write the postings of these terms behind what the file holds."""
        at = file.seek(0, 2)
        for array in (postings.documents, postings.hundredths, postings.places):
            file.write(np.ascontiguousarray(array, "<u4").data)
        ends, place_ends = (
            ends_of(counts).astype(np.uint32)
            for counts in (postings.frequencies, postings.occurrences)
        )
        return cls(at, numbers, ends, place_ends, histogram)


class RunSource:
    """The postings of a run, whose numbers are those of a lexicon. Meets ``merging.Source``."""

    def __init__(self, file: IO[bytes], lexicon: Lexicon, run: Run) -> None:
        self.lexicon = lexicon
        self.numbers = run.numbers
        self.histogram = run.histogram
        self._file = file
        self._run = run

    @property
    def occurrences(self) -> Array:
        return np.diff(self._run.place_ends)

    def read(self, low: int, high: int) -> Postings:
        """The postings of the terms from one number up to another."""
        postings, places = self._run.ends, self._run.place_ends
        total = int(postings[-1])
        begin, end = int(postings[low]), int(postings[high])
        return Postings(
            np.diff(postings[low : high + 1]),
            np.diff(places[low : high + 1]),
            self._cut(begin, end),
            self._cut(total + begin, total + end),
            self._cut(2 * total + int(places[low]), 2 * total + int(places[high])),
        )

    def _cut(self, low: int, high: int) -> Array:
        self._file.seek(self._run.at + 4 * low)
        return np.frombuffer(self._file.read(4 * (high - low)), "<u4")


def by_number(numbers: Array) -> Array:
    """The order of numbers below 2**32, ties as they came: by two halves, each by counting."""
    low = np.argsort((numbers & np.uint32(0xFFFF)).astype(np.uint16), kind="stable")
    if not numbers.size or int(numbers.max()) <= 0xFFFF:
        return low
    high = (numbers >> np.uint32(16)).astype(np.uint16)
    return low[np.argsort(high[low], kind="stable")]
