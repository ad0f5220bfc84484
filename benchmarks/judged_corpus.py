"""Invented decisions of which it is known what each is about: what a ranking is judged on.

``corpus(count, seed)`` plants facts first (the subject, what else is found on, what is only
mentioned, what was agreed, which provision the decision rests on) and tells the text after them;
the grades of ``judged_queries`` are read off the facts, never off a ranking. The texts have the
publisher's form: standard wording in nearly all or in many decisions, with small variations;
paragraphs that share a frame and belong to one person; substance in findings and remedy, asides
anywhere (in summaries and findings too, where a ranking by place goes wrong); short and long
decisions; some that tell the very same events twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from archive.records import Decision, DecisionKind, SectionKind
from benchmarks.judged_tables import (
    ASIDES,
    NEUTRAL,
    REDRESS,
    RELIED,
    STANDARD,
    THEMES,
    TOPICS,
)
from tests.site.cases import Case
from tests.site.stories import Chance, Story, stories
from tests.site.words import BODIES
from tests.site.writing import Told, Writer, slots

COUNT, SEED = 900, 5
DECIDED, DEALT_WITH, MENTIONED = 3, 2, 1
"""Grades: the decision is about it and finds on it; it has paragraphs of its own; in passing."""

OUTCOMES = (("Upheld", 52), ("Closed after initial enquiries", 20), ("Not upheld", 12))
LENGTHS: tuple[tuple[int, int], ...] = ((0, 3), (3, 5), (8, 4), (16, 2), (34, 1))
"""Neutral paragraphs in a decision, and how often so many."""

FIRST_DAY, DAYS = date(2021, 7, 5), 1700


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision, the grade of everything planted in it, and which paragraphs are standard.

    ``plain`` is all of its text but the standard wording and the title, in lower case.
    """

    case: Case
    planted: Mapping[str, int]
    standard: frozenset[str]
    plain: str = field(repr=False)

    def decision(self) -> Decision:
        """The record as a parser would read it off the page."""
        return self.case.expected("https://invented.example")

    def grade(self, facet: str) -> int:
        """What was planted, at least 1 where a name of it stands outside the standard wording."""
        planted = self.planted.get(facet, 0)
        if planted:
            return planted
        return int(any(_named(name, self.plain) for name in NAMES.get(facet, ())))


NAMES: dict[str, tuple[str, ...]] = {
    **{f"topic:{topic}": tuple(name.lower() for name in names) for topic, names in TOPICS.values()},
    **{f"theme:{key}": tuple(n.lower() for n in theme.names) for key, theme in THEMES.items()},
    **{f"redress:{key}": tuple(n.lower() for n in one.names) for key, one in REDRESS.items()},
    **{facet: tuple(name.lower() for name in names) for facet, names, _ in RELIED.values()},
    **{f"body:{name}": (name.lower(),) for names in BODIES.values() for name in names},
    "fault": ("fault", "faults"),
    "injustice": ("injustice",),
}
"""Facet → what it is called; any of these in passing gives a grade of 1."""


def _named(name: str, plain: str) -> bool:
    return name in plain and re.search(rf"\b{re.escape(name)}\b", plain) is not None


def corpus(count: int = COUNT, seed: int = SEED) -> tuple[Judged, ...]:
    """The same decisions for the same count and seed, on every system."""
    made: list[Judged] = []
    for turn in range(count):
        chance = Chance(f"judged/{seed}/{turn}")
        if turn % 25 == 24:
            # The same events under another reference: two people complained of them.
            twin = made[turn - 1 - chance.below(20)]
            case = replace(twin.case, reference=_reference(turn))
            made.append(replace(twin, case=case))
        else:
            made.append(_Teller(chance, turn).tell())
    return tuple(made)


def _reference(turn: int) -> str:
    number = (turn * 7919 + 11198) % 1_000_000
    return f"{21 + turn % 5} {number // 1000:03d} {number % 1000:03d}"


