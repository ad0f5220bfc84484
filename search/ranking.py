"""What puts one hit before another: words side by side, words near each other, words of a phrase.

``search.evaluate`` says which decisions answer and scores each part of the query by BM25F. Here
the whole is put together. First come decisions named by their reference, then those with the plain
words side by side in their own text, then by score. The best ``FOREMOST`` are looked at a second
time for what is too dear to look for everywhere; as that only adds, none of them can fall behind
one that was not looked at, so pages stay stable. Pure but for the index it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from search.evaluate import BY_SCORE, Evaluation, Hits
from search.scoring import FOREMOST, NEAR, regions_of
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


FIRST_COLUMNS = ((BY_SCORE, 1), ("day", -1), ("number", 1))
"""Hits by relevance: ties go to the newer, then to the lower number."""


@dataclass(frozen=True)
class Ranked:
    """Scores of all hits and what comes before any score.

    ``exact`` has the hits with the plain words side by side, None where there are no two;
    ``leading`` those of them where that is not only in standard wording. ``added`` names what was
    added to the score of the parts, ``foremost`` are the hits that were looked at a second time,
    None where none was.
    """

    first_look: Hits
    named: frozenset[int]
    together: Node | None
    exact: Hits | None
    leading: Hits | None
    added: tuple[tuple[str, Hits], ...] = ()
    second_look: tuple[tuple[str, Hits], ...] = ()
    foremost: Hits | None = None

    @cached_property
    def hits(self) -> Hits:
        """All hits with their whole scores."""
        return _plus(self.first_look, self.second_look)

    def ordered(self, evaluation: Evaluation[Any], count: int | None) -> list[int]:
        """The first hits, the best first."""
        best = self.foremost
        # A second look only adds: no other can have come before those that were looked at.
        if best is None or (
            len(best) < len(self.first_look) and (count is None or count > len(best))
        ):
            best = self.hits
        return evaluation.ordered(best, FIRST_COLUMNS, count, self.before)

    def scores(self, docs: Sequence[int]) -> list[float]:
        """The whole score of some hits. Raises KeyError for what is none."""
        looked_at = self.hits if self.foremost is None else self.foremost
        found = looked_at.scores_of(docs)
        return [
            self.hits[doc] if score is None else score
            for doc, score in zip(docs, found, strict=True)
        ]

    def are_exact(self, docs: Sequence[int]) -> list[bool]:
        """Whether each of some hits has the plain words side by side."""
        if not self.exact:
            return [False] * len(docs)
        return [score is not None for score in self.exact.scores_of(docs)]

    @property
    def before(self) -> list[Any]:
        """What comes before any score."""
        return [docs for docs in (self.named, self.leading) if docs]


def rank(evaluation: Evaluation[Any], node: Node, hits: Hits) -> Ranked:
    """The hits of a query with what its parts add together."""
    named = _named(evaluation, node)
    together = side_by_side(node)
    if together is None:
        found = Ranked(hits, named, None, None, None)
    else:
        exact, leading = evaluation.together(together, hits)
        added = _there([(understood(together), exact)])
        found = Ranked(_plus(hits, added), named, together, exact, leading, added)
    pairs, words = neighbours(node, NEAR), _words_of_phrases(node)
    if not hits or not (pairs or words):
        return found
    best = evaluation.foremost(found.first_look, FIRST_COLUMNS, FOREMOST, found.before)
    more = _there(_second_look(evaluation, pairs, words, best))
    return replace(found, added=(*found.added, *more), second_look=more, foremost=_plus(best, more))


def _there(added: Iterable[tuple[str, Hits]]) -> tuple[tuple[str, Hits], ...]:
    return tuple((name, part) for name, part in added if part)


def _plus(hits: Hits, added: Iterable[tuple[str, Hits]]) -> Hits:
    for _, part in added:
        hits = hits.plus(part)
    return hits


def _words_of_phrases(node: Node) -> list[Word | Scoped]:
    """The words of the phrases asked for, each by itself in any form."""
    found: list[Word | Scoped] = []
    for leaf, names in wanted(node):
        if isinstance(leaf, Phrase):
            for exact in dict.fromkeys(leaf.words):
                word = Word(exact, stem(exact))
                found.append(word if names is None else Scoped(word, names))
    return found


def _second_look(
    evaluation: Evaluation[Any],
    pairs: Sequence[tuple[Near, tuple[str, ...] | None]],
    words: Sequence[Word | Scoped],
    docs: Hits,
) -> Iterator[tuple[str, Hits]]:
    by_scope: dict[tuple[str, ...] | None, list[Near]] = {}
    for pair, names in pairs:
        by_scope.setdefault(names, []).append(pair)
    for names, near in by_scope.items():
        yield "words near each other", evaluation.pairs(near, docs, _regions(names))
    for word in words:
        # A decision about planning enforcement speaks of enforcement more often than of
        # "planning enforcement".
        yield f"{understood(word)} in any form", evaluation.scores(word, docs)


def _regions(names: tuple[str, ...] | None) -> frozenset[int] | None:
    return None if names is None else regions_of(names)


def _named(evaluation: Evaluation[Any], node: Node) -> frozenset[int]:
    keys = [leaf.key for leaf, _ in wanted(node) if isinstance(leaf, Reference)]
    return frozenset(evaluation.codes("ref", keys)) if keys else frozenset()


def explained(
    evaluation: Evaluation[Any], node: Node, ranked: Ranked, shown: Sequence[int]
) -> tuple[dict[str, int], dict[int, tuple[Why, ...]]]:
    """Decisions with each part of the query, and for some hits what each part added."""
    terms: dict[str, int] = {}
    why: dict[int, list[Why]] = {doc: [] for doc in shown}
    for leaf, names in wanted(node):
        part = leaf if names is None else Scoped(leaf, names)
        name = understood(part)
        scores = evaluation.scores(part)
        terms[name] = len(scores)
        often = evaluation.occurrences(leaf, ranked.hits.only(shown), _regions(names))
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
