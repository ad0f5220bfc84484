"""What a decision looks like inside the index: fields, boosts, and positions that know sections.

Two fields hold all the text of a decision, ``t`` stemmed and ``x`` exact. A word's position says
where it stands: the upper bits number the *region* (title, summary, heading, or the kind of
section), the lower bits count words within it, with a gap between paragraphs that no phrase can
bridge. So one posting list answers "anywhere", "only in the analysis" and phrases alike, and the
weight of a word in a decision is the sum of the boosts of the regions it stands in: BM25F with one
saturation for the whole decision, as it should be.

The other fields are codes to filter by and two number columns to sort by. The text itself is not
in the index; it lives in the archive. Whoosh's own analysers are not used: see ``search.words``.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from archive.kinds import DecisionKind, SectionKind, reference_key
from search.provisions import provision_places, terms
from search.words import fold_name, sentence_starts, words

if TYPE_CHECKING:
    from archive.records import Citation, Remedy, StoredDecision

SCHEMA_VERSION = 8
"""Raised with every change to fields, positions or boosts; an older index is then rebuilt."""

BOOSTS: dict[str, float] = {
    "title": 4.0,
    "summary": 1.5,  # names what was complained of and what was not looked at alike
    "heading": 1.5,
    SectionKind.COMPLAINT: 0.8,
    SectionKind.SCOPE: 0.5,
    SectionKind.POWERS: 0.1,  # stands nearly word for word in every statement
    SectionKind.METHOD: 0.4,
    SectionKind.BACKGROUND: 0.8,
    SectionKind.FINDINGS: 1.0,
    SectionKind.ANALYSIS: 1.0,
    SectionKind.REMEDY: 1.5,
    SectionKind.RECOMMENDATIONS: 1.5,
    SectionKind.FINAL_DECISION: 1.0,
    SectionKind.OTHER: 0.8,
}
"""How much a word counts by where it stands. The order is on disk. Chosen on the tuned half of the
judged queries (docs/relevance.md), rounded."""

STANDARD_BOOST = 0.1
"""Factor for a paragraph that stands nearly word for word in many decisions."""

_KINDS: tuple[str, ...] = tuple(kind.value for kind in SectionKind)

PLACES_OF_TEXT: tuple[tuple[str, str | None], ...] = (
    ("title", None),
    ("summary", None),
    ("heading", None),
    *((kind, None) for kind in _KINDS),
    *((kind, top) for top in _KINDS for kind in _KINDS if kind != top),
)
"""Every place: a kind of section, and the kind of the top-level section it is a part of (None: it
is one itself). "Analysis" under "What I found" is found as analysis and as findings alike."""

_NUMBERS: dict[tuple[str, str | None], int] = {
    place: number for number, place in enumerate(PLACES_OF_TEXT)
}


def region(kind: str, top: str | None = None, *, standard: bool = False) -> int:
    """The number of a region: a place, and whether it is standard wording there (odd numbers)."""
    return 2 * _NUMBERS[kind, None if top == kind else top] + standard


REGION_BOOSTS: tuple[float, ...] = tuple(
    BOOSTS[kind] * factor for kind, _ in PLACES_OF_TEXT for factor in (1.0, STANDARD_BOOST)
)
"""What an occurrence counts, by region."""

SCOPED_BOOSTS: tuple[float, ...] = tuple(
    1.0 if SectionKind.POWERS in (kind, top) else factor
    for kind, top in PLACES_OF_TEXT
    for factor in (1.0, STANDARD_BOOST)
)
"""What an occurrence counts where the part is asked for by name: all parts alike. In the powers
section standard wording is what was asked for."""

COUNTS_LITTLE: tuple[bool, ...] = tuple(
    standard or SectionKind.POWERS in (kind, top)
    for kind, top in PLACES_OF_TEXT
    for standard in (False, True)
)
"""Whether a region is standard wording or the powers section: found, but neither put first for
words side by side nor chosen for a snippet before substance."""

SCOPED_COUNTS_LITTLE: tuple[bool, ...] = tuple(boost < 1.0 for boost in SCOPED_BOOSTS)
"""The same where the part is asked for by name."""

REGIONS_NAMED: dict[str, frozenset[int]] = {
    name: frozenset(
        2 * number + standard
        for number, (kind, top) in enumerate(PLACES_OF_TEXT)
        if name in (kind, top)
        for standard in (0, 1)
    )
    for name in map(str, BOOSTS)
}
"""What a person's word for a part covers: the sections of that kind and all that is under them."""

REGION_SHIFT = 23
PLACES = 1 << REGION_SHIFT
LAST_PLACE = PLACES - 2
"""Words further on all get this place: they are found, but no phrase among them is. A page has to
hold sixty thousand paragraphs in one section for that; the next region stays out of reach."""

PARAGRAPH_GAP = 128
"""Positions left free after a paragraph; no proximity may be asked for that reaches so far."""

STEMMED = "t"
EXACT = "x"

PARAGRAPH_MARK = "¶"
SENTENCE_MARK = "¶."
"""Terms of the exact field that stand where a paragraph and a sentence begin. No word of a text
can be one of them; they count for nothing in a score."""

CODE_FIELDS: tuple[str, ...] = (
    "id",  # decision.id
    "ref",  # reference key
    "body",  # the words of the body's one name, and of the name as in this title
    "name",  # the one name for all spellings as one code
    "category",
    "subcategory",
    "outcome",
    "kind",
    "status",
    "source",
    "has",  # kinds of section that are there
    "act",  # acts and regulations cited, each as one code
    "when",  # year, year-month and day of the decision
)


