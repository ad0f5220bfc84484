"""What a process that answers keeps from one question to the next: the index, opened, and which
decisions are withdrawn. Nothing of it outlives a change.

The index is opened anew when another manifest is there (``search.index.Index``), and let go of when
no question has come for a moment: an index that is read cannot be removed on Windows, and what was
erased must be. What is withdrawn is asked again when the archive has another newest change: that a
decision was withdrawn or came back is one. Each thread has its own.
"""

from __future__ import annotations

import threading
from pathlib import Path

from archive.reader import HitTexts
from search.index import Index


class _Kept(threading.local):
    index: Index | None = None
    withdrawn: tuple[tuple[str, str, int], frozenset[int]] | None = None


_KEPT = _Kept()


def index_in(directory: Path) -> Index:
    """The index of a home, opened by the first question and kept."""
    held = _KEPT.index
    if held is None or held.directory != directory:
        let_go()
        held = _KEPT.index = Index(directory, keep=True)
    return held


def withdrawn_in(texts: HitTexts) -> frozenset[int]:
    """The decisions that the Ombudsman took down before their time; counting them reads every
    decision's row."""
    # Asked first: what changes meanwhile makes it another one.
    state = texts.identity()
    held = _KEPT.withdrawn
    if held is None or held[0] != state:
        held = _KEPT.withdrawn = state, texts.withdrawn()
    return held[1]


def let_go() -> None:
    """Close the index."""
    held, _KEPT.index = _KEPT.index, None
    if held is not None:
        held.close()
