"""The query language: text → tree. Pure, linear in the length of the text.

=====================  ===================================================================
``late tuition``       both words, in any form, anywhere in the decision
``"best interests"``   exactly these words side by side in one paragraph
``drop-in`` ``A&E``    words joined by signs are a phrase too
``educat*``            words that begin so; at least three letters
``-word``              NOT word; also ``-"a phrase"`` and ``-(a OR b)``
``AND OR NOT ( )``     in capitals; AND binds tighter than OR; small ones are words
``20-011-198``         a reference in any spelling finds that decision
=====================  ===================================================================

Curly quotes are quotes. A bracket that follows a letter or figure belongs to the text, as in
``24A(6)``. Whoosh's own parser is not used: it is quadratic on long words and lets signs change
the meaning. Raises QueryError with the place of the trouble.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from archive.records import reference_key
from search.errors import QueryError
from search.tree import And, Everything, Node, Not, Or, Phrase, Prefix, Reference, Word
from search.words import words

LONGEST_QUERY = 1000
MOST_TERMS = 50
DEEPEST = 10
SHORTEST_PREFIX = 3

_QUOTES = '"“”„‟«»＂'
_REFERENCES = (
    # 20 011 198, 19-018-519c: the current scheme (year received, number, letter of a joint case)
    re.compile(r"(\d\d)[\s\-–/.]*(\d{3})[\s\-–/.]*(\d{3})\s*([a-z]?)", re.IGNORECASE),
    # 05/C/13158: before 2011
    re.compile(r"(\d\d)[\s\-–/.]*([a-z])[\s\-–/.]*(\d{5})()", re.IGNORECASE),
)


class _Token(NamedTuple):
    kind: str  # "word", "quote", "(", ")", "-", "AND", "OR", "NOT"
    text: str
    at: int


def parse(query: str) -> Node:
    """The tree of a query; ``Everything()`` for an empty one. Raises QueryError."""
    if len(query) > LONGEST_QUERY:
        raise QueryError(
            f"The query has {len(query)} characters; at most {LONGEST_QUERY} are taken.",
            LONGEST_QUERY,
        )
    if not query.strip():
        return Everything()
    if reference := as_reference(query):
        return reference
    return _Reader(list(_tokens(query)), query).query()


def phrase(text: str) -> Phrase:
    """A text as one exact phrase. Raises QueryError when there is no word in it."""
    if len(text) > LONGEST_QUERY:
        raise QueryError(f"The phrase is longer than {LONGEST_QUERY} characters.")
    exact = _exact(text)
    if not exact:
        raise QueryError("There is no word in the phrase.")
    if len(exact) > MOST_TERMS:
        raise QueryError(f"The phrase has {len(exact)} words; at most {MOST_TERMS} are taken.")
    return Phrase(exact)


def as_reference(text: str) -> Reference | None:
    """The reference that a text spells, or None."""
    for pattern in _REFERENCES:
        if match := pattern.fullmatch(text.strip()):
            first, second, third, letter = (part.lower() for part in match.groups())
            return Reference(reference_key(text), (first, second, third + letter))
    return None


def _exact(text: str) -> tuple[str, ...]:
    """The exact words of a text, one for each place (an amount keeps its pound sign)."""
    by_place: dict[int, str] = {}
    for word in words(text):
        by_place[word.place] = word.exact
    return tuple(by_place.values())


def _tokens(query: str) -> Iterator[_Token]:
    at = 0
    while at < len(query):
        char = query[at]
        if char.isspace():
            at += 1
        elif char in _QUOTES:
            end = _closing_quote(query, at)
            yield _Token("quote", query[at + 1 : end], at)
            at = end + 1
        elif char in "()":
            yield _Token(char, char, at)
            at += 1
        elif char in "-−" and _starts_something(query, at + 1):
            yield _Token("-", char, at)
            at += 1
        else:
            end = _chunk_end(query, at)
            text = query[at:end]
            yield _Token(text if text in ("AND", "OR", "NOT") else "word", text, at)
            at = end


def _closing_quote(query: str, at: int) -> int:
    for end in range(at + 1, len(query)):
        if query[end] in _QUOTES:
            return end
    raise QueryError("A quotation mark is opened here and never closed.", at)


def _starts_something(query: str, at: int) -> bool:
    return at < len(query) and (query[at].isalnum() or query[at] in _QUOTES + "(£")


def _chunk_end(query: str, at: int) -> int:
    """Where a run without spaces and quotes ends. Brackets opened inside it belong to it."""
    opened = 0
    end = at
    while end < len(query):
        char = query[end]
        if char.isspace() or char in _QUOTES:
            break
        if char == "(":
            if not query[end - 1].isalnum() and opened == 0:
                break
            opened += 1
        elif char == ")":
            if opened == 0:
                break
            opened -= 1
        end += 1
    return end


class _Reader:
    """Reads tokens by precedence: OR, then AND (written or not), then NOT, then one thing."""

    def __init__(self, tokens: list[_Token], query: str) -> None:
        self._tokens = tokens
        self._end = len(query)
        self._next = 0
        self._terms = 0

    def query(self) -> Node:
        node = self._either(0)
        if token := self._peek():
            raise QueryError("A bracket is closed here that was never opened.", token.at)
        if node is None:
            raise QueryError("There is no word to search for.", 0)
        return node

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _either(self, depth: int) -> Node | None:
        items = [self._all(depth)]
        while (token := self._peek()) and token.kind == "OR":
            self._next += 1
            if items[-1] is None:
                raise QueryError("OR has nothing before it.", token.at)
            items.append(self._all(depth))
            if items[-1] is None:
                raise QueryError("OR has nothing after it.", token.at)
        found = tuple(item for item in items if item is not None)
        if len(found) < 2:
            return found[0] if found else None
        return Or(found)

    def _all(self, depth: int) -> Node | None:
        items: list[Node] = []
        joint: _Token | None = None
        while (token := self._peek()) and token.kind not in (")", "OR"):
            if token.kind == "AND":
                if not items or joint:
                    raise QueryError("AND has nothing before it.", token.at)
                joint = token
                self._next += 1
                continue
            if (item := self._one(depth)) is not None:
                items.append(item)
                joint = None
        if joint:
            raise QueryError("AND has nothing after it.", joint.at)
        if len(items) < 2:
            return items[0] if items else None
        return And(tuple(items))

    def _one(self, depth: int) -> Node | None:
        """One thing, or None for a run of signs without a word."""
        token = self._tokens[self._next]
        self._next += 1
        if token.kind in ("NOT", "-"):
            return self._negated(token, depth)
        if token.kind == "(":
            return self._bracket(token, depth)
        if token.kind == "quote":
            exact = _exact(token.text)
            if not exact:
                raise QueryError("There is no word between these quotation marks.", token.at)
            self._count(len(exact), token)
            return Phrase(exact)
        return self._chunk(token)

    def _negated(self, token: _Token, depth: int) -> Node:
        self._deeper(depth, token)
        following = self._peek()
        if following is None or following.kind in (")", "AND", "OR"):
            raise QueryError("NOT has nothing after it.", token.at)
        item = None
        while item is None and (following := self._peek()) and following.kind != ")":
            item = self._one(depth + 1)
        if item is None:
            raise QueryError("NOT has nothing after it.", token.at)
        return item.item if isinstance(item, Not) else Not(item)

    def _bracket(self, token: _Token, depth: int) -> Node:
        self._deeper(depth, token)
        node = self._either(depth + 1)
        closing = self._peek()
        if closing is None:
            raise QueryError("A bracket is opened here and never closed.", token.at)
        self._next += 1
        if node is None:
            raise QueryError("There is nothing in these brackets.", token.at)
        return node

    def _chunk(self, token: _Token) -> Node | None:
        if reference := as_reference(token.text):
            self._count(1, token)
            return reference
        if "*" in token.text.rstrip(",.;:!?"):
            return self._prefix(token)
        exact = _exact(token.text)
        if not exact:
            return None
        self._count(len(exact), token)
        if len(exact) > 1:
            return Phrase(exact, bare=True)
        if exact[0].startswith("£"):
            return Phrase(exact)
        return Word(exact[0], next(words(token.text)).stem)

    def _prefix(self, token: _Token) -> Node:
        text = token.text.rstrip(",.;:!?")
        star = text.index("*")
        if star != len(text) - 1:
            raise QueryError(
                "A star is understood only at the end of a word, as in educat*.", token.at + star
            )
        found = _exact(text[:-1])
        if len(found) != 1 or not text[star - 1].isalnum():
            raise QueryError("A star has to follow one single word.", token.at + star)
        if len(found[0]) < SHORTEST_PREFIX:
            raise QueryError(
                f"At least {SHORTEST_PREFIX} letters have to stand before a star.", token.at
            )
        self._count(1, token)
        return Prefix(found[0])

    def _count(self, terms: int, token: _Token) -> None:
        self._terms += terms
        if self._terms > MOST_TERMS:
            raise QueryError(f"The query has more than {MOST_TERMS} words.", token.at)

    def _deeper(self, depth: int, token: _Token) -> None:
        if depth >= DEEPEST:
            raise QueryError(f"More than {DEEPEST} brackets stand inside one another.", token.at)
