"""The watches of a home, in one small file: what is watched for whom, and how far it was told.

A watch belongs to a person's desk, not to the archive: it is no part of backups, copies and
exports, and the archive is only read for it. The file names people's interests and addresses, so
only its owner can read it. It holds no words of a decision, but numbers of those that a watch has
seen (``search.changed`` says why). Written whole, in one step, by whoever holds its lock.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from archive.durable import sync_directory
from archive.errors import LockedError, UsageError
from search.errors import WatchError
from search.request import SearchRequest

FORMAT = 1
LONGEST = 64 * 1024 * 1024
"""Bytes of the file that are read. A decision seen takes seven."""

PATIENCE = 10.0
"""Seconds that a command waits for another that changes the watches."""

NAMES = re.compile(r"[^\W_][\w .,&'-]{0,59}")
NOT_WATCHED = frozenset(("sort", "limit", "facets", "offset", "snippets", "context", "explain"))
"""Fields of a request that say how to show, not what to find."""

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Watch:
    """``to`` is ``mail:ADDRESS``, ``file:PATH`` or ``-`` (printed by ``watch run``).

    ``after`` is the newest change that was told, or need not be, in the archive and epoch named;
    ``looked_at`` when that was. ``seen`` are numbers of decisions that answered when the watch was
    made, or were told since.
    """

    name: str
    request: SearchRequest
    to: str
    made_at: datetime
    archive_id: str
    epoch: str
    after: int
    looked_at: datetime
    seen: frozenset[int] = frozenset()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep other commands from changing the watches. Raises LockedError and WatchError."""
    from filelock import FileLock, Timeout

    lock = path.with_name(path.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, timeout=PATIENCE, fallback_to_soft=False):
            yield
    except Timeout:
        raise LockedError(
            f"another command is changing the watches ({lock}); wait until it has ended"
        ) from None


def load(path: Path) -> list[Watch]:
    """The watches in the order they were made; none where there is no file. Raises WatchError."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(LONGEST + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise WatchError(f"{path} cannot be read ({error}); mend that first") from error
    try:
        if len(raw) > LONGEST:
            raise ValueError("it is far too long")
        data = json.loads(raw)
        if data["schema"] != FORMAT:
            raise ValueError(f"it is of form {data['schema']!r}, this version writes {FORMAT}")
        return [_watch(one) for one in data["watches"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise WatchError(
            f"{path} is no list of watches as this tool writes it ({type(error).__name__}: "
            f"{error}); move it away and add the watches again"
        ) from error


def save(path: Path, watches: Sequence[Watch]) -> None:
    """Write all of them, durably and in one step; the lock must be held. Raises WatchError."""
    shape = {"schema": FORMAT, "watches": [_shape(watch) for watch in watches]}
    temporary = path.with_name(path.name + ".new")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            json.dump(shape, stream, indent=1)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
        sync_directory(path.parent)
    except OSError as error:
        raise WatchError(
            f"{path} cannot be written ({error}); make room or mend the directory, then run it "
            "again"
        ) from error


def new_name(name: str, watches: Sequence[Watch]) -> str:
    """The name for another watch. Raises UsageError for one that cannot be or is taken."""
    name = " ".join(name.split())
    if not NAMES.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a watch: up to 60 letters, digits and blanks, a letter or "
            "digit first"
        )
    if any(one.name.casefold() == name.casefold() for one in watches):
        raise UsageError(
            f"there is a watch named {name!r} already; take another name, or remove that one "
            f"first: decisions watch rm {name!r}"
        )
    return name


def named(name: str, watches: Sequence[Watch]) -> Watch:
    """The watch of that name. Raises UsageError that lists those there are."""
    for one in watches:
        if one.name.casefold() == " ".join(name.split()).casefold():
            return one
    there = ", ".join(one.name for one in watches) or "none"
    raise UsageError(f"there is no watch named {name!r}; there are: {there}")


def request_json(request: SearchRequest) -> dict[str, object]:
    """What a request asks for, without what is as it always is."""
    shape: dict[str, object] = {}
    for field in fields(SearchRequest):
        value = getattr(request, field.name)
        if field.name in NOT_WATCHED or value == field.default:
            continue
        shape[field.name] = value.isoformat() if isinstance(value, date) else value
    return shape


def _request(shape: Mapping[str, Any]) -> SearchRequest:
    values: dict[str, Any] = {}
    for field in fields(SearchRequest):
        if field.name in NOT_WATCHED or field.name not in shape:
            continue
        value = shape[field.name]
        if field.name in ("first", "last"):
            value = date.fromisoformat(value)
        elif isinstance(field.default, tuple):
            value = tuple(_text(one) for one in value)
        elif field.name == "query":
            value = _text(value)
        else:
            value = _number(value)
        values[field.name] = value
    unknown = set(shape) - set(values)
    if unknown:
        raise ValueError(f"nothing can be asked by {', '.join(sorted(unknown))}")
    return SearchRequest(**values)


def _shape(watch: Watch) -> dict[str, object]:
    return {
        "name": watch.name,
        "asked": request_json(watch.request),
        "to": watch.to,
        "made_at": watch.made_at.isoformat(),
        "archive_id": watch.archive_id,
        "epoch": watch.epoch,
        "after": watch.after,
        "looked_at": watch.looked_at.isoformat(),
        "seen": sorted(watch.seen),
    }


def _watch(shape: Mapping[str, Any]) -> Watch:
    return Watch(
        name=_text(shape["name"]),
        request=_request(shape["asked"]),
        to=_text(shape["to"]),
        made_at=datetime.fromisoformat(shape["made_at"]),
        archive_id=_text(shape["archive_id"]),
        epoch=_text(shape["epoch"]),
        after=_number(shape["after"]),
        looked_at=datetime.fromisoformat(shape["looked_at"]),
        seen=frozenset(_number(one) for one in shape["seen"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    return value
