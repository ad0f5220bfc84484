"""The addresses of pages, made in one place: they are meant to outlive the publisher's own.

``/decision/lgsco/20-011-198#p7`` is paragraph 7, ``#o12`` an unnumbered one by its place;
``…/20-011-198@2`` is one version for good. ``/body/<slug>`` and ``/category/<slug>[/<slug>]`` use
the code under which the index files a name (``search.words.fold_name``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from archive.records import reference_slug
from search.words import fold_name


def decision(source: str, reference: str, version: int | None = None) -> str:
    """The page of a decision, or of one version of it."""
    at = "" if version is None else f"@{version}"
    return f"/decision/{_part(source)}/{_part(reference_slug(reference))}{at}"


def cite(source: str, reference: str, place: str | None = None, version: int | None = None) -> str:
    """How a decision, or a place in it (``p7``, ``o12``), is cited."""
    at = f"{decision(source, reference, version)}/cite"
    return at if place is None else f"{at}?{urlencode({'paragraph': place.removeprefix('p')})}"


def similar(source: str, reference: str) -> str:
    """Decisions like this one."""
    return f"{decision(source, reference)}/similar"


def anchor(number: int | None, ordinal: int) -> str:
    """The name of a paragraph in its page: ``p7``, or ``o12`` where no number is printed."""
    return f"o{ordinal}" if number is None else f"p{number}"


def body(name: str) -> str:
    """The page of a council or provider, by any spelling of its one name."""
    return f"/body/{_part(slug(name))}"


def category(name: str, subcategory: str | None = None) -> str:
    """The page of a category, or of a subcategory of it."""
    rest = "" if subcategory is None else f"/{_part(slug(subcategory))}"
    return f"/category/{_part(slug(name))}{rest}"


def slug(name: str) -> str:
    """The code of a name in an address; ``-`` for one of nothing but signs."""
    return fold_name(name) or "-"


def search(parameters: Mapping[str, str] | Sequence[tuple[str, str]], path: str = "/search") -> str:
    """A search with its parameters (``search.web.asking`` says which there are)."""
    query = urlencode(parameters)
    return f"{path}?{query}" if query else path


def _part(text: str) -> str:
    return quote(text, safe="@")
