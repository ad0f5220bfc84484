"""Councils and providers that were asked for by a spelling which others of their decisions lack.

A filter looks for the words of a name as it stands in the titles; one that goes under another name
now has decisions under that too, and whoever asked should be told.
"""

from __future__ import annotations

from archive.ports import HitText
from search.request import SearchRequest, read
from search.tree import Filter, Node, changed


def renamed(request: SearchRequest, texts: HitText) -> list[tuple[str, str]]:
    """Each such spelling of a request, and the name it goes under. Raises QueryError."""
    asked: list[str] = []

    def look(node: Node) -> Node:
        if isinstance(node, Filter) and node.field == "body":
            asked.append(node.value)
        return node

    changed(read(request), look)
    names = [(spelling, texts.renamed(spelling)) for spelling in dict.fromkeys(asked)]
    return [(spelling, name) for spelling, name in names if name is not None]
