"""Which addresses a crawl may touch: the source's own hosts, or one loopback look-alike.

A page is hostile input, and so is a redirect or a name server: a crawl must not be led to another
site, to another service on this machine, or into the network it runs in. The rules are pure; the
one question to the outside, what a name resolves to, is asked by a function passed in.

Not here: whether robots.txt allows an address (``robots``), and how a connection is made
(``wire``, which asks ``Site.admits`` about every address before it connects).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

from scraper.errors import CrawlSetupError

Resolver = Callable[[str, int], Sequence[str]]
"""Host name and port → numeric addresses, best first. Raises OSError when there are none."""

_LONGEST_URL = 2_000
_SCHEMES = ("http", "https")
_LOOPBACK_4 = IPv4Network("127.0.0.0/8")
_LOOPBACK_6 = IPv6Address("::1")
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


def system_resolver(host: str, port: int) -> list[str]:
    """What this machine's resolver says, without repeats. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Site:
    """The addresses one crawl may touch.

    ``port`` is the one port of a loopback site; None stands for the scheme's own, the only one
    taken on a live site.
    """

    base_url: str
    hosts: frozenset[str]
    port: int | None
    loopback: bool

    def refusal(self, url: str) -> str | None:
        """Why the URL may not be asked for, in plain words; None when it may."""
        if len(url) > _LONGEST_URL:
            return f"an address longer than {_LONGEST_URL} characters is not taken"
        try:
            parsed = httpx.URL(url)
            host, port = parsed.host, parsed.port  # A host may turn out undecodable only here.
        except (httpx.InvalidURL, ValueError) as error:
            return f"not an address: {error}"
        if parsed.scheme not in _SCHEMES:
            return "not an http or https address"
        if parsed.userinfo:
            return "an address with a user name in it is not taken"
        if host not in self.hosts:
            return f"not on this site ({', '.join(sorted(self.hosts))})"
        if port != self.port:
            return f"not on this site's port ({self.port or 'the usual one'})"
        if self.loopback and parsed.scheme != httpx.URL(self.base_url).scheme:
            return "not the scheme of the base URL"
        return None

    def admits(self, address: str) -> bool:
        """Whether a connection may go to this numeric address.

        Loopback only for a loopback site; for a live one public addresses only, whatever its
        name resolves to (a hijacked name must not lead into the local network).
        """
        if self.loopback:
            return _is_loopback(address)
        try:
            number = _innermost(ip_address(address))
        except ValueError:
            return False
        return number.is_global and not number.is_multicast and not number.is_reserved


def _is_loopback(address: str) -> bool:
    """127.0.0.0/8 or ::1, spelled plainly; Python versions differ on wrapped spellings."""
    try:
        number = ip_address(address)
    except ValueError:
        return False
    return number in _LOOPBACK_4 if isinstance(number, IPv4Address) else number == _LOOPBACK_6


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one that only carries it, otherwise the address itself."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def site_for(source_url: str, base_url: str | None, resolve: Resolver = system_resolver) -> Site:
    """The site of a run: the look-alike where ``--base-url`` names one, else the source's own."""
    return live_site(source_url) if base_url is None else loopback_site(base_url, resolve)


def live_site(source_url: str) -> Site:
    """A source's own site: its host with and without ``www.``, on the usual ports.

    Raises CrawlSetupError for anything that is not the address of a public host by name.
    """
    parsed = _parsed(source_url)
    host = parsed.host
    if parsed.port is not None or "." not in host or _is_number(host):
        raise CrawlSetupError(
            f"{source_url}: a source's own site is a public host by name on the usual port; "
            "for a look-alike on this machine give its address as --base-url"
        )
    bare = host.removeprefix("www.")
    return Site(source_url, frozenset({bare, f"www.{bare}"}), port=None, loopback=False)


def loopback_site(base_url: str, resolve: Resolver) -> Site:
    """The look-alike at a loopback address: exactly that scheme, host and port.

    Takes 127.0.0.0/8, ::1, and ``localhost`` where every address it resolves to is loopback.
    Raises CrawlSetupError for every other host.
    """
    parsed = _parsed(base_url)
    host = parsed.host
    if _is_number(host):
        numbers: Sequence[str] = [host]
    elif host == "localhost":
        try:
            numbers = resolve(host, parsed.port or 80)
        except OSError as error:
            raise CrawlSetupError(
                f"{base_url}: localhost does not resolve here ({error}); use 127.0.0.1"
            ) from error
    else:
        numbers = []
    if not numbers or not all(_is_loopback(number) for number in numbers):
        raise CrawlSetupError(
            f"{base_url}: --base-url takes loopback addresses only (127.0.0.1, ::1, localhost), "
            "for a look-alike on this machine; leave it out to crawl the source's own site"
        )
    return Site(base_url, frozenset({host}), port=parsed.port, loopback=True)


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
        host, port = parsed.host, parsed.port
    except (httpx.InvalidURL, ValueError) as error:
        raise CrawlSetupError(f"{url!r} is not an address: {error}") from error
    if parsed.scheme not in _SCHEMES or not host or not (port is None or 0 < port < 65536):
        raise CrawlSetupError(f"{url!r} is not an http or https address")
    if parsed.userinfo or parsed.query or parsed.fragment or parsed.path not in ("", "/"):
        raise CrawlSetupError(f"{url!r}: a base address has no user name, path, query or fragment")
    return parsed


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
