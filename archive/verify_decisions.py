"""Is every decision what its pages say: hashes, text, and all that was read from it.

Three things are held against each other: the rows, the hashes stored beside them, and the pages
read again by the parser of today. The hash of the content text has no parser's part in it and is
held against every version; the reading only where it was made by today's parser.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, text

from archive import captures, corrections, loading
from archive.differing import differences
from archive.errors import DecisionsError
from archive.fault import REPAIR, RESTORE, Fault, Mend, Scope, Tally, sentence
from archive.hashes import reading_sha256
from archive.ports import Again, PageReader, Steps
from archive.records import Page, StoredDecision, reference_key

BATCH = 32
SHOWN = 3
"""Differences of one decision that are told."""

_COUNT = text("SELECT COUNT(*) FROM decision WHERE source_id = :source AND id % :parts = :part")
_HEADS = text(
    """
    SELECT id, reference, reference_key, url, content_sha256, text_sha256, reading_sha256,
           shared_sha256, parser_version
    FROM decision WHERE source_id = :source AND id > :after AND id % :parts = :part
    ORDER BY id LIMIT :batch
    """
)
_VERSIONS = text(
    """
    SELECT r.id, r.decision_id, r.number, r.content_sha256, r.text_sha256, r.parser_version,
           rp.page_id
    FROM revision r LEFT JOIN revision_page rp ON rp.revision_id = r.id
    WHERE r.decision_id IN :ids ORDER BY r.decision_id, r.number, rp.position
    """
).bindparams(bindparam("ids", expanding=True))


@dataclass(slots=True)
class _Version:
    """A version of a decision as its rows have it."""

    number: int
    content_sha256: str
    text_sha256: str
    parser_version: str
    page_ids: list[int]


@dataclass(slots=True)
class _Pending:
    """A version whose pages are being read; ``stored`` is None for one that is not current."""

    head: Any
    version: _Version
    stored: StoredDecision | None
    pages: tuple[Page, ...]
    held: str | None


class DecisionCheck:
    """One source's decisions, in one view of the database."""

    def __init__(
        self,
        connection: Connection,
        source_id: int,
        reader: PageReader,
        scope: Scope,
        tally: Tally,
        steps: Steps,
    ) -> None:
        self._connection = connection
        self._source_id = source_id
        self._reader = reader
        self._scope = scope
        self._tally = tally
        self._steps = steps
        self._pending: deque[_Pending] = deque()
        self._found: deque[Fault] = deque()
        self._stale = 0
        self._unread = 0

    def faults(self) -> Iterator[Fault]:
        """Everything that does not agree, decision by decision."""
        share = {"source": self._source_id, "part": self._scope.part, "parts": self._scope.parts}
        self._steps.stage("decisions", self._connection.execute(_COUNT, share).scalar_one())
        with closing(self._reader.read(self._tasks())) as answers:
            for answer in answers:
                self._judge(self._pending.popleft(), answer)
                while self._found:
                    yield self._found.popleft()
        yield from self._found
        self._found.clear()
        self._say()

    def _say(self) -> None:
        if self._stale:
            self._tally.not_checked.append(
                f"the reading of {self._stale:,} decisions that another version of the parser made "
                "(their pages and hashes were): run `decisions reparse`, then verify again"
            )
        if self._unread:
            self._tally.not_checked.append(
                f"{self._unread:,} versions of decisions that this version's parser cannot read"
            )

    # --- what is handed to the reader -----------------------------------------------------

    def _tasks(self) -> Iterator[tuple[tuple[Page, ...], str | None]]:
        after = 0
        while True:
            heads = self._connection.execute(
                _HEADS,
                {
                    "source": self._source_id,
                    "after": after,
                    "part": self._scope.part,
                    "parts": self._scope.parts,
                    "batch": BATCH,
                },
            ).all()
            if not heads:
                return
            after = heads[-1].id
            stored = self._load([head.id for head in heads])
            versions = self._versions([head.id for head in heads])
            for head in heads:
                for pending in self._of_decision(head, stored.get(head.id), versions):
                    self._pending.append(pending)
                    yield pending.pages, pending.held
                self._tally.checked["decisions"] += 1
                self._steps.step()

    def _load(self, ids: list[int]) -> Mapping[int, StoredDecision | str]:
        """Decisions as they are served; in place of one that cannot be, why."""
        found: dict[int, StoredDecision | str] = {}
        try:
            return {each.id: each for each in loading.load(self._connection, ids)}
        except Exception as error:  # noqa: BLE001 - a row may hold anything; which one is found out below
            if len(ids) == 1:
                return {ids[0]: sentence(error)}
        for number in ids:
            found.update(self._load([number]))
        return found

    def _versions(self, ids: list[int]) -> Mapping[int, list[_Version]]:
        found: dict[int, list[_Version]] = {}
        for row in self._connection.execute(_VERSIONS, {"ids": ids}):
            held = found.setdefault(row.decision_id, [])
            if not held or held[-1].number != row.number:
                held.append(
                    _Version(
                        row.number, row.content_sha256, row.text_sha256, row.parser_version, []
                    )
                )
            if row.page_id is not None:
                held[-1].page_ids.append(row.page_id)
        return found

    def _of_decision(
        self,
        head: Any,
        stored: StoredDecision | str | None,
        versions: Mapping[int, list[_Version]],
    ) -> Iterator[_Pending]:
        """The versions whose pages are to be read. What is seen without that is noted at once."""
        if isinstance(stored, str) or stored is None:
            why = stored or "its source or its council is missing"
            self._fault(head, "content", f"it cannot be read from its rows ({why})")
            stored = None
        held = versions.get(head.id, [])
        if not held:
            self._fault(head, "content", "it has no version", do=RESTORE, mend=None)
            return
        for version in held:
            self._tally.checked["versions"] += 1
            current = version is held[-1]
            pages = self._pages(head, version)
            mine = stored if current else None
            if current and stored is not None:
                sound = self._rows_agree(head, stored)
                if version.content_sha256 != head.content_sha256:
                    self._fault(head, "content", "its hash and that of its version differ")
            else:
                sound = True
            if pages is None:
                if not sound:
                    self._fault(
                        head,
                        "content",
                        "its text does not have the stored hash, and its page cannot be read",
                        do=RESTORE,
                        mend=None,
                    )
                continue
            # Only what must be compared piece by piece is sent back as a whole.
            whole = not (current and sound and stored is not None and not stored.corrections)
            stale = head.parser_version != self._reader.parser_version
            yield _Pending(
                head, version, mine, pages, None if whole or stale else head.reading_sha256
            )

    def _pages(self, head: Any, version: _Version) -> tuple[Page, ...] | None:
        """The pages of a version; None where they cannot be had, which is told once."""
        if not version.page_ids:
            self._fault(
                head,
                "content",
                f"version {version.number} has no page it was read from",
                do=RESTORE,
                mend=Mend.RELINK,
            )
            return None
        pages: list[Page] = []
        for page_id in version.page_ids:
            try:
                pages.append(captures.load(self._connection, page_id))
            except (DecisionsError, ValueError, TypeError) as error:
                self._bad_page(head, page_id, error)
                return None
        return tuple(pages)

    def _bad_page(self, head: Any, page_id: int, error: Exception) -> None:
        if page_id in self._tally.bad_pages:
            return
        state = self._connection.execute(
            text("SELECT refused FROM page WHERE id = :id"), {"id": page_id}
        ).scalar_one_or_none()
        if state == captures.DAMAGED:
            self._tally.not_checked.append(
                f"{head.reference}: page {page_id} of an earlier version is lost; a repair has "
                "said so"
            )
            return
        self._tally.bad_pages.add(page_id)
        self._found.append(
            Fault(
                "pages",
                f"page {page_id} cannot be had: {sentence(error)}",
                f"{REPAIR}; if the decision has left the site, {RESTORE}",
                reference=head.reference,
                url=head.url,
                page_id=page_id,
                decision_id=head.id,
                mend=Mend.REFETCH,
            )
        )

    def _rows_agree(self, head: Any, stored: StoredDecision) -> bool:
        """Whether the rows give the stored hashes, without looking at any page."""
        decision = stored.decision
        try:
            if decision.content_sha256() != head.content_sha256:
                return False
            if head.parser_version != self._reader.parser_version or stored.corrections:
                return True
            if decision.url not in stored.urls:
                return False
            # The address may have moved to another category since it was read.
            return any(
                reading_sha256(replace(decision, url=url)) == head.reading_sha256
                for url in dict.fromkeys((decision.url, *stored.urls))
            )
        except (TypeError, ValueError, AttributeError):
            return False

    # --- what comes back ------------------------------------------------------------------

    def _judge(self, pending: _Pending, answer: Again | str) -> None:
        head, version = pending.head, pending.version
        stale = head.parser_version != self._reader.parser_version
        if isinstance(answer, str):
            if stale or version.parser_version != self._reader.parser_version:
                self._unread += 1
            else:
                self._fault(
                    head,
                    "content",
                    f"version {version.number}: its page cannot be read: {answer}",
                    mend=Mend.RELINK,
                )
            return
        fresh = answer.decision
        if fresh is not None and reference_key(fresh.reference) != head.reference_key:
            self._fault(
                head,
                "content",
                f"the page of version {version.number} is about {fresh.reference}",
                do=f"{REPAIR}, which looks for its own page; else {RESTORE}",
                mend=Mend.RELINK,
                page_id=version.page_ids[0],
            )
            return
        content_text = head.text_sha256 if fresh is None else fresh.text_sha256
        if version.text_sha256 != content_text:
            self._page_text(head, version)
        by_this = version.parser_version == self._reader.parser_version
        if by_this and version.content_sha256 != answer.hashed.content:
            self._fault(
                head,
                "content",
                f"version {version.number} says otherwise than its page: the hashes differ",
            )
        if pending.stored is None:
            return
        if head.text_sha256 != content_text:
            self._page_text(head, version)
        if stale:
            self._stale += 1
            if pending.stored.decision.content_sha256() != head.content_sha256:
                self._fault(head, "content", "its text does not have the stored hash")
            return
        self._current(pending.head, pending.stored, answer)

    def _current(self, head: Any, stored: StoredDecision, answer: Again) -> None:
        told: list[str] = []
        if answer.decision is not None:
            expected = answer.decision
            if stored.corrections:
                applied = corrections.apply(expected, stored.corrections)
                expected = replace(expected, remedies=applied.remedies)
            told = differences(stored.decision, expected, addresses=stored.urls)
        for name, now in (
            ("content_sha256", answer.hashed.content),
            ("reading_sha256", answer.hashed.reading),
            ("shared_sha256", answer.hashed.shared),
        ):
            if getattr(head, name) != now:
                told.append(f"{name} is not what its page gives")
        if told:
            more = f", and {len(told) - SHOWN} more" if len(told) > SHOWN else ""
            self._fault(head, "content", "differs from its page: " + "; ".join(told[:SHOWN]) + more)

    def _page_text(self, head: Any, version: _Version) -> None:
        self._fault(
            head,
            "page_text",
            f"the content text of the page of version {version.number} does not have the stored "
            "hash",
            do=f"{REPAIR}; if it stays, {RESTORE}",
            mend=Mend.RELINK,
            page_id=version.page_ids[0],
        )

    def _fault(
        self,
        head: Any,
        check: str,
        what: str,
        *,
        do: str = f"{REPAIR}: it reads the page again",
        mend: Mend | None = Mend.REREAD,
        page_id: int | None = None,
    ) -> None:
        self._found.append(
            Fault(
                check,
                what,
                do,
                reference=head.reference if isinstance(head.reference, str) else None,
                url=head.url if isinstance(head.url, str) else None,
                page_id=page_id,
                decision_id=head.id,
                mend=mend,
            )
        )
