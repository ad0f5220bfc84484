"""The index's own codec: postings as flat arrays over a memory map, behind Whoosh's own interfaces.

What is stored, and what a reader of it may rely on, stands in docs/index-format.md. From the file
upwards:

``container``     named arrays in one file, every page of it checked when it is first touched
``coding``        how places, documents and weights become bytes and arrays again
``sparing``       a few items of a long array, without reading all of it
``terms``         a sorted list of terms
``code_fields``, ``word_fields``, ``stem_fields``   terms with what stands behind them
``reader``        the arrays of a segment: fields, places, columns

``chunks``        texts cut at white space, and chunks found in tables, many at a time
``vocabulary``    texts to numbers of words, in one pass
``inverting``     documents to sorted postings, in bounded memory
``apart``         the same in a process of its own
``postings``      runs of sorted postings, as they lie on disk meanwhile
``merging``       sorted postings (runs of a build, older segments) to one segment
``older``         older segments as what is merged
``words``, ``codes``, ``plain``   a field of each kind written
``stems``         stems of words that are known already

``pool``          what Whoosh's writer fills: the postings of one segment
``writer``        Whoosh's writer, with segments merged array by array
``per_document``  Whoosh's columns and lengths
``segment``       what else Whoosh asks of a codec: segment, terms, matchers

NumPy is imported by these modules and nowhere else at the top of a module, so that commands that do
not search never pay for it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.codec.reader import SegmentArrays


def _import_numpy() -> None:
    """Import NumPy without the threads that its linear algebra starts, one for each processor:
    nothing here uses them, and starting them takes longer than a search."""
    name = "OPENBLAS_NUM_THREADS"
    if name in os.environ:
        return
    os.environ[name] = "1"
    try:
        import numpy  # noqa: F401 - what is wanted is that it was imported now
    finally:
        del os.environ[name]


_import_numpy()


def arrays_of(leaf: Any) -> SegmentArrays | None:
    """The arrays of a segment that one of Whoosh's segment readers reads; None for a stock one."""
    from search.codec.segment import ArrayTermsReader

    # Whoosh gives its codec's own reader by no other name.
    terms = getattr(leaf, "_terms", None)
    return terms.arrays if isinstance(terms, ArrayTermsReader) else None
