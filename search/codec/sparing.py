"""A few items out of a long array, without comparing the checksums of all of it first.

A process that answers one question would spend longer on reading a whole list of a million numbers
than on the answer. What is found here is vouched for by sound bytes all the same: the pages that
decide are compared, and what was found on the way to them is held against what they say. What this
module does not do: remember anything.
"""

from __future__ import annotations

import numpy as np

from search.codec.container import PAGE_BITS, Array, Container, DamagedIndex

FEW = 2_000
"""Items of which the pages are picked out; of more, nearly all pages would be among them."""

OFTEN = 16
"""Questions that are answered from few pages, until the whole of a list is worth reading."""


def pick(container: Container, name: str, at: Array) -> Array:
    """The items at some places. Raises DamagedIndex; IndexError for a place that there is not."""
    whole, offset = container.unchecked(name)
    found: Array = whole[at]
    _touch(container, offset + at.astype(np.int64) * whole.itemsize)
    return found


def reach(container: Container, name: str, values: Array, *, right: bool) -> Array:
    """Where values belong in a rising array: before the first item that is not below them, or,
    with ``right``, that is above them. Raises DamagedIndex."""
    whole, offset = container.unchecked(name)
    # Of one type: NumPy would else copy the whole array into another.
    found: Array = whole.searchsorted(values.astype(whole.dtype), "right" if right else "left")
    after = found < whole.size
    before = found > 0
    at = np.concatenate((found[after], found[before] - 1)).astype(np.int64)
    _touch(container, offset + at * whole.itemsize)
    # The array rises, so where the neighbours are sound and right, the place between them is too.
    low, high = whole[found[before] - 1], whole[found[after]]
    if right:
        belongs = (low <= values[before]).all() and (values[after] < high).all()
    else:
        belongs = (low < values[before]).all() and (values[after] <= high).all()
    if not belongs:
        raise DamagedIndex(f"{name} does not rise")
    return found


def _touch(container: Container, offsets: Array) -> None:
    """Compare the pages of some places in the file. An item of 1, 2, 4 or 8 bytes lies in one page,
    because arrays begin at multiples of 64."""
    # (NumPy would import its masked arrays to find the different ones.)
    for page in sorted(set((offsets >> PAGE_BITS).tolist())):
        container.touch(page << PAGE_BITS, (page << PAGE_BITS) + 1)
