"""Named arrays in one file, and no byte of it believed before its checksum was compared.

The file, all numbers little-endian::

    arrays, each beginning at a multiple of 64 bytes, zeros between
    a CRC-32 (u4) of each page of 16 KiB of what stands before, the last one as long as it is
    the directory, JSON in ASCII: {"arrays": {name: [dtype, items, offset]}, "facts": {…}}
    footer of 32 bytes: offset of the checksums u8, their number u4, bytes of the directory u4,
    CRC-32 of checksums and directory u4, zeros u4, the magic 8 bytes

A file is written once, from beginning to end, and never changed. What this module does not do: know
what the arrays mean; name or sync files.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

MAGIC = b"decarr\x01\n"
PAGE_BITS = 14
PAGE = 1 << PAGE_BITS
ALIGNED = 64
_FOOTER = struct.Struct("<QIIII8s")
_COPIED = 1 << 20

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
else:
    Array = np.ndarray  # the names of types alone take a millisecond to import


class DamagedIndex(ValueError):
    """Bytes of an index that are not as they were written."""


class Stream:
    """One array that grows while others do too; kept in an unnamed file beside the index."""

    def __init__(self, dtype: str, directory: Path) -> None:
        self.dtype = np.dtype(dtype)
        self.items = 0
        import tempfile  # not for those who only read

        self._file = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115 - closed by its writer

    def add(self, array: Array) -> None:
        """Append an array; numbers that do not fit the type are the caller's mistake."""
        self._file.write(np.ascontiguousarray(array, self.dtype).tobytes())
        self.items += array.size

    def rewound(self) -> IO[bytes]:
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        self._file.close()


class ContainerWriter:
    """Writes one file. ``close`` makes it whole; until then it has no footer and is not opened."""

    def __init__(self, path: Path) -> None:
        self._directory = path.parent
        self._file = path.open("wb")
        self._offset = 0
        self._check = 0
        self._in_page = 0
        self._checks: list[int] = []
        self._arrays: dict[str, tuple[str, int, int]] = {}
        self._streams: dict[str, Stream] = {}
        self.facts: dict[str, Any] = {}

    def put(self, name: str, array: Array, dtype: str | None = None) -> None:
        """Write a whole array."""
        found = np.ascontiguousarray(array, np.dtype(dtype or array.dtype).newbyteorder("<"))
        self._begin(name, found.dtype, found.size)
        self._write(found.tobytes())

    def stream(self, name: str, dtype: str) -> Stream:
        """An array to be written bit by bit."""
        found = self._streams[name] = Stream(dtype, self._directory)
        return found

    def terms(self, name: str) -> int:
        """How many terms a field has that was written, 0 for one that was not."""
        _, items, _ = self._arrays.get(f"{name}.term_ends", ("", 1, 0))
        return items - 1

    def close(self) -> None:
        """Write what the streams hold, checksums, directory and footer."""
        for name, stream in self._streams.items():
            self._begin(name, stream.dtype, stream.items)
            source = stream.rewound()
            while block := source.read(_COPIED):
                self._write(block)
        if self._in_page:
            self._checks.append(self._check)
        checks = np.array(self._checks, "<u4").tobytes()
        directory = json.dumps(
            {"arrays": self._arrays, "facts": self.facts}, separators=(",", ":")
        ).encode("ascii")
        check = zlib.crc32(directory, zlib.crc32(checks))
        footer = _FOOTER.pack(self._offset, len(self._checks), len(directory), check, 0, MAGIC)
        self._file.write(checks + directory + footer)
        self.abandon()

    def abandon(self) -> None:
        """Let go of all files; an unfinished one stays unusable. Does nothing a second time."""
        self._file.close()
        for stream in self._streams.values():
            stream.close()

    def _begin(self, name: str, dtype: np.dtype[Any], items: int) -> None:
        if name in self._arrays:
            raise ValueError(f"the array {name!r} is written already")
        self._write(b"\0" * (-self._offset % ALIGNED))
        self._arrays[name] = (dtype.str, items, self._offset)

    def _write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        view = memoryview(data)
        at = 0
        while at < len(view):
            end = min(len(view), at + PAGE - self._in_page)
            self._check = zlib.crc32(view[at:end], self._check)
            self._in_page += end - at
            at = end
            if self._in_page == PAGE:
                self._checks.append(self._check)
                self._check = self._in_page = 0
        self._offset += len(view)


class Container:
    """One file, opened to read. Raises DamagedIndex, here and at every first touch of a page."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise DamagedIndex(f"{self._name} is empty") from None
        size = len(self._map)
        if size < _FOOTER.size:
            raise DamagedIndex(f"{self._name} is cut off")
        offset, pages, length, check, zero, magic = _FOOTER.unpack(self._map[-_FOOTER.size :])
        if magic != MAGIC or zero or offset + 4 * pages + length + _FOOTER.size != size:
            raise DamagedIndex(f"{self._name} is cut off or of another kind")
        tail = self._map[offset : size - _FOOTER.size]
        if zlib.crc32(tail) != check or pages != -(-offset // PAGE):
            raise DamagedIndex(f"{self._name} has another directory than when it was written")
        self._end = offset
        self._view = memoryview(self._map)
        self._checks = np.frombuffer(tail, "<u4", pages)
        self._sound = bytearray(pages)
        directory = json.loads(tail[4 * pages :])
        self._arrays: Mapping[str, tuple[str, int, int]] = directory["arrays"]
        self.facts: Mapping[str, Any] = directory["facts"]
        self._whole: dict[str, tuple[Array, int]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def items(self, name: str) -> int:
        """The length of an array."""
        return self._arrays[name][1]

    def array(self, name: str) -> Array:
        """A whole array, checked."""
        return self.cut(name, 0, self._arrays[name][1])

    def unchecked(self, name: str) -> tuple[Array, int]:
        """A whole array to index into after ``touch`` alone, and where it begins in the file."""
        found = self._whole.get(name)
        if found is None:
            dtype, items, offset = self._arrays[name]
            whole = np.frombuffer(self._map, dtype, items, offset) if items else np.empty(0, dtype)
            found = self._whole[name] = whole, offset
        return found

    def cut(self, name: str, low: int, high: int) -> Array:
        """Items ``low`` up to ``high`` of an array, checked."""
        whole, offset = self._whole.get(name) or self.unchecked(name)
        if not 0 <= low <= high <= len(whole):
            raise DamagedIndex(f"{self._name} has no {name} from {low} to {high}")
        if low < high:
            size = whole.itemsize
            self.touch(offset + low * size, offset + high * size)
        return whole[low:high]

    def touch(self, low: int, high: int) -> None:
        """Compare the checksums of the pages that hold these bytes, those not compared before."""
        page, last = low >> PAGE_BITS, (high - 1) >> PAGE_BITS
        while (page := self._sound.find(0, page, last + 1)) >= 0:
            end = min((page + 1) << PAGE_BITS, self._end)
            if zlib.crc32(self._view[page << PAGE_BITS : end]) != self._checks[page]:
                raise DamagedIndex(f"{self._name} has other bytes than when it was written")
            self._sound[page] = 1

    def close(self) -> None:
        """Let go of the file, as far as no array of it is in use any more."""
        self._whole.clear()
        self._view.release()
        with contextlib.suppress(BufferError):
            self._map.close()
