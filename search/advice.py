"""Remarks on signs and words that mean something elsewhere and nothing here.

A search never changes what was asked in silence. What other search engines understand (``|``,
``&&``, ``colo?r``, ``word^2`` …) is read as plain text or left out, and that is said, with the way
to write it here. Pure; the table is all there is to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_EITHER = "for either of two write OR"
_NEARNESS = "words near each other are: late /5 tuition"

REMARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<!\S)(\|+)(?!\S)"), _EITHER),
    (re.compile(r"(?<!\S)(&&)(?!\S)"), "all words are wanted anyway"),
    (re.compile(r"(?<!\S)(\+)\w"), "all words are wanted anyway"),
    (re.compile(r"(?<!\S)(or)(?!\S)"), f"it is a word like any other in small letters; {_EITHER}"),
    (
        re.compile(r"(?<!\S)(not)(?!\S)"),
        "it is a word in small letters; to leave out: -word or NOT",
    ),
    (re.compile(r"\w(\?)\w"), "one letter cannot be left open; try educat* or hampshir~"),
    (re.compile(r"\w(!)(?!\S)"), "the beginning of a word is: educat*"),
    (re.compile(r"\w(~[0-9.]+)(?!\S)"), 'near spellings are: hampshir~; near words: "a b"~8'),
    (re.compile(r"\w(\^[0-9.]+)(?!\S)"), "words cannot be given weights"),
    (re.compile(r"(?<!\S)(NEAR|ADJ|ADJ[0-9]+|WITHIN|SAME|BUT NOT|XOR)(?!\S)"), _NEARNESS),
    (re.compile(r"(?<!\S)(/\S+/)(?!\S)"), "regular expressions are not understood"),
    (re.compile(r"(?<!\S)([a-z_]+:)(?!\S)"), "a field has no blank behind its colon"),
    (
        re.compile(r"(?<!\S)(['‘][^'’\"]+\s[^'’\"]+['’])(?!\S)"),
        'exact words stand in double quotation marks: "late tuition"',
    ),
)
"""What is looked for in a query (outside of quotations), and what to write instead."""

FIELDS_MEANT = frozenset(
    (
        *("body", "category", "outcome", "kind", "year", "date", "section", "ref", "act"),
        *("remedy", "status", "source", "has", "title", "summary", "heading", "analysis"),
        "subcategory",
    )
)

_QUOTED = re.compile('["“”„‟«»＂][^"“”„‟«»＂]*["“”„‟«»＂]?')


def remarks(query: str) -> Iterator[str]:
    """A sentence for every sign of a query that is not understood as it is elsewhere."""
    bare = _QUOTED.sub('""', query)
    for pattern, instead in REMARKS:
        match = pattern.search(bare)
        if match is None:
            continue
        sign = match[1]
        if sign.endswith(":") and sign[:-1] not in FIELDS_MEANT:
            continue
        yield f"{sign} has no meaning of its own here: {instead}"
