"""What Whoosh asks of a codec, answered from arrays: segment, terms, matchers.

Whoosh's own query classes and scorers work over it unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.matching import ListMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from search.codec.code_fields import CodeField, PlainField
from search.codec.container import Array
from search.codec.per_document import ArrayPerDocReader, ArrayPerDocWriter
from search.codec.reader import INVERTED, SegmentArrays

VALUES_AT_A_TIME = 1024
"""Postings whose positions a matcher looks up together."""


class ArrayCodec(W3Codec):  # type: ignore[misc]  # Whoosh is Any to mypy
    """The codec. It has no settings."""

    length_stats = False

    def per_document_writer(self, storage: Any, segment: Any) -> ArrayPerDocWriter:
        return ArrayPerDocWriter(self, storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> ArrayFieldWriter:
        return ArrayFieldWriter(storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> ArrayTermsReader:
        return ArrayTermsReader(SegmentArrays(Path(storage.folder), segment.segment_id()))

    def per_document_reader(self, storage: Any, segment: Any) -> ArrayPerDocReader:
        return ArrayPerDocReader(storage, segment)

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        return ArraySegment(self, indexname)


class ArraySegment(W3Segment):  # type: ignore[misc]  # Whoosh is Any to mypy
    """A segment of ours: two files of arrays."""

    def should_assemble(self) -> bool:
        return False


class ArrayFieldWriter(base.FieldWriter):  # type: ignore[misc]  # Whoosh is Any to mypy
    """Writes what ``search.codec.writer`` has gathered; postings one by one are not taken."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._path = Path(storage.folder) / segment.make_filename(INVERTED)
        self._segment = segment
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Any) -> None:
        items.write(schema, self._path, self._segment)

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        raise NotImplementedError

    start_term = add = finish_term = start_field

    def close(self) -> None:
        self.is_closed = True


