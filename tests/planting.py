"""An archive with a row in every table, and something hostile in each of its texts.

Whoever shows a text of it unwashed moves the cursor, names the window, turns the words round or
makes a link. ``PLANTED`` stands before it, so that a test can tell that a text was shown at all.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import CheckConstraint, String, Table, Text, func, insert, select

from archive.config import Config, sqlite_url
from archive.damaged_rows import JSON, WORDS, digits
from archive.dictionary import METADATA
from archive.opening import open_to_write
from archive.records import ListingEntry, Page
from archive.store import Archive
from archive.tables import UtcInstant
from scraper.sources.lgsco import Lgsco
from tests.site.cases import Case
from tests.site.invention import invent
from tests.site.markups import MARKUPS, render
from tests.specimens import NOON, later, page

HOSTILE = (
    "PLANTED\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m\x9d0;owned\x9c\x85\u202e\u2066\u2028\u2029\u200b"
    "\ufeff\x7f\x00\r\x08\x0c\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\"
)
"""Escape sequences in seven and in eight bits, a window's title, a link, words turned round, lines
that are none, marks nobody sees, nothing at all, and back to the beginning of the line."""

REFERENCE = "24 001 000"

_KEPT = {
    ("source", "key"),  # The registry is asked for it.
    ("source", "base_url"),  # Pages are read with it.
    ("decision", "reference_key"),  # What a reference is found by.
    ("listed", "reference_key"),
    ("archive_meta", "key"),
    ("crawl", "body"),  # Empty: the archive is not limited to a council.
    ("listing_window", "body"),
}


def grown(home: Path, *, planted: bool = True, text: str = HOSTILE) -> Config:
    """The archive, at this home; not ``planted``, its texts are harmless. ``text`` is planted."""
    config = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        _fill(archive)
    if not planted:
        return config
    with closing(sqlite3.connect(home / "decisions.db")) as connection:
        for table in METADATA.sorted_tables:
            _plant(connection, table, text)
        connection.commit()
    return config


def _fill(archive: Archive) -> None:
    source = Lgsco.at(None)
    source_id = archive.register(source.info)
    crawl_id = archive.runs.start(
        source_id, at=NOON, first_day=date(2020, 1, 1), last_day=date(2026, 3, 2), body=""
    )
    cases = [
        replace(each, reference=f"24 001 {number:03d}", same_report=())
        for number, each in enumerate(invent(12, seed=3))
    ]
    for case in cases:
        read = source.parse_decision([_capture(case)])
        entry = ListingEntry(
            reference=read.reference,
            url=read.url,
            title=case.title,
            kind=case.kind,
            outcome_raw=case.outcome,
            subcategory=case.subcategory,
            decided_on=case.decided_on,
            decided_on_raw="as listed",
            summary=case.summary,
        )
        archive.listings.note(source_id, [entry], NOON)
        listed = archive.listings.at(source_id, read.url)
        assert listed is not None
        archive.save_decision(
            source_id,
            read,
            [archive.save_page(_capture(case))],
            at=NOON,
            listed_id=listed.id,
            crawl_id=crawl_id,
        )
    amended = cases[0].amended(words=HOSTILE.replace("\x00", ""))
    archive.save_decision(
        source_id,
        source.parse_decision([_capture(amended)]),
        [archive.save_page(_capture(amended))],
        at=later(1),
        previous=source.parse_decision([_capture(cases[0])]),
    )
    refused = archive.save_page(page("24 009 009", b"<html>a riddle, to tell you from a robot"))
    archive.refuse_page([refused], "captcha")
    lost = ListingEntry(
        "24 009 009", page("24 009 009").url, "Lost", None, None, None, None, None, None
    )
    archive.listings.note(source_id, [lost], NOON)
    entry_lost = archive.listings.at(source_id, lost.url)
    assert entry_lost is not None
    archive.listings.mark_failed(entry_lost.id, "answered 503", NOON)
    for state, found in (("proven", 3), ("disputed", 2), ("unproven", 1)):
        archive.windows.save(
            source_id,
            date(2024, found, 1),
            date(2024, found, 28),
            body="",
            state=state,
            stated=3,
            found=found,
            at=NOON,
        )
    archive.runs.finish(crawl_id, at=later(2), exit_code=3, note="ended early", failed=1)
    _the_rest(archive)


def _capture(case: Case) -> Page:
    return replace(
        page(case.reference, render(case, MARKUPS["article"]).encode()),
        url=f"https://www.lgo.org.uk{case.path}",
        final_url=f"https://www.lgo.org.uk{case.path}",
    )


def _the_rest(archive: Archive) -> None:
    """One row in every table that has none yet, made of what its columns can hold."""
    with archive.engine.begin() as connection:
        for table in METADATA.sorted_tables:
            if connection.execute(select(func.count()).select_from(table)).scalar_one():
                continue
            values: dict[str, object] = {}
            for column in table.columns:
                at = (table.name, column.name)
                if column.name == "id" or column.nullable:
                    continue
                target = next(iter(column.foreign_keys), None)
                if target is not None:
                    # The last one: the first paragraphs gave way to those of a second version.
                    values[column.name] = connection.execute(
                        select(func.max(target.column))
                    ).scalar_one()
                elif at in WORDS:
                    values[column.name] = next(iter(WORDS[at])).value
                elif column.name in insisted(table):
                    values[column.name] = insisted(table)[column.name]
                elif at in JSON:
                    values[column.name] = "[]"
                elif isinstance(column.type, UtcInstant):
                    values[column.name] = NOON
                elif isinstance(column.type, (String, Text)):
                    values[column.name] = "0" * (digits(*at) or 5)
                else:
                    values[column.name] = True if column.type.python_type is bool else 1
            if table.name == "erased":
                values["finished_at"] = NOON
            if table.name == "decision_link":
                values["other_id"] = 1
            connection.execute(insert(table).values(**values))


def insisted(table: Table) -> dict[str, str]:
    """Columns for which the database itself takes only certain words, with one of them."""
    found: dict[str, str] = {}
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found.update(re.findall(r"(\w+) IN \('([^']*)'", str(constraint.sqltext)))
    return found


def _plant(connection: sqlite3.Connection, table: Table, text: str) -> None:
    for column in table.columns:
        at = (table.name, column.name)
        words = isinstance(column.type, (String, Text)) and not isinstance(column.type, UtcInstant)
        kept = at in WORDS or at in _KEPT or digits(*at) or column.name in insisted(table)
        if not words or kept:
            continue
        name, value = f'"{column.name}"', text
        if at in JSON:
            value = json.dumps([["X", text]] if column.name == "headers" else [text])
            if at[0] in ("remedy_correction", "erased"):
                continue
            connection.execute(f'UPDATE "{table.name}" SET {name} = ?', [value])  # noqa: S608
        else:
            connection.execute(
                f'UPDATE "{table.name}" SET {name} = {name} || ? WHERE {name} IS NOT NULL',  # noqa: S608
                [text],
            )
