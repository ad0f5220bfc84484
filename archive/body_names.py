"""When two spellings are one council or provider: a key, equal for spellings of one name.

``&`` and "and", case, punctuation, kinds of apostrophe, "Ltd" and "Limited", white space: spellings
that differ in nothing else give one key. Whatever differs in a word has another key, however alike
it looks: "Hampshire County Council" and "Hampshire Council" are two until a person says otherwise,
and so are ``The Grange Care Centre (Cheltenham) Limited`` and the one in Bristol.

``A AKA B`` (also ``t/a``, "trading as") says that one body has two names. The name of a company is
the register's, which gives none out twice; so where exactly one of the names ends as a company's
does, the key is that name's. A house, a home or a brand shares its name with others: with two
companies, or none, nothing can be told and the whole stays a name of its own.

Pure: no table, no guess. What kind of body it is, is ``archive.body_types``.
"""

from __future__ import annotations

import re
import unicodedata

RULES_VERSION = "1"
"""Raised whenever a name may get another key or type; archives are then settled again."""

_INVISIBLE = dict.fromkeys((0x00AD, 0x061C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xFEFF))
_APOSTROPHES = re.compile("['’‘ʼ`´＇]")
_INITIALS = re.compile(r"\b(\w)\.(?=\w\b)")
_ALSO = re.compile(r"\bt\s?/\s?as?\b|\ba\s?/\s?k\s?/\s?a\b|\btrading as\b|\balso known as\b")
_SAME_WORDS = {"ltd": "limited"}
_COMPANY_ENDS = frozenset(["limited", "plc", "llp", "cic"])
_LONG_ENDS = (
    (re.compile(r"\bpublic limited company$"), "plc"),
    (re.compile(r"\blimited liability partnership$"), "llp"),
    (re.compile(r"\bcommunity interest company$"), "cic"),
)
_AKA = "aka"
_NOT_ALSO = frozenset(["formerly", "previously", "now", "once", "not"])
"""Words before ``aka`` with which it no longer says that the body has both names today."""


def plain_words(name: str) -> str:
    """The words of a name in one spelling each, a blank between them; ``aka`` for all its forms.

    Empty for a name without a letter or figure. Words stay in order and none is left out.
    """
    text = unicodedata.normalize("NFKC", name).casefold().translate(_INVISIBLE)
    text = unicodedata.normalize("NFKC", _APOSTROPHES.sub("", text))
    text = _INITIALS.sub(r"\1", text).replace("&", " and ")
    text = _ALSO.sub(f" {_AKA} ", " ".join(text.split()))
    words = "".join(letter if _counts(letter) else " " for letter in text).split()
    return " ".join(_SAME_WORDS.get(word, word) for word in words)


def _counts(letter: str) -> bool:
    """Whether a character tells names apart: letters, marks, figures, and signs such as ``+``."""
    return unicodedata.category(letter)[0] in "LMN" or letter in "+€$£%@"


def names_in(words: str) -> list[str]:
    """The names that stand around ``aka``, in order, each in plain words."""
    found: list[list[str]] = [[]]
    for word in words.split():
        if word == _AKA:
            found.append([])
        else:
            found[-1].append(word)
    return [" ".join(name) for name in found]


def is_company(words: str) -> bool:
    """Whether a name in plain words ends as only a registered company's does."""
    return " " in words and words.rsplit(" ", 1)[1] in _COMPANY_ENDS


def body_key(name: str) -> str:
    """The key of a spelling. Never empty: a name of nothing but signs is its own key.

    Applied to a key it gives the key again.
    """
    words = plain_words(name)
    if not words:
        return " ".join(name.split()) or name
    names = [_short_end(each) for each in names_in(words)]
    if not all(names):
        return words
    if len(names) > 1 and not any(each.rsplit(" ", 1)[-1] in _NOT_ALSO for each in names):
        companies = list(dict.fromkeys(each for each in names if is_company(each)))
        if len(companies) == 1:
            return companies[0]
    return f" {_AKA} ".join(names)


def _short_end(words: str) -> str:
    for pattern, short in _LONG_ENDS:
        words = pattern.sub(short, words)
    return words
