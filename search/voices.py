"""Who speaks in a paragraph: the complainant, the Ombudsman, or nobody in particular.

A sentence quoted from a decision proves nothing until it is known whose it is. The label follows
from the kind of section, its heading, and whether the paragraph is standard wording; it is ours,
not the publisher's. Pure; it does not look at the words of the text.
"""

from __future__ import annotations

from archive.kinds import SectionKind

STANDARD = "standard wording"

UNTOLD = "finding or background"
"""Under a topical sub-heading within the findings ("Home to school transport", "The Council's
handling of the complaint") stands the law, or what was found; the heading does not say which."""

_WITHIN_FINDINGS = (SectionKind.FINDINGS, SectionKind.ANALYSIS)
_RECOMMENDED = "recommended action"

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
    SectionKind.RECOMMENDATIONS: _RECOMMENDED,
    SectionKind.FINAL_DECISION: "the Ombudsman's finding",
    SectionKind.OTHER: "background",
}
"""Kind of section → who speaks there. A title or heading is nobody's words."""


def voice(
    kind: str, top: str | None = None, heading: str | None = None, *, standard: bool = False
) -> str | None:
    """The label of a paragraph; ``top`` is the kind of the section above that of ``heading``.

    A topical sub-heading ("other") says nothing of who speaks, so the section above decides. What
    is headed "Recommended action" has not been agreed for certain.
    """
    if standard:
        return STANDARD
    if kind == SectionKind.OTHER and top is not None:
        if top in _WITHIN_FINDINGS:
            return UNTOLD
        kind = top
    if kind == SectionKind.REMEDY and heading and "recommend" in heading.lower():
        return "recommended or agreed action" if "agreed" in heading.lower() else _RECOMMENDED
    return VOICES.get(kind)
