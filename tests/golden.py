"""The golden pages: what each says, written by hand, held against what the parser makes of it.

``tests/pages`` holds pairs: ``name.html``, a page of our own writing in the publisher's form, and
``name.json``, what a careful clerk reads there. The expectation is written from the text and never
printed by the parser. It may be short: ``"We look … fault."`` stands for a text that begins and
ends so, and what is not said of a paragraph (a citation, a remedy) must not be found there.

    [7, "text"]                 a numbered paragraph
    [null, "text"]              an unnumbered one
    ["a", "text"]               a list item with its label; ["•", 2, "text"] one level further in
    [7, "text", {"cites": [], "does": [], "points": []}]

A citation is written ``Care Act 2014, section 9``, or with its kind and its words ``guidance:
School Admissions Code`` (``tribunal:``, ``case:``); a remedy ``payment £150 to Mr X by P1M`` (a
rate ``£22 a week``, a share ``50%``, a stated total ``total £1,950``, a sum for each payee ``£150
to them each``).
``points`` are paragraph numbers that the text refers to; ``"48 unresolved"`` where no paragraph of
the decision can be told to be the one.

``python -m tests.golden`` prints the measurement as JSON for ``scripts/accuracy.py``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from archive.records import Citation, CitationKind, CrossReference, Decision, Remedy
from scraper.reading import FileRefused, read_file
from scraper.sources import registry

PAGES = Path(__file__).parent / "pages"
MEASURED = ("sections", "numbers", "citations", "remedies", "cross references")


class Miss(NamedTuple):
    """One difference: ``how`` is ``missed`` (the text says it) or ``invented`` (it does not)."""

    page: str
    what: str
    how: str
    item: str


KNOWN_MISSES: frozenset[Miss] = frozenset()
"""What the parser is known to get wrong. A miss that is mended must leave this table."""


@dataclass(frozen=True, slots=True)
class Golden:
    """One page: its name, what it shows of the domain, and both readings of it.

    ``expected`` and ``found`` hold, for each of ``MEASURED``, the items as strings. ``differences``
    are sentences about what is compared outright: the header, the summary and the wording.
    """

    name: str
    shows: tuple[str, ...]
    refused: bool
    expected: dict[str, list[str]]
    found: dict[str, list[str]]
    differences: tuple[str, ...]

    def misses(self) -> list[Miss]:
        """What only one of the two readings has, in a fixed order."""
        return [
            Miss(self.name, what, how, item)
            for what in MEASURED
            for how, one, other in (
                ("missed", self.expected[what], self.found[what]),
                ("invented", self.found[what], self.expected[what]),
            )
            for item in sorted((Counter(one) - Counter(other)).elements())
        ]


class Row(NamedTuple):
    """One measure over all pages: how many items there are, were found, and were found right."""

    what: str
    expected: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found; 1 where nothing is."""
        return self.right / self.expected if self.expected else 1.0


def unpaired(folder: Path = PAGES) -> list[str]:
    """Files of the folder that have no partner."""
    files = {path.name for path in folder.iterdir()}
    partner = {".html": ".json", ".json": ".html"}
    return sorted(
        name for name in files if Path(name).stem + partner.get(Path(name).suffix, "?") not in files
    )


def names() -> list[str]:
    """The names of the golden pages."""
    return sorted(path.stem for path in PAGES.glob("*.html"))


def golden(name: str, folder: Path = PAGES) -> Golden:
    """Read one page and its expectation."""
    told = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    read = read_file(folder / f"{name}.html", registry()["lgsco"](None))
    shows = tuple(told["shows"])
    wanted = told.get("refused")
    if wanted is not None or isinstance(read, FileRefused):
        reason = read.reason if isinstance(read, FileRefused) else None
        differs = () if reason == wanted else (f"refused {reason!r}, expected {wanted!r}",)
        nothing: dict[str, list[str]] = {what: [] for what in MEASURED}
        return Golden(name, shows, True, nothing, nothing, differs)
    decision = read.decision
    differences = _header_differences(told, decision)
    expected, texts = _told(told["sections"])
    found, unlike = _found(decision, texts)
    return Golden(name, shows, False, expected, found, (*differences, *unlike))


def measure(pages: Iterable[Golden]) -> list[Row]:
    """The measures over all pages. A refused page adds to none of them."""
    known = list(pages)
    rows = []
    for what in MEASURED:
        right = sum(
            (Counter(page.expected[what]) & Counter(page.found[what])).total() for page in known
        )
        rows.append(
            Row(
                what,
                sum(len(page.expected[what]) for page in known),
                sum(len(page.found[what]) for page in known),
                right,
            )
        )
    return rows


def _header_differences(told: dict[str, Any], decision: Decision) -> list[str]:
    read: dict[str, object] = {
        "title": decision.title,
        "body": decision.body,
        "reference": decision.reference,
        "category": decision.category,
        "subcategory": decision.subcategory,
        "outcome": decision.outcome.value,
        "outcome_raw": decision.outcome_raw,
        "decided_on": decision.decided_on.isoformat(),
        "summary": decision.summary,
        "kind": decision.kind.value,
        "satisfied_on": decision.satisfied_on and decision.satisfied_on.isoformat(),
    }
    wanted = {"kind": "statement", "satisfied_on": None} | told
    return [
        f"{field}: {value!r}, expected {wanted[field]!r}"
        for field, value in read.items()
        if value != wanted[field]
    ]


