"""The table of calls and their parameters: what the description, the page for people and the tests
are made from. Which values are taken is decided where they are read (``search.web.asking`` and the
tables beside the calls); a test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.cite_command import STYLES
from archive.figures.counting import ALL_DIMENSIONS
from archive.records import BodyType, DecisionKind, Outcome, Status
from search.facets import FACETS
from search.fields import REGIONS
from search.request import Sort
from search.web import asking
from search.web.api import lists
from search.web.api.decisions import NOT_OF_SIMILAR

DAY = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
POUNDS = r"^£?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]{2})?$"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: JSON Schema of a value, meaning, example.

    ``many`` may be repeated: any of the values will do, or (``all_of``) each must be met.
    """

    schema: Mapping[str, Any]
    words: str
    example: Any
    many: bool = False
    all_of: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One address below ``/api/v1``. ``answer`` is a shape; ``takes`` are parameters by name."""

    name: str
    path: str
    words: str
    answer: str
    takes: Mapping[str, Parameter] = field(default_factory=dict)


def _text(most: int = asking.LONGEST) -> dict[str, Any]:
    return {"type": "string", "pattern": r"\S", "maxLength": most}


def _one_of(names: Any) -> dict[str, Any]:
    return {"type": "string", "enum": [str(name) for name in names]}


def _count(least: int, most: int, default: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most, "default": default}


_DAY = {"type": "string", "pattern": DAY}
_POUNDS = {"type": "string", "pattern": POUNDS}
_SOURCE = Parameter(_text(), "One ombudsman only, by key.", "lgsco")

SEARCH: Mapping[str, Parameter] = {
    "q": Parameter(_text(), "Words, in the query language that the search page shows.",
                   "housing delay"),
    "phrase": Parameter(_text(), "Exactly these words, side by side.", "housing form", True, True),
    "begins": Parameter(_text(), "A word that begins so.", "educat", True, True),
    "not": Parameter(_text(), "Without these words.", "school", True, True),
    "body": Parameter(_text(), "Council or provider: words of its name, or its slug.", "northmoor",
                      True),
    "category": Parameter(_text(), "Category or subcategory.", "housing", True),
    "subcategory": Parameter(_text(), "Subcategory.", "allocations", True),
    "outcome": Parameter(_one_of(Outcome), "What was decided.", "upheld", True),
    "kind": Parameter(_one_of(DecisionKind), "Statement or public interest report.", "statement",
                      True),
    "status": Parameter(_one_of(Status), "Whether it is on the Ombudsman's site.", "live", True),
    "section": Parameter(_one_of(REGIONS), "The words must stand in this part.", "findings", True),
    "source": Parameter(_text(), "One ombudsman, by key.", "lgsco", True),
    "facet": Parameter(_one_of(FACETS), "Count the hits by this.", "outcome", True),
    "from": Parameter(_DAY, "Decided in or after: a day, a month, a year.", "2024-06"),
    "to": Parameter(_DAY, "Decided in or before.", "2025"),
    "remedy-min": Parameter(_POUNDS, "A remedy of at least so many pounds.", "500"),
    "remedy-max": Parameter(_POUNDS, "A remedy of at most so many pounds.", "1,000"),
    "sort": Parameter(_one_of(Sort), "The order of hits.", "newest"),
    "limit": Parameter(_count(1, asking.MOST_HITS, 10), "Hits in one answer.", 10),
    "offset": Parameter(_count(0, asking.LAST_OFFSET, 0), "Hits to pass over.", 0),
}  # fmt: skip
"""The parameters of a search, wherever it is asked."""

IN_PATH: Mapping[str, Parameter] = {
    "source": Parameter(_text(100), "The ombudsman's key.", "lgsco"),
    "reference": Parameter(
        _text(100), "In any spelling; @N behind it names a version.", "24-001-234"
    ),
    "slug": Parameter(_text(300), "As in `bodies`.", "northmoor-district-council"),
}

_CITE: Mapping[str, Parameter] = {
    "style": Parameter({**_one_of(STYLES), "default": "oscola"}, "How to cite.", "oscola"),
    "paragraph": Parameter(
        {"type": "integer", "minimum": 1, "maximum": 999_999}, "A paragraph as it is printed.", 7
    ),
    "place": Parameter(
        {"type": "string", "pattern": "^[po][0-9]{1,6}$"},
        "p7 is paragraph 7, o12 the twelfth whatever is printed.",
        "p7",
    ),
}

_STATS: Mapping[str, Parameter] = {
    "by": Parameter(
        {"type": "string", "pattern": f"^({'|'.join(ALL_DIMENSIONS)})(,[a-z-]+)?$",
         "default": "year"},
        f"What to count by, one or two with a comma: {', '.join(ALL_DIMENSIONS)}.",
        "body",
    ),
    "year": Parameter(
        {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2})?$"},
        "2025, or 2025-26 for April to March.",
        "2025-26",
    ),
    "from": SEARCH["from"],
    "to": SEARCH["to"],
    "body": Parameter(_text(), "Only this council or provider.", "Northmoor District Council",
                      True),
    "type": Parameter(_one_of(BodyType), "Only councils and providers of this type.", "district"),
    "category": Parameter(_text(), "Only this category.", "Housing"),
    "kind": Parameter(_one_of(DecisionKind), "Only this kind.", "statement"),
    "outcome": Parameter(_one_of(Outcome), "Only this outcome (then there are no rates).",
                         "upheld"),
    "source": _SOURCE,
    "per-reference": Parameter(
        {"type": "boolean", "default": False}, "Count a report under each of its references.", True
    ),
    "rank": Parameter(
        {"type": "boolean", "default": False}, "Order by uphold rate; read the notes.", True
    ),
}  # fmt: skip

_CHANGES: Mapping[str, Parameter] = {
    "after": Parameter(
        {"type": "integer", "minimum": 0, "maximum": 999_999_999, "default": 0},
        "Only changes behind this number: keep the last `id` you saw.",
        120,
    ),
    "since": Parameter(_DAY, "Only from this day on (UTC).", "2026-05-01"),
    "limit": Parameter(_count(1, lists.MOST_CHANGES, 50), "Changes in one answer.", 50),
}

_BODIES: Mapping[str, Parameter] = {
    "q": Parameter(_text(), "Only those with these words in a name.", "county"),
    "type": Parameter(_one_of([*BodyType, "unknown"]), "Only this type.", "county"),
    "limit": Parameter(_count(1, lists.MOST_BODIES, 100), "Councils in one answer.", 100),
    "offset": SEARCH["offset"],
}

_SIMILAR = {name: each for name, each in SEARCH.items() if name not in NOT_OF_SIMILAR}
_HERE = "/decision/{source}/{reference}"

CALLS: tuple[Call, ...] = (
    Call("search", "/search", "Find decisions.", "Search", SEARCH),
    Call("decision", _HERE, "One decision with sections and paragraphs, remedies and citations; "
         "of an earlier version only that there is one.", "DecisionTold"),
    Call("history", f"{_HERE}/history", "Its versions and what happened to it.", "History"),
    Call("cite", f"{_HERE}/cite", "How to cite it, or a paragraph of it.", "CitedOrWithheld",
         _CITE),
    Call("similar", f"{_HERE}/similar", "Others like it, on what they are about, among all that "
         "answer a search.", "Similar", _SIMILAR),
    Call("changes", "/changes", "What was added, amended, gone, back or erased, the oldest first.",
         "Changes", _CHANGES),
    Call("bodies", "/bodies", "Councils and providers with a decision here, by name.", "Bodies",
         _BODIES),
    Call("body", "/body/{slug}", "One council or provider: what is known, and every spelling.",
         "BodyAlone"),
    Call("stats", "/stats", "Counts, uphold rates with intervals, payments, and what limits them.",
         "Stats", _STATS),
    Call("coverage", "/coverage", "By month: what the Ombudsman's site lists and what is held.",
         "Coverage", {"source": _SOURCE}),
    Call("status", "/status", "How much is held, the last crawl, whether the index is in step.",
         "Status"),
)  # fmt: skip
"""Every call, in the order they are shown."""
