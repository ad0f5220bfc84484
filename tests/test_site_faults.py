"""The look-alike's faults do what their names say, to the requests they are meant for."""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPResponse, IncompleteRead, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.site import FAULTS, Fault, LogEntry, Site, invent
from tests.site.listing import SEARCH_PATH
from tests.site.spoilt_pages import LARGE_BYTES, STATUSES

CASES = invent(40, 8)
CASE = CASES[0]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(CASES) as running:
        yield running


@pytest.fixture
def connection(site: Site) -> Iterator[HTTPConnection]:
    parts = urlsplit(site.url)
    assert parts.hostname is not None
    made = HTTPConnection(parts.hostname, parts.port)
    yield made
    made.close()


def ask(
    connection: HTTPConnection, path: str = CASE.path, **headers: str
) -> tuple[HTTPResponse, bytes]:
    connection.request(
        "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    response = connection.getresponse()
    return response, response.read()


def genuine(connection: HTTPConnection) -> bytes:
    """The page without any fault; asked for before a fault is switched on."""
    response, body = ask(connection)
    assert response.status == 200
    return body


def last(site: Site) -> LogEntry:
    return site.log[-1]


def test_every_fault_has_a_test_of_its_name() -> None:
    tested = set(re.findall(r'"([a-z0-9-]+)"', Path(__file__).read_text("utf-8")))
    assert {name for name in FAULTS if not name.isdecimal()} <= tested


def test_an_unknown_name_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(ValueError, match="soft-404"):
        Fault("no-such-fault")


def test_a_fault_meets_the_requests_it_is_meant_for(site: Site, connection: HTTPConnection) -> None:
    fault = site.faults.add(Fault("not-found", path=r"/housing/", skip=1, times=2))
    housing = [case.path for case in CASES if case.category == "Housing"][:1] * 5
    other = next(case.path for case in CASES if case.category != "Housing")
    statuses = [ask(connection, path)[0].status for path in [other, *housing, other]]
    assert statuses == [200, 200, 404, 404, 200, 200, 200]
    assert fault.met == 2
    assert last(site).faults == ()


def test_faults_can_be_switched_off(site: Site, connection: HTTPConnection) -> None:
    fault = site.faults.add("gone")
    assert ask(connection)[0].status == 410
    site.faults.remove(fault)
    assert ask(connection)[0].status == 200
    site.faults.add("gone")
    assert [on.name for on in site.faults] == ["gone"]
    site.faults.clear()
    assert ask(connection)[0].status == 200


def test_faults_add_up(site: Site, connection: HTTPConnection) -> None:
    site.faults.add("captcha")
    site.faults.add("gzip")
    response, body = ask(connection)
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"confirm that you are human" in gzip.decompress(body)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("soft-404", b"Page not found"),
        ("captcha", b"confirm that you are human"),
        ("firewall", b"Your support ID is"),
        ("login", b'type="password"'),
        ("maintenance", b"working on the website"),
    ],
)
def test_another_page_with_200_in_place_of_the_decision(
    site: Site, connection: HTTPConnection, name: str, words: bytes
) -> None:
    site.faults.add(name)
    response, body = ask(connection)
    assert response.status == 200
    assert words in body
    assert CASE.title.encode() not in body
    assert (last(site).complete, last(site).genuine) == (True, False)
    assert site.served() == {}


def test_the_search_shell_has_no_count_and_comes_with_200(
    site: Site, connection: HTTPConnection
) -> None:
    site.faults.add(Fault("shell", times=1))
    response, body = ask(connection, SEARCH_PATH)
    assert response.status == 200
    assert b"Your search has" not in body
    assert site.listed() == set()
    assert b"Your search has 40 results" in ask(connection, SEARCH_PATH)[1]


