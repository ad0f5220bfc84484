"""``decisions verify``: is the archive whole? It reads, and never mends.

Exit code 0 when nothing is wrong, 1 with faults. Here only because pages are read again by the
parser, which the archive's room must not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.errors import DatabaseUnusable, DecisionsError, UsageError
from archive.fault import RESTORE, Fault, Level, Scope, Tally
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.verify import Readers

NAMES = {
    "quick_check": "quick check of the file",
    "integrity_check": "integrity check of the file",
    "foreign_keys": "check of references between tables",
    "identity": "identity",
    "tables": "tables",
    "rows": "rows",
    "changes": "changes",
    "listed": "entries of the list",
    "windows": "windows of dates",
    "erasures": "erasures",
    "index_files": "files of the index",
    "indexed": "decisions in the index",
    "pages": "pages",
    "decisions": "decisions against their pages",
    "versions": "versions",
}
"""What was counted, in words."""

ONCE = frozenset(("quick_check", "integrity_check", "foreign_keys", "identity"))
"""Done or not; a number says nothing."""


@click.command()
@click.option("--quick", is_flag=True, help="Books and structure only; the default.")
@click.option("--subset", metavar="N/T", help="As --quick, and the Nth of T parts of the pages.")
@click.option("--full", is_flag=True, help="Everything: each page unpacked and read again.")
@click.option("--no-index", is_flag=True, help="Leave the search index out: of a mere copy.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1, max=64),
    metavar="N",
    help="Read pages in so many processes; without it one a core (at most 4).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def verify(
    app: App,
    quick: bool,
    subset: str | None,
    full: bool,
    no_index: bool,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Say whether the archive is whole. Reads only; a crawl may write meanwhile.

    --quick (the default): the database file, its schema, references between tables, change log,
    list, and the index against the archive. --full unpacks every page, compares its SHA-256, reads
    it again and holds every stored word, sum and hash against it. --subset 2/7 does that for the
    second seventh, so that seven nights go round; the index is then read in full too.

    Each fault comes with what to do. Exit codes: 0 nothing wrong; 1 faults.
    """
    from archive.verify import verify as run
    from scraper.progress import shown

    scope = scope_of(quick, subset, full)
    tally = Tally()
    faults: list[Fault] = []
    try:
        with app.open_archive(write=False) as archive, shown() as progress:
            for fault in run(
                archive,
                scope,
                readers=page_readers(jobs),
                index=None if no_index else app.search_index(),
                steps=progress,
                tally=tally,
            ):
                faults.append(fault)
                if not as_json:
                    click.echo(clean(line_of(fault)))
    except DatabaseUnusable as error:
        path = app.config.sqlite_path
        if path is None or not path.exists():
            raise
        faults.append(Fault("integrity", str(error), RESTORE))
        tally.not_checked.append("everything that comes after: the database cannot be opened")
        if not as_json:
            click.echo(clean(line_of(faults[-1])))
    if as_json:
        write_json(shape_of(scope, tally, faults))
    else:
        for line in closing_lines(scope, tally, len(faults)):
            click.echo(clean(line))
    if faults:
        raise SystemExit(1)


def scope_of(quick: bool, subset: str | None, full: bool) -> Scope:
    """The level asked for. Raises UsageError."""
    if quick + full + (subset is not None) > 1:
        raise UsageError("--quick, --subset and --full exclude each other; take one")
    if subset is not None:
        return Scope.of_subset(subset)
    return Scope(Level.FULL if full else Level.QUICK)


def page_readers(jobs: int | None) -> Readers:
    """Who reads the pages of each source, made when it is asked for."""
    from scraper.cli import make_source
    from scraper.page_reader import Reader, Remake
    from scraper.reading_again import KeptPages
    from scraper.reading_workers import Workers, jobs_for

    def make(key: str, base_url: str, decisions: int) -> KeptPages | None:
        try:
            live = make_source(key, None)
            # The look-alike's pages are read as its own, with the address they came from.
            source = live if live.info.base_url == base_url else make_source(key, base_url)
        except DecisionsError:
            return None
        many = jobs_for(jobs, decisions)
        reader: Reader | None = None
        if many > 1:
            reader = Workers(Remake(source.info.key, source.info.base_url), many)
        return KeptPages(source, reader)

    return make


def line_of(fault: Fault) -> str:
    """A fault for a person, on one line."""
    where = fault.reference or fault.url
    return f"{fault.check}: {where + ': ' if where else ''}{fault.what}. To do: {fault.do}"


def shape_of(scope: Scope, tally: Tally, faults: list[Fault]) -> dict[str, object]:
    """The JSON of a verification."""
    return {
        "schema": 1,
        "level": scope.level.value,
        "part": scope.part + 1,
        "parts": scope.parts,
        "ok": not faults,
        "checked": dict(tally.checked),
        "faults": [fault.as_json() for fault in faults],
        "not_checked": tally.not_checked,
    }


def closing_lines(scope: Scope, tally: Tally, faults: int) -> list[str]:
    """What was looked at, what was not, and the verdict."""
    looked = ", ".join(
        name if key in ONCE else f"{tally.checked[key]:,} {name}"
        for key, name in NAMES.items()
        if tally.checked[key]
    )
    lines = [f"Looked at: {looked}."]
    lines += [f"Not looked at: {what}." for what in tally.not_checked]
    if faults:
        lines.append(f"{faults:,} fault{'' if faults == 1 else 's'} found. Nothing was changed.")
    elif scope.level is Level.FULL:
        lines.append("Nothing wrong.")
    else:
        lines.append("Nothing wrong in what was looked at.")
    return lines
