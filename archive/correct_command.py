"""``decisions correct``: a person's word on what was agreed, kept apart from what the parser reads.

The publisher's words are never changed: a correction is of our reading of them. What is typed is
read in ``archive.correction_values``, where it is laid over a reading in ``archive.corrections``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.errors import NotFound, UsageError
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.correction_book import Listed
    from archive.correction_values import Words
    from archive.records import Correction, StoredDecision

MOST_WORDS = 1000


@click.command()
@click.argument("reference", nargs=-1)
@click.option("--remedy", "number", type=click.IntRange(min=1), metavar="N", help="Which remedy.")
@click.option("--kind", metavar="KIND", help="apology, payment, refund, review, training, other …")
@click.option("--amount", metavar="POUNDS", help="Its sum: £1,250.50 or 1250. none: no sum.")
@click.option("--rate", metavar="RATE", help="So much for each period: '£22 per week'.")
@click.option("--share", metavar="PERCENT", help="A share of a cost: 50%.")
@click.option("--payee", metavar="WHO", help="Who receives it.")
@click.option("--total/--no-total", default=None, help="Whether it is a total of other remedies.")
@click.option(
    "--each/--in-all", default=None, help="Whether each of several payees gets it, or all of them."
)
@click.option("--deadline", metavar="TIME", help="'1 month', '20 working days' or 2021-03-31.")
@click.option("--not-a-remedy", is_flag=True, help="What was read as remedy N is none.")
@click.option("--add", is_flag=True, help="Here is one that was missed; with --paragraph, --kind.")
@click.option("--paragraph", metavar="N", help="Printed number of its paragraph (o12: our count).")
@click.option("--words", metavar="TEXT", help="The words it stands in; else the whole paragraph.")
@click.option("--undo", type=click.IntRange(min=1), metavar="N", help="Take correction N back.")
@click.option("--by", metavar="NAME", help="Who says so.")
@click.option("--note", metavar="TEXT", help="Why.")
@click.option("--list", "listed", is_flag=True, help="All corrections of the archive.")
@click.option("--source", metavar="KEY", help="Which ombudsman, where two use the reference.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def correct(
    app: App,
    reference: tuple[str, ...],
    number: int | None,
    kind: str | None,
    amount: str | None,
    rate: str | None,
    share: str | None,
    payee: str | None,
    total: bool | None,
    each: bool | None,
    deadline: str | None,
    not_a_remedy: bool,
    add: bool,
    paragraph: str | None,
    words: str | None,
    undo: int | None,
    by: str | None,
    note: str | None,
    listed: bool,
    source: str | None,
    as_json: bool,
) -> None:
    """Correct what was read as remedies of a decision; the corrections outlive every reparse.

    With a REFERENCE alone: list its remedies, with the numbers that --remedy wants, and its
    corrections, with the numbers that --undo wants. A field that is set to none is emptied.

    \b
      decisions correct 20 011 198 --remedy 2 --kind payment --amount 250
      decisions correct 20 011 198 --remedy 3 --not-a-remedy --note "a bill"
      decisions correct 20 011 198 --add --paragraph 31 --words "£100" --kind payment --amount 100
      decisions correct 20 011 198 --undo 7
      decisions correct --list
    """
    from archive.correction_values import Words

    said = Words(kind, amount, rate, share, payee, total, deadline, each)
    asked = [number is not None, add, undo is not None]
    _check(reference, said, listed, asked, number, not_a_remedy, paragraph, words, by, note)
    if listed:
        with app.open_archive(write=False) as archive:
            every = archive.corrections.all()
        _print_list(every, as_json)
        return
    spelt = " ".join(reference)
    if not any(asked):
        with app.open_archive(write=False) as archive:
            stored = archive.find(spelt, source)
        _print(stored, None, as_json)
        return
    at = datetime.now(UTC)
    with app.open_archive(write=True) as archive:
        stored = archive.find(spelt, source)
        new: Correction | None = None
        undone: tuple[int, ...] = ()
        if undo is not None:
            undone = (_standing(stored, undo).id,)
        elif add:
            new = _added(stored, paragraph or "", words, said, at)
        elif number is not None:
            new, undone = _on_remedy(stored, number, said, at, none=not_a_remedy)
        if new is not None:
            new = replace(new, by=_short(by, "--by"), note=_short(note, "--note"))
        made = archive.corrections.save(stored.id, new=new, undo=undone, at=at)
        (after,) = archive.stored([stored.id])
        app.search_index().follow(archive)
    if new is None:
        done = f"correction {undone[0]} is taken back"
    else:
        instead = f", in the place of correction {undone[0]}" if undone else ""
        done = f"correction {made} is kept{instead}"
    _print(after, done, as_json)


def _check(
    reference: tuple[str, ...],
    said: Words,
    listed: bool,
    asked: list[bool],
    number: int | None,
    not_a_remedy: bool,
    paragraph: str | None,
    words: str | None,
    by: str | None,
    note: str | None,
) -> None:
    """Raise UsageError for options that do not go together."""
    _, add, undo = asked
    if listed and (reference or any(asked) or said.given()):
        raise UsageError("--list is about the whole archive and goes with nothing but --json")
    if not listed and not reference:
        raise UsageError("say which decision, for instance: decisions correct 20 011 198")
    if sum(asked) > 1:
        raise UsageError("--remedy, --add and --undo exclude each other; take one")
    if undo and said.given():
        raise UsageError("--undo goes with no field")
    if not_a_remedy and (number is None or said.given()):
        raise UsageError("--not-a-remedy goes with --remedy N and with no field")
    if number is not None and not (said.given() or not_a_remedy):
        raise UsageError(f"say what is wrong with remedy {number}: --amount, --kind, …")
    if add and (paragraph is None or said.kind is None):
        raise UsageError("--add needs --paragraph and --kind, and best --words")
    if not add and (paragraph is not None or words is not None):
        raise UsageError("--paragraph and --words go with --add")
    if not any(asked[:2]) and said.given():
        raise UsageError("say which remedy with --remedy N; the numbers are listed without it")
    if not any(asked[:2]) and (by is not None or note is not None):
        raise UsageError("--by and --note go with a correction")


def _short(text: str | None, option: str) -> str | None:
    if text is None:
        return None
    plain = " ".join(text.split())
    if not plain.isprintable() or len(plain) > MOST_WORDS:
        raise UsageError(f"{option} must be a text of at most {MOST_WORDS:,} ordinary characters")
    return plain or None


def _standing(stored: StoredDecision, number: int) -> Correction:
    for each in stored.corrections:
        if each.id == number:
            return each
    there = ", ".join(str(each.id) for each in stored.corrections) or "none"
    raise NotFound(f"{stored.decision.reference} has no correction {number}; it has {there}")


def _on_remedy(
    stored: StoredDecision, number: int, said: Words, at: datetime, *, none: bool
) -> tuple[Correction | None, tuple[int, ...]]:
    """A correction of one of the remedies as they stand, and those that it replaces."""
    from archive.correction_values import corrected
    from archive.making_corrections import of_remedy
    from archive.records import CorrectionKind

    remedies = stored.decision.remedies
    if number > len(remedies):
        raise NotFound(
            f"{stored.decision.reference} has {len(remedies)} remedies; there is no remedy {number}"
        )
    row = remedies[number - 1]
    if row.correction is None:
        kind = CorrectionKind.REMOVED if none else CorrectionKind.CHANGED
        return of_remedy(stored, row, row if none else corrected(row, said), kind, at), ()
    before = _standing(stored, row.correction)
    if none and before.kind is CorrectionKind.ADDED:
        return None, (before.id,)
    kind = CorrectionKind.REMOVED if none else before.kind
    values = before.remedy if none else corrected(before.remedy, said)
    again = replace(before, remedy=values, kind=kind, machine_then=before.machine_now, made_at=at)
    return again, (before.id,)


def _added(
    stored: StoredDecision, paragraph: str, words: str | None, said: Words, at: datetime
) -> Correction:
    from archive.correction_values import corrected
    from archive.making_corrections import at_words, of_place

    place = at_words(stored.decision, paragraph, words)
    return of_place(stored, place, lambda blank: corrected(blank, said), at)


# --- what is printed --------------------------------------------------------------------------


def _print(stored: StoredDecision, done: str | None, as_json: bool) -> None:
    from archive.corrections import doubts
    from archive.shapes import correction_json, remedies_json

    doubtful = doubts(stored.decision, stored.corrections)
    if as_json:
        write_json(
            {
                "schema": 1,
                "source": stored.decision.source,
                "reference": stored.decision.reference,
                "done": done,
                "remedies": remedies_json(stored.decision.remedies),
                "corrections": [correction_json(each) for each in stored.corrections],
                "doubts": doubtful,
            }
        )
        return
    if done is not None:
        click.echo(f"{done[0].upper()}{done[1:]}. The remedies are now:")
    for line in _lines(stored):
        click.echo(clean(line))
    for doubt in doubtful:
        click.echo(clean(f"Attention: {doubt}"), err=True)


def _lines(stored: StoredDecision) -> Iterator[str]:
    from archive.rendering import correction_lines, remedy_words

    yield stored.decision.title
    if not stored.decision.remedies:
        yield "No remedies. One that was missed is put in with --add."
    for number, row in enumerate(stored.decision.remedies, start=1):
        marked = "" if row.correction is None else f" [correction {row.correction}, by a person]"
        yield f"{number:>3}. {remedy_words(stored.decision, row)}{marked}"
    yield from correction_lines(stored)


def _print_list(every: list[Listed], as_json: bool) -> None:
    from archive.rendering import correction_words
    from archive.shapes import correction_json

    if as_json:
        write_json(
            {
                "schema": 1,
                "corrections": [
                    {"source": each.source, "reference": each.reference}
                    | correction_json(each.correction)
                    for each in every
                ],
            }
        )
        return
    if not every:
        click.echo("Nothing has been corrected.")
    lost = [each for each in every if not each.correction.fits]
    for each in every:
        if each.correction.fits:
            click.echo(clean(f"{each.reference}: {correction_words(each.correction)}"))
    if lost:
        click.echo("No longer fits the text; kept, and tried again with every new reading:")
    for each in lost:
        click.echo(clean(f"{each.reference}: {correction_words(each.correction)}"))
