"""What the archive promises about saving and finding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.config import Config
from archive.errors import (
    ArchiveError,
    DatabaseUnusable,
    NotFound,
    OriginMismatch,
    Unstorable,
)
from archive.opening import open_to_read, open_to_write
from archive.records import ChangeKind, Outcome, Status
from archive.store import Archive
from tests.databases import plain
from tests.specimens import NOON, SOURCE, decision, entry, later, page, report, url_of


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    return Config(home=tmp_path, database_url=database_url)


@pytest.fixture
def archive(config: Config) -> Iterator[Archive]:
    with open_to_write(config, now=NOON, tell=lambda _: None) as opened:
        yield opened


@pytest.fixture
def source_id(archive: Archive) -> int:
    return archive.register(SOURCE)


def test_a_decision_comes_back_as_it_was_saved(archive: Archive, source_id: int) -> None:
    given = decision()
    saved = archive.save_decision(source_id, given, [archive.save_page(page())], at=NOON)
    found = archive.find("24 001 234")
    assert found.decision == given
    assert (saved.change, saved.revision) == (ChangeKind.ADDED, 1)
    assert (found.first_seen_at, found.last_seen_at, found.status) == (NOON, NOON, Status.LIVE)
    assert found.content_sha256 == given.content_sha256()
    assert found.urls == (given.url,)


@pytest.mark.parametrize(
    "spelling",
    [
        "24 001 234",
        "24-001-234",
        "24001234",
        " 24 001-234 ",
        "LGSCO 24 001 234",
        "Northmoor District Council (24 001 234)",
        "http://127.0.0.1:8000/decisions/housing/allocations/24-001-234/?displaypref=2#p7",
    ],
)
def test_any_spelling_of_a_reference_finds_it(
    archive: Archive, source_id: int, spelling: str
) -> None:
    archive.save_decision(source_id, decision(), [archive.save_page(page())], at=NOON)
    assert archive.find(spelling).decision.reference == "24 001 234"


def test_a_reference_that_is_not_held_is_named(archive: Archive) -> None:
    with pytest.raises(NotFound, match="99 999 999"):
        archive.find("99 999 999")
    with pytest.raises(NotFound, match=r"no decision with the reference 'aaa.*…'"):
        archive.find("a" * 100_000)


def test_a_reference_that_lacks_its_letter_names_the_parts(
    archive: Archive, source_id: int
) -> None:
    for letter in "ab":
        reference = f"24 001 300{letter}"
        pages = [archive.save_page(page(reference))]
        archive.save_decision(source_id, decision(reference), pages, at=NOON)
    with pytest.raises(NotFound, match="24 001 300a, 24 001 300b"):
        archive.find("24 001 300")


def test_saving_twice_changes_nothing(archive: Archive, source_id: int) -> None:
    pages = [archive.save_page(page())]
    archive.save_decision(source_id, decision(), pages, at=NOON)
    before = archive.find("24001234")
    again = archive.save_decision(source_id, decision(), pages, at=later(5))
    assert again.change is None
    assert archive.find("24001234") == before
    assert [change.kind for change in archive.changes(0)] == [ChangeKind.ADDED]


def test_the_same_text_in_a_new_capture_is_seen_again_and_no_change(
    archive: Archive, source_id: int
) -> None:
    archive.save_decision(source_id, decision(), [archive.save_page(page())], at=NOON)
    fresh = archive.save_page(page(body=b"<html>new banner</html>", fetched_at=later(9)))
    saved = archive.save_decision(source_id, decision(), [fresh], at=later(9), previous=decision())
    found = archive.find("24001234")
    assert saved.change is None
    assert (found.last_seen_at, found.first_seen_at) == (later(9), NOON)
    assert [change.kind for change in archive.changes(0)] == [ChangeKind.ADDED]


def test_another_text_is_amended_and_the_old_page_stays(archive: Archive, source_id: int) -> None:
    first = archive.save_page(page())
    archive.save_decision(source_id, decision(), [first], at=NOON)
    second = archive.save_page(page(body=b"<html>second</html>", fetched_at=later(9)))
    changed = decision(outcome=Outcome.NOT_UPHELD, outcome_raw="Not upheld")
    saved = archive.save_decision(source_id, changed, [second], at=later(9), previous=decision())
    assert (saved.change, saved.revision) == (ChangeKind.AMENDED, 2)
    assert archive.find("24001234").decision.outcome is Outcome.NOT_UPHELD
    assert archive.page(first).body == b"<html>first</html>"
    assert archive.current_pages(saved.decision_id)[0] == [second]
    assert [(c.kind, c.revision) for c in archive.changes(0)] == [
        (ChangeKind.ADDED, 1),
        (ChangeKind.AMENDED, 2),
    ]


def test_a_better_parser_is_no_amendment(archive: Archive, source_id: int) -> None:
    pages = [archive.save_page(page())]
    archive.save_decision(source_id, decision(), pages, at=NOON)
    better = decision(subcategory="Homelessness", warnings=(), parser_version="test-2")
    saved = archive.save_decision(source_id, better, pages, at=later(9))
    assert (saved.change, saved.revision) == (ChangeKind.DERIVED, 1)
    assert archive.find("24001234").decision == better


def test_a_better_parser_and_a_new_capture_of_the_same_text_is_no_amendment(
    archive: Archive, source_id: int
) -> None:
    archive.save_decision(source_id, decision(), [archive.save_page(page())], at=NOON)
    fresh = archive.save_page(page(body=b"<html>other tags</html>"))
    better = decision(summary="Read better.", parser_version="test-2")
    saved = archive.save_decision(source_id, better, [fresh], at=later(9), previous=better)
    assert (saved.change, saved.revision) == (ChangeKind.DERIVED, 1)


def test_another_capture_without_a_reading_of_the_old_one_is_refused(
    archive: Archive, source_id: int
) -> None:
    archive.save_decision(source_id, decision(), [archive.save_page(page())], at=NOON)
    fresh = archive.save_page(page(body=b"<html>x</html>"))
    with pytest.raises(ArchiveError, match="24 001 234"):
        archive.save_decision(source_id, decision(summary="Other."), [fresh], at=later(9))
    assert archive.find("24001234").decision == decision()


def test_the_same_reference_under_a_second_category_is_one_decision_with_both_addresses(
    archive: Archive, source_id: int
) -> None:
    archive.save_decision(source_id, decision(), [archive.save_page(page())], at=NOON)
    elsewhere = f"{SOURCE.base_url}/decisions/planning/enforcement/24-001-234"
    other = decision(url=elsewhere, category_raw="Planning > Enforcement", category="Planning")
    pages = [archive.save_page(page(url=elsewhere, body=b"<html>planning</html>"))]
    saved = archive.save_decision(source_id, other, pages, at=later(1), previous=decision())
    found = archive.find("24001234")
    assert saved.change is None
    assert found.decision.category == "Housing"
    assert set(found.urls) == {url_of("24 001 234"), elsewhere}


def test_one_report_under_several_references_is_linked_both_ways_and_not_merged(
    archive: Archive, source_id: int, config: Config
) -> None:
    for reference, line in [
        ("24 001 001", None),
        ("24 001 002", "Ombudsman satisfied with council's response: 28 July 2026"),
        ("24 001 003", None),
    ]:
        pages = [archive.save_page(page(reference))]
        archive.save_decision(source_id, report(reference, compliance=line), pages, at=NOON)
    other = report("24 001 004", summary="x")
    other = replace(other, sections=decision().sections)
    archive.save_decision(source_id, other, [archive.save_page(page("24 001 004"))], at=NOON)
    links = plain(
        config.database_url,
        "SELECT a.reference, b.reference FROM decision_link l "
        "JOIN decision a ON a.id = l.decision_id JOIN decision b ON b.id = l.other_id",
    )
    names = ["24 001 001", "24 001 002", "24 001 003"]
    assert sorted(links) == sorted((a, b) for a in names for b in names if a != b)


def test_saving_needs_captures(archive: Archive, source_id: int) -> None:
    with pytest.raises(ArchiveError, match="24 001 234"):
        archive.save_decision(source_id, decision(), [], at=NOON)


def test_pages_come_back_byte_for_byte(archive: Archive) -> None:
    given = page(body=bytes(range(256)) * 40, final_url="http://127.0.0.1:8000/x", status=404)
    assert archive.page(archive.save_page(given)) == given


def test_bytes_that_came_before_are_kept_once(archive: Archive, config: Config) -> None:
    first = archive.save_page(page())
    again = archive.save_page(page(fetched_at=later(60)))
    assert archive.page(again).body == archive.page(first).body
    assert archive.page(again).fetched_at == later(60)
    rows = plain(
        config.database_url, "SELECT body_zstd IS NULL, body_page_id FROM page ORDER BY id"
    )
    assert rows == [(0, None), (1, first)]


def test_a_damaged_page_is_named(archive: Archive, config: Config) -> None:
    number = archive.save_page(page())
    blob = bytearray(plain(config.database_url, "SELECT body_zstd FROM page")[0][0])
    blob[-6] ^= 1
    plain(config.database_url, "UPDATE page SET body_zstd = ?", (bytes(blob),))
    with pytest.raises(DatabaseUnusable, match=f"capture {number} of .*24-001-234"):
        archive.page(number)


def test_refused_pages_are_kept_with_their_reason(archive: Archive) -> None:
    number = archive.save_page(page(body=b"prove that you are human"))
    archive.refuse_page([number], "captcha")
    assert archive.refused_pages() == [(number, url_of("24 001 234"), "captcha")]
    assert archive.page(number).body == b"prove that you are human"


def test_invented_decisions_cannot_enter_another_archive(archive: Archive, source_id: int) -> None:
    assert archive.register(SOURCE) == source_id
    archive.save_page(page())
    with pytest.raises(OriginMismatch, match=re.escape("http://127.0.0.1:8000")):
        archive.register(replace(SOURCE, base_url="https://ombudsman.example"))


def test_an_archive_in_which_nothing_came_yet_may_turn_to_another_site(
    archive: Archive, source_id: int
) -> None:
    moved = replace(SOURCE, base_url="https://ombudsman.example")
    assert archive.register(moved) == source_id
    assert archive.sources()[SOURCE.key].base_url == "https://ombudsman.example"
    archive.save_page(page())
    with pytest.raises(OriginMismatch):
        archive.register(SOURCE)


def test_stored_all_streams_every_decision_in_order(archive: Archive, source_id: int) -> None:
    references = [f"24 000 {number:03}" for number in range(450)]
    for reference in references:
        pages = [archive.save_page(page(reference, body=reference.encode()))]
        archive.save_decision(source_id, decision(reference), pages, at=NOON)
    assert [s.decision.reference for s in archive.stored_all()] == references
    some = [s.id for s in archive.stored_all()][5:10]
    assert [s.id for s in archive.stored([*some, 999_999])] == some


def test_a_reader_cannot_write(archive: Archive, source_id: int, config: Config) -> None:
    with pytest.raises(DatabaseUnusable, match=r"read-?only"), open_to_read(config) as reader:
        reader.save_page(page())


def test_readers_are_not_in_the_way_of_the_writer(
    archive: Archive, source_id: int, config: Config
) -> None:
    archive.save_decision(source_id, decision(), [archive.save_page(page())], at=NOON)
    with open_to_read(config) as reader:
        streamed = reader.stored_all()
        first = next(streamed)
        archive.save_page(page("24 001 235"))
        assert first.decision.reference == "24 001 234"
        assert list(streamed) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"remedies": (replace(decision().remedies[0], amount_pence=10**23),)},
        {"title": "half a character \ud800"},
    ],
)
def test_what_no_column_can_hold_is_told_and_leaves_nothing_behind(
    archive: Archive, source_id: int, changes: dict[str, Any]
) -> None:
    pages = [archive.save_page(page())]
    with pytest.raises(Unstorable, match="24 001 234"):
        archive.save_decision(source_id, decision(**changes), pages, at=NOON)
    assert list(archive.stored_all()) == []
    assert archive.last_change_id() == 0


# --- the ledger -----------------------------------------------------------------------------


def test_what_is_listed_is_wanted_until_it_is_held(archive: Archive, source_id: int) -> None:
    listings = archive.listings
    assert listings.note(source_id, [entry(), entry("24 001 235")], NOON) == 2
    assert listings.note(source_id, [entry()], later(1)) == 0
    first = listings.select(source_id)[0]
    archive.save_decision(
        source_id, decision(), [archive.save_page(page())], at=NOON, listed_id=first.id
    )
    assert [e.reference for e in listings.select(source_id)] == ["24 001 235"]
    assert listings.count_states() == {"held": 1, "wanted": 1}


def test_a_failure_is_noted_with_its_reason_and_stays_wanted(
    archive: Archive, source_id: int
) -> None:
    archive.listings.note(source_id, [entry()], NOON)
    (listed,) = archive.listings.select(source_id)
    archive.listings.mark_failed(listed.id, "a captcha", NOON)
    (again,) = archive.listings.select(source_id)
    assert (again.state, again.attempts, again.last_error) == ("failed", 1, "a captcha")


def test_a_window_keeps_its_proof_and_counts_mismatches(archive: Archive, source_id: int) -> None:
    def save(state: str, stated: int | None, found: int | None, minutes: int) -> None:
        archive.windows.save(
            source_id,
            NOON.date(),
            NOON.date(),
            body="",
            state=state,
            stated=stated,
            found=found,
            at=later(minutes),
        )

    save("proven", 12, 12, 0)
    save("unproven", None, None, 10)
    save("unproven", 13, 12, 20)
    save("unproven", 13, 12, 21)
    (window,) = archive.windows.all(source_id)
    assert (window.state, window.mismatches, window.proven_at) == ("unproven", 2, NOON)
    save("unproven", 13, 12, 22)
    (window,) = archive.windows.all(source_id)
    assert window.state == "disputed"
    save("unproven", 13, 11, 23)
    (window,) = archive.windows.all(source_id)
    assert (window.state, window.mismatches) == ("unproven", 1)
    save("proven", 13, 13, 30)
    (window,) = archive.windows.all(source_id)
    assert (window.state, window.mismatches, window.proven_at) == ("proven", 0, later(30))


def test_a_run_that_is_killed_stays_unfinished(archive: Archive, source_id: int) -> None:
    begin = {"first_day": NOON.date(), "last_day": None, "body": ""}
    one = archive.runs.start(source_id, at=NOON, **begin)  # type: ignore[arg-type]  # plain values
    archive.runs.finish(one, at=later(3), exit_code=0, requests=7)
    archive.runs.start(source_id, at=later(9), **begin)  # type: ignore[arg-type]  # plain values
    last, ended = archive.runs.last(), archive.runs.last(finished=True)
    assert last is not None
    assert last.finished_at is None
    assert ended is not None
    assert (ended.requests, ended.exit_code) == (7, 0)
