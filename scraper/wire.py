"""The connection itself: checked addresses, a total deadline, and answers that fit the question.

httpx's own transport times each read alone, so a server that drips a byte a second can hold a
crawl for hours; it connects to whatever address a name resolves to; and it keeps bytes that come
after an answer for the next one. httpcore, on which it stands, lets the network be replaced, and
that is done here: every connect, handshake, read and write gets what is left of one deadline,
every address is asked for before a connection is made, and an exchange is counted so that an
answer that was there before the question, or is longer than its Content-Length, is an error.

Not here: politeness, redirects, retries, content codings. A name look-up has its own time limit
in the system's resolver, which a deadline cannot cut.
"""

from __future__ import annotations

import re
import ssl
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import httpcore
import httpx

from scraper.addresses import Resolver, Site
from scraper.errors import CrawlSetupError

_IDLE_SECONDS = 30.0
"""How long the one connection is kept open between two requests."""

_SHORTEST_TIMEOUT = 0.001  # a socket timeout of 0 would mean "do not wait", not "no time left"

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)\d\d")


class AddressRefused(httpx.TransportError):
    """A name resolves to an address that this crawl must not touch. Trying again is no use."""


class Deadline:
    """The moment by which the exchange under way must be over."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._ends_at: float | None = None

    def start(self, seconds: float) -> None:
        self._ends_at = self._monotonic() + seconds

    @property
    def passed(self) -> bool:
        return self._ends_at is not None and self._monotonic() >= self._ends_at

    def cut(self, timeout: float | None) -> float | None:
        """The timeout in seconds, or what is left of the deadline if that is less."""
        if self._ends_at is None:
            return timeout
        left = max(self._ends_at - self._monotonic(), _SHORTEST_TIMEOUT)
        return left if timeout is None else min(timeout, left)


class Tally:
    """Counts the bytes of one answer, and where its head ends (interim 1xx heads are passed)."""

    def __init__(self) -> None:
        self.received = 0
        self._head = b""
        self._body_at: int | None = None

    def feed(self, data: bytes) -> None:
        before = self.received
        self.received += len(data)
        if self._body_at is not None:
            return
        self._head += data
        begin = before + len(data) - len(self._head)
        while (end := _HEAD_END.search(self._head)) is not None:
            begin += end.end()
            interim = _INTERIM.match(self._head) is not None
            self._head = self._head[end.end() :]
            if not interim:
                self._head = b""
                self._body_at = begin
                return

    def beyond(self, body_length: int) -> int:
        """How many bytes came after a body of that length."""
        return 0 if self._body_at is None else self.received - self._body_at - body_length


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline
        self._tally = Tally()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, self._deadline.cut(timeout))
        if self._deadline.passed:
            raise httpcore.ReadTimeout("the time for this request is over")
        self._tally.feed(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._tally.received:
            self._tally = Tally()
        self._inner.write(buffer, self._deadline.cut(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.cut(timeout))
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._tally if info == "tally" else self._inner.get_extra_info(info)


class _Network(httpcore.NetworkBackend):
    def __init__(
        self, admits: Callable[[str], bool], resolve: Resolver, deadline: Deadline
    ) -> None:
        self._inner = httpcore.SyncBackend()
        self._admits = admits
        self._resolve = resolve
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} does not resolve: {error}") from error
        for address in addresses:
            if not self._admits(address):
                raise AddressRefused(f"{host} resolves to {address}, which is not to be touched")
        failure: Exception = httpcore.ConnectError(f"{host} resolves to no address")
        for address in addresses:
            if self._deadline.passed:
                break
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._deadline.cut(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline)
        raise failure


class Wire(httpx.BaseTransport):
    """httpx over one connection at a time to one site, HTTP/1.1, straight or through a proxy."""

    def __init__(
        self, site: Site, deadline: Deadline, *, resolve: Resolver, proxy: str | None = None
    ) -> None:
        context = ssl_context() if httpx.URL(site.base_url).scheme == "https" else None
        if proxy is None:
            self._pool = httpcore.ConnectionPool(
                ssl_context=context,
                max_connections=1,
                keepalive_expiry=_IDLE_SECONDS,
                network_backend=_Network(site.admits, resolve, deadline),
            )
        else:
            # The operator chose the proxy, wherever it stands; it resolves the site's name.
            via = httpx.Proxy(proxy)
            self._pool = httpcore.HTTPProxy(
                proxy_url=str(via.url),
                proxy_auth=via.raw_auth,
                ssl_context=context,
                max_connections=1,
                keepalive_expiry=_IDLE_SECONDS,
                network_backend=_Network(lambda address: True, resolve, deadline),
            )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx():
            answer = self._pool.handle_request(asked)
        stream = answer.extensions["network_stream"]
        response = httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer, stream),
            extensions=answer.extensions,
        )
        if stream.get_extra_info("tally").received == 0:
            response.close()
            stream.close()
            raise httpx.RemoteProtocolError("an answer lay on the line before the question")
        return response

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response, stream: httpcore.NetworkStream) -> None:
        self._answer = answer
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        length = 0
        with _as_httpx():
            for chunk in self._answer.iter_stream():
                length += len(chunk)
                yield chunk
        headers = {name.lower() for name, _ in self._answer.headers}
        if b"content-length" in headers and b"transfer-encoding" not in headers:
            beyond = self._stream.get_extra_info("tally").beyond(length)
            if beyond:
                self._stream.close()
                raise httpx.RemoteProtocolError(
                    f"the answer is {length + beyond} bytes long, its Content-Length says {length}"
                )

    def close(self) -> None:
        with _as_httpx():
            self._answer.close()


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Raise httpcore's errors as httpx's, which carry the same names."""
    try:
        yield
    except (
        httpcore.TimeoutException,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.ProxyError,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise getattr(httpx, type(error).__name__)(str(error)) from error


def ssl_context() -> ssl.SSLContext:
    """Certificates checked against certifi's list, or SSL_CERT_FILE / SSL_CERT_DIR where set."""
    return httpx.create_ssl_context()


def proxy_for(site: Site) -> str | None:
    """The proxy that this machine's settings name for the site, or None.

    The usual environment variables and the system's own settings count, NO_PROXY too: a crawl
    from an office often has no other way out. A loopback site is never asked for through one.
    Raises CrawlSetupError for a proxy that is neither http nor https.
    """
    if site.loopback:
        return None
    url = httpx.URL(site.base_url)
    settings = urllib.request.getproxies()
    proxy = settings.get(url.scheme) or settings.get("all")
    if not proxy or urllib.request.proxy_bypass(url.host):
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if not proxy.startswith(("http://", "https://")):
        scheme = proxy.partition("://")[0]
        raise CrawlSetupError(
            f"the {scheme} proxy of this machine's settings cannot be used; set HTTPS_PROXY to "
            "an http or https proxy, or name the site in NO_PROXY"
        )
    return proxy
