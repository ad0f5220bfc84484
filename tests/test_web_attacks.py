"""Every page of the room against text that wants to be markup, SQL, or a way to other files.

The pages are those of the application's own map of addresses: a page that is added is held to the
same without a line here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from search.web import addresses
from search.web.application import create_app
from search.web.asking import MANY, ONE
from search.web.safety import HEADERS, host_name
from tests.exporting import settings
from tests.web import over
from tests.web_planted import TEXT, harm, harm_in_feed, planted_archive
from tests.web_server import get, served

MAP = create_app(over(settings(Path("nowhere")))).url_map
RULES = sorted((rule for rule in MAP.iter_rules() if rule.endpoint != "static"), key=str)
REFERENCE = "24 001 000"

SQL = (
    "' OR '1'='1",
    "'; DROP TABLE decision; --",
    '" UNION SELECT body_zstd FROM page --',
    "1) OR 1=1 --",
    "%' OR title LIKE '%",
)
UNKNOWN = "nothing-takes-this"
PLAIN = ("application/json", "application/jsonl", "text/csv", "text/plain")
PARSED = ("q", "phrase", "begins", "not")
"""Parameters that a query is read from: a text may be none."""

PATHS = (
    "..", "../../decisions.db", "..%2f..%2fdecisions.db", "%2e%2e/%2e%2e/decisions.db",
    "%2e%2e%2f%2e%2e%2fdecisions.db", "..%5c..%5cdecisions.db", "....//....//decisions.db",
    "%c0%ae%c0%ae%c0%afdecisions.db", "%252e%252e%252fdecisions.db", "/etc/passwd",
    "%2fetc%2fpasswd", "file:///etc/passwd", "%00", "a%00.html", "%0d%0aX-Made:%20up", "%ff%fe",
    "%ed%a0%80", "%f8%88%80%80%80", "%", "%zz", "~", "a" * 3000, "%e2%80%ae", "::$DATA", "CON",
    "@", "@0", "@-1", "@99999999999999999999", "lgsco/@1", "lgsco/%2e", ";", "*", "?" , "{}", "[",
)  # fmt: skip
HOSTS = (
    "evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example",
    "evil.example@localhost", "localhost:80:80", "localhost:port", "localhost:", "localhost.",
    "localhost evil.example", "localhost,evil.example", "localhost/evil.example", "127.0.0.1.",
    "127.1", "127.0.0.2", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1", "::1", "[::1]evil",
    "[::ffff:127.0.0.1]", "[::1%25lo]", "l\xf6calhost", "\xe9", "localhost%00", "localhost#", "*",
    "localhost\\evil", "xn--localhost", "",
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("attacked")
    planted_archive(found)
    return found


@pytest.fixture(scope="module")
def client(home: Path) -> FlaskClient:
    return create_app(over(settings(home))).test_client()


@pytest.fixture(scope="module")
def names(client: FlaskClient) -> list[str]:
    """Every parameter that anything takes, and one that nothing does."""
    told = client.get("/api/v1/openapi.json").get_json()
    found = set(re.findall(r'"name": ?"([a-z-]+)"', json.dumps(told)))
    for path in ("/search", "/bodies", "/categories", "/changes", "/coverage"):
        tree = LexborHTMLParser(client.get(path).text)
        found |= {
            str(node.attributes.get("name"))
            for node in tree.css("input, select, button")
            if node.attributes.get("name")
        }
    return sorted(found | MANY.keys() | ONE.keys() | {UNKNOWN})


def looked_at(answer: Any, where: str) -> str:
    """The text of an answer that carries the rules, is no slip of ours, and does nothing."""
    assert answer.status_code < 500, where
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, where
    assert re.match(r"/[^/\\]", answer.headers.get("Location", "/here")), where
    text: str = answer.text
    kind = answer.mimetype
    if kind == "text/html":
        assert harm(text) == [], where
    elif kind == "application/atom+xml":
        assert harm_in_feed(text) == [], where
    else:
        # Not to be taken for a page, whatever is in it; that nobody guesses is in the rules.
        assert kind in PLAIN or kind.startswith("application/x-"), where
    return text


def filled(rule: Rule, value: str) -> str:
    """An address of this rule with ``value``, as it is, in every place that is open."""
    return value.join(re.split(r"<[^>]+>", rule.rule))


@pytest.fixture(scope="module")
def walked(client: FlaskClient) -> dict[str, str]:
    """Pages by address, found by following every link there is, some hundreds at most."""
    reference = addresses.decision("lgsco", REFERENCE)
    begin = [str(rule) for rule in RULES if not rule.arguments] + [
        "/search?q=PLANTED",
        "/search?q=planted&sort=newest",
        "/api/v1/search?q=PLANTED",
        "/search.atom?q=PLANTED",
        *(reference + more for more in ("", "@1", "@2", "/cite", "/similar")),
        *(f"/api/v1{reference}{more}" for more in ("", "/history", "/cite", "/similar")),
    ]
    pages: dict[str, str] = {}
    met: Counter[str] = Counter()
    while begin and len(pages) < 110:
        # What was looked at least comes first.
        address = min(begin, key=lambda one: met[endpoint(one)])
        begin.remove(address)
        met[endpoint(address)] += 1
        answer = client.get(address)
        pages[address] = looked_at(answer, address)
        found = [answer.headers.get("Location", address)]
        if answer.mimetype == "text/html":
            found += links(pages[address])
        if re.fullmatch("/body/[^.?]*", address):
            found.append(f"/api/v1{address}")
        begin += [one for one in dict.fromkeys(found) if one not in pages and one not in begin]
    return pages


@cache
def endpoint(address: str) -> str:
    """What answers there; nothing for an address of nothing."""
    try:
        return str(MAP.bind("localhost").match(urlsplit(address).path)[0])
    except HTTPException:
        return ""


def links(page: str) -> Iterator[str]:
    """Where a page leads to in this room, its own files left out."""
    for node in LexborHTMLParser(page).css("a[href], link[href]"):
        link = str(node.attributes["href"]).partition("#")[0]
        if link.startswith("/") and not link.startswith("/static/"):
            yield link


def test_nothing_stored_becomes_markup_on_any_page(walked: dict[str, str]) -> None:
    shown = [address for address, text in walked.items() if "PLANTED" in text]
    assert len(walked) > 30
    for begin in ("/search?q=PLANTED", "/decision/lgsco/", "/body/", "/changes", "/search.atom"):
        assert any(address.startswith(begin) for address in shown), begin
    assert sum("x-planted" in walked[address] for address in shown) > 10


@pytest.mark.parametrize("name", sorted({rule.endpoint for rule in RULES}))
def test_every_page_was_among_them(name: str, walked: dict[str, str]) -> None:
    """Or what is planted there was never looked at."""
    assert name in {endpoint(address) for address in walked}


def asked(client: FlaskClient, at: str, names: list[str], text: str) -> Iterator[tuple[str, str]]:
    """Addresses below ``at`` that give this text to each parameter, with the parameter's name.

    All at once where parameters that nobody knows are passed over, or that would be all there is
    to be seen.
    """
    value = quote(text, safe="")
    if client.get(f"{at}?{UNKNOWN}=1").status_code == 200:
        yield "&".join(names), f"{at}?" + "&".join(f"{name}={value[:150]}" for name in names)
    else:
        yield from ((name, f"{at}?{name}={value}") for name in names)


def ordinary(rule: Rule) -> str:
    """An address of this rule that could be."""
    return filled(rule, "lgsco/24-001-000" if "spelt" in rule.arguments else "24-001-000")


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_nothing_asked_becomes_markup(rule: Rule, client: FlaskClient, names: list[str]) -> None:
    at = ordinary(rule)
    for _, where in asked(client, at, names, TEXT):
        looked_at(client.get(where), where)
    looked_at(client.get(f"{at}?{quote(TEXT, safe='')}=1"), f"{at} with an odd name")
    if rule.arguments:
        where = filled(rule, quote(TEXT, safe=""))
        looked_at(client.get(where), where)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_sql_is_a_text_like_any_other(rule: Rule, client: FlaskClient, names: list[str]) -> None:
    """It gets the status of a word that stands nowhere."""
    at = ordinary(rule)
    literal = {name: client.get(where) for name, where in asked(client, at, names, "zzqx")}
    for text in SQL:
        for name, where in asked(client, at, names, text):
            status = client.get(where).status_code
            assert status == literal[name].status_code or (name in PARSED and status == 400), where
    for text in SQL if rule.arguments else ():
        where = filled(rule, quote(text, safe=""))
        assert client.get(where).status_code in (400, 404), where


@pytest.mark.parametrize("name", ["body", "category", "source", "phrase", "begins"])
@pytest.mark.parametrize("text", SQL)
def test_sql_finds_what_the_literal_finds(client: FlaskClient, name: str, text: str) -> None:
    answer = client.get("/api/v1/search", query_string={name: text})
    assert answer.status_code == 400 or answer.get_json()["total"] == 0


def test_nothing_of_all_this_wrote_anything(home: Path, client: FlaskClient) -> None:
    before = _written(home)
    for rule in RULES:
        for text in SQL:
            client.get(filled(rule, quote(text, safe="")), query_string={"q": text})
    assert _written(home) == before


def _written(home: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    """The room behind its server: what addresses are made of on the way is part of it."""
    with served(create_app(over(settings(home)))) as (number, _, _):
        yield number


BELOW = ["/static/", "/", "/about/", *(str(rule) for rule in RULES if rule.arguments)]


@pytest.mark.parametrize("where", BELOW)
def test_no_address_leads_to_another_file(port: int, where: str) -> None:
    for path in PATHS:
        target = path.join(re.split(r"<[^>]+>", where)) if "<" in where else where + path
        status, headers, body = get(port, target)
        assert status in (200, 400, 404) or status in range(300, 309), target
        assert "x-made" not in headers, target
        assert b"SQLite format" not in body, target
        assert b"root:" not in body, target
        if any(odd in target for odd in ("..", "%2e%2e", "%00", "%ff", "%c0", "%ed", "%f8", "%0d")):
            assert status in (400, 404), target


@pytest.mark.parametrize("target", ["/static/../safety.py", "/static/%2e%2e/safety.py",
                                    "/static/..%2fsafety.py", "/static//style.css", "/./about",
                                    "/static/./style.css", "//about", "/about//", "/%2fabout",
                                    "/about/", "/static/", "/static"])  # fmt: skip
def test_an_address_is_written_in_one_way(port: int, target: str) -> None:
    assert get(port, target)[0] == 404


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_ours_is_refused_however_it_is_written(port: int, host: str) -> None:
    status, headers, body = get(port, "/about", host=host)
    assert status == 400
    assert b"evil" not in body
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost:8000", "localhost"),
        ("[::1]", "::1"),
        ("[0:0:0:0:0:0:0:1]:80", "::1"),
        ("a_b.example-1.org", "a_b.example-1.org"),
    ],
)
def test_names_are_read_from_a_host(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_nothing_can_be_changed_anywhere(rule: Rule, method: str, client: FlaskClient) -> None:
    answer = client.open(filled(rule, "24-001-000"), method=method)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_the_look_at_pages_sees_what_it_should() -> None:
    assert len(harm(f"<p>{TEXT}</p>")) > 5
    assert harm(f'<input value="{TEXT}">') != []
    assert harm('<a href=" java\nscript:x()">x</a>') != []
    assert harm('<a href="//evil.example">x</a>') != []
    assert harm('<a href="/a">x</a><script src="/static/a.js"></script>') == []
