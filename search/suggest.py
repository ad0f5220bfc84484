""" "Did you mean": the whole query written another way, when it finds nothing or next to nothing.

Only words of the index itself are offered, and only a query that does find more: each is tried
before it is shown. The work is bounded (so many words looked at, so many queries tried), as this
runs exactly when somebody has mistyped and wants to go on. Nothing is applied by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from search.errors import QueryError
from search.evaluate import Evaluation
from search.fields import body_words
from search.parse import parse
from search.schema import EXACT, STEMMED
from search.spelling import LONG, slips
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
    Provision,
    Scoped,
    Word,
    changed,
    understood,
)
from search.words import stem

FEW = 3
"""Up to so many hits other ways of asking are looked for."""

MOST_OFFERED = 3
MOST_TRIED = 12
"""Queries that are tried; a search of few hits costs little, and so do these."""

MOST_LOOKED_AT = 30_000
"""Words of the index that are held against one misspelt word."""

SHORT = 5
"""Letters below which a word is short."""

MANY_MORE = 5
"""Where there are hits already, another spelling must find so many times as many."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A query that finds more: in the query language, how many, and what was changed."""

    query: str
    total: int
    why: str


def suggestions(evaluation: Evaluation[Any], node: Node, total: int) -> tuple[Suggestion, ...]:
    """Other ways to ask, best first; none when there are more than a ``FEW`` hits."""
    if total > FEW or isinstance(node, Everything):
        return ()
    ways: list[tuple[Iterator[tuple[Node, str]], int]] = [
        (_operators(node), 1),
        (_respelt(evaluation, node, total), MANY_MORE),
    ]
    if not total:
        ways += [(_looser(node), 1), (_without_one(node), 1)]
    left = MOST_TRIED
    for others, times in ways:
        found: dict[str, Suggestion] = {}
        for other, why in islice(others, left):
            left -= 1
            query = brief(other)
            count = 0 if query in found else len(evaluation.scores(other))
            if count > total * times:
                found[query] = Suggestion(query, count, why)
        if found:
            # A lesser way is not wanted where a better one has led somewhere.
            return tuple(found.values())[:MOST_OFFERED]
    return ()


def brief(node: Node) -> str:
    """The tree as a person would type it, if that means the same; else as ``understood``."""
    if isinstance(node, And):
        pieces = (understood(item) for item in node.items)
        text = " ".join(
            f"({piece})" if isinstance(item, Or) else piece
            for piece, item in zip(pieces, node.items, strict=True)
        )
        try:
            if parse(text) == node:
                return text
        except QueryError:
            pass
    return understood(node)


def _operators(node: Node) -> Iterator[tuple[Node, str]]:
    """``noise or smell`` as ``noise OR smell``: small letters make words of them."""
    if not isinstance(node, And):
        return
    small = [item.exact for item in node.items if isinstance(item, Word)]
    if "or" in small:
        sides: list[list[Node]] = [[]]
        for item in node.items:
            if item == Word("or", "or"):
                sides.append([])
            else:
                sides[-1].append(item)
        parts = [side[0] if len(side) == 1 else And(tuple(side)) for side in sides if side]
        if len(parts) > 1:
            yield Or(tuple(parts)), "or written OR"
    if "not" in small:
        at = node.items.index(Word("not", "not"))
        rest = node.items[at + 1 :]
        kept = node.items[:at]
        if rest and kept and not isinstance(rest[0], Not):
            yield And((*kept, Not(rest[0]), *rest[1:])), "not written NOT"
    if "and" in small:
        kept = tuple(item for item in node.items if item != Word("and", "and"))
        if kept:
            yield (kept[0] if len(kept) == 1 else And(kept)), "without the word and"


# Spelling


def _respelt(evaluation: Evaluation[Any], node: Node, total: int) -> Iterator[tuple[Node, str]]:
    table = dict(_misspelt(evaluation, node, total))
    if not table:
        return
    best = {word: choices[0] for word, choices in table.items()}
    yield _with(node, best), _told(best)
    for word, choices in table.items():
        if len(table) > 1:
            yield _with(node, {word: choices[0]}), _told({word: choices[0]})
        for choice in choices[1:]:
            other = {**best, word: choice}
            yield _with(node, other), _told(other)


def _told(table: dict[str, str]) -> str:
    return ", ".join(f"{new} for {old}" for old, new in table.items())


