"""Figures drawn with matplotlib (extra ``charts``): periods, a funnel, or rates side by side.

What is not whole is hatched and never joined to its neighbours, nothing is drawn for years of which
most statements had left the site, and a break in the series is a line that no other crosses. Axes
have units, every chart its source line. Colours are Okabe and Ito's, which people with any colour
vision tell apart; shapes and hatching say the same. ``$`` in a name is a letter, not mathematics.
"""

from __future__ import annotations

import io
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from archive.errors import UsageError
from archive.figures.asking import Figures
from archive.figures.counting import PERIODS, Row
from archive.figures.funnel import Funnel, Limits, Position, limits
from archive.figures.periods import BREAKS, breaks_touching, span_of
from archive.figures.rates import SMALL
from archive.figures.table import WORDS, pounds
from archive.figures.wholeness import Gap
from archive.screen import clean

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, SKY, GREY = "#0072B2", "#D55E00", "#009E73", "#56B4E9", "#8A8A8A"
OUTCOMES: tuple[tuple[str, str, str], ...] = (
    ("upheld", "upheld", ORANGE),
    ("not_upheld", "not upheld", BLUE),
    ("closed", "closed", "#C9C9C9"),
    ("unknown", "unknown", "#E9E3B0"),
)
FORMATS = ("svg", "png")
MOST_ROWS = 60
"""A chart of more rows cannot be read."""

MOST_FUNNELS = 6
MISSING = (
    "charts need matplotlib, which is not installed; "
    "install it with `pip install 'decisions[charts]'`"
)

_SETTINGS: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "svg.hashsalt": "decisions",
    "svg.fonttype": "path",
    "hatch.linewidth": 0.8,
    "savefig.facecolor": "white",
}


def form_of(name: str) -> str:
    """``svg`` or ``png`` by the end of a file's name. Raises UsageError."""
    form = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if form not in FORMATS:
        raise UsageError(f"{name!r} must end in .svg or .png: that says what is drawn")
    return form


