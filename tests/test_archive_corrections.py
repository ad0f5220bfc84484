"""A person's correction of a remedy outlives every reading, and is never lost when it cannot."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive import database
from archive.config import Config
from archive.correction_values import Words, corrected
from archive.corrections import agrees, doubts, find_words, overlap, reads_otherwise
from archive.hashes import hashes
from archive.making_corrections import at_words, of_place, of_remedy
from archive.opening import open_to_write
from archive.passing_on import for_others
from archive.records import (
    ChangeKind,
    CorrectionKind,
    Decision,
    Paragraph,
    Remedy,
    SectionKind,
    Status,
    StoredDecision,
)
from archive.rereading import Reread
from archive.shapes import stored_json
from archive.store import Archive
from tests.databases import columns, plain
from tests.specimens import NOON, SOURCE, decision, later, page

TEXT = "Within one month the Council will pay Ms B £300 for her time and £500 for the delay."


def remedy(words: str, pence: int | None, **changes: Any) -> Remedy:
    start = TEXT.index(words)
    base = Remedy(
        4, 5, start, start + len(words), "payment", pence, None, None, None, "Ms B", False, "P1M",
        words, "pay: sum",
    )  # fmt: skip
    return dataclasses.replace(base, **changes)


FIRST = remedy("pay Ms B £300 for her time", 30_000)
SECOND = remedy("£500 for the delay", 50_000)


def made(*texts: str, remedies: tuple[Remedy, ...] = (FIRST, SECOND), **changes: Any) -> Decision:
    """The specimen with other paragraphs under "Agreed action"."""
    base = decision()
    paragraphs = tuple(
        Paragraph(ordinal, ordinal - 2, None, 0, text)
        for ordinal, text in enumerate(texts or (TEXT,), start=5)
    )
    action = dataclasses.replace(base.sections[3], paragraphs=paragraphs)
    return dataclasses.replace(
        base, sections=(*base.sections[:3], action), remedies=remedies, **changes
    )


@pytest.fixture
def archive(tmp_path: Path, database_url: str) -> Iterator[Archive]:
    config = Config(home=tmp_path, database_url=database_url)
    with open_to_write(config, now=NOON, tell=lambda _: None) as opened:
        source_id = opened.register(SOURCE)
        opened.save_decision(source_id, made(), [opened.save_page(page())], at=NOON)
        yield opened


def stored(archive: Archive) -> StoredDecision:
    return archive.find("24 001 234")


def change(archive: Archive, number: int, words: Words) -> int | None:
    held = stored(archive)
    row = held.decision.remedies[number - 1]
    new = of_remedy(held, row, corrected(row, words), CorrectionKind.CHANGED, NOON)
    return archive.corrections.save(held.id, new=new, at=NOON)


def remove(archive: Archive, number: int) -> int | None:
    held = stored(archive)
    row = held.decision.remedies[number - 1]
    new = of_remedy(held, row, row, CorrectionKind.REMOVED, NOON)
    return archive.corrections.save(held.id, new=new, at=NOON)


def add(archive: Archive, paragraph: str, words: str, **values: Any) -> int | None:
    held = stored(archive)
    place = at_words(held.decision, paragraph, words)
    said = Words(**{"kind": "payment", **values})
    new = of_place(held, place, lambda bare: corrected(bare, said), NOON)
    return archive.corrections.save(held.id, new=new, at=NOON)


def read_again(archive: Archive, reading: Decision) -> None:
    """The same capture, read by another parser."""
    rereading = archive.rereading(archive.source_id("lgsco"))
    (kept,) = rereading.kept([stored(archive).id])
    (saved,) = rereading.save(
        [Reread(kept, reading.parser_version, reading, hashes(reading))], at=later(5)
    )
    assert not isinstance(saved, Exception)


def amend(archive: Archive, reading: Decision, before: Decision) -> tuple[int, ...]:
    """The publisher changed the text; gives the corrections that no longer fit."""
    page_id = archive.save_page(page(body=reading.text_sha256.encode()))
    return archive.save_decision(
        archive.source_id("lgsco"), reading, [page_id], at=later(9), previous=before
    ).unfit


def sums(archive: Archive) -> list[tuple[int | None, bool]]:
    """The amounts as they stand, and whether a person says so."""
    return [
        (row.amount_pence, row.correction is not None) for row in stored(archive).decision.remedies
    ]


def test_a_correction_shows_at_once_and_is_marked(archive: Archive) -> None:
    before = archive.last_change_id()
    number = change(archive, 1, Words(amount="250"))
    assert sums(archive) == [(25_000, True), (50_000, False)]
    row = stored(archive).decision.remedies[0]
    assert (row.rule, row.correction, row.raw) == ("person", number, FIRST.raw)
    (kept,) = stored(archive).corrections
    assert kept.machine_then == kept.machine_now == (FIRST,)
    assert [c.kind for c in archive.changes(before)] == [ChangeKind.DERIVED]


def test_it_outlives_a_reparse_whatever_the_parser_says(archive: Archive) -> None:
    change(archive, 1, Words(amount="250"))
    other = dataclasses.replace(FIRST, amount_pence=99, payee="the Council")
    read_again(archive, made(remedies=(other, SECOND), parser_version="test-2"))
    assert sums(archive) == [(25_000, True), (50_000, False)]
    (kept,) = stored(archive).corrections
    assert kept.machine_now == (other,)
    assert reads_otherwise(kept)
    assert not agrees(kept)


def test_a_parser_that_learns_agrees(archive: Archive) -> None:
    change(archive, 1, Words(amount="250"))
    learned = dataclasses.replace(FIRST, amount_pence=25_000)
    read_again(archive, made(remedies=(learned, SECOND), parser_version="test-2"))
    assert sums(archive) == [(25_000, True), (50_000, False)]
    assert agrees(stored(archive).corrections[0])


def test_what_is_no_remedy_stays_none(archive: Archive) -> None:
    remove(archive, 2)
    assert sums(archive) == [(30_000, False)]
    read_again(archive, made(warnings=("other",), parser_version="test-2"))
    assert sums(archive) == [(30_000, False)]


def test_one_that_was_missed_stays_and_is_not_doubled_when_it_is_found(archive: Archive) -> None:
    read_again(archive, made(remedies=(FIRST,)))
    add(archive, "3", "£500 for the delay", amount="500")
    assert sums(archive) == [(30_000, False), (50_000, True)]
    read_again(archive, made(remedies=(FIRST, SECOND), parser_version="test-2"))
    assert sums(archive) == [(30_000, False), (50_000, True)]


def test_an_addition_within_the_words_of_another_remedy_leaves_that_alone(archive: Archive) -> None:
    wide = remedy(TEXT[TEXT.index("pay") :], 30_000)
    read_again(archive, made(remedies=(wide,)))
    add(archive, "3", "£500 for the delay", amount="500")
    assert sums(archive) == [(30_000, False), (50_000, True)]
    read_again(archive, made(remedies=(wide,), warnings=("x",), parser_version="test-2"))
    assert sums(archive) == [(30_000, False), (50_000, True)]


def test_a_paragraph_that_moved_keeps_its_correction(archive: Archive) -> None:
    """Amended elsewhere: the words stand in the same paragraph under another number."""
    change(archive, 1, Words(amount="250"))
    moved = made("A new paragraph.", TEXT, remedies=(), text_sha256="1" * 64)
    rows = tuple(dataclasses.replace(row, paragraph=6) for row in (FIRST, SECOND))
    assert amend(archive, dataclasses.replace(moved, remedies=rows), made()) == ()
    assert stored(archive).revision == 2
    assert sums(archive) == [(25_000, True), (50_000, False)]
    assert stored(archive).decision.remedies[0].paragraph == 6


def test_a_better_cut_of_the_same_published_text_keeps_it(archive: Archive) -> None:
    """Another parser ends the paragraph elsewhere; the page's own text is the very same."""
    change(archive, 1, Words(amount="250"))
    cut = TEXT.index(" and £500")
    row = dataclasses.replace(FIRST, paragraph=5)
    read_again(archive, made(TEXT[:cut], TEXT[cut + 1 :], remedies=(row,)))
    assert sums(archive) == [(25_000, True)]


