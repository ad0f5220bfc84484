"""``/changes``: what was added, amended, taken down or came back, the newest first.

Paged by the number of a change, so that a page stays the page it is while new ones come. What is
not passed on stands there with its reference, its date and the notice; about one council it does
not stand at all, because the name would tell about whom it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from flask import Flask, Response, make_response, render_template, request

from archive.history import Event
from archive.history_command import event_words
from archive.passing_on import RESTRICTED_NOTICE, WITHDRAWN_NOTICE
from archive.records import ChangeKind, Status
from search.fields import name_among
from search.web import addresses
from search.web.asking import number, taken
from search.web.site import Site
from search.web.slugs import Found, find_body
from search.web.sources import chosen

ON_A_PAGE = 50

KINDS = {
    ChangeKind.ADDED: "added to the archive",
    ChangeKind.AMENDED: "text amended",
    ChangeKind.WITHDRAWN: "taken down before its time",
    ChangeKind.EXPIRED: "gone after its usual time",
    ChangeKind.RESTORED: "back on the Ombudsman’s site",
    ChangeKind.ERASED: "erased from this archive",
}
"""Kinds that can be chosen → plain words."""

_ONE: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "before": ("before", number(1, 999_999_999)),
    "kind": ("kind", lambda text: ChangeKind(name_among(text, tuple(map(str, KINDS))))),
    "body": ("body", str),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A change as it may be told: a title only of what is passed on; nothing but ``words`` of what
    was erased."""

    id: int
    words: str
    reference: str | None = None
    decided_on: date | None = None
    title: str | None = None
    href: str | None = None
    notice: str | None = None


def told(event: Event, *, withdrawn: bool) -> Told:
    """What may be said of a change; ``withdrawn`` texts are shown to the local operator."""
    if event.reference is None or event.source is None:
        return Told(event.id, KINDS[ChangeKind.ERASED])
    notice = _notice(event)
    held_back = event.restricted or (event.status == Status.WITHDRAWN.value and not withdrawn)
    return Told(
        id=event.id,
        words=KINDS[event.kind] if held_back else event_words(event),
        reference=event.reference,
        decided_on=event.decided_on,
        title=None if held_back else event.title,
        href=addresses.decision(event.source, event.reference),
        notice=notice,
    )


def _notice(event: Event) -> str | None:
    if event.restricted:
        return RESTRICTED_NOTICE
    return WITHDRAWN_NOTICE if event.status == Status.WITHDRAWN.value else None


def by_day(events: Iterable[Event], *, withdrawn: bool) -> list[tuple[date, list[Told]]]:
    """Changes by the day (UTC) on which they were found, in the order given."""
    return [
        (day, [told(event, withdrawn=withdrawn) for event in some])
        for day, some in groupby(events, key=lambda event: event.at.date())
    ]


def register(app: Flask, site: Site) -> None:
    """``/changes``."""
    withdrawn = site.choices.include_withdrawn

    @app.get("/changes")
    def changes() -> str | Response:
        asked = taken(request.args, _ONE)
        with site.open_archive() as archive:
            source = chosen(archive, None)
            found = Found()
            if source is not None and "body" in asked:
                slug = addresses.slug(asked["body"])
                found = find_body(archive, source.key, slug, withdrawn=withdrawn)
        name: str | None = None
        if "body" in asked:
            names = found.names or ((found.other,) if found.other is not None else ())
            exact = [each for each in names if each == asked["body"]] or names
            if len(exact) != 1:
                near = names
                if source is not None and not names:
                    slug = addresses.slug(asked["body"])
                    near = site.answering.ask("near_bodies", source.key, slug, withdrawn)
                return _unknown(asked["body"], near)
            name = exact[0]
        kind: ChangeKind | None = asked.get("kind")
        before: int | None = asked.get("before")
        events: list[Event] = site.answering.ask(
            "events", before, ON_A_PAGE + 1, kind, name, withdrawn
        )
        older = events[ON_A_PAGE - 1].id if len(events) > ON_A_PAGE else None
        kept: dict[str, str] = {key: str(asked[key]) for key in ("kind", "body") if key in asked}
        return render_template(
            "changes.html",
            days=by_day(events[:ON_A_PAGE], withdrawn=withdrawn),
            kinds=KINDS,
            kind=kind,
            body=asked.get("body", ""),
            name=name,
            before=before,
            newest=addresses.search(kept, "/changes"),
            older=None
            if older is None
            else addresses.search({**kept, "before": str(older)}, "/changes"),
            source=source,
        )


def _unknown(asked: str, near: Sequence[str]) -> Response:
    return make_response(
        render_template(
            "unknown.html",
            asked=asked[:200],
            near=[(name, addresses.search({"body": name}, "/changes")) for name in near],
            every="/bodies",
            what="council or provider",
            plural="councils and providers",
        ),
        404,
    )
