"""Who speaks here and on which terms: the front door's facts, licence, and whom to write to."""

from __future__ import annotations

from flask import Flask, render_template

from search.web.site import Site


def register(app: Flask, site: Site) -> None:
    """``/about``."""

    @app.get("/about")
    def about() -> str:
        with site.open_archive() as archive:
            sources = archive.sources()
        return render_template("about.html", sources=sources)
