"""Bodies as plain records: all of them, or the one that somebody means. Read-only."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from archive.body_names import body_key, plain_words
from archive.errors import Ambiguous, NotFound
from archive.models import BodyNameRow, BodyRow, DecisionRow
from archive.records import BodyType, Said

NEAR = 5
"""Names offered for one that is not known."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One spelling of a body's name, who said that it is one, and the decisions titled with it."""

    name: str
    said_by: Said
    decisions: int


@dataclass(frozen=True, slots=True)
class Body:
    """One council or provider. ``said`` has who said each of its facts, by the fact's name.

    ``predecessors`` are the names of bodies that this one succeeds.
    """

    id: int
    name: str
    type: BodyType | None
    council_code: str | None
    gss_code: str | None
    started_on: date | None
    ended_on: date | None
    successor: str | None
    said: tuple[tuple[str, Said], ...]
    spellings: tuple[Spelling, ...]
    predecessors: tuple[str, ...] = ()

    @property
    def decisions(self) -> int:
        """How many decisions of it are in the archive."""
        return sum(spelling.decisions for spelling in self.spellings)


_SAID = ("name", "type", "council_code", "gss_code", "started_on", "ended_on", "successor_id")


def read(connection: Connection, ids: Iterable[int] | None = None) -> list[Body]:
    """Bodies by name; all of them without ``ids``."""
    wanted = None if ids is None else set(ids)
    rows = connection.execute(select(BodyRow.__table__).order_by(BodyRow.name)).all()
    names = {row.id: row.name for row in rows}
    before: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row.successor_id is not None:
            before[row.successor_id].append(row.name)
    counted = connection.execute(
        select(DecisionRow.body_name, func.count()).group_by(DecisionRow.body_name)
    )
    counts: dict[str, int] = dict(counted.all())
    spelt: dict[int, list[Spelling]] = defaultdict(list)
    for spelling in connection.execute(select(BodyNameRow.__table__)):
        spelt[spelling.body_id].append(
            Spelling(spelling.name, Said(spelling.said_by), counts.get(spelling.name, 0))
        )
    return [
        Body(
            id=row.id,
            name=row.name,
            type=None if row.type is None else BodyType(row.type),
            council_code=row.council_code,
            gss_code=row.gss_code,
            started_on=row.started_on,
            ended_on=row.ended_on,
            successor=None if row.successor_id is None else names[row.successor_id],
            said=tuple(
                (fact.removesuffix("_id"), Said(by))
                for fact in _SAID
                if (by := row._mapping[f"{fact}_by"]) is not None
            ),
            spellings=tuple(sorted(spelt[row.id], key=lambda one: (-one.decisions, one.name))),
            predecessors=tuple(before[row.id]),
        )
        for row in rows
        if wanted is None or row.id in wanted
    ]


def matching(bodies: Iterable[Body], words: Sequence[str]) -> list[Body]:
    """Bodies that have every word in one of their spellings, or as type or code."""
    asked = [part for word in words for part in plain_words(word).split()]
    if not asked:
        return list(bodies)
    return [
        body
        for body in bodies
        if any(all(word in held for word in asked) for held in _words_of(body))
    ]


def _words_of(body: Body) -> list[str]:
    more = [plain_words(str(v).replace("_", " ")) for v in
            (body.type, body.council_code, body.gss_code) if v is not None]  # fmt: skip
    return [" ".join([plain_words(one.name), *more]) for one in body.spellings]


def find(connection: Connection, asked: str, *, shown: Sequence[ColumnElement[bool]] = ()) -> int:
    """The body that a person means by a name in any spelling, or by a code.

    ``shown``, conditions on ``decision``, lets only names be found and told that stand on one of
    those decisions. Raises NotFound with names that are near, and Ambiguous for a spelling of two.
    """
    if any("\ud800" <= sign <= "\udfff" for sign in asked):
        # What was typed in another encoding comes as halves of characters.
        raise NotFound(f"{asked!r} is no name: some of it is no text; type it anew")
    for condition in (
        BodyNameRow.name == asked,
        BodyNameRow.name == " ".join(asked.split()),
        BodyNameRow.key == body_key(asked),
    ):
        statement = select(BodyNameRow.body_id).join(BodyRow, BodyRow.id == BodyNameRow.body_id)
        ids = set(connection.execute(statement.where(condition, *_titled(shown))).scalars())
        if ids:
            return _only(connection, asked, ids)
    code = asked.strip().upper()
    ids = set(
        connection.execute(
            select(BodyRow.id).where(
                or_(BodyRow.council_code == code, BodyRow.gss_code == code), *_held(shown)
            )
        ).scalars()
    )
    if ids:
        return _only(connection, asked, ids)
    raise NotFound(_not_found(connection, asked, shown))


def _held(shown: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """That one of the decisions is of the body; nothing where all are meant."""
    if not shown:
        return []
    return [exists().where(DecisionRow.body_id == BodyRow.id, *shown)]


def _titled(shown: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """That the spelling stands on one of them; the one name does on all of its body's."""
    here = or_(BodyNameRow.name == BodyRow.name, DecisionRow.body_name == BodyNameRow.name)
    return _held([here, *shown]) if shown else []


def _only(connection: Connection, asked: str, ids: set[int]) -> int:
    if len(ids) == 1:
        return ids.pop()
    names = connection.execute(
        select(BodyRow.name).where(BodyRow.id.in_(ids)).order_by(BodyRow.name)
    ).scalars()
    raise Ambiguous(f"{asked!r} may be any of: {_listed(names)}. Name one as it is spelt here")


def _listed(names: Iterable[str]) -> str:
    """Names in one line; a name may hold line breaks."""
    return "; ".join(" ".join(name.split()) for name in names)


def _not_found(connection: Connection, asked: str, shown: Sequence[ColumnElement[bool]]) -> str:
    rows = connection.execute(
        select(BodyNameRow.key, BodyRow.name)
        .join(BodyRow, BodyRow.id == BodyNameRow.body_id)
        .where(*_titled(shown))
    ).all()
    key = body_key(asked)
    by_key = {row.key: row.name for row in rows}
    words = set(key.split())
    holding = sorted(name for held, name in by_key.items() if words <= set(held.split()))
    alike = [by_key[held] for held in difflib.get_close_matches(key, by_key, n=NEAR, cutoff=0.7)]
    near = list(dict.fromkeys([*alike, *holding]))[:NEAR]
    what = f"no council or provider of the name {asked!r} is in the archive"
    if near:
        return f"{what}. Near to it: {_listed(near)}"
    return f"{what}; `decisions bodies` lists them all"
