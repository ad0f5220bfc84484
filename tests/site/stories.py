"""Reads ``stories.txt`` and ``phrases.txt`` and fills its templates.

The grammar is small: ``[a|b]`` takes one choice (they may be nested), ``{slot}`` a word of the
case, ``{3-9}`` a number and ``{£50-200}`` an amount. Chance is drawn through ``random()`` alone,
the one method whose sequence Python promises for ever, so texts do not change between versions.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([^{}]+)\}")
_RANGE = re.compile(r"(£?)(\d+)-(\d+)")
_APOSTROPHE = re.compile(r"'")


class Chance:
    """Deterministic draws from a seed given as text."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, ``limit``."""
        return int(self._random.random() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def happens(self, share: float) -> bool:
        """True in the given share of draws."""
        return self._random.random() < share

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[tuple[T, int]]) -> T:
        """One of the choices, each as often as its weight says."""
        drawn = self.below(sum(weight for _, weight in choices))
        for value, weight in choices:
            drawn -= weight
            if drawn < 0:
                return value
        raise ValueError("no choices to draw from")

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """``count`` different choices (all, if there are fewer) in their own order."""
        left = min(count, len(choices))
        taken = []
        for index, value in enumerate(choices):
            if self._random.random() * (len(choices) - index) < left:
                taken.append(value)
                left -= 1
        return taken


@dataclass(frozen=True, slots=True)
class Story:
    """What decisions of one subcategory tell; fields as explained at the head of the text file."""

    category: str
    subcategory: str
    fields: Mapping[str, tuple[str, ...]] = field(repr=False)

    def all(self, name: str) -> tuple[str, ...]:
        """Every line under a key, none if the story has none."""
        return self.fields.get(name, ())

    def one(self, name: str, default: str = "") -> str:
        """The first line under a key."""
        lines = self.fields.get(name)
        return lines[0] if lines else default

    @property
    def weight(self) -> int:
        """How often this story is told, against the others."""
        return int(self.one("weight", "1"))

    @property
    def bodies(self) -> tuple[str, ...]:
        """The kinds of body it is told of."""
        return tuple(self.one("bodies").split())


@cache
def stories() -> tuple[Story, ...]:
    """Every story in ``stories.txt``. Raises ValueError, with the line, where it cannot be read."""
    told: list[tuple[str, str, dict[str, list[str]]]] = []
    for at, line in _lines("stories.txt"):
        if line.startswith("=="):
            category, _, subcategory = line[2:].partition(">")
            told.append((category.strip(), subcategory.strip(), {}))
        elif not told:
            raise ValueError(f"stories.txt, line {at}: text before the first story")
        else:
            key, text = _entry("stories.txt", at, line)
            told[-1][2].setdefault(key, []).append(text)
    return tuple(
        Story(category, subcategory, {key: tuple(texts) for key, texts in fields.items()})
        for category, subcategory, fields in told
    )


def phrases(key: str) -> tuple[str, ...]:
    """The general sentences under a key of ``phrases.txt``; none for a key that is not there."""
    return _phrases().get(key, ())


@cache
def _phrases() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for at, line in _lines("phrases.txt"):
        key, text = _entry("phrases.txt", at, line)
        found.setdefault(key, []).append(text)
    return {key: tuple(texts) for key, texts in found.items()}


def _lines(name: str) -> Iterator[tuple[int, str]]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    for at, line in enumerate(text.splitlines(), start=1):
        if line and not line.startswith("#"):
            yield at, line


def _entry(name: str, at: int, line: str) -> tuple[str, str]:
    key, colon, text = line.partition(": ")
    if not colon:
        raise ValueError(f"{name}, line {at}: not a 'key: text' line")
    return key, text


def fill(template: str, chance: Chance, slots: Mapping[str, str]) -> str:
    """The template as a sentence. Raises KeyError for a slot that the case does not have."""

    def choose(match: re.Match[str]) -> str:
        choices: list[str] = match.group(1).split("|")
        return chance.pick(choices)

    def slot(match: re.Match[str]) -> str:
        name = match.group(1)
        numbers = _RANGE.fullmatch(name)
        if numbers is None:
            return slots[name]
        sign: str = numbers.group(1)
        low, high = numbers.group(2), numbers.group(3)
        number = chance.between(int(low), int(high))
        return money(number - number % 5 if number > 100 else number) if sign else str(number)

    text = template
    while "[" in text:
        text, chosen = _CHOICE.subn(choose, text)
        if not chosen:
            break
    return _APOSTROPHE.sub("’", _SLOT.sub(slot, text))


def money(pounds: int) -> str:
    """``£1,234``."""
    return f"£{pounds:,}"
