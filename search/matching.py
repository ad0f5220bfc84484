"""Works a query tree out along Whoosh's posting lists: the reference, for an index of any codec.

Every node becomes a mapping from Whoosh's document number to a score. AND narrows from the rarest
part to the commonest, so a common word is only looked up where it can still matter. Where words
stand in a text is in ``search.standing``.

What this module does not do: order by anything but columns and scores, or read texts.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from search.evaluate import BY_SCORE, CodeCount
from search.nearness import Interval
from search.postings import near_pairs
from search.schema import REGION_BOOSTS, REGION_SHIFT, SCOPED_BOOSTS, STEMMED, decode_positions
from search.scoring import DIGITS, K1, NEAR, B, Scope, narrowed, rarity
from search.standing import Standing, counts_little, scoped
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

Docs = Collection[int] | None


class HitMap(dict[int, float]):
    """Documents with their scores."""

    def scores_of(self, docs: Sequence[int]) -> list[float | None]:
        return [self.get(doc) for doc in docs]

    def plus(self, more: HitMap) -> HitMap:
        summed = HitMap(self)
        for doc, score in more.items():
            if doc in summed:
                summed[doc] += score
        return summed

    def only(self, docs: Collection[int]) -> HitMap:
        return HitMap({doc: self[doc] for doc in docs if doc in self})


class Matching(Vocabulary):
    """One search over one opened index, along its posting lists."""

    def __init__(self, reader: Any, hidden: Iterable[int] = ()) -> None:
        """``hidden`` are numbers of decisions that no answer may have."""
        self._reader = reader
        self._leaves: list[tuple[Any, int]] = [
            (leaf, offset) for leaf, offset in reader.leaf_readers() if leaf.doc_count_all()
        ]
        self.documents: int = reader.doc_count()
        total = reader.field_length(STEMMED) if self._leaves else 0
        self._mean_length = max(1.0, total / max(1, reader.doc_count_all()))
        self._standing = Standing(self._leaves, self)
        self.hidden = frozenset(self.codes("id", map(str, hidden)))

    # Trees

    def scores(self, node: Node, within: Docs = None, scope: Scope = None) -> HitMap:
        found = self._scores(node, within, scope)
        if not any(doc in found for doc in self.hidden):
            return found
        return HitMap({doc: score for doc, score in found.items() if doc not in self.hidden})

    def hidden_among(self, node: Node) -> int:
        if not self.hidden:
            return 0
        return len(Matching(self._reader).scores(node, self.hidden))

    def _scores(self, node: Node, within: Docs, scope: Scope) -> HitMap:
        match node:
            case Word() | Prefix() | Fuzzy() | Provision():
                return self._words(node, within, scope)
            case Phrase() | Near():
                return self._weighed(self._standing.matches(node, within, scope), scope)
            case Reference():
                return self._reference(node, within, scope)
            case Filter() | Days() | Money():
                found = self._header(node)
                return _nothing(found if within is None else found.intersection(within))
            case Scoped(item, names):
                return self.scores(item, within, narrowed(names, scope))
            case Everything():
                return _nothing(self._universe(within))
            case Not(item):
                universe = self._universe(within)
                out = self.scores(item, universe, scope)
                return _nothing(doc for doc in universe if doc not in out)
            case And(items):
                return self._all(items, within, scope)
            case Or(items):
                return self.summed((self.scores(item, within, scope), 1.0) for item in items)

    def _all(self, items: Sequence[Node], within: Docs, scope: Scope) -> HitMap:
        found: HitMap | None = None
        for item in sorted(items, key=self.estimate):
            scores = self.scores(item, within if found is None else found.keys(), scope)
            found = scores if found is None else scores.plus(found)
            if not found:
                break
        return HitMap() if found is None else found

    def summed(self, parts: Iterable[tuple[HitMap, float]]) -> HitMap:
        found = HitMap()
        for hits, factor in parts:
            for doc, score in hits.items():
                found[doc] = found.get(doc, 0.0) + factor * score
        return found

    def _universe(self, within: Docs) -> Collection[int]:
        return set(self._reader.all_doc_ids()) if within is None else within

    # Header fields

    def codes(self, field: str, values: Iterable[str]) -> set[int]:
        found: set[int] = set()
        for value in values:
            term = value.encode("utf-8")
            for leaf, offset in self._leaves:
                if (field, term) in leaf:
                    found.update(offset + doc for doc in leaf.postings(field, term).all_ids())
        return found

    def starting(self, field: str, start: bytes) -> Iterator[bytes]:
        found: Iterator[bytes] = self._reader.expand_prefix(field, start)
        return found

    def frequency(self, field: str, word: str) -> int:
        return int(self._reader.doc_frequency(field, word.encode("utf-8")))

    def holding(self, field: str, word: str) -> int:
        term = word.encode("utf-8")
        count = 0
        for leaf, _ in self._leaves:
            if (field, term) not in leaf:
                continue
            if leaf.has_deletions():  # its own count takes in the replaced ones
                count += sum(1 for _ in leaf.postings(field, term).all_ids())
            else:
                count += leaf.doc_frequency(field, term)
        return count

    def _header(self, node: Filter | Days | Money) -> set[int]:
        if isinstance(node, Money):
            low, high = node.low, node.high
            return {
                doc
                for doc, value in self.column("remedy", self._universe(None)).items()
                if value
                and (low is None or value - 1 >= low)
                and (high is None or value - 1 <= high)
            }
        alternatives = self.coded(node)
        if alternatives is None:
            return set(self._universe(None))
        return set.intersection(
            *(
                set[int]().union(*(self.codes(field, [code]) for field, code in any_of))
                for any_of in alternatives
            )
        )

    # Words, and where they stand

    def _words(self, node: Word | Prefix | Fuzzy | Provision, within: Docs, scope: Scope) -> HitMap:
        """Documents with any of the terms a node stands for, scored as if they were one word."""
        weights = HitMap()
        field, terms = self.terms(node)
        for term in terms:
            for doc, matcher in self._standing.postings(field, term, within):
                if weight := _weight(matcher, scope):
                    weights[doc] = weights.get(doc, 0.0) + weight
        weights = self._open(weights)
        if len(terms) == 1 and scope is None:
            return self._bm25(weights, self.shown(field, terms[0].decode("utf-8")))
        return self._bm25(weights, len(weights))

    def _open(self, weights: HitMap) -> HitMap:
        """Without what no answer may have: not even the rarity of a word may tell of it."""
        if not any(doc in weights for doc in self.hidden):
            return weights
        return HitMap({doc: one for doc, one in weights.items() if doc not in self.hidden})

    def together(self, node: Node, within: Docs, scope: Scope = None) -> tuple[HitMap, HitMap]:
        if isinstance(node, Scoped):
            return self.together(node.item, within, narrowed(node.regions, scope))
        matches = self._standing.matches(node, within, scope)
        bonus = self._weighed(matches, scope)
        leading = [
            doc
            for doc, intervals in matches.items()
            if not all(counts_little(start, scope) for start, _ in intervals)
        ]
        return bonus, bonus.only(leading)

    def occurrences(
        self, leaf: Leaf, within: Docs, scope: Scope = None
    ) -> dict[int, tuple[int, int]]:
        text = Phrase(leaf.words) if isinstance(leaf, Reference) else leaf
        return {
            doc: (len(intervals), sum(counts_little(start, scope) for start, _ in intervals))
            for doc, intervals in self._standing.matches(text, within, scope).items()
        }

    def pairs(self, pairs: Sequence[Near], within: Docs, scope: Scope = None) -> HitMap:
        found = HitMap()
        positions: dict[str, dict[int, Sequence[int]]] = {}
        stems = dict.fromkeys(w.stem for pair in pairs for w in pair.items if isinstance(w, Word))
        for one in stems:
            postings = self._standing.postings(STEMMED, one.encode("utf-8"), within)
            positions[one] = {
                doc: scoped(decode_positions(matcher.value()), scope) for doc, matcher in postings
            }
        for pair in pairs:
            one, other = (word.stem for word in pair.items if isinstance(word, Word))
            weights = HitMap()
            for doc, places in positions[one].items():
                close = near_pairs(places, positions[other].get(doc, ()), NEAR)
                if close:
                    weights[doc] = _weigh(close, scope)
            frequency = min(self.shown(STEMMED, one), self.shown(STEMMED, other))
            for doc, score in self._bm25(weights, frequency).items():
                found[doc] = found.get(doc, 0.0) + score
        return found

    def _weighed(self, matches: dict[int, list[Interval]], scope: Scope) -> HitMap:
        weights = HitMap(
            {
                doc: _weigh([start for start, _ in intervals], scope)
                for doc, intervals in matches.items()
            }
        )
        weights = self._open(weights)
        return self._bm25(weights, len(weights))

    def _reference(self, node: Reference, within: Docs, scope: Scope) -> HitMap:
        texts = (Phrase(node.words), Phrase((node.key,)))
        found = self.summed((self.scores(text, within, scope), 1.0) for text in texts)
        if scope is None:
            for doc in self.codes("ref", [node.key]):
                if within is None or doc in within:
                    found.setdefault(doc, 0.0)
        return found

    # Scores

    def _bm25(self, weights: HitMap, frequency: int) -> HitMap:
        if not weights:
            return weights
        idf = rarity(self.documents, frequency)
        mean = self._mean_length
        scores = HitMap()
        for doc, length in self._lengths(weights):
            weight = weights[doc]
            norm = K1 * (1 - B + B * length / mean)
            scores[doc] = idf * weight * (K1 + 1) / (weight + norm)
        return scores

    def _lengths(self, docs: Iterable[int]) -> Iterator[tuple[int, int]]:
        if len(self._leaves) == 1:
            leaf, offset = self._leaves[0]
            for doc in docs:
                yield doc, leaf.doc_field_length(doc - offset, STEMMED)
        else:
            for doc in docs:
                yield doc, self._reader.doc_field_length(doc, STEMMED)

    # Order and counts

    def ordered(
        self,
        hits: HitMap,
        columns: Sequence[tuple[str, int]],
        count: int | None,
        first: Sequence[Collection[int]] = (),
    ) -> list[int]:
        end = len(hits) if count is None else count
        groups = {
            doc: next((n for n, docs in enumerate(first) if doc in docs), len(first))
            for doc in hits
        }
        (name, sign), *rest = columns
        leading = self._key(name, hits)
        keys = {doc: (groups[doc], sign * leading[doc]) for doc in hits}
        foremost = heapq.nsmallest(end, keys.values())
        # All that are as good as the last one: only among them the further columns decide.
        pool = [doc for doc, key in keys.items() if foremost and key <= foremost[-1]]
        further = [(self._key(name, hits.only(pool)), sign) for name, sign in rest]
        pool.sort(key=lambda doc: (*keys[doc], *(sign * values[doc] for values, sign in further)))
        return pool[:end]

    def foremost(
        self,
        hits: HitMap,
        columns: Sequence[tuple[str, int]],
        count: int,
        first: Sequence[Collection[int]] = (),
    ) -> HitMap:
        return hits.only(self.ordered(hits, columns, count, first))

    def _key(self, name: str, hits: HitMap) -> dict[int, int] | dict[int, float]:
        if name == BY_SCORE:
            return {doc: -round(score, DIGITS) for doc, score in hits.items()}
        if name == "name":
            ranks = dict.fromkeys(hits, 0)
            for rank, code in enumerate(self.lexicon("name")):
                ranks.update((doc, rank) for doc in self.codes("name", [code]) if doc in hits)
            return ranks
        return self.column(name, hits)

    def counted(self, field: str, hits: HitMap, length: int | None = None) -> list[CodeCount]:
        found = []
        for code in self.lexicon(field):
            if length is None or len(code) == length:
                docs = self.codes(field, [code]).intersection(hits)
                if docs:
                    found.append(CodeCount(code, len(docs), min(docs)))
        return found

    def column(self, name: str, docs: Iterable[int]) -> dict[int, int]:
        values: dict[int, int] = {}
        asked = sorted(docs)
        for leaf, offset in self._leaves:
            column = leaf.column_reader(name)
            end = offset + leaf.doc_count_all()
            for doc in asked:
                if offset <= doc < end:
                    values[doc] = int(column[doc - offset])
        return values


def _nothing(docs: Iterable[int]) -> HitMap:
    """Documents that only pass a filter score nothing."""
    return HitMap(dict.fromkeys(docs, 0.0))


def _weight(matcher: Any, scope: Scope) -> float:
    """The weight of the posting a matcher stands on; it is ready in the index."""
    if scope is None:
        return float(matcher.weight())
    return _weigh(decode_positions(matcher.value()), scope)


def _weigh(positions: Iterable[int], scope: Scope) -> float:
    """The boosted number of occurrences, of those in the regions asked for."""
    if scope is None:
        return sum(REGION_BOOSTS[position >> REGION_SHIFT] for position in positions)
    regions = (position >> REGION_SHIFT for position in positions)
    return sum(SCOPED_BOOSTS[region] for region in regions if region in scope)
