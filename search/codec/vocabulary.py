"""Texts to numbers of words, in one pass over a decision, with the results of ``search.words``.

A build spends most of its time here. A text is split at white space, and every different piece (a
*chunk*: ``Council’s``, ``(£1,950).``, ``and/or``) is looked at once, by ``search.words`` itself;
after that it is a number that stands for its words. Where sentences begin and which paragraphs may
name a provision is told from flags of the chunks. What comes out is what ``search.schema.document``
gives, which a test holds on random texts.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from search.codec.chunks import NONE, WIDEST, Table, by_width, cut, windows
from search.codec.container import Array
from search.codec.texts import Texts, joined, parts, pieces
from search.provisions import KEYS, named, provision_places, terms
from search.words import ABBREVIATIONS, LONGEST_WORD, stem, words

PIECE = 0
"""The chunk that stands where a piece of text begins."""

CAPITAL, SENTENCE_END, PROVISION, SECOND = 1, 2, 4, 8
"""Flags of a chunk: a sentence can begin with its first word; one can end with it; it may hold the
name of a kind of provision; at the place of one of its words another stands too."""

_PARTED_POUND = re.compile(r"£\s(?=\d)")
"""The one word that white space may stand in."""
_OPENING = re.compile("[\"'‘“«(\\[]*")
_END = re.compile("[.!?…][\"'’”»)\\]]*\\Z")
_KEY = re.compile(
    rf"(?<![^\W_])(?<!['’ʼ])(?:{'|'.join(sorted(KEYS, key=len, reverse=True))})(?![a-z])"
    "|[§\u0300-\u036f\u00ad\u200b-\u200d\u2060＇]",
    re.IGNORECASE,
)
"""What a chunk must hold to be part of a provision; or what makes that hard to tell."""
_LONGEST = 80
"""Longer chunks are not remembered: hostile text must not fill the memory."""
_MOST = 500_000
"""Chunks remembered at a time, and those of one run more."""
_NEW = 512
"""Chunks that were met once, kept apart until it is worth putting them into the tables."""
_LONGEST_PIECE, _MOST_PIECES = 5_000, 5_000
"""Characters of a paragraph whose provisions are remembered, and how many at a time."""


class Coded(NamedTuple):
    """Texts of decisions in a row: chunks in order, each piece begun by ``PIECE``; regions of the
    pieces, and how many pieces each decision has."""

    chunks: Array
    regions: bytes
    pieces: list[int]
    provisions: list[tuple[int, int, int]]
    """Piece, place in it, number of the exact word."""


class Growing:
    """Numbers that are appended one by one and read as an array."""

    def __init__(self, code: str) -> None:
        self._held = array(code)
        self.append = self._held.append
        self._dtype = np.dtype(code)

    def __len__(self) -> int:
        return len(self._held)

    @property
    def view(self) -> Array:
        """All of them. Nothing can be appended while this is in use."""
        return np.frombuffer(self._held, self._dtype) if self._held else np.empty(0, self._dtype)


class Vocabulary:
    """All words met while one segment is built: their numbers, in the order in which they came."""

    def __init__(self, stem: Callable[[str], str] = stem) -> None:
        """``stem`` gives what ``search.words.stem`` gives, quicker perhaps."""
        self._stem = stem
        self.terms: list[str] = []
        self.stems: list[str | None] = []
        """Of each term; None for marks and provisions."""
        self._numbers: dict[str, int] = {}
        self._known_provisions: dict[str, tuple[tuple[int, int], ...]] = {}
        self.forget()

    def forget(self) -> None:
        """Forget all chunks and their codes, which are given anew from here on; the words stay."""
        self._tables = [Table(width) for width in range(1, WIDEST + 1)]
        self._new_chunks: dict[str, int] = {}
        """Those that are in no table yet."""
        self._long_chunks: dict[str, int] = {}
        """Those that are too long for one."""
        self._size = self._words_of_chunks = 0
        self._flags, self._begin, self._count = Growing("B"), Growing("I"), Growing("I")
        self._exact, self._second, self._abbreviation = (
            Growing("I"),
            Growing("I"),
            Growing("B"),
        )
        self._new(0, ())  # PIECE
        self._tables[0].add([np.zeros(1, np.uint64)], np.array([PIECE], np.uint32))

    @property
    def crowded(self) -> bool:
        """Whether so many chunks are known that they should be forgotten when none is in use."""
        return self._size > _MOST

    def number(self, term: str, stemmed: str | None = None) -> int:
        """The number of a term; a new one the first time."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self.terms)
            self.terms.append(term)
            self.stems.append(stemmed)
        return found

    # Chunks by their code; words of chunks one after the other

    @property
    def flags(self) -> Array:
        """Of each chunk."""
        return self._flags.view

    @property
    def spans(self) -> tuple[Array, Array]:
        """Of each chunk: the first of its words, and how many it has."""
        return self._begin.view, self._count.view

    @property
    def words(self) -> tuple[Array, Array, Array]:
        """Of each word of a chunk: number, the number of what stands at the same place or ``NONE``,
        and whether it is an abbreviation."""
        return self._exact.view, self._second.view, self._abbreviation.view.view(bool)

    def code(self, decisions: Sequence[Texts]) -> Coded:
        """The chunks of some decisions. A dozen together cost half of what they do one by one."""
        text = joined(decisions)
        codes = np.concatenate([self._code(part) for part in parts(text)])
        provisions: list[tuple[int, int, int]] = []
        if hits := self._pieces_to_look_at(codes):
            texts = pieces(text)
            provisions = [
                (piece, place, number)
                for piece in hits
                for place, number in self._provisions(texts[piece])
            ]
        return Coded(
            codes,
            b"".join([one.regions for one in decisions]),
            [len(one.regions) for one in decisions],
            provisions,
        )

    def _code(self, text: str) -> Array:
        found = cut(text)
        if found.parted:
            found = cut(_PARTED_POUND.sub("£", text))
        codes = np.full(found.starts.size, NONE, np.uint32)
        for table, some in by_width(found):
            codes[some] = self._tables[table].find(windows(found, some, table + 1))
        missing = np.flatnonzero(codes == NONE)
        if missing.size:
            codes[missing] = self._codes_of(found.chunks(missing))
            if len(self._new_chunks) >= _NEW:
                self._tidy()
        return codes

    def _codes_of(self, chunks: Sequence[str]) -> list[int]:
        """Codes of chunks that are in no table."""
        new, long = self._new_chunks, self._long_chunks
        codes = []
        for chunk in chunks:
            code = new.get(chunk)
            if code is None:
                code = long.get(chunk)
            if code is None:
                code = self.look_at(chunk)
                if len(chunk) <= _LONGEST:
                    new[chunk] = code
            codes.append(code)
        return codes

    def _tidy(self) -> None:
        """Put new chunks into the tables."""
        chunks = list(self._new_chunks)
        found = cut(" ".join(chunks))
        codes = np.fromiter(self._new_chunks.values(), np.uint32, len(chunks))
        known = np.zeros(codes.size, bool)
        for table, some in by_width(found):
            self._tables[table].add(windows(found, some, table + 1), codes[some])
            known[some] = True
        for at in np.flatnonzero(~known).tolist():
            self._long_chunks[chunks[at]] = int(codes[at])
        self._new_chunks = {}

    def _provisions(self, text: str) -> tuple[tuple[int, int], ...]:
        """Place and number of each term of a provision that a text names, in order.

        It is paragraphs of standard wording that name most of them, so what was read is kept.
        """
        found = self._known_provisions.get(text)
        if found is None:
            found = ()
            if next(named(text), None) is not None:
                found = tuple(
                    sorted(
                        (place, self.number(term))
                        for provision, place in provision_places(text, list(words(text)))
                        for term in terms(provision.path)
                    )
                )
            if len(text) <= _LONGEST_PIECE:
                if len(self._known_provisions) >= _MOST_PIECES:
                    self._known_provisions.clear()
                self._known_provisions[text] = found
        return found

    def _pieces_to_look_at(self, codes: Array) -> Sequence[int]:
        hits = np.flatnonzero(self.flags[codes] & PROVISION)
        if not hits.size:
            return ()
        begun = np.flatnonzero(codes == PIECE)
        return sorted(set((np.searchsorted(begun, hits) - 1).tolist()))

    def look_at(self, chunk: str) -> int:
        """A code for a chunk that was not met before, or not remembered."""
        if chunk.isascii() and len(chunk) <= LONGEST_WORD:
            # Most chunks are one word of plain letters, perhaps with a sign behind it.
            if chunk.isalpha():
                return self._look_at_plain(chunk, "")
            if chunk[-1] in ".,;:" and chunk[:-1].isalpha():
                return self._look_at_plain(chunk[:-1], chunk[-1])
        read: list[tuple[int, int, bool]] = []
        flags = 0
        opening = _OPENING.match(chunk)
        begin = opening.end() if opening else 0
        place = -1
        for word in words(chunk):
            number = self.number(word.exact, word.stem)
            abbreviation = word.exact in ABBREVIATIONS
            if word.place == place:
                read[-1] = (read[-1][0], number, abbreviation)
                flags |= SECOND
            else:
                if not read and word.start == begin and _is_capital(chunk[begin]):
                    flags |= CAPITAL
                read.append((number, NONE, abbreviation))
            place = word.place
        if _END.search(chunk):
            flags |= SENTENCE_END
        if _KEY.search(chunk):
            flags |= PROVISION
        return self._new(flags, read)

    def _look_at_plain(self, letters: str, end: str) -> int:
        """The same for one word of plain letters and the sign after it."""
        exact = letters.lower()
        flags = 0
        if letters[0] <= "Z":
            flags |= CAPITAL
        if end == ".":
            flags |= SENTENCE_END
        if exact in KEYS:
            flags |= PROVISION
        number = self._numbers.get(exact)
        if number is None:
            number = self._numbers[exact] = len(self.terms)
            self.terms.append(exact)
            self.stems.append(self._stem(exact))
        code = self._size
        self._flags.append(flags)
        self._begin.append(self._words_of_chunks)
        self._count.append(1)
        self._exact.append(number)
        self._second.append(NONE)
        self._abbreviation.append(exact in ABBREVIATIONS)
        self._size += 1
        self._words_of_chunks += 1
        return code

    def _new(self, flags: int, read: Sequence[tuple[int, int, bool]]) -> int:
        code = self._size
        self._size += 1
        self._flags.append(flags)
        self._begin.append(self._words_of_chunks)
        self._count.append(len(read))
        self._words_of_chunks += len(read)
        for exact, second, abbreviation in read:
            self._exact.append(exact)
            self._second.append(second)
            self._abbreviation.append(abbreviation)
        return code


def _is_capital(letter: str) -> bool:
    return letter.isupper() or letter.isdigit()
