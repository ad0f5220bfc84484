"""What queries mean, by a plain reading of every text: slow, simple, nothing of the index in it.

Shared by the property test and by ``benchmarks/agreement.py``. The one thing taken from the tool is
what a word is (``search.words``); what stands where, and what a tree asks for, is worked out here
by trying every place and every choice.
"""

from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from archive.records import Decision, DecisionKind, Outcome, Remedy, SectionKind, reference_key
from search.spelling import spelt_like
from search.tree import (
    And,
    Days,
    Filter,
    Fuzzy,
    Money,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Provision,
    Reference,
    Scoped,
    Word,
    has_text,
)
from search.words import fold_name, sentence_starts, stem, words
from tests.search_fakes import decision

FIRST_DAY = date(2023, 11, 20)
VOCABULARY = ["late", "delay", "delays", "x", "y", "24a"]
PUNCTUATED = [
    *(*VOCABULARY, "Late.", "X!", "Delays?"),
    *("s.42", "s42", "ss 42 and 43", "section 42(1)"),
    *("24 001 002.", "drop-in", "A&E", "the Council’s", "£1,950"),
]

PROVISIONS: dict[tuple[str, ...], list[tuple[int, tuple[str, ...]]]] = {
    ("s", "42"): [(1, ("section", "42"))],
    ("s42",): [(0, ("section", "42"))],
    ("ss", "42", "and", "43"): [(1, ("section", "42")), (3, ("section", "43"))],
    ("section", "42", "1"): [(1, ("section", "42")), (1, ("section", "42", "1"))],
}
"""What the texts above name, by hand: words → place of the number among them, provision."""
KINDS = [SectionKind.COMPLAINT, SectionKind.POWERS, SectionKind.ANALYSIS]

texts = st.lists(st.sampled_from(PUNCTUATED), max_size=7).map(" ".join)
decisions = st.builds(
    lambda sections, summary, outcome, days, body: decision(
        sections={kind: paragraphs for kind, paragraphs in sections.items() if paragraphs},
        summary=summary or None,
        outcome=outcome,
        decided_on=FIRST_DAY + timedelta(days=days),
        body=body,
    ),
    st.dictionaries(st.sampled_from(KINDS), st.lists(texts, min_size=1, max_size=3), max_size=3),
    texts,
    st.sampled_from([Outcome.UPHELD, Outcome.CLOSED]),
    st.integers(0, 120),
    st.sampled_from(["Late School Trust", "Ambleford Council", "Wold Council"]),
)
leaves: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from(VOCABULARY).map(lambda text: Word(text, stem(text))),
    st.lists(st.sampled_from(VOCABULARY), min_size=2, max_size=3).map(
        lambda parts: Phrase(tuple(parts))
    ),
    st.sampled_from(["del", "delays", "lat"]).map(Prefix),
    st.sampled_from(["dela", "lste", "delayss"]).map(Fuzzy),
    st.sampled_from(
        [
            Phrase(("drop", "in")),
            Phrase(("a", "and", "e")),
            Phrase(("£1950",)),
            Word("council", "council"),
            Provision(("section", "42")),
            Provision(("section", "43")),
            Provision(("section", "42", "1")),
        ]
    ),
)
nearby = st.builds(
    Near,
    st.lists(
        st.one_of(
            leaves, st.lists(leaves, min_size=2, max_size=2).map(lambda items: Or(tuple(items)))
        ),
        min_size=2,
        max_size=2,
    ).map(tuple),
    st.sampled_from([1, 2, 3, "p", "s"]),
)
filters = st.one_of(
    st.sampled_from([Filter("body", "council"), Filter("outcome", "upheld")]),
    st.sampled_from([Filter("has", "analysis"), Filter("has", "powers")]),
    st.sampled_from([Days(date(2024, 1, 1), None), Days(None, date(2023, 12, 1))]),
    st.tuples(st.integers(0, 60), st.integers(61, 130)).map(
        lambda ends: Days(FIRST_DAY + timedelta(days=ends[0]), FIRST_DAY + timedelta(days=ends[1]))
    ),
    st.sampled_from([Filter("kind", "report"), Filter("category", "housing")]),
    st.sampled_from([Filter("category", "alternative-provision"), Filter("ref", "24001002")]),
    st.sampled_from([Money(30000, None), Money(None, 30000), Money(10000, 50000)]),
    st.just(Reference("24001002", ("24", "001", "002"))),
)
trees: st.SearchStrategy[Node] = st.recursive(
    st.one_of(leaves, leaves, nearby, filters),
    lambda children: st.one_of(
        st.lists(children, min_size=2, max_size=3).map(lambda items: And(tuple(items))),
        st.lists(children, min_size=2, max_size=3).map(lambda items: Or(tuple(items))),
        children.filter(lambda node: not isinstance(node, Not)).map(Not),
        st.builds(
            Scoped,
            children.filter(has_text),
            st.sampled_from([("analysis",), ("powers", "summary")]),
        ),
    ),
    max_leaves=6,
)


Read = list[tuple[str, list[list[Word]], list[int]]]
"""Texts: region, the word or words at each place, the places where sentences start."""


def some_decisions(count: int, seed: int) -> list[Decision]:
    """Decisions at random, more than hypothesis would make, to ask many queries of."""
    chance = random.Random(seed)

    def text() -> str:
        return " ".join(chance.choice(PUNCTUATED) for _ in range(chance.randrange(8)))

    return [
        replace(
            decision(
                f"24 001 {number:03}",
                summary=text() or None,
                body=chance.choice(["Late School Trust", "Ambleford Council", "Wold Council"]),
                sections={
                    kind: [text() for _ in range(chance.randrange(1, 4))]
                    for kind in KINDS
                    if chance.random() < 0.6
                },
                outcome=chance.choice([Outcome.UPHELD, Outcome.CLOSED]),
                kind=chance.choice([DecisionKind.STATEMENT, DecisionKind.REPORT]),
                category=chance.choice(["Housing", "Education"]),
                decided_on=FIRST_DAY + timedelta(days=chance.randrange(121)),
            ),
            remedies=tuple(
                _payment(pence, total=chance.random() < 0.3)
                for pence in chance.choices([10000, 30000, 50000], k=chance.randrange(3))
            ),
        )
        for number in range(count)
    ]


