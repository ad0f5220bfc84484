"""Works a query tree out on whole arrays: which documents answer, and how well each does.

Does what ``search.matching`` does, node for node and in the same order, so that scores are the
same: what is asked under AND narrows what comes after it, and how rare a phrase or a beginning of
a word is is counted among what is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from search.arrays.hits import FEW, HitArray
from search.arrays.ordering import counted, foremost, ordered
from search.arrays.segments import Segment, Segments
from search.arrays.standing import FEW_OF_TERM, Standing, Words, distinct, having
from search.evaluate import CodeCount
from search.fields import EARLIEST, LATEST
from search.schema import (
    COUNTS_LITTLE,
    REGION_BOOSTS,
    SCOPED_BOOSTS,
    SCOPED_COUNTS_LITTLE,
    STEMMED,
)
from search.scoring import K1, Scope, narrowed, rarity
from search.tree import (
    And,
    Days,
    Everything,
    Filter,
    Fuzzy,
    Leaf,
    Money,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Provision,
    Reference,
    Scoped,
    Word,
)
from search.vocabulary import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search.arrays.hits import Docs, Mask, Scores

_BOOSTS = np.array(REGION_BOOSTS)
_SCOPED_BOOSTS = np.array(SCOPED_BOOSTS)
_LITTLE = np.array(COUNTS_LITTLE)
_SCOPED_LITTLE = np.array(SCOPED_COUNTS_LITTLE)


class Arrays(Vocabulary):
    """One search over one opened index of our codec."""

    def __init__(self, segments: Segments, hidden: Iterable[int] = ()) -> None:
        """``hidden`` are numbers of decisions that no answer may have."""
        self._segments = segments
        self._size = segments.size
        self.documents = segments.documents
        self._words = [(segment, Words(segment, self)) for segment in segments]
        self._hidden = segments.hidden(frozenset(hidden))
        self.hidden = frozenset(self._hidden.tolist())

    # Trees

    def scores(self, node: Node, within: HitArray | None = None, scope: Scope = None) -> HitArray:
        found = self._scores(node, within, scope)
        return found.without(self._hidden)

    def hidden_among(self, node: Node) -> int:
        if not self.hidden:
            return 0
        hidden = HitArray.unscored(self._hidden, self._size)
        return len(Arrays(self._segments).scores(node, hidden))

    def _scores(self, node: Node, within: HitArray | None, scope: Scope) -> HitArray:
        match node:
            case Word() | Prefix() | Fuzzy() | Provision():
                return self._of_words(node, within, scope)
            case Phrase() | Near():
                return self._weighed(self._standing(node, within, scope), scope)
            case Reference():
                return self._reference(node, within, scope)
            case Filter() | Days() | Money():
                return self._passing(self._header(node), within)
            case Scoped(item, names):
                return self.scores(item, within, narrowed(names, scope))
            case Everything():
                return self._universe(within)
            case Not(item):
                universe = self._universe(within)
                return universe.without(self.scores(item, universe, scope).docs)
            case And(items):
                return self._all(items, within, scope)
            case Or(items):
                return self.summed((self.scores(item, within, scope), 1.0) for item in items)

    def _all(self, items: Sequence[Node], within: HitArray | None, scope: Scope) -> HitArray:
        found: HitArray | None = None
        ordered = sorted(items, key=self.estimate)
        words = list(takewhile(lambda item: isinstance(item, Word), ordered))
        if scope is None and len(words) > 1:
            # Words are scored one by one, but only where all of them are.
            within = self._having_all(words, within)
        for item in ordered:
            scores = self.scores(item, within if found is None else found, scope)
            found = scores if found is None else scores.plus(found)
            if not len(found):
                break
        return HitArray.none(self._size) if found is None else found

    def _having_all(self, words: Sequence[Node], within: HitArray | None) -> HitArray:
        """Documents that have all of some words, the rarest first."""
        stems = [word.stem.encode("utf-8") for word in words if isinstance(word, Word)]
        parts: list[Docs] = []
        for segment, _ in self._words:
            terms = segment.terms(STEMMED, stems)
            if len(terms) < len(stems):
                continue
            part = None if within is None else segment.part(within).docs
            docs = having(segment.words(STEMMED), list(dict.fromkeys(terms)), part)
            if segment.alive is not None:
                docs = docs[segment.alive.take(docs)]
            parts.append(docs + segment.offset if segment.offset else docs)
        if not parts:
            return HitArray.none(self._size)
        return HitArray.unscored(parts[0] if len(parts) == 1 else np.concatenate(parts), self._size)

    def summed(self, parts: Iterable[tuple[HitArray, float]]) -> HitArray:
        all_of = [(hits, factor) for hits, factor in parts if len(hits)]
        if not all_of:
            return HitArray.none(self._size)
        if len(all_of) == 1 and all_of[0][1] == 1.0:
            return all_of[0][0]
        total = np.zeros(self._size, np.float64)
        there = np.zeros(self._size, np.bool_)
        for hits, factor in all_of:
            total[hits.docs] += hits.scores if factor == 1.0 else factor * hits.scores
            there[hits.docs] = True
        docs = np.flatnonzero(there)
        return HitArray(docs, total[docs], self._size)

    def _universe(self, within: HitArray | None) -> HitArray:
        docs = self._segments.everything if within is None else within.docs
        return HitArray.unscored(docs, self._size)

    def _passing(self, mask: Mask, within: HitArray | None) -> HitArray:
        docs = np.flatnonzero(mask) if within is None else within.docs[mask[within.docs]]
        return HitArray.unscored(docs, self._size)

    # Header fields

    def _mask(self, field: str, codes: Iterable[str]) -> Mask:
        return self._segments.mask(field, [code.encode("utf-8") for code in codes])

    def _header(self, node: Filter | Days | Money) -> Mask:
        match node:
            case Money(low, high):
                pence = self._segments.numbers("remedy")
                mask = pence > 0
                if low is not None:
                    mask &= pence - 1 >= low
                if high is not None:
                    mask &= pence - 1 <= high
                return self._alive(mask)
            case Days(None, None):
                return self._alive(np.ones(self._size, np.bool_))
            case Days(first, last):
                days = self._segments.numbers("day")
                low, high = (
                    day.year * 10000 + day.month * 100 + day.day
                    for day in (first or EARLIEST, last or LATEST)
                )
                return self._alive((days >= low) & (days <= high))
            case _:
                mask = np.ones(self._size, np.bool_)
                for any_of in self.coded(node) or ():
                    by_field: dict[str, list[str]] = {}
                    for field, code in any_of:
                        by_field.setdefault(field, []).append(code)
                    part = np.zeros(self._size, np.bool_)
                    for field, codes in by_field.items():
                        part |= self._mask(field, codes)
                    mask &= part
                return self._alive(mask)

    def _alive(self, mask: Mask) -> Mask:
        alive = self._segments.alive
        return mask if alive is None else mask & alive

    # Words

    def codes(self, field: str, values: Iterable[str]) -> set[int]:
        terms = [value.encode("utf-8") for value in values]
        return set(np.flatnonzero(self._segments.mask(field, terms)).tolist()) if terms else set()

    def starting(self, field: str, start: bytes) -> Iterator[bytes]:
        return self._segments.starting(field, start)

    def frequency(self, field: str, word: str) -> int:
        return self._segments.frequency(field, word.encode("utf-8"))

    def holding(self, field: str, word: str) -> int:
        term = word.encode("utf-8")
        if self._segments.alive is None:
            return self._segments.frequency(field, term)
        return int(np.count_nonzero(self._segments.mask(field, [term])))

    def _of_words(
        self,
        node: Word | Prefix | Fuzzy | Provision,
        within: HitArray | None,
        scope: Scope,
    ) -> HitArray:
        """Documents with any of the terms a node stands for, scored as if they were one word."""
        field, terms = self.terms(node)
        if scope is not None:
            return self._weighed(self._standing(node, within, scope), scope)
        parts = []
        for segment, _ in self._words:
            part = None if within is None else segment.part(within)
            docs, weights = self._weights(segment, field, segment.terms(field, terms), part)
            if segment.alive is not None:
                left = segment.alive.take(docs)
                docs, weights = docs[left], weights[left]
            parts.append((docs + segment.offset if segment.offset else docs, weights))
        docs, weights = self._open(*_joined(parts))
        if len(terms) == 1:
            return self._bm25(docs, weights, self.shown(field, terms[0].decode("utf-8")))
        return self._bm25(docs, weights, len(docs))

    def _open(self, docs: Docs, weights: NDArray[Any]) -> tuple[Docs, NDArray[Any]]:
        """Without what no answer may have: not even the rarity of a word may tell of it."""
        if not len(self._hidden):
            return docs, weights
        left = ~np.isin(docs, self._hidden)
        return docs[left], weights[left]

    def shown(self, field: str, word: str) -> int:
        count = self.holding(field, word)
        if count and len(self._hidden):
            count -= int(np.count_nonzero(self._mask(field, [word])[self._hidden]))
        return count

    def _weights(
        self, segment: Segment, field: str, terms: Sequence[int], within: HitArray | None
    ) -> tuple[Docs, NDArray[Any]]:
        """The documents of some terms with their weights, added up where a document has several."""
        held = segment.words(field)
        if not terms or (within is not None and not len(within)):
            return np.empty(0, np.intp), np.empty(0, np.float64)
        if len(terms) == 1:
            if within is not None and len(within) * FEW_OF_TERM < held.frequency(terms[0]):
                there, weights = held.weights_in(terms[0], within.docs)
                return within.docs[there], weights
            docs, weights = held.postings_of(terms[0], terms[0] + 1)
        else:
            if terms[-1] - terms[0] == len(terms) - 1:
                docs, weights = held.postings_of(terms[0], terms[-1] + 1)
            else:
                docs = np.concatenate([held.docs(term) for term in terms])
                weights = np.concatenate([held.weights(term) for term in terms])
            summed = np.bincount(docs, weights, minlength=segment.size)
            docs = summed.nonzero()[0]
            weights = summed.take(docs)
        return (docs, weights) if within is None else _narrowed(docs, weights, within)

    # Where words stand

    def _standing(
        self, node: Node, within: HitArray | None, scope: Scope
    ) -> list[tuple[Segment, Standing]]:
        found = []
        for segment, words in self._words:
            part = None if within is None else segment.part(within).docs
            if part is None or len(part):
                found.append((segment, words.standing(node, part, scope)))
        return found

    def _weighed(self, standing: Sequence[tuple[Segment, Standing]], scope: Scope) -> HitArray:
        parts = [
            (docs + segment.offset if segment.offset else docs, weights)
            for segment, found in standing
            for docs, weights in (_weights_of(found, scope),)
        ]
        docs, weights = self._open(*_joined(parts))
        return self._bm25(docs, weights, len(docs))

    def together(
        self, node: Node, within: HitArray, scope: Scope = None
    ) -> tuple[HitArray, HitArray]:
        if isinstance(node, Scoped):
            return self.together(node.item, within, narrowed(node.regions, scope))
        standing = self._standing(node, within, scope)
        little = _LITTLE if scope is None else _SCOPED_LITTLE
        bonus = self._weighed(standing, scope)
        leading = [
            distinct(found.docs[~little[found.regions]]) + segment.offset
            for segment, found in standing
        ]
        if not leading:
            return bonus, bonus
        return bonus, bonus.at(np.searchsorted(bonus.docs, np.concatenate(leading)))

    def occurrences(
        self, leaf: Leaf, within: HitArray, scope: Scope = None
    ) -> dict[int, tuple[int, int]]:
        text = Phrase(leaf.words) if isinstance(leaf, Reference) else leaf
        table = _LITTLE if scope is None else _SCOPED_LITTLE
        counts: dict[int, tuple[int, int]] = {}
        for segment, found in self._standing(text, within, scope):
            little = table[found.regions]
            for doc in found.documents().tolist():
                here = found.docs == doc
                counts[doc + segment.offset] = (
                    int(np.count_nonzero(here)),
                    int(np.count_nonzero(here & little)),
                )
        return counts

    def pairs(self, pairs: Sequence[Near], within: HitArray, scope: Scope = None) -> HitArray:
        stems = dict.fromkeys(w.stem for pair in pairs for w in pair.items if isinstance(w, Word))
        found: list[list[tuple[Docs, NDArray[Any]]]] = [[] for _ in pairs]
        for segment, words in self._words:
            part = segment.part(within).docs
            if not len(part):
                continue
            stood = {one: words.of_stem(one, part, scope) for one in stems}
            for parts, pair in zip(found, pairs, strict=True):
                one, other = (stood[w.stem] for w in pair.items if isinstance(w, Word))
                docs, weights = _weights_of(words.close(part, one, other), scope)
                parts.append((docs + segment.offset if segment.offset else docs, weights))
        scored = []
        for parts, pair in zip(found, pairs, strict=True):
            frequency = min(self.shown(STEMMED, w.stem) for w in pair.items if isinstance(w, Word))
            scored.append((self._bm25(*_joined(parts), frequency), 1.0))
        return self.summed(scored)

    def _reference(self, node: Reference, within: HitArray | None, scope: Scope) -> HitArray:
        texts = (Phrase(node.words), Phrase((node.key,)))
        parts = [(self.scores(text, within, scope), 1.0) for text in texts]
        if scope is None:
            parts.append((self._passing(self._mask("ref", [node.key]), within), 1.0))
        return self.summed(parts)

    # Scores

    def _bm25(self, docs: Docs, weights: NDArray[Any], frequency: int) -> HitArray:
        if not len(docs):
            return HitArray.none(self._size)
        factor = rarity(self.documents, frequency) * (K1 + 1)
        weights = weights.astype(np.float64)
        scores: Scores = factor * weights / (weights + self._segments.norms.take(docs))
        return HitArray(docs, scores, self._size)

    # Order and counts

    def ordered(
        self,
        hits: HitArray,
        columns: Sequence[tuple[str, int]],
        count: int | None,
        first: Sequence[Collection[int]] = (),
    ) -> list[int]:
        return ordered(self._segments, hits, columns, count, first)

    def foremost(
        self,
        hits: HitArray,
        columns: Sequence[tuple[str, int]],
        count: int,
        first: Sequence[Collection[int]] = (),
    ) -> HitArray:
        return foremost(self._segments, hits, columns, count, first)

    def counted(self, field: str, hits: HitArray, length: int | None = None) -> list[CodeCount]:
        return counted(self._segments, field, hits, length)

    def column(self, name: str, docs: Iterable[int]) -> dict[int, int]:
        asked = list(docs)
        if not asked:
            return {}
        values = self._segments.numbers(name)[np.array(asked, np.intp)]
        return dict(zip(asked, values.tolist(), strict=True))


def _joined(parts: Sequence[tuple[Docs, NDArray[Any]]]) -> tuple[Docs, NDArray[Any]]:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return np.empty(0, np.intp), np.empty(0, np.float64)
    docs, weights = zip(*parts, strict=True)
    return np.concatenate(docs), np.concatenate(weights)


def _narrowed(docs: Docs, weights: NDArray[Any], within: HitArray) -> tuple[Docs, NDArray[Any]]:
    """Those of the documents that are among the hits."""
    if len(within) * FEW < len(docs):
        at = docs.searchsorted(within.docs)
        at = at[docs.take(at, mode="clip") == within.docs]
        return docs.take(at), weights.take(at)
    left = within.mask().take(docs)
    return docs[left], weights[left]


def _weights_of(found: Standing, scope: Scope) -> tuple[Docs, NDArray[Any]]:
    """The documents of some occurrences, and what these count together in each."""
    if not len(found):
        return np.empty(0, np.intp), np.empty(0, np.float64)
    new = np.ones(len(found), np.bool_)
    np.not_equal(found.docs[1:], found.docs[:-1], out=new[1:])
    begun = new.nonzero()[0]
    boosts = _BOOSTS if scope is None else _SCOPED_BOOSTS
    return found.docs.take(begun), np.add.reduceat(boosts.take(found.regions), begun)
