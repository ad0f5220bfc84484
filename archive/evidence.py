"""What a proof of a search needs from the archive: hashes, versions and one fingerprint of it all.

Everything is read in one view of the database, with nothing but ``sqlite3`` where it is a file. The
hashes are of what the publisher sent (the page's bytes, the page's content text), never of what a
parser made of it, so a better parser changes none of them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from archive.errors import DatabaseUnusable
from archive.reader import HitTexts, Run, open_run

BATCH = 500
PAGE_BATCH = 20_000

FINGERPRINT_OF = (
    "SHA-256 over one line for each decision of the archive, by source and reference: a JSON array "
    "of source, reference, the SHA-256 of each page it was read from, the SHA-256 of its content "
    "text, and its status; each line ends with a newline"
)
"""How a fingerprint is made, in words that stand beside it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows which text a decision had: version, hash of its content text and of each page."""

    revision: int
    text_sha256: str
    pages: tuple[str, ...]
    first_seen_at: str


@dataclass(frozen=True, slots=True)
class Origin:
    """One source of the archive: whose decisions they are and on which terms."""

    id: int
    key: str
    name: str
    base_url: str
    licence: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One hash over all decisions, with what was counted on the way."""

    sha256: str
    decisions: int
    statuses: Mapping[str, int]
    parser_versions: Mapping[str, int]


@contextmanager
def open_evidence(database_url: str) -> Iterator[Evidence]:
    """Open the archive to read as it stands now. Raises DatabaseUnusable."""
    evidence = Evidence(*open_run(database_url, one_view=True))
    try:
        yield evidence
    finally:
        evidence.close()


def instant(value: object) -> str | None:
    """A stored instant as ISO text in UTC, ``2026-03-02T12:00:00Z``; None stays None."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


class Evidence(HitTexts):
    """Texts and proofs over one view of the archive."""

    @property
    def run(self) -> Run:
        """The function that runs SQL in this view, for the room's own readers."""
        return self._run

    def schema(self) -> str:
        """The revision of the database's schema. Raises DatabaseUnusable."""
        rows = self._run("SELECT version_num FROM alembic_version", {})
        if len(rows) != 1:
            raise DatabaseUnusable(
                "the archive does not say of which schema it is; it was not made by decisions, or "
                "is damaged"
            )
        return str(rows[0][0])

    def sources(self) -> list[Origin]:
        """Every source, in order."""
        rows = self._run(
            "SELECT id, key, name, base_url, licence, attribution FROM source ORDER BY key", {}
        )
        return [Origin(int(row[0]), *map(str, row[1:])) for row in rows]

    def proofs(self, decision_ids: Sequence[int]) -> dict[int, Proof]:
        """Proofs by decision id; decisions that are not there are left out."""
        found: dict[int, Proof] = {}
        for start in range(0, len(decision_ids), BATCH):
            ids = decision_ids[start : start + BATCH]
            rows = self._run(
                "SELECT id, text_sha256, first_seen_at FROM decision "  # noqa: S608 - only placeholders are put in
                f"WHERE id IN ({_names(ids)})",
                _values(ids),
            )
            versions = self._versions(ids)
            for number, text_sha256, first_seen_at in rows:
                revision, pages = versions[number]
                seen = instant(first_seen_at)
                found[number] = Proof(revision, str(text_sha256), pages, str(seen))
        return found

    def ids(self, source: str, references: Sequence[str]) -> dict[str, int]:
        """Decision ids by reference, as printed; those that are not there are left out."""
        found: dict[str, int] = {}
        for start in range(0, len(references), BATCH):
            some = references[start : start + BATCH]
            rows = self._run(
                "SELECT d.reference, d.id FROM decision d JOIN source s ON s.id = d.source_id "  # noqa: S608 - only placeholders are put in
                f"WHERE s.key = :source AND d.reference IN ({_names(some)})",
                {"source": source, **_values(some)},
            )
            found.update((str(reference), int(number)) for reference, number in rows)
        return found

    def fingerprint(self) -> Fingerprint:
        """One hash over all decisions; see ``FINGERPRINT_OF``. Reads every decision's head."""
        digest = hashlib.sha256()
        statuses: Counter[str] = Counter()
        parsers: Counter[str] = Counter()
        for source in self.sources():
            after = ""
            while True:
                rows = self._run(
                    "SELECT id, reference, reference_key, text_sha256, status, parser_version "
                    "FROM decision WHERE source_id = :source AND reference_key > :after "
                    "ORDER BY reference_key LIMIT :most",
                    {"source": source.id, "after": after, "most": BATCH},
                )
                if not rows:
                    break
                versions = self._versions([row[0] for row in rows])
                for number, reference, _, text_sha256, status, parser in rows:
                    pages = versions[number][1]
                    line = json.dumps([source.key, reference, pages, text_sha256, status])
                    digest.update(line.encode("ascii") + b"\n")
                    statuses[status] += 1
                    parsers[parser] += 1
                after = rows[-1][2]
        return Fingerprint(
            digest.hexdigest(),
            sum(statuses.values()),
            dict(sorted(statuses.items())),
            dict(sorted(parsers.items())),
        )

    def _versions(self, ids: Sequence[int]) -> dict[int, tuple[int, tuple[str, ...]]]:
        """The current version of each decision and the hashes of its pages."""
        rows = self._run(
            "SELECT r.decision_id, r.number, p.page_id FROM revision r "  # noqa: S608 - only placeholders are put in
            "LEFT JOIN revision_page p ON p.revision_id = r.id "
            f"WHERE r.decision_id IN ({_names(ids)}) AND r.number = "
            "(SELECT MAX(n.number) FROM revision n WHERE n.decision_id = r.decision_id) "
            "ORDER BY r.decision_id, p.position",
            _values(ids),
        )
        found: dict[int, tuple[int, tuple[str, ...]]] = {}
        try:
            for decision_id, number, page_id in rows:
                before = found.get(decision_id, (number, ()))[1]
                pages = () if page_id is None else (self._page_hashes[page_id].hex(),)
                found[decision_id] = (number, before + pages)
        except KeyError as error:
            raise DatabaseUnusable(
                f"page {error} of a decision is not in the archive; it is damaged, restore it from "
                "a backup"
            ) from None
        if missing := set(ids) - found.keys():
            raise DatabaseUnusable(
                f"decision number {min(missing)} has no version; the archive is damaged, restore "
                "it from a backup"
            )
        return found

    @cached_property
    def _page_hashes(self) -> dict[int, bytes]:
        """Hash by number of every page that a version was read from.

        A page's hash stands behind its bytes in the row, so looking them up one by one would read
        the whole database. They are read from the index over the hashes instead, a batch at a
        time; some 150 bytes of memory for each page.
        """
        wanted = {row[0] for row in self._run("SELECT page_id FROM revision_page", {})}
        found: dict[int, bytes] = {}
        after: tuple[str, int] = ("", 0)
        while len(found) < len(wanted):
            rows = self._run(
                "SELECT sha256, id FROM page WHERE sha256 >= :hash AND (sha256 > :hash OR id > :id)"
                " ORDER BY sha256, id LIMIT :most",
                {"hash": after[0], "id": after[1], "most": PAGE_BATCH},
            )
            if not rows:
                break
            for sha256, number in rows:
                if number in wanted:
                    found[number] = bytes.fromhex(sha256)
            after = rows[-1]
        return found


def _names(values: Sequence[object]) -> str:
    return ", ".join(f":v{place}" for place in range(len(values)))


def _values(values: Sequence[object]) -> dict[str, object]:
    return {f"v{place}": value for place, value in enumerate(values)}
