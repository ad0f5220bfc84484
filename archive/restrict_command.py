"""``decisions restrict`` and ``unrestrict``: not passing a text on while a question is open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.errors import UsageError
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.records import Restriction

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
source_option = click.option(
    "--source", metavar="KEY", help="Which ombudsman, where two use the reference."
)


@click.command()
@click.argument("reference", nargs=-1)
@click.option("--reason", metavar="TEXT", help="What the question is. Is kept.")
@click.option("--by", metavar="NAME", help="Who says so.")
@click.option("--list", "listing", is_flag=True, help="List what is restricted.")
@click.option("--all", "everything", is_flag=True, help="With --list: also what was lifted.")
@source_option
@json_option
@click.pass_obj
def restrict(
    app: App,
    reference: tuple[str, ...],
    reason: str | None,
    by: str | None,
    listing: bool,
    everything: bool,
    source: str | None,
    as_json: bool,
) -> None:
    """Do not pass the text of a decision on while a question about it is open.

    From now on no search shows it, and pages, feeds, alerts and exports give its reference, date
    and a notice. Nothing is deleted: `decisions unrestrict` takes it back. `decisions show` gives
    the text to the local operator with --include-restricted.
    """
    from archive.restrictions import all_of
    from archive.restrictions import restrict as impose
    from archive.tombstones import as_reason

    asked = " ".join(reference).strip()
    if listing:
        if asked or reason is not None:
            raise UsageError("--list goes alone (or with --all)")
        with app.open_archive(write=False) as archive:
            held = all_of(archive.engine, lifted=everything)
        _show(held, as_json)
        return
    if not asked:
        raise UsageError("Which decision? Give its reference: decisions restrict 24-001-001")
    if reason is None:
        raise UsageError("say with --reason what the question is; it is kept")
    why = as_reason(reason)
    with app.open_archive(write=True) as archive:
        stored = archive.find(asked, source)
        made = impose(archive.engine, stored.id, why, by=_name(by), at=datetime.now(UTC))
    _done(stored.decision.reference, "restricted", as_json, made)


@click.command()
@click.argument("reference", nargs=-1, required=True)
@click.option("--reason", metavar="TEXT", help="How the question was settled. Is kept.")
@click.option("--by", metavar="NAME", help="Who says so.")
@source_option
@json_option
@click.pass_obj
def unrestrict(
    app: App,
    reference: tuple[str, ...],
    reason: str | None,
    by: str | None,
    source: str | None,
    as_json: bool,
) -> None:
    """Pass the text of a decision on again; who restricted it and why stays on record."""
    from archive.restrictions import lift
    from archive.tombstones import as_reason

    why = None if reason is None else as_reason(reason)
    with app.open_archive(write=True) as archive:
        stored = archive.find(" ".join(reference), source)
        lift(archive.engine, stored.id, why, by=_name(by), at=datetime.now(UTC))
    _done(stored.decision.reference, "passed on again", as_json, None)


def _name(given: str | None) -> str | None:
    from archive.tombstones import as_reason

    return None if given is None else as_reason(given)


def _done(reference: str, what: str, as_json: bool, made: Restriction | None) -> None:
    if as_json:
        shape = None if made is None else _json(reference, made)
        write_json({"schema": 1, "reference": reference, "restriction": shape})
    else:
        click.echo(clean(f"{reference} is {what}"))


def _show(held: list[tuple[str, Restriction]], as_json: bool) -> None:
    if as_json:
        shape = [_json(reference, each) for reference, each in held]
        write_json({"schema": 1, "restrictions": shape})
        return
    for reference, each in held:
        by = "" if each.by is None else f", {each.by}"
        lifted = "" if each.lifted_at is None else f"; lifted {each.lifted_at:%Y-%m-%d}"
        why = "" if each.lifted_reason is None else f" ({each.lifted_reason})"
        click.echo(clean(f"{each.made_at:%Y-%m-%d}  {reference}  {each.reason}{by}{lifted}{why}"))
    if not held:
        click.echo("nothing is restricted")


def _json(reference: str, each: Restriction) -> dict[str, object]:
    return {
        "number": each.id,
        "reference": reference,
        "reason": each.reason,
        "by": each.by,
        "at": each.made_at.isoformat(),
        "lifted_at": None if each.lifted_at is None else each.lifted_at.isoformat(),
        "lifted_by": each.lifted_by,
        "lifted_reason": each.lifted_reason,
    }
