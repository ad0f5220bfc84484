"""What a browser prints before a list item: a number, a letter, a numeral, a bullet.

Only what HTML states is known here (``start``, ``value``, ``type``, and a style or class that names
the lettering). Whether a number is believed is for the rules over the blocks.
"""

from __future__ import annotations

import re

from scraper.markup import attribute_table

BULLET = "•"
"""The printed label of an item in a bulleted list, whatever sign a style sheet would draw."""


class OpenList:
    """One open list: what sort it is, and how far it has counted."""

    __slots__ = ("count", "kind", "stated", "style")

    def __init__(self, tag: str, written: str) -> None:
        self.style = ""
        self.count = 0
        self.stated = False
        if tag != "ol":
            self.kind = "u"
            return
        if not written:
            self.kind = "n"
            return
        attributes = attribute_table(written)
        self.style = _lettering(attributes)
        self.kind = "a" if self.style else "n"
        start = _whole(attributes.get("start"))
        if start is not None:
            self.count = start - 1
            self.stated = True

    def next_item(self, written: str) -> tuple[int | str, bool]:
        """The marker of the next item, and whether the page states it.

        ``written`` holds the attributes of its tag as in a ``scraper.markup.Token``.
        """
        if self.kind == "u":
            return BULLET, False
        self.count += 1
        stated = self.stated
        self.stated = False
        value = _whole(attribute_table(written).get("value")) if written else None
        if value is not None:
            self.count = value
            stated = True
        if self.kind == "n":
            return self.count, stated
        return printed_label(self.count, self.style), stated


_STYLES = {"a": "a", "A": "A", "i": "i", "I": "I"}
_STYLE_HINTS = (
    (re.compile(r"upper-?(alpha|latin)", re.IGNORECASE), "A"),
    (re.compile(r"upper-?roman", re.IGNORECASE), "I"),
    (re.compile(r"roman", re.IGNORECASE), "i"),
    (re.compile(r"alpha|latin|letter", re.IGNORECASE), "a"),
)


def _lettering(attributes: dict[str, str]) -> str:
    """How an ordered list is lettered: by its ``type``, else by what its style or class says."""
    kind = attributes.get("type")
    if kind:
        return _STYLES.get(kind.strip(), "")
    hint = f"{attributes.get('style', '')} {attributes.get('class', '')}"
    if len(hint) == 1:
        return ""
    for pattern, style in _STYLE_HINTS:
        if pattern.search(hint):
            return style
    return ""


def _whole(text: str | None) -> int | None:
    """A list number as HTML writes it; None for anything odd or absurd (it is hostile input)."""
    if text is None:
        return None
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
          (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def printed_label(count: int, style: str) -> str:
    """What a browser prints before an item: 1 → ``a`` or ``i``, 27 → ``aa``; else digits."""
    if count < 1 or (style in "iI" and count > 3999):
        return str(count)
    label = ""
    if style in "iI":
        for value, letters in _ROMAN:
            times, count = divmod(count, value)
            label += letters * times
    else:
        while count:
            count, letter = divmod(count - 1, 26)
            label = chr(ord("a") + letter) + label
    return label.upper() if style in "AI" else label
