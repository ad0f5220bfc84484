"""Runs of a build and older segments to the words of one segment, a stretch of terms at a time.

Every source has its terms in the order of their bytes and its documents after those of the source
before, so a stretch of terms is read from all of them, put in order by term, coded and written.
What is in memory is one stretch, whatever the size of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np

from search.codec.coding import ranges, weight_table
from search.codec.container import Array, ContainerWriter
from search.codec.postings import Lexicon, Postings
from search.codec.terms import write_terms
from search.codec.words import WordsWriter, write_stems

STRETCH = 600_000
"""Places read at a time, or those of one term if it has more."""


class Source(Protocol):
    """Where postings come from."""

    @property
    def lexicon(self) -> Lexicon:
        """Words, maybe of several sources together."""
        ...

    @property
    def numbers(self) -> Array:
        """Which of them this one has, rising."""
        ...

    @property
    def occurrences(self) -> Array:
        """How often each of those stands in it."""
        ...

    @property
    def histogram(self) -> Mapping[int, int]:
        """How many postings have each weight in hundredths."""
        ...

    def read(self, low: int, high: int) -> Postings:
        """Those of its words, the first of them 0, from one up to another."""
        ...


def write_words(
    writer: ContainerWriter, name: str, stems: str, sources: Sequence[Source], documents: int
) -> None:
    """Write the exact words of a segment under ``name`` and their stems under ``stems``."""
    words, rank_of = _united([source.lexicon for source in sources])
    ranks = [rank_of[id(source.lexicon)][source.numbers] for source in sources]
    total = np.zeros(len(words.terms), np.int64)
    histogram: dict[int, int] = {}
    for source, rank in zip(sources, ranks, strict=True):
        total[rank] += source.occurrences
        for weight, often in source.histogram.items():
            histogram[weight] = histogram.get(weight, 0) + often
    table = weight_table(histogram)
    out = WordsWriter(writer, name, documents, table)
    for low, high in _stretches(total):
        if high - low == 1:
            out.add(_one_term(sources, ranks, low, int(total[low])))
        else:
            out.add(_stretch(sources, ranks, low, high))
    used = np.concatenate([*out.frequencies, np.empty(0, np.int64)]) > 0
    if not used.all():
        words = words.of(np.flatnonzero(used))
    out.close()
    write_terms(writer, name, words.terms)
    writer.put(f"{name}.weight_table", table)
    write_stems(writer, name, stems, words)


def _united(lexicons: Sequence[Lexicon]) -> tuple[Lexicon, dict[int, Array]]:
    """All words of some lexicons, and by the ``id`` of each the numbers its words have there."""
    different = {id(one): one for one in lexicons}
    if len(different) == 1:
        ((key, only),) = different.items()
        return only, {key: np.arange(len(only.terms), dtype=np.uint32)}
    stem_of: dict[bytes, bytes | None] = {}
    for one in different.values():
        stem_of.update(zip(one.terms, one.stems, strict=True))
    terms = sorted(stem_of)
    number = {term: i for i, term in enumerate(terms)}
    return Lexicon(terms, [stem_of[term] for term in terms]), {
        key: np.fromiter(map(number.__getitem__, one.terms), np.uint32, len(one.terms))
        for key, one in different.items()
    }


def _stretches(total: Array) -> Iterator[tuple[int, int]]:
    ends = np.cumsum(total)
    low = 0
    while low < total.size:
        before = int(ends[low - 1]) if low else 0
        high = max(low + 1, int(np.searchsorted(ends, before + STRETCH, side="right")))
        high = min(high, low + 0xFFFF)
        yield low, high
        low = high


def _stretch(sources: Sequence[Source], ranks: Sequence[Array], low: int, high: int) -> Postings:
    """The postings of some terms from all sources; none for a term that no document has now."""
    read: list[tuple[Array, Postings]] = []
    for source, rank in zip(sources, ranks, strict=True):
        first, last = np.searchsorted(rank, (low, high)).tolist()
        if first < last:
            read.append((rank[first:last] - np.uint32(low), source.read(first, last)))
    frequencies = np.zeros(high - low, np.int64)
    occurrences = np.zeros(high - low, np.int64)
    for rank, one in read:
        frequencies[rank] += one.frequencies
        occurrences[rank] += one.occurrences
    if len(read) == 1:
        only = read[0][1]
        return Postings(frequencies, occurrences, only.documents, only.hundredths, only.places)
    documents, hundredths = (np.empty(frequencies.sum(), np.uint32) for _ in range(2))
    places = np.empty(occurrences.sum(), np.uint32)
    # Where the next posting and place of each term go; those of a source follow the last one's.
    posting, place = np.cumsum(frequencies) - frequencies, np.cumsum(occurrences) - occurrences
    for rank, one in read:
        at = ranges(posting[rank], one.frequencies)
        documents[at] = one.documents
        hundredths[at] = one.hundredths
        places[ranges(place[rank], one.occurrences)] = one.places
        posting[rank] += one.frequencies
        place[rank] += one.occurrences
    return Postings(frequencies, occurrences, documents, hundredths, places)


def _one_term(
    sources: Sequence[Source], ranks: Sequence[Array], number: int, occurrences: int
) -> Postings:
    """The same for a single term, which may have millions of places: without a second copy."""
    places = np.empty(occurrences, np.uint32)
    documents, hundredths = [np.empty(0, np.uint32)], [np.empty(0, np.uint32)]
    end = 0
    for source, rank in zip(sources, ranks, strict=True):
        at = int(np.searchsorted(rank, number))
        if at < rank.size and rank[at] == number:
            one = source.read(at, at + 1)
            documents.append(one.documents)
            hundredths.append(one.hundredths)
            places[end : end + one.places.size] = one.places
            end += one.places.size
    found = np.concatenate(documents)
    return Postings(
        np.array([found.size]),
        np.array([end]),
        found,
        np.concatenate(hundredths),
        # Those of documents that are left out now are missing.
        places[:end],
    )
