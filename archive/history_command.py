"""``decisions history`` and ``decisions changes``: what happened, in plain words with dates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.history import Event, Version
    from archive.imports import Imported
    from archive.records import StoredDecision

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@click.argument("reference", nargs=-1, required=True)
@click.option("--source", metavar="KEY", help="Which ombudsman, where two use the reference.")
@json_option
@click.pass_obj
def history(app: App, reference: tuple[str, ...], source: str | None, as_json: bool) -> None:
    """Tell every version of one decision and what happened to it.

    REFERENCE in any spelling: 20 011 198, 20-011-198 or 20011198. `decisions diff` shows the words
    that differ between two versions.
    """
    from archive.history import events_of, versions

    with app.open_archive(write=False) as archive:
        stored = archive.find(" ".join(reference), source)
        told, held = events_of(archive, stored.id), versions(archive, stored.id)
        imported = archive.imports.of(stored.id)
    if as_json:
        write_json(history_json(stored, told, held, imported))
        return
    for line in history_lines(stored, told, imported):
        click.echo(clean(line))


def history_json(
    stored: StoredDecision,
    told: Sequence[Event],
    held: Sequence[Version],
    imported: Sequence[Imported],
) -> dict[str, object]:
    """The versioned shape of one decision's history."""
    decision = stored.decision
    return {
        "schema": 1,
        "source": decision.source,
        "reference": decision.reference,
        "title": decision.title,
        "url": decision.url,
        "status": stored.status.value,
        "status_since": None if stored.status_since is None else stored.status_since.isoformat(),
        "first_seen_at": stored.first_seen_at.isoformat(),
        "last_seen_at": stored.last_seen_at.isoformat(),
        "versions": [
            {
                "version": version.number,
                "created_at": version.created_at.isoformat(),
                "content_sha256": version.content_sha256,
                "pages": list(version.page_ids),
            }
            for version in held
        ],
        "events": [event_json(event) for event in told],
        "imported": [
            {
                "captured_at": each.captured_at.isoformat(),
                "imported_at": each.imported_at.isoformat(),
                "form": each.origin.form.value,
                "container": each.origin.container,
                "record": each.origin.record,
                "dated_by": each.origin.dated_by.value,
                "text": each.text,
                "page": each.page_id,
            }
            for each in imported
        ],
    }


def history_lines(
    stored: StoredDecision, told: Sequence[Event], imported: Sequence[Imported]
) -> Iterator[str]:
    """For a person: a line for each thing that happened, then where the decision stands."""
    from archive.rendering import plain_day, status_words

    yield stored.decision.title
    days = [plain_day(event.at) for event in told]
    width = max((len(day) for day in days), default=0)
    for day, event in zip(days, told, strict=True):
        yield f"  {day:<{width}}  {event_words(event)}"
    for each in imported:
        yield f"  {imported_words(each)}"
    yield f"Now: {status_words(stored)}; version {stored.revision}"


def imported_words(each: Imported) -> str:
    """When somebody else captured it, and where that came from."""
    from archive.rendering import plain_day

    what = {
        "version": "the text of a version",
        "same": "a text that is held",
        "earlier": "another, older text, kept as a capture",
    }[each.text]
    by_file = " by the date of its file" if each.origin.dated_by.value == "file" else ""
    return (
        f"captured by others on {plain_day(each.captured_at)}{by_file}: {what} (imported "
        f"{plain_day(each.imported_at)} from {each.origin.container}: {each.origin.record})"
    )


def event_words(event: Event) -> str:
    """What happened, without reference and date."""
    from archive.records import ChangeKind
    from archive.rendering import gone_words

    version = "" if event.version is None else f" (version {event.version})"
    if event.kind in (ChangeKind.EXPIRED, ChangeKind.WITHDRAWN):
        return gone_words(event.kind is ChangeKind.EXPIRED, event.decision_kind)
    return {
        ChangeKind.ADDED: f"added to the archive{version}",
        ChangeKind.AMENDED: f"the published text was amended{version}",
        ChangeKind.RESTORED: "back on the Ombudsman's site",
        ChangeKind.ERASED: "erased from this archive",
    }.get(event.kind, event.kind.value)


@click.command()
@click.option("--since", metavar="DATE", help="From this day on (UTC): 2026-05-01, 2026-05, 7d.")
@json_option
@click.pass_obj
def changes(app: App, since: str | None, as_json: bool) -> None:
    """List what was added, amended, gone or back, oldest first.

    What only this tool reads differently, because it got better, is not listed.
    """
    from archive.dates import first_day
    from archive.history import events_since

    start = None
    if since is not None:
        day = first_day(since, today=datetime.now(UTC).date())
        start = datetime.combine(day, time.min, UTC)
    with app.open_archive(write=False) as archive:
        told = events_since(archive, start)
        if as_json:
            shape = [event_json(event) for event in told]
            write_json(
                {
                    "schema": 1,
                    "since": None if start is None else start.isoformat(),
                    "changes": shape,
                }
            )
            return
        nothing = True
        for event in told:
            nothing = False
            click.echo(clean(change_line(event)))
    if nothing:
        click.echo("nothing changed" + ("" if since is None else f" since {since}"))


def change_line(event: Event) -> str:
    """For a person: day, decision, what happened."""
    name = event.title or "a decision that is no longer here"
    return f"{event.at:%Y-%m-%d}  {name}: {event_words(event)}"


def event_json(event: Event) -> dict[str, object]:
    """One event as JSON shows it."""
    return {
        "id": event.id,
        "at": event.at.isoformat(),
        "kind": event.kind.value,
        "words": event_words(event),
        "version": event.version,
        "source": event.source,
        "reference": event.reference,
        "title": event.title,
        "body": event.body,
        "body_name": event.body_name,
        "decided_on": None if event.decided_on is None else event.decided_on.isoformat(),
        "status": event.status,
        "url": event.url,
    }
