"""A stratified random sample that anybody can draw again: the same on every machine and version.

Each decision gets a number from the SHA-256 of the seed and its reference; within a stratum those
with the smallest numbers are the sample. No generator of random numbers has a part in it, so no
version of one can change it.

The size of each stratum's part is proportional to the stratum (largest remainders), but at least
``minimum`` where the stratum has so many, and never more than it has. A decision's *weight* is the
stratum's size over its part: how many decisions one of the sample stands for.

After a later crawl the same seed draws mostly the same decisions: a new one enters only if its
number is smaller than that of one that was in. A stratum whose part grows keeps all it had and
takes the next ones; one whose part shrinks (because others grew) gives up the last ones. Pure.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from archive.errors import UsageError

Item = TypeVar("Item")
Stratum = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn(Generic[Item]):
    """A drawn item: its stratum, how many there are in it, how many were drawn, and its place in
    the order of drawing (from 1)."""

    item: Item
    stratum: Stratum
    size: int
    drawn: int
    place: int

    @property
    def weight(self) -> Fraction:
        """How many of its stratum it stands for."""
        return Fraction(self.size, self.drawn)


def order(seed: str, reference: str) -> str:
    """The number of a reference under a seed, as hexadecimal digits."""
    return hashlib.sha256(f"{seed}\n{reference}".encode("utf-8", "surrogatepass")).hexdigest()


def parts(sizes: Mapping[Stratum, int], wanted: int, minimum: int) -> dict[Stratum, int]:
    """How many to draw from each stratum; together as many as are wanted, or all there are.

    Raises UsageError where the minimum for every stratum comes to more than is wanted.
    """
    least = {stratum: min(minimum, size) for stratum, size in sizes.items()}
    if sum(least.values()) > wanted:
        raise UsageError(
            f"{minimum} from each of {len(sizes):,} strata is {sum(least.values()):,}, more than "
            f"the {wanted:,} asked for; ask for more, for fewer strata, or for a smaller --minimum"
        )
    found = dict(least)
    while (missing := min(wanted, sum(sizes.values())) - sum(found.values())) > 0:
        open_ones = [stratum for stratum in sorted(sizes) if found[stratum] < sizes[stratum]]
        found = _with_more(sizes, found, open_ones, missing, wanted)
    return found


def _with_more(
    sizes: Mapping[Stratum, int],
    found: dict[Stratum, int],
    open_ones: list[Stratum],
    missing: int,
    wanted: int,
) -> dict[Stratum, int]:
    """One round: who lies farthest below its share gets one more, as long as any are missing."""
    total = sum(sizes.values())
    ideal = {stratum: Fraction(sizes[stratum] * wanted, total) for stratum in open_ones}
    short = {stratum: ideal[stratum] - found[stratum] for stratum in open_ones}
    ranked = sorted(open_ones, key=lambda stratum: (-short[stratum], stratum))
    given = dict(found)
    for stratum in ranked:
        # Whole numbers first; what is left over goes one by one to the largest remainders.
        more = min(max(int(short[stratum]), 0), sizes[stratum] - given[stratum], missing)
        given[stratum] += more
        missing -= more
    for stratum in sorted(ranked, key=lambda one: (-(ideal[one] - given[one]), one)):
        if missing and given[stratum] < sizes[stratum]:
            given[stratum] += 1
            missing -= 1
    return given


def draw(
    items: Iterable[Item],
    wanted: int,
    *,
    seed: str,
    minimum: int,
    reference: Callable[[Item], str],
    stratum: Callable[[Item], Stratum],
) -> list[Drawn[Item]]:
    """The sample, by stratum and within it in the order of drawing.

    Raises UsageError for fewer than one wanted and where the minimum asks for more than that.
    """
    if wanted < 1 or minimum < 0:
        raise UsageError("a sample needs at least one decision, and a minimum not below nought")
    groups: dict[Stratum, list[Item]] = defaultdict(list)
    for item in items:
        groups[stratum(item)].append(item)
    taken = parts({name: len(group) for name, group in groups.items()}, wanted, minimum)
    found: list[Drawn[Item]] = []
    for name in sorted(groups):
        group = sorted(groups[name], key=lambda item: order(seed, reference(item)))
        chosen = group[: taken[name]]
        found += [
            Drawn(item, name, len(group), len(chosen), place)
            for place, item in enumerate(chosen, start=1)
        ]
    return found
