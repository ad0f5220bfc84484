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

REMARKS: tuple[tuple[str, str], ...] = (
    (r"(?<!\S)(\|+)(?!\S)", _EITHER),
    (r"(?<!\S)(&&)(?!\S)", "all words are wanted anyway"),
    (r"(?<!\S)(\+)\w", "all words are wanted anyway"),
    (r"(?<!\S)(or)(?!\S)", f"it is a word like any other in small letters; {_EITHER}"),
    (
        r"(?<!\S)(not)(?!\S)",
        "it is a word in small letters; to leave out: -word or NOT",
    ),
    (r"\w(\?)\w", "one letter cannot be left open; try educat* or hampshir~"),
    (r"\w(!)(?!\S)", "the beginning of a word is: educat*"),
    (r"\w(~[0-9.]+)(?!\S)", 'near spellings are: hampshir~; near words: "a b"~8'),
    (r"\w(\^[0-9.]+)(?!\S)", "words cannot be given weights"),
    (r"(?<!\S)(NEAR|ADJ|ADJ[0-9]+|WITHIN|SAME|BUT NOT|XOR)(?!\S)", _NEARNESS),
    (r"(?<!\S)(/\S+/)(?!\S)", "regular expressions are not understood"),
    (r"(?<!\S)([a-z_]+:)(?!\S)", "a field has no blank behind its colon"),
    (
        r"(?<!\S)(['‘][^'’\"]+\s[^'’\"]+['’])(?!\S)",
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

_ORDINARY = re.compile(r"(?!.*\b(?:or|not|NEAR|ADJ\d*|WITHIN|SAME|BUT|XOR)\b)[\w\s\"-]*", re.DOTALL)
"""Matches most queries, and none in which one of the signs can be."""

_QUOTED = re.compile('["“”„‟«»＂][^"“”„‟«»＂]*["“”„‟«»＂]?')


def remarks(query: str) -> Iterator[str]:
    """A sentence for every sign of a query that is not understood as it is elsewhere."""
    bare = _QUOTED.sub('""', query)
    if _ORDINARY.fullmatch(bare):
        return
    for pattern, instead in REMARKS:
        match = re.search(pattern, bare)
        if match is None:
            continue
        sign = match[1]
        if sign.endswith(":") and sign[:-1] not in FIELDS_MEANT:
            continue
        yield f"{sign} has no meaning of its own here: {instead}"
