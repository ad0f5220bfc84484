"""A sorted list of terms: finding one, or those that begin alike, and naming one by its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from search.codec.container import Array, Container, ContainerWriter


def write_terms(writer: ContainerWriter, name: str, terms: Sequence[bytes]) -> None:
    """Write terms that are in order, none twice."""
    ends = np.zeros(len(terms) + 1, np.uint32)
    np.cumsum(np.fromiter(map(len, terms), np.int64, len(terms)), out=ends[1:])
    writer.put(f"{name}.terms", np.frombuffer(b"".join(terms), np.uint8))
    writer.put(f"{name}.term_ends", ends)


class Terms:
    """Terms in the order of their bytes, numbered from 0."""

    def __init__(self, container: Container, name: str) -> None:
        self.__container = container
        self.__blob = f"{name}.terms"
        self.__ends: Array = container.array(f"{name}.term_ends")

    def __len__(self) -> int:
        return self.__ends.size - 1

    def term(self, i: int) -> bytes:
        """The term of that number."""
        ends = self.__ends
        return self.__container.cut(self.__blob, int(ends[i]), int(ends[i + 1])).tobytes()

    def all(self, low: int = 0, high: int | None = None) -> Iterator[bytes]:
        """The terms from one number up to another."""
        ends = self.__ends[low : len(self) + 1 if high is None else high + 1].tolist()
        blob = self.__container.cut(self.__blob, ends[0], ends[-1]).tobytes()
        start = ends[0]
        for one, other in pairwise(ends):
            yield blob[one - start : other - start]

    def texts(self, low: int = 0, high: int | None = None) -> list[str]:
        """The same as text."""
        ends = self.__ends[low : len(self) + 1 if high is None else high + 1].tolist()
        blob = self.__container.cut(self.__blob, ends[0], ends[-1]).tobytes()
        if not blob.isascii():
            return [term.decode("utf-8") for term in self.all(low, high)]
        text, start = blob.decode("ascii"), ends[0]
        return [text[one - start : other - start] for one, other in pairwise(ends)]

    def reach(self, term: bytes) -> int:
        """The number of the first term that is not before this one."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.term(middle) < term:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, term: bytes) -> int:
        """The number of a term, −1 if there is none."""
        i = self.reach(term)
        return i if i < len(self) and self.term(i) == term else -1

    def span(self, prefix: bytes) -> tuple[int, int]:
        """The first term that begins so and the first after them that does not."""
        low = self.reach(prefix)
        after = prefix.rstrip(b"\xff")
        if not after:
            return low, len(self)
        return low, self.reach(after[:-1] + bytes([after[-1] + 1]))
