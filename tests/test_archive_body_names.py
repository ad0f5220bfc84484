"""Spellings of one name have one key, and nothing else has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.body_names import body_key, plain_words

ONE = (
    ("Brighton & Hove City Council", "Brighton and Hove City Council"),
    ("Brighton & Hove City Council", "BRIGHTON  AND HOVE\tCITY COUNCIL "),
    ("Brighton & Hove City Council", "Brighton \N{FULLWIDTH AMPERSAND} Hove City Council"),
    ("Bright & Kind Care Ltd", "Bright and Kind Care Limited"),
    ("Bright & Kind Care Ltd.", "Bright & Kind Care, Limited"),
    ("St Aidan’s Nursing Home", "St. Aidan's Nursing Home"),
    ("O’Dowd Care Ltd", "O`Dowd Care Ltd"),
    ("Stoke-on-Trent City Council", "Stoke on Trent City Council"),
    ("Bournemouth, Christchurch and Poole Council", "Bournemouth Christchurch & Poole Council"),
    ("Lantern Support C.I.C.", "Lantern Support CIC"),
    ("Lantern Support Community Interest Company", "Lantern Support CIC"),
    ("Willowmead Public Limited Company", "Willowmead plc"),
    ("A.B. Care Ltd", "AB Care Limited"),
    ("Wold\N{SOFT HYPHEN}shire County Council", "Woldshire\N{ZERO WIDTH SPACE} County Council"),
    ("Woldshire\N{NO-BREAK SPACE}County Council", "Woldshire County Council"),
    ("Rose AKA Oak", "Rose aka Oak"),
    ("Rose AKA Oak", "Rose A.K.A. Oak"),
    ("Rose AKA Oak", "Rose t/a Oak"),
    ("Rose AKA Oak", "Rose (also known as Oak)"),
    ("Rose AKA Oak", "Rose trading as Oak"),
    # A company's name is given out once: with it the others add nothing that tells apart.
    ("Maple Lodge Care Ltd AKA The Maples", "Maple Lodge Care Limited"),
    ("The Maples AKA Maple Lodge Care Ltd", "Maple Lodge Care Ltd t/a Maple House"),
    ("Ashdene & Co Limited t/a Ashdene Care", "Ashdene and Co Ltd"),
    ("Rose Ltd AKA Rose Limited", "ROSE LTD"),
)

TWO = (
    ("Hampshire County Council", "Hampshire Council"),
    ("Northmoor District Council", "Northmoor County Council"),
    ("The Grange Care Centre (Cheltenham) Limited", "The Grange Care Centre (Bristol) Limited"),
    ("The Grange Care Centre (Cheltenham) Limited", "The Grange Care Centre Limited"),
    ("Grange Care Ltd", "The Grange Care Ltd"),
    ("Grange Care Ltd", "Grange Care"),
    ("Grange Care Ltd", "Grange Care PLC"),
    ("Woldshire County Council", "Woldshire County Councils"),
    ("Wold Council", "Wôld Council"),
    ("Home 1 Ltd", "Home 2 Ltd"),
    ("Care+ Ltd", "Care Ltd"),
    # Without a company, or with two, nobody can tell which homes are one.
    ("Rose House AKA The Oaks", "Rose House"),
    ("Rose House AKA The Oaks", "The Oaks AKA Rose House"),
    ("Rose House AKA Acme Ltd", "Rose House AKA Beta Ltd"),
    ("Acme Ltd AKA Beta Ltd", "Acme Ltd"),
    ("Acme Ltd AKA Beta Ltd", "Beta Ltd"),
    # What a body was called once is no second name of today.
    ("Acme Ltd formerly known as Rose Ltd", "Rose Ltd"),
    ("Acme formerly trading as Rose Ltd", "Rose Ltd"),
    ("Acme now trading as Rose Ltd", "Rose Ltd"),
    ("Mr Aka", "Mr"),
    ("AKA Care", "Care"),
    ("…", "!"),
)


@pytest.mark.parametrize(("one", "other"), ONE)
def test_these_are_one(one: str, other: str) -> None:
    assert body_key(one) == body_key(other)


@pytest.mark.parametrize(("one", "other"), TWO)
def test_these_are_two(one: str, other: str) -> None:
    assert body_key(one) != body_key(other)


WORDS = st.lists(
    st.sampled_from(
        ["Wold", "Council", "St", "Care", "Ltd", "Limited", "and", "&", "AKA", "t/a", "(Bristol)",
         "O’Dowd", "A.B.", "plc", "formerly", "Hove,", "-on-", "24-7"]
    ),
    min_size=1,
    max_size=8,
).map(" ".join)  # fmt: skip

DISGUISES = st.sampled_from(
    [
        str.upper,
        str.lower,
        lambda name: name.replace("&", "and"),
        lambda name: name.replace("Ltd", "Limited"),
        lambda name: name.replace("’", "'"),
        lambda name: name.replace(" ", "   "),
        lambda name: f" {name}. ",
        lambda name: name.replace("AKA", "a.k.a."),
    ]
)


@given(WORDS, st.lists(DISGUISES, max_size=4))
def test_no_disguise_changes_a_key(name: str, disguises: list[object]) -> None:
    worn = name
    for disguise in disguises:
        worn = disguise(worn)  # type: ignore[operator]  # the functions above
    assert body_key(worn) == body_key(name)


@given(WORDS | st.text(max_size=40))
def test_a_key_is_its_own_key_and_never_empty(name: str) -> None:
    key = body_key(name)
    assert body_key(key) == key
    assert key or not name


@given(
    st.lists(st.sampled_from(["wold", "hove", "care", "grange", "limited"]), min_size=1, max_size=6)
)
def test_no_word_is_lost(words: list[str]) -> None:
    assert plain_words(" ".join(words).title()) == " ".join(words)


def test_a_name_as_long_as_a_page_takes_no_more_than_its_length() -> None:
    for piece in ("t/a ", "A.", "primary and ", "aka ltd ", "care ", "\N{SOFT HYPHEN}"):
        assert body_key(piece * 50_000)
