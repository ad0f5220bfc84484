"""Our own index behind the calls of the search benchmark, and invented decisions as its archive.

A module of its own, so that a cold question to another engine does not pay for importing it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from archive.ports import ParagraphRow
from archive.records import (
    Change,
    ChangeKind,
    Decision,
    DecisionKind,
    Outcome,
    Paragraph,
    Remedy,
    Section,
    SectionKind,
    Status,
    StoredDecision,
)
from benchmarks.search_corpus import Made, title
from benchmarks.search_engines import (
    FACETS,
    FILTER_CATEGORY,
    FILTER_DAYS,
    FILTER_OUTCOME,
    Question,
)
from search.index import Index
from search.query import answer
from search.request import SearchRequest, Sort

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def stored(made: Made) -> StoredDecision:
    """The decision as the archive would give it to the index."""
    ordinal = 0
    sections = []
    for position, (kind, heading, paragraphs) in enumerate(made["sections"], 1):
        numbered = tuple(
            Paragraph(ordinal + place, ordinal + place, None, 0, text)
            for place, text in enumerate(paragraphs, 1)
        )
        ordinal += len(numbered)
        parent = 4 if kind in ("background", "analysis") else None
        sections.append(Section(SectionKind(kind), heading, position, parent, numbered))
    remedies = () if made["remedy"] is None else (_remedy(made["remedy"]),)
    day = date.fromisoformat(made["day"])
    decision = Decision(
        source="lgsco",
        reference=made["reference"],
        url=f"https://example.org/decisions/{made['id']}",
        title=title(made),
        body=made["body"],
        category=made["category"],
        subcategory="Other",
        category_raw=f"{made['category']} > Other",
        kind=DecisionKind.STATEMENT,
        outcome=Outcome(made["outcome"]),
        outcome_raw=made["outcome"],
        decided_on=day,
        decided_on_raw=made["day"],
        summary=made["summary"],
        satisfied_on=None,
        satisfied_on_raw=None,
        sections=tuple(sections),
        findings=(),
        text_sha256="0" * 64,
        parser_version="1",
        remedies=remedies,
    )
    return StoredDecision(made["id"], decision, "0" * 64, Status.LIVE, None, NOON, NOON, 1)


def _remedy(pence: int) -> Remedy:
    return Remedy(
        section=7, paragraph=1, char_start=0, char_end=1, kind="payment", amount_pence=pence,
        rate_pence=None, rate_period=None, share_percent=None, payee=None, is_total=False,
        deadline=None, raw="", rule="",
    )  # fmt: skip


@dataclass
class Log:
    """An archive's change log over decisions that are read once."""

    made: Iterable[Made]
    first: int
    last: int
    archive_id: str = "benchmark"
    epoch: str = "benchmark"

    def last_change_id(self) -> int:
        return self.last

    def changes(self, since: int) -> Iterator[Change]:
        for number in range(since + 1, self.last + 1):
            yield Change(number, number, ChangeKind.ADDED, NOON, 1)

    def stored(self, decision_ids: Sequence[int]) -> Iterator[StoredDecision]:
        wanted = set(decision_ids)
        return (stored(made) for made in self.made if made["id"] in wanted)

    def stored_all(self) -> Iterator[StoredDecision]:
        return map(stored, self.made)


@dataclass
class NoTexts:
    """The archive's identity and no texts: only the index is measured."""

    last: int

    def renamed(self, spelling: str) -> str | None:
        return None

    def restricted(self) -> frozenset[int]:
        return frozenset()

    def identity(self) -> tuple[str, str, int]:
        return "benchmark", "benchmark", self.last

    def decisions(self, decision_ids: Sequence[int]) -> Mapping[int, Mapping[str, object]]:
        return {}

    def paragraphs(self, decision_ids: Sequence[int]) -> Mapping[int, Sequence[ParagraphRow]]:
        return {}

    def close(self) -> None:
        pass


class Ours:
    """``search.index`` as it is."""

    def __init__(self, folder: Path, count: int, jobs: int = 1) -> None:
        # What the other engines are has been imported too by the time a clock runs.
        from search.arrays import evaluation  # noqa: F401
        from search.codec import writer  # noqa: F401

        self._index = Index(folder, keep=True)
        self._count = count
        self._jobs = jobs

    def build(self, made: Iterable[Made]) -> None:
        self._index.rebuild(Log(made, 0, self._count), jobs=self._jobs)

    def add(self, made: Iterable[Made]) -> None:
        more = list(made)
        self._index.follow(Log(more, self._count, self._count + len(more)))

    def open(self) -> None:
        pass

    def ask(self, question: Question) -> int | None:
        results, hits = answer(self._index, self._request(question), NoTexts(self._count))
        list(hits)
        return results.total

    def _request(self, question: Question) -> SearchRequest:
        words = {
            "phrase": f'"{question.words}"',
            "prefix": f"{question.words}*",
            "fuzzy": f"{question.words}~",
        }.get(question.kind, question.words)
        request = SearchRequest(
            words,
            snippets=0,
            limit=1 if question.kind == "count" else 10,
            sort=Sort.NEWEST if question.kind == "newest" else Sort.RELEVANCE,
            facets=FACETS if question.kind == "facets" else (),
        )
        if not question.filters:
            return request
        return SearchRequest(
            words,
            snippets=0,
            outcomes=(FILTER_OUTCOME,),
            categories=(FILTER_CATEGORY,),
            first=FILTER_DAYS[0],
            last=FILTER_DAYS[1],
        )

    def close(self) -> None:
        self._index.close()
