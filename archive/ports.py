"""What crosses rooms, as protocols, so that no room has to import another.

``decisions.py`` builds the real things and hands them over; tests hand over fakes.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from archive.hashes import Hashes
    from archive.records import (
        Change,
        Decision,
        IndexContents,
        IndexReport,
        IndexState,
        Page,
        StoredDecision,
    )


class Fetch(Protocol):
    """Gets one URL politely. Raises the scraper's errors; never returns half a body."""

    def get(
        self,
        url: str,
        *,
        purpose: str,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Page:
        """With a validator of an earlier capture the answer may be 304 with an empty body."""

    def traffic(self) -> Traffic:
        """What has been asked of the site so far."""


class Traffic(Protocol):
    """What a run has cost the site."""

    @property
    def requests(self) -> Mapping[str, int]:
        """Requests sent, by purpose."""

    @property
    def wire_bytes(self) -> int:
        """Body bytes as they came."""


class Parser(Protocol):
    """Reads the captures of one decision, in order. Pure: no I/O, no clock."""

    def parse_decision(self, pages: Sequence[Page]) -> Decision: ...


class Again(NamedTuple):
    """What kept pages say today. ``decision`` is None where it is the reading asked about."""

    hashed: Hashes
    decision: Decision | None


class PageReader(Protocol):
    """Reads kept pages of one source again, in this process or in others."""

    @property
    def parser_version(self) -> str: ...

    def read(
        self, tasks: Iterable[tuple[tuple[Page, ...], str | None]]
    ) -> Generator[Again | str, None, None]:
        """One answer for each task, in order; why not, in a sentence, where pages give no decision.

        A task is the pages of one decision and the hash of a reading of them, if that is known:
        where it is the same, the decision itself is not sent back. Tasks are asked for when needed.
        """


class Steps(Protocol):
    """Told by a long look at something how far it is."""

    def stage(self, name: str, total: int | None) -> None: ...

    def step(self, done: int = 1) -> None: ...


class ChangeLog(Protocol):
    """The side of the archive that an index follows."""

    @property
    def archive_id(self) -> str:
        """The identity of this archive, for as long as it lives."""

    @property
    def epoch(self) -> str:
        """Renewed when a backup is restored: a cursor of another epoch means nothing."""

    def last_change_id(self) -> int:
        """The newest change id, 0 in an empty archive."""

    def changes(self, since: int) -> Iterator[Change]:
        """Changes with an id above ``since``, in order."""

    def stored(self, decision_ids: Sequence[int]) -> Iterator[StoredDecision]:
        """The named decisions that still exist, any order, missing ones left out."""

    def stored_all(self) -> Iterator[StoredDecision]:
        """Every decision, by id, streamed."""


class SearchIndex(Protocol):
    """The disposable projection that answers full-text queries."""

    def follow(self, archive: ChangeLog) -> IndexReport:
        """Bring the index in step with the change log; rebuild it where that is needed."""

    def rebuild(self, archive: ChangeLog) -> IndexReport:
        """Build a new index beside the old one and swap it in when it is complete."""

    def optimize(self, archive: ChangeLog) -> IndexReport:
        """Follow, then write the whole index out in one piece."""

    def forget(self, archive: ChangeLog) -> Sequence[str]:
        """Follow, and leave no file that holds words of decisions the archive has no longer.

        Gives the names of files that could not be removed, because a search still reads them. An
        index that was never made is not made by this.
        """

    def state(self) -> IndexState:
        """Where the index stands, without opening the archive and without raising."""

    def verify(self, *, full: bool) -> IndexContents:
        """Look the index over without writing and without raising; ``full`` reads every file."""


class HitText(Protocol):
    """Texts for the hits of a search, read without SQLAlchemy where the database is SQLite."""

    def decisions(self, decision_ids: Sequence[int]) -> Mapping[int, Mapping[str, object]]:
        """Header columns by decision id, as named in ``v_decision``."""

    def paragraphs(self, decision_ids: Sequence[int]) -> Mapping[int, Sequence[ParagraphRow]]:
        """Paragraphs of each decision in reading order."""

    def identity(self) -> tuple[str, str, int]:
        """``(archive_id, epoch, last change id)`` of the archive these texts come from."""

    def renamed(self, spelling: str) -> str | None:
        """The name under which a council or provider of this spelling goes, if under another."""

    def restricted(self) -> frozenset[int]:
        """The decisions whose text is not passed on for now: no search may show them."""

    def close(self) -> None: ...


class ParagraphRow(Protocol):
    """One paragraph as a search needs it."""

    @property
    def section_kind(self) -> str: ...
    @property
    def section_top(self) -> str | None:
        """The kind of the section above, None for a top-level section."""

    @property
    def section_position(self) -> int: ...
    @property
    def section_heading(self) -> str: ...
    @property
    def ordinal(self) -> int: ...
    @property
    def number(self) -> int | None: ...
    @property
    def label(self) -> str | None: ...
    @property
    def text(self) -> str: ...
    @property
    def share(self) -> float | None:
        """For standard wording the part of all decisions that have it, from 0 to 1; else None."""
