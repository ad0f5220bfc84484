"""Captures in WARC files (ISO 28500) and in WACZ packages, read with warcio.

What a web archive recorded is what the server sent: the coding of the body is undone here, by the
rules of the crawl (``scraper.decode``). Where a record says that its body is compressed and it is
not, somebody unpacked it before it was stored, which many writers do.

A record is read twice: once to learn its address and date, once to be taken in. A file that ends
in the middle gives what stands before.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple

from archive.errors import UsageError
from archive.imports import DatedBy, Departure, Form, Origin
from archive.records import Page, Status
from scraper.decode import read_body
from scraper.errors import BodyError, Refused
from scraper.html import MAX_BYTES
from scraper.saved import Found, Passed, SavedUnreadable, decision_at, instant, unwrapped
from scraper.sources import Source

SUFFIXES = (".warc", ".warc.gz", ".arc", ".arc.gz")
PACKAGE = ".wacz"

_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b"}
_PIECE = 1 << 20
_LONGEST_LINE = 1_000_000
_LONGEST_HEADS = 4_000_000
"""Bytes of a line, and of all lines that stand before a record's body; warcio knows no limit."""
_SWOLLEN = 100
_SMALL = 100_000_000
"""A member of a package may unpack to so many times its size, and any to so many bytes. What is in
a WARC file is pages, mostly compressed already; a bomb of zeros has a thousand times its size."""
_LONGEST_LIST = 4_000_000
"""Bytes of a package's own list of files; a longer one is no list."""
_LONGEST_NOTE = 64 * 1024
"""Bytes read of what a record says about another."""


class _Told(NamedTuple):
    """What a record's heads say. ``repeats``: address and date of the record with its page."""

    url: str
    reference: str
    at: datetime
    name: str
    repeats: tuple[str, datetime] | None


class _Note(NamedTuple):
    """What our own export says of the record before: ``of`` is that record's name."""

    of: str
    left: Departure


@dataclass(frozen=True, slots=True)
class WarcFile:
    """One WARC (or older ARC) file, compressed record by record or plain."""

    path: Path
    source: Source
    form: Form = Form.WARC
    container: str = ""

    @property
    def _name(self) -> str:
        return self.container or self.path.name

    @property
    def _shown(self) -> str:
        """For a message. One that was unpacked lies where nobody looks for it."""
        return self.container or str(self.path)

    def survey(self) -> Iterator[Found | Passed]:
        """Every record. Raises SavedUnreadable where the file cannot be opened or is no WARC."""
        warc = _warcio()
        seen = 0
        places: dict[tuple[str, datetime], int] = {}
        last: Found | None = None  # Held back until it is known what the next record says of it.
        try:
            with self.path.open("rb") as file:
                records = _records(warc, file)
                while True:
                    try:
                        with contextlib.redirect_stderr(io.StringIO()):
                            records.reader.heads = 0
                            told = self._look(next(records))
                            offset = records.get_record_offset()
                    except StopIteration:
                        break
                    seen += 1
                    if isinstance(told, _Note):
                        if last is not None and last.origin.record == told.of:
                            last = replace(last, left=told.left)
                        yield Passed(self._name, "other_record")
                        continue
                    if last is not None:
                        yield last
                        last = None
                    found = told if isinstance(told, Passed) else self._found(told, offset, places)
                    if isinstance(found, Found):
                        last = found
                    else:
                        yield found
            if last is not None:
                yield last
        except OSError as error:
            why = error.strerror or error
            raise SavedUnreadable(f"{self._shown}: cannot be read ({why})") from error
        except Exception as error:
            # warcio raises anything at a damaged record; what came before stands.
            if not seen:
                raise SavedUnreadable(f"{self._shown} is no WARC file ({_short(error)})") from error
            if last is not None:
                yield last
            yield Passed(
                f"{self._name}: after record {seen}",
                "damaged",
                f"the rest of the file cannot be read ({_short(error)})",
            )
        if not seen:
            raise SavedUnreadable(f"{self._shown} holds no record")

    def _look(self, record: Any) -> _Told | _Note | Passed:
        """What the heads of a record say, where it may be a decision's page."""
        headers = record.rec_headers
        if not record.rec_type:
            raise ValueError("a record does not say of which type it is")
        url = (headers.get_header("WARC-Target-URI") or "").strip("<>")
        name = headers.get_header("WARC-Record-ID") or url
        where = f"{self._name}: {name}"
        if record.rec_type == "metadata":
            return _noted(record) or Passed(where, "other_record")
        if record.rec_type not in ("response", "resource", "revisit"):
            return Passed(where, "other_record")
        located = self._located(url)
        if located is None:
            return Passed(where, "other_page")
        at = instant(headers.get_header("WARC-Date") or "")
        if at is None:
            return Passed(where, "no_date", f"{url}: the record has no date")
        if record.rec_type == "revisit":
            first = instant(headers.get_header("WARC-Refers-To-Date") or "")
            refers = headers.get_header("WARC-Refers-To-Target-URI") or url
            original = self._located(refers.strip("<>"))
            if first is None or original is None:
                return Passed(where, "damaged", f"{url}: does not say which page it repeats")
            return _Told(*located, at, name, (original[0], first))
        status = record.http_headers.get_statuscode() if record.http_headers else None
        if record.rec_type == "response" and status != "200":
            return Passed(where, "other_status", f"{url}: answered {status or 'nothing'}")
        return _Told(*located, at, name, None)

    def _located(self, url: str) -> tuple[str, str] | None:
        return decision_at(self.source, unwrapped(url)[0])

    def _found(
        self, told: _Told, offset: int, places: dict[tuple[str, datetime], int]
    ) -> Found | Passed:
        if told.repeats is None:
            places[told.url, told.at] = offset
        elif told.repeats in places:
            offset = places[told.repeats]
        else:
            return Passed(
                f"{self._name}: {told.name}",
                "damaged",
                f"{told.url}: repeats a page of {told.repeats[1]:%d %b %Y} that is not in the file",
            )
        origin = Origin(self.form, self._name, told.name, DatedBy.CAPTURE)
        url, at, place = told.url, told.at, offset
        return Found(url, told.reference, at, origin, lambda: self._load(place, url, at))

    def _load(self, offset: int, url: str, at: datetime) -> Page:
        """The page of the record at a place in the file. Raises Refused, BodyError or OSError."""
        warc = _warcio()
        try:
            with self.path.open("rb") as file, contextlib.redirect_stderr(io.StringIO()):
                file.seek(offset)
                record = next(_records(warc, file, check_digests=True))
                return _page(record, url, at)
        except (Refused, BodyError, OSError):
            raise
        except Exception as error:
            raise Refused(url, "damaged", f"the record cannot be read ({_short(error)})") from error


