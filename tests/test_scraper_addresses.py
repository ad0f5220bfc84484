"""Addresses: the source's own hosts or one loopback look-alike, and nothing else in the world."""

from __future__ import annotations

import socket

import pytest

from scraper.addresses import live_site, loopback_site, site_for
from scraper.errors import CrawlSetupError

LIVE = "https://www.ombudsman.example"
LOOKALIKE = "http://127.0.0.1:8765"


def nobody(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host}:{port} was looked up")


@pytest.mark.parametrize(
    "url",
    [
        "https://www.ombudsman.example/decisions/a",
        "https://ombudsman.example/decisions/a",
        "http://www.ombudsman.example/",
        "https://WWW.Ombudsman.Example/",
        "https://www.ombudsman.example:443/",
        "http://ombudsman.example:80/",
    ],
)
def test_the_live_site_is_its_host_with_and_without_www(url: str) -> None:
    assert live_site(LIVE).refusal(url) is None
    assert live_site("https://ombudsman.example/").refusal(url) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://elsewhere.example/", "not on this site"),
        ("https://ombudsman.example.elsewhere.example/", "not on this site"),
        ("https://m.ombudsman.example/", "not on this site"),
        ("https://www.www.ombudsman.example/", "not on this site"),
        ("https://www.ombudsman.example./", "not on this site"),
        ("https://127.0.0.1/", "not on this site"),
        ("https://[::1]/", "not on this site"),
        ("https://localhost/", "not on this site"),
        ("https://169.254.169.254/latest/", "not on this site"),
        ("https://10.0.0.1/", "not on this site"),
        ("https://www.ombudsman.example@elsewhere.example/", "user name"),
        ("https://me:secret@www.ombudsman.example/", "user name"),
        ("https://www.ombudsman.example\\@elsewhere.example/", "user name"),
        ("https://www.ombudsman.example:8443/", "port"),
        ("http://www.ombudsman.example:443/", "port"),
        ("https://www.ombudsman.example:99999/", "port"),
        ("ftp://www.ombudsman.example/", "http"),
        ("file:///etc/passwd", "http"),
        ("javascript:alert(1)", "http"),
        ("//www.ombudsman.example/", "http"),
        ("/decisions/a", "http"),
        ("", "http"),
        ("https://www.ombudsman.example/\r\nX: y", "not an address"),
        ("https://ⓞmbudsman.example/", "not an address"),
        ("https://www.ombudsman.example/" + "a" * 2_000, "longer than"),
    ],
)
def test_nothing_but_the_live_site(url: str, reason: str) -> None:
    refusal = live_site(LIVE).refusal(url)
    assert refusal is not None
    assert reason in refusal


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000",
        "https://10.1.2.3",
        "https://localhost",
        "https://intranet",
        "https://www.ombudsman.example:8443",
        "https://me@www.ombudsman.example",
        "ftp://www.ombudsman.example",
        "www.ombudsman.example",
        "https://",
    ],
)
def test_a_source_that_names_no_public_host_is_refused(url: str) -> None:
    with pytest.raises(CrawlSetupError):
        live_site(url)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://127.0.0.1:8765",
        "http://127.0.0.1",
        "http://127.9.8.7:8765/",
        "http://[::1]:8765",
        "https://127.0.0.1:8765",
    ],
)
def test_base_url_takes_loopback_numbers_without_a_lookup(base_url: str) -> None:
    site = loopback_site(base_url, nobody)
    assert site.loopback
    assert site.refusal(base_url) is None


@pytest.mark.parametrize(
    "base_url",
    ["http://127.0.0.1:8765/site", "http://127.0.0.1:0", "http://xn--/", "http://127.0.0.1:99999"],
)
def test_a_base_url_that_cannot_be_one_is_refused(base_url: str) -> None:
    with pytest.raises(CrawlSetupError):
        loopback_site(base_url, nobody)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["::1", "127.0.0.1"]])
def test_localhost_is_taken_where_it_is_loopback(addresses: list[str]) -> None:
    site = loopback_site("http://localhost:8765", lambda host, port: addresses)
    assert site.refusal("http://localhost:8765/robots.txt") is None


@pytest.mark.parametrize(
    "addresses", [["192.168.0.7"], ["127.0.0.1", "203.0.113.9"], ["::ffff:127.0.0.1"], []]
)
def test_localhost_that_leads_elsewhere_is_refused(addresses: list[str]) -> None:
    with pytest.raises(CrawlSetupError, match="loopback"):
        loopback_site("http://localhost:8765", lambda host, port: addresses)


def test_localhost_that_does_not_resolve_says_what_to_use() -> None:
    def fails(host: str, port: int) -> list[str]:
        raise socket.gaierror("not known")

    with pytest.raises(CrawlSetupError, match=r"127\.0\.0\.1"):
        loopback_site("http://localhost:8765", fails)


@pytest.mark.parametrize(
    "base_url",
    [
        "https://www.ombudsman.example",
        "http://192.168.0.7:8765",
        "http://10.0.0.1",
        "http://0.0.0.0:8765",
        "http://[::]:8765",
        "http://[::ffff:127.0.0.1]:8765",
        "http://169.254.1.1",
        "http://127.1:8765",
        "http://2130706433:8765",
        "http://0x7f000001:8765",
        "http://127.0.0.1.example:8765",
        "http://localhost.example:8765",
        "http://localhost.:8765",
        "http://me@127.0.0.1:8765",
        "http://127.0.0.1:8765/?page=1",
        "http://127.0.0.1:8765/#a",
        "ftp://127.0.0.1",
        "127.0.0.1:8765",
        "http://[127.0.0.1",
        "",
    ],
)
def test_base_url_refuses_every_other_host(base_url: str) -> None:
    with pytest.raises(CrawlSetupError) as raised:
        loopback_site(base_url, nobody)
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8766/",
        "http://127.0.0.1/",
        "http://127.0.0.2:8765/",
        "http://localhost:8765/",
        "https://127.0.0.1:8765/",
        "https://www.ombudsman.example/",
    ],
)
def test_a_look_alike_does_not_lead_to_other_services_on_this_machine(url: str) -> None:
    assert loopback_site(LOOKALIKE, nobody).refusal(url) is not None


@pytest.mark.parametrize(
    ("address", "admitted"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("::ffff:8.8.8.8", True),
        ("4000::1", False),
        ("127.0.0.1", False),
        ("::1", False),
        ("10.0.0.1", False),
        ("172.16.5.5", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse, not one to bind
        ("255.255.255.255", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("nonsense", False),
    ],
)
def test_a_live_crawl_connects_to_public_addresses_only(address: str, admitted: bool) -> None:
    assert live_site(LIVE).admits(address) is admitted


@pytest.mark.parametrize(
    ("address", "admitted"),
    [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), ("8.8.8.8", False), ("x", False)],
)
def test_a_loopback_crawl_connects_to_loopback_only(address: str, admitted: bool) -> None:
    assert loopback_site(LOOKALIKE, nobody).admits(address) is admitted


def test_the_site_of_a_run() -> None:
    assert site_for(LIVE, None, nobody) == live_site(LIVE)
    assert site_for(LIVE, LOOKALIKE, nobody) == loopback_site(LOOKALIKE, nobody)
