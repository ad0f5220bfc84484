"""What Whoosh keeps for each document, as arrays: columns of numbers and of bytes, and lengths.

Other columns, stored values and vectors (our schema has none) stay Whoosh's.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns
from whoosh.codec.whoosh3 import W3PerDocReader, W3PerDocWriter

from search.codec.container import Array, ContainerWriter
from search.codec.reader import COLUMNS, SegmentArrays


class ArrayPerDocWriter(W3PerDocWriter):  # type: ignore[misc]  # Whoosh is Any to mypy
    """Gathers columns and lengths and writes them as arrays."""

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._numbers: dict[str, tuple[int, array[int]]] = {}
        self._bytes: dict[str, list[bytes]] = {}
        self._lengths: dict[str, array[int]] = {}

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        if value is not None:
            self._storedfields[fieldname] = value
        if length:
            self._fieldlengths[fieldname] += length
            self.take_length(fieldname, self._docnum, length)

    def take_length(self, fieldname: str, docnum: int, length: int) -> None:
        """Note how many words a field has in a document."""
        found = self._lengths.get(fieldname)
        if found is None:
            found = self._lengths[fieldname] = array("L")
        found.extend(itertools.repeat(0, docnum - len(found)))
        found.append(length)

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        if type(columnobj) is columns.NumericColumn and columnobj._typecode in "bBhHiIq":
            held = self._numbers.get(fieldname)
            if held is None:
                default = columnobj.default_value()
                held = self._numbers[fieldname] = (default, array("q"))
            default, values = held
            values.extend(itertools.repeat(default, self._docnum - len(values)))
            values.append(value)
        elif type(columnobj) is columns.VarBytesColumn:
            kept = self._bytes.setdefault(fieldname, [])
            kept.extend(itertools.repeat(b"", self._docnum - len(kept)))
            kept.append(value)
        else:
            super().add_column_value(fieldname, columnobj, value)

    def close(self) -> None:
        super().close()
        count = self._doccount
        self._segment.set_doc_count(count)
        writer = ContainerWriter(Path(self._storage.folder) / self._segment.make_filename(COLUMNS))
        try:
            writer.facts["documents"] = count
            for name, (default, values) in sorted(self._numbers.items()):
                values.extend(itertools.repeat(default, count - len(values)))
                found = np.array(values, np.int64)
                narrow = found.size == 0 or (found.min() >= -(2**31) and found.max() < 2**31)
                writer.put(f"number.{name}", found, "<i4" if narrow else "<i8")
            for name, kept in sorted(self._bytes.items()):
                kept.extend(itertools.repeat(b"", count - len(kept)))
                ends = np.zeros(count + 1, np.int64)
                np.cumsum(np.fromiter(map(len, kept), np.int64, count), out=ends[1:])
                writer.put(f"bytes.{name}", np.frombuffer(b"".join(kept), np.uint8))
                writer.put(f"bytes.{name}.ends", ends, "<u4" if ends[-1] < 2**32 else "<u8")
            for name, lengths in sorted(self._lengths.items()):
                lengths.extend(itertools.repeat(0, count - len(lengths)))
                writer.put(f"length.{name}", np.array(lengths, np.uint32), "<u4")
            writer.close()
        finally:
            writer.abandon()
        # The writer lives on while the postings are merged.
        self._numbers, self._bytes, self._lengths = {}, {}, {}


class ArrayPerDocReader(W3PerDocReader):  # type: ignore[misc]  # Whoosh is Any to mypy
    """Columns and lengths, over a map of the files of its own."""

    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment)
        self.arrays = SegmentArrays(Path(storage.folder), segment.segment_id())
        self._rounded: dict[str, list[int]] = {}

    def close(self) -> None:
        super().close()
        self._rounded.clear()
        self.arrays.close()

    def has_column(self, fieldname: str) -> bool:
        return self.arrays.has_column(fieldname) or bool(super().has_column(fieldname))

    def column_reader(self, fieldname: str, column: Any) -> Any:
        if not self.arrays.has_column(fieldname):
            return super().column_reader(fieldname, column)
        if type(column) is columns.NumericColumn:
            return _Numbers(self.arrays.numbers(fieldname))
        return _Bytes(self.arrays, fieldname)

    def lengths(self, fieldname: str) -> list[int]:
        """Words of a field in each document, as Whoosh rounds them; empty where none has any."""
        found = self._rounded.get(fieldname)
        if found is None:
            rounded = self.arrays.rounded_lengths(fieldname)
            found = self._rounded[fieldname] = rounded.tolist() if rounded.any() else []
        return found

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int | None:
        # As Whoosh's own: the default where no document has any, None where this one has none.
        found = self.lengths(fieldname)
        return (found[docnum] or None) if found else default

    def doc_field_length_reader(self, fieldname: str, default: int = 0) -> Any:
        return lambda docnum: self.doc_field_length(docnum, fieldname, default)

    def min_field_length(self, fieldname: str) -> int:
        return min(self.lengths(fieldname), default=0)

    def max_field_length(self, fieldname: str) -> int:
        return max(self.lengths(fieldname), default=0)


class _Numbers(columns.ColumnReader):  # type: ignore[misc]  # Whoosh is Any to mypy
    def __init__(self, values: Array) -> None:
        self._values = values
        self._sign = 1

    def __len__(self) -> int:
        return int(self._values.size)

    def __getitem__(self, docnum: int) -> int:
        return int(self._values[docnum])

    def __iter__(self) -> Iterator[int]:
        return iter(self._values.tolist())

    def sort_key(self, docnum: int) -> int:
        return self._sign * self[docnum]

    def load(self) -> list[int]:
        return list(self)

    def set_reverse(self) -> None:
        self._sign = -1


class _Bytes(columns.ColumnReader):  # type: ignore[misc]  # Whoosh is Any to mypy
    def __init__(self, arrays: SegmentArrays, name: str) -> None:
        self._arrays = arrays
        self._name = name

    def __len__(self) -> int:
        return self._arrays.documents

    def __getitem__(self, docnum: int) -> bytes:
        return self._arrays.bytes_of(self._name, docnum)