def _told(sections: Sequence[dict[str, Any]]) -> tuple[dict[str, list[str]], list[str]]:
    """The expectation as items, and the text of each paragraph (perhaps shortened)."""
    items: dict[str, list[str]] = {what: [] for what in MEASURED}
    texts: list[str] = []
    for position, section in enumerate(sections, start=1):
        items["sections"].append(
            _section(position, section["kind"], section["heading"], section.get("parent"))
        )
        for entry in section["paragraphs"]:
            mark, *rest = entry
            level = rest.pop(0) if isinstance(rest[0], int) else int(isinstance(mark, str))
            texts.append(rest.pop(0))
            more = rest.pop() if rest else {}
            place = str(len(texts))
            number = mark if isinstance(mark, int) else None
            label = mark if isinstance(mark, str) else None
            items["numbers"].append(_number(place, position, number, label, level))
            items["citations"] += [f"{place}: {each}" for each in more.get("cites", ())]
            items["remedies"] += [f"{place}: {each}" for each in more.get("does", ())]
            items["cross references"] += [f"{place}: {each}" for each in more.get("points", ())]
    return items, texts


def _found(decision: Decision, texts: Sequence[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The parser's reading as items, and where its wording differs.

    An item names its paragraph by the place of the expected one with that text, so that one
    paragraph too many does not spoil all that follow.
    """
    items: dict[str, list[str]] = {what: [] for what in MEASURED}
    places: dict[int, str] = {}
    unlike: list[str] = []
    at = 0
    for paragraph in decision.paragraphs():
        here = next((i for i in range(at, len(texts)) if _like(paragraph.text, texts[i])), None)
        if here is None:
            places[paragraph.ordinal] = f"? {paragraph.text[:40]}"
            unlike.append(f"not in the text: {paragraph.text!r}")
            continue
        unlike += [f"lost: {text!r}" for text in texts[at:here]]
        at = here + 1
        places[paragraph.ordinal] = str(at)
    unlike += [f"lost: {text!r}" for text in texts[at:]]
    for section in decision.sections:
        items["sections"].append(
            _section(section.position, section.kind.value, section.heading, section.parent)
        )
        for each in section.paragraphs:
            place = places[each.ordinal]
            items["numbers"].append(
                _number(place, section.position, each.number, each.label, each.level)
            )
    numbers = {each.ordinal: each.number for each in decision.paragraphs()}
    items["cross references"] = [
        f"{places[c.paragraph]}: {c.number}" + ("" if _hits(c, numbers) else " unresolved")
        for c in decision.cross_references
    ]
    items["citations"] = [f"{places[c.paragraph]}: {citation_words(c)}" for c in decision.citations]
    items["remedies"] = [f"{places[r.paragraph]}: {remedy_words(r)}" for r in decision.remedies]
    return items, unlike


def _like(text: str, pattern: str) -> bool:
    """Whether a text is the one that an expectation gives, in full or by its ends."""
    begin, shortened, end = pattern.partition("…")
    if not shortened:
        return text == pattern
    begin, end = begin.rstrip(), end.lstrip()
    return len(text) >= len(begin) + len(end) and text.startswith(begin) and text.endswith(end)


def _section(position: int, kind: str, heading: str, parent: int | None) -> str:
    return f"{position} {heading} [{kind}]" + (f" under {parent}" if parent else "")


def _number(place: str, section: int, number: int | None, label: str | None, level: int) -> str:
    shown = number if number is not None else label if label is not None else "-"
    return f"{place}: {shown} at level {level} in section {section}"


def _hits(reference: CrossReference, numbers: dict[int, int | None]) -> bool:
    """Whether a cross-reference was resolved to a paragraph with the number it names."""
    return reference.target is not None and numbers[reference.target] == reference.number


def citation_words(citation: Citation) -> str:
    """A citation as the expectations write it: what is no statute begins with its kind."""
    if citation.kind is not CitationKind.STATUTE:
        return f"{citation.kind.value}: {citation.raw}"
    act = f"{citation.act} {citation.year}" if citation.year else f"{citation.act}"
    return f"{act}, {citation.provision}" if citation.provision else act


def remedy_words(remedy: Remedy) -> str:
    """A remedy as the expectations write it."""
    parts = [remedy.kind]
    if remedy.is_total:
        parts.append("total")
    if remedy.share_percent is not None:
        parts.append(f"{remedy.share_percent:g}%")
    if remedy.amount_pence is not None:
        parts.append(_pounds(remedy.amount_pence))
    if remedy.rate_pence is not None:
        parts.append(f"{_pounds(remedy.rate_pence)} a {remedy.rate_period}")
    if remedy.payee is not None:
        parts.append(f"to {remedy.payee}")
    if remedy.per_person:
        parts.append("each")
    if remedy.deadline is not None:
        parts.append(f"by {remedy.deadline}")
    return " ".join(parts)


def _pounds(pence: int) -> str:
    pounds, rest = divmod(pence, 100)
    return f"£{pounds:,}.{rest:02}" if rest else f"£{pounds:,}"


def measurement(pages: Sequence[Golden]) -> dict[str, Any]:
    """The measures and misses of pages, as ``scripts/accuracy.py`` takes them."""
    return {
        "read": sum(not page.refused for page in pages),
        "refused": sum(page.refused for page in pages),
        "rows": [[*row, row.precision, row.recall] for row in measure(pages)],
        "misses": [list(miss) for page in pages for miss in page.misses()],
        "differences": [[page.name, each] for page in pages for each in page.differences],
    }


def main() -> None:
    """Print the measurement of all pages as one JSON object."""
    told = measurement([golden(name) for name in names()])
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")


if __name__ == "__main__":
    main()
