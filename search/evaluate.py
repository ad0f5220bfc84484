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
from typing import Any

from search.days import date_codes
from search.fields import body_words
from search.nearness import Interval, in_one_unit, windows
from search.postings import adjacent, near_pairs, reach, walk
from search.provisions import term as term_of
from search.schema import (
    COUNTS_LITTLE,
    EXACT,
    PARAGRAPH_MARK,
    REGION_BOOSTS,
    REGION_SHIFT,
    REGIONS_NAMED,
    SCOPED_BOOSTS,
    SCOPED_COUNTS_LITTLE,
    SENTENCE_MARK,
    STEMMED,
    decode_positions,
)
from search.spelling import spelt_like
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
from search.words import stem

K1 = 3.0
"""How soon further occurrences of a word stop counting: late, because what is only mentioned in
passing is mentioned once or twice."""

B = 0.1
"""How much a long decision is held against a word in it (0 not at all, 1 in full). Little: refusals
are short, and a long investigation is not about more things than a short one."""

IDF_LEAST = 0.5
"""What a word counts at least: one that stands in every decision still tells them apart by how
often it does, outside the standard wording."""

FOREMOST = 1000
"""So many of the best hits are looked at a second time, which bounds what that costs."""

NEAR = 8
"""Words typed side by side are held to belong together up to this many words apart."""

MOST_FORMS = 500
"""Words that are counted to explain one beginning or spelling."""

Scores = dict[int, float]
Scope = frozenset[int] | None


