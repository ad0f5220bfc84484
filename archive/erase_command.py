"""``decisions erase``, ``erased``, ``apply-erasures``: taking a text out of the archive for good.

What is done is in ``archive.erasure``; here it is shown, asked and told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.errors import ArchiveError, NotFound, UsageError
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.copies import Copy
    from archive.erase_plan import Aim, Plan
    from archive.erasure import Outcome
    from archive.store import Archive
    from archive.tombstone_rows import Erasure
    from archive.tombstones import Tombstone

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
dry_option = click.option("--dry-run", is_flag=True, help="Only say what would go.")

STAYS = (
    "What stays: date, reason and a keyed hash of the reference, so that it is neither fetched nor "
    "stored again."
)
NOT_THEIRS = (
    "This takes the text out of your copy. It does not change the Ombudsman's site, nor copies "
    "that others have."
)


@click.command()
@click.argument("reference", nargs=-1)
@click.option("--reason", metavar="TEXT", help="Who asked and on what ground; no names. Is kept.")
@click.option("--source", metavar="KEY", help="Which ombudsman, where two use the reference.")
@click.option("--not-held", is_flag=True, help="Keep a decision out that is not held.")
@click.option("--resume", "go_on", is_flag=True, help="Go on with erasures that are not complete.")
@dry_option
@yes_option
@json_option
@click.pass_obj
def erase(
    app: App,
    reference: tuple[str, ...],
    reason: str | None,
    source: str | None,
    not_held: bool,
    go_on: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Take one decision out of the archive for good, with every version, page and trace.

    REFERENCE in any spelling: 20 011 198, 20-011-198 or 20011198. Nothing brings it back: no crawl,
    no import, no backup that is restored. To hide a text while a question is open, use
    `decisions restrict` instead.
    """
    from archive import erasure
    from archive.erase_plan import aim, already, plan
    from archive.tombstone_rows import key_of
    from archive.tombstones import as_reason, make

    asked = " ".join(reference).strip()
    if go_on:
        if asked:
            raise UsageError("--resume goes on with all erasures; leave the reference out")
        _resume(app, as_json)
        return
    if not asked:
        raise UsageError("Which decision? Give its reference: decisions erase 24-001-001")
    if reason is None and not dry_run:
        raise UsageError("say why with --reason: who asked, on what ground; no names. It is kept")
    why = as_reason(reason) if reason is not None else "(dry run)"
    now = datetime.now(UTC)
    with app.open_archive(write=False) as archive:
        earlier = already(archive, asked, source)
        try:
            target = aim(archive, asked, source, not_held=not_held and not earlier)
        except NotFound:
            if earlier:
                _told_before(earlier, as_json)
                return
            raise
        # A passing key: nothing of a look is kept.
        look = make(
            target.source, target.reference, target.urls, hash_key="0" * 64, at=now, reason=why
        )
        planned = plan(archive, app.config, [look])
    if not as_json or not (yes or dry_run):
        for line in _plan_lines(planned, target):
            click.echo(clean(line), err=True)
    if dry_run:
        if as_json:
            write_json(_plan_json(planned, [target.reference], dry_run=True, outcome=None))
        return
    _ask(yes, "Erase it?")
    with app.open_archive(write=True) as archive:
        with archive.engine.begin() as connection:
            key = key_of(connection)
        stone = make(target.source, target.reference, target.urls, hash_key=key, at=now, reason=why)
        erasure.order(archive, app.config, [stone], at=now)
        outcome = _clean(app, archive)
    _told(app, planned, [target.reference], outcome, as_json)


def _clean(app: App, archive: Archive) -> Outcome:
    from archive import erasure

    return erasure.carry_on(
        archive,
        app.config,
        at=datetime.now(UTC),
        index=app.search_index,
        tell=lambda sentence: click.echo(clean(sentence), err=True),
    )


def _ask(yes: bool, question: str) -> None:
    if not yes and not click.confirm(question, err=True):
        raise ArchiveError("nothing was erased")


def _resume(app: App, as_json: bool) -> None:
    from archive import erasure
    from archive.tombstone_rows import steps_left

    with app.open_archive(write=True) as archive:
        # Opening it has gone on already, but without patience for readers.
        outcome = _clean(app, archive) if steps_left(erasure.erasures(archive)) else None
    if as_json:
        write_json({"schema": 1, **_outcome_json(outcome)})
    elif outcome is None or outcome.complete:
        click.echo("every erasure is complete")
    if outcome is not None:
        erasure.must_be_complete(outcome)


