"""What every response carries and every request must meet, whatever page it is for.

A name in ``Host`` that is not ours is refused: a page elsewhere could otherwise make a browser ask
this machine under its own name (DNS rebinding). Nothing may run, be framed, or be fetched from
elsewhere; scripts and styles are our own files. GET and HEAD are all there is.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, request

from search.web.errors import BadAddress
from search.web.site import Choices

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


def guard(app: Flask, choices: Choices) -> None:
    """Put the rules around an application."""

    @app.before_request
    def _addressed_to_us() -> None:
        if host_name(request.headers.get("Host", "")) not in choices.hosts:
            raise BadAddress("this room does not answer under that name")

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        if not choices.indexable:
            response.headers["X-Robots-Tag"] = NOT_INDEXED
        return response


def host_name(host: str) -> str:
    """The name in a ``Host`` header, without port and brackets, in lower case."""
    name = host.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0]
