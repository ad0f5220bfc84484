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
    pool, keys = _leading(segments, hits, columns, count, first)
    chosen = pool.docs[np.lexsort(keys[::-1])[:count]]
    found: list[int] = chosen.tolist()
    return found


def foremost(
    segments: Segments,
    hits: HitArray,
    columns: Sequence[tuple[str, int]],
    count: int,
    first: Sequence[Collection[int]] = (),
) -> HitArray:
    """See ``search.evaluate.Evaluation.foremost``."""
    pool, keys = _leading(segments, hits, columns, count, first)
    if len(pool) <= count:
        return pool
    return pool.at(np.sort(np.lexsort(keys[::-1])[:count]))


def _leading(
    segments: Segments,
    hits: HitArray,
    columns: Sequence[tuple[str, int]],
    count: int | None,
    first: Sequence[Collection[int]],
) -> tuple[HitArray, list[NDArray[Any]]]:
    """Hits among which the ``count`` first are, few more than these, and what each is ordered by.

    Only where the first column leaves it open which ones these are do the others decide.
    """
    group = _groups(hits, first)
    name, sign = columns[0]
    if count is not None and count < len(hits):
        if group is not None:
            ends = np.bincount(group, minlength=len(first) + 1).cumsum()
            worst = int(ends.searchsorted(count))
            ahead = 0 if not worst else int(ends[worst - 1])
            last = (group == worst).nonzero()[0]
            chosen = _least(sign * _key(segments, name, hits.at(last)), count - ahead)
            pool = np.sort(np.concatenate(((group < worst).nonzero()[0], last[chosen])))
        else:
            pool = _least(sign * _key(segments, name, hits), count)
        hits = hits.at(pool)
        group = None if group is None else group[pool]
    keys = [sign * _key(segments, name, hits) for name, sign in columns]
    return hits, keys if group is None else [group, *keys]


def _least(keys: NDArray[Any], count: int) -> NDArray[np.intp]:
    """Where the ``count`` least keys are, and all that are equal to the last of them, in order.

    Of as many heaps as are wanted each has one that is no greater than the greatest of their
    least ones; so whatever is greater than that need not be looked at.
    """
    if not count:
        return np.empty(0, np.intp)
    if count >= len(keys):
        return np.arange(len(keys))
    whole = keys[: len(keys) // count * count]
    # Either way of laying them out will do; that with the longer rows is quicker.
    if count * count < len(keys):
        least = whole.reshape(count, -1).min(axis=1)
    else:
        least = whole.reshape(-1, count).min(axis=0)
    pool: NDArray[np.intp] = (keys <= least.max()).nonzero()[0]
    left = keys[pool]
    if len(pool) > count:
        pool = pool[left <= np.partition(left, count - 1)[count - 1]]
    return pool


def _groups(hits: HitArray, first: Sequence[Collection[int]]) -> NDArray[np.int8] | None:
    if not first:
        return None
    group = np.full(hits.size, len(first), np.int8)
    for number, docs in reversed(list(enumerate(first))):
        at = docs.docs if isinstance(docs, HitArray) else np.array(list(docs), np.intp)
        group[at] = number
    return group[hits.docs]


def _key(segments: Segments, name: str, hits: HitArray) -> NDArray[Any]:
    if name == BY_SCORE:
        return -np.round(hits.scores, DIGITS)
    if name == "name":
        return segments.ranks("name")[hits.docs]
    return segments.numbers(name)[hits.docs].astype(np.int64)


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
    years = segments.numbers("day")[hits.docs] // 10000
    codes, example, counts = np.unique(years, return_index=True, return_counts=True)
    return [
        CodeCount(f"{year:04d}", count, doc)
        for year, count, doc in zip(
            codes.tolist(), counts.tolist(), hits.docs[example].tolist(), strict=True
        )
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
        numbers = held.by_document[docs].astype(np.intp)
        there = numbers < terms
        numbers, having = numbers[there], docs[there]
        counts = np.bincount(numbers, minlength=terms)
        example = np.zeros(terms, np.intp)
        example[numbers[::-1]] = having[::-1]  # of several assignments the last one stays
        for number in np.flatnonzero(counts).tolist():
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
