"""Nothing lost, nothing added: the pieces of every page are its letters, and its text the sections.

The letters are had a second way, by the library's own text of the content element (see
``tests.faults.fuzzing``), and the content hash with them.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.records import Page
from scraper.sources.lgsco import Lgsco
from scraper.sources.pieces import OUTSIDE, TEXT_PIECES
from tests.faults import fuzzing
from tests.golden import PAGES
from tests.site.cases import Case
from tests.site.invention import invent
from tests.site.markups import MARKUPS, Markup, render

SOURCE = Lgsco.at()
CASES = invent(6, seed=23)
GOLDEN = sorted(path for path in PAGES.glob("*.html") if not path.name.startswith("refused"))


def account(body: bytes) -> None:
    page = Page.capture(url=fuzzing.URL, body=body, fetched_at=fuzzing.FETCHED)
    decision, pieces = SOURCE.read([page])
    fuzzing.accounts(page, decision, pieces)
    fuzzing.tells_the_text(decision, pieces)
    assert not any("not accounted for" in warning for warning in decision.warnings)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_golden_page_is_accounted_for(path: Path) -> None:
    account(path.read_bytes())


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=MARKUPS.keys())
def test_every_markup_is_accounted_for(markup: Markup) -> None:
    for case in CASES:
        account(render(case, markup).encode())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(CASES),
    st.sampled_from(list(MARKUPS.values())),
    st.lists(st.sampled_from(fuzzing.MUTATIONS), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_spoilt_pages_of_any_markup_keep_every_promise(
    case: Case, markup: Markup, mutations: list[fuzzing.Mutation], rng: random.Random
) -> None:
    body = render(case, markup).encode()
    for mutation in mutations:
        body = mutation(rng, body, fuzzing.golden())
    fuzzing.attempt(body)


def test_every_piece_of_every_markup_is_known_for_what_it_is() -> None:
    known = TEXT_PIECES | {
        *("title", "header", "document title", "summary label", "banner", "navigation"),
        *("contents list", "link", "signature", "logo"),
    }
    for markup in MARKUPS.values():
        body = render(CASES[0], markup).encode()
        page = Page.capture(url=fuzzing.URL, body=body, fetched_at=fuzzing.FETCHED)
        found = {piece.what for piece in SOURCE.read([page]).pieces}
        # Without an article the site's own frame is around the text, before its title.
        frame = set() if markup.article else {OUTSIDE}
        assert found <= known | frame, (markup.name, found - known)
