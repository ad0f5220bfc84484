"""Decisions to sorted postings, in bounded memory: what a segment is merged from.

Decisions are gathered as numbers of chunks. Every ``BATCH`` of them becomes a *run*: words by
their bytes, each with its documents, weights and places, in one unnamed file beside the index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import IO

import numpy as np

from search.codec.chunks import NONE
from search.codec.coding import ranges
from search.codec.container import Array
from search.codec.postings import Inverted, Lexicon, Pieces, Postings, Run, by_number
from search.codec.texts import Texts
from search.codec.vocabulary import (
    CAPITAL,
    PIECE,
    SECOND,
    SENTENCE_END,
    Coded,
    Vocabulary,
)
from search.words import stem

BATCH = 800_000
"""Chunks of text turned into a run at a time; each takes some 60 bytes while that is done."""

TOGETHER = 1 << 17
"""Characters of decisions that are cut into chunks together."""


class Inverter:
    """Gathers the words of a segment's decisions, which come numbered from 0 without a gap."""

    def __init__(
        self,
        boosts: Sequence[float],
        marks: tuple[str, str],
        make_file: Callable[[], IO[bytes]],
        stem: Callable[[str], str] = stem,
    ) -> None:
        """``boosts`` by region; ``marks`` stand where a sentence and a paragraph begin; the file is
        made when it is needed, and closed by ``close``; ``stem`` as ``Vocabulary`` takes it."""
        self.vocabulary = Vocabulary(stem)
        self._runs: list[Run] = []
        self.documents = 0
        hundredths = np.rint(np.array(boosts) * 100).astype(np.uint32)
        self._hundredths = hundredths.astype(np.min_scalar_type(hundredths.max()))
        self._sentence, self._paragraph = (self.vocabulary.number(mark) for mark in marks)
        self._make_file = make_file
        self._file: IO[bytes] | None = None
        self._order: list[int] = []
        self._waiting: list[Texts] = []
        self._characters = 0
        self._gathered: list[Coded] = []
        self._size = 0
        self._places = 0
        self._starts: list[Array] = []
        self._piece_starts: list[Array] = []
        self._piece_regions: list[Array] = []
        self._lengths: list[Array] = []

    def add(self, texts: Texts) -> None:
        """Take the next decision."""
        self._waiting.append(texts)
        self.documents += 1
        self._characters += len(texts.text)
        if self._characters >= TOGETHER:
            self._gather()
            if self._size >= BATCH:
                self.flush()

    def _gather(self) -> None:
        waiting, self._waiting, self._characters = self._waiting, [], 0
        if waiting:
            coded = self.vocabulary.code(waiting)
            self._gathered.append(coded)
            self._size += coded.chunks.size

    @property
    def file(self) -> IO[bytes] | None:
        """What the runs are in, None where there is none."""
        return self._file

    def finish(self) -> Inverted:
        """All of it. Nothing can be added any more."""
        self.flush()
        self._put_in_order()
        # What only reading more texts would need is let go of.
        vocabulary, self.vocabulary = self.vocabulary, Vocabulary()
        names = vocabulary.terms
        stems: dict[str | None, bytes | None] = {
            stem: stem.encode("utf-8") for stem in vocabulary.stems if stem is not None
        }
        stems[None] = None
        lexicon = Lexicon(
            [names[number].encode("utf-8") for number in self._order],
            [stems[vocabulary.stems[number]] for number in self._order],
        )
        position = np.empty(len(names), np.uint32)
        position[self._order] = np.arange(len(names), dtype=np.uint32)
        end = np.array([self._places], np.uint64)
        pieces = Pieces(
            np.concatenate([*self._starts, end]).astype(np.uint32),
            _joined(self._piece_starts, np.uint32),
            _joined(self._piece_regions, np.uint8),
            _joined(self._lengths, np.uint32),
        )
        self._starts, self._piece_starts, self._piece_regions, self._lengths = [], [], [], []
        return Inverted(pieces, lexicon, position, self._runs)

    def close(self) -> None:
        """Let go of the file and of all that was gathered."""
        self._waiting, self._gathered, self._runs = [], [], []
        if self._file is not None:
            self._file.close()
            self._file = None

    def flush(self) -> None:
        """Make a run of what was gathered."""
        self._gather()
        if not self._gathered:
            return
        gathered, self._gathered, self._size = self._gathered, [], 0
        vocabulary = self.vocabulary
        chunks = np.concatenate([one.chunks for one in gathered])
        regions = np.frombuffer(b"".join([one.regions for one in gathered]), np.uint8)
        pieces = np.concatenate([np.array(one.pieces, np.int64) for one in gathered])
        first = self.documents - pieces.size
        begins, counts = (array[chunks] for array in vocabulary.spans)
        before = np.cumsum(counts, dtype=np.uint32)
        total = int(before[-1])
        before -= counts
        entry = _expanded(begins, counts, before, total)
        del begins, counts

        # A word takes a place, and so does the end of a piece.
        piece_words = before[chunks == PIECE].astype(np.int64)
        piece_starts = self._places + piece_words + np.arange(regions.size)
        piece_sizes = np.diff(piece_words, append=total)
        piece_ends = np.cumsum(pieces)
        document_words = np.diff(piece_words[piece_ends - pieces], append=total)
        if self._places + total + regions.size >= 2**32:
            raise OverflowError("a segment of the index would have more than 2**32 places")
        places = np.arange(self._places, self._places + total, dtype=np.uint32)
        places += np.repeat(np.arange(regions.size, dtype=np.uint32), piece_sizes)
        numbers = np.arange(pieces.size, dtype=np.min_scalar_type(pieces.size))
        document = np.repeat(numbers, document_words)
        piece_weights = self._hundredths[regions]
        weights = np.repeat(piece_weights, piece_sizes)

        flags = vocabulary.flags[chunks]
        exact, second_exact, abbreviation = vocabulary.words
        second = _words_of(flags & SECOND != 0, before, total)
        second = second[second_exact[entry[second]] != NONE]
        paragraph = piece_words[piece_sizes > 0]
        sentence = _sentences(flags, before, entry, abbreviation)
        # A paragraph begins a sentence too, and one may have been found there already.
        begun = np.zeros(total, bool)
        begun[sentence] = begun[paragraph] = True
        sentence = np.flatnonzero(begun)
        del flags, before, begun, chunks
        extra = self._provisions(gathered, piece_ends, piece_starts, piece_weights)
        del gathered

        self._starts.append(piece_starts[piece_ends - pieces].astype(np.uint64))
        self._piece_starts.append(piece_starts.astype(np.uint32))
        self._piece_regions.append(regions)
        doubled = np.bincount(document[second], minlength=pieces.size)
        self._lengths.append((document_words + doubled).astype(np.uint32))
        self._places += total + regions.size
        marks = np.zeros(sentence.size + paragraph.size, weights.dtype)
        self._run(
            first,
            np.concatenate(
                (
                    exact[entry],
                    second_exact[entry[second]],
                    np.full(sentence.size, self._sentence, np.uint32),
                    np.full(paragraph.size, self._paragraph, np.uint32),
                    extra[0].astype(np.uint32),
                )
            ),
            _and_again(document, second, sentence, paragraph, extra[1]),
            _and_again(places, second, sentence, paragraph, extra[2]),
            np.concatenate((weights, weights[second], marks, extra[3].astype(weights.dtype))),
        )
        if vocabulary.crowded:
            vocabulary.forget()

    def _provisions(
        self, gathered: Sequence[Coded], piece_ends: Array, piece_starts: Array, weights: Array
    ) -> tuple[Array, Array, Array, Array]:
        """Number, document in the run, place and weight of each."""
        rows: list[Array] = [np.empty((0, 3), np.int64)]
        before = 0
        for one in gathered:
            if one.provisions:
                found = np.array(one.provisions, np.int64)
                found[:, 0] += before
                rows.append(found)
            before += len(one.regions)
        piece, place, number = np.concatenate(rows).T
        document = np.searchsorted(piece_ends, piece, side="right")
        return number, document, piece_starts[piece] + place, weights[piece]

    def _run(self, first: int, term: Array, document: Array, places: Array, weights: Array) -> None:
        terms = len(self.vocabulary.terms)
        occurrences = np.bincount(term, minlength=terms)
        self._put_in_order()
        ordered = np.array(self._order, np.uint32)
        ordered = ordered[occurrences[ordered] > 0]
        rank = np.zeros(terms, np.uint16 if ordered.size <= 0x10000 else np.uint32)
        rank[ordered] = np.arange(ordered.size, dtype=rank.dtype)
        order = by_number(rank[term])
        del term
        occurrences = occurrences[ordered]
        document = document[order]
        new = np.ones(order.size, bool)
        new[1:] = document[1:] != document[:-1]
        term_starts = np.cumsum(occurrences) - occurrences
        new[term_starts] = True
        begun = np.flatnonzero(new)
        document = document[begun].astype(np.uint32)
        document += np.uint32(first)
        # Sums of what stands between by a running sum, which may pass 2**32: differences do not.
        running = np.zeros(order.size + 1, np.uint32)
        np.cumsum(weights[order], out=running[1:])
        reached = running[begun]
        summed = np.empty_like(reached)
        summed[:-1] = reached[1:] - reached[:-1]
        summed[-1:] = running[-1] - reached[-1:]
        del running, reached
        if self._file is None:
            self._file = self._make_file()
        frequencies = np.diff(np.searchsorted(begun, term_starts), append=begun.size)
        postings = Postings(frequencies, occurrences, document, summed, places[order])
        self._runs.append(Run.written(self._file, ordered, postings, _histogram(summed)))

    def _put_in_order(self) -> None:
        """Words by code points stand as their bytes do; most are in order already."""
        names = self.vocabulary.terms
        if len(self._order) < len(names):
            self._order += range(len(self._order), len(names))
            self._order.sort(key=names.__getitem__)


