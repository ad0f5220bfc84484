"""history, diff, changes: what happened to a decision, in the words a person reads."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import decisions
from archive.config import Config, sqlite_url
from archive.errors import NotFound
from archive.opening import open_to_write
from archive.records import DecisionKind, Page
from archive.rendering import gone_words
from scraper.errors import ScraperError
from scraper.sources.lgsco import Lgsco
from tests.site import Case, invent
from tests.site.markups import CYCLE
from tests.site.rendering import render

BASE = "http://127.0.0.1:8000"
CASE = next(case for case in invent(30, seed=4) if case.kind == "statement" and case.summary)
AMENDED = dataclasses.replace(CASE, summary=f"{CASE.summary} We have since corrected this.")
MAY, JUNE = datetime(2026, 5, 3, 2, tzinfo=UTC), datetime(2026, 6, 4, 2, tzinfo=UTC)


def capture(case: Case, at: datetime) -> Page:
    return Page.capture(
        url=BASE + case.path,
        body=render(case, CYCLE[0]).encode(),
        fetched_at=at,
        headers=[("Content-Type", "text/html; charset=utf-8")],
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An archive with one decision in two versions, and a derived change in between."""
    config = Config(home=tmp_path, database_url=sqlite_url(tmp_path / "decisions.db"))
    source = Lgsco.at(BASE)
    with open_to_write(config, now=MAY, tell=lambda _: None) as archive:
        source_id = archive.register(source.info)
        first, second = capture(CASE, MAY), capture(AMENDED, JUNE)
        one, two = source.parse_decision([first]), source.parse_decision([second])
        pages = [archive.save_page(first)]
        archive.save_decision(source_id, one, pages, at=MAY)
        better = dataclasses.replace(one, warnings=("read better",))
        archive.save_decision(source_id, better, pages, at=MAY)
        archive.save_decision(source_id, two, [archive.save_page(second)], at=JUNE, previous=one)
    return tmp_path


def command(home: Path, *words: str) -> Result:
    return CliRunner().invoke(decisions.group, ["--home", str(home), *words])


def take_down(home: Path, status: str, at: str) -> None:
    connection = sqlite3.connect(home / "decisions.db")
    with connection:
        connection.execute("UPDATE decision SET status = ?, status_since = ?", (status, at))
        connection.execute(
            "INSERT INTO change (decision_id, kind, at) SELECT id, ?, ? FROM decision",
            (status, at),
        )
    connection.close()


def test_history_tells_versions_with_their_dates(home: Path) -> None:
    told = command(home, "history", CASE.reference).output.splitlines()
    assert told[0] == CASE.title
    assert told[1:3] == [
        "  3 May 2026   added to the archive (version 1)",
        "  4 June 2026  the published text was amended (version 2)",
    ]
    assert "on the Ombudsman's site when last seen on 4 June 2026; version 2" in told[3]
    assert len(told) == 4, "a derived change is nobody's news"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("expired", "no longer on the Ombudsman's site (five years after the decision)"),
        ("withdrawn", "no longer on the Ombudsman's site (reason unknown)"),
    ],
)
def test_history_says_where_a_gone_decision_went(home: Path, status: str, words: str) -> None:
    take_down(home, status, "2026-07-01 02:00:00.000000")
    told = command(home, "history", CASE.reference.replace(" ", "-")).output
    assert f"1 July 2026  {words}" in told
    assert "Now: no longer on the Ombudsman's site since 1 July 2026 (" in told
    shape = json.loads(command(home, "history", CASE.reference, "--json").output)
    assert [event["kind"] for event in shape["events"]] == ["added", "amended", status]
    assert [version["version"] for version in shape["versions"]] == [1, 2]
    assert shape["status"] == status


def test_a_report_leaves_after_ten_years() -> None:
    assert "(ten years after the decision)" in gone_words(True, DecisionKind.REPORT)


def test_diff_shows_the_words_that_came(home: Path) -> None:
    told = command(home, "diff", CASE.reference).output
    assert "Version 1 against version 2" in told
    assert "Summary (changed)" in told
    assert "{+We have since corrected this.+}" in " ".join(told.split())
    assert "\x1b" not in told
    shape = json.loads(command(home, "diff", CASE.reference, "--json").output)
    (only,) = shape["differences"]
    assert only["words"][-1] == {"what": "added", "text": "We have since corrected this."}
    assert (shape["from"], shape["to"], shape["versions"]) == (1, 2, [1, 2])


def test_diff_the_other_way_round_shows_them_gone(home: Path) -> None:
    told = command(home, "diff", CASE.reference, "--from", "2", "--to", "1").output
    assert "[-We have since corrected this.-]" in " ".join(told.split())


def test_a_version_with_itself_does_not_differ(home: Path) -> None:
    assert "No word differs" in command(home, "diff", CASE.reference, "--from", "2").output


def test_a_version_that_is_not_there_is_named(home: Path) -> None:
    error = command(home, "diff", CASE.reference, "--to", "9", "--from", "1").exception
    assert isinstance(error, NotFound)
    assert "no version 9; the versions held are: 1, 2" in str(error)


def test_a_page_that_cannot_be_read_any_more_is_named(home: Path) -> None:
    connection = sqlite3.connect(home / "decisions.db")
    with connection:
        connection.execute("UPDATE page SET status = 503 WHERE id = 1")
    connection.close()
    error = command(home, "diff", CASE.reference).exception
    assert isinstance(error, ScraperError)
    assert "version 1" in str(error)
    assert "capture 1" in str(error)


def test_changes_from_a_day_on(home: Path) -> None:
    told = command(home, "changes").output.splitlines()
    assert told == [
        f"2026-05-03  {CASE.title}: added to the archive (version 1)",
        f"2026-06-04  {CASE.title}: the published text was amended (version 2)",
    ]
    shape = json.loads(command(home, "changes", "--since", "2026-06-04", "--json").output)
    assert [event["kind"] for event in shape["changes"]] == ["amended"]
    assert shape["changes"][0]["reference"] == CASE.reference
    assert "nothing changed" in command(home, "changes", "--since", "2026-06-05").output


def test_an_erased_decision_leaves_a_line_without_a_name(home: Path) -> None:
    connection = sqlite3.connect(home / "decisions.db")
    with connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(
            "INSERT INTO change (decision_id, kind, at) "
            "SELECT id, 'erased', '2026-08-01 00:00:00.000000' FROM decision"
        )
        connection.execute("DELETE FROM decision")
    connection.close()
    told = command(home, "changes", "--since", "2026-08").output
    assert told == "2026-08-01  a decision that is no longer here: erased from this archive\n"
