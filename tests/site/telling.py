"""Puts a statement's text together from a story: parts, paragraphs, lists, cross-references.

What is special to a subject comes from the story, what every statement has in common from
``phrases.txt``. Reports are told in ``reporting``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.site.cases import Item
from tests.site.stories import Chance, Story, money, phrases
from tests.site.words import STATUTE_SPELLINGS
from tests.site.writing import (
    LATER,
    Harms,
    Told,
    Writer,
    capital,
    cited,
    joined,
    punctuated,
    set_paragraph,
    slots,
)

ASSESSMENT_SINCE = date(2022, 1, 1)
"""Refusals before this use "What I found", later ones "My assessment" (domain: early 2022)."""

LEADS = (
    "[{X} complains|The complainant, whom I shall call {X}, complains|{X} says"
    "|The complainant, whom I refer to as {X}, says]"
)
AGREED = (
    "[To put right the injustice|To remedy the injustice I have found], {C} has agreed "
    "[within one month|within four weeks|within six weeks] of [my final decision"
    "|the final decision|the date of this statement] to:"
)
SAID = (
    "[There was no fault in how {C} dealt with this|We did not find {C} at fault"
    "|{CC} acted without fault, so we do not uphold the complaint]."
)
REMEDY_FORMS: tuple[tuple[str, int], ...] = (
    ("remedy-pay", 5),
    ("remedy-total", 1),
    ("remedy-rate", 1),
    ("remedy-share", 1),
    ("remedy-sum", 1),
    ("", 1),
)
REMEDY_HEADINGS: tuple[tuple[str, int], ...] = (
    ("Agreed action", 6),
    ("Recommended action", 1),
    ("Recommended/agreed action", 1),
    ("Agreed remedy", 1),
)
IN_SHORT = {
    "remedy-rate": "pay for the weeks that were lost",
    "remedy-share": "refund part of the cost",
}
SCOPES: tuple[tuple[tuple[str, str], int], ...] = (
    (("", ""), 16),
    (("before powers", "What I have investigated"), 2),
    (("after powers", "What I have investigated"), 1),
    (("before powers", "What I have and have not investigated"), 1),
    (("after powers", "What I have and have not investigated"), 1),
    (("last", "Parts of the complaint that I did not investigate"), 2),
)


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
    writer = Writer(chance, slots(chance, story, body_kind, decided))
    gist = writer.text(story.one("gist"))
    harms = Harms.of(writer, story)
    _complaint(writer, story, gist, harms)
    if outcome.startswith("Closed"):
        return _refusal(writer, story, gist, body_kind, decided)
    place, heading = chance.weighted(SCOPES)
    _scope(writer, heading, place == "before powers")
    _powers(writer, story, body_kind, joint=joint)
    _scope(writer, heading, place == "after powers")
    writer.head("How we considered this complaint" if joint else "How I considered this complaint")
    for key in ("heard", "enquired", "draft"):
        writer.phrase(key)
    upheld = outcome == "Upheld"
    found = _findings(writer, story, upheld=upheld, harms=harms)
    ending = writer.text(SAID)
    if upheld:
        short = joined(_remedy(writer, story, found, body_kind))
        ending = f"{writer.slots['CC']} was at fault. {harms.told(1)}. "
        ending += f"{writer.slots['CC']} has agreed to {short}."
    writer.head(chance.weighted((("Final decision", 6), ("Decision", 1))))
    writer.phrase("upheld" if upheld else "unfaulted")
    _scope(writer, heading, place == "last")
    return Told(f"{writer.slots['X']} complained that {gist}. {ending}", writer.parts())


def _complaint(writer: Writer, story: Story, gist: str, harms: Harms) -> None:
    chance = writer.chance
    writer.head("The complaint")
    lead = writer.text(LEADS)
    points = [writer.text(line) for line in chance.some(story.all("point"), 4)]
    if len(points) > 1 and chance.happens(0.5):
        writer.block(f"{lead} that {gist}.")
        who = writer.text("[In particular {he} says|{He} says|{X} tells us] that {C}:")
        writer.listed(who, points, lettered=chance.happens(0.4))
    else:
        also = writer.text("{He} also says that {C}")
        writer.block(f"{lead} that {gist}. {also} {points[0]}.")
    writer.say("{X} says {harm}.", harm=" and that ".join(harms.pronoun[:2]))
    if chance.happens(0.5):
        writer.phrase("wants")


def _scope(writer: Writer, heading: str, here: bool) -> None:
    if not here:
        return
    writer.head(heading)
    if heading.startswith("Parts"):
        writer.phrase("left")
        return
    writer.phrase("scoped")
    if "not" in heading:
        writer.phrase("unscoped")


def _powers(
    writer: Writer, story: Story, body_kind: str, *, joint: bool, closing: Sequence[str] = ()
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
    for key in dict.fromkeys(keys):
        sentence, statute = set_paragraph(key)
        if statute and chance.happens(0.12):
            old, new = chance.pick(STATUTE_SPELLINGS)
            statute = statute.replace(old, new)
        writer.block(f"{sentence} {statute}".strip())


def _findings(writer: Writer, story: Story, *, upheld: bool, harms: Harms) -> list[int]:
    """The findings; returns the numbers of the paragraphs that say fault or none."""
    chance = writer.chance
    flat = chance.happens(0.15)
    writer.head("Findings" if chance.happens(0.15) else "What I found")
    if not flat:
        general = chance.pick(("The law and guidance", "Legal and administrative background"))
        own = story.one("head")
        writer.head(own if own and chance.happens(0.6) else general)
    for line in chance.some(story.all("law"), 3):
        writer.say(line)
    if chance.happens(0.3):
        tail = f"({story.one('act')}, section {chance.between(2, 90)})"
        writer.block(
            writer.text(chance.pick(phrases("duties"))),
            writer.duties(4),
            lettered=chance.happens(0.3),
            tail=tail if chance.happens(0.5) else None,
        )
    if not flat:
        writer.head(chance.weighted((("What happened", 6), ("Background", 2), ("Key facts", 1))))
    events = [writer.say(event) for event in story.all("event")]
    for line in chance.some(phrases("complained"), 2):
        writer.say(line)
    if chance.happens(0.5):
        writer.phrase("context")
    if not flat:
        writer.head("Analysis")
    if chance.happens(0.2):
        writer.say("The events are set out in {at}.", at=cited(events[0], events[-1]))
    if chance.happens(0.4):
        writer.phrase("weighed")
    reasons = story.all("fault" if upheld else "fine")
    found = [writer.say(line) for line in chance.some(reasons, 3)]
    if not flat and chance.happens(0.15):
        writer.head(writer.text("{CC}'s handling of the complaint"))
        writer.phrase("handling")
    elif upheld and chance.happens(0.4):
        writer.phrase("handling")
    if upheld:
        at = f"(see {cited(found[0], found[-1])})"
        writer.phrase("injustice", at=at, Harm=harms.told())
    return found


def _remedy(writer: Writer, story: Story, found: Sequence[int], body_kind: str) -> list[str]:
    """The agreed action; returns it in short, for the summary."""
    chance = writer.chance
    writer.head(chance.weighted(REMEDY_HEADINGS))
    short = ["apologise"]
    points = [
        writer.text(
            "apologise to {X} for the faults [{at}|I have found|and for what followed from them]",
            at=f"in {cited(found[0], found[-1])}",
        )
    ]
    form = chance.weighted(REMEDY_FORMS)
    if form:
        first, second = chance.between(3, 20) * 50, chance.between(2, 6) * 50
        points.append(
            writer.text(
                chance.pick(phrases(form)),
                a=money(first),
                b=money(second),
                t=money(first + second),
            )
        )
        short.append(IN_SHORT.get(form, "make a payment"))
    if chance.happens(0.3):
        points.append(writer.text(phrases("remedy-review")[0]))
        short.append("review its decision")
    lead = writer.text(AGREED)
    if len(points) == 1:
        writer.block(f"{lead[:-1]} {points[0]}.")
    else:
        writer.listed(lead, points, lettered=chance.happens(0.35))
    _improvements(writer, story)
    short.append("improve its practice" if body_kind == "care" else "improve its service")
    writer.phrase("evidence", at=f"in {cited(writer.number - 1, writer.number)}")
    return short


def _improvements(writer: Writer, story: Story) -> None:
    chance = writer.chance
    actions = [writer.text(line) for line in chance.some(story.all("action"), 2)]
    lead = f"{capital(chance.pick(LATER))} {writer.slots['C']} will also"
    if chance.happens(0.12):
        briefing = Item("brief its staff, so that they:", writer.duties(3))
        writer.block(f"{lead}:", (briefing, *punctuated(actions)))
    elif len(actions) > 1:
        writer.listed(f"{lead}:", actions)
    else:
        writer.block(f"{lead} {actions[0]}.")


def _refusal(writer: Writer, story: Story, gist: str, body_kind: str, decided: date) -> Told:
    chance = writer.chance
    reason = writer.text(chance.pick(story.all("closed")))
    applies = {
        "tribunal": "ribunal" in reason,
        "data": "Information Commissioner" in reason or "ICO" in reason,
        "late": " late" in reason,
        "better": True,
    }
    closing = [key for key, really in applies.items() if really]
    _powers(writer, story, body_kind, joint=False, closing=closing)
    writer.head("How I considered this complaint")
    writer.phrase("heard")
    writer.phrase("refused")
    old = decided < ASSESSMENT_SINCE
    writer.head("What I found" if old else "My assessment")
    for event in story.all("event")[: chance.between(1, 3)]:
        writer.say(event)
    if old and chance.happens(0.5):
        writer.head("Analysis")
    writer.block(reason)
    if chance.happens(0.4):
        writer.phrase("aside")
    writer.head("Final decision")
    writer.block(f"We will not investigate this complaint. {reason}")
    person = writer.slots["X"]
    return Told(
        f"We will not investigate {person}’s complaint that {gist}. {reason}", writer.parts()
    )
