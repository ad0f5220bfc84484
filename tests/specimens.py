"""Small invented decisions and pages, each changed where a test needs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from archive.records import (
    Citation,
    CitationKind,
    CrossReference,
    Decision,
    DecisionKind,
    Enumeration,
    Finding,
    ListingEntry,
    Outcome,
    Page,
    Paragraph,
    Remedy,
    Section,
    SectionKind,
    SourceInfo,
)

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)

SOURCE = SourceInfo(
    key="lgsco",
    name="Local Government and Social Care Ombudsman",
    base_url="http://127.0.0.1:8000",
    licence="free with acknowledgement",
    attribution="© Local Government and Social Care Ombudsman",
    retention_years=((DecisionKind.STATEMENT, 5), (DecisionKind.REPORT, 10)),
    enumeration=Enumeration.DATE_WINDOWS,
)


def later(minutes: int) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def url_of(reference: str) -> str:
    """The address of a specimen."""
    slug = reference.replace(" ", "-")
    return f"{SOURCE.base_url}/decisions/housing/allocations/{slug}"


def page(
    reference: str = "24 001 234", body: bytes = b"<html>first</html>", **changes: Any
) -> Page:
    """A capture of a specimen's address."""
    values: dict[str, Any] = {
        "url": url_of(reference),
        "body": body,
        "fetched_at": NOON,
        "headers": [("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")],
    }
    return Page.capture(**(values | changes))


def decision(reference: str = "24 001 234", **changes: Any) -> Decision:
    """A short invented statement with every part that a decision can have."""
    base = Decision(
        source="lgsco",
        reference=reference,
        url=url_of(reference),
        title=f"Northmoor District Council ({reference})",
        body="Northmoor District Council",
        category="Housing",
        subcategory="Allocations",
        category_raw="Housing > Allocations",
        kind=DecisionKind.STATEMENT,
        outcome=Outcome.UPHELD,
        outcome_raw="Upheld",
        decided_on=date(2025, 6, 9),
        decided_on_raw="09 Jun 2025",
        summary="The Council lost Ms B’s form. It will apologise and pay her £250.",
        satisfied_on=None,
        satisfied_on_raw=None,
        sections=(
            Section(
                SectionKind.COMPLAINT,
                "The complaint",
                1,
                None,
                (Paragraph(1, 1, None, 0, "Ms B says the Council lost her housing form."),),
            ),
            Section(SectionKind.FINDINGS, "What I found", 2, None, ()),
            Section(
                SectionKind.BACKGROUND,
                "What happened",
                3,
                2,
                (
                    Paragraph(
                        2, 2, None, 0, "The Council had a duty to answer (Housing Act 1996):"
                    ),
                    Paragraph(3, None, "a", 1, "within four weeks; and"),
                    Paragraph(4, None, "b", 1, "in writing."),
                ),
            ),
            Section(
                SectionKind.REMEDY,
                "Agreed action",
                4,
                None,
                (Paragraph(5, 3, None, 0, "Within one month the Council will pay Ms B £250."),),
            ),
        ),
        findings=(Finding(1, None, Outcome.UPHELD, "Upheld"),),
        text_sha256="0" * 64,
        parser_version="test-1",
        citations=(
            Citation(3, 2, 34, 50, "Housing Act", 1996, None, "Housing Act 1996", None),
            Citation(4, 5, 37, 43, None, None, None, "SEND Tribunal", None, CitationKind.TRIBUNAL),
        ),
        remedies=(
            Remedy(
                section=4,
                paragraph=5,
                char_start=34,
                char_end=47,
                kind="payment",
                amount_pence=25_000,
                rate_pence=None,
                rate_period=None,
                share_percent=None,
                payee="Ms B",
                is_total=False,
                deadline="P1M",
                raw="pay Ms B £250",
                rule="pay-someone",
                per_person=True,
            ),
        ),
        cross_references=(
            CrossReference(3, 4, 0, 11, 3, 5, "paragraph 3"),
            CrossReference(3, 4, 0, 11, 9, None, "paragraph 3"),
        ),
        warnings=("an oddity",),
    )
    return replace(base, **changes)


def report(reference: str, *, compliance: str | None = None, **changes: Any) -> Decision:
    """An invented report: unnumbered, perhaps with a compliance line."""
    lines = ["The Council should pay Mr C £500."] + ([compliance] if compliance else [])
    section = Section(
        SectionKind.RECOMMENDATIONS,
        "Recommendations",
        1,
        None,
        tuple(Paragraph(i, None, None, 0, text) for i, text in enumerate(lines, start=1)),
    )
    return decision(
        reference,
        **{
            "kind": DecisionKind.REPORT,
            "sections": (section,),
            "citations": (),
            "remedies": (),
            "cross_references": (),
            "satisfied_on_raw": compliance,
            **changes,
        },
    )


def entry(reference: str = "24 001 234", **changes: Any) -> ListingEntry:
    """An entry of the publisher's listing for a specimen."""
    base = ListingEntry(
        reference=reference,
        url=url_of(reference),
        title=f"Northmoor District Council ({reference})",
        kind=DecisionKind.STATEMENT,
        outcome_raw="Upheld",
        subcategory="Allocations",
        decided_on=date(2025, 6, 9),
        decided_on_raw="09-Jun-2025",
        summary="The Council lost a form.",
    )
    return replace(base, **changes)
