"""The query language: text → tree. Pure, linear in the length of the text.

=========================  ===============================================================
``late tuition``           both words, in any form, anywhere in the decision
``"best interests"``       exactly these words side by side in one paragraph
``drop-in`` ``A&E``        words joined by signs are a phrase too
``educat*``                words that begin so; at least three letters
``hampshir~``              words spelt nearly so; at least four letters
``"late tuition"~8``       these words in any order, at most 8 apart
``a /8 b``                 a and b at most 8 words apart; phrases and (x OR y) too
``a /p b`` ``a /s b``      a and b in one paragraph, in one sentence
``-word``                  NOT word; also ``-"a phrase"`` and ``-(a OR b)``
``AND OR NOT ( )``         in capitals; AND binds tighter than OR; small ones are words
``s.31`` ``ss 26 and 27``  a section, Schedule … in any spelling
``20-011-198``             a reference in any spelling finds that decision
``body:hampshire``         a field, see ``search.fields``
``analysis:(a b)``         words of one part of the decision
``section:analysis a b``   the same for all words beside it; several with commas
=========================  ===============================================================

Curly quotes are quotes. A bracket that follows a letter or figure belongs to the text, as in
``24A(6)``; a colon with a space after it is only a colon. Whoosh's own parser is not used: it is
quadratic on long words and lets signs change the meaning. Raises QueryError with the place of the
trouble.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from archive.kinds import reference_key
from search.errors import QueryError
from search.fields import FIELDS, REGIONS, name_among
from search.lexer import Token, tokens
from search.provisions import leading
from search.spelling import SHORTEST as SHORTEST_FUZZY
from search.tree import (
    And,
    Everything,
    Filter,
    Fuzzy,
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
    has_text,
)
from search.words import words

_DIGIT = re.compile(r"\d")
_ADDRESS = re.compile(r"\s*https?://\S+/([^/?#\s]+)/?(?:[?#]\S*)?\s*\Z", re.IGNORECASE)

LONGEST_QUERY = 1000
MOST_TERMS = 50
DEEPEST = 10
SHORTEST_PREFIX = 3
FARTHEST = 100
"""The most words that may lie between, where nearness is asked for (paragraphs are 128 apart)."""

_VALUES = frozenset(("word", "quote", "(", "near", "-", "provision"))
"""Tokens that may follow a field."""

_REFERENCES = (
    # 20 011 198, 19-018-519c: the current scheme (year received, number, letter of a joint case)
    re.compile(r"(\d\d)[\s\-–/.]*(\d{3})[\s\-–/.]*(\d{3})\s*([a-z]?)", re.IGNORECASE),
    # 05/C/13158: before 2011
    re.compile(r"(\d\d)[\s\-–/.]*([a-z])[\s\-–/.]*(\d{5})()", re.IGNORECASE),
)


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
    return _Reader(list(tokens(query)), query).query()


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


def plain(text: str) -> Node:
    """One word in any of its forms, or several as a phrase. Raises QueryError."""
    found = phrase(text)
    if len(found.words) > 1 or found.words[0].startswith("£"):
        return found
    return Word(found.words[0], next(words(text)).stem)


def beginning(text: str) -> Prefix:
    """The beginning of a word, with or without its star. Raises QueryError."""
    start = text.strip().rstrip("*")
    return Prefix(
        _before_sign(f"{start}*", "*", "educat*", SHORTEST_PREFIX, Token("word", text, 0))
    )


def as_reference(text: str) -> Reference | None:
    """The reference that a text spells, or that its address ends in, or None."""
    if _DIGIT.search(text) is None:
        return None
    if address := _ADDRESS.match(text):
        text = address[1]
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


class _Reader:
    """Reads tokens by precedence: OR, then AND (written or not), then NOT, then one thing."""

    def __init__(self, tokens: list[Token], query: str) -> None:
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

    def _peek(self) -> Token | None:
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
        items: list[Node | _Sections] = []
        joint: Token | None = None
        first = self._peek()
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
        return _joined(items, first.at if first else 0)

    def _one(self, depth: int) -> Node | _Sections | None:
        """One thing, or several joined by nearness; None for a run of signs without a word."""
        start = self._tokens[self._next]
        node = self._single(depth)
        token = self._peek()
        if token is None or token.kind != "near":
            return node
        items = [node]
        within = token.text
        while (token := self._peek()) and token.kind == "near":
            if token.text != within:
                raise QueryError(
                    f"/{within} and /{token.text} stand in a row; put one of them in brackets.",
                    token.at,
                )
            self._next += 1
            following = self._peek()
            if following is None or following.kind in (")", "AND", "OR", "near"):
                raise QueryError(f"/{within} has nothing after it.", token.at)
            items.append(self._single(depth))
        found = [item for item in items if item is not None]
        if len(found) < len(items):
            raise QueryError(f"/{within} needs a word before and after it.", start.at)
        near = tuple(_nearable(item, start) for item in found)
        return Near(near, _distance(within, start))

    def _single(self, depth: int) -> Node | _Sections | None:
        token = self._tokens[self._next]
        self._next += 1
        match token.kind:
            case "NOT" | "-":
                return self._negated(token, depth)
            case "(":
                return self._bracket(token, depth)
            case "quote":
                return self._quoted(token)
            case "field":
                return self._field(token, depth)
            case "near":
                raise QueryError(f"/{token.text} has nothing before it.", token.at)
            case "provision":
                return self._provisions(token)
            case _:
                return self._chunk(token)

    def _quoted(self, token: Token) -> Node:
        exact = _exact(token.text)
        if not exact:
            raise QueryError("There is no word between these quotation marks.", token.at)
        self._count(len(exact), token)
        if token.slop is None or len(exact) == 1:
            return Phrase(exact)
        each = tuple(Phrase((word,)) for word in exact)
        return Near(each, _distance(str(token.slop), token))

    def _provisions(self, token: Token) -> Node:
        """What ``ss. 26 and 27`` names: all of it must be there."""
        found = tuple(dict.fromkeys(Provision(one.path) for one in leading(token.text)[0]))
        self._count(len(found), token)
        return found[0] if len(found) == 1 else And(found)

    def _negated(self, token: Token, depth: int) -> Node:
        self._deeper(depth, token)
        following = self._peek()
        if following is None or following.kind in (")", "AND", "OR"):
            raise QueryError("NOT has nothing after it.", token.at)
        item: Node | _Sections | None = None
        while item is None and (following := self._peek()) and following.kind != ")":
            item = self._one(depth + 1)
        if isinstance(item, _Sections):
            item = _joined((item,), token.at)
        if item is None:
            raise QueryError("NOT has nothing after it.", token.at)
        return item.item if isinstance(item, Not) else Not(item)

    def _bracket(self, token: Token, depth: int) -> Node:
        self._deeper(depth, token)
        node = self._either(depth + 1)
        closing = self._peek()
        if closing is None:
            raise QueryError("A bracket is opened here and never closed.", token.at)
        self._next += 1
        if node is None:
            raise QueryError("There is nothing in these brackets.", token.at)
        return node

    def _field(self, token: Token, depth: int) -> Node | _Sections:
        name = token.text
        value = self._peek()
        if value is None or value.kind not in _VALUES:
            raise QueryError(f"{name}: has no value.", token.at)
        takes_value = name in FIELDS and not (name in REGIONS and not _is_amount(value))
        if name in REGIONS and not takes_value:
            item = self._value_query(token, depth)
            return Scoped(item, (name,))
        if name != "section" and name not in FIELDS:
            raise QueryError(
                f"There is no field {name!r}. Fields are: {', '.join(FIELDS)} (a sum, or words in "
                f"the section), section, {', '.join(r for r in REGIONS if r not in FIELDS)}. "
                "To find it as text, put it in quotation marks.",
                token.at,
            )
        if value.kind not in ("word", "quote"):
            raise QueryError(f"{name}: takes a word, or several in quotation marks.", value.at)
        self._next += 1
        self._count(1, token)
        try:
            if name == "section":
                names = (name_among(part, REGIONS) for part in value.text.split(","))
                return _Sections(tuple(dict.fromkeys(names)))
            return FIELDS[name](value.text)
        except ValueError as error:
            act = " A section of an Act is: s.42" if name == "section" else ""
            raise QueryError(f"{name}: {error}.{act}", value.at) from None

    def _value_query(self, token: Token, depth: int) -> Node:
        item = self._single(depth)
        if item is None or isinstance(item, _Sections):
            raise QueryError(f"{token.text}: has no word after it.", token.at)
        return item

    def _chunk(self, token: Token) -> Node | None:
        if reference := as_reference(token.text):
            self._count(1, token)
            return reference
        text = token.text.rstrip(",.;:!?")
        if "*" in text:
            self._count(1, token)
            return Prefix(_before_sign(text, "*", "educat*", SHORTEST_PREFIX, token))
        if text.endswith("~"):
            self._count(1, token)
            return Fuzzy(_before_sign(text, "~", "hampshir~", SHORTEST_FUZZY, token))
        exact = _exact(token.text)
        if not exact:
            return None
        self._count(len(exact), token)
        if len(exact) > 1:
            return Phrase(exact, bare=True)
        if exact[0].startswith("£"):
            return Phrase(exact)
        return Word(exact[0], next(words(token.text)).stem)

    def _count(self, terms: int, token: Token) -> None:
        self._terms += terms
        if self._terms > MOST_TERMS:
            raise QueryError(f"The query has more than {MOST_TERMS} words.", token.at)

    def _deeper(self, depth: int, token: Token) -> None:
        if depth >= DEEPEST:
            raise QueryError(f"More than {DEEPEST} brackets stand inside one another.", token.at)


class _Sections(NamedTuple):
    """``section:…`` as it stands among other things, before it is turned into a scope."""

    names: tuple[str, ...]


def _joined(items: Sequence[Node | _Sections], at: int) -> Node | None:
    """Things that must all be there; a ``section:`` among them limits the words of the others."""
    scope = [name for item in items if isinstance(item, _Sections) for name in item.names]
    nodes = tuple(item for item in items if not isinstance(item, _Sections))
    node: Node | None = nodes[0] if len(nodes) == 1 else And(nodes) if nodes else None
    if not scope:
        return node
    if node is not None and has_text(node):
        return Scoped(node, tuple(dict.fromkeys(scope)))
    if any(name in ("title", "summary", "heading") for name in scope):
        raise QueryError("section: has no word beside it to look for there.", at)
    kinds = tuple(Filter("has", name) for name in dict.fromkeys(scope))
    has: Node = kinds[0] if len(kinds) == 1 else Or(kinds)
    return has if node is None else And((*nodes, has))


def _is_amount(value: Token) -> bool:
    return value.kind == "word" and value.text[0] in "0123456789£<>."


def _nearable(item: Node | _Sections, token: Token) -> Node:
    parts = item.items if isinstance(item, Or) else (item,)
    if isinstance(item, _Sections) or not all(
        isinstance(part, Word | Phrase | Prefix | Fuzzy | Provision) for part in parts
    ):
        raise QueryError(
            "Nearness joins words, phrases, one section and (a OR b) of those, nothing else.",
            token.at,
        )
    return item


def _distance(within: str, token: Token) -> int | str:
    if within in ("p", "s"):
        return within
    if not 1 <= int(within) <= FARTHEST:
        raise QueryError(f"Words can be asked for at most {FARTHEST} apart.", token.at)
    return int(within)


def _before_sign(text: str, sign: str, example: str, shortest: int, token: Token) -> str:
    """The one word before a star or tilde. Raises QueryError."""
    name = {"*": "star", "~": "tilde"}[sign]
    place = text.index(sign)
    found = _exact(text[:place])
    if place != len(text) - 1 or len(found) != 1 or not text[place - 1].isalnum():
        raise QueryError(
            f"A {name} is understood only at the end of one word, as in {example}.",
            token.at + place,
        )
    if len(found[0]) < shortest:
        raise QueryError(f"At least {shortest} letters have to stand before a {name}.", token.at)
    return found[0]
