"""The head of a decision page: title, reference, and the triple category, decision, date.

Found by their words, whatever carries them: label and value in spans, a definition list, a table
(a row each, or all labels above all values), or plain ``Category : …`` paragraphs. What is no
label, no value and no title is left to the caller to account for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from archive.records import reference_key
from scraper.blocks import Block
from scraper.sources.lgsco_tables import (
    DOCUMENT_TITLES,
    HEADINGS,
    LABEL_AT,
    LABELS,
    SUMMARY,
    TITLE,
    plain,
)

_TRIPLE = frozenset(LABELS.values())


class Title(NamedTuple):
    """``text`` verbatim; ``reference`` with its letter lower; the blocks ``first`` to ``last``."""

    text: str
    body: str
    reference: str
    first: int
    last: int


class Header(NamedTuple):
    """The triple's values by field, the blocks they stand in, and where the text begins."""

    fields: dict[str, str]
    used: frozenset[int]
    start: int


def read_title(text: str) -> tuple[str, str] | None:
    """Body and reference of a title, or None. The reference is in the last pair of brackets."""
    if not text.endswith(")") or not text[text.rfind("(") + 1 :].lstrip()[:2].isdigit():
        return None  # what most paragraphs that end in a bracket are; TITLE would read them whole
    found = TITLE.match(text)
    if found is None:
        return None
    return found.group("body").strip(), printed_reference(found.group("reference"))


def printed_reference(text: str) -> str:
    """A reference as the site prints it, with its letter in lower case: ``19 018 519c``."""
    folded = " ".join(text.lower().replace("-", " ").split())
    return folded[:-2] + folded[-1] if folded[-2:-1] == " " and folded[-1].isalpha() else folded


def find_title(blocks: Sequence[Block], wanted: str | None) -> Title | None:
    """The title among the blocks: that of the wanted reference, else a heading, else the first.

    A page may name other decisions (a sidebar, a link to a related case), so the reference asked
    for decides where it is known.
    """
    found: list[tuple[int, int, Title]] = []
    for index, block in enumerate(blocks):
        if not block.text.endswith(")") or block.aside or len(block.text) > 400:
            continue
        text = block.text.replace("\n", " ")
        first = index
        if text.startswith("(") and index and not blocks[index - 1].aside:
            first = index - 1
            text = f"{blocks[first].text} {text}".replace("\n", " ")
        named = read_title(text)
        if named is None:
            continue
        body, reference = named
        matches = wanted is not None and reference_key(reference) == reference_key(wanted)
        rank = (0 if matches else 2) + (0 if block.level or block.bold else 1)
        found.append((rank, index, Title(text, body, reference, first, index)))
        if rank == 0:
            break
    return min(found, default=(0, 0, None), key=lambda entry: entry[:2])[2]


def read_header(blocks: Sequence[Block], title: Title) -> Header:
    """The triple after the title; what is missing there is looked for before it."""
    fields: dict[str, str] = {}
    used: set[int] = set()
    start = _collect(blocks, title.last + 1, len(blocks), fields, used)
    if not fields.keys() >= _TRIPLE:
        _collect(blocks, 0, title.first, fields, used)
    return Header(fields, frozenset(used), start)


def _collect(
    blocks: Sequence[Block], first: int, end: int, fields: dict[str, str], used: set[int]
) -> int:
    """Read labels and values from ``first`` on, up to the text. Returns where that begins."""
    waiting: list[str] = []
    for index in range(first, end):
        block = blocks[index]
        text = block.text.replace("\n", " ")
        named = plain(text) if len(text) <= 160 else ""
        bare = LABELS.get(named)
        if bare is not None and bare not in fields and bare not in waiting:
            waiting.append(bare)
            used.add(index)
            continue
        pairs = _pairs(text)
        if pairs:
            used.add(index)
            for field, value in pairs:
                if value:
                    fields.setdefault(field, value)
                elif field not in fields:
                    waiting.append(field)
        elif waiting:
            used.add(index)
            fields.setdefault(waiting.pop(0), text.lstrip(": "))
        elif fields.keys() >= _TRIPLE or _begins_text(named, block):
            return index
    return end


def _pairs(text: str) -> list[tuple[str, str]]:
    """``Category : … Decision : …`` taken apart; nothing unless the text starts with a label."""
    if ":" not in text:
        return []
    first = LABEL_AT.match(text)
    if first is None:
        return []
    labels = [first, *LABEL_AT.finditer(text, first.end())]
    ends = [label.start() for label in labels[1:]] + [len(text)]
    return [
        (LABELS[label.group(1).lower()], text[label.end() : end].strip())
        for label, end in zip(labels, ends, strict=True)
    ]


def _begins_text(named: str, block: Block) -> bool:
    return (
        named in HEADINGS
        or named in DOCUMENT_TITLES
        or named.startswith(SUMMARY)
        or block.marker is not None
    )
