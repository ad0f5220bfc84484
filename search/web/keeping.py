"""Answers that are kept for a moment, because counting sixty thousand decisions takes seconds.

An answer is kept under its question and the state of the archive (``archive.state_token``): any
change, restriction or erasure makes another state, so nothing is ever served that the archive would
no longer say. The number of answers is bounded; the one not asked for longest goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from archive.state_token import state_token
from search.web.site import Site

MOST = 48
"""Answers kept; the largest (all councils) is about a megabyte."""


class Keeping:
    """Asks like ``site.answering``, and answers again what was just asked."""

    def __init__(self, site: Site, most: int = MOST) -> None:
        self._site, self._most = site, most
        self._held: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = Lock()

    def ask(self, job: str, *arguments: Any) -> Any:
        """The answer of a job whose arguments can be compared. Raises what the job raises, which
        is not kept."""
        # The state comes first: an answer may be newer than the state it is kept under, and no
        # state comes back.
        key = (state_token(self._site.config.database_url), job, *arguments)
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        answer = self._site.answering.ask(job, *arguments)
        with self._lock:
            self._held[key] = answer
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return answer
