"""robots.txt: read before anything else, read again during the run, and obeyed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from archive.records import Page
from scraper.errors import (
    BodyError,
    BudgetSpent,
    Disallowed,
    HttpStatusError,
    NetworkError,
    RobotsUnavailable,
    SourceBlocked,
)
from scraper.permission import Permission
from scraper.robots import NO_RULES, RobotsRules, read_robots

SITE = "https://ombudsman.example"
ROBOTS = f"{SITE}/robots.txt"
DECISION = f"{SITE}/decisions/housing/noise/23-000-001"
SEARCH = f"{SITE}/Decisions/SearchResults?fd=2026-01-01&td=2026-01-31&page=2"


def rules(text: str) -> RobotsRules:
    return read_robots(text.encode(), ROBOTS)


@pytest.mark.parametrize(
    ("text", "decision", "search"),
    [
        ("", True, True),
        ("# nothing to say\n", True, True),
        ("User-agent: *\nDisallow:\n", True, True),
        ("User-agent: *\nDisallow: /\n", False, False),
        ("User-agent: *\nDisallow: /Decisions/\n", True, False),
        ("User-agent: *\nDisallow: /decisions/\n", False, True),
        ("User-agent: *\nDisallow: /*?\n", True, False),
        ("User-agent: *\nDisallow: /*page=2$\n", True, False),
        ("User-agent: *\nDisallow: /\nAllow: /decisions/\n", True, False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: decisions\nDisallow: /admin\n", True, True),
        ("User-agent: *\nAllow: /\n\nUser-agent: Decisions\nDisallow: /\n", False, False),
        ("User-agent: otherbot\nDisallow: /\n", True, True),
        ("User-agent: decisions-mirror\nDisallow: /\n", True, True),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", False, False),
        ("User-agent: otherbot\nUser-agent: decisions\nDisallow: /\n", False, False),
    ],
)
def test_rules_are_read_as_written(text: str, decision: bool, search: bool) -> None:
    assert rules(text).allows(DECISION) is decision
    assert rules(text).allows(SEARCH) is search


def test_robots_txt_itself_is_always_allowed() -> None:
    assert rules("User-agent: *\nDisallow: /\n").allows(ROBOTS)


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nDisallow: /x\n", 0.0),
        ("User-agent: *\nCrawl-delay: 10\n", 10.0),
        ("User-agent: *\nCrawl-delay: 0.5\n", 0.5),
        ("User-agent: *\nCrawl-delay: nan\n", 0.0),
        ("User-agent: *\nCrawl-delay: -4\n", 0.0),
        ("User-agent: *\nCrawl-delay: soon\n", 0.0),
        ("User-agent: *\nRequest-rate: 1/20s\n", 20.0),
        ("User-agent: *\nRequest-rate: 6/1m\nCrawl-delay: 4\n", 10.0),
        ("User-agent: *\nCrawl-delay: 9\n\nUser-agent: decisions\nCrawl-delay: 7\n", 7.0),
    ],
)
def test_the_pause_it_asks_for(text: str, delay: float) -> None:
    assert rules(text).delay == delay


@pytest.mark.parametrize(
    "body", [b"<!doctype html><title>Checking</title>", b"\n  <html>", b"\xef\xbb\xbf<html>"]
)
def test_a_page_in_place_of_rules_is_no_permission(body: bytes) -> None:
    with pytest.raises(RobotsUnavailable, match="a page in place of rules"):
        read_robots(body, ROBOTS)


def test_bytes_that_are_no_text_do_not_hide_the_rule_beside_them() -> None:
    read = read_robots(b"\xff\xfe\x00junk\nUser-agent: *\nDisallow: /decisions\n", ROBOTS)
    assert not read.allows(DECISION)


def test_groups_times_rules_beyond_all_measure_are_not_read() -> None:
    text = "User-agent: a\n" * 5_000 + "Disallow: /x\n" * 5_000
    with pytest.raises(RobotsUnavailable, match="5,000 groups"):
        rules(text)


def test_a_large_ordinary_file_is_read() -> None:
    groups = "".join(f"User-agent: bot{n}\nDisallow: /\n\n" for n in range(200))
    lines = "".join(f"Disallow: /page-{n}\n" for n in range(600))
    read = rules(groups + "User-agent: *\n" + lines + "Disallow: /decisions\n")
    assert not read.allows(DECISION)


# When it is read, and what follows when it cannot be.


class Robots:
    """A robots.txt whose answer can be changed, with a clock and a count of requests."""

    def __init__(self, text: str = "") -> None:
        self.time = 0.0
        self.sent = 0
        self.read: list[str] = []
        self.text = text
        self.status = 200
        self.failure: Exception | None = None

    def fetch(self, url: str) -> Page:
        self.read.append(url)
        if self.failure is not None:
            raise self.failure
        return Page.capture(
            url=url,
            body=self.text.encode(),
            fetched_at=datetime(2026, 3, 1, tzinfo=UTC),
            status=self.status,
        )

    def permission(self) -> Permission:
        return Permission(
            self.fetch,
            monotonic=lambda: self.time,
            sent=lambda: self.sent,
            seconds=300.0,
            requests=50,
        )


def allowed(permission: Permission, url: str) -> None:
    permission.renew(url)
    permission.require(url)


def test_it_is_read_once_while_fresh() -> None:
    robots = Robots()
    permission = robots.permission()
    assert permission.renew(DECISION)
    assert not permission.renew(SEARCH)
    assert robots.read == [ROBOTS]


def later(robots: Robots) -> None:
    robots.time += 300.0


def after_many_requests(robots: Robots) -> None:
    robots.sent += 50


@pytest.mark.parametrize("pass_on", [later, after_many_requests])
def test_newly_disallowed_during_the_run_stops_it(pass_on: Callable[[Robots], None]) -> None:
    robots = Robots()
    permission = robots.permission()
    allowed(permission, DECISION)
    robots.text = "User-agent: *\nDisallow: /decisions\n"
    allowed(permission, DECISION)
    pass_on(robots)
    with pytest.raises(Disallowed, match="23-000-001"):
        allowed(permission, DECISION)
    allowed(permission, SEARCH)


@pytest.mark.parametrize("pass_on", [later, after_many_requests])
def test_unreadable_during_the_run_stops_it(pass_on: Callable[[Robots], None]) -> None:
    robots = Robots()
    permission = robots.permission()
    allowed(permission, DECISION)
    robots.failure = HttpStatusError(ROBOTS, 503, "status 503")
    pass_on(robots)
    with pytest.raises(RobotsUnavailable):
        allowed(permission, DECISION)


@pytest.mark.parametrize("status", [404, 410])
def test_none_there_means_no_rules(status: int) -> None:
    robots = Robots("User-agent: *\nDisallow: /\n")
    robots.status = status
    allowed(robots.permission(), DECISION)


@pytest.mark.parametrize("status", [400, 401, 403, 451])
def test_any_other_4xx_means_no_rules(status: int) -> None:
    robots = Robots()
    robots.failure = HttpStatusError(ROBOTS, status, f"status {status}")
    allowed(robots.permission(), DECISION)


@pytest.mark.parametrize(
    "failure",
    [
        HttpStatusError(ROBOTS, 500, "status 500"),
        HttpStatusError(ROBOTS, 503, "status 503"),
        HttpStatusError(ROBOTS, 429, "status 429"),
        HttpStatusError(ROBOTS, 304, "status 304"),
        NetworkError(ROBOTS, "no answer"),
        BodyError(ROBOTS, "larger than 512,000 bytes"),
        SourceBlocked("asks for a wait of a day"),
    ],
)
def test_what_cannot_be_read_forbids_everything(failure: Exception) -> None:
    robots = Robots()
    robots.failure = failure
    with pytest.raises(RobotsUnavailable, match="nothing is crawled") as raised:
        allowed(robots.permission(), DECISION)
    # No answer at all is a lost network, like any other.
    assert raised.value.exit_code == (3 if isinstance(failure, NetworkError) else 4)


def test_a_spent_budget_is_not_mistaken_for_a_missing_robots_txt() -> None:
    robots = Robots()
    robots.failure = BudgetSpent("used up")
    with pytest.raises(BudgetSpent):
        allowed(robots.permission(), DECISION)


def test_each_origin_has_its_own() -> None:
    robots = Robots("User-agent: *\nCrawl-delay: 8\n")
    permission = robots.permission()
    allowed(permission, DECISION)
    robots.text = "User-agent: *\nCrawl-delay: 5\n"
    allowed(permission, "https://www.ombudsman.example/decisions/a")
    allowed(permission, "http://ombudsman.example/decisions/a")
    assert robots.read == [
        ROBOTS,
        "https://www.ombudsman.example/robots.txt",
        "http://ombudsman.example/robots.txt",
    ]
    assert permission.delay == 8.0


def test_no_rules_allow_everything() -> None:
    assert NO_RULES.allows(DECISION)
    assert NO_RULES.delay == 0.0
