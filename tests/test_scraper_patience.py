"""The polite fetcher when things go wrong: retries, Retry-After, redirects, robots.txt.

The clock is the site's own, so that "no request early" is a fact and not a hope.
"""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from scraper.errors import (
    BodyDamaged,
    Disallowed,
    FetchError,
    HttpStatusError,
    NetworkError,
    RedirectError,
    RobotsUnavailable,
    SourceBlocked,
)
from scraper.exchange import Limits
from tests.scripted_site import OTHER, PAGE, SITE, START, Reply, ScriptedSite, answer, failing


@pytest.fixture
def site() -> ScriptedSite:
    return ScriptedSite()


# Trying again.


@pytest.mark.parametrize(
    "reply",
    [
        *[lambda status=status: answer(status) for status in (408, 425, 429, 500, 502, 503, 504)],
        failing(httpx.ConnectError("refused")),
        failing(httpx.ConnectTimeout("slow")),
        failing(httpx.ReadTimeout("slow")),
        failing(httpx.ReadError("reset")),
        failing(httpx.RemoteProtocolError("Server disconnected without sending a response.")),
        failing(httpx.ProxyError("502")),
        lambda: answer(200, gzip.compress(b"text")[:-1], {"Content-Encoding": "gzip"}),
    ],
)
def test_what_may_pass_is_tried_again_and_again_later(
    site: ScriptedSite, reply: Callable[[], Reply]
) -> None:
    site.on(PAGE, reply, reply, reply, answer)
    with site.fetcher() as fetcher:
        assert fetcher.get(PAGE, purpose="decision").status == 200
    times = site.times(PAGE)
    assert [b - a for a, b in itertools.pairwise(times)] == [6.0, 18.0, 60.0]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (lambda: answer(503), HttpStatusError),
        (lambda: answer(429), HttpStatusError),
        (failing(httpx.ConnectError("refused")), NetworkError),
        (lambda: answer(200, b"\x1f\x8b", {"Content-Encoding": "gzip"}), BodyDamaged),
    ],
)
def test_after_four_tries_the_failure_is_told(
    site: ScriptedSite, reply: Callable[[], Reply], error: type[FetchError]
) -> None:
    site.on(PAGE, reply)
    with site.fetcher() as fetcher, pytest.raises(error) as raised:
        fetcher.get(PAGE, purpose="decision")
    assert raised.value.url == PAGE
    assert len(site.times(PAGE)) == 4


def test_a_site_that_takes_a_minute_to_fail_is_not_asked_four_times(site: ScriptedSite) -> None:
    site.takes = 40.0
    site.on(PAGE, failing(httpx.ReadTimeout("slow")))
    with site.fetcher() as fetcher, pytest.raises(NetworkError):
        fetcher.get(PAGE, purpose="decision")
    assert len(site.times(PAGE)) == 2


def test_a_wait_holds_for_every_address_not_just_the_one_that_failed(site: ScriptedSite) -> None:
    site.on(PAGE, lambda: answer(503, headers={"Retry-After": "300"}))
    site.on(OTHER, answer)
    with site.fetcher(limits=Limits(backoff=())) as fetcher:
        with pytest.raises(HttpStatusError):
            fetcher.get(PAGE, purpose="decision")
        fetcher.get(OTHER, purpose="decision")
    assert [at for _, at in site.asked] == [1_000.0, 1_003.0, 1_303.0, 1_306.0]


def in_seconds(seconds: float) -> str:
    return format_datetime(START + timedelta(seconds=seconds), usegmt=True)


