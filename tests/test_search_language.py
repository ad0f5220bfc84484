"""The query language: what a query means, and where one that means nothing goes wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import schema
from search.errors import QueryError
from search.fields import REGIONS
from search.parse import LONGEST_QUERY, MOST_TERMS, parse, phrase
from search.tree import (
    And,
    Days,
    Everything,
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
        ("section 24A(6)", Provision(("section", "24a", "6"))),
        ("s.31", Provision(("section", "31"))),
        ("S31", Provision(("section", "31"))),
        ("s 31(2), late", And((Provision(("section", "31", "2")), word("late")))),
        ("ss. 26 and 27", And((Provision(("section", "26")), Provision(("section", "27"))))),
        ("sec. 117 aftercare", And((Provision(("section", "117")), word("aftercare")))),
        ("Sch 5 para 5(b)", Provision(("schedule", "5", "paragraph", "5", "b"))),
        ("-s.42", Not(Provision(("section", "42")))),
        ("(s42)", Provision(("section", "42"))),
        ("analysis:s.42", Scoped(Provision(("section", "42")), ("analysis",))),
        ("s.42 /p late", Near((Provision(("section", "42")), word("late")), "p")),
        ('"section 24A(6)"', Phrase(("section", "24a", "6"))),
        ("s42x4", word("s42x4")),
        ("section OR 42", Or((word("section"), word("42")))),
        (
            "late 20 011 198 x",
            And((word("late"), Reference("20011198", ("20", "011", "198")), word("x"))),
        ),
        (
            "Ambleford Council (20 011 198)",
            And(
                (
                    word("ambleford"),
                    word("council"),
                    Reference("20011198", ("20", "011", "198")),
                )
            ),
        ),
        (
            "late 05 C 13158",
            And((word("late"), Reference("05c13158", ("05", "c", "13158")))),
        ),
        ("ref:20 011 198", Filter("ref", "20011198")),
        (
            "https://example.org/decisions/education/x/20-011-198?chapter=2#p7",
            Reference("20011198", ("20", "011", "198")),
        ),
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
        ("hampshir~", Fuzzy("hampshir")),
        ('"late tuition"~8', Near((Phrase(("late",)), Phrase(("tuition",))), 8)),
        ("late /8 tuition", Near((word("late"), word("tuition")), 8)),
        ("late /p tuition", Near((word("late"), word("tuition")), "p")),
        (
            '"was late" /s (tuition OR educat*)',
            Near((Phrase(("was", "late")), Or((word("tuition"), Prefix("educat")))), "s"),
        ),
        ("a /p b /p c", Near((word("a"), word("b"), word("c")), "p")),
        ("a /p b c", And((Near((word("a"), word("b")), "p"), word("c")))),
        ("a w/p b", Near((word("a"), word("b")), "p")),
        ("a W/5 b", Near((word("a"), word("b")), 5)),
        ("a NEAR/5 b", Near((word("a"), word("b")), 5)),
        ("-a /p b", Not(Near((word("a"), word("b")), "p"))),
        ("and/p", Phrase(("and", "p"), bare=True)),
        ("body:hampshire", Filter("body", "hampshire")),
        ('Body:"County, Council"', Filter("body", "county council")),
        ("category:children’s-care-services", Filter("category", "children-s-care-services")),
        ("outcome:not-upheld", Filter("outcome", "not_upheld")),
        ("kind:report a", And((Filter("kind", "report"), word("a")))),
        ("-kind:report", Not(Filter("kind", "report"))),
        ("year:2023", Days(date(2023, 1, 1), date(2023, 12, 31))),
        ("year:2021..2023", Days(date(2021, 1, 1), date(2023, 12, 31))),
        ("date:2021-02..", Days(date(2021, 2, 1), None)),
        ("date:>2024-06", Days(date(2024, 7, 1), None)),
        ("date:>=2024-06", Days(date(2024, 6, 1), None)),
        ("date:<2024-03", Days(None, date(2024, 2, 29))),
        ("date:<=2024-02", Days(None, date(2024, 2, 29))),
        ("ref:20-011-198", Filter("ref", "20011198")),
        ("remedy:>=500", Money(50000, None)),
        ("remedy:£1,950", Money(195000, 195000)),
        ("remedy:12.50..20", Money(1250, 2000)),
        ("remedy:apology", Scoped(word("apology"), ("remedy",))),
        ('analysis:"best interests"', Scoped(Phrase(("best", "interests")), ("analysis",))),
        ("analysis:(a b)", Scoped(And((word("a"), word("b"))), ("analysis",))),
        ("section:analysis a b", Scoped(And((word("a"), word("b"))), ("analysis",))),
        ("section:analysis,findings a", Scoped(word("a"), ("analysis", "findings"))),
        ("section:analysis", Filter("has", "analysis")),
        ("NOT section:analysis", Not(Filter("has", "analysis"))),
        ("complaint: the", And((word("complaint"), word("the")))),
        ("at 18:30", And((word("at"), Phrase(("18", "30"), bare=True)))),
        ("http://example.org/x", Phrase(("http", "example", "org", "x"), bare=True)),
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
        ("ha~", 0, "4 letters"),
        ('"late tuition"~101', 0, "at most 100"),
        ("late /0 tuition", 0, "at most 100"),
        ("late /5", 5, "after"),
        ("/5 late", 0, "before"),
        ("late /5 OR b", 5, "after"),
        ("late /5 tuition /p x", 16, "in a row"),
        ("late /5 -tuition", 0, "Nearness"),
        ("(a b) /p c", 0, "Nearness"),
        ("body:hampshire /p c", 0, "Nearness"),
        ("late nowhere:x", 5, "no field"),
        ("outcome:lost", 8, "not one of"),
        ("date:yesterday", 5, "not a date"),
        ("date:2023..2021", 5, "before it begins"),
        ("remedy:500..100", 7, "before it begins"),
        ("date:..", 5, "range"),
        ("year:2023-01", 5, "four figures"),
        ("remedy:>much", 7, "not an amount"),
        ("section:nowhere", 8, "not one of"),
        ("section:42", 8, "s.42"),
        ("section:summary", 0, "no word beside"),
        ("body:(a OR b)", 5, "in quotation marks"),
        ("body:…", 5, "no word"),
        ("body:OR x", 0, "no value"),
        ("analysis:section:findings", 0, "no value"),
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


@given(st.text(alphabet='ab ()"-*&/ANDORT12,£’~:sp', max_size=60))
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
    st.just(Fuzzy("hampshir")),
    st.just(Filter("body", "county council")),
    st.just(Filter("has", "analysis")),
    st.just(Days(date(2021, 2, 3), None)),
    st.just(Money(50001, 100000)),
    st.builds(
        Near,
        st.lists(
            st.sampled_from(
                [
                    word("late"),
                    Phrase(("a", "b")),
                    Or((word("x"), word("y"))),
                    Provision(("section", "42")),
                ]
            ),
            min_size=2,
            max_size=3,
        ).map(tuple),
        st.sampled_from([8, "p", "s"]),
    ),
    st.just(Reference("20011198", ("20", "011", "198"))),
    st.sampled_from(
        [
            Provision(("section", "24a", "6")),
            Provision(("schedule", "5", "paragraph", "5", "b")),
            Provision(("part", "7")),
        ]
    ),
)


def _joined(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(And),
        several.map(Or),
        children.filter(lambda node: not isinstance(node, Not)).map(Not),
        st.builds(
            Scoped,
            children.filter(has_text),
            st.sampled_from([("analysis",), ("findings", "summary")]),
        ),
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
    assert together == (None if run is None else Phrase(run))


def test_plain_words_in_a_part_make_a_phrase_of_that_part() -> None:
    tree = parse("analysis:(late tuition) body:x")
    assert side_by_side(tree) == Scoped(Phrase(("late", "tuition")), ("analysis",))


def test_parts_that_can_be_named_are_those_of_the_index() -> None:
    assert set(REGIONS) == set(schema.REGIONS_NAMED)
