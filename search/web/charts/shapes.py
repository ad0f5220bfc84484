"""The few shapes that charts are made of, as plain records.

Colours and weights are classes of ``static/figures.css``, so that a chart follows the page into
dark mode and onto paper; nothing here is a style. Lengths are units of the view box, in which 320
are about the width of a small telephone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

TAGS = frozenset(("g", "rect", "line", "circle", "path", "text", "title", "pattern", "defs"))
"""Names of elements; a record with another cannot be made."""

Value = str | int | float


@dataclass(frozen=True, slots=True)
class Node:
    """One element: its attributes in order, its words, its children."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    text: str = ""
    children: tuple[Node, ...] = ()

    def __post_init__(self) -> None:
        if self.tag not in TAGS:
            raise ValueError(f"{self.tag!r} is no shape")


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing. ``name`` is unique in its page; ``title`` and ``description`` say in words what is
    to be seen. Without a title it is an ornament beside its number, for the eye only."""

    name: str
    width: float
    height: float
    nodes: tuple[Node, ...]
    title: str = ""
    description: str = ""


def number(value: Value) -> str:
    """A length as an attribute: one decimal at most, no sign of zero."""
    if isinstance(value, float):
        text = f"{value:.1f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return str(value)


def node(tag: str, *, text: str = "", children: Iterable[Node] = (), **attributes: Value) -> Node:
    """An element. ``class_`` is ``class``; an underscore is a hyphen but in names of SVG's own
    camel case, which have none."""
    given = tuple(
        (name.rstrip("_").replace("_", "-"), number(value)) for name, value in attributes.items()
    )
    return Node(tag, given, text, tuple(children))


def rect(
    x: float, y: float, width: float, height: float, class_: str, fill: str | None = None
) -> Node:
    """A rectangle by its upper left corner; ``fill`` is a ``paint``."""
    wide, high = max(width, 0.0), max(height, 0.0)
    if fill is None:
        return node("rect", x=x, y=y, width=wide, height=high, class_=class_)
    return node("rect", x=x, y=y, width=wide, height=high, fill=fill, class_=class_)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Node:
    """A straight line."""
    return node("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def words(x: float, y: float, text: str, class_: str, anchor: str = "middle") -> Node:
    """Words on one line, by their baseline."""
    return node("text", x=x, y=y, class_=class_, text_anchor=anchor, text=text)


def hatch(name: str, class_: str, angle: int, gap: float = 4.0) -> Node:
    """A pattern of parallel lines for ``fill``; ``paint`` names it."""
    return node(
        "pattern",
        id=name,
        width=gap,
        height=gap,
        patternUnits="userSpaceOnUse",
        patternTransform=f"rotate({angle})",
        children=[line(0.0, 0.0, 0.0, gap, class_)],
    )


def dots(name: str, class_: str, gap: float = 4.0) -> Node:
    """A pattern of dots for ``fill``."""
    return node(
        "pattern",
        id=name,
        width=gap,
        height=gap,
        patternUnits="userSpaceOnUse",
        children=[node("circle", cx=gap / 2, cy=gap / 2, r=0.9, class_=class_)],
    )


def paint(name: str) -> str:
    """The value of ``fill`` that names a pattern of the same drawing."""
    return f"url(#{name})"
