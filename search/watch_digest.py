"""What watches have to tell: the changes since last time, each once, with the searches that hit.

Watches that go to one place share one digest, so a decision that two of them watch is told once. A
digest of many changes comes in parts, in the order of the changes, so that a part that was sent is
never sent again because the next one failed. What may be told of a decision is decided in
``search.changed``. Text and HTML say the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from xml.etree import ElementTree as ET

from archive.history_command import event_words
from archive.reader import HitTexts
from archive.records import ChangeKind
from archive.rendering import plain_day
from archive.screen import clean
from archive.store import Archive
from search.changed import Changed, changed
from search.index import Index
from search.watch_book import Watch

PART = 500
"""Changes of one digest; more come in further parts."""

HEADINGS: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: "New in the archive",
    ChangeKind.AMENDED: "Amended by the Ombudsman",
    ChangeKind.RESTORED: "Back on the Ombudsman's site",
    ChangeKind.WITHDRAWN: "Taken down by the Ombudsman before the usual time",
    ChangeKind.EXPIRED: "No longer on the Ombudsman's site, after the usual time",
    ChangeKind.ERASED: "Erased from this archive",
}
"""In this order."""

ONLY_PUBLISHED = "Only published decisions are here, which is not every complaint that was decided."
AFTER_RESTORE = (
    "The archive was restored from a backup since last time; some of this may be told once more."
)


@dataclass(frozen=True, slots=True)
class Look:
    """What one watch has to tell, oldest first, and where it stands after that."""

    watch: Watch
    entries: tuple[Changed, ...]
    after: Watch
    restored: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One change and the names of the watches that hit."""

    changed: Changed
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """One part of what goes to one place. ``after`` is how its watches stand once it is sent."""

    to: str
    names: tuple[str, ...]
    entries: tuple[Entry, ...]
    part: int
    parts: int
    after: tuple[Watch, ...]
    attributions: tuple[str, ...]
    restored: bool = False
    public_url: str | None = None

    @property
    def id(self) -> str:
        """The same for the same changes to the same place, whenever it is made."""
        of = [self.to, self.after[0].archive_id, self.after[0].epoch]
        of += [str(entry.changed.event.id) for entry in self.entries]
        return hashlib.sha256("\0".join(of).encode()).hexdigest()[:24]

    @property
    def subject(self) -> str:
        """``3 new, 1 amended: Ombudsman decisions (noise, our council)``."""
        counts = [f"{number:,} {word}" for word, number in _counted(self.entries).items() if number]
        which = ", ".join(self.names)
        shown = which if len(which) <= 60 else f"{len(self.names)} watches"
        part = f", part {self.part} of {self.parts}" if self.parts > 1 else ""
        return f"{', '.join(counts)}: Ombudsman decisions ({shown}{part})"


_SHORT: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: "new",
    ChangeKind.AMENDED: "amended",
    ChangeKind.RESTORED: "back",
    ChangeKind.WITHDRAWN: "withdrawn",
    ChangeKind.EXPIRED: "gone after the usual time",
    ChangeKind.ERASED: "erased",
}


def _counted(entries: Iterable[Entry]) -> dict[str, int]:
    counts = dict.fromkeys(_SHORT.values(), 0)
    for entry in entries:
        counts[_SHORT[entry.changed.event.kind]] += 1
    return counts


def look(archive: Archive, texts: HitTexts, index: Index, watch: Watch, *, now: datetime) -> Look:
    """What happened since a watch was last told; ``now`` is an instant before the archive was
    opened. Raises QueryError and IndexUnusable.

    After a backup was restored the numbers of changes begin anew; then what happened after the
    watch last looked is told, by the clock.
    """
    same = (watch.archive_id, watch.epoch) == (archive.archive_id, archive.epoch)
    found = changed(
        archive,
        texts,
        index,
        watch.request,
        after=watch.after if same else 0,
        limit=None,
        seen=watch.seen if same else (),
    )
    entries = tuple(
        one for one in reversed(found.entries) if same or one.event.at > watch.looked_at
    )
    known = watch.seen if same else frozenset()
    # What the index has not got yet is told next time, by whichever of the two then counts.
    whole = found.through == archive.last_change_id()
    after = replace(
        watch,
        archive_id=archive.archive_id,
        epoch=archive.epoch,
        after=found.through,
        looked_at=now if whole else watch.looked_at,
        seen=known | {one.event.decision_id for one in entries},
    )
    return Look(watch, entries, after, restored=not same)


def digests(
    looks: Sequence[Look], attributions: Sequence[str], public_url: str | None
) -> Iterator[Digest]:
    """What is to be sent, by place, part after part; nothing for places with nothing new."""
    for to in dict.fromkeys(one.watch.to for one in looks):
        here = [one for one in looks if one.watch.to == to]
        entries = _merged(here)
        cuts = [entries[start : start + PART] for start in range(0, len(entries), PART)]
        for number, cut in enumerate(cuts, 1):
            last = number == len(cuts)
            yield Digest(
                to=to,
                names=tuple(dict.fromkeys(name for entry in cut for name in entry.names)),
                entries=tuple(cut),
                part=number,
                parts=len(cuts),
                after=tuple(_after(one, cut, last=last) for one in here),
                attributions=tuple(attributions),
                restored=any(one.restored for one in here),
                public_url=public_url,
            )