class Evaluation:
    """One search over one opened index."""

    def __init__(self, reader: Any, hidden: Iterable[int] = ()) -> None:
        """``hidden`` are numbers of decisions that no answer may have."""
        self._reader = reader
        self._leaves: list[tuple[Any, int]] = [
            (leaf, offset) for leaf, offset in reader.leaf_readers() if leaf.doc_count_all()
        ]
        self._documents: int = reader.doc_count()
        total = reader.field_length(STEMMED) if self._leaves else 0
        self._mean_length = max(1.0, total / max(1, reader.doc_count_all()))
        self._hidden = frozenset(self.codes("id", map(str, hidden)))

    # Trees

    def scores(
        self, node: Node, within: Collection[int] | None = None, scope: Scope = None
    ) -> Scores:
        """The documents that answer ``node`` (among ``within``, if given), each with its score.

        ``scope`` limits words to these regions.
        """
        found = self._scores(node, within, scope)
        if self._hidden.isdisjoint(found):
            return found
        return {doc: score for doc, score in found.items() if doc not in self._hidden}

    def hidden_among(self, node: Node) -> int:
        """How many of the hidden decisions answer."""
        if not self._hidden:
            return 0
        return len(Evaluation(self._reader).scores(node, self._hidden))

    def _scores(self, node: Node, within: Collection[int] | None, scope: Scope) -> Scores:
        match node:
            case Word() | Prefix() | Fuzzy() | Provision():
                return self._words(node, within, scope)
            case Phrase() | Near():
                return self._weighed(self._matches(node, within, scope), scope)
            case Reference():
                return self._reference(node, within, scope)
            case Filter() | Days() | Money():
                found = self._header(node)
                return dict.fromkeys(found if within is None else found.intersection(within), 0.0)
            case Scoped(item, names):
                return self.scores(item, within, _narrowed(names, scope))
            case Everything():
                return dict.fromkeys(self._universe(within), 0.0)
            case Not(item):
                universe = self._universe(within)
                out = self.scores(item, universe, scope)
                return {doc: 0.0 for doc in universe if doc not in out}
            case And(items):
                return self._all(items, within, scope)
            case Or(items):
                return self._either(items, within, scope)

    def _all(self, items: Sequence[Node], within: Collection[int] | None, scope: Scope) -> Scores:
        found: Scores | None = None
        for item in sorted(items, key=self._estimate):
            scores = self.scores(item, within if found is None else found.keys(), scope)
            found = (
                scores
                if found is None
                else {doc: found[doc] + score for doc, score in scores.items()}
            )
            if not found:
                break
        return found or {}

    def _either(
        self, items: Sequence[Node], within: Collection[int] | None, scope: Scope
    ) -> Scores:
        found: Scores = {}
        for item in items:
            for doc, score in self.scores(item, within, scope).items():
                found[doc] = found.get(doc, 0.0) + score
        return found

    def _estimate(self, node: Node) -> int:
        """How many documents a node may have, roughly; NOT comes last, to have most excluded."""
        match node:
            case Word(_, stemmed):
                return self._frequency(STEMMED, stemmed)
            case Provision(path):
                return self._frequency(EXACT, term_of(path))
            case Phrase(words):
                return min(self._frequency(EXACT, word) for word in words)
            case Reference() | Filter() | Days():
                return 0
            case Scoped(item, _):
                return self._estimate(item)
            case And(items) | Near(items, _):
                return min(map(self._estimate, items))
            case Or(items):
                return sum(map(self._estimate, items))
            case Prefix() | Fuzzy():
                return self._documents
            case Not() | Everything() | Money():
                return self._documents + 1

    def _universe(self, within: Collection[int] | None) -> Collection[int]:
        return set(self._reader.all_doc_ids()) if within is None else within

    # Header fields

    def codes(self, field: str, values: Iterable[str]) -> set[int]:
        """The documents that have any of these codes."""
        found: set[int] = set()
        for value in values:
            term = value.encode("utf-8")
            for leaf, offset in self._leaves:
                if (field, term) in leaf:
                    found.update(offset + doc for doc in leaf.postings(field, term).all_ids())
        return found

    def lexicon(self, field: str) -> list[str]:
        """Every code of a field, in order."""
        return [term.decode("utf-8") for term in self._reader.lexicon(field)]

    def beginning(self, field: str, start: str) -> Iterator[str]:
        """The words of a field that begin so, in order; marks of ours are none."""
        for term in self._reader.expand_prefix(field, start.encode("utf-8")):
            yield term.decode("utf-8")

    def frequency(self, field: str, word: str) -> int:
        """In how many decisions a word stands, replaced ones not yet merged away included."""
        return self._frequency(field, word)

    def forms(self, node: Node) -> list[tuple[str, int]]:
        """The words of the index that a word, beginning or spelling stands for, commonest first."""
        match node:
            case Word(exact, stemmed):
                # Forms of a word share its first letters; the rest of the list is not looked at.
                alike = self.beginning(EXACT, exact[:3])
                found = [form for form in alike if stem(form) == stemmed]
            case Prefix() | Fuzzy():
                found = [term.decode("utf-8") for term in self._terms(node)[1]]
            case _:
                return []
        counted = [(form, self.shown(EXACT, form)) for form in found[:MOST_FORMS]]
        if self._hidden:
            counted = [one for one in counted if one[1]]
        return sorted(counted, key=lambda one: (-one[1], one[0]))

    def holding(self, field: str, word: str) -> int:
        """In how many decisions a word stands, exactly."""
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

    def shown(self, field: str, word: str) -> int:
        """In how many decisions a word stands that an answer may have."""
        count = self.holding(field, word)
        if count and self._hidden:
            count -= len(self._hidden & self.codes(field, [word]))
        return count

    @property
    def documents(self) -> int:
        """How many decisions are in the index."""
        return self._documents

    def _header(self, node: Filter | Days | Money) -> set[int]:
        match node:
            case Days(first, last):
                codes = date_codes(first, last)
                return self.codes("when", codes) if codes is not None else set(self._universe(None))
            case Money(low, high):
                return {
                    doc
                    for doc, value in self.column("remedy", self._universe(None)).items()
                    if value
                    and (low is None or value - 1 >= low)
                    and (high is None or value - 1 <= high)
                }
            case Filter("body", value):
                # A name typed with dashes is that one name where there is such, else its words.
                if "-" in value and (one := self.codes("name", [value])):
                    return one
                return set.intersection(*(self.codes("body", [word]) for word in body_words(value)))
            case Filter("category", value):
                return self.codes("category", [value]) | self.codes("subcategory", [value])
            case Filter("act", value):
                asked = set(value.split())
                acts = [code for code in self.lexicon("act") if asked <= set(code.split("-"))]
                return self.codes("act", acts)
            case Filter(field, value):
                return self.codes(field, [value])

    # Words, and where they stand

    def _words(
        self,
        node: Word | Prefix | Fuzzy | Provision,
        within: Collection[int] | None,
        scope: Scope,
    ) -> Scores:
        """Documents with any of the terms a node stands for, scored as if they were one word."""
        weights: Scores = {}
        field, terms = self._terms(node)
        for term in terms:
            for doc, matcher in self._postings(field, term, within):
                if weight := self._weight(matcher, scope):
                    weights[doc] = weights.get(doc, 0.0) + weight
        if len(terms) == 1 and scope is None:
            return self._bm25(weights, self._reader.doc_frequency(field, terms[0]))
        return self._bm25(weights, len(weights))

    def _weight(self, matcher: Any, scope: Scope) -> float:
        """The weight of the posting a matcher stands on; it is ready in the index."""
        if scope is None:
            return float(matcher.weight())
        return _weigh(decode_positions(matcher.value()), scope)

    def _terms(self, node: Word | Prefix | Fuzzy | Provision) -> tuple[str, list[bytes]]:
        match node:
            case Word(_, stemmed):
                return STEMMED, [stemmed.encode("utf-8")]
            case Provision(path):
                return EXACT, [term_of(path).encode("utf-8")]
            case Prefix(start):
                return EXACT, list(self._reader.expand_prefix(EXACT, start.encode("utf-8")))
            case Fuzzy(word):
                first = word[0].encode("utf-8")
                return EXACT, [
                    term
                    for term in self._reader.expand_prefix(EXACT, first)
                    if spelt_like(word, term.decode("utf-8"))
                ]

    def _postings(
        self, field: str, term: bytes, within: Collection[int] | None
    ) -> Iterator[tuple[int, Any]]:
        """Documents with a term, each with the matcher that stands on it."""
        for leaf, offset in self._leaves:
            if (field, term) in leaf:
                matcher = leaf.postings(field, term)
                frequency = leaf.doc_frequency(field, term)
                for doc in walk(matcher, offset, within, frequency):
                    yield doc, matcher

    def _matches(
        self, node: Node, within: Collection[int] | None, scope: Scope
    ) -> dict[int, list[Interval]]:
        """Where a node's words stand: document → intervals of positions, in the scope."""
        found: dict[int, list[Interval]] = {}
        match node:
            case Word() | Prefix() | Fuzzy() | Provision():
                field, terms = self._terms(node)
                for term in terms:
                    for doc, matcher in self._postings(field, term, within):
                        places = _scoped(decode_positions(matcher.value()), scope)
                        if places:
                            found.setdefault(doc, []).extend((p, p) for p in places)
            case Phrase(words):
                length = len(words) - 1
                for doc, starts in self._phrase(words, within):
                    if places := _scoped(starts, scope):
                        found[doc] = [(place, place + length) for place in places]
            case Or(items):
                for item in items:
                    for doc, intervals in self._matches(item, within, scope).items():
                        found.setdefault(doc, []).extend(intervals)
            case Near(items, limit):
                return self._near(items, limit, within, scope)
            case _:
                raise TypeError(f"{node!r} has no place in a text")
        return found

    def _phrase(
        self, words: Sequence[str], within: Collection[int] | None
    ) -> Iterator[tuple[int, Sequence[int]]]:
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
        self,
        items: Sequence[Node],
        limit: int | str,
        within: Collection[int] | None,
        scope: Scope,
    ) -> dict[int, list[Interval]]:
        order = sorted(range(len(items)), key=lambda number: self._estimate(items[number]))
        each: dict[int, dict[int, list[Interval]]] = {}
        for number in order:
            each[number] = self._matches(items[number], within, scope)
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
        mark = {"p": PARAGRAPH_MARK, "s": SENTENCE_MARK}[limit].encode("utf-8")
        return {
            doc: decode_positions(matcher.value())
            for doc, matcher in self._postings(EXACT, mark, within)
        }

    def together(
        self, node: Node, within: Collection[int] | None, scope: Scope = None
    ) -> tuple[Scores, set[int]]:
        """What words side by side add to a score, and the decisions that this puts first.

        ``node`` is what ``tree.side_by_side`` gives: a phrase, perhaps limited to some parts. In
        standard wording words are side by side in every decision, so that leads nowhere.
        """
        if isinstance(node, Scoped):
            return self.together(node.item, within, _narrowed(node.regions, scope))
        matches = self._matches(node, within, scope)
        leading = {
            doc
            for doc, intervals in matches.items()
            if not all(_counts_little(start, scope) for start, _ in intervals)
        }
        return self._weighed(matches, scope), leading

    def occurrences(
        self, node: Leaf, within: Collection[int], scope: Scope = None
    ) -> dict[int, tuple[int, int]]:
        """How often a leaf stands in some decisions, and how often of that where it counts little.

        A reference counts in the words it is printed with.
        """
        text = Phrase(node.words) if isinstance(node, Reference) else node
        return {
            doc: (len(intervals), sum(_counts_little(start, scope) for start, _ in intervals))
            for doc, intervals in self._matches(text, within, scope).items()
        }

    def pairs(self, pairs: Sequence[Near], within: Collection[int], scope: Scope = None) -> Scores:
        """What each two plain words add by standing near each other, whichever comes first.

        As rare as the rarer of the two: how many decisions have both near would have to be counted
        in all of them.
        """
        found: Scores = {}
        positions: dict[str, dict[int, Sequence[int]]] = {}
        stems = dict.fromkeys(w.stem for pair in pairs for w in pair.items if isinstance(w, Word))
        for one in stems:
            postings = self._postings(STEMMED, one.encode("utf-8"), within)
            positions[one] = {
                doc: _scoped(decode_positions(matcher.value()), scope) for doc, matcher in postings
            }
        for pair in pairs:
            one, other = (word.stem for word in pair.items if isinstance(word, Word))
            weights: Scores = {}
            for doc, places in positions[one].items():
                close = near_pairs(places, positions[other].get(doc, ()), NEAR)
                if close:
                    weights[doc] = _weigh(close, scope)
            frequency = min(self._frequency(STEMMED, one), self._frequency(STEMMED, other))
            for doc, score in self._bm25(weights, frequency).items():
                found[doc] = found.get(doc, 0.0) + score
        return found

    def _weighed(self, matches: dict[int, list[Interval]], scope: Scope) -> Scores:
        weights = {
            doc: _weigh([start for start, _ in intervals], scope)
            for doc, intervals in matches.items()
        }
        return self._bm25(weights, len(weights))

    def _reference(self, node: Reference, within: Collection[int] | None, scope: Scope) -> Scores:
        found = self.scores(Phrase(node.words), within, scope)
        for doc, score in self.scores(Phrase((node.key,)), within, scope).items():
            found[doc] = found.get(doc, 0.0) + score
        if scope is None:
            for doc in self.codes("ref", [node.key]):
                if within is None or doc in within:
                    found.setdefault(doc, 0.0)
        return found

    def _frequency(self, field: str, word: str) -> int:
        return int(self._reader.doc_frequency(field, word.encode("utf-8")))

    # Scores

    def _bm25(self, weights: Scores, frequency: int) -> Scores:
        if not weights:
            return weights
        # The index counts replaced decisions until it merges their segment.
        frequency = min(frequency, self._documents)
        idf = max(IDF_LEAST, math.log(1 + (self._documents - frequency + 0.5) / (frequency + 0.5)))
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


def _narrowed(names: Iterable[str], scope: Scope) -> frozenset[int]:
    regions = frozenset[int]().union(*(REGIONS_NAMED[name] for name in names))
    return regions if scope is None else scope & regions


def _counts_little(position: int, scope: Scope) -> bool:
    table = COUNTS_LITTLE if scope is None else SCOPED_COUNTS_LITTLE
    return table[position >> REGION_SHIFT]


def _scoped(positions: Sequence[int], scope: Scope) -> Sequence[int]:
    if scope is None:
        return positions
    return [position for position in positions if position >> REGION_SHIFT in scope]


def _weigh(positions: Iterable[int], scope: Scope) -> float:
    """The boosted number of occurrences, of those in the regions asked for."""
    if scope is None:
        return sum(REGION_BOOSTS[position >> REGION_SHIFT] for position in positions)
    regions = (position >> REGION_SHIFT for position in positions)
    return sum(SCOPED_BOOSTS[region] for region in regions if region in scope)
