"""Calls that give lists: a search, what happened, councils and providers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time

from flask import Flask, Response

from archive.body_facts import fact_type
from archive.body_names import body_key
from archive.body_reading import Body, matching
from archive.body_shapes import UNKNOWN, body_json
from archive.history import events_after
from archive.history_command import event_json
from archive.reader import open_texts
from archive.records import BodyType
from search.changed import as_told, hidden_from_others
from search.fields import first_day
from search.present import results_json
from search.query import SearchResults
from search.web import addresses
from search.web.api.answering import ROOT, answer, attribution_of, base, given, page, paged
from search.web.asking import LAST_OFFSET, Reading, number, request_of, taken
from search.web.errors import BadAddress, NoSuchPage
from search.web.site import Site

MOST_CHANGES = 200
MOST_BODIES = 500


def _type(text: str) -> BodyType | str | None:
    return UNKNOWN if text.casefold() == UNKNOWN else fact_type(text)


CHANGES: Reading = {
    "after": ("after", number(0, 999_999_999)),
    "since": ("since", first_day),
    "limit": ("limit", number(1, MOST_CHANGES)),
}
BODIES: Reading = {
    "q": ("words", str),
    "type": ("type", _type),
    "limit": ("limit", number(1, MOST_BODIES)),
    "offset": ("offset", number(0, LAST_OFFSET)),
}
"""Parameters, as ``search.web.asking`` reads them."""


def register(app: Flask, site: Site) -> None:
    """``/search``, ``/changes``, ``/bodies`` and ``/body/<slug>``."""
    withdrawn = site.choices.include_withdrawn

    @app.get(f"{ROOT}/search")
    def api_search() -> Response:
        asked = request_of(given())
        found: SearchResults = site.answering.ask("search", asked, withdrawn)
        with site.open_archive() as archive:
            attribution = attribution_of(archive)
        limit = asked.limit or 1
        links = paged(site, asked.offset, limit, found.total, LAST_OFFSET)
        shape = results_json(found)
        shape |= {
            "offset": asked.offset,
            "limit": limit,
            "next": links.get("next"),
            "attribution": attribution,
        }
        return answer(shape, links)

    @app.get(f"{ROOT}/changes")
    def api_changes() -> Response:
        asked = taken(given(), CHANGES)
        limit, since = asked.get("limit", 50), asked.get("since")
        start = None if since is None else datetime.combine(since, time.min, UTC)
        with site.open_archive() as archive, open_texts(site.config.database_url) as texts:
            events = events_after(archive, asked.get("after", 0), limit + 1, start)
            told = as_told(texts, events[:limit], withdrawn=withdrawn)
            attribution = attribution_of(archive)
        more = page(site, after=events[limit - 1].id) if len(events) > limit else None
        shape = {
            "schema": 1,
            "since": None if start is None else start.isoformat(),
            "changes": [{**event_json(one.event), "notice": one.notice} for one in told],
            "next": more,
            "attribution": attribution,
        }
        links = {"first": page(site, after=None)}
        return answer(shape, links if more is None else {**links, "next": more})

    @app.get(f"{ROOT}/bodies")
    def api_bodies() -> Response:
        asked = taken(given(), BODIES)
        limit, offset = asked.get("limit", 100), asked.get("offset", 0)
        with site.open_archive() as archive:
            held = shown_bodies(site, archive.bodies.all(), withdrawn)
            attribution = attribution_of(archive)
        found = matching(held, asked.get("words", "").split())
        if "type" in asked:
            kind = None if asked["type"] == UNKNOWN else asked["type"]
            found = [body for body in found if body.type == kind]
        links = paged(site, offset, limit, len(found), LAST_OFFSET)
        shape = {
            "schema": 1,
            "total": len(found),
            "bodies": [_body(site, body) for body in found[offset : offset + limit]],
            "next": links.get("next"),
            "attribution": attribution,
        }
        return answer(shape, links)

    @app.get(f"{ROOT}/body/<slug>")
    def api_body(slug: str) -> Response:
        taken(given(), {})
        with site.open_archive() as archive:
            held = shown_bodies(site, archive.bodies.all(), withdrawn)
            attribution = attribution_of(archive)
        found = [body for body in held if addresses.slug(body.name) == slug]
        if not found:
            raise NoSuchPage(
                "There is no council or provider of that name here; see /api/v1/bodies"
            )
        # Names that differ in signs only are one body; the index files them under one code.
        body = max(found, key=lambda one: one.decisions)
        shape = {"schema": 1, **_body(site, body), "attribution": attribution}
        return answer(shape, {"alternate": base(site) + addresses.body(body.name)})


def meant(bodies: Iterable[Body], asked: str) -> Body:
    """The one of these that somebody means by a name in any spelling, a slug or a code.

    Of names that are not among them nothing is told, not even that they are near. Raises NoSuchPage
    and BadAddress.
    """
    key, slug, code = body_key(asked), addresses.slug(asked), asked.strip().upper()
    found = {
        body.name: body
        for body in bodies
        if code in (body.council_code, body.gss_code)
        or any(
            key == body_key(one.name) or slug == addresses.slug(one.name) for one in body.spellings
        )
    }
    if not found:
        raise NoSuchPage(f"there is no council or provider of the name {asked[:100]!r} here")
    if len(found) > 1 and asked not in found:
        raise BadAddress(f"{asked[:100]!r} may be any of: {'; '.join(sorted(found))}")
    return found.get(asked) or next(iter(found.values()))


def _body(site: Site, body: Body) -> dict[str, object]:
    slug = addresses.slug(body.name)
    return {**body_json(body), "slug": slug, "page": base(site) + addresses.body(body.name)}


def shown_bodies(site: Site, bodies: Iterable[Body], withdrawn: bool) -> list[Body]:
    """Bodies with a decision that may be shown, counted without those that may not.

    A title that was withdrawn must not come back as the spelling of a name.
    """
    with open_texts(site.config.database_url) as texts:
        hidden = sorted(hidden_from_others(texts, withdrawn))
        heads = texts.decisions(hidden).values()
    return visible(bodies, Counter(str(head["body_name"]) for head in heads))


def visible(bodies: Iterable[Body], hidden: Mapping[str, int]) -> list[Body]:
    """Bodies less so many decisions of each spelling; what has none left is left out. Pure."""
    found, gone = [], set()
    for body in bodies:
        spellings = tuple(
            replace(one, decisions=one.decisions - hidden.get(one.name, 0))
            for one in body.spellings
            if not hidden.get(one.name) or one.decisions > hidden[one.name]
        )
        if any(one.decisions for one in spellings):
            found.append(replace(body, spellings=spellings))
        elif body.decisions:
            gone.add(body.name)
    return [
        replace(
            body,
            successor=None if body.successor in gone else body.successor,
            predecessors=tuple(name for name in body.predecessors if name not in gone),
        )
        for body in found
    ]
