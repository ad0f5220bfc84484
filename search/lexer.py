"""Query text → tokens: words, quotations, fields, nearness, brackets, AND OR NOT. Pure, linear.

A token keeps where it stood, so that the parser can point at the trouble. What this module does
not do: know what may follow what; that is ``search.parse``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from search.errors import QueryError
from search.provisions import leading

_QUOTES = '"“”„‟«»＂'
_FIELD = re.compile(r"([A-Za-z_]+):(?=\S)")
_NEAR = re.compile(r"(?:[wW]|NEAR)?/(p|s|\d{1,4})(?=[\s()]|$)")
_REFERENCE = re.compile(
    r"\d\d[\s–/-](?:\d{3}[\s–/-]\d{3}(?:\s?[a-cA-C])?|[A-Z][\s–/-]\d{5})(?=[\s()\",.;:!?]|$)"
)
_BOUNDARY = re.compile(r"[,.;:!?]*(?=[\s)]|$)")
_SLOP = re.compile(r"~(\d{1,4})?(?=[\s)]|$)")


class Token(NamedTuple):
    """A piece of a query; ``slop`` is the number after a quotation (``"a b"~8``)."""

    kind: str  # "word", "quote", "field", "near", "provision", "(", ")", "-", "AND", "OR", "NOT"
    text: str
    at: int
    slop: int | None = None


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query in order. Raises QueryError for a quotation that is not closed."""
    at = 0
    while at < len(query):
        char = query[at]
        if char.isspace():
            at += 1
        elif char in _QUOTES:
            end = _closing_quote(query, at)
            slop = _SLOP.match(query, end + 1)
            within = int(slop[1]) if slop and slop[1] else None
            yield Token("quote", query[at + 1 : end], at, within)
            at = slop.end() if within is not None and slop else end + 1
        elif near := _NEAR.match(query, at):
            yield Token("near", near[1], at)
            at = near.end()
        elif (field := _FIELD.match(query, at)) and not query.startswith("//", field.end()):
            yield Token("field", field[1].lower(), at)
            at = field.end()
        elif (reference := _REFERENCE.match(query, at)) is not None:
            # Typed with spaces it is one thing all the same.
            yield Token("word", reference[0], at)
            at = reference.end()
        elif (after := _provisions_end(query, at)) is not None:
            yield Token("provision", query[at:after], at)
            at = after
        elif char in "()":
            yield Token(char, char, at)
            at += 1
        elif char in "-−" and _starts_something(query, at + 1):
            yield Token("-", char, at)
            at += 1
        else:
            end = _chunk_end(query, at)
            text = query[at:end]
            yield Token(text if text in ("AND", "OR", "NOT") else "word", text, at)
            at = end


def _provisions_end(query: str, at: int) -> int | None:
    """Where ``ss. 26 and 27`` or ``s.31`` that begins here ends; None if it is something else."""
    found, end = leading(query, at)
    if not found or _BOUNDARY.match(query, end) is None:
        return None
    return end


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
