"""The page of a search: what was asked in a form, what answers, and how to go on from there.

Works without a script. What goes wrong (a query that cannot be read, a search that takes too long)
is told on the same page, with what was typed still in the box.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask import Flask, Response, make_response, render_template, request

from archive.config import Config
from archive.errors import Ambiguous, NotFound
from archive.passing_on import notice, withheld
from archive.reader import open_texts
from archive.records import reference_key
from archive.rendering import plain_day
from archive.screen import clean
from search.advice import remarks
from search.errors import IndexUnusable, QueryError
from search.parse import as_reference
from search.present import headline
from search.query import SearchResults
from search.renamed import renamed
from search.request import SearchRequest, Sort, read
from search.synonyms import Offer, expanded, load
from search.web.asking import LAST_OFFSET, LONGEST, Parameters, request_of
from search.web.downloads import MOST_ROWS
from search.web.errors import BadAddress, WebError
from search.web.guide import LANGUAGE, PARTS
from search.web.narrowing import EXPAND, FACETS, PAGES, Asked, chips, groups, labels_of
from search.web.showing import shown
from search.web.site import Site
from search.web.trouble import EMPTY, trouble_of

ORDERS = {
    Sort.RELEVANCE: "Best match",
    Sort.NEWEST: "Newest",
    Sort.OLDEST: "Oldest",
    Sort.BODY: "Council or provider",
    Sort.REMEDY: "Largest sum",
}

IN_FORM = ("q", "from", "to", "remedy-min", "section")
"""What the form has a control for; all else goes along unseen."""

LONGEST_REFERENCE = 40
"""Letters and figures of a reference, as ``search.query`` takes them."""

FORMS = (
    ("/search.csv", "Spreadsheet (CSV)"),
    ("/search.jsonl", "JSON lines"),
    ("/api/v1/search", "JSON"),
)
"""Other forms of the same search, at the same parameters."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a search that was answered.

    ``query`` is what was looked for: as typed, or with the other names that were asked for.
    """

    request: SearchRequest
    results: SearchResults
    offers: tuple[Offer, ...]
    expanded: bool
    query: str
    renamed: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A decision that was asked for by its reference and of which nothing else may be shown."""

    reference: str
    day: str
    day_words: str
    notice: str


def register(app: Flask, site: Site) -> None:
    """``/search``."""

    @app.get("/search")
    def search() -> Response:
        asked = Asked.of(request.args)
        query = clean(asked.first("q")[:LONGEST])
        answer = trouble = None
        try:
            answer = answered(site, request.args)
        except (QueryError, WebError, IndexUnusable) as error:
            trouble = trouble_of(error, asked.first("q"), public=site.choices.public)
            if isinstance(error, IndexUnusable):
                app.logger.warning("%s: %s", request.path, error)
        if trouble is not None and trouble.status == 503 and _is_empty(site):
            trouble = EMPTY
        card = withheld_by_name(site, query)
        status = 200 if trouble is None else trouble.status
        found = None if answer is None else answer.results
        page = render_template(
            "search.html",
            asked=asked,
            query=query,
            typed={name: clean(asked.first(name)) for name in IN_FORM},
            answer=answer,
            trouble=trouble,
            card=card,
            chips=chips(asked, labels_of({} if found is None else found.facets)),
            unseen=unseen(asked),
            language_rows=LANGUAGE,
            parts=PARTS,
            orders=ORDERS,
            today=plain_day(site.now()),
            address=(site.choices.public_url or request.host_url.rstrip("/")) + asked.address(),
            **({} if answer is None else _shown(answer, asked)),
        )
        response = make_response(page, status)
        if status == 503:
            response.headers["Retry-After"] = "5"
        if trouble is not None:
            response.headers["Cache-Control"] = "no-store"
        return response