def _noted(record: Any) -> _Note | None:
    """That a decision had left the site, as our own export says it; None for any other note.

    Whoever made the file may say so of any decision: it makes us pass on less, never more.
    """
    headers = record.rec_headers
    of = headers.get_header("WARC-Concurrent-To")
    if not of or headers.get_header("Content-Type") != "application/warc-fields":
        return None
    text = record.raw_stream.read(_LONGEST_NOTE).decode("utf-8", "replace")
    fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    gone = {each.value: each for each in Status if each is not Status.LIVE}
    status = gone.get(fields.get("status", ""))
    if status is None or "decision-key" not in fields:
        return None
    return _Note(str(of), Departure(status, instant(fields.get("status-since", ""))))


def _page(record: Any, url: str, at: datetime) -> Page:
    raw = record.raw_stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Refused(url, "too_large", f"more than the {MAX_BYTES:,} bytes we read")
    expected = record.payload_length
    if 0 <= expected != len(raw):
        raise Refused(
            url, "damaged", f"the record should hold {expected:,} bytes and holds {len(raw):,}"
        )
    record.raw_stream.read(1)  # The checksum is compared at the end.
    wrong = [problem for problem in record.digest_checker.problems if "block" in problem.lower()]
    if wrong:
        raise Refused(url, "damaged", "the record does not have the checksum that it states")
    if record.http_headers is None:
        kind = record.rec_headers.get_header("Content-Type") or "text/html"
        return Page.capture(url=url, body=raw, fetched_at=at, headers=[("content-type", kind)])
    headers = [(str(name), str(value)) for name, value in record.http_headers.headers]
    return Page.capture(
        url=url, body=_body(raw, headers, url), fetched_at=at, status=200, headers=headers
    )


def _body(raw: bytes, headers: list[tuple[str, str]], url: str) -> bytes:
    """The body without transfer and content coding; either may have been undone already."""
    from warcio.bufferedreaders import ChunkedDataReader

    def values(wanted: str) -> list[str]:
        return [value for name, value in headers if name.lower() == wanted]

    if any("chunked" in value.lower() for value in values("transfer-encoding")):
        raw = ChunkedDataReader(io.BytesIO(raw)).read(MAX_BYTES + 1)
    codings = values("content-encoding")
    magic = _MAGIC.get(codings[0].strip().lower()) if len(codings) == 1 else None
    if magic is not None and not raw.startswith(magic):
        codings = []
    elif codings and raw.lstrip()[:1] == b"<":
        codings = []  # No coding we know makes bytes that begin as a page does.
    return read_body([raw], content_encoding=codings, limit=MAX_BYTES, url=url)


