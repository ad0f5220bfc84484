"""Charts: whole or hatched, broken where the series breaks, from any name."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.figures import charts
from archive.figures.asking import Figures, Question, answer
from archive.figures.charts import chart, form_of
from archive.figures.wholeness import Gap
from tests.counted import Story, archive_of, invented, noon

TODAY = date(2026, 11, 22)
ODD = "Wold $x^2$ <b>&amp;</b> \x1b[2J Κρήτη County Council"
STORIES = [*invented(80), *(Story(f"24 90{n} 001", body=ODD) for n in range(4))]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Figures]:
    with archive_of(
        tmp_path_factory.mktemp("charts"),
        STORIES,
        proven=(date(2010, 1, 1), date(2026, 11, 22)),
        began=noon(2025, 9, 1),
    ) as archive:
        return {
            ",".join(by): answer(archive.engine, Question(by=by), today=TODAY)
            for by in (("year",), ("month",), ("body",), ("type",), ("remedy",), ("body", "year"))
        }


@pytest.mark.parametrize("by", ["year", "month", "body", "type", "remedy"])
def test_every_table_by_one_thing_can_be_drawn(figures: dict[str, Figures], by: str) -> None:
    assert chart(figures[by], "png").startswith(b"\x89PNG")
    drawn = chart(figures[by], "svg")
    assert b"<svg" in drawn
    assert b"\x1b" not in drawn
    # The same figures give the same file.
    assert re.sub(rb"<dc:date>.*?</dc:date>", b"", drawn) == chart(figures[by], "svg")


def test_a_table_by_two_things_is_not_drawn(figures: dict[str, Figures]) -> None:
    with pytest.raises(UsageError, match="by one thing"):
        chart(figures["body,year"], "svg")


@pytest.mark.parametrize("name", ["chart", "chart.pdf", "chart.svg.", ""])
def test_only_two_forms_are_drawn(name: str) -> None:
    with pytest.raises(UsageError, match=r"\.svg or \.png"):
        form_of(name)


def test_lines_join_only_whole_neighbours_on_one_side_of_a_break(
    figures: dict[str, Figures],
) -> None:
    told = figures["year"]
    shown = [(at, row) for at, row in enumerate(told.rows)]
    runs = [[row.key[0] for _, row in run] for run in charts._runs(told, shown)]
    joined = [run for run in runs if len(run) > 1]
    assert all(not told.gaps[(name,)] for run in runs for name in run)
    # 2022 and 2023 hold a break in their midst, so each stands alone.
    assert [run[0] for run in runs if run][:4] == ["2021", "2022", "2023", "2024"]
    assert joined == [["2024", "2025"]]
    assert Gap.LEFT in told.gaps[("2019",)]


def test_nothing_to_draw_is_said(tmp_path: Path) -> None:
    with archive_of(tmp_path, [Story("24 000 001")]) as archive:
        alone = answer(archive.engine, Question(by=("body",)), today=TODAY)
        empty = answer(archive.engine, Question(first=date(2040, 1, 1)), today=TODAY)
    with pytest.raises(UsageError, match="no type has three councils"):
        chart(alone, "svg")
    with pytest.raises(UsageError, match="nothing was counted"):
        chart(empty, "svg")
