"""Where the words of a query stand in a segment, all documents at once.

An occurrence is a first and a last *place* of the codec's numbering; pieces of text (paragraphs)
never touch in it, so a phrase is a run of places. Nearness of two plain things is a comparison of
neighbouring places; of more, or of phrases, the few documents that have them all are looked at one
by one with the functions that the other evaluation uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from search.arrays.hits import FEW
from search.arrays.segments import Segment
from search.nearness import Interval, in_one_unit, windows
from search.schema import EXACT, PARAGRAPH_GAP, STEMMED
from search.scoring import NEAR, Scope
from search.standing import UNIT_MARKS
from search.tree import Fuzzy, Near, Node, Or, Phrase, Prefix, Provision, Word
from search.vocabulary import Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search.arrays.hits import Docs, Mask

    Places = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Standing:
    """Occurrences in one segment, by document and then by place: documents, first and last place,
    and the piece of text that both lie in with its region."""

    docs: Docs
    first: Places
    last: Places
    pieces: NDArray[np.intp]
    regions: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.docs)

    def at(self, chosen: Any) -> Standing:
        """Those at some places of the arrays."""
        return Standing(
            self.docs[chosen],
            self.first[chosen],
            self.last[chosen],
            self.pieces[chosen],
            self.regions[chosen],
        )

    def spread(self, places: Places) -> NDArray[np.int64]:
        """Places in these pieces with room between the pieces: what is near lies in one piece."""
        spread = self.pieces.astype(np.int64)
        spread *= PARAGRAPH_GAP - 1
        spread += places
        return spread

    def documents(self) -> Docs:
        """Each document once."""
        docs: Docs = distinct(self.docs)
        return docs


class Words:
    """The occurrences in one segment. ``within`` are always documents in rising order."""

    def __init__(self, segment: Segment, vocabulary: Vocabulary) -> None:
        self._segment = segment
        self._vocabulary = vocabulary
        self._read: dict[tuple[int, int], tuple[Docs | None, Places]] = {}
        """Places read for this search, by exact word and documents: a phrase asks for those that
        nearness asks for again."""

    def standing(self, node: Node, within: Docs | None, scope: Scope) -> Standing:
        """Where a node's words stand, in the scope."""
        match node:
            case Word() | Prefix() | Fuzzy() | Provision():
                field, terms = self._vocabulary.terms(node)
                return self.of_terms(field, self._segment.terms(field, terms), within, scope)
            case Phrase(words):
                return self._phrase(words, within, scope)
            case Or(items):
                return together([self.standing(item, within, scope) for item in items])
            case Near(items, limit):
                return self._near(items, limit, within, scope)
            case _:
                raise TypeError(f"{node!r} has no place in a text")

    def of_terms(
        self, field: str, terms: Sequence[int], within: Docs | None, scope: Scope
    ) -> Standing:
        """Where any of some terms stand, given by their numbers."""
        held = self._segment.words(field)
        parts = []
        for term in terms:
            few = self._few(held, term, within)
            left = within if few is None else None
            parts.append(self._stood(self._places(held, term, few), 0, left, scope))
        return together(parts)

    @staticmethod
    def _few(held: Any, term: int, docs: Docs | None) -> Docs | None:
        """Some documents to look a term up in, or None where it is as well to read all of it."""
        if docs is None or len(docs) * FEW_OF_TERM > held.frequency(term):
            return None
        return docs

    def of_stem(self, stem: str, within: Docs, scope: Scope) -> tuple[Places, Docs]:
        """Where a word stands in some documents and the scope: place and document."""
        terms = self._segment.terms(STEMMED, [stem.encode("utf-8")])
        if scope is not None or not terms:
            found = self.of_terms(STEMMED, terms, within, scope)
            return found.first, found.docs
        held = self._segment.words(STEMMED)
        few = self._few(held, terms[0], within)
        places = self._places(held, terms[0], few)
        # Pieces take longer to find, and are not wanted of most.
        docs = self._segment.arrays.document_of(places)
        if few is None:
            left = self._inside(within, docs)
            places, docs = places[left], docs[left]
        return places, docs

    def close(self, within: Docs, one: tuple[Places, Docs], other: tuple[Places, Docs]) -> Standing:
        """Where two words stand near each other in one piece: in each document the places of the
        rarer one, of the first if they are as rare."""
        at, other_at = (within.searchsorted(docs) for _, docs in (one, other))
        counts, others = (np.bincount(each, minlength=len(within)) for each in (at, other_at))
        rarer = counts <= others
        return together(
            [
                self._near_any(one[0][rarer.take(at)], other[0]),
                self._near_any(other[0][~rarer.take(other_at)], one[0]),
            ]
        )

    def _near_any(self, places: Places, others: Places) -> Standing:
        """What stands at those places that have another at most ``NEAR`` away in their piece."""
        # Both in one type with room below and above.
        low, high = places.astype(np.int64) - NEAR, places.astype(np.int64) + NEAR
        wide = others.astype(np.int64)
        near = _any_between(wide, low, high)
        found = self._stood(places[near], 0, None, None)
        begins, ends = self._segment.pieces.bounds(found.pieces)
        low, high = np.maximum(low[near], begins), np.minimum(high[near], ends - 1)
        return found.at(_any_between(wide, low, high))

    def _places(self, held: Any, term: int, few: Docs | None) -> Places:
        """The places of a term in some documents, or in all."""
        words = self._segment.words(EXACT)
        forms = [term] if held is words else held.forms(term).tolist()
        parts: list[Places] = []
        for form in forms:
            key = form, id(few)
            if key not in self._read:
                # The documents are kept with it, so that no others can come by their number.
                self._read[key] = few, words.places(form, few)
            parts.append(self._read[key][1])
        if len(parts) == 1:
            return parts[0]
        places = np.concatenate(parts)
        places.sort(kind="stable")  # rising runs are merged, not sorted
        return places

    def _stood(self, first: Places, length: int, within: Docs | None, scope: Scope) -> Standing:
        """The occurrences that begin at some places, of those in the documents and the scope."""
        pieces = self._segment.pieces.of(first)
        docs = self._segment.pieces.documents(first, pieces)
        left = None
        if within is not None:
            left = self._inside(within, docs)
        elif self._segment.alive is not None:
            left = self._segment.alive.take(docs)
        if left is not None and not left.all():
            first, docs, pieces = first[left], docs[left], pieces[left]
        regions = self._segment.arrays.regions_of(pieces)
        found = Standing(docs, first, first + np.uint32(length), pieces, regions)
        return found if scope is None else found.at(_in_scope(regions, scope))

    def _inside(self, within: Docs, docs: Docs) -> Mask:
        """Which of the documents are among some."""
        if len(within) * FEW < self._segment.size:
            inside: Mask = holds(within, docs)
            return inside
        asked = np.zeros(self._segment.size, np.bool_)
        asked[within] = True
        return asked.take(docs)

    def _phrase(self, words: Sequence[str], within: Docs | None, scope: Scope) -> Standing:
        held = self._segment.arrays.words(EXACT)
        terms = [self._segment.find(EXACT, word.encode("utf-8")) for word in words]
        if min(terms) < 0:
            return together([])
        rarest = sorted(range(len(terms)), key=lambda step: held.frequency(terms[step]))
        candidates: Docs | None = None
        documents = held.frequency(terms[rarest[0]])
        # Not worth it for a word of very few documents, nor where most that have one have another.
        some = documents > RARE and documents * FEW_OF_TERM < self._segment.size
        if within is not None or (some and len(set(terms)) > 1):
            candidates = having(held, list(dict.fromkeys(terms[s] for s in rarest)), within)
        first: Places = np.empty(0, np.uint32)
        left = within
        for number, step in enumerate(rarest):
            if candidates is not None and not len(candidates):
                return together([])
            if number and len(first) * UNLIKE < held.frequency(terms[step]):
                first = first[held.stands_at(terms[step], first + np.uint32(step))]
                continue
            few = self._few(held, terms[step], candidates)
            if few is not None:
                left = None  # All that is found is in the documents that were asked for.
            starts = _less(distinct(self._places(held, terms[step], few)), step)
            first = starts if not number else common(first, starts)
            if 0 < number < len(rarest) - 1:
                # Far fewer documents may be left than have all the words.
                candidates = distinct(self._segment.pieces.documents(first))
                if left is not None:
                    candidates = common(candidates, left)
        return self._stood(first, len(words) - 1, left, scope)

    # Nearness

    def _near(
        self, items: Sequence[Node], limit: int | str, within: Docs | None, scope: Scope
    ) -> Standing:
        each: dict[int, Standing] = {}
        for number in sorted(range(len(items)), key=lambda n: self._vocabulary.estimate(items[n])):
            each[number] = self.standing(items[number], within, scope)
            within = each[number].documents()
            if not len(within):
                return together([])
        parts = [each[number] for number in range(len(items))]
        parts = [part.at(holds(within, part.docs)) for part in parts]
        units = None
        if not isinstance(limit, int):
            mark = UNIT_MARKS[limit].encode("utf-8")
            marks = self._segment.terms(EXACT, [mark])
            units = self.of_terms(EXACT, marks, within, None)
        if len(parts) == 2 and all(np.array_equal(part.first, part.last) for part in parts):
            return self._pairs(parts, limit, units)
        return self._one_by_one(parts, limit, units)

    def _pairs(
        self, parts: Sequence[Standing], limit: int | str, units: Standing | None
    ) -> Standing:
        """Two single words: each one that the other follows soon enough."""
        chosen = []
        for one, other in (parts, parts[::-1]):
            at = np.searchsorted(other.first, one.first, side="right")
            there = at < len(other)
            next_one = np.minimum(at, len(other) - 1)
            following = other.first[next_one]
            if isinstance(limit, int):
                there &= other.spread(other.first)[next_one] - one.spread(one.first) <= limit
            elif units is not None:
                unit = np.searchsorted(units.first, one.first, side="right")
                there &= unit == np.searchsorted(units.first, following, side="right")
            chosen.append(one.at(there))
        both = together(chosen)
        # What stands in both lists counts once.
        new = np.ones(len(both), np.bool_)
        new[1:] = both.first[1:] != both.first[:-1]
        return both.at(new)

    def _one_by_one(
        self, parts: Sequence[Standing], limit: int | str, units: Standing | None
    ) -> Standing:
        docs = parts[0].documents()
        ends = [
            (
                np.searchsorted(part.docs, docs),
                np.searchsorted(part.docs, docs, side="right"),
                part.spread(part.first).tolist(),
                part.spread(part.last).tolist(),
            )
            for part in parts
        ]
        marks = [] if units is None else units.spread(units.first).tolist()
        found: list[int] = []
        for number in range(len(docs)):
            lists: list[list[Interval]] = []
            for low, high, first, last in ends:
                begin, end = int(low[number]), int(high[number])
                lists.append(list(zip(first[begin:end], last[begin:end], strict=True)))
            choices = windows(lists, limit) if isinstance(limit, int) else in_one_unit(lists, marks)
            found.extend(min(choice)[0] for choice in choices)
        if not found:
            return together([])
        all_of = together(parts)
        at = np.searchsorted(all_of.spread(all_of.first), np.array(sorted(found), np.int64))
        return all_of.at(at)


