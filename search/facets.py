"""Counts over all hits: by body, category, outcome, kind, year and part of the decision.

A value of a facet can be given back as a filter and then leaves exactly as many decisions as the
facet counted. For ``section`` that means: as many as answer when the words must stand in that part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.ports import HitText
from archive.records import SectionKind
from search.evaluate import Evaluation, Scores
from search.tree import Filter, Node, Scoped, has_text

FACETS = ("body", "category", "subcategory", "outcome", "kind", "year", "section")

_FIELDS = {"body": "name", "year": "when"}
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
    evaluation: Evaluation, node: Node, scores: Scores, names: Sequence[str]
) -> dict[str, list[FacetCount]]:
    """Exact counts of every value that a hit has, most frequent first, then by value."""
    hits = set(scores)
    found: dict[str, list[FacetCount]] = {}
    for name in names:
        if name == "section":
            values = _sections(evaluation, node, hits)
        else:
            field = _FIELDS.get(name, name)
            codes = [c for c in evaluation.lexicon(field) if name != "year" or len(c) == 4]
            values = {code: evaluation.codes(field, [code]) & hits for code in codes}
        examples = {value: min(docs) for value, docs in values.items() if docs}
        numbers = evaluation.column("number", examples.values())
        counted = [
            FacetCount(value, len(values[value]), numbers[doc]) for value, doc in examples.items()
        ]
        found[name] = sorted(counted, key=lambda one: (-one.count, one.value))
    return found


def _sections(evaluation: Evaluation, node: Node, hits: set[int]) -> dict[str, set[int]]:
    kinds = [str(kind) for kind in SectionKind]
    if has_text(node):
        return {kind: set(evaluation.scores(Scoped(node, (kind,)), hits)) for kind in kinds}
    return {kind: set(evaluation.scores(Filter("has", kind), hits)) for kind in kinds}


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
