"""``/health``: whether questions can be answered at all, for whatever watches over this machine.

It is answered within half a second whatever else goes on: it is served aside
(``search.web.server``), asks for two small facts only, and gives them up when they do not come.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, make_response

from archive.config import Config
from archive.errors import DecisionsError
from archive.reader import open_texts
from archive.screen import clean
from search.index import Index
from search.web.site import Site

SECONDS = 0.3
"""For the two facts."""

REMEMBERED = 30.0
"""Seconds for which the last look stands in for one that does not come: a machine with much to do
is no archive that does not answer."""


@dataclass(frozen=True, slots=True)
class Health:
    """``behind`` counts changes of the archive that the index lacks; None where that is unknown.
    ``trouble`` is why nothing can be answered, None where all is well."""

    behind: int | None
    decisions: int | None
    trouble: str | None


def register(app: Flask, site: Site) -> None:
    """``/health``."""
    look = _Look(lambda: look_at(site.config))

    @app.get("/health")
    def health() -> Response:
        found = look.within(SECONDS)
        shape: dict[str, Any] = {
            "schema": 1,
            "ok": found.trouble is None,
            "decisions": found.decisions,
            "behind": found.behind,
        }
        if found.trouble is not None:
            app.logger.warning("/health: %s", found.trouble)
            hidden = "it cannot be read just now; the log says why"
            shape["trouble"] = hidden if site.choices.public else clean(found.trouble)
        response = make_response(jsonify(shape), 200 if found.trouble is None else 503)
        response.headers["Cache-Control"] = "no-store"
        return response


def look_at(config: Config) -> Health:
    """How archive and index stand. Raises nothing of ours."""
    state = Index(config.index_dir).state()
    try:
        with open_texts(config.database_url) as texts:
            archive_id, epoch, last = texts.identity()
    except (DecisionsError, OSError) as error:
        return Health(None, None, str(error))
    if not state.usable:
        return Health(None, None, state.problem or "the search index cannot be used")
    of = dict(state.details)
    if (of.get("archive"), of.get("epoch")) != (archive_id, epoch) or state.cursor > last:
        return Health(
            None, None, "The search index belongs to another archive. Run: decisions index"
        )
    return Health(last - state.cursor, state.documents, None)


class _Look:
    """A look that may hang (a disk over a network, a server that is gone): one at a time, in a
    thread of its own, waited for only so long."""

    def __init__(self, look: Callable[[], Health]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._under_way: threading.Event | None = None
        self._seen = Health(None, None, "nothing is known yet")
        self._seen_at = -REMEMBERED

    def within(self, seconds: float) -> Health:
        """What a look from now on finds, else what one found a moment ago, else that it takes too
        long."""
        with self._lock:
            fresh = self._under_way is None
            done = self._under_way = self._under_way or threading.Event()
        if fresh:
            threading.Thread(target=self._go, args=(done,), daemon=True).start()
        if done.wait(seconds) or time.monotonic() - self._seen_at < REMEMBERED:
            return self._seen
        return Health(None, None, "the archive does not answer within a reasonable time")

    def _go(self, done: threading.Event) -> None:
        try:
            self._seen = self._look()
            self._seen_at = time.monotonic()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            self._seen = Health(None, None, f"{type(error).__name__}: {error}")
        finally:
            with self._lock:
                self._under_way = None
            done.set()
