"""One question about the figures, and its whole answer: the table and what limits it.

Reads the archive in one view; ``today`` is given, nothing is printed. The same answer goes to the
terminal, to JSON, to CSV and into charts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Connection, Engine, select

from archive import body_reading
from archive.errors import NotFound, UsageError
from archive.figures import reading
from archive.figures.caveats import notes
from archive.figures.counting import ALL_DIMENSIONS, PERIODS, Row, Tally, tally
from archive.figures.funnel import Funnel, Member, funnel
from archive.figures.periods import Break, Span, breaks_in, months_in, periods_between, span_of
from archive.figures.reading import Choice
from archive.figures.wholeness import Gap, Ledger
from archive.models import BodyRow
from archive.one_source import SourceFacts, one_source
from archive.records import BodyType

MOST_DIMENSIONS = 2
NOT_COMPARED = frozenset((BodyType.OTHER,))
"""Types whose members have nothing in common but that they fit no other."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be counted, as a person asks it. Days are inclusive.

    ``subcategory`` is one of ``category``. ``restricted`` and ``withdrawn`` False leave out the
    decisions whose text is not passed on: who sets such counts beside a search that hides them
    could tell by subtraction what was decided there, and about whom.
    """

    by: tuple[str, ...] = ("year",)
    span: Span | None = None
    first: date | None = None
    last: date | None = None
    bodies: tuple[str, ...] = ()
    body_type: str | None = None
    category: str | None = None
    kind: str | None = None
    outcome: str | None = None
    source: str | None = None
    per_reference: bool = False
    rank: bool = False
    subcategory: str | None = None
    restricted: bool = True
    withdrawn: bool = True


@dataclass(frozen=True, slots=True)
class Figures:
    """The answer. ``gaps`` has why a row's period is not whole, by the row's key; ``span_gaps`` the
    months that are not whole of the days counted, where the table is by no period. ``types`` has
    the type of each body in a table by body; ``bodies`` the names that were asked for.
    """

    question: Question
    source: SourceFacts
    tally: Tally
    rows: tuple[Row, ...]
    gaps: Mapping[tuple[str, ...], tuple[Gap, ...]]
    span_gaps: tuple[tuple[str, tuple[Gap, ...]], ...]
    breaks: tuple[Break, ...]
    funnels: tuple[Funnel, ...]
    types: Mapping[str, str | None]
    bodies: tuple[str, ...]
    notes: tuple[str, ...]
    today: date

    @property
    def period(self) -> int | None:
        """Where in a row's key its period stands; None where the table is by none."""
        return next((at for at, name in enumerate(self.tally.by) if name in PERIODS), None)


def dimensions(text: str) -> tuple[str, ...]:
    """``body,year`` as dimensions. Raises UsageError with those that there are."""
    names = tuple(name.strip().lower().replace("_", "-") for name in text.split(","))
    for name in names:
        if name not in ALL_DIMENSIONS:
            raise UsageError(
                f"{name!r} is nothing to count by; there are {', '.join(ALL_DIMENSIONS)}"
            )
    if len(names) > MOST_DIMENSIONS or len(set(names)) < len(names):
        raise UsageError(f"--by takes one or two different things, not {text!r}")
    if len([name for name in names if name in PERIODS]) > 1:
        raise UsageError(f"--by takes one kind of period, not {text!r}")
    return names


def answer(engine: Engine, question: Question, *, today: date) -> Figures:
    """Count. Raises NotFound and Ambiguous for names, UsageError for what cannot be asked."""
    return answers(engine, question, (question.by,), today=today)[0]


