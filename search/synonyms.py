"""Other names of the same thing: acronyms, sections and what people call them.

Offered, never applied by itself: a search finds what was typed until ``--expand`` is given, and
then the line above the hits shows every name that was looked for. A person adds rows of their own
in the file ``synonyms.toml`` of the home directory::

    groups = [
      ["PA", "personal assistant"],
    ]

All names of a row stand for one another. Words may have any form, as in a query; several words have
to stand side by side, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from archive.errors import ConfigError
from search.errors import QueryError
from search.parse import parse
from search.request import SearchRequest
from search.tree import And, Near, Node, Not, Or, Phrase, Provision, Scoped, Word, understood
from search.words import stem, words

NAME = "synonyms.toml"

GROUPS: tuple[tuple[str, ...], ...] = (
    ("EHCP", "EHC plan", "education health and care plan"),
    ("SEN", "SEND", "special educational needs"),
    ("SENDIST", "SEND Tribunal", "First-tier Tribunal SEND"),
    ("EOTAS", "education otherwise than at school"),
    ("alternative provision", "home tuition", "s.19"),
    ("SALT", "speech and language therapy"),
    ("TA", "teaching assistant"),
    ("DFG", "disabled facilities grant"),
    ("OT", "occupational therapist", "occupational therapy"),
    ("s.42", "safeguarding enquiry"),
    ("s.117", "aftercare"),
    ("LADO", "local authority designated officer"),
    ("DoLS", "deprivation of liberty safeguards"),
    ("NHS CHC", "CHC", "continuing healthcare", "continuing health care"),
    ("FNC", "funded nursing care"),
    ("ICB", "integrated care board"),
    ("CCG", "clinical commissioning group"),
    ("AMHP", "approved mental health professional"),
    ("LPA", "local planning authority"),
    ("LPA", "lasting power of attorney"),
    ("DPA", "deferred payment agreement"),
    ("PIP", "personal independence payment"),
    ("DLA", "disability living allowance"),
    ("DHP", "discretionary housing payment"),
    ("CTR", "council tax reduction", "council tax support"),
    ("PCN", "penalty charge notice"),
    ("ASB", "antisocial behaviour", "anti-social behaviour"),
    ("CPN", "community protection notice"),
    ("HMO", "house in multiple occupation"),
    ("TPO", "tree preservation order"),
    ("CIN", "child in need", "s.17"),
    ("looked after child", "child in care", "LAC"),
    ("IRO", "independent reviewing officer"),
    ("Blue Badge", "disabled parking badge"),
    ("temporary accommodation", "interim accommodation", "s.188"),
    ("main housing duty", "s.193"),
)
"""Names of the same thing, a row each. An acronym of two meanings stands in two rows."""

Key = tuple[str, ...]


class Name(NamedTuple):
    """One name of a row: as it is written, and what it is compared by."""

    text: str
    key: Key


class Offer(NamedTuple):
    """A name in a query that has others: ``EHCP`` → ``EHC plan`` …"""

    name: str
    others: tuple[str, ...]


class Synonyms:
    """The rows, ready to be looked up."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._rows: dict[Key, dict[Name, None]] = {}
        self._written: dict[Key, str] = {}
        for group in groups:
            names = [Name(text, _key(parse(text))) for text in group]
            for name in names:
                self._written.setdefault(name.key, name.text)
                row = self._rows.setdefault(name.key, {})
                row.update((other, None) for other in names if other.key != name.key)
        self._longest = max(map(len, self._rows), default=0)

    def expand(self, node: Node) -> tuple[Node, tuple[Offer, ...]]:
        """The tree with every name beside its others, and which those are; as it was if none."""
        offers: dict[str, Offer] = {}
        return self._expanded(node, offers), tuple(offers.values())

    def _expanded(self, node: Node, offers: dict[str, Offer]) -> Node:
        match node:
            case And(items):
                return self._all(items, offers)
            case Or(items):
                return Or(tuple(_flat(self._expanded(item, offers) for item in items)))
            case Not(item):
                return Not(self._expanded(item, offers))
            case Scoped(item, regions):
                return Scoped(self._expanded(item, offers), regions)
            case Near(items, within):
                return Near(tuple(self._in_near(item, offers) for item in items), within)
            case Word() | Phrase() | Provision():
                return self._all((node,), offers)
            case _:
                return node

    def _all(self, items: Sequence[Node], offers: dict[str, Offer]) -> Node:
        """Things that must all be there; the longest run of them that is a name is taken."""
        done: list[Node] = []
        at = 0
        while at < len(items):
            for size in range(min(self._longest, len(items) - at), 0, -1):
                run = items[at : at + size]
                others = self._rows.get(_run_key(run))
                if others:
                    self._note(offers, run, others)
                    asked = run[0] if size == 1 else And(tuple(run))
                    done.append(Or((asked, *(_tree(other.text) for other in others))))
                    at += size
                    break
            else:
                item = items[at]
                leaf = isinstance(item, Word | Phrase | Provision)
                done.append(item if leaf else self._expanded(item, offers))
                at += 1
        return done[0] if len(done) == 1 else And(tuple(done))

    def _note(self, offers: dict[str, Offer], run: Sequence[Node], others: Iterable[Name]) -> None:
        name = self._written[_run_key(run)]
        offers.setdefault(name, Offer(name, tuple(other.text for other in others)))

    def _in_near(self, item: Node, offers: dict[str, Offer]) -> Node:
        """Near other words a name of several words is a phrase: nearness does not nest."""
        parts = item.items if isinstance(item, Or) else (item,)
        found: list[Node] = []
        for part in parts:
            found.append(part)
            if others := self._rows.get(_run_key((part,))):
                self._note(offers, (part,), others)
                found.extend(_phrase(other.text) for other in others)
        return found[0] if len(found) == 1 else Or(tuple(dict.fromkeys(found)))


