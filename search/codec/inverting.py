"""Decisions to sorted postings, in bounded memory: what a segment is merged from.

Decisions are gathered as numbers of chunks. Every ``BATCH`` of them becomes a *run*: words by
their bytes, each with its documents, weights and places, in one unnamed file beside the index.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from search.codec.coding import ranges
from search.codec.container import Array
from search.codec.vocabulary import (
    CAPITAL,
    NONE,
    PIECE,
    SENTENCE_END,
    Coded,
    Vocabulary,
)

BATCH = 800_000
"""Chunks of text turned into a run at a time; each takes some 120 bytes while that is done."""


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


class Inverter:
    """Gathers the words of a segment's decisions, which come numbered from 0 without a gap."""

    def __init__(self, directory: Path, boosts: Sequence[float], marks: tuple[str, str]) -> None:
        """``boosts`` by region; ``marks`` stand where a sentence and a paragraph begin."""
        self.vocabulary = Vocabulary()
        self.runs: list[Run] = []
        self.documents = 0
        self._hundredths = np.rint(np.array(boosts) * 100).astype(np.uint32)
        self._sentence, self._paragraph = (self.vocabulary.number(mark) for mark in marks)
        self._directory = directory
        self._file: IO[bytes] | None = None
        self._order: list[int] = []
        self._gathered: list[Coded] = []
        self._size = 0
        self._places = 0
        self._starts: list[Array] = []
        self._piece_starts: list[Array] = []
        self._piece_regions: list[Array] = []
        self._lengths: list[Array] = []

    def add(self, coded: Coded) -> None:
        """Take the next decision."""
        self._gathered.append(coded)
        self.documents += 1
        self._size += coded.chunks.size
        if self._size >= BATCH:
            self.flush()

    @property
    def starts(self) -> Array:
        """The place at which each decision begins, and the end of all."""
        end = np.array([self._places], np.uint64)
        return np.concatenate([*self._starts, end]).astype(np.uint32)

    @property
    def piece_starts(self) -> Array:
        return _joined(self._piece_starts, np.uint32)

    @property
    def piece_regions(self) -> Array:
        return _joined(self._piece_regions, np.uint8)

    @property
    def lengths(self) -> Array:
        """Words of each decision."""
        return _joined(self._lengths, np.uint32)

    def close(self) -> None:
        """Let go of the file and of all that was gathered."""
        self._gathered, self.runs = [], []
        if self._file is not None:
            self._file.close()
            self._file = None

    def flush(self) -> None:
        """Make a run of what was gathered."""
        if not self._gathered:
            return
        gathered, self._gathered, self._size = self._gathered, [], 0
        first = self.documents - len(gathered)
        vocabulary = self.vocabulary
        chunks = np.concatenate([one.chunks for one in gathered])
        regions = np.frombuffer(b"".join(one.regions for one in gathered), np.uint8)
        pieces = np.array([len(one.regions) for one in gathered])
        begins, counts = (array[chunks] for array in vocabulary.spans)

        is_piece = chunks == PIECE
        piece = np.cumsum(is_piece) - 1
        before = np.cumsum(counts, dtype=np.int64) - counts
        # A word takes a place, and so does the end of a piece.
        piece_starts = self._places + before[is_piece] + np.arange(regions.size)
        word = ranges(begins, counts)
        exact, second_exact, abbreviation = (array[word] for array in vocabulary.words)
        of_word = np.repeat(piece, counts)
        document = np.repeat(np.arange(first, first + len(gathered), dtype=np.uint32), pieces)[
            of_word
        ]
        places = (self._places + np.arange(word.size) + of_word).astype(np.uint32)
        weights = self._hundredths[regions]
        paragraph = np.ones(word.size, bool)
        paragraph[1:] = of_word[1:] != of_word[:-1]
        sentence = _sentences(vocabulary.flags[chunks], before, abbreviation)
        sentence |= paragraph
        sentence, paragraph = np.flatnonzero(sentence), np.flatnonzero(paragraph)
        second = np.flatnonzero(second_exact != NONE)
        extra = self._provisions(gathered, first, pieces, piece_starts, weights)

        piece_ends = np.cumsum(pieces)
        self._starts.append(piece_starts[piece_ends - pieces].astype(np.uint64))
        self._piece_starts.append(piece_starts.astype(np.uint32))
        self._piece_regions.append(regions)
        self._lengths.append(
            (
                np.bincount(document - np.uint32(first), minlength=len(gathered))
                + np.bincount(document[second] - np.uint32(first), minlength=len(gathered))
            ).astype(np.uint32)
        )
        self._places += word.size + regions.size
        if self._places >= 2**32:
            raise OverflowError("a segment of the index would have more than 2**32 places")
        none = np.zeros(1, np.uint32)
        self._run(
            np.concatenate(
                (
                    exact,
                    second_exact[second],
                    np.repeat(np.uint32(self._sentence), sentence.size),
                    np.repeat(np.uint32(self._paragraph), paragraph.size),
                    extra[0],
                )
            ),
            np.concatenate(
                (document, *(document[at] for at in (second, sentence, paragraph)), extra[1])
            ),
            np.concatenate(
                (places, *(places[at] for at in (second, sentence, paragraph)), extra[2])
            ),
            np.concatenate(
                (
                    weights[of_word],
                    weights[of_word[second]],
                    np.repeat(none, sentence.size + paragraph.size),
                    extra[3],
                )
            ),
        )

    def _provisions(
        self,
        gathered: Sequence[Coded],
        first: int,
        pieces: Array,
        piece_starts: Array,
        weights: Array,
    ) -> tuple[Array, Array, Array, Array]:
        rows = [
            (number, document, piece, place)
            for document, one in enumerate(gathered)
            for piece, place, number in one.provisions
        ]
        if not rows:
            empty = np.empty(0, np.uint32)
            return empty, empty, empty, empty
        number, document, piece, place = np.array(rows, np.int64).T
        at = (np.cumsum(pieces) - pieces)[document] + piece
        found = (number, document + first, piece_starts[at] + place, weights[at])
        one, two, three, four = (column.astype(np.uint32) for column in found)
        return one, two, three, four

    def _run(self, term: Array, document: Array, places: Array, weights: Array) -> None:
        names = self.vocabulary.terms
        present = np.bincount(term, minlength=len(names)) > 0
        if len(self._order) < len(names):
            # Words by code points stand as their bytes do; most are in order already.
            self._order += range(len(self._order), len(names))
            self._order.sort(key=names.__getitem__)
        ordered = np.array(self._order, np.uint32)[present[self._order]]
        rank = np.zeros(len(names), np.uint32)
        rank[ordered] = np.arange(ordered.size, dtype=np.uint32)
        order = by_number(rank[term])
        term, document, places, weights = (
            array[order] for array in (rank[term], document, places, weights)
        )
        new = np.ones(term.size, bool)
        new[1:] = (term[1:] != term[:-1]) | (document[1:] != document[:-1])
        begun = np.flatnonzero(new)
        summed = np.add.reduceat(weights, begun, dtype=np.uint32) if begun.size else weights
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._directory)  # noqa: SIM115 - closed by close
        values, often = np.unique(summed, return_counts=True)
        run = Run(
            self._file,
            self.vocabulary,
            ordered,
            np.bincount(term[begun], minlength=ordered.size),
            np.bincount(term, minlength=ordered.size),
            dict(zip(values.tolist(), often.tolist(), strict=True)),
        )
        run.write(document[begun], summed, places)
        self.runs.append(run)


