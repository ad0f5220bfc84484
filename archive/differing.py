"""In what two readings of one decision differ, in words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from archive.fault import short
from archive.records import Decision, Section

_HEAD = (
    "source",
    "reference",
    "title",
    "body",
    "category",
    "subcategory",
    "category_raw",
    "kind",
    "outcome",
    "outcome_raw",
    "decided_on",
    "decided_on_raw",
    "summary",
    "satisfied_on",
    "satisfied_on_raw",
    "text_sha256",
    "warnings",
)
_SPANS = ("findings", "citations", "cross_references", "remedies")
_LONG = ("summary", "warnings", "text_sha256")


def differences(
    stored: Decision, expected: Decision, *, addresses: Collection[str] = ()
) -> list[str]:
    """Where ``stored`` is not as its page says; empty when it is.

    Any of ``addresses`` may stand as its address: a decision can be listed under several.
    """
    return list(_differences(stored, expected, addresses))


def _differences(stored: Decision, expected: Decision, addresses: Collection[str]) -> Iterator[str]:
    for name in _HEAD:
        one, other = getattr(stored, name), getattr(expected, name)
        if one == other:
            continue
        if name in _LONG:
            yield f"{name} is altered"
        else:
            yield f"{name} is {short(str(one))}, the page says {short(str(other))}"
    if stored.url not in {expected.url, *addresses}:
        yield f"url is {short(stored.url)}, the page's is {short(expected.url)}"
    yield from _sections(stored.sections, expected.sections)
    for name in _SPANS:
        yield from _rows(name, getattr(stored, name), getattr(expected, name))


def _sections(stored: Sequence[Section], expected: Sequence[Section]) -> Iterator[str]:
    held = {section.position: section for section in stored}
    wanted = {section.position: section for section in expected}
    for position in sorted(held.keys() | wanted.keys()):
        one, other = held.get(position), wanted.get(position)
        if one is None:
            yield f"section {position} is missing"
        elif other is None:
            yield f"section {position} is not on the page"
        else:
            yield from _section(one, other)


def _section(stored: Section, expected: Section) -> Iterator[str]:
    for name in ("kind", "heading", "parent"):
        if getattr(stored, name) != getattr(expected, name):
            yield f"the {name} of section {stored.position} is altered"
    held = {each.ordinal: each for each in stored.paragraphs}
    wanted = {each.ordinal: each for each in expected.paragraphs}
    for ordinal in sorted(held.keys() | wanted.keys()):
        one, other = held.get(ordinal), wanted.get(ordinal)
        if one is None:
            yield f"paragraph o{ordinal} is missing"
        elif other is None:
            yield f"paragraph o{ordinal} is not on the page"
        elif one != other:
            yield f"the {_altered(one, other)} of paragraph o{ordinal} is altered"


def _rows(name: str, stored: Sequence[Any], expected: Sequence[Any]) -> Iterator[str]:
    if len(stored) != len(expected):
        yield f"{len(stored)} {name}, the page has {len(expected)}"
        return
    # Rows on the same words come in no order of their own.
    for place, (one, other) in enumerate(
        zip(sorted(stored, key=_order), sorted(expected, key=_order), strict=True), start=1
    ):
        if one != other:
            yield f"the {_altered(one, other)} of {name} {place} is altered"


def _values(row: Any) -> dict[str, Any]:
    values: dict[str, Any] = asdict(row) if is_dataclass(row) else row._asdict()  # type: ignore[arg-type]  # a record, not a class
    return values


def _order(row: Any) -> tuple[str, ...]:
    values = _values(row)
    first = ("position", "paragraph", "char_start", "char_end")
    return tuple(f"{values[name]:09}" for name in first if name in values) + tuple(
        f"{name}={values[name]}" for name in sorted(values)
    )


def _altered(one: Any, other: Any) -> str:
    before, after = _values(one), _values(other)
    return " and ".join(name for name in before if before[name] != after[name]) or "kind of value"
