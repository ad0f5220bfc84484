"""A sample is the same everywhere, fair to its strata, and grows as the archive does."""

from __future__ import annotations

import csv
import io
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import decisions
from archive.errors import UsageError
from archive.records import Status
from archive.sampling import Drawn, draw, order, parts
from tests.counted import Story, archive_of, invented

Item = tuple[str, str]


def drawn(
    items: list[Item], wanted: int, *, seed: str = "1", minimum: int = 1
) -> list[Drawn[Item]]:
    return draw(
        items, wanted, seed=seed, minimum=minimum, reference=lambda one: one[1],
        stratum=lambda one: (one[0],),
    )  # fmt: skip


def made(**sizes: int) -> list[Item]:
    return [(name, f"{name}{n:04}") for name, size in sizes.items() for n in range(size)]


def test_the_order_is_fixed_for_ever() -> None:
    """Worked out once by another tool (sha256sum), so that no version may draw another sample."""
    digest = "e732158dcbf540d093734b2f5b4f49201d8bda96138463d86748267302b2531e"
    assert order("1", "20011198") == digest
    assert [one.item[1] for one in drawn(made(a=9), 3)] == ["a0001", "a0006", "a0004"]


@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=3).map(lambda t: (t,)),
                    st.integers(1, 60), min_size=1, max_size=9),
    st.integers(1, 200), st.integers(0, 3),
)  # fmt: skip
def test_parts_come_to_what_was_asked_and_keep_their_bounds(
    sizes: dict[tuple[str, ...], int], wanted: int, minimum: int
) -> None:
    least = sum(min(minimum, size) for size in sizes.values())
    if least > wanted:
        with pytest.raises(UsageError, match="more than"):
            parts(sizes, wanted, minimum)
        return
    found = parts(sizes, wanted, minimum)
    assert sum(found.values()) == min(wanted, sum(sizes.values()))
    for name, size in sizes.items():
        assert min(minimum, size) <= found[name] <= size


def test_without_a_minimum_the_parts_are_proportional() -> None:
    assert parts({("a",): 600, ("b",): 300, ("c",): 100}, 100, 0) == {
        ("a",): 60, ("b",): 30, ("c",): 10,
    }  # fmt: skip
    uneven = parts({("a",): 50, ("b",): 30, ("c",): 20}, 7, 0)
    assert uneven == {("a",): 4, ("b",): 2, ("c",): 1}


def test_weights_bring_each_stratum_back_to_its_size() -> None:
    items = made(a=70, b=25, c=3)
    sample = drawn(items, 20, minimum=3)
    weights: dict[str, Fraction] = {}
    for one in sample:
        weights[one.stratum[0]] = weights.get(one.stratum[0], Fraction(0)) + one.weight
    assert weights == {"a": 70, "b": 25, "c": 3}


def test_the_order_of_the_archive_does_not_matter_and_the_seed_does() -> None:
    items = made(a=70, b=25)
    assert drawn(items, 10) == drawn(items[::-1], 10)
    assert drawn(items, 10) != drawn(items, 10, seed="2")


def test_a_larger_sample_holds_the_smaller_one() -> None:
    items = made(a=70, b=25)
    small = {one.item for one in drawn(items, 10)}
    assert small <= {one.item for one in drawn(items, 30)}


def test_what_is_added_later_only_takes_places_it_has_drawn() -> None:
    before = made(a=200)
    after = [*before, *(("a", f"new{n}") for n in range(20))]
    held = {one.item for one in drawn(before, 40)}
    now = {one.item for one in drawn(after, 40)}
    new = {item for item in now if item[1].startswith("new")}
    assert len(held - now) == len(new)
    assert now - held == new


def test_each_has_the_same_chance() -> None:
    """Over many seeds every item of a stratum is drawn about equally often."""
    items = made(a=10)
    times = Counter(one.item for seed in range(2_000) for one in drawn(items, 3, seed=str(seed)))
    # 600 each on average; five standard deviations are about 102.
    assert all(abs(times[item] - 600) < 110 for item in items)


# --- the command ------------------------------------------------------------------------------

STORIES = [*invented(60), Story("24 900 001", status=Status.WITHDRAWN, shared="Secret words.")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sample")
    with archive_of(directory, STORIES):
        return directory


def sheet(home: Path, *words: str) -> list[dict[str, str]]:
    done = CliRunner().invoke(decisions.group, ["--home", str(home), "sample", *words])
    assert done.exit_code == 0, (done.output, done.exception)
    return list(csv.DictReader(io.StringIO(done.stdout, newline="")))


def test_the_sheet_has_a_row_for_each_paragraph_under_its_permanent_key(home: Path) -> None:
    rows = sheet(home, "20", "--by", "category", "--seed", "7", "--code", "fault")
    assert len({row["reference"] for row in rows}) == 20
    assert rows == sheet(home, "20", "--by", "category", "--seed", "7", "--code", "fault")
    for row in rows:
        if not row["notice"]:
            slug = row["reference"].replace(" ", "-")
            assert row["paragraph_key"] == f"{slug}@1#p{row['paragraph']}"
        assert row["fault"] == ""
        assert row["attribution"]
    keys = [row["paragraph_key"] for row in rows]
    assert len(keys) == len(set(keys))
    sizes = {row["stratum"]: int(row["stratum_size"]) for row in rows}
    assert sum(sizes.values()) == len(STORIES)


def test_a_withdrawn_decision_is_drawn_without_its_words(home: Path) -> None:
    rows = sheet(home, str(len(STORIES)))
    (gone,) = [row for row in rows if row["reference"] == "24 900 001"]
    assert gone["text"] == ""
    assert "no longer on the ombudsman" in gone["notice"].lower()
    assert not any("Secret words" in cell for row in rows for cell in row.values())


def test_mistakes_are_named(home: Path) -> None:
    for words in (("3", "--by", "weather"), ("2", "--by", "body"), ("3", "--code", "text")):
        done = CliRunner().invoke(decisions.group, ["--home", str(home), "sample", *words])
        assert isinstance(done.exception, UsageError), words


def test_an_erasure_can_name_the_sheets_that_were_written(home: Path, tmp_path: Path) -> None:
    assert sheet(home, "3", "--output", str(tmp_path / "sheet.csv")) == []
    noted = (home / "copies.jsonl").read_text(encoding="utf-8")
    assert '"sample"' in noted
    assert "sheet.csv" in noted
