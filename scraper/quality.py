"""How well the pages are understood, counted.

Pure counting over decisions as read; nothing is parsed again, and what is kept does not grow with
the archive. Each parser version is counted by itself, because a share that moves within one version
means that the *pages* have changed; ``scraper.shifts`` looks for such moves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from archive.errors import UsageError
from archive.records import Decision, DecisionKind, Outcome, SectionKind

_UNACCOUNTED = re.compile(r"([\d,]+) characters of the page are not accounted for")

WARNING_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("unaccounted", _UNACCOUNTED),
    ("left_aside", re.compile(r"^left aside")),
    ("numbering", re.compile(r"^paragraph numbers go")),
    ("cross_reference", re.compile(r"points to paragraph")),
    ("outcome", re.compile(r"^the outcome ")),
    ("category", re.compile(r"names no category")),
    ("no_final_decision", re.compile(r"no section with the final decision")),
    ("compliance_date", re.compile(r"^the compliance line")),
    ("total", re.compile(r"the total of")),
    ("too_long", re.compile(r"too long to be searched")),
)
"""Kind of warning → how its sentence reads; any other sentence counts as ``other``."""

LIMITS: Mapping[str, float] = {
    "unaccounted": 0.0,
    "left_aside": 0.02,
    "numbering": 0.05,
    "outcome": 0.02,
    "no_final_decision": 0.05,
    "unheaded": 0.02,
    "unnumbered_statements": 0.05,
    "other_headings": 0.5,
}
"""Share of pages above which something has changed (of statements, for ``no_final_decision`` and
``unnumbered_statements``). ``--limit`` and the setting ``quality_limits`` change them, and set one
for any other kind of warning."""

MOST_SHOWN = 25
MOST_EXAMPLES = 3
MOST_TEXTS = 5_000
FEW_PARAGRAPHS = 5


class Tally:
    """Counts of texts, each with the first references it was seen in; bounded.

    Beyond ``MOST_TEXTS`` different ones the rarer half is forgotten, so that a heading that begins
    to appear on every page still comes to be counted; its count is then a lower bound.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    def add(self, text: str, reference: str) -> None:
        """Count one."""
        self._counts[text] += 1
        seen = self._examples.setdefault(text, [])
        if len(seen) < MOST_EXAMPLES and reference not in seen:
            seen.append(reference)
        if len(self._counts) > MOST_TEXTS:
            self._counts = Counter(dict(self._counts.most_common(MOST_TEXTS // 2)))
            self._examples = {each: self._examples[each] for each in self._counts}

    def most_common(self, number: int = MOST_SHOWN) -> list[tuple[str, int, list[str]]]:
        """Texts, counts and references, the commonest first."""
        return [
            (text, count, self._examples[text]) for text, count in self._counts.most_common(number)
        ]

    def __getitem__(self, text: str) -> int:
        return self._counts[text]


@dataclass
class Quality:
    """The counts of one parser version. ``sections`` counts decisions that have the kind.

    ``without_number`` are paragraphs outside lists in statements (reports have no numbers), of
    ``numberable``. ``traits`` counts pages by what may tell of a changed template (see ``traits``).
    """

    pages: int = 0
    statements: int = 0
    sections: Counter[str] = field(default_factory=Counter)
    other_headings: Tally = field(default_factory=Tally)
    unknown_outcomes: Tally = field(default_factory=Tally)
    warnings: Tally = field(default_factory=Tally)
    paragraphs: int = 0
    numberable: int = 0
    without_number: int = 0
    unaccounted_characters: int = 0
    traits: Counter[str] = field(default_factory=Counter)

    def add(self, decision: Decision, found: frozenset[str]) -> None:
        """Count one decision; ``found`` are its ``traits``."""
        self.pages += 1
        self.traits.update(found)
        self.sections.update({section.kind.value for section in decision.sections})
        reference = decision.reference
        for section in decision.sections:
            if section.kind is SectionKind.OTHER and section.heading:
                self.other_headings.add(section.heading, reference)
        if decision.outcome is Outcome.UNKNOWN:
            self.unknown_outcomes.add(decision.outcome_raw, reference)
        for kind in sorted({warning_kind(warning) for warning in decision.warnings}):
            self.warnings.add(kind, reference)
        self.unaccounted_characters += sum(map(_unaccounted, decision.warnings))
        numbers = [p.number for p in decision.paragraphs() if p.level == 0]
        self.paragraphs += len(numbers)
        if decision.kind is DecisionKind.STATEMENT:
            self.statements += 1
            self.numberable += len(numbers)
            self.without_number += sum(number is None for number in numbers)

    def shares(self) -> dict[str, float]:
        """What is held against the limits, from 0 to 1."""
        pages, statements = max(self.pages, 1), max(self.statements, 1)
        kinds = [*(kind for kind, _ in WARNING_KINDS), "other"]
        found = {kind: self.warnings[kind] / pages for kind in kinds}
        found["no_final_decision"] = self.warnings["no_final_decision"] / statements
        found["unnumbered_statements"] = self.traits["unnumbered_statements"] / statements
        found["unheaded"] = self.traits["unheaded"] / pages
        found["other_headings"] = self.traits["other_headings"] / pages
        return found

    def beyond(self, limits: Mapping[str, float] = LIMITS) -> list[str]:
        """A sentence for each share above its limit; nothing for a version without pages."""
        if not self.pages:
            return []
        shares = self.shares()
        return [
            f"{name}: {shares[name]:.1%} of pages, above {limit:.1%}"
            for name, limit in limits.items()
            if shares[name] > limit
        ]

    def as_json(self, limits: Mapping[str, float] = LIMITS) -> dict[str, object]:
        """The counts as plain values; headings and outcomes by how often, the commonest first."""
        told = {
            "other_headings": self.other_headings,
            "unknown_outcomes": self.unknown_outcomes,
            "warnings": self.warnings,
        }
        shape: dict[str, object] = {
            "pages": self.pages,
            "statements": self.statements,
            "sections": {
                kind.value: self.sections[kind.value] / max(self.pages, 1) for kind in SectionKind
            },
        }
        for name, tally in told.items():
            shape[name] = {text: count for text, count, _ in tally.most_common()}
        shape["examples"] = {
            name: {text: seen for text, _, seen in tally.most_common()}
            for name, tally in told.items()
        }
        return shape | {
            "paragraphs": self.paragraphs,
            "paragraphs_that_have_numbers": self.numberable,
            "paragraphs_without_number": self.without_number,
            "characters_not_accounted_for": self.unaccounted_characters,
            "shares": self.shares(),
            "limits": dict(limits),
            "beyond": self.beyond(limits),
        }


def traits(decision: Decision) -> frozenset[str]:
    """What is not as on most pages: warnings, and parts that others have and this one lacks."""
    found = {warning_kind(warning) for warning in decision.warnings}
    kinds = {section.kind for section in decision.sections}
    found |= {f"without {kind.value}" for kind in SectionKind if kind not in kinds}
    found.discard("without other")
    if any(s.kind is SectionKind.OTHER and s.heading for s in decision.sections):
        found.add("other_headings")
    if any(not section.heading for section in decision.sections):
        found.add("unheaded")
    if not decision.summary:
        found.add("without summary")
    if decision.category is None:
        found.add("without category")
    if not decision.citations:
        found.add("without citations")
    if not decision.remedies:
        found.add("without remedies")
    paragraphs = [each for each in decision.paragraphs() if each.level == 0]
    if len(paragraphs) < FEW_PARAGRAPHS:
        found.add("few paragraphs")
    if decision.kind is DecisionKind.REPORT:
        found.add("report")
    elif all(each.number is None for each in paragraphs):
        found.add("unnumbered_statements")
    else:
        # New furniture that no table knows is read as a paragraph, without a warning.
        if any(each.number is None for each in paragraphs):
            found.add("some_unnumbered")
        if paragraphs[-1].number is None:
            found.add("ends_unnumbered")
    return frozenset(found)


def warning_kind(warning: str) -> str:
    """The stable word for a warning's sentence."""
    for kind, pattern in WARNING_KINDS:
        if pattern.search(warning):
            return kind
    return "other"


def _unaccounted(warning: str) -> int:
    found = _UNACCOUNTED.search(warning)
    return 0 if found is None else int(found[1].replace(",", ""))


def measure(decisions: Iterable[Decision]) -> dict[str, Quality]:
    """The counts by parser version, in the order in which versions are met."""
    found: dict[str, Quality] = {}
    for decision in decisions:
        found.setdefault(decision.parser_version, Quality()).add(decision, traits(decision))
    return found


def limits_from(texts: Iterable[str]) -> dict[str, float]:
    """The limits with what a person has set: ``left_aside=5%``, several with commas between.

    Raises UsageError for a name or a share that there is not.
    """
    limits = dict(LIMITS)
    known = Quality().shares()
    for piece in (piece.strip() for text in texts for piece in text.split(",")):
        if not piece:
            continue
        name, _, value = (part.strip() for part in piece.partition("="))
        if name not in known:
            raise UsageError(f"{name!r} has no limit; there are {', '.join(sorted(known))}")
        read = re.fullmatch(r"(\d{1,3}(?:\.\d+)?) ?%", value, re.ASCII)
        if read is None or float(read[1]) > 100:
            raise UsageError(f"{piece!r}: write a share from 0% to 100%, as in left_aside=5%")
        limits[name] = float(read[1]) / 100
    return limits
