"""Fields of a segment without places: codes with their documents, and any others of Whoosh's."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

import numpy as np

from search.codec.container import Array, Container
from search.codec.terms import Terms


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
