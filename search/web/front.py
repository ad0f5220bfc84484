"""The front page: what this is, how much there is and how fresh, and ways in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, Response, make_response, render_template

from archive.reader import open_texts
from archive.records import DecisionKind, Outcome
from archive.rendering import OUTCOME_WORDS, plain_day
from archive.screen import clean
from search.web import addresses
from search.web.errors import TooBusy, TooSlow
from search.web.guide import EXAMPLES, LANGUAGE
from search.web.showing import gone_words
from search.web.site import Site

if TYPE_CHECKING:
    from archive.stats import Totals

NEWEST = 6
"""Decisions shown that came last."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A decision that came lately, in words."""

    href: str
    title: str
    summary: str
    outcome: str
    outcome_words: str
    day: str
    day_words: str
    category: tuple[str, ...]
    report: bool
    gone: str


def register(app: Flask, site: Site) -> None:
    """``/``."""
    counts = Counts()
    withdrawn = site.choices.include_withdrawn

    @app.get("/")
    def front() -> Response:
        with open_texts(site.config.database_url) as texts:
            state, seen = (texts.identity(), texts.restricted()), texts.last_crawl()
            ids = texts.newest(NEWEST)
            headers = texts.decisions(ids)
        newest = [headers[number] for number in ids if number in headers]
        totals = counts.at(state, lambda: site.answering.ask("totals", withdrawn))
        page = render_template(
            "front.html",
            totals=totals,
            seen=seen,
            newest=[_newcomer(header) for header in newest],
            attributions=sorted({str(one["attribution"]) for one in newest if one["attribution"]}),
            examples=EXAMPLES,
            language_rows=LANGUAGE,
        )
        response = make_response(page)
        if totals is None:
            response.headers["Cache-Control"] = "no-store"
        return response


class Counts:
    """The totals of an archive, counted once for each state of it.

    They are the one thing of the front page that takes longer the more there is. None while they
    cannot be had: the page is of use without them.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._state: object = None
        self._totals: Totals | None = None

    def at(self, state: object, count: Callable[[], Totals]) -> Totals | None:
        with self._lock:
            if self._state == state:
                return self._totals
        try:
            totals = count()
        except (TooSlow, TooBusy):
            return None
        with self._lock:
            self._state, self._totals = state, totals
        return totals


def _newcomer(header: dict[str, object]) -> Newcomer:
    def text(name: str) -> str:
        return " ".join(clean(str(header[name] or "")).split())

    since = header["status_since"]
    return Newcomer(
        href=addresses.decision(text("source"), text("reference")),
        title=text("title") or f"Decision {text('reference')}",
        summary=text("summary"),
        outcome=text("outcome"),
        outcome_words=text("outcome_raw") or OUTCOME_WORDS[Outcome(text("outcome"))],
        day=text("decided_on"),
        day_words=plain_day(date.fromisoformat(text("decided_on"))),
        category=tuple(part for part in (text("category"), text("subcategory")) if part),
        report=text("kind") == DecisionKind.REPORT,
        gone=gone_words(text("status"), None if since is None else str(since)),
    )
