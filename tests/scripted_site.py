"""A site that answers from a script, with a clock of its own, for tests of the polite fetcher.

Nothing waits and nothing connects: the transport is the script, and sleeping moves the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx

from scraper.client import Fetcher, open_fetcher
from scraper.exchange import Limits

SITE = "https://www.ombudsman.example"
LOOKALIKE = "http://127.0.0.1:8765"
PAGE = f"{SITE}/decisions/housing/noise/23-000-001"
OTHER = f"{SITE}/decisions/housing/noise/23-000-002"
START = datetime(2026, 3, 1, 2, 0, 0, tzinfo=UTC)
CONTACT = "clerk@archive.example"

Reply = httpx.Response | Exception
Headers = dict[str, str] | list[tuple[str, str]]


def answer(
    status: int = 200, body: bytes = b"<html>text</html>", headers: Headers | None = None
) -> httpx.Response:
    """A response as it comes off the wire: httpx must not have read it yet."""
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


class ScriptedSite:
    """A scripted site with a clock. Each address has a queue of replies; the last one stays."""

    def __init__(self) -> None:
        self.time = 1_000.0
        self.takes = 0.0
        self.asked: list[tuple[str, float]] = []
        self.requests: list[httpx.Request] = []
        self._replies: dict[str, list[Callable[[], Reply]]] = {}
        self.on(f"{SITE}/robots.txt", lambda: answer(404))

    def on(self, url: str, *replies: Callable[[], Reply]) -> None:
        self._replies[url] = list(replies)

    def handle(self, request: httpx.Request) -> httpx.Response:
        url = str(request.url)
        self.asked.append((url, self.time))
        self.requests.append(request)
        self.time += self.takes
        queue = self._replies[url]
        reply = (queue.pop(0) if len(queue) > 1 else queue[0])()
        if isinstance(reply, Exception):
            raise reply
        return reply

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.time - 1_000.0)

    def times(self, url: str) -> list[float]:
        return [at for asked, at in self.asked if asked == url]

    @contextmanager
    def fetcher(
        self,
        *,
        base_url: str | None = None,
        contact: str | None = CONTACT,
        delay: float | None = None,
        max_requests: int | None = None,
        limits: Limits | None = None,
    ) -> Iterator[Fetcher]:
        with open_fetcher(
            SITE,
            version="9.9",
            contact=contact,
            base_url=base_url,
            delay=delay,
            max_requests=max_requests,
            limits=limits or Limits(),
            transport=httpx.MockTransport(self.handle),
            sleep=self.sleep,
            monotonic=lambda: self.time,
            now=self.now,
        ) as fetcher:
            yield fetcher


def failing(error: Exception) -> Callable[[], Reply]:
    """A reply that is no answer at all."""
    return lambda: error
