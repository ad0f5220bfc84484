"""Stems, as a reader of them sees it: a stem is its exact words, and stores nothing but which."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from search.codec.container import Array, Container
from search.codec.terms import Terms
from search.codec.word_fields import WordField, counts_of


class StemField(Terms):
    """Stems: the same questions, answered from the exact words of each."""

    def __init__(self, container: Container, name: str, words: WordField) -> None:
        super().__init__(container, name)
        self._words = words
        self._container = container
        self._name = name
        self.documents = words.documents
        self._frequencies: dict[int, int] = {}

    @cached_property
    def _forms(self) -> tuple[Array, Array]:
        return (
            self._container.array(f"{self._name}.form_ends"),
            self._container.array(f"{self._name}.forms"),
        )

    def forms(self, i: int) -> Array:
        ends, forms = self._forms
        return forms[int(ends[i]) : int(ends[i + 1])]

    def frequency(self, i: int) -> int:
        forms = self.forms(i)
        if forms.size == 1:
            return self._words.frequency(int(forms[0]))
        found = self._frequencies.get(i)
        if found is None:
            found = self._frequencies[i] = int(np.count_nonzero(self.mask(i)))
        return found

    def frequencies(self, low: int, high: int) -> Array:
        return np.array([self.frequency(i) for i in range(low, high)], np.int64)

    def mask(self, i: int) -> Array:
        found = np.zeros(self.documents, bool)
        for form in self.forms(i).tolist():
            found[self._words.docs(form)] = True
        return found

    def among(self, i: int, documents: Array) -> Array:
        """As those of a ``WordField``."""
        found, *others = (self._words.among(form, documents) for form in self.forms(i).tolist())
        for other in others:
            found |= other
        return found

    def docs(self, i: int) -> Array:
        forms = self.forms(i)
        if forms.size == 1:
            return self._words.docs(int(forms[0]))
        return self.mask(i).nonzero()[0]

    def weights(self, i: int) -> Array:
        return self.postings(i)[1]

    def postings(self, i: int) -> tuple[Array, Array]:
        """``docs(i)`` and ``weights(i)``, in one go."""
        forms = self.forms(i)
        if forms.size == 1:
            form = int(forms[0])
            return self._words.docs(form), self._words.weights(form)
        found = np.zeros(self.documents, bool)
        total = np.zeros(self.documents, np.float32)
        for form in forms.tolist():
            docs = self._words.docs(form)
            found[docs] = True
            total[docs] += self._words.weights(form)
        docs = found.nonzero()[0]
        return docs, total.take(docs)

    def weights_in(self, i: int, documents: Array) -> tuple[Array, Array]:
        """As those of a ``WordField``."""
        forms = self.forms(i)
        if forms.size == 1:
            return self._words.weights_in(int(forms[0]), documents)
        there = np.zeros(documents.size, bool)
        total = np.zeros(documents.size, np.float32)
        for form in forms.tolist():
            here, weights = self._words.weights_in(form, documents)
            there |= here
            total[here] += weights
        return there, total[there]

    def docs_of(self, low: int, high: int) -> Array:
        return np.concatenate([np.empty(0, np.intp), *(self.docs(i) for i in range(low, high))])

    def postings_of(self, low: int, high: int) -> tuple[Array, Array]:
        if high - low == 1:
            return self.postings(low)
        found = [self.postings(i) for i in range(low, high)]
        return (
            np.concatenate([np.empty(0, np.intp), *(docs for docs, _ in found)]),
            np.concatenate([np.empty(0, np.float32), *(weights for _, weights in found)]),
        )

    def occurrences(self, i: int) -> int:
        return sum(map(self._words.occurrences, self.forms(i).tolist()))

    def places(self, i: int, within: Array | None = None) -> Array:
        forms = self.forms(i).tolist()
        if len(forms) == 1:
            return self._words.places(forms[0], within)
        found = np.concatenate([self._words.places(form, within) for form in forms])
        found.sort(kind="stable")
        return found

    def counts(self, i: int) -> Array:
        """As those of a ``WordField``."""
        return counts_of(self._container, self.docs(i), self.places(i))
