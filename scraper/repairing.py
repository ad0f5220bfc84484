"""Mending an archive that ``decisions verify`` found faults in: only what is safe, and told.

Nothing is thrown away. A damaged page stays where it is, marked; what takes its place has been
proven first: the very bytes by their SHA-256 (from a copy of the archive or from the site), or the
same published text by the hash of its content. A page that says something else becomes a version of
its own, by the same road as in a crawl, and the old version's page is lost and said to be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from archive.errors import DecisionsError
from archive.fault import Fault, Mend, sentence
from archive.hashes import hashes
from archive.mending import Bad, Mending, Version, page_from_copies
from archive.ports import Fetch
from archive.presence import Standing
from archive.records import Decision, DecisionKind, Page, reference_key
from archive.rereading import Reread
from archive.store import Archive
from scraper.collecting import MISSING, Collector
from scraper.errors import FetchError, ParseError, Refused
from scraper.report import CrawlReport
from scraper.sources import Source
from scraper.watch import Watch

OFFLINE = "it was not asked for again (--offline)"


@dataclass(slots=True)
class Outcome:
    """What was done, what could not be, and what is lost for good; a sentence each."""

    done: list[str] = field(default_factory=list)
    not_done: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the faults ask for, each thing once. Pages come with a decision that rests on them."""

    pages: tuple[tuple[int, int | None], ...]
    relink: tuple[int, ...]
    reread: tuple[int, ...]
    orphans: tuple[tuple[str, int], ...]
    list_again: tuple[tuple[str, int], ...]
    index: bool

    @property
    def touches_database(self) -> bool:
        """Whether anything but the index would be written."""
        return bool(self.pages or self.relink or self.reread or self.orphans or self.list_again)

    def divided(self, decision_ids: Collection[int]) -> tuple[Plan, Plan]:
        """What is of these decisions (with all that is of none), and the rest."""

        def part(mine: bool) -> Plan:
            return Plan(
                tuple(
                    (page, number)
                    for page, number in self.pages
                    if (number is None or number in decision_ids) is mine
                ),
                tuple(number for number in self.relink if (number in decision_ids) is mine),
                tuple(number for number in self.reread if (number in decision_ids) is mine),
                self.orphans if mine else (),
                self.list_again if mine else (),
                self.index,
            )

        return part(True), part(False)

    def reading_alone(self) -> Plan:
        """Of all this only decisions that are read again from their own pages."""
        return Plan((), self.relink, self.reread, (), (), index=False)

    def lines(self) -> list[str]:
        """For ``--dry-run``."""
        told = [
            (len(self.orphans), "rows that belong to nothing would be removed"),
            (len(self.pages), "damaged pages would be looked for in backups and asked for again"),
            (len(self.relink), "decisions would be searched for their own pages"),
            (len(self.reread), "decisions would be read again from their pages"),
            (len(self.list_again), "entries and windows of the list would be opened for a crawl"),
        ]
        lines = [f"{number:,} {what}" for number, what in told if number]
        return [*lines, "the index would be made anew"] if self.index else lines


def plan(faults: Sequence[Fault]) -> Plan:
    """Sort faults by what may mend them."""

    def decisions(*mends: Mend) -> tuple[int, ...]:
        found = (f.decision_id for f in faults if f.mend in mends and f.decision_id is not None)
        return tuple(dict.fromkeys(found))

    def rows(mend: Mend) -> tuple[tuple[str, int], ...]:
        return tuple(dict.fromkeys(f.row for f in faults if f.mend is mend and f.row is not None))

    pages = (
        (f.page_id, f.decision_id)
        for f in faults
        if f.mend is Mend.REFETCH and f.page_id is not None
    )
    relink = decisions(Mend.RELINK)
    return Plan(
        pages=tuple(dict.fromkeys(pages)),
        relink=relink,
        reread=tuple(dict.fromkeys((*decisions(Mend.REREAD), *relink))),
        orphans=rows(Mend.ORPHAN),
        list_again=rows(Mend.LIST_AGAIN),
        index=any(f.mend is Mend.INDEX for f in faults),
    )


