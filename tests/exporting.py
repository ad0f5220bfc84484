"""An archive with everything that an export can stumble over, and the command in this process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

import decisions
from archive.config import Config, sqlite_url
from archive.opening import open_to_write
from archive.records import Decision, Outcome, Paragraph, Section, SectionKind, Status
from search.index import Index
from tests.specimens import NOON, SOURCE, decision, later, page, report

HOSTILE = (
    '=HYPERLINK("http://127.0.0.1/","£250")',
    "+44 20 7946 0000",
    "-1, said “Ms B”",
    "@SUM(A1:A9)",
    'He said: "It’s ""fine""", and left;\nthen £1,950 — or so.',
    "tab\tand \u2028 and \u00a0 and 😀 and ‮gnihtemos",
)
"""Texts that a careless export spoils, or that spoil who opens it."""

WITHDRAWN = "24 007 777"
LONG = "24 008 888"


def hostile(reference: str, text: str) -> Decision:
    """A decision whose title, summary and a paragraph are this text."""
    section = Section(
        SectionKind.FINDINGS, "What I found", 1, None, (Paragraph(1, 1, None, 0, text),)
    )
    return decision(
        reference,
        title=text,
        summary=text,
        sections=(section,),
        citations=(),
        remedies=(),
        cross_references=(),
    )


def specimens() -> list[Decision]:
    """Ordinary ones, one report under two references, hostile ones, a long one, a withdrawn one."""
    told = "Ombudsman satisfied with council's response: 28 July 2025"
    found = [
        decision("24 001 234"),
        decision(
            "24 002 345",
            body="Castleholme County Council",
            title="Castleholme County Council (24 002 345)",
            category="Adult care services",
            subcategory="Disabled facilities grants",
            category_raw="Adult care services > Disabled facilities grants",
            outcome=Outcome.NOT_UPHELD,
            outcome_raw="Not upheld",
            decided_on=date(2025, 3, 31),
            decided_on_raw="31 Mar 2025",
        ),
        report("23 000 001", compliance=told, satisfied_on=date(2025, 7, 28)),
        report("23 000 002"),
        *(hostile(f"24 005 00{n}", text) for n, text in enumerate(HOSTILE)),
        hostile(LONG, "long " * 8_000),
        decision(WITHDRAWN, summary="Somebody could be recognised."),
    ]
    return [replace(one, findings=()) for one in found]


def settings(home: Path) -> Config:
    """Where the archive of a home lies."""
    return Config(home=home, database_url=sqlite_url(home / "decisions.db"))


def fill(home: Path, wanted: list[Decision] | None = None, config: Config | None = None) -> None:
    """An archive with an index in this directory (or in the database of ``config``)."""
    there = settings(home) if config is None else config
    with open_to_write(there, now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        for number, one in enumerate(specimens() if wanted is None else wanted):
            body = f"<html><title>{one.title}</title>{one.reference}</html>".encode()
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")]
            held = archive.save_page(page(one.reference, body, headers=headers))
            archive.save_decision(source_id, one, [held], at=later(number))
        mark_withdrawn(archive)
        Index(there.index_dir).follow(archive)


def mark_withdrawn(archive: Any) -> None:
    """Say of one of them that it left the site too early."""
    from sqlalchemy import update

    from archive.models import DecisionRow

    with archive.engine.begin() as connection:
        connection.execute(
            update(DecisionRow)
            .where(DecisionRow.reference == WITHDRAWN)
            .values(status=Status.WITHDRAWN.value, status_since=later(60))
        )


def run(home: Path, *words: str, database: str | None = None) -> Result:
    """The command in this process; ``exception`` holds what it raised."""
    which = [] if database is None else ["--database", database]
    return CliRunner().invoke(decisions.group, ["--home", str(home), *which, *words])


def exported(home: Path, *words: str, database: str | None = None) -> Result:
    """``decisions export …``, which has to end well."""
    done = run(home, "export", *words, database=database)
    if done.exception is not None:
        raise done.exception
    return done