def _told_before(earlier: Sequence[Erasure], as_json: bool) -> None:
    if as_json:
        write_json({"schema": 1, "already": [_erasure_json(each) for each in earlier]})
        return
    for each in earlier:
        click.echo(clean(f"erased already: {_erasure_line(each)}"))


def _told(
    app: App, planned: Plan, references: Sequence[str], outcome: Outcome, as_json: bool
) -> None:
    from archive import erasure

    if as_json:
        write_json(_plan_json(planned, references, dry_run=False, outcome=outcome))
    else:
        count = len(planned.found.decisions)
        click.echo(f"{count:,} decision{'' if count == 1 else 's'} erased")
        for line in _copy_lines(planned.copies_known):
            click.echo(clean(line), err=True)
    erasure.must_be_complete(outcome)


# --- lists ----------------------------------------------------------------------------------


@click.command()
@click.argument("reference", nargs=-1)
@json_option
@click.pass_obj
def erased(app: App, reference: tuple[str, ...], as_json: bool) -> None:
    """List what was erased, with date and reason: neither text nor reference is kept.

    With a REFERENCE it says whether that one was erased (exit 0) or not (exit 1).
    """
    from archive import copies
    from archive.erase_plan import already
    from archive.erasure import erasures, waiting

    asked = " ".join(reference).strip()
    with app.open_archive(write=False) as archive:
        held = already(archive, asked, None) if asked else erasures(archive)
        ordered = [] if asked else waiting(archive, app.config)
    known = copies.known(app.config) if held else []
    if as_json:
        write_json(
            {
                "schema": 1,
                "complete": not ordered and all(not each.left for each in held),
                "ordered": len(ordered),
                "list": str(app.config.erased_file),
                "erased": [_erasure_json(each) for each in held],
                "copies": [_copy_json(copy) for copy in known],
            }
        )
    else:
        for each in held:
            click.echo(clean(_erasure_line(each)))
        for stone in ordered:
            begun = f"{stone.erased_at:%Y-%m-%d}  {stone.source}  {stone.reason}, begun"
            click.echo(clean(f"-  {begun}"))
        if not held and not ordered:
            click.echo("this reference was not erased" if asked else "nothing was erased")
        if ordered or any(each.left for each in held):
            click.echo("not complete; run: decisions erase --resume", err=True)
        if held and not asked:
            click.echo(
                clean(f"For other copies: decisions apply-erasures {app.config.erased_file}")
            )
            for line in _copy_lines(known):
                click.echo(clean(line))
    if asked and not held:
        raise SystemExit(1)


