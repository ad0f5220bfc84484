"""The look-alike's lists: search results by decision date, and the category pages.

Pure: cases in, HTML out. The form is what scrapers report of ``/Decisions/SearchResults``: a stated
count, ten results a page, each a link with the title, a line with kind, outcome, subcategory and
date, and the summary.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import parse_qs, urlencode

from archive.records import DecisionKind, Outcome
from tests.site.cases import Case, listing_day
from tests.site.furniture import page

PAGE_SIZE = 10
SEARCH_PATH = "/Decisions/SearchResults"
_CODES = {Outcome.CLOSED: "c", Outcome.NOT_UPHELD: "nu", Outcome.UPHELD: "u"}

Form = Literal["spans", "line"]


@dataclass(frozen=True, slots=True)
class Query:
    """What a listing was asked for; days are inclusive, pages count from 1."""

    first: date | None = None
    last: date | None = None
    page: int = 1
    body: str = ""
    outcomes: tuple[str, ...] = ()
    descending: bool = True
    kind: DecisionKind | None = None

    @classmethod
    def parse(cls, query: str) -> Query:
        """Read a query string; what makes no sense is passed over, as the real site would."""
        given = {key: values[-1].strip() for key, values in parse_qs(query).items()}
        number = given.get("page", "1")
        kinds = {kind.value: kind for kind in DecisionKind}
        return cls(
            first=_day(given.get("fd", "")),
            last=_day(given.get("td", "")),
            page=max(1, int(number)) if number.isdecimal() and len(number) < 10 else 1,
            body=given.get("aname", "").casefold(),
            outcomes=tuple(given.get("dc", "").lower().split()),
            descending=given.get("sortOrder", "descending").lower() != "ascending",
            kind=kinds.get(given.get("t", "both").lower()),
        )

    def address(self, number: int) -> str:
        """The path of another page of the same list."""
        asked = {
            "fd": "" if self.first is None else self.first.isoformat(),
            "td": "" if self.last is None else self.last.isoformat(),
            "aname": self.body,
            "dc": " ".join(self.outcomes),
            "sortOrder": "descending" if self.descending else "ascending",
            "t": "both" if self.kind is None else self.kind.value,
            "page": str(number),
        }
        return f"{SEARCH_PATH}?{urlencode({key: value for key, value in asked.items() if value})}"

    def wants(self, case: Case) -> bool:
        """Whether a case belongs into this list."""
        return (
            (self.first is None or case.decided_on >= self.first)
            and (self.last is None or case.decided_on <= self.last)
            and self.body in case.body.casefold()
            and (not self.outcomes or _CODES.get(case.outcome_value) in self.outcomes)
            and (self.kind is None or case.kind is self.kind)
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def page_slice(number: int) -> slice:
    """Which entries of a list stand on page ``number`` (from 1)."""
    return slice((number - 1) * PAGE_SIZE, number * PAGE_SIZE)


def results(
    shown: Sequence[Case],
    total: int,
    query: Query,
    *,
    form: Form = "spans",
    no_results: str | None = None,
) -> str:
    """A page of search results that states ``total``.

    ``no_results`` replaces the count by a sentence where nothing was found.
    """
    if total == 0 and no_results is not None:
        count = f"<p>{html.escape(no_results)}</p>\n"
    else:
        count = f'<h2 class="count">Your search has {total:,} results</h2>\n'
    pages = -(-total // PAGE_SIZE)
    links = [
        f'<a href="{html.escape(query.address(number))}">{number}</a>'
        for number in _near(query.page, pages)
        if number != query.page
    ]
    if query.page < pages:
        links.append(f'<a rel="next" href="{html.escape(query.address(query.page + 1))}">Next</a>')
    pager = f'<div class="pager">{" ".join(links)}</div>\n' if links else ""
    content = (
        f'<main id="main">\n<h1>Decision search results</h1>\n{count}<div class="results">\n'
        f"{''.join(result(case, form) for case in shown)}</div>\n{pager}</main>\n"
    )
    return page("Decision search results - Ombudsman", content)


def shell() -> str:
    """The search page without any result or count: what the real site sometimes answers."""
    content = (
        '<main id="main">\n<h1>Decision search results</h1>\n'
        '<form action="/Decisions/SearchResults">'
        '<label for="aname">Organisation</label><input id="aname" name="aname">'
        '<button>Search</button></form>\n<div class="results"></div>\n</main>\n'
    )
    return page("Decision search results - Ombudsman", content)


def category_page(name: str, newest: Sequence[Case]) -> str:
    """A category's page: its newest ten, whatever page was asked for."""
    content = (
        f'<main id="main">\n<h1>{html.escape(name, quote=False)}</h1>\n<div class="results">\n'
        f"{''.join(result(case, 'spans') for case in newest[:PAGE_SIZE])}</div>\n"
        '<a href="?page=2">Next</a></main>\n'
    )
    return page(f"{name} - Ombudsman", content)


def result(case: Case, form: Form) -> str:
    """One entry of a list."""
    fields = (
        case.kind.value.capitalize(),
        case.outcome,
        case.subcategory,
        listing_day(case.decided_on),
    )
    escaped = [html.escape(field, quote=False) for field in fields]
    if form == "spans":
        line = "\n  ".join(f"<span>{field}</span>" for field in escaped)
        line = f'<p class="details">{line}</p>'
    else:
        line = f"<p>{' &nbsp;'.join(escaped)}</p>"
    return (
        f'<div class="result">\n <h3><a href="{case.path}">{html.escape(case.title, quote=False)}'
        f"</a></h3>\n {line}\n"
        f" <p>Summary: {html.escape(case.summary, quote=False)}</p>\n</div>\n"
    )


def _near(current: int, pages: int) -> list[int]:
    near = range(max(1, current - 2), min(pages, current + 2) + 1)
    return sorted({1, pages, *near}) if pages > 1 else []