def _joined(arrays: Sequence[Array], dtype: type[np.generic]) -> Array:
    return np.concatenate(arrays) if arrays else np.empty(0, dtype)


def _and_again(
    values: Array, second: Array, sentence: Array, paragraph: Array, extra: Array
) -> Array:
    """What each word has, then again what those words have, and what comes on top."""
    return np.concatenate(
        (values, values[second], values[sentence], values[paragraph], extra.astype(values.dtype))
    )


def _expanded(begins: Array, counts: Array, before: Array, total: int) -> Array:
    """``begins[0]``, ``begins[0] + 1`` … (``counts[0]`` of them), then the next ones.

    ``ranges``, for counts of which nearly all are one.
    """
    found = np.empty(total, np.uint32)
    some = counts > 0
    found[before[some]] = begins[some]
    more = np.flatnonzero(counts > 1)
    if more.size:
        left = counts[more] - np.uint32(1)
        found[ranges(before[more] + np.uint32(1), left)] = ranges(begins[more] + np.uint32(1), left)
    return found


def _words_of(chosen: Array, before: Array, total: int) -> Array:
    """The words of some chunks, one chunk after the other."""
    at = np.flatnonzero(chosen)
    starts = before[at].astype(np.int64)
    ends = np.append(before, total)[at + 1]
    return ranges(starts, ends - starts)


def _histogram(values: Array) -> dict[int, int]:
    """How often each value is there."""
    if not values.size or int(values.max()) < 1 << 16:
        often = np.bincount(values)
        different = np.flatnonzero(often)
        often = often[different]
    else:
        different, often = np.unique(values, return_counts=True)
    return dict(zip(different.tolist(), often.tolist(), strict=True))


def _sentences(flags: Array, before: Array, entry: Array, abbreviation: Array) -> Array:
    """Which words begin a sentence that is not the first of its piece: ``words.sentence_starts``.

    One ends with a chunk, and the next chunk opens with a capital or figure. (A piece's own chunk
    ends none.)
    """
    begins = np.flatnonzero((flags[:-1] & SENTENCE_END != 0) & (flags[1:] & CAPITAL != 0)) + 1
    first = before[begins]
    first = first[first > 0]
    return first[~abbreviation[entry[first - np.uint32(1)]]]
