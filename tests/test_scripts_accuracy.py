"""docs/accuracy.md says what the golden pages say now; the script changes nothing but that."""

from __future__ import annotations

import json

import pytest
from accuracy import BEGIN, END, PAGE, rendered, written_into
from folder import Stopped

from tests.golden import golden, measurement, names


def test_the_figures_in_the_docs_are_those_of_this_parser() -> None:
    found = json.loads(json.dumps(measurement([golden(name) for name in names()])))
    page = PAGE.read_text(encoding="utf-8")
    assert written_into(page, rendered(found)) == page, "run scripts/accuracy.py"


def test_every_miss_and_every_difference_is_listed() -> None:
    text = rendered(
        {
            "read": 2,
            "refused": 1,
            "rows": [["remedies", 4, 3, 2, 2 / 3, 0.5]],
            "misses": [["one", "remedies", "missed", "7: apology"]],
            "differences": [["two", "lost: 'x'"]],
        }
    )
    assert "| remedies | 4 | 3 | 2 | 0.667 | 0.500 |" in text
    assert text.endswith("Misses: 2.\n- one: remedies missed: `7: apology`\n- two: lost: 'x'")


def test_nothing_around_the_markers_is_touched() -> None:
    assert written_into(f"a\n{BEGIN}\nold\n{END}\nb\n", "new") == f"a\n{BEGIN}\nnew\n{END}\nb\n"


@pytest.mark.parametrize("page", ["", BEGIN, END, f"{END} {BEGIN}"])
def test_a_page_without_its_markers_is_left_alone(page: str) -> None:
    with pytest.raises(Stopped, match="must hold the lines"):
        written_into(page, "new")
