"""Whoosh's writer over arrays: gathers documents by field, merges older segments array by array.

Postings of codes are kept in memory until the segment is written (a few bytes a decision), words go
through ``search.codec.inverting``, and any other field of Whoosh's through the sorted runs that the
stock codec is built with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.writing import SegmentWriter

from search.codec import arrays_of
from search.codec.container import Array, ContainerWriter
from search.codec.inverting import Inverter
from search.codec.merging import (
    Kept,
    SegmentSource,
    Source,
    codes_of,
    document_type,
    number_type,
    write_codes,
    write_words,
)
from search.codec.reader import SegmentArrays
from search.codec.segment import ArrayCodec
from search.codec.terms import write_terms
from search.codec.vocabulary import Coded, Vocabulary
from search.field_types import ArrayWords, Codes, StemmedWords
from search.runs import Runs
from search.schema import (
    EXACT,
    PARAGRAPH_MARK,
    REGION_BOOSTS,
    SENTENCE_MARK,
    STEMMED,
)

POOL_MEGABYTES = 32
"""Postings of other fields kept in memory before they are written out."""


class Pool:
    """What Whoosh's writer fills: the postings of one segment."""

    def __init__(self, folder: Path, schema: Any) -> None:
        self._schema = schema
        self._plain = Runs(folder, megabytes=POOL_MEGABYTES)
        self._codes: dict[str, dict[bytes, list[int]]] = {}
        self._kept: list[Kept] = []
        self._others = 0
        self._documents = 0
        self.inverter = Inverter(folder, REGION_BOOSTS, (SENTENCE_MARK, PARAGRAPH_MARK))

    def add(self, item: tuple[str, Any, int, float, Any]) -> None:
        """Take a posting; the words of a document come as one."""
        field, text, document, _, value = item
        if isinstance(value, Coded):
            if self._kept or document < self.inverter.documents:
                raise ValueError("documents must come in order, and before older segments")
            while self.inverter.documents < document:
                self.inverter.add(EMPTY)
            self.inverter.add(value)
        elif isinstance(self._schema[field], Codes):
            self._codes.setdefault(field, {}).setdefault(text, []).append(document)
        else:
            self._plain.add(item)

    def add_codes(self, field: str, codes: Iterable[str], document: int) -> None:
        """Take the codes of a document in a field, in any order and some of them empty."""
        held = self._codes.get(field)
        if held is None:
            held = self._codes[field] = {}
        for code in set(codes):
            if code:
                text = code.encode("utf-8")
                found = held.get(text)
                if found is None:
                    held[text] = [document]
                else:
                    found.append(document)

    def take(self, kept: Kept, documents: int) -> None:
        """Take the words and codes of an older segment; ``documents`` were there before it."""
        while self.inverter.documents < documents and not self._kept:
            self.inverter.add(EMPTY)
        self._kept.append(kept)
        for name in kept.arrays.names:
            if isinstance(self._schema[name], Codes):
                held = self._codes.setdefault(name, {})
                for term, found in codes_of(kept, name):
                    held.setdefault(term, []).extend(found)

    def places(self) -> int:
        """Places so far."""
        self.inverter.flush()
        return int(self.inverter.starts[-1]) + sum(one.places() for one in self._kept)

    def iter_postings(self) -> Pool:
        """Whoosh's name for what its field writer is given."""
        return self

    def cleanup(self) -> None:
        self.inverter.close()
        self._plain.cleanup()
        self._codes = {}
        kept, self._kept = self._kept, []
        for one in kept:
            one.arrays.close()

    def write(self, schema: Any, path: Path, segment: Any) -> None:
        """Write the inverted file of a segment, whose documents are counted by now."""
        documents = segment.doc_count_all()
        writer = ContainerWriter(path)
        try:
            fields: dict[str, tuple[str, int]] = {
                name: (_kind(field), 0) for name, field in schema.items() if field.indexed
            }
            # Codes first, and let go of: what they take is then free for the merge of the words.
            for name, (kind, _) in fields.items():
                if kind == "codes":
                    write_codes(writer, name, self._codes.pop(name, {}), documents)
            lengths: list[str] = []
            if any(isinstance(field, ArrayWords) for _, field in schema.items()):
                total = self._write_words(writer, documents)
                lengths.append(STEMMED)
                segment._fieldlengths[STEMMED] = total
            _write_plain(writer, self._plain.iter_postings(), documents, fields)
            writer.facts.update(
                documents=documents,
                words=EXACT,
                lengths=lengths,
                fields={name: [kind, writer.terms(name)] for name, (kind, _) in fields.items()},
            )
            writer.close()
        finally:
            writer.abandon()

    def _write_words(self, writer: ContainerWriter, documents: int) -> int:
        inverter = self.inverter
        while inverter.documents < documents and not self._kept:
            inverter.add(EMPTY)
        inverter.flush()
        inverter.vocabulary.finish()
        kept = self._kept
        starts = np.concatenate(
            (
                inverter.starts[:-1].astype(np.int64),
                *(one.starts() for one in kept),
                np.array([self.places()], np.int64),
            )
        )
        if int(starts[-1]) >= 2**32:
            raise OverflowError("a segment of the index would have more than 2**32 places")
        pieces = [one.pieces() for one in kept]
        words = np.concatenate(
            (inverter.lengths, *(one.arrays.lengths(STEMMED)[one.kept] for one in kept))
        )
        writer.put("starts", starts, "<u4")
        writer.put("piece_starts", np.concatenate((inverter.piece_starts, *(p for p, _ in pieces))))
        writer.put(
            "piece_regions", np.concatenate((inverter.piece_regions, *(r for _, r in pieces)))
        )
        writer.put(f"{STEMMED}.lengths", words, "<u4")
        stem_of = {
            term.encode("utf-8"): stemmed.encode("utf-8")
            for term, stemmed in zip(
                inverter.vocabulary.terms, inverter.vocabulary.stems, strict=True
            )
            if stemmed is not None
        }
        sources: list[Source] = list(inverter.runs)
        for one in kept:
            source = SegmentSource(one, EXACT)
            stem_of.update(source.stems(STEMMED))
            sources.append(source)
        write_words(writer, EXACT, STEMMED, sources, documents, stem_of)
        # Whoosh's own codec knows a document that it merges by its rounded length only; counted
        # alike, the mean length and so every score stay the same as there.
        merged = (one.arrays.rounded_lengths(STEMMED)[one.kept] for one in kept)
        return int(inverter.lengths.sum(dtype=np.int64)) + sum(
            int(lengths.sum(dtype=np.int64)) for lengths in merged
        )


