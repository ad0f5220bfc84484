"""Charts of a brief as inline SVG, made here: no script, no font, nothing to fetch. Pure.

Every number drawn stands in a table beside it. Colour is never alone: shapes and hatching say the
same.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.briefing.markup import Markup, joined, tag
from archive.figures.asking import Figures
from archive.figures.counting import Row
from archive.figures.shapes import breaks_of
from archive.figures.wholeness import Gap

WIDTH, LABELS, LINE = 720, 250, 24
OWN, OTHER, CLOSED = "#D55E00", "#0072B2", "#C9C9C9"
GREY = "#767676"


def rates(rows: Sequence[Row], own: str, group_share: float | None) -> Markup:
    """A line a council: its uphold rate with the interval; the own one with a square."""
    shown = [row for row in rows if row.uphold_rate is not None]
    height = LINE * len(shown) + 44
    span = WIDTH - LABELS - 20
    parts: list[Markup] = []

    def across(share: float) -> float:
        return round(LABELS + span * share, 1)

    for tenth in range(0, 11, 2):
        x = across(tenth / 10)
        parts.append(tag("line", x1=x, x2=x, y1=8, y2=height - 34, stroke="#DDDDDD"))
        parts.append(_text(x, height - 18, f"{tenth * 10}%", anchor="middle"))
    if group_share is not None:
        x = across(group_share)
        parts.append(
            tag("line", x1=x, x2=x, y1=4, y2=height - 34, stroke="#333333", stroke_dasharray="5 4")
        )
    for at, row in enumerate(shown):
        rate = row.uphold_rate
        if rate is None:
            continue
        y = 8 + LINE * at + LINE / 2
        mine = row.key[0] == own
        colour = OWN if mine else GREY if rate.small else OTHER
        parts.append(_text(LABELS - 10, y + 4, _short(row.key[0]), anchor="end", bold=mine))
        parts.append(
            tag("line", x1=across(rate.low), x2=across(rate.high), y1=y, y2=y, stroke=colour,
                stroke_width=2)
        )  # fmt: skip
        x = across(rate.share)
        fill = "#FFFFFF" if rate.small else colour
        mark = (
            tag("rect", x=x - 6, y=y - 6, width=12, height=12, fill=fill, stroke=colour,
                stroke_width=2)
            if mine
            else tag("circle", cx=x, cy=y, r=5, fill=fill, stroke=colour, stroke_width=2)
        )  # fmt: skip
        parts.append(mark)
    parts.append(_text(across(0.5), height - 3, "upheld of investigated, with 95% interval",
                       anchor="middle"))  # fmt: skip
    return _svg(height, "Uphold rates with intervals; the numbers are in the table below", parts)


def years(figures: Figures) -> Markup:
    """A bar a year by outcome; years that are not whole are hatched, those mostly gone left out."""
    rows = figures.rows
    height, base, top = 230, 190, 14
    most = max([row.decisions for row in rows], default=0) or 1
    step = min((WIDTH - 70) / max(len(rows), 1), 130)
    parts = [
        Markup(
            '<defs><pattern id="gap" width="7" height="7" patternTransform="rotate(45)" '
            'patternUnits="userSpaceOnUse"><line x1="0" y1="0" x2="0" y2="7" stroke="#FFFFFF" '
            'stroke-width="4"/></pattern></defs>'
        ),
        tag("line", x1=50, x2=WIDTH - 10, y1=base, y2=base, stroke="#333333"),
        _text(46, base + 4, "0", anchor="end"),
        _text(46, top + 8, f"{most:,}", anchor="end"),
    ]
    for at, row in enumerate(rows):
        x, width = 60 + step * at, step * 0.7
        why = figures.gaps.get(row.key, ())
        if at and (breaks_of(figures, row)):
            # The series breaks here: how cases are chosen changed.
            line = round(x - step * 0.15, 1)
            parts.append(
                tag("line", x1=line, x2=line, y1=2, y2=base, stroke="#333333",
                    stroke_dasharray="5 4")
            )  # fmt: skip
        parts.append(_text(x + width / 2, base + 18, row.key[0], anchor="middle"))
        if Gap.LEFT in why:
            parts.append(_text(x + width / 2, base - 8, "left the site", anchor="middle"))
            continue
        y = float(base)
        for count, colour in (
            (row.upheld, OWN), (row.not_upheld, OTHER), (row.closed + row.unknown, CLOSED),
        ):  # fmt: skip
            tall = round((base - top) * count / most, 1)
            y -= tall
            box = {"x": round(x, 1), "y": round(y, 1), "width": round(width, 1), "height": tall}
            parts.append(tag("rect", **box, fill=colour))
            if why and tall:
                parts.append(tag("rect", **box, fill="url(#gap)"))
    legend = (("upheld", OWN), ("not upheld", OTHER), ("closed", CLOSED))
    for at, (name, colour) in enumerate(legend):
        parts.append(tag("rect", x=60 + at * 120, y=216, width=12, height=12, fill=colour))
        parts.append(_text(78 + at * 120, 227, name, anchor="start"))
    parts.append(_text(440, 227, "hatched: not whole; dashed line: break", anchor="start"))
    return _svg(height + 4, "Published decisions by financial year and outcome", parts)


def _svg(height: float, words: str, parts: Sequence[Markup]) -> Markup:
    return tag(
        "svg", tag("title", words), joined(*parts), viewBox=f"0 0 {WIDTH} {height}", role="img",
        xmlns="http://www.w3.org/2000/svg", class_="chart",
    )  # fmt: skip


def _text(x: float, y: float, words: str, *, anchor: str, bold: bool = False) -> Markup:
    return tag(
        "text", words, x=round(x, 1), y=round(y, 1), text_anchor=anchor, font_size=12,
        font_weight="bold" if bold else None,
    )  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= 38 else f"{name[:37]}…"