class ArrayTermsReader(base.TermsReader):  # type: ignore[misc]  # Whoosh is Any to mypy
    """Terms and matchers of a segment."""

    def __init__(self, arrays: SegmentArrays) -> None:
        self.arrays = arrays
        self._names = frozenset(arrays.names)
        self._rounded: dict[str, Array] = {}

    def close(self) -> None:
        self._rounded.clear()
        self.arrays.close()

    def _find(self, fieldname: str, text: bytes) -> tuple[Any, int]:
        if fieldname in self._names:
            found = self.arrays.field(fieldname)
            i = found.find(text)
            if i >= 0:
                return found, i
        # What Whoosh's readers expect, and turn into "none" or TermNotFound.
        raise KeyError(f"{fieldname}:{text!r}")

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        fieldname, text = term
        return fieldname in self._names and self.arrays.field(fieldname).find(text) >= 0

    def indexed_field_names(self) -> Sequence[str]:
        return sorted(self._names)

    def cursor(self, fieldname: str, fieldobj: Any) -> Any:
        if fieldname not in self._names:
            return base.EmptyCursor()
        return _Cursor(self, fieldname, fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for name in self.indexed_field_names():
            yield from ((name, term) for term in self.arrays.field(name).all())

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        if fieldname in self._names:
            found = self.arrays.field(fieldname)
            low = found.reach(prefix)
            # Most callers stop soon.
            while low < len(found):
                high = min(len(found), low + 256)
                for term in found.all(low, high):
                    yield fieldname, term
                low = high
        # As Whoosh's own: the terms of the fields after it follow.
        for name in self.indexed_field_names():
            if name > fieldname:
                yield from ((name, term) for term in self.arrays.field(name).all())

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for name, text in self.terms():
            yield (name, text), self.term_info(name, text)

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        for name, text in self.terms_from(fieldname, prefix):
            yield (name, text), self.term_info(name, text)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        return self.info(fieldname, *self._find(fieldname, text))

    def info(self, fieldname: str, found: Any, i: int) -> TermInfo:
        """What Whoosh wants to know of a term."""
        docs = found.docs(i)
        weights = np.ones(1) if isinstance(found, CodeField) else found.weights(i)
        total = docs.size if isinstance(found, CodeField) else weights.sum(dtype=np.float64)
        lengths = self._lengths(fieldname)[docs]
        return TermInfo(
            weight=float(total),
            df=int(docs.size),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(weights.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def _lengths(self, fieldname: str) -> Array:
        found = self._rounded.get(fieldname)
        if found is None:
            found = self._rounded[fieldname] = self.arrays.rounded_lengths(fieldname)
        return found

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self.term_info(fieldname, text).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        found, i = self._find(fieldname, text)
        return int(found.frequency(i))

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        try:
            found, i = self._find(fieldname, text)
        except KeyError as error:
            raise TermNotFound(str(error)) from None
        docs = found.docs(i)
        if isinstance(found, CodeField):
            weights: list[float] | None = None
            values: Any = None
        else:
            weights = found.weights(i).tolist()
            values = (
                found.values(i)
                if isinstance(found, PlainField)
                else _Positions(self.arrays, found, i, docs)
            )
        return ArrayMatcher(
            docs.tolist(),
            weights,
            values,
            format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=None if scorer is None else self.info(fieldname, found, i),
        )


class _Positions:
    """The encoded positions of a term's postings, looked up a stretch at a time."""

    def __init__(self, arrays: SegmentArrays, field: Any, i: int, docs: Array) -> None:
        self._arrays, self._field, self._i, self._docs = arrays, field, i, docs
        self._stretch = -1
        self._held: list[bytes] = []

    def __len__(self) -> int:
        return int(self._docs.size)

    def __getitem__(self, number: int) -> bytes:
        stretch, at = divmod(number, VALUES_AT_A_TIME)
        if stretch != self._stretch:
            begin = stretch * VALUES_AT_A_TIME
            docs = self._docs[begin : begin + VALUES_AT_A_TIME]
            places = self._field.places(self._i, docs)
            of = self._arrays.document_of(places)
            positions = self._arrays.positions_of(places)
            packed = positions[np.lexsort((positions, of))].astype("<u4").tobytes()
            ends = 4 * np.searchsorted(of, docs, side="right")
            begins = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
            self._held = [
                packed[low:high] for low, high in zip(begins.tolist(), ends.tolist(), strict=True)
            ]
            self._stretch = stretch
        return self._held[at]


class ArrayMatcher(ListMatcher):  # type: ignore[misc]  # Whoosh is Any to mypy
    """Whoosh's list matcher, but for what is slow or missing in it."""

    _i: int

    def skip_to(self, docnum: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        ids = self._ids
        low, high = self._i, len(ids)
        while low < high:
            middle = (low + high) // 2
            if ids[middle] < docnum:
                low = middle + 1
            else:
                high = middle
        self._i = low

    def copy(self) -> ArrayMatcher:
        return self.__class__(
            self._ids,
            self._weights,
            self._values,
            self._format,
            self._scorer,
            self._i,
            self._all_weights,
            self._term,
            self._terminfo,
        )

    def value(self) -> bytes:
        return b"" if self._values is None else self._values[self._i]

    def spans(self) -> list[Any]:
        from whoosh.query.spans import Span

        if self.supports("characters"):
            return [
                Span(place, startchar=start, endchar=end)
                for place, start, end in self.value_as("characters")
            ]
        return [Span(place) for place in self.value_as("positions")]

    def block_max_weight(self) -> float:
        return float(self._terminfo.max_weight())

    def items_as(self, astype: str) -> Iterator[tuple[int, Any]]:
        decode = self._format.decoder(astype)
        for number, doc in enumerate(self._ids):
            yield doc, decode(b"" if self._values is None else self._values[number])


class _Cursor(base.FieldCursor):  # type: ignore[misc]  # Whoosh is Any to mypy
    def __init__(self, reader: ArrayTermsReader, fieldname: str, fieldobj: Any) -> None:
        self._reader = reader
        self._name = fieldname
        self._type = fieldobj
        self._terms = reader.arrays.field(fieldname)
        self._i = 0

    def first(self) -> Any:
        self._i = 0
        return self.text()

    def find(self, term: Any) -> Any:
        found = term if isinstance(term, bytes) else self._type.to_bytes(term)
        self._i = self._terms.reach(found)
        return self.text()

    def next(self) -> Any:
        self._i += 1
        return self.text()

    def text(self) -> Any:
        return self._type.from_bytes(self._terms.term(self._i)) if self.is_valid() else None

    def term_info(self) -> Any:
        return self._reader.info(self._name, self._terms, self._i) if self.is_valid() else None

    def is_valid(self) -> bool:
        return self._i < len(self._terms)
