"""Calls about one decision: its text, its history, how it is cited, and others like it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask, Response, request

from archive import cite_command, history, history_command
from archive.bibliography import ENTRIES
from archive.citing import LINES
from archive.citing_held import cite_held
from archive.errors import NotFound
from archive.passing_on import for_others, notice, withheld
from archive.records import StoredDecision, reference_slug
from archive.shapes import stored_json
from archive.store import Archive
from search.changed import bare
from search.present import hit_json
from search.similar import Similar
from search.web import addresses
from search.web.api.answering import ROOT, answer, attribution_of, base, given
from search.web.asking import Reading, number, request_of, taken
from search.web.errors import BadAddress
from search.web.site import Site

SUPERSEDED = (
    "An earlier version of a text that the Ombudsman has amended since; it is not passed on."
)

_KEY = number(1, 999_999)


def _style(text: str) -> str:
    if text not in cite_command.STYLES:
        raise ValueError(f"{text[:40]!r} is not one of: {', '.join(cite_command.STYLES)}")
    return text


def _place(text: str) -> str:
    if text[:1] not in ("p", "o") or not _digits(text[1:]):
        raise ValueError(f"{text[:40]!r} is no place like p7 or o12")
    return text


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


CITE: Reading = {
    "style": ("style", _style),
    "paragraph": ("paragraph", _KEY),
    "place": ("place", _place),
}
"""Parameters of a citation, as ``search.web.asking`` reads them."""

NOT_OF_SIMILAR = ("sort", "offset", "facet")
"""Parameters of a search that mean nothing where the likest are asked for."""


def register(app: Flask, site: Site) -> None:
    """``/decision/<source>/<reference>[@N]`` and what hangs on it."""
    here = f"{ROOT}/decision/<source>/<reference>"
    withdrawn = site.choices.include_withdrawn

    @app.get(here)
    def api_decision(source: str, reference: str) -> Response:
        taken(given(), {})
        with site.open_archive() as archive:
            stored, version = _named(archive, source, reference)
            if version not in (None, stored.revision):
                return answer(_earlier(archive, stored, version), _links(site, stored))
            attribution = _attribution(archive, stored)
        if withheld(stored, withdrawn=withdrawn):
            return answer(_withheld(site, stored, attribution), _links(site, stored))
        shape = stored_json(for_others(stored, withdrawn=withdrawn), attribution=attribution)
        shape["corrections"] = [_unsigned(each) for each in shape["corrections"]]  # type: ignore[attr-defined]  # a list
        shape["notice"] = notice(stored)
        shape["page"] = _page(site, stored)
        return answer(shape, _links(site, stored))

    @app.get(f"{here}/history")
    def api_history(source: str, reference: str) -> Response:
        taken(given(), {})
        with site.open_archive() as archive:
            stored, _ = _named(archive, source, reference)
            told = history.events_of(archive, stored.id)
            held = history.versions(archive, stored.id)
            imported = archive.imports.of(stored.id)
            attribution = _attribution(archive, stored)
        closed = withheld(stored, withdrawn=withdrawn)
        shape = history_command.history_json(
            for_others(stored, withdrawn=withdrawn),
            [bare(event) for event in told] if closed else told,
            held,
            imported,
        )
        # Names of the operator's own files are nobody's business.
        shape["imported"] = [
            {**each, "container": None, "record": None}
            for each in shape["imported"]  # type: ignore[attr-defined]  # a list
        ]
        shape |= {"notice": notice(stored), "attribution": attribution}
        if closed:
            shape |= {"title": None, "url": None}
            shape["versions"] = [
                {**each, "content_sha256": None}
                for each in shape["versions"]  # type: ignore[attr-defined]  # a list
            ]
        return answer(shape, _links(site, stored))

    @app.get(f"{here}/cite")
    def api_cite(source: str, reference: str) -> Response:
        asked = taken(given(), CITE)
        with site.open_archive() as archive:
            stored, version = _named(archive, source, reference)
            attribution = _attribution(archive, stored)
            if withheld(stored, withdrawn=withdrawn):
                # A citation names the council, and whether a paragraph is there tells too much.
                return answer(_withheld(site, stored, attribution), _links(site, stored))
            cited = cite_held(archive, stored, version, _at(asked), withdrawn=withdrawn)
        style = asked.get("style", "oscola")
        text = (LINES | ENTRIES)[style](cited)
        shape = cite_command.cited_json(cited, style, text)
        shape |= {"notice": notice(stored), "attribution": attribution}
        return answer(shape, _links(site, stored))

    @app.get(f"{here}/similar")
    def api_similar(source: str, reference: str) -> Response:
        for name in NOT_OF_SIMILAR:
            if name in request.args:
                raise BadAddress(f"{name!r} means nothing here: the likest are given, best first")
        asked = replace(request_of(given()), snippets=1)
        with site.open_archive() as archive:
            stored, _ = _named(archive, source, reference)
            attribution = attribution_of(archive)
        named = stored.decision.reference
        found = Similar(named, "", None, (), ())
        if not withheld(stored, withdrawn=withdrawn):
            found = site.answering.ask("similar", named, stored.id, asked, withdrawn)
        shape = {
            "schema": 1,
            "reference": named,
            "among": found.among,
            "words": list(found.words),
            "hits": [{**hit_json(hit), "shared": list(hit.shared)} for hit in found.hits],
            "notice": notice(stored),
            "attribution": attribution,
        }
        return answer(shape, _links(site, stored))


def _named(archive: Archive, source: str, text: str) -> tuple[StoredDecision, int | None]:
    """The decision, and the version that was asked for. Raises NotFound and BadAddress."""
    reference, at, version = text.partition("@")
    if at and (not _digits(version) or int(version) < 1):
        raise BadAddress(f"{version[:40]!r} is no version; write @1, @2 …")
    if "\x00" in text + source or any("\ud800" <= char <= "\udfff" for char in text + source):
        raise NotFound("there is no decision of that reference in the archive")
    return archive.find(reference, source), int(version) if at else None


def _at(asked: dict[str, Any]) -> str | None:
    """The place that a paragraph's number or a place names. Raises BadAddress for two."""
    place: str | None = asked.get("place")
    if "paragraph" not in asked:
        return place
    named = f"p{asked['paragraph']}"
    if place not in (None, named):
        raise BadAddress(f"'paragraph' {named[1:]} and 'place' {place} are two places; name one")
    return named


