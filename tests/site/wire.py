"""Sockets: takes connections on loopback and sends answers, well or badly.

HTTP/1.1 with keep-alive; one thread a connection. An answer says how it is to be sent (whole,
drop by drop, cut short, not at all …) and this module does just that. Pauses end when the listener
is stopped, so nothing outlives a test.
"""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.site.exchange import Answer

Respond = Callable[[str, str, dict[str, str], int], AbstractContextManager[Answer]]


class Listener:
    """Accepts connections in a thread until it is stopped."""

    def __init__(self, address: tuple[str, int], respond: Respond) -> None:
        self._server = _Server(address, respond)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that were bound."""
        host, port = self._server.server_address[:2]
        return str(host), int(port)

    def start(self) -> None:
        """Begin to accept."""
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting, hang up on every client, and wait for the threads.

        Raises RuntimeError if answering went wrong on the way: a fault nobody switched on.
        """
        self._server.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
        if self._server.errors:
            raise RuntimeError("the look-alike failed to answer") from self._server.errors[0]


class _Server(socketserver.ThreadingTCPServer):
    # Windows would let a second server take over the port.
    allow_reuse_address = os.name != "nt"
    request_queue_size = 64
    # Threads are joined by server_close(); hang_up() has ended what they wait for.
    daemon_threads = False
    block_on_close = True

    def __init__(self, address: tuple[str, int], respond: Respond) -> None:
        self.respond = respond
        self.stopping = threading.Event()
        self.errors: list[BaseException] = []
        self.abrupt: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def keep(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
        if self.stopping.is_set():
            # Accepted while the others were hung up on: nobody else would do it.
            self.hang_up()

    def drop(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def hang_up(self) -> None:
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def shutdown_request(self, request: Any) -> None:
        """Say farewell, or, where a reset was asked for, close without one."""
        if request in self.abrupt:
            self.abrupt.discard(request)
            # Linger zero makes close() send a reset.
            linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
            request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is nothing to report; anything else is raised by ``stop``."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.keep(self.connection)

    def finish(self) -> None:
        self.server.drop(self.connection)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """The site keeps a log of its own."""

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "")
        if length.isdecimal():
            self.rfile.read(min(int(length), 1_000_000))
        port = int(self.client_address[1])
        with self.server.respond(self.command, self.path, headers, port) as answer:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        body = b"" if self.command == "HEAD" else answer.sent
        sending = answer.sending
        if sending == "stall":
            self.server.stopping.wait(answer.seconds)
        if sending in {"stall", "nothing", "reset"}:
            self.close_connection = True
            if sending == "reset":
                self.server.abrupt.add(self.connection)
            return
        head = self._head(answer)
        if sending == "drip":
            self.connection.sendall(head)
            for at in range(len(body)):
                self.connection.sendall(body[at : at + 1])
                if self.server.stopping.wait(answer.seconds):
                    raise ConnectionAbortedError("the site was stopped during a drip")
        elif sending == "short":
            self.close_connection = True
            self.connection.sendall(head + body[: len(body) // 2])
        elif sending in {"chunked", "chunked-cut"}:
            self._chunks(head, body, cut=sending == "chunked-cut")
        else:
            self.connection.sendall(head + body)

    def _chunks(self, head: bytes, body: bytes, *, cut: bool) -> None:
        pieces = [body[at : at + 4096] for at in range(0, len(body), 4096)]
        if cut:
            self.close_connection = True
            pieces = pieces[: max(1, len(pieces) // 2)]
        out = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        self.connection.sendall(head + out + (b"" if cut else b"0\r\n\r\n"))

    def _head(self, answer: Answer) -> bytes:
        try:
            phrase = HTTPStatus(answer.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {answer.status} {phrase}", f"Date: {self.date_time_string()}"]
        lines.extend(f"{name}: {value}" for name, value in answer.headers.items())
        if answer.sending.startswith("chunked"):
            lines.append("Transfer-Encoding: chunked")
        elif answer.status not in {204, 304}:
            lines.append(f"Content-Length: {len(answer.sent)}")
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
