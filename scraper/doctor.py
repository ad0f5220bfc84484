"""One polite look before the first real crawl: what works here, and what is understood there.

The raw HTML of the real pages was never seen while this was written, so the first thing to do with
a live site is to find out, with three requests, piece by piece, whether it is understood.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from archive.app import App
from archive.errors import DecisionsError, LockedError
from archive.ports import Fetch
from archive.records import Decision, ListingPage, Outcome, Page
from scraper.errors import ScraperError
from scraper.sources import DateWindowSource, NewestFirstSource, Source

GOOD, ODD, BAD = "good", "odd", "bad"
_SIGNS = {GOOD: "ok  ", ODD: "note", BAD: "BAD "}

LEAST_FREE = 20_000_000_000
"""Bytes that 60,000 decisions with index and backups may need."""

_Read = TypeVar("_Read")

_SHARED = re.compile(
    r"dropbox|onedrive|google ?drive|icloud|mobile documents|nextcloud|owncloud|syncthing|box sync",
    re.IGNORECASE,
)
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "sshfs", "fuse.sshfs", "afs", "9p", "davfs"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``verdict`` is good, odd (think about it) or bad (mend it first)."""

    name: str
    verdict: str
    words: str
    of_site: bool = False

    def line(self) -> str:
        """For a person."""
        return f"{_SIGNS[self.verdict]}  {self.name}: {self.words}"

    def as_json(self) -> dict[str, object]:
        """For a program."""
        return {"name": self.name, "verdict": self.verdict, "words": self.words}


# --- this machine ---------------------------------------------------------------------------


def local_checks(app: App, source: Source, *, live: bool) -> list[Check]:
    """Data directory, disk, lock, database, index, contact. Changes nothing."""
    return [
        *_place(app.config.home),
        _disk(app.config.home),
        *_database(app),
        *([_contact(app, source)] if live else []),
    ]


def _place(home: Path) -> Iterator[Check]:
    there = next(path for path in (home, *home.parents) if path.exists())
    if not os.access(there, os.W_OK):
        yield Check("data directory", BAD, f"{there} cannot be written; choose another --home")
        return
    yield Check("data directory", GOOD, str(home))
    shared = _SHARED.search(str(home))
    if shared:
        yield Check(
            "data directory",
            ODD,
            f"it seems to lie in a synchronised folder ({shared[0]}); a "
            "database that is copied while it is written can be damaged. Choose another --home",
        )
    remote = _mounted_as(there, Path("/proc/self/mounts"))
    if remote in _REMOTE or str(home).startswith("\\\\"):
        yield Check(
            "data directory",
            ODD,
            f"it lies on a network drive ({remote or 'UNC path'}); SQLite's "
            "locks are not safe there. Choose a local disk",
        )


