"""What a verification finds and how far it looks: plain records, no I/O."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from archive.errors import UsageError

MOST_SHOWN = 100
"""Faults of one kind that are listed one by one where they come by the thousand."""

RESTORE = (
    "put back a backup that is whole (docs/operations.md, Backups and restoring); copy the file "
    "aside first, and look at the disk: it may be failing"
)
REPAIR = "run `decisions repair`"
REINDEX = "run `decisions index --rebuild`; `decisions repair` does it too"


class Mend(StrEnum):
    """Which mending a fault may be tried with."""

    INDEX = "index"
    REREAD = "reread"
    REFETCH = "refetch"
    RELINK = "relink"
    ORPHAN = "orphan"
    LIST_AGAIN = "list_again"


class Level(StrEnum):
    """How much is looked at."""

    QUICK = "quick"
    SUBSET = "subset"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Scope:
    """What to look at: ``part`` (from 0) of ``parts`` parts of pages and decisions.

    Pages and decisions belong to a part by their number, so that each is looked at once in
    ``parts`` runs, whatever is added meanwhile.
    """

    level: Level
    part: int = 0
    parts: int = 1

    @property
    def deep(self) -> bool:
        """Whether pages are unpacked and read again at all."""
        return self.level is not Level.QUICK

    @classmethod
    def of_subset(cls, text: str) -> Scope:
        """``2/7`` is the second of seven parts. Raises UsageError."""
        number, slash, parts = text.partition("/")
        if not (slash and number.isascii() and number.isdigit() and parts.isascii()):
            raise UsageError(f"{text!r} is no part; write --subset 2/7 for the second of seven")
        if not parts.isdigit() or len(parts) > 6 or not 1 <= int(number) <= int(parts):
            raise UsageError(f"{text!r} is no part; N/T needs N from 1 to T, as in --subset 2/7")
        return cls(Level.SUBSET, int(number) - 1, int(parts))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it must be, and what to do about it.

    ``check`` is a stable word: integrity, foreign_keys, pages, page_text, content, changes, ledger,
    index, manifest, erased. ``mend`` and ``decision_id`` are for ``decisions repair``; ``row`` is
    table and number of a single row where that is all there is.
    """

    check: str
    what: str
    do: str
    reference: str | None = None
    url: str | None = None
    page_id: int | None = None
    decision_id: int | None = None
    mend: Mend | None = None
    row: tuple[str, int] | None = None

    def as_json(self) -> dict[str, object]:
        """The stable shape of ``decisions verify --json``."""
        return {
            "check": self.check,
            "reference": self.reference,
            "url": self.url,
            "page_id": self.page_id,
            "what": self.what,
            "do": self.do,
        }


@dataclass(slots=True)
class Tally:
    """What was looked at, and sentences on what was not."""

    checked: Counter[str] = field(default_factory=Counter)
    not_checked: list[str] = field(default_factory=list)
    bad_pages: set[int] = field(default_factory=set)


def short(value: object, most: int = 60) -> str:
    """A value of the database for a message: bounded, on one line."""
    text = value if isinstance(value, str) else repr(value)
    folded = " ".join(text[: most * 4].split())
    return folded if len(folded) <= most else folded[: most - 1] + "…"


def sentence(error: BaseException) -> str:
    """An error's own words on one bounded line."""
    origin = getattr(error, "orig", None) or error
    return short(f"{type(origin).__name__}: {origin}", 200)
