"""``decisions serve`` as a process, and its server against clients that mean no good."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DatabaseUnusable, UsageError
from archive.opening import reader
from search.web import server as serving
from search.web.access_log import Asked, line, opened
from search.web.application import create_app
from search.web.choosing import choices_for
from search.web.safety import HEADERS
from tests.exporting import fill, settings
from tests.specimens import decision
from tests.web import over
from tests.web_server import connected, get, plain, read_all, said, served, until

ROOT = Path(__file__).parents[1]
ANYWHERE = "0.0.0.0"  # noqa: S104 - it is refused
POSIX = pytest.mark.skipif(os.name == "nt", reason="there are no such signals")


def command(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "decisions", "--home", str(home), *words]


@contextmanager
def room(home: Path, *words: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The command as a process of its own, once it has told its address: port and process."""
    with subprocess.Popen(
        command(home, "serve", "--port", "0", "--workers", "1", *words),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:([0-9]+)/", told)
            if found is None:
                process.kill()
                pytest.fail(f"{told} {process.communicate()[1]}")
            yield int(found[1]), process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "access.log"


@pytest.fixture(scope="module")
def port(room_home: Path, log: Path) -> Iterator[int]:
    """A room that runs."""
    with room(room_home, "--access-log", str(log)) as (number, _):
        yield number


def refused(home: Path, *words: str) -> str:
    """What a call says that is refused as wrong."""
    done = subprocess.run(
        command(home, *words), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done
    assert done.stderr.startswith("decisions: ")
    assert "Traceback" not in done.stderr
    return done.stderr


def assert_ruled(headers: dict[str, str]) -> None:
    for name, value in HEADERS.items():
        assert headers[name.lower()] == value
    assert "noindex" in headers["x-robots-tag"]
    assert "server" not in headers


def test_it_answers_where_it_says(port: int) -> None:
    status, headers, body = get(port, "/about")
    assert status == 200
    assert b"Ombudsman" in body
    assert_ruled(headers)


def test_health_says_that_all_is_well(port: int) -> None:
    status, headers, body = get(port, "/health")
    assert (status, json.loads(body)["ok"], json.loads(body)["behind"]) == (200, True, 0)
    assert_ruled(headers)


CLOSE = "Host: localhost\r\nConnection: close"
ODD = [
    ("GET /static/style.css HTTP/1.1", CLOSE, "", 200),
    ("HEAD /about HTTP/1.1", CLOSE, "", 200),
    ("OPTIONS /about HTTP/1.1", CLOSE, "", 200),
    ("GET /about HTTP/1.0", "Host: localhost", "", 200),
    ("GET /about HTTP/1.0", "X: y", "", 400),
    ("GET /about HTTP/1.1", "Connection: close\r\nHost: evil.example", "", 400),
    ("GET /about HTTP/1.1", CLOSE + "\r\nHost: evil.example", "", 400),
    ("POST /about HTTP/1.1", CLOSE, "", 405),
    ("DELETE /about HTTP/1.1", CLOSE, "", 405),
    ("TRACE /about HTTP/1.1", CLOSE, "", 405),
    ("BREW /nothing HTTP/1.1", CLOSE, "", 405),
    ("GET /about HTTP/1.1", CLOSE + "\r\nContent-Length: 5", "hello", 413),
    (
        "POST /about HTTP/1.1",
        CLOSE + "\r\nTransfer-Encoding: chunked",
        "5\r\nhello\r\n0\r\n\r\n",
        413,
    ),
    (f"GET /{'a' * 9000} HTTP/1.1", CLOSE, "", 414),
    (f"GET /about?q={'a' * 9000} HTTP/1.1", CLOSE, "", 414),
    (f"GET /{'a' * 20000} HTTP/1.1", CLOSE, "", 431),
    ("GET / HTTP/1.1", f"Host: localhost\r\nX: {'a' * 20000}", "", 431),
    ("GET /\0 HTTP/1.1", CLOSE, "", 404),
    ("GET // HTTP/1.1", CLOSE, "", 404),
    ("GET //about HTTP/1.1", CLOSE, "", 404),
    ("GET / HTTP/1.1", "no header", "", 400),
    ("\x16\x03\x01\x02", "\x01\xfc\x03", "", 400),
]
"""Requests (first line, headers, body) and the status that they get."""


@pytest.mark.parametrize(("first", "headers", "body", "status"), ODD, ids=range(len(ODD)))
def test_every_answer_carries_the_rules_whoever_makes_it(
    port: int, first: str, headers: str, body: str, status: int
) -> None:
    request = f"{first}\r\n{headers}\r\n\r\n{body}".encode("latin-1")
    answered, told, _ = said(port, request)
    assert answered == status
    assert_ruled(told)
    if status == 405:
        assert "GET" in told["allow"]


def test_a_file_that_has_not_changed_carries_them_too(port: int) -> None:
    _, headers, _ = get(port, "/static/style.css")
    status, headers, body = get(port, "/static/style.css", f"If-None-Match: {headers['etag']}")
    assert (status, body) == (304, b"")
    assert_ruled(headers)


def test_an_address_with_a_host_in_it_is_not_believed(port: int) -> None:
    request = (
        b"GET http://evil.example/about HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    _, headers, body = said(port, request)
    assert b"evil.example" not in body
    assert "evil.example" not in str(headers)


def test_the_log_says_who_asked_for_what_but_not_what_was_searched_for(
    port: int, log: Path
) -> None:
    get(port, "/about?q=my-own-trouble", 'User-Agent: a "\xe9" browser', "Referer: http://x/?q=y")
    # It is written after the answer is sent.
    told = until(lambda: "browser" in (told := log.read_text(encoding="ascii")) and told)
    last = told.splitlines()[-1]
    assert re.fullmatch(
        r"127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "
        r'"GET /about HTTP/1\.1" 200 \d+ "http://x/" "a \\x22\\xc3\\xa9\\x22 browser"',
        last,
    )
    assert "my-own-trouble" not in told


def test_a_port_that_is_taken_is_told_in_a_sentence(port: int, room_home: Path) -> None:
    assert f"at port {port}" in refused(room_home, "serve", "--port", str(port))


def test_a_missing_extra_is_told_with_how_to_get_it(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['flask'] = None; import decisions; "
        "sys.exit(decisions.main(['--home', sys.argv[1], 'serve']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'decisions[web]'" in done.stderr


def test_elsewhere_it_wants_a_contact(tmp_path: Path) -> None:
    assert "contact" in refused(tmp_path, "serve", "--host", ANYWHERE, "--port", "0")


def test_an_empty_home_is_served_and_the_pages_say_what_to_do(tmp_path: Path) -> None:
    with room(tmp_path) as (port, process):
        assert process.stderr is not None
        assert "decisions crawl" in process.stderr.readline() + process.stderr.readline()
        status, headers, body = get(port, "/health")
        assert status == 503
        assert "decisions crawl" in json.loads(body)["trouble"]
        assert_ruled(headers)
        status, _, body = get(port, "/about")
        assert status == 503
        assert b"decisions crawl" in body


def test_health_says_that_the_index_is_missing_or_of_another_archive(tmp_path: Path) -> None:
    fill(tmp_path, [decision()])
    client = create_app(over(settings(tmp_path))).test_client()
    assert client.get("/health").status_code == 200
    (tmp_path / "index").rename(tmp_path / "aside")
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json()["ok"]) == (503, False)
    assert "decisions index" in answer.get_json()["trouble"]
    other = tmp_path / "other"
    other.mkdir()
    fill(other, [decision()])
    (other / "index").rename(tmp_path / "index")
    assert "another archive" in client.get("/health").get_json()["trouble"]


def test_people_from_elsewhere_are_not_told_where_files_lie(tmp_path: Path) -> None:
    home = tmp_path / "a-private-place"
    public = choices(contact="me@example.org", address=ANYWHERE, host=ANYWHERE)
    client = create_app(over(settings(home), public)).test_client()
    for path in ("/about", "/health"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "a-private-place" not in answer.text


def test_each_page_is_of_the_archive_that_is_there_then(tmp_path: Path) -> None:
    """One that was put in the place of another, and what was written meanwhile."""
    home, other = tmp_path / "home", tmp_path / "other"
    for where in (home, other):
        where.mkdir()
        fill(where, [decision("24 001 001")])
    opened = reader(settings(home))
    with opened() as archive:
        first = archive.archive_id
    fill(home, [decision("24 001 002")])
    with opened() as archive:
        assert archive.find("24 001 002")
        assert archive.archive_id == first
    (other / "decisions.db").replace(home / "decisions.db")
    with opened() as archive:
        assert archive.archive_id != first
    (home / "decisions.db").unlink()
    with pytest.raises(DatabaseUnusable), opened():
        pass


@POSIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_ends_when_asked(room_home: Path, number: signal.Signals, code: int) -> None:
    with room(room_home) as (port, process):
        assert get(port, "/health")[0] == 200
        process.send_signal(number)
        _, errors = process.communicate()
        assert process.returncode == code
        assert "Traceback" not in errors
        with pytest.raises(ConnectionRefusedError):
            connected(port)


class Held:
    """A text that comes when it is let go."""

    def __init__(self, count: int = 1) -> None:
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self) -> bytes:
        self.begun.release()
        self.let_go.wait(60)
        return b"at last"


def asked(port: int, target: str = "/") -> socket.socket:
    client = connected(port)
    client.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return client


def test_requests_under_way_are_finished_and_no_others_begun() -> None:
    held = Held()
    with served(plain(held)) as (port, server, _), asked(port) as client, connected(port) as idle:
        assert held.begun.acquire(timeout=60)
        server.stop()
        assert read_all(idle) == b""
        with pytest.raises(ConnectionRefusedError):
            connected(port)
        held.let_go.set()
        assert read_all(client).endswith(b"at last")


def test_health_is_answered_while_everything_else_waits(room_home: Path) -> None:
    held = Held()
    app = create_app(over(settings(room_home)))
    app.add_url_rule("/hanging", "hanging", held)
    with served(app, threads=2) as (port, _, _):
        hanging = [asked(port, "/hanging") for _ in range(8)]
        for _ in range(2):
            assert held.begun.acquire(timeout=60)
        assert get(port, "/health")[0] == 200
        assert not held.let_go.is_set()
        held.let_go.set()
        for client in hanging:
            client.close()


def test_health_does_not_wait_for_an_archive_that_does_not_answer(
    room_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    monkeypatch.setattr("search.web.health.look_at", lambda config: held())
    client = create_app(over(settings(room_home))).test_client()
    for _ in range(2):
        answer = client.get("/health")
        assert (answer.status_code, answer.get_json()["ok"]) == (503, False)
    held.let_go.set()


def test_health_remembers_what_it_saw_a_moment_ago(
    room_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(over(settings(room_home))).test_client()
    assert client.get("/health").status_code == 200
    held = Held()
    monkeypatch.setattr("search.web.health.look_at", lambda config: held())
    assert client.get("/health").get_json()["ok"]
    monkeypatch.setattr("search.web.health.REMEMBERED", 0.0)
    assert not client.get("/health").get_json()["ok"]
    held.let_go.set()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that gives clients next to no time."""
    monkeypatch.setattr(serving, "REQUEST_SECONDS", 0.3)
    monkeypatch.setattr(serving, "SLOW_SECONDS", 0.3)
    monkeypatch.setattr(serving, "LOOK_SECONDS", 0)


@pytest.mark.usefixtures("impatient")
def test_a_request_that_dribbles_in_is_cut_off() -> None:
    with served(plain()) as (port, _, noted), connected(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        client.settimeout(0.05)
        assert any(gone_after(client, f"X-{number}: y\r\n".encode()) for number in range(1000))
        assert noted == []
        assert get(port, "/")[0] == 200


def gone_after(client: socket.socket, data: bytes) -> bool:
    """Whether the other end has closed the connection, once this was sent."""
    try:
        client.sendall(data)
        return client.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


@pytest.mark.usefixtures("impatient")
def test_a_client_that_takes_nothing_is_cut_off_and_the_answer_given_up() -> None:
    given_up = threading.Event()

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield bytes(1_000_000)
        finally:
            given_up.set()

    with served(plain(endless), threads=1) as (port, server, _), asked(port) as client:
        assert given_up.wait(60)
        client.close()
        until(lambda: not server.active_channels)


def test_what_an_application_drops_is_told_with_the_rules(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(environ: Any, start_response: Any) -> Any:
        raise RuntimeError("a slip")

    with served(broken) as (port, _, noted):
        status, headers, body = get(port, "/")
    assert status == 500
    assert b"a slip" not in body
    assert_ruled(headers)
    assert [one.status for one in noted] == [500]
    assert "a slip" in caplog.text


def test_only_a_proxy_that_was_named_is_believed() -> None:
    told = ("X-Forwarded-For: 192.0.2.9, 198.51.100.7", "X-Forwarded-Proto: https")
    with served(plain()) as (port, _, noted):
        get(port, "/", *told)
    assert [one.address for one in noted] == ["127.0.0.1"]
    with served(plain(), proxy="127.0.0.1") as (port, _, noted):
        get(port, "/", *told)
    assert [one.address for one in noted] == ["198.51.100.7"]


def test_one_request_is_one_line_of_plain_characters() -> None:
    at = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    nasty = 'a"b\\c\nd\x00e\u2028f\x7fé'
    one = Asked("192.0.2.1", "GET", f"/x{nasty}?q=secret", "1.1", 200, 12, nasty, nasty)
    told = line(one, at, queries=False)
    assert told.isascii()
    assert told.isprintable()
    assert told.count('"') == 6
    assert "secret" not in told
    assert "secret" in line(one, at, queries=True)
    assert told.startswith('192.0.2.1 - - [04/May/2026:09:30:00 +0000] "GET /xa\\x22b\\x5cc\\x0ad')
    bare = line(Asked("::1", "", "", "1.0", 400, 0), at, queries=True)
    assert bare == '::1 - - [04/May/2026:09:30:00 +0000] "-" 400 - "-" "-"'


@POSIX
def test_a_log_that_was_moved_away_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "access.log"
    one = Asked("192.0.2.1", "GET", "/", "1.1", 200, 12)
    with opened(str(file), queries=False) as note:
        note(one)
        file.rename(tmp_path / "access.log.1")
        note(one)
    assert len(file.read_text(encoding="ascii").splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_log_that_cannot_be_written_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    with opened("/dev/full", queries=False) as note:
        for _ in range(3):
            note(Asked("192.0.2.1", "GET", "/", "1.1", 200, 12))
    assert len(caplog.records) == 1
    assert "/dev/full" in caplog.text


def choices(**changes: Any) -> Any:
    given: dict[str, Any] = {
        "address": "127.0.0.1",
        "host": "127.0.0.1",
        "names": (),
        "public_url": None,
        "proxy": None,
        "include_withdrawn": False,
        "indexable": False,
        "contact": None,
    }
    return choices_for(**(given | changes))


OPEN: list[dict[str, Any]] = [
    {"address": ANYWHERE, "host": ANYWHERE},
    {"address": "::", "host": "::"},
    {"address": "192.0.2.1", "host": "192.0.2.1"},
    {"public_url": "https://decisions.example.org"},
    {"names": ("decisions.example.org",)},
    {"proxy": "127.0.0.1"},
]
"""Ways in which others may come."""


@pytest.mark.parametrize("opening", OPEN, ids=str)
def test_others_come_only_with_a_contact_and_never_to_withdrawn_texts(
    opening: dict[str, Any],
) -> None:
    with pytest.raises(UsageError, match="contact"):
        choices(**opening)
    with pytest.raises(UsageError, match="include-withdrawn"):
        choices(contact="me@example.org", include_withdrawn=True, **opening)
    assert choices(contact="me@example.org", **opening).public


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1",) * 2, ("localhost", "127.0.0.1"), ("127.0.0.2",) * 2, ("::1",) * 2],
)
def test_on_this_machine_the_operator_sees_withdrawn_texts(host: str, address: str) -> None:
    made = choices(address=address, host=host, include_withdrawn=True)
    assert made.include_withdrawn
    assert not made.public


def test_the_names_are_those_it_was_given() -> None:
    made = choices(
        address="192.0.2.1",
        host="192.0.2.1",
        names=("Room.Example.org", "2001:DB8::1"),
        public_url="https://decisions.example.org:8443/",
        contact="me@example.org",
    )
    assert set(made.hosts) == {
        "localhost", "127.0.0.1", "::1", "192.0.2.1",
        "room.example.org", "2001:db8::1", "decisions.example.org",
    }  # fmt: skip
    assert made.public_url == "https://decisions.example.org:8443"


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": ("a b",)},
        {"names": ("",)},
        {"names": ("*",)},
        {"names": ("évil.example",)},
        {"public_url": "decisions.example.org"},
        {"public_url": "ftp://decisions.example.org"},
        {"public_url": "https://decisions.example.org/archive"},
        {"public_url": "https://me@decisions.example.org"},
        {"public_url": "https://decisions.example.org?x"},
        {"public_url": "https://[::1"},
        {"public_url": "https://a:b"},
        {"proxy": "proxy.example.org"},
        {"proxy": "*"},
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        choices(contact="me@example.org", **wrong)