@dataclass(slots=True)
class Repair:
    """Mends one source's decisions in one archive. ``fetcher`` None: the site is asked nothing."""

    archive: Archive
    source: Source
    source_id: int
    fetcher: Fetch | None
    copies: Sequence[Path]
    now: Callable[[], datetime]
    outcome: Outcome
    why_not_asked: str = OFFLINE
    _mending: Mending = field(init=False)

    def __post_init__(self) -> None:
        self._mending = Mending(self.archive.engine)

    def run(self, order: Plan) -> None:
        """Everything but the index, in the order in which one needs the other."""
        if order.orphans:
            gone = self._mending.remove_orphans(order.orphans)
            self.outcome.done.append(f"{gone:,} rows that belonged to nothing were removed")
        for page_id, _ in order.pages:
            self._page(page_id)
        for decision_id in order.relink:
            self._relink(decision_id)
        for decision_id in order.reread:
            self._reread(decision_id)
        if order.list_again:
            self._mending.list_again(order.list_again)
            self.outcome.done.append(
                f"{len(order.list_again):,} entries and windows of the list were opened again; run "
                "`decisions crawl`"
            )

    # --- damaged pages --------------------------------------------------------------------

    def _page(self, page_id: int) -> None:
        bad = self._mending.page(page_id)
        if bad is None:
            self.outcome.not_done.append(f"page {page_id}: not even its address can be read")
            return
        name = f"page {bad.id} ({bad.url})"
        found = page_from_copies(self.copies, bad)
        if found is not None:
            page, path = found
            self._mending.take_place(bad.id, self.archive.save_page(page))
            self.outcome.done.append(f"{name}: its very bytes were in the copy {path.name}")
            return
        resting = self._mending.resting_on(bad.id)
        if not resting:
            self._mending.put_aside(bad.id)
            self.outcome.lost.append(f"{name}: no decision rests on it; it was put aside")
            return
        current = [
            (number, version)
            for number in resting
            for version in self._mending.versions(number)
            if version.newest and bad.id in version.page_ids
        ]
        if not current:
            self._mending.put_aside(bad.id)
            self.outcome.lost.append(
                f"{name}: it is of an earlier version, which the site no longer shows; lost unless "
                "a backup elsewhere has it"
            )
        elif self.fetcher is None:
            self.outcome.not_done.append(f"{name}: {self.why_not_asked}")
        else:
            self._ask_again(self.fetcher, bad, name, *current[0])

    def _ask_again(
        self, fetcher: Fetch, bad: Bad, name: str, decision_id: int, version: Version
    ) -> None:
        try:
            page = fetcher.get(bad.url, purpose="repair")
        except FetchError as error:
            self.outcome.not_done.append(f"{name}: it could not be had again: {error}")
            return
        except DecisionsError as error:
            # The site says no, or nobody is named whom it could write to: do not go on asking.
            self.fetcher = None
            self.why_not_asked = f"the site was not asked again: {error}"
            self.outcome.not_done.append(f"{name}: {error}")
            return
        if page.status in MISSING:
            self.outcome.not_done.append(
                f"{name}: the site answers {page.status}, it has left; only a backup has it"
            )
        elif page.sha256 == bad.sha256:
            self._mending.take_place(bad.id, self.archive.save_page(page))
            self.outcome.done.append(f"{name}: the site gave the very same bytes again")
        elif self._same_text(bad, version, page):
            self._mending.take_place(bad.id, self.archive.save_page(page))
            self.outcome.done.append(
                f"{name}: the site gave it again, in other bytes but with the same text"
            )
            self._reread(decision_id)
        else:
            self._as_amended(fetcher, bad, name, decision_id, version, page)

    def _same_text(self, bad: Bad, version: Version, page: Page) -> bool:
        """Whether a version reads the same with this page in the place of the damaged one."""
        try:
            pages = [
                page if number == bad.id else self.archive.page(number)
                for number in version.page_ids
            ]
            decision = self.source.parse_decision(pages)
        except DecisionsError:
            return False
        return decision.text_sha256 == version.text_sha256

    def _as_amended(
        self,
        fetcher: Fetch,
        bad: Bad,
        name: str,
        decision_id: int,
        version: Version,
        page: Page,
    ) -> None:
        """Another text by now: it comes in as in a crawl, and the old one's page is lost."""
        held = next(self.archive.stored([decision_id]))
        report = CrawlReport(self.source.info.key, "repair", self.now())
        collector = Collector(
            self.source,
            self.source_id,
            fetcher,
            self.archive,
            self.now,
            report,
            Watch(),
            lambda: None,
        )
        collector.reread(_standing(held.id, held.decision, held.last_seen_at), page)
        if report.failures:
            why = "; ".join(report.failures.values())
            self.outcome.not_done.append(f"{name}: what the site gives now was not taken: {why}")
        elif self._mending.versions(decision_id)[-1].number > version.number:
            self._mending.put_aside(bad.id)
            self.outcome.done.append(
                f"{name}: the site has another text of {held.decision.reference} now, kept as "
                f"version {version.number + 1}"
            )
            self.outcome.lost.append(
                f"{name}: the page of version {version.number} of {held.decision.reference} is lost"
                "; its text stays in no table either, unless a backup elsewhere has it"
            )
        else:
            self.outcome.not_done.append(
                f"{name}: the site says the same in other words of its own furniture, which proves "
                "nothing about the lost page; the new one is kept beside it"
            )

    # --- decisions ------------------------------------------------------------------------

    def _relink(self, decision_id: int) -> None:
        """Find each version's own page among those that came from the decision's addresses."""
        for version in self._mending.versions(decision_id):
            name = f"version {version.number} of decision number {decision_id}"
            now = self._read_ids(version.page_ids)
            if now is not None and self._is_of(decision_id, now):
                if now.text_sha256 == version.text_sha256:
                    continue
                if version.newest and now.content_sha256() == version.content_sha256:
                    self._mending.set_text_hash(version, now.text_sha256)
                    self.outcome.done.append(
                        f"{name}: its hash of the content text was written anew; page and reading "
                        "agree"
                    )
                    continue
            for page_id in self._mending.pages_at_addresses(decision_id):
                found = self._read_ids((page_id,))
                if found is not None and found.text_sha256 == version.text_sha256:
                    self._mending.relink(version, [page_id])
                    self.outcome.done.append(f"{name}: page {page_id} is its own, and is linked")
                    break
            else:
                self.outcome.not_done.append(f"{name}: no page of the archive is its own")

    def _is_of(self, decision_id: int, read: Decision) -> bool:
        return self.archive.known_id(self.source_id, read.reference) == decision_id

    def _read_ids(self, page_ids: Sequence[int]) -> Decision | None:
        try:
            return self.source.parse_decision([self.archive.page(each) for each in page_ids])
        except (DecisionsError, ValueError):
            return None

    def _reread(self, decision_id: int) -> None:
        """Put in the rows what the decision's own pages say."""
        rereading = self.archive.rereading(self.source_id)
        name = f"decision number {decision_id}"
        try:
            kept = next(rereading.kept([decision_id]), None)
            if kept is None or kept.damage is not None:
                why = "it has no version" if kept is None else kept.damage
                self.outcome.not_done.append(f"{name}: {why}")
                return
            decision = self.source.parse_decision(kept.pages)
            if reference_key(decision.reference) != kept.reference_key:
                self.outcome.not_done.append(f"{name}: its page is about {decision.reference}")
                return
            again = Reread(kept, decision.parser_version, decision, hashes(decision))
            (saved,) = rereading.save([again], at=self.now())
        except (Refused, ParseError) as error:
            self.outcome.not_done.append(f"{name}: {error}")
            return
        except Exception as error:  # noqa: BLE001 - hostile rows: one decision must not end the repair
            self.outcome.not_done.append(f"{name}: {sentence(error)}")
            return
        if isinstance(saved, DecisionsError):
            self.outcome.not_done.append(f"{name}: {saved}")
        else:
            self.outcome.done.append(f"{decision.reference}: read again from its page")


def _standing(number: int, held: Decision, last_seen_at: datetime) -> Standing:
    return Standing(
        number,
        held.reference,
        held.url,
        DecisionKind(held.kind),
        date.fromisoformat(held.decided_on.isoformat()),
        last_seen_at,
    )
