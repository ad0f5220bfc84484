"""Does a search find what a plain reading finds? As many random queries as one likes.

    python benchmarks/agreement.py --queries 2000

Makes archives of invented decisions at random, asks each of them random queries (words, phrases,
beginnings, spellings, nearness, sections of Acts, references, fields, ranges, AND, OR, NOT, parts)
and holds every answer against ``tests/plain_reading.py``, which tries every place in every text.
The same test runs with the suite on fewer queries. Exit code 1 when any answer differs; the query
is printed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from search.index import Index
from search.query import search
from search.request import SearchRequest
from search.tree import Node, understood
from tests.plain_reading import plainly, some_decisions, trees
from tests.search_fakes import FakeArchive

PER_ARCHIVE = 200


def random_trees(number: int) -> list[Node]:
    """Queries at random, other ones for every number."""
    found: list[Node] = []

    @seed(number)
    @settings(
        max_examples=PER_ARCHIVE,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tree=trees)
    def collect(tree: Node) -> None:
        found.append(tree)

    collect()
    return found


def compare(queries: int, decisions: int, first_seed: int, home: Path) -> tuple[Counter[str], int]:
    """What was found: queries by kind of their outermost part, and how many found something."""
    kinds: Counter[str] = Counter()
    found_some = 0
    asked: set[Node] = set()
    round_number = 0
    while len(asked) < queries:
        archive = FakeArchive(*some_decisions(decisions, first_seed + round_number))
        index = Index(home / str(round_number))
        index.follow(archive)
        for tree in random_trees(first_seed + round_number):
            if tree in asked or len(asked) == queries:
                continue
            asked.add(tree)
            kinds[type(tree).__name__] += 1
            hits = search(
                index, SearchRequest(understood(tree), limit=None, snippets=0), archive
            ).hits
            got = {hit.decision_id for hit in hits}
            expected = {
                number
                for number, stored in archive.kept.items()
                if plainly(stored.decision, tree, ())
            }
            found_some += bool(expected)
            if got != expected:
                raise AssertionError(
                    f"{understood(tree)}\n  too many: {sorted(got - expected)}\n"
                    f"  too few: {sorted(expected - got)}\n  seed {first_seed + round_number}"
                )
        round_number += 1
    return kinds, found_some


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=2000, help="different queries to ask")
    parser.add_argument("--decisions", type=int, default=40, help="decisions in each archive")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        try:
            kinds, some = compare(options.queries, options.decisions, options.seed, Path(home))
        except AssertionError as error:
            print(f"DIFFERENT: {error}")
            return 1
    told = ", ".join(f"{name} {count:,}" for name, count in kinds.most_common())
    print(
        f"{options.queries:,} different queries ({told}), {some:,} of which find something: "
        f"no difference ({time.monotonic() - started:.0f} s)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
