"""What the index knows of its words: which there are, and in how many decisions each stands.

Both evaluations have these questions in common; they differ in where the four answers come from
that the others rest on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator

from search.days import date_codes
from search.fields import body_words
from search.provisions import term as term_of
from search.schema import EXACT, STEMMED
from search.scoring import MOST_FORMS
from search.spelling import spelt_like
from search.tree import (
    And,
    Days,
    Everything,
    Filter,
    Fuzzy,
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


class Vocabulary(ABC):
    """The words and codes of one opened index.

    ``documents`` is how many decisions it has; the ``hidden`` are documents no answer may have.
    """

    documents: int
    hidden: Collection[int]

    @abstractmethod
    def starting(self, field: str, start: bytes) -> Iterator[bytes]:
        """The terms of a field that begin so, in order."""

    @abstractmethod
    def frequency(self, field: str, word: str) -> int:
        """In how many decisions a word stands, replaced ones not yet merged away included."""

    @abstractmethod
    def holding(self, field: str, word: str) -> int:
        """In how many decisions a word stands, exactly."""

    @abstractmethod
    def codes(self, field: str, values: Iterable[str]) -> set[int]:
        """The documents that have any of these codes."""

    def lexicon(self, field: str) -> list[str]:
        """Every code of a field, in order."""
        return list(self.beginning(field, ""))

    def beginning(self, field: str, start: str) -> Iterator[str]:
        """The words of a field that begin so, in order."""
        for term in self.starting(field, start.encode("utf-8")):
            yield term.decode("utf-8")

    def forms(self, node: Node) -> list[tuple[str, int]]:
        """The words of the index that a word, beginning or spelling stands for, commonest first."""
        match node:
            case Word(exact, stemmed):
                # Forms of a word share its first letters; the rest of the list is not looked at.
                alike = self.beginning(EXACT, exact[:3])
                found = [form for form in alike if stem(form) == stemmed]
            case Prefix() | Fuzzy():
                found = [term.decode("utf-8") for term in self.terms(node)[1]]
            case _:
                return []
        counted = [(form, self.shown(EXACT, form)) for form in found[:MOST_FORMS]]
        if self.hidden:
            counted = [one for one in counted if one[1]]
        return sorted(counted, key=lambda one: (-one[1], one[0]))

    def shown(self, field: str, word: str) -> int:
        """In how many decisions a word stands that an answer may have."""
        count = self.holding(field, word)
        if count and self.hidden:
            held = self.codes(field, [word])
            count -= sum(1 for doc in self.hidden if doc in held)
        return count

    def terms(self, node: Word | Prefix | Fuzzy | Provision) -> tuple[str, list[bytes]]:
        """The field and the terms that a leaf stands for."""
        match node:
            case Word(_, stemmed):
                return STEMMED, [stemmed.encode("utf-8")]
            case Provision(path):
                return EXACT, [term_of(path).encode("utf-8")]
            case Prefix(start):
                return EXACT, list(self.starting(EXACT, start.encode("utf-8")))
            case Fuzzy(word):
                first = word[0].encode("utf-8")
                return EXACT, [
                    term
                    for term in self.starting(EXACT, first)
                    if spelt_like(word, term.decode("utf-8"))
                ]

    def estimate(self, node: Node) -> int:
        """How many documents a node may have, roughly; NOT comes last, to have most excluded."""
        match node:
            case Word(_, stemmed):
                return self.frequency(STEMMED, stemmed)
            case Provision(path):
                return self.frequency(EXACT, term_of(path))
            case Phrase(words):
                return min(self.frequency(EXACT, word) for word in words)
            case Reference() | Filter() | Days():
                return 0
            case Scoped(item, _):
                return self.estimate(item)
            case And(items) | Near(items, _):
                return min(map(self.estimate, items))
            case Or(items):
                return sum(map(self.estimate, items))
            case Prefix() | Fuzzy():
                return self.documents
            case Not() | Everything() | Money():
                return self.documents + 1

    def coded(self, node: Filter | Days) -> list[list[tuple[str, str]]] | None:
        """The codes (field, code) that a filter stands for; None where it leaves all decisions.

        Of each list one at least must be there.
        """
        match node:
            case Days(first, last):
                codes = date_codes(first, last)
                return None if codes is None else [[("when", code) for code in codes]]
            case Filter("body", value):
                # A name typed with dashes is that one name where there is such, else its words.
                if "-" in value and self.frequency("name", value):
                    return [[("name", value)]]
                return [[("body", word)] for word in body_words(value)]
            case Filter("category", value):
                return [[("category", value), ("subcategory", value)]]
            case Filter("act", value):
                asked = set(value.split())
                acts = [code for code in self.lexicon("act") if asked <= set(code.split("-"))]
                return [[("act", code) for code in acts]]
            case Filter(field, value):
                return [[(field, value)]]
