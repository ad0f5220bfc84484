"""What telling a statement and telling a report share: slots, paragraphs, a little grammar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from archive.records import SectionKind
from tests.site.cases import Block, Item, Part, long_day
from tests.site.stories import Chance, Story, fill, phrases
from tests.site.words import CALLED, HEADINGS, KIN, LETTERS, OTHER_LETTERS, PEOPLE

POINTS_IN_TIME = 13
LATER = ("within three months", "within twelve weeks", "within two months")

_KINDS = {heading: (kind, sub) for heading, kind, sub in HEADINGS}
_PERSON = "\x00"


@dataclass(frozen=True, slots=True)
class Told:
    """The text of a decision without its header."""

    summary: str
    parts: tuple[Part, ...]


class Writer:
    """Gathers parts and keeps count of the printed numbers, so that paragraphs can be cited."""

    def __init__(self, chance: Chance, slots: Mapping[str, str], *, numbered: bool = True) -> None:
        self.chance = chance
        self.slots = dict(slots)
        self.numbered = numbered
        self.number = 0
        self._parts: list[tuple[str, SectionKind, bool, list[Block]]] = []

    def head(self, heading: str) -> None:
        """Begin a part; its kind is what ``kind_of`` says of the heading."""
        kind, sub = kind_of(heading)
        self._parts.append((heading, kind, sub, []))

    def text(self, template: str, **more: str) -> str:
        """The filled template, without adding it."""
        return fill(template, self.chance, {**self.slots, **more})

    def say(self, template: str, **more: str) -> int:
        """Add a paragraph; returns its printed number (that of the last one, if unnumbered)."""
        return self.block(self.text(template, **more))

    def phrase(self, key: str, **more: str) -> int:
        """Add one of the general sentences as a paragraph."""
        return self.say(self.chance.pick(phrases(key)), **more)

    def block(
        self,
        text: str,
        items: Sequence[Item] = (),
        *,
        lettered: bool = False,
        tail: str | None = None,
    ) -> int:
        """Add a paragraph as it stands, with its list."""
        self.number += self.numbered
        self._parts[-1][3].append(Block(text, self.numbered, tuple(items), lettered, tail))
        return self.number

    def listed(self, lead: str, points: Sequence[str], *, lettered: bool = False) -> int:
        """Add a paragraph with a list, punctuated as a list in a sentence."""
        return self.block(lead, punctuated(points), lettered=lettered)

    def duties(self, most: int) -> tuple[Item, ...]:
        """Two or more of the general duties, as a list."""
        drawn = self.chance.some(phrases("duty"), self.chance.between(2, most))
        return punctuated([self.text(duty) for duty in drawn])

    def parts(self) -> tuple[Part, ...]:
        """All parts so far."""
        return tuple(
            Part(heading, kind, sub, tuple(blocks)) for heading, kind, sub, blocks in self._parts
        )


def kind_of(heading: str) -> tuple[SectionKind, bool]:
    """What a heading introduces, and whether it stands under the last top-level one.

    The table of headings, then the rule for topics: a scheme or an Act is background, anything
    else is "other"; both stand under the last top-level heading.
    """
    known = _KINDS.get(heading)
    if known is not None:
        return known
    act = heading[-5:-4] == " " and heading[-4:].isdigit()
    kind = SectionKind.BACKGROUND if act or heading.endswith(" scheme") else SectionKind.OTHER
    return kind, True


@dataclass(frozen=True, slots=True)
class Harms:
    """What the person suffered, with their name or a pronoun in front."""

    named: tuple[str, ...]
    pronoun: tuple[str, ...]

    @classmethod
    def of(cls, writer: Writer, story: Story) -> Harms:
        """Filled once, so that numbers agree wherever the harm is told."""
        drawn = [writer.text(line, X=_PERSON) for line in story.all("harm")]
        his, he = writer.slots["his"], writer.slots["he"]
        return cls(
            tuple(line.replace(_PERSON, writer.slots["X"]) for line in drawn),
            tuple(line.replace(f"{_PERSON}’s", his).replace(_PERSON, he) for line in drawn),
        )

    def told(self, most: int = 3) -> str:
        """As the beginning of a sentence, the person named once."""
        return capital(joined([self.named[0], *self.pronoun[1:most]]))


def slots(chance: Chance, story: Story, body_kind: str, decided: date) -> dict[str, str]:
    """The words of one case: people, the body, and days that only go forward."""
    title, he, him, his = chance.pick(PEOPLE)
    called = chance.pick(CALLED.get(body_kind, ("the Council",)))
    found = {
        "X": f"{title} {chance.pick(LETTERS)}",
        "he": he,
        "him": him,
        "his": his,
        "He": capital(he),
        "C": called,
        "CC": capital(called),
    }
    kin = KIN.get(story.one("who"))
    if kin is not None:
        word, yhe, yhim, yhis = chance.pick(kin)
        found.update(kin=word, yhe=yhe, yhim=yhim, yhis=yhis)
        found.update(Y=chance.pick(OTHER_LETTERS), Yhe=capital(yhe), Yhis=capital(yhis))
        if story.one("who") == "relative":
            found["Y"] = f"{'Mr' if yhe == 'he' else 'Mrs'} {found['Y']}"
    day = decided - timedelta(days=chance.between(560, 980))
    step = ((decided - day).days - 90) // POINTS_IN_TIME
    for index in range(POINTS_IN_TIME):
        found[f"d{index}"] = long_day(day)
        found[f"m{index}"] = long_day(day).partition(" ")[2]
        day += timedelta(days=step - chance.below(step // 3))
    return found


def set_paragraph(key: str) -> tuple[str, str]:
    """A paragraph of the powers section and the statute it ends on (may be empty)."""
    return phrases(f"power-{key}")[0], "".join(phrases(f"statute-{key}"))


def punctuated(points: Sequence[str]) -> tuple[Item, ...]:
    """Points as list entries: semicolons, an "and", a full stop."""
    last = len(points) - 1
    ends = {last: ".", last - 1: "; and"}
    return tuple(Item(point + ends.get(index, ";")) for index, point in enumerate(points))


def cited(first: int, last: int) -> str:
    """``paragraph 9``, ``paragraphs 9 and 10`` or ``paragraphs 9 to 12``."""
    if last <= first:
        return f"paragraph {first}"
    return f"paragraphs {first} {'and' if last == first + 1 else 'to'} {last}"


def joined(pieces: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(pieces) < 2:
        return "".join(pieces)
    return f"{', '.join(pieces[:-1])} and {pieces[-1]}"


def capital(text: str) -> str:
    """The text with its first letter a capital, the rest untouched."""
    return text[:1].upper() + text[1:]
