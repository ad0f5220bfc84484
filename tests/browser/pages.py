"""An address of every kind of page, by the rule that answers it: each rule must have one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from search.web import addresses
from tests.browser.room import Held


class Kind(NamedTuple):
    """A kind of page: what a screenshot of it is called, where it is, and its status."""

    name: str
    rule: str
    path: str
    status: int = 200


NO_PAGES = (
    "/static/",
    "/health",
    "/api/v1/",
    "/search.atom",
    "/changes.atom",
    "/body/<slug>.atom",
    "/category/<slug>.atom",
    "/category/<slug>/<below>.atom",
    "/search.csv",
    "/search.jsonl",
)
"""Beginnings of rules that answer with something else than a page."""


def kinds(held: Held) -> list[Kind]:
    """Every kind of page over an archive with these decisions."""
    at: Mapping[str, str] = {
        name: f"/decision/lgsco/{getattr(held, name)}"
        for name in (
            "ordinary", "report", "amended", "expired", "withdrawn", "restricted", "erased",
        )
    }  # fmt: skip
    decision, body = "/decision/<path:spelt>", addresses.body(held.body)
    category = addresses.category(held.category)
    below = addresses.category(held.category, held.subcategory)
    plain = held.withdrawn.replace("-", " ")
    return [
        Kind("front", "/", "/"),
        Kind("search-empty", "/search", "/search"),
        Kind("search", "/search", "/search?q=council+fault"),
        Kind("search-narrowed", "/search", "/search?q=council&outcome=upheld&from=2021"),
        Kind("search-second-page", "/search", "/search?q=council&offset=10"),
        Kind("search-phrase", "/search", "/search?q=%22the+council%22&sort=newest"),
        Kind("search-nothing", "/search", "/search?q=xylophone+zeppelin"),
        Kind("search-misspelt", "/search", "/search?q=counsil+falt"),
        Kind("search-withheld", "/search", f"/search?q={plain.replace(' ', '+')}"),
        Kind("search-wrong", "/search", "/search?q=(council+AND", 400),
        Kind("search-bad-date", "/search", "/search?q=council&from=yesteryear", 400),
        Kind("decision", decision, at["ordinary"]),
        Kind("decision-report", decision, at["report"]),
        Kind("decision-amended", decision, at["amended"]),
        Kind("decision-expired", decision, at["expired"]),
        Kind("decision-version", decision, f"{at['amended']}@2"),
        Kind("superseded", decision, f"{at['amended']}@1"),
        Kind("withdrawn", decision, at["withdrawn"]),
        Kind("restricted", decision, at["restricted"]),
        Kind("erased", decision, at["erased"], 410),
        Kind("unknown-decision", decision, "/decision/lgsco/99-999-999", 404),
        Kind("similar", f"{decision}/similar", f"{at['ordinary']}/similar"),
        Kind("cite", f"{decision}/cite", f"{at['ordinary']}/cite"),
        Kind("cite-paragraph", f"{decision}/cite", f"{at['ordinary']}/cite?paragraph=2"),
        Kind("bodies", "/bodies", "/bodies"),
        Kind("bodies-none", "/bodies", "/bodies?q=xylophone"),
        Kind("body", "/body/<slug>", body),
        Kind("body-years", "/body/<slug>", f"{body}?by=year"),
        Kind("unknown-body", "/body/<slug>", "/body/nobody-at-all", 404),
        Kind("categories", "/categories", "/categories"),
        Kind("category", "/category/<slug>", category),
        Kind("subcategory", "/category/<slug>/<part>", below),
        Kind("coverage", "/coverage", "/coverage"),
        Kind("changes", "/changes", "/changes"),
        Kind("changes-of-kind", "/changes", "/changes?kind=amended"),
        Kind("about", "/about", "/about"),
        Kind("removal", "/removal", "/removal"),
        Kind("api", "/api", "/api"),
        Kind("no-such-page", "", "/no/such/page", 404),
    ]
