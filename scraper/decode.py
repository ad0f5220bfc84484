"""From the bytes on the wire to the body: content codings removed, ends checked, sizes capped.

HTTP libraries pass a gzip body that stops half way and drop all but its first member without a
word; an archive that must prove what it holds cannot. So the coding is undone here, piece by
piece: an end that is missing is an error, members are joined, and a bomb is refused as soon as
one byte more than the cap has come out of it, whatever it would grow to.

Not here: character sets (the body stays bytes), and the framing by Content-Length or chunks,
which the HTTP library checks.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from scraper.errors import BodyDamaged, BodyError

ACCEPT_ENCODING = "gzip, identity"
"""What we ask for. ``deflate`` is understood too, because servers send it unasked."""

_MOST_MEMBERS = 1_000
"""Members of one gzip body; 5 MB in the usual 64 KB blocks are 80, a million is an attack."""


class _Decoder(Protocol):
    def feed(self, data: bytes, room: int) -> bytes:
        """What came out, at most one byte more than ``room``."""

    def finish(self) -> None:
        """Raise BodyDamaged unless the end was seen."""


class _Identity:
    def __init__(self, url: str) -> None:
        self._url = url

    def feed(self, data: bytes, room: int) -> bytes:
        return data[: room + 1]

    def finish(self) -> None:
        """Nothing to see: only the framing knows where such a body ends."""


class _Gzip:
    """RFC 1952: members one after another, each with length and checksum."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._member: zlib._Decompress | None = None
        self._members = 0

    def feed(self, data: bytes, room: int) -> bytes:
        out = bytearray()
        while data and len(out) <= room:
            if self._member is None:
                if self._members:
                    data = data.lstrip(b"\x00")  # padding after a member is legal
                    if not data:
                        break
                if self._members == _MOST_MEMBERS:
                    raise BodyError(self._url, f"gzip of more than {_MOST_MEMBERS} members")
                self._members += 1
                self._member = zlib.decompressobj(wbits=31)
            out += _inflate(self._member, data, room + 1 - len(out), self._url)
            if self._member.eof:
                data = self._member.unused_data
                self._member = None
            else:
                data = self._member.unconsumed_tail
        return bytes(out)

    def finish(self) -> None:
        if self._member is not None or not self._members:
            raise BodyDamaged(self._url, "the gzip body stops before its end")


class _Deflate:
    """RFC 9110 means zlib's format by ``deflate``; many servers send bare RFC 1951 instead."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._first = b""
        self._stream: zlib._Decompress | None = None

    def feed(self, data: bytes, room: int) -> bytes:
        if self._stream is None:
            data = self._first + data
            if len(data) < 2:
                self._first = data
                return b""
            # RFC 1950: method 8 in the low bits, and the first two bytes divide by 31.
            is_zlib = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._stream = zlib.decompressobj(wbits=15 if is_zlib else -15)
        out = _inflate(self._stream, data, room + 1, self._url)
        if self._stream.unused_data:
            raise BodyDamaged(self._url, "bytes after the end of the deflate body")
        return out

    def finish(self) -> None:
        if self._stream is None or not self._stream.eof:
            raise BodyDamaged(self._url, "the deflate body stops before its end")


def _inflate(stream: zlib._Decompress, data: bytes, at_most: int, url: str) -> bytes:
    try:
        return stream.decompress(data, at_most)
    except zlib.error as error:
        raise BodyDamaged(url, f"the compressed body is damaged ({error})") from error


_DECODERS: Mapping[str, Callable[[str], _Decoder]] = {
    "": _Identity,
    "identity": _Identity,
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
}


def read_body(
    chunks: Iterable[bytes],
    *,
    content_encoding: Sequence[str],
    limit: int,
    url: str,
    declared_empty: bool = False,
) -> bytes:
    """The body behind the raw chunks of one answer, whole and at most ``limit`` bytes.

    ``content_encoding`` holds the values of all headers of that name. ``declared_empty``: the
    server said ``Content-Length: 0``, so that no bytes are a whole body in any coding.
    Raises BodyDamaged (cut short, spoilt: worth another try) or BodyError (too large, an unknown
    or a stacked coding). Needs memory for the body and one chunk, bombs included.
    """
    decoder = _decoder(content_encoding, url)
    body = bytearray()
    raw = 0
    for chunk in chunks:
        raw += len(chunk)
        # Compressed bytes beyond the cap cannot belong to a body within it either.
        if raw <= limit:
            body += decoder.feed(chunk, limit - len(body))
        if raw > limit or len(body) > limit:
            raise BodyError(url, f"the body is larger than {limit:,} bytes; it was not read on")
    if raw or not declared_empty:
        decoder.finish()
    return bytes(body)


def _decoder(content_encoding: Sequence[str], url: str) -> _Decoder:
    names = [name.strip().lower() for value in content_encoding for name in value.split(",")]
    if len(names) > 1:
        raise BodyError(url, f"several content codings at once ({', '.join(names)}) are not taken")
    name = names[0] if names else ""
    if name not in _DECODERS:
        raise BodyError(url, f"content coding {name!r} is not taken (asked for: {ACCEPT_ENCODING})")
    return _DECODERS[name](url)
