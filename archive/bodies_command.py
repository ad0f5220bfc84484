"""``decisions bodies``: councils and providers, and a person's word about them.

Names come from scraped pages and from files: each goes through ``screen.clean`` onto one line.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from archive.app import App
from archive.body_shapes import (
    SCHEMA,
    UNKNOWN,
    body_json,
    body_line,
    body_lines,
    import_json,
    import_lines,
)
from archive.errors import ArchiveError, DecisionsError, UsageError
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.body_book import Done
    from archive.store import Archive

Fact = TypeVar("Fact")

PARTIAL_EXIT = 3
"""Some rows of an imported file were refused; the others are in."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class ListFirst(click.Group):
    """A group that lists when what follows is none of its commands: words to look for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=ListFirst, context_settings={"help_option_names": ["-h", "--help"]})
def bodies() -> None:
    """List councils and providers, and correct what is known of them.

    \b
    decisions bodies                      all of them, with type, spellings and decisions
    decisions bodies hampshire            only names with this word
    decisions bodies show NAME            one, with every spelling and who said what

    Spellings that differ in case, punctuation, "&" or "Ltd" alone are one by themselves. What else
    is one, you say with `merge`, and `split` undoes it. Your word outlives every crawl, reparse and
    import. NAME is any spelling of the name, or a code.
    """


@bodies.command("list")
@click.argument("words", nargs=-1)
@click.option("--type", "kind", metavar="TYPE", help="Only this type, or unknown.")
@click.option("--all", "empty", is_flag=True, help="Also those without a decision here.")
@json_option
@click.pass_obj
def list_bodies(
    app: App, words: tuple[str, ...], kind: str | None, empty: bool, as_json: bool
) -> None:
    """List councils and providers, all or those with these words in a name.

    Columns: decisions, spellings, type, name.
    """
    from archive.body_facts import fact_type
    from archive.body_reading import matching

    wanted = None
    if kind is not None and kind.casefold() != UNKNOWN:
        wanted = _strictly(fact_type, kind)
    with app.open_archive(write=False) as archive:
        found = matching(archive.bodies.all(), words)
    found = [
        body
        for body in found
        if (body.decisions or empty) and (kind is None or body.type == wanted)
    ]
    if as_json:
        write_json({"schema": SCHEMA, "bodies": [body_json(body) for body in found]})
        return
    for body in found:
        _say(body_line(body))
    if not found:
        _say("none" + (f" with {' '.join(words)!r} in the name" if words else ""))


@bodies.command("show")
@click.argument("name", nargs=-1, required=True)
@json_option
@click.pass_obj
def show_body(app: App, name: tuple[str, ...], as_json: bool) -> None:
    """Show one council or provider: what is known, who said so, every spelling."""
    with app.open_archive(write=False) as archive:
        body = archive.bodies.find(" ".join(name))
    if as_json:
        write_json({"schema": SCHEMA, **body_json(body)})
        return
    for line in body_lines(body):
        _say(line)


@bodies.command("set")
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help="What it is called here from now on.")
@click.option("--type", "kind", metavar="TYPE", help="district, county, unitary, …, other.")
@click.option("--council-code", metavar="CODE", help="Its code in your table, such as HAM.")
@click.option("--gss", metavar="CODE", help="Its GSS code, such as E10000014.")
@click.option("--start", metavar="DAY", help="Its first day, such as 2023-04-01.")
@click.option("--end", metavar="DAY", help="Its last day.")
@click.option("--successor", metavar="NAME", help="Who took over; must be known here.")
@json_option
@click.pass_obj
def set_body(
    app: App,
    name: str,
    new_name: str | None,
    kind: str | None,
    council_code: str | None,
    gss: str | None,
    start: str | None,
    end: str | None,
    successor: str | None,
    as_json: bool,
) -> None:
    """Say what you know of a council or provider; "unknown" says that nobody knows.

    Types: district, county, unitary, london borough, metropolitan, combined authority, nhs, care
    provider, school, other.
    """
    from archive.body_facts import READERS, fact_name

    given = {
        "type": kind,
        "council_code": council_code,
        "gss_code": gss,
        "started_on": start,
        "ended_on": end,
    }
    facts = {
        fact: None if text.casefold() == UNKNOWN else _strictly(READERS[fact], text)
        for fact, text in given.items()
        if text is not None
    }
    called = None if new_name is None else _strictly(fact_name, new_name)
    after = "" if successor is not None and successor.casefold() == UNKNOWN else successor
    if not facts and called is None and after is None:
        raise UsageError("say what to set: --name, --type, --council-code, --gss, --start, …")
    with app.open_archive(write=True) as archive:
        done = archive.bodies.state(name, facts, at=_now(), new_name=called, successor=after)
        _follow(app, archive)
    _tell(done, as_json, f"{done.body.name}: noted")


@bodies.command("merge")
@click.argument("name", metavar="FROM")
@click.argument("into", metavar="INTO")
@json_option
@click.pass_obj
def merge_bodies(app: App, name: str, into: str, as_json: bool) -> None:
    """Make FROM and INTO one council or provider, called as INTO is.

    Titles stay as they are; `decisions bodies split FROM` undoes it.
    """
    with app.open_archive(write=True) as archive:
        done = archive.bodies.merge(name, into, at=_now())
        _follow(app, archive)
    _tell(done, as_json, f"{', '.join(done.spellings)}: now {done.body.name}")


@bodies.command("split")
@click.argument("spelling")
@json_option
@click.pass_obj
def split_body(app: App, spelling: str, as_json: bool) -> None:
    """Take a spelling out of its council or provider again; also undoes a merge.

    What was merged comes out as it was, with all of its own spellings.
    """
    with app.open_archive(write=True) as archive:
        done = archive.bodies.split(spelling, at=_now())
        _follow(app, archive)
    _tell(done, as_json, f"{', '.join(done.spellings)}: no longer {done.left}")


@bodies.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@json_option
@click.pass_obj
def import_bodies(app: App, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take codes, types, days and successors from a CSV file, such as mySociety's.

    The first line names the columns: official-name (or name), local-authority-code, gss-code,
    start-date, end-date, replaced-by, local-authority-type. Others are not used. What a person has
    set stays; a row that cannot be trusted is refused with the reason (exit 3).
    """
    from archive.body_file import MAX_BYTES, read_councils
    from archive.body_import import apply_councils

    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ArchiveError(f"{file} cannot be read ({error.strerror}); name another") from error
    councils = read_councils(content)
    with app.open_archive(write=True) as archive:
        done = apply_councils(archive.engine, councils, dry_run=dry_run)
    if as_json:
        write_json(import_json(councils, done, dry_run=dry_run))
    else:
        for line in import_lines(councils, done, dry_run=dry_run):
            _say(line)
    if done.refused:
        raise SystemExit(PARTIAL_EXIT)


def _tell(done: Done, as_json: bool, sentence: str) -> None:
    if as_json:
        write_json(
            {
                "schema": SCHEMA,
                "decisions": done.decisions,
                "spellings": list(done.spellings),
                "body": body_json(done.body),
            }
        )
        return
    count = f"{done.decisions:,} decision{'' if done.decisions == 1 else 's'}"
    _say(f"{sentence} ({count} under another name)" if done.decisions else sentence)


def _follow(app: App, archive: Archive) -> None:
    """Bring the index in step. What was said is kept even where that fails."""
    try:
        app.search_index().follow(archive)
    except DecisionsError as error:
        click.echo(clean(f"the index was not brought in step: {error}"), err=True)


def _strictly(read: Callable[[str], Fact], text: str) -> Fact:
    try:
        return read(text)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _now() -> datetime:
    return datetime.now(UTC)


def _say(line: str) -> None:
    """One line, whatever a name holds."""
    click.echo(" ".join(clean(line).splitlines()).replace("\t", " "))
