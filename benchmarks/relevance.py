"""How well hits are ordered: ``python -m benchmarks.relevance [--held-out]``.

nDCG@10 over the judged queries (gain 2^grade − 1) for this ranking, for flat BM25 over the whole
text with the same words, and for SQLite FTS5's bm25 (``porter unicode61``), in one run. The other
two are measured twice: over the decisions that have all words, as ``decisions search`` asks for
them, and over those that have any. "Our constants" is the flat ranking with the K1 and B of this
one: what is left is owed to places, nearness and standard wording. Intervals are 95% of a paired
bootstrap over queries.

Without ``--held-out`` only the half that may be tuned on is looked at.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from archive.config import Config, sqlite_url
from archive.opening import open_to_write
from archive.reader import open_texts
from archive.records import Decision, Page
from benchmarks.judged_corpus import COUNT, SEED, Judged, corpus
from benchmarks.judged_queries import QUERIES, Query
from search import scoring
from search.index import Index
from search.query import search
from search.request import SearchRequest
from search.words import words
from tests.specimens import SOURCE

DEPTH = 10
RESAMPLES = 10_000
K1, B = 1.2, 0.75
"""The usual constants of BM25, for the flat ranking."""

OURS = "this"
_QUOTED = re.compile(r'"([^"]*)"')

Ranking = Callable[[Query], Sequence[int]]
"""A query to the ids of decisions, best first, at most ``DEPTH``."""


def ndcg(grades: Sequence[int], all_grades: Sequence[int]) -> float:
    """Normalised discounted cumulative gain of the first ``DEPTH``."""
    best = _gain(sorted(all_grades, reverse=True)[:DEPTH])
    return _gain(grades[:DEPTH]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    gains = ((1 << grade) - 1 for grade in grades)
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def interval(differences: Sequence[float], seed: int = 1) -> tuple[float, float]:
    """95% of the means of samples drawn from these with replacement."""
    chance = random.Random(seed)
    count = len(differences)
    means = sorted(
        sum(differences[int(chance.random() * count)] for _ in range(count)) / count
        for _ in range(RESAMPLES)
    )
    return means[int(RESAMPLES * 0.025)], means[int(RESAMPLES * 0.975)]


def whole_text(decision: Decision) -> str:
    """Title, summary, headings and paragraphs, as a plain search would hold them."""
    pieces = [decision.title, decision.summary or ""]
    for section in decision.sections:
        pieces.append(section.heading)
        pieces.extend(paragraph.text for paragraph in section.paragraphs)
    return "\n".join(pieces)


class Flat:
    """BM25 over the whole text as one field, with the words of ``decisions search``."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._counts = {
            number: Counter(word.stem for word in words(text)) for number, text in texts.items()
        }
        self._lengths = {number: sum(count.values()) for number, count in self._counts.items()}
        self._mean = sum(self._lengths.values()) / len(texts)
        self._among: Counter[str] = Counter()
        for count in self._counts.values():
            self._among.update(count.keys())

    def rank(
        self, text: str, among: Sequence[int], constants: tuple[float, float] = (K1, B)
    ) -> list[int]:
        """The best of these, the lower id first where two are equal."""
        stems = {word.stem for word in words(text)}
        scores = {number: self._score(number, stems, constants) for number in among}
        return sorted(scores, key=lambda number: (-scores[number], number))[:DEPTH]

    def any_word(self, text: str) -> list[int]:
        """Decisions with at least one of the words."""
        stems = {word.stem for word in words(text)}
        return [number for number, count in self._counts.items() if stems & count.keys()]

    def _score(self, number: int, stems: set[str], constants: tuple[float, float]) -> float:
        k1, b = constants
        norm = k1 * (1 - b + b * self._lengths[number] / self._mean)
        total = 0.0
        for stem in stems:
            often = self._counts[number][stem]
            among = self._among[stem]
            idf = math.log(1 + (len(self._counts) - among + 0.5) / (among + 0.5))
            total += idf * often * (k1 + 1) / (often + norm)
        return total


