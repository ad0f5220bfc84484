"""The arrays of a segment: fields, places and columns, as docs/index-format.md promises them.

What this module does not do: score, combine, or know of Whoosh.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from search.codec import sparing
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
from search.codec.container import Array, Container, DamagedIndex
from search.codec.terms import Terms

INVERTED = ".inv"
COLUMNS = ".doc"
"""Ends of the names of a segment's two files: postings and places; columns and lengths."""

NO_STEM = 0xFFFFFFFF
PLACES_OF_REGION = 1 << 23
LAST_PLACE = PLACES_OF_REGION - 2
GAP = 128
WORTH_PICKING = 16 * BLOCK
"""A term with fewer entries is decoded whole: picking out blocks takes longer."""
OFTEN = 16
"""Questions that are answered from few pages, until the whole of a list is worth reading."""

FEW = 64
"""Blocks of places are picked out, instead of all being read, when so many times fewer will do."""


def lengths_kept() -> Array:
    """The 256 lengths of a document that Whoosh tells apart: the next of them stands for any."""
    found: Array = np.rint((1.033 ** np.arange(256) - 1) * 27).astype(np.uint32)
    return found


class Field(Terms):
    """Terms with the documents that have them."""

    def __init__(self, container: Container, name: str, documents: int) -> None:
        super().__init__(container, name)
        self.documents = documents
        self._name = name
        self._container = container

    @cached_property
    def _ends(self) -> Array:
        """Postings before each term, and of all."""
        return self._container.array(f"{self._name}.postings")

    def frequency(self, i: int) -> int:
        return int(self._ends[i + 1]) - int(self._ends[i])

    def frequencies(self, low: int, high: int) -> Array:
        return np.diff(self._ends[low : high + 1].astype(np.int64))

    def docs(self, i: int) -> Array:
        return self.docs_of(i, i + 1)

    def mask(self, i: int) -> Array:
        found = np.zeros(self.documents, bool)
        found[self.docs(i)] = True
        return found

    def docs_of(self, low: int, high: int) -> Array:
        if low >= high:
            return np.empty(0, np.intp)
        cut = self._container.cut(f"{self._name}.docs", int(self._ends[low]), int(self._ends[high]))
        return cut.astype(np.intp)


class CodeField(Field):
    """A field of codes that are there or not."""

    @cached_property
    def by_document(self) -> Array | None:
        """The code of each document, the highest number for none; None where any has several."""
        name = f"{self._name}.by_document"
        return self._container.array(name) if name in self._container else None


class PlainField(Field):
    """Postings of any other format of Whoosh's: weights, and values that Whoosh packed."""

    def weights(self, i: int) -> Array:
        low, high = int(self._ends[i]), int(self._ends[i + 1])
        return self._container.cut(f"{self._name}.weights", low, high)

    def values(self, i: int) -> list[bytes]:
        low, high = int(self._ends[i]), int(self._ends[i + 1])
        ends = self._container.cut(f"{self._name}.value_ends", low, high + 1).tolist()
        packed = self._container.cut(f"{self._name}.values", ends[0], ends[-1]).tobytes()
        start = ends[0]
        return [packed[one - start : other - start] for one, other in pairwise(ends)]


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
        if "_odd" in self.__dict__ or self._asked > OFTEN or postings.size > sparing.FEW:
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
        blocks = np.unique(ranges(one, last - one + 1))
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
        starts = self._container.array("starts")
        docs = self.docs(i)
        found = self.places(i)
        counted: Array = np.searchsorted(found, starts[docs + 1])
        counted -= np.searchsorted(found, starts[docs])
        return counted


