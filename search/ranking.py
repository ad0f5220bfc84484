"""What puts one hit before another: words side by side, words near each other, words of a phrase.

``search.evaluate`` says which decisions answer and scores each part of the query by BM25F. Here
the whole is put together. First come decisions named by their reference, then those with the plain
words side by side in their own text, then by score. The best ``FOREMOST`` are looked at a second
time for what is too dear to look for everywhere; as that only adds, none of them can fall behind
one that was not looked at, so pages stay stable. Pure but for the index it is given.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from search.evaluate import FOREMOST, NEAR, Evaluation, Scores
from search.schema import REGIONS_NAMED
from search.tree import (
    Near,
    Node,
    Phrase,
    Reference,
    Scoped,
    Word,
    neighbours,
    side_by_side,
    understood,
    wanted,
)
from search.words import stem


class Why(NamedTuple):
    """One part of a score: ``times`` it stands in the decision, ``little`` of these in standard
    wording or the powers section (or 0 where nothing is counted)."""

    term: str
    score: float
    times: int = 0
    little: int = 0


@dataclass(frozen=True, slots=True)
class Ranked:
    """Scores of all hits and what comes before any score.

    ``exact`` has the hits with the plain words side by side, None where there are no two;
    ``leading`` those of them where that is not only in standard wording. ``added`` names what was
    added to the score of the parts.
    """

    scores: Scores
    named: frozenset[int]
    together: Node | None
    exact: frozenset[int] | None
    leading: frozenset[int]
    added: tuple[tuple[str, Scores], ...]

    def key(self, doc: int) -> tuple[bool, bool, float]:
        """What to sort by: lower comes first."""
        return doc not in self.named, doc not in self.leading, -round(self.scores[doc], 6)


def rank(evaluation: Evaluation, node: Node, scores: Scores) -> Ranked:
    """The hits of a query with what its parts add together."""
    named = _named(evaluation, node)
    together = side_by_side(node)
    if together is None:
        found = Ranked(dict(scores), named, None, None, frozenset(), ())
    else:
        bonus, leading = evaluation.together(together, scores.keys())
        exact = frozenset(bonus)
        found = Ranked(dict(scores), named, together, exact, frozenset(leading), ())
        found = _with(found, [(understood(together), bonus)])
    if not scores:
        return found
    foremost = heapq.nsmallest(FOREMOST, scores, key=found.key)
    return _with(found, _second_look(evaluation, node, set(foremost)))


def _with(found: Ranked, added: Iterable[tuple[str, Scores]]) -> Ranked:
    parts = tuple((name, part) for name, part in added if part)
    scores = found.scores
    for _, part in parts:
        for doc, score in part.items():
            scores[doc] += score
    return replace(found, added=(*found.added, *parts))


def _second_look(
    evaluation: Evaluation, node: Node, docs: set[int]
) -> Iterator[tuple[str, Scores]]:
    by_scope: dict[tuple[str, ...] | None, list[Near]] = {}
    for pair, names in neighbours(node, NEAR):
        by_scope.setdefault(names, []).append(pair)
    for names, pairs in by_scope.items():
        yield "words near each other", evaluation.pairs(pairs, docs, _regions(names))
    for leaf, names in wanted(node):
        if isinstance(leaf, Phrase):
            # A decision about planning enforcement speaks of enforcement more often than of
            # "planning enforcement".
            for exact in dict.fromkeys(leaf.words):
                word: Node = Word(exact, stem(exact))
                if names is not None:
                    word = Scoped(word, names)
                yield f"{understood(word)} in any form", evaluation.scores(word, docs)


def _regions(names: tuple[str, ...] | None) -> frozenset[int] | None:
    if names is None:
        return None
    return frozenset[int]().union(*(REGIONS_NAMED[name] for name in names))


def _named(evaluation: Evaluation, node: Node) -> frozenset[int]:
    keys = [leaf.key for leaf, _ in wanted(node) if isinstance(leaf, Reference)]
    return frozenset(evaluation.codes("ref", keys))


def explained(
    evaluation: Evaluation, node: Node, ranked: Ranked, docs: Iterable[int]
) -> tuple[dict[str, int], dict[int, tuple[Why, ...]]]:
    """Decisions with each part of the query, and for some hits what each part added."""
    shown = list(docs)
    terms: dict[str, int] = {}
    why: dict[int, list[Why]] = {doc: [] for doc in shown}
    for leaf, names in wanted(node):
        part = leaf if names is None else Scoped(leaf, names)
        name = understood(part)
        scores = evaluation.scores(part)
        terms[name] = len(scores)
        often = evaluation.occurrences(leaf, set(shown), _regions(names))
        for doc in shown:
            if doc in scores:
                why[doc].append(Why(name, round(scores[doc], 4), *often.get(doc, (0, 0))))
    if ranked.together is not None:
        terms[understood(ranked.together)] = len(ranked.exact or ())
    for name, added in ranked.added:
        for doc in shown:
            if doc in added:
                why[doc].append(Why(name, round(added[doc], 4)))
    return terms, {doc: tuple(parts) for doc, parts in why.items()}
