"""The golden pages spoilt at random, over and over: ``python -m tests.faults.fuzzing``.

Each page gets one to four mutations (bits flipped, bytes lost or doubled, tags swapped, the end cut
off, another page's end, odd attributes, entities, encodings, words). Whatever comes of it: the
reading raises nothing but Refused and ParseError, takes no longer than a page may, accounts for
every letter, has the content hash that another way of reading gives, and holds together.

A trial is known by seed and number, so a failure can be had again: ``--seed 1 --first 123 --trials
1 --keep FILE`` writes its page.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from archive.records import Citation, Decision, Page, Remedy
from scraper.confined import SECONDS
from scraper.errors import ParseError, Refused
from scraper.html import content_element, utf8
from scraper.sources.lgsco import Lgsco
from scraper.sources.pieces import Piece
from tests.golden import PAGES

TRIALS = 100_000
BEGIN, END = "<!-- fuzzing: begin -->", "<!-- fuzzing: end -->"
URL = "file:///fuzzed.html"
FETCHED = datetime(2026, 7, 1, tzinfo=UTC)

Mutation = Callable[[random.Random, bytes, Sequence[bytes]], bytes]

_TAG = re.compile(rb"</?[a-zA-Z][^<>]*>")
_NAMES = (
    "p", "li", "ol", "ul", "b", "strong", "h1", "h2", "h3", "h6",
    "div", "span", "a", "table", "tr", "td", "th", "dl", "dt", "dd",
    "section", "article", "main", "header", "footer", "nav", "form", "button", "select", "option",
    "textarea", "script", "style", "template", "noscript", "svg", "math", "title", "br", "hr",
    "pre", "blockquote", "body", "html", "head", "caption", "iframe", "font", "em", "i",
    "u", "nobr", "details", "summary", "figure",
)  # fmt: skip
_ATTRIBUTES = (
    "start=7", "start=999999", "start=-3", "value=12", "value=0", "type=a", "type=i", "type=1",
    'type="I"', 'style="list-style-type: lower-roman"', "class=alpha", "hidden", "reversed",
    'href="/decisions/a/b/20-000-001"', 'href="?chapter=2"', "href=", "id='x", 'title="<b>"',
    "aria-hidden=true", 'role="heading"',
)  # fmt: skip
_ENTITIES = (
    "&nbsp;", "&amp;", "&lt;", "&gt;", "&amp;lt;", "&#xD800;", "&#0;", "&#8217;", "&shy;",
    "&bogus;", "&#x110000;", "&pound;", "&", "&#", "&#x202e;", "&zwj;", "&#128;",
)  # fmt: skip
_BYTES = (
    b"\x00", b"\xff", b"\xc3", b"\xa3", b"\x92", b"\xc2\xa0", b"\xe2\x80\x99", b"\xef\xbb\xbf",
    b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\x0c", b"\x1b", b"\xe2\x80\x8b", b"\xc2\xad", b"\r",
    b"\x1e", b"\x1d",
)  # fmt: skip
_WORDS = (
    "12. ", "a) ", "• ", "£150 ", "£1,950.50 ", "50% ", "(Care Act 2014, section 9", ")", "(",
    "Back to top", "<br>", "<br><br>", "<p>The complaint</p>", "<h3>Key facts</h3>", "<p>",
    "Summary: ", "<b>The Ombudsman's final decision:</b>", "Review your privacy settings",
    "Privacy settings", "Print this page", "<p>Decision : Upheld</p>", "within one month of ",
    "Ombudsman satisfied with council’s response: 28 July 2017", "paragraphs 3 to 900", "<!--",
    "-->", "<![CDATA[", "]]>", "99. ", "1. ", "0. ", "٣. ", "²",
)  # fmt: skip


def _span(rng: random.Random, body: bytes) -> tuple[int, int]:
    """A short stretch most of the time, a long one now and then."""
    start = rng.randrange(len(body) + 1)
    longest = rng.choice((1, 4, 30, 300, 3_000))
    return start, min(len(body), start + rng.randint(1, longest))


def bits(rng: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    """Some bits flipped."""
    made = bytearray(body)
    for _ in range(rng.choice((1, 1, 3, 20)) if made else 0):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def deletion(rng: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    """A stretch lost."""
    start, end = _span(rng, body)
    return body[:start] + body[end:]


def duplication(rng: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    """A stretch twice, or somewhere else again."""
    start, end = _span(rng, body)
    at = rng.choice((end, rng.randrange(len(body) + 1)))
    return body[:at] + body[start:end] + body[at:]


def tags(rng: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    """Tags lost, doubled, renamed, or changed with one another."""
    found = list(_TAG.finditer(body))
    for _ in range(rng.randint(1, 4)):
        if not found:
            break
        one, other = rng.choice(found), rng.choice(found)
        slash = b"/" if one.group().startswith(b"</") else b""
        named = b"<" + slash + rng.choice(_NAMES).encode() + b">"
        new = rng.choice((b"", one.group() * 2, other.group(), named, named))
        body = body[: one.start()] + new + body[one.end() :]
        found = list(_TAG.finditer(body))
    return body


def truncation(rng: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    """The end cut off; mostly closed again, or nothing would be read."""
    cut = body[: rng.randrange(len(body) + 1)]
    return cut + rng.choice((b"", b"></body></html>", b"</p></article></main></body></html>"))


def splice(rng: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    """The beginning of this page and the end of another."""
    other = rng.choice(others)
    return body[: rng.randrange(len(body) + 1)] + other[rng.randrange(len(other) + 1) :]


def attributes(rng: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    """Odd attributes in some tags."""
    for _ in range(rng.randint(1, 6)):
        found = _TAG.search(body, rng.randrange(len(body) + 1))
        if found is not None:
            body = b" ".join(
                (
                    body[: found.end() - 1],
                    rng.choice(_ATTRIBUTES).encode() + body[found.end() - 1 :],
                )
            )
    return body


def _inserted(rng: random.Random, body: bytes, choice: Sequence[bytes]) -> bytes:
    for _ in range(rng.choice((1, 2, 8))):
        at = rng.randrange(len(body) + 1)
        body = body[:at] + rng.choice(choice) + body[at:]
    return body


def entities(rng: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    """Character references of every sort."""
    return _inserted(rng, body, [entity.encode() for entity in _ENTITIES])


def encodings(rng: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    """Bytes of other encodings, or the whole page in one."""
    if rng.random() < 0.2:
        text = body.decode("utf-8", "replace")
        return text.encode(rng.choice(("cp1252", "utf-16", "latin-1")), "xmlcharrefreplace")
    return _inserted(rng, body, _BYTES)


def words(rng: random.Random, body: bytes, others: Sequence[bytes]) -> bytes:
    """What means something to the rules, where it has no business."""
    return _inserted(rng, body, [word.encode() for word in _WORDS])


MUTATIONS: tuple[Mutation, ...] = (
    bits, deletion, duplication, tags, tags, truncation, splice, attributes, entities, encodings,
    words, words,
)  # fmt: skip


@lru_cache(maxsize=1)
def golden() -> tuple[bytes, ...]:
    """The golden pages that are decisions, by name."""
    return tuple(
        path.read_bytes()
        for path in sorted(PAGES.glob("*.html"))
        if not path.name.startswith("refused")
    )


def mutated(seed: int, number: int) -> bytes:
    """The page of one trial."""
    rng = random.Random(f"{seed}/{number}")
    pages = golden()
    body = rng.choice(pages)
    for _ in range(rng.choice((1, 1, 2, 2, 3, 4))):
        body = rng.choice(MUTATIONS)(rng, body, pages)
    return body


def attempt(body: bytes) -> str:
    """Read a page and hold the reading against every promise; what became of it, in a word.

    Raises AssertionError where a promise is broken, and whatever else the reading raises.
    """
    page = Page.capture(url=URL, body=body, fetched_at=FETCHED)
    began = time.monotonic()
    try:
        reading = Lgsco.at().read([page])
    except Refused as refused:
        return refused.reason
    except ParseError:
        return "unreadable"
    finally:
        assert time.monotonic() - began < SECONDS + 2, "it took too long"
    accounts(page, reading.decision, reading.pieces)
    tells_the_text(reading.decision, reading.pieces)
    holds_together(reading.decision)
    return "read"


_PRINTS_NOTHING = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


def accounts(page: Page, decision: Decision, pieces: Sequence[Piece]) -> None:
    """Nothing lost, nothing added, and the content hash is that of another way of reading."""
    html = utf8(page).decode()
    whole = content_element(LexborHTMLParser(html, scripting=True))
    tree = LexborHTMLParser(html, scripting=True)
    tree.strip_tags(["script", "style", "template", "noscript"], recursive=True)
    told = "".join("".join(piece.text.split()) for piece in pieces)
    assert whole is not None
    # An only article that stands in a template is still the content element, and has no text.
    found = tree.css(whole.tag or "body")
    text = "".join(found[0].text(deep=True, separator="").split()) if found else ""
    hashed = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    assert decision.text_sha256 == hashed, "the content hash is another"
    # Where the content element holds no title, a wider one was read.
    wider = [*found, *tree.css("main"), tree.body]
    texts = ("".join(each.text(deep=True, separator="").split()) for each in wider if each)
    assert told in {each.translate(_PRINTS_NOTHING) for each in texts}, "letters do not add up"


_MARK = re.compile(r"(?:\d{1,3}\.|\(?[a-zA-Z]{1,4}\)|[•·▪●◦‣∙\uf0b7])?\s*")


def tells_the_text(decision: Decision, pieces: Sequence[Piece]) -> None:
    """The pieces that are text are the summary and sections, in order, with no more than marks."""
    summary = [piece.text for piece in pieces if piece.what == "summary"]
    assert (decision.summary or "") == "\n".join(summary)
    told = [piece for piece in pieces if piece.what in ("heading", "paragraph")]
    for section in decision.sections:
        if section.heading:
            piece = told.pop(0)
            assert (piece.what, piece.section) == ("heading", section.position)
            assert piece.text == section.heading
        for paragraph in section.paragraphs:
            piece = told.pop(0)
            assert (piece.what, piece.section) == ("paragraph", section.position)
            assert piece.text.endswith(paragraph.text)
            assert _MARK.fullmatch(piece.text.removesuffix(paragraph.text))
    assert not told, "text that no section holds"


def holds_together(decision: Decision) -> None:
    """Ordinals count up, parents stand before, spans say what they span, all can be written."""
    paragraphs = list(decision.paragraphs())
    assert [each.ordinal for each in paragraphs] == list(range(1, len(paragraphs) + 1))
    for position, section in enumerate(decision.sections, start=1):
        assert section.position == position
        assert section.parent is None or section.parent < position
    by_ordinal = {each.ordinal: each for each in paragraphs}
    parts: tuple[Citation | Remedy, ...] = (*decision.citations, *decision.remedies)
    for part in parts:
        text = by_ordinal[part.paragraph].text
        assert 0 <= part.char_start < part.char_end <= len(text)
        assert text[part.char_start : part.char_end] == part.raw
    for each in (decision.title, decision.summary or "", *(each.text for each in paragraphs)):
        each.encode("utf-8")
    assert len(decision.content_sha256()) == 64


def run(seed: int, first: int, trials: int) -> Iterator[tuple[int, str, str | None]]:
    """Number, outcome and traceback (or None) of each trial."""
    for number in range(first, first + trials):
        body = mutated(seed, number)
        try:
            yield number, attempt(body), None
        except Exception as error:  # noqa: BLE001 - whatever breaks a trial is its failure
            yield number, type(error).__name__, traceback.format_exc()


def figure(seed: int, trials: int, outcomes: Counter[str], failures: int, rate: float) -> str:
    """The figures as the documentation shows them."""
    refused = {word: count for word, count in outcomes.items() if word != "read"}
    lines = [f"| refused: {word} | {refused[word]:,} |" for word in sorted(refused)]
    return "\n".join(
        (
            f"{trials:,} pages from seed {seed}, {failures:,} broke a promise; {rate:,.0f} a s.",
            "",
            "| what became of them | pages |",
            "|---|---:|",
            f"| read | {outcomes['read']:,} |",
            *lines,
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and give the exit code: 0 where every promise was kept."""
    parser = argparse.ArgumentParser(prog="scripts/faults.py --fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="where chance begins (default 1)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first trial")
    parser.add_argument("--trials", type=int, default=TRIALS, help=f"how many (default {TRIALS:,})")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write the first page into FILE")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the figures into FILE")
    options = parser.parse_args(arguments)
    if options.keep is not None:
        options.keep.write_bytes(mutated(options.seed, options.first))
    outcomes: Counter[str] = Counter()
    failures = 0
    began = time.monotonic()
    for number, outcome, trace in run(options.seed, options.first, options.trials):
        outcomes[outcome] += 1
        if trace is not None:
            failures += 1
            print(f"\nseed {options.seed}, trial {number}:\n{trace}", file=sys.stderr)
        if (number - options.first + 1) % 10_000 == 0:
            print(f"{number - options.first + 1:,} pages, {failures} broke a promise", flush=True)
    rate = options.trials / max(time.monotonic() - began, 0.001)
    told = figure(options.seed, options.trials, outcomes, failures, rate)
    print(told)
    if options.write is not None:
        before, begin, rest = options.write.read_text(encoding="utf-8").partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            raise ValueError(f"{options.write} has no {BEGIN} … {END}")
        options.write.write_text(f"{before}{BEGIN}\n\n{told}\n\n{END}{after}", encoding="utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
