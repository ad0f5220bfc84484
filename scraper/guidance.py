"""Titles of guidance, codes and principles: what a body must have regard to, but no law.

Known titles stand in a table, since many are printed like ordinary words ("Care and support
statutory guidance"). Others are found by their last words, as titles are ("School Admissions
Code"), in quotation marks after "guidance", or by the Act they belong to ("Mental Health Act 1983:
Code of Practice"). "The Code", "the statutory guidance" and a council's own guidance, policy or
code of conduct are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.titles import own_words, title_words

TITLES = (
    "alternative provision: statutory guidance for local authorities",
    "alternative provision: statutory guidance",
    "blue badge scheme local authority guidance",
    "care and support statutory guidance",
    "care and support (charging and assessment of resources) guidance",
    "disabled facilities grant (dfg) delivery: guidance for local authorities in england",
    "elective home education: guidance for local authorities",
    "ensuring a good education for children who cannot attend school because of health needs",
    "family and friends care: statutory guidance for local authorities",
    "getting the best from complaints",
    "guidance on good practice",
    "guidance on jurisdiction",
    "guidance on remedies",
    "home to school travel and transport guidance",
    "home to school travel and transport: statutory guidance",
    "homelessness code of guidance",
    "homelessness code of guidance for local authorities",
    "housing health and safety rating system enforcement guidance",
    "housing health and safety rating system operating guidance",
    "housing health and safety rating system: operating guidance",
    "keeping children safe in education",
    "national framework for nhs continuing healthcare",
    "national framework for nhs continuing healthcare and nhs-funded nursing care",
    "national planning policy framework",
    "planning practice guidance",
    "principles for remedy",
    "principles of good administration",
    "principles of good administrative practice",
    "special educational needs and disability code of practice",
    "special educational needs and disability code of practice: 0 to 25 years",
    "special educational needs code of practice",
    "working together to safeguard children",
)
"""Titles in lower case, whatever the text's case. A longer one wins over one that it begins with.

To have another title known, add a row. A title without one of ``MARKS`` is only found in a
paragraph that has one, most often the word "guidance" itself.
"""

MARKS = ("uidance", "ode", "rinciples", "ramework", "ogether to")
"""What a text must hold to be searched for guidance: parts of words, whatever their case."""

_BY_LENGTH = sorted(TITLES, key=len, reverse=True)
_ENDING = re.compile(
    r"\b(?:[Cc]ode of (?:[Pp]ractice|[Gg]uidance)|(?:Statutory |Practice |Operating )?Guidance"
    r"|Code(?! of\b))\b"
)
_OTHERS = frozenset(("Act", "Code", "Framework", "Guidance", "Practice", "Regulations"))
_QUOTED = re.compile(
    r"[Gg]uidance(?:,| called| entitled| titled| on)* "
    r"(?:‘(?P<one>[A-Z][^‘’“”]{8,120})’|“(?P<two>[A-Z][^“”]{8,120})”"
    r"|'(?P<three>[A-Z][^'\"]{8,120})'|\"(?P<four>[A-Z][^\"]{8,120})\")"
)
_NO_TITLE = frozenset(
    (
        *("Government", "Council", "Council’s", "Department", "National", "Local", "Authority"),
        *("Statutory", "Ombudsman", "Good", "Best", "Practice", "Professional", "Trust", "Home"),
        *("Provider", "Post", "Postal", "Dress", "Zip", "Further", "Official", "Government’s"),
    )
)
"""Words that say whose or which guidance, without giving it a title."""


def guidance_titles(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the titles in a text. They may overlap: the earlier and longer one is meant."""
    low = text.lower()
    if len(low) == len(text):  # A sign that grows in lower case would shift all after it.
        for title in _BY_LENGTH:
            at = low.find(title)
            while at >= 0:
                end = at + len(title)
                if not (low[at - 1 : at].isalnum() or low[end : end + 1].isalnum()):
                    yield at, end
                at = low.find(title, end)
    for quoted in _QUOTED.finditer(text):
        if quoted.lastgroup is not None:
            yield quoted.span(quoted.lastgroup)
    for ending in _ENDING.finditer(text):
        words = own_words(title_words(text, ending.start()), _OTHERS)
        while words and words[-1].text in _NO_TITLE:
            words.pop()
        enough = 2 if ending.group() == "Guidance" else 1
        if len(words) >= enough:
            yield words[-1].start, ending.end()
