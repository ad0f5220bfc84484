"""Stems for what is added to an index: of words that it has already, taken from there.

A stem is a function of the exact word (``search.words.stem``), and working one out takes longer
than all else that is done with a new word. A segment that is added to an index of thousands of
decisions has hardly a word that is not there yet. What this module does not do: say what a stem is.
"""

from __future__ import annotations

from collections.abc import Callable

from search.codec.reader import SegmentArrays
from search.codec.word_fields import NO_STEM
from search.schema import EXACT, STEMMED
from search.words import stem

WORTH = 1_000
"""Stems worked out until the list of an older segment is read, which takes about as long."""

MOST = 200_000
"""Words of a list that is read at all: one that is longer takes more memory than it saves time."""

_FIRST, _AFTER = b"a", b"{"
"""Words of plain letters alone lie between these; numbers and provisions do not."""


class Stems:
    """A function from exact words to stems that learns from an older segment."""

    def __init__(self, older: Callable[[], SegmentArrays | None]) -> None:
        """``older`` opens a segment, or says that there is none; it is asked once at most."""
        self._older = older
        self._asked = 0
        self._known: dict[str, str] = {}

    def __call__(self, exact: str) -> str:
        found = self._known.get(exact)
        if found is None:
            found = stem(exact)
            self._asked += 1
            if self._asked == WORTH:
                self._learn()
        return found

    def _learn(self) -> None:
        arrays = self._older()
        if arrays is None:
            return
        try:
            self._known = stems_in(arrays)
        finally:
            arrays.close()


def stems_in(arrays: SegmentArrays) -> dict[str, str]:
    """The words of plain letters in a segment with their stems; none where they are too many."""
    if EXACT not in arrays.names:
        return {}
    words, stems = arrays.words(EXACT), arrays.field(STEMMED)
    low, high = words.reach(_FIRST), words.reach(_AFTER)
    if high - low > MOST:
        return {}
    names = stems.texts()
    numbers = words.stems_of(low, high).tolist()
    return {
        word: names[number]
        for word, number in zip(words.texts(low, high), numbers, strict=True)
        if number != NO_STEM
    }
