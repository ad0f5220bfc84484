"""What is gathered of a segment's documents until it is written, and the writing of it.

Postings of codes are kept in memory (a few bytes a decision), words go through
``search.codec.inverting``, and any other field of Whoosh's through the sorted runs that the stock
codec is built with.
"""

from __future__ import annotations

import tempfile
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from search.codec.apart import InverterApart
from search.codec.codes import write_codes
from search.codec.container import Array, ContainerWriter
from search.codec.inverting import Inverter
from search.codec.merging import Source, write_words
from search.codec.older import Kept, SegmentSource, codes_of
from search.codec.plain import write_plain
from search.codec.postings import Inverted, RunSource
from search.codec.reader import SegmentArrays
from search.codec.texts import Texts
from search.field_types import ArrayWords, Codes, StemmedWords
from search.runs import Runs
from search.schema import (
    EXACT,
    PARAGRAPH_MARK,
    REGION_BOOSTS,
    SENTENCE_MARK,
    STEMMED,
)
from search.words import stem

POOL_MEGABYTES = 32
"""Postings of other fields kept in memory before they are written out."""

EMPTY = Texts.of([(0, "")])
"""A document without words: one empty piece."""


def kind_of(field: Any) -> str:
    """How an indexed field is stored: ``words``, ``stems``, ``codes`` or ``plain``."""
    if isinstance(field, ArrayWords):
        return "words"
    if isinstance(field, StemmedWords):
        return "stems"
    return "codes" if isinstance(field, Codes) else "plain"


class _Documents(dict[bytes, "array[int]"]):
    """The documents of each code of a field."""

    def __missing__(self, code: bytes) -> array[int]:
        found = self[code] = array("I")
        return found


class Pool:
    """What Whoosh's writer fills: the postings of one segment."""

    def __init__(
        self, folder: Path, schema: Any, stem: Callable[[str], str] = stem, jobs: int = 1
    ) -> None:
        """``stem`` as ``Vocabulary`` takes it; ``jobs``: with more than one, words are put in order
        by a process of their own, which works stems out itself."""
        self._schema = schema
        self._plain = Runs(folder, megabytes=POOL_MEGABYTES)
        self._codes: dict[str, dict[bytes, array[int]]] = defaultdict(_Documents)
        self._kept: list[Kept] = []
        how = REGION_BOOSTS, (SENTENCE_MARK, PARAGRAPH_MARK)
        self._inverter: Inverter | InverterApart
        if jobs > 1:
            self._inverter = InverterApart(*how, folder)
        else:
            self._inverter = Inverter(
                *how,
                lambda: tempfile.TemporaryFile(dir=folder),  # noqa: SIM115 - closed with it
                stem,
            )
        self._inverted: Inverted | None = None

    def add(self, item: tuple[str, Any, int, float, Any]) -> None:
        """Take a posting; the words of a document come as one."""
        field, text, document, _, value = item
        if isinstance(value, Texts):
            if self._inverted or document < self._inverter.documents:
                raise ValueError("documents must come in order, and before older segments")
            self._fill(document)
            self._inverter.add(value)
        elif isinstance(self._schema[field], Codes):
            self._codes[field][text].append(document)
        else:
            self._plain.add(item)

    def add_codes(self, field: str, codes: Iterable[str], document: int) -> None:
        """Take the codes of a document in a field, in any order and some of them empty."""
        held = self._codes[field]
        for code in codes:
            if code:
                found = held[code.encode("utf-8")]
                # One that is given twice is there once.
                if not found or found[-1] != document:
                    found.append(document)

    def _fill(self, documents: int) -> None:
        while self._inverter.documents < documents:
            self._inverter.add(EMPTY)

    def _finished(self, documents: int) -> Inverted:
        """The words of all documents that were added, which are so many or less."""
        if self._inverted is None:
            self._fill(documents)
            self._inverted = self._inverter.finish()
        return self._inverted

    def take(self, arrays: SegmentArrays, numbers: Array, documents: int) -> Kept:
        """Take the words and codes of some documents of an older segment, which is closed by
        ``cleanup``; ``documents`` were there before it."""
        inverted = self._finished(documents)
        places = int(inverted.pieces.starts[-1]) + sum(one.places() for one in self._kept)
        kept = Kept(arrays, numbers, documents, places)
        self._kept.append(kept)
        for name in arrays.names:
            if isinstance(self._schema[name], Codes):
                held = self._codes[name]
                for term, found in codes_of(kept, name):
                    held[term].extend(found)
        return kept

    def iter_postings(self) -> Pool:
        """Whoosh's name for what its field writer is given."""
        return self

    def cleanup(self) -> None:
        self._inverter.close()
        self._inverted = None
        self._plain.cleanup()
        self._codes.clear()
        kept, self._kept = self._kept, []
        for one in kept:
            one.arrays.close()

    def write(self, schema: Any, path: Path, segment: Any) -> None:
        """Write the inverted file of a segment, whose documents are counted by now."""
        documents = segment.doc_count_all()
        writer = ContainerWriter(path)
        try:
            fields: dict[str, tuple[str, int]] = {
                name: (kind_of(field), 0) for name, field in schema.items() if field.indexed
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
            write_plain(writer, self._plain.iter_postings(), documents, fields)
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
        inverted = self._finished(documents)
        kept = self._kept
        places = int(inverted.pieces.starts[-1]) + sum(one.places() for one in kept)
        if places >= 2**32:
            raise OverflowError("a segment of the index would have more than 2**32 places")
        starts = np.concatenate(
            (
                inverted.pieces.starts[:-1],
                *(one.starts() for one in kept),
                np.array([places], np.int64),
            )
        )
        total = int(inverted.pieces.lengths.sum(dtype=np.int64))
        lengths = [
            inverted.pieces.lengths,
            *(one.arrays.lengths(STEMMED)[one.kept] for one in kept),
        ]
        pieces = [inverted.pieces[1:3], *(one.pieces() for one in kept)]
        writer.put("starts", starts, "<u4")
        writer.put("piece_starts", np.concatenate([begins for begins, _ in pieces]))
        writer.put("piece_regions", np.concatenate([regions for _, regions in pieces]))
        writer.put(f"{STEMMED}.lengths", np.concatenate(lengths), "<u4")
        del starts, pieces, lengths
        # What is written needs no room while the words are merged.
        self._inverted = None
        sources = [*self._runs(inverted), *(SegmentSource(one, EXACT, STEMMED) for one in kept)]
        del inverted
        write_words(writer, EXACT, STEMMED, sources, documents)
        # Whoosh's own codec knows a document that it merges by its rounded length only; counted
        # alike, the mean length and so every score stay the same as there.
        merged = (one.arrays.rounded_lengths(STEMMED)[one.kept] for one in kept)
        return total + sum(int(one.sum(dtype=np.int64)) for one in merged)

    def _runs(self, inverted: Inverted) -> list[Source]:
        _, lexicon, position, runs = inverted
        file = self._inverter.file
        return [] if file is None else [RunSource(file, lexicon, position, run) for run in runs]
