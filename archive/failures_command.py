"""``decisions failures``: what is not settled, and the kept page for whoever wants to see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.errors import ArchiveError, UsageError
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.failures import Failures, LostEntry, OpenWindow, RefusedPage

REASONS = {
    "empty": "the page was empty",
    "binary": "the bytes were no text",
    "not_html": "it was no web page",
    "too_large": "it was larger than any decision",
    "overgrown": "it was too tangled to read safely",
    "truncated": "the page stopped before its end",
    "not_found": "the site said that there is no such page",
    "http_error": "the site answered with an error",
    "captcha": "a firewall or a test for humans answered",
    "login": "the site asked for a password",
    "maintenance": "the site was being worked on",
    "soft_404": "the page said that there is no such page",
    "shell": "the site's frame came with nothing in it",
    "wrong_reference": "it was another decision than the one asked for",
    "no_header": "outcome or date of the decision were not found",
    "no_text": "no paragraph of text was found",
    "not_a_decision": "it was no decision",
    "unreadable": "it is a decision that this version cannot read",
    "chapter_missing": "a part of it could not be had",
    "no_entries": "results were stated and none shown",
    "no_count": "no number of results was stated",
}
"""Reason → plain words. A reason that is not here is shown as it is."""


@click.command()
@click.option("--all", "settled", is_flag=True, help="Also refused pages that are settled by now.")
@click.option("--page", "page_id", type=int, metavar="N", help="Write kept page N to --output.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where --page writes; open it with care, it may be hostile.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def failures(
    app: App, settled: bool, page_id: int | None, output: Path | None, as_json: bool
) -> None:
    """List what could not be had, read or proven, with the reason.

    The next crawl tries all of it again by itself. After an upgrade, `decisions reparse` reads the
    kept pages again.
    """
    from archive.failures import read_failures

    if (page_id is None) != (output is None):
        raise UsageError("--page N and --output FILE belong together")
    with app.open_archive(write=False) as archive:
        if page_id is not None and output is not None:
            _write(archive.page(page_id).body, output)
            click.echo(f"page {page_id} written to {output}", err=True)
            return
        found = read_failures(archive, settled=settled)
    if as_json:
        write_json(failures_json(found))
        return
    for line in failures_lines(found):
        click.echo(clean(line))


def _write(body: bytes, output: Path) -> None:
    try:
        output.write_bytes(body)
    except OSError as error:
        raise ArchiveError(f"{output} cannot be written ({error}); name another file") from error


def failures_json(found: Failures) -> dict[str, object]:
    """The versioned shape."""
    shape: dict[str, object] = {"schema": 1}
    for name in ("pages", "entries", "windows"):
        shape[name] = [_plain(asdict(item)) for item in getattr(found, name)]
    return shape


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }


def failures_lines(found: Failures) -> Iterator[str]:
    """For a person: the three kinds one after the other."""
    if not (found.pages or found.entries or found.windows or found.waiting):
        if not found.begun:
            yield "Nothing has been listed yet; fill the archive with: decisions crawl"
            return
        yield "Nothing is open: every listed decision is here and every span of dates is proven."
        return
    if found.entries:
        yield "Listed decisions that are not here:"
        for entry in found.entries:
            yield from _entry_lines(entry)
    if found.pages:
        yield "Pages that were not taken, and are kept:"
        for page in found.pages:
            yield from _page_lines(page)
    if found.windows:
        yield "Decision dates that are not proven complete:"
        yield from (_window_line(window) for window in found.windows)
    if found.waiting:
        yield f"Listed and not yet asked for: {found.waiting:,}; the next crawl fetches them."


def _entry_lines(entry: LostEntry) -> Iterator[str]:
    state = "missing on the site" if entry.state == "unavailable" else "will be tried again"
    tries = f"{entry.attempts} {'try' if entry.attempts == 1 else 'tries'}"
    yield f"  {entry.reference}  {entry.title}"
    yield f"    {state}, {tries}: {entry.last_error or 'no reason noted'}"


def _page_lines(page: RefusedPage) -> Iterator[str]:
    of_list = page.reason.startswith("listing_")
    word = page.reason.removeprefix("listing_")
    words = REASONS.get(word, word.replace("_", " "))
    what = "a page of the list: " if of_list else ""
    times = "" if page.times == 1 else f", {page.times} times"
    done = ", settled since" if page.settled else ""
    yield f"  page {page.page}, {page.fetched_at:%Y-%m-%d}{times}{done}: {what}{words}"
    yield f"    {page.url}"


def _window_line(window: OpenWindow) -> str:
    span = f"{window.first_day} to {window.last_day}"
    if window.first_day == window.last_day:
        span = str(window.first_day)
    whose = f", only {window.body}" if window.body else ""
    stated = "no count" if window.stated is None else f"{window.stated:,}"
    if window.state == "split":
        found = "not asked again" if window.found is None else f"{window.found:,} in its parts"
        return f"  {span}{whose}: the site states {stated}, {found}"
    found = "nothing listed" if window.found is None else f"{window.found:,} listed"
    since = ""
    if window.proven_at is not None:
        since = f", last proven {window.proven_at:%Y-%m-%d}"
    state = "never adds up" if window.state == "disputed" else "tried again in the next run"
    return f"  {span}{whose}: the site states {stated}, {found}{since} ({state})"