def test_words_that_the_publisher_took_out_leave_the_correction_and_say_so(
    archive: Archive,
) -> None:
    number = change(archive, 1, Words(amount="250"))
    gone = made("The Council will apologise.", remedies=(), text_sha256="1" * 64)
    assert amend(archive, gone, made()) == (number,)
    assert sums(archive) == []
    (kept,) = stored(archive).corrections
    assert not kept.fits
    (listed,) = archive.corrections.all()
    assert (listed.reference, listed.correction.id) == ("24 001 234", number)
    # Told once: the next reading of the same text is no news.
    assert amend(archive, dataclasses.replace(gone, text_sha256="2" * 64), gone) == ()
    # The words are back: so is the correction.
    assert amend(archive, made(text_sha256="3" * 64), gone) == ()
    assert sums(archive) == [(25_000, True), (50_000, False)]


def test_taken_back_the_parsers_own_reading_stands_again(archive: Archive) -> None:
    number = change(archive, 1, Words(amount="250"))
    gone = remove(archive, 2)
    assert number is not None
    assert gone is not None
    held = stored(archive)
    archive.corrections.save(held.id, new=None, undo=(number, gone), at=later(1))
    assert stored(archive).decision.remedies == (FIRST, SECOND)
    assert stored(archive).corrections == ()


def test_the_reading_that_is_held_is_the_parsers_own(archive: Archive) -> None:
    """A correction is no new reading: the same parser writes nothing afterwards."""
    change(archive, 1, Words(amount="250"))
    last = archive.last_change_id()
    saved = archive.save_decision(
        archive.source_id("lgsco"), made(), [1], at=later(3), previous=made()
    )
    assert saved.change is None
    assert archive.last_change_id() == last
    assert sums(archive)[0] == (25_000, True)


