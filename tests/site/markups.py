"""The same decision in many markups: named bundles of choices, and ``render(case, markup)``.

Two choices change what a reading can know, and ``truth(case, markup)`` says so: straight quotes
are other words, and a typed bullet list has lost its depth (``keeps_depth``).
"""

from __future__ import annotations

from tests.site.choices import CHOICES, Markup
from tests.site.rendering import render, truth

__all__ = ["CHOICES", "CYCLE", "MARKUPS", "Markup", "render", "truth"]

MARKUPS: dict[str, Markup] = {
    markup.name: markup
    for markup in (
        Markup("article"),
        Markup("dl", header="dl", headings="h2", numbers="css", inner_p=True, tail="inside"),
        Markup("table", header="table", title="h2", bullets="sibling", letters="style"),
        Markup(
            "plain",
            header="plain",
            title="p",
            headings="strong",
            numbers="typed",
            bullets="sibling",
            letters="typed",
            summary="plain",
            article=False,
        ),
        Markup("counters", numbers="css", bullets="sibling", letters="style", banner="first"),
        Markup("contents", contents=True, deeper=False, inner_p=True, back="missing"),
        Markup("flat", header="bold", headings="h4", deeper=False, back="none", banner="first"),
        Markup("breaks", header="dl", breaks=True, nbsp=True, shy=True, inner_p=True),
        Markup("straight", headings="h2", straight=True, bullets="sibling", inner_p=True),
        Markup(
            "typed",
            header="plain",
            headings="b",
            numbers="typed",
            bullets="typed",
            letters="typed",
            nbsp=True,
        ),
        Markup("top", headings="h1", summary="heading", numbers="css", tail="inside"),
        Markup("word", header="table", spans=True, inner_p=True, bullets="sibling", nbsp=True),
        Markup(
            "soup",
            header="bold",
            title="p",
            headings="b",
            numbers="start",
            bullets="nested",
            breaks=True,
            spans=True,
            soup=True,
            contents=True,
            article=False,
        ),
        Markup(
            "redesign",
            header="pairs",
            headings="role",
            numbers="value",
            inner_p=True,
            sections=True,
            bullets="sibling",
        ),
        Markup(
            "divs",
            header="line",
            title="p",
            headings="div",
            numbers="cell",
            bullets="sibling",
            letters="style",
            summary="plain",
            blocks="div",
            article=False,
        ),
        Markup(
            "blog",
            header="figure",
            headings="h2",
            deeper=False,
            inner_p=True,
            spans=True,
            entities=True,
            litter=True,
            back="missing",
        ),
        Markup("columns", header="table", numbers="column", headings="styled", blocks="div"),
    )
}
"""Named markups; together they hold every choice at least once."""

CYCLE = tuple(MARKUPS[name] for name in ("article", "article", "dl", "contents", "counters"))
"""What the look-alike serves by default: mostly one form, as a real site would."""
