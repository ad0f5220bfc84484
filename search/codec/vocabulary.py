"""Texts to numbers of words, in one pass over a decision, with the results of ``search.words``.

A build spends most of its time here, so a text is cut by one regular expression and every different
piece (a *surface*: ``Council’s``, ``£1,950``) is looked at once, by ``search.words`` itself; after
that it is a number. Where sentences begin and which paragraphs may name a provision is told from
flags of surfaces. What comes out is what ``search.schema.document`` gives, which a test holds on
random texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from search.codec.container import Array
from search.provisions import KEYS
from search.words import ABBREVIATIONS, words

PIECE, SENTENCE = 0, 1
"""Codes that are no surfaces: a piece of text begins; a sentence ends and a word follows."""

NONE = 0xFFFFFFFF

CAPITAL, ABBREVIATION, NOTHING, PROVISION = 1, 2, 4, 8
"""Flags of a surface: it can begin a sentence; it does not let one end before the next word; it has
no word; it may be the name of a kind of provision."""

_BREAK, _INSTEAD = "\0", "\1"
_REST = "(?:[^\\W_]|[\u0300-\u036f\u00ad\u200b-\u200d\u2060])"
_SURFACE = re.compile(
    f"{_BREAK}"
    # The end of a sentence, up to the word after it; whether it is one is settled later.
    "|[.!?…][\"'’”»)\\]]*\\s+[\"'‘“«(\\[]*(?=[^\\W_])"
    # These three as in search.words.
    "|(?:£\\s?)?(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?(?![^\\W_])"
    f"|[^\\W_]{_REST}*(?:['’ʼ＇][^\\W_]{_REST}*)*"
    "|&"
)
_ENDS = frozenset(".!?…")
_KEY = re.compile(rf"(?:{'|'.join(sorted(KEYS, key=len, reverse=True))})(?![a-z])", re.IGNORECASE)
_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\u2060＇]")
_LONGEST = 80
"""Longer surfaces are not remembered: hostile text must not fill the memory."""
_MOST = 400_000
"""Surfaces remembered at a time."""


class Coded(NamedTuple):
    """A decision's texts: surfaces in order, each piece begun by ``PIECE``; regions of the pieces."""

    codes: Array
    regions: bytes
    provisions: tuple[tuple[int, int, int], ...]
    """Piece, place in it, number of the exact word."""


class _Surfaces(dict[str, int]):
    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, surface: str) -> int:
        code = self._vocabulary.look_at(surface)
        if len(surface) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[surface] = code
        return code


class Vocabulary:
    """All words met while one segment is built: their numbers, in the order in which they came."""

    def __init__(self) -> None:
        self.terms: list[str] = []
        self.stems: list[str | None] = []
        """Of each term; None for marks and provisions."""
        self._numbers: dict[str, int] = {}
        self._surfaces = _Surfaces(self)
        self._codes: dict[tuple[tuple[str, ...], int], int] = {}
        self._used = 2
        self.exact = np.full((2, 1024), NONE, np.uint32)
        """The one or two words of each surface."""
        self.flags = np.zeros(1024, np.uint8)
        self.flags[[PIECE, SENTENCE]] = NOTHING

    def number(self, term: str, stemmed: str | None = None) -> int:
        """The number of a term; a new one the first time."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self.terms)
            self.terms.append(term)
            self.stems.append(stemmed)
        return found

    def code(self, pieces: Sequence[tuple[int, str]]) -> Coded:
        """The texts of one decision, each with its region."""
        # Imported late: the schema pulls in Whoosh, which the words do not need.
        from search.schema import provision_places
        from search.provisions import named, terms

        text = "".join(
            [_BREAK + (one.replace(_BREAK, _INSTEAD) if _BREAK in one else one) for _, one in pieces]
        )
        surfaces = _SURFACE.findall(text)
        codes = np.fromiter(
            map(self._surfaces.__getitem__, surfaces), np.uint32, len(surfaces)
        )
        found: list[tuple[int, int, int]] = []
        for piece in self._pieces_to_look_at(codes, pieces):
            text = pieces[piece][1]
            if next(named(text), None) is None:
                continue
            for provision, place in provision_places(text, list(words(text))):
                found += [(piece, place, self.number(term)) for term in terms(provision.path)]
        found.sort()
        return Coded(codes, bytes(region for region, _ in pieces), tuple(found))

    def _pieces_to_look_at(
        self, codes: Array, pieces: Sequence[tuple[int, str]]
    ) -> Iterable[int]:
        hits = np.flatnonzero(self.flags[codes] & PROVISION)
        found: set[int] = set()
        if hits.size:
            begun = np.flatnonzero(codes == PIECE)
            found.update((np.searchsorted(begun, hits) - 1).tolist())
        # The one kind of provision whose name is no word.
        found.update(n for n, (_, text) in enumerate(pieces) if "§" in text)
        return sorted(found)

    def look_at(self, surface: str) -> int:
        """The code of a surface that was not met before, or not remembered."""
        if surface == _BREAK:
            return PIECE
        if surface[0] in _ENDS:
            return SENTENCE
        read = list(words(surface))
        flags = 0
        if surface[0].isupper() or surface[0].isdigit():
            flags |= CAPITAL
        if not read:
            flags |= NOTHING
        elif read[-1].exact in ABBREVIATIONS:
            flags |= ABBREVIATION
        if _KEY.match(surface) or _INVISIBLE.search(surface):
            flags |= PROVISION
        key = (tuple(word.exact for word in read), flags)
        code = self._codes.get(key)
        if code is None:
            code = self._codes[key] = self._used
            self._used += 1
            if code == self.flags.size:
                more = np.full(self.exact.shape, NONE, np.uint32)
                self.exact = np.concatenate((self.exact, more), axis=1)
                self.flags = np.concatenate((self.flags, np.zeros(code, np.uint8)))
            self.flags[code] = flags
            for row, word in enumerate(read):
                self.exact[row, code] = self.number(word.exact, word.stem)
        return code

