"""Texts cut at white space, as arrays: where each chunk stands, and which known chunk it is.

A build meets a hundred million chunks and some hundred thousand different ones. Making a string of
each and looking it up costs a reading of memory for the string, its hash, its key and its value;
here a chunk is the few machine words its bytes fill, and a table of them is asked for all chunks of
a text at once. What this module does not do: know what a chunk means.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from search.codec.container import Array

NONE = 0xFFFFFFFF
"""No code."""

WIDEST = 3
"""Chunks of up to so many machine words (of eight bytes) are found in tables."""

_WORD = 8
_PADDING = bytes(_WORD * (WIDEST + 1))
_NORMAL, _SPACE, _LEAD = 0, 1, 2

_SPACES = (
    *range(0x09, 0x0E),
    *range(0x1C, 0x21),
    *(0x85, 0xA0, 0x1680),
    *range(0x2000, 0x200B),
    *(0x2028, 0x2029, 0x202F, 0x205F, 0x3000),
)
"""What ``str.split`` takes for white space."""


def _kinds() -> Array:
    """Of each byte: white space; the first byte of a character that may be some, or a ``£``."""
    found = np.full(256, _NORMAL, np.uint8)
    for code in (*_SPACES, ord("£")):
        first = chr(code).encode("utf-8")
        found[first[0]] = _SPACE if len(first) == 1 else _LEAD
    return found


_KIND = _kinds()
_IS_SPACE = np.zeros(max(_SPACES) + 1, bool)
_IS_SPACE[list(_SPACES)] = True
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(_WORD + 1)], np.uint64)


class Cut(NamedTuple):
    """A text's bytes (UTF-8, lone surrogates included) and where its chunks stand in them."""

    data: bytes
    starts: Array
    lengths: Array
    parted: bool
    """Whether white space follows a ``£`` somewhere."""

    def chunks(self, chosen: Array) -> list[str]:
        """Some of them as texts."""
        if not chosen.size:
            return []
        starts = self.starts[chosen]
        ends = starts + self.lengths[chosen]
        data = self.data
        found = [data[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        # A chunk has no space in it, so together they are decoded and parted again.
        return b" ".join(found).decode("utf-8", "surrogatepass").split(" ")


def cut(text: str) -> Cut:
    """The chunks of a text: what ``text.split()`` gives."""
    # A space at either end: so spaces and chunks take turns, and a space is first and last.
    data = b"".join((b" ", text.encode("utf-8", "surrogatepass"), b" ", _PADDING))
    whole = np.frombuffer(data, np.uint8, len(data) - len(_PADDING))
    kinds = _KIND[whole]
    space = kinds == _SPACE
    parted = not text.isascii() and _wide_spaces(whole, kinds, space)
    edges = np.flatnonzero(space[1:] != space[:-1])
    edges += 1
    starts = edges[::2]
    return Cut(data, starts, edges[1::2] - starts, parted)


def _wide_spaces(data: Array, kinds: Array, space: Array) -> bool:
    """Mark white space of several bytes too; gives whether any follows a ``£``."""
    leads = np.flatnonzero(kinds == _LEAD)
    if not leads.size:
        return False
    # The last byte is a space, so whatever begins with a lead has a second one.
    first, second = data[leads].astype(np.int64), data[leads + 1].astype(np.int64)
    third = data[np.minimum(leads + 2, data.size - 1)].astype(np.int64)
    two = first < 0xE0
    second &= 0x3F
    third &= 0x3F
    code = np.where(two, (first & 0x1F) * 64 + second, (first & 0x0F) * 4096 + second * 64 + third)
    blank = _IS_SPACE[np.minimum(code, _IS_SPACE.size - 1)] & (code < _IS_SPACE.size)
    at = leads[blank]
    space[at] = space[at + 1] = True
    space[at[~two[blank]] + 2] = True
    pounds = leads[code == ord("£")]
    return bool(space[pounds + 2].any())


def by_width(found: Cut) -> Iterator[tuple[int, Array]]:
    """Which chunks fill one machine word, two …; those that fill more than ``WIDEST`` are left out.

    Gives one number less than the words they fill, and the numbers of the chunks, if any do.
    """
    width = (found.lengths - 1) >> 3
    for one in range(WIDEST):
        some = np.flatnonzero(width == one)
        if some.size:
            yield one, some


def windows(found: Cut, chosen: Array, width: int) -> list[Array]:
    """The bytes of chunks as so many machine words each, zeros after the last byte."""
    words = np.ndarray((len(found.data) - _WORD,), "<u8", found.data, strides=(1,))
    starts, lengths = found.starts[chosen], found.lengths[chosen]
    columns = []
    for number in range(width):
        left = lengths - number * _WORD
        column = words[starts + number * _WORD]
        column &= _MASKS[np.minimum(np.maximum(left, 0), _WORD)]
        columns.append(column)
    return columns


class Table:
    """Codes of chunks of ``width`` machine words, found many at a time.

    Open addressing; where a chunk belongs is drawn anew for each table, so no text can be written
    that would make all its chunks belong to one place. A chunk is compared by all of its bytes.
    """

    def __init__(self, width: int, bits: int = 12) -> None:
        self.width = width
        self._factors = [np.uint64(secrets.randbits(64) | 1) for _ in range(width + 1)]
        self._empty(bits)

    def __len__(self) -> int:
        return self._count

    def _empty(self, bits: int) -> None:
        self._bits = bits
        self._count = 0
        self._codes = np.full(1 << bits, NONE, np.uint32)
        self._keys = [np.zeros(1 << bits, np.uint64) for _ in range(self.width)]

    def _places(self, columns: Sequence[Array]) -> Array:
        mixed = columns[0] * self._factors[0]
        for column, factor in zip(columns[1:], self._factors[1:], strict=False):
            mixed ^= mixed >> np.uint64(32)
            mixed += column
            mixed *= factor
        mixed ^= mixed >> np.uint64(29)
        mixed *= self._factors[-1]
        mixed >>= np.uint64(64 - self._bits)
        return mixed.view(np.int64)

    def _differ(self, at: Array, columns: Sequence[Array]) -> Array:
        differ: Array = self._keys[0][at] != columns[0]
        for key, column in zip(self._keys[1:], columns[1:], strict=True):
            differ |= key[at] != column
        return differ

    def find(self, columns: Sequence[Array]) -> Array:
        """The code of each chunk, ``NONE`` for one that was never added."""
        at = self._places(columns)
        codes = self._codes[at]
        rest = np.flatnonzero(self._differ(at, columns) & (codes != NONE))
        mask = (1 << self._bits) - 1
        while rest.size:
            next_at = (at[rest] + 1) & mask
            at[rest] = next_at
            here = self._codes[next_at]
            codes[rest] = here
            other = self._differ(next_at, [column[rest] for column in columns]) & (here != NONE)
            rest = rest[other]
        return codes

    def add(self, columns: Sequence[Array], codes: Array) -> None:
        """Add chunks that differ and are not there."""
        needed = self._count + codes.size
        if 2 * needed > 1 << self._bits:
            there = self._codes != NONE
            columns = [
                np.concatenate((key[there], column))
                for key, column in zip(self._keys, columns, strict=True)
            ]
            codes = np.concatenate((self._codes[there], codes))
            self._empty(max(self._bits + 1, int(2 * needed).bit_length()))
        mask = (1 << self._bits) - 1
        at = self._places(columns)
        rest = np.arange(codes.size)
        while rest.size:
            free = self._codes[at[rest]] == NONE
            trying = rest[free]
            # Of several that belong to one free place the last one gets it.
            self._codes[at[trying]] = codes[trying]
            won = trying[self._codes[at[trying]] == codes[trying]]
            for key, column in zip(self._keys, columns, strict=True):
                key[at[won]] = column[won]
            lost = np.ones(codes.size, bool)
            lost[won] = False
            rest = rest[lost[rest]]
            at[rest] = (at[rest] + 1) & mask
        self._count = needed
