"""Any search as a file: the command's columns, all rows up to a most, and nothing withheld."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from archive import restrictions
from archive.opening import open_to_write
from archive.records import ChangeKind
from search import query
from search.web import downloads
from tests.exporting import WITHDRAWN, run, settings
from tests.happenings import Story
from tests.specimens import NOON, decision, later
from tests.web import client


@pytest.fixture(scope="module")
def room(room_home: Path) -> FlaskClient:
    return client(room_home)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_rows_are_those_of_the_command(room: FlaskClient, room_home: Path) -> None:
    response = room.get("/search.csv?q=housing&passages=1")
    told = run(room_home, "search", "housing", "--csv", "-n", "100").stdout
    assert response.content_type == "text/csv; charset=utf-8; header=present"
    shown = [row for row in rows(told) if row["status"] != "withdrawn"]
    given = rows(response.text)
    assert given[0]["snippet"]
    for row in (*given, *shown):
        # For others the rarity of a word is reckoned without withheld texts.
        assert float(row.pop("score")) > 0
    assert given == shown


def test_a_plain_file_has_the_header_of_every_decision(room: FlaskClient) -> None:
    given = rows(room.get("/search.csv").text)
    total = room.get("/api/v1/search").get_json()["total"]
    assert len(given) == total
    assert "snippet" not in given[0]
    assert given[0]["attribution"] == "© Local Government and Social Care Ombudsman"
    assert {row["reference"] for row in given} >= {"24 001 234", "23 000 001"}


def test_lines_of_json_have_the_same(room: FlaskClient) -> None:
    response = room.get("/search.jsonl?outcome=upheld&sort=oldest")
    assert response.content_type == "application/x-ndjson"
    given = [json.loads(line) for line in response.text.splitlines()]
    same = rows(room.get("/search.csv?outcome=upheld&sort=oldest").text)
    assert [one["reference"] for one in given] == [one["reference"] for one in same]
    assert given[0]["largest_sum_pence"] is None or given[0]["largest_sum_pence"] > 0


def test_a_spreadsheet_gets_no_formula(room: FlaskClient) -> None:
    plainly = room.get("/search.csv").text
    response = room.get("/search.csv?excel=1")
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert '"=HYPERLINK' in plainly
    assert '"=HYPERLINK' not in response.text
    assert "'=HYPERLINK" in response.text
    assert "cells_too_long" in response.text.splitlines()[0]


def test_the_page_that_it_was_asked_from_does_not_matter(room: FlaskClient) -> None:
    whole = room.get("/search.csv?q=housing").data
    assert room.get("/search.csv?q=housing&limit=1&offset=1&facet=body").data == whole


@pytest.mark.parametrize(
    "path",
    ["/search.csv?colour=red", "/search.csv?excel=perhaps", "/search.jsonl?excel=1",
     "/search.csv?q=(", "/search.csv?excel=1&excel=1", "/search.jsonl?outcome=won"],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_so(room: FlaskClient, path: str) -> None:
    assert room.get(path).status_code == 400


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("", "decisions-2026-05-04.csv"),
        ("?q=late+tuition", "decisions-late-tuition-2026-05-04.csv"),
        ("?phrase=..%2F..%2Fetc%2Fpasswd", "decisions-etc-passwd-2026-05-04.csv"),
        ("?q=%22x%0d%0aSet-Cookie%3A+a%22", "decisions-x-set-cookie-a-2026-05-04.csv"),
        ("?q=%E6%97%A5", "decisions-2026-05-04.csv"),
    ],
)
def test_the_file_has_a_safe_name(room: FlaskClient, asked: str, name: str) -> None:
    response = room.get(f"/search.csv{asked}")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.headers.get("Set-Cookie") is None


def test_a_long_name_is_cut(room: FlaskClient) -> None:
    name = room.get(f"/search.csv?q={'noise' * 16}").headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="decisions-[a-z-]{1,40}-2026-05-04\.csv"', name)


def test_a_file_has_a_most_and_says_so(room: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_ROWS", 4)
    response = room.get("/search.csv?sort=newest")
    assert len(rows(response.text)) == 4
    assert response.headers["Decisions-Given"] == "4"
    assert int(response.headers["Decisions-Total"]) > 4
    assert "-first-4.csv" in response.headers["Content-Disposition"]
    assert rows(room.get("/search.csv?sort=newest").text) == rows(response.text)


def test_rows_are_read_as_they_are_sent(room_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query, "BATCH", 3)
    monkeypatch.setattr(downloads, "CHUNK", 1)
    read: list[int] = []
    whole = query.hits_of

    def counted(found: Any, *others: Any) -> Iterator[Any]:
        read.append(len(found))
        return whole(found, *others)

    monkeypatch.setattr(query, "hits_of", counted)
    response = client(room_home).get("/search.csv", buffered=False)
    pieces: Iterator[Any] = iter(response.response)
    next(pieces)  # the heading row
    assert read == []
    next(pieces)
    assert read == [3]
    response.close()
    assert read == [3]


def test_asking_for_the_head_reads_no_row(
    room: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "hits_of", None)
    response = room.head("/search.csv")
    assert response.status_code == 200
    assert int(response.headers["Decisions-Given"]) > 0


# What is not passed on


def test_withdrawn_and_restricted_texts_are_in_no_file(tmp_path: Path) -> None:
    story = Story(tmp_path)
    for number in (1, 2, 3):
        story.publish(decision(f"24 001 00{number}", summary="Noise at night."), later(number))
    story.happens("24 001 001", ChangeKind.WITHDRAWN, later(4))
    story.restrict("24 001 002")
    room = client(tmp_path)
    for path in ("/search.csv", "/search.csv?q=noise", "/search.jsonl?q=noise&passages=1"):
        response = room.get(path)
        assert response.headers["Decisions-Total"] == "1"
        assert "24 001 003" in response.text
        assert "24 001 001" not in response.text
        assert "24 001 002" not in response.text


def test_the_local_operator_gets_withdrawn_ones_without_their_words(room_home: Path) -> None:
    room = client(room_home, include_withdrawn=True)
    (one,) = rows(room.get("/search.csv?status=withdrawn&passages=1").text)
    assert (one["reference"], one["title"], one["snippet"]) == (WITHDRAWN, "", "")
    assert one["notice"]


def test_what_is_restricted_while_rows_are_sent_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "BATCH", 1)
    monkeypatch.setattr(downloads, "CHUNK", 1)
    story = Story(tmp_path)
    for number in (1, 2, 3):
        one = decision(f"24 001 00{number}", summary="Noise at night.")
        story.publish(one, later(number))
    response = client(tmp_path).get("/search.csv?q=noise", buffered=False)
    pieces: Iterator[Any] = iter(response.response)
    sent = [next(pieces), next(pieces)]
    with open_to_write(settings(tmp_path), now=NOON, tell=lambda _: None) as archive:
        number = archive.find("24 001 002").id
        restrictions.restrict(archive.engine, number, "a question", by=None, at=NOON)
    text = b"".join([*sent, *pieces]).decode()
    assert "24 001 001" in text
    assert "24 001 003" in text
    assert "24 001 002" not in text


def test_what_was_withdrawn_while_rows_are_sent_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "BATCH", 1)
    monkeypatch.setattr(downloads, "CHUNK", 1)
    story = Story(tmp_path)
    for number in (1, 2, 3):
        story.publish(decision(f"24 001 00{number}", summary="Noise at night."), later(number))
    response = client(tmp_path).get("/search.jsonl?q=noise", buffered=False)
    pieces: Iterator[Any] = iter(response.response)
    sent = next(pieces)
    story.happens("24 001 002", ChangeKind.WITHDRAWN, later(9))
    text = b"".join([sent, *pieces]).decode()
    assert "24 001 003" in text
    assert "24 001 002" not in text


def test_the_page_of_a_search_says_how_many_a_file_holds(
    room: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.web import findings

    assert "A file holds" not in room.get("/search?q=housing").text
    monkeypatch.setattr(findings, "MOST_ROWS", 1)
    assert "A file holds the first 1 of them." in room.get("/search?q=housing").text
