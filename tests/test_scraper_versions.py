"""Two versions side by side: every word accounted for, nothing called changed that is not."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.records import Outcome, Paragraph, Section
from scraper.versions import MOST_WORDS, Run, What, compare, words
from tests.specimens import decision


def with_texts(*texts: str) -> Section:
    section = decision().sections[0]
    paragraphs = (Paragraph(n, n, None, 0, text) for n, text in enumerate(texts, start=1))
    return replace(section, paragraphs=tuple(paragraphs))


def test_equal_versions_do_not_differ() -> None:
    found = compare(decision(), decision(), 1, 2)
    assert (found.differences, found.renumbered) == ((), 0)


def test_changed_words_are_told_apart_from_kept_ones() -> None:
    assert words("the Council will pay £250 now", "the Council will pay Ms B £500 now") == (
        Run(What.SAME, "the Council will pay"),
        Run(What.REMOVED, "£250"),
        Run(What.ADDED, "Ms B £500"),
        Run(What.SAME, "now"),
    )


def test_a_new_paragraph_renumbers_the_others_and_changes_none() -> None:
    old = decision(sections=(with_texts("One thing.", "Another thing."),))
    new = decision(sections=(with_texts("A new thing first.", "One thing.", "Another thing."),))
    found = compare(old, new, 1, 2)
    (only,) = found.differences
    assert (only.what, only.new_key, only.old_key) == (What.ADDED, "24-001-234@2#p1", None)
    assert only.runs == (Run(What.ADDED, "A new thing first."),)
    assert found.renumbered == 2


def test_an_amended_paragraph_is_paired_with_what_it_was() -> None:
    old = decision(
        sections=(
            with_texts(
                "Ms B complained in May.",
                "The Council will pay Ms B £250 within one month.",
                "Nothing else was found in this case.",
            ),
        )
    )
    new = decision(
        sections=(
            with_texts(
                "The Council has since written to us about this.",
                "The Council will pay Ms B £400 within one month.",
                "Nothing else was found in this case.",
            ),
        )
    )
    found = compare(old, new, 3, 4).differences
    assert [item.what for item in found] == [What.REMOVED, What.ADDED, What.CHANGED]
    assert (found[2].old_key, found[2].new_key) == ("24-001-234@3#p2", "24-001-234@4#p2")
    assert Run(What.REMOVED, "£250") in found[2].runs


def test_the_head_is_compared_field_by_field() -> None:
    new = decision(outcome=Outcome.NOT_UPHELD, outcome_raw="Not upheld", summary=None)
    found = compare(decision(), new, 1, 2).differences
    assert [(item.where, item.what) for item in found] == [
        ("Outcome", What.CHANGED),
        ("Summary", What.REMOVED),
    ]


def test_what_a_better_parser_makes_of_it_is_no_difference() -> None:
    better = decision(subcategory="Homelessness", citations=(), remedies=(), warnings=())
    assert compare(decision(), better, 1, 2).differences == ()


def test_a_huge_paragraph_is_shown_whole_instead_of_compared() -> None:
    huge = "word " * (MOST_WORDS + 1)
    runs = words(huge, "word")
    assert [run.what for run in runs] == [What.REMOVED, What.ADDED]


TEXTS = st.lists(
    st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), max_size=6).map(" ".join), max_size=8
)


def _told(runs: tuple[Run, ...], *whats: What) -> list[str]:
    return " ".join(run.text for run in runs if run.what in whats).split()


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_every_word_of_both_versions_is_accounted_for(old: list[str], new: list[str]) -> None:
    before, after = decision(sections=(with_texts(*old),)), decision(sections=(with_texts(*new),))
    found = compare(before, after, 1, 2).differences
    gone = [w for item in found for w in _told(item.runs, What.REMOVED, What.SAME)]
    came = [w for item in found for w in _told(item.runs, What.ADDED, What.SAME)]
    everything = [w for text in old for w in text.split()]
    everything_new = [w for text in new for w in text.split()]
    kept = sorted(everything)
    for word in gone:
        kept.remove(word)
    for word in came:
        everything_new.remove(word)
    assert kept == sorted(everything_new), "what no difference shows is the same in both"
