"""The manifest: which index this is, of which archive, how far it goes, and whether it is whole.

A Whoosh table of contents is a pickle, so a directory is only ever opened when our own manifest
names it, and what a search needs of that pickle stands in the manifest too. The manifest is
replaced in one step, so a reader sees the old index or the new one, never half of either. It lists
every file of the index with its size, a checksum of its first and last bytes (truncated and zeroed
files are found at opening, at a cost of a millisecond), and one of the whole (any flipped bit is
found by ``decisions verify``). It carries a checksum of itself, so a cursor or an identity that was
spoilt is not believed.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from archive.durable import sync_directory
from search.errors import IndexUnusable
from search.schema import ARRAYS, SCHEMA_VERSION, STOCK
from search.trust import close_to_others
from search.words import ANALYSER_VERSION

FORMAT = 1
NAME = "manifest.json"
GENERATION = re.compile(r"gen-[0-9]{6,12}")
DISTRIBUTIONS = ("whoosh3", "Whoosh-Reloaded")
LONGEST = 4 * 1024 * 1024
"""Bytes of the longest manifest that is read; ours have some kilobytes."""

_EDGE = 64 * 1024
_TOO_MANY = 1 << 63
_BLOCK = 1024 * 1024
_WORD_LIST = ".trm"
_TOC = re.compile(r"_MAIN_([0-9]+)\.toc")
_SEGMENT = re.compile(r"MAIN_[0-9a-z]+\.[A-Za-z0-9_.]+")
_SEGMENT_NAME = re.compile(r"MAIN_[0-9a-z]+")


class SegmentFacts(NamedTuple):
    """What Whoosh's table of contents says of a segment of our own codec.

    ``words`` is the length of all its documents, as Whoosh counts it; ``deleted`` are the numbers
    of its deleted documents, rising.
    """

    name: str
    words: int
    deleted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a reader must know before it opens an index.

    ``files`` maps name → (size, checksum of the ends), ``sums`` name → checksum of the whole. (An
    index of an older version has whole checksums of its lists of words only.) ``segments`` says of
    the table of contents ``toc`` what a search needs, so that no search has to read that pickle,
    nor import Whoosh; None for the stock codec and in an index of an older version.
    """

    archive_id: str
    epoch: str
    cursor: int
    documents: int
    generation: str
    engine: str
    toc: int
    files: dict[str, tuple[int, int]] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION
    analyser_version: int = ANALYSER_VERSION
    byteorder: str = sys.byteorder
    codec: str = ARRAYS
    format: int = FORMAT
    segments: tuple[SegmentFacts, ...] | None = None

    def mismatch(self) -> str | None:
        """Why this version of the tool cannot use the index, in plain words, or None."""
        if (self.schema_version, self.analyser_version) != (SCHEMA_VERSION, ANALYSER_VERSION):
            return "the index was made by another version of this tool"
        if self.engine != engine():
            return f"the index was made with {self.engine}, this is {engine()}"
        if self.byteorder != sys.byteorder:
            return "the index was made on a machine of another byte order"
        return None


def engine() -> str:
    """The Whoosh distribution in use and its version, such as ``whoosh3 3.54.0``."""
    for name in DISTRIBUTIONS:
        if version := _version_beside(name):
            return f"{name} {version}"
    # Only now: this takes as long to import as many a search takes.
    from importlib import metadata

    for name in DISTRIBUTIONS:
        try:
            return f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            continue
    return "an unknown Whoosh"


def _version_beside(distribution: str) -> str | None:
    """The version of a distribution by the directory that an installer leaves beside its package;
    None where there is not exactly one."""
    found = find_spec("whoosh")
    if found is None or found.origin is None:
        return None
    pattern = re.compile(
        re.sub("[-_.]+", "[-_.]", re.escape(distribution).replace("\\-", "-"))
        + r"-([0-9][^-]*)\.dist-info",
        re.IGNORECASE,
    )
    beside = Path(found.origin).parent.parent.iterdir()
    versions = [match[1] for path in beside if (match := pattern.fullmatch(path.name))]
    return versions[0] if len(versions) == 1 else None


