"""Puts one decision's text together from a story: parts, paragraphs, lists, cross-references.

What every decision has in common stands here, in our own words; what is special to a subject comes
from the story. A ``Told`` has no reference, body or day of publication: see ``invention``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from archive.records import SectionKind
from tests.site.cases import Block, Item, Part, long_day
from tests.site.stories import Chance, Story, fill, money, phrases
from tests.site.words import (
    CALLED,
    HEADINGS,
    KIN,
    LETTERS,
    OTHER_LETTERS,
    PEOPLE,
    STATUTE_SPELLINGS,
)

ASSESSMENT_SINCE = date(2022, 1, 1)
"""Refusals before this use "What I found", later ones "My assessment" (domain: early 2022)."""

_KINDS = {heading: (kind, sub) for heading, kind, sub in HEADINGS}

DEADLINES = ("within one month", "within four weeks", "within six weeks")
LATER = ("within three months", "within twelve weeks", "within two months")


@dataclass(frozen=True, slots=True)
class Told:
    """The text of a decision without its header."""

    summary: str
    parts: tuple[Part, ...]


class _Writer:
    """Gathers parts and keeps count of the printed numbers, so that paragraphs can be cited."""

    def __init__(self, chance: Chance, slots: Mapping[str, str], *, numbered: bool = True) -> None:
        self.chance = chance
        self.slots = dict(slots)
        self.numbered = numbered
        self.number = 0
        self._parts: list[tuple[str, SectionKind, bool, list[Block]]] = []

    def head(self, heading: str) -> None:
        """Begin a part; what is not in the table of headings is kept as "other" under the last."""
        kind, sub = _KINDS.get(heading, (SectionKind.OTHER, True))
        if heading.endswith(" scheme") or (heading[-5:-4] == " " and heading[-4:].isdigit()):
            kind = SectionKind.BACKGROUND
        self._parts.append((heading, kind, sub, []))

    def say(self, template: str, **more: str) -> int:
        """Add a paragraph; returns its printed number."""
        return self.block(self.text(template, **more))

    def text(self, template: str, **more: str) -> str:
        """The filled template, without adding it."""
        return fill(template, self.chance, {**self.slots, **more})

    def block(
        self,
        text: str,
        items: Sequence[Item] = (),
        *,
        lettered: bool = False,
        tail: str | None = None,
        numbered: bool = True,
    ) -> int:
        """Add a paragraph as it stands, with its list."""
        counts = numbered and self.numbered
        self.number += counts
        self._parts[-1][3].append(Block(text, counts, tuple(items), lettered, tail))
        return self.number

    def listed(self, lead: str, points: Sequence[str], *, lettered: bool = False) -> int:
        """Add a paragraph with a list, punctuated as a list in a sentence."""
        return self.block(lead, punctuated(points), lettered=lettered)

    def parts(self) -> tuple[Part, ...]:
        """All parts so far."""
        return tuple(
            Part(heading, kind, sub, tuple(blocks)) for heading, kind, sub, blocks in self._parts
        )


def punctuated(points: Sequence[str]) -> tuple[Item, ...]:
    """Points as list entries: semicolons, an "and", a full stop."""
    last = len(points) - 1
    ends = {last: ".", last - 1: "; and"}
    return tuple(Item(point + ends.get(index, ";")) for index, point in enumerate(points))


def tell_statement(
    chance: Chance,
    story: Story,
    body_kind: str,
    outcome: str,
    decided: date,
    *,
    joint: bool = False,
) -> Told:
    """The text of a statement with this outcome."""
    writer = _Writer(chance, _slots(chance, story, body_kind, decided))
    gist = writer.text(story.one("gist"))
    harms = [writer.text(line) for line in story.all("harm")]
    _complaint(writer, story, gist, harms)
    if outcome.startswith("Closed"):
        return _refusal(writer, story, gist, body_kind, decided)
    scope = chance.below(12)
    if scope < 2:
        _scope(writer, chance.pick(("What I have investigated",)))
    elif scope == 2:
        _scope(writer, "What I have and have not investigated")
    _powers(writer, story, body_kind, joint=joint)
    writer.head("How we considered this complaint" if joint else "How I considered this complaint")
    writer.say(chance.pick(phrases("heard")))
    writer.say(chance.pick(phrases("enquired")))
    writer.say(chance.pick(phrases("draft")))
    upheld = outcome == "Upheld"
    analysed = _findings(writer, story, upheld=upheld, harms=harms)
    remedies: list[str] = []
    if upheld:
        remedies = _remedy(writer, story, analysed, body_kind)
    writer.head(chance.weighted((("Final decision", 6), ("Decision", 1))))
    if upheld:
        writer.say(
            "[I have completed my investigation|I have ended my investigation] and uphold the "
            "complaint. There was fault by {C} which caused [an injustice|injustice to {X}]. "
            "{CC} has agreed to remedy it."
        )
        ending = "{CC} was at fault. {Harm}. {CC} has agreed to " + joined(remedies) + "."
    else:
        writer.say(
            "I have completed my investigation. [I found no fault by {C}|There was no fault]."
        )
        ending = (
            "[There was no fault in how {C} dealt with this|We did not find {C} at fault"
            "|{CC} acted without fault, so we do not uphold the complaint]."
        )
    if scope == 3:
        _scope(writer, "Parts of the complaint that I did not investigate")
    summary = f"{writer.slots['X']} complained that {gist}. " + writer.text(
        ending, Harm=capital(harms[0])
    )
    return Told(summary, writer.parts())


def _complaint(writer: _Writer, story: Story, gist: str, harms: Sequence[str]) -> None:
    chance = writer.chance
    writer.head("The complaint")
    lead = writer.text(
        "[{X} complains|The complainant, whom I shall call {X}, complains|{X} says|"
        "The complainant, whom I refer to as {X}, says]"
    )
    points = [writer.text(line) for line in chance.some(story.all("point"), 4)]
    if len(points) > 1 and chance.happens(0.5):
        writer.say("{lead} that {gist}.", lead=lead, gist=gist)
        writer.listed(
            writer.text("[In particular {he} says|{He} says|{X} tells us] that {C}:"),
            points,
            lettered=chance.happens(0.4),
        )
    else:
        also = f" {writer.slots['He']} also says that {writer.slots['C']} {points[0]}."
        writer.say("{lead} that {gist}.{also}", lead=lead, gist=gist, also=also)
    writer.say("{X} says {harm}.", harm=" and that ".join(harms[:2]))
    if chance.happens(0.5):
        writer.say(chance.pick(phrases("wants")))


def _scope(writer: _Writer, heading: str) -> None:
    writer.head(heading)
    if heading.startswith("Parts"):
        writer.say(
            "I have not investigated what happened before {m0}. {X} knew of it at the time and "
            "could have complained to us sooner."
        )
        return
    writer.say("I have investigated [what happened from {m0} on|the events since {m1}].")
    if "not" in heading:
        writer.say(
            "I have not investigated [earlier events, because the complaint about them is late"
            "|the conduct of the police, over whom we have no power]."
        )


def _powers(
    writer: _Writer, story: Story, body_kind: str, *, joint: bool, closing: Sequence[str] = ()
) -> None:
    chance = writer.chance
    writer.head("The Ombudsmen’s role and powers" if joint else "The Ombudsman’s role and powers")
    keys = ["fault"]
    if joint:
        keys.append("joint")
    if body_kind == "care":
        keys.append("provider")
    keys.extend(closing or ("merits", "completed"))
    if not closing and chance.happens(0.25):
        keys.append("late")
    if story.one("key") == "data" and "data" not in keys:
        keys.append("data")
    if story.category == "Education" and chance.happens(0.4):
        keys.append(chance.pick(("tribunal", "school")))
    if story.category.startswith("Adult") and chance.happens(0.4):
        keys.append("standards")
    for key in keys:
        sentence, statute = set_paragraph(key)
        if statute and chance.happens(0.12):
            old, new = chance.pick(STATUTE_SPELLINGS)
            statute = statute.replace(old, new)
        writer.block(f"{sentence} {statute}".strip())


def set_paragraph(key: str) -> tuple[str, str]:
    """A paragraph of the powers section and the statute it ends on (may be empty)."""
    return phrases(f"power-{key}")[0], "".join(phrases(f"statute-{key}"))


def _findings(writer: _Writer, story: Story, *, upheld: bool, harms: Sequence[str]) -> list[int]:
    """The findings; returns the numbers of the paragraphs that find fault."""
    chance = writer.chance
    flat = chance.happens(0.15)
    writer.head("Findings" if chance.happens(0.15) else "What I found")
    if not flat:
        general = chance.pick(("The law and guidance", "Legal and administrative background"))
        own = story.one("head")
        writer.head(own if own and chance.happens(0.6) else general)
    laws = chance.some(story.all("law"), 3)
    for line in laws:
        writer.say(line)
    if chance.happens(0.3):
        duties = [
            fill(duty, chance, {}) for duty in chance.some(phrases("duty"), chance.between(2, 4))
        ]
        tail = f"({story.one('act')}, section {chance.between(2, 90)})"
        writer.block(
            writer.text(chance.pick(phrases("duties"))),
            punctuated(duties),
            lettered=chance.happens(0.3),
            tail=tail if chance.happens(0.5) else None,
        )
    if not flat:
        writer.head(chance.weighted((("What happened", 6), ("Background", 2), ("Key facts", 1))))
    events = chance.some(story.all("event"), 9)
    told = [writer.say(event) for event in events]
    for line in chance.some(phrases("complained"), 2):
        writer.say(line)
    if not flat:
        writer.head("Analysis")
    if chance.happens(0.2):
        writer.say("The events are set out in {at}.", at=cited(told[0], told[-1]))
    reasons = story.all("fault" if upheld else "fine")
    found = [writer.say(line) for line in chance.some(reasons, 3)]
    if not flat and chance.happens(0.15):
        writer.head(writer.text("{CC}'s handling of the complaint"))
        writer.say(chance.pick(phrases("handling")))
    elif upheld and chance.happens(0.5):
        writer.say(chance.pick(phrases("handling")))
    if upheld:
        writer.say(
            chance.pick(phrases("injustice")),
            at=f"(see {cited(found[0], found[-1])})",
            Harm=capital(" and ".join(harms)),
        )
    return found


def _remedy(writer: _Writer, story: Story, found: Sequence[int], body_kind: str) -> list[str]:
    """The agreed action; returns it in short, for the summary."""
    chance = writer.chance
    writer.head(
        chance.weighted(
            (
                ("Agreed action", 6),
                ("Recommended action", 1),
                ("Recommended/agreed action", 1),
                ("Agreed remedy", 1),
            )
        )
    )
    slots = writer.slots
    short = ["apologise"]
    points = [
        writer.text(
            "apologise to {X} for the faults [{at}|I have found|and for what followed from them]",
            at=f"in {cited(found[0], found[-1])}",
        )
    ]
    amount = chance.between(3, 20) * 50
    form = chance.below(10)
    if form < 5:
        points.append(
            writer.text(
                "pay {him} {sum} to recognise [the distress|the uncertainty|{his} avoidable time "
                "and trouble|what {he} went through]",
                sum=money(amount),
            )
        )
        short.append("make a payment")
    elif form == 5:
        other = chance.between(2, 6) * 50
        points.append(
            writer.text(
                "pay {him} {a} for the distress and {b} for {his} time and trouble, a total of {t}",
                a=money(amount),
                b=money(other),
                t=money(amount + other),
            )
        )
        short.append("make a payment")
    elif form == 6:
        rate, weeks = chance.between(11, 48), chance.between(6, 40)
        points.append(
            writer.text("pay {him} {rate} per week for {n} weeks", rate=f"£{rate}", n=str(weeks))
        )
        short.append("pay for the weeks that were lost")
    elif form == 7:
        points.append(
            writer.text(
                "refund {share}% of the cost, which comes to £{n}",
                share=str(chance.pick((25, 50, 75))),
                n=str(chance.between(1050, 4628)),
            )
        )
        short.append("refund part of the cost")
    elif form == 8:
        points.append(writer.text("pay {him} a sum equivalent to the cost of what {he} missed"))
        short.append("make a payment")
    if chance.happens(0.3):
        points.append(
            writer.text("review its decision and tell {X}, with reasons, what it decides")
        )
        short.append("review its decision")
    by = chance.pick(DEADLINES)
    lead = writer.text(
        "[To put right the injustice|To remedy the injustice I have found], {C} has agreed {by} of "
        "[my final decision|the final decision|the date of this statement] to:",
        by=by,
    )
    if len(points) == 1:
        writer.block(f"{lead[:-1]} {points[0]}.")
    else:
        writer.listed(lead, points, lettered=chance.happens(0.35))
    actions = [writer.text(line) for line in chance.some(story.all("action"), 2)]
    later = chance.pick(LATER)
    if len(actions) > 1:
        writer.listed(f"{capital(later)} {slots['C']} will also:", actions)
    elif actions:
        writer.block(f"{capital(later)} {slots['C']} will also {actions[0]}.")
    short.append("improve its practice" if body_kind == "care" else "improve its service")
    writer.say(chance.pick(phrases("evidence")), at=f"in {cited(writer.number - 1, writer.number)}")
    return short


def _refusal(writer: _Writer, story: Story, gist: str, body_kind: str, decided: date) -> Told:
    chance = writer.chance
    reasons = [writer.text(line) for line in story.all("closed")]
    reason = chance.pick(reasons)
    closing = {
        "tribunal": "ribunal" in reason,
        "data": "Information Commissioner" in reason or "ICO" in reason,
        "late": " late" in reason,
    }
    keys = [key for key, applies in closing.items() if applies]
    _powers(writer, story, body_kind, joint=False, closing=[*keys, "better"])
    writer.head("How I considered this complaint")
    writer.say(chance.pick(phrases("heard")))
    writer.say(chance.pick(phrases("refused")))
    old = decided < ASSESSMENT_SINCE
    writer.head("What I found" if old else "My assessment")
    for event in story.all("event")[: chance.between(1, 3)]:
        writer.say(event)
    if old and chance.happens(0.5):
        writer.head("Analysis")
    writer.block(reason)
    if chance.happens(0.4):
        writer.say(
            "[I understand that {X} is unhappy with how {C} dealt with the complaint itself"
            "|{X} is also unhappy about the time it took to answer]. It is not a good use of "
            "public money to look at that alone when we are not looking at what lies behind it."
        )
    writer.head("Final decision")
    writer.say("We will not investigate this complaint. {reason}", reason=reason)
    summary = f"We will not investigate {writer.slots['X']}’s complaint that {gist}. {reason}"
    return Told(summary, writer.parts())


def tell_report(
    chance: Chance, story: Story, body_kind: str, decided: date, *, families: int = 1
) -> Told:
    """The text of a report: unnumbered, a lead sentence and bullets, up to two deep."""
    slots = _slots(chance, story, body_kind, decided)
    person = chance.pick(("A woman", "A man", "A resident"))
    if story.one("who") == "parent":
        person = chance.pick(("A mother", "A father"))
    the = f"the {person.split()[1]}"
    her = "his" if person in {"A man", "A father"} else "her"
    slots.update(X=the, he=_SHE[her], him=_HER[her], his=her, He=_SHE[her].capitalize())
    writer = _Writer(chance, slots, numbered=False)
    gist = writer.text(story.one("gist"))
    harms = [writer.text(line) for line in story.all("harm")]
    writer.head("The complaint")
    whole = f"{person} complained that {gist}."
    if families > 1:
        whole += (
            f" {_NUMBERS[families].capitalize()} families complained to us about the same thing."
        )
    writer.block(whole)
    if chance.happens(0.6):
        writer.block(f"{capital(the)} told us that {harms[0]}.")
    writer.head("Finding")
    writer.block("The Ombudsman upheld the complaint and found fault causing injustice.")
    if chance.happens(0.4):
        writer.say(chance.pick(story.all("fault")))
    _recommendations(writer, story, the, families)
    if chance.happens(0.12):
        writer.head("Further report")
        writer.say(
            "{CC} did not do what we had recommended. We issued a further report on {day}.",
            day=long_day(decided - timedelta(days=30)),
        )
        writer.head("Finding")
        writer.block("The Ombudsman found that the injustice had not been remedied.")
        _recommendations(writer, story, the, families)
    summary = capital(f"{person} complained that {gist}. ") + f"As a result {harms[0]}."
    return Told(summary, writer.parts())


_SHE = {"his": "he", "her": "she"}
_HER = {"his": "him", "her": "her"}
_NUMBERS = {2: "two", 3: "three", 4: "four"}
_FAMILIES = ("first", "second", "third", "fourth")


def _recommendations(writer: _Writer, story: Story, the: str, families: int) -> None:
    chance = writer.chance
    writer.head("Recommendations")
    amounts = [money(chance.between(2, 13) * 50) for _ in range(families)]
    if families > 1:
        shares = [
            f"the {_FAMILIES[index]} family {amount}"
            if index == 0
            else f"the {_FAMILIES[index]} {amount}"
            for index, amount in enumerate(amounts)
        ]
        pay = f"pay {joined(shares)}"
    else:
        pay = f"Pay {the} {amounts[0]} for the distress and the time and trouble"
    actions = [writer.text(line) for line in story.all("action")]
    items = [Item(f"apologise to {the} in person;"), Item(f"{pay};")]
    if chance.happens(0.6):
        inner = punctuated([fill(duty, chance, {}) for duty in chance.some(phrases("duty"), 3)])
        items.append(
            Item(f"{chance.pick(LATER)} of the report review its procedures, so that staff:", inner)
        )
    if chance.happens(0.4):
        items.append(Item(f"meet {chance.pick((25, 50))}% of the cost of putting things right;"))
    items.extend(Item(f"{action};") for action in actions[:-1])
    items.append(Item(f"{actions[-1]}."))
    lead = chance.pick(
        (
            "To remedy the injustice caused, {C} has agreed to:",
            "{CC} should, within three months of the date of the report:",
            "The Ombudsman recommends that {C}:",
        )
    )
    writer.block(writer.text(lead), items)
    if chance.happens(0.5):
        writer.say("{CC} must consider the report and confirm within three months what it will do.")


def sample_like(chance: Chance, decided: date) -> Told:
    """A complaint about data sharing, refused because another body is better placed.

    Of the same form as the sample this project was given (section kinds and paragraph numbers
    1 | 2–3 | 4 | 5–7 | 8–9 | 10), in other words.
    """
    writer = _Writer(chance, {})
    writer.head("The complaint")
    writer.block(
        "The complainant, whom I refer to as Mr B, says the Council passed on to his daughter’s "
        "mother what he had told it in confidence. He says his daughter has not wanted to see him "
        "since."
    )
    writer.head("The Ombudsman’s role and powers")
    for key in ("data", "better"):
        writer.block(" ".join(set_paragraph(key)))
    writer.head("How I considered this complaint")
    writer.block(
        "I considered what Mr B sent us and the Council’s letters to him. Mr B was able to comment "
        "on a draft of this decision."
    )
    writer.head("What I found")
    writer.block(
        "In the winter Mr B told the Council that he was worried about his daughter’s care. He "
        "later learned that her mother had been shown his letter, and he complained."
    )
    writer.block(
        "The Council dealt with this as a complaint about data protection. Its data protection "
        "officer found no breach of the data protection legislation, and told Mr B that he could "
        "go to the Information Commissioner’s Office (ICO) if he disagreed."
    )
    writer.block(
        "Mr B says the social worker had taken sides against him from the beginning, quite apart "
        "from any breach of data protection."
    )
    writer.head("Analysis")
    writer.block(
        "Disputes over data protection are what the ICO was set up for. It can decide whether the "
        "exemptions that protect children applied here. We cannot, and it is better placed than we "
        "are."
    )
    writer.block(
        "We look at what the Council has done as an organisation and do not hold one of its staff "
        "to account. Mr B may raise a social worker’s conduct with the body that regulates the "
        "profession."
    )
    writer.head("Final decision")
    writer.block("We will not investigate Mr B’s complaint, as other bodies are better placed.")
    return Told(
        "We will not investigate Mr B’s complaint that the Council shared information about him "
        "and that a social worker was biased. Other bodies are better placed to consider data "
        "protection and the conduct of a professional.",
        writer.parts(),
    )


def _slots(chance: Chance, story: Story, body_kind: str, decided: date) -> dict[str, str]:
    title, he, him, his = chance.pick(PEOPLE)
    letter = chance.pick(LETTERS)
    called = chance.pick(CALLED.get(body_kind, ("the Council",)))
    slots = {
        "X": f"{title} {letter}",
        "he": he,
        "him": him,
        "his": his,
        "He": he.capitalize(),
        "C": called,
        "CC": capital(called),
    }
    kin = KIN.get(story.one("who"))
    if kin is not None:
        word, yhe, yhim, yhis = chance.pick(kin)
        slots.update(
            kin=word,
            Y=chance.pick(OTHER_LETTERS),
            yhe=yhe,
            yhim=yhim,
            yhis=yhis,
            Yhe=yhe.capitalize(),
            Yhis=yhis.capitalize(),
        )
        if story.one("who") == "relative":
            slots["Y"] = f"{'Mr' if yhe == 'he' else 'Mrs'} {slots['Y']}"
    day = decided - timedelta(days=chance.between(480, 900))
    step = max(20, ((decided - day).days - 150) // 10)
    for index in range(10):
        slots[f"d{index}"] = long_day(day)
        slots[f"m{index}"] = long_day(day).partition(" ")[2]
        day += timedelta(days=step - chance.below(step // 2))
    return slots


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
