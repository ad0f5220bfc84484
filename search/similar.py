"""Decisions like a given one, on what they are about.

The words that tell a decision apart (often in it, seldom elsewhere) are looked for in all others.
Standard wording tells nothing and is left out, and so are names, numbers and the name of the
council or provider: another case about the same thing is meant, not the same council again.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from whoosh.lang.stopwords import stoplists

from archive.errors import NotFound, Restricted
from archive.kinds import SectionKind, reference_keys
from archive.ports import HitText, ParagraphRow
from archive.shingles import MONTHS
from search.evaluate import BY_SCORE, Evaluation, over
from search.index import Index
from search.opening import OpenIndex
from search.query import Hit, check, hits_of, sums
from search.request import SearchRequest, read
from search.schema import BOOSTS, STEMMED
from search.tree import Everything, Or, Word, understood
from search.words import Word as TextWord
from search.words import words

MOST_WORDS = 30
"""Words of a decision that others are looked for with: the most telling ones."""

WORDS_SHOWN = 8
COMMONEST = 0.4
"""A word that stands in a larger share of all decisions tells nothing."""

ENOUGH = 8
"""From so many words that occur more than once on, those that occur once are left out."""

SEEN_ANYWAY = 1000
"""Texts beyond the hidden ones, replaced copies among them, in so many of which a word stands in
some that may be shown."""

SHORTEST = 3
STANDARD = frozenset((str(SectionKind.POWERS), str(SectionKind.METHOD)))
"""Sections of standard wording."""


@dataclass(frozen=True, slots=True)
class Similar:
    """What was found, best first.

    ``among`` is the query that all of them answer, ``words`` are the telling ones that were looked
    for; each hit has in ``shared`` those that it has too.
    """

    reference: str
    title: str
    among: str | None
    words: tuple[str, ...]
    hits: tuple[Hit, ...]


def is_standard(row: ParagraphRow) -> bool:
    """Whether a paragraph is standard wording, which says nothing about the case."""
    return row.share is not None or row.section_kind in STANDARD or row.section_top in STANDARD


def similar(index: Index, asked: str, request: SearchRequest, texts: HitText) -> Similar:
    """The decisions most like the one of that reference, among those that answer the request.

    Raises NotFound, QueryError and IndexUnusable.
    """
    return similar_to(index, asked, find(index, asked, texts), request, texts)


def similar_to(
    index: Index, asked: str, number: int, request: SearchRequest, texts: HitText
) -> Similar:
    """The same for a decision by its number; ``asked`` is what it is called in an error.

    Raises Restricted, QueryError and IndexUnusable.
    """
    node = read(request)
    hidden = texts.restricted()
    if number in hidden:
        raise Restricted(
            f"{asked} is restricted while a question about its text is open; nothing is compared "
            "with it"
        )
    header = texts.decisions([number]).get(number, {})
    paragraphs = texts.paragraphs([number]).get(number, ())

    def work(
        opened: OpenIndex,
    ) -> tuple[dict[str, float], list[tuple[int, float, bool]], dict[int, int]]:
        check(opened, texts)
        evaluation = over(opened, hidden)
        telling = _telling(evaluation, header, paragraphs, len(hidden))
        within = None if isinstance(node, Everything) else evaluation.scores(node)
        scores = evaluation.summed(
            (evaluation.scores(_word(word), within), weight) for word, weight in telling.items()
        )
        # One more than asked for: the decision itself is mostly the first.
        end = None if request.limit is None else request.limit + 1
        first = evaluation.ordered(scores, ((BY_SCORE, 1), ("number", 1)), end)
        numbers = evaluation.column("number", first)
        others = [doc for doc in first if numbers[doc] != number][: request.limit]
        found = [(numbers[doc], scores[doc], False) for doc in others]
        return telling, found, sums(evaluation, {doc: numbers[doc] for doc in others})

    telling, best, largest = index.read(work)
    wanted = Or(tuple(_word(word) for word in telling))
    hits = tuple(hits_of(best, wanted, texts, request, {}))
    shared = _shared([hit.decision_id for hit in hits], list(telling), texts)
    return Similar(
        reference=str(header.get("reference", asked)),
        title=str(header.get("title", "")),
        among=None if isinstance(node, Everything) else understood(node),
        words=tuple(telling),
        hits=tuple(
            replace(
                hit,
                shared=shared[hit.decision_id],
                largest_sum_pence=largest.get(hit.decision_id),
            )
            for hit in hits
        ),
    )


def find(index: Index, asked: str, texts: HitText) -> int:
    """The id of the decision of that reference. Raises NotFound and IndexUnusable."""

    def work(opened: OpenIndex) -> int | None:
        check(opened, texts)
        evaluation = over(opened)
        docs = evaluation.codes("ref", reference_keys(asked))
        return min(evaluation.column("number", docs).values(), default=None)

    number = index.read(work)
    if number is None:
        raise NotFound(
            f"There is no decision {asked!r} in the index; look for it with: decisions search"
        )
    return number


def _word(exact: str) -> Word:
    (word,) = list(words(exact))[:1]
    return Word(word.exact, word.stem)


def _telling(
    evaluation: Evaluation[Any],
    header: Mapping[str, object],
    paragraphs: Sequence[ParagraphRow],
    hidden: int,
) -> dict[str, float]:
    """The telling words of a decision in their commonest form with their weight, heaviest first.

    ``hidden`` is how many decisions no answer may have: a word that only such ones have too is not
    looked for, because it would tell what stands in them.
    """
    names = {
        word.stem for name in ("body", "body_name") for word in words(str(header.get(name) or ""))
    }
    counts: defaultdict[str, float] = defaultdict(float)
    forms: dict[str, Counter[str]] = {}
    for text, boost in _substance(header, paragraphs):
        for word in words(text):
            if _counts(word) and word.stem not in names:
                counts[word.stem] += boost
                forms.setdefault(word.stem, Counter())[word.exact] += 1
    again = {stemmed for stemmed, seen in forms.items() if seen.total() > 1}
    if len(again) >= ENOUGH:
        counts = defaultdict(float, {stemmed: counts[stemmed] for stemmed in again})
    documents = max(1, evaluation.documents)
    weights: dict[str, float] = {}
    for stemmed, count in counts.items():
        frequency = evaluation.shown(STEMMED, stemmed)
        rare = hidden and frequency <= hidden + SEEN_ANYWAY
        if rare and evaluation.shown(STEMMED, stemmed) < 2:
            continue
        if 1 < frequency <= max(2.0, COMMONEST * documents):
            weights[stemmed] = (1 + math.log(max(1.0, count))) * math.log(documents / frequency + 1)
    best = heapq.nlargest(MOST_WORDS, weights.items(), key=lambda one: (one[1], one[0]))
    return {forms[stemmed].most_common(1)[0][0]: weight for stemmed, weight in best}


def _counts(word: TextWord) -> bool:
    plain = word.exact.replace("'", "")
    common = word.exact in stoplists["en"] or word.exact in MONTHS
    return len(plain) >= SHORTEST and plain.isalpha() and not common


def _substance(
    header: Mapping[str, object], paragraphs: Sequence[ParagraphRow]
) -> Iterator[tuple[str, float]]:
    """The texts that say what the case is about, each with how much its words count."""
    if summary := header.get("summary"):
        yield str(summary), BOOSTS["summary"]
    for row in paragraphs:
        if not is_standard(row):
            yield row.text, BOOSTS[row.section_kind]


def _shared(
    numbers: Sequence[int], telling: Sequence[str], texts: HitText
) -> dict[int, tuple[str, ...]]:
    """The telling words that each decision has outside of standard wording, heaviest first."""
    stems = {_word(word).stem: word for word in telling}
    headers, paragraphs = texts.decisions(numbers), texts.paragraphs(numbers)
    found: dict[int, tuple[str, ...]] = {}
    for number in numbers:
        there: set[str] = set()
        for text, _ in _substance(headers.get(number, {}), paragraphs.get(number, ())):
            there.update(word.stem for word in words(text))
        common = [word for stemmed, word in stems.items() if stemmed in there]
        found[number] = tuple(common[:WORDS_SHOWN])
    return found
