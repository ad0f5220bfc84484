"""The polite fetcher: what comes back, who asks, how fast and how often."""

from __future__ import annotations

import gzip
from hashlib import sha256

import pytest

from archive.ports import Fetch
from scraper.agent import user_agent
from scraper.errors import (
    BodyError,
    BudgetSpent,
    CrawlSetupError,
    HttpStatusError,
    SourceBlocked,
)
from tests.scripted_site import LOOKALIKE, OTHER, PAGE, SITE, ScriptedSite, answer


@pytest.fixture
def site() -> ScriptedSite:
    return ScriptedSite()


# What comes back.


def test_a_page_is_captured_with_its_hash_headers_and_instant(site: ScriptedSite) -> None:
    body = "<html>£300 – “fault”</html>".encode("cp1252")
    headers = [("Content-Type", "text/html"), ("ETag", '"7"'), ("X-Two", "a"), ("X-Two", "b")]
    site.on(PAGE, lambda: answer(200, body, headers))
    with site.fetcher() as fetcher:
        page = fetcher.get(PAGE, purpose="decision")
    assert (page.url, page.final_url, page.status) == (PAGE, PAGE, 200)
    assert page.body == body
    assert page.sha256 == sha256(body).hexdigest()
    assert page.headers == tuple((name.lower(), value) for name, value in headers)
    assert page.fetched_at == site.now()


def test_the_body_is_decoded_and_the_headers_stay_as_received(site: ScriptedSite) -> None:
    body = b"<html>the whole text</html>"
    packed = gzip.compress(body)
    headers = {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}
    site.on(PAGE, lambda: answer(200, packed, headers))
    with site.fetcher() as fetcher:
        page = fetcher.get(PAGE, purpose="decision")
    assert page.body == body
    assert page.header("content-encoding") == "gzip"
    traffic = fetcher.traffic()
    assert (traffic.wire_bytes, traffic.body_bytes) == (
        len(packed) + len(b"<html>text</html>"),
        len(body) + len(b"<html>text</html>"),
    )


@pytest.mark.parametrize("status", [404, 410])
def test_not_there_is_an_answer(site: ScriptedSite, status: int) -> None:
    site.on(PAGE, lambda: answer(status, b"gone"))
    with site.fetcher() as fetcher:
        page = fetcher.get(PAGE, purpose="decision")
    assert (page.status, page.body) == (status, b"gone")
    assert len(site.times(PAGE)) == 1


def test_an_unchanged_page_is_a_304_without_a_body(site: ScriptedSite) -> None:
    site.on(PAGE, lambda: answer(304, b"", {"ETag": '"7"'}))
    with site.fetcher() as fetcher:
        page = fetcher.get(
            PAGE, purpose="revisit", etag='"7"', last_modified="Sun, 01 Feb 2026 00:00:00 GMT"
        )
    assert (page.status, page.body, page.header("etag")) == (304, b"", '"7"')
    asked = site.requests[-1].headers
    assert asked["if-none-match"] == '"7"'
    assert asked["if-modified-since"] == "Sun, 01 Feb 2026 00:00:00 GMT"


def test_a_304_that_nobody_asked_for_is_an_error(site: ScriptedSite) -> None:
    site.on(PAGE, lambda: answer(304, b""))
    with site.fetcher() as fetcher, pytest.raises(HttpStatusError):
        fetcher.get(PAGE, purpose="decision")


@pytest.mark.parametrize("value", ['"7"\r\nX-Injected: yes', '"é"', "", '"' + "a" * 600 + '"'])
def test_a_validator_that_no_header_can_carry_is_left_out(site: ScriptedSite, value: str) -> None:
    site.on(PAGE, answer)
    with site.fetcher() as fetcher:
        assert fetcher.get(PAGE, purpose="revisit", etag=value, last_modified=value).status == 200
    assert not {"if-none-match", "if-modified-since", "x-injected"} & set(site.requests[-1].headers)


