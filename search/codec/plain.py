"""Fields of any other format of Whoosh's: postings with weights, and values that Whoosh packed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from search.codec.coding import document_type, number_type
from search.codec.container import ContainerWriter
from search.codec.terms import write_terms


def write_plain(
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
