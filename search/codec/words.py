"""Exact words and their stems to the arrays of a segment, a stretch of terms at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from search.codec.coding import (
    ODD,
    WeightCoder,
    code_places,
    document_type,
    ends_of,
    is_dense,
    number_type,
    pack_documents,
)
from search.codec.container import Array, ContainerWriter
from search.codec.postings import Lexicon, Postings
from search.codec.terms import write_terms
from search.codec.word_fields import NO_STEM


@dataclass
class WordsWriter:
    """Takes the words of one field in order and writes their arrays."""

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
        self._put("postings", [ends_of(frequencies[frequencies > 0])])
        self._put("sparse", [ends_of(np.concatenate([*self._sparse, np.empty(0, np.int64)]))])
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


def write_stems(writer: ContainerWriter, name: str, stems: str, words: Lexicon) -> None:
    """Write the stems of the words of the field ``name`` as the field ``stems``."""
    found = sorted({stem for stem in words.stems if stem is not None})
    number: dict[bytes | None, int] = {stem: i for i, stem in enumerate(found)}
    number[None] = NO_STEM
    of = np.fromiter((number[stem] for stem in words.stems), np.uint32, len(words.stems))
    having = np.flatnonzero(of != NO_STEM)
    forms = having[np.argsort(of[having], kind="stable")]
    write_terms(writer, stems, found)
    writer.put(f"{name}.stem", of, "<u4")
    writer.put(f"{stems}.forms", forms, "<u4")
    writer.put(f"{stems}.form_ends", ends_of(np.bincount(of[having], minlength=len(found))), "<u4")
