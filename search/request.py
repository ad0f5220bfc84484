"""What is asked for: a query, phrases and filters, and how they become one tree. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from search.errors import QueryError
from search.fields import FIELDS
from search.parse import MOST_TERMS, beginning, parse, phrase, plain
from search.tree import (
    And,
    Days,
    Everything,
    Filter,
    Money,
    Node,
    Not,
    Or,
    Scoped,
    has_text,
    understood,
    wanted,
)


class Sort(StrEnum):
    """The order of hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    BODY = "body"
    REMEDY = "remedy"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked. Several values of one filter mean any of them; filters all apply.

    ``sections`` are regions of ``search.schema`` (kinds of section, ``title``, ``summary``,
    ``heading``): the words must stand there. ``categories`` are those of either level. Dates
    include both ends; remedies are in pence.
    ``context`` is how many paragraphs to give before and after each that is shown.
    ``limit`` None means all hits; ``facets`` are names of ``search.facets``.
    """

    query: str = ""
    phrases: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subcategories: tuple[str, ...] = ()
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
    limit: int | None = 10
    facets: tuple[str, ...] = ()
    offset: int = 0
    snippets: int = 2
    context: int = 0
    explain: bool = False


def read(request: SearchRequest) -> Node:
    """The whole request as one tree: query, phrases, and filters. Raises QueryError."""
    parts: list[Node] = []
    node = parse(request.query)
    if not isinstance(node, Everything):
        parts.extend(node.items if isinstance(node, And) else (node,))
    parts.extend(phrase(text) for text in request.phrases)
    parts.extend(beginning(text) for text in request.begins)
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
        ("subcategory", request.subcategories),
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
