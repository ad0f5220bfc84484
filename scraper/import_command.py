"""``decisions import``: pages that others saved, a directory of files or a web archive's.

Exit codes: 0 everything that looked like a decision's page was taken or is held; 3 some were
refused, or a file could not be read; 1 nothing could be read at all; 75 another run is writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from scraper.importing import ImportReport
    from scraper.saved import Collection
    from scraper.saved_files import Row
    from scraper.sources import Source

PARTIAL_EXIT = 3
_SHOWN = 20


def _now() -> datetime:
    return datetime.now(UTC)


@click.command("import")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@click.option(
    "--source", "source_key", default="lgsco", show_default=True, metavar="KEY",
    help="Which ombudsman published the pages.",
)  # fmt: skip
@click.option("--base-url", metavar="URL", help="A look-alike site on this machine (loopback).")
@click.option(
    "--addresses",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A CSV list of file, url and captured_at, for pages that do not say where they are from.",
)
@click.option("--dry-run", is_flag=True, help="Read everything, store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def import_(
    app: App,
    paths: tuple[Path, ...],
    source_key: str,
    base_url: str | None,
    addresses: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take in decision pages that others saved.

    PATH is a directory of saved pages, one page, a WARC file (.warc, .warc.gz) or a WACZ package.
    Each capture keeps its own date and where it came from. A newer capture is never overwritten,
    and a page that is no decision is told and not stored.
    """
    from archive.unfinished import workplace
    from scraper.cli import index_after, make_source
    from scraper.importing import Importer, ImportReport, survey
    from scraper.interrupting import Interruptions
    from scraper.progress import shown
    from scraper.saved_files import read_addresses

    source = make_source(source_key, base_url)
    rows = {} if addresses is None else read_addresses(addresses)
    report = ImportReport()
    interruptions = Interruptions()
    with (
        interruptions.heard(),
        app.open_archive(write=True) as archive,
        # In the home: what a kill leaves there the next command that writes clears away.
        workplace(app.config.home) as scratch,
    ):
        with shown() as progress:
            found = survey(collections_of(paths, source, rows, scratch), report, progress)
            if found:
                importer = Importer(
                    archive,
                    source,
                    archive.register(source.info),
                    _now,
                    progress,
                    report,
                    dry=dry_run,
                )
                importer.run(found)
        if report.taken and not dry_run:
            index_after(app, archive)
    if as_json:
        write_json(report_json(report, dry_run))
    else:
        for line in report_lines(report, dry_run):
            click.echo(clean(line))
    if report.unreadable and not (report.taken or report.passed or report.refused):
        raise SystemExit(1)
    if report.refused or report.unreadable:
        raise SystemExit(PARTIAL_EXIT)


def collections_of(
    paths: Sequence[Path], source: Source, rows: Mapping[str, Row], scratch: Path
) -> Iterator[Collection]:
    """What each path is, by its name; web archives within a directory are read as such too."""
    from scraper.saved_archives import PACKAGE, SUFFIXES, WaczFile, WarcFile
    from scraper.saved_files import SavedFiles

    count = 0
    for path in paths:
        inside = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else []
        for file in [path, *inside]:
            name = file.name.lower()
            # A link within a directory may lead out of it; one that was named was meant.
            if not file.is_file() or (file is not path and file.is_symlink()):
                continue
            if name.endswith(SUFFIXES):
                yield WarcFile(file, source)
            elif name.endswith(PACKAGE):
                count += 1
                folder = scratch / str(count)
                folder.mkdir()
                yield WaczFile(file, source, folder)
        if not path.is_file() or not path.name.lower().endswith((*SUFFIXES, PACKAGE)):
            yield SavedFiles(path, source, rows)


def report_json(report: ImportReport, dry_run: bool) -> dict[str, object]:
    """The versioned shape of an import's report."""
    return {
        "schema": 1,
        "dry_run": dry_run,
        "captures": {kind.value: count for kind, count in sorted(report.taken.items())},
        "chapters": report.chapters,
        "erased": report.erased,
        "left_out": dict(sorted(report.passed.items())),
        "refused": [
            {"where": each.where, "reason": each.reason, "message": each.message}
            for each in report.refused
        ],
        "unreadable": report.unreadable,
    }


def report_lines(report: ImportReport, dry_run: bool) -> Iterator[str]:
    """For a person: what was taken, what was left out and why."""
    from archive.imports import Taken
    from scraper.saved import QUIET, REASONS

    words = {
        Taken.ADDED: "decisions added",
        Taken.AMENDED: "newer versions of decisions held",
        Taken.SAME: "captures of a text that is held",
        Taken.EARLIER: "older captures with another text, kept beside the versions",
        Taken.HELD: "captures that were held already",
    }
    if dry_run:
        yield "nothing was stored; it would be:"
    for kind in Taken:
        if report.taken[kind]:
            yield f"{report.taken[kind]:>7,} {words[kind]}"
    if not report.taken:
        yield "nothing was taken in"
    if report.erased:
        yield f"{report.erased:>7,} left out: their decisions were erased from this archive"
    for reason in sorted(QUIET):
        if report.passed[reason]:
            yield f"{report.passed[reason]:>7,} left out: {REASONS[reason]}"
    reasons = Counter(each.reason for each in report.refused)
    for reason, count in sorted(reasons.items()):
        yield f"{count:>7,} refused: {REASONS.get(reason, reason.replace('_', ' '))}"
    for each in report.refused[:_SHOWN]:
        yield f"        {each.where}: {each.message or each.reason}"
    if len(report.refused) > _SHOWN:
        yield f"        … and {len(report.refused) - _SHOWN:,} more; --json has them all"
    for line in report.unreadable:
        yield f"        {line}"
