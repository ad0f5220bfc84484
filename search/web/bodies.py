"""Councils and providers: all of them A to Z, and a page about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from archive.body_names import plain_words
from archive.catalogue import Catalogue, Listed, read_known
from archive.figures.asking import Question
from archive.figures.portrait import Portrait
from archive.records import BodyType
from search.fields import name_among
from search.web import addresses
from search.web.asking import number, taken
from search.web.keeping import Keeping
from search.web.portraits import PERIODS, TYPE_WORDS, interval, period_of, view
from search.web.site import Site
from search.web.slugs import find_body, slug_of
from search.web.sources import chosen

ON_A_PAGE = 100
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIGURES, SIGNS = "0-9", "other"
"""Names that begin with a figure, and with anything that is no letter of English."""


def _letter(text: str) -> str:
    if text not in (*LETTERS.lower(), FIGURES, SIGNS):
        raise ValueError(f"{text[:40]!r} is not one of: a to z, {FIGURES}, {SIGNS}")
    return text


_LIST: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "q": ("q", str),
    "letter": ("letter", _letter),
    "type": ("type", lambda text: BodyType(name_among(text, tuple(map(str, BodyType))))),
    "page": ("page", number(1, 1000)),
    "source": ("source", str),
}
_ONE: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "by": ("by", period_of),
    "name": ("name", str),
    "source": ("source", str),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list. ``letters`` are those with a name, of the filtered list."""

    bodies: Sequence[Listed]
    total: int
    page: int
    pages: int
    letters: frozenset[str]


def letter_of(name: str) -> str:
    """The letter under which a name is listed."""
    first = slug_of(name)[:1].upper()
    if first in LETTERS and first:
        return first.lower()
    return FIGURES if first.isascii() and first.isdigit() else SIGNS


def listing(
    bodies: Sequence[Listed], words: str, kind: BodyType | None, letter: str | None, page: int
) -> Listing:
    """The bodies that have all words in one of their names, of that type, under that letter."""
    asked = plain_words(words).split()
    held = [
        body
        for body in bodies
        if (kind is None or body.type is kind) and (not asked or _has(body, asked))
    ]
    # By what a name is called, whatever signs it begins with.
    held.sort(key=lambda body: (letter_of(body.name) in (FIGURES, SIGNS), slug_of(body.name)))
    letters = frozenset(letter_of(body.name) for body in held)
    if letter is not None:
        held = [body for body in held if letter_of(body.name) == letter]
    pages = max(-(-len(held) // ON_A_PAGE), 1)
    page = min(page, pages)
    start = (page - 1) * ON_A_PAGE
    return Listing(held[start : start + ON_A_PAGE], len(held), page, pages, letters)


def _has(body: Listed, asked: Sequence[str]) -> bool:
    names = (plain_words(name) for name in (body.name, *body.spellings))
    return any(all(word in name for word in asked) for name in names)


def register(app: Flask, site: Site) -> None:
    """``/bodies`` and ``/body/<slug>``."""
    # Apart, or whoever walks through all the pages would push the list out.
    lists, keeping = Keeping(site, most=4), Keeping(site)
    withdrawn = site.choices.include_withdrawn

    @app.get("/bodies")
    def bodies() -> str:
        asked = taken(request.args, _LIST)
        with site.open_archive() as archive:
            source = chosen(archive, asked.get("source"))
        if source is None:
            return render_template("bodies.html", found=None, source=None)
        catalogue: Catalogue = lists.ask("catalogue", source.key, withdrawn)
        words = asked.get("q", "")
        found = listing(
            catalogue.bodies,
            words,
            asked.get("type"),
            asked.get("letter"),
            asked.get("page", 1),
        )
        kept = {name: str(asked[name]) for name in ("q", "type", "source") if name in asked}

        def at(**more: object) -> str:
            return addresses.search(
                kept | {name: str(value) for name, value in more.items()}, "/bodies"
            )

        return render_template(
            "bodies.html",
            found=found,
            source=source,
            asked=asked,
            q=words,
            at=at,
            letters=[*LETTERS.lower(), FIGURES, SIGNS],
            types=TYPE_WORDS,
            shown=len(catalogue.bodies),
        )

    @app.get("/body/<slug>")
    def body(slug: str) -> str | AnyResponse:
        asked = taken(request.args, _ONE)
        wanted = addresses.slug(slug)
        given = request.query_string.decode("ascii", "replace")
        with site.open_archive() as archive:
            source = chosen(archive, asked.get("source"))
            if source is None:
                return _unknown(slug, ())
            found = find_body(archive, source.key, wanted, withdrawn=withdrawn)
            names = [name for name in found.names if asked.get("name") in (None, name)]
            if found.other is not None:
                return redirect(addresses.body(found.other) + (f"?{given}" if given else ""))
            if not names:
                near = found.names or site.answering.ask(
                    "near_bodies", source.key, wanted, withdrawn
                )
                return _unknown(asked.get("name", slug), near)
            if len(names) > 1:
                several = [
                    (name, f"{addresses.body(name)}?{urlencode({**request.args, 'name': name})}")
                    for name in names
                ]
                return render_template("several.html", names=several, source=source)
            if wanted != slug:
                return redirect(addresses.body(names[0]) + (f"?{given}" if given else ""))
            name = names[0]
            known = read_known(archive, source.key, name, withdrawn=withdrawn)
        by = asked.get("by", "financial-year")
        portrait: Portrait = keeping.ask(
            "portrait",
            Question(source=source.key, bodies=(name,), withdrawn=withdrawn),
            ((by,), ("category",), ("category", by), ("remedy",)),
            site.now().date(),
        )
        here = request.args.to_dict()
        return render_template(
            "body.html",
            name=name,
            known=known,
            type=None if known.type is None else TYPE_WORDS[known.type],
            source=source,
            view=view(portrait, part=lambda row: (row.key[0], addresses.category(row.key[0]))),
            by=by,
            periods=PERIODS,
            at=lambda by: addresses.search({**here, "by": by}, addresses.body(name)),
            search=addresses.search({"body": name}),
            within=lambda **more: addresses.search({"body": name, **more}),
            changes=addresses.search({"body": name}, "/changes"),
            feed=f"{addresses.body(name)}.atom",
            interval=interval,
        )


def _unknown(asked: str, near: Sequence[str]) -> Response:
    return make_response(
        render_template(
            "unknown.html",
            asked=asked[:200],
            near=[(name, addresses.body(name)) for name in near],
            every="/bodies",
            what="council or provider",
            plural="councils and providers",
        ),
        404,
    )
