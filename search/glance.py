"""Whether a text can hold what a query wants: a look at its letters before its words are read.

Reading the words of every paragraph of a page of hits costs more than the whole search, and most
paragraphs have nothing of the query in them. A glance may be wrong in one way only: it may let a
text pass that turns out to have nothing. Where letters do not tell (figures, apostrophes, accents
in the text), it lets everything pass.
"""

from __future__ import annotations

from search.tree import Near, Node, Or, Phrase, Prefix, Word

KEPT = 5
"""A stem of more letters than this begins its words but for its last two letters: endings may be
changed for others, as in *possibility* → *possibl*."""

_PUNCTUATION = str.maketrans(dict.fromkeys("‘’“”–—…•£§\u00a0", " "))


def letters(text: str) -> str | None:
    """A text to be glanced at, in small letters; None where its letters do not tell its words."""
    if not text.isascii():
        text = text.translate(_PUNCTUATION)
        if not text.isascii():
            return None
    return text.lower()


def may_hold(plain: str, leaf: Node) -> bool:
    """Whether a text (as ``letters`` gives it) may hold a leaf."""
    match leaf:
        case Word(_, stem):
            return begin_of(stem) in plain
        case Prefix(start):
            return _told(start) in plain
        case Phrase(words):
            return all(_told(word) in plain for word in words)
        case Or(items):
            return any(may_hold(plain, item) for item in items)
        case Near(items, _):
            return all(may_hold(plain, item) for item in items)
        case _:
            return True


def begin_of(stem: str) -> str:
    """What every word of a stem begins with, as far as that can be told."""
    return _told(stem)[:-2] if len(stem) > KEPT else ""


def _told(word: str) -> str:
    # "&" is read as "and".
    return word if word.isascii() and word.isalpha() and word != "and" else ""
