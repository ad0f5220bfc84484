"""The wire under TLS, as every live crawl uses it: the same promises, and certificates are checked.

The certificate and its key were made for this file, name loopback only, and are trusted nowhere
but here. They are valid until 2120.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scraper.client import Fetcher, open_fetcher
from scraper.errors import BodyDamaged, NetworkError, RobotsUnavailable
from scraper.exchange import Limits
from tests.scripted_server import NO_ROBOTS, Say, Server, serving, then_hang_up, whole

TEXT = b"<html>" + b"The Council was at fault. " * 100 + b"</html>"

KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrmOdvUjtsKPLxwfL
1LHrjZSgGGL84RX9SMyJfLg5iCGhRANCAATuW1cjt8q7grCAmJBzeqcTRSJOrAMK
OeYJaOwtHGqYMxqRq+oMO0T0Wgvw7d/D7FfZaPDW5OtaHDHQtDZm0NfX
-----END PRIVATE KEY-----
"""
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBiTCCAS+gAwIBAgIBATAKBggqhkjOPQQDAjAdMRswGQYDVQQDDBJsb29wYmFj
ayB0ZXN0IG9ubHkwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMB0x
GzAZBgNVBAMMEmxvb3BiYWNrIHRlc3Qgb25seTBZMBMGByqGSM49AgEGCCqGSM49
AwEHA0IABO5bVyO3yruCsICYkHN6pxNFIk6sAwo55glo7C0capgzGpGr6gw7RPRa
C/Dt38PsV9lo8Nbk61ocMdC0NmbQ19ejXjBcMA8GA1UdEwEB/wQFMAMBAf8wDgYD
VR0PAQH/BAQDAgKEMB0GA1UdDgQWBBSySIX4uwKKKmMjCt6z/ip1f9QZeTAaBgNV
HREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZIzj0EAwIDSAAwRQIgNgbWiSaO
RjiS8HsUoUWM7ITiKuXpMQTbgXTCA2EFLzoCIQC7lED/Z+7ban4NRVmbGDr2/odg
BtZVOnYaBP4aQZZG9g==
-----END CERTIFICATE-----
"""


@contextmanager
def fetching(
    home: Path, *script: Say, monotonic: Callable[[], float] = time.monotonic
) -> Iterator[tuple[Server, Fetcher]]:
    (home / "pair.pem").write_text(KEY + CERTIFICATE, encoding="ascii")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(home / "pair.pem")
    with (
        serving(NO_ROBOTS, *script, context=context) as server,
        open_fetcher(
            "https://www.ombudsman.example",
            version="9.9",
            contact=None,
            base_url=server.url,
            delay=0.0,
            limits=Limits(backoff=()),
            monotonic=monotonic,
        ) as fetcher,
    ):
        yield server, fetcher


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory whose certificate this machine trusts for the length of a test."""
    trusted = tmp_path / "trusted.pem"
    trusted.write_text(CERTIFICATE, encoding="ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    return tmp_path


def test_pages_come_back_over_one_connection(home: Path) -> None:
    with fetching(home, whole(TEXT), whole(b"two")) as (server, fetcher):
        assert fetcher.get(f"{server.url}/a", purpose="decision").body == TEXT
        assert fetcher.get(f"{server.url}/b", purpose="decision").body == b"two"
        assert server.connections == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with (
        fetching(home, whole(TEXT)) as (server, fetcher),
        pytest.raises(RobotsUnavailable, match="certificate verify failed"),
    ):
        fetcher.get(f"{server.url}/a", purpose="decision")
    assert server.heads == []


def test_a_cut_body_is_noticed(home: Path) -> None:
    with (
        fetching(home, then_hang_up(whole(TEXT)[:-1])) as (server, fetcher),
        pytest.raises((BodyDamaged, NetworkError)),
    ):
        fetcher.get(f"{server.url}/a", purpose="decision")


def test_a_body_longer_than_its_content_length_is_noticed(home: Path) -> None:
    with (
        fetching(home, whole(TEXT) + b"the rest") as (server, fetcher),
        pytest.raises(BodyDamaged, match="Content-Length says"),
    ):
        fetcher.get(f"{server.url}/a", purpose="decision")


def test_a_byte_a_second_is_cut_after_a_minute(home: Path) -> None:
    seconds = [0.0]

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 80\r\n\r\n")
        for _ in range(80):
            seconds[0] += 1.0
            connection.sendall(b"x")

    with (
        fetching(home, drip, monotonic=lambda: seconds[0]) as (server, fetcher),
        pytest.raises(NetworkError, match="no whole answer in 60 seconds"),
    ):
        fetcher.get(f"{server.url}/a", purpose="decision")
