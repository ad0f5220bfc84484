"""One request and its whole answer, counted, paced and within the limits.

``Line.ask`` is the only place that sends anything: the budget is looked at, the pace is kept, the
clock of the total deadline is started and the cost is counted there and nowhere else.

Not here: what an answer means. Redirects, retries and robots.txt are ``client``'s; what a
Retry-After asks is only read here, because it speaks of the next request, whichever that is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from scraper.decode import ACCEPT_ENCODING, read_body
from scraper.errors import BodyDamaged, BudgetSpent, FetchError, NetworkError
from scraper.pace import Pace, retry_after
from scraper.robots import SIZE_CAP
from scraper.wire import AddressRefused, Deadline

ANSWERS = frozenset({200, 404, 410})
"""The statuses that answer the question; only their bodies are read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, how large, how often. Seconds, bytes, counts.

    ``backoff`` holds one entry for each further try: the wait before it in multiples of the
    delay, unless the server names a time; no further try is made once the tries for one address
    took ``request_seconds`` together. ``longest_wait`` caps what a Retry-After or a Crawl-delay
    may ask before the run ends. robots.txt is read again after ``robots_requests`` requests or
    ``robots_seconds``, whichever is first: a site that starts to say no is heard within minutes,
    at a cost of one small request in fifty.
    """

    request_seconds: float = 60.0
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    body_bytes: int = 5_000_000
    robots_bytes: int = SIZE_CAP
    redirects: int = 5
    backoff: tuple[float, ...] = (2.0, 6.0, 20.0)
    longest_wait: float = 900.0
    robots_requests: int = 50
    robots_seconds: float = 300.0


STANDARD_LIMITS = Limits()

_LOCATIONS = "decisions.locations"


@dataclass(frozen=True, slots=True)
class Traffic:
    """What has been asked of the site so far.

    ``requests`` counts everything sent, by purpose; retries and redirects count under theirs.
    ``wire_bytes`` are body bytes as sent, ``body_bytes`` after decoding. Seconds are spent
    waiting between requests and within them.
    """

    requests: Mapping[str, int]
    wire_bytes: int
    body_bytes: int
    waited_seconds: float
    asking_seconds: float

    @property
    def total(self) -> int:
        return sum(self.requests.values())


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request. ``retry_after`` is in seconds from its end, if asked for.

    ``headers`` are as received, names in lower case; ``body`` is decoded and whole, and empty
    for a status that is not in ``ANSWERS``.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    locations: tuple[str, ...]
    body: bytes
    at: datetime
    retry_after: float | None


class Line:
    """The one line to a site. ``deadline`` is shared with the transport, which cuts each read."""

    def __init__(
        self,
        transport: httpx.BaseTransport,
        *,
        agent: str,
        pace: Pace,
        deadline: Deadline,
        monotonic: Callable[[], float],
        utc_now: Callable[[], datetime],
        max_requests: int | None,
        limits: Limits,
    ) -> None:
        self._pace = pace
        self._deadline = deadline
        self._monotonic = monotonic
        self._utc_now = utc_now
        self._max_requests = max_requests
        self._limits = limits
        self._requests: Counter[str] = Counter()
        self._wire_bytes = 0
        self._body_bytes = 0
        self._asking = 0.0
        self._client = httpx.Client(
            transport=transport,
            # Proxies and certificates are chosen where the transport is made; netrc is not read.
            trust_env=False,
            follow_redirects=False,
            event_hooks={"response": [_hold_back_location]},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={
                "User-Agent": agent,
                "Accept": "text/html, */*;q=0.1",
                "Accept-Encoding": ACCEPT_ENCODING,
            },
            timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds),
        )

    def await_turn(self, url: str) -> None:
        """Wait until the pace lets a request out. Raises BudgetSpent, without a wait, when none
        is left."""
        if self._max_requests is not None and self._requests.total() >= self._max_requests:
            raise BudgetSpent(
                f"{url}: not asked for, the budget of {self._max_requests} requests is used up; "
                "the next run carries on"
            )
        self._pace.wait()

    def ask(self, url: str, purpose: str, conditions: Mapping[str, str], limit: int) -> Answer:
        """Wait for our turn, send one GET, read the answer (at most ``limit`` bytes of body).

        Raises BudgetSpent before anything is sent; NetworkError, BodyDamaged (both worth another
        try), BodyError, or FetchError for an address that must not be connected to.
        """
        self.await_turn(url)
        self._requests[purpose] += 1
        began = self._monotonic()
        self._deadline.start(self._limits.request_seconds)
        try:
            response = self._send(url, conditions)
            try:
                body = self._body(url, response, limit) if response.status_code in ANSWERS else b""
            finally:
                # Closing an answer that was not read to its end closes the connection with it.
                with suppress(httpx.TransportError):
                    response.close()
        finally:
            took = self._monotonic() - began
            self._asking += took
            self._pace.answered(took)
        at = self._utc_now()
        return Answer(
            status=response.status_code,
            headers=tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1"))
                for name, value in response.headers.raw
            ),
            locations=response.extensions.get(_LOCATIONS, ()),
            body=body,
            at=at,
            retry_after=retry_after(
                response.headers.get_list("retry-after"),
                date=response.headers.get("date"),
                now=at,
            ),
        )

    @property
    def sent(self) -> int:
        """Requests sent so far."""
        return self._requests.total()

    @property
    def asking_seconds(self) -> float:
        """Seconds spent within requests so far."""
        return self._asking

    def traffic(self) -> Traffic:
        """What has been asked so far; a snapshot."""
        return Traffic(
            requests=dict(self._requests),
            wire_bytes=self._wire_bytes,
            body_bytes=self._body_bytes,
            waited_seconds=self._pace.waited,
            asking_seconds=self._asking,
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _send(self, url: str, conditions: Mapping[str, str]) -> httpx.Response:
        request = self._client.build_request("GET", url, headers=dict(conditions))
        try:
            return self._client.send(request, stream=True)
        except AddressRefused as error:
            raise FetchError(url, f"not fetched: {error}") from error
        except httpx.TransportError as error:
            raise self._network_error(url, error) from error

    def _body(self, url: str, response: httpx.Response, limit: int) -> bytes:
        body = read_body(
            self._chunks(url, response),
            content_encoding=response.headers.get_list("content-encoding"),
            limit=limit,
            url=url,
            declared_empty=response.headers.get("content-length") == "0",
        )
        self._body_bytes += len(body)
        return body

    def _chunks(self, url: str, response: httpx.Response) -> Iterable[bytes]:
        try:
            for chunk in response.iter_raw():
                self._wire_bytes += len(chunk)
                if self._deadline.passed:
                    raise self._network_error(url, None)
                yield chunk
        except httpx.RemoteProtocolError as error:
            raise BodyDamaged(url, f"the body is not whole: {error}") from error
        except httpx.TransportError as error:
            raise self._network_error(url, error) from error

    def _network_error(self, url: str, error: Exception | None) -> NetworkError:
        if self._deadline.passed:
            return NetworkError(url, f"no whole answer in {self._limits.request_seconds:g} seconds")
        return NetworkError(url, f"no answer: {str(error) or type(error).__name__}")


def _hold_back_location(response: httpx.Response) -> None:
    """Take the targets out of a redirect before httpx reads them.

    It prepares the next request even where it is told not to follow, and raises errors of several
    kinds on a target that is no plain address. Which target is followed is ``client``'s to say.
    """
    if response.has_redirect_location:
        response.extensions[_LOCATIONS] = tuple(response.headers.get_list("location"))
        response.headers.pop("location", None)
