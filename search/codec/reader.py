"""The arrays of a segment: fields, places and columns, as docs/index-format.md promises them.

What this module does not do: score, combine, or know of Whoosh.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np

from search.codec import sparing
from search.codec.code_fields import CodeField, PlainField
from search.codec.container import Array, Container, DamagedIndex
from search.codec.stem_fields import StemField
from search.codec.word_fields import WordField

INVERTED = ".inv"
COLUMNS = ".doc"
"""Ends of the names of a segment's two files: postings and places; columns and lengths."""

PLACES_OF_REGION = 1 << 23
LAST_PLACE = PLACES_OF_REGION - 2
GAP = 128


def lengths_kept() -> Array:
    """The 256 lengths of a document that Whoosh tells apart: the next of them stands for any."""
    found: Array = np.rint((1.033 ** np.arange(256) - 1) * 27).astype(np.uint32)
    return found


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
        return items > sparing.FEW or self._asked > sparing.OFTEN or name in self.__dict__

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
