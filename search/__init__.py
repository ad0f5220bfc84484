"""The search room: a disposable full-text index over the archive. See docs/architecture.md.

For researchers: ``from search import search``, then ``search("data protection")`` (see
docs/python.md). What stands in ``__all__`` is loaded when it is asked for, not before.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.calling import search as search
    from search.query import Hit as Hit
    from search.query import SearchResults as SearchResults
    from search.request import SearchRequest as SearchRequest
    from search.request import Sort as Sort

_FROM = {
    "Hit": "search.query",
    "SearchRequest": "search.request",
    "SearchResults": "search.query",
    "Sort": "search.request",
    "search": "search.calling",
}
__all__ = ["Hit", "SearchRequest", "SearchResults", "Sort", "search"]


def __getattr__(name: str) -> Any:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_FROM[name]), name)