@click.command("apply-erasures")
@click.argument("erasures", metavar="LIST", type=click.Path(path_type=Path))
@click.option(
    "--copy",
    "copy",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Erase in this SQLite copy (a backup, a research copy) instead of the archive.",
)
@dry_option
@yes_option
@json_option
@click.pass_obj
def apply_erasures(
    app: App, erasures: Path, copy: Path | None, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Erase what a list says: the erased.jsonl of the archive that this one is a copy of.

    What this archive does not hold is kept out from now on.
    """
    from archive import erasure, tombstone_file
    from archive.erase_plan import plan

    stones = tombstone_file.read_list(erasures)
    if not stones:
        raise UsageError(f"{erasures} has no erasure in it")
    if copy is not None:
        _in_copy(app, copy, stones, dry_run=dry_run, yes=yes, as_json=as_json)
        return
    with app.open_archive(write=False) as archive:
        planned = plan(archive, app.config, stones)
    references = [reference for _, reference in planned.found.decisions.values()]
    if not as_json or not (yes or dry_run):
        click.echo(f"{len(stones):,} in the list", err=True)
        for line in _plan_lines(planned, None):
            click.echo(clean(line), err=True)
    if dry_run:
        if as_json:
            write_json(_plan_json(planned, references, dry_run=True, outcome=None))
        return
    _ask(yes, "Erase them?")
    with app.open_archive(write=True) as archive:
        erasure.order(archive, app.config, stones, at=datetime.now(UTC))
        outcome = _clean(app, archive)
    _told(app, planned, references, outcome, as_json)


def _in_copy(
    app: App, copy: Path, stones: Sequence[Tombstone], *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    from archive.erase_backups import clean_copy, look_into

    if not copy.is_file():
        raise UsageError(f"there is no file {copy}")
    own = app.config.sqlite_path
    if own is not None and own.exists() and copy.resolve() == own.resolve():
        raise UsageError(f"{copy} is the archive itself; leave --copy out")
    found = look_into(copy, stones)
    references = [reference for _, reference in found.decisions.values()]
    if not dry_run and found:
        if not yes:
            click.echo(clean(f"To be erased in {copy}: {', '.join(references)}"), err=True)
        _ask(yes, "Erase them?")
        clean_copy(copy, stones, at=datetime.now(UTC))
    if as_json:
        write_json(
            {
                "schema": 1,
                "copy": str(copy),
                "dry_run": dry_run,
                "references": references,
                "captures": len(found.pages),
                "listed": len(found.listed),
            }
        )
    else:
        done = "would be erased" if dry_run else "erased"
        click.echo(f"{len(references):,} decision{'' if len(references) == 1 else 's'} {done}")


# --- words ----------------------------------------------------------------------------------


def _plan_lines(planned: Plan, target: Aim | None) -> Iterator[str]:
    if target is not None and target.stored is not None:
        decision = target.stored.decision
        yield f"To be erased: {decision.title}, decided on {decision.decided_on}"
    elif target is not None:
        what = "listed, not archived" if target.listed else "not held; it will be kept out"
        yield f"To be erased: {target.reference} ({what})"
    else:
        named = [reference for _, reference in planned.found.decisions.values()]
        more = "" if len(named) <= 20 else f" and {len(named) - 20:,} more"
        yield f"To be erased: {', '.join(named[:20]) or 'nothing that is held here'}{more}"
    found = planned.found
    yield (
        f"  {planned.versions:,} version(s), {len(found.pages):,} stored page(s), "
        f"{planned.paragraphs:,} paragraphs, {planned.corrections:,} correction(s) by persons, "
        f"{len(found.listed):,} entry(ies) of the list"
    )
    yield "  and from the search index, the log and the automatic backups"
    for path in planned.copies_near:
        yield f"  looked through and cleaned: {path}"
    for path in planned.unfinished:
        yield f"  removed, unless it is being written: {path}"
    if planned.same_report:
        yield (
            "The same report stands under other references, each a decision of its own that stays: "
            + ", ".join(planned.same_report)
        )
    for page, reference in found.shared:
        yield f"Page {page} stays: {reference} was read from it too; erase that one as well"
    if planned.room_wanted is not None and planned.database_bytes is not None:
        room = f"{planned.room_wanted / 1e6:,.0f} MB are wanted to write the database file anew"
        yield f"The database has {planned.database_bytes / 1e6:,.0f} MB; {room}"
    if planned.shortage is not None:
        yield f"  there is no room for that ({planned.shortage}); it will be done without"
    yield STAYS
    yield NOT_THEIRS
    yield from _copy_lines(planned.copies_known)


def _copy_lines(known: Sequence[Copy]) -> Iterator[str]:
    """Files that were written elsewhere, and what to do about each."""
    if not known:
        return
    yield "Copies that were written elsewhere and may have it; nothing here changes them:"
    for copy in known:
        there = "" if copy.there else " (not there any more)"
        yield f"  {copy.at:%Y-%m-%d} {copy.kind} {copy.path}{there}"
    yield (
        "  a SQLite file: decisions apply-erasures LIST --copy FILE; any other: write it again, "
        "or delete it"
    )


def _erasure_line(each: Erasure) -> str:
    left = f", not complete: {', '.join(each.left)}" if each.left else ""
    stone = each.stone
    return f"{each.id}  {stone.erased_at:%Y-%m-%d}  {stone.source}  {stone.reason}{left}"


def _erasure_json(each: Erasure) -> dict[str, object]:
    return {
        "number": each.id,
        "at": each.stone.erased_at.isoformat(),
        "source": each.stone.source,
        "reason": each.stone.reason,
        "decision_id": each.decision_id,
        "complete": not each.left,
        "left": list(each.left),
    }


def _copy_json(copy: Copy) -> dict[str, object]:
    return {
        "at": copy.at.isoformat(),
        "kind": copy.kind,
        "path": str(copy.path),
        "there": copy.there,
    }


def _outcome_json(outcome: Outcome | None) -> dict[str, object]:
    left = {} if outcome is None else outcome.left
    return {"complete": not left, "left": left}


def _plan_json(
    planned: Plan, references: Sequence[str], *, dry_run: bool, outcome: Outcome | None
) -> dict[str, object]:
    return {
        "schema": 1,
        "dry_run": dry_run,
        "references": list(references),
        "decisions": len(planned.found.decisions),
        "versions": planned.versions,
        "captures": len(planned.found.pages),
        "listed": len(planned.found.listed),
        "same_report": list(planned.same_report),
        "shared_captures": [page for page, _ in planned.found.shared],
        "no_room": planned.shortage,
        "copies": [_copy_json(copy) for copy in planned.copies_known],
        "unfinished": [str(path) for path in planned.unfinished],
        **({} if dry_run else _outcome_json(outcome)),
    }
