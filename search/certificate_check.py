"""Reading a certificate back, and holding it against the same search made again. Pure.

A certificate comes from somebody else: it may be damaged, edited, or made to harm. Nothing of it is
used before its hash is right and its shape is the one written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, get_type_hints

from search.certificate import KIND, SCHEMA, SHOWN_ONLY, Json, Seal, canonical
from search.errors import CertificateError
from search.request import SearchRequest, Sort

_HASH = re.compile(r"[0-9a-f]{64}")
_REFERENCE_TEXTS = ("source", "reference", "key", "status", "decided_on", "first_seen_at")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate whose hash is right. ``top`` are its members but references and hash."""

    top: Json
    references: Sequence[Json]
    sha256: str
    made_at: datetime
    request: SearchRequest


def read_certificate(text: str) -> Certificate:
    """The certificate in a file's text. Raises CertificateError."""
    try:
        data = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_no_number
        )
        if not isinstance(data, dict) or data.get("certificate") != KIND:
            raise CertificateError("this is no certificate of a search")
        if data.get("schema") != SCHEMA:
            raise CertificateError(
                f"it is of schema {canonical(data.get('schema'))[:20]}, this version reads schema "
                f"{SCHEMA}; use the version of decisions that it was made with, or a newer one"
            )
        return _checked(data)
    except RecursionError:
        raise CertificateError("it is nested too deep to be a certificate") from None
    except json.JSONDecodeError as error:
        raise CertificateError(f"it is no JSON any more ({error})") from None
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise CertificateError(f"it does not have the shape of a certificate ({error})") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"{text[:20]} is no number of a certificate")


def _checked(data: dict[str, Any]) -> Certificate:
    stated = data.pop("sha256", None)
    references = _list(data.pop("references"), "references")
    seal = Seal(data)
    for reference in references:
        seal.add(canonical(reference))
    if stated != (found := seal.close()):
        raise CertificateError(
            "it was changed after it was made: its hash is not the one of what it says"
        )
    for reference in references:
        _check_reference(reference)
    if _number(data, "total") != len(references):
        raise ValueError("the total is not the number of references")
    if len({(one["source"], one["reference"]) for one in references}) != len(references):
        raise ValueError("a reference stands twice in the list")
    archive = _object(data, "archive")
    for name in ("archive_id", "epoch", "sha256"):
        _text(archive, name)
    for name in ("last_change", "decisions"):
        _number(archive, name)
    _object(data, "coverage")
    _text(data, "query")
    _text(data, "understood")
    _versions(data)
    return Certificate(
        top=data,
        references=references,
        sha256=found,
        made_at=_instant(_text(data, "made_at")),
        request=_request(_object(data, "request")),
    )


def _check_reference(reference: object) -> None:
    if not isinstance(reference, dict):
        raise TypeError("a reference is no object")
    for name in _REFERENCE_TEXTS:
        _text(reference, name)
    _instant(reference["first_seen_at"])
    pages = _list(reference["page_sha256"], "page_sha256")
    for digest in (reference["text_sha256"], *pages):
        if not isinstance(digest, str) or not _HASH.fullmatch(digest):
            raise ValueError(f"{reference['reference']}: a hash is no SHA-256")


def _versions(data: Json) -> None:
    for name, value in versions(data).items():
        if not isinstance(value, str):
            raise TypeError(f"the version of {name} is no text")


def versions(top: Json) -> dict[str, str]:
    """The versions that a certificate names, by what they are of."""
    tool = _object(top, "tool")
    index = _object(tool, "index")
    parsers = _object(tool, "parsers")
    return {
        "decisions": tool["version"],
        "the database's schema": tool["database_schema"],
        "the index's schema": index["schema"],
        "the index's words": index["analyser"],
        "the index's engine": index["engine"],
        "the parser": ", ".join(sorted(parsers)),
    }


def _object(data: Json, name: str) -> dict[str, Any]:
    if not isinstance(data[name], dict):
        raise TypeError(f"{name} is no object")
    return dict(data[name])


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{name} is no list")
    return value


def _text(data: Json, name: str) -> str:
    return _a_text(data[name])


def _number(data: Json, name: str) -> int:
    return _a_number(data[name])


def _a_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{canonical(value)[:40]} is no text")
    value.encode()  # Half a character cannot be looked up in any archive.
    return value


def _a_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{canonical(value)[:40]} is no count")
    if value >= 1 << 63:
        raise ValueError("a number is out of all range")
    return value


def _a_truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{canonical(value)[:40]} is neither true nor false")
    return value


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text[:40]!r} has no time zone")
    return moment


def _or_none(read: Callable[[object], Any]) -> Callable[[object], Any]:
    return lambda value: None if value is None else read(value)


READERS: Mapping[object, Callable[[Any], Any]] = {
    str: _a_text,
    int: _a_number,
    bool: _a_truth,
    tuple[str, ...]: lambda value: tuple(map(_a_text, _list(value, "a filter"))),
    date | None: _or_none(lambda value: date.fromisoformat(_a_text(value))),
    int | None: _or_none(_a_number),
    str | None: _or_none(_a_text),
    Sort: lambda value: Sort(_a_text(value)),
}
"""How each type of a request's fields is read back."""


def _request(shape: dict[str, Any]) -> SearchRequest:
    hints = get_type_hints(SearchRequest)
    known = {item.name for item in fields(SearchRequest)} - SHOWN_ONLY
    if unknown := sorted(shape.keys() - known):
        raise CertificateError(
            f"it was asked with {', '.join(unknown)[:80]}, which this version does not know; use "
            "the version of decisions that it was made with, or a newer one"
        )
    values = {name: READERS[hints[name]](value) for name, value in shape.items()}
    return SearchRequest(**values, limit=None, snippets=0)


@dataclass(slots=True)
class Comparison:
    """What became of the decisions of a certificate.

    ``text`` are those whose content text differs, ``page`` those of which only the page's bytes do
    (a menu, a date of printing), ``status`` those that left the Ombudsman's site or came back,
    which may be among the former too. ``same`` counts those of which nothing differs.
    """

    same: int = 0
    new: list[Json] = field(default_factory=list)
    gone: list[Json] = field(default_factory=list)
    text: list[tuple[Json, Json]] = field(default_factory=list)
    page: list[tuple[Json, Json]] = field(default_factory=list)
    status: list[tuple[Json, Json]] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether anything is not as it was certified."""
        return bool(self.new or self.gone or self.text or self.page or self.status)


def compare(then: Sequence[Json], now: Iterable[Json]) -> Comparison:
    """Hold the references of a certificate against those of the same search made again."""
    before = {(one["source"], one["reference"]): one for one in then}
    found = Comparison()
    for one in now:
        old = before.pop((one["source"], one["reference"]), None)
        if old is None:
            found.new.append(one)
            continue
        moved = old["status"] != one["status"]
        if moved:
            found.status.append((old, one))
        if old["text_sha256"] != one["text_sha256"]:
            found.text.append((old, one))
        elif old["page_sha256"] != one["page_sha256"]:
            found.page.append((old, one))
        elif not moved:
            found.same += 1
    found.gone.extend(before.values())
    return found