def _ends(counts: Array) -> Array:
    found = np.zeros(counts.size + 1, np.uint32)
    np.cumsum(counts, out=found[1:])
    return found


def _joined(arrays: Sequence[Array], dtype: type[np.generic]) -> Array:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype)


def _sentences(flags: Array, before: Array, abbreviation: Array) -> Array:
    """Which words begin a sentence that is not the first of its piece: ``words.sentence_starts``.

    One ends with a chunk, and the next chunk opens with a capital or figure. (A piece's own chunk
    ends none.)
    """
    found = np.zeros(abbreviation.size, bool)
    begins = np.flatnonzero((flags[:-1] & SENTENCE_END != 0) & (flags[1:] & CAPITAL != 0)) + 1
    first = before[begins]
    first = first[first > 0]
    found[first[~abbreviation[first - 1]]] = True
    return found


def by_number(numbers: Array) -> Array:
    """The order of numbers below 2**32, ties as they came: by two halves, each by counting."""
    low = np.argsort((numbers & np.uint32(0xFFFF)).astype(np.uint16), kind="stable")
    if not numbers.size or int(numbers.max()) <= 0xFFFF:
        return low
    high = (numbers >> np.uint32(16)).astype(np.uint16)
    return low[np.argsort(high[low], kind="stable")]
