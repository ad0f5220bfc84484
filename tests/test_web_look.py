"""The colours of the room can be told from what they stand on, by day and by night; every page of
it has its headings in order, a name for each control, and nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web import client
from tests.web_structure import faults

STATIC = Path(__file__).resolve().parents[1] / "search" / "web" / "static"
STYLE = (STATIC / "style.css").read_text(encoding="utf-8")

GROUNDS = ("paper", "card", "tint", "warn-tint", "wrong-tint")
PLAIN = GROUNDS[:3]

TEXT = [
    *((words, ground) for words in ("ink", "link", "visited") for ground in GROUNDS),
    *(("soft", ground) for ground in PLAIN),
    *((name, f"{name}-tint") for name in ("upheld", "not-upheld", "closed", "unknown")),
    *((name, f"{name}-tint") for name in ("warn", "wrong")),
    ("on-accent", "accent"),
    ("on-mark", "mark"),
]
"""Words and what they stand on: 4.5 to 1 (WCAG 1.4.3, level AA)."""

SIGNS = [
    *(("edge", ground) for ground in PLAIN),
    *(("focus", ground) for ground in GROUNDS),
    *(("accent", ground) for ground in PLAIN),
]
"""Edges of controls and the ring around what has the focus: 3 to 1 (WCAG 1.4.11, 2.4.13)."""


def palette(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", css))


def block(beginning: str) -> str:
    """A block of the sheet from its beginning to the bracket that ends it."""
    start = STYLE.index(beginning)
    depth = 0
    for at in range(start, len(STYLE)):
        depth += {"{": 1, "}": -1}.get(STYLE[at], 0)
        if STYLE[at] == "}" and depth == 0:
            return STYLE[start : at + 1]
    raise AssertionError(f"{beginning} is never closed")


DAY = palette(block(":root {"))
NIGHT = {**DAY, **palette(block("@media (prefers-color-scheme: dark)"))}
PRINTED = {**DAY, **palette(block("@media print"))}


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("colours", [DAY, NIGHT, PRINTED], ids=["day", "night", "paper"])
def test_words_can_be_read_and_edges_seen(colours: dict[str, str]) -> None:
    weak = [
        (above, below, round(contrast(colours[above], colours[below]), 2))
        for pairs, least in ((TEXT, 4.5), (SIGNS, 3.0))
        for above, below in pairs
        if contrast(colours[above], colours[below]) < least
    ]
    if colours is PRINTED:  # there is no focus on paper
        weak = [one for one in weak if one[0] != "focus"]
    assert not weak


def test_night_and_paper_have_every_colour_of_the_day() -> None:
    dark = palette(block("@media (prefers-color-scheme: dark)"))
    assert set(dark) == set(DAY)
    assert set(DAY) - set(palette(block("@media print"))) == {"on-accent", "focus"}


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_a_sheet_uses_only_what_is_there_and_fetches_nothing(path: Path) -> None:
    css = path.read_text(encoding="utf-8")
    defined = set(re.findall(r"(--[a-z-]+):", STYLE + css))
    assert set(re.findall(r"var\((--[a-z-]+)", css)) <= defined
    assert "@import" not in css
    assert "url(" not in css
    assert css.count("{") == css.count("}")


def test_a_colour_stands_in_the_palette_alone() -> None:
    """A colour written beside it would be one that no test has looked at, and wrong at night."""
    rest = STYLE
    for beginning in (":root {", "@media (prefers-color-scheme: dark)"):
        rest = rest.replace(block(beginning), "")
    rest = re.sub(r"--[a-z-]+: #[0-9a-f]{6};", "", rest)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])", rest)


def test_motion_and_forced_colours_are_respected() -> None:
    quiet = block("@media (prefers-reduced-motion: no-preference)")
    moving = re.compile(r"scroll-behavior: smooth|transition|animation")
    assert len(moving.findall(STYLE)) == len(moving.findall(quiet))
    assert "@media (forced-colors: active)" in STYLE
    assert "outline: none" not in STYLE.replace("main:focus {\n  outline: none;", "")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=housing",
        "/bodies",
        "/body/northmoor-district-council",
        "/categories",
        "/category/housing",
        "/category/housing/allocations",
        "/coverage",
        "/changes",
        "/about",
        "/removal",
        "/decision/lgsco/24-001-234",
        "/decision/lgsco/24-001-234/cite",
        "/decision/lgsco/24-001-234/similar",
        "/decision/lgsco/24-005-000",
        "/decision/lgsco/24-007-777",
        "/decision/lgsco/99-999-999",
        "/nothing-here",
    ],
)
def test_a_page_is_sound(room_home: Path, path: str) -> None:
    response = client(room_home).get(path)
    assert response.mimetype == "text/html"
    assert response.status_code == (404 if "99-" in path or "nothing" in path else 200)
    assert faults(response.text) == []
