"""decisions correct, as a person types it; sums are read in one way or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import decisions
from archive.config import Config, sqlite_url
from archive.correction_values import Words, corrected, deadline, kind, pence, rate, share
from archive.errors import LockedError, NotFound, UsageError
from archive.lock import writer_lock
from archive.opening import open_to_write
from archive.records import Remedy
from archive.rendering import only_sections, remedy_words
from tests.specimens import NOON, SOURCE, decision, page

REF = "24 001 234"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    config = Config(home=tmp_path, database_url=sqlite_url(tmp_path / "decisions.db"))
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        archive.save_decision(source_id, decision(), [archive.save_page(page())], at=NOON)
    return tmp_path


def command(home: Path, *words: str) -> Result:
    return CliRunner().invoke(decisions.group, ["--home", str(home), *words])


def done(home: Path, *words: str) -> str:
    result = command(home, "correct", *words)
    assert result.exception is None, result.exception
    return result.stdout


def as_json(home: Path, *words: str) -> Any:
    return json.loads(done(home, *words, "--json"))


def refused(home: Path, *words: str) -> str:
    result = command(home, "correct", *words)
    assert isinstance(result.exception, UsageError | NotFound), result.output
    return str(result.exception)


def test_a_decision_alone_lists_its_remedies_with_numbers(home: Path) -> None:
    told = done(home, "24", "001", "234")
    assert "  1. payment of £250.00 to Ms B, to each, time allowed 1 month" in told
    assert "paragraph 3: “pay Ms B £250”" in told


def test_a_sum_is_corrected_shown_and_taken_back(home: Path) -> None:
    told = done(home, REF, "--remedy", "1", "--amount", "£1,250.50", "--by", "A. Clerk")
    assert "Correction 1 is kept" in told
    assert "payment of £1,250.50 to Ms B" in told
    assert "correction 1 by A. Clerk" in told
    (row,) = as_json(home, REF)["remedies"]
    assert (row["amount_pence"], row["correction"], row["rule"]) == (125_050, 1, "person")
    shown = command(home, "show", REF).stdout
    assert "payment of £1,250.50 to Ms B" in shown
    assert "by a person" in shown
    assert "by a person" in command(home, "show", REF, "--markdown").stdout
    exported = json.loads(command(home, "export", "jsonl").stdout.splitlines()[0])
    assert exported["remedies"][0]["correction"] == 1
    assert exported["corrections"][0]["by"] == "A. Clerk"
    assert "is taken back" in done(home, REF, "--undo", "1")
    (row,) = as_json(home, REF)["remedies"]
    assert (row["amount_pence"], row["correction"]) == (25_000, None)
    assert "corrected" not in command(home, "show", REF).stdout.lower()


def test_the_index_follows(home: Path) -> None:
    assert command(home, "index").exception is None
    done(home, REF, "--remedy", "1", "--amount", "900")
    found = json.loads(command(home, "search", "housing", "--remedy-min", "800", "--json").stdout)
    assert found["total"] == 1


def test_correcting_again_replaces_the_correction(home: Path) -> None:
    done(home, REF, "--remedy", "1", "--amount", "300")
    shape = as_json(home, REF, "--remedy", "1", "--payee", "Ms B and Mr C")
    assert "is kept, in the place of correction" in shape["done"]
    (kept,) = shape["corrections"]
    assert kept["number"] == 2
    assert (kept["remedy"]["amount_pence"], kept["remedy"]["payee"]) == (30_000, "Ms B and Mr C")
    shape = as_json(home, REF, "--remedy", "1", "--not-a-remedy")
    assert shape["remedies"] == []
    assert shape["corrections"][0]["correction"] == "removed"
    shape = as_json(home, REF, "--undo", "3")
    assert shape["remedies"][0]["amount_pence"] == 25_000


def test_one_that_was_missed_is_added_and_removed(home: Path) -> None:
    add = (REF, "--add", "--paragraph", "2", "--words", "in writing", "--kind", "apology")
    shape = as_json(home, *add, "--deadline", "20 working days")
    assert [row["kind"] for row in shape["remedies"]] == ["apology", "payment"]
    assert shape["remedies"][0]["raw"] == "in writing"
    assert shape["remedies"][0]["deadline"] == "20 working days"
    assert "very words" in refused(home, *add)
    shape = as_json(home, REF, "--remedy", "1", "--not-a-remedy")
    assert [row["kind"] for row in shape["remedies"]] == ["payment"]
    assert shape["corrections"] == []


def test_all_corrections_are_listed(home: Path) -> None:
    assert "Nothing has been corrected" in done(home, "--list")
    done(home, REF, "--remedy", "1", "--not-a-remedy", "--note", "a bill")
    told = done(home, "--list")
    assert REF in told
    assert "no remedy (was read as payment of £250.00" in told
    assert "a bill" in told
    assert as_json(home, "--list")["corrections"][0]["reference"] == REF


def test_a_total_that_does_not_add_up_is_told(home: Path) -> None:
    told = done(home, REF, "--remedy", "1", "--amount", "100", "--in-all")
    assert "to each" not in told
    add = ("--add", "--paragraph", "3", "--words", "Within one month", "--kind", "payment")
    result = command(home, "correct", REF, *add, "--amount", "300", "--total")
    assert "the total of £300.00 is not the £100.00 that its parts come to" in result.stderr
    assert as_json(home, REF)["doubts"]


def test_nobody_corrects_while_another_writes(home: Path) -> None:
    config = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
    with writer_lock(config):
        result = command(home, "correct", REF, "--remedy", "1", "--amount", "300")
    assert isinstance(result.exception, LockedError)
    assert as_json(home, REF)["corrections"] == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "say which decision"),
        ((REF, "--remedy", "9", "--amount", "1"), "there is no remedy 9"),
        ((REF, "--remedy", "1"), "say what is wrong"),
        ((REF, "--amount", "5"), "--remedy N"),
        ((REF, "--remedy", "1", "--undo", "2"), "exclude each other"),
        ((REF, "--remedy", "1", "--not-a-remedy", "--amount", "5"), "with no field"),
        ((REF, "--undo", "4"), "has no correction 4; it has none"),
        ((REF, "--add", "--kind", "other"), "needs --paragraph"),
        ((REF, "--add", "--paragraph", "3", "--kind", "pay"), "there are apology"),
        ((REF, "--remedy", "1", "--amount", "1.250"), "one way only"),
        ((REF, "--remedy", "1", "--amount", "5", "--rate", "5 per week"), "not both"),
        ((REF, "--remedy", "1", "--kind", "review", "--amount", "5"), "--kind payment"),
        ((REF, "--remedy", "1", "--amount", "none", "--total"), "a total needs its sum"),
        ((REF, "--remedy", "1", "--amount", "5", "--note", "\x07"), "ordinary characters"),
        ((REF, "--words", "x"), "go with --add"),
        (("--list", REF), "whole archive"),
        (("99 999 999",), "no decision"),
    ],
)
def test_what_cannot_be_meant_is_said_in_plain_words(
    home: Path, words: tuple[str, ...], says: str
) -> None:
    assert says in refused(home, *words)
    assert as_json(home, "--list")["corrections"] == []


# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("£1,250.50", 125_050),
        ("1250.50", 125_050),
        ("1,250", 125_000),
        ("£ 250", 25_000),
        ("250", 25_000),
        ("£3266", 326_600),
        ("0.50", 50),
        ("1,234,567.89", 123_456_789),
    ],
)
def test_sums_that_can_be_read(text: str, wanted: int) -> None:
    assert pence(text) == wanted


@pytest.mark.parametrize(
    "text",
    ["1.250", "1.5", "1,25", "12,50", "1,2500", "£", "", "-5", "0", "£0.00", "1e3", "٢٥٠", "250 p",
     "9" * 10, "1 250", "2 50", "250p", "£250-£300", "nan", "1,250,50"],
)  # fmt: skip
def test_sums_that_could_be_two_or_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="one way only"):
        pence(text)


def test_rates_shares_kinds_and_times() -> None:
    assert rate("£22 per week") == rate("22/week") == (2_200, "week")
    assert rate("£5.50 a day") == (550, "day")
    assert share("50%") == share("50") == 50.0
    assert share("12.5 %") == 12.5
    assert kind("Service improvement") == kind("service-improvement") == "service_improvement"
    assert deadline("1 month") == deadline("p1m") == "P1M"
    assert deadline("6 weeks") == "P6W"
    assert deadline("20 working days") == "20 working days"
    assert deadline("24 hours") == "PT24H"
    assert deadline("2021-03-31") == "2021-03-31"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (rate, "22"),
        (rate, "22 per moon"),
        (rate, "1.250 per week"),
        (share, "101"),
        (share, "0"),
        (share, "fifty"),
        (share, "5,5"),
        (deadline, "soon"),
        (deadline, "31/03/2021"),
        (deadline, "2021-02-30"),
        (deadline, "P0M"),
        (kind, "fine"),
    ],
)
def test_values_that_cannot_be_read_are_refused(read: Any, text: str) -> None:
    with pytest.raises(UsageError):
        read(text)


def test_a_rate_has_no_amount_and_another_kind_no_sum() -> None:
    row = Remedy(1, 1, 0, 5, "payment", 500, None, None, None, None, True, None, "words", "rule")
    per = corrected(row, Words(rate="£22 per week"))
    assert (per.amount_pence, per.rate_pence, per.rate_period) == (None, 2_200, "week")
    assert not per.is_total
    back = corrected(per, Words(amount="5"))
    assert (back.amount_pence, back.rate_pence, back.rate_period) == (500, None, None)
    sorry = corrected(row, Words(kind="apology"))
    assert (sorry.kind, sorry.amount_pence, sorry.is_total) == ("apology", None, False)
    assert corrected(row, Words(payee="none", deadline="none")).payee is None


def test_times_and_places_are_told_as_a_person_says_them() -> None:
    whole = decision()
    (row, *_) = whole.remedies
    section = next(
        s for s in whole.sections if any(p.ordinal == row.paragraph for p in s.paragraphs)
    )
    assert row.deadline == "P1M"
    assert "time allowed 1 month; paragraph 3: " in remedy_words(whole, row)
    for said, told in [
        ("P6W", "6 weeks"),
        ("20 working days", "20 working days"),
        ("P1Y2M", "P1Y2M"),
    ]:
        assert f"time allowed {told};" in remedy_words(whole, replace(row, deadline=said))
    lead = next(p for p in section.paragraphs if p.ordinal == row.paragraph)
    item = lead._replace(ordinal=90, number=None, label="•", level=1)
    aside = lead._replace(ordinal=91, number=None)
    longer = replace(section, paragraphs=(*section.paragraphs, item, aside))
    whole = replace(whole, sections=tuple(longer if s is section else s for s in whole.sections))
    last = [p.number for p in section.paragraphs if p.number is not None][-1]
    assert f"paragraph {last}, list: " in remedy_words(whole, replace(row, paragraph=90))
    assert "paragraph o91: " in remedy_words(whole, replace(row, paragraph=91))


def test_a_section_is_found_without_a_curly_apostrophe() -> None:
    whole = decision()
    first, *rest = whole.sections
    curly = replace(whole, sections=(replace(first, heading="The Ombudsman’s role"), *rest))
    found = only_sections(curly, "the ombudsman's role").sections
    assert found[0].heading == "The Ombudsman’s role"
