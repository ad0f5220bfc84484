"""The kinds of things that records have, and references: what a search needs of the records.

Apart from ``archive.records`` because making record classes takes longer than a search; whoever
needs records finds all of this there as well.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Outcome(StrEnum):
    """What was decided about this body, normalised; the page's words are kept beside it."""

    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class DecisionKind(StrEnum):
    """A statement is the ordinary published decision, a report the public-interest one."""

    STATEMENT = "statement"
    REPORT = "report"


class SectionKind(StrEnum):
    """What a section is for, whatever its heading says (the heading is kept verbatim)."""

    COMPLAINT = "complaint"
    SCOPE = "scope"
    POWERS = "powers"
    METHOD = "method"
    BACKGROUND = "background"
    FINDINGS = "findings"
    ANALYSIS = "analysis"
    REMEDY = "remedy"
    RECOMMENDATIONS = "recommendations"
    FINAL_DECISION = "final_decision"
    OTHER = "other"


class Status(StrEnum):
    """Whether the decision stands on the Ombudsman's site as far as we know."""

    LIVE = "live"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ChangeKind(StrEnum):
    """Why a row stands in the change log; ``derived`` means our reading changed, not the text."""

    ADDED = "added"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    RESTORED = "restored"
    ERASED = "erased"
    DERIVED = "derived"


class CorrectionKind(StrEnum):
    """What a person says of a remedy: it reads otherwise, it is none, or here is one more."""

    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"


class BodyType(StrEnum):
    """What kind of council or provider a body is; one that cannot be told has none."""

    DISTRICT = "district"
    COUNTY = "county"
    UNITARY = "unitary"
    LONDON_BOROUGH = "london_borough"
    METROPOLITAN = "metropolitan"
    COMBINED_AUTHORITY = "combined_authority"
    NHS = "nhs"
    CARE_PROVIDER = "care_provider"
    SCHOOL = "school"
    OTHER = "other"


class Said(StrEnum):
    """Who said something about a body: a rule on names, our table of councils, a file that was
    imported, or a person. The later in this order outweighs the earlier."""

    RULE = "rule"
    TABLE = "table"
    IMPORT = "import"
    PERSON = "person"


class Enumeration(StrEnum):
    """How a source can be listed without missing anything."""

    DATE_WINDOWS = "date_windows"
    NEWEST_FIRST = "newest_first"


class CitationKind(StrEnum):
    """What a citation names. Only a statute has an Act, a year, provisions and an address."""

    STATUTE = "statute"
    GUIDANCE = "guidance"
    TRIBUNAL = "tribunal"
    CASE = "case"


_NOT_ALNUM = re.compile(r"[^0-9a-z]+")


def reference_key(text: str) -> str:
    """The spelling-free form of a reference: ``20 011 198``, ``20-011-198`` → ``20011198``.

    Lower-case letters and digits only, so every spelling of one reference gives one key and the
    rule serves every ombudsman's scheme (``P-004641`` → ``p004641``).
    """
    return _NOT_ALNUM.sub("", text.lower())


def reference_keys(text: str) -> list[str]:
    """Keys a person may mean by a text: a reference, a title that ends in one, or an address.

    ``Castleholme Council (24 085 552)`` and ``https://…/noise/24-085-552#p7`` both hold one.
    """
    bare = text.split("#", 1)[0].split("?", 1)[0].rstrip("/")
    bracketed = re.findall(r"\(([^()]*)\)", text)
    pieces = [text, bare.rsplit("/", 1)[-1], *bracketed[-1:], re.sub(r"^\D+", "", text)]
    return [key for key in dict.fromkeys(map(reference_key, pieces)) if key]


def reference_slug(reference: str) -> str:
    """The reference as it stands in addresses: ``20 011 198`` → ``20-011-198``."""
    return _NOT_ALNUM.sub("-", reference.lower()).strip("-")
