"""Whether two paragraphs say nearly the same, word for word: shingles and their small sketches.

A paragraph is cut into runs of three words. Two are alike when they share most of their runs
(Jaccard). To find what may be alike without comparing all with all, a paragraph's runs are hashed,
the least hash of each of a few bins is kept (one-permutation MinHash), and bins are taken together
as *bands*: paragraphs that are alike have a band in common. The hashes depend on the text alone,
so they are the same in every run and on every system.

Names as the publisher writes them (``Mr X``, ``Ms B``), pronouns and what a text calls the body
("the Council", "the Care Provider") stand for one another: they are what changes when the same
standard paragraph is used again. Figures (numbers, months) are *not* put aside: they tell a
person's own story. Pure: no I/O, no clock.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from hashlib import blake2b

VERSION = 1
"""Raised when the same text may give other shingles; all marks are then worked out again."""

SHINGLE = 3
"""Words of a shingle: fewer confuse sentences of a like build, more make a changed word cost too
much (each one spoils as many shingles)."""

ROWS, BANDS = 3, 6
"""Bins of a band, and bands. Two texts with a Jaccard of 0.75 share a band in 96 of 100 cases, of
0.9 in practically all, of 0.33 in 20."""

_BINS = ROWS * BANDS
_PRIME = (1 << 31) - 1
_FACTORS = (1_540_483_477, 374_761_393, 668_265_263)
_MOST_REMEMBERED = 200_000

_PERSON = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr) (?:and (?:mr|mrs|ms|miss|dr) )?[a-z]\b(?:'s)?")
_BODY = re.compile(
    r"\bthe (?:council|authority|care provider|provider|company|trust|school|care home)\b(?:'s)?"
)
_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?|[£§¤]")
_NUMBER = re.compile(r"\d+")
# "May" is left out: it is far more often a verb.
MONTHS = frozenset(
    (
        *("january", "february", "march", "april", "june", "july"),
        *("august", "september", "october", "november", "december"),
    )
)
_SAME = {
    **dict.fromkeys(("she", "they"), "he"),
    **dict.fromkeys(("her", "their", "him", "them", "hers"), "his"),
    "i": "we",
    "me": "us",
    "my": "our",
}


def plain_words(text: str) -> list[str]:
    """The words by which paragraphs are compared, in order."""
    folded = text.casefold().replace("’", "'").replace("\u00a0", " ")
    folded = _BODY.sub("¤", _PERSON.sub("§", folded))
    return [_SAME.get(word, word) for word in _WORD.findall(folded)]


def figures(words: Sequence[str]) -> list[str]:
    """The numbers and months among these words, sorted."""
    return sorted(
        [figure for word in words for figure in _NUMBER.findall(word)]
        + [word for word in words if word in MONTHS]
    )


def fingerprint(words: Sequence[str]) -> int:
    """64 bits for these very words in this order."""
    return int.from_bytes(
        blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest()
    )


class Shingler:
    """Hashes shingles; remembers the hashes of words, within bounds."""

    def __init__(self) -> None:
        self._hashes: dict[str, int] = {}

    def shingles(self, words: Sequence[str]) -> set[int]:
        """The hashes of a text's runs of three words, empty for fewer words than that."""
        known = self._hashes
        try:
            numbers = [known[word] for word in words]
        except KeyError:
            if len(known) > _MOST_REMEMBERED:
                known.clear()
            for word in words:
                known[word] = zlib.crc32(word.encode("utf-8", "replace"))
            numbers = [known[word] for word in words]
        one, two, three = _FACTORS
        return {
            (a * one + b * two + c * three) % _PRIME
            for a, b, c in zip(numbers, numbers[1:], numbers[2:], strict=False)
        }

    def bands(self, shingles: set[int]) -> tuple[int, ...]:
        """``BANDS`` numbers of 32 bits; texts that are alike have one in common at the same place.

        A bin without a shingle takes the least of the next one that has any.
        """
        least = [_PRIME] * _BINS
        for shingle in shingles:
            place = shingle % _BINS
            if shingle < least[place]:
                least[place] = shingle
        if _PRIME in least and shingles:
            for place in range(_BINS - 1, -_BINS - 1, -1):
                if least[place] == _PRIME:
                    least[place] = least[(place + 1) % _BINS]
        return tuple(
            zlib.crc32(b"%d %d %d %d" % (band, *least[band * ROWS : band * ROWS + ROWS]))
            for band in range(BANDS)
        )


def jaccard(one: set[int], other: set[int]) -> float:
    """Shared shingles as a part of all of them, 0 where there are none."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0
