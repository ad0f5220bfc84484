"""The compliance line at a report's end gives ``satisfied_on``; what only resembles it does not.

The spellings are those of the publisher, and slips of the same kind a typist makes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from archive.records import Page
from scraper.sources.lgsco import Lgsco

PAGE = """<!doctype html><title>x</title><main><article id="article">
<h1>Castleholme Council (15 085 552)</h1>
<p>Category : Housing &gt; Other</p><p>Decision : Upheld</p><p>Decision date : 12 May 2017</p>
<h2>Summary</h2><p>The Council left a family without hot water for the whole of a winter.</p>
<h2>The complaint</h2><p>Mr X complains that the Council did not mend his boiler.</p>
<h2>Recommendations</h2><p>The Council should apologise to Mr X.</p>
{line}</article></main>"""

SPELLINGS = [
    "Ombudsman satisfied with council response: 28 July 2017",
    "Ombudsman satisfied with council’s response: 28 July 2017",
    "Ombudsman satisfied with council's response: 28 July 2017",
    "Ombudsman satisfied with the council’s response: 28 July 2017",
    "Ombudsman satisfied with the council response: 28 July 2017",
    "Ombudsman satisfied with Council’s response: 28 July 2017",
    "Ombudsman satisfied with Council's response: 28 July 2017.",
    "Ombudsman satisfied with the Council's response: 28 July 2017.",
    "Ombudsman satisfied with councils response: 28 July 2017",
    "Ombudsman satisfied with councils' response: 28 July 2017",
    "Ombudsman satisfied with Council's response : 28 July 2017",
    "Ombudsman satisfied with council's response:28 July 2017",
    "Ombudsman satisfied with council's response 28 July 2017",
    "Ombudsman satisfied with council's response - 28 July 2017",
    "Ombudsman satisfied with council's response – 28 July 2017",
    "OMBUDSMAN SATISFIED WITH COUNCIL'S RESPONSE: 28 JULY 2017",
    "Ombudsman is satisfied with the Council's response: 28 July 2017",
    "Ombudsman satisfied with the Authority's response: 28 July 2017",
    "Ombudsman satisfied with provider's response: 28 July 2017",
    "Ombudsman satisfied with the care provider’s response: 28 July 2017",
    "Ombudsmen satisfied with council's response: 28 July 2017",
    "Ombudsman satisfied with council's  response:  28  July  2017",
    "Ombudsman satisfied with Castleholme Council's response: 28 July 2017",
    "Ombudsman satisfied with school's response: 28 July 2017",
    "Ombudsman satisfied with council's response: 28 Jul 2017",
    "Ombudsman satisfied with council’s response: 28th July 2017",
    "Ombudsman satisfied with council’s action: 28 July 2017",
    "Ombudsman satisfied with council’s further response: 28 July 2017",
    "Ombudsman satisfied with the response of the council: 28 July 2017",
]

NO_LINE = [
    "The Ombudsman was satisfied with the Council’s response to Mr X of 28 July 2017.",
    "Ombudsman not satisfied with council’s response: 28 July 2017",
    "Mr X was satisfied with the council’s response: 28 July 2017",
    "Council satisfied with Ombudsman’s response: 28 July 2017",
]


def read(line: str) -> tuple[date | None, str | None, tuple[str, ...]]:
    page = Page.capture(
        url="https://www.lgo.org.uk/decisions/housing/other/15-085-552",
        body=PAGE.format(line=f"<p>{line}</p>").encode(),
        fetched_at=datetime(2026, 7, 1, tzinfo=UTC),
        headers=(("content-type", "text/html; charset=utf-8"),),
    )
    decision = Lgsco.at(None).parse_decision([page])
    return decision.satisfied_on, decision.satisfied_on_raw, decision.warnings


@pytest.mark.parametrize("line", SPELLINGS)
def test_every_spelling_gives_the_day(line: str) -> None:
    assert read(line)[:2] == (date(2017, 7, 28), " ".join(line.split()))


@pytest.mark.parametrize("line", NO_LINE)
def test_what_resembles_it_is_text(line: str) -> None:
    assert read(line)[:2] == (None, None)


@pytest.mark.parametrize("day", ["31 June 2017", "July 2017", "soon", "07/03/2017"])
def test_a_day_that_does_not_parse_is_no_guess_but_a_warning(day: str) -> None:
    line = f"Ombudsman satisfied with council’s response: {day}"
    satisfied_on, raw, warnings = read(line)
    assert (satisfied_on, raw) == (None, line)
    assert any(day in warning for warning in warnings)
