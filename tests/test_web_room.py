"""Every response of the reading room is guarded, and errors are told in its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.web.safety import HEADERS
from tests.web import client


@pytest.mark.parametrize("path", ["/about", "/nothing-here", "/static/style.css"])
def test_every_response_carries_the_rules(room_home: Path, path: str) -> None:
    with client(room_home).get(path) as response:
        for name, value in HEADERS.items():
            assert response.headers[name] == value
        assert "noindex" in response.headers["X-Robots-Tag"]


def test_search_engines_are_let_in_only_when_the_operator_says_so(room_home: Path) -> None:
    response = client(room_home, indexable=True).get("/about")
    assert "X-Robots-Tag" not in response.headers
    assert "noindex" not in response.text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "127.0.0.1.nip.io"])
def test_a_name_that_is_not_ours_is_refused(room_home: Path, host: str) -> None:
    assert client(room_home).get("/about", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:80", "[::1]:8000"])
def test_our_own_names_are_answered(room_home: Path, host: str) -> None:
    assert client(room_home).get("/about", headers={"Host": host}).status_code == 200


def test_an_error_is_a_page_and_for_the_api_json(room_home: Path) -> None:
    room = client(room_home)
    assert "<h1>" in room.get("/nothing-here").text
    assert room.get("/api/v1/nothing").get_json()["error"]["status"] == 404


def test_only_reading_is_possible(room_home: Path) -> None:
    assert client(room_home).post("/about").status_code == 405
