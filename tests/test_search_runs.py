"""Postings come back as Whoosh's own pool would give them, whatever fits in memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import runs as module
from search.runs import Posting, Runs

FIELDS = st.sampled_from(["t", "x", "id"])
WORDS = st.sampled_from([b"", b"a", b"ab", b"\xc3\xa9", b"zz"])
TERMS = st.dictionaries(
    st.tuples(FIELDS, WORDS),
    st.tuples(st.floats(0, 9, width=32), st.none() | st.binary(max_size=12)),
)


@settings(deadline=None)
@given(documents=st.lists(TERMS, max_size=12), megabytes=st.sampled_from([0, 1]))
def test_all_come_back_in_order(
    documents: list[dict[tuple[str, bytes], tuple[float, bytes | None]]], megabytes: int
) -> None:
    items: list[Posting] = [
        (field, word, number, weight, value)
        for number, terms in enumerate(documents)
        for (field, word), (weight, value) in terms.items()
    ]
    with tempfile.TemporaryDirectory() as name:
        pool = Runs(Path(name), megabytes=megabytes)
        for item in items:
            pool.add(item)
        assert pool.fieldnames == {item[0] for item in items}
        assert list(pool.iter_postings()) == sorted(items, key=lambda item: item[:3])
        assert list(pool.iter_postings()) == []
        pool.cleanup()


def test_runs_of_many_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PIECE_BYTES", 1)
    pool = Runs(tmp_path, megabytes=0)
    items: list[Posting] = [
        ("t", b"w%d" % (number % 7), number, 1.0, bytes([number])) for number in range(50)
    ]
    for item in items:
        pool.add(item)
    assert list(pool.iter_postings()) == sorted(items)


def test_nothing_is_left_on_the_disk(tmp_path: Path) -> None:
    pool = Runs(tmp_path, megabytes=0)
    for number in range(9):
        pool.add(("t", b"a", number, 1.0, b"x"))
    pool.cleanup()
    assert list(tmp_path.iterdir()) == []
