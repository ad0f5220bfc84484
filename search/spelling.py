"""Words spelt nearly alike, for ``hampshir~``. Pure.

One slip is allowed in a word of four to seven letters, two in a longer one: a letter more, a
letter less, another letter, or two neighbours changed round. The first letter must be right, which
keeps unrelated words out and lets the index look at one part of its word list only.
"""

from __future__ import annotations

SHORTEST = 4
LONG = 8


def slips_allowed(word: str) -> int:
    """How many slips a word of this length may have."""
    if len(word) < SHORTEST:
        return 0
    return 2 if len(word) >= LONG else 1


def spelt_like(asked: str, other: str) -> bool:
    """Whether ``other`` is ``asked`` with no more slips than its length allows."""
    allowed = slips_allowed(asked)
    if asked[:1] != other[:1] or abs(len(asked) - len(other)) > allowed:
        return False
    return slips(asked, other, allowed) <= allowed


def slips(one: str, other: str, most: int) -> int:
    """The number of slips between two words; ``most + 1`` stands for all above ``most``."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, facing in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != facing))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing
            if swapped:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        if min(row) > most and (not before_last or min(last) > most):
            return most + 1
        before_last, last = last, row
    return min(last[-1], most + 1)