def answers(
    engine: Engine, question: Question, tables: Sequence[tuple[str, ...]], *, today: date
) -> tuple[Figures, ...]:
    """The same question by several things (``question.by`` is not looked at), each decision read
    once for all of them and in one view. Raises what ``answer`` raises."""
    with engine.connect() as connection:
        source = one_source(connection, question.source)
        choice = _choice(connection, question, source)
        chosen = list(reading.heads(connection, choice))
        paid = reading.money(connection, choice)
        ledger = reading.books(connection, source.id, today=today)
        read = _Read(
            connection=connection,
            source=source,
            choice=choice,
            ledger=ledger,
            only=reading.only_bodies(connection, source.id),
            bodies=_names(connection, choice.body_ids or ()),
            today=today,
        )
        return tuple(
            _figures(
                read,
                replace(question, by=by),
                tally(
                    chosen,
                    paid,
                    by,
                    per_reference=question.per_reference,
                    all_outcomes=question.outcome is None,
                ),
            )
            for by in tables
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read for all the tables of a question."""

    connection: Connection
    source: SourceFacts
    choice: Choice
    ledger: Ledger
    only: Sequence[str]
    bodies: tuple[str, ...]
    today: date


def _figures(read: _Read, question: Question, counted: Tally) -> Figures:
    """One table with what limits it."""
    choice, ledger = read.choice, read.ledger
    types = _types(read.connection) if question.by == ("body",) else {}
    funnels = _funnels(read.connection, question, choice, counted, types)
    counted = _with_empty_periods(counted)
    gaps = _gaps(counted, choice, ledger)
    first, last = _reach(counted, choice)
    span_gaps = () if gaps or first is None or last is None else _months(ledger, first, last)
    breaks = () if first is None or last is None else tuple(breaks_in(first, last))
    return Figures(
        question=question,
        source=read.source,
        tally=counted,
        rows=_ranked(counted) if question.rank else counted.rows,
        gaps=gaps,
        span_gaps=span_gaps,
        breaks=breaks,
        funnels=funnels,
        types=types,
        bodies=read.bodies,
        notes=tuple(
            notes(
                counted,
                gaps=gaps,
                span_gaps=span_gaps,
                breaks=breaks,
                funnels=funnels,
                only=read.only,
                ranked=question.rank,
            )
        ),
        today=read.today,
    )


def _choice(connection: Connection, question: Question, source: SourceFacts) -> Choice:
    first, last = question.first, question.last
    if question.span is not None:
        first = max(question.span.first, first or date.min)
        last = min(question.span.last, last or date.max)
    if first is not None and last is not None and last < first:
        raise UsageError(f"the first day {first} is after the last day {last}")
    # A name that stands only on what is left out is not known: it would tell about whom that is.
    seen = reading.shown(restricted=question.restricted, withdrawn=question.withdrawn)
    ids = tuple(body_reading.find(connection, name, shown=seen) for name in question.bodies)
    category = _category(connection, question.category, source.id, seen)
    return Choice(
        source_id=source.id,
        first=first,
        last=last,
        body_ids=ids or None,
        body_type=question.body_type,
        category=category,
        kind=question.kind,
        outcome=question.outcome,
        subcategory=_subcategory(connection, question.subcategory, category, source.id, seen),
        restricted=question.restricted,
        withdrawn=question.withdrawn,
    )


def _category(
    connection: Connection, asked: str | None, source_id: int, seen: Sequence[ColumnElement[bool]]
) -> str | None:
    if asked is None:
        return None
    return _known(asked, reading.categories(connection, source_id, seen), "category")


def _subcategory(
    connection: Connection,
    asked: str | None,
    category: str | None,
    source_id: int,
    seen: Sequence[ColumnElement[bool]],
) -> str | None:
    if asked is None:
        return None
    if category is None:
        raise UsageError(f"which category is {asked!r} a part of? Several have an 'Other'")
    known = reading.categories(connection, source_id, seen, within=category)
    return _known(asked, known, "sub-category")


def _known(asked: str, known: Sequence[str], what: str) -> str:
    """The name as the pages spell it; its very spelling comes before one that is alike."""
    if asked in known:
        return asked
    wanted = _plain(asked)
    for name in known:
        if _plain(name) == wanted:
            return name
    raise NotFound(f"no decision has the {what} {asked!r}; there are {', '.join(known) or 'none'}")


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _types(connection: Connection) -> dict[str, str | None]:
    return {
        name: None if kind is None else str(kind)
        for name, kind in connection.execute(select(BodyRow.name, BodyRow.type))
    }


def _names(connection: Connection, ids: Sequence[int]) -> tuple[str, ...]:
    return tuple(
        connection.execute(
            select(BodyRow.name).where(BodyRow.id.in_(ids)).order_by(BodyRow.name)
        ).scalars()
    )


def _funnels(
    connection: Connection,
    question: Question,
    choice: Choice,
    counted: Tally,
    types: Mapping[str, str | None],
) -> tuple[Funnel, ...]:
    """A funnel for each type in a table by body. With only some councils asked for, all others of
    their types are counted for it."""
    if question.by != ("body",) or choice.outcome is not None:
        return ()
    kinds = sorted({str(types[row.key[0]]) for row in counted.rows if types.get(row.key[0])})
    if choice.body_ids is not None:
        rows: list[Row] = []
        for kind in kinds:
            wider = replace(choice, body_ids=None, body_type=kind)
            heads = reading.heads(connection, wider)
            rows += tally(heads, {}, ("body",), per_reference=question.per_reference).rows
    else:
        rows = list(counted.rows)
    found = (
        funnel(
            kind,
            (
                Member(row.key[0], row.upheld, row.investigated)
                for row in rows
                if types.get(row.key[0]) == kind
            ),
        )
        for kind in kinds
        if kind not in NOT_COMPARED
    )
    return tuple(each for each in found if each is not None)


def _with_empty_periods(counted: Tally) -> Tally:
    """Periods without a decision between those with one, in a table by a period alone."""
    if len(counted.by) != 1 or counted.by[0] not in PERIODS or not counted.rows:
        return counted
    held = {row.key[0]: row for row in counted.rows}
    names = periods_between(counted.by[0], min(held), max(held))
    return replace(
        counted,
        rows=tuple(held[name] if name in held else _empty((name,)) for name in names),
    )


def _empty(key: tuple[str, ...]) -> Row:
    return replace(tally((), {}, ()).total, key=key)


def _gaps(counted: Tally, choice: Choice, ledger: Ledger) -> dict[tuple[str, ...], tuple[Gap, ...]]:
    place = next((at for at, name in enumerate(counted.by) if name in PERIODS), None)
    if place is None:
        return {}
    found: dict[tuple[str, ...], tuple[Gap, ...]] = {}
    for row in counted.rows:
        span = span_of(counted.by[place], row.key[place])
        if span is None:
            continue
        why = ledger.gaps(span)
        if (choice.first or span.first) > span.first or (choice.last or span.last) < span.last:
            why = (*why, Gap.CUT)
        found[row.key] = why
    return found


def _reach(counted: Tally, choice: Choice) -> tuple[date | None, date | None]:
    """The first and last day that the figures are about, as far as anything says."""
    place = next((at for at, name in enumerate(counted.by) if name in PERIODS), None)
    spans = (
        []
        if place is None
        else [
            span
            for row in counted.rows
            if (span := span_of(counted.by[place], row.key[place])) is not None
        ]
    )
    first = choice.first or min((span.first for span in spans), default=counted.first_day)
    last = choice.last or max((span.last for span in spans), default=counted.last_day)
    return first, last


def _months(ledger: Ledger, first: date, last: date) -> tuple[tuple[str, tuple[Gap, ...]], ...]:
    found = ((month.name, ledger.gaps(month)) for month in months_in(first, last))
    return tuple((name, why) for name, why in found if why)


def _ranked(counted: Tally) -> tuple[Row, ...]:
    """By uphold rate, the highest first and those with too few at the end; a table without rates
    by number."""
    if not counted.has_rates:
        return tuple(sorted(counted.rows, key=lambda row: -row.decisions))

    def place(row: Row) -> tuple[bool, float, int]:
        found = row.uphold_rate
        if found is None:
            return True, 0.0, -row.decisions
        return found.small, -found.share, -found.whole

    return tuple(sorted(counted.rows, key=place))
