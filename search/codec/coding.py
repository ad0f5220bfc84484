"""How rising places, documents and weights become small arrays, and arrays again. Pure.

**Places** of a term rise from the first on, which is kept by itself; the rest are kept as the steps
between them, in the width that takes least room for that term: 1 or 2 bytes, where the highest
number (255, 65,535) stands for a step that goes on in the next entry, or 3 or 4 bytes. So any step
fits, and decoding is a running sum. Every ``BLOCK`` entries the place reached is kept beside them
(*anchors*), so a few documents can be looked up without decoding all.

**Documents** of a term that stands in one of sixteen or more are a bitmap, else numbers.

**Weights** are hundredths: an index into a table of the 255 commonest, or 255 and the number itself
in a list beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from search.codec.container import Array

BLOCK = 1024
WIDTHS = (1, 2, 3, 4)
ESCAPED = 2
"""Up to this width a step may go on in the next entry."""

_AT_A_TIME = 1 << 18
"""Steps coded at a time: the commonest word of a language has millions."""

_HIGHEST = {1: 0xFF, 2: 0xFFFF, 3: 0xFFFFFF}
_TYPES = {1: "u1", 2: "u2", 3: "V3", 4: "u4"}

ODD = 255
"""The code of a weight that is not in the table."""


class Coded(NamedTuple):
    """Places of some terms in a row: ``first``, ``width`` and ``entries`` per term; ``streams`` by
    width; ``anchors`` of the terms that have any, and their number per term."""

    first: Array
    width: Array
    entries: Array
    streams: dict[int, Array]
    anchors: Array
    anchored: Array


def ranges(starts: Array, counts: Array) -> Array:
    """``starts[0]``, ``starts[0] + 1`` … (``counts[0]`` of them), then the next ones."""
    total = int(counts.sum())
    ends = np.cumsum(counts, dtype=np.int64)
    return np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - counts), counts)


def ends_of(counts: Array) -> Array:
    """Zero, and where each of some stretches of these lengths ends."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))


def number_type(array: Array) -> str:
    """The type that numbers are kept with: four bytes, or eight where one needs them."""
    return "<u8" if array.size and int(array.max()) > 0xFFFFFFFF else "<u4"


def document_type(documents: int) -> str:
    """The type that numbers of documents are kept with."""
    return "<u2" if documents <= 0x10000 else "<u4"


def sums(values: Array, ends: Array) -> Array:
    """The sum of each run of values that ends there (exclusive); 0 for an empty run."""
    found = np.zeros(ends.size, np.int64)
    filled = np.diff(ends, prepend=0) > 0
    if filled.any():
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))[filled]
        found[filled] = np.add.reduceat(values, starts, dtype=np.int64)
    return found


