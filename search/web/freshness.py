"""Whether somebody's copy of a page is still what we would answer: a tag, made before the work.

The tag is of the state that every answer comes from (the archive, its index, the day, the
operator's choices, this program) and of the address. It is the same for whatever is the same, so a
copy costs a look at the state and no search. It says that *something* changed, never what.

``no-cache`` lets a copy be kept but not used without asking: a text may be restricted or erased at
any moment. The tag is made before the work; if the archive changes in between, the copy is newer
than its tag, and the next question replaces it.
"""

from __future__ import annotations

import hashlib

from flask import Flask, Response, g, request

from archive import __version__
from archive.errors import DecisionsError
from archive.state_token import state_token
from search import manifest
from search.web.site import Site

NOT_TAGGED = ("/static/", "/health")
"""Beginnings of addresses that have their own rule."""

READING = ("GET", "HEAD")


def watch(app: Flask, site: Site) -> None:
    """Tag every answer, and answer whoever has it already with 304."""

    @app.before_request
    def _still_good() -> Response | None:
        if (
            request.method not in READING
            or request.routing_exception is not None
            or request.path.startswith(NOT_TAGGED)
        ):
            return None
        tag = tag_of(site, _asked())
        if tag is None:
            return None
        g.freshness_tag = tag
        known = request.if_none_match
        # "Any" can only be answered once it is known that there is something.
        if not known.star_tag and known.contains_weak(tag):
            return Response(status=304)
        return None

    @app.after_request
    def _tagged(response: Response) -> Response:
        tag = g.pop("freshness_tag", None)
        if tag is None or response.status_code not in (200, 304):
            return response
        if response.cache_control.no_store:
            return response  # something was missing in it that may be there in a moment
        if request.if_none_match.star_tag and response.status_code == 200:
            response.close()
            response = Response(status=304)
        # Weak: how long a search took stands in its answer, and may differ.
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = "no-cache"
        return response


def tag_of(site: Site, address: str) -> str | None:
    """The tag of what stands at an address now; None where the archive cannot be read (the page
    itself tells why)."""
    try:
        archive = state_token(site.config.database_url)
    except DecisionsError:
        return None
    parts = (
        archive,
        _index(site),
        # Dates that people type as days ago, and months that fill up, are of a day.
        site.now().date().isoformat(),
        __version__,
        repr(site.choices),
        address,
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _index(site: Site) -> str:
    """Which index answers: its manifest, byte for byte."""
    try:
        with (site.config.index_dir / manifest.NAME).open("rb") as stream:
            return hashlib.sha256(stream.read(manifest.LONGEST)).hexdigest()
    except OSError:
        return "none"


def _asked() -> str:
    """The address as it came, with the name it was asked under: links in an answer have that."""
    query = request.query_string.decode("latin-1")
    return f"{request.host_url} {request.path}?{query}"
