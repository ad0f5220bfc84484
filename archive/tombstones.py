"""What is kept of an erased decision: enough to know it again, nothing of what it said.

Pure: no file, no database, no clock. A tombstone holds keyed hashes (HMAC-SHA256) of the reference
and of every address that was known, when and why it was erased, and the key itself, so that a list
of them can be applied to any other copy of the archive. Whoever has the list can therefore try all
references there are and find out which were erased: the hashes keep a list from being *read*, they
do not make it secret.

An address is known by its own hash and by the reference in its last part, so that no spelling of it
(http or https, with ``www``, display options, another category) leads back to an erased text.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from archive.errors import UsageError
from archive.records import reference_key, reference_keys

FORMAT = 1
LONGEST_LINE = 65_536
LONGEST_REASON = 500
MOST_URLS = 500
MOST_KEYS = 1000
"""Lists of so many archives may be joined; each key is tried on everything, so there is an end."""

_HEX = re.compile(r"[0-9a-f]{64}")
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_TAG = re.compile(r"<[^>]{0,2000}>")
_URL = re.compile(r"https?:\\?/\\?/[^\s\"'<>]{1,2000}", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9A-Za-z]+")
_MOST_TOKENS, _LEAST_DIGITS, _LONGEST_KEY = 4, 4, 24


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One erasure. ``token`` is the same in every list and copy; hashes and key are hexadecimal."""

    token: str
    source: str
    hash_key: str
    reference_hash: str
    url_hashes: tuple[str, ...]
    erased_at: datetime
    reason: str


def address_key(url: str) -> str:
    """An address without scheme, ``www``, options, fragment and closing slash, in lower case."""
    bare = url.strip().split("#", 1)[0].split("?", 1)[0].lower()
    host, _, path = re.sub(r"^[a-z][a-z0-9+.-]*://", "", bare).partition("/")
    return f"{host.removeprefix('www.')}/{path.rstrip('/')}"


def make(
    source: str, reference: str, urls: Iterable[str], *, hash_key: str, at: datetime, reason: str
) -> Tombstone:
    """The tombstone of a decision by its reference in any spelling."""
    addresses = sorted({_hash(hash_key, source, "url", address_key(url)) for url in urls})
    return Tombstone(
        token=str(uuid.uuid4()),
        source=source,
        hash_key=hash_key,
        reference_hash=_hash(hash_key, source, "reference", reference_key(reference)),
        url_hashes=tuple(addresses[:MOST_URLS]),
        erased_at=at,
        reason=reason,
    )


def _hash(hash_key: str, source: str, kind: str, value: str) -> str:
    message = f"{source}\x00{kind}\x00{value}".encode("utf-8", "surrogatepass")
    return hmac.digest(bytes.fromhex(hash_key), message, hashlib.sha256).hex()


def as_reason(text: str) -> str:
    """A reason fit to be kept: one line, not too long. Raises UsageError."""
    reason = re.sub(r"\s+", " ", text).strip()
    if not reason:
        raise UsageError("--reason needs words: who asked, on what ground; no names")
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        raise UsageError(
            f"--reason takes one line of at most {LONGEST_REASON} printable characters"
        )
    return reason


# --- lists ----------------------------------------------------------------------------------


def as_line(stone: Tombstone) -> str:
    """One line of a list, with its end."""
    shape = {
        "schema": FORMAT,
        "token": stone.token,
        "source": stone.source,
        "key": stone.hash_key,
        "reference": stone.reference_hash,
        "urls": list(stone.url_hashes),
        "at": stone.erased_at.isoformat(),
        "reason": stone.reason,
    }
    return json.dumps(shape, ensure_ascii=True, separators=(",", ":")) + "\n"


