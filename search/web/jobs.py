"""What may take long: searches, counts, coverage. Each a function of a home and its arguments.

They run in a process of their own (``search.web.workers``) that can be killed, so all that goes in
and comes out can be pickled, and each opens what it reads and closes it. ``JOBS`` is all that such
a process does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from archive.config import Config
from archive.ports import ParagraphRow
from archive.reader import HitTexts, open_texts
from search import query as querying
from search.index import Index
from search.query import SearchResults
from search.request import SearchRequest

if TYPE_CHECKING:
    from archive.coverage_reader import Coverage
    from archive.figures.asking import Figures, Question
    from search.similar import Similar


@dataclass(frozen=True, slots=True)
class Job:
    """``seconds`` is how long it may take before it is given up."""

    work: Callable[..., Any]
    seconds: float


class TextsForOthers:
    """Meets ``ports.HitText``; what is not passed on to others is hidden as restricted texts are.

    Not only the hits: no count, no word list and no suggestion may tell what stands in a text that
    was withdrawn.
    """

    def __init__(self, texts: HitTexts) -> None:
        self._texts = texts
        self.decisions = texts.decisions
        self.identity = texts.identity
        self.renamed = texts.renamed
        self.close = texts.close

    def paragraphs(self, decision_ids: Sequence[int]) -> Mapping[int, Sequence[ParagraphRow]]:
        return self._texts.paragraphs(decision_ids)

    def restricted(self) -> frozenset[int]:
        return self._texts.restricted() | self._texts.withdrawn()


def search(config: Config, request: SearchRequest, include_withdrawn: bool) -> SearchResults:
    """Hits and totals, as ``decisions search`` gives them, of what may be shown."""
    with open_texts(config.database_url) as texts:
        allowed = texts if include_withdrawn else TextsForOthers(texts)
        found = querying.search(Index(config.index_dir), request, allowed)
    # How many hidden texts answer would tell, word by word, what stands in them.
    return replace(found, restricted=0)


def numbers(
    config: Config, request: SearchRequest, include_withdrawn: bool
) -> tuple[list[int], int]:
    """The numbers of all decisions that answer, in order, and how many changes the index lacks."""
    with open_texts(config.database_url) as texts:
        allowed = texts if include_withdrawn else TextsForOthers(texts)
        return querying.numbers(Index(config.index_dir), request, allowed)


def similar(
    config: Config, reference: str, request: SearchRequest, include_withdrawn: bool
) -> Similar:
    """Decisions like the one of that reference, as ``decisions similar`` gives them."""
    from search.similar import similar as alike

    with open_texts(config.database_url) as texts:
        allowed = texts if include_withdrawn else TextsForOthers(texts)
        return alike(Index(config.index_dir), reference, request, allowed)


def figures(config: Config, question: Question, today: date) -> Figures:
    """The counts that ``decisions stats`` gives."""
    from archive.opening import open_to_read

    with open_to_read(config) as archive:
        return archive.figures(question, today=today)


def coverage(config: Config, source: str | None, today: date) -> Coverage:
    """What is listed and held by month, as ``decisions coverage`` gives it."""
    from archive.coverage_reader import read_coverage
    from archive.opening import open_to_read

    with open_to_read(config) as archive:
        return read_coverage(archive, source, today=today)


JOBS: Mapping[str, Job] = {
    "search": Job(search, 2.0),
    "numbers": Job(numbers, 2.0),
    "similar": Job(similar, 4.0),
    "figures": Job(figures, 10.0),
    "coverage": Job(coverage, 10.0),
}
"""By name."""