def chart(figures: Figures, form: str) -> bytes:
    """The chart of a table by one thing. Raises UsageError where there is nothing to draw."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise UsageError(MISSING) from None
    draw = _drawing(figures)
    with mpl.rc_context(_SETTINGS), warnings.catch_warnings():
        # A name in a script that the font lacks is drawn as boxes; that is no error.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        drawn = Figure(layout="constrained")
        draw(figures, drawn)
        _furnish(figures, drawn)
        held = io.BytesIO()
        told = {"Date": None} if form == "svg" else {"Software": None}
        drawn.savefig(held, format=form, dpi=150, metadata=told)
    return held.getvalue()


def _drawing(figures: Figures) -> Callable[[Figures, Figure], None]:
    by = figures.tally.by
    if len(by) != 1:
        raise UsageError(f"a chart shows a table by one thing, not by {' and '.join(by)}")
    if not figures.rows:
        raise UsageError("nothing was counted, so there is nothing to draw")
    if by[0] in PERIODS:
        return _draw_periods
    if by == ("body",):
        if not figures.funnels:
            raise UsageError(
                "no type has three councils with an investigation here; choose more years"
            )
        return _draw_funnels
    if len(figures.rows) > MOST_ROWS:
        raise UsageError(f"{len(figures.rows):,} rows are too many to draw; choose fewer")
    return _draw_side_by_side if figures.tally.has_rates else _draw_counts


def _furnish(figures: Figures, drawn: Figure) -> None:
    """Title above; source, day and the sentence on what is not published below."""
    drawn.suptitle(textwrap.fill(_title(figures), 90), x=0.01, ha="left", fontweight="bold")
    foot = (
        f"Source: {figures.source.attribution}; published decisions, counted "
        f"{figures.today.isoformat()}. {figures.notes[0]}"
    )
    width = int(drawn.get_size_inches()[0] * 13)
    drawn.supxlabel(
        textwrap.fill(clean(foot), width), x=0.01, ha="left", fontsize=8, color="#444444"
    )


def _title(figures: Figures) -> str:
    asked = figures.question
    name = figures.tally.by[0]
    what = "Published decisions and uphold rate" if figures.tally.has_rates else "Decisions"
    parts = [f"{what} by {name.replace('-', ' ') if name in PERIODS else WORDS[name]}"]
    parts += [clean(name) for name in figures.bodies]
    parts += [value for value in (asked.category, asked.kind, asked.outcome) if value]
    if asked.body_type is not None:
        parts.append(asked.body_type.replace("_", " "))
    if asked.span is not None:
        parts.append(asked.span.name)
    return clean(", ".join(parts))


# --- periods ----------------------------------------------------------------------------------


def _draw_periods(figures: Figures, drawn: Figure) -> None:
    rates = figures.tally.has_rates
    shown = [(at, row) for at, row in enumerate(figures.rows) if Gap.LEFT not in _why(figures, row)]
    drawn.set_size_inches(max(8.0, min(4.0 + 0.32 * len(figures.rows), 16.0)), 7.0 if rates else 5)
    boxes = drawn.subplots(2 if rates else 1, 1, sharex=True, squeeze=False)[:, 0]
    if rates:
        _draw_rate_line(figures, boxes[0], shown)
    _draw_bars(figures, boxes[-1], shown)
    for box in boxes:
        _mark_left_out(figures, box)
        _mark_breaks(figures, box, label=box is boxes[0])
        box.set_xlim(-0.7, len(figures.rows) - 0.3)
    names = [row.key[0] for row in figures.rows]
    every = max(1, -(-len(names) // 24))
    boxes[-1].set_xticks(range(0, len(names), every), names[::every])
    if len(names) > 8:
        boxes[-1].tick_params(axis="x", rotation=60)
    boxes[-1].set_xlabel(
        {"financial-year": "financial year of the decision (April to March)"}.get(
            figures.tally.by[0], f"{figures.tally.by[0]} of the decision"
        )
    )


def _why(figures: Figures, row: Row) -> tuple[Gap, ...]:
    return figures.gaps.get(row.key, ())


def _draw_rate_line(figures: Figures, box: Axes, shown: Sequence[tuple[int, Row]]) -> None:
    """Points with intervals; a line only through whole neighbours on one side of a break."""
    for run in _runs(figures, shown):
        told = [(at, row.uphold_rate) for at, row in run]
        for (at, found), (after, then) in pairwise(told):
            # Of too few nothing is to be read, a slope least of all.
            if found is not None and then is not None and not (found.small or then.small):
                ends = [found.share * 100, then.share * 100]
                box.plot([at, after], ends, color=BLUE, linewidth=1.2, alpha=0.6, zorder=2)
    drawn: set[str] = set()
    for at, row in shown:
        found = row.uphold_rate
        if found is None:
            continue
        whole = not _why(figures, row)
        label = "whole period" if whole else "not whole: no rise or fall"
        if whole and found.small:
            label = f"whole, but fewer than {SMALL}"
        box.errorbar(
            at,
            found.share * 100,
            yerr=[[(found.share - found.low) * 100], [(found.high - found.share) * 100]],
            fmt="o" if whole else "D",
            color=BLUE if whole else GREY,
            markerfacecolor=BLUE if whole and not found.small else "white",
            markersize=6,
            capsize=3,
            linewidth=1,
            zorder=3,
            label=None if label in drawn else label,
        )
        drawn.add(label)
    box.set_ylim(0, 103)
    box.set_ylabel("upheld of investigated (%)\nwith 95% interval")
    box.legend(loc="lower left", ncols=2, frameon=False, fontsize=8)


def _runs(figures: Figures, shown: Sequence[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    """Neighbours that may be compared; a period with a break in its midst stands alone."""
    run: list[tuple[int, Row]] = []
    for at, row in shown:
        span = span_of(figures.tally.by[0], row.key[0])
        within = [] if span is None else [each.on for each in breaks_touching(span)]
        midst = span is not None and any(day > span.first for day in within)
        if _why(figures, row) or within or (run and run[-1][0] != at - 1):
            yield run
            run = []
        if not _why(figures, row):
            run.append((at, row))
        if midst:
            yield run
            run = []
    yield run


def _draw_bars(figures: Figures, box: Axes, shown: Sequence[tuple[int, Row]]) -> None:
    from matplotlib.ticker import MaxNLocator

    base = dict.fromkeys((at for at, _ in shown), 0)
    for name, label, colour in OUTCOMES:
        counts = [(at, getattr(row, name), bool(_why(figures, row))) for at, row in shown]
        if not any(count for _, count, _ in counts):
            continue
        for hatched in (False, True):
            chosen = [(at, count) for at, count, gap in counts if gap is hatched]
            if chosen:
                box.bar(
                    [at for at, _ in chosen],
                    [count for _, count in chosen],
                    bottom=[base[at] for at, _ in chosen],
                    color=colour,
                    alpha=0.45 if hatched else 1.0,
                    hatch="////" if hatched else None,
                    edgecolor="white",
                    linewidth=0.5,
                    width=0.75,
                    zorder=2,
                )
        for at, count, _ in counts:
            base[at] += count
        box.bar([0], [0], color=colour, label=label)
    if any(_why(figures, row) for _, row in shown):
        box.bar([0], [0], color="#BBBBBB", hatch="////", edgecolor="white", label="not whole")
    box.yaxis.set_major_locator(MaxNLocator(integer=True))
    box.set_ylabel("published decisions\n(number)")
    box.set_ylim(0, max([*base.values(), 1]) * 1.22)
    box.legend(loc="upper left", ncols=5, frameon=False, fontsize=8)
    box.grid(visible=False, axis="x")


def _mark_left_out(figures: Figures, box: Axes) -> None:
    left = [at for at, row in enumerate(figures.rows) if Gap.LEFT in _why(figures, row)]
    if not left:
        return
    box.axvspan(
        min(left) - 0.5, max(left) + 0.5, facecolor="#F3F3F3", edgecolor="#CFCFCF", hatch="..",
        linewidth=0, zorder=1,
    )  # fmt: skip
    box.text(
        (min(left) + max(left)) / 2, 0.5,
        textwrap.fill("most statements had left the site before this archive began", 26),
        transform=box.get_xaxis_transform(), ha="center", va="center", fontsize=8,
        color="#444444", bbox={"facecolor": "#F3F3F3", "edgecolor": "none", "pad": 2}, zorder=4,
    )  # fmt: skip


def _mark_breaks(figures: Figures, box: Axes, *, label: bool) -> None:
    by = figures.tally.by[0]
    for each in BREAKS:
        for at, row in enumerate(figures.rows):
            span = span_of(by, row.key[0])
            if span is None or not span.first <= each.on <= span.last:
                continue
            if at == 0 and each.on == span.first:
                continue
            place = at - 0.5 + (each.on - span.first).days / span.days
            box.axvline(place, color="black", linewidth=1, linestyle=(0, (4, 3)), zorder=5)
            if label:
                box.annotate(
                    f"break\n{each.on:%b %Y}", (place, 1.0), xycoords=box.get_xaxis_transform(),
                    xytext=(0, 3), textcoords="offset points", ha="center", fontsize=8,
                )  # fmt: skip


# --- funnels ----------------------------------------------------------------------------------


def _draw_funnels(figures: Figures, drawn: Figure) -> None:
    found = sorted(figures.funnels, key=lambda each: -len(each.placed))[:MOST_FUNNELS]
    columns = 1 if len(found) == 1 else 2
    rows = -(-len(found) // columns)
    drawn.set_size_inches(9.0 if columns == 1 else 14.0, 6.2 if rows == 1 else 5.0 * rows)
    boxes = drawn.subplots(rows, columns, squeeze=False)
    for number, each in enumerate(found):
        box = boxes[number // columns][number % columns]
        _draw_funnel(each, box, named=set(figures.bodies))
        if number == 0:
            box.legend(loc="lower right", frameon=True, framealpha=0.9, fontsize=8)
    for number in range(len(found), rows * columns):
        boxes[number // columns][number % columns].set_axis_off()


def _draw_funnel(found: Funnel, box: Axes, *, named: set[str]) -> None:
    most = max(each.cases for each in found.placed)
    cases = _grid(most)
    around = [limits(each, found.share) for each in cases]
    box.axhline(found.share * 100, color="black", linewidth=1, label=f"all: {found.share:.0%}")
    for style, label, low, high in (
        ("--", "95% limits", "low_95", "high_95"),
        ("-", "99.8% limits", "low_998", "high_998"),
    ):
        for name in (low, high):
            box.plot(
                cases,
                _line(cases, around, name),
                color=GREY,
                linestyle=style,
                linewidth=1.1,
                drawstyle="steps-mid",
                label=label if name == low else None,
            )
    for marker, colour, label, positions in (
        ("o", BLUE, "within", (Position.WITHIN,)),
        ("s", "#E69F00", "outside 95%", (Position.ABOVE_95, Position.BELOW_95)),
        ("^", ORANGE, "outside 99.8%", (Position.ABOVE_998, Position.BELOW_998)),
    ):
        members = [each for each in found.placed if each.position in positions]
        if members:
            box.scatter(
                [each.cases for each in members],
                [each.part / each.cases * 100 for each in members],
                marker=marker, color=colour, edgecolor="black", linewidth=0.4, s=38, zorder=3,
                label=f"{label} ({len(members)})",
            )  # fmt: skip
    far = (Position.ABOVE_998, Position.BELOW_998)
    for each in found.placed:
        if each.name in named or (not named and each.position in far):
            box.annotate(
                clean(textwrap.shorten(each.name, 40)), (each.cases, each.part / each.cases * 100),
                xytext=(6, 5), textcoords="offset points", fontsize=8,
                ha="right" if each.cases > 0.7 * most else "left",
            )  # fmt: skip
    box.set_ylim(-3, 103)
    box.set_xlim(0, most * 1.04 + 1)
    box.set_title(found.group.replace("_", " "), fontsize=10, loc="left")
    box.set_xlabel("decisions investigated to an end (number)")
    box.set_ylabel("upheld of investigated (%)")


def _grid(most: int) -> list[int]:
    """Every count up to 200, then some two hundred more."""
    step = max(1, (most - 200) // 200)
    return sorted({*range(1, min(most, 200) + 1), *range(200, most + 1, step), most})


def _line(cases: Sequence[int], around: Sequence[Limits], name: str) -> list[float]:
    """The limit as a share, half a case outside the last count that is within."""
    outward = 0.5 if name.startswith("high") else -0.5
    return [
        min(max((getattr(each, name) + outward) / n * 100, -5.0), 105.0)
        for n, each in zip(cases, around, strict=True)
    ]


# --- side by side -----------------------------------------------------------------------------


def _draw_side_by_side(figures: Figures, drawn: Figure) -> None:
    rows = [row for row in figures.rows if row.uphold_rate is not None]
    if not rows:
        raise UsageError("nothing here was investigated to an end, so there is no rate to draw")
    drawn.set_size_inches(9.5, 2.2 + 0.34 * len(rows))
    box: Any = drawn.subplots()
    for at, row in enumerate(rows):
        found = row.uphold_rate
        if found is None:
            continue
        box.errorbar(
            found.share * 100, at,
            xerr=[[(found.share - found.low) * 100], [(found.high - found.share) * 100]],
            fmt="D" if found.small else "o", color=GREY if found.small else BLUE,
            markerfacecolor="white" if found.small else BLUE, markersize=6, capsize=3,
            linewidth=1,
        )  # fmt: skip
    labels = [f"{_short(row)} ({row.investigated:,})" for row in rows]
    box.set_yticks(range(len(rows)), labels)
    box.set_ylim(len(rows) - 0.4, -0.6)
    box.set_xlim(0, 100)
    box.set_xlabel(
        "upheld of investigated (%) with 95% interval; in brackets the number investigated; "
        "hollow: too few"
    )


def _draw_counts(figures: Figures, drawn: Figure) -> None:
    drawn.set_size_inches(9.5, 2.2 + 0.34 * len(figures.rows))
    box: Any = drawn.subplots()
    counts = [row.decisions for row in figures.rows]
    box.barh(range(len(counts)), counts, color=BLUE, height=0.7)
    for at, row in enumerate(figures.rows):
        paid = "" if row.payments is None else f"; median {pounds(row.payments.median)}"
        box.annotate(
            f"{row.decisions:,}{paid}", (row.decisions, at), xytext=(4, 0),
            textcoords="offset points", va="center", fontsize=8,
        )  # fmt: skip
    box.set_yticks(range(len(counts)), [_short(row) for row in figures.rows])
    box.set_ylim(len(counts) - 0.4, -0.6)
    box.set_xlim(0, max(counts) * 1.18)
    box.set_xlabel("published decisions (number)")
    box.grid(visible=False, axis="y")


def _short(row: Row) -> str:
    return clean(textwrap.shorten(row.key[0].replace("_", " "), 60))
