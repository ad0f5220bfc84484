"""Looks for a word in every file under a directory, however it is stored there.

Raw, in UTF-8 and UTF-16; inside every Zstandard, gzip, zlib and zip stream that begins anywhere in
a file (a page compressed in a database cell begins wherever it likes, its bytes perhaps in pieces
on overflow pages); and in every row of every SQLite database.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import zstandard

ZSTD = b"\x28\xb5\x2f\xfd"
SQLITE = b"SQLite format 3\x00"
ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"\x1f\x8b")


def leftovers(directory: Path, word: str) -> list[str]:
    """Where the word stands, as sentences; empty when it stands nowhere."""
    found = []
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.is_symlink():
            found += [f"{path.relative_to(directory)}: {how}" for how in _in(path, word)]
    return found


def _in(path: Path, word: str) -> Iterator[str]:
    data = path.read_bytes()
    needles = {code: word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")}
    folded = data.lower()
    for code, needle in needles.items():
        if needle.lower() in folded:
            yield f"raw, {code}"
    # A frame in a database runs on over other pages; what can be unpacked of it is looked at.
    for start in _starts(data, ZSTD):
        if needles["utf-8"].lower() in _unzstd(data[start : start + 1_000_000]).lower():
            yield f"in a Zstandard frame at {start}"
    for head in ZLIB:
        for start in _starts(data, head):
            if needles["utf-8"].lower() in _unzlib(data[start : start + 1_000_000]).lower():
                yield f"in a zlib stream at {start}"
    if data.startswith(SQLITE):
        yield from _in_rows(path, word)


def _starts(data: bytes, head: bytes) -> Iterator[int]:
    start = data.find(head)
    while start >= 0:
        yield start
        start = data.find(head, start + 1)


def _unzstd(data: bytes) -> bytes:
    reader = zstandard.ZstdDecompressor().decompressobj()
    out = b""
    try:
        for start in range(0, len(data), 512):
            out += reader.decompress(data[start : start + 512])
    except zstandard.ZstdError:
        pass
    return out


def _unzlib(data: bytes) -> bytes:
    reader = zlib.decompressobj(47)
    out = b""
    try:
        for start in range(0, len(data), 512):
            out += reader.decompress(data[start : start + 512], 1_000_000)
            if reader.eof or len(out) > 4_000_000:
                break
    except zlib.error:
        pass
    return out


def _in_rows(path: Path, word: str) -> Iterator[str]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in tables.fetchall():
            for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - our own tables
                for value in row:
                    if isinstance(value, bytes):
                        value = _unzstd(value).decode("utf-8", "replace") + value.decode("latin-1")
                    if word.lower() in str(value).lower():
                        yield f"a row of {name}"
