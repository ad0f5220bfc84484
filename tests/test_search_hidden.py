"""What stands in a text that is not passed on changes no answer, not even a score."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from archive.records import SectionKind
from search.index import Index
from search.query import search
from search.request import SearchRequest, Sort
from tests.search_fakes import FakeArchive, decision

WORDS = "zyzzyva walrus quokka"


def _archive(hidden_text: str, rare: str) -> FakeArchive:
    texts = [
        f"A {rare} sat beside the walrus.",
        hidden_text,
        "The walrus and the quokka were late.",
        "Nothing here but a council.",
        f"A walrus, a walruses' friend and one {rare} walrus more.",
    ]
    archive = FakeArchive(
        *(
            decision(f"24 001 00{n}", sections={SectionKind.FINDINGS: [text]})
            for n, text in enumerate(texts)
        )
    )
    archive.hidden = {2}
    return archive


def _answer(
    home: Path, codec: str, hidden_text: str, rare: str, request: SearchRequest
) -> dict[str, Any]:
    archive = _archive(hidden_text, rare)
    index = Index(home)
    index.rebuild(archive, codec=codec)
    shape = asdict(search(index, request, archive))
    for name in ("took_ms", "restricted"):
        shape.pop(name)
    return shape


@pytest.mark.parametrize("codec", ["arrays", "stock"])
@pytest.mark.parametrize(
    "query",
    [
        "zyzzyva",
        "zyzzyva walrus",
        '"zyzzyva walrus"',
        "zyz*",
        "zyzzyvo~",
        "zyzzyva OR quokka",
        '"zyzzyva walrus"~8',
        "findings:zyzzyva",
        "zyzzyvas",
        "zyzyva",
    ],
)
@pytest.mark.parametrize("rare", ["zyzzyva", "badger"])
def test_an_answer_tells_nothing_of_a_hidden_text(
    tmp_path: Path, codec: str, query: str, rare: str
) -> None:
    request = SearchRequest(query=query, sort=Sort.RELEVANCE, explain=True)
    with_words = _answer(tmp_path / "one", codec, f"{WORDS} one two", rare, request)
    without = _answer(tmp_path / "other", codec, "alpha beta gamma one two", rare, request)
    assert with_words == without
