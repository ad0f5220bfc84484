"""Makes up decisions: hundreds to tens of thousands, the same ones for the same seed.

``invent(count, seed, today)`` gives complete cases in the publisher's form. Nothing in them is
taken from a real decision: bodies are invented, every sentence is our own. What is taken over is
form: headings, numbering, the shape of references, the share of outcomes, the lag between decision
and publication. How a single text is put together stands in ``telling``.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from datetime import date, timedelta

from archive.records import DecisionKind
from tests.site.cases import Case, long_day, years_after
from tests.site.reporting import tell_report, tell_sample
from tests.site.stories import Chance, Story, stories
from tests.site.telling import tell_statement
from tests.site.words import BODIES, OUTCOMES, SATISFIED
from tests.site.writing import Told

LAG_DAYS = 42
"""Nothing is published sooner than six weeks after the decision."""
REPORT_EVERY, REPORT_FIRST = 61, 30
"""The 31st decision told is a report, then every 61st: so each invention of a hundred has one."""
SHARED_EVERY = 3
"""Of the reports every third, beginning with the second, stands under several references."""
LETTERED_EVERY, LETTERED_FIRST = 97, 40
"""Likewise for joint health cases, one page for each of three bodies."""
OLD_REPORT_SHARE = 0.3
SHORT_LAG_SHARE = 0.5


def invent(count: int = 400, seed: int = 1, today: date | None = None) -> tuple[Case, ...]:
    """``count`` invented cases, newest decision first, all published by ``today``.

    ``today`` defaults to 1 July 2026 so that a test needs no clock. Statements were decided within
    the last five years, some reports up to nine years ago.
    """
    day = date(2026, 7, 1) if today is None else today
    cases: list[Case] = []
    for case in _stream(seed, day):
        if len(cases) == count:
            break
        cases.append(case)
    known = {case.reference for case in cases}
    whole = (
        dataclasses.replace(
            case, same_report=tuple(other for other in case.same_report if other in known)
        )
        if case.same_report
        else case
        for case in cases
    )
    return tuple(sorted(whole, key=lambda case: (case.decided_on, case.reference), reverse=True))


def _stream(seed: int, today: date) -> Iterator[Case]:
    serial = 0
    told = stories()
    weights = [(story, story.weight) for story in told]
    lettered = [story for story in told if story.one("joint")]
    for turn in itertools.count():
        chance = Chance(f"{seed}/{turn}/{today.isoformat()}")
        story = chance.weighted(weights)
        if turn == 0:
            made: tuple[Case, ...] = (_sample(chance, seed, today),)
        elif turn % REPORT_EVERY == REPORT_FIRST:
            shared = turn // REPORT_EVERY % SHARED_EVERY == 1
            copies = chance.between(2, 4) if shared else 1
            made = _report(chance, story, told, seed, serial, today, copies=copies)
        elif turn % LETTERED_EVERY == LETTERED_FIRST:
            made = _joint(chance, chance.pick(lettered), seed, serial, today)
        else:
            made = (_statement(chance, story, seed, serial, today),)
        yield from made
        serial += len(made)


def _reference(chance: Chance, seed: int, serial: int, decided: date) -> str:
    """Year received and a serial number; 7,919 and 1,000,000 share no factor, so none repeats."""
    received = decided - timedelta(days=chance.between(40, 420))
    number = (serial * 7919 + seed * 104729 + 11198) % 1_000_000
    return f"{received.year % 100:02d} {number // 1000:03d} {number % 1000:03d}"


def _days(chance: Chance, today: date, *, old: bool = False) -> tuple[date, date]:
    """The day of decision (a weekday) and the day of publication."""
    lag = LAG_DAYS + chance.below(14)
    while lag < 200 and not chance.happens(SHORT_LAG_SHARE):
        lag += chance.between(3, 20)
    first = years_after(today, -9 if old else -5) + timedelta(days=5)
    last = years_after(today, -5) if old else today - timedelta(days=lag)
    decided = first + timedelta(days=chance.below((last - first).days + 1))
    decided -= timedelta(days=max(0, decided.weekday() - 4))
    return decided, decided + timedelta(days=lag)


def _statement(chance: Chance, story: Story, seed: int, serial: int, today: date) -> Case:
    decided, published = _days(chance, today)
    kind = chance.pick(story.bodies)
    outcome = chance.weighted(OUTCOMES)
    told = tell_statement(chance, story, kind, outcome, decided)
    return _case(
        told,
        story,
        reference=_reference(chance, seed, serial, decided),
        body=chance.pick(BODIES[kind]),
        outcome=outcome,
        decided=decided,
        published=published,
    )


def _joint(chance: Chance, story: Story, seed: int, serial: int, today: date) -> tuple[Case, ...]:
    """One page for each body of a joint health case, under one number with letters."""
    decided, published = _days(chance, today)
    reference = _reference(chance, seed, serial, decided)
    cases = []
    for letter, kind in zip("abc", ("nhs", "care", "county"), strict=True):
        outcome = chance.weighted(OUTCOMES)
        cases.append(
            _case(
                tell_statement(chance, story, kind, outcome, decided, joint=True),
                story,
                reference=reference + letter,
                body=chance.pick(BODIES[kind]),
                outcome=outcome,
                decided=decided,
                published=published,
            )
        )
    return tuple(cases)


def _report(
    chance: Chance,
    story: Story,
    told_stories: tuple[Story, ...],
    seed: int,
    serial: int,
    today: date,
    *,
    copies: int,
) -> tuple[Case, ...]:
    """A report, under one reference or (then they share the text) under ``copies``."""
    decided, published = _days(chance, today, old=chance.happens(OLD_REPORT_SHARE))
    kind = chance.pick(story.bodies)
    body = chance.pick(BODIES[kind])
    told = tell_report(chance, story, kind, decided, families=copies)
    satisfied: date | None = decided + timedelta(days=chance.between(70, 330))
    spelling = chance.pick(SATISFIED)
    if satisfied is not None and (satisfied > today or chance.happens(0.08)):
        satisfied = None
    references = [_reference(chance, seed, serial + copy, decided) for copy in range(copies)]
    cases = []
    for copy, reference in enumerate(references):
        # The same text may stand under another category, and without the compliance line.
        own = story if copy < 2 else chance.pick(told_stories)
        day = None if copy == 1 and chance.happens(0.5) else satisfied
        case = _case(
            told,
            own,
            reference=reference,
            body=body,
            outcome="Upheld",
            decided=decided,
            published=published,
        )
        cases.append(
            dataclasses.replace(
                case,
                kind=DecisionKind.REPORT,
                satisfied_on=day,
                satisfied_line=None if day is None else spelling.format(day=long_day(day)),
                same_report=tuple(other for other in references if other != reference),
            )
        )
    return tuple(cases)


def _sample(chance: Chance, seed: int, today: date) -> Case:
    """The one case every invention holds: a complaint about data protection, closed."""
    decided, published = _days(chance, today)
    told = tell_sample(chance)
    story = next(story for story in stories() if story.one("key") == "data")
    return _case(
        told,
        story,
        reference=_reference(chance, seed, 0, decided),
        body="Wealdshire County Council",
        outcome="Closed after initial enquiries",
        decided=decided,
        published=published,
    )


def _case(
    told: Told,
    story: Story,
    *,
    reference: str,
    body: str,
    outcome: str,
    decided: date,
    published: date,
) -> Case:
    return Case(
        reference=reference,
        body=body,
        category=story.category,
        subcategory=story.subcategory,
        outcome=outcome,
        decided_on=decided,
        kind=DecisionKind.STATEMENT,
        summary=told.summary,
        parts=told.parts,
        published_on=published,
        story=story.one("key") or story.subcategory.lower(),
    )
