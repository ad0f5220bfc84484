"""Where the words of a query stand, along Whoosh's posting lists: occurrences by document.

For phrases, nearness and the counts of ``--explain``; what an occurrence is worth is settled in
``search.matching``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from search.nearness import Interval, in_one_unit, windows
from search.postings import adjacent, reach, walk
from search.schema import (
    COUNTS_LITTLE,
    EXACT,
    PARAGRAPH_MARK,
    REGION_SHIFT,
    SCOPED_COUNTS_LITTLE,
    SENTENCE_MARK,
    decode_positions,
)
from search.scoring import Scope
from search.tree import Fuzzy, Near, Node, Or, Phrase, Prefix, Provision, Word
from search.vocabulary import Vocabulary

UNIT_MARKS = {"p": PARAGRAPH_MARK, "s": SENTENCE_MARK}

Docs = Collection[int] | None


class Standing:
    """The occurrences in one opened index. ``leaves`` are its segments with their offsets."""

    def __init__(self, leaves: Sequence[tuple[Any, int]], vocabulary: Vocabulary) -> None:
        self._leaves = leaves
        self._vocabulary = vocabulary

    def postings(self, field: str, term: bytes, within: Docs) -> Iterator[tuple[int, Any]]:
        """Documents with a term, each with the matcher that stands on it."""
        for leaf, offset in self._leaves:
            if (field, term) in leaf:
                matcher = leaf.postings(field, term)
                frequency = leaf.doc_frequency(field, term)
                for doc in walk(matcher, offset, within, frequency):
                    yield doc, matcher

    def matches(self, node: Node, within: Docs, scope: Scope) -> dict[int, list[Interval]]:
        """Where a node's words stand: document → intervals of positions, in the scope."""
        found: dict[int, list[Interval]] = {}
        match node:
            case Word() | Prefix() | Fuzzy() | Provision():
                field, terms = self._vocabulary.terms(node)
                for term in terms:
                    for doc, matcher in self.postings(field, term, within):
                        places = scoped(decode_positions(matcher.value()), scope)
                        if places:
                            found.setdefault(doc, []).extend((p, p) for p in places)
            case Phrase(words):
                length = len(words) - 1
                for doc, starts in self._phrase(words, within):
                    if places := scoped(starts, scope):
                        found[doc] = [(place, place + length) for place in places]
            case Or(items):
                for item in items:
                    for doc, intervals in self.matches(item, within, scope).items():
                        found.setdefault(doc, []).extend(intervals)
            case Near(items, limit):
                return self._near(items, limit, within, scope)
            case _:
                raise TypeError(f"{node!r} has no place in a text")
        return found

    def _phrase(self, words: Sequence[str], within: Docs) -> Iterator[tuple[int, Sequence[int]]]:
        terms = [word.encode("utf-8") for word in words]
        for leaf, offset in self._leaves:
            if any((EXACT, term) not in leaf for term in terms):
                continue
            matchers = {term: leaf.postings(EXACT, term) for term in set(terms)}
            rarest = min(matchers, key=lambda term: leaf.doc_frequency(EXACT, term))
            docs = walk(matchers[rarest], offset, within, leaf.doc_frequency(EXACT, rarest))
            for doc in docs:
                if not all(reach(matcher, doc - offset) for matcher in matchers.values()):
                    continue
                positions = {
                    term: decode_positions(matcher.value()) for term, matcher in matchers.items()
                }
                if starts := adjacent([positions[term] for term in terms]):
                    yield doc, starts

    def _near(
        self, items: Sequence[Node], limit: int | str, within: Docs, scope: Scope
    ) -> dict[int, list[Interval]]:
        order = sorted(
            range(len(items)), key=lambda number: self._vocabulary.estimate(items[number])
        )
        each: dict[int, dict[int, list[Interval]]] = {}
        for number in order:
            each[number] = self.matches(items[number], within, scope)
            within = each[number].keys()
        marks = self._unit_starts(limit, within or ())
        found: dict[int, list[Interval]] = {}
        for doc in within or ():
            lists = [each[number][doc] for number in range(len(items))]
            if isinstance(limit, int):
                chosen = windows(lists, limit)
            else:
                chosen = in_one_unit(lists, marks.get(doc, ()))
            if chosen:
                found[doc] = [min(one) for one in chosen]
        return found

    def _unit_starts(self, limit: int | str, within: Collection[int]) -> dict[int, Sequence[int]]:
        if isinstance(limit, int):
            return {}
        mark = UNIT_MARKS[limit].encode("utf-8")
        return {
            doc: decode_positions(matcher.value())
            for doc, matcher in self.postings(EXACT, mark, within)
        }


def scoped(positions: Sequence[int], scope: Scope) -> Sequence[int]:
    """Those of the positions that lie in the regions."""
    if scope is None:
        return positions
    return [position for position in positions if position >> REGION_SHIFT in scope]


def counts_little(position: int, scope: Scope) -> bool:
    """Whether a position lies in standard wording or powers that were not asked for."""
    table = COUNTS_LITTLE if scope is None else SCOPED_COUNTS_LITTLE
    return table[position >> REGION_SHIFT]
