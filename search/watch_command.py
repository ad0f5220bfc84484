"""``decisions watch``: be told what is new, amended or gone among what a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from archive.app import App
from archive.errors import UsageError
from archive.screen import clean, write_json
from search.arguments import DashedWords, note
from search.errors import NotSent, QueryError
from search.request import SearchRequest, describe, read
from search.request_options import checked, query_options

if TYPE_CHECKING:
    from search.watch_book import Watch
    from search.watch_digest import Digest, Look

SCHEMA = 1
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def watch() -> None:
    """Be told what is new, amended or gone among what a search finds.

    `watch run`, after a crawl, tells each change once: on the screen, into a file or by mail. With
    nothing new nothing is sent; what could not be sent is sent next time.
    """


@watch.command("add", cls=DashedWords)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@query_options
@click.option("--mail", metavar="ADDRESS", help="Tell it by mail.")
@click.option("--file", metavar="FILE", help="Add it to this file.")
@json_option
@click.pass_obj
def add(
    app: App,
    /,
    words: tuple[str, ...],
    mail: str | None,
    file: str | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """Watch a search: the first of WORDS is the watch's name, the rest the query.

    \b
    watch add noise 'noise AND dog' --body hampshire --mail me@example.org
    watch add ours --body 'Ambleford Borough Council' --outcome upheld
    watch add everything

    Without a query it is told of everything the filters let through. Without --mail and --file
    `watch run` prints it.
    """
    from archive.reader import open_texts
    from search.changed import answering
    from search.index import Index
    from search.watch_book import Watch, held, load, new_name, save
    from search.watch_post import destination

    if not words:
        raise UsageError("a watch needs a name: decisions watch add NAME QUERY")
    checked(asked)
    request = SearchRequest(query=" ".join(words[1:]), **asked)
    read(request)
    to = destination(mail, file, app.config)
    path = app.config.watches_file
    now = datetime.now(UTC)
    with held(path):
        watches = load(path)
        name = new_name(words[0], watches)
        with (
            app.open_archive(write=False) as archive,
            open_texts(app.config.database_url) as texts,
        ):
            found = answering(texts, Index(app.config.index_dir), request)
            newest = archive.last_change_id()
            made = Watch(
                name=name,
                request=request,
                to=to,
                made_at=now,
                archive_id=archive.archive_id,
                epoch=archive.epoch,
                after=newest if found.through is None else min(newest, found.through),
                looked_at=now,
                seen=found.numbers or frozenset(),
            )
        save(path, [*watches, made])
    if as_json:
        write_json({"schema": SCHEMA, **_shape(made)})
        return
    click.echo(clean(f"{_told(made)}. From now on: decisions watch run"))


@watch.command("list")
@json_option
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    """List the watches: name, where it is told, what is watched."""
    from search.watch_book import load

    watches = load(app.config.watches_file)
    if as_json:
        write_json({"schema": SCHEMA, "watches": [_shape(one) for one in watches]})
        return
    for one in watches:
        click.echo(clean(_told(one)))
    if not watches:
        click.echo("no watches; add one with: decisions watch add NAME QUERY")


@watch.command("rm")
@click.argument("name", nargs=-1, required=True)
@click.pass_obj
def rm(app: App, name: tuple[str, ...]) -> None:
    """Remove a watch."""
    from search.watch_book import held, load, named, save

    path = app.config.watches_file
    with held(path):
        watches = load(path)
        gone = named(" ".join(name), watches)
        save(path, [one for one in watches if one is not gone])
    click.echo(clean(f"removed: {gone.name}"))


@watch.command("run")
@click.option("--dry-run", is_flag=True, help="Print all of it, send nothing, remember nothing.")
@json_option
@click.pass_obj
def run(app: App, dry_run: bool, as_json: bool) -> None:
    """Tell what happened since last time, each change once.

    Ends with 3 when something could not be sent; it is sent next time.
    """
    from search.watch_book import held, load, save
    from search.watch_digest import digest_json, text
    from search.watch_post import post

    path = app.config.watches_file
    now = datetime.now(UTC)
    troubles: list[str] = []
    told: list[dict[str, object]] = []
    with held(path):
        watches = load(path)
        if not watches:
            note("no watches; add one with: decisions watch add NAME QUERY")
        looks, made = _looked(app, watches, now, troubles) if watches else ([], [])
        states = {one.name: one for one in watches}
        failed: set[str] = set()
        if made and not dry_run:
            # What cannot be noted as told would be told again by every run: not one is sent then.
            save(path, watches)
        for digest in made:
            if digest.to in failed:
                continue
            sent, why = True, None
            try:
                if dry_run and not as_json:
                    click.echo(clean(text(digest)), nl=False)
                elif not dry_run:
                    show = (lambda _: None) if as_json else _show
                    post(app.config, digest, now=now, show=show)
            except NotSent as error:
                sent, why = False, str(error)
                failed.add(digest.to)
                troubles.append(why)
            told.append({**digest_json(digest), "sent": sent and not dry_run, "trouble": why})
            if sent and not dry_run:
                states.update((one.name, one) for one in digest.after)
                save(path, [states[one.name] for one in watches])
        if not dry_run and looks:
            quiet = [one for one in looks if not one.entries]
            states.update((one.watch.name, one.after) for one in quiet)
            save(path, [states[one.name] for one in watches])
    if as_json:
        write_json({"schema": SCHEMA, "digests": told, "trouble": troubles})
    elif not told and not troubles and watches:
        note("nothing new")
    if troubles:
        raise NotSent("; ".join(troubles))


def _looked(
    app: App, watches: Sequence[Watch], now: datetime, troubles: list[str]
) -> tuple[list[Look], list[Digest]]:
    """What each watch has to tell, and the digests of all. A query that cannot be read any more
    is a trouble of its own watch."""
    from archive.reader import open_texts
    from search.index import Index
    from search.watch_digest import digests, look

    looks: list[Look] = []
    with app.open_archive(write=False) as archive, open_texts(app.config.database_url) as texts:
        index = Index(app.config.index_dir)
        for one in watches:
            try:
                looks.append(look(archive, texts, index, one, now=now))
            except QueryError as error:
                troubles.append(f"the watch {one.name!r} cannot be asked: {error}")
        behind = archive.last_change_id() - min((one.after.after for one in looks), default=0)
        attributions = [info.attribution for info in archive.sources().values()]
        made = list(digests(looks, attributions, app.config.public_url))
    if looks and behind:
        note("the index is behind the archive; the rest is told after: decisions index")
    return looks, made


def _show(text: str) -> None:
    click.echo(clean(text))


def _told(one: Watch) -> str:
    return f"{one.name}: {_asked(one.request)}, {_where(one.to)}"


def _asked(request: SearchRequest) -> str:
    return describe(read(replace(request, limit=None)))


def _where(to: str) -> str:
    from search.watch_book import STDOUT

    kind, _, place = to.partition(":")
    return "printed" if to == STDOUT else f"{'by mail to' if kind == 'mail' else 'into'} {place}"


def _shape(one: Watch) -> dict[str, object]:
    from search.watch_book import request_json

    return {
        "name": one.name,
        "asked": request_json(one.request),
        "to": one.to,
        "made_at": one.made_at.isoformat(),
        "after": one.after,
        "seen": len(one.seen),
    }