def test_two_places_with_the_same_words_are_told_apart(archive: Archive) -> None:
    twice = "The Council will pay Mr C £100."
    rows = tuple(
        Remedy(4, n, 17, 30, "payment", 10_000, None, None, None, "Mr C", False, None,
               twice[17:30], "pay: sum")
        for n in (5, 6)
    )  # fmt: skip
    read_again(archive, made(twice, twice, remedies=rows))
    change(archive, 2, Words(amount="150"))
    assert sums(archive) == [(10_000, False), (15_000, True)]
    read_again(archive, made(twice, twice, remedies=rows, warnings=("x",)))
    assert sums(archive) == [(10_000, False), (15_000, True)]


def test_a_total_that_no_longer_adds_up_is_flagged(archive: Archive) -> None:
    total = remedy("Within one month", 80_000, is_total=True)
    read_again(archive, made(remedies=(total, FIRST, SECOND)))
    held = stored(archive)
    assert doubts(held.decision, held.corrections) == []
    number = change(archive, 3, Words(amount="550"))
    held = stored(archive)
    assert doubts(held.decision, held.corrections) == [
        "paragraph 5: the total of £800.00 is not the £850.00 that its parts come to"
    ]
    change(archive, 1, Words(amount="850"))
    held = stored(archive)
    assert doubts(held.decision, held.corrections) == []
    assert number is not None


def test_a_total_whose_parts_are_taken_away_is_flagged(archive: Archive) -> None:
    total = remedy("Within one month", 30_000, is_total=True)
    read_again(archive, made(remedies=(total, FIRST)))
    remove(archive, 2)
    held = stored(archive)
    (doubt,) = doubts(held.decision, held.corrections)
    assert "has no parts" in doubt


def test_the_json_says_who_says_what(archive: Archive) -> None:
    number = change(archive, 1, Words(amount="250"))
    shape: Any = stored_json(stored(archive), attribution="©")
    assert [row["correction"] for row in shape["remedies"]] == [number, None]
    (kept,) = shape["corrections"]
    assert kept["parser_read_then"][0]["amount_pence"] == 30_000
    assert kept["remedy"]["amount_pence"] == 25_000


def test_a_withdrawn_text_takes_its_corrections_with_it(archive: Archive) -> None:
    """They hold its words."""
    change(archive, 1, Words(amount="250"))
    withdrawn = dataclasses.replace(stored(archive), status=Status.WITHDRAWN)
    assert for_others(withdrawn).corrections == ()


def test_an_erased_decision_leaves_no_correction_behind(
    archive: Archive, database_url: str
) -> None:
    change(archive, 1, Words(amount="250"))
    with archive.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE change SET revision_id = NULL")
        connection.exec_driver_sql("DELETE FROM decision")
    assert plain(database_url, "SELECT COUNT(*) FROM remedy_correction") == [(0,)]
    assert plain(database_url, "SELECT COUNT(*) FROM remedy") == [(0,)]


def test_the_view_shows_what_a_person_said(archive: Archive, database_url: str) -> None:
    change(archive, 1, Words(amount="250"))
    rows = plain(
        database_url, "SELECT paragraph_key, amount_pence, corrected FROM v_remedy ORDER BY id"
    )
    assert rows == [("24-001-234@1#p3", 25_000, 1), ("24-001-234@1#p3", 50_000, 0)]


def test_the_schema_goes_down_and_up_with_corrections_in_it(
    archive: Archive, database_url: str
) -> None:
    change(archive, 1, Words(amount="250"))
    engine = database.migration_engine(database_url)
    database.migrate(engine, "0003")
    assert "correction_id" not in columns(database_url, "remedy")
    assert plain(database_url, "SELECT COUNT(*) FROM remedy") == [(2,)]
    database.migrate(engine, "head")
    assert sums(archive) == [(25_000, False), (50_000, False)]
    # What is held is no reading of any parser: the next one replaces it.
    read_again(archive, made())
    assert sums(archive) == [(30_000, False), (50_000, False)]


# --- words and spans --------------------------------------------------------------------------


def test_words_are_found_whatever_quotes_and_blanks() -> None:
    assert find_words("pay Ms B’s  fee of £5", "Ms B's fee") == [(4, 15)]
    assert find_words("(a) [b", "[b") == [(4, 6)]
    assert find_words("anything", "  ") == []


def test_spans_about_the_same_words_share_half_of_the_shorter() -> None:
    assert overlap((0, 10), (5, 25))
    assert not overlap((0, 10), (6, 26))
    assert overlap((3, 5), (0, 100))
    assert not overlap((0, 10), (10, 20))
    assert overlap((4, 4), (4, 4))
    assert not overlap((4, 4), (0, 9))


def test_a_correction_needs_a_paragraph_that_is_there() -> None:
    given = made()
    assert at_words(given, "3", "£500").start == TEXT.index("£500")
    assert at_words(given, "o5", None).end == len(TEXT)
    for paragraph, words in (("99", None), ("3", "£9"), ("3", "for"), ("x", None)):
        with pytest.raises(Exception, match=r"paragraph|stand"):
            at_words(given, paragraph, words)
    # A list belongs to the printed paragraph that it follows.
    assert at_words(given, "2", "in writing").paragraph.ordinal == 4
    assert SectionKind.REMEDY is at_words(given, "3", "£500").section.kind
