"""What a person may type into the search box, as tables: the language, and searches to begin with.

Every example is tried by a test.
"""

from __future__ import annotations

LANGUAGE: tuple[tuple[str, str], ...] = (
    ("late tuition", "both words, in any form, anywhere in the decision"),
    ('"best interests"', "exactly these words, side by side"),
    ("tuition -transport", "the first word without the second"),
    ("noise (dog OR barking)", "either of two; AND, OR and NOT in capitals"),
    ("educat*", "all words that begin so"),
    ("hampshir~", "words spelt nearly so"),
    ("late /8 tuition", "at most eight words apart; /s in one sentence, /p in one paragraph"),
    ("analysis:delay", "the word in one part: complaint, findings, analysis, remedy, summary …"),
    ("s.42 /p safeguarding", "a section of an Act, however it is spelt"),
    ('act:"care act"', "decisions that cite this Act"),
    ("remedy:>=1000", "decisions with a sum of at least £1,000"),
    ("body:county year:2023..2025", "words of a council’s or provider’s name; years"),
    ("24 001 234", "one decision by its reference, in any spelling"),
)
"""A query and what it finds."""

EXAMPLES: tuple[tuple[str, str], ...] = (
    ("late tuition", "Late tuition"),
    ('"special educational needs" transport', "School transport and special educational needs"),
    ("homelessness suitability remedy:>=500", "Unsuitable temporary accommodation, £500 or more"),
    ("care charges top-up", "Top-up fees for care"),
    ("disabled facilities grant delay", "Delay with a disabled facilities grant"),
    ("summary:noise outcome:upheld", "Complaints about noise that were upheld"),
)
"""Searches on the front page: a query and what it is called."""

PARTS: tuple[tuple[str, str], ...] = (
    ("summary", "the summary"),
    ("complaint", "the complaint"),
    ("background", "what happened"),
    ("findings", "what the Ombudsman found"),
    ("analysis", "the Ombudsman’s assessment"),
    ("remedy", "the agreed action"),
    ("recommendations", "the recommendations"),
    ("final_decision", "the final decision"),
)
"""Parts of a decision that words can be limited to in the form, and what they are called there."""
