"""A server of the reading room in this process, and a client that says exactly what it is told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from search.serve_command import listening
from search.web.access_log import Asked
from search.web.server import Server


def until(condition: Callable[[], Any], what: str = "it") -> Any:
    """Wait until something is so, and give it; a minute at most."""
    for _ in range(6000):
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"{what} did not happen")


@contextmanager
def served(
    application: Any, *, threads: int = 2, **changes: Any
) -> Iterator[tuple[int, Server, list[Asked]]]:
    """The port, the server, and what it notes of each request."""
    noted: list[Asked] = []
    given: dict[str, Any] = {"indexable": False, "note": noted.append}
    with listening("127.0.0.1", 0) as there:
        port = there.getsockname()[1]
        server = Server(application, there, threads=threads, **(given | changes))
        running = threading.Thread(target=server.run)
        running.start()
        try:
            yield port, server, noted
        finally:
            server.stop()
            server.stop()
            running.join()


def connected(port: int) -> socket.socket:
    """A connection; a minute of silence on it is an error."""
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def read_all(client: socket.socket) -> bytes:
    """What comes until the other end closes, in whatever way."""
    parts = []
    try:
        while part := client.recv(65_536):
            parts.append(part)
    except (ConnectionResetError, BrokenPipeError):
        pass
    return b"".join(parts)


def said(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in lower case) and body of the answer to these very bytes."""
    with connected(port) as client:
        client.sendall(request)
        answer = read_all(client)
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = (line.partition(": ") for line in lines)
    return int(first.split()[1]), {name.lower(): value for name, _, value in fields}, body


def get(port: int, target: str, *more: str, method: str = "GET", host: str = "localhost") -> Any:
    """As ``said``, of a request that is closed after its answer."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close", *more, "", ""]
    return said(port, "\r\n".join(lines).encode("latin-1"))


def plain(body: Callable[[], Any] = lambda: b"here") -> Any:
    """An application that answers everything with a text."""

    def application(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        found = body()
        return [found] if isinstance(found, bytes) else found

    return application
