"""The archive for programs: ``/api/v1/…``, in the shapes that the commands print with ``--json``.

``calls`` is the table of what there is; routes, the description in OpenAPI and the page for people
are made from it. Nothing here decides what may be told: that is ``archive.passing_on``.
"""

from __future__ import annotations

from flask import Flask

from search.web.site import Site


def register(app: Flask, site: Site) -> None:
    """``/api``, ``/api/v1/openapi.json`` and every call."""
    from search.web.api import about, decisions, figures, lists

    for part in (about, decisions, lists, figures):
        part.register(app, site)
