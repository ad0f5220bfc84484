"""How a decision or one of its paragraphs is cited: a page with every form, and each form alone.

The forms are those of ``decisions cite``; nothing is worded here.
"""

from __future__ import annotations

import re

from flask import Flask, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from archive.bibliography import ENTRIES
from archive.citing import LINES, Cited
from archive.citing_held import cite_held
from archive.records import reference_slug
from archive.screen import clean
from archive.store import Archive
from search.web import addresses
from search.web.decision import answered, permanent
from search.web.errors import BadAddress
from search.web.naming import Named
from search.web.site import Site

NAMES = {
    "oscola": "OSCOLA",
    "apa": "APA",
    "plain": "In a letter",
    "bibtex": "BibTeX",
    "ris": "RIS (Zotero, EndNote)",
}
FILES = {
    "bibtex": ("application/x-bibtex", "bib"),
    "ris": ("application/x-research-info-systems", "ris"),
}
"""Type and ending of what is a file; the others are text."""

_PLACE = re.compile(r"[po]?[0-9]{1,6}")


def register(app: Flask, site: Site) -> None:
    """``/decision/…/cite``, with ``?paragraph=`` (7, o12) and ``&style=`` for one form alone."""

    @app.get("/decision/<path:spelt>/cite")
    def cite(spelt: str) -> AnyResponse:
        place, style = _place(request.args.get("paragraph", "")), request.args.get("style")
        if style is not None and style not in NAMES:
            raise BadAddress(f"there is no style {style[:40]!r}; there are {', '.join(NAMES)}")
        return answered(
            site,
            spelt,
            "/cite",
            lambda archive, found, _: _cited(site, archive, found, place, style),
        )


def _place(text: str) -> str | None:
    if not text:
        return None
    if not _PLACE.fullmatch(text):
        raise BadAddress("a paragraph is named by its number, or by its place such as o12")
    return text if text[0] in "po" else f"p{text}"


def _cited(
    site: Site, archive: Archive, found: Named, place: str | None, style: str | None
) -> AnyResponse:
    cited = cite_held(
        archive,
        found.stored,
        found.version,
        place,
        withdrawn=site.choices.include_withdrawn,
    )
    if style is not None:
        return _alone(cited, style)
    decision = found.stored.decision
    whole = addresses.decision(decision.source, decision.reference, found.version)
    return make_response(
        render_template(
            "cite.html",
            cited=cited,
            decision=decision,
            forms=[(name, words, _form(cited, name)) for name, words in NAMES.items()],
            files=FILES,
            permanent=permanent(site, found.stored, cited.version) + (f"#{place}" if place else ""),
            back=whole + (f"#{place}" if place else ""),
            place=place,
            source=found.source,
        )
    )


def _form(cited: Cited, style: str) -> str:
    return clean((LINES | ENTRIES)[style](cited)).rstrip("\r\n")


def _alone(cited: Cited, style: str) -> AnyResponse:
    if style not in FILES:
        response = make_response(_form(cited, style) + "\n")
        response.mimetype = "text/plain"
        return response
    kind, ending = FILES[style]
    response = make_response(ENTRIES[style](cited))
    response.mimetype = kind
    decision = cited.stored.decision
    name = f"{decision.source}-{reference_slug(decision.reference)}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