def code_places(places: Array, ends: Array) -> Coded:
    """Code the places of terms, one term after the other, each rising; no term is without any."""
    if ends.size == 1:
        return _code_one(places)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    first = places[starts]
    steps = np.empty(places.size, np.uint32)
    steps[1:] = places[1:] - places[:-1]
    inner = np.ones(places.size, bool)
    inner[starts] = False
    steps = steps[inner]
    counts = np.diff(ends, prepend=0) - 1
    step_ends = np.cumsum(counts)
    # By width: how many entries the places of each term take.
    taken = [counts + sums(steps // np.uint32(_HIGHEST[w]), step_ends) for w in (1, 2)]
    too_wide = sums(steps > _HIGHEST[3], step_ends) > 0
    cost = np.stack(
        [taken[0], 2 * taken[1], np.where(too_wide, 4 * counts + 1, 3 * counts), 4 * counts]
    )
    choice = cost.argmin(axis=0)
    width = np.array(WIDTHS, np.uint8)[choice]
    entries = np.choose(choice, [*taken, counts, counts])
    streams: dict[int, Array] = {}
    of_term = np.repeat(width, counts)
    anchors: list[Array] = []
    anchored = np.zeros(ends.size, np.int64)
    for one in WIDTHS:
        chosen = steps[of_term == one]
        streams[one] = _entries(chosen, one)
    wide = np.flatnonzero((entries > BLOCK) & (width <= ESCAPED))
    for term in wide.tolist():
        found = _anchors(
            streams[int(width[term])],
            int(entries[:term][width[:term] == width[term]].sum()),
            int(entries[term]),
            int(first[term]),
        )
        anchors.append(found)
        anchored[term] = found.size
    return Coded(
        first,
        width,
        entries,
        streams,
        np.concatenate(anchors) if anchors else np.empty(0, np.uint32),
        anchored,
    )


def _code_one(places: Array) -> Coded:
    """The same for one term, which may have millions of places: without copies of them all."""
    count = places.size - 1
    taken = dict.fromkeys((1, 2), count)
    highest = 0
    for steps in _steps(places):
        highest = max(highest, int(steps.max()))
        for width in taken:
            taken[width] += int((steps // np.uint32(_HIGHEST[width])).sum(dtype=np.int64))
    widest = 4 if highest > _HIGHEST[3] else 3
    cost = {1: taken[1], 2: 2 * taken[2], widest: widest * count}
    width = min(cost, key=lambda one: (cost[one], one))
    first = int(places[0])
    streams = {one: _entries(places[:0], one) for one in WIDTHS}
    if count:
        streams[width] = np.concatenate([_entries(steps, width) for steps in _steps(places)])
    count = streams[width].size
    anchors = np.empty(0, np.uint32)
    if width <= ESCAPED and count > BLOCK:
        anchors = _anchors(streams[width], 0, count, first)
    return Coded(
        np.array([first], np.uint32),
        np.array([width], np.uint8),
        np.array([count], np.int64),
        streams,
        anchors,
        np.array([anchors.size], np.int64),
    )


def _steps(places: Array) -> Iterator[Array]:
    for low in range(0, places.size - 1, _AT_A_TIME):
        high = min(low + _AT_A_TIME, places.size - 1)
        yield places[low + 1 : high + 1] - places[low:high]


def _entries(steps: Array, width: int) -> Array:
    """Steps as entries of so many bytes."""
    return _escaped(steps, width) if width <= ESCAPED else _cut(steps, width)


def _escaped(steps: Array, width: int) -> Array:
    highest = _HIGHEST[width]
    if not steps.size or int(steps.max()) < highest:
        return steps.astype(_TYPES[width])
    ends = np.cumsum(steps // np.uint32(highest) + np.uint32(1), dtype=np.int64)
    out = np.full(int(ends[-1]), highest, _TYPES[width])
    out[ends - 1] = steps % np.uint32(highest)
    return out


def _cut(steps: Array, width: int) -> Array:
    """Steps as entries of so many bytes, little-endian."""
    lowest = np.ascontiguousarray(steps, "<u4").view(np.uint8).reshape(-1, 4)[:, :width]
    return np.ascontiguousarray(lowest).reshape(-1).view(f"V{width}" if width == 3 else "<u4")


def _widened(entries: Array) -> Array:
    """Entries of three bytes as numbers."""
    if entries.dtype.itemsize == 4:
        return entries
    wide = np.zeros((entries.size, 4), np.uint8)
    wide[:, :3] = entries.view(np.uint8).reshape(-1, 3)
    return wide.reshape(-1).view("<u4")


def _anchors(stream: Array, start: int, count: int, first: int) -> Array:
    whole = count // BLOCK * BLOCK
    blocks = stream[start : start + whole].reshape(-1, BLOCK).sum(axis=1, dtype=np.uint64)
    reached = np.cumsum(blocks) + np.uint64(first)
    return reached[: (count - 1) // BLOCK].astype(np.uint32)


def decode_places(first: int, entries: Array) -> Array:
    """All places of a term from its entries."""
    if entries.dtype.itemsize > ESCAPED:
        out = np.zeros(entries.size + 1, np.uint32)
        np.cumsum(_widened(entries), out=out[1:], dtype=np.uint32)
        out += np.uint32(first)
        return out
    reached = np.cumsum(entries, dtype=np.uint32)
    highest = _HIGHEST[entries.dtype.itemsize]
    wraps = entries == highest
    if wraps.any():
        reached = reached[~wraps]
    out = np.empty(reached.size + 1, np.uint32)
    out[0] = first
    np.add(reached, np.uint32(first), out=out[1:])
    return out


def decode_blocks(first: int, entries: Array, anchors: Array, blocks: Array) -> Array:
    """The places in some blocks (rising numbers) of a term, and always its very first."""
    highest = _HIGHEST[entries.dtype.itemsize]
    at = blocks[:, None] * BLOCK + np.arange(BLOCK)
    inside = at < entries.size
    picked = entries[np.minimum(at, entries.size - 1)]
    reached = np.cumsum(picked, axis=1, dtype=np.uint32)
    base = np.concatenate((np.array([first], np.uint32), anchors))
    reached += base[blocks][:, None]
    found = reached[inside & (picked != highest)]
    return np.concatenate((np.array([first], np.uint32), found))


def pack_documents(documents: Array, count: int) -> Array:
    """The bitmap of some of ``count`` documents."""
    mask = np.zeros(count, bool)
    mask[documents] = True
    return np.packbits(mask, bitorder="little")


def unpack_mask(bitmap: Array, count: int) -> Array:
    """A bitmap as booleans, one per document."""
    return np.unpackbits(bitmap, count=count, bitorder="little").view(bool)


def bits(bitmap: Array, documents: Array) -> Array:
    """Which of some documents are in a bitmap; none beyond its end is asked for."""
    byte = bitmap.take(documents >> 3)
    byte >>= (documents & 7).astype(np.uint8)
    byte &= np.uint8(1)
    return byte.view(bool)


def ranks(bitmap: Array, documents: Array) -> tuple[Array, Array]:
    """Which of some documents are in a bitmap, and how many others of it are before each of these.

    None beyond its end is asked for.
    """
    counts = np.bitwise_count(bitmap)
    before = counts.cumsum(dtype=np.intp)
    before -= counts
    byte = documents >> 3
    held = bitmap.take(byte)
    bit = (1 << (documents & 7)).astype(np.uint8)
    there = (held & bit) != 0
    inner = np.bitwise_count(held & (bit - np.uint8(1)))
    return there, (before.take(byte) + inner)[there]


def is_dense(frequency: Array, count: int) -> Array:
    """Whether the documents of a term are kept as a bitmap."""
    return frequency * 16 >= count


def weight_table(histogram: dict[int, int]) -> Array:
    """The commonest weights in hundredths, at most 255, commonest first."""
    order = sorted(histogram, key=lambda one: (-histogram[one], one))[:ODD]
    return np.array(order, np.uint32)


class WeightCoder:
    """Hundredths to codes by a table."""

    def __init__(self, table: Array) -> None:
        self._order = np.argsort(table, kind="stable")
        self._sorted = table[self._order]

    def codes(self, hundredths: Array) -> Array:
        """The code of each; ``ODD`` where it is not in the table."""
        if not self._sorted.size:
            return np.full(hundredths.size, ODD, np.uint8)
        at = np.searchsorted(self._sorted, hundredths)
        at[at == self._sorted.size] = 0
        known = self._sorted[at] == hundredths
        return np.where(known, self._order[at], ODD).astype(np.uint8)
