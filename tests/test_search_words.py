"""One rule turns text into words, for the index, the query and the marks alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.words import LONGEST_WORD, fold_name, stem, words


def exact(text: str) -> list[str]:
    return [word.exact for word in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr X said", ["mr", "x", "said"]),
        ("the Council’s reply", ["the", "council's", "reply"]),
        ("the Council's reply", ["the", "council's", "reply"]),
        ("councils' replies", ["councils", "replies"]),
        ("‘fault’ or 'fault'", ["fault", "or", "fault"]),
        ("drop-in and/or", ["drop", "in", "and", "or"]),
        ("A&E, R & Co", ["a", "and", "e", "r", "and", "co"]),
        ("section 24A(6)", ["section", "24a", "6"]),
        ("24, 25 and 24,25", ["24", "25", "and", "24", "25"]),
        ("£1,950 in 2021.", ["1950", "£1950", "in", "2021"]),
        ("£12.50", ["12.50", "£12.50"]),
        ("£1,950.00 and 1,950.00", ["1950", "£1950", "and", "1950.00"]),
        ("paragraph 3.4", ["paragraph", "3.4"]),
        ("CAFÉ cafe\u0301 café", ["cafe", "cafe", "cafe"]),
        ("infor\u00admation e\ufb03cient", ["information", "efficient"]),
        ("snake_case", ["snake", "case"]),
        ("“…” – () ?!", []),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert exact(text) == expected


def test_an_amount_and_its_number_share_one_place() -> None:
    places = {word.exact: word.place for word in words("pay £1,950 now")}
    assert places == {"pay": 0, "1950": 1, "£1950": 1, "now": 2}


@pytest.mark.parametrize(
    ("forms", "common"),
    [
        (["complaint", "complaints", "complaint's"], "complaint"),
        (["delayed", "delays", "delaying", "delay"], "delay"),
        (["council", "council's", "councils"], "council"),
        (["dfg", "dfgs", "dfg's"], "dfg"),
        (["mrs"], "mrs"),
    ],
)
def test_forms_of_a_word_share_a_stem(forms: list[str], common: str) -> None:
    assert {stem(form) for form in forms} == {common}


def test_a_name_is_one_code_however_it_is_written() -> None:
    assert fold_name("Children’s care services") == "children-s-care-services"
    assert fold_name("CHILDREN'S  care-services") == "children-s-care-services"
    assert fold_name("COVID-19") == "covid-19"


@given(st.text(max_size=300))
def test_spans_are_in_order_inside_the_text_and_hold_the_word(text: str) -> None:
    end = place = -1
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        assert word.place in (place, place + 1)
        assert word.start >= end or word.place == place
        assert exact(text[word.start : word.end])
        assert 0 < len(word.exact) <= LONGEST_WORD + 1
        assert word.stem
        end, place = word.end, word.place


def test_a_word_of_a_million_letters_is_cut_not_kept() -> None:
    assert [len(word) for word in exact("a" * 1_000_000)] == [LONGEST_WORD]
    assert len(exact("1" * 100_000 + "a")) == 1
