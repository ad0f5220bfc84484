"""Finds the paragraphs that stand nearly word for word in many decisions, in bounded memory. Pure.

One pass over all texts keeps some 50 bytes a paragraph (130 MB for 60,000 decisions). Bands that
occur often point to what may be alike; only one text of each different wording among those is
looked at again, and compared shingle by shingle with the *leader* of a cluster, which is its most
frequent wording. Everything is compared with a leader, never with another member, so that a
cluster cannot drift from one wording to another.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archive.shingles import BANDS, Shingler, figures, fingerprint, jaccard, plain_words

LEAST_WORDS = 12
"""Shorter paragraphs say too little to be called standard, however often they occur: "The Council
will apologise to Mr X" is what was decided."""

ALIKE = 0.7
"""Share of shingles in common: room for another spelling of a statute, or a clause more."""

ALIKE_BUT_FIGURES = 0.85
"""Share of shingles in common where numbers or months differ. A standard paragraph of eighty words
may differ in two of them; a sentence that tells when and how often in a person's own case may not,
however common its frame is."""

LEAST_SHARE = 0.05
"""Share of all decisions. Below it are texts that belong to a subject: the law on homelessness
stands in every decision on it, and says what it is about."""

LEAST_DECISIONS = 30
"""Decisions. Fewer prove nothing, so nothing is marked in a small archive."""

RULES = 1
"""Raised with any of these numbers; all marks are then worked out again."""

_SLOTS = 1 << 22
_REMEMBERED = 50_000
_FETCHED = 500
_LEADERS_OF_A_BAND = 8

Texts = Callable[[Sequence[int]], Mapping[int, str]]
"""Paragraph numbers to their texts; missing ones are left out."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which paragraphs are standard wording.

    ``shares`` gives each cluster's share of all decisions; ``marks`` yields paragraph number and
    cluster. A cluster is named after its leader's words: 16 hexadecimal digits.
    """

    decisions: int
    shares: Mapping[str, float]
    marks: Callable[[], Iterator[tuple[int, str]]]


def find(
    paragraphs: Iterable[tuple[int, int, str]], texts: Texts, known: Collection[str] = ()
) -> Clusters:
    """Clusters among ``(decision, paragraph number, text)``, given decision by decision.

    ``texts`` gives single texts again. Clusters named in ``known`` keep their name and leader for
    as long as that wording occurs.
    """
    seen = _Seen()
    for decision, number, text in paragraphs:
        seen.add(decision, number, text)
    least = max(LEAST_DECISIONS, math.ceil(LEAST_SHARE * seen.decisions))
    wordings = seen.often(least)
    leaders = {int(name, 16) for name in known}
    order = sorted(wordings, key=lambda one: (one not in leaders, -wordings[one][0], one))
    leader_of = _led(order, wordings, texts)
    counts = seen.decisions_by(leader_of)
    kept = {leader for leader, count in counts.items() if count >= least}
    return Clusters(
        decisions=seen.decisions,
        shares={_name(leader): round(counts[leader] / seen.decisions, 3) for leader in kept},
        marks=lambda: seen.marks(leader_of, kept),
    )


def _name(wording: int) -> str:
    return f"{wording:016x}"


