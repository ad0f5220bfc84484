"""A field of codes, each with its documents, to arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from search.codec.coding import document_type, ends_of
from search.codec.container import ContainerWriter
from search.codec.terms import write_terms


def write_codes(
    writer: ContainerWriter, name: str, codes: Mapping[bytes, Sequence[int]], documents: int
) -> None:
    """Write a field of codes: each with its documents, rising."""
    terms = sorted(codes)
    counts = np.fromiter((len(codes[term]) for term in terms), np.int64, len(terms))
    found = np.fromiter((doc for term in terms for doc in codes[term]), np.int64, int(counts.sum()))
    write_terms(writer, name, terms)
    writer.put(f"{name}.postings", ends_of(counts), "<u4")
    writer.put(f"{name}.docs", found, document_type(documents))
    if np.unique(found).size == found.size:
        dtype = "<u2" if len(terms) < 0xFFFF else "<u4"
        by_document = np.full(documents, np.iinfo(dtype).max, dtype)
        by_document[found] = np.repeat(np.arange(len(terms)), counts)
        writer.put(f"{name}.by_document", by_document)
