"""An archive in memory for the search tests: a change log and hit texts over plain records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from archive.records import (
    Change,
    ChangeKind,
    Decision,
    DecisionKind,
    Outcome,
    Paragraph,
    Section,
    SectionKind,
    Status,
    StoredDecision,
)

NOW = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)


def decision(
    reference: str = "24 001 001",
    *,
    body: str = "Ambleford Borough Council",
    summary: str | None = None,
    sections: Mapping[SectionKind, Sequence[str]] | None = None,
    outcome: Outcome = Outcome.UPHELD,
    category: str = "Education",
    subcategory: str = "Alternative provision",
    decided_on: date = date(2024, 3, 4),
    kind: DecisionKind = DecisionKind.STATEMENT,
    headings: Mapping[SectionKind, str] | None = None,
) -> Decision:
    """An invented decision; ``sections`` maps a kind to its paragraphs, numbered through."""
    number = 0
    built = []
    for position, (section_kind, texts) in enumerate((sections or {}).items(), 1):
        paragraphs = []
        for text in texts:
            number += 1
            paragraphs.append(Paragraph(number, number, None, 0, text))
        heading = (headings or {}).get(section_kind, str(section_kind).replace("_", " ").title())
        built.append(Section(section_kind, heading, position, None, tuple(paragraphs)))
    slug = reference.replace(" ", "-")
    return Decision(
        source="lgsco",
        reference=reference,
        url=f"https://example.org/decisions/education/alternative-provision/{slug}",
        title=f"{body} ({reference})",
        body=body,
        category=category,
        subcategory=subcategory,
        category_raw=f"{category} > {subcategory}",
        kind=kind,
        outcome=outcome,
        outcome_raw=str(outcome).replace("_", " ").capitalize(),
        decided_on=decided_on,
        decided_on_raw=decided_on.strftime("%d %b %Y"),
        summary=summary,
        satisfied_on=None,
        satisfied_on_raw=None,
        sections=tuple(built),
        findings=(),
        text_sha256="0" * 64,
        parser_version="1",
    )


def kind_above(one: Decision, section: Section) -> str | None:
    """The kind of the section that this one is a part of."""
    return next((str(s.kind) for s in one.sections if s.position == section.parent), None)


@dataclass(frozen=True)
class Row:
    section_kind: str
    section_top: str | None
    section_position: int
    section_heading: str
    ordinal: int
    number: int | None
    label: str | None
    text: str
    share: float | None = None


class FakeArchive:
    """ChangeLog and HitText at once."""

    writable = True

    def __init__(self, *decisions: Decision, archive_id: str = "archive-1") -> None:
        self.archive_id = archive_id
        self.epoch = "epoch-1"
        self.log: list[Change] = []
        self.hidden: set[int] = set()
        self.kept: dict[int, StoredDecision] = {}
        self._last_id = 0
        for each in decisions:
            self.add(each)

    def add(self, new: Decision) -> int:
        self._last_id += 1
        self.kept[self._last_id] = StoredDecision(
            self._last_id, new, new.content_sha256(), Status.LIVE, None, NOW, NOW, 1
        )
        self._note(self._last_id, ChangeKind.ADDED)
        return self._last_id

    def amend(self, decision_id: int, **changes: object) -> None:
        old = self.kept[decision_id]
        new = replace(old.decision, **changes)  # type: ignore[arg-type]  # fields by name
        self.kept[decision_id] = replace(old, decision=new, revision=old.revision + 1)
        self._note(decision_id, ChangeKind.AMENDED)

    def withdraw(self, decision_id: int) -> None:
        self.kept[decision_id] = replace(
            self.kept[decision_id], status=Status.WITHDRAWN, status_since=NOW
        )
        self._note(decision_id, ChangeKind.WITHDRAWN)

    def mark(self, decision_id: int, **standard: float) -> None:
        """Mark paragraphs as standard wording: ``p3=0.9`` for the third."""
        shares = {int(name.removeprefix("p")): share for name, share in standard.items()}
        self.kept[decision_id] = replace(self.kept[decision_id], standard=shares)
        self._note(decision_id, ChangeKind.DERIVED)

    def mark_boilerplate(self, at: datetime) -> None:
        """What the real archive works out before the index follows; tests say it with ``mark``."""

    def erase(self, decision_id: int) -> None:
        del self.kept[decision_id]
        self._note(decision_id, ChangeKind.ERASED)

    def _note(self, decision_id: int, kind: ChangeKind) -> None:
        self.log.append(Change(len(self.log) + 1, decision_id, kind, NOW, None))

    # ChangeLog

    def last_change_id(self) -> int:
        return self.log[-1].id if self.log else 0

    def changes(self, since: int) -> Iterator[Change]:
        return iter([change for change in self.log if change.id > since])

    def stored(self, decision_ids: Sequence[int]) -> Iterator[StoredDecision]:
        return iter([self.kept[number] for number in decision_ids if number in self.kept])

    def stored_all(self) -> Iterator[StoredDecision]:
        return iter([self.kept[number] for number in sorted(self.kept)])

    # HitText

    def identity(self) -> tuple[str, str, int]:
        return self.archive_id, self.epoch, self.last_change_id()

    def restricted(self) -> frozenset[int]:
        return frozenset(self.hidden)

    def renamed(self, spelling: str) -> str | None:
        return None

    def decisions(self, decision_ids: Sequence[int]) -> Mapping[int, Mapping[str, object]]:
        return {number: self._header(number) for number in decision_ids if number in self.kept}

    def _header(self, number: int) -> Mapping[str, object]:
        stored = self.kept[number]
        d = stored.decision
        since = stored.status_since.isoformat() if stored.status_since else None
        return {
            "id": number,
            "source": d.source,
            "reference": d.reference,
            "title": d.title,
            "body": d.body,
            "category": d.category,
            "subcategory": d.subcategory,
            "outcome": str(d.outcome),
            "outcome_raw": d.outcome_raw,
            "decided_on": d.decided_on.isoformat(),
            "kind": str(d.kind),
            "status": str(stored.status),
            "status_since": since,
            "url": d.url,
            "summary": d.summary,
            "attribution": "© An Ombudsman",
        }

    def paragraphs(self, decision_ids: Sequence[int]) -> Mapping[int, Sequence[Row]]:
        return {
            number: [
                Row(
                    str(section.kind),
                    kind_above(self.kept[number].decision, section),
                    section.position,
                    section.heading,
                    paragraph.ordinal,
                    paragraph.number,
                    paragraph.label,
                    paragraph.text,
                    self.kept[number].standard.get(paragraph.ordinal),
                )
                for section in self.kept[number].decision.sections
                for paragraph in section.paragraphs
            ]
            for number in decision_ids
            if number in self.kept
        }

    def close(self) -> None:
        pass
