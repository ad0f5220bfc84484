"""A copy of a page is good until something changed, and never longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from archive import restrictions
from archive.opening import open_to_write
from archive.store import Archive
from search.index import Index
from search.web.application import create_app
from search.web.freshness import tag_of
from search.web.site import Choices, Site
from tests.exporting import fill, run, settings
from tests.specimens import NOON, decision
from tests.web import NOW, client, over

DECISION = "/api/v1/decision/lgsco/24-001-234"
PAGES = (
    *(DECISION, "/api/v1/search?q=housing", "/api/v1/stats", "/api/v1/openapi.json"),
    *("/search.atom?q=housing", "/changes.atom", "/search.csv", "/search.jsonl?q=housing"),
    *("/", "/search?q=housing", "/decision/lgsco/24-001-234", "/decision/lgsco/24-001-234/cite"),
    *("/bodies", "/body/northmoor-district-council", "/categories", "/category/housing"),
    *("/coverage", "/changes", "/about", "/removal", "/api"),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    fill(tmp_path, [decision("24 001 234"), decision("24 002 345", summary="Noise at night.")])
    return tmp_path


def tag(room: FlaskClient, path: str) -> str:
    response = room.get(path)
    assert response.status_code == 200, response.text
    return response.headers["ETag"]


def again(room: FlaskClient, path: str, known: str) -> Any:
    return room.get(path, headers={"If-None-Match": known})


def writing(home: Path) -> Any:
    return open_to_write(settings(home), now=NOON, tell=lambda _: None)


@pytest.mark.parametrize("path", PAGES)
def test_a_copy_is_good_while_nothing_changed(room_home: Path, path: str) -> None:
    room = client(room_home)
    response = again(room, path, tag(room, path))
    assert response.status_code == 304
    assert not response.data
    assert response.headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_good_copy_costs_no_search(room_home: Path) -> None:
    known = tag(client(room_home), "/api/v1/search?q=housing")

    class Nobody:
        def ask(self, job: str, *arguments: Any) -> Any:
            raise AssertionError(f"{job} was asked")

    room = create_app(replace(over(settings(room_home)), answering=Nobody())).test_client()
    assert again(room, "/api/v1/search?q=housing", known).status_code == 304


def test_a_list_of_tags_and_any_tag_are_understood(room_home: Path) -> None:
    room = client(room_home)
    known = tag(room, DECISION)
    assert again(room, DECISION, f'"other", {known}').status_code == 304
    assert again(room, DECISION, known.removeprefix("W/")).status_code == 304
    assert again(room, DECISION, "*").status_code == 304
    assert again(room, DECISION, '"other"').status_code == 200
    assert again(room, "/api/v1/decision/lgsco/99-999-999", "*").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_head_says_what_get_says_without_the_body(room_home: Path, path: str) -> None:
    room = client(room_home)
    asked, head = room.get(path), room.head(path)
    assert head.status_code == 200
    assert not head.data
    for name in ("ETag", "Content-Type", "Cache-Control"):
        assert head.headers[name] == asked.headers[name]


def test_errors_and_static_files_have_no_tag_of_the_archive(room_home: Path) -> None:
    room = client(room_home)
    missing = room.get("/api/v1/decision/lgsco/99-999-999")
    assert "ETag" not in missing.headers
    assert missing.headers["Cache-Control"] == "no-store"
    with room.get("/static/style.css") as style:
        assert not style.headers["ETag"].startswith("W/")


def restrict(archive: Archive) -> None:
    number = archive.find("24 001 234").id
    restrictions.restrict(archive.engine, number, "a question", by=None, at=NOON)


def lift(archive: Archive) -> None:
    number = archive.find("24 001 234").id
    restrictions.lift(archive.engine, number, None, by=None, at=NOON)


def test_a_restriction_is_never_hidden_by_a_copy(home: Path) -> None:
    room = client(home)
    before = {path: tag(room, path) for path in PAGES}
    with writing(home) as archive:
        restrict(archive)
    during = {}
    for path, known in before.items():
        response = again(room, path, known)
        assert response.status_code == 200
        assert "lost Ms B" not in response.text
        during[path] = response.headers["ETag"]
    with writing(home) as archive:
        lift(archive)
    for path in PAGES:
        # A copy from before may have been labelled while the restriction came: no tag comes back.
        assert tag(room, path) not in (before[path], during[path])


def test_an_erasure_is_never_hidden_by_a_copy(home: Path) -> None:
    room = client(home)
    known = tag(room, DECISION)
    done = run(home, "erase", "24 001 234", "--reason", "asked", "--yes")
    assert done.exception is None, done.output
    assert again(room, DECISION, known).status_code == 404


def test_what_is_written_without_a_change_of_a_decision_is_seen_too(home: Path) -> None:
    room = client(home)
    known = tag(room, "/api/v1/body/northmoor-district-council")
    with writing(home) as archive:
        archive.bodies.state("Northmoor District Council", {"gss_code": "E07000001"}, at=NOON)
    response = again(room, "/api/v1/body/northmoor-district-council", known)
    assert response.status_code == 200
    assert response.get_json()["gss_code"] == "E07000001"


def test_an_index_that_follows_later_makes_another_answer(home: Path) -> None:
    with writing(home) as archive:
        archive.save_decision(
            archive.source_id("lgsco"),
            decision("24 003 456", summary="Noise again."),
            [1],
            at=NOON,
        )
    room = client(home)
    known = tag(room, "/api/v1/search?q=noise")
    with writing(home) as archive:
        Index(settings(home).index_dir).follow(archive)
    response = again(room, "/api/v1/search?q=noise", known)
    assert response.status_code == 200
    assert response.get_json()["total"] == 2


def sites(home: Path) -> Iterator[Site]:
    config = settings(home)
    yield over(config)
    yield over(config, now=lambda: NOW + timedelta(days=1))
    yield over(config, Choices(include_withdrawn=True))
    yield over(config, Choices(public_url="https://archive.example"))


def test_day_and_choices_make_other_tags_and_the_hour_does_not(room_home: Path) -> None:
    tags = [tag_of(site, "/about") for site in sites(room_home)]
    assert len({*tags, tag_of(over(settings(room_home)), "/search")}) == len(tags) + 1
    later = datetime(2026, 5, 4, 23, 59, tzinfo=UTC)
    assert tag_of(over(settings(room_home), now=lambda: later), "/about") == tags[0]


def test_an_archive_that_cannot_be_read_has_no_tag_but_an_error(tmp_path: Path) -> None:
    response = client(tmp_path).get("/about", headers={"If-None-Match": "*"})
    assert response.status_code == 503
    assert "ETag" not in response.headers
