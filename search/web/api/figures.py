"""Calls that count: figures, coverage, and what the archive holds."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response

from archive.body_facts import fact_type
from archive.coverage_command import coverage_json
from archive.figures.asking import Question, dimensions
from archive.figures.periods import year_span
from archive.figures.shapes import figures_json
from archive.records import BodyType, DecisionKind, Outcome
from archive.rounds import nights_to_see_all
from search.fields import first_day, last_day, name_among
from search.index import Index
from search.web.api.answering import ROOT, answer, attribution_of, given
from search.web.api.lists import meant, shown_bodies
from search.web.asking import Reading, taken, truth
from search.web.errors import BadAddress
from search.web.site import Site

REVISITS = 200
"""Revisits a night that are reckoned with, as by the command."""


def _body_type(text: str) -> str:
    kind: BodyType | None = fact_type(text)
    if kind is None:
        raise ValueError(f"{text[:40]!r} is no type")
    return kind.value


STATS: Reading = {
    "by": ("by", dimensions),
    "year": ("span", year_span),
    "from": ("first", first_day),
    "to": ("last", last_day),
    "type": ("body_type", _body_type),
    "category": ("category", str),
    "kind": ("kind", lambda text: name_among(text, tuple(map(str, DecisionKind)))),
    "outcome": ("outcome", lambda text: name_among(text, tuple(map(str, Outcome)))),
    "source": ("source", str),
    "per-reference": ("per_reference", truth),
    "rank": ("rank", truth),
}
STATS_MANY: Reading = {"body": ("bodies", str)}
COVERAGE: Reading = {"source": ("source", str)}
"""Parameters, as ``search.web.asking`` reads them."""


def register(app: Flask, site: Site) -> None:
    """``/stats``, ``/coverage`` and ``/status``."""

    @app.get(f"{ROOT}/stats")
    def api_stats() -> Response:
        asked: dict[str, Any] = taken(given(), STATS, STATS_MANY)
        # Counts beside a search that hides some would tell by subtraction what those are.
        asked |= {"restricted": False, "withdrawn": site.choices.include_withdrawn}
        if asked["bodies"]:
            with site.open_archive() as archive:
                held = shown_bodies(site, archive.bodies.all(), site.choices.include_withdrawn)
            asked["bodies"] = tuple(meant(held, name).name for name in asked["bodies"])
        question = Question(**asked)
        if question.first and question.last and question.first > question.last:
            raise BadAddress("'from' is more than 'to'")
        found = site.answering.ask("figures", question, site.now().date())
        return answer(figures_json(found))

    @app.get(f"{ROOT}/coverage")
    def api_coverage() -> Response:
        asked = taken(given(), COVERAGE)
        found = site.answering.ask("coverage", asked.get("source"), site.now().date())
        budget = 0 if found.only else REVISITS
        shape = coverage_json(found, budget, nights_to_see_all(found.standing, budget))
        with site.open_archive() as archive:
            shape["attribution"] = attribution_of(archive)
        return answer(shape)

    @app.get(f"{ROOT}/status")
    def api_status() -> Response:
        taken(given(), {})
        counts, listed, crawl = site.answering.ask("status", site.choices.include_withdrawn)
        with site.open_archive() as archive:
            newest, only = archive.last_change_id(), archive.runs.only_bodies()
            identity = (archive.archive_id, archive.epoch)
            attribution = attribution_of(archive)
        index = Index(site.config.index_dir).state()
        ours = dict(index.details)
        same = (ours.get("archive", identity[0]), ours.get("epoch", identity[1])) == identity
        shape = {
            "schema": 1,
            "only": only,
            "decisions": counts.decisions,
            "councils_and_providers": counts.bodies,
            "paragraphs": counts.paragraphs,
            "captures": counts.captures,
            "refused_captures": counts.refused,
            "first_decided_on": _iso(counts.first_decided_on),
            "last_decided_on": _iso(counts.last_decided_on),
            "outcomes": dict(counts.by_outcome),
            "kinds": dict(counts.by_kind),
            "statuses": dict(counts.by_status),
            "listed": dict(listed),
            "last_crawl": None
            if crawl is None
            else {
                "started_at": _iso(crawl.started_at),
                "finished_at": _iso(crawl.finished_at),
                "new": crawl.added,
                "changed": crawl.amended,
                "failed": crawl.failed,
            },
            "index": {
                "in_step": index.usable and same and index.cursor == newest,
                "documents": index.documents,
                "cursor": index.cursor,
                "newest_change": newest,
            },
            "attribution": attribution,
        }
        return answer(shape)


def _iso(value: Any) -> str | None:
    return None if value is None else str(value.isoformat())
