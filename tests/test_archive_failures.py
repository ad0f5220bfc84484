"""Whatever went wrong is listed with its reason and its kept page, until it is settled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import decisions
from archive.errors import NotFound, UsageError
from tests.crawling import TODAY, World
from tests.site import Fault, Site, invent

CASES = invent(24, seed=7, today=TODAY)


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    with Site(CASES) as site:
        yield World(site, tmp_path, database_url=database_url)


def path_of(number: int) -> str:
    return "^" + CASES[number].path.lower() + "$"


def failures(world: World, *words: str) -> Result:
    return CliRunner().invoke(decisions.group, ["--home", str(world.home), "failures", *words])


def shape(world: World, *words: str) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(failures(world, "--json", *words).output)
    return found


def test_after_a_clean_run_nothing_is_open(world: World) -> None:
    world.crawl()
    assert failures(world).output.startswith("Nothing is open")
    assert shape(world) == {"schema": 1, "pages": [], "entries": [], "windows": []}


def test_a_refused_page_is_listed_until_the_decision_is_had(world: World, tmp_path: Path) -> None:
    world.site.faults.add(Fault("captcha", path_of(5)))
    world.crawl()
    found = shape(world)
    (entry,) = found["entries"]
    assert (entry["reference"], entry["state"]) == (CASES[5].reference, "failed")
    (page,) = found["pages"]
    assert (page["reason"], page["url"]) == ("captcha", world.site.url_of(CASES[5]))
    told = failures(world).output
    assert "a firewall or a test for humans answered" in told
    assert f"page {page['page']}" in told
    kept = tmp_path / "kept.html"
    assert failures(world, "--page", str(page["page"]), "--output", str(kept)).exit_code == 0
    assert b"human" in kept.read_bytes() or b"captcha" in kept.read_bytes().lower()
    world.site.faults.clear()
    world.crawl()
    assert shape(world)["pages"] == []
    (settled,) = shape(world, "--all")["pages"]
    assert settled["settled"] is True
    assert "settled since" in failures(world, "--all").output


def test_an_entry_missing_on_the_site_is_unavailable(world: World) -> None:
    world.site.faults.add(Fault("not-found", path_of(4)))
    world.crawl()
    world.crawl()
    found = shape(world)
    (entry,) = found["entries"]
    assert entry["state"] == "unavailable"
    assert "404" in str(entry["last_error"])
    assert found["pages"] == [], "the entry speaks for its page"
    assert "missing on the site" in failures(world).output


def test_a_window_that_does_not_add_up_is_listed(world: World) -> None:
    world.site.faults.add(Fault("count-off", "searchresults"))
    world.crawl(since=TODAY - timedelta(days=300))
    windows = shape(world)["windows"]
    assert windows
    assert {window["state"] for window in windows} <= {"unproven", "disputed", "split"}
    assert "Decision dates that are not proven complete" in failures(world).output
    world.site.faults.clear()
    world.crawl()
    assert shape(world)["windows"] == []


def test_a_refused_listing_is_open_only_until_the_next_run(world: World) -> None:
    # Captures carry the real time: the runs must, too.
    world.crawl()
    world.now = datetime.now(UTC)
    world.site.faults.add(Fault("captcha", "searchresults", times=1))
    world.crawl()
    (page,) = shape(world)["pages"]
    assert page["reason"] == "listing_captcha"
    assert "a page of the list" in failures(world).output
    world.now = datetime.now(UTC)
    world.site.faults.clear()
    world.crawl()
    assert shape(world)["pages"] == []


def test_a_page_that_is_not_kept_and_half_a_wish_are_said(world: World, tmp_path: Path) -> None:
    world.crawl(since=TODAY - timedelta(days=100))
    wrong = failures(world, "--page", "99999", "--output", str(tmp_path / "x"))
    assert isinstance(wrong.exception, NotFound)
    assert isinstance(failures(world, "--page", "1").exception, UsageError)


def test_what_was_listed_and_not_asked_for_is_no_clean_slate(world: World) -> None:
    world.crawl(max_requests=15)
    told = failures(world).output
    with world.archive() as archive:
        waiting = archive.listings.count_states()["wanted"]
    assert f"Listed and not yet asked for: {waiting}; the next crawl fetches them." in told
    assert "Nothing is open" not in told
    world.crawl()
    assert failures(world).output.startswith("Nothing is open")


def test_before_anything_was_listed_nothing_is_called_proven(world: World) -> None:
    world.site.faults.add(Fault("robots-error", ""))
    world.crawl()
    assert failures(world).output == (
        "Nothing has been listed yet; fill the archive with: decisions crawl\n"
    )
