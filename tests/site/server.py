"""The look-alike of the publisher's site, on loopback only.

``with Site(cases) as site:`` serves decisions, listings and robots.txt at ``site.url``, keeps a log
of every request as an oracle for tests, and can be changed while it runs: publish, withdraw, amend,
switch faults on, act at the n-th request. It knows nothing of the crawler.
"""

from __future__ import annotations

import bisect
import dataclasses
import ipaddress
import re
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from types import TracebackType
from urllib.parse import parse_qs, unquote, urlsplit

from archive.records import reference_key
from tests.site import listing
from tests.site.cases import Case, slug
from tests.site.exchange import Answer, LogEntry, Request, digest
from tests.site.faults import Faults, spoil
from tests.site.furniture import page
from tests.site.markups import CYCLE, Markup, render
from tests.site.wire import Listener

ROBOTS = "User-agent: *\nDisallow: /searchpost\nDisallow: /umbraco/\n"
CACHED_PAGES = 2000

Hook = Callable[[Request], None]
Clock = Callable[[], date]


class Site:
    """The site. Not started until it is entered.

    ``clock`` says what day it is for publication and expiry (default: no day, everything given is
    shown). ``markups`` are dealt out over the cases by reference. ``validators`` sends ETag and
    Last-Modified and answers 304. ``latency`` is in seconds, before each answer. Raises ValueError
    for a host that is not a loopback address.
    """

    def __init__(
        self,
        cases: Iterable[Case] = (),
        *,
        clock: Clock | None = None,
        markups: Sequence[Markup] = CYCLE,
        form: listing.Form = "spans",
        no_results: str | None = None,
        validators: bool = False,
        latency: float = 0.0,
        host: str = "127.0.0.1",
        port: int = 0,
        on_entry: Callable[[LogEntry], None] | None = None,
    ) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"the look-alike serves loopback addresses only, not {host}")
        self.faults = Faults()
        self.clock = clock
        self.markups = tuple(markups)
        self.form = form
        self.no_results = no_results
        self.validators = validators
        self.latency = latency
        self.robots = ROBOTS
        self._address = (host, port)
        self._on_entry = on_entry
        self._lock = threading.RLock()
        self._idle = threading.Condition(self._lock)
        self._busy = 0
        self._count = 0
        self._log: list[LogEntry] = []
        self._hooks: list[tuple[int | None, Hook]] = []
        self._cases: dict[str, Case] = {}
        self._gone: dict[str, int] = {}
        self._chapters: dict[str, int] = {}
        self._order: list[tuple[date, str, str]] | None = None
        self._order_day: date | None = None
        self._pages: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()
        self._listener: Listener | None = None
        self.publish(*cases)

    # -- life -----------------------------------------------------------------------------------

    def __enter__(self) -> Site:
        self._listener = Listener(self._address, self._respond)
        self._listener.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``, without a slash at the end."""
        if self._listener is None:
            raise RuntimeError("the site is not running; enter it first")
        host, port = self._listener.address
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def url_of(self, case: Case) -> str:
        """The canonical address of a case."""
        return self.url + case.path

    # -- what is published ----------------------------------------------------------------------

    def publish(self, *cases: Case) -> None:
        """Put cases on the site; one under a path that is taken replaces what was there."""
        with self._lock:
            for case in cases:
                path = case.path.lower()
                self._cases[path] = case
                self._gone.pop(path, None)
                self._forget(path)
            self._order = None

    def amend(self, case: Case) -> None:
        """Replace the text under the case's reference, under each category it stands in.

        Raises KeyError if the site does not hold the reference.
        """
        with self._lock:
            paths = self._paths_of(case.reference)
            if not paths:
                raise KeyError(f"{case.reference} is not on the site")
            for path in paths:
                old = self._cases.pop(path)
                self._forget(path)
                self.publish(
                    dataclasses.replace(case, category=old.category, subcategory=old.subcategory)
                )

    def withdraw(self, *references: str, status: int = 404) -> None:
        """Take decisions off the site: no longer listed, their pages answer ``status``."""
        with self._lock:
            for reference in references:
                paths = self._paths_of(reference)
                if not paths:
                    raise KeyError(f"{reference} is not on the site")
                for path in paths:
                    del self._cases[path]
                    self._gone[path] = status
                    self._forget(path)
            self._order = None

    def split(self, reference: str, chapters: int) -> None:
        """Spread a decision over ``?chapter=1…``; its bare address then holds the first part."""
        with self._lock:
            for path in self._paths_of(reference):
                self._chapters[path] = chapters
                self._forget(path)

    def visible(self) -> list[Case]:
        """Every case shown today, newest decision first (a case for each of its paths)."""
        with self._lock:
            return [self._cases[path] for _, _, path in reversed(self._sorted())]

    def markup_of(self, case: Case) -> Markup:
        """The markup this case is served in."""
        return self.markups[zlib.crc32(case.reference.encode()) % len(self.markups)]

    # -- hooks and log --------------------------------------------------------------------------

    def at(self, number: int, act: Hook) -> None:
        """Call ``act`` with the request just before the ``number``-th one (from 1) is answered."""
        with self._lock:
            self._hooks.append((number, act))

    def before(self, path: str, act: Hook, *, nth: int = 1) -> None:
        """Call ``act`` once, before the ``nth`` request whose path and query match ``path``.

        ``path`` is a regular expression, searched without case; requests count from this call on.
        """
        pattern = re.compile(path, re.IGNORECASE)
        left = nth

        def watch(request: Request) -> None:
            nonlocal left
            if left > 0 and pattern.search(request.target):
                left -= 1
                if left == 0:
                    act(request)

        self.before_each(watch)

    def before_each(self, act: Hook) -> None:
        """Call ``act`` before every answer."""
        with self._lock:
            self._hooks.append((None, act))

    @property
    def log(self) -> tuple[LogEntry, ...]:
        """Every request so far, in order; waits a moment for answers that are on their way."""
        with self._idle:
            self._idle.wait_for(lambda: self._busy == 0, timeout=2.0)
            return tuple(self._log)

    def clear_log(self) -> None:
        """Forget the requests so far; numbers go on."""
        with self._lock:
            self._log.clear()

    def served(self) -> dict[str, list[LogEntry]]:
        """Genuine decision pages that were answered completely with 200, by reference."""
        found: dict[str, list[LogEntry]] = {}
        for entry in self.log:
            good = entry.complete and entry.genuine and entry.status == 200
            if good and entry.kind == "decision" and entry.reference is not None:
                found.setdefault(entry.reference, []).append(entry)
        return found

    def listed(self) -> set[str]:
        """Paths that complete genuine listing pages have shown."""
        return {
            path
            for entry in self.log
            if entry.complete and entry.genuine and entry.kind == "listing"
            for path in entry.listed
        }

    # -- answering ------------------------------------------------------------------------------

    @contextmanager
    def _respond(
        self, method: str, target: str, headers: dict[str, str], client: int
    ) -> Iterator[Answer]:
        """Make the answer for one request; the log learns of its end when the body is left."""
        at, ticks = time.time(), time.monotonic()
        parts = urlsplit(target)
        path = unquote(parts.path)
        with self._lock:
            self._count += 1
            number = self._count
            acts = [act for when, act in self._hooks if when in {None, number}]
        request = Request(number, method, target, path, parts.query, headers, self.url)
        for act in acts:
            act(request)
        if self.latency:
            time.sleep(self.latency)
        with self._lock:
            self._busy += 1
            met = self.faults.meeting(request)
            answer = self._answer(request)
        answer = spoil(request, answer, met)
        entry = LogEntry(
            number=number,
            at=at,
            ticks=ticks,
            client=client,
            method=method,
            target=target,
            path=path,
            status=answer.status,
            kind=answer.kind,
            reference=answer.reference,
            listed=answer.listed,
            stated=answer.stated,
            sha256=digest(answer.content),
            length=len(answer.content),
            genuine=answer.genuine,
            faults=tuple(fault.name for fault in met),
            headers=headers,
        )
        with self._lock:
            self._log.append(entry)
        try:
            yield answer
            entry.complete = answer.sending in {"whole", "chunked", "drip"}
        finally:
            entry.ended = time.monotonic()
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()
            if self._on_entry is not None:
                self._on_entry(entry)

    def _answer(self, request: Request) -> Answer:
        if request.method not in {"GET", "HEAD"}:
            return Answer.of(page("Not allowed", "<h1>Not allowed</h1>"), status=405)
        path = request.path.rstrip("/").lower()
        if path == "/robots.txt":
            return Answer(
                200, self.robots.encode(), "robots", headers={"Content-Type": "text/plain"}
            )
        if path == listing.SEARCH_PATH.lower():
            return self._listing(request)
        case = self._cases.get(path)
        if case is not None and self._shown(case):
            return self._decision(request, path, case)
        if path in self._gone or case is not None:
            return _missing(self._gone.get(path, 404))
        pieces = path.split("/")[1:]
        if len(pieces) == 2 and pieces[0] == "decisions":
            return self._category(pieces[1])
        if path in {"", "/decisions"}:
            return Answer.of(page("Ombudsman", '<main id="main"><h1>Welcome</h1></main>'))
        return _missing(404)

    def _decision(self, request: Request, path: str, case: Case) -> Answer:
        chapters = self._chapters.get(path, 1)
        asked = parse_qs(request.query).get("chapter", ["1"])[-1]
        chapter = int(asked) if asked.isdecimal() and len(asked) < 10 else 1
        if chapter > chapters:
            return _missing(404)
        content = self._page(path, case, max(1, chapter), chapters)
        answer = Answer(200, content, "decision", {"Content-Type": "text/html; charset=utf-8"})
        answer.reference = case.reference
        if self.validators:
            tag = f'"{digest(content)[:16]}"'
            changed = datetime.combine(case.published_on, datetime.min.time(), UTC)
            answer.headers["ETag"] = tag
            answer.headers["Last-Modified"] = format_datetime(
                changed + timedelta(seconds=zlib.crc32(content) % 86400), usegmt=True
            )
            same = request.headers.get("if-none-match") == tag
            since = request.headers.get("if-modified-since")
            if "if-none-match" not in request.headers:
                same = since == answer.headers["Last-Modified"]
            if same:
                answer.status, answer.content = 304, b""
        return answer

    def _page(self, path: str, case: Case, chapter: int, chapters: int) -> bytes:
        markup = self.markup_of(case)
        key = (path, markup.name, chapter)
        content = self._pages.get(key)
        if content is None:
            content = render(case, markup, chapter=(chapter, chapters)).encode()
            self._pages[key] = content
            if len(self._pages) > CACHED_PAGES:
                self._pages.popitem(last=False)
        return content

    def _listing(self, request: Request) -> Answer:
        query = listing.Query.parse(request.query)
        order = self._sorted()
        start = 0 if query.first is None else bisect.bisect_left(order, (query.first, "", ""))
        end = len(order)
        if query.last is not None:
            end = bisect.bisect_left(order, (query.last + timedelta(days=1), "", ""))
        paths = [path for _, _, path in order[start:end] if query.wants(self._cases[path])]
        if query.descending:
            paths.reverse()
        shown = [self._cases[path] for path in paths[listing.page_slice(query.page)]]
        answer = Answer.of(
            listing.results(shown, len(paths), query, form=self.form, no_results=self.no_results),
            kind="listing",
        )
        answer.listed = tuple(case.path for case in shown)
        answer.stated = len(paths)
        return answer

    def _category(self, name: str) -> Answer:
        newest = [case for case in self.visible() if slug(case.category) == name]
        if not newest:
            return _missing(404)
        return Answer.of(listing.category_page(newest[0].category, newest), kind="category")

    # -- order and time -------------------------------------------------------------------------

    def _shown(self, case: Case) -> bool:
        if self.clock is None:
            return True
        return case.published_on <= self.clock() < case.expires_on

    def _sorted(self) -> list[tuple[date, str, str]]:
        """Visible paths by decision date, then reference; kept until site or day change."""
        today = None if self.clock is None else self.clock()
        if self._order is None or self._order_day != today:
            self._order = sorted(
                (case.decided_on, case.reference, path)
                for path, case in self._cases.items()
                if self._shown(case)
            )
            self._order_day = today
        return self._order

    def _paths_of(self, reference: str) -> list[str]:
        key = reference_key(reference)
        return [path for path, case in self._cases.items() if reference_key(case.reference) == key]

    def _forget(self, path: str) -> None:
        for key in [key for key in self._pages if key[0] == path]:
            del self._pages[key]


def _missing(status: int) -> Answer:
    words = {410: "no longer here"}.get(status, "not here")
    return Answer.of(
        page("Page not found", f'<main id="main"><h1>This page is {words}</h1></main>'),
        status=status,
    )
