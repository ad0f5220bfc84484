"""Whoosh's writer over arrays: documents go to the pool and the columns, older segments are merged
array by array."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from whoosh.writing import SegmentWriter

from search.codec import arrays_of
from search.codec.container import Array
from search.codec.pool import Pool, kind_of
from search.codec.reader import SegmentArrays
from search.codec.segment import ArrayCodec, ArraySegment
from search.codec.stems import Stems


class ArrayWriter(SegmentWriter):  # type: ignore[misc]  # Whoosh is Any to mypy
    """Whoosh's writer. Documents are added as ever; ``search.schema`` says what they hold."""

    pool: Any

    def __init__(self, index: Any, *, jobs: int = 1, **options: Any) -> None:
        """``jobs`` is the number of processes, two at most."""
        super().__init__(index, codec=ArrayCodec(), compound=False, **options)
        self.pool.cleanup()
        self.pool = Pool(Path(self.storage.folder), self.schema, Stems(self._largest), jobs)
        kinds = {
            name: kind_of(field) if field.indexed else "column"
            for name, field in self.schema.items()
        }
        self._known = {
            name: kind for name, kind in kinds.items() if kind in ("codes", "words", "column")
        }

    def _largest(self) -> SegmentArrays | None:
        """The largest segment that there is, opened."""
        ours = [one for one in self.segments if isinstance(one, ArraySegment)]
        if not ours:
            return None
        largest = max(ours, key=lambda one: one.doc_count_all())
        return SegmentArrays(Path(self.storage.folder), largest.segment_id())

    def add_document(self, **fields: Any) -> None:
        """Add a document; one of our own fields alone goes the short way."""
        known = self._known
        if not fields.keys() <= known.keys():
            super().add_document(**fields)
            return
        self._check_state()
        columns, pool, document = self.perdocwriter, self.pool, self.docnum
        columns.start_doc(document)
        for name, value in fields.items():
            match known[name]:
                case "codes":
                    pool.add_codes(name, value, document)
                case "words":
                    pool.add((name, b"", document, 1.0, value))
                case _:
                    columns.add_column_value(name, self.schema[name].column_type, value)
        columns.finish_doc()
        self._added = True
        self.docnum += 1

    def add_reader(self, reader: Any) -> None:
        """Take over the documents of an older segment that are not deleted."""
        if arrays_of(reader) is None:
            raise TypeError("segments of different codecs are not merged; the index is rebuilt")
        self._check_state()
        # Read when the segment is written, and the reader is closed long before that.
        arrays = SegmentArrays(Path(self.storage.folder), reader.segment().segment_id())
        kept = np.ones(arrays.documents, bool)
        deleted = list(reader.deleted_docs_set)
        kept[deleted] = False
        numbers = np.flatnonzero(kept)
        taken = self.pool.take(arrays, numbers, self.docnum)
        self._copy(reader, arrays, numbers)
        plain = [name for name in arrays.names if kind_of(self.schema[name]) == "plain"]
        renumbered = taken.renumbered()
        for name in plain:
            for text in reader.lexicon(name):
                matcher = reader.postings(name, text)
                while matcher.is_active():
                    number = int(renumbered[matcher.id()])
                    self.pool.add((name, text, number, matcher.weight(), matcher.value()))
                    matcher.next()
        self._added = True

    def _copy(self, reader: Any, arrays: Any, numbers: Array) -> None:
        """Columns, lengths, stored values and vectors of the documents that are kept."""
        writer = self.perdocwriter
        held: dict[str, Any] = {}
        for name, field in self.schema.items():
            if field.column_type and reader.has_column(name):
                held[name] = reader.column_reader(name, translate=False)
        lengths = {
            name: arrays.lengths(name)
            for name, field in self.schema.items()
            if field.scorable and kind_of(field) == "plain"
        }
        for number in numbers.tolist():
            writer.start_doc(self.docnum)
            stored = reader.stored_fields(number)
            for name, field in self.schema.items():
                length = int(lengths[name][number]) if name in lengths else 0
                writer.add_field(name, field, stored.get(name), length)
                if field.vector and reader.has_vector(number, name):
                    vector = reader.vector(number, name, field.vector)
                    writer.add_vector_matcher(name, field, vector)
                if name in held:
                    writer.add_column_value(name, field.column_type, held[name][number])
            writer.finish_doc()
            self.docnum += 1