class StemField(Terms):
    """Stems: the same questions, answered from the exact words of each."""

    def __init__(self, container: Container, name: str, words: WordField) -> None:
        super().__init__(container, name)
        self._words = words
        self._container = container
        self._name = name
        self.documents = words.documents
        self._frequencies: dict[int, int] = {}

    @cached_property
    def _forms(self) -> tuple[Array, Array]:
        return (
            self._container.array(f"{self._name}.form_ends"),
            self._container.array(f"{self._name}.forms"),
        )

    def forms(self, i: int) -> Array:
        ends, forms = self._forms
        return forms[int(ends[i]) : int(ends[i + 1])]

    def frequency(self, i: int) -> int:
        forms = self.forms(i)
        if forms.size == 1:
            return self._words.frequency(int(forms[0]))
        found = self._frequencies.get(i)
        if found is None:
            found = self._frequencies[i] = int(np.count_nonzero(self.mask(i)))
        return found

    def frequencies(self, low: int, high: int) -> Array:
        return np.array([self.frequency(i) for i in range(low, high)], np.int64)

    def mask(self, i: int) -> Array:
        found = np.zeros(self.documents, bool)
        for form in self.forms(i).tolist():
            found[self._words.docs(form)] = True
        return found

    def among(self, i: int, documents: Array) -> Array:
        """As those of a ``WordField``."""
        found, *others = (self._words.among(form, documents) for form in self.forms(i).tolist())
        for other in others:
            found |= other
        return found

    def docs(self, i: int) -> Array:
        forms = self.forms(i)
        if forms.size == 1:
            return self._words.docs(int(forms[0]))
        return self.mask(i).nonzero()[0]

    def weights(self, i: int) -> Array:
        return self.postings(i)[1]

    def postings(self, i: int) -> tuple[Array, Array]:
        """``docs(i)`` and ``weights(i)``, in one go."""
        forms = self.forms(i)
        if forms.size == 1:
            form = int(forms[0])
            return self._words.docs(form), self._words.weights(form)
        found = np.zeros(self.documents, bool)
        total = np.zeros(self.documents, np.float32)
        for form in forms.tolist():
            docs = self._words.docs(form)
            found[docs] = True
            total[docs] += self._words.weights(form)
        docs = found.nonzero()[0]
        return docs, total.take(docs)

    def weights_in(self, i: int, documents: Array) -> tuple[Array, Array]:
        """As those of a ``WordField``."""
        forms = self.forms(i)
        if forms.size == 1:
            return self._words.weights_in(int(forms[0]), documents)
        there = np.zeros(documents.size, bool)
        total = np.zeros(documents.size, np.float32)
        for form in forms.tolist():
            here, weights = self._words.weights_in(form, documents)
            there |= here
            total[here] += weights
        return there, total[there]

    def docs_of(self, low: int, high: int) -> Array:
        return np.concatenate([np.empty(0, np.intp), *(self.docs(i) for i in range(low, high))])

    def postings_of(self, low: int, high: int) -> tuple[Array, Array]:
        if high - low == 1:
            return self.postings(low)
        found = [self.postings(i) for i in range(low, high)]
        return (
            np.concatenate([np.empty(0, np.intp), *(docs for docs, _ in found)]),
            np.concatenate([np.empty(0, np.float32), *(weights for _, weights in found)]),
        )

    def occurrences(self, i: int) -> int:
        return sum(map(self._words.occurrences, self.forms(i).tolist()))

    def places(self, i: int, within: Array | None = None) -> Array:
        forms = self.forms(i).tolist()
        if len(forms) == 1:
            return self._words.places(forms[0], within)
        found = np.concatenate([self._words.places(form, within) for form in forms])
        found.sort(kind="stable")
        return found

    def counts(self, i: int) -> Array:
        starts = self._container.array("starts")
        docs = self.docs(i)
        found = self.places(i)
        counted: Array = np.searchsorted(found, starts[docs + 1])
        counted -= np.searchsorted(found, starts[docs])
        return counted


def _before(starts: Array, places: Array) -> Array:
    """The last of the rising starts that is not after each place."""
    # Of one type: NumPy would else copy all of the starts into another at every call.
    found: Array = starts.searchsorted(places.astype(starts.dtype, copy=False), side="right")
    found -= 1
    return found


AnyField = CodeField | PlainField | WordField | StemField


