"""The page of a decision: its text with numbers and anchors, what was ordered, versions, history.

What may be shown is asked of ``archive.passing_on`` before anything else is read. Decisions like it
take longer and have a page of their own. Nothing is cited here: see ``search.web.citation``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from archive.beside import captures_of, extent, same_report
from archive.citing import WHAT
from archive.errors import Restricted
from archive.history import Event, Version, events_of, versions
from archive.history_command import event_words
from archive.passing_on import for_others, notice, withheld
from archive.records import SourceInfo, StoredDecision
from archive.rendering import OUTCOME_WORDS, correction_words, plain_day, status_words
from archive.screen import clean
from archive.store import Archive
from search.request import SearchRequest
from search.similar import Similar
from search.web import addresses
from search.web.naming import Named, NotHeld, is_at, named
from search.web.reading import lay_out
from search.web.showing import shown
from search.web.site import Site

MOST_ALIKE = 10
SECTIONS_SHOWN = 150
"""Sections in the list of contents; a page with more is none that a person moves about by it."""

Show = Callable[[Archive, Named, list[Version]], AnyResponse]


def register(app: Flask, site: Site) -> None:
    """``/decision/<source>/<reference>[@N]`` and ``…/similar``."""
    app.jinja_env.globals.update(OUTCOME_WORDS=OUTCOME_WORDS, WHAT=WHAT)

    @app.get("/decision/<path:spelt>")
    def decision(spelt: str) -> AnyResponse:
        return answered(site, spelt, "", lambda *found: _page(site, *found))

    @app.get("/decision/<path:spelt>/similar")
    def similar(spelt: str) -> AnyResponse:
        return answered(site, spelt, "/similar", lambda *found: _similar(site, *found))


def answered(site: Site, spelt: str, ending: str, show: Show) -> AnyResponse:
    """A page about a decision that is held, may be shown and is asked for under its own address.

    Everybody else is sent there, or told why there is nothing. ``ending`` is what stands behind
    the decision's own address.
    """
    with site.open_archive() as archive:
        found = named(archive, spelt.split("/"))
        if isinstance(found, NotHeld):
            return _not_held(archive, found)
        decision = found.stored.decision
        address = addresses.decision(decision.source, decision.reference, found.version) + ending
        if not is_at(request.path, address):
            query = request.query_string.decode("ascii", "replace")
            return redirect(f"{address}?{query}" if query else address, 301)
        held = versions(archive, found.stored.id)
        numbers = [each.number for each in held]
        if found.version is not None and found.version not in numbers:
            there = ", ".join(map(str, numbers))
            sentence = f"there is no version {found.version} of it; the versions held are: {there}"
            return _not_held(archive, NotHeld(sentence))
        if withheld(found.stored, withdrawn=site.choices.include_withdrawn):
            return _withheld(site, found.stored, found.source)
        return show(archive, found, held)


def permanent(site: Site, stored: StoredDecision, version: int) -> str:
    """The whole address of one version, for paper and citations."""
    decision = stored.decision
    root = site.choices.public_url or request.host_url.rstrip("/")
    return root + addresses.decision(decision.source, decision.reference, version)


def _page(site: Site, archive: Archive, found: Named, held: list[Version]) -> AnyResponse:
    stored, source = found.stored, found.source
    if found.version is not None and found.version < stored.revision:
        return _superseded(site, stored, source, held, found.version)
    include = site.choices.include_withdrawn
    passed = for_others(stored, withdrawn=include)
    layout = lay_out(passed)
    fitting = [clean(correction_words(each)) for each in passed.corrections if each.fits]
    lost = [clean(correction_words(each)) for each in passed.corrections if not each.fits]
    return make_response(
        render_template(
            "decision.html",
            stored=passed,
            decision=passed.decision,
            heading=_heading(passed),
            source=source,
            layout=layout,
            contents=[part for part in layout.parts if part.heading][:SECTIONS_SHOWN],
            status=status_words(passed),
            told=notice(passed),
            versions=_versions(held),
            events=[_event(each) for each in events_of(archive, stored.id)],
            captures=captures_of(archive, stored.id, stored.revision),
            linked=[
                (other.decision, None if withheld(other, withdrawn=include) else other.body)
                for other in same_report(archive, stored.id)
            ],
            fitting=fitting,
            lost=lost,
            here=addresses.decision(passed.decision.source, passed.decision.reference),
            permanent=permanent(site, passed, stored.revision),
            at_version=found.version is not None,
            today=plain_day(site.now()),
        )
    )


def _heading(stored: StoredDecision) -> str:
    """The page's title; without one, what a citation calls it."""
    decision = stored.decision
    title = " ".join(decision.title.split())
    return title or f"{decision.body} ({decision.reference})"


def _event(event: Event) -> tuple[datetime, str]:
    return event.at, event_words(event)


def _versions(held: list[Version]) -> list[tuple[Version, datetime | None]]:
    """Each version, the newest first, with when the next one came."""
    after: list[datetime | None] = [*(each.created_at for each in held[1:]), None]
    return list(zip(held, after, strict=True))[::-1]


def _superseded(
    site: Site, stored: StoredDecision, source: SourceInfo, held: list[Version], number: int
) -> AnyResponse:
    """An earlier text may have been amended because of what stood in it: number and dates alone."""
    version, until = next(pair for pair in _versions(held) if pair[0].number == number)
    return make_response(
        render_template(
            "superseded.html",
            decision=stored.decision,
            version=version,
            until=until,
            newest=stored.revision,
            source=source,
            operator=site.choices.include_withdrawn,
        )
    )


def _withheld(site: Site, stored: StoredDecision, source: SourceInfo) -> AnyResponse:
    """Reference, date and notice, and nothing else of it."""
    bare = for_others(stored, withdrawn=site.choices.include_withdrawn)
    return make_response(
        render_template(
            "withheld.html",
            reference=bare.decision.reference,
            decided_on=bare.decision.decided_on,
            restricted=bare.restriction is not None,
            since=None if bare.restriction is not None else bare.status_since,
            told=notice(bare),
            source=source,
        )
    )


def _not_held(archive: Archive, missing: NotHeld) -> Response:
    response = make_response(
        render_template(
            "not_held.html",
            sentence=missing.sentence,
            erased=missing.erased,
            extent=extent(archive),
            only=archive.runs.only_bodies(),
        ),
        410 if missing.erased else 404,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _similar(site: Site, archive: Archive, found: Named, _: list[Version]) -> AnyResponse:
    decision = found.stored.decision
    wanted = SearchRequest("", limit=MOST_ALIKE, snippets=1)
    try:
        alike: Similar = site.answering.ask(
            "similar",
            decision.reference,
            found.stored.id,
            wanted,
            site.choices.include_withdrawn,
        )
    except Restricted:
        # Somebody restricted it a moment ago, or even erased it since.
        for stored in archive.stored([found.stored.id]):
            return _withheld(site, stored, found.source)
        raise
    return make_response(
        render_template(
            "similar.html",
            decision=decision,
            heading=_heading(found.stored),
            words=alike.words,
            hits=[(shown(hit), hit.shared) for hit in alike.hits],
            source=found.source,
        )
    )
