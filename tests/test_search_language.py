"""The query language: what a query means, and where one that means nothing goes wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import QueryError
from search.parse import LONGEST_QUERY, MOST_TERMS, parse, phrase
from search.tree import (
    And,
    Everything,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Reference,
    Word,
    side_by_side,
    understood,
)
from search.words import stem


def word(text: str) -> Word:
    return Word(text, stem(text))


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", Everything()),
        ("  ", Everything()),
        ("Tuition", word("tuition")),
        ("late tuition", And((word("late"), word("tuition")))),
        ("late AND tuition", And((word("late"), word("tuition")))),
        ("late and tuition", And((word("late"), word("and"), word("tuition")))),
        ("a OR b c", Or((word("a"), And((word("b"), word("c")))))),
        ("(a OR b) c", And((Or((word("a"), word("b"))), word("c")))),
        ("a OR b OR c", Or((word("a"), word("b"), word("c")))),
        ("-tuition", Not(word("tuition"))),
        ("a -tuition", And((word("a"), Not(word("tuition"))))),
        ("a NOT b OR c", Or((And((word("a"), Not(word("b")))), word("c")))),
        ("NOT NOT a", word("a")),
        ('a -"b c"', And((word("a"), Not(Phrase(("b", "c")))))),
        ("a -(b OR c)", And((word("a"), Not(Or((word("b"), word("c"))))))),
        ('"Best  Interests"', Phrase(("best", "interests"))),
        ("“Best Interests”", Phrase(("best", "interests"))),
        ("‘fault’", word("fault")),
        ("Council’s", word("council's")),
        ("drop-in", Phrase(("drop", "in"), bare=True)),
        ("and/or", Phrase(("and", "or"), bare=True)),
        ("A&E", Phrase(("a", "and", "e"), bare=True)),
        ("R & Co", And((word("r"), word("and"), word("co")))),
        ("section 24A(6)", And((word("section"), Phrase(("24a", "6"), bare=True)))),
        ("(24A(6))", Phrase(("24a", "6"), bare=True)),
        ("Limited (Cheltenham)", And((word("limited"), word("cheltenham")))),
        ("late - tuition – now", And((word("late"), word("tuition"), word("now")))),
        ("£1,950", Phrase(("£1950",))),
        ("1,950", word("1950")),
        ("educat*", Prefix("educat")),
        ("20 011 198", Reference("20011198", ("20", "011", "198"))),
        ("20-011-198", Reference("20011198", ("20", "011", "198"))),
        ("20011198", Reference("20011198", ("20", "011", "198"))),
        (" 19 018 519C ", Reference("19018519c", ("19", "018", "519c"))),
        ("05/C/13158", Reference("05c13158", ("05", "c", "13158"))),
        ("20-011-198 OR b", Or((Reference("20011198", ("20", "011", "198")), word("b")))),
    ],
)
def test_what_a_query_means(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "position", "says"),
    [
        ('late "tuition', 5, "never closed"),
        ("late (tuition", 5, "never closed"),
        ("late tuition) now", 12, "never opened"),
        ("late OR", 5, "after"),
        ("OR late", 0, "before"),
        ("late AND", 5, "after"),
        ("AND late", 0, "before"),
        ("late AND OR b", 5, "after"),
        ("late NOT", 5, "after"),
        ("late ()", 5, "nothing in these brackets"),
        ('late ""', 5, "no word"),
        ("?!", 0, "no word"),
        ("NOT ?!", 0, "after"),
        ("*ducation", 0, "star"),
        ("ed*cation", 2, "star"),
        ("ed*", 0, "3 letters"),
        ("(" * 11 + "a" + ")" * 11, 10, "brackets"),
        ("a " * (LONGEST_QUERY // 2 + 1), LONGEST_QUERY, "characters"),
        ("a " * (MOST_TERMS + 1), MOST_TERMS * 2, "50 words"),
        ('"' + "a " * (MOST_TERMS + 1) + '"', 0, "50 words"),
    ],
)
def test_a_query_that_means_nothing_says_where(query: str, position: int, says: str) -> None:
    with pytest.raises(QueryError, match=says) as caught:
        parse(query)
    assert caught.value.position == position
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "…", "a" * (LONGEST_QUERY + 1), "a " * (MOST_TERMS + 1)])
def test_a_phrase_needs_words_but_not_too_many(text: str) -> None:
    with pytest.raises(QueryError):
        phrase(text)


def read_or_refused(text: str) -> Node | None:
    """The tree; None for a refusal of ours, which must point into the text. All else raises."""
    refused: QueryError | None = None
    try:
        return parse(text)
    except QueryError as error:
        refused = error
    assert refused.position is None or 0 <= refused.position <= len(text)
    return None


@given(st.text(max_size=200))
def test_any_text_is_a_query_or_an_error_of_ours(text: str) -> None:
    tree = read_or_refused(text)
    assert tree is None or understood(tree)


@given(st.text(alphabet='ab ()"-*&/ANDORT12,£’', max_size=60))
def test_queries_of_signs_are_read_or_refused(text: str) -> None:
    read_or_refused(text)


_LEAVES = st.one_of(
    st.sampled_from(["tuition", "delay", "x", "council's", "£150"]).map(
        lambda text: Phrase((text,)) if text.startswith("£") else word(text)
    ),
    st.lists(st.sampled_from(["best", "interests", "of"]), min_size=2, max_size=3).map(
        lambda parts: Phrase(tuple(parts))
    ),
    st.just(Prefix("educat")),
    st.just(Reference("20011198", ("20", "011", "198"))),
)


def _joined(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(And),
        several.map(Or),
        children.filter(lambda node: not isinstance(node, Not)).map(Not),
    )


@given(st.recursive(_LEAVES, _joined, max_leaves=8))
def test_what_is_shown_as_understood_means_the_same_again(tree: Node) -> None:
    assert parse(understood(tree)) == tree


@pytest.mark.parametrize(
    ("query", "run"),
    [
        ("late tuition", ("late", "tuition")),
        ("late tuition -hampshire", ("late", "tuition")),
        ('"best interests" late tuition', ("late", "tuition")),
        ("section 24A(6)", ("section", "24a", "6")),
        ("late -hampshire tuition for boys", ("tuition", "for", "boys")),
        ("tuition", None),
        ("drop-in", None),
        ('"best interests"', None),
        ("late OR tuition", None),
        ("late educat*", None),
    ],
)
def test_plain_words_make_a_phrase_to_look_for(query: str, run: tuple[str, ...] | None) -> None:
    together = side_by_side(parse(query))
    assert (together.words if together else None) == run
