"""A search from request to results: plain dataclasses in, plain dataclasses out.

Parses, works out which decisions answer, puts them in order, reads the texts of the few that are
shown, and marks them. Totals are exact. An index that cannot be used, or is of another archive, is
an error that names the command, never a silent zero. Nothing is written.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from archive.kinds import reference_key
from archive.ports import HitText
from search.errors import IndexUnusable
from search.evaluate import Evaluation, over
from search.facets import FacetCount, FacetValue, count, labelled
from search.index import Index
from search.opening import OpenIndex
from search.parse import as_reference
from search.ranking import Ranked, Why, explained, rank
from search.request import SearchRequest, Sort, describe, read
from search.snippets import Marker, Snippet, best
from search.suggest import Suggestion, suggestions
from search.tree import (
    And,
    Everything,
    Node,
    Reference,
    understood,
    wanted,
)
from search.words import words

BATCH = 200
"""Hits of which the texts are read and held at a time."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One decision found. Header fields are as the archive has them; the score has no unit.

    ``body`` is the one name for all spellings, ``body_name`` the one in the title.

    ``why`` has each part of the query and what it added to the score, where that was asked for;
    ``shared`` the telling words that it has in common with the decision it is like.
    ``largest_sum_pence`` is what sums are asked and sorted by: the largest total or payment among
    the remedies, in pence; ours, not the publisher's.
    """

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
    attribution: str | None
    score: float
    exact: bool
    snippets: tuple[Snippet, ...]
    why: tuple[Why, ...] = ()
    shared: tuple[str, ...] = ()
    largest_sum_pence: int | None = None
    body_name: str | None = None


@dataclass(frozen=True, slots=True)
class SearchResults:
    """The answer. Totals are exact.

    ``exact_total`` counts hits with the words side by side, None where the query has no two plain
    words; ``indexed`` is how many decisions were searched; ``behind`` how many changes of the
    archive the index has not got yet. ``facets`` and ``terms`` (in how many of all decisions each
    part of the query stands) are there where they were asked for; ``forms`` are the words that a
    part stands for, with their counts. ``suggestions`` are other ways
    to ask when (nearly) nothing was found, ``more`` how many decisions the other request finds
    besides. ``restricted`` counts decisions that answer too, but are not passed on for now: they
    are in no other figure but ``indexed``, ``terms`` and ``forms``.
    """

    query: str
    understood: str
    total: int
    exact_total: int | None
    took_ms: float
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    terms: tuple[tuple[str, int], ...] = ()
    forms: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    indexed: int = 0
    behind: int = 0
    suggestions: tuple[Suggestion, ...] = ()
    more: int = 0
    restricted: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """What the index gave: the ordered ids of the hits asked for, with score and exactness."""

    node: Node
    total: int
    exact_total: int | None
    hits: list[tuple[int, float, bool]] = field(default_factory=list)
    sums: dict[int, int] = field(default_factory=dict)
    facets: dict[str, list[FacetCount]] = field(default_factory=dict)
    terms: dict[str, int] = field(default_factory=dict)
    forms: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    why: dict[int, tuple[Why, ...]] = field(default_factory=dict)
    indexed: int = 0
    cursor: int = 0
    suggestions: tuple[Suggestion, ...] = ()
    more: int = 0
    restricted: int = 0


def search(index: Index, request: SearchRequest, texts: HitText) -> SearchResults:
    """Answer a request, hits included. Raises QueryError and IndexUnusable."""
    started = time.perf_counter()
    results, hits = answer(index, request, texts)
    read_hits = tuple(hits)
    took = round((time.perf_counter() - started) * 1000, 1)
    return replace(results, hits=read_hits, took_ms=took)


def answer(
    index: Index, request: SearchRequest, texts: HitText, wider: SearchRequest | None = None
) -> tuple[SearchResults, Iterator[Hit]]:
    """The totals at once, and the hits as they are read: for lists too long to hold.

    ``hits`` of the results is empty and ``took_ms`` the time without them. ``texts`` has to stay
    open until the last hit is taken. ``wider`` is a request that finds more, to be counted along.
    Raises QueryError and IndexUnusable.
    """
    started = time.perf_counter()
    node = read(request)
    wider_node = None if wider is None else read(wider)
    # Asked of the archive, not of the index, which may lag behind: a restriction holds at once.
    hidden = texts.restricted()

    def work(opened: OpenIndex) -> tuple[_Found, int]:
        last_change = check(opened, texts)
        return _find(opened, request, node, wider_node, hidden), last_change

    found, last_change = index.read(work)
    if not found.total:
        index.examine()
    results = SearchResults(
        query=_as_asked(request),
        understood=describe(found.node),
        total=found.total,
        exact_total=found.exact_total,
        took_ms=round((time.perf_counter() - started) * 1000, 1),
        hits=(),
        facets=labelled(found.facets, texts),
        terms=tuple(found.terms.items()),
        forms=found.forms,
        indexed=found.indexed,
        behind=last_change - found.cursor,
        suggestions=found.suggestions,
        more=found.more,
        restricted=found.restricted,
    )
    hits = hits_of(found.hits, found.node, texts, request, found.why)
    return results, (_with_sum(hit, found.sums) for hit in hits)


def numbers(index: Index, request: SearchRequest, texts: HitText) -> tuple[list[int], int]:
    """The numbers of all decisions that answer, and how many changes the index lacks.

    For commands that do something with them; nothing of their texts is read. Decisions that are
    not passed on for now are not among them. Raises QueryError and IndexUnusable.
    """
    node = read(request)
    hidden = texts.restricted()

    def work(opened: OpenIndex) -> tuple[_Found, int]:
        last_change = check(opened, texts)
        whole = replace(request, limit=None, offset=0)
        return _find(opened, whole, node, None, hidden), last_change

    found, last_change = index.read(work)
    if not found.total:
        index.examine()
    return [number for number, _, _ in found.hits], last_change - found.cursor


@dataclass(frozen=True, slots=True)
class Listing:
    """Decisions that answer, in order, without their texts: for lists too long to hold as hits.

    ``total`` counts all that answer, ``found`` has those that the request's limit leaves;
    ``behind`` is how many changes of the archive the index lacks. ``hits_listed`` reads the texts.
    """

    node: Node
    total: int
    behind: int
    found: tuple[tuple[int, float, bool], ...]
    sums: Mapping[int, int]


def listing(index: Index, request: SearchRequest, texts: HitText) -> Listing:
    """Answer a request without reading a text. Raises QueryError and IndexUnusable."""
    node = read(request)
    hidden = texts.restricted()

    def work(opened: OpenIndex) -> tuple[_Found, int]:
        last_change = check(opened, texts)
        return _find(opened, request, node, None, hidden), last_change

    found, last_change = index.read(work)
    if not found.total:
        index.examine()
    behind = last_change - found.cursor
    return Listing(found.node, found.total, behind, tuple(found.hits), found.sums)


def hits_listed(listed: Listing, texts: HitText, request: SearchRequest) -> Iterator[Hit]:
    """The hits of a listing as they are read.

    What has come to be withheld since the question was answered is left out.
    """
    for start in range(0, len(listed.found), BATCH):
        hidden = texts.restricted()
        batch = [one for one in listed.found[start : start + BATCH] if one[0] not in hidden]
        for hit in hits_of(batch, listed.node, texts, request, {}):
            yield _with_sum(hit, listed.sums)


def _with_sum(hit: Hit, sums: Mapping[int, int]) -> Hit:
    pence = sums.get(hit.decision_id)
    return hit if pence is None else replace(hit, largest_sum_pence=pence)


def check(opened: OpenIndex, texts: HitText) -> int:
    """The archive's newest change, once the index is known to be of it. Raises IndexUnusable.

    The archive is asked after the index was opened: asked before, it would seem to be behind an
    index that a writer has just brought further.
    """
    archive_id, epoch, last_change = texts.identity()
    manifest = opened.manifest
    if (manifest.archive_id, manifest.epoch) != (archive_id, epoch):
        raise IndexUnusable(
            "The search index belongs to another archive, or to a time before a backup was "
            "restored. Run: decisions index"
        )
    if manifest.cursor > last_change:
        raise IndexUnusable(
            "The search index knows more than the archive, which seems to be an older copy. "
            "Run: decisions index"
        )
    return last_change


def _find(
    opened: OpenIndex,
    request: SearchRequest,
    node: Node,
    wider: Node | None,
    hidden: frozenset[int],
) -> _Found:
    evaluation = over(opened, hidden)
    node = whole_reference(evaluation, request, node)
    hits = evaluation.scores(node)
    ranked = rank(evaluation, node, hits)
    ordered = _ordered(evaluation, ranked, request)
    numbers = evaluation.column("number", ordered)
    more = 0 if wider is None else len(evaluation.scores(wider)) - len(hits)
    terms: dict[str, int] = {}
    forms: dict[str, list[tuple[str, int]]] = {}
    why: dict[int, tuple[Why, ...]] = {}
    if request.explain:
        terms, why = explained(evaluation, node, ranked, ordered)
        forms = {
            understood(leaf): found for leaf, _ in wanted(node) if (found := evaluation.forms(leaf))
        }
    return _Found(
        node=node,
        total=len(hits),
        exact_total=None if ranked.exact is None else len(ranked.exact),
        hits=list(
            zip(
                (numbers[doc] for doc in ordered),
                ranked.scores(ordered),
                ranked.are_exact(ordered),
                strict=True,
            )
        ),
        sums=sums(evaluation, numbers),
        facets=count(evaluation, node, hits, request.facets),
        terms=terms,
        forms=forms,
        why={numbers[doc]: parts for doc, parts in why.items()},
        indexed=evaluation.documents,
        cursor=opened.manifest.cursor,
        suggestions=() if more else suggestions(evaluation, node, len(hits)),
        more=more,
        restricted=evaluation.hidden_among(node),
    )


def sums(evaluation: Evaluation[Any], numbers: Mapping[int, int]) -> dict[int, int]:
    """The largest sum in pence by decision id, of those that state any; ``numbers`` are the ids by
    document."""
    pence = evaluation.column("remedy", numbers)
    return {numbers[doc]: value - 1 for doc, value in pence.items() if value}


def whole_reference(evaluation: Evaluation[Any], request: SearchRequest, node: Node) -> Node:
    """A whole query that is some decision's reference in the index, whatever the scheme."""
    key = reference_key(request.query)
    if not any(c.isdigit() for c in key) or len(key) > 40 or as_reference(request.query):
        return node
    if not evaluation.codes("ref", [key]):
        return node
    named = Reference(key, tuple(word.exact for word in words(request.query)))
    rest = read(replace(request, query=""))
    return named if isinstance(rest, Everything) else And((named, rest))