class _Teller:
    """One decision: facts are drawn in ``__init__``, the text follows them in ``tell``."""

    def __init__(self, chance: Chance, turn: int) -> None:
        told = stories()
        self.chance, self.turn = chance, turn
        self.story = chance.weighted([(one, one.weight) for one in told])
        self.outcome = chance.weighted(OUTCOMES)
        self.kind = self.outcome.split()[0] if self.outcome.startswith("Closed") else self.outcome
        body_kind = chance.pick(self.story.bodies)
        # Some councils are complained of far more often than others.
        names = BODIES[body_kind]
        self.body = chance.pick(names[:2] if chance.happens(0.6) else names)
        self.decided = FIRST_DAY + timedelta(days=chance.below(DAYS))
        others = [one for one in told if one.subcategory != self.story.subcategory]
        closed = self.kind == "Closed"
        self.second = None if closed or not chance.happens(0.3) else chance.pick(others)
        named = [one for one in others if one.subcategory in TOPICS]
        self.aside = chance.some(named, chance.weighted(((0, 3), (1, 4), (2, 3), (3, 1))))
        keys = list(THEMES)
        self.theme = None if closed or not chance.happens(0.3) else chance.pick(keys)
        self.theme_in_full = chance.happens(0.55)
        self.theme_said = chance.pick(keys) if chance.happens(0.35) else None
        self.agreed = chance.some(list(REDRESS), 1) if self.kind == "Upheld" else []
        self.agreed = self.agreed if chance.happens(0.7) else []
        self.offered = chance.pick(list(REDRESS)) if not closed and chance.happens(0.2) else None
        self.wanted = chance.pick(list(REDRESS)) if chance.happens(0.45) else None
        self.relied = (
            RELIED.get(self.story.subcategory) if not closed and chance.happens(0.5) else None
        )
        self.elsewhere = chance.pick(BODIES[body_kind]) if chance.happens(0.2) else None
        self.unequal = self.kind == "Upheld" and chance.happens(0.15)
        words = slots(chance, self.story, body_kind, self.decided)
        for one in (self.second, *self.aside):
            if one is not None:
                words = {**slots(chance, one, body_kind, self.decided), **words}
        # One cast for all that is told: the complainant's relative is whoever was drawn first.
        words = {**slots(chance, _with_kin(told), body_kind, self.decided), **words}
        self.writer = Writer(chance, words)
        self.standard: set[str] = set()
        self.unsummed: list[str] = []

    # The facts, as grades

    def planted(self) -> dict[str, int]:
        """The grade of everything that was drawn; asides first, so that more overrides them."""
        found: dict[str, int] = {}
        for one in self.aside:
            self._note(found, _topic(one), MENTIONED)
        self._note(found, self.elsewhere and f"body:{self.elsewhere}", MENTIONED)
        self._note(found, self.theme_said and f"theme:{self.theme_said}", MENTIONED)
        self._note(found, self.wanted and f"redress:{self.wanted}", MENTIONED)
        self._note(found, self.offered and f"redress:{self.offered}", DEALT_WITH)
        for key in self.agreed:
            self._note(found, f"redress:{key}", DECIDED)
        if self.theme:
            self._note(found, f"theme:{self.theme}", DECIDED if self.theme_in_full else DEALT_WITH)
        if self.second is not None:
            self._note(found, _topic(self.second), DEALT_WITH)
        about = DEALT_WITH if self.kind == "Closed" else DECIDED
        self._note(found, _topic(self.story), about)
        if self.story.subcategory in RELIED and self.kind != "Closed":
            facet = RELIED[self.story.subcategory][0]
            self._note(found, facet, DECIDED if self.relied else MENTIONED)
        self._note(found, f"body:{self.body}", DECIDED)
        if self.kind == "Upheld":
            found["fault"] = DECIDED
            found["injustice"] = DEALT_WITH if self.unequal else DECIDED
        elif self.kind == "Not upheld":
            found["fault"] = DEALT_WITH
        return found

    @staticmethod
    def _note(found: dict[str, int], facet: str | None, grade: int) -> None:
        if facet:
            found[facet] = max(found.get(facet, 0), grade)

    # The text

    def tell(self) -> Judged:
        writer, story = self.writer, self.story
        gist = writer.text(story.one("gist"))
        asides = self._asides()
        self._complaint(gist, asides)
        if asides["scope"]:
            writer.head("What I have and have not investigated")
            writer.say("I have investigated what happened from {m0} on.")
            self._blocks(asides["scope"])
        writer.head("The Ombudsman’s role and powers")
        self._standard(SectionKind.POWERS)
        writer.head("How I considered this complaint")
        self._standard(SectionKind.METHOD)
        tell_rest = self._refused if self.kind == "Closed" else self._found
        told = tell_rest(gist, asides)
        case = Case(
            reference=_reference(self.turn),
            body=self.body,
            category=story.category,
            subcategory=story.subcategory,
            outcome=self.outcome,
            decided_on=self.decided,
            kind=DecisionKind.STATEMENT,
            summary=told.summary,
            parts=told.parts,
            published_on=self.decided + timedelta(days=50),
            story=story.subcategory,
        )
        return Judged(case, self.planted(), frozenset(self.standard), self._plain(case))

    def _complaint(self, gist: str, asides: Mapping[str, Sequence[str]]) -> None:
        writer, chance = self.writer, self.chance
        writer.head("The complaint")
        writer.say(
            "[{X} complains|The complainant, whom I shall call {X}, says] that {gist}.", gist=gist
        )
        points = [writer.text(line) for line in chance.some(self.story.all("point"), 3)]
        if self.second is not None:
            points.append(
                writer.text(self.second.one("gist")).removeprefix(f"{writer.slots['C']} ")
            )
        themes = dict.fromkeys(filter(None, (self.theme, self.theme_said)))
        points.extend(writer.text(THEMES[key].said) for key in themes)
        writer.listed(writer.text("{He} says {C}:"), points)
        for harm in chance.some(self.story.all("harm"), 2):
            writer.block(writer.text(harm, X=writer.slots["X"]) + ".")
        if self.wanted:
            writer.say(REDRESS[self.wanted].wanted)
        self._blocks(asides["complaint"])

    def _refused(self, gist: str, asides: Mapping[str, Sequence[str]]) -> Told:
        writer = self.writer
        reason = writer.text(self.chance.pick(self.story.all("closed")))
        writer.head("My assessment")
        for event in self.story.all("event")[: self.chance.between(1, 4)]:
            writer.say(event)
        self._neutral(part=3)
        self._elsewhere()
        self._blocks(asides["background"])
        writer.block(reason)
        self._blocks(asides["analysis"])
        writer.head("Final decision")
        writer.block(f"We will not investigate this complaint. {reason}")
        summary = f"We will not investigate {writer.slots['X']}’s complaint that {gist}. {reason}"
        return Told(" ".join([summary, *asides["summary"]]), writer.parts())

    def _found(self, gist: str, asides: Mapping[str, Sequence[str]]) -> Told:
        writer, chance, story = self.writer, self.chance, self.story
        upheld = self.kind == "Upheld"
        writer.head("What I found")
        writer.head("The law and guidance")
        self._standard(SectionKind.BACKGROUND)
        for line in chance.some(story.all("law"), 2):
            writer.say(line)
        if self.second is not None:
            writer.say(self.second.one("law"))
        writer.head("What happened")
        for event in story.all("event"):
            writer.say(event)
            if chance.happens(0.4):
                self._neutral(part=6)
        if self.second is not None:
            for event in chance.some(self.second.all("event"), 2):
                writer.say(event)
        self._elsewhere()
        if self.offered:
            writer.say(REDRESS[self.offered].offered)
        self._blocks(asides["background"])
        self._neutral(part=2)
        writer.head("Analysis")
        for line in chance.some(story.all("fault" if upheld else "fine"), 3):
            writer.say(line)
        if self.relied:
            for line in self.relied[2]:
                writer.say(line)
        if self.second is not None:
            writer.say(chance.pick(self.second.all("fault" if upheld else "fine")))
        self._neutral(part=4)
        self._blocks(asides["analysis"])
        self._theme()
        if upheld:
            if self.unequal:
                writer.say("I find no injustice to {X} that calls for more than an apology.")
            else:
                writer.say(
                    "[What this meant for {X} is an injustice"
                    "|I consider the injustice to {X} to be considerable]. {harm}.",
                    harm=writer.text(chance.pick(story.all("harm")), X=writer.slots["X"]),
                )
            self._remedy(asides)
        writer.head("Final decision")
        self._standard(SectionKind.FINAL_DECISION)
        ending = (
            "[{CC} was at fault|We found fault by {C}, which accepts this] and has agreed to act."
            if upheld
            else "We found no fault by {C}."
        )
        parts = [f"{writer.slots['X']} complained that {gist}.", writer.text(ending)]
        if self.theme and self.theme_in_full:
            parts.append(writer.text(THEMES[self.theme].told) + ".")
        return Told(" ".join([*parts, *asides["summary"]]), writer.parts())

    def _theme(self) -> None:
        if self.theme is None:
            return
        theme = THEMES[self.theme]
        if self.theme_in_full:
            self.writer.head(theme.heading)
        for line in theme.found if self.theme_in_full else theme.found[:1]:
            self.writer.say(line)

    def _remedy(self, asides: Mapping[str, Sequence[str]]) -> None:
        writer, chance = self.writer, self.chance
        writer.head("Agreed action")
        points = [
            "apologise to {X} for the faults I have found",
            "pay {him} £{150-1000} for [the distress|the time and trouble {he} was put to]",
        ]
        points += [REDRESS[key].agreed for key in self.agreed]
        points += chance.some(self.story.all("action"), 2)
        lead = "Within [one month|four weeks] of my final decision {C} will:"
        writer.listed(writer.text(lead), [writer.text(point) for point in points])
        self._blocks(asides["remedy"])
        self._standard(SectionKind.REMEDY)

    def _elsewhere(self) -> None:
        if self.elsewhere:
            self.writer.say(
                "Before {m0} {X} lived in the area of {other}, which had dealt with {him} "
                "[without trouble|in much the same way].",
                other=self.elsewhere,
            )

    def _neutral(self, part: int) -> None:
        """Its share of the neutral paragraphs."""
        count = self.chance.weighted(LENGTHS)
        for line in self.chance.some(NEUTRAL, -(-count // part)):
            self.writer.say(line)

    def _asides(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {
            place: []
            for place in ("complaint", "scope", "background", "analysis", "remedy", "summary")
        }
        for one in self.aside:
            name = self.chance.pick(TOPICS[one.subcategory][1])
            times = self.chance.weighted(((1, 4), (2, 2), (3, 1)))
            for place, line in self.chance.some(ASIDES, times):
                found[place].append(self.writer.text(line, name=name))
        return found

    def _blocks(self, texts: Sequence[str]) -> None:
        for text in texts:
            self.writer.block(text)

    def _standard(self, section: SectionKind) -> None:
        for one in STANDARD:
            applies = (
                one.section is section
                and self.kind in one.outcomes
                and (not one.categories or self.story.category in one.categories)
            )
            if applies and self.chance.happens(one.share):
                text = self.writer.text(one.text)
                self.standard.add(text)
                self.writer.block(text)

    def _plain(self, case: Case) -> str:
        return " ¶ ".join(_plain_pieces(case, self.standard)).lower()


def _plain_pieces(case: Case, standard: set[str]) -> Iterator[str]:
    yield case.summary
    for section in case.sections():
        if section.kind is not SectionKind.POWERS:
            yield section.heading
        yield from (one.text for one in section.paragraphs if one.text not in standard)


def _topic(story: Story) -> str | None:
    if story.one("key") == "data":
        return "topic:data-protection"
    known = TOPICS.get(story.subcategory)
    return None if known is None else f"topic:{known[0]}"


def _with_kin(told: Sequence[Story]) -> Story:
    return next(story for story in told if story.one("who") == "relative")
