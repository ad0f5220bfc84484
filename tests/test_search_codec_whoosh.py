"""Whoosh's own fields, queries and scorers over our codec answer as they do over the stock one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields, query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.scoring import BM25F, TF_IDF, Frequency

from search.codec.writer import ArrayWriter

WORDS = ["apple", "apples", "pear", "peach", "plum", "fig", "lime", "lemon", "melon", "kiwi"]


REPLACED = {"text": "pear and plum"}


def documents(count: int) -> list[dict[str, Any]]:
    draw = random.Random(11)
    found = []
    for number in range(count):
        made: dict[str, Any] = {"key": f"k{number:03}", "number": number % 17, "day": number}
        if number % 5:
            made["text"] = " ".join(draw.choices(WORDS, range(1, 11), k=draw.randrange(1, 400)))
        if number % 3:
            made["tags"] = " ".join(draw.sample(WORDS, 3))
        found.append(made)
    return found


def empty(folder: Path) -> FileIndex:
    folder.mkdir()
    schema = fields.Schema(
        key=fields.ID(unique=True, stored=True),
        text=fields.TEXT(stored=True),
        tags=fields.KEYWORD(scorable=True),
        number=fields.NUMERIC,
        day=fields.NUMERIC(sortable=True),
    )
    return FileIndex.create(FileStorage(str(folder)), schema, "TEST")


def make(folder: Path, writer: Any) -> FileIndex:
    """Three commits, some documents replaced and one deleted."""
    index = empty(folder)
    every = documents(90)
    for low, high in ((0, 40), (40, 41), (41, 90)):
        with_one = writer(index)
        for made in every[low:high]:
            with_one.add_document(**made)
        with_one.commit(merge=False)
    with_one = writer(index)
    for made in every[10:20]:
        with_one.update_document(**(made | REPLACED))
    with_one.delete_by_term("key", "k050")
    with_one.commit(merge=False)
    return index


def make_at_once(folder: Path) -> FileIndex:
    """What is left of that, written in one go (in a merge Whoosh's own codec rounds lengths)."""
    index = empty(folder)
    writer = index.writer(compound=False)
    for number, made in enumerate(documents(90)):
        if number != 50:
            writer.add_document(**(made | (REPLACED if 10 <= number < 20 else {})))
    writer.commit()
    return index


QUERIES = [
    query.Term("text", "apple"),
    query.Term("text", "nothing"),
    query.And([query.Term("text", "pear"), query.Term("tags", "fig")]),
    query.Or([query.Term("text", "fig"), query.Term("text", "lime"), query.Term("tags", "plum")]),
    query.Not(query.Term("text", "kiwi")),
    query.AndNot(query.Term("text", "pear"), query.Term("text", "fig")),
    query.Phrase("text", ["melon", "kiwi"]),
    query.Phrase("text", ["kiwi", "lemon"], slop=3),
    query.Prefix("text", "ap"),
    query.Wildcard("text", "*l*m*"),
    query.FuzzyTerm("text", "plim"),
    query.TermRange("text", "fig", "lime"),
    query.NumericRange("number", 3, 9),
    query.NumericRange("day", None, 44),
    query.Every(),
    query.DisjunctionMax([query.Term("text", "pear"), query.Term("text", "plum")]),
]


@pytest.fixture(scope="module", params=["several segments", "one segment"])
def both(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[FileIndex, FileIndex]:
    folder = tmp_path_factory.mktemp("both")
    ours = make(folder / "ours", ArrayWriter)
    if request.param == "several segments":
        return ours, make(folder / "stock", lambda index: index.writer(compound=False))
    ArrayWriter(ours).commit(optimize=True)
    return ours, make_at_once(folder / "stock")


@pytest.mark.parametrize("scorer", [BM25F, TF_IDF, Frequency])
@pytest.mark.parametrize("asked", QUERIES, ids=repr)
def test_the_same_hits_with_the_same_scores(
    both: tuple[FileIndex, FileIndex], asked: Any, scorer: Any
) -> None:
    answers = []
    for index in both:
        with index.searcher(weighting=scorer()) as searcher:
            hits = searcher.search(asked, limit=None)
            answers.append({hit["key"]: (hit.score, hit.get("text")) for hit in hits})
            few = searcher.search(asked, limit=3)
            assert sorted(hit.score for hit in few) == pytest.approx(
                sorted(score for score, _ in answers[-1].values())[-3:]
            )
    ours, stock = answers
    assert ours.keys() == stock.keys()
    for key, (score, text) in ours.items():
        assert text == stock[key][1]
        assert score == pytest.approx(stock[key][0], rel=1e-5)


def test_the_same_words_counts_and_order(both: tuple[FileIndex, FileIndex]) -> None:
    answers = []
    for index in both:
        with index.searcher() as searcher:
            reader = searcher.reader()
            by_day = searcher.search(query.Every(), sortedby="day", reverse=True, limit=None)
            answers.append(
                (
                    list(reader.all_terms()),
                    [
                        (reader.frequency(*term), reader.doc_frequency(*term))
                        for term in reader.all_terms()
                    ],
                    reader.field_length("text"),
                    reader.doc_count(),
                    [hit["key"] for hit in by_day],
                    list(reader.terms_within("text", "aple", 1)),
                )
            )
    assert answers[0] == answers[1]
