"""The quality report counts what was not understood, and fails when that becomes much."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from archive.records import Decision, Outcome, SectionKind
from scraper.quality import measure, warning_kind
from scraper.quality_command import quality
from tests.site.invention import invent

BASE = "http://127.0.0.1:8000"
READ = [dataclasses.replace(c.expected(BASE), parser_version="lgsco:1") for c in invent(40, seed=6)]


def renamed(decision: Decision, heading: str) -> Decision:
    first = dataclasses.replace(decision.sections[0], kind=SectionKind.OTHER, heading=heading)
    return dataclasses.replace(decision, sections=(first, *decision.sections[1:]))


def run(decisions: list[Decision], *arguments: str) -> Result:
    class Stored:
        @contextmanager
        def open_archive(self, *, write: bool) -> Iterator[SimpleNamespace]:
            assert not write
            yield SimpleNamespace(
                stored_all=lambda: iter([SimpleNamespace(decision=each) for each in decisions])
            )

    return CliRunner().invoke(quality, list(arguments), obj=Stored())


def test_pages_that_are_understood_are_within_the_limits() -> None:
    (report,) = measure(READ).values()
    assert report.pages == 40
    assert report.sections["complaint"] == 40
    assert report.beyond() == []


def test_each_parser_version_is_counted_by_itself() -> None:
    old = [dataclasses.replace(READ[0], parser_version="lgsco:0")]
    assert {key: each.pages for key, each in measure([*READ, *old]).items()} == {
        "lgsco:1": 40, "lgsco:0": 1,
    }  # fmt: skip


def test_headings_outcomes_and_warnings_are_counted() -> None:
    odd = dataclasses.replace(
        renamed(READ[0], "The moat"),
        outcome=Outcome.UNKNOWN,
        outcome_raw="Dropped",
        warnings=("paragraph 4 points to paragraph 99, but the last is 7", "something new"),
    )
    (report,) = measure([odd]).values()
    assert report.other_headings["The moat"] == 1
    assert report.unknown_outcomes == {"Dropped": 1}
    assert report.warnings == {"cross_reference": 1, "other": 1}


@pytest.mark.parametrize(
    ("warning", "kind"),
    [
        ("3 characters of the page are not accounted for", "unaccounted"),
        ("left aside as after the end: 'x'…", "left_aside"),
        ("paragraph numbers go from 1 to 5", "numbering"),
        ("the outcome 'x' is not in the table", "outcome"),
        ("the statement has no section with the final decision", "no_final_decision"),
        ("paragraph 10: the total of £8.00 is not the £7.00 that its parts come to", "total"),
    ],
)
def test_every_warning_of_the_parser_has_its_kind(warning: str, kind: str) -> None:
    assert warning_kind(warning) == kind


def test_a_lost_character_or_a_changed_template_fails_the_command() -> None:
    assert run(READ).exit_code == 0
    lost = dataclasses.replace(
        READ[0], warnings=("3 characters of the page are not accounted for",)
    )
    result = run([*READ[1:], lost])
    assert result.exit_code == 3
    assert "above the limit: unaccounted" in result.stdout
    changed = [renamed(each, "Overview") for each in READ]
    assert run(changed).exit_code == 3


def test_the_report_as_json_and_of_an_empty_archive() -> None:
    printed = json.loads(run(READ, "--json").stdout)
    assert printed["versions"]["lgsco:1"]["sections"]["complaint"] == 1.0
    assert printed["versions"]["lgsco:1"]["beyond"] == []
    empty = run([])
    assert empty.exit_code == 0
    assert "holds no decisions" in empty.stdout