@dataclass(frozen=True, slots=True)
class WaczFile:
    """A WACZ package: WARC files in a ZIP, with a list of their hashes.

    ``scratch`` is where they are unpacked to, since records must be read from the middle; whoever
    made it takes it away when the pages have been loaded.
    """

    path: Path
    source: Source
    scratch: Path

    def survey(self) -> Iterator[Found | Passed]:
        """Every record of every WARC file in it. Raises SavedUnreadable."""
        try:
            with ExitStack() as stack:
                package = stack.enter_context(zipfile.ZipFile(self.path))
                hashes = _stated_hashes(package)
                names = [
                    info
                    for info in package.infolist()
                    if not info.is_dir() and info.filename.lower().endswith(SUFFIXES)
                ]
                if not names:
                    raise SavedUnreadable(f"{self.path} holds no WARC file")
                for number, info in enumerate(names, start=1):
                    yield from self._member(package, info, number, hashes.get(info.filename))
        except OSError as error:
            raise SavedUnreadable(f"{self.path}: cannot be unpacked ({_short(error)})") from error
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
            raise SavedUnreadable(f"{self.path} is no WACZ package ({_short(error)})") from error

    def _member(
        self, package: zipfile.ZipFile, info: zipfile.ZipInfo, number: int, stated: str | None
    ) -> Iterator[Found | Passed]:
        where = f"{self.path.name}: {info.filename}"
        # Its own name is the package's to choose and no path of ours.
        suffix = ".warc.gz" if info.filename.lower().endswith(".gz") else ".warc"
        target = self.scratch / f"{self.path.stem[:40]}-{number}{suffix}"
        if info.file_size > max(_SMALL, _SWOLLEN * info.compress_size):
            yield Passed(
                where,
                "damaged",
                f"{info.compress_size:,} bytes say they unpack to "
                f"{info.file_size:,}; no WARC file does",
            )
            return
        if info.file_size > (free := shutil.disk_usage(self.scratch).free):
            raise SavedUnreadable(
                f"{where}: unpacking needs {info.file_size:,} bytes and {free:,} are free in "
                f"{self.scratch.parent}; make room there and try again"
            )
        try:
            with package.open(info) as packed, target.open("xb") as file:
                digest, whole = _unpack(packed, file, info.file_size)
        except OSError as error:
            if error.errno is not None:
                raise  # Of the disk, not of the package's codecs.
            yield Passed(where, "damaged", f"it cannot be unpacked ({_short(error)})")
            return
        except Exception as error:  # noqa: BLE001 - zipfile passes on whatever its codecs raise
            yield Passed(where, "damaged", f"it cannot be unpacked ({_short(error)})")
            return
        if not whole:
            yield Passed(where, "damaged", "it is larger than the package says")
        elif stated is not None and stated != f"sha256:{digest}":
            yield Passed(where, "damaged", "it does not have the hash that the package states")
        else:
            inside = f"{self.path.name}/{PurePosixPath(info.filename).name}"
            try:
                yield from WarcFile(target, self.source, Form.WACZ, inside).survey()
            except SavedUnreadable as error:  # The other members are read all the same.
                yield Passed(where, "damaged", str(error))


def _unpack(packed: IO[bytes], file: IO[bytes], size: int) -> tuple[str, bool]:
    """Copy a member; its SHA-256, and whether it was no larger than stated."""
    digest = hashlib.sha256()
    written = 0
    while piece := packed.read(_PIECE):
        written += len(piece)
        if written > size:
            return digest.hexdigest(), False
        digest.update(piece)
        file.write(piece)
    return digest.hexdigest(), True


def _stated_hashes(package: zipfile.ZipFile) -> dict[str, str]:
    """What ``datapackage.json`` says of each file: ``sha256:…`` by path. Empty without one."""
    try:
        info = package.getinfo("datapackage.json")
    except KeyError:
        return {}
    with package.open(info) as file:
        text = file.read(_LONGEST_LIST + 1)
    if len(text) > _LONGEST_LIST:
        raise SavedUnreadable(f"{package.filename}: its datapackage.json is too large")
    try:
        resources = json.loads(text)["resources"]
        return {
            str(each["path"]): str(each["hash"]).lower()
            for each in resources
            if str(each.get("hash", "")).lower().startswith("sha256:")
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SavedUnreadable(
            f"{package.filename}: its datapackage.json cannot be read ({_short(error)})"
        ) from error


def _records(warc: Any, file: IO[bytes], *, check_digests: bool = False) -> Any:
    """warcio's iterator over the records from here on, with a limit to what it reads as lines."""
    from warcio.bufferedreaders import DecompressingBufferedReader

    class Lines(DecompressingBufferedReader):  # type: ignore[misc]  # warcio comes without types
        """Raises ValueError for heads longer than anybody writes. ``heads``: bytes so far."""

        heads = 0

        def readline(self, length: int | None = None) -> bytes:
            most = _LONGEST_LINE if length is None else min(length, _LONGEST_LINE)
            line: bytes = super().readline(most)
            self.heads += len(line)
            if len(line) == _LONGEST_LINE or self.heads > _LONGEST_HEADS:
                raise ValueError("what should be heads of a record goes on and on")
            return line

    records = warc.ArchiveIterator(file, arc2warc=True, check_digests=check_digests)
    records.reader = Lines(file, block_size=records.reader.block_size)
    return records


def _warcio() -> Any:
    """warcio's reader. Raises UsageError where it is not installed."""
    try:
        from warcio import archiveiterator
    except ImportError as error:
        raise UsageError(
            "web archives are read with the warcio package: install decisions[warc]"
        ) from error
    return archiveiterator


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text[:200] or type(error).__name__
