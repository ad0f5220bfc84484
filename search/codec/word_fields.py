"""Exact words with weights and places, as a reader of them sees it.

What is few is looked up by itself: some documents of a common word, some places of a long list.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from search.codec import sparing
from search.codec.code_fields import Field
from search.codec.coding import (
    BLOCK,
    ESCAPED,
    ODD,
    bits,
    decode_blocks,
    decode_places,
    ranges,
    ranks,
    unpack_mask,
)
from search.codec.container import Array, Container

NO_STEM = 0xFFFFFFFF
WORTH_PICKING = 16 * BLOCK
"""A term with fewer entries is decoded whole: picking out blocks takes longer."""
FEW = 64
"""What is looked up is picked out, instead of all being read, when so many times fewer will do."""


class WordField(Field):
    """Exact words with weights and places."""

    _asked = 0
    """How often odd weights were looked for."""

    @cached_property
    def _sparse(self) -> Array:
        return self._container.array(f"{self._name}.sparse")

    @cached_property
    def _dense(self) -> Array:
        return self._container.array(f"{self._name}.dense")

    @cached_property
    def _table(self) -> Array:
        table = np.zeros(ODD + 1, np.float32)
        known = self._container.array(f"{self._name}.weight_table")
        table[: known.size] = (known / 100).astype(np.float32)
        return table

    @cached_property
    def _odd(self) -> tuple[Array, Array]:
        return (
            self._container.array(f"{self._name}.odd_at"),
            self._container.array(f"{self._name}.odd_weights"),
        )

    @cached_property
    def _coded(self) -> tuple[Array, Array, Array, Array]:
        names = ("first", "width", "entries", "offset")
        first, width, entries, offset = (
            self._container.array(f"{self._name}.{name}") for name in names
        )
        return first, width, entries, offset

    @cached_property
    def _anchors(self) -> tuple[Array, Array]:
        return (
            self._container.array(f"{self._name}.anchored"),
            self._container.array(f"{self._name}.anchor_ends"),
        )

    @cached_property
    def _stems(self) -> Array:
        return self._container.array(f"{self._name}.stem")

    def stem_of(self, i: int) -> int:
        found = int(self._stems[i])
        return -1 if found == NO_STEM else found

    def stems_of(self, low: int, high: int) -> Array:
        """The same of a range of words, ``NO_STEM`` for none."""
        return self._stems[low:high]

    def _bitmap(self, i: int) -> Array | None:
        row = int(self._dense.searchsorted(np.uint32(i)))
        if row == self._dense.size or self._dense[row] != i:
            return None
        size = -(-self.documents // 8)
        return self._container.cut(f"{self._name}.bitmaps", row * size, (row + 1) * size)

    def docs(self, i: int) -> Array:
        low, high = int(self._sparse[i]), int(self._sparse[i + 1])
        if low < high:
            return self._container.cut(f"{self._name}.docs", low, high).astype(np.intp)
        return self.mask(i).nonzero()[0]

    def mask(self, i: int) -> Array:
        bitmap = self._bitmap(i)
        if bitmap is not None:
            return unpack_mask(bitmap, self.documents)
        return super().mask(i)

    def among(self, i: int, documents: Array) -> Array:
        """Which of some documents (rising) have a term."""
        bitmap = self._bitmap(i)
        if bitmap is not None:
            if documents.size * FEW > self.documents:
                return unpack_mask(bitmap, self.documents).take(documents)
            return bits(bitmap, documents)
        low, high = int(self._sparse[i]), int(self._sparse[i + 1])
        if documents.size * FEW > self.documents:
            return self.mask(i).take(documents)
        docs = self._container.cut(f"{self._name}.docs", low, high)
        asked = documents.astype(docs.dtype)
        there: Array = docs.take(docs.searchsorted(asked), mode="clip") == asked
        return there

    def docs_of(self, low: int, high: int) -> Array:
        if low >= high:
            return np.empty(0, np.intp)
        first, last = (int(np.searchsorted(self._dense, one)) for one in (low, high))
        if first == last:
            sparse = self._container.cut(
                f"{self._name}.docs", int(self._sparse[low]), int(self._sparse[high])
            )
            return sparse.astype(np.intp)
        pieces = []
        for dense in [*self._dense[first:last].tolist(), high]:
            pieces.append(self.docs_of(low, dense))
            if dense < high:
                pieces.append(self.docs(dense))
            low = dense + 1
        return np.concatenate(pieces)

    def weights(self, i: int) -> Array:
        return self._weights(int(self._ends[i]), int(self._ends[i + 1]))

    def postings_of(self, low: int, high: int) -> tuple[Array, Array]:
        if low >= high:
            return np.empty(0, np.intp), np.empty(0, np.float32)
        return self.docs_of(low, high), self._weights(int(self._ends[low]), int(self._ends[high]))

    def weights_in(self, i: int, documents: Array) -> tuple[Array, Array]:
        """Which of some documents have a term, and the weights in these; cheap where they are few
        and the term's many. ``documents`` rise."""
        low, high = int(self._sparse[i]), int(self._sparse[i + 1])
        begin, end = int(self._ends[i]), int(self._ends[i + 1])
        if low < high:
            docs = self._container.cut(f"{self._name}.docs", low, high)
            asked = documents.astype(docs.dtype)
            at = docs.searchsorted(asked)
            there = docs.take(at, mode="clip") == asked
            at = at[there]
        elif (bitmap := self._bitmap(i)) is not None:
            there, at = ranks(bitmap, documents)
        else:
            there, at = np.zeros(documents.size, bool), np.empty(0, np.intp)
        codes = self._container.cut(f"{self._name}.weights", begin, end).take(at)
        found = self._table.take(codes)
        strange = (codes == ODD).nonzero()[0]
        if strange.size:
            found[strange] = self._odd_at(at[strange] + begin) / 100
        return there, found

    def _weights(self, low: int, high: int) -> Array:
        found = self._table.take(self._container.cut(f"{self._name}.weights", low, high))
        at, odd = self._odd_between(low, high)
        if at.size:
            found[at.astype(np.int64) - low] = odd / 100
        return found

    def _odd_between(self, low: int, high: int) -> tuple[Array, Array]:
        """The postings with another weight than those in the table, and the weights of them."""
        first, last = self._odd_reach(np.array((low, high), np.int64)).tolist()
        return (
            self._container.cut(f"{self._name}.odd_at", first, last),
            self._container.cut(f"{self._name}.odd_weights", first, last),
        )

    def _odd_at(self, postings: Array) -> Array:
        """The weights of some postings that have another than those in the table."""
        found = self._odd_reach(postings)
        if "_odd" in self.__dict__:
            return self._odd[1].take(found)
        return sparing.pick(self._container, f"{self._name}.odd_weights", found)

    def _odd_reach(self, postings: Array) -> Array:
        self._asked += 1
        if "_odd" in self.__dict__ or self._asked > sparing.OFTEN or postings.size > sparing.FEW:
            at, _ = self._odd
            found: Array = at.searchsorted(postings.astype(at.dtype))
            return found
        return sparing.reach(self._container, f"{self._name}.odd_at", postings, right=False)

    def hundredths_of(self, low: int, high: int) -> Array:
        """The weights of a range of terms as they were given, in hundredths."""
        begin, end = int(self._ends[low]), int(self._ends[high])
        known = self._container.array(f"{self._name}.weight_table")
        table = np.zeros(ODD + 1, np.uint32)
        table[: known.size] = known
        found = table[self._container.cut(f"{self._name}.weights", begin, end)]
        at, odd = self._odd
        first, last = at.searchsorted(np.array((begin, end), at.dtype))
        found[at[first:last].astype(np.int64) - begin] = odd[first:last]
        return found

    def occurrences(self, i: int) -> int:
        _, width, entries, _ = self._coded
        if not entries[i]:
            return 1
        if width[i] > ESCAPED:
            return int(entries[i]) + 1
        cut = self._entries(i)
        return 1 + int(np.count_nonzero(cut != np.iinfo(cut.dtype).max))

    def _entries(self, i: int) -> Array:
        _, width, entries, offset = self._coded
        start = int(offset[i])
        return self._container.cut(f"{self._name}.places{width[i]}", start, start + int(entries[i]))

    def places(self, i: int, within: Array | None = None) -> Array:
        first, width, entries, _ = self._coded
        count = int(entries[i])
        if within is not None:
            starts = self._container.array("starts")
            low, high = starts[within], starts[within + 1]
            picked = None
            if count > WORTH_PICKING and width[i] <= ESCAPED and within.size * FEW < count:
                picked = self._picked(i, low, high)
            found = picked if picked is not None else decode_places(int(first[i]), self._entries(i))
            at, end = found.searchsorted(low), found.searchsorted(high)
            return found[ranges(at, end - at)]
        return decode_places(int(first[i]), self._entries(i))

    def stands_at(self, i: int, places: Array) -> Array:
        """Which of some rising places a term stands at."""
        first, width, entries, _ = self._coded
        count = int(entries[i])
        found = None
        if count > WORTH_PICKING and width[i] <= ESCAPED and places.size * FEW < count:
            found = self._picked(i, places, places)
        if found is None:
            found = decode_places(int(first[i]), self._entries(i))
        there: Array = found.take(found.searchsorted(places), mode="clip") == places
        return there

    def _picked(self, i: int, low: Array, high: Array) -> Array | None:
        """The places in the blocks that reach into some stretches, or None where that is most."""
        terms, ends = self._anchors
        row = int(terms.searchsorted(np.uint32(i)))
        anchors = self._container.cut(f"{self._name}.anchors", int(ends[row]), int(ends[row + 1]))
        one, last = anchors.searchsorted(low), anchors.searchsorted(high)
        wanted = np.zeros(anchors.size + 1, bool)
        wanted[ranges(one, last - one + 1)] = True
        blocks = np.flatnonzero(wanted)
        if blocks.size * 2 > anchors.size:
            return None
        first, width, entries, offset = self._coded
        name, start, count = f"{self._name}.places{width[i]}", int(offset[i]), int(entries[i])
        stream, offset_in_file = self._container.unchecked(name)
        size = stream.dtype.itemsize
        for block in blocks.tolist():
            begin = start + block * BLOCK
            end = min(start + count, begin + BLOCK)
            self._container.touch(offset_in_file + begin * size, offset_in_file + end * size)
        return decode_blocks(int(first[i]), stream[start : start + count], anchors, blocks)

    def counts(self, i: int) -> Array:
        """Occurrences in each of ``docs(i)``."""
        return counts_of(self._container, self.docs(i), self.places(i))


def counts_of(container: Container, documents: Array, places: Array) -> Array:
    """How many of some places, which rise, lie in each of some documents."""
    starts = container.array("starts")
    counted: Array = places.searchsorted(starts[documents + 1])
    counted -= places.searchsorted(starts[documents])
    return counted
