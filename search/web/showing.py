"""A hit as its page shows it: words instead of codes, and the text cut where the marks are.

Pure. A template puts these pieces into elements; nothing here or there builds markup of text. What
is shown is cleaned of invisible characters after it was cut, because marks count code points of the
text as it is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from archive.records import DecisionKind, Outcome, Status
from archive.rendering import OUTCOME_WORDS, plain_day
from archive.screen import clean
from search.present import GONE, place, pounds
from search.query import Hit
from search.snippets import Snippet
from search.web import addresses


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and whether it is what was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of a decision: where it stands, whose words they are, and the words.

    ``before`` and ``after`` say that the paragraph goes on there.
    """

    where: str
    href: str
    whose: str
    pieces: tuple[Piece, ...]
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A decision that answers. ``day`` is ISO, ``day_words`` as people write it."""

    href: str
    title: str
    reference: str
    source: str
    outcome: str
    outcome_words: str
    day: str
    day_words: str
    category: tuple[str, ...]
    sum_words: str
    report: bool
    renamed: str
    status: str
    gone: str
    quotes: tuple[Quote, ...]


def shown(hit: Hit) -> Found:
    """A hit in words."""
    href = addresses.decision(hit.source, hit.reference)
    return Found(
        href=href,
        title=_line(hit.title) or f"Decision {_line(hit.reference)}",
        reference=_line(hit.reference),
        source=hit.source,
        outcome=hit.outcome,
        outcome_words=_line(hit.outcome_raw) or OUTCOME_WORDS[Outcome(hit.outcome)],
        day=hit.decided_on,
        day_words=plain_day(date.fromisoformat(hit.decided_on)),
        category=tuple(_line(part) for part in (hit.category, hit.subcategory) if part),
        sum_words="" if hit.largest_sum_pence is None else pounds(hit.largest_sum_pence),
        report=hit.kind == DecisionKind.REPORT,
        renamed=_line(hit.body) if hit.body_name not in (None, hit.body) else "",
        status=hit.status,
        gone=gone_words(hit.status, hit.status_since),
        quotes=tuple(_quote(href, snippet) for snippet in hit.snippets),
    )


def gone_words(status: str, since: str | None) -> str:
    """That a decision left the Ombudsman's site, and when; nothing of one that stands there."""
    words = GONE.get(status)
    if words is None or status == Status.LIVE:
        return ""
    day = "" if since is None else f" since {plain_day(datetime.fromisoformat(since))}"
    return f"{words.replace(chr(39), '’')}{day}"


def _quote(href: str, snippet: Snippet) -> Quote:
    at = (
        ""
        if snippet.ordinal is None
        else "#" + addresses.anchor(snippet.paragraph, snippet.ordinal)
    )
    return Quote(
        where=place_words(snippet),
        href=href + at,
        whose=whose_words(snippet),
        pieces=tuple(pieces(snippet)),
        before=snippet.before,
        after=snippet.after,
    )


def pieces(snippet: Snippet) -> Iterator[Piece]:
    """The text of a snippet, cut at its marks; nothing is lost and nothing comes twice."""
    at = 0
    for start, end in snippet.marks:
        yield Piece(clean(snippet.text[at:start]), False)
        yield Piece(clean(snippet.text[start:end]), True)
        at = end
    yield Piece(clean(snippet.text[at:]), False)


def place_words(snippet: Snippet) -> str:
    """``What I found, paragraph 7``: a screen reader has no good word for a pilcrow."""
    name = place(snippet)
    heading, within, number = name.rpartition(" in ¶")
    if within:
        return f"{heading}, in paragraph {number}"
    heading, sign, number = name.rpartition(" ¶")
    return f"{heading}, paragraph {number}" if sign else name[:1].upper() + name[1:]


def whose_words(snippet: Snippet) -> str:
    """Who speaks, and how common the wording is; empty where it is nobody's, or the heading says
    it already."""
    if snippet.voice is None or snippet.voice == (snippet.heading or "").casefold():
        return ""
    if snippet.share is None:
        return snippet.voice
    return f"{snippet.voice}, in {100 * snippet.share:.0f}% of decisions"


def _line(text: str | None) -> str:
    return " ".join(clean(text or "").split())
