"""Hits in order, and counted by their codes: sorting and counting on whole columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from search.arrays.hits import HitArray
from search.arrays.segments import Segment, Segments
from search.arrays.standing import common
from search.evaluate import BY_SCORE, CodeCount
from search.scoring import DIGITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search.arrays.hits import Docs


YEARS = ("when", 4)
"""The field and the length of the codes of years."""


def ordered(
    segments: Segments,
    hits: HitArray,
    columns: Sequence[tuple[str, int]],
    count: int | None,
    first: Sequence[Collection[int]] = (),
) -> list[int]:
    """See ``search.evaluate.Evaluation.ordered``."""
    group = _groups(hits, first)
    chosen = hits
    if count is not None and count < len(hits):
        at = _foremost(segments, hits, columns, count, group)
        chosen, group = hits.at(at), None if group is None else group[at]
    keys = [sign * _key(segments, name, chosen) for name, sign in columns]
    if group is not None:
        keys.insert(0, group)
    found: list[int] = chosen.docs[np.lexsort(keys[::-1])].tolist()
    return found


def foremost(
    segments: Segments,
    hits: HitArray,
    columns: Sequence[tuple[str, int]],
    count: int,
    first: Sequence[Collection[int]] = (),
) -> HitArray:
    """See ``search.evaluate.Evaluation.foremost``."""
    if count >= len(hits):
        return hits
    return hits.at(_foremost(segments, hits, columns, count, _groups(hits, first)))


def _foremost(
    segments: Segments,
    hits: HitArray,
    columns: Sequence[tuple[str, int]],
    count: int,
    group: NDArray[np.int8] | None,
) -> NDArray[np.intp]:
    """Where the ``count`` first hits are, by group and then the columns."""
    if group is None:
        return _least(segments, hits, columns, count)
    groups = np.bincount(group)
    ends = groups.cumsum()
    worst = int(ends.searchsorted(count))
    if int(groups[worst]) == len(hits):
        return _least(segments, hits, columns, count)
    ahead = int(ends[worst] - groups[worst])
    last = (group == worst).nonzero()[0]
    chosen = last[_least(segments, hits.at(last), columns, count - ahead)]
    return np.sort(np.concatenate(((group < worst).nonzero()[0], chosen)))


def _least(
    segments: Segments, hits: HitArray, columns: Sequence[tuple[str, int]], count: int
) -> NDArray[np.intp]:
    """Where the ``count`` first hits are by the columns; of those that all columns leave alike,
    the ones that come first."""
    if count >= len(hits):
        return np.arange(len(hits))
    if not columns or not count:
        return np.arange(count)
    column, *further = columns
    pool = _near_the_front(segments, hits, column, count)
    name, sign = column
    keys = sign * _key(segments, name, hits.at(pool))
    if len(pool) == count:
        return pool
    last: Any = np.partition(keys, count - 1)[count - 1]
    ahead: NDArray[np.intp] = pool[keys < last]
    alike: NDArray[np.intp] = pool[keys == last]
    if len(ahead) + len(alike) > count:
        alike = alike[_least(segments, hits.at(alike), further, count - len(ahead))]
    found: NDArray[np.intp] = np.sort(np.concatenate((ahead, alike)))
    return found


def _near_the_front(
    segments: Segments, hits: HitArray, column: tuple[str, int], count: int
) -> NDArray[np.intp]:
    """Where the hits are among which the ``count`` first ones by a column must be, and all alike.

    Of as many heaps as are wanted each has one that is not beyond the farthest of their first
    ones; so whatever is beyond that need not be looked at.
    """
    name, sign = column
    if name == BY_SCORE:
        # Scores are rounded to be compared; only those that are left need be.
        keys, slack = -sign * hits.scores, 10.0**-DIGITS
    else:
        keys, slack = sign * _key(segments, name, hits), 0
    whole = keys[: len(keys) // count * count]
    # Either way of laying them out will do; that with the longer rows is quicker.
    if count * count < len(keys):
        farthest = whole.reshape(count, -1).min(axis=1).max()
    else:
        farthest = whole.reshape(-1, count).min(axis=0).max()
    pool: NDArray[np.intp] = (keys <= farthest + slack).nonzero()[0]
    return pool


def _groups(hits: HitArray, first: Sequence[Collection[int]]) -> NDArray[np.int8] | None:
    if not first:
        return None
    group = np.full(hits.size, len(first), np.int8)
    for number, docs in reversed(list(enumerate(first))):
        at = docs.docs if isinstance(docs, HitArray) else np.array(list(docs), np.intp)
        group[at] = number
    return group.take(hits.docs)


def _key(segments: Segments, name: str, hits: HitArray) -> NDArray[Any]:
    if name == BY_SCORE:
        return -np.round(hits.scores, DIGITS)
    if name == "name":
        return segments.ranks("name").take(hits.docs)
    return segments.numbers(name).take(hits.docs).astype(np.int64)


def counted(
    segments: Segments, field: str, hits: HitArray, length: int | None = None
) -> list[CodeCount]:
    """See ``search.evaluate.Evaluation.counted``."""
    if (field, length) == YEARS:
        return _years(segments, hits)
    found: dict[bytes, CodeCount] = {}
    for segment in segments:
        for term, count, example in _counted(segment, field, segment.part(hits).docs, length):
            held = found.get(term)
            if held is None:
                code = term.decode("utf-8")
                found[term] = CodeCount(code, count, example + segment.offset)
            else:
                found[term] = CodeCount(held.code, held.count + count, held.example)
    return [found[term] for term in sorted(found)]


def _years(segments: Segments, hits: HitArray) -> list[CodeCount]:
    """The years among years, months and days, without going through all of these."""
    if not len(hits):
        return []
    years = segments.numbers("day").take(hits.docs) // 10000
    least = int(years.min())
    counts, example = _tallied(years - least, hits.docs, int(years.max()) - least + 1)
    return [
        CodeCount(f"{least + number:04d}", int(counts[number]), int(example[number]))
        for number in counts.nonzero()[0].tolist()
    ]


def _counted(
    segment: Segment, field: str, docs: Docs, length: int | None
) -> Iterator[tuple[bytes, int, int]]:
    """The terms of a field that some documents have: how many of them, and the first."""
    held: Any = segment.arrays.field(field)
    terms = len(held)
    if not terms or not len(docs):
        return
    if held.by_document is not None:
        numbers = held.by_document.take(docs)
        if int(numbers.max()) >= terms:  # some have none
            there = numbers < terms
            numbers, docs = numbers[there], docs[there]
        counts, example = _tallied(numbers, docs, terms)
        for number in counts.nonzero()[0].tolist():
            term = held.term(number)
            if length is None or len(term.decode("utf-8")) == length:
                yield term, int(counts[number]), int(example[number])
        return
    for number, term in enumerate(held.all()):
        if length is not None and len(term.decode("utf-8")) != length:
            continue
        having = common(held.docs(number), docs)
        if len(having):
            yield term, len(having), int(having[0])


MOSTLY = 512
"""Documents among the first of which most numbers that any has are met."""


def _tallied(numbers: NDArray[Any], docs: Docs, count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """How many documents have each number below ``count``, and the first that has it."""
    counts = np.bincount(numbers, minlength=count)
    example = np.full(count, -1, np.intp)
    for end in (MOSTLY, len(docs)):
        # Of several assignments the last one stays.
        example[numbers[:end][::-1]] = docs[:end][::-1]
        if end >= len(docs) or not ((example < 0) & (counts > 0)).any():
            break
    return counts, example
