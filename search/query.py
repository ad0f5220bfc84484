"""A search from request to results: plain dataclasses in, plain dataclasses out.

Parses, works out which decisions answer, puts them in order, reads the texts of the few that are
shown, and marks them. Totals are exact. An index that cannot be used, or is of another archive, is
an error that names the command, never a silent zero. Nothing is written.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from archive.ports import HitText
from archive.records import reference_key
from search.errors import IndexUnusable, QueryError
from search.evaluate import Evaluation, Scores
from search.fields import FIELDS
from search.index import Index, OpenIndex
from search.parse import MOST_TERMS, as_reference, parse, phrase, plain
from search.snippets import Marker, Snippet, best
from search.tree import (
    And,
    Days,
    Everything,
    Filter,
    Money,
    Node,
    Not,
    Or,
    Reference,
    Scoped,
    has_text,
    side_by_side,
    understood,
    wanted,
)
from search.words import words

MOST_HITS = 1000
"""The most hits shown at once."""


class Sort(StrEnum):
    """The order of hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked. Several values of one filter mean any of them; filters all apply.

    ``sections`` are regions of ``search.schema`` (kinds of section, ``title``, ``summary``,
    ``heading``): the words must stand there. Dates include both ends; remedies are in pence.
    """

    query: str = ""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    remedy_min: int | None = None
    remedy_max: int | None = None
    sort: Sort = Sort.RELEVANCE
    limit: int = 10
    offset: int = 0
    snippets: int = 2


@dataclass(frozen=True, slots=True)
class Hit:
    """One decision found. Header fields are as the archive has them; the score has no unit."""

    decision_id: int
    source: str
    reference: str
    title: str
    body: str
    category: str | None
    subcategory: str | None
    outcome: str
    outcome_raw: str
    decided_on: str
    kind: str
    status: str
    status_since: str | None
    url: str
    score: float
    exact: bool
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The answer. ``exact_total`` counts hits with the words side by side, None where the query
    has no two plain words; ``indexed`` is how many decisions were searched; ``behind`` how many
    changes of the archive the index has not got yet."""

    query: str
    understood: str
    total: int
    exact_total: int | None
    took_ms: float
    hits: tuple[Hit, ...]
    indexed: int = 0
    behind: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """What the index gave: the ordered ids of the hits asked for, with score and exactness."""

    node: Node
    total: int
    exact_total: int | None
    hits: list[tuple[int, float, bool]] = field(default_factory=list)
    indexed: int = 0
    cursor: int = 0


def search(index: Index, request: SearchRequest, texts: HitText) -> SearchResults:
    """Answer a request. Raises QueryError and IndexUnusable."""
    started = time.perf_counter()
    node = read(request)
    archive_id, epoch, last_change = texts.identity()

    def work(opened: OpenIndex) -> _Found:
        manifest = opened.manifest
        if (manifest.archive_id, manifest.epoch) != (archive_id, epoch):
            raise IndexUnusable(
                "The search index belongs to another archive, or to a time before a backup was "
                "restored. Run: decisions index"
            )
        return _find(opened, request, node)

    found = index.read(work)
    marker = Marker(found.node)
    hits = _hits(found, marker, texts, request.snippets)
    return SearchResults(
        query=_as_asked(request),
        understood=describe(found.node),
        total=found.total,
        exact_total=found.exact_total,
        took_ms=round((time.perf_counter() - started) * 1000, 1),
        hits=hits,
        indexed=found.indexed,
        behind=max(0, last_change - found.cursor),
    )


def read(request: SearchRequest) -> Node:
    """The whole request as one tree: query, phrases, and filters. Raises QueryError."""
    parts: list[Node] = []
    node = parse(request.query)
    if not isinstance(node, Everything):
        parts.extend(node.items if isinstance(node, And) else (node,))
    parts.extend(phrase(text) for text in request.phrases)
    parts.extend(Not(plain(text)) for text in request.without)
    if sum(1 for part in parts for _ in wanted(part)) > MOST_TERMS:
        raise QueryError(f"The query has more than {MOST_TERMS} words.")
    if request.sections:
        parts = [_in_sections(parts, request.sections)]
    try:
        parts.extend(_filters(request))
    except ValueError as error:
        raise QueryError(f"{error}.") from None
    if not parts:
        return Everything()
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def describe(node: Node) -> str:
    """The tree in the query language, for a person."""
    return "all decisions" if isinstance(node, Everything) else understood(node)


def _in_sections(parts: Sequence[Node], sections: Sequence[str]) -> Node:
    both = parts[0] if len(parts) == 1 else And(tuple(parts))
    if has_text(both):
        return Scoped(both, tuple(sections))
    has = _any_of([Filter("has", name) for name in sections])
    return And((*parts, has)) if parts else has


