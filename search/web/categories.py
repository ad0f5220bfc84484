"""Categories as the Ombudsman's pages name them: all of them, and a page about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from archive.catalogue import Catalogue, read_categories
from archive.figures.asking import Question
from archive.figures.counting import Row
from archive.figures.portrait import Portrait
from search.web import addresses
from search.web.asking import taken
from search.web.keeping import Keeping
from search.web.portraits import PERIODS, interval, period_of, view
from search.web.site import Site
from search.web.slugs import find_category
from search.web.sources import chosen

_LIST: Mapping[str, tuple[str, Callable[[str], Any]]] = {"source": ("source", str)}
_ONE: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "by": ("by", period_of),
    "name": ("name", str),
    "part": ("part", str),
    "source": ("source", str),
}


def register(app: Flask, site: Site) -> None:
    """``/categories`` and ``/category/<slug>[/<slug>]``."""
    # Apart, or whoever walks through all the pages would push the list out.
    lists, keeping = Keeping(site, most=4), Keeping(site)
    withdrawn = site.choices.include_withdrawn

    @app.get("/categories")
    def categories() -> str:
        asked = taken(request.args, _LIST)
        with site.open_archive() as archive:
            source = chosen(archive, asked.get("source"))
        catalogue: Catalogue | None = None
        if source is not None:
            catalogue = lists.ask("catalogue", source.key, withdrawn)
        return render_template("categories.html", catalogue=catalogue, source=source)

    @app.get("/category/<slug>", defaults={"part": None})
    @app.get("/category/<slug>/<part>")
    def category(slug: str, part: str | None) -> str | AnyResponse:
        asked = taken(request.args, _ONE)
        wanted = addresses.slug(slug)
        wanted_part = None if part is None else addresses.slug(part)
        with site.open_archive() as archive:
            source = chosen(archive, asked.get("source"))
            known = (
                {} if source is None else read_categories(archive, source.key, withdrawn=withdrawn)
            )
        found, near = find_category(known, wanted, wanted_part)
        pairs = [
            (name, each)
            for name, each in found
            if asked.get("name") in (None, name) and asked.get("part") in (None, each)
        ]
        if source is None or not pairs:
            return _unknown(slug if part is None else f"{slug}/{part}", near, wanted, known)
        if len(pairs) > 1:
            several = [
                (
                    name if each is None else f"{name} > {each}",
                    f"{addresses.category(name, each)}?{urlencode(_named(name, each))}",
                )
                for name, each in pairs
            ]
            return render_template("several.html", names=several, source=source)
        name, sub = pairs[0]
        here = addresses.category(name, sub)
        if (wanted, wanted_part) != (slug, part):
            given = request.query_string.decode("ascii", "replace")
            return redirect(here + (f"?{given}" if given else ""))
        by = asked.get("by", "financial-year")
        tables: tuple[tuple[str, ...], ...] = ((by,), ("remedy",), ("body",))
        if sub is None:
            tables += (("subcategory",), ("subcategory", by))
        portrait: Portrait = keeping.ask(
            "portrait",
            Question(source=source.key, category=name, subcategory=sub, withdrawn=withdrawn),
            tables,
            site.now().date(),
        )
        words = {"category": name} | ({} if sub is None else {"subcategory": sub})
        kept = request.args.to_dict()

        def called(row: Row) -> tuple[str, str | None]:
            own = row.key[0].removeprefix(f"{name} > ")
            return own, addresses.category(name, own) if own in known[name] else None

        return render_template(
            "category.html",
            name=name,
            sub=sub,
            parent=addresses.category(name),
            source=source,
            view=view(portrait, part=called, council=addresses.body),
            by=by,
            periods=PERIODS,
            at=lambda by: addresses.search({**kept, "by": by}, here),
            search=addresses.search(words),
            within=lambda **more: addresses.search({**words, **more}),
            feed=f"{here}.atom",
            interval=interval,
        )


def _named(name: str, part: str | None) -> dict[str, str]:
    return {"name": name} if part is None else {"name": name, "part": part}


def _unknown(asked: str, near: Sequence[str], slug: str, known: dict[str, list[str]]) -> Response:
    top = next((name for name in known if addresses.slug(name) == slug), None)
    return make_response(
        render_template(
            "unknown.html",
            asked=asked[:200],
            near=[
                (each, addresses.category(each) if top is None else addresses.category(top, each))
                for each in near
            ],
            every="/categories",
            what="category",
            plural="categories",
        ),
        404,
    )
