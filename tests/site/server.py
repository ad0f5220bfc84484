"""The look-alike of the publisher's site, on loopback only.

``with Site(cases) as site:`` serves decisions, listings and robots.txt at ``site.url``, keeps a log
of every request as an oracle for tests, and can be changed while it runs: publish, withdraw, amend,
switch faults on, act at the n-th request. It knows nothing of the crawler.
"""

from __future__ import annotations

import ipaddress
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from urllib.parse import unquote, urlsplit

from tests.site.cases import Case
from tests.site.exchange import Answer, LogEntry, Request, digest
from tests.site.faults import Faults, spoil
from tests.site.listing import Form
from tests.site.markups import CYCLE, Markup
from tests.site.pages import ROBOTS, Clock, Pages
from tests.site.wire import Listener

Hook = Callable[[Request], None]


class Site(Pages):
    """The site: the pages, served. Not started until it is entered.

    Takes what ``Pages`` takes, and ``latency`` in seconds, before each answer; ``on_entry`` is
    called with every finished line of the log. Raises ValueError for a host that is not a loopback
    address.
    """

    def __init__(
        self,
        cases: Iterable[Case] = (),
        *,
        clock: Clock | None = None,
        markups: Sequence[Markup] = CYCLE,
        form: Form = "spans",
        no_results: str | None = None,
        validators: bool = False,
        robots: str = ROBOTS,
        latency: float = 0.0,
        host: str = "127.0.0.1",
        port: int = 0,
        on_entry: Callable[[LogEntry], None] | None = None,
    ) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"the look-alike serves loopback addresses only, not {host}")
        super().__init__(
            cases,
            clock=clock,
            markups=markups,
            form=form,
            no_results=no_results,
            validators=validators,
            robots=robots,
        )
        self.faults = Faults()
        self.latency = latency
        self._address = (host, port)
        self._on_entry = on_entry
        self._idle = threading.Condition()
        self._busy = 0
        self._count = 0
        self._log: list[LogEntry] = []
        self._hooks: list[tuple[int | None, Hook]] = []
        self._listener: Listener | None = None

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

    # -- hooks and log --------------------------------------------------------------------------

    def at(self, number: int, act: Hook) -> None:
        """Call ``act`` with the request just before the ``number``-th one (from 1) is answered."""
        with self._idle:
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
        with self._idle:
            self._hooks.append((None, act))

    @property
    def log(self) -> tuple[LogEntry, ...]:
        """Every request so far, in order; waits a moment for answers that are on their way.

        It does not wait for drips and stalls, whose entries are completed when they end.
        """
        with self._idle:
            self._idle.wait_for(lambda: self._busy == 0, timeout=2.0)
            return tuple(self._log)

    def clear_log(self) -> None:
        """Forget the requests so far; numbers go on."""
        with self._idle:
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
        with self._idle:
            self._count += 1
            number = self._count
            acts = [act for when, act in self._hooks if when in {None, number}]
        request = Request(number, method, target, path, parts.query, headers, self.url)
        for act in acts:
            act(request)
        if self.latency:
            time.sleep(self.latency)
        met = self.faults.meeting(request)
        answer = spoil(request, self.answer(request), met)
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
        brief = answer.sending not in {"drip", "stall"}
        with self._idle:
            self._log.append(entry)
            self._busy += brief
        try:
            yield answer
            entry.complete = answer.sending in {"whole", "chunked", "drip"}
        finally:
            entry.ended = time.monotonic()
            with self._idle:
                self._busy -= brief
                self._idle.notify_all()
            if self._on_entry is not None:
                self._on_entry(entry)
