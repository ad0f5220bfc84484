"""The quality report counts what was not understood, and fails when that becomes much.

A template that changed last night shows the next morning, however large the archive is.
"""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import decisions
from archive.config import Config, sqlite_url
from archive.errors import UsageError
from archive.opening import open_to_write
from archive.records import Decision, ListingEntry, Outcome, Page, Paragraph, SectionKind
from archive.store import Archive
from scraper.quality import MOST_TEXTS, Quality, Tally, limits_from, measure, traits, warning_kind
from scraper.shifts import Lately, Recent, Shift, shifts, tail
from scraper.sources.lgsco import Lgsco
from tests.site.cases import Case
from tests.site.invention import invent
from tests.site.markups import MARKUPS, render

BASE = "http://127.0.0.1:8000"
CASES = [case for case in invent(90, seed=6) if not case.same_report]
READ = [dataclasses.replace(case.expected(BASE), parser_version="lgsco:1") for case in CASES]
LONG_AGO, LAST_NIGHT = datetime(2026, 5, 1, 3, tzinfo=UTC), datetime(2026, 11, 22, 3, tzinfo=UTC)
OLD, NEW = 60, 8
"""Decisions that came long ago, and last night."""


def renamed(decision: Decision, heading: str) -> Decision:
    first = dataclasses.replace(decision.sections[0], kind=SectionKind.OTHER, heading=heading)
    return dataclasses.replace(decision, sections=(first, *decision.sections[1:]))


def lost(decision: Decision, characters: int) -> Decision:
    warning = f"{characters} characters of the page are not accounted for"
    return dataclasses.replace(decision, warnings=(warning,))


def bare(decision: Decision) -> Decision:
    """As if no heading could be told from text any more."""
    every = tuple(decision.paragraphs())
    one = dataclasses.replace(
        decision.sections[0], kind=SectionKind.OTHER, heading="", paragraphs=every
    )
    return dataclasses.replace(decision, sections=(one,))


def asked(decision: Decision) -> Decision:
    """As if a line that is no part of the decision stood at its end."""
    line = Paragraph(999, None, None, 0, "Was this page useful? Tell us what you think of it.")
    *sections, last = decision.sections
    last = dataclasses.replace(last, paragraphs=(*last.paragraphs, line))
    return dataclasses.replace(decision, sections=(*sections, last))


def capture(case: Case, at: datetime, body: bytes = b"") -> Page:
    return Page.capture(url=BASE + case.path, body=body or case.path.encode(), fetched_at=at)


def save(archive: Archive, case: Case, reading: Decision, page: Page) -> None:
    source_id = archive.register(Lgsco.at(BASE).info)
    page_id = archive.save_page(page)
    archive.save_decision(source_id, reading, [page_id], at=page.fetched_at)


def fill(home: Path, old: list[Decision]) -> Config:
    """An archive of decisions that came long ago."""
    config = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
    with open_to_write(config, now=LAST_NIGHT, tell=lambda _: None) as archive:
        for case, reading in zip(CASES, old, strict=False):
            save(archive, case, reading, capture(case, LONG_AGO))
        source_id = archive.register(Lgsco.at(BASE).info)
        archive.listings.note(source_id, map(entry, CASES), LAST_NIGHT, watched=False)
    return config


