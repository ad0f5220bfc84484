"""Feeds of what happened: to the decisions of a search, of a council, of a category, to all.

Which changes a feed has, and what it may tell of each, is decided in ``search.changed``. An entry
is one change, for ever under the same name: of the archive's identity, the change's number and its
instant (a number may come again after a backup was restored, an instant does not).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Flask, Response, request

from archive.history_command import event_words
from archive.rendering import plain_day
from search.changed import Changed, Changes
from search.request import SearchRequest, describe, read
from search.tree import And, Everything, Filter, Node
from search.web import addresses, atom
from search.web.api.answering import attribution_of, base, page
from search.web.asking import number, request_of, taken
from search.web.atom import Entry, Feed, Link
from search.web.errors import NoSuchPage
from search.web.site import Site
from search.words import fold_name

AUTHOR = "An independent archive of Ombudsman decisions"
MOST = 50
"""Entries on one page of a feed."""

PAGING = {"before": ("before", number(1, 999_999_999))}
LIMIT = {"limit": ("limit", number(1, MOST))}
"""Parameters, as ``search.web.asking`` reads them."""

NOT_OF_FEEDS = frozenset(("before", "limit", "offset", "sort", "facet"))
"""Parameters that choose no decision: a feed has an order of its own and is one for all of them."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without an entry was last changed."""


@dataclass(frozen=True, slots=True)
class About:
    """What a feed is of: in words, and the page that shows it."""

    words: str
    page: str


def register(app: Flask, site: Site) -> None:
    """``/search.atom``, ``/body/….atom``, ``/category/….atom`` and ``/changes.atom``."""

    @app.get("/search.atom")
    def search_feed() -> Response:
        asked = request_of(request.args, others=("before",))
        kept = [each for each in request.args.items(multi=True) if each[0] not in NOT_OF_FEEDS]
        shown = f"{base(site)}/search" + (f"?{urlencode(kept)}" if kept else "")
        told = _changes(site, asked, limit=asked.limit if "limit" in request.args else None)
        return _feed(site, told, About(describe(read(asked)), shown))

    @app.get("/changes.atom")
    def changes_feed() -> Response:
        about = About("everything that happens", f"{base(site)}/changes")
        return _feed(site, _changes(site, Everything(), **_paging()), about)

    @app.get("/body/<slug>.atom")
    def body_feed(slug: str) -> Response:
        told = _found(_changes(site, Filter("name", slug), **_paging()), slug)
        name = next((one.event.body for one in told.entries if one.event.body), None)
        shown = base(site) + addresses.body(slug)
        return _feed(site, told, About(name or slug.replace("-", " "), shown))

    @app.get("/category/<slug>.atom")
    @app.get("/category/<slug>/<below>.atom")
    def category_feed(slug: str, below: str | None = None) -> Response:
        node: Node = Filter("category", slug)
        if below is not None:
            node = And((node, Filter("subcategory", below)))
        told = _found(_changes(site, node, **_paging()), slug, below or "x")
        shown = base(site) + addresses.category(slug, below)
        parts = (part.replace("-", " ") for part in (slug, below) if part)
        return _feed(site, told, About(" > ".join(parts), shown))


def _paging() -> dict[str, int | None]:
    asked = taken(request.args, {**PAGING, **LIMIT})
    return {"limit": asked.get("limit")}


def _changes(site: Site, asked: SearchRequest | Node, limit: int | None = None) -> Changes:
    before = taken(request.args, PAGING, others=tuple(request.args)).get("before")
    told: Changes = site.answering.ask(
        "changed", asked, site.choices.include_withdrawn, before, limit or MOST
    )
    return told


def _found(told: Changes, *slugs: str) -> Changes:
    """Raises NoSuchPage where there is no decision of that name."""
    first_page = "before" not in request.args
    if any(fold_name(slug) != slug for slug in slugs) or (first_page and not told.entries):
        raise NoSuchPage("No decision here has that council, provider or category.")
    return told


def _feed(site: Site, told: Changes, about: About) -> Response:
    with site.open_archive() as archive:
        attribution, identity = attribution_of(archive), archive.archive_id
    links = [
        Link("self", page(site), atom.MEDIA_TYPE),
        Link("alternate", about.page, "text/html"),
        Link("license", f"{base(site)}/about", "text/html"),
        Link("first", page(site, before=None), atom.MEDIA_TYPE),
    ]
    if told.before is not None:
        links.append(Link("next", page(site, before=told.before), atom.MEDIA_TYPE))
    feed = Feed(
        id=_urn(identity, "feed", _canonical()),
        title=f"Ombudsman decisions: {about.words}",
        updated=told.entries[0].event.at if told.entries else LONG_AGO,
        author=AUTHOR,
        rights=attribution or None,
        links=links,
        entries=[_entry(site, identity, one) for one in told.entries],
    )
    return Response(atom.write(feed), content_type=f"{atom.MEDIA_TYPE}; charset=utf-8")


def _canonical() -> str:
    """The address of this feed, the same for all its pages and however it was spelt."""
    given = sorted(
        (name, text)
        for name, text in request.args.items(multi=True)
        if name not in NOT_OF_FEEDS and text.strip()
    )
    return f"{request.path}?{urlencode(given)}"


def _entry(site: Site, identity: str, one: Changed) -> Entry:
    event = one.event
    links = []
    if event.source is not None and event.reference is not None:
        decision = addresses.decision(event.source, event.reference)
        links.append(Link("alternate", base(site) + decision, "text/html"))
    name = event.title or event.reference or "A decision that is no longer held"
    rights = one.head.get("attribution")
    return Entry(
        id=_urn(identity, "change", f"{event.id} {atom.instant(event.at)}"),
        title=f"{name}: {event_words(event)}",
        updated=event.at,
        content="\n\n".join(_sentences(one)),
        links=links,
        terms=(event.kind.value,),
        rights=None if rights is None else str(rights),
    )


def _sentences(one: Changed) -> list[str]:
    """What an entry says: what happened, which decision, what it is about, what to know of it."""
    event, head = one.event, one.head
    words = event_words(event)
    told = [f"{words[:1].upper()}{words[1:]}."]
    if event.reference is not None:
        decided = "" if event.decided_on is None else f", decided {plain_day(event.decided_on)}"
        told.append(f"{event.reference}{decided}{_facts(head)}.")
    if one.notice is not None:
        told.append(one.notice)
    if head.get("summary"):
        told.append(f"Summary: {head['summary']}")
    return told


def _facts(head: Mapping[str, object]) -> str:
    category = " > ".join(str(head[name]) for name in ("category", "subcategory") if head.get(name))
    parts = (head.get("body"), category, head.get("outcome_raw"))
    return "".join(f", {part}" for part in parts if part)


def _urn(identity: str, *parts: str) -> str:
    """A name for ever: the same parts of the same archive give the same."""
    return uuid.uuid5(uuid.NAMESPACE_URL, " ".join(("decisions", identity, *parts))).urn
