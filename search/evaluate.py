"""What a search asks of an opened index: which decisions answer a tree, and how well each does.

Two evaluations meet this. ``search.matching`` walks along Whoosh's posting lists and works on every
index; it is the reference. ``search.arrays`` works on whole NumPy arrays, where the index is
written by our own codec. Which one is used changes how long an answer takes and nothing else.
Ranking, facets, order and suggestions are written once, above this interface.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from search.schema import ARRAYS
from search.scoring import Scope
from search.tree import Leaf, Near, Node

if TYPE_CHECKING:
    from search.opening import OpenIndex

BY_SCORE = "score"
"""The column of no index: hits by score, the best first."""


class Hits(Protocol):
    """Documents (numbers of the index, not of the archive) that answer, each with a score.

    Never changed: what is done to them gives new ones.
    """

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[int]: ...
    def __contains__(self, doc: object, /) -> bool: ...
    def __getitem__(self, doc: int, /) -> float: ...

    def scores_of(self, docs: Sequence[int]) -> list[float | None]:
        """The score of each of some documents, None for one that is not among these."""

    def plus(self, more: Self) -> Self:
        """The same documents; what ``more`` gives to any of them is added to its score."""

    def only(self, docs: Collection[int]) -> Self:
        """Those that are among some few documents."""


@dataclass(frozen=True, slots=True)
class CodeCount:
    """One code of a field: how many hits have it, and the first of them."""

    code: str
    count: int
    example: int


Found = TypeVar("Found", bound=Hits)


class Evaluation(Protocol[Found]):
    """One search over one opened index. Totals are exact: nothing is estimated or cut off."""

    @property
    def documents(self) -> int:
        """How many decisions are in the index."""

    # Trees

    def scores(self, node: Node, within: Found | None = None, scope: Scope = None) -> Found:
        """The documents that answer ``node`` (among ``within``, if given), each with its score.

        ``scope`` limits words to these regions.
        """

    def hidden_among(self, node: Node) -> int:
        """How many of the hidden decisions answer."""

    def together(self, node: Node, within: Found) -> tuple[Found, Found]:
        """What words side by side add to a score, and those of them that this puts first.

        ``node`` is what ``tree.side_by_side`` gives: a phrase, perhaps limited to some parts. In
        standard wording words are side by side in every decision, so that leads nowhere.
        """

    def pairs(self, pairs: Sequence[Near], within: Found, scope: Scope = None) -> Found:
        """What each two plain words add by standing near each other, whichever comes first.

        As rare as the rarer of the two: how many decisions have both near would have to be counted
        in all of them.
        """

    def occurrences(
        self, leaf: Leaf, within: Found, scope: Scope = None
    ) -> dict[int, tuple[int, int]]:
        """How often a leaf stands in some decisions, and how often of that where it counts little.

        A reference counts in the words it is printed with.
        """

    def summed(self, parts: Iterable[tuple[Found, float]]) -> Found:
        """All documents of some hits, the scores of each times its factor added up."""

    # Order and counts

    def ordered(
        self,
        hits: Found,
        columns: Sequence[tuple[str, int]],
        count: int | None,
        first: Sequence[Collection[int]] = (),
    ) -> list[int]:
        """The ``count`` first documents in the order of some columns, each 1 (rising) or -1.

        A column is one of the index's numbers, ``name`` (the body's, A to Z) or ``BY_SCORE``. The
        documents of each of ``first`` come before all that follow.
        """

    def foremost(
        self,
        hits: Found,
        columns: Sequence[tuple[str, int]],
        count: int,
        first: Sequence[Collection[int]] = (),
    ) -> Found:
        """The hits that ``ordered`` would name."""

    def counted(self, field: str, hits: Found, length: int | None = None) -> list[CodeCount]:
        """Every code of a field that hits have (of so many characters, if given), in order."""

    def column(self, name: str, docs: Iterable[int]) -> dict[int, int]:
        """The values of a number column (``number``, ``day``, ``remedy``) for some documents."""

    # Words

    def codes(self, field: str, values: Iterable[str]) -> set[int]:
        """The documents that have any of these codes."""

    def lexicon(self, field: str) -> list[str]:
        """Every code of a field, in order."""

    def beginning(self, field: str, start: str) -> Iterator[str]:
        """The words of a field that begin so, in order."""

    def frequency(self, field: str, word: str) -> int:
        """In how many decisions a word stands, replaced ones not yet merged away included."""

    def shown(self, field: str, word: str) -> int:
        """In how many decisions a word stands, exactly, that an answer may have."""

    def forms(self, node: Node) -> list[tuple[str, int]]:
        """The words of the index that a word, beginning or spelling stands for, commonest first."""


def over(opened: OpenIndex, hidden: Iterable[int] = ()) -> Evaluation[Any]:
    """The evaluation for an opened index. ``hidden`` are numbers of decisions that no answer may
    have."""
    if opened.manifest.codec == ARRAYS:
        from search.arrays.evaluation import Arrays
        from search.arrays.segments import segments_of

        # What an index is made ready with serves every search for as long as it stays open.
        if opened.ready.get("segments") is None:
            opened.ready["segments"] = segments_of(opened.reader)
        if (segments := opened.ready["segments"]) is not None:
            return Arrays(segments, hidden)
    from search.matching import Matching

    return Matching(opened.reader, hidden)
