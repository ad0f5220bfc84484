"""Postings sorted in bounded memory, in the place of Whoosh's own pool while an index is written.

Whoosh's keeps every posting as a tuple, sorts them all, and pickles them one by one to disk and
back. Here they are gathered by term as they come, so only terms are sorted, and a term with all
its postings is written and read as one piece. What comes out is the same, in the same order.

What does not fit goes to one unnamed file in the index's own directory, run after run.
"""

from __future__ import annotations

import heapq
import marshal
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

Posting = tuple[str, bytes, int, float, bytes | None]
"""Field, word, document number, weight, encoded positions (none in a field of codes)."""

Term = tuple[str, bytes, bytes, bytes, list[bytes | None]]
"""Field and word with a run's postings: document numbers and weights packed, and the values."""

PIECE_BYTES = 64 * 1024
"""About so much is read of each run at a time."""

POSTING_BYTES, TERM_BYTES = 60, 600
"""What a posting without its value, and a term, take in memory, rounded up."""


class Runs:
    """Meets what Whoosh's segment writer asks of its pool."""

    def __init__(self, directory: Path, *, megabytes: int) -> None:
        self.fieldnames: set[str] = set()
        self._directory = directory
        self._limit = megabytes * 1024 * 1024
        self._size = 0
        self._fields: dict[
            str, dict[bytes, tuple[array[int], array[float], list[bytes | None]]]
        ] = {}
        self._file: IO[bytes] | None = None
        self._runs: list[list[tuple[int, int]]] = []

    def add(self, item: Posting) -> None:
        """Take a posting. Those of a term must come by rising document number."""
        field, word, document, weight, value = item
        if self._size > self._limit:
            self._save()
        terms = self._fields.get(field)
        if terms is None:
            terms = self._fields[field] = {}
            self.fieldnames.add(field)
        held = terms.get(word)
        if held is None:
            held = terms[word] = (array("q"), array("d"), [])
            self._size += TERM_BYTES
        documents, weights, values = held
        documents.append(document)
        weights.append(weight)
        values.append(value)
        self._size += POSTING_BYTES + len(value or b"")

    def iter_postings(self) -> Iterator[Posting]:
        """All postings by field, word and document number; the pool is empty afterwards."""
        if not self._runs:
            yield from _postings(self._sorted())
        else:
            if self._fields:
                self._save()
            # Ties come in the order of the runs, which is that of the document numbers.
            runs = [self._read(pieces) for pieces in self._runs]
            yield from _postings(heapq.merge(*runs, key=_name))
        self.cleanup()

    def cleanup(self) -> None:
        """Let go of the file and of all postings."""
        self._fields, self._runs, self._size = {}, [], 0
        if self._file is not None:
            self._file.close()
            self._file = None

    def _sorted(self) -> Iterator[Term]:
        for field in sorted(self._fields):
            terms = self._fields[field]
            for word in sorted(terms):
                documents, weights, values = terms[word]
                yield field, word, documents.tobytes(), weights.tobytes(), values

    def _save(self) -> None:
        if self._file is None:
            import tempfile  # not for those who only read

            self._file = tempfile.TemporaryFile(dir=self._directory)  # noqa: SIM115 - closed by cleanup
        pieces: list[tuple[int, int]] = []
        held: list[Term] = []
        size = 0
        for term in self._sorted():
            held.append(term)
            size += (
                POSTING_BYTES
                + sum(map(len, term[1:4]))
                + sum(len(value or b"") for value in term[4])
            )
            if size > PIECE_BYTES:
                pieces.append(self._write(held))
                held, size = [], 0
        if held:
            pieces.append(self._write(held))
        self._runs.append(pieces)
        self._fields, self._size = {}, 0

    def _write(self, terms: list[Term]) -> tuple[int, int]:
        """Append a piece to the file; gives where it is and how long."""
        data = marshal.dumps(terms)
        if self._file is None:
            raise ValueError("the pool was given up")
        place = self._file.seek(0, 2)
        self._file.write(data)
        return place, len(data)

    def _read(self, pieces: Iterable[tuple[int, int]]) -> Iterator[Term]:
        for place, length in pieces:
            if self._file is None:
                raise ValueError("the pool was given up")
            self._file.seek(place)
            yield from marshal.loads(self._file.read(length))  # noqa: S302 - written a moment ago by this process


def _name(term: Term) -> tuple[str, bytes]:
    return term[0], term[1]


def _postings(terms: Iterable[Term]) -> Iterator[Posting]:
    for field, word, documents, weights, values in terms:
        for document, weight, value in zip(
            array("q", documents), array("d", weights), values, strict=True
        ):
            yield field, word, document, weight, value
