"""A search from request to results: plain dataclasses in, plain dataclasses out.

Parses, works out which decisions answer, puts them in order, reads the texts of the few that are
shown, and marks them. Totals are exact. An index that cannot be used, or is of another archive, is
an error that names the command, never a silent zero. Nothing is written.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from archive.ports import HitText
from archive.records import reference_key
from search.errors import IndexUnusable, QueryError
from search.evaluate import Evaluation, Scores, date_codes
from search.index import Index, OpenIndex
from search.parse import MOST_TERMS, parse, phrase
from search.schema import REGION_OF
from search.snippets import Marker, Snippet, best
from search.tree import (
    And,
    Everything,
    Node,
    Or,
    Phrase,
    Reference,
    side_by_side,
    understood,
    wanted,
)
from search.words import fold_name, words

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
    ``heading``): the words must stand there. Dates include both ends.
    """

    query: str = ""
    phrases: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
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
    regions = _regions(request.sections)
    archive_id, epoch, last_change = texts.identity()

    def work(opened: OpenIndex) -> _Found:
        manifest = opened.manifest
        if (manifest.archive_id, manifest.epoch) != (archive_id, epoch):
            raise IndexUnusable(
                "The search index belongs to another archive, or to a time before a backup was "
                "restored. Run: decisions index"
            )
        return _find(opened, request, node, regions)

    found = index.read(work)
    marker = Marker(found.node, regions)
    hits = _hits(found, marker, texts, request.snippets)
    return SearchResults(
        query=_as_asked(request),
        understood=_describe(found.node, request),
        total=found.total,
        exact_total=found.exact_total,
        took_ms=round((time.perf_counter() - started) * 1000, 1),
        hits=hits,
        indexed=found.indexed,
        behind=max(0, last_change - found.cursor),
    )


def read(request: SearchRequest) -> Node:
    """The tree of the query and the phrases asked for beside it. Raises QueryError."""
    parts: list[Node] = []
    node = parse(request.query)
    if not isinstance(node, Everything):
        parts.extend(node.items if isinstance(node, And) else (node,))
    parts.extend(phrase(text) for text in request.phrases)
    terms = sum(len(p.words) if isinstance(p, Phrase) else 1 for p in wanted(And(tuple(parts))))
    if terms > MOST_TERMS:
        raise QueryError(f"The query has more than {MOST_TERMS} words.")
    if not parts:
        return Everything()
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _regions(sections: Sequence[str]) -> frozenset[int] | None:
    return frozenset(REGION_OF[name] for name in sections) if sections else None


def _find(
    opened: OpenIndex, request: SearchRequest, node: Node, regions: frozenset[int] | None
) -> _Found:
    evaluation = Evaluation(opened.reader, regions)
    node = _whole_reference(evaluation, request, node)
    within = _filtered(evaluation, request, words_asked=not isinstance(node, Everything))
    scores = evaluation.scores(node, within)
    exact: set[int] | None = None
    if (together := side_by_side(node)) and scores:
        bonus = evaluation.scores(together, scores.keys())
        exact = set(bonus)
        scores = {doc: score + bonus.get(doc, 0.0) for doc, score in scores.items()}
    elif together:
        exact = set()
    named: set[int] = set()
    for leaf in wanted(node):
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
    if isinstance(node, Reference) or not any(c.isdigit() for c in key) or len(key) > 40:
        return node
    if not evaluation.codes("ref", [key]):
        return node
    reference = Reference(key, tuple(word.exact for word in words(request.query)))
    rest = tuple(phrase(text) for text in request.phrases)
    return And((reference, *rest)) if rest else reference


def _filtered(
    evaluation: Evaluation, request: SearchRequest, *, words_asked: bool
) -> set[int] | None:
    """The documents that pass every filter, None when there is no filter."""
    sets: list[set[int]] = []
    if request.bodies:
        sets.append(set().union(*(_body(evaluation, body) for body in request.bodies)))
    if request.categories:
        codes = [fold_name(text) for text in request.categories]
        sets.append(evaluation.codes("category", codes) | evaluation.codes("subcategory", codes))
    for name, values in (
        ("outcome", request.outcomes),
        ("kind", request.kinds),
        ("status", request.statuses),
        ("source", request.sources),
    ):
        if values:
            sets.append(evaluation.codes(name, values))
    if (days := date_codes(request.first, request.last)) is not None:
        sets.append(evaluation.codes("when", days))
    if request.sections and not words_asked:
        sets.append(evaluation.codes("section", request.sections))
    return set.intersection(*sets) if sets else None


def _body(evaluation: Evaluation, name: str) -> set[int]:
    """Decisions about bodies whose name has all these words."""
    asked = {word.exact for word in words(name)}
    if not asked:
        raise QueryError(f"There is no word in the name {name!r}.")
    return set.intersection(*(evaluation.codes("body", [word]) for word in asked))


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
    return " ".join(part for part in (request.query.strip(), *quoted) if part)


def _describe(node: Node, request: SearchRequest) -> str:
    """The query as understood, filters included, in the form of the query language."""
    parts: list[str] = []
    if not isinstance(node, Everything):
        parts.append(understood(node))
    for name, values in (
        ("section", request.sections),
        ("body", request.bodies),
        ("category", request.categories),
        ("outcome", request.outcomes),
        ("kind", request.kinds),
        ("status", request.statuses),
        ("source", request.sources),
    ):
        if values:
            parts.append(_any(name, values))
    if request.first or request.last:
        first = request.first.isoformat() if request.first else ""
        last = request.last.isoformat() if request.last else ""
        parts.append(f"date:{first}..{last}")
    if isinstance(node, Or) and len(parts) > 1:
        parts[0] = f"({parts[0]})"
    return " AND ".join(parts) or "all decisions"


def _any(name: str, values: Iterable[str]) -> str:
    each = [f'{name}:"{value}"' if " " in value else f"{name}:{value}" for value in values]
    return each[0] if len(each) == 1 else "(" + " OR ".join(each) + ")"