NAMES = 4096
"""Names of bodies, categories and Acts whose codes are remembered while a build goes on."""

ARRAYS, STOCK = "arrays", "stock"
"""The codecs: ours (``search.codec``), and Whoosh's own, for comparison."""


def array_document(stored: StoredDecision) -> dict[str, Any]:
    """The index document of one decision for our own codec."""
    from search.codec.texts import Texts

    return {EXACT: Texts.of(_pieces(stored)), **_header(stored)}


def document(stored: StoredDecision) -> dict[str, Any]:
    """The index document of one decision for Whoosh's own codec."""
    stemmed: dict[str, tuple[float, array[int]]] = {}
    exact: dict[str, tuple[float, array[int]]] = {}
    used = [0] * len(REGION_BOOSTS)
    for number, text in _pieces(stored):
        boost = REGION_BOOSTS[number]
        first = used[number]
        last = first - 1
        text_words = list(words(text))
        for word in text_words:
            last = first + word.place
            position = number * PLACES + min(last, LAST_PLACE)
            _post(stemmed, word.stem, boost, position)
            _post(exact, word.exact, boost, position)
        for provision, place in provision_places(text, text_words):
            position = number * PLACES + min(first + place, LAST_PLACE)
            for term in terms(provision.path):
                _post(exact, term, boost, position)
        for place in sentence_starts(text, text_words):
            position = number * PLACES + min(first + place, LAST_PLACE)
            _post(exact, SENTENCE_MARK, 0.0, position)
            if place == 0:
                _post(exact, PARAGRAPH_MARK, 0.0, position)
        # An empty piece leaves a gap too; that harms nothing.
        used[number] = min(last + PARAGRAPH_GAP, LAST_PLACE)
    return {STEMMED: stemmed, EXACT: exact, **_header(stored)}


def _header(stored: StoredDecision) -> dict[str, Any]:
    """All that is not text."""
    decision = stored.decision
    day = decision.decided_on
    iso = day.isoformat()
    key = reference_key(decision.reference)
    return {
        "id": [str(stored.id)],
        "ref": [key],
        "body": _words_of_name(stored.body) | _words_of_name(decision.body),
        "name": [_code_of_name(stored.body)],
        "category": [_code_of_name(decision.category or "")],
        "subcategory": [_code_of_name(decision.subcategory or "")],
        "outcome": [str(decision.outcome)],
        "kind": [str(DecisionKind(decision.kind))],
        "status": [str(stored.status)],
        "source": [decision.source],
        "has": [str(section.kind) for section in decision.sections],
        "act": [name for citation in decision.citations for name in act_names(citation)],
        "when": [iso[:4], iso[:7], iso],
        "number": stored.id,
        "held": f"{key} {stored.content_sha256}".encode("ascii"),
        "day": day.year * 10000 + day.month * 100 + day.day,
        "remedy": 0 if (sum_of := remedy_pence(decision.remedies)) is None else sum_of + 1,
    }


@lru_cache(maxsize=NAMES)
def _words_of_name(name: str) -> frozenset[str]:
    return frozenset(word.exact for word in words(name))


_code_of_name = lru_cache(maxsize=NAMES)(fold_name)


def act_names(citation: Citation) -> list[str]:
    """The Act as people name it: with its year and without."""
    if not citation.act:
        return []
    year = [] if citation.year is None else [f"{citation.act} {citation.year}"]
    return [_code_of_name(name) for name in (citation.act, *year)]


def remedy_pence(remedies: Sequence[Remedy]) -> int | None:
    """The sum to look a decision up by: the largest that it states, be it a total or a payment.

    Amounts are never added up: a total often stands beside its parts, and rates and shares are
    not sums. A total that is smaller than a payment is that of something else.
    """
    return max((r.amount_pence for r in remedies if r.amount_pence is not None), default=None)


def _pieces(stored: StoredDecision) -> list[tuple[int, str]]:
    """Every text of a decision in order, each with its region."""
    decision = stored.decision
    found = [(region("title"), decision.title)]
    if decision.summary:
        found.append((region("summary"), decision.summary))
    kinds = {section.position: section.kind.value for section in decision.sections}
    standard = stored.standard
    for section in decision.sections:
        if section.heading:
            found.append((region("heading"), section.heading))
        number = region(
            section.kind.value, None if section.parent is None else kinds[section.parent]
        )
        # Standard wording has the odd number that follows.
        found += [
            (number + (paragraph.ordinal in standard), paragraph.text)
            for paragraph in section.paragraphs
        ]
    return found


def _post(
    postings: dict[str, tuple[float, array[int]]], word: str, boost: float, position: int
) -> None:
    held = postings.get(word)
    if held is None:
        postings[word] = (boost, array("I", (position,)))
        return
    weight, positions = held
    positions.append(position)
    postings[word] = (weight + boost, positions)


def encode_positions(positions: Sequence[int]) -> bytes:
    """Positions in rising order as little-endian 32-bit numbers."""
    numbers = array("I", sorted(positions) if len(positions) > 1 else positions)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def decode_positions(value: bytes) -> list[int]:
    """The positions again. Raises ValueError for bytes that are not whole numbers."""
    numbers = array("I")
    numbers.frombytes(value)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()
