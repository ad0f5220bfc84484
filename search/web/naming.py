"""What an address of a decision names: any spelling of a reference, perhaps a version (``@2``).

One reading for all pages about a decision. There is one address for each; who comes by another
spelling is sent there. Nothing of a text is decided on here (``archive.passing_on`` does).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from archive.errors import NotFound
from archive.records import SourceInfo, StoredDecision, reference_keys
from archive.screen import clean
from archive.store import Archive

LONGEST = 200
"""Characters of an address that are looked up: a title with its reference is shorter."""

_VERSION = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Named:
    """A decision that is held, and the version that was asked for; None is the current one."""

    stored: StoredDecision
    source: SourceInfo
    version: int | None


@dataclass(frozen=True, slots=True)
class NotHeld:
    """Why there is nothing: ``erased`` by the operator, or never there.

    ``sentence`` says so in plain words.
    """

    sentence: str
    erased: bool = False


def named(archive: Archive, parts: Sequence[str]) -> Named | NotHeld:
    """What the parts of an address between its slashes name, the source first or left out.

    Old references have slashes in them (``05/C/13158``), so a first part that is no source belongs
    to the reference. Raises Ambiguous where two ombudsmen use it and none is said.
    """
    sources = archive.sources()
    source = parts[0].lower() if len(parts) > 1 and parts[0].lower() in sources else None
    spelt, at, version = "/".join(parts if source is None else parts[1:]).rpartition("@")
    if not at:
        spelt, version = version, ""
    elif not _VERSION.fullmatch(version):
        return NotHeld("a version is a number behind an @, such as @2")
    if len(spelt) > LONGEST:
        return NotHeld("no reference is that long")
    try:
        stored = archive.find(spelt, source)
    except NotFound as error:
        if _erased(archive, spelt, [key for key in sources if source in (None, key)]):
            return NotHeld("this decision was erased from this archive", erased=True)
        # What follows names a command, which is nothing for a reader in a browser.
        return NotHeld(clean(str(error)).partition("; `")[0])
    return Named(stored, sources[stored.decision.source], int(version) if version else None)


def _erased(archive: Archive, spelt: str, sources: Sequence[str]) -> bool:
    return any(
        archive.was_erased(number, key)
        for number in map(archive.source_id, sources)
        for key in reference_keys(spelt)
    )


def is_at(path: str, address: str) -> bool:
    """Whether a request's path is this address, whatever was escaped in it."""
    return path == unquote(address)