class _Seen:
    """What one pass keeps of every paragraph: numbers in arrays, no text."""

    def __init__(self) -> None:
        self.decisions = 0
        self._last = -1
        self._numbers, self._decisions = array("q"), array("q")
        self._wordings, self._bands = array("Q"), array("I")
        # Bands are counted in a table of fixed size; two that share a slot only cost a look more.
        self._often = array("I", bytes(4 * _SLOTS))
        self._shingler = Shingler()
        self._remembered: dict[int, tuple[int, ...]] = {}

    def add(self, decision: int, number: int, text: str) -> None:
        if decision != self._last:
            self._last = decision
            self.decisions += 1
        words = plain_words(text)
        if len(words) < LEAST_WORDS:
            return
        wording = fingerprint(words)
        bands = self._remembered.get(wording)
        if bands is None:
            bands = self._shingler.bands(self._shingler.shingles(words))
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[wording] = bands
        self._numbers.append(number)
        self._decisions.append(decision)
        self._wordings.append(wording)
        self._bands.extend(bands)
        often = self._often
        for band in bands:
            often[band % _SLOTS] += 1

    def often(self, least: int) -> dict[int, tuple[int, int, tuple[int, ...]]]:
        """Wordings with a band that occurs often: how often, one paragraph, and the bands."""
        # The variants of one text share a band less often than they are alike.
        enough = max(2, least // 3)
        found: dict[int, tuple[int, int, tuple[int, ...]]] = {}
        for at, wording in enumerate(self._wordings):
            known = found.get(wording)
            if known is not None:
                found[wording] = (known[0] + 1, known[1], known[2])
                continue
            bands = tuple(self._bands[at * BANDS : at * BANDS + BANDS])
            if any(self._often[band % _SLOTS] >= enough for band in bands):
                found[wording] = (1, self._numbers[at], bands)
        return found

    def decisions_by(self, leader_of: Mapping[int, int]) -> dict[int, int]:
        """Different decisions by cluster."""
        counts: dict[int, int] = {}
        last: dict[int, int] = {}
        for decision, wording in zip(self._decisions, self._wordings, strict=True):
            leader = leader_of.get(wording)
            if leader is not None and last.get(leader) != decision:
                last[leader] = decision
                counts[leader] = counts.get(leader, 0) + 1
        return counts

    def marks(
        self, leader_of: Mapping[int, int], kept: Collection[int]
    ) -> Iterator[tuple[int, str]]:
        names = {leader: _name(leader) for leader in kept}
        for number, wording in zip(self._numbers, self._wordings, strict=True):
            name = names.get(leader_of.get(wording, -1))
            if name is not None:
                yield number, name


def _led(
    order: Sequence[int], wordings: Mapping[int, tuple[int, int, tuple[int, ...]]], texts: Texts
) -> dict[int, int]:
    """Each wording's leader: the first in order that it is alike, or itself."""
    shingler = Shingler()
    leader_of: dict[int, int] = {}
    leaders: dict[tuple[int, int], list[int]] = {}
    known: dict[int, _Leader] = {}
    for start in range(0, len(order), _FETCHED):
        chunk = order[start : start + _FETCHED]
        found = texts([wordings[one][1] for one in chunk])
        for wording in chunk:
            _, number, bands = wordings[wording]
            if number not in found:
                continue
            words = plain_words(found[number])
            one = _Leader(shingler.shingles(words), figures(words))
            places = list(enumerate(bands))
            near = {leader for place in places for leader in leaders.get(place, ())}
            likeness = {leader: one.likeness(known[leader]) for leader in near}
            best = max(likeness, key=lambda leader: (likeness[leader], -leader), default=None)
            if best is not None and likeness[best]:
                leader_of[wording] = best
                continue
            free = [place for place in places if len(leaders.get(place, ())) < _LEADERS_OF_A_BAND]
            if free:
                leader_of[wording] = wording
                known[wording] = one
                for place in free:
                    leaders.setdefault(place, []).append(wording)
    return leader_of


class _Leader(NamedTuple):
    """What a wording is compared by."""

    shingles: set[int]
    figures: list[str]

    def likeness(self, other: _Leader) -> float:
        """The share of shingles in common, 0 where that is not enough."""
        share = jaccard(self.shingles, other.shingles)
        enough = ALIKE if self.figures == other.figures else ALIKE_BUT_FIGURES
        return share if share >= enough else 0.0


class Known:
    """The leaders of clusters found before, to tell a new paragraph by."""

    def __init__(self, leaders: Mapping[str, str]) -> None:
        self._shingler = Shingler()
        self._wordings: dict[int, str] = {}
        self._leaders: list[tuple[str, _Leader]] = []
        self._at: dict[tuple[int, int], list[int]] = {}
        for name, text in leaders.items():
            words = plain_words(text)
            self._wordings[fingerprint(words)] = name
            leader = _Leader(self._shingler.shingles(words), figures(words))
            for place in enumerate(self._shingler.bands(leader.shingles)):
                self._at.setdefault(place, []).append(len(self._leaders))
            self._leaders.append((name, leader))

    def cluster(self, text: str) -> str | None:
        """The cluster whose leader this text is most alike, None where it is like none."""
        words = plain_words(text)
        if len(words) < LEAST_WORDS:
            return None
        if name := self._wordings.get(fingerprint(words)):
            return name
        one = _Leader(self._shingler.shingles(words), figures(words))
        places = enumerate(self._shingler.bands(one.shingles))
        near = {at for place in places for at in self._at.get(place, ())}
        found = ((one.likeness(self._leaders[at][1]), self._leaders[at][0]) for at in near)
        likeness, best = max(found, default=(0.0, ""))
        return best if likeness else None
