"""The index's fields as Whoosh wants them.

Apart from ``search.schema``, so that a search of an index of our own codec does not import Whoosh.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from whoosh import columns, fields, formats

from search.schema import (
    ARRAYS,
    CODE_FIELDS,
    EXACT,
    STEMMED,
    decode_positions,
    encode_positions,
)


class _Positions(formats.Format):  # type: ignore[misc]  # Whoosh is Any to mypy
    """Positions of a word as unsigned 32-bit numbers: decoded in one step, and no pickle."""

    def decode_positions(self, value: bytes) -> list[int]:
        return decode_positions(value)

    def decode_frequency(self, value: bytes) -> int:
        return len(value) // 4


class Words(fields.FieldType):  # type: ignore[misc]  # Whoosh is Any to mypy
    """A field that is given ready postings: word → (weight, positions)."""

    def __init__(self, *, scorable: bool) -> None:
        super().__init__(_Positions(), None, scorable=scorable)

    def index(
        self, value: dict[str, tuple[float, array[int]]], **_: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for word in sorted(value):
            weight, positions = value[word]
            yield word.encode("utf-8"), len(positions), weight, encode_positions(positions)


class ArrayWords(fields.FieldType):  # type: ignore[misc]  # Whoosh is Any to mypy
    """The exact words, in our own codec: a document's come as one piece (``search.codec``)."""

    def __init__(self) -> None:
        super().__init__(_Positions(), None)

    def index(self, value: Any, **_: Any) -> Iterator[tuple[bytes, int, float, Any]]:
        yield b"", 0, 1.0, value


class StemmedWords(fields.FieldType):  # type: ignore[misc]  # Whoosh is Any to mypy
    """The stems, in our own codec: made of the exact words, never given."""

    def __init__(self) -> None:
        super().__init__(_Positions(), None, scorable=True)


class Codes(fields.FieldType):  # type: ignore[misc]  # Whoosh is Any to mypy
    """A field of codes that are there or not: no positions, no score."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)

    def index(self, value: Iterable[str], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for code in sorted(set(filter(None, value))):
            yield code.encode("utf-8"), 1, 1.0, b""


def schema(codec: str = ARRAYS) -> Any:
    """The Whoosh schema.

    Columns: ``number`` (decision.id), ``held`` (reference key and content hash, to hold the index
    against the archive), ``day`` (date as yyyymmdd), ``remedy`` (pence plus one, 0
    for none; see ``remedy_pence``).
    """
    parts: dict[str, Any] = {name: Codes() for name in CODE_FIELDS}
    if codec == ARRAYS:
        parts[STEMMED] = StemmedWords()
        parts[EXACT] = ArrayWords()
    else:
        parts[STEMMED] = Words(scorable=True)
        parts[EXACT] = Words(scorable=False)
    parts["number"] = fields.COLUMN(columns.NumericColumn("q"))
    parts["held"] = fields.COLUMN(columns.VarBytesColumn())
    parts["day"] = fields.COLUMN(columns.NumericColumn("i"))
    parts["remedy"] = fields.COLUMN(columns.NumericColumn("q"))
    return fields.Schema(**parts)
