"""``decisions repair``: verify, mend what can be mended safely, verify again, and say all of it.

Exit code 0 when nothing is wrong afterwards, 3 when something is left or lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from archive import __version__
from archive.app import App
from archive.errors import DecisionsError
from archive.fault import Fault, Level, Scope, Tally
from archive.screen import clean, write_json
from scraper.verify_command import closing_lines, line_of, page_readers

if TYPE_CHECKING:
    from archive.ports import Fetch
    from archive.records import SourceInfo
    from archive.store import Archive
    from scraper.progress import Progress
    from scraper.repairing import Outcome, Plan
    from scraper.sources import Source

EXIT_PARTLY = 3


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done; change and fetch nothing.")
@click.option("--offline", is_flag=True, help="Ask the site nothing.")
@click.option(
    "--delay",
    type=click.FloatRange(0, 3600),
    metavar="SECONDS",
    help="Least time between requests; never under 1 s on the live site.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def repair(app: App, dry_run: bool, offline: bool, delay: float | None, as_json: bool) -> None:
    """Mend what `decisions verify --full` finds, as far as that is safe, and say what was done.

    Decisions whose rows disagree with a sound page are read again; a damaged page is looked for in
    the automatic backups and then asked for again, politely, as in a crawl; the index is made anew.
    A damaged page is never deleted, and what takes its place is proven first. The database is
    copied aside before anything is changed (decisions path backups).

    Exit codes: 0 nothing is wrong now; 3 something is left, or lost for good; 75 another run is
    writing. With --dry-run: 0 nothing wrong, 3 faults.
    """
    from scraper.progress import shown
    from scraper.repairing import Outcome, plan

    with shown() as progress:
        if dry_run:
            with app.open_archive(write=False) as archive:
                faults, _ = _verify(app, archive, progress)
            _tell_plan(faults, plan(faults), as_json=as_json)
            if faults:
                raise SystemExit(EXIT_PARTLY)
            return
        outcome = Outcome()
        with app.open_archive(write=True) as archive:
            before, _ = _verify(app, archive, progress)
            order = plan(before)
            if order.touches_database:
                _copy_aside(app, outcome)
                _mend(app, archive, order, outcome, offline=offline, delay=delay)
            if order.index or order.touches_database:
                _index(app, archive, outcome, anew=order.index)
            after, tally = _verify(app, archive, progress)
            # Behind a damaged page nobody saw what else its decision had wrong.
            further = plan(after).reading_alone()
            if order.pages and further.reread:
                _mend(app, archive, further, outcome, offline=True, delay=delay)
                _index(app, archive, outcome, anew=False)
                after, tally = _verify(app, archive, progress)
    if as_json:
        write_json(
            {
                "schema": 1,
                "faults_before": len(before),
                "done": outcome.done,
                "not_done": outcome.not_done,
                "lost": outcome.lost,
                "faults": [fault.as_json() for fault in after],
            }
        )
    else:
        for heading, sentences in (
            ("Done", outcome.done),
            ("Could not be done", outcome.not_done),
            ("Lost", outcome.lost),
        ):
            for sentence in sentences:
                click.echo(clean(f"{heading}: {sentence}"))
        for fault in after:
            click.echo(clean(f"Still wrong: {line_of(fault)}"))
        for line in closing_lines(Scope(Level.FULL), tally, 0)[:-1]:
            click.echo(clean(line))
        click.echo(_verdict(len(before), len(after), outcome))
    if after or outcome.lost:
        raise SystemExit(EXIT_PARTLY)


def _verdict(before: int, after: int, outcome: Outcome) -> str:
    if not before:
        return "Nothing was wrong; nothing was changed."
    lost = f", {len(outcome.lost)} pages lost for good" if outcome.lost else ""
    return f"{before:,} faults before, {after:,} now{lost}."


def _verify(app: App, archive: Archive, progress: Progress) -> tuple[list[Fault], Tally]:
    from archive.verify import verify

    tally = Tally()
    found = verify(
        archive,
        Scope(Level.FULL),
        readers=page_readers(None),
        index=app.search_index(),
        steps=progress,
        tally=tally,
    )
    return list(found), tally


def _tell_plan(faults: list[Fault], order: Plan, *, as_json: bool) -> None:
    if as_json:
        would = order.lines()
        write_json({"schema": 1, "faults": [each.as_json() for each in faults], "would": would})
        return
    for fault in faults:
        click.echo(clean(line_of(fault)))
    for line in order.lines():
        click.echo(clean(line))
    click.echo(f"{len(faults):,} faults; nothing was changed.")


def _copy_aside(app: App, outcome: Outcome) -> None:
    from archive.mending import copy_aside

    path = app.config.sqlite_path
    if path is None:
        click.echo(
            "The database is on a server: no copy is made here, see to its backup.", err=True
        )
        return
    copy = copy_aside(path, app.config.backup_dir, datetime.now(UTC))
    outcome.done.append(f"the database as it was is in {copy}")


def _mend(
    app: App,
    archive: Archive,
    order: Plan,
    outcome: Outcome,
    *,
    offline: bool,
    delay: float | None,
) -> None:
    from scraper.cli import make_source
    from scraper.repairing import OFFLINE, Repair

    copies = sorted(app.config.backup_dir.glob("*.db"), reverse=True)
    left = order
    for key, held in archive.sources().items():
        source_id = archive.source_id(key)
        mine, left = left.divided(set(archive.decision_ids(source_id)))
        try:
            live = make_source(key, None)
        except DecisionsError as error:
            outcome.not_done.append(str(error))
            continue
        at_home = live.info.base_url == held.base_url
        source = live if at_home else make_source(key, held.base_url)
        asks = bool(mine.pages) and not offline
        with _fetcher(app, source, held, at_home, delay, asks) as (fetcher, why_not):
            Repair(
                archive,
                source,
                source_id,
                fetcher,
                copies,
                lambda: datetime.now(UTC),
                outcome,
                why_not or OFFLINE,
            ).run(mine)


@contextmanager
def _fetcher(
    app: App,
    source: Source,
    held: SourceInfo,
    at_home: bool,
    delay: float | None,
    asks: bool,
) -> Iterator[tuple[Fetch | None, str | None]]:
    """A polite fetcher for the site the pages came from, or why there is none."""
    from scraper.client import open_fetcher
    from scraper.errors import CrawlSetupError

    if not asks:
        yield None, None
        return
    with ExitStack() as stack:
        why_not = None
        fetcher = None
        try:
            fetcher = stack.enter_context(
                open_fetcher(
                    source.info.base_url,
                    version=__version__,
                    contact=app.config.contact,
                    base_url=None if at_home else held.base_url,
                    delay=app.config.delay if delay is None else delay,
                )
            )
        except CrawlSetupError as error:
            why_not = f"the site was not asked: {error}"
        yield fetcher, why_not


def _index(app: App, archive: Archive, outcome: Outcome, *, anew: bool) -> None:
    archive.mark_boilerplate(datetime.now(UTC))
    index = app.search_index()
    report = index.rebuild(archive) if anew else index.follow(archive)
    if report.rebuilt:
        outcome.done.append(f"the index was made anew: {report.documents:,} decisions")
