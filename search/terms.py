"""The words of the index that begin so, each with its forms and in how many decisions they stand.

A search for a word finds all of its forms; the index knows them by a stem (``educ``) that nobody
would type, so each group is named by its commonest form. Counts are exact.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from archive.ports import HitText
from search.errors import QueryError
from search.evaluate import over
from search.index import Index
from search.opening import OpenIndex
from search.parse import plain
from search.query import check
from search.schema import EXACT, STEMMED
from search.tree import Word
from search.words import stem

SHORTEST = 2
MOST_FORMS = 50_000
"""Words of the index that are looked at; two letters begin fewer even in a large archive."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word as a search takes it: decisions with any of its forms, and with each that begins so.

    ``forms`` are in order of their counts.
    """

    word: str
    decisions: int
    forms: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """The words asked for, the commonest first, and how many there are without a limit."""

    prefix: str
    total: int
    indexed: int
    terms: tuple[Term, ...]


def terms(index: Index, prefix: str, texts: HitText, limit: int | None = 30) -> Terms:
    """Words of the index that begin with ``prefix``; ``texts`` are those of the archive that it
    has to belong to. Raises QueryError and IndexUnusable."""
    start = _start(prefix)
    hidden = texts.restricted()

    def work(opened: OpenIndex) -> Terms:
        check(opened, texts)
        return _terms(opened, start, limit, hidden)

    found = index.read(work)
    if not found.total:
        index.examine()
    return found


def _start(prefix: str) -> str:
    node = plain(prefix.strip().rstrip("*"))
    if not isinstance(node, Word) or len(node.exact) < SHORTEST:
        raise QueryError(
            f"{prefix!r} is not the beginning of a word, of {SHORTEST} letters or more."
        )
    return node.exact


def _terms(opened: OpenIndex, start: str, limit: int | None, hidden: Collection[int]) -> Terms:
    # A word may be a name: one that only restricted decisions have is not listed.
    evaluation = over(opened, hidden)
    forms: dict[str, dict[str, int]] = {}
    for form in islice(evaluation.beginning(EXACT, start), MOST_FORMS):
        if count := evaluation.shown(EXACT, form):
            forms.setdefault(stem(form), {})[form] = count
    found = []
    for counts in forms.values():
        ordered = tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
        word = ordered[0][0]
        found.append(Term(word, evaluation.shown(STEMMED, stem(word)), ordered))
    found.sort(key=lambda term: (-term.decisions, term.word))
    return Terms(start, len(found), evaluation.documents, tuple(found[:limit]))