@pytest.mark.parametrize("status", [201, 202, 204, 206, 300, 305, 400, 401, 403, 418, 451])
def test_any_other_status_is_an_error_at_once(site: ScriptedSite, status: int) -> None:
    site.on(PAGE, lambda: answer(status))
    with site.fetcher() as fetcher, pytest.raises(HttpStatusError) as raised:
        fetcher.get(PAGE, purpose="decision")
    assert raised.value.status == status
    assert len(site.times(PAGE)) == 1


def test_a_body_beyond_five_megabytes_is_refused_and_not_asked_for_again(
    site: ScriptedSite,
) -> None:
    packed = gzip.compress(bytes(5_000_001))
    site.on(PAGE, lambda: answer(200, packed, {"Content-Encoding": "gzip"}))
    with site.fetcher() as fetcher, pytest.raises(BodyError, match="larger than 5,000,000"):
        fetcher.get(PAGE, purpose="decision")
    assert len(site.times(PAGE)) == 1


def test_the_fetcher_is_what_the_other_rooms_expect(site: ScriptedSite) -> None:
    site.on(PAGE, answer)
    with site.fetcher() as fetcher:
        as_port: Fetch = fetcher
        assert as_port.get(PAGE, purpose="decision").status == 200


# Who asks, and what is sent along.


def test_every_request_names_the_tool_and_the_contact(site: ScriptedSite) -> None:
    site.on(PAGE, answer)
    with site.fetcher() as fetcher:
        fetcher.get(PAGE, purpose="decision")
    for request in site.requests:
        assert request.headers["user-agent"] == "decisions/9.9 (+clerk@archive.example)"
        assert request.headers["accept-encoding"] == "gzip, identity"
        assert request.method == "GET"


def test_cookies_are_neither_kept_nor_sent(site: ScriptedSite) -> None:
    site.on(PAGE, lambda: answer(200, headers={"Set-Cookie": "session=1; Path=/"}))
    with site.fetcher() as fetcher:
        fetcher.get(PAGE, purpose="decision")
        fetcher.get(PAGE, purpose="decision")
    assert all("cookie" not in request.headers for request in site.requests)


@pytest.mark.parametrize("contact", [None, "", "   "])
def test_a_live_crawl_without_a_contact_sends_nothing_and_says_how(
    site: ScriptedSite, contact: str | None
) -> None:
    with pytest.raises(CrawlSetupError) as raised, site.fetcher(contact=contact):
        pass
    for way in ("decisions path config", "DECISIONS_CONTACT", "--contact"):
        assert way in str(raised.value)
    assert raised.value.exit_code == 2
    assert site.asked == []


@pytest.mark.parametrize(
    "contact", ["me", "me@a.example\r\nX: y", "me@a.example)", "josé@a.example", "ftp://a.example"]
)
@pytest.mark.parametrize("loopback", [True, False])
def test_a_contact_that_is_no_address_is_refused(contact: str, loopback: bool) -> None:
    with pytest.raises(CrawlSetupError, match="neither an e-mail address"):
        user_agent("9.9", contact, loopback=loopback)


def test_a_contact_may_be_a_page_and_may_be_missing_on_loopback() -> None:
    page = "https://archive.example/about-the-crawl"
    assert user_agent("9.9", page, loopback=False) == f"decisions/9.9 (+{page})"
    assert user_agent("9.9", None, loopback=True) == "decisions/9.9"


def test_a_short_delay_is_for_loopback_only(site: ScriptedSite) -> None:
    with pytest.raises(CrawlSetupError), site.fetcher(delay=0.0):
        pass
    with pytest.raises(CrawlSetupError), site.fetcher(base_url=SITE, delay=3.0):
        pass
    with site.fetcher(base_url=LOOKALIKE, contact=None, delay=0.0) as fetcher:
        assert fetcher.site.loopback
    assert site.asked == []


# Pace and budget.


