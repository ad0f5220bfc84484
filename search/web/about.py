"""Who speaks here and on which terms: what the archive is, its licence, and whom to write to.

Nothing here takes anything in: who wants a text gone writes to a person.
"""

from __future__ import annotations

import re

from flask import Flask, render_template

from archive.beside import extent
from search.web.law import outside
from search.web.site import Site

_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}")


def register(app: Flask, site: Site) -> None:
    """``/about`` and ``/removal``."""

    @app.get("/about")
    def about() -> str:
        with site.open_archive() as archive:
            return render_template(
                "about.html",
                sources=archive.sources(),
                extent=extent(archive),
                only=archive.runs.only_bodies(),
                crawl=archive.runs.last(finished=True),
                contact=site.choices.contact,
                contact_link=contact_link(site.choices.contact),
            )

    @app.get("/removal")
    def removal() -> str:
        with site.open_archive() as archive:
            return render_template(
                "removal.html",
                sources=archive.sources(),
                contact=site.choices.contact,
                contact_link=contact_link(site.choices.contact),
            )


def contact_link(contact: str | None) -> str | None:
    """What a contact leads to: a page or a mail; None where it is neither."""
    if contact is None:
        return None
    if _MAIL.fullmatch(contact):
        return f"mailto:{contact}"
    return outside(contact)
