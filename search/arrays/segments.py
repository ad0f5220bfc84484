"""An index of our codec seen as one: all segments under one numbering, deleted documents left out.

What does not depend on a query is worked out once for an opened index and kept here.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from search.arrays.hits import HitArray
from search.arrays.pieces import Pieces
from search.codec import arrays_of
from search.codec.reader import SegmentArrays
from search.schema import STEMMED
from search.scoring import K1, B

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from search.arrays.hits import Docs, Mask, Scores
    from search.codec.stem_fields import StemField
    from search.codec.word_fields import WordField
    from search.manifest import SegmentFacts


FOUND = 4096
"""Terms whose numbers are remembered, for each segment of an index that is open."""


class Segment:
    """One segment: its arrays, and where its documents begin in the whole."""

    def __init__(
        self, arrays: SegmentArrays, offset: int, deleted: Collection[int], stems: int
    ) -> None:
        """``stems`` is the length of all its documents, as Whoosh counts it."""
        self.arrays = arrays
        self.pieces = Pieces(arrays)
        self.stems = stems
        self.offset = offset
        self.size = arrays.documents
        self.find = lru_cache(FOUND)(self._find)
        """The number of a term, -1 if there is none; asked for often while a query is worked out"""
        self.alive: Mask | None = None
        if deleted:
            self.alive = np.ones(self.size, np.bool_)
            self.alive[np.array(list(deleted), np.intp)] = False

    def part(self, hits: HitArray) -> HitArray:
        """Those of the hits that are of this segment, under its own numbers."""
        if not self.offset and self.size == hits.size:
            return hits
        low, high = np.searchsorted(hits.docs, (self.offset, self.offset + self.size))
        return HitArray(hits.docs[low:high] - self.offset, hits.scores[low:high], self.size)

    def words(self, field: str) -> WordField | StemField:
        """A field of words with places."""
        return cast("WordField | StemField", self.arrays.field(field))

    def terms(self, field: str, wanted: Sequence[bytes]) -> list[int]:
        """The numbers of those of the terms that are here."""
        return [number for term in wanted if (number := self.find(field, term)) >= 0]

    def _find(self, field: str, term: bytes) -> int:
        return self.arrays.field(field).find(term)


def segments_of(reader: Any) -> Segments | None:
    """The segments that a reader of Whoosh's reads; None where there is one that is not ours, or
    none at all."""
    found = []
    for leaf, offset in reader.leaf_readers():
        if not leaf.doc_count_all():
            continue
        arrays = arrays_of(leaf)
        if arrays is None:
            return None
        found.append(Segment(arrays, offset, leaf.deleted_docs_set, leaf.field_length(STEMMED)))
    return Segments(found) if found else None


def segments_in(folder: Path, facts: Sequence[SegmentFacts]) -> Segments | None:
    """The segments of a directory of which these are the facts, without Whoosh; None where there
    are none."""
    found: list[Segment] = []
    offset = 0
    try:
        for name, words, deleted in facts:
            arrays = SegmentArrays(folder, name)
            found.append(Segment(arrays, offset, deleted, words))
            offset += arrays.documents
    except BaseException:
        for segment in found:
            segment.arrays.close()
        raise
    return Segments(found) if found else None


class Segments:
    """All segments of one opened index that have documents."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.all = segments
        self._hidden: tuple[frozenset[int], Docs] = frozenset(), np.empty(0, np.intp)
        self.size = sum(segment.size for segment in segments)
        self.documents = sum(
            segment.size if segment.alive is None else int(np.count_nonzero(segment.alive))
            for segment in segments
        )

    def __iter__(self) -> Iterator[Segment]:
        return iter(self.all)

    def hidden(self, numbers: frozenset[int]) -> Docs:
        """The documents of some decisions, rising. Those asked for last are remembered: they are
        the same from one search to the next."""
        if numbers != self._hidden[0]:
            terms = [str(number).encode("ascii") for number in numbers]
            self._hidden = numbers, np.flatnonzero(self.mask("id", terms))
        return self._hidden[1]

    def close(self) -> None:
        """Let go of the files, as far as no array of theirs is in use any more."""
        for segment in self.all:
            segment.arrays.close()

    @cached_property
    def alive(self) -> Mask | None:
        """Which documents are not deleted; None where none is."""
        if all(segment.alive is None for segment in self.all):
            return None
        return np.concatenate(
            [
                np.ones(segment.size, np.bool_) if segment.alive is None else segment.alive
                for segment in self.all
            ]
        )

    @cached_property
    def everything(self) -> Docs:
        """Every document."""
        return np.arange(self.size) if self.alive is None else np.flatnonzero(self.alive)

    @cached_property
    def norms(self) -> Scores:
        """What the length of each document sets against the weight of a word in it."""
        mean = max(1.0, sum(segment.stems for segment in self.all) / max(1, self.size))
        lengths = self._joined([s.arrays.rounded_lengths(STEMMED) for s in self.all])
        return K1 * (1 - B + B * lengths.astype(np.float64) / mean)

    def numbers(self, column: str) -> NDArray[np.int64]:
        """A number column of all documents."""
        if column not in self._columns:
            parts = [segment.arrays.numbers(column) for segment in self.all]
            self._columns[column] = self._joined(parts)
        return self._columns[column]

    @cached_property
    def _columns(self) -> dict[str, NDArray[Any]]:
        return {}

    def mask(self, field: str, terms: Sequence[bytes]) -> Mask:
        """Which documents, deleted ones left out, have any of some terms."""
        parts = []
        for segment in self.all:
            held = segment.arrays.field(field)
            part = np.zeros(segment.size, np.bool_)
            for number in segment.terms(field, terms):
                part |= held.mask(number)
            if segment.alive is not None:
                part &= segment.alive
            parts.append(part)
        return self._joined(parts) if parts else np.zeros(0, np.bool_)

    def ranks(self, field: str) -> NDArray[np.int64]:
        """The place of each document's code in the order of all codes; 0 for none."""
        ranks = np.zeros(self.size, np.int64)
        order = {term: rank for rank, term in enumerate(self.starting(field, b""))}
        for segment in self.all:
            held = segment.arrays.field(field)
            here = ranks[segment.offset : segment.offset + segment.size]
            for number, term in enumerate(held.all()):
                here[held.docs(number)] = order[term]
        return ranks

    def starting(self, field: str, start: bytes) -> Iterator[bytes]:
        """The terms of a field that begin so, in order, each once."""
        lists = []
        for segment in self.all:
            held = segment.arrays.field(field)
            lists.append(held.all(*(held.span(start) if start else (0, len(held)))))
        if len(lists) == 1:
            return lists[0]
        return (term for term, _ in groupby(heapq.merge(*lists)))

    def frequency(self, field: str, term: bytes) -> int:
        """Documents with a term, deleted ones among them."""
        return sum(
            segment.arrays.field(field).frequency(number)
            for segment in self.all
            for number in segment.terms(field, [term])
        )

    @staticmethod
    def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
        return parts[0] if len(parts) == 1 else np.concatenate(parts)