def _less(places: Places, steps: int) -> Places:
    """Rising places, each so many steps before; those that would lie before the first left out."""
    if not steps:
        return places
    return places[int(places.searchsorted(np.uint32(steps))) :] - np.uint32(steps)


def _any_between(rising: Any, low: Any, high: Any) -> Mask:
    """For which bounds, both included, there is any of some rising numbers between them."""
    if not len(rising):
        return np.zeros(len(low), np.bool_)
    at = rising.searchsorted(low)
    there: Mask = (rising.take(at, mode="clip") <= high) & (at < len(rising))
    return there


def _in_scope(regions: NDArray[np.uint8], scope: frozenset[int]) -> Mask:
    table = np.zeros(256, np.bool_)
    table[list(scope)] = True
    inside: Mask = table[regions]
    return inside


def together(parts: Sequence[Standing]) -> Standing:
    """The occurrences of all parts, by place."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        none = np.empty(0, np.uint32)
        docs = np.empty(0, np.intp)
        return Standing(docs, none, none, docs, np.empty(0, np.uint8))
    first = np.concatenate([part.first for part in parts])
    order = np.argsort(first, kind="stable")
    return Standing(
        np.concatenate([part.docs for part in parts])[order],
        first[order],
        np.concatenate([part.last for part in parts])[order],
        np.concatenate([part.pieces for part in parts])[order],
        np.concatenate([part.regions for part in parts])[order],
    )


def distinct(rising: Any) -> Any:
    """Each number of a rising array once."""
    if len(rising) < 2:
        return rising
    new = np.empty(len(rising), np.bool_)
    new[0] = True
    np.not_equal(rising[1:], rising[:-1], out=new[1:])
    return rising if new.all() else rising[new]


def holds(rising: Any, asked: Any) -> Any:
    """Which of ``asked`` (in any order) are in a rising array."""
    if not len(rising):
        return np.zeros(len(asked), np.bool_)
    return rising.take(rising.searchsorted(asked), mode="clip") == asked


def having(held: Any, terms: Sequence[int], within: Docs | None = None) -> Docs:
    """The documents that have all of some terms (of those ``within``), the rarest term first."""
    if within is not None and len(within) < held.frequency(terms[0]):
        docs, rest = within, terms
    else:
        docs, rest = held.docs(terms[0]), terms[1:]
        if within is not None:
            docs = common(docs, within)
    for term in rest:
        docs = docs[held.among(term, docs)]
    # The same array where nothing is left out, so that what was read for it is found again.
    return within if within is not None and len(docs) == len(within) else docs


RARE = 64
"""Up to so many documents of a word the next word of a phrase is looked for at its places at once.
"""

FEW_OF_TERM = 4
"""A term's places are looked up by document where it stands in so many times more."""

UNLIKE = 20
"""So many times more numbers are searched rather than merged with."""


def common(one: Any, other: Any) -> Any:
    """What two rising arrays, each without repeats, have in common."""
    if len(one) > len(other):
        one, other = other, one
    if len(one) * UNLIKE < len(other):
        return one[holds(other, one)]
    both = np.concatenate((one, other))
    both.sort(kind="stable")  # two rising runs are merged, not sorted
    return both[:-1][both[1:] == both[:-1]]