ORDERS: dict[Sort, tuple[tuple[str, int], ...]] = {
    Sort.NEWEST: (("day", -1), ("number", 1)),
    Sort.OLDEST: (("day", 1), ("number", 1)),
    Sort.BODY: (("name", 1), ("day", -1), ("number", 1)),
    Sort.REMEDY: (("remedy", -1), ("day", -1), ("number", 1)),
}
"""What to sort by: dates either way, names of bodies A to Z, remedies from the largest. Ties go to
the newer, then to the lower number."""


def _ordered(evaluation: Evaluation[Any], ranked: Ranked, request: SearchRequest) -> list[int]:
    """The documents of the page asked for, in order."""
    end = None if request.limit is None else request.offset + request.limit
    if request.sort is Sort.RELEVANCE:
        pool = ranked.ordered(evaluation, end)
    else:
        pool = evaluation.ordered(ranked.hits, ORDERS[request.sort], end)
    return pool[request.offset :]


def hits_of(
    found: Sequence[tuple[int, float, bool]],
    node: Node,
    texts: HitText,
    request: SearchRequest,
    why: Mapping[int, tuple[Why, ...]],
) -> Iterator[Hit]:
    """Decisions (id, score, exact) with their headers and snippets for a tree, as they are read."""
    most = request.snippets
    marker = Marker(node) if most else None
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        ids = [number for number, _, _ in batch]
        headers = texts.decisions(ids)
        paragraphs = texts.paragraphs(ids) if most else {}
        for number, score, exact in batch:
            header = headers.get(number)
            if header is None:
                continue  # erased since the index was last brought in step
            columns = {name: header.get(name) for name in _TEXT_COLUMNS}
            rows = paragraphs.get(number, ())
            yield Hit(
                decision_id=number,
                **{name: str(value) for name, value in columns.items()},
                category=_or_none(header.get("category")),
                subcategory=_or_none(header.get("subcategory")),
                status_since=_or_none(header.get("status_since")),
                attribution=_or_none(header.get("attribution")),
                score=round(score, 4),
                exact=exact,
                snippets=tuple(best(marker, header, rows, most, request.context)) if marker else (),
                why=why.get(number, ()),
                shared=(),
                largest_sum_pence=None,
                body_name=_or_none(header.get("body_name")),
            )


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
    begun = (f"{text.rstrip('*')}*" for text in request.begins)
    without = (f'-"{text}"' for text in request.without)
    return " ".join(part for part in (request.query.strip(), *quoted, *begun, *without) if part)
