"""Do both evaluations say the same? Random archives with a past, random queries, both indexes.

    python -m benchmarks.equivalence [--queries 10000] [--each 200] [--seed 1]

Each archive of invented decisions goes through a past of its own: batches added, decisions amended,
marked, withdrawn, erased, segments merged. It is followed by two indexes, one of Whoosh's own codec
asked along its posting lists (``search.matching``), one of ours asked on whole arrays
(``search.arrays``). ``--each`` queries are put to both, and everything a search takes from an
evaluation is compared: which decisions, their scores (to 1e-5), what ranking adds, order, facets,
what is explained. The first difference ends the run with 1 and says how to have it again.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from archive.records import Decision, SectionKind
from search import ranking
from search.arrays import evaluation, hits, pieces, standing
from search.arrays.evaluation import Arrays
from search.codec import word_fields
from search.codec.coding import BLOCK
from search.evaluate import Evaluation, Hits, over
from search.facets import count
from search.index import Index
from search.matching import Matching
from search.opening import OpenIndex
from search.query import ORDERS
from search.ranking import explained, rank
from search.schema import ARRAYS, STOCK
from search.suggest import suggestions
from search.tree import (
    And,
    Filter,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    understood,
    wanted,
)
from search.words import stem, words
from tests.plain_reading import some_decisions, trees
from tests.search_fakes import FakeArchive, decision

TOLERANCE = 1e-5
FACETS = ("body", "category", "subcategory", "outcome", "kind", "year")
SHOWN = 7

K = SectionKind

ODD = [
    *("ﬁne Ofﬁce", "CAFÉ café", "naïve co\u00adoperate", "x" * 80, "12.50 £12.00 £1,950"),
    *("s.42 ss 26 and 27", "24A(6)", "don't Council's councils", "𝔘pper ½ ²", "a-b-c/d", "§ 31"),
    *("24 001 002 and 24001002", "Mr. X said. Mr Y did!", "", "   ", "…", "zero\u200bwidth"),
    *("日本語 テスト", "¶ ¶. *"),
]
"""Texts that are not plain words."""

_ODD_WORDS = sorted({word.exact for text in ODD for word in words(text)})
more_leaves: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from(_ODD_WORDS).map(lambda text: Word(text, stem(text))),
    st.lists(st.sampled_from(_ODD_WORDS), min_size=1, max_size=3).map(lambda w: Phrase(tuple(w))),
    st.sampled_from(["c", "x", "late", "often", "2", "£", "日", "zzz"]).map(Prefix),
    st.sampled_from(["coucil", "offten", "lateer", "distant"]).map(Fuzzy),
    st.sampled_from(["often", "distant", "nowhere"]).map(lambda text: Word(text, stem(text))),
    st.sampled_from(["often often", "distant often", "late often late"]).map(
        lambda text: Phrase(tuple(text.split()))
    ),
    st.builds(
        Near,
        st.lists(st.sampled_from(["late", "often", "x", "distant"]), min_size=3, max_size=3).map(
            lambda texts: tuple(Word(text, stem(text)) for text in texts)
        ),
        st.sampled_from([2, 5, 100, "p", "s"]),
    ),
    st.sampled_from([Filter("body", "ambleford-council"), Filter("status", "withdrawn")]),
    st.sampled_from([Filter("act", "care act"), Filter("source", "lgsco"), Filter("ref", "none")]),
)
queries: st.SearchStrategy[Node] = st.one_of(
    trees,
    trees,
    more_leaves,
    st.lists(st.one_of(more_leaves, trees), min_size=2, max_size=4).map(lambda n: And(tuple(n))),
    st.lists(st.one_of(more_leaves, trees), min_size=2, max_size=4).map(lambda n: Or(tuple(n))),
    more_leaves.map(Not),
    st.sampled_from([("late", "x"), ("delay", "late", "often"), ("council", "x", "late")]).map(
        lambda texts: And(tuple(Word(text, stem(text)) for text in texts))
    ),
)
"""Trees of all kinds of node, with the words of ``PUNCTUATED`` and the odd ones."""


def strange(chance: random.Random) -> list[Decision]:
    """Decisions at the edges of what a format may have taken for granted."""
    long = " ".join(chance.choice(("late", "x", "y", "often", "often")) for _ in range(17_000))
    return [
        decision("25 001 001", summary=None, sections={}),
        decision("25 001 002", summary="", sections={K.ANALYSIS: [""]}, body="Often Trust"),
        decision("25 001 003", sections={K.BACKGROUND: [long, "distant late"], K.REMEDY: [long]}),
        decision("25 001 004", summary="often " * 300, sections={K.ANALYSIS: ["often. " * 70_000]}),
        decision("25 001 005", summary=" ".join(ODD), sections={K.POWERS: ODD, K.ANALYSIS: ODD}),
        decision("25 001 006", sections={K.ANALYSIS: ["x"] * 700}, category="", subcategory=""),
    ]


@contextmanager
def both(number: int, folder: Path, *, size: int = 60) -> Iterator[tuple[OpenIndex, OpenIndex]]:
    """The two indexes of archive ``number``, opened: Whoosh's own codec, and ours."""
    chance = random.Random(number)
    invented = some_decisions(size, number)
    some = strange(chance)
    invented += chance.sample(some, chance.randrange(len(some) + 1))
    chance.shuffle(invented)
    indexes = {codec: Index(folder / codec) for codec in (STOCK, ARRAYS)}
    archive = FakeArchive()
    steps = chance.randrange(1, 5)
    for step in range(steps):
        batch = invented[step * len(invented) // steps : (step + 1) * len(invented) // steps]
        for one in batch:
            archive.add(one)
        if step:
            _touch(archive, chance)
        for codec, index in indexes.items():
            index.follow(archive) if step else index.rebuild(archive, codec=codec)
    if chance.random() < 0.2:
        for index in indexes.values():
            index.optimize(archive)
    with ExitStack() as stack:
        opened = [index._open() for index in indexes.values()]
        for held in opened:
            stack.callback(held.close)
        yield opened[0], opened[1]


def _touch(archive: FakeArchive, chance: random.Random) -> None:
    for number in chance.sample(sorted(archive.kept), min(len(archive.kept), 8)):
        match chance.randrange(6):
            case 0 | 1:
                archive.amend(number, summary=chance.choice(["late x", "often", None, *ODD]))
            case 2 | 3:
                marks = {f"p{ordinal}": 0.5 for ordinal in range(1, chance.randrange(2, 6))}
                archive.mark(number, **marks)
            case 4:
                archive.withdraw(number)
            case _:
                if chance.random() < 0.5:
                    archive.erase(number)


def evaluations(
    opened: tuple[OpenIndex, OpenIndex], hidden: Sequence[int] = ()
) -> tuple[Matching, Arrays]:
    """The reference over Whoosh's own codec, and ours over ours."""
    stock, arrays = over(opened[0], hidden), over(opened[1], hidden)
    if not isinstance(stock, Matching) or not isinstance(arrays, Arrays):
        raise TypeError(f"these were to be compared: {type(stock)} and {type(arrays)}")
    return stock, arrays


def difference(one: Evaluation[Any], other: Evaluation[Any], node: Node) -> str | None:
    """What differs between two evaluations of a query, in words; None where nothing does."""
    hits, others = one.scores(node), other.scores(node)
    if why := _unlike(hits, others):
        return why
    ranked, also = rank(one, node, hits), rank(other, node, others)
    for name, a, b in (
        ("ranked", ranked.hits, also.hits),
        ("side by side", ranked.exact, also.exact),
        ("leading", ranked.leading, also.leading),
    ):
        if (a is None) != (b is None) or (a is not None and b is not None and _unlike(a, b)):
            return f"{name}: {a} and {b}"
    order = ranked.ordered(one, None)
    if why := _order(ranked.hits, order, also.ordered(other, None)):
        return why
    if also.ordered(other, SHOWN) != also.ordered(other, None)[:SHOWN]:
        return "the first hits are not the first of all"
    for columns in ORDERS.values():
        for limit in (None, SHOWN):
            if one.ordered(hits, columns, limit) != other.ordered(others, columns, limit):
                return f"order by {columns}, {limit} hits"
    for field in ("number", "day", "remedy"):
        if one.column(field, hits) != other.column(field, others):
            return f"the column {field}"
    if count(one, node, hits, FACETS) != count(other, node, others, FACETS):
        return "facets"
    if one.hidden_among(node) != other.hidden_among(node):
        return "hidden ones among the hits"
    told, told_also = (
        explained(asked, node, found, order[:SHOWN])
        for asked, found in ((one, ranked), (other, also))
    )
    if told[0] != told_also[0]:
        return f"terms: {told[0]} and {told_also[0]}"
    for doc, parts in told[1].items():
        for part, same in zip(parts, told_also[1][doc], strict=True):
            if (
                part._replace(score=0) != same._replace(score=0)
                or abs(part.score - same.score) > 2e-4
            ):
                return f"explained: {part} and {same}"
    for leaf, _ in wanted(node):
        if one.forms(leaf) != other.forms(leaf):
            return f"forms of {understood(leaf)}"
    if suggestions(one, node, len(hits)) != suggestions(other, node, len(others)):
        return "suggestions"
    return None


def _unlike(hits: Hits, others: Hits) -> str | None:
    if set(hits) != set(others):
        return f"documents: {sorted(set(hits) ^ set(others))} are in one answer only"
    worst = max((abs(hits[doc] - others[doc]) for doc in hits), default=0.0)
    return f"scores: {worst:.2e} apart" if worst > TOLERANCE else None


def _order(hits: Hits, order: Sequence[int], other: Sequence[int]) -> str | None:
    """Order may differ where scores do by less than can be told apart."""
    for one, two in zip(order, other, strict=True):
        if one != two and abs(hits[one] - hits[two]) > TOLERANCE:
            return f"order: {one} and {two}"
    return None


@contextmanager
def as_if_large() -> Iterator[None]:
    """With the ways that are taken only where there is much to look through, for small archives."""
    held = [(module, name, getattr(module, name)) for module, name, _ in LARGE]
    for module, name, value in LARGE:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in held:
            setattr(module, name, value)


LARGE = (
    (pieces, "WORTH", 0),
    (ranking, "FOREMOST", 7),
    (hits, "FEW", 0),
    (evaluation, "FEW", 0),
    (standing, "FEW_OF_TERM", 0),
    (standing, "UNLIKE", 0),
    (standing, "RARE", 0),
    (word_fields, "FEW", 1),
    (word_fields, "WORTH_PICKING", BLOCK),
)


def ask(number: int, times: int, folder: Path) -> None:
    """Put ``times`` queries to the indexes of archive ``number``. Raises AssertionError.

    Archives of odd numbers are treated as if they were large.
    """
    with both(number, folder) as opened, as_if_large() if number % 2 else nullcontext():
        _same(number, times - times // 4, *evaluations(opened))
        _same(number, times // 4, *evaluations(opened, hidden=(3, 5, 11)))


def _same(number: int, times: int, one: Matching, other: Arrays) -> None:
    @settings(
        max_examples=max(1, times),
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @seed(number)
    @given(queries)
    def same(node: Node) -> None:
        if why := difference(one, other, node):
            raise AssertionError(f"archive {number}, {understood(node)}: {why}")

    same()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--queries", type=int, default=10_000)
    options.add_argument("--each", type=int, default=200, help="queries to one archive")
    options.add_argument("--seed", type=int, default=1, help="the first archive's number")
    chosen = options.parse_args()
    begin = time.monotonic()
    asked, number = 0, chosen.seed
    while asked < chosen.queries:
        times = min(chosen.each, chosen.queries - asked)
        with tempfile.TemporaryDirectory() as folder:
            try:
                ask(number, times, Path(folder))
            except AssertionError as error:
                print(f"{error}\nagain: --seed {number} --queries {times} --each {chosen.each}")
                return 1
        asked, number = asked + times, number + 1
        print(f"{asked:,} queries, {number - chosen.seed} archives: no difference", flush=True)
    print(f"{time.monotonic() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
