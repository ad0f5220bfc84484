"""Commands over the archive: show, status, path, config."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.config import shown_url
from archive.errors import NotFound, UsageError
from archive.screen import clean, console, write_json

if TYPE_CHECKING:
    from archive.run_book import Crawl
    from archive.stats import Totals

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@click.argument("reference", nargs=-1, required=True)
@click.option("--section", metavar="KIND", help="Only this section, by kind or heading.")
@click.option("--source", metavar="KEY", help="Which ombudsman, where two use the reference.")
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@click.option(
    "--include-restricted",
    is_flag=True,
    help="For the local operator: also a text that is not passed on for now.",
)
@json_option
@click.pass_obj
def show(
    app: App,
    reference: tuple[str, ...],
    section: str | None,
    source: str | None,
    markdown: bool,
    include_restricted: bool,
    as_json: bool,
) -> None:
    """Print one decision as a person reads it, with its paragraph numbers.

    REFERENCE in any spelling: 20 011 198, 20-011-198 or 20011198.
    """
    from dataclasses import replace

    from archive import rendering
    from archive.passing_on import to_operator
    from archive.shapes import stored_json

    if markdown and as_json:
        raise UsageError("--markdown and --json exclude each other; take one")
    with app.open_archive(write=False) as archive:
        stored = archive.find(" ".join(reference), source)
        attribution = archive.sources()[stored.decision.source].attribution
    to_operator(stored, restricted=include_restricted)
    if section is not None:
        stored = replace(stored, decision=rendering.only_sections(stored.decision, section))
    if as_json:
        write_json(stored_json(stored, attribution=attribution))
        return
    if markdown:
        lines = rendering.markdown_lines(stored, attribution=attribution)
    else:
        # A person reads; a pipe gets lines of a width that a mail or an editor holds.
        width = min(shutil.get_terminal_size((88, 24)).columns if sys.stdout.isatty() else 88, 100)
        lines = rendering.text_lines(stored, width=max(width, 30), attribution=attribution)
    for line in lines:
        click.echo(clean(line))


_AGE = re.compile(r"(\d{1,6})\s*([hd])")


def parse_age(text: str) -> timedelta:
    """``36h`` or ``2d``. Raises UsageError."""
    found = _AGE.fullmatch(text.strip())
    if not found:
        raise UsageError(f"{text!r} is not an age; write 36h or 2d")
    amount = int(found[1])
    return timedelta(hours=amount) if found[2] == "h" else timedelta(days=amount)


@click.command()
@click.option("--max-age", metavar="AGE", help="Fail when the last crawl is older: 36h, 2d.")
@json_option
@click.pass_obj
def status(app: App, max_age: str | None, as_json: bool) -> None:
    """Say what the archive holds, when it was last crawled, and whether the index is in step."""
    from archive.erasure import erasures, waiting
    from archive.stats import totals

    allowed = None if max_age is None else parse_age(max_age)
    with app.open_archive(write=False) as archive:
        figures = totals(archive.engine)
        crawl = archive.runs.last()
        ended = archive.runs.last(finished=True)
        states = archive.listings.count_states()
        only = archive.runs.only_bodies()
        newest = archive.last_change_id()
        archive_id, epoch = archive.archive_id, archive.epoch
        unfinished = sum(1 for each in erasures(archive) if each.left)
        unfinished += len(waiting(archive, app.config))
    index = app.search_index().state()
    ours = dict(index.details)
    in_step = (
        index.usable
        and index.cursor == newest
        and ours.get("archive", archive_id) == archive_id
        and ours.get("epoch", epoch) == epoch
    )
    trouble = [] if in_step else [_index_trouble(index.problem, newest - index.cursor)]
    if unfinished:
        trouble.append(f"{unfinished:,} erasure(s) not complete; run `decisions erase --resume`")
    if allowed is not None:
        trouble += _age_trouble(ended, allowed, datetime.now(UTC))
    if as_json:
        write_json(
            {
                "schema": 1,
                "home": str(app.config.home),
                "only": only,
                "decisions": figures.decisions,
                "councils_and_providers": figures.bodies,
                "paragraphs": figures.paragraphs,
                "captures": figures.captures,
                "refused_captures": figures.refused,
                "first_decided_on": _iso(figures.first_decided_on),
                "last_decided_on": _iso(figures.last_decided_on),
                "outcomes": dict(figures.by_outcome),
                "kinds": dict(figures.by_kind),
                "statuses": dict(figures.by_status),
                "listed": states,
                "last_crawl": None if crawl is None else _crawl_json(crawl),
                "index": {
                    "in_step": in_step,
                    "documents": index.documents,
                    "cursor": index.cursor,
                    "newest_change": newest,
                    "problem": index.problem,
                },
                "trouble": trouble,
            }
        )
    else:
        if only:
            click.echo(clean(f"{'Limited to:':<22} only {' and '.join(only)}; counts are of these"))
        for name, value in _status_lines(figures, crawl, states, in_step, index.documents):
            click.echo(clean(f"{name + ':':<22} {value}"))
        for sentence in trouble:
            click.echo(clean(f"Attention: {sentence}"), err=True)
    if trouble:
        raise SystemExit(1)


STATUS_WORDS = {
    "live": "there",
    "expired": "gone after the usual time",
    "withdrawn": "gone before that",
}


def _index_trouble(problem: str | None, behind: int) -> str:
    if problem is not None:
        return problem
    return f"the index is {behind} changes behind the archive; run `decisions index`"


def _age_trouble(ended: Crawl | None, allowed: timedelta, now: datetime) -> list[str]:
    if ended is None or ended.finished_at is None:
        return ["no crawl has ended yet; run `decisions crawl`"]
    age = now - ended.finished_at
    if age > allowed:
        return [
            f"the last crawl ended {_hours(age)} ago, longer than asked for ({_hours(allowed)})"
        ]
    return []


def _status_lines(
    figures: Totals,
    crawl: Crawl | None,
    states: dict[str, int],
    in_step: bool,
    documents: int,
) -> Iterator[tuple[str, object]]:
    yield "Decisions", f"{figures.decisions:,}"
    if figures.decisions:
        yield "Decided from", f"{figures.first_decided_on} to {figures.last_decided_on}"
        yield "Councils, providers", f"{figures.bodies:,}"
        yield "Paragraphs", f"{figures.paragraphs:,}"
        yield "Outcomes", ", ".join(f"{n.replace('_', ' ')} {c:,}" for n, c in figures.by_outcome)
        yield "Kinds", ", ".join(f"{name} {number:,}" for name, number in figures.by_kind)
        yield "On the site", ", ".join(f"{STATUS_WORDS[n]} {c:,}" for n, c in figures.by_status)
    else:
        yield "To fill it", "decisions crawl"
    yield "Pages kept", f"{figures.captures:,}; {figures.refused:,} of them are no decision"
    waiting = states.get("wanted", 0) + states.get("failed", 0)
    yield "Listed, not yet held", f"{waiting:,}"
    if crawl is None:
        yield "Last crawl", "none yet"
    elif crawl.finished_at is None:
        yield "Last crawl", f"{crawl.started_at:%Y-%m-%d %H:%M} UTC, not finished"
    else:
        scope = f", only {crawl.body}" if crawl.body else ""
        figures_of_run = f"{crawl.added:,} new, {crawl.failed:,} failed, exit {crawl.exit_code}"
        yield "Last crawl", f"{crawl.finished_at:%Y-%m-%d %H:%M} UTC, {figures_of_run}{scope}"
    yield "Index", f"{documents:,} decisions, {'in step' if in_step else 'not in step'}"


def _crawl_json(crawl: Crawl) -> dict[str, object]:
    return {
        "started_at": _iso(crawl.started_at),
        "finished_at": _iso(crawl.finished_at),
        "body": crawl.body or None,
        "requests": crawl.requests,
        "listed": crawl.listed,
        "new": crawl.added,
        "changed": crawl.amended,
        "failed": crawl.failed,
        "exit_code": crawl.exit_code,
        "note": crawl.note,
    }


def _iso(value: object) -> str | None:
    return None if value is None else str(value.isoformat())  # type: ignore[attr-defined]  # a date or an instant


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:.0f} hours"


PATHS = {
    "home": "home",
    "database": "sqlite_path",
    "index": "index_dir",
    "lock": "lock_file",
    "config": "config_file",
    "backups": "backup_dir",
    "log": "log_file",
}


@click.command()
@click.argument("what", type=click.Choice(list(PATHS)), default="home", metavar="[WHAT]")
@click.pass_obj
def path(app: App, what: str) -> None:
    """Print where things lie: home, database, index, lock, config, backups or log."""
    found = getattr(app.config, PATHS[what])
    if found is None:
        raise NotFound("the database is a server, not a file; `decisions config` shows its URL")
    click.echo(clean(str(found)))


@click.command()
@json_option
@click.pass_obj
def config(app: App, as_json: bool) -> None:
    """Print every setting, and where it comes from."""
    origins = dict(app.config.origins)
    values = {
        "home": str(app.config.home),
        "database_url": shown_url(app.config.database_url),
        "contact": app.config.contact,
        "delay": app.config.delay,
        "quality_limits": app.config.quality_limits or None,
        "kept_backups": app.config.kept_backups,
        "public_url": app.config.public_url,
        "mail_server": app.config.mail_server,
        "mail_security": app.config.mail_security,
        "mail_user": app.config.mail_user,
        "mail_password_file": app.config.mail_password_file,
        "mail_from": app.config.mail_from,
    }
    if as_json:
        write_json(
            {
                "schema": 1,
                "settings": {
                    name: {"value": value, "from": origins.get(name, "default")}
                    for name, value in values.items()
                },
            }
        )
        return
    out = console()
    for name, value in values.items():
        shown = "not set" if value is None else value
        out.print(clean(f"{name:<20}{shown}   (from {origins.get(name, 'default')})"))
