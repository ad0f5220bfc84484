"""A search from Python: the settings, the index and the texts opened, one question, all closed.

The work is that of the command (``search.query``); this only opens what it needs, and writes
nothing.
"""

from __future__ import annotations

from pathlib import Path

from archive.places import settings_for
from archive.reader import open_texts
from search import query as querying
from search.index import Index
from search.query import SearchResults
from search.request import SearchRequest


def search(query: str | SearchRequest, *, home: str | Path | None = None) -> SearchResults:
    """Find decisions, as ``decisions search`` does.

    ``query`` is a text in the query language (docs/search.md), which gives the first ten hits, or a
    SearchRequest with filters, order and ``limit`` (None for all). ``home`` is the directory of the
    archive and its index; without it, the one that the commands use. The hits have the fields of
    ``search --json``. A restricted decision is never among them; one that the Ombudsman withdrew
    is, with its ``status``: do not pass its words on.

    Raises QueryError for a query that cannot be read, IndexUnusable when the index is missing or
    does not fit the archive (``decisions index`` mends that), DatabaseUnusable for no archive, all
    of them DecisionsError. ``behind`` of the results counts changes that the index lacks.
    """
    request = query if isinstance(query, SearchRequest) else SearchRequest(query)
    config = settings_for(home)
    with open_texts(config.database_url) as texts:
        return querying.search(Index(config.index_dir), request, texts)
