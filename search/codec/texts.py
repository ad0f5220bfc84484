"""The texts of decisions as one text, in which a mark stands where each piece begins.

So they are sent about and cut up together, and the pieces can be told apart again. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

_BREAK, _INSTEAD = "\0", "\1"
_OPENED, _JOINED = f"{_BREAK} ", f" {_BREAK} "
"""The mark; what stands for it where a text itself has it, which is no letter either; the mark at
the beginning of all, and between two pieces."""

_PART = 1 << 18
"""Characters of text looked at together, or those of one piece if it has more."""


class Texts(NamedTuple):
    """The texts of a decision as they are sent about: each opened by the mark; their regions."""

    text: str
    regions: bytes

    @classmethod
    def of(cls, pieces: Sequence[tuple[int, str]]) -> Texts:
        """Of texts with their regions, one at least."""
        text = _JOINED.join([one for _, one in pieces])
        if text.count(_BREAK) != len(pieces) - 1:
            text = _JOINED.join([one.replace(_BREAK, _INSTEAD) for _, one in pieces])
        return cls(_OPENED + text, bytes([region for region, _ in pieces]))


def joined(decisions: Sequence[Texts]) -> str:
    """The texts of several decisions as those of one."""
    return " ".join([one.text for one in decisions])


def pieces(text: str) -> list[str]:
    """Its pieces one by one."""
    return text[len(_OPENED) :].split(_JOINED)


def parts(text: str) -> Iterator[str]:
    """A long text in parts, each of whole pieces."""
    at = 0
    while len(text) - at > _PART and (end := text.find(_BREAK, at + _PART)) >= 0:
        yield text[at:end]
        at = end
    yield text[at:]