# The page is first asked for three seconds after robots.txt; the dates below count from the start.
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "earliest"),
    [
        ([("Retry-After", "120")], 123.0),
        ([("Retry-After", "900")], 903.0),
        ([("Retry-After", "0")], 6.0),
        ([("Retry-After", "1")], 6.0),
        ([("Retry-After", "7.5")], 10.5),
        ([("Retry-After", "60"), ("Retry-After", "90")], 93.0),
        ([("Retry-After", "60, 90")], 93.0),
        ([("Retry-After", in_seconds(60))], 60.0),
        ([("Retry-After", "Sunday, 01-Mar-26 02:01:00 GMT")], 60.0),
        ([("Retry-After", "Sun Mar  1 02:01:00 2026")], 60.0),
        ([("Retry-After", in_seconds(-3_600))], 6.0),
        ([("Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT")], 6.0),
        # A server whose clock is a day ahead still means "in a minute".
        ([("Retry-After", in_seconds(86_460)), ("Date", in_seconds(86_400))], 63.0),
        # Unreadable: the ordinary backoff.
        ([("Retry-After", "soon")], 9.0),
        ([("Retry-After", "-1")], 9.0),
        ([("Retry-After", "")], 9.0),
        ([], 9.0),
    ],
)
def test_no_form_of_retry_after_is_answered_early(
    site: ScriptedSite, status: int, headers: Sequence[tuple[str, str]], earliest: float
) -> None:
    site.on(PAGE, lambda: answer(status, headers=list(headers)), answer)
    with site.fetcher() as fetcher:
        fetcher.get(PAGE, purpose="decision")
    moments = [at - 1_000.0 for _, at in site.asked]
    assert moments[1] == 3.0
    assert min(moments[2:]) == earliest  # whatever is asked for then, robots.txt included


@pytest.mark.parametrize(
    "value", ["901", "999999999", "9" * 300, in_seconds(86_400), "Fri, 01 Jan 2100 00:00:00 GMT"]
)
def test_an_absurd_retry_after_ends_the_run(site: ScriptedSite, value: str) -> None:
    site.on(PAGE, lambda: answer(503, headers={"Retry-After": value}))
    with site.fetcher() as fetcher, pytest.raises(SourceBlocked, match="run again") as raised:
        fetcher.get(PAGE, purpose="decision")
    assert raised.value.exit_code == 4
    assert len(site.times(PAGE)) == 1


def test_retry_after_on_a_refusal_holds_the_next_request(site: ScriptedSite) -> None:
    site.on(PAGE, lambda: answer(403, headers={"Retry-After": "100"}))
    site.on(OTHER, answer)
    with site.fetcher() as fetcher:
        with pytest.raises(HttpStatusError):
            fetcher.get(PAGE, purpose="decision")
        fetcher.get(OTHER, purpose="decision")
    assert site.times(OTHER) == [1_103.0]


def test_retry_after_on_a_page_means_nothing(site: ScriptedSite) -> None:
    site.on(PAGE, lambda: answer(200, headers={"Retry-After": "86400"}))
    with site.fetcher() as fetcher:
        fetcher.get(PAGE, purpose="decision")
        fetcher.get(PAGE, purpose="decision")
    assert site.times(PAGE) == [1_003.0, 1_006.0]


# Time and redirects.


def test_a_body_that_drips_is_cut_at_the_total_deadline(site: ScriptedSite) -> None:
    def drip() -> Iterator[bytes]:
        while True:
            site.time += 1.0
            yield b"x"

    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            return drip()

    site.on(PAGE, lambda: httpx.Response(200, stream=Drip()))
    with site.fetcher() as fetcher, pytest.raises(NetworkError, match="in 60 seconds"):
        fetcher.get(PAGE, purpose="decision")
    assert len(site.times(PAGE)) == 1
    assert site.time - site.times(PAGE)[0] == 60.0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_site_is_followed(site: ScriptedSite, status: int) -> None:
    site.on("http://www.ombudsman.example/a", lambda: answer(status, headers={"Location": PAGE}))
    site.on("http://www.ombudsman.example/robots.txt", lambda: answer(404))
    site.on(PAGE, answer)
    with site.fetcher() as fetcher:
        page = fetcher.get("http://www.ombudsman.example/a", purpose="decision")
    assert (page.url, page.final_url) == ("http://www.ombudsman.example/a", PAGE)
    assert [url for url, _ in site.asked] == [
        "http://www.ombudsman.example/robots.txt",
        "http://www.ombudsman.example/a",
        f"{SITE}/robots.txt",
        PAGE,
    ]
    gaps = [at for _, at in site.asked]
    assert all(b - a >= 3.0 for a, b in itertools.pairwise(gaps))


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("../b#top", "/decisions/housing/b"),
        ("?page=2", "/decisions/housing/noise/23-000-001?page=2"),
    ],
)
def test_a_relative_redirect_is_followed_without_its_fragment(
    site: ScriptedSite, location: str, target: str
) -> None:
    site.on(PAGE, lambda: answer(302, headers={"Location": location}))
    site.on(SITE + target, answer)
    with site.fetcher() as fetcher:
        assert fetcher.get(PAGE, purpose="decision").final_url == SITE + target


