"""What finding standard wording costs: ``python -m benchmarks.boilerplate [--decisions 60000]``.

Invented decisions of 45 paragraphs and about 1,500 words: eighteen paragraphs are standard wording
(each in 30% to 95% of the decisions, with names and spellings that vary), the rest are each
decision's own, of Zipf-distributed words. Made as they are read, so that memory and time are those
of ``archive.alike`` alone; reading the texts out of the database comes on top.
"""

from __future__ import annotations

import argparse
import bisect
import itertools
import random
import time
from collections.abc import Iterator, Mapping, Sequence

from archive.alike import find

PARAGRAPHS, WORDS = 45, 33
VOCABULARY = 40_000
STANDARD = 18
NAMES = ("Mr X", "Ms B", "Mrs C", "Miss D")


class Invented:
    """Texts by number, the same whenever they are asked for."""

    def __init__(self, seed: int = 1) -> None:
        chance = random.Random(seed)
        self._words = [f"{_spelt(number)}" for number in range(VOCABULARY)]
        self._weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))
        self._standard = [
            (" ".join(self._drawn(chance, 30 + 5 * (number % 12))), 0.3 + 0.65 * number / STANDARD)
            for number in range(STANDARD)
        ]

    def _drawn(self, chance: random.Random, count: int) -> list[str]:
        top = self._weights[-1]
        return [
            self._words[bisect.bisect(self._weights, chance.random() * top)] for _ in range(count)
        ]

    def text(self, number: int) -> str:
        """The text of one paragraph."""
        decision, place = divmod(number, PARAGRAPHS)
        chance = random.Random(number)
        if place < STANDARD:
            standard, share = self._standard[place]
            if chance.random() < share:
                name = NAMES[decision % len(NAMES)]
                return f"{name} {standard}" + (", as amended" if chance.random() < 0.3 else "")
        return " ".join(self._drawn(chance, WORDS))

    def rows(self, decisions: int) -> Iterator[tuple[int, int, str]]:
        """Decision, number, text."""
        for number in range(decisions * PARAGRAPHS):
            yield number // PARAGRAPHS, number, self.text(number)


def _spelt(number: int) -> str:
    letters = "etaoinshrdlu"
    text = ""
    while number or not text:
        number, rest = divmod(number, len(letters))
        text += letters[rest]
    return text


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--decisions", type=int, default=60_000)
    decisions = options.parse_args().decisions
    invented = Invented()

    begin = time.process_time()
    for _ in invented.rows(decisions // 20):
        pass
    making = (time.process_time() - begin) * 20

    def texts(numbers: Sequence[int]) -> Mapping[int, str]:
        return {number: invented.text(number) for number in numbers}

    begin = time.process_time()
    clusters = find(invented.rows(decisions), texts)
    marked = sum(1 for _ in clusters.marks())
    spent = time.process_time() - begin - making
    paragraphs = decisions * PARAGRAPHS
    print(
        f"{decisions:,} decisions, {paragraphs:,} paragraphs: {spent:.0f} s of CPU time "
        f"({paragraphs / spent:,.0f} paragraphs/s), {len(clusters.shares)} clusters, "
        f"{marked:,} marked{_peak()}"
    )


def _peak() -> str:
    try:
        import resource
    except ImportError:
        return ""
    return f", at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"


if __name__ == "__main__":
    main()
