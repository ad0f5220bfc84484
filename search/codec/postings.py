"""Postings of terms in a row, and a run of them on disk: what a segment is merged from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, NamedTuple

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


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Where a run stands in its file: six columns of numbers of four bytes.

    The numbers of its terms, in the order of their bytes; where the postings of each end, and where
    its places, both with a zero in front; documents; weights in hundredths; places.
    """

    at: int
    terms: int
    postings: int
    histogram: Mapping[int, int]

    @classmethod
    def written(
        cls, file: IO[bytes], numbers: Array, postings: Postings, histogram: Mapping[int, int]
    ) -> Run:
        """Write the postings of these terms behind what the file holds."""
        at = file.seek(0, 2)
        for array in (
            numbers,
            ends_of(postings.frequencies),
            ends_of(postings.occurrences),
            postings.documents,
            postings.hundredths,
            postings.places,
        ):
            file.write(np.ascontiguousarray(array, "<u4").data)
        return cls(at, numbers.size, postings.documents.size, histogram)


class Pieces(NamedTuple):
    """Where decisions and their pieces of text begin, and how many words a decision has.

    ``starts`` has the end of all decisions at its own end.
    """

    starts: Array
    piece_starts: Array
    piece_regions: Array
    lengths: Array


class Inverted(NamedTuple):
    """All decisions of a build: their postings in runs, each of later decisions than the last.

    The words are in ``lexicon``; ``position`` says where, by the numbers that the runs have.
    """

    pieces: Pieces
    lexicon: Lexicon
    position: Array
    runs: Sequence[Run]


class RunSource:
    """The postings of a run. Meets ``merging.Source``."""

    def __init__(self, file: IO[bytes], lexicon: Lexicon, position: Array, run: Run) -> None:
        """``position`` has the place in the lexicon of each number that the run knows a term by."""
        self.lexicon = lexicon
        self.histogram = run.histogram
        self._position = position
        self._file = file
        self._run = run
        self._ends = run.terms
        self._place_ends = self._ends + run.terms + 1
        self._documents = self._place_ends + run.terms + 1
        self._hundredths = self._documents + run.postings
        self._places = self._hundredths + run.postings

    @property
    def numbers(self) -> Array:
        found: Array = self._position[self._cut(0, 0, self._run.terms)]
        return found

    @property
    def occurrences(self) -> Array:
        return np.diff(self._cut(self._place_ends, 0, self._run.terms + 1))

    def read(self, low: int, high: int) -> Postings:
        """The postings of the terms from one number up to another."""
        ends = self._cut(self._ends, low, high + 1)
        place_ends = self._cut(self._place_ends, low, high + 1)
        begin, end = int(ends[0]), int(ends[-1])
        return Postings(
            np.diff(ends),
            np.diff(place_ends),
            self._cut(self._documents, begin, end),
            self._cut(self._hundredths, begin, end),
            self._cut(self._places, int(place_ends[0]), int(place_ends[-1])),
        )

    def _cut(self, column: int, low: int, high: int) -> Array:
        self._file.seek(self._run.at + 4 * (column + low))
        return np.frombuffer(self._file.read(4 * (high - low)), "<u4")


def by_number(numbers: Array) -> Array:
    """The order of unsigned numbers of two or four bytes, ties as they came: by counting, for each
    two bytes once."""
    if numbers.dtype.itemsize == 2:
        return np.argsort(numbers, kind="stable")
    low = np.argsort((numbers & np.uint32(0xFFFF)).astype(np.uint16), kind="stable")
    high = (numbers >> np.uint32(16)).astype(np.uint16)
    return low[np.argsort(high[low], kind="stable")]
