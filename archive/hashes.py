"""Hashes that tell readings apart: pure functions of a Decision."""

from __future__ import annotations

import hashlib
import json
from typing import NamedTuple

from archive.records import Decision, DecisionKind
from archive.shapes import decision_json


class Hashes(NamedTuple):
    """The three hashes that are kept of a reading; ``shared`` is None for a statement."""

    content: str
    reading: str
    shared: str | None


def hashes(decision: Decision) -> Hashes:
    """All of them at once: they are worth handing on, being a good part of a page's cost."""
    content = decision.content_sha256()
    return Hashes(content, reading_sha256(decision, content), shared_sha256(decision))


def reading_sha256(decision: Decision, content_sha256: str | None = None) -> str:
    """Hash of everything the parser read, derived parts included, but not the parser's version."""
    shape = decision_json(decision, content_sha256)
    del shape["parser_version"]
    text = json.dumps(shape, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def shared_sha256(decision: Decision) -> str | None:
    """Hash of a report's headings and text without the compliance line; None for a statement.

    The publisher puts one report under several references (15 018 169 = 15 019 136 = …), once with
    a compliance line under one of them only; such decisions are linked by this hash, not merged.
    """
    if decision.kind is not DecisionKind.REPORT:
        return None
    digest = hashlib.sha256()
    for section in decision.sections:
        digest.update(section.heading.encode("utf-8", "surrogatepass") + b"\x00")
        for paragraph in section.paragraphs:
            if paragraph.text != decision.satisfied_on_raw:
                digest.update(paragraph.text.encode("utf-8", "surrogatepass") + b"\x00")
    return digest.hexdigest()
