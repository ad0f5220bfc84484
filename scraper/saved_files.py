"""Pages saved as files: which address each was saved from, and when.

Nothing is guessed. An address comes, in this order, from a list given with the import, from the
note that a browser or a copying tool leaves in the page, from the page's own canonical link, or
from the file's path when it repeats the site's (as copying tools lay files out). A date comes from
the list, from a web archive's replay address, from such a note, and last from the file itself.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path

from archive.errors import UsageError
from archive.imports import DatedBy, Form, Origin
from archive.records import Page
from scraper.errors import CrawlSetupError, Refused
from scraper.html import MAX_BYTES
from scraper.saved import (
    Found,
    Passed,
    SavedUnreadable,
    decision_at,
    file_date,
    instant,
    unwrapped,
)
from scraper.sources import Source

_HEAD = 65_536
"""Bytes in which a note of the tool that saved the page, or its canonical link, must stand."""

_LONGEST_LIST = 64_000_000
"""Bytes of a list of addresses: more than half a million files."""

# Every repetition has an end: a page may repeat the beginning of a note thousands of times.
_NOTES = (
    re.compile(rb"<!--\s{0,99}saved from url=\(\d{1,9}\)(?P<url>\S{1,2000})"),
    re.compile(
        rb"<!--\s{0,99}Page saved with SingleFile\s{1,99}url:\s{0,99}(?P<url>\S{1,2000})"
        rb"\s{1,99}saved date:\s{0,99}(?P<at>[^\r\n]{1,200})"
    ),
    re.compile(
        rb"<!--\s{0,99}Mirrored from (?P<url>\S{1,2000}) by HTTrack[^>]{0,300}?\],"
        rb"\s{0,9}(?P<at>[^>]{1,60}?GMT)\s{0,9}-->"
    ),
)
_CANONICAL = (
    re.compile(
        rb"""<link\b(?=[^>]{0,2000}\brel\s{0,9}=\s{0,9}["']?canonical\b)[^>]{0,2000}\bhref\s{0,9}=\s{0,9}["']?(?P<url>[^"'\s>]{1,2000})"""
    ),
    re.compile(
        rb"""<meta\b(?=[^>]{0,2000}\bproperty\s{0,9}=\s{0,9}["']?og:url\b)[^>]{0,2000}\bcontent\s{0,9}=\s{0,9}["']?(?P<url>[^"'\s>]{1,2000})"""
    ),
)
_SCRIPT_DATE = re.compile(r"^\w{3} (\w{3} \d{1,2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{4})")
_PAGE_NAME = re.compile(r"(?:/index)?\.(?:html?|xhtml|aspx?|php)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """What a list of addresses says of one file."""

    url: str
    captured_at: datetime | None


def read_addresses(path: Path) -> dict[str, Row]:
    """A CSV list with the columns ``file``, ``url`` and, where known, ``captured_at``.

    Files are named by their path within the directory. Raises UsageError with the line.
    """
    rows: dict[str, Row] = {}
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is no ordinary file; the list must be one")
        if path.stat().st_size > _LONGEST_LIST:
            raise UsageError(
                f"{path} is larger than the {_LONGEST_LIST:,} bytes that are read of a list; "
                "import in parts, each with its own list"
            )
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if not {"file", "url"} <= set(reader.fieldnames or ()):
                raise UsageError(f"{path}: the first line must name the columns file and url")
            for row in reader:
                text = (row.get("captured_at") or "").strip()
                at = instant(text)
                if text and at is None:
                    raise UsageError(
                        f"{path}, line {reader.line_num}: {text!r} is no day and no instant with "
                        "its zone (2021-05-04 or 2021-05-04T10:00:00+01:00)"
                    )
                rows[_tidy(row["file"] or "")] = Row((row["url"] or "").strip(), at)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: the list cannot be read ({error})") from error
    return rows


@dataclass(frozen=True, slots=True)
class SavedFiles:
    """The pages under a directory, or one page. Links are not followed."""

    path: Path
    source: Source
    addresses: Mapping[str, Row] = field(default_factory=dict)

    def survey(self) -> Iterator[Found | Passed]:
        """Every file that is a page. Raises SavedUnreadable when nothing is there."""
        if self.path.is_file():
            yield self._one(self.path, self.path.name)
            return
        if not self.path.is_dir():
            if self.path.exists():
                raise SavedUnreadable(f"{self.path} is neither an ordinary file nor a directory")
            raise SavedUnreadable(f"{self.path}: there is no such file or directory")
        closed: list[OSError] = []
        for folder, folders, names in os.walk(self.path, onerror=closed.append):
            folders.sort()
            for name in sorted(names):
                path = Path(folder) / name
                if path.is_symlink() or not path.is_file():
                    continue
                yield self._one(path, path.relative_to(self.path).as_posix())
        for error in closed:
            yield Passed(str(error.filename), "unreadable", error.strerror or str(error))

    def _one(self, path: Path, name: str) -> Found | Passed:
        where = f"{self.path.name}: {name}"
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD)
        except OSError as error:
            return Passed(where, "unreadable", error.strerror or str(error))
        row = self.addresses.get(_tidy(name))
        if row is None and b"<" not in head:
            return Passed(where, "other_page")
        told = self._address(head, name, row)
        if told is None:
            return Passed(where, "no_address", "the page does not say where it was saved from")
        url, at, dated_by = told
        located = decision_at(self.source, url)
        if located is None:
            return Passed(where, "other_page", url)
        if row is not None and row.captured_at is not None:
            at, dated_by = row.captured_at, DatedBy.LIST
        if at is None:
            at, dated_by = file_date(path), DatedBy.FILE
        if at is None:
            return Passed(where, "no_date", "the file has no date that can be")
        when, canonical = at, located[0]
        origin = Origin(Form.FILE, self.path.name, name, dated_by)
        return Found(canonical, located[1], when, origin, lambda: _load(path, canonical, when))

    def _address(
        self, head: bytes, name: str, row: Row | None
    ) -> tuple[str, datetime | None, DatedBy] | None:
        """The address, with a date where the same place says one."""
        if row is not None:
            return _dated(row.url)
        for pattern in _NOTES:
            if found := pattern.search(head):
                return self._noted(found)
        by_path = self._path_address(name)
        for pattern in _CANONICAL:
            if found := pattern.search(head):
                url = unescape(found["url"].decode("utf-8", "replace"))
                if by_path is not None and by_path[1] is not None:
                    return url, by_path[1], DatedBy.ADDRESS
                return _dated(url)
        return by_path

    @staticmethod
    def _noted(found: re.Match[bytes]) -> tuple[str, datetime | None, DatedBy]:
        url = found["url"].decode("utf-8", "replace")
        if "://" not in url:
            url = "https://" + url
        url, at, dated_by = _dated(url)
        text = found.groupdict().get("at")
        noted = None if text is None else _note_date(text.decode("ascii", "replace"))
        return (
            (url, at, dated_by) if noted is None or at is not None else (url, noted, DatedBy.PAGE)
        )

    def _path_address(self, name: str) -> tuple[str, datetime | None, DatedBy] | None:
        """The address that a path repeats: from the site's host on, or from ``decisions`` on."""
        parts = _PAGE_NAME.sub("", name).split("/")
        for start, part in enumerate(parts):
            rest = "/".join(parts[start:])
            if part == "web" and start:
                replayed = unwrapped("/".join(parts[start - 1 :]))
                if replayed[1] is not None:
                    return replayed[0], replayed[1], DatedBy.ADDRESS
            try:
                self.source.canonical_url(f"https://{rest}")
            except CrawlSetupError:
                pass
            else:
                return f"https://{rest}", None, DatedBy.FILE
            url = f"{self.source.info.base_url}/{rest}"
            if part.lower() == "decisions" and self.source.reference_of(url) is not None:
                return url, None, DatedBy.FILE
        return None


def _dated(url: str) -> tuple[str, datetime | None, DatedBy]:
    inner, at = unwrapped(url)
    return inner, at, DatedBy.ADDRESS


def _note_date(text: str) -> datetime | None:
    """The dates that copying tools write: of e-mail, or of a browser's script."""
    if found := _SCRIPT_DATE.match(text.strip()):
        try:
            return datetime.strptime(f"{found[1]} {found[2]}", "%b %d %Y %H:%M:%S %z").astimezone(
                UTC
            )
        except (ValueError, OverflowError):
            return None
    try:
        read = parsedate_to_datetime(text)
        return None if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _load(path: Path, url: str, at: datetime) -> Page:
    with path.open("rb") as file:
        body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise Refused(url, "too_large", f"more than the {MAX_BYTES:,} bytes we read")
    return Page.capture(url=url, body=body, fetched_at=at)


def _tidy(name: str) -> str:
    return name.strip().replace("\\", "/").removeprefix("./")
