"""What the look-alike answers, without a socket: its decisions, lists, robots.txt and errors.

``Pages`` holds the published cases and can be changed at any time, from any thread: publish,
withdraw, amend, spread over chapters. Sending, logging and faults are ``server``'s.
"""

from __future__ import annotations

import bisect
import dataclasses
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

from archive.records import reference_key
from tests.site import listing
from tests.site.cases import Case, slug
from tests.site.exchange import Answer, Request, digest
from tests.site.furniture import page
from tests.site.markups import CYCLE, Markup, render

ROBOTS = "User-agent: *\nDisallow: /searchpost\nDisallow: /umbraco/\n"
RENDERED_PAGES = 2000
_AFTER_ALL = "\U0010ffff"

Clock = Callable[[], date]


class Pages:
    """The published cases and the pages that show them.

    ``clock`` says what day it is for publication and expiry (default: no day, everything given is
    shown). ``markups`` are dealt out over the cases by reference. ``form`` and ``no_results`` shape
    the lists (see ``listing.results``). ``validators`` sends ETag and Last-Modified, and answers
    304. ``robots`` is the text of robots.txt.
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
        robots: str = ROBOTS,
    ) -> None:
        self.clock = clock
        self.markups = tuple(markups)
        self.form = form
        self.no_results = no_results
        self.validators = validators
        self.robots = robots
        self._lock = threading.RLock()
        self._cases: dict[str, Case] = {}
        self._gone: dict[str, int] = {}
        self._own_pages: dict[str, bytes] = {}
        self._chapters: dict[str, int] = {}
        self._order: list[tuple[date, str, str]] | None = None
        self._order_day: date | None = None
        self._rendered: OrderedDict[tuple[str, str, int, int], tuple[Case, bytes]] = OrderedDict()
        self.publish(*cases)

    def publish(self, *cases: Case) -> None:
        """Put cases on the site; one under a path that is taken replaces what was there."""
        with self._lock:
            for case in cases:
                path = case.path.lower()
                self._cases[path] = case
                self._gone.pop(path, None)
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
            self._order = None

    def serve(self, case: Case, content: bytes) -> None:
        """Answer these very bytes for a case that is published, whatever its text."""
        with self._lock:
            self._own_pages[case.path.lower()] = content

    def split(self, reference: str, chapters: int) -> None:
        """Spread a decision over ``?chapter=1…``; its bare address then holds the first part."""
        with self._lock:
            for path in self._paths_of(reference):
                self._chapters[path] = chapters

    def visible(self) -> list[Case]:
        """Every case shown today, newest decision first (a case for each of its paths)."""
        with self._lock:
            return [self._cases[path] for _, _, path in reversed(self._sorted())]

    def markup_of(self, case: Case) -> Markup:
        """The markup this case is served in."""
        return self.markups[zlib.crc32(case.reference.encode()) % len(self.markups)]

    def answer(self, request: Request) -> Answer:
        """The answer to one request, with nothing spoilt."""
        with self._lock:
            return self._answer(request)

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
        content = self._own_pages.get(path) or self._page(path, case, max(1, chapter), chapters)
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
        """The rendered page, kept as long as it is of this very case."""
        markup = self.markup_of(case)
        key = (path, markup.name, chapter, chapters)
        kept = self._rendered.get(key)
        if kept is not None and kept[0] is case:
            return kept[1]
        content = render(case, markup, chapter=(chapter, chapters)).encode()
        self._rendered[key] = (case, content)
        if len(self._rendered) > RENDERED_PAGES:
            self._rendered.popitem(last=False)
        return content

    def _listing(self, request: Request) -> Answer:
        query = listing.Query.parse(request.query)
        order = self._sorted()
        start = 0 if query.first is None else bisect.bisect_left(order, (query.first, "", ""))
        end = len(order)
        if query.last is not None:
            end = bisect.bisect_left(order, (query.last, _AFTER_ALL, ""))
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


def _missing(status: int) -> Answer:
    words = {410: "no longer here"}.get(status, "not here")
    return Answer.of(
        page("Page not found", f'<main id="main"><h1>This page is {words}</h1></main>'),
        status=status,
    )
