"""How text becomes words: one rule for the index, the query and the marks in a snippet.

Because all three call ``words`` and nothing else, what is indexed, what is asked for and what is
highlighted cannot drift apart. Every word is kept: no stop words, no shortest length ("Mr X said"
must not find "Mr Y said").

============================  ==========================================================
in the text                   the word(s)
============================  ==========================================================
``Council’s`` ``Council's``   ``council's``, stem ``council`` (curly and straight alike)
``drop-in`` ``and/or``        two words side by side: ``drop`` ``in``; ``and`` ``or``
``A&E``  ``R & Co``           ``a and e``; ``r and co``
``24A(6)``                    ``24a`` ``6``
``£1,950``                    ``1950`` and, at the same place, ``£1950``
``£12.00``  ``12.50``  ``3.4``  ``12`` and ``£12``; ``12.50``; ``3.4``
``café`` ``CAFÉ``             ``cafe`` (case, accents and ligatures folded)
============================  ==========================================================

What this module does not do: know about sections, paragraphs or fields.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

ANALYSER_VERSION = 2
"""Raised whenever the same text may give other words; an index of another version is rebuilt."""

LONGEST_WORD = 64
"""Longer runs of letters are cut to this many characters: hostile text must not bloat the index."""

_REST = "(?:[^\\W_]|[\u0300-\u036f\u00ad\u200b-\u200d\u2060])"
_WORD = re.compile(
    # An amount or a number: thousands commas and a decimal point belong to it.
    "(?P<pound>£\\s?)?(?P<number>(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?)(?![^\\W_])"
    f"|(?P<word>[^\\W_]{_REST}*(?:['’ʼ＇][^\\W_]{_REST}*)*)"
    "|(?P<and>&)"
)
_APOSTROPHES = str.maketrans("’ʼ＇", "'''")
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060))


class Word(NamedTuple):
    """One word: its exact and stemmed form, its code-point span, and its place in the text.

    Words at the same ``place`` are two readings of the same piece of text.
    """

    exact: str
    stem: str
    start: int
    end: int
    place: int


def words(text: str) -> Iterator[Word]:
    """The words of a text in order. Linear in its length, and never raises."""
    place = -1
    for match in _WORD.finditer(text):
        place += 1
        kind = match.lastgroup
        start, end = match.span()
        if kind == "word":
            exact, base = _forms(match.group())
            if exact:
                # Word(…) by the shortest way: a build makes millions of them.
                yield tuple.__new__(Word, (exact, base, start, end, place))
            else:
                place -= 1
        elif kind == "and":
            yield Word("and", stem("and"), start, end, place)
        else:
            number = fold(match["number"]).replace(",", "")[:LONGEST_WORD]
            if match["pound"]:
                number = number.removesuffix(".00")
            yield Word(number, number, match.start("number"), end, place)
            if match["pound"]:
                yield Word("£" + number, "£" + number, start, end, place)


@lru_cache(maxsize=65536)
def _forms(text: str) -> tuple[str, str]:
    """A word as it stands in a text: folded, and its stem."""
    exact = fold(text)
    return exact, stem(exact)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A word without case, accents, ligatures, soft hyphens and kinds of apostrophe."""
    if not text.isascii():
        text = text.translate(_APOSTROPHES).translate(_INVISIBLE)
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return text.casefold()[:LONGEST_WORD]


_VOWEL = re.compile("[aeiouy]")


@lru_cache(maxsize=65536)
def stem(exact: str) -> str:
    """The stem of a folded word (Porter's second algorithm), a possessive ending taken off."""
    from whoosh.lang.porter2 import stem as porter2

    base = exact.removesuffix("'s")
    if not base.isascii() or not base.isalpha() or len(base) < 3:
        return base
    if len(base) > 3 and base.endswith("s") and _VOWEL.search(base) is None:
        base = base[:-1]  # DFGs; Porter's rule leaves the s where there is no vowel before it
    return str(porter2(base)) or base


_SENTENCE_END = re.compile(r"[.!?…][\"'’”»)\]]*\s+[\"'‘“«(\[]*\Z")
ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "rev",
        "st",
        "no",
        "nos",
        "para",
        "paras",
        "s",
        "ss",
        "reg",
        "regs",
        "sch",
        "art",
        "arts",
        "cl",
        "ch",
        "p",
        "pp",
        "vol",
        "eg",
        "ie",
        "etc",
        "cf",
        "v",
        "vs",
        "viz",
        "ltd",
        "co",
        "inc",
    ]
)


def sentence_starts(text: str, text_words: Sequence[Word]) -> list[int]:
    """The places at which a sentence of this text begins, in order.

    A sentence ends at a full stop, question or exclamation mark that is followed by a space and a
    capital or figure, unless an abbreviation stands before it (``Mr.``, ``para.``, ``s. 31``).
    """
    starts: list[int] = []
    before: Word | None = None
    for word in text_words:
        if before is None:
            starts.append(word.place)
        elif word.place != before.place and before.exact not in ABBREVIATIONS:
            first = text[word.start]
            between = text[before.end : word.start]
            if (first.isupper() or first.isdigit()) and _SENTENCE_END.search(between):
                starts.append(word.place)
        before = word
    return starts


def fold_name(text: str) -> str:
    """A name or category as one code, in the form of the publisher's own addresses.

    ``Children’s care services`` → ``children-s-care-services``.
    """
    exact = (word.exact for word in words(text) if not word.exact.startswith("£"))
    return "-".join(exact).replace("'", "-").replace(".", "-")
