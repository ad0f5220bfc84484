"""How well the pages are understood, counted: the report that shows a changed template next day.

Pure counting over decisions as read; nothing is parsed again. Each parser version is counted by
itself, because a share that moves within one version means that the *pages* have changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from archive.records import Decision, DecisionKind, Outcome, SectionKind

WARNING_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("unaccounted", re.compile(r"characters of the page are not accounted for")),
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
"""Share of pages (of statements, for the last two but one) above which something has changed."""

MOST_SHOWN = 25


@dataclass
class Quality:
    """The counts of one parser version. ``sections`` counts decisions that have the kind."""

    pages: int = 0
    statements: int = 0
    sections: Counter[str] = field(default_factory=Counter)
    other_headings: Counter[str] = field(default_factory=Counter)
    pages_with_other_headings: int = 0
    unknown_outcomes: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    paragraphs: int = 0
    without_number: int = 0
    unnumbered_statements: int = 0
    unheaded: int = 0

    def add(self, decision: Decision) -> None:
        """Count one decision."""
        self.pages += 1
        self.sections.update({section.kind.value for section in decision.sections})
        others = [s.heading for s in decision.sections if s.kind is SectionKind.OTHER]
        self.other_headings.update(heading for heading in others if heading)
        self.pages_with_other_headings += any(others)
        self.unheaded += any(not section.heading for section in decision.sections)
        if decision.outcome is Outcome.UNKNOWN:
            self.unknown_outcomes[decision.outcome_raw] += 1
        self.warnings.update({warning_kind(warning) for warning in decision.warnings})
        numbers = [p.number for p in decision.paragraphs() if p.level == 0]
        self.paragraphs += len(numbers)
        bare = sum(number is None for number in numbers)
        if decision.kind is DecisionKind.STATEMENT:
            self.statements += 1
            self.without_number += bare
            self.unnumbered_statements += bare == len(numbers)

    def shares(self) -> dict[str, float]:
        """What is held against ``LIMITS``, from 0 to 1."""
        pages, statements = max(self.pages, 1), max(self.statements, 1)
        found = {kind: self.warnings[kind] / pages for kind, _ in WARNING_KINDS}
        found["no_final_decision"] = self.warnings["no_final_decision"] / statements
        found["unnumbered_statements"] = self.unnumbered_statements / statements
        found["unheaded"] = self.unheaded / pages
        found["other_headings"] = self.pages_with_other_headings / pages
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

    def as_json(self) -> dict[str, object]:
        """The counts as plain values; headings and outcomes by how often, the commonest first."""
        return {
            "pages": self.pages,
            "statements": self.statements,
            "sections": {
                kind.value: self.sections[kind.value] / max(self.pages, 1) for kind in SectionKind
            },
            "other_headings": dict(self.other_headings.most_common(MOST_SHOWN)),
            "unknown_outcomes": dict(self.unknown_outcomes.most_common(MOST_SHOWN)),
            "warnings": dict(self.warnings.most_common()),
            "paragraphs": self.paragraphs,
            "paragraphs_without_number": self.without_number,
            "shares": self.shares(),
            "beyond": self.beyond(),
        }


def warning_kind(warning: str) -> str:
    """The stable word for a warning's sentence."""
    for kind, pattern in WARNING_KINDS:
        if pattern.search(warning):
            return kind
    return "other"


def measure(decisions: Iterable[Decision]) -> dict[str, Quality]:
    """The counts by parser version, in the order in which versions are met."""
    found: dict[str, Quality] = {}
    for decision in decisions:
        found.setdefault(decision.parser_version, Quality()).add(decision)
    return found
