"""A few items are found without the whole array being read, and never out of spoilt bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.codec import sparing
from search.codec.container import PAGE, Container, ContainerWriter, DamagedIndex
from search.codec.sparing import pick, reach

ITEMS = 40_000
"""Ten pages of numbers of four bytes."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sparing") / "MAIN_a.inv"
    writer = ContainerWriter(path)
    writer.put("rising", np.arange(ITEMS) * 3, "<u4")
    writer.put("same", np.full(ITEMS, 7), "<u4")
    writer.put("none", np.empty(0), "<u4")
    writer.close()
    return path


@settings(max_examples=50)
@given(values=st.lists(st.integers(0, 3 * ITEMS + 10), max_size=30), right=st.booleans())
@pytest.mark.parametrize("name", ["rising", "same", "none"])
def test_it_is_what_searching_the_whole_array_gives(
    path: Path, name: str, values: list[int], right: bool
) -> None:
    container = Container(path)
    asked = np.array(values, np.int64)
    expected = np.searchsorted(container.array(name), asked, side="right" if right else "left")
    found = reach(Container(path), name, asked, right=right)
    assert found.tolist() == expected.tolist()
    at = found[found < container.items(name)]
    assert pick(Container(path), name, at).tolist() == container.array(name)[at].tolist()


def test_few_pages_are_compared(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    touch = Container.touch

    def counted(container: Container, low: int, high: int) -> None:
        compared.append(low // PAGE)
        touch(container, low, high)

    monkeypatch.setattr(Container, "touch", counted)
    assert reach(Container(path), "rising", np.array([30_001]), right=True).tolist() == [10_001]
    assert len(compared) == 1, "both neighbours lie in one page"


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("at", [0, 5_000, 10_000, 19_999, ITEMS - 1])
@pytest.mark.parametrize("value", [0, 0xFFFFFFFF])
def test_spoilt_bytes_give_no_answer_or_the_right_one(
    path: Path, tmp_path: Path, at: int, value: int, right: bool
) -> None:
    spoilt = bytearray(path.read_bytes())
    spoilt[4 * at : 4 * at + 4] = value.to_bytes(4, "little")
    other = tmp_path / "MAIN_b.inv"
    other.write_bytes(spoilt)
    answered = 0
    for number in range(0, ITEMS, 997):
        asked = np.array([3 * number + 1])
        try:
            found = reach(Container(other), "rising", asked, right=right).tolist()
        except DamagedIndex:
            continue
        answered += 1
        assert found == [number + 1]
    assert answered < len(range(0, ITEMS, 997)) or value == at == 0, "else nothing was spoilt"
    if not value == at == 0:
        with pytest.raises(DamagedIndex):
            pick(Container(other), "rising", np.array([at]))


def test_a_place_that_there_is_not(path: Path) -> None:
    with pytest.raises(IndexError):
        pick(Container(path), "rising", np.array([ITEMS]))
    assert pick(Container(path), "rising", np.empty(0, np.int64)).size == 0
    assert sparing.FEW > 0
