"""Documents found, as two arrays: their numbers in rising order, and a score for each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Docs = NDArray[np.intp]
    Scores = NDArray[np.float64]
    Mask = NDArray[np.bool_]

FEW = 16
"""Documents are looked up one by one where they are so many times fewer than all."""


class HitArray:
    """Documents of an index of ``size`` documents, each with a score. Never changed."""

    __slots__ = ("docs", "scores", "size")

    def __init__(self, docs: Docs, scores: Scores, size: int) -> None:
        self.docs = docs
        self.scores = scores
        self.size = size

    @classmethod
    def none(cls, size: int) -> HitArray:
        return cls(np.empty(0, np.intp), np.empty(0, np.float64), size)

    @classmethod
    def unscored(cls, docs: Docs, size: int) -> HitArray:
        """Documents that only pass a filter score nothing."""
        return cls(docs, np.zeros(len(docs), np.float64), size)

    def __len__(self) -> int:
        return len(self.docs)

    def __iter__(self) -> Iterator[int]:
        return iter(self.docs.tolist())

    def __contains__(self, doc: object) -> bool:
        return isinstance(doc, int) and self._at(doc) is not None

    def __getitem__(self, doc: int) -> float:
        at = self._at(doc)
        if at is None:
            raise KeyError(doc)
        return float(self.scores[at])

    def scores_of(self, docs: Sequence[int]) -> list[float | None]:
        if not len(self):
            return [None] * len(docs)
        asked = np.array(docs, np.intp)
        at, there = among(self.docs, asked)
        scores = self.scores.take(at, mode="clip").tolist()
        return [
            score if found else None for score, found in zip(scores, there.tolist(), strict=True)
        ]

    def _at(self, doc: int) -> int | None:
        at = int(self.docs.searchsorted(doc))
        return at if at < len(self.docs) and self.docs[at] == doc else None

    def mask(self) -> Mask:
        """The same documents as booleans, one for each of the index."""
        mask = np.zeros(self.size, np.bool_)
        mask[self.docs] = True
        return mask

    def plus(self, more: HitArray) -> HitArray:
        if not len(more) or not len(self):
            return self
        if len(more) == len(self) and (
            more.docs is self.docs or np.array_equal(more.docs, self.docs)
        ):
            return HitArray(self.docs, self.scores + more.scores, self.size)
        if len(more) * FEW < self.size:
            at, there = among(self.docs, more.docs)
            scores = self.scores.copy()
            scores[at[there]] += more.scores[there]
            return HitArray(self.docs, scores, self.size)
        added = np.zeros(self.size, np.float64)
        added[more.docs] = more.scores
        return HitArray(self.docs, self.scores + added[self.docs], self.size)

    def only(self, docs: Collection[int]) -> HitArray:
        at, there = among(self.docs, np.array(sorted(docs), np.intp))
        return self.at(at[there])

    def at(self, chosen: Any) -> HitArray:
        """Those at some places of the arrays (rising, or a mask)."""
        return HitArray(self.docs[chosen], self.scores[chosen], self.size)

    def without(self, docs: Docs) -> HitArray:
        """All but some documents."""
        if not len(docs) or not len(self):
            return self
        at, there = among(self.docs, docs)
        if not there.any():
            return self
        left = np.ones(len(self), np.bool_)
        left[at[there]] = False
        return self.at(left)


def among(docs: Docs, asked: Docs) -> tuple[Docs, Mask]:
    """Where each of ``asked`` would stand in rising ``docs``, and whether it does."""
    at = docs.searchsorted(asked)
    if not len(docs):
        return at, np.zeros(len(asked), np.bool_)
    there: Mask = docs.take(at, mode="clip") == asked
    return at, there
