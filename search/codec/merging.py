"""Runs of a build and older segments to the inverted file of one segment, a stretch at a time.

Every source has its terms in the order of their bytes and its documents after those of the source
before, so a stretch of terms is read from all of them, put in order by term, coded and written.
What is in memory is one stretch, whatever the size of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from search.codec.coding import (
    ODD,
    WeightCoder,
    code_places,
    is_dense,
    pack_documents,
    sums,
    weight_table,
)
from search.codec.container import Array, ContainerWriter
from search.codec.postings import Postings, by_number
from search.codec.reader import NO_STEM, SegmentArrays
from search.codec.terms import write_terms

STRETCH = 600_000
"""Places read at a time, or those of one term if it has more."""


class Source(Protocol):
    """Where postings come from."""

    @property
    def terms(self) -> Sequence[bytes]: ...
    @property
    def occurrences(self) -> Array: ...
    @property
    def histogram(self) -> Mapping[int, int]:
        """How many postings have each weight in hundredths."""
        ...

    def read(self, low: int, high: int) -> Postings: ...


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

    def __init__(self, kept: Kept, name: str) -> None:
        words = kept.arrays.words(name)
        self._words = words
        self._arrays = kept.arrays
        self._renumbered = kept.renumbered()
        self._shift = kept.shift()
        self.terms: Sequence[bytes] = list(words.all()) if len(words) else []
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

    def stems(self, name: str) -> Iterator[tuple[bytes, bytes]]:
        """Every word that has a stem, with it."""
        stems = list(self._arrays.field(name).all())
        for i, term in enumerate(self.terms):
            if (stem := self._words.stem_of(i)) >= 0:
                yield term, stems[stem]

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


def write_words(
    writer: ContainerWriter,
    name: str,
    stems: str,
    sources: Sequence[Source],
    documents: int,
    stem_of: Mapping[bytes, bytes],
) -> None:
    """Write the exact words of a segment under ``name`` and their stems under ``stems``.

    ``stem_of`` has the stem of every word that has one.
    """
    # One source's terms at a time: all of them together would be many times the whole list.
    together: set[bytes] = set()
    for source in sources:
        together.update(source.terms)
    union = sorted(together)
    del together
    number = {term: i for i, term in enumerate(union)}
    ranks = [np.array([number[term] for term in one.terms], np.uint32) for one in sources]
    total = np.zeros(len(union), np.int64)
    histogram: dict[int, int] = {}
    for source, rank in zip(sources, ranks, strict=True):
        total[rank] += source.occurrences
        for weight, often in source.histogram.items():
            histogram[weight] = histogram.get(weight, 0) + often
    del number
    table = weight_table(histogram)
    out = _WordsWriter(writer, name, documents, table)
    for low, high in _stretches(total):
        out.add(_stretch(sources, ranks, low, high))
    used = np.concatenate([*out.frequencies, np.empty(0, np.int64)]) > 0
    terms = [term for term, there in zip(union, used.tolist(), strict=True) if there]
    out.close()
    write_terms(writer, name, terms)
    writer.put(f"{name}.weight_table", table)
    _write_stems(writer, name, stems, terms, stem_of)


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
    documents = np.concatenate([one.documents for _, one in read] or [np.empty(0, np.uint32)])
    hundredths = np.concatenate([one.hundredths for _, one in read] or [documents])
    places = np.concatenate([one.places for _, one in read] or [documents])
    if high - low == 1:
        return Postings(frequencies, occurrences, documents, hundredths, places)
    of_posting = [np.repeat(rank, one.frequencies).astype(np.uint32) for rank, one in read]
    of_place = [np.repeat(rank, one.occurrences).astype(np.uint32) for rank, one in read]
    order = by_number(np.concatenate(of_posting))
    of_place_order = by_number(np.concatenate(of_place))
    return Postings(
        frequencies,
        occurrences,
        documents[order],
        hundredths[order],
        places[of_place_order],
    )


@dataclass
class _WordsWriter:
    writer: ContainerWriter
    name: str
    documents: int
    table: Array
    frequencies: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = document_type(self.documents)
        self._coder = WeightCoder(self.table)
        self._docs = self.writer.stream(f"{self.name}.docs", numbers)
        self._bitmaps = self.writer.stream(f"{self.name}.bitmaps", "<u1")
        self._weights = self.writer.stream(f"{self.name}.weights", "<u1")
        self._places = {
            width: self.writer.stream(f"{self.name}.places{width}", dtype)
            for width, dtype in ((1, "<u1"), (2, "<u2"), (3, "|V3"), (4, "<u4"))
        }
        self._postings = 0
        self._terms = 0
        self._anchor_count = 0
        self._sparse: list[Array] = []
        self._dense: list[Array] = []
        self._odd_at: list[Array] = []
        self._odd: list[Array] = []
        self._first: list[Array] = []
        self._width: list[Array] = []
        self._entries: list[Array] = []
        self._offset: list[Array] = []
        self._anchors: list[Array] = []
        self._anchored: list[Array] = []
        self._anchor_ends: list[Array] = []

    def add(self, stretch: Postings) -> None:
        there = stretch.frequencies > 0
        self.frequencies.append(stretch.frequencies)
        frequencies = stretch.frequencies[there]
        if not frequencies.size:
            return
        dense = is_dense(frequencies, self.documents)
        self._sparse.append(np.where(dense, 0, frequencies))
        self._docs.add(stretch.documents[~np.repeat(dense, frequencies)])
        ends = np.cumsum(frequencies)
        for i in np.flatnonzero(dense).tolist():
            found = stretch.documents[ends[i] - frequencies[i] : ends[i]]
            self._bitmaps.add(pack_documents(found, self.documents))
        self._dense.append(np.flatnonzero(dense) + self._terms)
        codes = self._coder.codes(stretch.hundredths)
        self._weights.add(codes)
        odd = np.flatnonzero(codes == ODD)
        self._odd_at.append(odd + self._postings)
        self._odd.append(stretch.hundredths[odd])
        self._add_places(stretch.places, np.cumsum(stretch.occurrences[there]))
        self._postings += stretch.documents.size
        self._terms += frequencies.size

    def _add_places(self, places: Array, ends: Array) -> None:
        coded = code_places(places, ends)
        offset = np.zeros(ends.size, np.int64)
        for width, stream in self._places.items():
            chosen = coded.width == width
            sizes = coded.entries[chosen]
            offset[chosen] = stream.items + np.cumsum(sizes) - sizes
            stream.add(coded.streams[width])
        self._first.append(coded.first)
        self._width.append(coded.width)
        self._entries.append(coded.entries)
        self._offset.append(offset)
        with_anchors = np.flatnonzero(coded.anchored)
        self._anchors.append(coded.anchors)
        self._anchored.append(with_anchors + self._terms)
        self._anchor_ends.append(self._anchor_count + np.cumsum(coded.anchored[with_anchors]))
        self._anchor_count += coded.anchors.size

    def close(self) -> None:
        frequencies = np.concatenate([*self.frequencies, np.empty(0, np.int64)])
        self._put("postings", [_ends(frequencies[frequencies > 0])])
        self._put("sparse", [_ends(np.concatenate([*self._sparse, np.empty(0, np.int64)]))])
        self._put("dense", self._dense)
        self._put("odd_at", self._odd_at)
        heaviest = max((int(odd.max(initial=0)) for odd in self._odd), default=0)
        self._put("odd_weights", self._odd, "<u2" if heaviest < 2**16 else "<u4")
        self._put("first", self._first)
        self._put("width", self._width, "<u1")
        self._put("entries", self._entries)
        self._put("offset", self._offset)
        self._put("anchors", self._anchors)
        self._put("anchored", self._anchored)
        self._put("anchor_ends", [np.zeros(1, np.int64), *self._anchor_ends])

    def _put(self, name: str, arrays: Sequence[Array], dtype: str = "") -> None:
        found = np.concatenate([*arrays, np.empty(0, np.uint8)]) if arrays else np.empty(0)
        self.writer.put(f"{self.name}.{name}", found, dtype or number_type(found))


def _ends(counts: Array) -> Array:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))


def number_type(array: Array) -> str:
    """The type that numbers are kept with: four bytes, or eight where one needs them."""
    return "<u8" if array.size and int(array.max()) > 0xFFFFFFFF else "<u4"


def document_type(documents: int) -> str:
    """The type that numbers of documents are kept with."""
    return "<u2" if documents <= 0x10000 else "<u4"


def _write_stems(
    writer: ContainerWriter,
    name: str,
    stems: str,
    terms: Sequence[bytes],
    stem_of: Mapping[bytes, bytes],
) -> None:
    found = sorted({stem_of[term] for term in terms if term in stem_of})
    number = {stem: i for i, stem in enumerate(found)}
    of = np.array(
        [number[stem_of[term]] if term in stem_of else NO_STEM for term in terms], np.uint32
    )
    having = np.flatnonzero(of != NO_STEM)
    forms = having[np.argsort(of[having], kind="stable")]
    write_terms(writer, stems, found)
    writer.put(f"{name}.stem", of, "<u4")
    writer.put(f"{stems}.forms", forms, "<u4")
    writer.put(f"{stems}.form_ends", _ends(np.bincount(of[having], minlength=len(found))), "<u4")


def write_codes(
    writer: ContainerWriter, name: str, codes: Mapping[bytes, Sequence[int]], documents: int
) -> None:
    """Write a field of codes: each with its documents, rising."""
    terms = sorted(codes)
    counts = np.fromiter((len(codes[term]) for term in terms), np.int64, len(terms))
    found = np.fromiter((doc for term in terms for doc in codes[term]), np.int64, int(counts.sum()))
    write_terms(writer, name, terms)
    writer.put(f"{name}.postings", _ends(counts), "<u4")
    writer.put(f"{name}.docs", found, document_type(documents))
    if np.unique(found).size == found.size:
        dtype = "<u2" if len(terms) < 0xFFFF else "<u4"
        by_document = np.full(documents, np.iinfo(dtype).max, dtype)
        by_document[found] = np.repeat(np.arange(len(terms)), counts)
        writer.put(f"{name}.by_document", by_document)


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
