"""The tables of decisions under one name each: all that the archive's modules import them by.

Each column stands with its meaning, which makes them the one source of truth for the data
dictionary. The tables are in ``archive.decision_models`` (heads), ``body_models`` (councils and
providers), ``text_models`` (sections, paragraphs, citations) and ``remedy_models``; those of the
archive's own books in ``archive.ledger``.

Nobody outside ``archive/`` imports this module. The same models serve SQLite and PostgreSQL. A
change needs a migration; ``alembic check`` in the tests says when one is missing.

``derived=True`` marks what we normalised or worked out, ``verbatim=True`` the publisher's words;
everything else is the archive's own bookkeeping.
"""

from __future__ import annotations

from archive.body_models import BodyNameRow, BodyRow
from archive.decision_models import DecisionRow, FindingRow, SourceRow
from archive.remedy_models import RemedyCorrectionRow, RemedyRow
from archive.text_models import (
    BoilerplateRow,
    CitationRow,
    CrossReferenceRow,
    ParagraphRow,
    SectionRow,
)

__all__ = [
    "SCHEMA_REVISION",
    "BodyNameRow",
    "BodyRow",
    "BoilerplateRow",
    "CitationRow",
    "CrossReferenceRow",
    "DecisionRow",
    "FindingRow",
    "ParagraphRow",
    "RemedyCorrectionRow",
    "RemedyRow",
    "SectionRow",
    "SourceRow",
]

SCHEMA_REVISION = "0008"
"""The Alembic revision these models stand for; readers compare it without importing Alembic."""