EMPTY = Coded(np.zeros(1, np.uint32), b"\0", ())
"""A document without words: one empty piece."""


def _kind(field: Any) -> str:
    if isinstance(field, ArrayWords):
        return "words"
    if isinstance(field, StemmedWords):
        return "stems"
    return "codes" if isinstance(field, Codes) else "plain"


def _write_plain(
    writer: ContainerWriter,
    items: Iterator[tuple[str, bytes, int, float, bytes | None]],
    documents: int,
    fields: dict[str, tuple[str, int]],
) -> None:
    """Write the postings of all other fields, which come by field, term and document."""
    current: _Plain | None = None
    for field, text, document, weight, value in items:
        if current is None or current.name != field:
            if current is not None:
                current.close()
            current = _Plain(writer, field, documents)
        current.add(text, document, weight, value or b"")
    if current is not None:
        current.close()
    for name, (kind, _) in fields.items():
        if kind == "plain" and not writer.terms(name):
            _Plain(writer, name, documents).close()


class _Plain:
    """One field of Whoosh's own."""

    def __init__(self, writer: ContainerWriter, name: str, documents: int) -> None:
        self.name = name
        self._writer = writer
        self._docs = writer.stream(f"{name}.docs", document_type(documents))
        self._weights = writer.stream(f"{name}.weights", "<f4")
        self._values = writer.stream(f"{name}.values", "<u1")
        self._value_ends = writer.stream(f"{name}.value_ends", "<u8")
        self._terms: list[bytes] = []
        self._ends: list[int] = []
        self._held: list[tuple[int, float, bytes]] = []
        self._value_ends.add(np.zeros(1, np.uint64))
        self._postings = 0

    def add(self, text: bytes, document: int, weight: float, value: bytes) -> None:
        if not self._terms or self._terms[-1] != text:
            self._ends.append(self._postings)
            self._terms.append(text)
        self._postings += 1
        self._held.append((document, weight, value))
        if len(self._held) >= 100_000:
            self._flush()

    def _flush(self) -> None:
        held, self._held = self._held, []
        self._docs.add(np.array([one[0] for one in held], np.int64))
        self._weights.add(np.array([one[1] for one in held], np.float32))
        sizes = np.array([len(one[2]) for one in held], np.uint64)
        self._value_ends.add(np.uint64(self._values.items) + np.cumsum(sizes, dtype=np.uint64))
        self._values.add(np.frombuffer(b"".join(one[2] for one in held), np.uint8))

    def close(self) -> None:
        if self._held:
            self._flush()
        ends = np.array([*self._ends, self._postings], np.int64)
        write_terms(self._writer, self.name, self._terms)
        self._writer.put(f"{self.name}.postings", ends, number_type(ends))


class ArrayWriter(SegmentWriter):  # type: ignore[misc]  # Whoosh is Any to mypy
    """Whoosh's writer. Documents are added as ever; ``search.schema`` says what they hold."""

    pool: Any

    def __init__(self, index: Any, **options: Any) -> None:
        super().__init__(index, codec=ArrayCodec(), compound=False, **options)
        self.pool.cleanup()
        self.pool = Pool(Path(self.storage.folder), self.schema)
        self._known = {
            name: _kind(field) if field.indexed else "column" for name, field in self.schema.items()
        }

    def add_document(self, **fields: Any) -> None:
        """Add a document; one of our own fields alone goes the short way."""
        known = self._known
        if any(known.get(name, "plain") in ("plain", "stems") for name in fields):
            super().add_document(**fields)
            return
        self._check_state()
        columns = self.perdocwriter
        columns.start_doc(self.docnum)
        for name, value in fields.items():
            match known[name]:
                case "codes":
                    self.pool.add_codes(name, value, self.docnum)
                case "words":
                    self.pool.add((name, b"", self.docnum, 1.0, value))
                case _:
                    columns.add_column_value(name, self.schema[name].column_type, value)
        columns.finish_doc()
        self._added = True
        self.docnum += 1

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the segment that is being built."""
        found: Vocabulary = self.pool.inverter.vocabulary
        return found

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
        first = self.docnum
        taken = Kept(arrays, numbers, first, self.pool.places())
        self._copy(reader, arrays, numbers)
        self.pool.take(taken, first)
        plain = [name for name in arrays.names if _kind(self.schema[name]) == "plain"]
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
            if field.scorable and _kind(field) == "plain"
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
