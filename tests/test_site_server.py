"""The look-alike's server: what it answers, what it logs, and how it changes while it runs."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.site import MARKUPS, Case, Site, invent, render
from tests.site.cases import years_after
from tests.site.exchange import Request
from tests.site.listing import SEARCH_PATH

TODAY = date(2026, 7, 1)
CASES = invent(40, 8, TODAY)
ROOT = Path(__file__).parent.parent


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(CASES) as running:
        yield running


@pytest.fixture
def connection(site: Site) -> Iterator[HTTPConnection]:
    made = connect(site)
    yield made
    made.close()


def connect(site: Site) -> HTTPConnection:
    parts = urlsplit(site.url)
    assert parts.hostname is not None
    return HTTPConnection(parts.hostname, parts.port)


def ask(
    connection: HTTPConnection, path: str, method: str = "GET", **headers: str
) -> tuple[HTTPResponse, bytes]:
    connection.request(
        method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    response = connection.getresponse()
    return response, response.read()


def test_a_decision_is_served_as_its_markup_renders_it(
    site: Site, connection: HTTPConnection
) -> None:
    for case in CASES:
        response, body = ask(connection, case.path)
        assert response.status == 200
        assert body.decode() == render(case, site.markup_of(case))


def test_the_whole_site_can_be_served_in_one_markup() -> None:
    with Site(CASES[:3], markups=[MARKUPS["soup"]]) as site:
        connection = connect(site)
        _, body = ask(connection, CASES[0].path)
        connection.close()
    assert body.decode() == render(CASES[0], MARKUPS["soup"])


@pytest.mark.parametrize("variant", ["?displaypref=0", "?displaypref=3", "?chapter=0", "/"])
def test_variants_of_an_address_show_the_same_page(
    connection: HTTPConnection, variant: str
) -> None:
    _, plain = ask(connection, CASES[0].path)
    for path in (CASES[0].path + variant, CASES[0].path.upper() + variant):
        response, body = ask(connection, path)
        assert (response.status, body) == (200, plain)


def test_unknown_addresses_are_not_found(connection: HTTPConnection) -> None:
    for path in ("/decisions/housing/allocations/99-999-999", "/nowhere", "/decisions/nothing"):
        response, body = ask(connection, path)
        assert response.status == 404
        assert b"not here" in body


def test_robots_lets_decisions_be_read_and_can_be_changed(
    site: Site, connection: HTTPConnection
) -> None:
    response, body = ask(connection, "/robots.txt")
    assert response.headers.get_content_type() == "text/plain"
    assert b"Disallow: /searchpost" in body
    assert b"Crawl-delay" not in body
    site.robots = "User-agent: *\nDisallow: /\n"
    assert ask(connection, "/robots.txt")[1] == b"User-agent: *\nDisallow: /\n"


def test_one_connection_serves_many_requests(site: Site, connection: HTTPConnection) -> None:
    for case in CASES:
        ask(connection, case.path)
    ask(connection, "/nowhere")
    ask(connection, CASES[0].path)
    assert len({entry.client for entry in site.log}) == 1
    assert len(site.log) == len(CASES) + 2


def test_head_sends_no_body_and_post_is_not_allowed(connection: HTTPConnection) -> None:
    head, body = ask(connection, CASES[0].path, "HEAD")
    assert body == b""
    full, body = ask(connection, CASES[0].path)
    assert head.headers["Content-Length"] == full.headers["Content-Length"] == str(len(body))
    assert ask(connection, SEARCH_PATH, "POST")[0].status == 405


def test_only_loopback_addresses_are_served() -> None:
    for host in ("0.0.0.0", "192.168.1.1", "::"):  # noqa: S104 - refused is what is tested
        with pytest.raises(ValueError, match="loopback"):
            Site(CASES, host=host)


def test_a_site_that_is_not_running_has_no_address() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = Site(CASES).url


def test_the_log_tells_what_was_asked_and_answered(site: Site, connection: HTTPConnection) -> None:
    _, body = ask(connection, CASES[0].path + "?displaypref=1", user_agent="decisions-test")
    ask(connection, SEARCH_PATH)
    decision, listing = site.log
    assert (decision.number, decision.kind, decision.status) == (1, "decision", 200)
    assert decision.reference == CASES[0].reference
    assert decision.target.endswith("?displaypref=1")
    assert decision.sha256 == hashlib.sha256(body).hexdigest()
    assert decision.headers["user-agent"] == "decisions-test"
    assert decision.complete
    assert decision.genuine
    assert decision.at > 1_700_000_000
    assert decision.ticks <= decision.ended <= listing.ended
    assert listing.kind == "listing"
    assert listing.listed == tuple(case.path for case in CASES[:10])
    assert listing.stated == len(CASES)
    assert site.listed() == set(listing.listed)
    assert list(site.served()) == [CASES[0].reference]


def test_the_log_can_be_cleared_and_numbers_go_on(site: Site, connection: HTTPConnection) -> None:
    ask(connection, "/robots.txt")
    site.clear_log()
    ask(connection, "/robots.txt")
    assert [entry.number for entry in site.log] == [2]


def test_a_withdrawn_decision_is_gone_from_page_and_list_and_may_return(
    site: Site, connection: HTTPConnection
) -> None:
    site.withdraw(CASES[0].reference)
    site.withdraw(CASES[1].reference.replace(" ", "-"), status=410)
    assert ask(connection, CASES[0].path)[0].status == 404
    assert ask(connection, CASES[1].path)[0].status == 410
    ask(connection, SEARCH_PATH)
    assert site.log[-1].stated == len(CASES) - 2
    site.publish(CASES[0])
    assert ask(connection, CASES[0].path)[0].status == 200
    with pytest.raises(KeyError):
        site.withdraw("00 000 000")


def test_an_amended_decision_shows_its_new_text_wherever_it_stands(
    site: Site, connection: HTTPConnection
) -> None:
    case = CASES[2]
    second = dataclasses.replace(case, category="Planning", subcategory="Enforcement")
    site.publish(second)
    before = ask(connection, case.path)[1]
    site.amend(case.amended(words="A word was wrong."))
    after = ask(connection, case.path)[1]
    assert before != after
    for path in (case.path, second.path):
        text = ask(connection, path)[1].replace(b"\n ", b" ")
        assert b"word was wrong" in b" ".join(text.split())


def test_the_clock_decides_what_is_published_and_what_has_expired() -> None:
    soon: Case = dataclasses.replace(CASES[0], published_on=TODAY + timedelta(days=2))
    today = TODAY
    with Site([soon, CASES[1]], clock=lambda: today) as site:
        connection = connect(site)
        assert ask(connection, soon.path)[0].status == 404
        assert site.visible() == [CASES[1]]
        today = TODAY + timedelta(days=2)
        assert ask(connection, soon.path)[0].status == 200
        today = years_after(soon.decided_on, 5) - timedelta(days=1)
        assert soon in site.visible()
        today = years_after(soon.decided_on, 5)
        assert soon not in site.visible()
        assert ask(connection, soon.path)[0].status == 404
        connection.close()


def test_a_hook_acts_at_the_nth_request_and_before_the_nth_match(
    site: Site, connection: HTTPConnection
) -> None:
    heard: list[int] = []

    def hear(request: Request) -> None:
        heard.append(request.number)

    site.at(2, hear)
    site.before(r"searchresults.*page=3", hear, nth=2)
    for page in (1, 3, 2, 3, 3):
        ask(connection, f"{SEARCH_PATH}?page={page}")
    assert heard == [2, 4]


def test_an_entry_can_be_lost_between_two_pages_while_the_count_stays(
    site: Site, connection: HTTPConnection
) -> None:
    """One removed from page 1 and one inserted behind: the trap that counts alone cannot see."""
    new = dataclasses.replace(CASES[-1], reference="20 999 999", decided_on=date(2021, 7, 20))

    def swap(request: Request) -> None:
        site.withdraw(CASES[0].reference)
        site.publish(new)

    site.before(r"page=2", swap)
    for page in (1, 2, 3, 4):
        ask(connection, f"{SEARCH_PATH}?page={page}")
    assert {entry.stated for entry in site.log} == {len(CASES)}
    assert CASES[10].path not in site.listed()
    assert CASES[10] in site.visible()


def test_a_report_split_over_chapters_shows_a_part_on_its_bare_address(
    site: Site, connection: HTTPConnection
) -> None:
    case = CASES[4]
    whole = ask(connection, case.path)[1]
    site.split(case.reference, 3)
    bare = ask(connection, case.path)[1]
    assert bare == ask(connection, f"{case.path}?chapter=1")[1]
    assert f'href="{case.path}?chapter=3"'.encode() in bare
    assert len(bare) < len(whole)
    assert ask(connection, f"{case.path}?chapter=3")[0].status == 200
    assert ask(connection, f"{case.path}?chapter=4")[0].status == 404


def test_validators_answer_304_until_the_text_changes() -> None:
    with Site(CASES, validators=True) as site:
        connection = connect(site)
        first, _ = ask(connection, CASES[0].path)
        tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
        for headers in ({"If_None_Match": tag}, {"If_Modified_Since": changed}):
            response, body = ask(connection, CASES[0].path, **headers)
            assert (response.status, body) == (304, b"")
        site.amend(CASES[0].amended())
        response, body = ask(connection, CASES[0].path, If_None_Match=tag)
        assert response.status == 200
        assert body
        connection.close()
        assert list(site.served()) == [CASES[0].reference]
        assert [entry.status for entry in site.log] == [200, 304, 304, 200]


def test_latency_delays_each_answer() -> None:
    with Site(CASES, latency=0.02) as site:
        connection = connect(site)
        ask(connection, "/robots.txt")
        connection.close()
        (entry,) = site.log
        assert entry.ended - entry.ticks >= 0.02


def test_leaving_hangs_up_on_open_connections() -> None:
    with Site(CASES) as site:
        connection = connect(site)
        ask(connection, "/robots.txt")
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        ask(connection, "/robots.txt")
    connection.close()


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.site", "--count", "12", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_as_a_process_it_prints_its_address_first_and_ends_with_its_stdin() -> None:
    with started("--verbose", "--faults", "shell:1", "--today", "2026-07-01") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        parts = urlsplit(url)
        assert (parts.scheme, parts.hostname, parts.path) == ("http", "127.0.0.1", "")
        connection = HTTPConnection("127.0.0.1", parts.port)
        assert b"Your search has" not in ask(connection, SEARCH_PATH)[1]
        assert b"Your search has 12 results" in ask(connection, SEARCH_PATH)[1]
        connection.close()
        rest, errors = process.communicate()
    assert process.returncode == 0
    assert rest == ""
    assert errors.splitlines() == [f"200 GET {SEARCH_PATH} [shell]", f"200 GET {SEARCH_PATH}"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to catch")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_as_a_process_it_ends_on_a_signal(number: signal.Signals) -> None:
    with started() as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(number)
        _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