class Fts5:
    """SQLite's own full-text search, one column, its own bm25."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE t USING fts5(text, tokenize='porter unicode61')"
        )
        self._database.executemany("INSERT INTO t(rowid, text) VALUES (?, ?)", texts.items())

    def rank(self, text: str, join: str) -> list[int]:
        """Phrases and words joined by AND or OR."""
        phrases = _QUOTED.findall(text)
        plain = re.findall(r"\w+", _QUOTED.sub(" ", text))
        quoted = (f'"{part}"' for part in (*phrases, *plain))
        found = self._database.execute(
            "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank, rowid LIMIT ?",
            (f" {join} ".join(quoted), DEPTH),
        )
        return [row[0] for row in found]

    def close(self) -> None:
        self._database.close()


def fill(home: Path, judged: Sequence[Judged]) -> tuple[Config, dict[int, Judged]]:
    """An archive and an index of the corpus, as ``decisions index`` makes them; by decision id."""
    config = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
    now = datetime(2026, 7, 1, tzinfo=UTC)
    by_id = {}
    with open_to_write(config, now=now, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        for one in judged:
            decision = one.decision()
            body = decision.reference.encode()
            page = Page.capture(url=decision.url, body=body, fetched_at=now)
            saved = archive.save_decision(source_id, decision, [archive.save_page(page)], at=now)
            by_id[saved.decision_id] = one
        archive.mark_boilerplate(now)
        Index(config.index_dir).follow(archive)
    return config, by_id


def measure(
    rankings: Mapping[str, Ranking], queries: Sequence[Query], by_id: Mapping[int, Judged]
) -> dict[str, dict[Query, float]]:
    """nDCG@10 by ranking and query."""
    found: dict[str, dict[Query, float]] = {name: {} for name in rankings}
    for query in queries:
        grades = {number: query.grade(one) for number, one in by_id.items()}
        for name, rank in rankings.items():
            ranked = [grades[number] for number in rank(query)]
            found[name][query] = ndcg(ranked, list(grades.values()))
    return found


def table(found: Mapping[str, Mapping[Query, float]], queries: Sequence[Query]) -> str:
    """A Markdown table of every query, then means and differences."""
    names = list(found)
    lines = [f"| kind | query | {' | '.join(names)} |", f"|---|---|{'---|' * len(names)}"]
    for query in queries:
        row = [f"{found[name][query]:.3f}" for name in names]
        best_other = max(found[name][query] for name in names if name != OURS)
        loss = " ▼" if found[OURS][query] < best_other - 0.0005 else ""
        lines.append(f"| {query.kind} | `{query.text}`{loss} | {' | '.join(row)} |")
    means = {name: sum(found[name].values()) / len(queries) for name in names}
    lines.append(f"| | **mean** | {' | '.join(f'**{means[name]:.3f}**' for name in names)} |")
    lines.append("")
    for name in names:
        if name == OURS:
            continue
        differences = [found[OURS][query] - found[name][query] for query in queries]
        low, high = interval(differences)
        mean = means[name] or 1.0
        lost = sum(difference < -0.0005 for difference in differences)
        won = sum(difference > 0.0005 for difference in differences)
        lines.append(
            f"against {name}: {100 * (means[OURS] / mean - 1):+.1f}% "
            f"(difference {means[OURS] - means[name]:+.3f}, 95% {low:+.3f} to {high:+.3f}); "
            f"better for {won}, worse for {lost} of {len(queries)}"
        )
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--held-out", action="store_true", help="look at the untouched half")
    chosen = options.parse_args()
    judged = corpus()
    print(f"{COUNT} invented decisions (seed {SEED}), {len(QUERIES)} queries")
    with tempfile.TemporaryDirectory() as home:
        config, by_id = fill(Path(home), judged)
        texts = {number: whole_text(one.decision()) for number, one in by_id.items()}
        flat = Flat(texts)
        index = Index(config.index_dir)
        with open_texts(config.database_url) as archive, closing(Fts5(texts)) as fts5:

            def ours(query: Query, limit: int | None = DEPTH) -> list[int]:
                request = SearchRequest(query.text, limit=limit, snippets=0)
                return [hit.decision_id for hit in search(index, request, archive).hits]

            rankings: dict[str, Ranking] = {
                OURS: ours,
                "flat, all words": lambda query: flat.rank(query.text, ours(query, None)),
                "flat, any word": lambda query: flat.rank(query.text, flat.any_word(query.text)),
                "flat, our constants": lambda query: flat.rank(
                    query.text, ours(query, None), (scoring.K1, scoring.B)
                ),
                "FTS5, all words": lambda query: fts5.rank(query.text, "AND"),
                "FTS5, any word": lambda query: fts5.rank(query.text, "OR"),
            }
            for held_out in (False, True)[: 1 + chosen.held_out]:
                queries = [query for query in QUERIES if query.held_out is held_out]
                print(f"\n## {'Held out' if held_out else 'Tuned on'}: {len(queries)} queries\n")
                print(table(measure(rankings, queries, by_id), queries))


if __name__ == "__main__":
    main()
