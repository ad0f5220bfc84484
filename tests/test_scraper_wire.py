"""The real wire, against a loopback server that says exactly what a test tells it to, byte by byte.

A body that is cut, too long, dripped or answered twice must never reach the archive as a page.
"""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from scraper.addresses import live_site, loopback_site, system_resolver
from scraper.client import Fetcher, open_fetcher, utc_now
from scraper.errors import (
    BodyDamaged,
    BodyError,
    CrawlSetupError,
    FetchError,
    NetworkError,
    RobotsUnavailable,
)
from scraper.exchange import Limits, Line
from scraper.pace import Pace
from scraper.wire import Deadline, Tally, Wire, proxy_for
from tests.scripted_server import (
    NO_ROBOTS,
    Say,
    Server,
    chunked,
    hang_up,
    serving,
    then_hang_up,
    whole,
)

TEXT = b"<html>" + b"The Council was at fault. " * 100 + b"</html>"
ONE_TRY = Limits(backoff=())


@contextmanager
def fetching(
    *script: Say,
    limits: Limits = ONE_TRY,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[tuple[Server, Fetcher]]:
    with (
        serving(NO_ROBOTS, *script) as server,
        open_fetcher(
            "https://www.ombudsman.example",
            version="9.9",
            contact=None,
            base_url=server.url,
            delay=0.0,
            limits=limits,
            monotonic=monotonic,
        ) as fetcher,
    ):
        yield server, fetcher


def got(*script: Say, limits: Limits = ONE_TRY) -> bytes:
    with fetching(*script, limits=limits) as (server, fetcher):
        return fetcher.get(f"{server.url}/a", purpose="decision").body


# Whole bodies.


@pytest.mark.parametrize(
    "say",
    [
        whole(TEXT),
        chunked(TEXT),
        whole(gzip.compress(TEXT), b"Content-Encoding: gzip"),
        chunked(gzip.compress(TEXT), b"Content-Encoding: gzip", size=11),
        chunked(gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:]), b"Content-Encoding: gzip"),
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + whole(TEXT),
        b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + whole(TEXT),
        then_hang_up(b"HTTP/1.0 200 OK\r\n\r\n" + TEXT),
        then_hang_up(whole(TEXT, b"Connection: close")),
    ],
)
def test_a_whole_body_comes_back_however_it_is_framed(say: Say) -> None:
    assert got(say) == TEXT


def test_one_connection_serves_one_request_after_another() -> None:
    with fetching(whole(b"one"), chunked(b"two"), whole(b"three")) as (server, fetcher):
        bodies = [fetcher.get(f"{server.url}/{n}", purpose="decision").body for n in range(3)]
        assert bodies == [b"one", b"two", b"three"]
        assert server.connections == 1


def test_what_is_sent_is_plain_and_honest() -> None:
    with fetching(whole(TEXT, b"Set-Cookie: a=1"), whole(TEXT)) as (server, fetcher):
        fetcher.get(f"{server.url}/a?fd=2026-01-01&page=2", purpose="listing")
        fetcher.get(f"{server.url}/a", purpose="decision")
        lines = server.heads[1].decode("ascii").split("\r\n")
        assert lines[0] == "GET /a?fd=2026-01-01&page=2 HTTP/1.1"
        assert "User-Agent: decisions/9.9" in lines
        assert "Accept-Encoding: gzip, identity" in lines
        assert not any(line.lower().startswith(("cookie", "referer")) for line in lines)
        assert b"cookie" not in server.heads[2].lower()


# Bodies that are not whole.


@pytest.mark.parametrize("kept", [0, 1, 500, len(TEXT) - 1])
def test_a_body_shorter_than_its_content_length_is_noticed(kept: int) -> None:
    with pytest.raises(BodyDamaged, match="not whole"):
        got(then_hang_up(whole(TEXT)[: len(whole(b"")) + kept + 3]))


@pytest.mark.parametrize("missing", [1, 2, 4, 5, 6, 7, 100, 1_500])
def test_a_chunked_body_that_is_cut_is_noticed(missing: int) -> None:
    with pytest.raises(BodyDamaged, match="not whole"):
        got(then_hang_up(chunked(TEXT)[:-missing]))


