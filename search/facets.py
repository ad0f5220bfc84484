"""Counts over all hits: by body, category, outcome, kind, year and part of the decision.

A value of a facet can be given back as a filter and then leaves exactly as many decisions as the
facet counted. For ``section`` that means: as many as answer when the words must stand in that part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from archive.kinds import SectionKind
from archive.ports import HitText
from search.evaluate import CodeCount, Evaluation, Hits
from search.tree import Filter, Node, Scoped, has_text

FACETS = ("body", "category", "subcategory", "outcome", "kind", "year", "section")

_FIELDS = {"body": "name", "year": "when"}
YEAR = len("2026")
"""Years are the codes of this length among years, months and days."""
_NAMED = ("body", "category", "subcategory")


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value: ``value`` as a filter takes it, ``example`` the id of one such hit."""

    value: str
    count: int
    example: int


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value as shown: ``label`` is the publisher's own spelling where there is one."""

    value: str
    label: str
    count: int


def count(
    evaluation: Evaluation[Any], node: Node, hits: Hits, names: Sequence[str]
) -> dict[str, list[FacetCount]]:
    """Exact counts of every value that a hit has, most frequent first, then by value."""
    found: dict[str, list[FacetCount]] = {}
    for name in names:
        if name == "section":
            counted = _sections(evaluation, node, hits)
        else:
            length = YEAR if name == "year" else None
            counted = evaluation.counted(_FIELDS.get(name, name), hits, length)
        numbers = evaluation.column("number", {one.example for one in counted})
        values = [FacetCount(one.code, one.count, numbers[one.example]) for one in counted]
        found[name] = sorted(values, key=lambda one: (-one.count, one.value))
    return found


def _sections(evaluation: Evaluation[Any], node: Node, hits: Hits) -> list[CodeCount]:
    text = has_text(node)
    found = []
    for kind in map(str, SectionKind):
        asked = Scoped(node, (kind,)) if text else Filter("has", kind)
        if there := evaluation.scores(asked, hits):
            found.append(CodeCount(kind, len(there), min(there)))
    return found


def labelled(
    counts: dict[str, list[FacetCount]], texts: HitText
) -> dict[str, tuple[FacetValue, ...]]:
    """The counts with labels, read from one hit for each body and category."""
    ids = {one.example for name in _NAMED for one in counts.get(name, ())}
    headers = texts.decisions(sorted(ids)) if ids else {}
    return {
        name: tuple(
            FacetValue(one.value, _label(name, one, headers.get(one.example, {})), one.count)
            for one in values
        )
        for name, values in counts.items()
    }


def _label(name: str, one: FacetCount, header: object) -> str:
    if name in _NAMED and isinstance(header, dict) and header.get(name):
        return str(header[name])
    return one.value.replace("_", " ")
