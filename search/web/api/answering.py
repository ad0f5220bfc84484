"""How a call answers: JSON, the attribution in it, links to the pages of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from flask import Response, jsonify, request

from archive.store import Archive
from search.web.asking import Parameters
from search.web.errors import BadAddress
from search.web.site import Site

ROOT = "/api/v1"

LICENCE_LINK = "/about"
"""Where the terms stand that all answers are given under."""


def answer(shape: Mapping[str, object], links: Mapping[str, str] | None = None) -> Response:
    """A shape as JSON, with ``Link`` headers (RFC 8288) by their relations."""
    response = jsonify(shape)
    named = {**(links or {}), "license": LICENCE_LINK}
    response.headers["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in named.items())
    return response


def given() -> Parameters:
    """The parameters of this call. Raises BadAddress for an empty one.

    A form sends empty fields, a program does not: there it is a variable that was never filled, and
    everything would be given where something was meant.
    """
    for name, text in request.args.items(multi=True):
        if not text.strip():
            raise BadAddress(f"{name[:40]!r} is empty; leave it out")
    return request.args


def attribution_of(archive: Archive) -> str:
    """The acknowledgement that goes with texts of any source of this archive."""
    return "; ".join(source.attribution for source in archive.sources().values())


def base(site: Site) -> str:
    """Where people reach the room, without a slash at the end."""
    return site.choices.public_url or request.host_url.rstrip("/")


def page(site: Site, **changed: object) -> str:
    """This very address with some parameters changed (None takes one out), for another page."""
    kept = [(name, text) for name, text in _given() if name not in changed]
    kept += [(name, str(value)) for name, value in changed.items() if value is not None]
    query = urlencode(kept)
    return f"{base(site)}{request.path}" + (f"?{query}" if query else "")


def _given() -> Sequence[tuple[str, str]]:
    return [(name, text) for name, text in request.args.items(multi=True) if text.strip()]


def paged(site: Site, offset: int, limit: int, total: int, last: int) -> dict[str, str]:
    """Links to the first, previous and next page of a list; ``last`` is the highest offset."""
    links = {"first": page(site, offset=None)}
    if offset:
        links["prev"] = page(site, offset=max(0, offset - limit) or None)
    if offset + limit < total and offset + limit <= last:
        links["next"] = page(site, offset=offset + limit)
    return links
