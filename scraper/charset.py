"""Bytes to text by our own short list of encodings, without ever guessing in silence.

The publisher's pages are UTF-8 or windows-1252, sometimes mislabelled. Everything else is an
error on that page. This module knows nothing of HTML beyond where a charset may be declared.

The rules, in order:

1. A UTF-8 byte-order mark wins. Any other byte-order mark (UTF-16, UTF-32) is refused.
2. A declared charset (``Content-Type`` first, else a ``<meta>`` in the first 1,024 bytes) must be
   on the list. ``iso-8859-1``, ``latin1`` and ``us-ascii`` mean windows-1252, as the Encoding
   Standard has it.
3. Bytes that are valid UTF-8 are read as UTF-8 whatever was declared: a run of bytes above 0x7F
   that happens to be valid UTF-8 is no accident in English text.
4. Otherwise the bytes are windows-1252, provided they hold no valid UTF-8 sequence at all (a
   mixture means a damaged page) and no byte which windows-1252 leaves undefined.
"""

from __future__ import annotations

import codecs
import re

from scraper.errors import ParseError

UTF_8 = "utf-8"
WINDOWS_1252 = "cp1252"

CHARSETS = {
    "utf-8": UTF_8,
    "utf8": UTF_8,
    "unicode-1-1-utf-8": UTF_8,
    "windows-1252": WINDOWS_1252,
    "cp1252": WINDOWS_1252,
    "x-cp1252": WINDOWS_1252,
    "iso-8859-1": WINDOWS_1252,
    "iso8859-1": WINDOWS_1252,
    "iso_8859-1": WINDOWS_1252,
    "latin1": WINDOWS_1252,
    "latin-1": WINDOWS_1252,
    "l1": WINDOWS_1252,
    "us-ascii": WINDOWS_1252,
    "ascii": WINDOWS_1252,
}
"""Declared label → how we read it. A label that is not here is an error, not a guess."""

_FOREIGN_MARKS = (
    codecs.BOM_UTF32_LE,
    codecs.BOM_UTF32_BE,
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
)
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s;"',]+)""", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([^\s;"'/>]+)""", re.IGNORECASE
)
_META_REACH = 1024
_UTF_8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def declared_charset(body: bytes, content_type: str | None) -> str | None:
    """The label a page gives itself: the header's, else the first ``<meta>`` one, else None."""
    if content_type is not None and (found := _HEADER_CHARSET.search(content_type)):
        return found.group(1).strip().lower()
    if meta := _META_CHARSET.search(body[:_META_REACH]):
        return meta.group(1).decode("ascii", "replace").strip().lower()
    return None


def utf8(body: bytes, content_type: str | None, url: str) -> bytes:
    """The text of a page's bytes, in UTF-8; the very bytes where they are that already.

    Raises ParseError naming ``url`` where only a guess is left.
    """
    if body.startswith(codecs.BOM_UTF8):
        bare = body[len(codecs.BOM_UTF8) :]
        _strict(bare, UTF_8, "marked as UTF-8", url)
        return bare
    if body.startswith(_FOREIGN_MARKS):
        raise ParseError(url, "the page is UTF-16 or UTF-32, which this source never sends")
    label = declared_charset(body, content_type)
    if label is not None and label not in CHARSETS:
        raise ParseError(url, f"the page declares the charset {label!r}, which is not on our list")
    try:
        body.decode(UTF_8)
    except UnicodeDecodeError as error:
        if stray := _UTF_8_SEQUENCE.search(body):
            raise ParseError(
                url,
                f"the page mixes encodings: UTF-8 at byte {stray.start()}, "
                f"not UTF-8 at byte {error.start}; it looks damaged",
            ) from error
        return _strict(body, WINDOWS_1252, f"declared as {label or 'nothing'}", url).encode(UTF_8)
    return body


def _strict(body: bytes, codec: str, why: str, url: str) -> str:
    try:
        return body.decode(codec)
    except UnicodeDecodeError as error:
        raise ParseError(
            url, f"the page is {why}, but byte {error.start} cannot be read as {codec}"
        ) from error
