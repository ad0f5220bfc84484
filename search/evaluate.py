"""Works a query tree out over an opened index: which decisions, and how well each answers.

Every node becomes a mapping from Whoosh's document number to a score. AND narrows from the rarest
part to the commonest, so a common word is only looked up where it can still matter. Totals are
exact because nothing is estimated or cut off. A word scores by BM25 over its boosted occurrences
in the whole decision (see ``search.schema``); a phrase and a prefix score as one word would.

What this module does not do: order, filter by request, or read texts.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from search.schema import (
    EXACT,
    REGION_BOOSTS,
    REGION_SHIFT,
    STEMMED,
    decode_positions,
)
from search.tree import And, Everything, Node, Not, Or, Phrase, Prefix, Reference, Word

K1 = 1.2
"""How soon further occurrences of a word stop counting."""

B = 0.6
"""How much a long decision is held against a word in it (0 not at all, 1 in full)."""

SKIP_FACTOR = 8
"""Postings are skipped through, not read through, when the candidates are this much fewer."""

EARLIEST = date(1900, 1, 1)
LATEST = date(2199, 12, 31)

Scores = dict[int, float]


class Evaluation:
    """One search over one opened index. ``regions`` narrows every word to parts of a decision."""

    def __init__(self, reader: Any, regions: frozenset[int] | None = None) -> None:
        self._reader = reader
        self._regions = regions
        self._leaves: list[tuple[Any, int]] = [
            (leaf, offset) for leaf, offset in reader.leaf_readers() if leaf.doc_count_all()
        ]
        self._documents: int = reader.doc_count()
        total = reader.field_length(STEMMED) if self._leaves else 0
        self._mean_length = max(1.0, total / max(1, reader.doc_count_all()))

    # Trees

    def scores(self, node: Node, within: Collection[int] | None = None) -> Scores:
        """The documents that answer ``node`` (among ``within``, if given), each with its score."""
        match node:
            case Word(_, stem):
                return self._word(STEMMED, stem, within)
            case Phrase(words):
                return self._phrase(words, within)
            case Prefix(start):
                return self._any_of(EXACT, self._expand(start), within)
            case Reference():
                return self._reference(node, within)
            case Everything():
                return dict.fromkeys(self._universe(within), 0.0)
            case Not(item):
                universe = self._universe(within)
                out = self.scores(item, universe)
                return {doc: 0.0 for doc in universe if doc not in out}
            case And(items):
                return self._all(items, within)
            case Or(items):
                return self._either(items, within)

    def _all(self, items: Sequence[Node], within: Collection[int] | None) -> Scores:
        found: Scores | None = None
        for item in sorted(items, key=self._estimate):
            scores = self.scores(item, within if found is None else found.keys())
            found = (
                scores
                if found is None
                else {doc: found[doc] + score for doc, score in scores.items()}
            )
            if not found:
                break
        return found or {}

    def _either(self, items: Sequence[Node], within: Collection[int] | None) -> Scores:
        found: Scores = {}
        for item in items:
            for doc, score in self.scores(item, within).items():
                found[doc] = found.get(doc, 0.0) + score
        return found

    def _estimate(self, node: Node) -> int:
        """How many documents a node may have, roughly; NOT comes last, to have most excluded."""
        match node:
            case Word(_, stem):
                return self._frequency(STEMMED, stem)
            case Phrase(words):
                return min(self._frequency(EXACT, word) for word in words)
            case Reference():
                return 0
            case And(items):
                return min(map(self._estimate, items))
            case Or(items):
                return sum(map(self._estimate, items))
            case Prefix():
                return self._documents
            case Not() | Everything():
                return self._documents + 1

    def _universe(self, within: Collection[int] | None) -> Collection[int]:
        return set(self._reader.all_doc_ids()) if within is None else within

    # Leaves

    def codes(self, field: str, values: Iterable[str]) -> set[int]:
        """The documents that have any of these codes."""
        found: set[int] = set()
        for value in values:
            term = value.encode("utf-8")
            for leaf, offset in self._leaves:
                if (field, term) in leaf:
                    found.update(offset + doc for doc in leaf.postings(field, term).all_ids())
        return found

    def _word(self, field: str, word: str, within: Collection[int] | None) -> Scores:
        return self._any_of(field, [word.encode("utf-8")], within)

    def _any_of(self, field: str, terms: Sequence[bytes], within: Collection[int] | None) -> Scores:
        """Documents with any of the terms, scored as if they were one word."""
        weights: Scores = {}
        for term in terms:
            for doc, weight in self._weights(field, term, within):
                weights[doc] = weights.get(doc, 0.0) + weight
        if len(terms) == 1 and self._regions is None:
            return self._bm25(weights, self._reader.doc_frequency(field, terms[0]))
        return self._bm25(weights, len(weights))

    def _weights(
        self, field: str, term: bytes, within: Collection[int] | None
    ) -> Iterator[tuple[int, float]]:
        for leaf, offset in self._leaves:
            if (field, term) not in leaf:
                continue
            matcher = leaf.postings(field, term)
            for doc in _walk(matcher, offset, within, leaf.doc_frequency(field, term)):
                if self._regions is None:
                    yield doc, matcher.weight()
                elif weight := self._weigh(decode_positions(matcher.value())):
                    yield doc, weight

    def _phrase(self, words: Sequence[str], within: Collection[int] | None) -> Scores:
        weights: Scores = {}
        for leaf, offset in self._leaves:
            terms = [word.encode("utf-8") for word in words]
            if any((EXACT, term) not in leaf for term in terms):
                continue
            matchers = {term: leaf.postings(EXACT, term) for term in set(terms)}
            rarest = min(matchers, key=lambda term: leaf.doc_frequency(EXACT, term))
            walk = _walk(matchers[rarest], offset, within, leaf.doc_frequency(EXACT, rarest))
            for doc in walk:
                if not all(_reach(matcher, doc - offset) for matcher in matchers.values()):
                    continue
                positions = {
                    term: decode_positions(matcher.value()) for term, matcher in matchers.items()
                }
                if weight := self._weigh(_adjacent([positions[term] for term in terms])):
                    weights[doc] = weight
        return self._bm25(weights, len(weights))

    def _reference(self, node: Reference, within: Collection[int] | None) -> Scores:
        found = self._phrase(node.words, within)
        for doc, score in self._word(EXACT, node.key, within).items():
            found[doc] = found.get(doc, 0.0) + score
        for doc in self.codes("ref", [node.key]):
            if within is None or doc in within:
                found.setdefault(doc, 0.0)
        return found

    def _expand(self, start: str) -> list[bytes]:
        return list(self._reader.expand_prefix(EXACT, start.encode("utf-8")))

    def _frequency(self, field: str, word: str) -> int:
        return int(self._reader.doc_frequency(field, word.encode("utf-8")))

    # Scores

    def _weigh(self, positions: Iterable[int]) -> float:
        """The boosted number of occurrences, of those in the regions asked for."""
        regions = self._regions
        if regions is None:
            return sum(REGION_BOOSTS[position >> REGION_SHIFT] for position in positions)
        # Asked for by name, standard wording counts in full.
        return float(sum(1 for position in positions if position >> REGION_SHIFT in regions))

    def _bm25(self, weights: Scores, frequency: int) -> Scores:
        if not weights:
            return weights
        # The index counts replaced decisions until it merges their segment.
        frequency = min(frequency, self._documents)
        idf = math.log(1 + (self._documents - frequency + 0.5) / (frequency + 0.5))
        mean = self._mean_length
        scores: Scores = {}
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

    def column(self, name: str, docs: Iterable[int]) -> dict[int, int]:
        """The values of a number column (``number``, ``day``) for some documents."""
        values: dict[int, int] = {}
        ordered = sorted(docs)
        for leaf, offset in self._leaves:
            column = leaf.column_reader(name)
            end = offset + leaf.doc_count_all()
            for doc in ordered:
                if offset <= doc < end:
                    values[doc] = int(column[doc - offset])
        return values


def _walk(
    matcher: Any, offset: int, within: Collection[int] | None, frequency: int
) -> Iterator[int]:
    """Move a matcher along; yields each document it stands on that is among ``within``."""
    if within is not None and len(within) * SKIP_FACTOR < frequency:
        for doc in sorted(within):
            if doc >= offset and _reach(matcher, doc - offset):
                yield doc
            if not matcher.is_active():
                return
        return
    while matcher.is_active():
        doc = offset + matcher.id()
        if within is None or doc in within:
            yield doc
        matcher.next()


def _reach(matcher: Any, doc: int) -> bool:
    """Move a matcher forward to a document; whether it stands on it then."""
    if not matcher.is_active():
        return False
    if matcher.id() < doc:
        matcher.skip_to(doc)
    return bool(matcher.is_active() and matcher.id() == doc)


def _adjacent(positions: Sequence[Sequence[int]]) -> Iterable[int]:
    """Where the words stand one after the other: positions of the first."""
    starts: set[int] | None = None
    for step, places in enumerate(positions):
        shifted = {place - step for place in places}
        starts = shifted if starts is None else starts & shifted
        if not starts:
            return ()
    return sorted(starts or ())


def date_codes(first: date | None, last: date | None) -> list[str] | None:
    """Codes (years, months, days) that cover a range of days, both ends in it.

    None for a range without ends. Few codes cover many years: whole years and months are one each.
    An open end reaches to ``EARLIEST`` or ``LATEST``; neither end may lie beyond them.
    """
    if first is None and last is None:
        return None
    low = first or EARLIEST
    high = last or LATEST
    codes: list[str] = []
    day = low
    while day <= high:
        year_end = date(day.year, 12, 31)
        month_end = _month_end(day)
        if (day.month, day.day) == (1, 1) and year_end <= high:
            codes.append(f"{day.year:04d}")
            day = year_end
        elif day.day == 1 and month_end <= high:
            codes.append(f"{day.year:04d}-{day.month:02d}")
            day = month_end
        else:
            codes.append(day.isoformat())
        day += timedelta(days=1)
    return codes


def _month_end(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)
