"""What may take long: searches, counts, coverage. Each a function of a home and its arguments.

They run in a process of their own (``search.web.workers``) that can be killed, so all that goes in
and comes out can be pickled, and each opens what it reads and closes it, but for the index
(``search.web.kept``). ``JOBS`` is all that such a process does.
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
from search.query import SearchResults
from search.request import SearchRequest
from search.web.kept import index_in, withdrawn_in

if TYPE_CHECKING:
    from archive.catalogue import Catalogue
    from archive.coverage_reader import Coverage
    from archive.figures.asking import Figures, Question
    from archive.figures.portrait import Portrait
    from archive.history import Event
    from archive.records import ChangeKind
    from archive.run_book import Crawl
    from archive.stats import Totals
    from search.changed import Changes
    from search.similar import Similar
    from search.tree import Node


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
        return self._texts.restricted() | withdrawn_in(self._texts)


def search(
    config: Config,
    request: SearchRequest,
    include_withdrawn: bool,
    wider: SearchRequest | None = None,
) -> SearchResults:
    """Hits and totals, as ``decisions search`` gives them, of what may be shown.

    ``wider`` is a request that finds more, to be counted along (``SearchResults.more``).
    """
    with open_texts(config.database_url) as texts:
        allowed = texts if include_withdrawn else TextsForOthers(texts)
        found, hits = querying.answer(index_in(config.index_dir), request, allowed, wider)
        found = replace(found, hits=tuple(hits))
    # How many hidden texts answer would tell, word by word, what stands in them.
    return replace(found, restricted=0)


def numbers(
    config: Config, request: SearchRequest, include_withdrawn: bool
) -> tuple[list[int], int]:
    """The numbers of all decisions that answer, in order, and how many changes the index lacks."""
    with open_texts(config.database_url) as texts:
        allowed = texts if include_withdrawn else TextsForOthers(texts)
        return querying.numbers(index_in(config.index_dir), request, allowed)


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


def catalogue(config: Config, source: str, include_withdrawn: bool) -> Catalogue:
    """Councils, providers and categories with counts of what is shown."""
    from archive.catalogue import read_catalogue
    from archive.opening import open_to_read

    with open_to_read(config) as archive:
        return read_catalogue(archive, source, withdrawn=include_withdrawn)


def near_bodies(
    config: Config, source: str, asked: str, include_withdrawn: bool
) -> tuple[str, ...]:
    """Councils and providers with a name near to a slug."""
    from archive.opening import open_to_read
    from search.web.slugs import near_bodies as near

    with open_to_read(config) as archive:
        return near(archive, source, asked, withdrawn=include_withdrawn)


def portrait(
    config: Config, question: Question, tables: tuple[tuple[str, ...], ...], today: date
) -> Portrait:
    """The figures and the newest decisions of one council or category."""
    from archive.figures.portrait import read_portrait
    from archive.opening import open_to_read

    with open_to_read(config) as archive:
        return read_portrait(archive, question, tables, today=today)


def events(
    config: Config,
    before: int | None,
    limit: int,
    kind: ChangeKind | None,
    body: str | None,
    include_withdrawn: bool,
) -> list[Event]:
    """The newest changes, as ``decisions changes`` tells them."""
    from archive.history import events_before
    from archive.opening import open_to_read

    with open_to_read(config) as archive:
        return events_before(
            archive, before, limit=limit, kind=kind, body=body, withdrawn=include_withdrawn
        )


def totals(config: Config, include_withdrawn: bool) -> Totals:
    """How much the archive holds, with the outcomes and councils of what is shown."""
    from archive.figures.reading import shown
    from archive.opening import open_to_read
    from archive.stats import totals as count

    with open_to_read(config) as archive:
        return count(archive.engine, shown(withdrawn=include_withdrawn))


def similar(
    config: Config, reference: str, number: int, request: SearchRequest, include_withdrawn: bool
) -> Similar:
    """Decisions like the one of that number, as ``decisions similar`` gives them."""
    from search.similar import similar_to

    with open_texts(config.database_url) as texts:
        allowed = texts if include_withdrawn else TextsForOthers(texts)
        return similar_to(index_in(config.index_dir), reference, number, request, allowed)


def listing(
    config: Config, request: SearchRequest, include_withdrawn: bool, most: int
) -> querying.Listing:
    """The first so many decisions that answer, in order, without their texts."""
    with open_texts(config.database_url) as texts:
        allowed = texts if include_withdrawn else TextsForOthers(texts)
        whole = replace(request, limit=most, offset=0)
        return querying.listing(index_in(config.index_dir), whole, allowed)


def changed(
    config: Config,
    asked: SearchRequest | Node,
    include_withdrawn: bool,
    before: int | None,
    limit: int,
) -> Changes:
    """What happened to the decisions that answer (``search.changed``)."""
    from archive.opening import open_to_read
    from search.changed import changed as changes_of

    with open_to_read(config) as archive, open_texts(config.database_url) as texts:
        return changes_of(
            archive,
            texts,
            index_in(config.index_dir),
            asked,
            before=before,
            limit=limit,
            withdrawn=include_withdrawn,
        )


def status(
    config: Config, include_withdrawn: bool
) -> tuple[Totals, Mapping[str, int], Crawl | None]:
    """What ``decisions status`` counts: totals, states of the list, the last crawl."""
    from archive.figures.reading import shown
    from archive.opening import open_to_read
    from archive.stats import totals

    with open_to_read(config) as archive:
        counts = totals(archive.engine, shown(withdrawn=include_withdrawn))
        return counts, archive.listings.count_states(), archive.runs.last()


JOBS: Mapping[str, Job] = {
    "search": Job(search, 2.0),
    "numbers": Job(numbers, 2.0),
    "listing": Job(listing, 2.0),
    "similar": Job(similar, 2.0),
    "changed": Job(changed, 2.0),
    "status": Job(status, 10.0),
    "figures": Job(figures, 10.0),
    "coverage": Job(coverage, 10.0),
    "catalogue": Job(catalogue, 10.0),
    "near_bodies": Job(near_bodies, 5.0),
    "portrait": Job(portrait, 20.0),
    "events": Job(events, 5.0),
    "totals": Job(totals, 10.0),
}
"""By name."""
