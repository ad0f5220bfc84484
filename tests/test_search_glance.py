"""A glance at a text never says no where there is something: it only saves reading."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from search.glance import begin_of, letters, may_hold
from search.snippets import _Read
from search.tree import Fuzzy, Near, Node, Or, Phrase, Prefix, Word, wanted
from search.words import stem
from tests.plain_reading import PUNCTUATED, trees

ROOT = Path(__file__).resolve().parents[1]
ENDINGS = (
    *("", "s", "es", "ed", "ing", "ly", "ness", "ation", "ational", "ization", "izer", "ator"),
    *("ability", "ibility", "iveness", "ivity", "fulness", "ousness", "ality", "ement", "ment"),
    *("ies", "ied", "y", "ance", "ence", "able", "ible", "ative", "icity", "ical", "ology", "e"),
)


def test_every_word_of_a_stem_begins_as_the_stem_is_said_to() -> None:
    seen = set()
    for page in (*ROOT.glob("docs/*.md"), ROOT / "README.md"):
        seen.update(re.findall(r"[a-z]+", page.read_text(encoding="utf-8").lower()))
    assert len(seen) > 1000
    for word in seen:
        for ending in ENDINGS:
            for whole in (word + ending, word[:-1] + ending):
                assert whole.startswith(begin_of(stem(whole))), whole


@given(
    st.lists(st.sampled_from([*PUNCTUATED, "A & B", "café", "‘late’", "£12"]), max_size=7).map(
        " ".join
    ),
    trees,
)
def test_what_is_there_is_never_overlooked(text: str, tree: Node) -> None:
    plain = letters(text)
    for leaf, _ in wanted(tree):
        if plain is not None and not may_hold(plain, leaf):
            assert not _Read(text).intervals(leaf)


def test_most_of_what_is_not_there_is_seen_at_a_glance() -> None:
    plain = letters("The council’s “delay” was long.")
    assert plain is not None
    assert not may_hold(plain, Phrase(("data", "delay")))
    assert not may_hold(plain, Word("protection", stem("protection")))
    assert not may_hold(plain, Prefix("tui"))
    assert may_hold(plain, Word("delayed", stem("delayed")))
    assert may_hold(plain, Or((Prefix("tui"), Prefix("del"))))
    assert not may_hold(plain, Near((Prefix("tui"), Prefix("del")), 3))
    assert may_hold(plain, Fuzzy("dely"))
    assert letters("Tést") is None