LastNight = Callable[..., Config]


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an archive of OLD decisions."""
    path = fill(tmp_path_factory.mktemp("earlier"), READ[:OLD]).sqlite_path
    assert path is not None
    return path


@pytest.fixture
def last_night(earlier: Path, tmp_path: Path) -> LastNight:
    """Puts into that archive what came last night."""

    def come(*new: Decision, refused: int = 0) -> Config:
        config = Config(home=tmp_path, database_url=sqlite_url(tmp_path / "decisions.db"))
        shutil.copy(earlier, tmp_path / "decisions.db")
        with open_to_write(config, now=LAST_NIGHT, tell=lambda _: None) as archive:
            for case, reading in zip(CASES[OLD:], new, strict=False):
                save(archive, case, reading, capture(case, LAST_NIGHT))
            for case in CASES[OLD : OLD + refused]:
                page_id = archive.save_page(capture(case, LAST_NIGHT, b"<p>something else</p>"))
                archive.refuse_page([page_id], "no_header")
        return config

    return come


def entry(case: Case) -> ListingEntry:
    return ListingEntry(
        reference=case.reference, url=BASE + case.path, title=case.title, kind=None,
        outcome_raw=None, subcategory=None, decided_on=case.decided_on, decided_on_raw=None,
        summary=None,
    )  # fmt: skip


def run(config: Config, *arguments: str) -> Result:
    return CliRunner().invoke(decisions.group, ["--home", str(config.home), "quality", *arguments])


def as_json(config: Config, *arguments: str) -> Any:
    return json.loads(run(config, *arguments, "--json").stdout)


# --- counting -----------------------------------------------------------------------------------


def test_pages_that_are_understood_are_within_the_limits() -> None:
    (report,) = measure(READ).values()
    assert report.pages == len(READ)
    assert report.sections["complaint"] == len(READ)
    assert report.beyond() == []


def test_each_parser_version_is_counted_by_itself() -> None:
    old = [dataclasses.replace(READ[0], parser_version="lgsco:0")]
    assert {key: each.pages for key, each in measure([*READ, *old]).items()} == {
        "lgsco:1": len(READ), "lgsco:0": 1,
    }  # fmt: skip


def test_headings_outcomes_and_warnings_are_counted_with_examples() -> None:
    odd = dataclasses.replace(
        renamed(READ[0], "The moat"),
        outcome=Outcome.UNKNOWN,
        outcome_raw="Dropped",
        warnings=("paragraph 4 points to paragraph 99, but the last is 7", "something new"),
    )
    (report,) = measure([odd]).values()
    reference = READ[0].reference
    assert report.other_headings.most_common() == [("The moat", 1, [reference])]
    assert report.unknown_outcomes.most_common() == [("Dropped", 1, [reference])]
    assert {text for text, _, _ in report.warnings.most_common()} == {"cross_reference", "other"}


def test_text_that_is_not_accounted_for_is_summed() -> None:
    (report,) = measure([lost(READ[0], 3), lost(READ[1], 1200)]).values()
    assert report.unaccounted_characters == 1203
    assert report.shares()["unaccounted"] == 1.0


def test_only_statements_can_lack_paragraph_numbers() -> None:
    reports = [each for each in READ if each.kind == "report"]
    assert reports
    (report,) = measure(reports).values()
    assert (report.numberable, report.without_number) == (0, 0)
    assert report.paragraphs > 0


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


def test_a_million_different_headings_do_not_fill_the_memory() -> None:
    tally = Tally()
    for number in range(MOST_TEXTS * 3):
        tally.add(f"Topic {number}", "20 000 001")
        if number % 10 == 0:
            tally.add("Overview", f"20 000 {number % 1000:03}")
    (first, *_) = tally.most_common()
    assert first[0] == "Overview"
    assert len(first[2]) == 3
    assert len(tally.most_common(MOST_TEXTS * 9)) <= MOST_TEXTS


# --- limits -------------------------------------------------------------------------------------


def test_limits_can_be_set_and_misspelt_ones_are_named() -> None:
    limits = limits_from(["left_aside=5%, category = 1.5%", "", "unheaded=0%"])
    assert (limits["left_aside"], limits["category"], limits["unheaded"]) == (0.05, 0.015, 0.0)
    assert limits["numbering"] == 0.05
    for wrong in ("nonsense=5%", "left_aside=5", "left_aside=101%", "left_aside=-1%", "left_aside"):
        with pytest.raises(UsageError):
            limits_from([wrong])


def test_a_lost_character_or_a_changed_template_fails_the_command(tmp_path: Path) -> None:
    assert run(fill(tmp_path / "well", READ[:20])).exit_code == 0
    result = run(fill(tmp_path / "lost", [lost(READ[0], 3), *READ[1:20]]))
    assert result.exit_code == 3
    assert "above the limit: unaccounted" in result.stdout
    assert f"unaccounted (1, as in {READ[0].reference})" in result.stdout
    changed = fill(tmp_path / "changed", [renamed(each, "Overview") for each in READ[:20]])
    assert run(changed).exit_code == 3
    assert run(changed, "--limit", "other_headings=100%").exit_code == 0


def test_the_settings_can_hold_the_limits(tmp_path: Path) -> None:
    config = fill(tmp_path, [renamed(each, "Overview") for each in READ[:20]])
    config.config_file.write_text('quality_limits = "other_headings=100%"\n', encoding="utf-8")
    assert run(config).exit_code == 0
    assert run(config, "--limit", "other_headings=50%").exit_code == 3


# --- what came lately ---------------------------------------------------------------------------


def test_the_same_pages_as_ever_are_no_shift(last_night: LastNight) -> None:
    config = last_night(*READ[OLD : OLD + NEW])
    assert run(config).exit_code == 0
    (version,) = as_json(config)["versions"].values()
    assert version["recent_pages"] == {"day": NEW, "week": NEW, "month": NEW}
    assert version["shifts"] == []


@pytest.mark.parametrize(
    ("play", "trait"),
    [
        (bare, "unheaded"),
        (bare, "without complaint"),
        (lambda d: dataclasses.replace(d, summary=None), "without summary"),
        (lambda d: renamed(d, "Overview"), "without complaint"),
        (lambda d: dataclasses.replace(d, category=None), "without category"),
        (lambda d: dataclasses.replace(d, warnings=("never heard of",)), "other"),
        (asked, "ends_unnumbered"),
    ],
)
def test_a_template_that_changed_last_night_shows_the_next_morning(
    last_night: LastNight, play: Callable[[Decision], Decision], trait: str
) -> None:
    """Eight pages of last night among all the earlier ones: the average moves by little."""
    config = last_night(*map(play, READ[OLD : OLD + NEW]))
    result = run(config, "--limit", ",".join(f"{name}=100%" for name in Quality().shares()))
    assert result.exit_code == 3, result.stdout
    assert f"lately: {trait}: 100% of the {NEW} pages of the last day" in result.stdout
    (version,) = as_json(config)["versions"].values()
    assert trait in {shift["trait"] for shift in version["shifts"]}


def test_a_line_that_is_no_part_of_a_section_is_a_trait() -> None:
    """Furniture that no table knows is read as a paragraph: it has no number."""
    (statement, *_) = (each for each in READ if not traits(each) & {"report", "some_unnumbered"})
    first, *others = asked(dataclasses.replace(statement, sections=statement.sections[:1])).sections
    between = dataclasses.replace(statement, sections=(first, *others, *statement.sections[1:]))
    assert traits(between) - traits(statement) == {"some_unnumbered"}
    assert traits(asked(statement)) - traits(statement) == {"some_unnumbered", "ends_unnumbered"}


def test_pages_that_nobody_can_read_any_more_show_too(last_night: LastNight) -> None:
    """They are in no count of decisions: a new template may give not one."""
    config = last_night(refused=NEW)
    result = run(config)
    assert result.exit_code == 3
    assert f"Not readable lately: refused: 100% of the {NEW} pages" in result.stdout
    assert as_json(config)["refused"][0]["trait"] == "refused"


def test_real_pages_without_their_headings_are_told(tmp_path: Path) -> None:
    """The parser itself reads what a template without headings gives it."""
    source = Lgsco.at(BASE)
    config = Config(home=tmp_path, database_url=sqlite_url(tmp_path / "decisions.db"))
    with open_to_write(config, now=LAST_NIGHT, tell=lambda _: None) as archive:
        for count, case in enumerate(CASES[: OLD + NEW]):
            html = render(case, MARKUPS["article"])
            recent = count >= OLD
            if recent:
                html = re.sub(r"(?s)<h[2-6].*?</h[2-6]>", "", html)
            page = capture(case, LAST_NIGHT if recent else LONG_AGO, html.encode())
            save(archive, case, source.parse_decision([page]), page)
    result = run(config)
    assert result.exit_code == 3
    assert "pages of the last day" in result.stdout


def test_a_handful_of_odd_pages_is_no_shift() -> None:
    """One page in thirty, or four in all, may be chance."""
    before = Counter({"unheaded": 1})
    for pages, odd in ((30, 1), (30, 5), (4, 4)):
        spans = {"day": Recent(pages, Counter({"unheaded": odd}))}
        assert shifts(1000 + pages, before + Counter({"unheaded": odd}), spans) == []


def test_what_varies_from_subject_to_subject_is_no_shift() -> None:
    """Half of all decisions agree no remedy: a night of thirty such is a matter of subjects."""
    spans = {"day": Recent(30, Counter({"without remedies": 30}))}
    assert shifts(1030, Counter({"without remedies": 530}), spans) == []


def test_a_first_fill_has_nothing_to_compare_with() -> None:
    spans = {"day": Recent(1000, Counter({"unheaded": 1000}))}
    assert shifts(1010, Counter({"unheaded": 1000}), spans) == []


def test_each_trait_is_told_once_in_its_shortest_span() -> None:
    recent = Recent(30, Counter({"unheaded": 30}))
    found = shifts(1030, Counter({"unheaded": 30}), {"day": recent, "week": recent})
    assert found == [Shift("day", "unheaded", 30, 1.0, 0.0)]


def test_a_page_counts_in_each_span_that_it_belongs_to() -> None:
    lately = Lately(LAST_NIGHT)
    lately.add("lgsco:1", LAST_NIGHT - timedelta(days=3), traits(READ[0]))
    spans = lately.versions["lgsco:1"]
    assert {name: span.pages for name, span in spans.items()} == {"day": 0, "week": 1, "month": 1}


def test_chance_is_reckoned_exactly() -> None:
    assert tail(0, 10, 0.5) == pytest.approx(1.0)
    assert tail(10, 10, 0.5) == pytest.approx(0.5**10)
    assert tail(9, 10, 0.5) == pytest.approx(11 * 0.5**10)


# --- the report -------------------------------------------------------------------------------


def test_the_report_as_json_and_of_an_empty_archive(tmp_path: Path) -> None:
    printed = as_json(fill(tmp_path, READ[:20]))
    assert printed["schema"] == 1
    version = printed["versions"]["lgsco:1"]
    assert version["sections"]["complaint"] == 1.0
    assert version["beyond"] == []
    assert version["characters_not_accounted_for"] == 0
    empty = run(fill(tmp_path / "empty", []))
    assert empty.exit_code == 0
    assert "holds no decisions" in empty.stdout
