"""Invented archives for what counts decisions: stories as rows, and the books of their crawl."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, update

from archive.config import Config, sqlite_url
from archive.ledger import CrawlRow, ListingWindowRow
from archive.models import DecisionRow
from archive.opening import open_to_write
from archive.records import (
    Decision,
    DecisionKind,
    Finding,
    Outcome,
    Paragraph,
    Remedy,
    Section,
    SectionKind,
    Status,
)
from archive.store import Archive
from tests.specimens import NOON, SOURCE, decision, page, url_of


@dataclass(frozen=True)
class Sum:
    """One remedy of a story; the words and places are made from it."""

    kind: str = "payment"
    pence: int | None = None
    rate: int | None = None
    share: float | None = None
    total: bool = False
    each: bool = False
    deadline: str | None = "P1M"


@dataclass(frozen=True)
class Story:
    """One reference. Reports with the same ``shared`` words are one report."""

    reference: str
    body: str = "Northmoor District Council"
    category: str | None = "Housing"
    subcategory: str | None = "Allocations"
    outcome: Outcome = Outcome.UPHELD
    kind: DecisionKind = DecisionKind.STATEMENT
    day: date = date(2025, 6, 9)
    sums: tuple[Sum, ...] = ()
    status: Status = Status.LIVE
    shared: str | None = None
    satisfied: date | None = None


def told(story: Story) -> Decision:
    """The decision of a story: a complaint, and its remedies in a paragraph each."""
    words = story.shared or f"Words of {story.reference}."
    texts = [_words(each) for each in story.sums]
    kind = (
        SectionKind.REMEDY if story.kind is DecisionKind.STATEMENT else SectionKind.RECOMMENDATIONS
    )
    sections = [Section(SectionKind.COMPLAINT, "The complaint", 1, None, (
        Paragraph(1, 1, None, 0, words),))]  # fmt: skip
    if texts:
        items = tuple(Paragraph(n, n, None, 0, text) for n, text in enumerate(texts, start=2))
        sections.append(Section(kind, "Agreed action", 2, None, items))
    return decision(
        story.reference,
        title=f"{story.body} ({story.reference})",
        body=story.body,
        category=story.category,
        subcategory=story.subcategory,
        category_raw=f"{story.category} > {story.subcategory}",
        kind=story.kind,
        outcome=story.outcome,
        outcome_raw=story.outcome.value.replace("_", " ").capitalize(),
        decided_on=story.day,
        decided_on_raw=f"{story.day:%d %b %Y}",
        satisfied_on=story.satisfied,
        satisfied_on_raw=None if story.satisfied is None else "Ombudsman satisfied",
        summary=f"Summary: {words}",
        sections=tuple(sections),
        findings=(Finding(1, None, story.outcome, story.outcome.value),),
        text_sha256=hashlib.sha256(story.reference.encode()).hexdigest(),
        citations=(),
        cross_references=(),
        warnings=(),
        remedies=tuple(
            Remedy(
                section=2, paragraph=n, char_start=0, char_end=len(text), kind=each.kind,
                amount_pence=each.pence, rate_pence=each.rate,
                rate_period=None if each.rate is None else "week", share_percent=each.share,
                payee="Ms B", is_total=each.total, deadline=each.deadline, raw=text,
                rule="invented", per_person=each.each,
            )
            for n, (text, each) in enumerate(zip(texts, story.sums, strict=True), start=2)
        ),
    )  # fmt: skip


def _words(each: Sum) -> str:
    if each.pence is not None:
        extra = " in total" if each.total else " each" if each.each else ""
        return f"pay Ms B £{each.pence / 100:,.2f}{extra}"
    if each.rate is not None:
        return f"pay Ms B £{each.rate / 100:,.2f} per week"
    if each.share is not None:
        return f"pay Ms B {each.share:g}% of the cost"
    return {"apology": "apologise to Ms B", "training": "train its staff"}.get(
        each.kind, f"do what is called {each.kind}"
    )


@contextmanager
def archive_of(
    directory: Path, stories: Sequence[Story], *, proven: tuple[date, date] | None = None,
    began: datetime = NOON, first_day: date | None = None,
) -> Iterator[Archive]:  # fmt: skip
    """An archive in ``directory`` with these stories; ``proven`` is a window proven complete, by
    a run that began at ``began`` and asked from ``first_day`` on."""
    config = Config(home=directory, database_url=sqlite_url(directory / "decisions.db"))
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        for story in stories:
            body = f"<html>{story.reference}</html>".encode()
            capture = page(story.reference, body, url=url_of(story.reference))
            saved = archive.save_decision(
                source_id, told(story), [archive.save_page(capture)], at=NOON
            )
            if story.status is not Status.LIVE:
                _left(archive, saved.decision_id, story.status)
        if proven is not None:
            _prove(archive, source_id, proven, began, first_day)
        yield archive


def _left(archive: Archive, decision_id: int, status: Status) -> None:
    with archive.engine.begin() as connection:
        connection.execute(
            update(DecisionRow)
            .where(DecisionRow.id == decision_id)
            .values(status=status.value, status_since=NOON)
        )


def _prove(
    archive: Archive,
    source_id: int,
    proven: tuple[date, date],
    began: datetime,
    first_day: date | None,
) -> None:
    ended = began + timedelta(hours=5)
    with archive.engine.begin() as connection:
        connection.execute(
            insert(CrawlRow).values(
                source_id=source_id,
                started_at=began,
                finished_at=ended,
                first_day=first_day,
                last_day=proven[1],
                body="",
                requests=9,
                received_bytes=9,
                listed=9,
                added=9,
                amended=0,
                failed=0,
                exit_code=0,
                note="",
            )
        )
        connection.execute(
            insert(ListingWindowRow).values(
                source_id=source_id,
                body="",
                first_day=proven[0],
                last_day=proven[1],
                stated=9,
                found=9,
                opened_at=ended,
                proven_at=ended,
                state="proven",
                mismatches=0,
            )
        )


COUNTIES = ("Ashfordshire", "Brackenshire", "Coldmarch", "Dunmere", "Eastwold", "Fernshire",
            "Greyshire", "Hollowshire", "Inglemere", "Jarrowdale", "Kestrelshire",
            "Larkmoor")  # fmt: skip
DISTRICTS = ("Mellow Vale", "Northmoor", "Oakhanger", "Pebbleford", "Quarrydown", "Rushmead")
SUBJECTS = (
    ("Education", "Special educational needs"),
    ("Housing", "Allocations"),
    ("Housing", "Homelessness"),
    ("Adult care services", "Charging"),
    ("Planning", "Enforcement"),
)
PAID = (10_000, 15_000, 20_000, 25_000, 30_000, 45_000, 50_000, 75_000, 100_000, 240_000)


def invented(count: int, *, seed: str = "county", last: date = date(2026, 3, 1)) -> list[Story]:
    """So many stories over eight years before ``last``, the same each time and everywhere."""
    found: list[Story] = []
    for number in range(count):
        figures = _figures(seed, number)
        councils = [f"{name} County Council" for name in COUNTIES]
        councils += [f"{name} District Council" for name in DISTRICTS]
        # Some councils get more complaints than others.
        body = councils[min(figures[0] % 18, figures[1] % 18)]
        category, subcategory = SUBJECTS[figures[2] % len(SUBJECTS)]
        worse = body.startswith(("Ashfordshire", "Northmoor"))
        outcome = (
            Outcome.CLOSED if figures[3] % 100 < 35
            else Outcome.UPHELD if figures[4] % 100 < (88 if worse else 62)
            else Outcome.NOT_UPHELD
        )  # fmt: skip
        day = last - timedelta(days=figures[5] % 2900)
        found.append(
            Story(
                reference=f"{day:%y} {number // 1000:03} {number % 1000:03}",
                body=body,
                category=category,
                subcategory=subcategory,
                outcome=outcome,
                day=day,
                sums=_sums(figures) if outcome is Outcome.UPHELD else (),
                status=Status.WITHDRAWN if number % 97 == 96 else Status.LIVE,
            )
        )
    return found


def _figures(seed: str, number: int) -> list[int]:
    """Eight numbers up to 2^32 that are the same on every machine."""
    raw = hashlib.sha256(f"{seed}/{number}".encode()).digest()
    return [int.from_bytes(raw[at : at + 4], "big") for at in range(0, 32, 4)]


def _sums(figures: Sequence[int]) -> tuple[Sum, ...]:
    found = [Sum("apology")]
    if figures[6] % 10 < 7:
        found.append(Sum(pence=PAID[figures[6] % len(PAID)], each=figures[7] % 40 == 0))
    if figures[6] % 10 == 7:
        found += [Sum(pence=20_000), Sum(pence=10_000), Sum(pence=30_000, total=True)]
    if figures[6] % 10 == 8:
        found.append(Sum(rate=2_200))
    if figures[7] % 4 == 0:
        found.append(Sum("training", deadline="P3M"))
    return tuple(found)


def noon(year: int, month: int, day: int) -> datetime:
    """Noon of a day, UTC."""
    return datetime(year, month, day, 12, tzinfo=UTC)