def test_five_redirects_are_followed_and_six_are_not(site: ScriptedSite) -> None:
    def onward(step: int) -> Callable[[], Reply]:
        return lambda: answer(302, headers={"Location": f"/{step + 1}"})

    for step in range(6):
        site.on(f"{SITE}/{step}", onward(step))
    site.on(f"{SITE}/6", answer)
    with site.fetcher() as fetcher:
        assert fetcher.get(f"{SITE}/1", purpose="decision").final_url == f"{SITE}/6"
        with pytest.raises(RedirectError, match="more than 5"):
            fetcher.get(f"{SITE}/0", purpose="decision")


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "https://www.ombudsman.example@elsewhere.example/",
        "https://user@www.ombudsman.example/",
        "http://127.0.0.1/",
        "http://localhost:8765/",
        "http://[::1]/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "https://www.ombudsman.example:8443/",
        "http://www.ombudsman.example/decisions/a",
        "ftp://www.ombudsman.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://www.ombudsman.example\\@elsewhere.example/",
        "https://" + "a" * 3_000 + ".example/",
    ],
)
def test_a_redirect_that_leads_off_the_site_is_not_followed(
    site: ScriptedSite, location: str
) -> None:
    site.on(PAGE, lambda: answer(302, headers={"Location": location}))
    with site.fetcher() as fetcher, pytest.raises(RedirectError, match="not followed"):
        fetcher.get(PAGE, purpose="decision")
    assert site.asked[-1][0] == PAGE


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Location", "/a"), ("Location", "/b")],
        [("Location", "https://[::1/")],
        [("Location", "https://\x01/")],
        [("Location", "https://www.ombudsman.example:port/")],
        [("Location", "/" + "a" * 70_000)],
    ],
)
def test_a_redirect_without_one_readable_target_is_an_error(
    site: ScriptedSite, headers: list[tuple[str, str]]
) -> None:
    site.on(PAGE, lambda: answer(302, headers=headers))
    with site.fetcher() as fetcher, pytest.raises(RedirectError):
        fetcher.get(PAGE, purpose="decision")
    assert len(site.times(PAGE)) == 1


def test_a_redirect_to_what_robots_txt_forbids_is_not_followed(site: ScriptedSite) -> None:
    site.on(f"{SITE}/robots.txt", lambda: answer(body=b"User-agent: *\nDisallow: /private\n"))
    site.on(PAGE, lambda: answer(302, headers={"Location": "/private/a"}))
    with site.fetcher() as fetcher, pytest.raises(Disallowed):
        fetcher.get(PAGE, purpose="decision")
    assert site.asked[-1][0] == PAGE


def test_an_address_off_the_site_is_never_asked_for(site: ScriptedSite) -> None:
    with site.fetcher() as fetcher, pytest.raises(FetchError, match="not on this site"):
        fetcher.get("https://elsewhere.example/decisions/a", purpose="decision")
    assert site.asked == []


# robots.txt, as the fetcher asks for it.


