"""The look-alike's lists: counts that agree with the cases, ten a page, in the publisher's form."""

from __future__ import annotations

import dataclasses
import html
import re
from collections.abc import Iterator
from datetime import date, timedelta
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

from archive.records import DecisionKind, Outcome
from tests.site import Case, Site, invent
from tests.site.cases import listing_day, slug
from tests.site.listing import SEARCH_PATH, Form, Query, results, shell

TODAY = date(2026, 7, 1)
CASES = invent(130, 6, TODAY)


class Client:
    """One keep-alive connection to a site."""

    def __init__(self, site: Site) -> None:
        parts = urlsplit(site.url)
        assert parts.hostname is not None
        self._connection = HTTPConnection(parts.hostname, parts.port)

    def get(self, path: str) -> str:
        self._connection.request("GET", path)
        return self._connection.getresponse().read().decode()

    def search(self, **asked: str) -> str:
        return self.get(f"{SEARCH_PATH}?{urlencode(asked)}")

    def close(self) -> None:
        self._connection.close()


def stated(page: str) -> int:
    found = re.search(r"Your search has ([\d,]+) results", page)
    assert found is not None
    return int(found.group(1).replace(",", ""))


def paths(page: str) -> list[str]:
    return re.findall(r'<h3><a href="([^"]+)">', page)


def collected(client: Client, **asked: str) -> list[str]:
    """The paths on every page of a list."""
    found: list[str] = []
    for number in range(1, 100):
        on_page = paths(client.search(**asked, page=str(number)))
        if not on_page:
            return found
        found.extend(on_page)
    raise AssertionError("the list does not end")


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(CASES) as running:
        yield running


@pytest.fixture
def client(site: Site) -> Iterator[Client]:
    made = Client(site)
    yield made
    made.close()


def test_every_case_is_listed_once_and_the_count_says_how_many(client: Client) -> None:
    assert stated(client.search()) == len(CASES)
    assert sorted(collected(client)) == sorted(case.path for case in CASES)


def test_ten_a_page_and_nothing_after_the_last(client: Client) -> None:
    assert len(paths(client.search(page="1"))) == 10
    beyond = client.search(page="14")
    assert paths(beyond) == []
    assert stated(beyond) == len(CASES)


def test_both_days_of_a_window_belong_to_it(client: Client) -> None:
    first, last = CASES[60].decided_on, CASES[20].decided_on
    wanted = [case.path for case in CASES if first <= case.decided_on <= last]
    assert sorted(collected(client, fd=first.isoformat(), td=last.isoformat())) == sorted(wanted)
    one = client.search(fd=first.isoformat(), td=first.isoformat())
    assert CASES[60].path in paths(one)


def test_a_window_may_reach_to_the_end_of_the_calendar(client: Client) -> None:
    assert stated(client.search(fd="0001-01-01", td="9999-12-31")) == len(CASES)
    assert stated(client.search(fd="2026-07-01", td="2026-01-01")) == 0


def test_windows_that_meet_add_up_to_the_whole(client: Client) -> None:
    middle = CASES[70].decided_on
    before = stated(client.search(td=(middle - timedelta(days=1)).isoformat()))
    after = stated(client.search(fd=middle.isoformat()))
    assert before + after == len(CASES)


def test_a_body_an_outcome_and_a_kind_can_be_asked_for(client: Client) -> None:
    body = CASES[0].body
    assert stated(client.search(aname=body.upper())) == sum(case.body == body for case in CASES)
    upheld = sum(case.outcome_value is Outcome.UPHELD for case in CASES)
    assert stated(client.search(dc="u")) == upheld
    assert stated(client.search(dc="c nu")) == len(CASES) - upheld
    reports = sum(case.kind is DecisionKind.REPORT for case in CASES)
    assert stated(client.search(t="report")) == reports
    assert stated(client.search(t="both")) == len(CASES)


def test_newest_first_unless_asked_otherwise(client: Client) -> None:
    assert collected(client) == [case.path for case in CASES]
    assert collected(client, sortOrder="ascending") == [case.path for case in reversed(CASES)]


@pytest.mark.parametrize("form", ["spans", "line"])
def test_an_entry_says_kind_outcome_subcategory_day_and_summary(form: Form) -> None:
    case = CASES[3]
    page = results([case], 1, Query(), form=form)
    entry = page[page.index('<div class="result">') :]
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", entry)).split())
    line = f"{case.kind.value.capitalize()} {case.outcome} {case.subcategory}"
    assert text.startswith(f"{case.title} {line} {listing_day(case.decided_on)} Summary: ")
    assert case.summary in text


def test_thousands_have_a_comma_and_the_pager_reaches_the_last_page() -> None:
    page = results(CASES[:10], 1234, Query())
    assert "Your search has 1,234 results" in page
    assert "page=124" in page
    assert ">Next</a>" in page
    assert ">Next</a>" not in results(CASES[:4], 1234, Query(page=124))


def test_nothing_found_states_zero_or_says_so() -> None:
    assert "Your search has 0 results" in results([], 0, Query())
    sentence = results([], 0, Query(), no_results="No decisions match your search.")
    assert "No decisions match" in sentence
    assert "Your search has" not in sentence


def test_the_shell_has_neither_count_nor_entries() -> None:
    assert "Your search has" not in shell()
    assert paths(shell()) == []


def test_a_category_page_shows_the_newest_ten_whatever_page_is_asked_for(client: Client) -> None:
    category = CASES[0].category
    path = f"/decisions/{slug(category)}"
    first = paths(client.get(path))
    assert first == [case.path for case in CASES if case.category == category][:10]
    assert paths(client.get(f"{path}?page=2")) == first


def test_a_reference_in_two_categories_is_listed_twice(site: Site, client: Client) -> None:
    again: Case = dataclasses.replace(CASES[5], category="Planning", subcategory="Enforcement")
    assert again.path != CASES[5].path
    site.publish(again)
    assert stated(client.search()) == len(CASES) + 1
    assert {CASES[5].path, again.path} <= set(collected(client))


@pytest.mark.parametrize(
    "query",
    [
        "fd=yesterday&td=&page=x&t=all&dc=",
        "page=-3",
        "page=0",
        "%00=%ff",
        "page=%C2%B2",
        "page=" + "9" * 5000,
    ],
)
def test_a_query_that_makes_no_sense_is_answered_like_an_empty_one(
    client: Client, query: str
) -> None:
    page = client.get(f"{SEARCH_PATH}?{query}")
    assert stated(page) == len(CASES)
    assert paths(page) == [case.path for case in CASES[:10]]