def _merged(looks: Sequence[Look]) -> list[Entry]:
    hits: dict[int, tuple[Changed, list[str]]] = {}
    for one in looks:
        for each in one.entries:
            hits.setdefault(each.event.id, (each, []))[1].append(one.watch.name)
    return [Entry(each, tuple(names)) for _, (each, names) in sorted(hits.items())]


def _after(one: Look, cut: Sequence[Entry], *, last: bool) -> Watch:
    """How a watch stands when a part, and all before it, was sent."""
    if last:
        return one.after
    if one.restored:
        # It is looked at by the clock until all of it is told; so no part of it is told for good.
        return one.watch
    through = cut[-1].changed.event.id
    told = {each.event.decision_id for each in one.entries if each.event.id <= through}
    return replace(one.watch, after=max(one.watch.after, through), seen=one.watch.seen | told)


def address_of(digest: Digest, one: Changed) -> str | None:
    """Where a person reads it: in the reading room if there is a public one, else the publisher's
    page; None where neither may be told."""
    event = one.event
    if digest.public_url and event.source and event.reference:
        from search.web.addresses import decision

        return digest.public_url.rstrip("/") + decision(event.source, event.reference)
    url = event.url or ""
    return url if url.startswith(("https://", "http://")) else None


def lines_of(digest: Digest, one: Changed) -> Iterator[str]:
    """One change in plain lines: what it is called, what happened, what it is about."""
    event = one.event
    named = event.title or event.reference or "a decision that is no longer here"
    yield _line(named)
    facts = [f"{plain_day(event.at)}: {event_words(event)}"]
    if event.decided_on is not None:
        facts.append(f"decided {plain_day(event.decided_on)}")
    head = one.head
    facts += [_line(str(head[name])) for name in ("outcome_raw", "subcategory") if head.get(name)]
    yield " · ".join(facts)
    if one.notice:
        yield one.notice
    if head.get("summary"):
        yield _line(str(head["summary"]))


def text(digest: Digest) -> str:
    """The digest as plain text, a line break at the end."""
    parts = [f"{digest.subject}\n"]
    if digest.restored:
        parts.append(f"{AFTER_RESTORE}\n")
    for heading, entries in _grouped(digest.entries):
        parts.append(f"\n{heading}\n{'-' * len(heading)}\n")
        for entry in entries:
            first, *rest = lines_of(digest, entry.changed)
            parts.append(f"\n* {first}\n")
            parts += [f"  {line}\n" for line in rest]
            address = address_of(digest, entry.changed)
            parts += [f"  {_line(address)}\n"] if address else []
            parts.append(f"  found by: {', '.join(entry.names)}\n")
    parts.append("\n" + "".join(f"{_line(one)}\n" for one in _foot(digest)))
    return "".join(parts)


def html(digest: Digest) -> str:
    """The same as a page for a mail: nothing is fetched, nothing runs."""
    page = ET.Element("html", lang="en-GB")
    head = ET.SubElement(page, "head")
    ET.SubElement(head, "meta", charset="utf-8")
    ET.SubElement(head, "title").text = _line(digest.subject)
    body = ET.SubElement(page, "body")
    ET.SubElement(body, "h1").text = _line(digest.subject)
    if digest.restored:
        ET.SubElement(body, "p").text = AFTER_RESTORE
    for heading, entries in _grouped(digest.entries):
        ET.SubElement(body, "h2").text = heading
        for entry in entries:
            first, *rest = lines_of(digest, entry.changed)
            title = ET.SubElement(body, "h3")
            address = address_of(digest, entry.changed)
            if address:
                ET.SubElement(title, "a", href=address).text = first
            else:
                title.text = first
            for line in rest:
                ET.SubElement(body, "p").text = line
            ET.SubElement(body, "p").text = f"found by: {', '.join(entry.names)}"
    ET.SubElement(body, "hr")
    for line in _foot(digest):
        ET.SubElement(body, "p").text = _line(line)
    return "<!doctype html>\n" + ET.tostring(page, encoding="unicode", method="html") + "\n"


def digest_json(digest: Digest) -> dict[str, object]:
    """The versioned shape of a digest."""
    return {
        "schema": 1,
        "id": digest.id,
        "to": digest.to,
        "part": digest.part,
        "parts": digest.parts,
        "after_a_restore": digest.restored,
        "attribution": list(digest.attributions),
        "changes": [
            {
                "id": entry.changed.event.id,
                "at": entry.changed.event.at.isoformat(),
                "kind": entry.changed.event.kind.value,
                "words": event_words(entry.changed.event),
                "source": entry.changed.event.source,
                "reference": entry.changed.event.reference,
                "title": entry.changed.event.title,
                "address": address_of(digest, entry.changed),
                "notice": entry.changed.notice,
                "watches": list(entry.names),
            }
            for entry in digest.entries
        ],
    }


def _grouped(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    for kind, heading in HEADINGS.items():
        found = [entry for entry in entries if entry.changed.event.kind is kind]
        if found:
            yield heading, found


def _foot(digest: Digest) -> Iterator[str]:
    yield from digest.attributions
    yield ONLY_PUBLISHED
    yield f"Digest {digest.id}"


def _line(text: str) -> str:
    return " ".join(clean(text).split())