def test_robots_txt_is_asked_for_first(site: ScriptedSite) -> None:
    site.on(PAGE, answer)
    with site.fetcher() as fetcher:
        fetcher.get(PAGE, purpose="decision")
    assert [url for url, _ in site.asked] == [f"{SITE}/robots.txt", PAGE]


def test_a_forbidden_address_is_never_asked_for(site: ScriptedSite) -> None:
    site.on(f"{SITE}/robots.txt", lambda: answer(body=b"User-agent: *\nDisallow: /decisions\n"))
    with site.fetcher() as fetcher, pytest.raises(Disallowed) as raised:
        fetcher.get(PAGE, purpose="decision")
    assert raised.value.exit_code == 4
    assert site.times(PAGE) == []


@pytest.mark.parametrize(
    "reply",
    [
        lambda: answer(500),
        lambda: answer(503, headers={"Retry-After": "86400"}),
        lambda: answer(429),
        failing(httpx.ConnectTimeout("slow")),
        lambda: answer(302, headers={"Location": "https://elsewhere.example/robots.txt"}),
        lambda: answer(302, headers={"Location": "/robots.txt"}),
        lambda: answer(body=b"<html>Are you human?</html>"),
        lambda: answer(body=b"#" * (500 * 1024 + 1)),
        lambda: answer(200, b"\x1f\x8b", {"Content-Encoding": "gzip"}),
    ],
)
def test_without_a_readable_robots_txt_nothing_is_crawled(
    site: ScriptedSite, reply: Callable[[], Reply]
) -> None:
    site.on(f"{SITE}/robots.txt", reply)
    site.on(PAGE, answer)
    with site.fetcher() as fetcher, pytest.raises(RobotsUnavailable):
        fetcher.get(PAGE, purpose="decision")
    assert site.times(PAGE) == []


def test_a_robots_txt_at_the_size_cap_is_read(site: ScriptedSite) -> None:
    rule = b"\nUser-agent: *\nDisallow: /decisions\n"
    body = b"#" * (500 * 1024 - len(rule)) + rule
    site.on(f"{SITE}/robots.txt", lambda: answer(body=body))
    with site.fetcher() as fetcher, pytest.raises(Disallowed):
        fetcher.get(PAGE, purpose="decision")


def test_newly_disallowed_mid_run_is_heard_within_fifty_requests(site: ScriptedSite) -> None:
    site.on(
        f"{SITE}/robots.txt",
        lambda: answer(404),
        lambda: answer(body=b"User-agent: *\nDisallow: /\n"),
    )
    site.on(PAGE, answer)
    with site.fetcher(delay=1.0) as fetcher:
        for _ in range(50):
            fetcher.get(PAGE, purpose="decision")
        with pytest.raises(Disallowed):
            fetcher.get(PAGE, purpose="decision")
    assert len(site.times(PAGE)) == 50


def test_newly_disallowed_mid_run_is_heard_after_five_minutes(site: ScriptedSite) -> None:
    site.on(
        f"{SITE}/robots.txt",
        lambda: answer(404),
        lambda: answer(body=b"User-agent: *\nDisallow: /\n"),
    )
    site.on(PAGE, answer)
    with site.fetcher() as fetcher:
        fetcher.get(PAGE, purpose="decision")
        site.time += 300.0
        with pytest.raises(Disallowed):
            fetcher.get(PAGE, purpose="decision")


def test_permission_is_asked_again_before_a_late_retry(site: ScriptedSite) -> None:
    site.on(
        f"{SITE}/robots.txt",
        lambda: answer(404),
        lambda: answer(body=b"User-agent: *\nDisallow: /\n"),
    )
    site.on(PAGE, lambda: answer(503, headers={"Retry-After": "600"}), answer)
    with site.fetcher() as fetcher, pytest.raises(Disallowed):
        fetcher.get(PAGE, purpose="decision")
    assert len(site.times(PAGE)) == 1
    assert site.asked[-1] == (f"{SITE}/robots.txt", 1_603.0)
