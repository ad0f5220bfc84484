"""Who speaks in a paragraph: the complainant, the Ombudsman, or nobody in particular.

A sentence quoted from a decision proves nothing until it is known whose it is. The label follows
from the kind of section and from whether the paragraph is standard wording; it is ours, not the
publisher's. Pure; it does not look at the words of the text.
"""

from __future__ import annotations

from archive.records import SectionKind

STANDARD = "standard wording"

VOICES: dict[str, str] = {
    "summary": "the Ombudsman's summary",
    SectionKind.COMPLAINT: "complainant's account",
    SectionKind.SCOPE: "method",
    SectionKind.POWERS: STANDARD,
    SectionKind.METHOD: "method",
    SectionKind.BACKGROUND: "background",
    SectionKind.FINDINGS: "the Ombudsman's finding",
    SectionKind.ANALYSIS: "the Ombudsman's finding",
    SectionKind.REMEDY: "agreed action",
    SectionKind.RECOMMENDATIONS: "recommended action",
    SectionKind.FINAL_DECISION: "the Ombudsman's finding",
    SectionKind.OTHER: "background",
}
"""Kind of section → who speaks there. A title or heading is nobody's words."""


def voice(kind: str, top: str | None = None, *, standard: bool = False) -> str | None:
    """The label of a paragraph; ``top`` is the kind of the section above it.

    A topical sub-heading ("other") says nothing of who speaks, so the section above decides.
    """
    if standard:
        return STANDARD
    if kind == SectionKind.OTHER and top is not None:
        kind = top
    return VOICES.get(kind)
