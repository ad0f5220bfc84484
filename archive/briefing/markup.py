"""HTML that cannot be written unescaped: whatever is no ``Markup`` is text and is escaped. Pure."""

from __future__ import annotations

from html import escape

from archive.screen import clean

VOID = frozenset(("br", "meta", "rect", "line", "circle", "path"))


class Markup(str):
    """Text that is HTML already. Only ``tag`` and this module's callers with constants make it."""

    __slots__ = ()


def tag(name: str, /, *children: object, **attributes: object) -> Markup:
    """An element. Children and attributes are escaped, but for ``Markup``; None is left out.

    ``class_`` is ``class``; other underscores become hyphens.
    """
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID and not children:
        return Markup(f"<{name}{told}>" if name in ("br", "meta") else f"<{name}{told}/>")
    return Markup(f"<{name}{told}>{joined(*children)}</{name}>")


def joined(*children: object) -> Markup:
    """Children one after another."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else _escaped(child)
            for child in children
            if child is not None
        )
    )


def _escaped(value: object) -> str:
    return escape(clean(str(value)), quote=True)


def link(url: str, *children: object) -> Markup:
    """A link, or only its words where the address is none of the web's."""
    if not url.startswith(("https://", "http://")):
        return joined(*children)
    return tag("a", *children, href=url, rel="noreferrer")
