"""``decisions repair`` mends what can be mended safely, and says honestly what is lost."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive import captures
from tests.crawling import TODAY, World
from tests.site import Site, invent
from tests.test_archive_verify import Home
from tests.test_decisions_command import run as command

CASES = invent(10, seed=7, today=TODAY)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Site(CASES) as site:
        world = World(site, tmp_path / "home")
        world.home.mkdir()
        world.crawl()
        yield world


@pytest.fixture
def home(world: World) -> Home:
    return Home(world.home)


def repaired(home: Home, *options: str, code: int) -> dict[str, list[str]]:
    done = command("repair", "--json", "--delay", "0", *options, home=home.path)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    shape: dict[str, list[str]] = json.loads(done.stdout)
    return shape


def spoil_page(home: Home) -> bytes:
    """Flip a bit in the third stored page; gives the stored bytes as they are now."""
    packed = home.one("SELECT body_zstd FROM page WHERE id = 3")
    assert isinstance(packed, bytes)
    spoilt = packed[:200] + bytes([packed[200] ^ 4]) + packed[201:]
    home.spoil("UPDATE page SET body_zstd = ? WHERE id = 3", values=(spoilt,))
    return spoilt


def test_nothing_wrong_means_nothing_is_changed(home: Home) -> None:
    before = home.one("SELECT COUNT(*) FROM change")
    shape = repaired(home, code=0)
    assert (shape["done"], shape["not_done"], shape["lost"]) == ([], [], [])
    assert home.one("SELECT COUNT(*) FROM change") == before
    assert not home.config.backup_dir.exists()


MENDED_BY_READING = {
    "text": "UPDATE paragraph SET text = 'other words' WHERE id = 20",
    "amount": "UPDATE remedy SET amount_pence = 1",
    "section": "DELETE FROM section WHERE id = 5",
    "hash": "UPDATE decision SET content_sha256 = 'none', reading_sha256 = '' WHERE id = 2",
    "version's hash": "UPDATE revision SET content_sha256 = 'none' WHERE id = 3",
    "text hash": "UPDATE revision SET text_sha256 = 'none' WHERE id = 4",
    "bytes for a title": "UPDATE decision SET title = x'00ff' WHERE id = 2",
    "no date": "UPDATE decision SET decided_on = 'yesterday' WHERE id = 2",
    "outcome": "UPDATE decision SET outcome = 'won' WHERE id = 2",
    "no UTF-8": "UPDATE paragraph SET text = CAST(x'ff' AS TEXT) WHERE id = 9",
}


def test_decisions_whose_rows_disagree_with_a_sound_page_are_read_again(home: Home) -> None:
    home.spoil(*MENDED_BY_READING.values())
    assert home.verify()
    shape = repaired(home, "--offline", code=0)
    assert any("read again from its page" in done for done in shape["done"])
    assert home.verify() == []
    (copy,) = home.config.backup_dir.glob("*-repair-*.db")
    assert str(copy) in shape["done"][0]


def test_a_version_that_names_anothers_page_gets_its_own_back(home: Home) -> None:
    home.spoil("UPDATE revision_page SET page_id = 8 WHERE revision_id = 5")
    home.spoil("DELETE FROM revision_page WHERE revision_id = 6")
    repaired(home, "--offline", code=0)
    assert home.verify() == []


def test_a_damaged_page_is_had_again_from_the_site_and_kept_aside(world: World, home: Home) -> None:
    spoilt = spoil_page(home)
    sha256 = home.one("SELECT sha256 FROM page WHERE id = 3")
    asked = len(world.site.log)
    shape = repaired(home, code=0)
    assert any("the very same bytes" in done for done in shape["done"])
    assert len(world.site.log) > asked
    assert home.verify() == []
    assert home.one("SELECT body_zstd FROM page WHERE id = 3") == spoilt
    assert home.one("SELECT refused FROM page WHERE id = 3") == captures.DAMAGED
    assert home.one("SELECT sha256 FROM page ORDER BY id DESC LIMIT 1") == sha256
    packed = home.one("SELECT body_zstd FROM page ORDER BY id DESC LIMIT 1")
    assert hashlib.sha256(captures.unpack(packed)).hexdigest() == sha256
    assert home.one("SELECT MAX(page_id) = (SELECT MAX(id) FROM page) FROM revision_page") == 1


def test_a_damaged_page_is_taken_from_a_copy_before_the_site_is_asked(
    world: World, home: Home
) -> None:
    home.config.backup_dir.mkdir()
    whole = sqlite3.connect(home.config.backup_dir / "decisions-schema-0001.db")
    source = sqlite3.connect(home.path / "decisions.db")
    source.backup(whole)
    fetched = home.one("SELECT fetched_at FROM page WHERE id = 3")
    whole.close()
    source.close()
    spoil_page(home)
    asked = len(world.site.log)
    shape = repaired(home, "--offline", code=0)
    assert any("were in the copy" in done for done in shape["done"])
    assert len(world.site.log) == asked
    assert home.one("SELECT fetched_at FROM page ORDER BY id DESC LIMIT 1") == fetched
    assert home.verify() == []


def test_a_page_that_says_something_else_by_now_is_a_new_version_and_the_old_one_is_lost(
    world: World, home: Home
) -> None:
    reference = home.one(
        "SELECT d.reference FROM decision d JOIN revision r ON r.decision_id = d.id "
        "JOIN revision_page p ON p.revision_id = r.id WHERE p.page_id = 3"
    )
    (case,) = [case for case in CASES if case.reference == reference]
    world.site.amend(case.amended(words="We have looked at this again."))
    spoil_page(home)
    shape = repaired(home, code=3)
    assert any("version 1" in lost and str(reference) in lost for lost in shape["lost"])
    assert shape["faults"] == []
    done = command("verify", "--full", home=home.path)
    assert done.returncode == 0, done.stdout
    assert "put aside" in done.stdout
    assert "an earlier version is lost" in done.stdout
    assert home.one("SELECT COUNT(*) FROM change WHERE kind = 'amended'") == 1


def test_a_page_that_has_left_the_site_is_not_mended_and_stays_a_fault(
    world: World, home: Home
) -> None:
    url = str(home.one("SELECT url FROM page WHERE id = 3"))
    (case,) = [case for case in CASES if world.site.url_of(case) == url]
    world.site.withdraw(case.reference)
    spoil_page(home)
    shape = repaired(home, code=3)
    assert any("only a backup has it" in what for what in shape["not_done"])
    assert {fault.page_id for fault in home.verify()} == {3}


def test_offline_asks_the_site_nothing_and_a_dry_run_changes_nothing(
    world: World, home: Home
) -> None:
    spoil_page(home)
    home.spoil("UPDATE paragraph SET text = 'other words' WHERE id = 20")
    asked = len(world.site.log)
    before = (home.path / "decisions.db").read_bytes()
    done = command("repair", "--dry-run", home=home.path)
    assert done.returncode == 3
    assert "1 damaged pages would be" in done.stdout
    assert (home.path / "decisions.db").read_bytes() == before
    shape = repaired(home, "--offline", code=3)
    assert any("--offline" in what for what in shape["not_done"])
    assert len(world.site.log) == asked
    assert {fault.check for fault in home.verify()} == {"pages"}


def test_a_live_page_is_not_asked_for_without_a_contact(home: Home) -> None:
    home.spoil(
        "UPDATE source SET base_url = 'https://www.lgo.org.uk'",
        "UPDATE page SET url = 'https://www.lgo.org.uk/decisions/a/b/' || id",
    )
    spoil_page(home)
    shape = repaired(home, code=3)
    assert any("contact" in what for what in shape["not_done"])


def test_the_index_is_made_anew_and_the_books_are_opened_for_the_next_crawl(
    world: World, home: Home
) -> None:
    shutil.rmtree(home.config.index_dir)
    home.spoil(
        "UPDATE listed SET decision_id = NULL WHERE id = 3",
        "UPDATE listing_window SET found = found + 1 WHERE state = 'proven'",
        "UPDATE paragraph SET section_id = 999999 WHERE id = 5",
    )
    shape = repaired(home, "--offline", code=3)
    assert any("the index was made anew" in done for done in shape["done"])
    assert {fault["check"] for fault in shape["faults"]} == {"ledger"}  # type: ignore[index]  # JSON
    world.now += timedelta(days=1)
    world.crawl()
    assert home.verify() == []
    world.check_inv()


def test_a_crawl_goes_on_over_a_damaged_page_and_what_comes_does_not_rest_on_it(
    world: World, home: Home
) -> None:
    """A damaged page must keep neither the night from its work nor the same bytes from coming."""
    spoil_page(home)
    url = str(home.one("SELECT url FROM page WHERE id = 3"))
    (case,) = [case for case in CASES if world.site.url_of(case) == url]
    world.site.amend(case.amended(words="We have looked at this again."))
    world.now += timedelta(days=9)
    report = world.crawl(revisit=100)
    assert (report.changed, report.revisited, report.exit_code()) == (1, len(CASES), 3)
    assert "is damaged" in report.warnings[0]
    world.check_inv()


def test_another_repair_or_a_crawl_at_the_same_time_is_refused(home: Home) -> None:
    from archive import lock

    with lock.writer_lock(home.config):
        assert command("repair", home=home.path).returncode == 75


def test_what_stood_behind_a_damaged_page_is_mended_in_the_same_repair(home: Home) -> None:
    """While its page could not be read, nobody could tell which of its words were altered."""
    spoil_page(home)
    home.spoil(
        "UPDATE paragraph SET text = 'other words' WHERE id = (SELECT MIN(p.id) FROM paragraph p "
        "JOIN section s ON s.id = p.section_id JOIN revision r ON r.decision_id = s.decision_id "
        "JOIN revision_page rp ON rp.revision_id = r.id WHERE rp.page_id = 3)"
    )
    assert repaired(home, code=0)["faults"] == []