Groups = Sequence[Sequence[str]]


def expanded(request: SearchRequest, groups: Groups) -> tuple[SearchRequest, tuple[Offer, ...]]:
    """The request with every name in its query beside its others, and which those are.

    What comes out is a query in its own right: it needs no table to be asked again. Words of
    ``--phrase`` and ``--not`` stay as they are. Raises QueryError.
    """
    asked = " ".join(word.exact for word in words(request.query))
    possible = [group for group in groups if any(_may_be_in(name, asked) for name in group)]
    node, offers = Synonyms(possible).expand(parse(request.query))
    if not offers:
        return request, ()
    return replace(request, query=understood(node)), offers


_PLAIN = re.compile(r"[a-z0-9]+")


def _may_be_in(name: str, asked: str) -> bool:
    """A quick look that spares reading every row: are the beginnings of all words there?"""
    if name.isascii():
        return all(word[:3] in asked for word in _PLAIN.findall(name.lower()) if len(word) > 1)
    return all(word.exact[:3] in asked for word in words(name) if len(word.exact) > 1)


def load(home: Path) -> Groups:
    """The table with the person's own rows. Raises ConfigError for a file that makes no sense."""
    path = home / NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return GROUPS
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}); mend or remove it") from error
    import tomllib  # not for those who have no such file

    try:
        loaded = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}") from error
    groups = loaded.get("groups")
    if set(loaded) != {"groups"} or not isinstance(groups, list) or not all(map(_is_row, groups)):
        raise ConfigError(
            f'{path}: it takes one list, groups = [["EHCP", "EHC plan"], …], each row at least two '
            "names"
        )
    try:
        Synonyms(groups)
    except QueryError as error:
        raise ConfigError(f"{path}: a name is not plain words ({error})") from error
    return [*groups, *GROUPS]


def _is_row(row: object) -> bool:
    return isinstance(row, list) and len(row) > 1 and all(isinstance(name, str) for name in row)


def _key(node: Node) -> Key:
    """What a name is compared by. Raises QueryError when it is more than words and sections."""
    items = node.items if isinstance(node, And) else (node,)
    if key := _run_key(items):
        return key
    raise QueryError("a name is made of words and sections alone")


def _run_key(items: Sequence[Node]) -> Key:
    """The stems (and provisions) of a run of plain things; empty when another thing is among it."""
    key: list[str] = []
    for item in items:
        match item:
            case Word(_, stemmed):
                key.append(stemmed)
            case Phrase(exact):
                key.extend(map(stem, exact))
            case Provision(path):
                key.append(" ".join(path))
            case _:
                return ()
    return tuple(key)


def _tree(text: str) -> Node:
    """A name to look for: its words side by side, in any form."""
    return _together(_items(text))


def _items(text: str) -> Sequence[Node]:
    node = parse(text)
    return node.items if isinstance(node, And) else (node,)


def _together(run: Sequence[Node]) -> Node:
    """Words side by side, in any form and order; sections anywhere."""
    if len(run) == 1:
        return run[0]
    pieces = list(_single_words(run))
    if all(isinstance(piece, Word) for piece in pieces):
        return Near(tuple(pieces), len(pieces) - 1)
    return And(tuple(run))


def _single_words(run: Sequence[Node]) -> Iterator[Node]:
    for item in run:
        if isinstance(item, Phrase) and item.bare:
            yield from (Word(word, stem(word)) for word in item.words)
        else:
            yield item


def _phrase(text: str) -> Node:
    items = _items(text)
    if len(items) == 1:
        return items[0]
    return Phrase(tuple(w for item in items for w in _exact(item)))


def _exact(item: Node) -> tuple[str, ...]:
    match item:
        case Word(exact, _):
            return (exact,)
        case Phrase(exact):
            return exact
        case _:
            return ()


def _flat(nodes: Iterator[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Or):
            yield from node.items
        else:
            yield node
