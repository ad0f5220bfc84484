"""The polite fetcher: one URL in, one whole capture out, and the site hardly notices.

Everything a crawl may ask goes through ``Fetcher.get``, so that nothing can go round the rules:
only addresses of the site, only what robots.txt allows, one request at a time at the pace of
``pace``, no more requests than the budget, a few tries that each wait longer, no cookies, and a
name and contact in every request. What comes back is a Page with its whole body, or an error.

Retries are a plain loop. A retry library sleeps by itself, so its waits and those of the pace
could not be one rule, and a test could not prove with a clock of its own that none is cut short.

Not here: what to do about a failure (``crawl``), and whether a page is what it should be
(``classify``).
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx

from archive.records import Page
from scraper.addresses import Resolver, Site, site_for, system_resolver
from scraper.agent import user_agent
from scraper.errors import (
    BodyDamaged,
    FetchError,
    HttpStatusError,
    NetworkError,
    RedirectError,
    SourceBlocked,
)
from scraper.exchange import ANSWERS, STANDARD_LIMITS, Answer, Limits, Line, Traffic
from scraper.pace import Pace, checked_delay
from scraper.permission import Permission, is_passing
from scraper.wire import Deadline, Wire, proxy_for

log = logging.getLogger(__name__)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PLAIN_VALIDATOR = re.compile(r"[ -~]{1,500}", re.ASCII)


class Fetcher:
    """Gets pages of one site politely. Not for threads: there is one connection on purpose.

    ``pace`` does the sleeping; ``deadline`` is shared with the transport, so that a drip of bytes
    is cut even inside one read. ``open_fetcher`` puts the parts together.
    """

    def __init__(
        self,
        site: Site,
        *,
        agent: str,
        transport: httpx.BaseTransport,
        pace: Pace,
        deadline: Deadline,
        monotonic: Callable[[], float],
        utc_now: Callable[[], datetime],
        max_requests: int | None = None,
        limits: Limits = STANDARD_LIMITS,
    ) -> None:
        self.site = site
        self._limits = limits
        self._pace = pace
        self._line = Line(
            transport,
            agent=agent,
            pace=pace,
            deadline=deadline,
            monotonic=monotonic,
            utc_now=utc_now,
            max_requests=max_requests,
            limits=limits,
        )
        self._permission = Permission(
            self._robots_page,
            monotonic=monotonic,
            sent=lambda: self._line.sent,
            seconds=limits.robots_seconds,
            requests=limits.robots_requests,
        )

    def get(
        self,
        url: str,
        *,
        purpose: str,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Page:
        """The page at the URL: status 200, 404 or 410 with its body, decoded and whole.

        With a validator of an earlier capture the server may answer 304: a Page of that status
        with an empty body. ``purpose`` is a word to count the request under.

        Raises FetchError (NetworkError, HttpStatusError, BodyError, RedirectError) when this URL
        could not be had after all tries; Disallowed and SourceBlocked (RobotsUnavailable) when
        the run should end; BudgetSpent before a request beyond the budget is sent.
        """
        reason = self.site.refusal(url)
        if reason is not None:
            raise FetchError(url, f"not fetched: {reason}")
        conditions = {
            name: value
            for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified))
            # A value that no header can carry is left out; the answer is then the whole page.
            if value is not None and _PLAIN_VALIDATOR.fullmatch(value)
        }
        return self._follow(url, purpose, conditions, self._limits.body_bytes, permit=True)

    def traffic(self) -> Traffic:
        """What has been asked of the site so far; a snapshot."""
        return self._line.traffic()

    def close(self) -> None:
        """Close the connection."""
        self._line.close()

    def _robots_page(self, url: str) -> Page:
        return self._follow(url, "robots", {}, self._limits.robots_bytes, permit=False)

    def _follow(
        self, url: str, purpose: str, conditions: Mapping[str, str], limit: int, *, permit: bool
    ) -> Page:
        here = url
        for _ in range(self._limits.redirects + 1):
            answer = self._answer(here, purpose, conditions, limit, permit=permit)
            if answer.status not in _REDIRECTS:
                return Page.capture(
                    url=url,
                    final_url=here,
                    fetched_at=answer.at,
                    status=answer.status,
                    headers=answer.headers,
                    body=answer.body,
                )
            here = self._next_hop(url, here, answer)
        raise RedirectError(url, f"more than {self._limits.redirects} redirects, last to {here}")

    def _next_hop(self, url: str, here: str, answer: Answer) -> str:
        if len(answer.locations) != 1:
            raise RedirectError(url, f"status {answer.status} with {len(answer.locations)} targets")
        try:
            target = httpx.URL(here).join(answer.locations[0]).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError) as error:
            raise RedirectError(url, f"redirected to something unreadable: {error}") from error
        reason = self.site.refusal(str(target))
        if reason is None and httpx.URL(here).scheme == "https" and target.scheme == "http":
            reason = "from https to http"
        if reason is not None:
            raise RedirectError(url, f"redirect to {target} not followed: {reason}")
        return str(target)

    def _answer(
        self, url: str, purpose: str, conditions: Mapping[str, str], limit: int, *, permit: bool
    ) -> Answer:
        """An answer from one address, after as many tries as there are backoff steps plus one."""
        steps = iter(self._limits.backoff)
        spent = 0.0
        while True:
            # Permission is looked at after the wait, which can be long enough to change it.
            self._line.await_turn(url)
            if permit:
                self._permit(url)
            began = self._line.asking_seconds
            told_when = False
            failure: FetchError
            try:
                answer = self._line.ask(url, purpose, conditions, limit)
            except (NetworkError, BodyDamaged) as error:
                failure = error
            else:
                if answer.status in ANSWERS or (answer.status == 304 and conditions):
                    return answer
                told_when = self._heed(url, answer)
                if answer.status in _REDIRECTS:
                    return answer
                failure = HttpStatusError(
                    url, answer.status, f"the server answered with status {answer.status}"
                )
                if not is_passing(answer.status):
                    raise failure
            spent += self._line.asking_seconds - began
            step = next(steps, None)
            if step is None or spent >= self._limits.request_seconds:
                raise failure
            if not told_when:
                self._pace.hold(step * self._pace.delay)
            log.warning("%s; trying again", failure)

    def _heed(self, url: str, answer: Answer) -> bool:
        """Hold all requests as long as a Retry-After asks; whether there was a readable one."""
        if answer.retry_after is None:
            return False
        self._be_patient(url, "Retry-After", answer.retry_after)
        self._pace.hold(answer.retry_after)
        return True

    def _permit(self, url: str) -> None:
        if self._permission.renew(url):
            delay = self._permission.delay
            self._be_patient(url, "Crawl-delay in robots.txt", delay)
            self._pace.crawl_delay = delay
            # The pause after robots.txt itself began before anyone knew how long it should be.
            self._pace.hold(delay)
        self._permission.require(url)

    def _be_patient(self, url: str, where: str, seconds: float) -> None:
        if seconds > self._limits.longest_wait:
            raise SourceBlocked(
                f"{url}: the site asks for a wait of {seconds:.0f} seconds ({where}), more than "
                f"the {self._limits.longest_wait:g} that a run waits; run again after that time, "
                "the crawl carries on where it stopped"
            )


def utc_now() -> datetime:
    """The wall clock as an aware UTC instant."""
    return datetime.now(UTC)


@contextmanager
def open_fetcher(
    source_url: str,
    *,
    version: str,
    contact: str | None,
    base_url: str | None = None,
    delay: float | None = None,
    max_requests: int | None = None,
    limits: Limits = STANDARD_LIMITS,
    transport: httpx.BaseTransport | None = None,
    resolve: Resolver = system_resolver,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
    now: Callable[[], datetime] = utc_now,
) -> Iterator[Fetcher]:
    """A fetcher for a source's own site, or for the look-alike at the loopback ``base_url``.

    ``delay`` is in seconds, None for the standard one. Sends nothing by itself. Raises
    CrawlSetupError, before anything is sent, for a live site without a contact, a base URL that
    is not loopback, or a delay that is too short.
    """
    site = site_for(source_url, base_url, resolve)
    agent = user_agent(version, contact, loopback=site.loopback)
    pace = Pace(checked_delay(delay, loopback=site.loopback), sleep=sleep, monotonic=monotonic)
    deadline = Deadline(monotonic)
    if transport is None:
        transport = Wire(site, deadline, resolve=resolve, proxy=proxy_for(site))
    fetcher = Fetcher(
        site,
        agent=agent,
        transport=transport,
        pace=pace,
        deadline=deadline,
        monotonic=monotonic,
        utc_now=now,
        max_requests=max_requests,
        limits=limits,
    )
    try:
        yield fetcher
    finally:
        fetcher.close()
