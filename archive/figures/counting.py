"""Counts decisions into the rows of a table, one row for each value (or pair of values). Pure.

One report may stand under several references. In each row it counts once, and so do its payments;
so rows can add up to more than the total when its references differ in what the table is by (a
category, say). Where its references had different outcomes, it counts as the first of upheld, not
upheld, closed. With ``per_reference`` every reference counts.

Counts hold no words of anybody, so decisions that left the site count like all others. Sums of
payments come from the texts: those of withdrawn and of restricted decisions do not come in here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from archive.figures.money import PAYMENT, Money
from archive.figures.periods import financial_year_of, month_of, year_of
from archive.figures.rates import Quartiles, Rate, quartiles, rate

NOT_TOLD = "(not told)"
"""The value of a decision whose page or whose name does not tell."""

NO_REMEDY = "(none)"


class Head(NamedTuple):
    """What is counted of one reference. ``shared`` is the same for references of one report."""

    id: int
    body: str
    body_type: str | None
    category: str | None
    subcategory: str | None
    kind: str
    outcome: str
    decided_on: date
    status: str
    shared: str | None
    satisfied: bool
    corrected: bool
    restricted: bool = False

    @property
    def withheld(self) -> bool:
        """Whether its words are not passed on: what they say is in no figure."""
        return self.restricted or self.status == "withdrawn"


def _told(value: str | None) -> str:
    return NOT_TOLD if value is None else value


def _subcategory(head: Head) -> str:
    """With its category: "Other" stands under several."""
    return f"{_told(head.category)} > {_told(head.subcategory)}"


DIMENSIONS: dict[str, Callable[[Head], str]] = {
    "body": lambda head: head.body,
    "type": lambda head: _told(head.body_type),
    "category": lambda head: _told(head.category),
    "subcategory": _subcategory,
    "kind": lambda head: head.kind,
    "outcome": lambda head: head.outcome,
    "year": lambda head: year_of(head.decided_on),
    "financial-year": lambda head: financial_year_of(head.decided_on),
    "month": lambda head: month_of(head.decided_on),
}
"""What a table can be by → the value of one decision."""

REMEDY = "remedy"
"""The one dimension of which a decision may have several values: a row for each kind of remedy."""

ALL_DIMENSIONS = (*DIMENSIONS, REMEDY)
PERIODS = ("year", "financial-year", "month")
OUTCOMES = ("upheld", "not_upheld", "closed", "unknown")
"""In the order in which one counts for a report whose references differ."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one row of a table holds. All counts are of decisions but where another thing is named.

    ``references`` counts what the archive holds under a reference, ``withdrawn`` and ``expired``
    the decisions among ``decisions`` that are no longer on the site, ``restricted`` those
    whose text is not passed on while a question is open. ``satisfied`` of the
    ``reports`` bear a line that the Ombudsman was satisfied with the response. ``with_remedy`` have
    a remedy; ``remedies`` counts the remedies themselves. ``payments`` are sums in pence (of the
    row's kind of remedy in a table by remedy), of which ``per_person`` are for each of several
    people; ``without_sum`` more have only a rate or a share.
    """

    key: tuple[str, ...]
    decisions: int
    references: int
    upheld: int
    not_upheld: int
    closed: int
    unknown: int
    withdrawn: int
    expired: int
    restricted: int
    reports: int
    satisfied: int
    with_remedy: int
    remedies: int
    payments: Quartiles | None
    per_person: int
    without_sum: int
    totals_left_out: int

    @property
    def investigated(self) -> int:
        """Decisions that were investigated to an end: upheld or not upheld."""
        return self.upheld + self.not_upheld

    @property
    def uphold_rate(self) -> Rate | None:
        """Upheld of those investigated."""
        return rate(self.upheld, self.investigated)

    @property
    def uphold_of_all(self) -> Rate | None:
        """Upheld of all, those closed without an investigation included."""
        return rate(self.upheld, self.decisions)


@dataclass(frozen=True, slots=True)
class Tally:
    """A table: what it is by, its rows by key, one row over everything in it, and the first and
    last day of a decision that was counted.

    ``has_rates`` is False by outcome or remedy and with decisions chosen by outcome: a rate of
    upheld ones among the upheld says nothing.
    """

    by: tuple[str, ...]
    per_reference: bool
    rows: tuple[Row, ...]
    total: Row
    first_day: date | None
    last_day: date | None
    has_rates: bool


def tally(
    heads: Iterable[Head],
    money: Mapping[int, Money],
    by: Sequence[str],
    *,
    per_reference: bool = False,
    all_outcomes: bool = True,
) -> Tally:
    """Count ``heads`` by one dimension, two, or none; ``money`` by the decision's number.

    ``all_outcomes``: they were not chosen by their outcome.
    """
    cells: dict[tuple[str, ...], _Cell] = {}
    whole = _Cell()
    first: date | None = None
    last: date | None = None
    for head in heads:
        first = head.decided_on if first is None else min(first, head.decided_on)
        last = head.decided_on if last is None else max(last, head.decided_on)
        own = money.get(head.id)
        whole.add(head, per_reference)
        for key in _keys(head, own, by):
            cells.setdefault(key, _Cell()).add(head, per_reference)
    place = by.index(REMEDY) if REMEDY in by else None
    return Tally(
        by=tuple(by),
        per_reference=per_reference,
        rows=tuple(
            cells[key].row(key, money, None if place is None else key[place])
            for key in sorted(cells, key=_order)
        ),
        total=whole.row((), money, None),
        first_day=first,
        last_day=last,
        has_rates=all_outcomes and not {"outcome", REMEDY} & set(by),
    )


def _order(key: tuple[str, ...]) -> tuple[tuple[bool, str, str], ...]:
    """By name without case; what is not told comes last."""
    return tuple((part.startswith("("), part.casefold(), part) for part in key)


def _keys(head: Head, money: Money | None, by: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if REMEDY not in by:
        yield tuple(DIMENSIONS[name](head) for name in by)
        return
    for kind in (NO_REMEDY,) if money is None or not money.kinds else sorted(money.kinds):
        yield tuple(kind if name == REMEDY else DIMENSIONS[name](head) for name in by)


@dataclass(slots=True)
class _Cell:
    """A row while it is being counted. Reports wait until all their references are known."""

    references: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    restricted: int = 0
    reports: int = 0
    satisfied: int = 0
    ids: list[int] = field(default_factory=list)
    waiting: dict[str, list[Head]] = field(default_factory=dict)

    def add(self, head: Head, per_reference: bool) -> None:
        self.references += 1
        if head.shared is None or per_reference:
            self._count(head, head.outcome, head.satisfied)
        else:
            self.waiting.setdefault(head.shared, []).append(head)

    def _count(self, head: Head, outcome: str, satisfied: bool) -> None:
        self.outcomes[outcome] += 1
        self.statuses[head.status] += 1
        self.restricted += head.restricted
        if head.kind == "report":
            self.reports += 1
            self.satisfied += satisfied
        self.ids.append(head.id)

    def row(self, key: tuple[str, ...], money: Mapping[int, Money], kind: str | None) -> Row:
        for group in self.waiting.values():
            outcome = min((head.outcome for head in group), key=OUTCOMES.index)
            self._count(_standing_for(group), outcome, any(head.satisfied for head in group))
        self.waiting.clear()
        held = [found for id_ in self.ids if (found := money.get(id_)) is not None]
        wanted = PAYMENT if kind is None else kind
        sums = [pence for each in held for pence in each.sums.get(wanted, ())]
        return Row(
            key=key,
            decisions=len(self.ids),
            references=self.references,
            upheld=self.outcomes["upheld"],
            not_upheld=self.outcomes["not_upheld"],
            closed=self.outcomes["closed"],
            unknown=self.outcomes["unknown"],
            withdrawn=self.statuses["withdrawn"],
            expired=self.statuses["expired"],
            restricted=self.restricted,
            reports=self.reports,
            satisfied=self.satisfied,
            with_remedy=sum(bool(each.kinds) for each in held),
            remedies=sum(each.kinds.total() if kind is None else each.kinds[kind] for each in held),
            payments=quartiles(sums),
            per_person=sum(each.per_person[wanted] for each in held),
            without_sum=sum(each.without_sum[wanted] for each in held),
            totals_left_out=sum(each.totals[wanted] for each in held),
        )


def _standing_for(group: Sequence[Head]) -> Head:
    """Which reference a report is read by: one still to be seen, one that a person corrected, else
    the first archived."""
    return min(group, key=lambda head: (head.withheld, not head.corrected, head.id))
