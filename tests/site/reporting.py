"""Puts together the texts that are not ordinary statements: reports, and the one set sample."""

from __future__ import annotations

from datetime import date, timedelta

from tests.site.cases import Item, long_day
from tests.site.stories import Chance, Story, money, phrases
from tests.site.writing import (
    LATER,
    Harms,
    Told,
    Writer,
    capital,
    joined,
    set_paragraph,
    slots,
)

PERSONS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "parent": (("mother", "she", "her", "her"), ("father", "he", "him", "his")),
    "": (
        ("woman", "she", "her", "her"),
        ("man", "he", "him", "his"),
        ("resident", "she", "her", "her"),
    ),
}
NUMBERS = {2: "Two", 3: "Three", 4: "Four"}
ORDER = ("first family", "second", "third", "fourth")


def tell_report(
    chance: Chance, story: Story, body_kind: str, decided: date, *, families: int = 1
) -> Told:
    """The text of a report: unnumbered, a lead sentence and bullets, up to two deep."""
    person, he, him, his = chance.pick(PERSONS.get(story.one("who"), PERSONS[""]))
    words = slots(chance, story, body_kind, decided)
    words.update(X=f"the {person}", he=he, him=him, his=his, He=capital(he))
    writer = Writer(chance, words, numbered=False)
    gist = writer.text(story.one("gist"))
    harms = Harms.of(writer, story)
    writer.head("The complaint")
    whole = f"A {person} complained that {gist}."
    if families > 1:
        whole += f" {NUMBERS[families]} families complained to us about the same thing."
    writer.block(whole)
    if chance.happens(0.6):
        writer.say("{He} told us that {harm}.", harm=harms.pronoun[0])
    writer.head("Finding")
    writer.block("The Ombudsman upheld the complaint and found fault causing injustice.")
    if chance.happens(0.4):
        writer.say(chance.pick(story.all("fault")))
    _recommendations(writer, story, families)
    if chance.happens(0.12):
        writer.head("Further report")
        writer.phrase("report-further", day=long_day(decided - timedelta(days=30)))
        writer.head("Finding")
        writer.block("The Ombudsman found that the injustice had not been remedied.")
        _recommendations(writer, story, families)
    summary = f"A {person} complained that {gist}. As a result {harms.pronoun[0]}."
    return Told(summary, writer.parts())


def _recommendations(writer: Writer, story: Story, families: int) -> None:
    chance, the = writer.chance, writer.slots["X"]
    writer.head("Recommendations")
    amounts = [money(chance.between(2, 13) * 50) for _ in range(families)]
    if families > 1:
        shares = [f"the {who} {sum_}" for who, sum_ in zip(ORDER, amounts, strict=False)]
        pay = f"pay {joined(shares)}"
    else:
        pay = f"Pay {the} {amounts[0]} for the distress and the time and trouble"
    items = [Item(f"apologise to {the} in person;"), Item(f"{pay};")]
    if chance.happens(0.6):
        lead = f"{chance.pick(LATER)} of the report review its procedures, so that staff:"
        items.append(Item(lead, writer.duties(3)))
    if chance.happens(0.4):
        items.append(Item(f"meet {chance.pick((25, 50))}% of the cost of putting things right;"))
    actions = [writer.text(line) for line in story.all("action")]
    items.extend(Item(f"{action}; and") for action in actions[:-1])
    items.append(Item(f"{actions[-1]}."))
    writer.block(writer.text(chance.pick(phrases("report-lead"))), items)
    if chance.happens(0.5):
        writer.phrase("report-end")


def tell_sample(chance: Chance) -> Told:
    """A complaint about data sharing, refused because another body is better placed.

    Sections complaint, powers, method, findings, analysis, final_decision with the numbers
    1 | 2-3 | 4 | 5-7 | 8-9 | 10.
    """
    writer = Writer(chance, {})
    for line in phrases("sample"):
        heading, _, text = line.partition(" > ")
        if not text:
            writer.head(heading)
        elif heading == "set":
            writer.block(" ".join(set_paragraph(text)))
        else:
            writer.say(text)
    return Told(writer.text(phrases("sample-summary")[0]), writer.parts())
