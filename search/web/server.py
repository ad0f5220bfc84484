"""The HTTP server around the application: waitress, with bounds on what a client may cost.

waitress reads requests in one thread and answers them in others. Added to it here: a request must
be whole within a time, and an answer be taken at some rate (waitress would wait for ever for a
client that sends a byte now and then, or takes none); ``/health`` has a thread of its own, so that
it is answered while all others wait; what waitress refuses by itself carries the same rules as any
page; requests under way are finished before it ends; and every request is noted in the access log.
"""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from search.web.access_log import Asked
from search.web.safety import rules

MOST_CONNECTIONS = 500
MOST_HEADER = 16_384
"""Bytes of a request: its line and all its headers."""

MOST_BODY = 1
"""Bytes of a body from which it is refused: nothing here takes any."""

IDLE_SECONDS = 30
"""After which a connection on which nothing is asked is closed."""

REQUEST_SECONDS = 15.0
"""From the first byte of a request to its last."""

SLOW_SECONDS = 30.0
SLOWEST = 1000
"""Bytes a second that a client has to take over SLOW_SECONDS, while there is something for it."""

SLOWEST_LARGE = 20_000
"""The same where so much is waiting for the client that a thread cannot be done with it."""

LOOK_SECONDS = 2
"""Between looks at who is too slow."""

FINISH_SECONDS = 15.0
"""For requests under way when the server is asked to end."""

ASIDE = "/health"


class _Answer(WSGITask):  # type: ignore[misc]  # waitress has no types
    """A request answered by the application."""

    sent = 0

    def write(self, data: bytes) -> None:
        super().write(data)
        self.sent += len(data) if self.has_body else 0

    def service(self) -> None:
        try:
            super().service()
        finally:
            if self.wrote_header:
                _note(self, self.sent or self.content_length or 0)


class _Refusal(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """A request that waitress refuses before the application sees it."""

    def execute(self) -> None:
        self.response_headers.extend(self.channel.server.rules)
        super().execute()
        _note(self, self.content_length or 0)


def _note(task: Any, size: int) -> None:
    request = task.request
    environ = getattr(task, "environ", None) or {}
    task.channel.server.note(
        Asked(
            address=str(environ.get("REMOTE_ADDR", task.channel.addr[0])),
            method=getattr(request, "command", ""),
            target=getattr(request, "request_uri", ""),
            version=task.version,
            status=int(task.status[:3]),
            size=0 if environ.get("REQUEST_METHOD") == "HEAD" else size,
            referer=request.headers.get("REFERER", ""),
            agent=request.headers.get("USER_AGENT", ""),
        )
    )


class _Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One connection, with an eye on how slow its client is."""

    task_class = _Answer
    error_task_class = _Refusal
    asking_since: float | None = None
    taking_since = 0.0
    taken = 0

    def received(self, data: bytes) -> Any:
        before = self.request
        done = super().received(data)
        if self.request is None:
            self.asking_since = None
        elif self.request is not before:
            self.asking_since = time.time()
        return done

    def send(self, data: bytes, do_close: bool = True) -> int:
        number: int = super().send(data, do_close=do_close)
        self.taken += number
        return number

    def too_slow(self, now: float) -> bool:
        """Whether the client has had its time. To be asked now and then."""
        if self.asking_since is not None and now - self.asking_since > REQUEST_SECONDS:
            return True
        since = now - max(self.taking_since, self.creation_time)
        if self.total_outbufs_len and since <= SLOW_SECONDS:
            return False
        large = self.total_outbufs_len >= self.adj.outbuf_high_watermark
        least = SLOWEST_LARGE if large else SLOWEST
        slow = bool(self.total_outbufs_len) and self.taken < least * since
        self.taking_since, self.taken = now, 0
        return slow

    def cut(self) -> None:
        """Close the connection, whatever the client does."""
        self.will_close = True
        # A client that takes nothing would never let us get round to it.
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """Answers on a socket that listens already. ``run`` until ``stop`` is called, by any thread or
    signal; called once more it ends at once.

    ``proxy`` is the address whose ``X-Forwarded-For`` and ``-Proto`` are believed, one hop.
    """

    channel_class = _Channel

    def __init__(
        self,
        application: Any,
        listening: socket.socket,
        *,
        threads: int,
        indexable: bool,
        proxy: str | None = None,
        note: Callable[[Asked], None] = lambda _: None,
    ) -> None:
        trusted = {
            "trusted_proxy": proxy,
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto",
        }
        settings = Adjustments(
            sockets=[listening],
            threads=threads,
            ident=None,
            backlog=256,
            connection_limit=MOST_CONNECTIONS,
            max_request_header_size=MOST_HEADER,
            max_request_body_size=MOST_BODY,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=LOOK_SECONDS,
            asyncore_use_poll=hasattr(select, "poll"),
            log_socket_errors=False,
            **({} if proxy is None else trusted),
        )
        self.rules = tuple(rules(indexable=indexable).items())
        self.note = note
        self.aside = ThreadedTaskDispatcher()
        self._asked_to_stop = 0
        self._ending = threading.Lock()
        self._ended = False
        super().__init__(
            application,
            map={},
            _sock=listening,
            bind_socket=False,
            adj=settings,
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
        )
        self.aside.set_thread_count(1)

    def add_task(self, task: _Channel) -> None:
        request = task.requests[0]
        aside = not request.error and request.path == ASIDE
        (self.aside if aside else self.task_dispatcher).add_task(task)

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.too_slow(now):
                channel.cut()

    def pull_trigger(self) -> None:
        # Nobody listens after the end, and the number of the pipe may be another file's by then.
        with self._ending:
            if not self._ended:
                super().pull_trigger()

    def stop(self) -> None:
        """Take no more requests, finish those under way, end."""
        self._asked_to_stop += 1
        self.pull_trigger()

    def run(self) -> None:
        """Answer requests until ``stop``."""
        try:
            while not self._asked_to_stop:
                self._turn(1.0)
            self._finish()
        finally:
            for dispatcher in (self.task_dispatcher, self.aside):
                dispatcher.shutdown(timeout=1)
            with self._ending:
                self._ended = True
                wasyncore.close_all(self._map)

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(seconds, self.adj.asyncore_use_poll, self._map, count=1)

    def _finish(self) -> None:
        self.accepting = False
        self.del_channel()
        self.socket.close()
        ends = time.monotonic() + FINISH_SECONDS
        while self.active_channels and self._asked_to_stop < 2 and time.monotonic() < ends:
            for channel in list(self.active_channels.values()):
                if not channel.requests and not channel.total_outbufs_len:
                    channel.will_close = True
            self._turn(0.1)
