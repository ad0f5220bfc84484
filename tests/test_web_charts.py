"""Charts show the numbers they are given, in words too, and nothing can be planted in them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from flask import Flask, render_template_string
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.figures.rates import rate
from search.web.charts.bars import WIDTH, bar, rate_bar
from search.web.charts.heat import PATTERNS, Month, heat, sample
from search.web.charts.series import MOST_PERIODS, Period, rates, stacked, steps
from search.web.charts.shapes import Chart, Node, node
from tests.exporting import HOSTILE
from tests.test_web_look import DAY, NIGHT, STATIC, luminance, palette

YEARS = [
    Period("2020", (4, 2, 1, 0), rate(40, 60)),
    Period("2021", (0, 0, 0, 0), None),
    Period("2022", (8, 4, 2, 0), rate(30, 60), breaks=(0.25,)),
    Period("2023", (2, 1, 1, 0), rate(20, 40)),
    Period("2024", (2, 2, 0, 0), rate(50, 80), whole=False),
]


def every(nodes: Sequence[Node]) -> Iterator[Node]:
    for each in nodes:
        yield each
        yield from every(each.children)


def of(chart: Chart, tag: str, class_: str) -> list[dict[str, str]]:
    found = [dict(each.attributes) for each in every(chart.nodes) if each.tag == tag]
    return [each for each in found if class_ in each.get("class", "").split()]


def said(chart: Chart) -> list[str]:
    return [each.text for each in every(chart.nodes) if each.text]


def drawn(chart: Chart) -> str:
    """The chart as the template draws it."""
    app = Flask("search.web")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    with app.app_context():
        return render_template_string(
            '{% import "drawing.html" as drawing %}{{ drawing.chart(chart) }}', chart=chart
        ).strip()


# --- stacked columns ----------------------------------------------------------------------------


def groups(chart: Chart, class_: str) -> list[Node]:
    return [
        each
        for each in every(chart.nodes)
        if each.tag == "g" and class_ in dict(each.attributes)["class"].split()
    ]


def test_columns_are_as_high_as_their_numbers() -> None:
    chart = stacked("c", YEARS, "t", "d")
    height = {
        part: [
            float(dict(g.children[0].attributes)["height"]) for g in groups(chart, f"part{part}")
        ]
        for part in (1, 2, 3)
    }
    one = height[1][0] / 4
    assert height[1] == pytest.approx([4 * one, 8 * one, 2 * one, 2 * one], abs=0.2)
    assert height[2] == pytest.approx([2 * one, 4 * one, one, 2 * one], abs=0.2)
    assert height[3] == pytest.approx([one, 2 * one, one], abs=0.2)
    assert not groups(chart, "part4")


def test_parts_stand_on_each_other_without_a_gap() -> None:
    chart = stacked("c", YEARS[:1], "t", "d")
    found = [dict(g.children[0].attributes) for p in (1, 2, 3) for g in groups(chart, f"part{p}")]
    for below, above in pairwise(found):
        assert float(above["y"]) + float(above["height"]) == pytest.approx(
            float(below["y"]), abs=0.2
        )


def test_a_period_that_is_not_whole_looks_otherwise_and_has_a_star() -> None:
    chart = stacked("c", YEARS, "t", "d")
    assert len(groups(chart, "partial")) == 2
    assert "2024*" in said(chart)
    assert "2023*" not in said(chart)


def test_each_part_has_a_pattern_of_its_own_beside_its_colour() -> None:
    chart = stacked("c", [Period("2020", (1, 1, 1, 1))], "t", "d")
    fills = {dict(g.children[1].attributes)["fill"] for g in groups(chart, "part1")}
    fills |= {
        dict(g.children[1].attributes)["fill"] for p in (2, 3, 4) for g in groups(chart, f"part{p}")
    }
    assert fills == {f"url(#c-{part})" for part in (1, 2, 3, 4)}
    ids = [dict(each.attributes)["id"] for each in every(chart.nodes) if each.tag == "pattern"]
    assert sorted(ids) == [f"c-{part}" for part in (1, 2, 3, 4)]


def test_a_break_is_drawn_where_it_is_in_its_period() -> None:
    chart = stacked("c", YEARS, "t", "d")
    (line,) = of(chart, "line", "break")
    axis = of(chart, "line", "axis")[0]
    left, right = float(axis["x1"]), float(axis["x2"])
    assert float(line["x1"]) == pytest.approx(left + (right - left) * 2.25 / 5, abs=0.2)
    assert said(chart).count("break") == 1


def test_several_charts_can_share_a_scale() -> None:
    small = stacked("a", [Period("2020", (2,))], "t", "d", most=100)
    high = float(dict(groups(small, "part1")[0].children[0].attributes)["height"])
    alone = stacked("b", [Period("2020", (2,))], "t", "d")
    assert high * 20 < float(dict(groups(alone, "part1")[0].children[0].attributes)["height"])


@pytest.mark.parametrize("periods", [[], [Period("2020", (0, 0, 0, 0))]])
def test_nothing_to_draw_is_drawn(periods: list[Period]) -> None:
    for chart in (stacked("c", periods, "t", "d"), rates("r", periods, "t", "d")):
        ET.fromstring(drawn(chart))  # noqa: S314 - our own drawing


def test_only_the_latest_of_very_many_periods_are_drawn() -> None:
    many = [Period(str(1000 + at), (1,)) for at in range(1000)]
    chart = stacked("c", many, "t", "d")
    assert len(groups(chart, "part1")) == MOST_PERIODS
    assert said(chart)[-1] == "1999"


# --- rates --------------------------------------------------------------------------------------


def test_a_rate_is_drawn_with_its_interval() -> None:
    found = rate(40, 60)
    assert found is not None
    chart = rates("r", [Period("2020", (), found)], "t", "d")
    (point,) = of(chart, "circle", "point")
    upright = of(chart, "line", "whisker")[0]
    bottom, top = (float(of(chart, "line", name)[0]["y1"]) for name in ("axis", "grid"))
    hundred = (bottom - top) * 4  # the first level line above the axis is a quarter
    assert (bottom - float(point["cy"])) / hundred == pytest.approx(found.share, abs=0.01)
    assert (bottom - float(upright["y1"])) / hundred == pytest.approx(found.low, abs=0.01)
    assert (bottom - float(upright["y2"])) / hundred == pytest.approx(found.high, abs=0.01)


def test_what_cannot_be_compared_is_not_joined() -> None:
    def joined(*periods: Period) -> int:
        return len(of(rates("r", periods, "t", "d"), "line", "trend"))

    one, other = (Period("2020", (), rate(40, 60)), Period("2021", (), rate(20, 60)))
    assert joined(one, other) == 1
    assert joined(one, Period("2021", (), rate(20, 60), whole=False)) == 0
    assert joined(one, Period("2021", (), rate(3, 6))) == 0
    assert joined(one, Period("2021", (), None), other) == 0
    assert joined(one, Period("2021", (), rate(20, 60), breaks=(0.0,))) == 0
    assert joined(Period("2020", (), rate(40, 60), breaks=(0.3,)), other) == 0
    assert joined(Period("2020", (), rate(40, 60), breaks=(0.0,)), other) == 1


def test_few_cases_have_a_hollow_point() -> None:
    chart = rates("r", [Period("1", (), rate(3, 6)), Period("2", (), rate(40, 60))], "t", "d")
    assert ["few" in point["class"] for point in of(chart, "circle", "point")] == [True, False]


# --- bars and the map ---------------------------------------------------------------------------


def test_bars_are_as_long_as_their_numbers() -> None:
    assert float(dict(bar(1, 4).nodes[0].attributes)["width"]) == WIDTH / 4
    assert float(dict(bar(0, 0).nodes[0].attributes)["width"]) == 0
    found = rate(30, 40)
    assert found is not None
    (length,) = of(rate_bar(found), "rect", "bar")
    assert float(length["width"]) == pytest.approx(WIDTH * 0.75)


def test_a_month_has_its_square_and_a_pattern_for_its_state() -> None:
    months = {1: Month("whole", "100"), 12: Month("missing", "97")}
    chart = heat("m", [(2025, months), (2024, {6: Month("unasked", "–")})], "t", "d")
    squares = {dict(each.attributes)["class"]: each for each in groups(chart, "month")}
    january, december = squares["month whole"], squares["month missing"]
    x = [float(dict(each.children[0].attributes)["x"]) for each in (january, december)]
    assert x[0] < x[1] < chart.width
    assert dict(december.children[1].attributes)["fill"] == "url(#m-upright)"
    assert [text for text in said(chart) if text in ("100", "97", "–")] == ["100", "97", "–"]
    assert {"2025", "2024"} <= set(said(chart))


def test_no_two_states_of_a_month_look_alike_without_colour() -> None:
    looks = {state: PATTERNS[state] for state in PATTERNS if state != "unasked"}
    assert len(set(looks.values())) == len(looks)
    assert groups(sample("k", "unasked"), "unasked")


# --- any chart ----------------------------------------------------------------------------------

COUNTS = st.lists(
    st.tuples(*(st.integers(0, 10**9) for _ in range(4))), min_size=1, max_size=60
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(COUNTS)
def test_nothing_leaves_the_drawing(counts: list[tuple[int, ...]]) -> None:
    periods = [
        Period(str(1990 + at), each, rate(each[0], each[0] + each[1]), at % 3 != 0, (0.0, 0.5))
        for at, each in enumerate(counts)
    ]
    for chart in (stacked("c", periods, "t", "d"), rates("r", periods, "t", "d")):
        for each in every(chart.nodes):
            told = dict(each.attributes)
            for name, most in (("x", chart.width), ("y", chart.height), ("cy", chart.height)):
                assert 0 <= float(told.get(name, 0)) <= most
            if each.tag == "rect":
                assert float(told["y"]) + float(told["height"]) <= chart.height
                assert float(told["x"]) + float(told["width"]) <= chart.width


@given(st.integers(1, 10**12))
def test_a_scale_has_few_round_steps_and_room_for_the_highest(most: int) -> None:
    found = steps(most)
    assert found[0] == 0
    assert found[-1] >= most
    assert 2 <= len(found) <= 5
    apart = found[1] - found[0]
    assert str(apart).rstrip("0") in ("1", "2", "5")
    assert all(b - a == apart for a, b in pairwise(found))


@pytest.mark.parametrize("text", [*HOSTILE, '</title><script>alert(1)</script>"><img src=x>'])
def test_words_stay_words(text: str) -> None:
    html = drawn(stacked("c", [Period(text, (1, 2, 3, 4))], text, text))
    tree = ET.fromstring(html)  # noqa: S314 - our own drawing
    assert tree.attrib["role"] == "img"
    assert [each.text for each in tree if each.tag in ("title", "desc")] == [text, text]
    named = tree.attrib["aria-labelledby"].split()
    assert named == [each.attrib["id"] for each in tree if each.tag in ("title", "desc")]
    assert not re.search("<(script|img)", html)
    assert {each.tag for each in tree.iter()} <= {
        "svg", "title", "desc", "g", "rect", "line", "text", "defs", "pattern", "circle",
    }  # fmt: skip


def test_there_are_no_other_elements_than_shapes() -> None:
    for tag in ("script", "foreignObject", "a", "image", "style"):
        with pytest.raises(ValueError, match="no shape"):
            node(tag)


def test_no_style_stands_in_a_drawing() -> None:
    for chart in (stacked("c", YEARS, "t", "d"), rates("r", YEARS, "t", "d")):
        html = drawn(chart)
        assert "style=" not in html
        assert not re.search(r'(fill|stroke)="(?!url\(#)', html)


# --- colours ------------------------------------------------------------------------------------

SHEET = (STATIC / "figures.css").read_text(encoding="utf-8")


def palettes() -> list[dict[str, str]]:
    """The colours of the page with those of its figures, by day and by night."""
    start = SHEET.index("@media (prefers-color-scheme: dark)")
    end = SHEET.index("@media print")
    return [DAY | palette(SHEET[:start]), NIGHT | palette(SHEET[start:end])]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("found", palettes(), ids=["day", "night"])
def test_numbers_in_squares_can_be_read(found: dict[str, str]) -> None:
    """WCAG 1.4.3: 4.5 to 1."""
    for name in ("good", "filling", "missing", "disputed", "unproven"):
        assert contrast(found["ink"], found[f"fig-{name}"]) >= 4.5, name


@pytest.mark.parametrize("found", palettes(), ids=["day", "night"])
def test_marks_can_be_told_from_the_page(found: dict[str, str]) -> None:
    """WCAG 1.4.11: 3 to 1 for what carries a meaning by itself; columns have a line around them."""
    for ground in ("paper", "card"):
        for name in ("ink", "edge", "fig-upheld", "closed"):
            assert contrast(found[name], found[ground]) >= 3, (name, ground)