@pytest.mark.parametrize("frame", [whole, chunked])
def test_a_gzip_body_that_is_cut_within_whole_framing_is_noticed(
    frame: Callable[..., bytes],
) -> None:
    with pytest.raises(BodyDamaged, match="stops before its end"):
        got(frame(gzip.compress(TEXT)[:-9], b"Content-Encoding: gzip"))


def test_a_gzip_body_that_ends_with_the_connection_is_noticed_when_cut() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
    assert got(then_hang_up(head + gzip.compress(TEXT))) == TEXT
    with pytest.raises(BodyDamaged, match="stops before its end"):
        got(then_hang_up(head + gzip.compress(TEXT)[:-1]))


def test_a_cut_body_is_asked_for_again() -> None:
    limits = Limits(backoff=(1.0,))
    with fetching(then_hang_up(whole(TEXT)[:-1]), whole(TEXT), limits=limits) as (server, fetcher):
        assert fetcher.get(f"{server.url}/a", purpose="decision").body == TEXT
        assert len(server.heads) == 3


def test_a_body_longer_than_its_content_length_is_noticed() -> None:
    with fetching(whole(TEXT) + b"the rest", whole(b"next")) as (server, fetcher):
        with pytest.raises(BodyDamaged, match="Content-Length says"):
            fetcher.get(f"{server.url}/a", purpose="decision")
        assert fetcher.get(f"{server.url}/b", purpose="decision").body == b"next"
        assert server.connections == 2


@pytest.mark.parametrize("frame", [whole, chunked])
def test_an_answer_is_never_taken_for_the_answer_to_another_question(
    frame: Callable[..., bytes],
) -> None:
    doubled = frame(b"page a") + frame(b"nobody asked")
    with fetching(doubled, frame(b"page b"), frame(b"page b")) as (server, fetcher):
        bodies = []
        for _ in range(3):
            with suppress(FetchError):
                bodies.append(fetcher.get(f"{server.url}/b", purpose="decision").body)
    assert b"nobody asked" not in bodies
    assert bodies[-1] == b"page b"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Encoding: gzip, gzip",
        b"Content-Encoding: gzip\r\nContent-Encoding: gzip",
        b"Content-Encoding: br",
    ],
)
def test_codings_we_do_not_take_are_refused(headers: bytes) -> None:
    with pytest.raises(BodyError, match="not taken"):
        got(whole(gzip.compress(gzip.compress(TEXT)), headers))


@pytest.mark.parametrize("frame", [whole, chunked])
def test_a_body_beyond_the_cap_is_not_read_to_its_end(frame: Callable[..., bytes]) -> None:
    with pytest.raises(BodyError, match="larger than 1,000 bytes"):
        got(frame(TEXT), limits=Limits(backoff=(), body_bytes=1_000))