def _shown(answer: Answer, asked: Asked) -> dict[str, object]:
    """What the page says of an answer."""
    found, request = answer.results, answer.request
    size = request.limit or 10
    last = request.offset + size
    # Those who take it along need no table of names to ask it again.
    plain = asked.without(*PAGES, EXPAND)
    taken = plain.put("q", answer.query) if answer.expanded else plain
    before = None if not request.offset else asked.from_hit(max(0, request.offset - size))
    there_is_more = found.total > last
    return {
        "from_the_first": asked.without(*PAGES).address(),
        "most_rows": MOST_ROWS,
        "others": [(taken.address(path), name) for path, name in FORMS],
        "feed": taken.without("sort").address("/search.atom"),
        "headline": headline(found if found.exact_total else replace(found, exact_total=None)),
        "hits": [shown(hit) for hit in found.hits],
        "groups": list(groups(asked, found.facets)),
        "first": request.offset + 1,
        "last": min(last, found.total),
        "page": request.offset // size + 1,
        "pages": -(-found.total // size),
        "before": before,
        "after": asked.from_hit(last) if there_is_more and last <= LAST_OFFSET else None,
        "ends_here": there_is_more and last > LAST_OFFSET,
        "remarks": list(remarks(request.query)) if not answer.expanded else [],
        "suggestions": [
            (one, asked.only("sort").put("q", one.query).address()) for one in found.suggestions
        ],
        "attributions": sorted({hit.attribution for hit in found.hits if hit.attribution}),
        "with_names": asked.put(EXPAND, "1").address(),
        "without_names": asked.without(EXPAND).address(),
        "narrowed": bool(chips(asked, {})),
        "reference": as_reference(request.query) is not None,
        "searched": f"{found.took_ms / 1000:.2f}",
    }


def answered(site: Site, values: Parameters) -> Answer:
    """Read, widen if that is asked for, and search. Raises SearchError for what cannot be had."""
    typed = request_of(values, others=(EXPAND,))
    widen = any(value.strip() for value in values.getlist(EXPAND))
    asked = replace(typed, facets=tuple(FACETS))
    wider, offers = expanded(asked, load(site.config.home))
    if offers and not _can_be_asked(wider, asked):
        if widen:
            raise BadAddress(
                "with all its other names the query is longer than is taken; ask with fewer words, "
                "or without the other names"
            )
        offers = ()
    widen = widen and bool(offers)
    results = site.answering.ask(
        "search",
        wider if widen else asked,
        site.choices.include_withdrawn,
        wider if offers and not widen else None,
    )
    return Answer(
        request=asked,
        results=results,
        offers=offers if widen or results.more else (),
        expanded=widen,
        query=(wider if widen else asked).query,
        renamed=renamed_in(site.config, asked),
    )


def renamed_in(config: Config, asked: SearchRequest) -> list[tuple[str, str]]:
    """Spellings of councils and providers that go under another name now."""
    if not asked.bodies and "body:" not in asked.query.lower():
        return []
    with open_texts(config.database_url) as texts:
        return renamed(asked, texts)


def _can_be_asked(wider: SearchRequest, asked: SearchRequest) -> bool:
    """Whether a request stays within the limits with other names. Raises QueryError where it has
    been beyond them as it was typed."""
    read(asked)
    try:
        read(wider)
    except QueryError:
        return False
    return True


def unseen(asked: Asked) -> Iterator[tuple[str, str]]:
    """Filters that the form has no control for: a new query keeps them."""
    sections = asked.values("section")
    for name, value in asked.without(*PAGES).pairs:
        if name not in IN_FORM or (name == "section" and len(sections) > 1):
            yield name, clean(value)


def _is_empty(site: Site) -> bool:
    with site.open_archive() as archive:
        return archive.last_change_id() == 0


# --- asked for by its reference -------------------------------------------------------------------


def withheld_by_name(site: Site, query: str) -> Withheld | None:
    """The decision whose reference is the whole query, where its words are not passed on.

    No search finds it, and whoever has the reference should not think that it never was.
    """
    named = as_reference(query)
    key = reference_key(query) if named is None else "".join(named.words)
    if not any(char.isdigit() for char in key) or len(key) > LONGEST_REFERENCE:
        return None
    with site.open_archive() as archive:
        try:
            stored = archive.find(key)
        except (NotFound, Ambiguous):
            return None
    decision, told = stored.decision, notice(stored)
    same = reference_key(decision.reference) == key
    if not same or told is None or not withheld(stored, withdrawn=site.choices.include_withdrawn):
        return None
    day = decision.decided_on
    return Withheld(clean(decision.reference), day.isoformat(), plain_day(day), told)