def _filters(request: SearchRequest) -> Iterator[Node]:
    """The filters of a request as nodes. Raises ValueError for a value that makes no sense."""
    for name, values in (
        ("body", request.bodies),
        ("category", request.categories),
        ("outcome", request.outcomes),
        ("kind", request.kinds),
        ("status", request.statuses),
        ("source", request.sources),
    ):
        if values:
            yield _any_of([FIELDS[name](value) for value in values])
    if request.first or request.last:
        yield Days(request.first, request.last)
    if request.remedy_min is not None or request.remedy_max is not None:
        yield Money(request.remedy_min, request.remedy_max)


def _any_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def _find(opened: OpenIndex, request: SearchRequest, node: Node) -> _Found:
    evaluation = Evaluation(opened.reader)
    node = _whole_reference(evaluation, request, node)
    scores = evaluation.scores(node)
    exact: set[int] | None = None
    if together := side_by_side(node):
        bonus = evaluation.scores(together, scores.keys()) if scores else {}
        exact = set(bonus)
        scores = {doc: score + bonus.get(doc, 0.0) for doc, score in scores.items()}
    named: set[int] = set()
    for leaf, _ in wanted(node):
        if isinstance(leaf, Reference):
            named |= evaluation.codes("ref", [leaf.key])
    ordered = _ordered(evaluation, scores, named, exact or set(), request)
    numbers = evaluation.column("number", ordered)
    return _Found(
        node=node,
        total=len(scores),
        exact_total=None if exact is None else len(exact),
        hits=[(numbers[doc], scores[doc], doc in (exact or ())) for doc in ordered],
        indexed=opened.reader.doc_count(),
        cursor=opened.manifest.cursor,
    )


def _whole_reference(evaluation: Evaluation, request: SearchRequest, node: Node) -> Node:
    """A whole query that is some decision's reference in the index, whatever the scheme."""
    key = reference_key(request.query)
    if as_reference(request.query) or not any(c.isdigit() for c in key) or len(key) > 40:
        return node
    if not evaluation.codes("ref", [key]):
        return node
    named = Reference(key, tuple(word.exact for word in words(request.query)))
    rest = read(replace(request, query=""))
    return named if isinstance(rest, Everything) else And((named, rest))


def _ordered(
    evaluation: Evaluation,
    scores: Scores,
    named: set[int],
    exact: set[int],
    request: SearchRequest,
) -> list[int]:
    """The documents of the page asked for, in order; ties go to the newer, then the lower id."""
    end = request.offset + request.limit
    if request.sort is Sort.RELEVANCE:
        first = {
            doc: (doc not in named, doc not in exact, -round(score, 6))
            for doc, score in scores.items()
        }
        leading = heapq.nsmallest(end, first.values())
        worst = leading[-1] if leading else None
        pool = [doc for doc, key in first.items() if worst is not None and key <= worst]
        days = evaluation.column("day", pool)
        numbers = evaluation.column("number", pool)
        pool.sort(key=lambda doc: (first[doc], -days[doc], numbers[doc]))
    else:
        days = evaluation.column("day", scores)
        numbers = evaluation.column("number", scores)
        sign = -1 if request.sort is Sort.NEWEST else 1
        pool = heapq.nsmallest(end, scores, key=lambda doc: (sign * days[doc], numbers[doc]))
    return pool[request.offset : end]


def _hits(found: _Found, marker: Marker, texts: HitText, count: int) -> tuple[Hit, ...]:
    ids = [number for number, _, _ in found.hits]
    headers = texts.decisions(ids)
    paragraphs = texts.paragraphs(ids) if count else {}
    hits = []
    for number, score, exact in found.hits:
        header = headers.get(number)
        if header is None:
            continue  # erased since the index was last brought in step
        snippets = best(marker, header, paragraphs.get(number, ()), count) if count else []
        columns = {name: header.get(name) for name in _TEXT_COLUMNS}
        hits.append(
            Hit(
                decision_id=number,
                **{name: str(value) for name, value in columns.items()},
                category=_or_none(header.get("category")),
                subcategory=_or_none(header.get("subcategory")),
                status_since=_or_none(header.get("status_since")),
                score=round(score, 4),
                exact=exact,
                snippets=tuple(snippets),
            )
        )
    return tuple(hits)


_TEXT_COLUMNS = (
    "source",
    "reference",
    "title",
    "body",
    "outcome",
    "outcome_raw",
    "decided_on",
    "kind",
    "status",
    "url",
)


def _or_none(value: object) -> str | None:
    return None if value is None else str(value)


def _as_asked(request: SearchRequest) -> str:
    quoted = (f'"{text}"' for text in request.phrases)
    without = (f'-"{text}"' for text in request.without)
    return " ".join(part for part in (request.query.strip(), *quoted, *without) if part)