def from_line(line: str) -> Tombstone:
    """Read a line of a list, which anybody may have written. Raises ValueError: what is off."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"it is longer than {LONGEST_LINE:,} characters")
    try:
        shape = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON object") from None
    if not isinstance(shape, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - one kind of error for a bad line
    if shape.get("schema") != FORMAT:
        raise ValueError(f"it is not of the form {FORMAT}; a newer version of decisions wrote it?")
    urls = shape.get("urls")
    if not isinstance(urls, list) or len(urls) > MOST_URLS:
        raise ValueError("'urls' is no list of hashes")
    try:
        token = str(uuid.UUID(_text(shape, "token")))
        at = datetime.fromisoformat(_text(shape, "at"))
        if at.tzinfo is not None:
            at.astimezone(UTC)  # The first and last hours of all years have none.
    except (ValueError, OverflowError) as error:
        raise ValueError(f"'token' or 'at' cannot be read ({error})") from None
    if at.tzinfo is None:
        raise ValueError("'at' has no time zone")
    source, reason = _text(shape, "source"), _text(shape, "reason")
    if not _SOURCE.fullmatch(source):
        raise ValueError("'source' is no name of an ombudsman")
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        raise ValueError("'reason' is too long, or not printable")
    return Tombstone(
        token=token,
        source=source,
        hash_key=_hex(shape.get("key"), "key"),
        reference_hash=_hex(shape.get("reference"), "reference"),
        url_hashes=tuple(_hex(url, "urls") for url in urls),
        erased_at=at,
        reason=reason,
    )


def readable(stone: Tombstone) -> bool:
    """Whether the line of a tombstone can be read back: not so if its row was spoilt."""
    try:
        return from_line(as_line(stone)) == stone
    except ValueError:
        return False


def _text(shape: dict[str, object], name: str) -> str:
    value = shape.get(name)
    if not isinstance(value, str):
        raise ValueError(f"'{name}' is missing or no text")  # noqa: TRY004 - as above
    return value


def _hex(value: object, name: str) -> str:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise ValueError(f"'{name}' is no hash of 64 hexadecimal digits")
    return value


# --- knowing them again ---------------------------------------------------------------------


class Erased:
    """Says whether a reference, an address or a text is of an erased decision."""

    def __init__(self, stones: Sequence[Tombstone]) -> None:
        self._keys = sorted({(stone.hash_key, stone.source) for stone in stones})
        if len(self._keys) > MOST_KEYS:
            raise ValueError(f"there are erasures under more than {MOST_KEYS:,} keys")
        self._references: dict[str, list[str]] = {}
        for stone in stones:
            self._references.setdefault(stone.reference_hash, []).append(stone.token)
        self._urls = {url for stone in stones for url in stone.url_hashes}

    def __bool__(self) -> bool:
        return bool(self._keys)

    def reference(self, reference: str, source: str | None = None) -> bool:
        """A reference in any spelling; without ``source``, of any ombudsman."""
        return self._reference_key(reference_key(reference), source)

    def tokens(self, reference: str, source: str) -> list[str]:
        """The tokens of the tombstones of a reference: several where lists were joined."""
        key = reference_key(reference)
        return [
            token
            for hash_key, name in self._keys
            if name == source
            for token in self._references.get(_hash(hash_key, name, "reference", key), ())
        ]

    def _reference_key(self, key: str, source: str | None = None) -> bool:
        return any(
            _hash(hash_key, name, "reference", key) in self._references
            for hash_key, name in self._keys
            if source in (None, name)
        )

    def url(self, url: str, source: str | None = None) -> bool:
        """An address in any spelling, a chapter of a text and another category included."""
        if not self._keys:
            return False
        address = address_key(url)
        for hash_key, name in self._keys:
            if source in (None, name) and _hash(hash_key, name, "url", address) in self._urls:
                return True
        last = address.rsplit("/", 1)[-1]
        return any(
            self._reference_key(key, source)
            for key in reference_keys(last)
            if _LEAST_DIGITS <= len(key) <= _LONGEST_KEY
        )

    def mentions(self, text: str) -> bool:
        """Whether a text (a log line, a page's HTML) names an erased reference or address.

        Words are joined up to four at a time, so ``24 085 552``, ``24-085-552`` and ``24085552``
        are all found; a reference of fewer than four digits only in an address.
        """
        if not self._keys:
            return False
        if any(self.url(found.replace("\\", "")) for found in _URL.findall(text)):
            return True
        plain = html.unescape(_TAG.sub(" ", text))
        return any(self._reference_key(key) for key in dict.fromkeys(_candidates(plain)))


def _candidates(text: str) -> Iterator[str]:
    """What may be a reference in a text, spelling aside."""
    tokens = [token.lower() for token in _TOKEN.findall(text)]
    for start in range(len(tokens)):
        key = ""
        for token in tokens[start : start + _MOST_TOKENS]:
            key += token
            if len(key) > _LONGEST_KEY:
                break
            if sum(char.isdigit() for char in key) >= _LEAST_DIGITS:
                yield key