class SegmentArrays:
    """One segment: its two files, opened to read."""

    _asked = 0
    """How often something was looked for in the lists of pieces."""

    def __init__(self, folder: Path, segment: str) -> None:
        self._inverted = Container(folder / (segment + INVERTED))
        self._columns = Container(folder / (segment + COLUMNS))
        self.documents: int = self._inverted.facts["documents"]
        if self._columns.facts["documents"] != self.documents:
            raise DamagedIndex(f"the files of {segment} do not belong together")
        self._fields: dict[str, AnyField] = {}

    def close(self) -> None:
        """Let go of the files; arrays that are still in use keep theirs."""
        self._fields.clear()
        self._inverted.close()
        self._columns.close()

    @property
    def names(self) -> list[str]:
        """The fields that have any term."""
        return [name for name, (_, terms) in self._inverted.facts["fields"].items() if terms]

    def field(self, name: str) -> AnyField:
        found = self._fields.get(name)
        if found is None:
            found = self._fields[name] = self._field(name)
        return found

    def _field(self, name: str) -> AnyField:
        kind, _ = self._inverted.facts["fields"][name]
        match kind:
            case "words":
                return WordField(self._inverted, name, self.documents)
            case "stems":
                words = self.words(self._inverted.facts["words"])
                return StemField(self._inverted, name, words)
            case "codes":
                return CodeField(self._inverted, name, self.documents)
            case _:
                return PlainField(self._inverted, name, self.documents)

    def words(self, name: str) -> WordField:
        """A field of exact words. Raises KeyError."""
        found = self.field(name)
        if not isinstance(found, WordField):
            raise KeyError(f"{name} is no field of words")
        return found

    def codes(self, name: str) -> CodeField:
        """A field of codes. Raises KeyError."""
        found = self.field(name)
        if not isinstance(found, CodeField):
            raise KeyError(f"{name} is no field of codes")
        return found

    # Columns

    def has_column(self, name: str) -> bool:
        return f"number.{name}" in self._columns or f"bytes.{name}" in self._columns

    def numbers(self, name: str) -> Array:
        return self._columns.array(f"number.{name}")

    def held(self, doc: int) -> bytes:
        return self.bytes_of("held", doc)

    def bytes_of(self, name: str, doc: int) -> bytes:
        """The value of a column of bytes."""
        low, high = self._columns.cut(f"bytes.{name}.ends", doc, doc + 2).tolist()
        return self._columns.cut(f"bytes.{name}", low, high).tobytes()

    def lengths(self, name: str) -> Array:
        if name in self._inverted.facts["lengths"]:
            return self._inverted.array(f"{name}.lengths")
        column = f"length.{name}"
        if column in self._columns:
            return self._columns.array(column)
        return np.zeros(self.documents, np.uint32)

    def rounded_lengths(self, name: str) -> Array:
        exact = self.lengths(name)
        if not exact.size:
            return exact
        table = lengths_kept()
        clipped = np.minimum(exact, table[-1])
        of_each = table[np.searchsorted(table, np.arange(int(clipped.max()) + 1))]
        found: Array = of_each[clipped]
        return found

    # Places

    @cached_property
    def starts(self) -> Array:
        if "starts" not in self._inverted:  # No field of words of ours.
            return np.zeros(self.documents + 1, np.uint32)
        return self._inverted.array("starts")

    @cached_property
    def piece_starts(self) -> Array:
        return self._pieces("piece_starts")

    @cached_property
    def piece_regions(self) -> Array:
        return self._pieces("piece_regions")

    def _pieces(self, name: str) -> Array:
        if name not in self._inverted:
            return np.empty(0, np.uint32)
        return self._inverted.array(name)

    def document_of(self, places: Array) -> Array:
        return _before(self.starts, places)

    def piece_of(self, places: Array) -> Array:
        if self._worth("piece_starts", places.size):
            return _before(self.piece_starts, places)
        if "piece_starts" not in self._inverted:
            return np.full(places.size, -1)
        found = sparing.reach(self._inverted, "piece_starts", places, right=True)
        found -= 1
        return found

    def regions_of(self, pieces: Array) -> Array:
        """The regions of some pieces."""
        if self._worth("piece_regions", pieces.size) or not pieces.size:
            return self.piece_regions.take(pieces)
        return sparing.pick(self._inverted, "piece_regions", pieces)

    def _worth(self, name: str, items: int) -> bool:
        """Whether the whole of a list is there already, or worth reading for so many items."""
        self._asked += 1
        return items > sparing.FEW or self._asked > OFTEN or name in self.__dict__

    def region_of(self, places: Array) -> Array:
        return self.piece_regions[self.piece_of(places)]

    def spread(self, places: Array) -> Array:
        spread: Array = (GAP - 1) * self.piece_of(places)
        spread += places
        return spread

    @cached_property
    def _piece_bases(self) -> Array:
        """The position in ``search.schema``'s numbering at which each piece begins."""
        starts = self.piece_starts.astype(np.int64)
        # A piece of n words takes n places and the free one; there n - 1 + GAP.
        spans = np.diff(starts, append=int(self.starts[-1])) + (GAP - 2)
        documents = self.document_of(starts)
        group = documents * 256 + self.piece_regions
        order = np.argsort(group, kind="stable")
        running = np.cumsum(spans[order]) - spans[order]
        new = np.ones(order.size, bool)
        new[1:] = group[order][1:] != group[order][:-1]
        running -= np.repeat(running[new], np.diff(np.append(np.flatnonzero(new), order.size)))
        base = np.empty(order.size, np.int64)
        base[order] = running
        return base

    def positions_of(self, places: Array) -> Array:
        piece = self.piece_of(places)
        inner = self._piece_bases[piece] + (places - self.piece_starts[piece])
        found: Array = self.piece_regions[piece].astype(np.int64) * PLACES_OF_REGION
        found += np.minimum(inner, LAST_PLACE)
        return found.astype(np.uint32)