def load(directory: Path) -> Manifest:
    """Read the manifest. Raises IndexUnusable when there is none or it is not ours."""
    path = directory / NAME
    try:
        if path.is_symlink():
            raise damaged(f"{path} is a link to somewhere else")
        with path.open("rb") as stream:
            raw = stream.read(LONGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise IndexUnusable("There is no search index yet. Make it with: decisions index") from None
    except OSError as error:
        raise IndexUnusable(f"The search index cannot be read ({path}: {error}).") from error
    if len(raw) > LONGEST:
        raise damaged(f"{path} is far too long")
    try:
        return _read(_whole_manifest(json.loads(raw)))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged(f"{path}: {error}") from error


def damaged(what: str) -> IndexUnusable:
    """The error for an index that is not whole; ``what`` says what was seen."""
    return IndexUnusable(
        f"The search index is damaged ({what}). Make it again with: decisions index --rebuild"
    )


def _whole_manifest(data: Any) -> Any:
    """The data without their checksum. Raises ValueError where it does not fit them.

    A manifest of an older version has none.
    """
    if isinstance(data, dict) and "check" in data:
        check = data.pop("check")
        if check != _check_of(data):
            raise ValueError("it is not as it was written")
    return data


def _check_of(data: dict[str, Any]) -> int:
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return zlib.crc32(text.encode("ascii"))


def _read(data: Any) -> Manifest:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError("not a manifest of this format")
    files = {
        str(name): (_count(size), _number(check))
        for name, (size, check) in _table(data["files"]).items()
    }
    if not all(_SEGMENT.fullmatch(name) or _TOC.fullmatch(name) for name in files):
        raise ValueError("it names files that are not an index's")
    generation = _text(data["generation"])
    if not GENERATION.fullmatch(generation):
        raise ValueError("the generation is not a directory of ours")
    # An index of an older version does not say.
    codec = _text(data.get("codec", STOCK))
    if codec not in (ARRAYS, STOCK):
        raise ValueError("it names a codec that there is not")
    stated = data.get("segments")
    segments = None if stated is None else tuple(map(_facts, stated))
    if segments:
        names = {one.name for one in segments}
        if len(names) < len(segments):
            raise ValueError("it names a segment twice")
        if not names <= {name.partition(".")[0] for name in files}:
            raise ValueError("it names a segment without files")
    return Manifest(
        archive_id=_text(data["archive_id"]),
        epoch=_text(data["epoch"]),
        cursor=_count(data["cursor"]),
        documents=_count(data["documents"]),
        generation=generation,
        engine=_text(data["engine"]),
        toc=_number(data["toc"]),
        files=files,
        sums={str(name): _number(check) for name, check in _table(data.get("sums", {})).items()},
        schema_version=_number(data["schema_version"]),
        analyser_version=_number(data["analyser_version"]),
        byteorder=_text(data["byteorder"]),
        codec=codec,
        segments=segments,
    )


def _facts(data: Any) -> SegmentFacts:
    name, words, deleted = data
    if not _SEGMENT_NAME.fullmatch(_text(name)):
        raise ValueError("it names a segment that is not an index's")
    numbers = tuple(map(_count, deleted))
    if any(one >= other for one, other in pairwise(numbers)):
        raise ValueError("the deleted documents of a segment do not rise")
    return SegmentFacts(name, _count(words), numbers)


def _table(value: object) -> Mapping[Any, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r:.40} is no table")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _count(value: object) -> int:
    found = _number(value)
    if not 0 <= found < _TOO_MANY:
        raise ValueError("a number is negative, or too large to be a count of anything")
    return found


def save(directory: Path, manifest: Manifest) -> None:
    """Write the manifest and put it in place in one step, durably."""
    temporary = directory / (NAME + ".new")
    with temporary.open("w", encoding="utf-8") as stream:
        data = asdict(manifest)
        json.dump(data | {"check": _check_of(data)}, stream, indent=1, sort_keys=True)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    close_to_others(temporary)
    temporary.replace(directory / NAME)
    sync_directory(directory)


def take_stock(folder: Path) -> tuple[int, dict[str, tuple[int, int]]]:
    """The newest table of contents and the size and checksum of every file, made durable first.

    Raises OSError.
    """
    for own in (folder.parent, folder):
        close_to_others(own)
    toc = newest_toc(folder)
    files: dict[str, tuple[int, int]] = {}
    for path in sorted(folder.iterdir()):
        if _SEGMENT.fullmatch(path.name) or path.name == f"_MAIN_{toc}.toc":
            close_to_others(path)
            with path.open("r+b") as stream:
                os.fsync(stream.fileno())
            files[path.name] = (path.stat().st_size, edges(path))
    sync_directory(folder)
    return toc, files


def newest_toc(folder: Path) -> int:
    """The number of the newest table of contents in a generation, -1 when there is none."""
    numbers = [int(m[1]) for path in folder.iterdir() if (m := _TOC.fullmatch(path.name))]
    return max(numbers, default=-1)


def whole_sums(
    folder: Path, files: Mapping[str, tuple[int, int]], held: Manifest
) -> dict[str, int]:
    """Checksums of these files over every byte. Raises OSError.

    A file that ``held`` has with the same size and ends is not read again: Whoosh never writes to a
    file twice, and a new one has a new name.
    """
    return {
        name: held.sums[name]
        if name in held.sums and held.files.get(name) == stated
        else whole_sum(folder / name)
        for name, stated in files.items()
    }


def is_word_list(name: str) -> bool:
    """Whether a file is a list of words, the one kind whose damage can pass for "not there"."""
    return name.endswith(_WORD_LIST)


def whole_sum(path: Path) -> int:
    """A checksum over every byte of a file: a single flipped bit always changes it."""
    check = 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            check = zlib.crc32(block, check)
    return check


def edges(path: Path) -> int:
    """A checksum over a file's first and last 64 KiB."""
    with path.open("rb") as stream:
        check = zlib.crc32(stream.read(_EDGE))
        end = stream.seek(0, os.SEEK_END)
        if end > _EDGE:
            stream.seek(max(_EDGE, end - _EDGE))
            check = zlib.crc32(stream.read(_EDGE), check)
    return check


def missing_or_changed(folder: Path, manifest: Manifest) -> str | None:
    """The first file that is not as the manifest says, or None.

    A newer table of contents than the manifest's means that a commit has just been made, or was
    cut short right after it; then the manifest's list says nothing about the files.
    """
    if newest_toc(folder) != manifest.toc:
        return None if newest_toc(folder) > manifest.toc else "its table of contents is missing"
    for name, (size, check) in manifest.files.items():
        path = folder / name
        try:
            if path.stat().st_size != size:
                return f"{name} has another size than when it was written"
            if edges(path) != check:
                return f"{name} has other bytes than when it was written"
        except FileNotFoundError:
            return f"{name} is missing"
    return None