@pytest.mark.parametrize(
    "say",
    [
        hang_up,
        then_hang_up(b"HTTP/1.1 200"),
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_answer_is_a_network_error(say: Say) -> None:
    with pytest.raises(NetworkError):
        got(say)


def test_a_closed_port_is_told_plainly() -> None:
    with serving() as server:
        url = server.url
    with (
        open_fetcher(
            url, version="9.9", contact=None, base_url=url, delay=0.0, limits=ONE_TRY
        ) as fetcher,
        pytest.raises(RobotsUnavailable, match="no answer"),
    ):
        fetcher.get(f"{url}/a", purpose="decision")


# The total deadline. The server moves the client's clock by a second with every byte, and the
# drips end by themselves: without a deadline the page would come back whole.


@pytest.mark.parametrize(
    ("begin", "drops"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 80\r\n\r\n", b"x" * 80),
        (b"", b"HTTP/1.1 200 OK\r\nServer: in no hurry at all\r\nContent-Length: 0\r\n\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2 + whole(b"")),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1;" + b"a" * 60 + b"\r\nx\r\n0\r\n\r\n",
        ),
    ],
)
def test_a_byte_a_second_is_cut_after_a_minute_wherever_it_drips(
    begin: bytes, drops: bytes
) -> None:
    seconds = [0.0]

    def drip(connection: socket.socket) -> None:
        connection.sendall(begin)
        for at in range(len(drops)):
            seconds[0] += 1.0
            connection.sendall(drops[at : at + 1])

    assert len(drops) > 60
    with (
        fetching(drip, monotonic=lambda: seconds[0]) as (server, fetcher),
        pytest.raises(NetworkError, match="no whole answer in 60 seconds"),
    ):
        fetcher.get(f"{server.url}/a", purpose="decision")


def test_silence_is_cut_by_the_total_deadline_too() -> None:
    heard = []

    def say_nothing(connection: socket.socket) -> None:
        heard.append(connection.recv(1))  # nothing, when the client hangs up first

    with serving(say_nothing) as server:
        site = loopback_site(server.url, system_resolver)
        deadline = Deadline(time.monotonic)
        line = Line(
            Wire(site, deadline, resolve=system_resolver),
            agent="decisions/9.9",
            pace=Pace(0.0, sleep=time.sleep, monotonic=time.monotonic),
            deadline=deadline,
            monotonic=time.monotonic,
            utc_now=utc_now,
            max_requests=None,
            limits=Limits(request_seconds=0.2),
        )
        with pytest.raises(NetworkError, match=r"no whole answer in 0\.2 seconds"):
            line.ask(f"{server.url}/a", "decision", {}, 1_000)
        line.close()
    assert heard == [b""]


def test_a_deadline_leaves_less_and_less() -> None:
    now = [10.0]
    deadline = Deadline(lambda: now[0])
    assert deadline.cut(30.0) == 30.0
    deadline.start(60.0)
    assert (deadline.cut(30.0), deadline.cut(None)) == (30.0, 60.0)
    now[0] = 50.0
    assert deadline.cut(30.0) == 20.0
    now[0] = 70.0
    assert deadline.passed
    assert 0 < (deadline.cut(30.0) or 0) < 0.01


# Which addresses are connected to.


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize("others", [[], ["93.184.215.14"]])
def test_a_public_name_that_leads_to_this_machine_is_not_connected_to(others: list[str]) -> None:
    with (
        serving(NO_ROBOTS) as server,
        open_fetcher(
            "http://ombudsman.example",
            version="9.9",
            contact="clerk@archive.example",
            limits=ONE_TRY,
            resolve=lambda host, port: [*others, "127.0.0.1"],
        ) as fetcher,
    ):
        with pytest.raises(RobotsUnavailable, match=r"resolves to 127\.0\.0\.1"):
            fetcher.get("http://ombudsman.example/a", purpose="decision")
        assert server.connections == 0


def test_a_loopback_name_that_later_leads_elsewhere_is_not_connected_to() -> None:
    answers = [["127.0.0.1"], ["93.184.215.14"]]
    with (
        open_fetcher(
            "https://www.ombudsman.example",
            version="9.9",
            contact=None,
            base_url="http://localhost:9",
            delay=0.0,
            limits=ONE_TRY,
            resolve=lambda host, port: answers.pop(0),
        ) as fetcher,
        pytest.raises(RobotsUnavailable, match=r"resolves to 93\.184\.215\.14"),
    ):
        fetcher.get("http://localhost:9/a", purpose="decision")


@pytest.mark.usefixtures("no_proxy")
def test_a_name_that_does_not_resolve_is_a_network_error() -> None:
    def fails(host: str, port: int) -> list[str]:
        raise socket.gaierror("not known")

    with (
        open_fetcher(
            "http://ombudsman.example",
            version="9.9",
            contact="clerk@archive.example",
            limits=ONE_TRY,
            resolve=fails,
        ) as fetcher,
        pytest.raises(RobotsUnavailable, match="does not resolve"),
    ):
        fetcher.get("http://ombudsman.example/a", purpose="decision")


def test_the_next_address_is_tried_where_the_first_does_not_answer() -> None:
    with (
        serving(NO_ROBOTS, whole(TEXT)) as server,
        open_fetcher(
            server.url,
            version="9.9",
            contact=None,
            base_url=server.url.replace("127.0.0.1", "localhost"),
            delay=0.0,
            limits=ONE_TRY,
            resolve=lambda host, port: ["::1", "127.0.0.1"],
        ) as fetcher,
    ):
        url = server.url.replace("127.0.0.1", "localhost") + "/a"
        assert fetcher.get(url, purpose="decision").body == TEXT


def test_the_systems_resolver_knows_this_machine() -> None:
    assert system_resolver("127.0.0.1", 80) == ["127.0.0.1"]


# Proxies: for the live site only.


@pytest.mark.usefixtures("no_proxy")
def test_a_live_crawl_goes_through_the_operators_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    with serving(NO_ROBOTS, whole(TEXT)) as server:
        monkeypatch.setenv("http_proxy", server.url.replace("//", "//me:secret@"))
        with open_fetcher(
            "http://ombudsman.example",
            version="9.9",
            contact="clerk@archive.example",
            limits=ONE_TRY,
            sleep=lambda seconds: now.append(now[-1] + seconds),
            monotonic=lambda: now[-1],
        ) as fetcher:
            assert fetcher.get("http://ombudsman.example/a", purpose="decision").body == TEXT
        assert server.heads[1].startswith(b"GET http://ombudsman.example/a HTTP/1.1\r\n")
        assert b"Proxy-Authorization: Basic " in server.heads[1]


@pytest.mark.usefixtures("no_proxy")
def test_a_proxy_that_refuses_the_tunnel_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as server:
        monkeypatch.setenv("https_proxy", server.url)
        with (
            open_fetcher(
                "https://ombudsman.example",
                version="9.9",
                contact="clerk@archive.example",
                limits=ONE_TRY,
            ) as fetcher,
            pytest.raises(RobotsUnavailable, match="403 Forbidden"),
        ):
            fetcher.get("https://ombudsman.example/a", purpose="decision")
        assert server.heads[0].startswith(b"CONNECT ombudsman.example:443 ")


@pytest.mark.usefixtures("no_proxy")
def test_a_loopback_crawl_never_uses_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert proxy_for(loopback_site("http://127.0.0.1:8765", system_resolver)) is None
    assert got(whole(TEXT)) == TEXT


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize(
    ("settings", "proxy"),
    [
        ({}, None),
        ({"https_proxy": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"https_proxy": "proxy.example:3128"}, "http://proxy.example:3128"),
        ({"all_proxy": "http://proxy.example:3128"}, "http://proxy.example:3128"),
        ({"http_proxy": "http://proxy.example:3128"}, None),
        ({"https_proxy": "http://proxy.example:3128", "no_proxy": "ombudsman.example"}, None),
        ({"https_proxy": "http://proxy.example:3128", "no_proxy": "*"}, None),
    ],
)
def test_the_proxy_of_the_machines_settings(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], proxy: str | None
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(live_site("https://www.ombudsman.example")) == proxy


@pytest.mark.usefixtures("no_proxy")
def test_a_proxy_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://proxy.example:1080")
    with pytest.raises(CrawlSetupError, match="socks5 proxy"):
        proxy_for(live_site("https://www.ombudsman.example"))


# Counting an exchange.


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1_000_000])
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_the_bytes_after_the_head_are_counted(step: int, line_end: bytes) -> None:
    data = (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nC: d\r\n\r\n"
    ).replace(b"\r\n", line_end) + b"body\r\n\r\nmore"
    tally = Tally()
    for at in range(0, len(data), step):
        tally.feed(data[at : at + step])
    assert tally.received == len(data)
    assert tally.beyond(12) == 0
    assert tally.beyond(4) == 8


def test_before_the_head_is_over_nothing_is_beyond() -> None:
    tally = Tally()
    tally.feed(b"HTTP/1.1 200 OK\r\n")
    assert tally.beyond(0) == 0