def _payment(pence: int, *, total: bool) -> Remedy:
    return Remedy(
        section=1, paragraph=1, char_start=0, char_end=1, kind="payment", amount_pence=pence,
        rate_pence=None, rate_period=None, share_percent=None, payee=None, is_total=total,
        deadline=None, raw="", rule="",
    )  # fmt: skip


def read(one: Decision) -> Read:
    """Every text of a decision that a phrase may lie in: its region, words, sentence starts."""
    parts: list[tuple[str, str]] = [("title", one.title), ("summary", one.summary or "")]
    for section in one.sections:
        parts.append(("heading", section.heading))
        parts.extend((str(section.kind), paragraph.text) for paragraph in section.paragraphs)
    result = []
    for region, text in parts:
        found = list(words(text))
        places: list[list[Word]] = [[] for _ in range(found[-1].place + 1 if found else 0)]
        for w in found:
            places[w.place].append(Word(w.exact, w.stem))
        result.append((region, places, sentence_starts(text, found)))
    return result


def spots(text: list[list[Word]], node: Node) -> list[tuple[int, int]]:
    """Where a word, phrase, beginning, spelling or OR of those stands in one text."""
    match node:
        case Word(_, wanted):
            return [(at, at) for at, here in enumerate(text) if any(w.stem == wanted for w in here)]
        case Prefix(start):
            return [
                (at, at)
                for at, here in enumerate(text)
                if any(word.exact.startswith(start) for word in here)
            ]
        case Fuzzy(asked):
            return [
                (at, at)
                for at, here in enumerate(text)
                if any(spelt_like(asked, word.exact) for word in here)
            ]
        case Phrase(asked_words):
            return [(at, at + len(asked_words) - 1) for at in _standing(text, asked_words)]
        case Provision(path):
            return [
                (at + step, at + step)
                for spelling, meant in PROVISIONS.items()
                for at in _standing(text, spelling)
                for step, named in meant
                if named == path
            ]
        case Or(items):
            return [spot for item in items for spot in spots(text, item)]
        case _:
            raise AssertionError(node)


def _standing(text: list[list[Word]], asked: Sequence[str]) -> list[int]:
    """Where these exact words stand side by side."""
    return [
        at
        for at in range(len(text) - len(asked) + 1)
        if all(
            any(word.exact == wanted for word in text[at + step])
            for step, wanted in enumerate(asked)
        )
    ]


def near(text: list[list[Word]], sentences: list[int], node: Near) -> bool:
    """Tries every choice of one occurrence of each item."""
    for choice in itertools.product(*(spots(text, item) for item in node.items)):
        places = [place for start, end in choice for place in range(start, end + 1)]
        if len(set(places)) < len(places):
            continue
        apart = max(places) - min(places) - sum(end - start for start, end in choice)
        held = {bisect.bisect_right(sentences, place) for place in places}
        if node.within == "p" or (node.within == "s" and len(held) == 1):
            return True
        if isinstance(node.within, int) and apart <= node.within:
            return True
    return False


def holds(one: Decision, node: Node, sections: tuple[str, ...]) -> bool:
    """The brute-force reading: walks the tree over the texts themselves."""
    texts = [
        (text, sentences)
        for region, text, sentences in read(one)
        if not sections or region in sections
    ]
    match node:
        case Word() | Phrase() | Prefix() | Fuzzy() | Provision():
            return any(spots(text, node) for text, _ in texts)
        case Reference(key, printed):
            named = any(_standing(text, printed) or _standing(text, (key,)) for text, _ in texts)
            return named or (not sections and reference_key(one.reference) == key)
        case Money(low, high):
            amount = _amount(one)
            return amount is not None and (low or 0) <= amount <= (high or amount)
        case Near():
            return any(near(text, sentences, node) for text, sentences in texts)
        case Scoped(item, regions):
            inner = tuple(r for r in regions if not sections or r in sections)
            return holds(one, item, inner or ("nowhere",))
        case Not(item):
            return not holds(one, item, sections)
        case And(items):
            return all(holds(one, item, sections) for item in items)
        case Or(items):
            return any(holds(one, item, sections) for item in items)
        case Days(first, last):
            return (not first or first <= one.decided_on) and (not last or one.decided_on <= last)
        case Filter("body", value):
            return set(value.split()) <= {word.exact for word in words(one.body)}
        case Filter("outcome", value):
            return one.outcome == value
        case Filter("kind", value):
            return one.kind == value
        case Filter("category", value):
            return value in (fold_name(one.category or ""), fold_name(one.subcategory or ""))
        case Filter("ref", value):
            return reference_key(one.reference) == value
        case Filter("has", value):
            return any(section.kind == value for section in one.sections)
        case _:
            raise AssertionError(node)


def _amount(one: Decision) -> int | None:
    """The stated total, or the largest payment; nothing is ever added up."""
    return max((r.amount_pence for r in one.remedies if r.amount_pence is not None), default=None)


def plainly(one: Decision, tree: Node, sections: tuple[str, ...]) -> bool:
    """A query under ``--section``: without a word in it, the part has only to be there."""
    if sections and not has_text(tree):
        return holds(one, tree, ()) and any(section.kind in sections for section in one.sections)
    return holds(one, tree, sections)
