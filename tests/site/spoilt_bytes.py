"""Faults in the bytes of an answer: its characters, its content coding, and how it is sent.

Each function takes the request, the answer and the fault's value, and returns the answer spoilt.
Nothing here opens a socket: ``wire`` does what ``Answer.sending`` asks for.
"""

from __future__ import annotations

import gzip
import zlib

from tests.site.exchange import DECISION, ROBOTS, Answer, Request, Spoil

BOMB_BYTES = 256 * 1024 * 1024
"""What a gzip bomb unpacks to (its wire form is about a quarter of a megabyte)."""


def _charset(encoding: str, header: str | None, meta: str | None) -> Spoil:
    """Bytes in one encoding, a header and a meta tag that may say another (None: say nothing)."""

    def apply(request: Request, answer: Answer, value: str | None) -> Answer:
        text = answer.content.decode()
        tag = "" if meta is None else f'<meta charset="{meta}">'
        text = text.replace('<meta charset="utf-8">', tag, 1)
        answer.content = text.encode(encoding, "xmlcharrefreplace")
        answer.headers["Content-Type"] = "text/html" + (f"; charset={header}" if header else "")
        return answer

    return apply


def _coded(answer: Answer, coding: str, wire: bytes) -> Answer:
    answer.headers["Content-Encoding"], answer.wire = coding, wire
    return answer


def _gzip(request: Request, answer: Answer, value: str | None) -> Answer:
    return _coded(answer, "gzip", gzip.compress(answer.content, mtime=0))


def _deflate(request: Request, answer: Answer, value: str | None) -> Answer:
    return _coded(answer, "deflate", zlib.compress(answer.content))


def _deflate_raw(request: Request, answer: Answer, value: str | None) -> Answer:
    packer = zlib.compressobj(wbits=-15)
    return _coded(answer, "deflate", packer.compress(answer.content) + packer.flush())


def _gzip_cut(request: Request, answer: Answer, value: str | None) -> Answer:
    wire = gzip.compress(answer.content, mtime=0)
    answer.genuine = False
    return _coded(answer, "gzip", wire[: len(wire) * 2 // 3])


def _deflate_cut(request: Request, answer: Answer, value: str | None) -> Answer:
    wire = zlib.compress(answer.content)
    answer.genuine = False
    return _coded(answer, "deflate", wire[: len(wire) * 2 // 3])


def _gzip_without_end(request: Request, answer: Answer, value: str | None) -> Answer:
    """All of the data, but neither checksum nor length: the last eight bytes are missing."""
    answer.genuine = False
    return _coded(answer, "gzip", gzip.compress(answer.content, mtime=0)[:-8])


def _gzip_two(request: Request, answer: Answer, value: str | None) -> Answer:
    half = len(answer.content) // 2
    first, second = answer.content[:half], answer.content[half:]
    wire = gzip.compress(first, mtime=0) + gzip.compress(second, mtime=0)
    return _coded(answer, "gzip", wire)


def _gzip_trailing(request: Request, answer: Answer, value: str | None) -> Answer:
    return _coded(answer, "gzip", gzip.compress(answer.content, mtime=0) + b"\x00" * 64)


def _gzip_bomb(request: Request, answer: Answer, value: str | None) -> Answer:
    size = int(value or BOMB_BYTES)
    packer = zlib.compressobj(9, wbits=31)
    block = b"\x00" * (1024 * 1024)
    pieces = [packer.compress(block) for _ in range(size // len(block))]
    answer.genuine = False
    return _coded(answer, "gzip", b"".join([*pieces, packer.flush()]))


def _stacked(request: Request, answer: Answer, value: str | None) -> Answer:
    once = gzip.compress(answer.content, mtime=0)
    return _coded(answer, "gzip, gzip", gzip.compress(once, mtime=0))


def _gzip_claimed(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.genuine = False
    return _coded(answer, "gzip", answer.content)


def _unknown_coding(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.genuine = False
    return _coded(answer, value or "br", answer.content)


def _drip(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.sending, answer.seconds = "drip", float(value or 0) or 1.0
    return answer


def _stall(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.sending, answer.seconds = "stall", float(value or 0) or 3600.0
    return answer


def _reset(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.sending = "reset"
    return answer


def _nothing(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.sending = "nothing"
    return answer


def _short(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.sending = "short"
    return answer


def _chunked(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.sending = "chunked"
    return answer


def _chunked_cut(request: Request, answer: Answer, value: str | None) -> Answer:
    answer.sending = "chunked-cut"
    return answer


CHARSETS: dict[str, tuple[Spoil, str]] = {
    "cp1252-undeclared": (_charset("cp1252", None, None), DECISION),
    "cp1252-as-utf-8": (_charset("cp1252", "utf-8", "utf-8"), DECISION),
    "cp1252-as-latin-1": (_charset("cp1252", "iso-8859-1", None), DECISION),
    "cp1252-by-meta": (_charset("cp1252", None, "windows-1252"), DECISION),
    "utf-8-undeclared": (_charset("utf-8", None, None), DECISION),
    "utf-8-as-latin-1": (_charset("utf-8", "iso-8859-1", "utf-8"), DECISION),
    "utf-8-with-mark": (_charset("utf-8-sig", None, "utf-8"), DECISION),
    "utf-16-undeclared": (_charset("utf-16", None, None), DECISION),
}
CODINGS: dict[str, tuple[Spoil, str]] = {
    "gzip": (_gzip, DECISION),
    "deflate": (_deflate, DECISION),
    "deflate-raw": (_deflate_raw, DECISION),
    "gzip-cut": (_gzip_cut, DECISION),
    "gzip-without-end": (_gzip_without_end, DECISION),
    "deflate-cut": (_deflate_cut, DECISION),
    "gzip-two-members": (_gzip_two, DECISION),
    "gzip-trailing-zeros": (_gzip_trailing, DECISION),
    "gzip-bomb": (_gzip_bomb, DECISION),
    "gzip-stacked": (_stacked, DECISION),
    "gzip-claimed": (_gzip_claimed, DECISION),
    "unknown-coding": (_unknown_coding, DECISION),
}
SENDINGS: dict[str, tuple[Spoil, str]] = {
    "drip": (_drip, DECISION),
    "stall": (_stall, DECISION),
    "reset": (_reset, DECISION),
    "no-answer": (_nothing, DECISION),
    "short": (_short, DECISION),
    "chunked": (_chunked, DECISION),
    "chunked-cut": (_chunked_cut, DECISION),
    "robots-stall": (_stall, ROBOTS),
    "robots-reset": (_reset, ROBOTS),
}