def _mounted_as(path: Path, mounts: Path) -> str | None:
    """The kind of file system that holds a path, where the system tells (Linux)."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    best, kind = -1, None
    for line in lines:
        parts = line.split()
        if len(parts) > 2:
            point = Path(parts[1].replace("\\040", " "))
            if (path == point or point in path.parents) and len(point.parts) >= best:
                best, kind = len(point.parts), parts[2]
    return kind


def _disk(home: Path) -> Check:
    there = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(there).free
    words = f"{free / 1e9:.1f} GB free"
    if free < LEAST_FREE:
        return Check("disk", ODD, words + "; the whole list may need 20 GB with index and backups")
    return Check("disk", GOOD, words)


def _database(app: App) -> Iterator[Check]:
    from archive.lock import writer_lock

    try:
        with writer_lock(app.config):
            yield Check("lock", GOOD, "nobody else is writing")
    except LockedError as error:
        yield Check("lock", ODD, str(error))
    except DecisionsError as error:
        yield Check("lock", BAD, str(error))
    path = app.config.sqlite_path
    if path is not None and not path.exists():
        yield Check("database", GOOD, f"none yet; {path} will be made by the first crawl")
        return
    try:
        with app.open_archive(write=False) as archive:
            newest = archive.last_change_id()
        yield Check("database", GOOD, f"readable, {newest:,} changes so far")
    except DecisionsError as error:
        yield Check("database", BAD, str(error))
        return
    state = app.search_index().state()
    if not state.usable:
        yield Check("index", ODD, state.problem or "not usable; run `decisions index`")
    elif state.cursor != newest:
        yield Check("index", ODD, f"{newest - state.cursor} changes behind; run `decisions index`")
    else:
        yield Check("index", GOOD, f"{state.documents:,} decisions, in step")


def _contact(app: App, source: Source) -> Check:
    if app.config.contact:
        return Check("contact", GOOD, f"{app.config.contact} (sent to {source.info.name})")
    return Check(
        "contact",
        BAD,
        "not set: the publisher must be able to write to whoever crawls. Put "
        f'contact = "you@example.org" into {app.config.config_file}, or set DECISIONS_CONTACT',
    )


# --- the site -------------------------------------------------------------------------------


def site_checks(source: Source, fetcher: Fetch, home: Path, *, now: datetime) -> list[Check]:
    """Ask for robots.txt, one listing page and one decision; say what was understood of each."""
    checks: list[Check] = []
    keep = home / "doctor"
    listing_page = _ask(fetcher, _listing_url(source, now), "listing", "listing page", keep, checks)
    if listing_page is None:
        return checks
    checks.insert(0, Check("robots.txt", GOOD, "read first; it allows the list", of_site=True))
    listing = _read(lambda: source.parse_listing(listing_page), "listing page", checks)
    if listing is None:
        return checks
    checks += _about_listing(listing)
    if not listing.entries:
        checks.append(Check("results", ODD, "none in a whole year; is this the site?", True))
        return checks
    url = source.canonical_url(listing.entries[0].url)
    page = _ask(fetcher, url, "decision", "decision page", keep, checks)
    if page is not None:
        decision = _read(lambda: source.parse_decision([page]), "decision page", checks)
        if decision is not None:
            checks += _about_decision(decision)
    checks.append(Check("pages", GOOD, f"kept in {keep} for a bug report", of_site=True))
    return checks


def _listing_url(source: Source, now: datetime) -> str:
    if isinstance(source, DateWindowSource):
        last = now.date() - timedelta(days=60)
        return source.listing_url(last - timedelta(days=365), last, 1)
    if isinstance(source, NewestFirstSource):
        return source.newest_url(1)
    return source.info.base_url


def _ask(
    fetcher: Fetch, url: str, purpose: str, name: str, keep: Path, checks: list[Check]
) -> Page | None:
    try:
        page = fetcher.get(url, purpose=purpose)
    except ScraperError as error:
        checks.append(Check(name, BAD, str(error), of_site=True))
        return None
    keep.mkdir(parents=True, exist_ok=True)
    (keep / f"{purpose}.html").write_bytes(page.body)
    head = "".join(f"{key}: {value}\n" for key, value in page.headers)
    (keep / f"{purpose}.txt").write_text(
        f"{page.url}\n{page.final_url}\n{page.status}\n{page.fetched_at.isoformat()}\n{head}",
        encoding="utf-8",
    )
    verdict = GOOD if page.status == 200 else BAD
    words = f"{page.final_url} answered {page.status}, {len(page.body):,} bytes"
    checks.append(Check(name, verdict, words, of_site=True))
    return page if verdict == GOOD else None


def _read(read: Callable[[], _Read], name: str, checks: list[Check]) -> _Read | None:
    try:
        return read()
    except ScraperError as error:
        checks.append(Check(f"{name} understood", BAD, str(error), of_site=True))
        return None


def _about_listing(listing: ListingPage) -> Iterator[Check]:
    stated = "no count stated" if listing.stated is None else f"{listing.stated:,} stated"
    yield Check("results", GOOD, f"{stated}, {len(listing.entries)} on the page", of_site=True)
    pieces = {
        "kind": sum(entry.kind is not None for entry in listing.entries),
        "outcome": sum(entry.outcome_raw is not None for entry in listing.entries),
        "date": sum(entry.decided_on is not None for entry in listing.entries),
        "summary": sum(bool(entry.summary) for entry in listing.entries),
    }
    for name, found in pieces.items():
        verdict = GOOD if found == len(listing.entries) else ODD
        words = f"understood for {found} of {len(listing.entries)}"
        yield Check(f"listed {name}", verdict, words, of_site=True)


def _about_decision(decision: Decision) -> Iterator[Check]:
    found = {
        "title": decision.title,
        "reference": decision.reference,
        "council or provider": decision.body,
        "category": decision.category_raw,
        "outcome": f"{decision.outcome_raw} → {decision.outcome.value}",
        "date": f"{decision.decided_on_raw} → {decision.decided_on}",
        "summary": decision.summary and decision.summary[:60] + "…",
        "sections": ", ".join(section.kind.value for section in decision.sections),
        "paragraphs": str(sum(1 for _ in decision.paragraphs())),
    }
    for name, words in found.items():
        odd = not words or (name == "outcome" and decision.outcome is Outcome.UNKNOWN)
        yield Check(f"decision {name}", ODD if odd else GOOD, words or "not found", of_site=True)
    for warning in decision.warnings:
        yield Check("decision", ODD, warning, of_site=True)
