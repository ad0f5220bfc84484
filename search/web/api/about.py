"""The description of the API: for programs, and as a page for people."""

from __future__ import annotations

from flask import Flask, Response, jsonify, render_template

from search.web.api.answering import ROOT, base, given
from search.web.api.calls import CALLS, IN_PATH
from search.web.api.document import ERRORS, document, in_path, repeated
from search.web.asking import taken
from search.web.site import Site


def register(app: Flask, site: Site) -> None:
    """``/api`` and ``/api/v1/openapi.json``."""

    @app.get(f"{ROOT}/openapi.json")
    def api_document() -> Response:
        taken(given(), {})
        return jsonify(document(base(site)))

    @app.get("/api")
    def api_page() -> str:
        taken(given(), {})
        return render_template(
            "api.html",
            calls=CALLS,
            in_path=in_path,
            paths=IN_PATH,
            errors=ERRORS,
            root=ROOT,
            repeated=repeated,
        )
