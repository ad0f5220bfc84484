"""Which decisions go into an export, and what may be told of each; batch by batch in one view.

What may leave the archive is decided in ``archive.passing_on`` and nowhere else: a decision that
comes back changed from there is *withheld*, and nothing else of it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, func, select

from archive import loading
from archive.models import DecisionRow
from archive.passing_on import for_others
from archive.records import StoredDecision

BATCH = 200
"""Decisions held at a time."""


@contextmanager
def one_view(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the archive as it is now, whatever is written meanwhile."""
    with engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            # SQLite's reading transaction is one view as it is.
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for. ``ids`` None: every decision; ``asked`` is the query for a person.

    ``behind`` is how many changes of the archive the index lacked that found the ids.
    """

    ids: tuple[int, ...] | None = None
    asked: str = "all decisions"
    include_withdrawn: bool = False
    behind: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Some decisions as they may leave the archive; ``open_ids`` are those that leave whole."""

    decisions: Sequence[StoredDecision]
    open_ids: frozenset[int]

    @property
    def ids(self) -> list[int]:
        """The numbers of all of them."""
        return [stored.id for stored in self.decisions]


@dataclass(slots=True)
class Selection:
    """The decisions of a scope on one connection. ``withheld`` counts up as they are read."""

    connection: Connection
    scope: Scope
    withheld: int = field(default=0, init=False)

    def total(self) -> int:
        """How many decisions the archive holds in all."""
        statement = select(func.count()).select_from(DecisionRow)
        return int(self.connection.execute(statement).scalar_one())

    def chosen(self) -> int:
        """How many of them are asked for."""
        return self.total() if self.scope.ids is None else len(self.scope.ids)

    def batches(self) -> Iterator[Batch]:
        """All of them in the order of their numbers."""
        self.withheld = 0
        held: list[StoredDecision] = []
        for stored in self._stored():
            held.append(stored)
            if len(held) == BATCH:
                yield self._batch(held)
                held = []
        if held:
            yield self._batch(held)

    def decisions(self) -> Iterator[StoredDecision]:
        """Each of them, as it may leave the archive."""
        for batch in self.batches():
            yield from batch.decisions

    def _stored(self) -> Iterator[StoredDecision]:
        if self.scope.ids is None:
            return loading.load_all(self.connection)
        return loading.load(self.connection, self.scope.ids)

    def _batch(self, held: Sequence[StoredDecision]) -> Batch:
        withdrawn = self.scope.include_withdrawn
        passed = [for_others(stored, withdrawn=withdrawn) for stored in held]
        both = zip(held, passed, strict=True)
        whole = frozenset(stored.id for stored, may in both if may is stored or may == stored)
        self.withheld += len(held) - len(whole)
        return Batch(tuple(passed), whole)