def test_an_empty_a_halved_an_overlong_and_a_stuffed_page(
    site: Site, connection: HTTPConnection
) -> None:
    whole = genuine(connection)
    site.faults.add(Fault("empty", times=1))
    assert ask(connection)[1] == b""
    site.faults.add(Fault("half-page", times=1))
    assert ask(connection)[1] == whole[: len(whole) // 2]
    site.faults.add(Fault("large", times=1))
    assert len(ask(connection)[1]) > LARGE_BYTES
    site.faults.add(Fault("stuffed", times=1, value="<b>x</b>"))
    assert ask(connection)[1] == whole.replace(b"<p>Inv", b"<b>x</b><p>Inv")
    assert [entry.genuine for entry in site.log] == [True, *[False] * 4]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("not-found", 404),
        ("gone", 410),
        ("forbidden", 403),
        ("server-error", 500),
        ("bad-gateway", 502),
        ("unavailable", 503),
        ("too-many", 429),
    ],
)
def test_a_status(site: Site, connection: HTTPConnection, name: str, status: int) -> None:
    site.faults.add(name)
    response, body = ask(connection)
    assert response.status == status
    assert response.headers["Retry-After"] is None
    assert CASE.title.encode() not in body


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_by_its_number(site: Site, connection: HTTPConnection, status: int) -> None:
    site.faults.add(str(status))
    assert ask(connection)[0].status == status


def test_maintenance_may_say_503(site: Site, connection: HTTPConnection) -> None:
    site.faults.add(Fault("maintenance", value="503"))
    assert ask(connection)[0].status == 503


@pytest.mark.parametrize("name", ["unavailable", "too-many"])
@pytest.mark.parametrize("value", ["120", "0", "-5", "99999999", "soon", "1.5", ""])
def test_retry_after_is_sent_as_given(
    site: Site, connection: HTTPConnection, name: str, value: str
) -> None:
    site.faults.add(Fault(name, value=value))
    assert ask(connection)[0].headers["Retry-After"] == value


@pytest.mark.parametrize("seconds", [90, -90])
def test_retry_after_may_be_a_date(site: Site, connection: HTTPConnection, seconds: int) -> None:
    site.faults.add(Fault("too-many", value=f"date:{seconds}"))
    said = parsedate_to_datetime(ask(connection)[0].headers["Retry-After"])
    assert abs(said.timestamp() - (time.time() + seconds)) < 30


def test_drip_sends_a_byte_at_a_time() -> None:
    pause, ended = 0.0001, threading.Event()
    with Site(CASES, on_entry=lambda _: ended.set()) as site:
        site.faults.add(Fault("drip", value=str(pause)))
        site.faults.add("not-found")
        connection = HTTPConnection("127.0.0.1", urlsplit(site.url).port)
        response, body = ask(connection)
        connection.close()
        assert len(body) == int(response.headers["Content-Length"])
        ended.wait()
        entry = last(site)
    assert entry.complete
    assert entry.ended - entry.ticks >= len(body) * pause


def test_a_drip_ends_with_the_site() -> None:
    with Site(CASES) as site:
        site.faults.add(Fault("drip", value="3600"))
        parts = urlsplit(site.url)
        connection = HTTPConnection("127.0.0.1", parts.port)
        connection.request("GET", CASE.path)
        response = connection.getresponse()
        assert response.read(1) == b"<"
    with pytest.raises((IncompleteRead, ConnectionError)):
        response.read()
    connection.close()


@pytest.mark.parametrize("name", ["stall", "robots-stall"])
def test_a_stall_answers_nothing_and_ends_with_the_site(name: str) -> None:
    path = CASE.path if name == "stall" else "/robots.txt"
    with Site(CASES) as site:
        site.faults.add(name)
        connection = socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.recv(1)
    connection.settimeout(None)
    with contextlib.suppress(ConnectionError):
        assert connection.recv(1) == b""
    connection.close()


@pytest.mark.parametrize(
    ("name", "path"),
    [("reset", CASE.path), ("robots-reset", "/robots.txt"), ("no-answer", CASE.path)],
)
def test_a_connection_that_ends_before_any_answer(
    site: Site, connection: HTTPConnection, name: str, path: str
) -> None:
    site.faults.add(Fault(name, times=1))
    expected = RemoteDisconnected if name == "no-answer" else ConnectionError
    with pytest.raises(expected):
        ask(connection, path)
    assert not last(site).complete
    connection.close()
    assert ask(connection, path)[0].status == 200