def test_requests_are_three_seconds_apart_counted_from_the_end_of_the_answer(
    site: ScriptedSite,
) -> None:
    site.takes = 1.0
    site.on(PAGE, answer)
    with site.fetcher() as fetcher:
        fetcher.get(PAGE, purpose="decision")
        fetcher.get(PAGE, purpose="decision")
    assert [at for _, at in site.asked] == [1_000.0, 1_004.0, 1_008.0]


def test_a_slow_site_is_asked_less_often(site: ScriptedSite) -> None:
    site.takes = 5.0
    site.on(PAGE, answer)
    with site.fetcher() as fetcher:
        fetcher.get(PAGE, purpose="decision")
    assert [at for _, at in site.asked] == [1_000.0, 1_015.0]


def test_a_crawl_delay_holds_from_the_first_page_on(site: ScriptedSite) -> None:
    site.on(f"{SITE}/robots.txt", lambda: answer(body=b"User-agent: *\nCrawl-delay: 20\n"))
    site.on(PAGE, answer)
    with site.fetcher() as fetcher:
        fetcher.get(PAGE, purpose="decision")
        fetcher.get(PAGE, purpose="decision")
    assert [at for _, at in site.asked] == [1_000.0, 1_020.0, 1_040.0]


def test_a_crawl_delay_beyond_reason_ends_the_run(site: ScriptedSite) -> None:
    site.on(f"{SITE}/robots.txt", lambda: answer(body=b"User-agent: *\nCrawl-delay: 86400\n"))
    with site.fetcher() as fetcher, pytest.raises(SourceBlocked, match="Crawl-delay"):
        fetcher.get(PAGE, purpose="decision")
    assert site.times(PAGE) == []


def test_a_look_alike_without_delay_is_asked_without_waiting(site: ScriptedSite) -> None:
    site.takes = 2.0
    site.on(f"{LOOKALIKE}/robots.txt", lambda: answer(404))
    site.on(f"{LOOKALIKE}/a", lambda: answer(503), answer)
    with site.fetcher(base_url=LOOKALIKE, delay=0.0) as fetcher:
        fetcher.get(f"{LOOKALIKE}/a", purpose="decision")
    assert fetcher.traffic().waited_seconds == 0.0


def test_the_budget_is_kept_to_the_request(site: ScriptedSite) -> None:
    site.on(PAGE, answer)
    with site.fetcher(max_requests=3) as fetcher:
        fetcher.get(PAGE, purpose="decision")
        fetcher.get(PAGE, purpose="decision")
        with pytest.raises(BudgetSpent):
            fetcher.get(PAGE, purpose="decision")
    assert len(site.asked) == 3


def test_a_budget_of_nothing_sends_nothing(site: ScriptedSite) -> None:
    with site.fetcher(max_requests=0) as fetcher, pytest.raises(BudgetSpent):
        fetcher.get(PAGE, purpose="decision")
    assert site.asked == []


def test_retries_and_redirects_are_paid_from_the_budget(site: ScriptedSite) -> None:
    site.on(PAGE, lambda: answer(503), lambda: answer(302, headers={"Location": OTHER}))
    site.on(OTHER, answer)
    with site.fetcher(max_requests=3) as fetcher, pytest.raises(BudgetSpent):
        fetcher.get(PAGE, purpose="decision")
    assert len(site.asked) == 3


def test_traffic_counts_what_was_sent_by_purpose(site: ScriptedSite) -> None:
    site.takes = 0.5
    site.on(PAGE, lambda: answer(503), answer)
    site.on(OTHER, answer)
    with site.fetcher() as fetcher:
        fetcher.get(PAGE, purpose="decision")
        fetcher.get(OTHER, purpose="listing")
        traffic = fetcher.traffic()
    assert traffic.requests == {"robots": 1, "decision": 2, "listing": 1}
    assert traffic.total == 4
    assert traffic.asking_seconds == 2.0
    assert traffic.waited_seconds == 3.0 + 6.0 + 3.0
