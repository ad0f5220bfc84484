"""Which ombudsman is meant, where a command counts one and an archive may hold several.

Two ombudsmen are never counted together: they decide other complaints by other rules. So where
there are two, whoever asks must say which.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from archive.errors import NotFound, UsageError
from archive.models import SourceRow
from archive.records import Enumeration


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One ombudsman as the archive knows it: what stands under every table about it, and how its
    decisions are listed."""

    id: int
    key: str
    name: str
    attribution: str
    licence: str
    enumeration: Enumeration


def one_source(connection: Connection, wanted: str | None) -> SourceFacts:
    """The ombudsman of this key; ``wanted`` may be None where the archive holds only one.

    Raises NotFound where there is none, UsageError where it must be said.
    """
    rows = connection.execute(
        select(
            SourceRow.id,
            SourceRow.key,
            SourceRow.name,
            SourceRow.attribution,
            SourceRow.licence,
            SourceRow.enumeration,
        ).order_by(SourceRow.id)
    ).all()
    if not rows:
        raise NotFound("nothing has been crawled yet; run `decisions crawl`")
    found = [row for row in rows if wanted in (None, row.key)]
    names = ", ".join(row.key for row in rows)
    if not found:
        raise NotFound(f"the archive holds nothing of {wanted!r}; it has {names}")
    if len(found) > 1:
        raise UsageError(f"the archive holds {names}; say which with --source")
    row = found[0]
    return SourceFacts(
        row.id, row.key, row.name, row.attribution, row.licence, Enumeration(row.enumeration)
    )