def test_a_body_shorter_than_its_content_length(site: Site, connection: HTTPConnection) -> None:
    whole = genuine(connection)
    site.faults.add("short")
    connection.request("GET", CASE.path)
    response = connection.getresponse()
    assert int(response.headers["Content-Length"]) == len(whole)
    with pytest.raises(IncompleteRead) as caught:
        response.read()
    assert caught.value.partial == whole[: len(whole) // 2]
    assert not last(site).complete


def test_chunked_is_whole_and_cut_is_not(site: Site, connection: HTTPConnection) -> None:
    whole = genuine(connection)
    site.faults.add(Fault("chunked", times=1))
    response, body = ask(connection)
    assert response.headers["Transfer-Encoding"] == "chunked"
    assert response.headers["Content-Length"] is None
    assert body == whole
    assert last(site).complete
    site.faults.add(Fault("chunked-cut", times=1))
    connection.request("GET", CASE.path)
    with pytest.raises(IncompleteRead):
        connection.getresponse().read()
    assert not last(site).complete


@pytest.mark.parametrize(
    ("name", "coding", "wbits"),
    [("gzip", "gzip", 31), ("deflate", "deflate", 15), ("deflate-raw", "deflate", -15)],
)
def test_a_content_coding_that_is_in_order(
    site: Site, connection: HTTPConnection, name: str, coding: str, wbits: int
) -> None:
    whole = genuine(connection)
    site.faults.add(name)
    response, body = ask(connection)
    assert response.headers["Content-Encoding"] == coding
    unpacked = zlib.decompressobj(wbits)
    assert unpacked.decompress(body) == whole
    assert unpacked.eof
    first, second = site.log
    assert first.sha256 == second.sha256
    assert second.genuine


@pytest.mark.parametrize(
    ("name", "wbits"), [("gzip-cut", 31), ("deflate-cut", 15), ("gzip-without-end", 31)]
)
def test_a_content_coding_that_ends_too_soon(
    site: Site, connection: HTTPConnection, name: str, wbits: int
) -> None:
    whole = genuine(connection)
    site.faults.add(name)
    response, body = ask(connection)
    assert int(response.headers["Content-Length"]) == len(body)
    unpacked = zlib.decompressobj(wbits)
    got = unpacked.decompress(body)
    assert whole.startswith(got)
    assert (got == whole) == (name == "gzip-without-end")
    assert not unpacked.eof
    assert not last(site).genuine


def test_gzip_in_two_members_holds_the_page_in_both(site: Site, connection: HTTPConnection) -> None:
    whole = genuine(connection)
    site.faults.add("gzip-two-members")
    body = ask(connection)[1]
    first = zlib.decompressobj(31)
    assert first.decompress(body) == whole[: len(whole) // 2]
    assert gzip.decompress(body) == whole
    assert last(site).genuine


def test_gzip_may_be_followed_by_zeros(site: Site, connection: HTTPConnection) -> None:
    whole = genuine(connection)
    site.faults.add("gzip-trailing-zeros")
    unpacked = zlib.decompressobj(31)
    assert unpacked.decompress(ask(connection)[1]) == whole
    assert unpacked.unused_data == b"\x00" * 64


def test_a_gzip_bomb_is_small_on_the_wire(site: Site, connection: HTTPConnection) -> None:
    size = 16 * 1024 * 1024
    site.faults.add(Fault("gzip-bomb", value=str(size)))
    body = ask(connection)[1]
    assert len(body) < size // 500
    unpacked = zlib.decompressobj(31)
    assert len(unpacked.decompress(body, 1024)) == 1024
    assert len(gzip.decompress(body)) == size


def test_stacked_claimed_and_unknown_codings(site: Site, connection: HTTPConnection) -> None:
    whole = genuine(connection)
    site.faults.add(Fault("gzip-stacked", times=1))
    response, body = ask(connection)
    assert response.headers["Content-Encoding"] == "gzip, gzip"
    assert gzip.decompress(gzip.decompress(body)) == whole
    site.faults.add(Fault("gzip-claimed", times=1))
    response, body = ask(connection)
    assert (response.headers["Content-Encoding"], body) == ("gzip", whole)
    site.faults.add(Fault("unknown-coding", times=1))
    assert ask(connection)[0].headers["Content-Encoding"] == "br"


@pytest.mark.parametrize(
    ("name", "encoding", "header", "meta"),
    [
        ("cp1252-undeclared", "cp1252", None, None),
        ("cp1252-as-utf-8", "cp1252", "utf-8", "utf-8"),
        ("cp1252-as-latin-1", "cp1252", "iso-8859-1", None),
        ("cp1252-by-meta", "cp1252", None, "windows-1252"),
        ("utf-8-undeclared", "utf-8", None, None),
        ("utf-8-as-latin-1", "utf-8", "iso-8859-1", "utf-8"),
        ("utf-8-with-mark", "utf-8-sig", None, "utf-8"),
        ("utf-16-undeclared", "utf-16", None, None),
    ],
)
def test_a_character_set_and_what_is_said_of_it(
    site: Site,
    connection: HTTPConnection,
    name: str,
    encoding: str,
    header: str | None,
    meta: str | None,
) -> None:
    whole = genuine(connection).decode()
    assert "’" in whole
    site.faults.add(name)
    response, body = ask(connection)
    assert response.headers.get_content_charset() == header
    text = body.decode(encoding)
    tag = re.search(r'<meta charset="([^"]+)">', text)
    assert (tag.group(1) if tag else None) == meta
    bare = re.compile(r"<meta charset=[^>]+>")
    assert bare.sub("", text, count=1) == bare.sub("", whole, count=1)
    assert last(site).genuine
    if name == "cp1252-as-utf-8":
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")


@pytest.mark.parametrize(
    ("name", "value", "location"),
    [
        ("redirect", None, f"http://elsewhere.invalid{CASE.path}"),
        ("redirect", "/new-place", "/new-place"),
        ("redirect-private", None, f"http://10.0.0.1{CASE.path}"),
        ("redirect-private", "http://169.254.169.254/", "http://169.254.169.254/"),
        ("redirect-loop", None, CASE.path),
        ("redirect-home", None, "/"),
    ],
)
def test_a_redirect(
    site: Site, connection: HTTPConnection, name: str, value: str | None, location: str
) -> None:
    site.faults.add(Fault(name, value=value))
    response, _ = ask(connection)
    assert (response.status, response.headers["Location"]) == (302, location)
    assert not last(site).genuine


def test_redirect_host_leads_to_another_name_of_this_machine_and_no_further(
    site: Site, connection: HTTPConnection
) -> None:
    site.faults.add("redirect-host")
    response, _ = ask(connection)
    port = urlsplit(site.url).port
    assert response.headers["Location"] == f"http://localhost:{port}{CASE.path}"
    assert ask(connection, Host=f"localhost:{port}")[0].status == 200


def test_redirect_long_comes_to_the_page_after_so_many_hops(
    site: Site, connection: HTTPConnection
) -> None:
    whole = genuine(connection)
    site.faults.add(Fault("redirect-long", value="3"))
    path, hops = CASE.path, 0
    response, body = ask(connection, path)
    while response.status == 302:
        hops += 1
        response, body = ask(connection, response.headers["Location"])
    assert (hops, body) == (3, whole)


@pytest.mark.parametrize(
    ("name", "status"),
    [("robots-error", 500), ("robots-forbidden", 403), ("robots-missing", 404)],
)
def test_robots_answers_with_an_error_and_pages_do_not(
    site: Site, connection: HTTPConnection, name: str, status: int
) -> None:
    site.faults.add(name)
    assert ask(connection, "/robots.txt")[0].status == status
    assert ask(connection)[0].status == 200


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("robots-disallow", None, "Disallow: /"),
        ("robots-disallow-decisions", None, "Disallow: /decisions/"),
        ("robots-delay", "7", "Crawl-delay: 7"),
    ],
)
def test_robots_says_something_else(
    site: Site, connection: HTTPConnection, name: str, value: str | None, line: str
) -> None:
    site.faults.add(Fault(name, skip=1, value=value))
    assert line not in ask(connection, "/robots.txt")[1].decode().splitlines()
    assert line in ask(connection, "/robots.txt")[1].decode().splitlines()


def test_count_off_and_count_changes(site: Site, connection: HTTPConnection) -> None:
    fault = site.faults.add(Fault("count-off", value="3"))
    assert b"Your search has 43 results" in ask(connection, SEARCH_PATH)[1]
    assert last(site).stated == 43
    site.faults.remove(fault)
    site.faults.add("count-changes")
    assert b"Your search has 40 results" in ask(connection, SEARCH_PATH)[1]
    assert b"Your search has 41 results" in ask(connection, f"{SEARCH_PATH}?page=2")[1]


def test_always_not_modified_answers_304_to_conditional_requests_alone(
    site: Site, connection: HTTPConnection
) -> None:
    site.faults.add("always-not-modified")
    assert ask(connection)[0].status == 200
    response, body = ask(connection, If_None_Match='"whatever"')
    assert (response.status, body) == (304, b"")
