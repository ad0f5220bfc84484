"""Places, documents and weights come back as they were given, however far apart or heavy they are;
and a container gives no byte that is not as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.codec.coding import BLOCK, code_places, decode_places, sums
from search.codec.container import PAGE, Array, Container, ContainerWriter, DamagedIndex
from search.codec.merging import write_words
from search.codec.postings import Lexicon, Postings
from search.codec.word_fields import WordField

STEPS = st.one_of(
    st.integers(0, 3),
    st.integers(253, 257),
    st.integers(65_533, 65_537),
    st.integers(2**24 - 2, 2**24 + 2),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**31), st.lists(STEPS, max_size=40) | st.lists(st.integers(0, 3))
        ),
        min_size=1,
        max_size=6,
    )
)
def test_places_come_back(terms: list[tuple[int, list[int]]]) -> None:
    given_places = [np.cumsum([first, *steps]).astype(np.uint32) for first, steps in terms]
    ends = np.cumsum([places.size for places in given_places])
    coded = code_places(np.concatenate(given_places), ends)
    at = dict.fromkeys(coded.streams, 0)
    for i, places in enumerate(given_places):
        width, count = int(coded.width[i]), int(coded.entries[i])
        entries = coded.streams[width][at[width] : at[width] + count]
        at[width] += count
        assert decode_places(int(coded.first[i]), entries).tolist() == places.tolist()
    assert at == {width: stream.size for width, stream in coded.streams.items()}


@given(st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=6))
def test_sums_of_runs_some_of_them_empty(runs: list[list[int]]) -> None:
    values = np.array([value for run in runs for value in run], np.uint32)
    ends = np.cumsum([len(run) for run in runs], dtype=np.int64)
    assert sums(values, ends).tolist() == [sum(run) for run in runs]


@dataclass
class Given:
    """A source of postings: term → document → (hundredths, places)."""

    held: dict[bytes, dict[int, tuple[int, list[int]]]]
    histogram: dict[int, int] = field(default_factory=dict)

    @property
    def terms(self) -> list[bytes]:
        return sorted(self.held)

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon(self.terms, [None] * len(self.held))

    @property
    def numbers(self) -> Array:
        return np.arange(len(self.held))

    @property
    def occurrences(self) -> Array:
        return np.array(
            [sum(len(p) for _, p in self.held[term].values()) for term in self.terms], np.int64
        )

    def read(self, low: int, high: int) -> Postings:
        chosen = [self.held[term] for term in self.terms[low:high]]
        rows = [(doc, *row) for one in chosen for doc, row in sorted(one.items())]
        return Postings(
            np.array([len(one) for one in chosen], np.int64),
            self.occurrences[low:high],
            np.array([doc for doc, _, _ in rows], np.uint32),
            np.array([weight for _, weight, _ in rows], np.uint32),
            np.array([place for _, _, places in rows for place in places], np.uint32),
        )


@contextmanager
def stored(path: Path, source: Given, starts: list[int]) -> Iterator[WordField]:
    for one in source.held.values():
        for weight, _ in one.values():
            source.histogram[weight] = source.histogram.get(weight, 0) + 1
    writer = ContainerWriter(path)
    writer.put("starts", np.array(starts), "<u4")
    write_words(writer, "x", "t", [source], len(starts) - 1)
    writer.close()
    container = Container(path)
    yield WordField(container, "x", len(starts) - 1)
    container.close()


@pytest.mark.parametrize("stride", [3, 40_000])
def test_a_few_documents_are_picked_out_of_a_long_list(tmp_path: Path, stride: int) -> None:
    """Blocks that need not be read are not, and what they skip is not lost."""
    rng = np.random.default_rng(7)
    documents = 4_000
    starts = (np.arange(documents + 1) * stride * 4).tolist()
    common = {
        doc: (100, sorted(rng.choice(stride, min(3, stride), replace=False) + starts[doc]))
        for doc in range(documents)
        if doc % 7
    }
    rare = {doc: (100, [starts[doc]]) for doc in (0, 5, 3_999)}
    with stored(tmp_path / "x", Given({b"common": common, b"rare": rare}), starts) as words:
        assert words.occurrences(0) > 4 * BLOCK
        for within in (
            [0],
            [1],
            [3_999],
            [7, 8, 14],
            [2_000, 2_001, 3_998],
            list(range(documents)),
        ):
            wanted = [place for doc in within if doc in common for place in common[doc][1]]
            assert words.places(0, np.array(within)).tolist() == wanted
        assert words.places(1).tolist() == [starts[doc] for doc in rare]
        assert words.docs(0).tolist() == sorted(common)
        assert words.docs(1).tolist() == [0, 5, 3_999]


def test_more_weights_than_the_table_holds(tmp_path: Path) -> None:
    many = {doc: (doc * 3, [doc]) for doc in range(600)}
    heavy = {0: (2**31, [0]), 599: (7, [599])}
    with stored(tmp_path / "x", Given({b"a": many, b"b": heavy}), list(range(601))) as words:
        assert words.weights(0).tolist() == pytest.approx([doc * 0.03 for doc in range(600)])
        assert words.weights(1).tolist() == pytest.approx([2**31 / 100, 0.07])
        assert words.hundredths_of(0, 2).tolist() == [*(d * 3 for d in range(600)), 2**31, 7]


def test_a_container_gives_nothing_that_is_not_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    writer = ContainerWriter(path)
    grown = writer.stream("grown", "<u2")
    writer.put("numbers", np.arange(3 * PAGE // 4), "<u4")
    writer.put("none", np.empty(0, np.uint8))
    for _ in range(3):
        grown.add(np.arange(5))
    writer.facts["documents"] = 7
    writer.close()
    whole = path.read_bytes()

    def read() -> None:
        container = Container(path)
        try:
            assert container.facts["documents"] == 7
            assert container.array("numbers").tolist() == list(range(3 * PAGE // 4))
            assert container.array("none").size == 0
            assert container.array("grown").tolist() == [*range(5)] * 3
            assert container.cut("numbers", 5, 7).tolist() == [5, 6]
            with pytest.raises(DamagedIndex):
                container.cut("grown", 3, 16)
        finally:
            container.close()

    read()
    for at in [0, 1, PAGE - 1, PAGE, 2 * PAGE + 5, *range(len(whole) - 300, len(whole), 7)]:
        spoilt = bytearray(whole)
        spoilt[at] ^= 4
        path.write_bytes(spoilt)
        with pytest.raises(DamagedIndex):
            read()
    for size in (0, 5, 40, PAGE, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(DamagedIndex):
            read()


def test_only_the_page_that_is_read_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "file"
    writer = ContainerWriter(path)
    writer.put("numbers", np.arange(PAGE), "<u4")
    writer.close()
    spoilt = bytearray(path.read_bytes())
    spoilt[2 * PAGE] ^= 1
    path.write_bytes(spoilt)
    container = Container(path)
    assert container.cut("numbers", 0, 100).tolist() == list(range(100))
    with pytest.raises(DamagedIndex):
        container.cut("numbers", PAGE // 2, PAGE // 2 + 1)
    container.close()


def test_a_file_that_was_not_finished_is_not_opened(tmp_path: Path) -> None:
    writer = ContainerWriter(tmp_path / "file")
    writer.put("numbers", np.arange(100), "<u4")
    writer.abandon()
    with pytest.raises(DamagedIndex):
        Container(tmp_path / "file")
