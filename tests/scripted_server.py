"""A loopback server that says exactly what a test tells it to, byte by byte."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

Say = bytes | Callable[[socket.socket], None]


def whole(body: bytes, *headers: bytes) -> bytes:
    """A 200 framed by its length."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(body: bytes, *headers: bytes, size: int = 700) -> bytes:
    """A 200 framed by chunks."""
    lines = [b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked", *headers]
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    framed = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return b"\r\n".join(lines) + b"\r\n\r\n" + framed + b"0\r\n\r\n"


def hang_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def then_hang_up(data: bytes) -> Callable[[socket.socket], None]:
    def say(connection: socket.socket) -> None:
        connection.sendall(data)
        hang_up(connection)

    return say


class Server:
    """Says one scripted thing for each request, in order, and notes what it was asked."""

    def __init__(self, *script: Say, context: ssl.SSLContext | None = None) -> None:
        self._script = list(script)
        self._context = context
        self.heads: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(20)
        scheme = "http" if context is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while self._script:
                connection, _ = self._listener.accept()
                connection.settimeout(20)
                self.connections += 1
                with suppress(OSError):
                    self._converse(connection)
                connection.close()

    def _converse(self, connection: socket.socket) -> None:
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True)
        with connection:
            while self._script and (head := self._head(connection)):
                self.heads.append(head)
                say = self._script.pop(0)
                if isinstance(say, bytes):
                    connection.sendall(say)
                else:
                    say(connection)

    @staticmethod
    def _head(connection: socket.socket) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            data = connection.recv(65_536)
            if not data:
                return b""
            head += data
        return head

    def close(self) -> None:
        self._script.clear()
        with suppress(OSError):  # an accept under way does not notice that its socket closes
            socket.create_connection(self._listener.getsockname(), timeout=5).close()
        self._thread.join(30)
        self._listener.close()


@contextmanager
def serving(*script: Say, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server for the length of a block."""
    server = Server(*script, context=context)
    try:
        yield server
    finally:
        server.close()
