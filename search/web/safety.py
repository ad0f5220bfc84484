"""What every response carries and every request must meet, whatever page it is for.

A name in ``Host`` that is not ours is refused: a page elsewhere could otherwise make a browser ask
this machine under its own name (DNS rebinding). Nothing may run, be framed, or be fetched from
elsewhere; scripts and styles are our own files. GET, HEAD and OPTIONS are all there is.

The rules are put around the whole application, so that they stand on what Flask and werkzeug answer
by themselves as well; ``search.web.server`` puts them on what the server refuses before that.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from flask import Flask, request
from werkzeug.exceptions import MethodNotAllowed, NotFound, RequestURITooLarge

from search.web.errors import BadAddress
from search.web.site import Choices

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""On every response."""

NOT_INDEXED = "noindex, nofollow, noarchive"

METHODS = ("GET", "HEAD", "OPTIONS")

LONGEST_ADDRESS = 8_000
"""Characters of an address as it was sent, with everything in it."""


def rules(*, indexable: bool) -> dict[str, str]:
    """The headers of every response of a room."""
    return dict(HEADERS) if indexable else {**HEADERS, "X-Robots-Tag": NOT_INDEXED}


def guard(app: Flask, choices: Choices) -> None:
    """Put the rules around an application."""
    ours = frozenset(choices.hosts)

    @app.before_request
    def _may_be_asked() -> None:
        if host_name(request.headers.get("Host", "")) not in ours:
            raise BadAddress("this room does not answer under that name")
        if request.method not in METHODS:
            raise MethodNotAllowed(METHODS, "Nothing can be changed here; ask with GET.")
        if len(_as_sent(request.environ)) > LONGEST_ADDRESS:
            raise RequestURITooLarge(f"An address has {LONGEST_ADDRESS:,} characters at most.")
        if not _is_path(_path_sent(request.environ)):
            raise NotFound("Nothing is held under this address.")

    # Else an address with two slashes would be answered with a redirection.
    app.url_map.merge_slashes = False
    app.wsgi_app = _Ruled(app.wsgi_app, rules(indexable=choices.indexable))  # type: ignore[method-assign]  # as Flask's own documentation has it


class _Ruled:
    """A WSGI application whose every response carries the rules."""

    def __init__(self, application: WSGIApplication, headers: Mapping[str, str]) -> None:
        self._application = application
        self._headers = list(headers.items())
        self._names = {name.lower() for name in headers}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() not in self._names]
            if status.startswith("405") and not any(name.lower() == "allow" for name, _ in kept):
                kept.append(("Allow", ", ".join(METHODS)))
            return start_response(status, kept + self._headers, exc_info)

        return self._application(environ, start)


_HOST = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::[0-9]{1,5})?")


def host_name(host: str) -> str:
    """The name in a ``Host`` header, without port and brackets, in lower case.

    Empty for anything that is not written as a name should be: a list, a user, a blank, a dot at
    the end. Addresses of IPv6 come in their shortest form.
    """
    found = _HOST.fullmatch(host.lower()) if host.isascii() else None
    if found is None:
        return ""
    if found["name"] is not None:
        return found["name"]
    try:
        return str(ipaddress.IPv6Address(found["six"]))
    except ValueError:
        return ""


def _as_sent(environ: Mapping[str, Any]) -> str:
    path = environ.get("REQUEST_URI") or environ.get("PATH_INFO", "")
    return f"{path}?{environ.get('QUERY_STRING', '')}" if "?" not in path else str(path)


def _path_sent(environ: Mapping[str, Any]) -> str:
    """The decoded path as it was sent: a server may drop slashes that are too many."""
    path = _as_sent(environ).partition("?")[0]
    if not path.startswith("/"):
        return str(environ.get("PATH_INFO", ""))
    return unquote_to_bytes(path).decode("latin-1")


_NO_PATH = re.compile(r"[\x00-\x1f\x7f\\]|//|(?:^|/)\.\.?(?:/|$)")


def _is_path(path: str) -> bool:
    """Whether a decoded path (in WSGI's Latin-1) can be ours: UTF-8, and going nowhere up."""
    try:
        text = path.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False
    return text.startswith("/") and not _NO_PATH.search(text)
