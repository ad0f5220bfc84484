"""Where a capitalised title begins, read leftwards from its last word.

"… (The Care Act 2014" begins at "Care", so no list of titles is needed. Used for whatever ends in a
telling word: an Act, a Code, a Tribunal. What a title names is not asked here.
"""

from __future__ import annotations

from typing import NamedTuple

_LONGEST_BRACKET = 80
_MOST_WORDS = 24
"""More than any title has; without a bound a hostile text would take the square of its length."""

CONNECTORS = frozenset(("and", "of", "for", "to", "in", "from", "etc.", "etc", "by", "with", "at"))
"""Words in lower case that may stand within a title."""

_NO_START = frozenset(
    (
        *("The", "Under", "In", "See", "Section", "Sections", "Schedule", "This", "That", "By"),
        *("And", "Also", "Both", "Part", "When", "However", "As", "On", "For", "If", "Our", "Its"),
        *("Their", "His", "Her", "A", "An", "From", "Since", "Where", "Regulation", "Paragraph"),
        *("With", "To", "Of", "But", "Because", "Although", "While", "These", "Those", "Any"),
        *("Current", "Relevant", "Amended", "New", "It", "We", "I", "Following", "Before", "After"),
        *("My", "Your", "Or", "At", "Neither", "Either", "Every", "Each", "No", "Two", "Another"),
    )
)


class Word(NamedTuple):
    """A word of a title and where it begins. A bracket with what it holds is one word."""

    start: int
    text: str


def title_words(text: str, end: int) -> list[Word]:
    """The words before ``end`` that belong to the title whose last word begins there.

    In reverse order: the title begins at the start of the last. Empty where nothing does.
    """
    words: list[Word] = []
    at = end
    while (start := _word_start(text, at)) < at and len(words) < _MOST_WORDS:
        word = text[start:at].rstrip()
        if word.isdigit():
            # The year of an Act within the title of its Regulations, before a bracket.
            named = text.endswith("Act ", 0, start)
            if not (named and words and words[-1].text.startswith("(")):
                break
        elif word.startswith("("):
            if not (word.endswith(")") and word[1:2].isupper()):
                break
        elif word not in CONNECTORS and not _capital(word):
            break
        at = start
        words.append(Word(start, word))
    while words and (words[-1].text in CONNECTORS or words[-1].text.strip(",") in _NO_START):
        words.pop()
    while words and words[-1].text.startswith("("):
        words.pop()
    return words


def own_words(words: list[Word], endings: frozenset[str]) -> list[Word]:
    """The words that are left when another title, ending in one of ``endings``, stands before.

    "School Admissions Code and School Admission Appeals Code" are two.
    """
    for index in range(len(words) - 1):
        if words[index].text in ("and", "or") and words[index + 1].text.strip(",") in endings:
            return words[:index]
    return words


def _word_start(text: str, at: int) -> int:
    """Where the word (or bracket) before ``at`` begins; ``at`` where none stands before it."""
    end = at - 1
    if end < 1 or text[end] != " ":
        return at
    if text[end - 1] == ")":
        opened = text.rfind("(", max(0, end - _LONGEST_BRACKET), end)
        return at if opened < 0 else opened
    near = max(0, end - _LONGEST_BRACKET)
    start = max(text.rfind(" ", near, end), text.rfind("(", near, end)) + 1
    if not start and near:
        return at  # No word is that long.
    return start if start < end else at


def _capital(word: str) -> bool:
    """Whether a word can stand in a title: ``Anti-social``, ``Children’s`` no, ``Crime,`` yes."""
    if not word[0].isupper() or word in ("The", "I") or word.endswith(("’s", "'s", ".", ":", ";")):
        return False
    return len(word.strip(",")) > 1