def _misspelt(
    evaluation: Evaluation[Any], node: Node, total: int
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Words of the query that (nearly) no decision has, each with what it may have been."""
    asked: dict[str, str] = {}
    for leaf in _leaves(node):
        match leaf:
            case Word(exact, stemmed):
                if evaluation.shown(STEMMED, stemmed) <= total:
                    asked[exact] = EXACT
            case Phrase(words):
                rare = (word for word in words if evaluation.shown(EXACT, word) <= total)
                asked.update(dict.fromkeys(rare, EXACT))
            case Filter("body", value):
                known = evaluation.codes("name", [value])
                rare = (
                    word
                    for word in body_words(value)
                    if not known and not evaluation.shown("body", word)
                )
                asked.update(dict.fromkeys(rare, "body"))
            case Filter("category", value):
                if not evaluation.codes("category", [value]):
                    asked[value] = "category"
            case _:
                pass
    for word, field in asked.items():
        choices = tuple(islice(_alike(evaluation, word, field), 3))
        if choices:
            yield word, choices


def _leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(items) | Or(items) | Near(items, _):
            for item in items:
                yield from _leaves(item)
        case Not(_):
            pass  # a word that is not there leaves nothing out, and so does no harm
        case Scoped(item, _):
            yield from _leaves(item)
        case _:
            yield node


def _alike(evaluation: Evaluation[Any], word: str, field: str) -> Iterator[str]:
    """Words of the index spelt like this one, the nearest and commonest first."""
    if field == "category":
        codes = {*evaluation.lexicon("category"), *evaluation.lexicon("subcategory")}
        asked = set(word.split("-"))
        named = [code for code in codes if asked <= set(code.split("-"))]
        near = [code for code in codes if slips(word, code, 3) <= 3]
        yield from sorted(named, key=len)
        yield from sorted(near, key=lambda code: slips(word, code, 3))
        return
    if any(char.isdigit() for char in word) or len(word) < 3:
        return
    most = 2 if len(word) >= LONG else 1
    ranked: list[tuple[int, int, str]] = []
    # The first letter is nearly always right; else it was left out or changed round.
    firsts = dict.fromkeys((word[0], word[1]))
    candidates = (other for first in firsts for other in evaluation.beginning(field, first))
    for other in islice(candidates, MOST_LOOKED_AT):
        if abs(len(other) - len(word)) > most or other == word:
            continue
        distance = slips(word, other, most)
        # Another letter makes another word of a short one (fine, find), not a slip of the pen.
        another = len(word) < SHORT and len(other) == len(word) and set(other) != set(word)
        if distance <= most and not another:
            ranked.append((distance, -evaluation.shown(field, other), other))
    if field == "body":
        begun = (other for other in evaluation.beginning(field, word) if len(word) >= 4)
        ranked.extend((most, -evaluation.shown(field, other), other) for other in begun)
    elif split := _split(evaluation, word):
        ranked.append((1, -split[0], split[1]))
    nearest = min(ranked, default=(0, 0, ""))[0]
    by_stem = {
        stem(other): other
        for distance, _, other in sorted(ranked, reverse=True)
        if distance == nearest
    }
    yield from reversed(by_stem.values())


def _split(evaluation: Evaluation[Any], word: str) -> tuple[int, str] | None:
    """The two words that were run together: ``homecare``, where texts say ``home care``."""
    found = [
        (min(evaluation.shown(EXACT, a), evaluation.shown(EXACT, b)), f"{a} {b}")
        for at in range(3, min(len(word) - 2, 30))
        for a, b in [(word[:at], word[at:])]
    ]
    best = max(found, default=(0, ""))
    return best if best[0] else None


def _with(node: Node, table: dict[str, str]) -> Node:
    """The tree with some words spelt another way."""

    def change(leaf: Node) -> Node:
        match leaf:
            case Word(exact, _) if exact in table:
                new = table[exact].split()
                return Phrase(tuple(new)) if len(new) > 1 else Word(new[0], stem(new[0]))
            case Phrase(words, bare):
                return Phrase(
                    tuple(piece for word in words for piece in table.get(word, word).split()), bare
                )
            case Filter("body", value):
                if not any(word in table for word in body_words(value)):
                    return leaf
                return Filter("body", " ".join(table.get(w, w) for w in body_words(value)))
            case Filter("category", value):
                return Filter("category", table.get(value, value))
            case Near(items, within):
                parts = (changed(item, change) for item in items)
                return Near(tuple(part for part in parts if part is not None), within)
            case _:
                return leaf

    return changed(node, change) or node


# Asking for less


def _looser(node: Node) -> Iterator[tuple[Node, str]]:
    """The words of phrases and near words anywhere, and a section for its subsection."""

    def change(leaf: Node) -> Node:
        match leaf:
            case Phrase(words) if len(words) > 1:
                return And(tuple(Word(word, stem(word)) for word in words))
            case Near(items, _):
                return And(items)
            case Provision(path) if len(path) > 2:
                return Provision(path[:2])
            case _:
                return leaf

    loose = changed(node, change)
    if loose is not None and loose != node:
        yield _levelled(loose), "not so near or exact"


def _levelled(node: Node) -> Node:
    """An AND of ANDs as one."""
    if not isinstance(node, And):
        return node
    items: list[Node] = []
    for item in node.items:
        items.extend(item.items if isinstance(item, And) else (item,))
    return And(tuple(dict.fromkeys(items)))


def _without_one(node: Node) -> Iterator[tuple[Node, str]]:
    """All that was asked for but one thing."""
    if not isinstance(node, And):
        return
    for item in reversed(node.items):
        rest: Sequence[Node] = [other for other in node.items if other is not item]
        if not isinstance(item, Not | Fuzzy) and any(not isinstance(other, Not) for other in rest):
            yield (rest[0] if len(rest) == 1 else And(tuple(rest))), f"without {understood(item)}"
