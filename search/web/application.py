"""The application: every part of the room registered, errors told in its own pages.

A part is a module with ``register(app, site)``; ``PARTS`` names them all. WSGI, one process; what
may take long goes through ``site.answering``.
"""

from __future__ import annotations

import importlib
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from archive import __version__
from archive.errors import Ambiguous, DecisionsError, NotFound, UsageError
from archive.rendering import plain_day
from archive.screen import clean
from search.errors import QueryError
from search.web import addresses, freshness
from search.web.errors import WebError
from search.web.law import outside
from search.web.safety import guard
from search.web.site import Site

PARTS: tuple[str, ...] = (
    "search.web.about",
    "search.web.bodies",
    "search.web.categories",
    "search.web.coverage_page",
    "search.web.changes",
    "search.web.health",
    "search.web.decision",
    "search.web.citation",
    "search.web.api",
    "search.web.feeds",
    "search.web.downloads",
    "search.web.front",
    "search.web.findings",
)
"""Modules with ``register(app, site)``."""

API = "/api/"

PLAIN = {
    404: "There is no page under this address. It may have been mistyped, or cut off.",
    405: "Here one can only read; nothing can be sent to this archive.",
}
"""What a person is told instead of a framework's own sentence."""


def create_app(site: Site) -> Flask:
    """The WSGI application over an archive. Opens nothing until it is asked."""
    app = Flask("search.web", static_folder="static", static_url_path="/static")
    app.json.ensure_ascii = True  # type: ignore[attr-defined]  # of Flask's own provider
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(addresses=addresses, choices=site.choices, version=__version__)
    app.jinja_env.filters.update(plain_day=plain_day, outside=outside, clean=clean)
    guard(app, site.choices)
    freshness.watch(app, site)
    _errors(app, site)
    for name in PARTS:
        importlib.import_module(name).register(app, site)
    return app


def _errors(app: Flask, site: Site) -> None:
    @app.errorhandler(DecisionsError)
    def ours(error: DecisionsError) -> Response:
        status = status_of(error)
        if site.choices.public and status == 503 and not isinstance(error, WebError):
            # It names files and commands: for the operator, not for whoever comes along.
            app.logger.error("%s %s: %s", request.method, request.path, error)
            return told(status, "This archive cannot be read just now; please come back later.")
        return told(status, clean(str(error)))

    @app.errorhandler(HTTPException)
    def werkzeug(error: HTTPException) -> Response:
        status = error.code or 500
        response = told(status, PLAIN.get(status) or error.description or error.name)
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        app.logger.error("%s %s", request.method, request.path, exc_info=error)
        return told(
            500, "Something went wrong here; whoever runs this archive finds it in the log."
        )


def status_of(error: DecisionsError) -> int:
    """The HTTP status of one of our errors; 503 where the archive or the index cannot be used."""
    if isinstance(error, WebError):
        return error.status
    if isinstance(error, QueryError | UsageError):
        return 400
    if isinstance(error, NotFound | Ambiguous):
        return 404
    return 503


def told(status: int, sentence: str, **more: Any) -> Response:
    """An error as a page, or as JSON for who asked the API."""
    if request.path.startswith(API):
        shape = {"schema": 1, "error": {"status": status, "message": sentence, **more}}
        response = make_response(jsonify(shape), status)
    else:
        response = make_response(
            render_template("error.html", status=status, sentence=sentence, **more), status
        )
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response
