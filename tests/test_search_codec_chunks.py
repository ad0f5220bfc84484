"""Texts cut by arrays are the texts that ``str.split`` cuts, and a chunk has one code for good."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.codec import texts as texts_module
from search.codec import vocabulary as vocabularies
from search.codec.chunks import NONE, WIDEST, Table, by_width, cut, windows
from search.codec.texts import Texts
from search.codec.vocabulary import PIECE, Vocabulary

SPACES = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]
LETTERS = st.sampled_from([*SPACES, *"aé£€\0\1’日\u2060\ud800\udfff\U0001f600"])
TEXTS = st.text(LETTERS, max_size=60) | st.text(max_size=40)


def chunks_of(text: str) -> list[str]:
    found = cut(text)
    return found.chunks(np.arange(found.starts.size))


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_text_is_cut_where_split_cuts_it(text: str) -> None:
    assert chunks_of(text) == text.split()


def test_every_character_is_white_space_or_not_as_split_has_it() -> None:
    text = "".join(f"a{chr(code)}b" for code in range(sys.maxunicode + 1))
    assert chunks_of(text) == text.split()


@pytest.mark.parametrize("space", SPACES)
def test_white_space_after_a_pound_is_seen(space: str) -> None:
    assert cut(f"a £{space}5").parted
    assert cut("a £5 é b").parted is False


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=9).filter(lambda one: "\0" not in one), unique=True))
def test_a_table_knows_what_was_added_and_nothing_else(words: list[str]) -> None:
    words = [word for word in words if not any(map(str.isspace, word))]
    half = len(words) // 2
    tables = [Table(width, bits=1) for width in range(1, WIDEST + 1)]
    added = cut(" ".join(words[:half]))
    for table, some in by_width(added):
        # In two goes, so that a table grows with something in it.
        for part in np.array_split(some, 2):
            tables[table].add(windows(added, part, table + 1), part.astype(np.uint32))
    asked = cut(" ".join(words))
    for table, some in by_width(asked):
        got = tables[table].find(windows(asked, some, table + 1))
        assert got.tolist() == [one if one < half else NONE for one in some.tolist()]


def read(vocabulary: Vocabulary, texts: list[str]) -> list[list[str]]:
    """The words behind the codes of some texts, one decision each."""
    coded = vocabulary.code([Texts.of([(0, text)]) for text in texts])
    begins, counts = vocabulary.spans
    exact, _, _ = vocabulary.words
    found: list[list[str]] = []
    for code in coded.chunks.tolist():
        if code == PIECE:
            found.append([])
        low, high = int(begins[code]), int(begins[code] + counts[code])
        found[-1] += [vocabulary.terms[number] for number in exact[low:high].tolist()]
    return found


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(TEXTS, min_size=1, max_size=4), max_size=5), st.booleans())
def test_a_text_has_the_same_words_whenever_it_is_met(
    batches: list[list[str]], forgetful: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vocabularies, "_NEW", 3)
        patch.setattr(texts_module, "_PART", 8)
        vocabulary = Vocabulary()
        for texts in [*batches, *batches]:
            alone = [read(Vocabulary(), [text])[0] for text in texts]
            assert read(vocabulary, texts) == alone
            if forgetful:
                vocabulary.forget()


def test_what_is_remembered_of_texts_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabularies, "_MOST", 1000)
    vocabulary = Vocabulary()
    sizes = []
    for begin in range(0, 5000, 250):
        text = " ".join(f"w{number}" for number in range(begin, begin + 250))
        assert len(read(vocabulary, [text])[0]) == 250
        sizes.append(vocabulary.flags.size)
        if vocabulary.crowded:
            vocabulary.forget()
    assert max(sizes) < 1000 + 250 + 2
