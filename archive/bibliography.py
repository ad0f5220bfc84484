"""Decisions as entries for reference managers: BibTeX (LaTeX, JabRef) and RIS (Zotero, EndNote).

Titles and summaries are hostile text: in BibTeX a brace out of place swallows the entries that
follow, in RIS a line of its own begins a field. Both are UTF-8. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.citing import Cited, day_month_year
from archive.records import reference_slug

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        # Not \{: BibTeX counts that brace too, and one alone would never be closed.
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "&%$#_"},
    }
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NOT_IN_URL = re.compile(r"[\s{}\\<>\"^`|]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def bibtex(cited: Cited) -> str:
    """An entry of type ``techreport``, which BibTeX and biblatex both know, ending in a newline."""
    decision = cited.stored.decision
    day = decision.decided_on
    fields = {
        "author": f"{{{_tex(cited.author)}}}",
        "title": f"{{{_tex(cited.title)}}}",
        "institution": f"{{{_tex(cited.author)}}}",
        "type": _tex(cited.what),
        "number": _tex(decision.reference),
        "year": str(day.year),
        "month": _MONTHS[day.month - 1],
        "date": day.isoformat(),
        "url": _address(decision.url),
        "urldate": cited.captured_on.isoformat(),
        "keywords": ", ".join(map(_tex, _keywords(cited))),
        "abstract": _tex(decision.summary or ""),
        "note": _tex(_note(cited)),
    }
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},"
        for name, value in fields.items()
        if value
    ]
    key = f"{decision.source}-{reference_slug(decision.reference)}"
    return "\n".join([f"@techreport{{{key},", *lines, "}"]) + "\n"


def ris(cited: Cited) -> str:
    """A record of type RPRT; lines end as the format's description asks, with CR LF."""
    decision = cited.stored.decision
    day = decision.decided_on
    fields = [
        ("TY", "RPRT"),
        ("AU", cited.author),
        ("TI", cited.title),
        ("PY", str(day.year)),
        ("DA", f"{day:%Y/%m/%d}/"),
        ("PB", cited.author),
        ("M3", cited.what),
        ("SN", decision.reference),
        *(("KW", word) for word in _keywords(cited)),
        ("AB", decision.summary or ""),
        ("N1", _note(cited)),
        ("UR", _address(decision.url)),
        ("Y2", f"{cited.captured_on:%Y/%m/%d}/"),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if _line(value)]
    return "\r\n".join([*lines, "ER  - ", "", ""])


def _keywords(cited: Cited) -> Iterator[str]:
    decision = cited.stored.decision
    for word in (cited.stored.body, decision.category, decision.subcategory, decision.outcome_raw):
        if word:
            yield word


def _note(cited: Cited) -> str:
    said = [f"Key {cited.key}", f"captured {day_month_year(cited.captured_on)}"]
    if cited.place:
        said.append(f"paragraph {cited.pinpoint}")
    if cited.standing:
        said.append(cited.standing)
    return "; ".join(said)


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _tex(text: str) -> str:
    return _line(text).translate(_TEX)


def _address(url: str) -> str:
    """An address that no brace or blank can break; percent signs in it stay as they are."""
    return _NOT_IN_URL.sub(lambda found: f"%{ord(found[0]) & 0xFF:02X}", url)


ENTRIES = {"bibtex": bibtex, "ris": ris}