def _earlier(archive: Archive, stored: StoredDecision, version: int | None) -> dict[str, object]:
    """An earlier version: that there is one, and since when; never its words."""
    held = {each.number: each for each in history.versions(archive, stored.id)}
    if version not in held:
        raise NotFound(f"{stored.decision.reference} has no version {version}")
    slug = reference_slug(stored.decision.reference)
    return {
        "schema": 1,
        "source": stored.decision.source,
        "reference": stored.decision.reference,
        "key": f"{slug}@{version}",
        "version": version,
        "versions": stored.revision,
        "created_at": held[version].created_at.isoformat(),
        "notice": SUPERSEDED,
        "attribution": _attribution(archive, stored),
    }


def _withheld(site: Site, stored: StoredDecision, attribution: str) -> dict[str, object]:
    """All that is told of a text that is not passed on, on its page too."""
    since = stored.status_since
    return {
        "schema": 1,
        "source": stored.decision.source,
        "reference": stored.decision.reference,
        "decided_on": stored.decision.decided_on.isoformat(),
        "status": stored.status.value,
        "status_since": None if since is None else since.isoformat(),
        "notice": notice(stored),
        "page": _page(site, stored),
        "attribution": attribution,
    }


def _unsigned(correction: dict[str, object]) -> dict[str, object]:
    """A person's correction without the person."""
    return {**correction, "by": None, "note": None}


def _attribution(archive: Archive, stored: StoredDecision) -> str:
    return archive.sources()[stored.decision.source].attribution


def _links(site: Site, stored: StoredDecision) -> dict[str, str]:
    return {"alternate": _page(site, stored)}


def _page(site: Site, stored: StoredDecision) -> str:
    return base(site) + addresses.decision(stored.decision.source, stored.decision.reference)
