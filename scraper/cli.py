"""Commands of the scraper: crawl, reparse, doctor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from archive import __version__
from archive.app import App
from archive.errors import DecisionsError, UsageError
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.records import IndexReport
    from archive.store import Archive
    from scraper.client import Fetcher
    from scraper.interrupting import Interruptions
    from scraper.order import Order
    from scraper.page_reader import Reader
    from scraper.progress import Progress
    from scraper.sources import Source

LIVE_MIN_FREE, LOOPBACK_MIN_FREE = 3_000_000_000, 200_000_000
"""Free bytes below which a crawl stops: room for the index and a backup on a small machine."""


def _now() -> datetime:
    return datetime.now(UTC)


def make_source(key: str, base_url: str | None) -> Source:
    """A source by its key. Raises UsageError naming those there are."""
    from scraper.sources import registry

    known = registry()
    if key not in known:
        raise UsageError(f"there is no source {key!r}; there are {', '.join(known)}")
    return known[key](base_url)


@click.command()
@click.option("--since", metavar="DATE|120d|all", help="First decision date to ask for.")
@click.option("--until", metavar="DATE", help="Last decision date to ask for.")
@click.option("--body", metavar="NAME", default="", help="Only this council or provider.")
@click.option(
    "--source",
    "source_key",
    default="lgsco",
    show_default=True,
    metavar="KEY",
    help="Which ombudsman.",
)
@click.option("--base-url", metavar="URL", help="A look-alike site on this machine (loopback).")
@click.option(
    "--delay",
    type=click.FloatRange(0, 3600),
    metavar="SECONDS",
    help="Least time between requests; never under 1 s on the live site.",
)
@click.option(
    "--max-requests",
    type=click.IntRange(min=1),
    metavar="N",
    help="Send no more requests than this; the next run carries on.",
)
@click.option(
    "--lookback",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    metavar="DAYS",
    help="Look at every window this far back.",
)
@click.option(
    "--cycle",
    type=click.IntRange(min=1),
    default=28,
    show_default=True,
    metavar="NIGHTS",
    help="Prove every older window again within so many runs.",
)
@click.option(
    "--revisit",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    metavar="N",
    help="Look at so many archived decisions again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_obj
def crawl(
    app: App,
    since: str | None,
    until: str | None,
    body: str,
    source_key: str,
    base_url: str | None,
    delay: float | None,
    max_requests: int | None,
    lookback: int,
    cycle: int,
    revisit: int,
    as_json: bool,
) -> None:
    """Fetch what the Ombudsman lists and the archive has not got, then index it.

    Without --since: the whole list the first time, afterwards what is new or due to be looked at
    again. --since all asks for every decision date up to today; 120d means 120 days ago.

    Exit codes: 0 done; 1 error; 2 usage; 3 partial; 4 the site blocks us or looks changed; 75
    another run is writing; 130 interrupted.
    """
    from archive.backup import next_backup
    from archive.failures import newest_page, refused_since
    from archive.wal import Watch
    from scraper import crawl as crawling
    from scraper.interrupting import InterruptibleFetch, Interruptions
    from scraper.logbook import Logged, kept, record
    from scraper.order import Machine
    from scraper.progress import shown

    today = _now().date()
    order = replace(
        _order(since, until, today),
        body=body.strip(),
        lookback_days=lookback,
        cycle_nights=cycle,
        revisit=revisit,
    )
    source = make_source(source_key, base_url)
    wanted_delay = app.config.delay if delay is None else delay
    interruptions = Interruptions()
    with (
        interruptions.heard(),
        kept(app.config.log_file, now=_now, tell=_tell) as book,
        _open_fetcher(app, source, base_url, wanted_delay, max_requests) as fetcher,
        app.open_archive(write=True) as archive,
    ):
        book.begin(version=__version__, source=source.info.base_url, scope=order.scope())
        before = newest_page(archive)
        wal = Watch(app.config.sqlite_path, _tell)
        machine = Machine(
            now=_now,
            today=today,
            home=app.config.home,
            min_free_bytes=LIVE_MIN_FREE if base_url is None else LOOPBACK_MIN_FREE,
            delay=wanted_delay,
            backup_bytes=lambda: next_backup(app.config),
            watch=wal.look,
        )
        with shown() as display:
            progress = Logged(display, book)
            if _too_young(order, today):
                progress.say(
                    "Nothing is published until some six weeks after the decision: "
                    f"--since {since} finds little or nothing. --since 200d is a good look back."
                )
            with interruptions.shielded():
                report = crawling.crawl(
                    source,
                    InterruptibleFetch(fetcher, interruptions),
                    archive,
                    order,
                    machine=machine,
                    progress=progress,
                    keep_up=lambda: _keep_up(app, archive, progress),
                )
            indexed = index_after(app, archive)
        record(book, report, refused_since(archive, before), indexed.documents)
    if as_json:
        shape = report.as_json()
        shape["index"] = {"documents": indexed.documents, "written": indexed.written}
        write_json(shape)
    else:
        for line in report.lines():
            click.echo(clean(line))
        click.echo(f"{indexed.documents:,} decisions in the index")
    if report.exit_code():
        raise SystemExit(report.exit_code())


def _tell(sentence: str) -> None:
    click.echo(clean(sentence), err=True)


def _order(since: str | None, until: str | None, today: date) -> Order:
    from archive.dates import first_day, last_day
    from scraper.order import EARLIEST, Order

    first = None
    if since is not None:
        first = EARLIEST if since.strip().lower() == "all" else first_day(since, today=today)
    last = None if until is None else last_day(until, today=today)
    if first is not None and first > today:
        raise UsageError(f"--since {since} is in the future; the newest decision date is today")
    if last is not None and last < (first or EARLIEST):
        raise UsageError(f"--until {until} is before --since {since or EARLIEST}; swap them")
    return Order(first, last)


def _too_young(order: Order, today: date) -> bool:
    from scraper.order import YOUNGEST_DAYS

    return order.since is not None and (today - order.since).days < YOUNGEST_DAYS


@contextmanager
def _open_fetcher(
    app: App, source: Source, base_url: str | None, delay: float, max_requests: int | None
) -> Iterator[Fetcher]:
    from scraper.client import open_fetcher

    with open_fetcher(
        source.info.base_url,
        version=__version__,
        contact=app.config.contact,
        base_url=base_url,
        delay=delay,
        max_requests=max_requests,
    ) as fetcher:
        yield fetcher


def _keep_up(app: App, archive: Archive, progress: Progress) -> None:
    """Bring the index in step during a long run. The index is disposable: its trouble can wait."""
    try:
        index_after(app, archive)
    except DecisionsError as error:
        progress.say(f"the index was not brought in step: {error}")


def index_after(app: App, archive: Archive) -> IndexReport:
    archive.mark_boilerplate(_now())
    return app.search_index().follow(archive)


@click.command()
@click.option(
    "--source",
    "source_key",
    default="lgsco",
    show_default=True,
    metavar="KEY",
    help="Which ombudsman.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1, max=64),
    metavar="N",
    help="Read in so many processes; without it one a core (at most 4), and one for few pages.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_obj
def reparse(app: App, source_key: str, jobs: int | None, as_json: bool) -> None:
    """Read the stored pages again with this version's parser, and index what changed.

    Nothing is fetched. Ctrl-C (exit 130) keeps what was read; run it again to read the rest.
    """
    from scraper.interrupting import Interruptions
    from scraper.progress import shown
    from scraper.reparsing import reparse as run
    from scraper.report import unfit_sentence

    interruptions = Interruptions()
    with interruptions.heard(), app.open_archive(write=True) as archive:
        held = archive.sources().get(source_key)
        if held is None:
            raise UsageError(f"the archive holds nothing of {source_key!r}; crawl it first")
        live = make_source(source_key, None)
        # The look-alike's pages are read as its own, with the address they came from.
        source = (
            live if live.info.base_url == held.base_url else make_source(source_key, held.base_url)
        )
        reader = _reader(
            source, jobs, len(archive.decision_ids(archive.source_id(source_key))), interruptions
        )
        with shown() as progress, interruptions.shielded():
            report = run(archive, source, now=_now, progress=progress, reader=reader)
        indexed = index_after(app, archive)
    if as_json:
        write_json(
            {
                "schema": 1,
                "read": report.read,
                "changed": report.changed,
                "rescued": report.rescued,
                "failed": len(report.failures),
                "failures": [{"url": url, "reason": why} for url, why in report.failures.items()],
                "corrections_unfit": report.unfit,
                "index": {"documents": indexed.documents, "written": indexed.written},
            }
        )
    else:
        click.echo(f"{report.read:,} decisions read again, {report.changed:,} read differently")
        if report.rescued:
            click.echo(f"{report.rescued:,} decisions saved from pages that were refused before")
        if report.unfit:
            click.echo(unfit_sentence(len(report.unfit)))
        for why in list(report.failures.values())[:10]:
            click.echo(clean(f"not readable by this version, left as it was: {why}"), err=True)
    if report.failures:
        raise SystemExit(3)


def _reader(
    source: Source, asked: int | None, decisions: int, interruptions: Interruptions
) -> Reader:
    """Who reads the pages of a reparse: this process, or workers that make the source anew."""
    from scraper.page_reader import OneByOne, Remake
    from scraper.reading_workers import Workers, jobs_for

    jobs = jobs_for(asked, decisions)
    if jobs == 1:
        return OneByOne(source, interruptions.open)
    make = Remake(source.info.key, source.info.base_url)
    return Workers(make, jobs, at_rest=interruptions.open)


@click.command()
@click.option(
    "--source",
    "source_key",
    default="lgsco",
    show_default=True,
    metavar="KEY",
    help="Which ombudsman.",
)
@click.option("--base-url", metavar="URL", help="A look-alike site on this machine (loopback).")
@click.option("--offline", is_flag=True, help="Check this machine only; ask the site nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def doctor(app: App, source_key: str, base_url: str | None, offline: bool, as_json: bool) -> None:
    """Check this machine, and look politely at the site: robots.txt, a list, a decision.

    Run it before the first real crawl. The pages are kept for a bug report.
    """
    from scraper import doctor as examining

    source = make_source(source_key, base_url)
    checks = examining.local_checks(app, source, live=base_url is None)
    if not offline:
        with _open_fetcher(app, source, base_url, app.config.delay, 20) as fetcher:
            checks += examining.site_checks(source, fetcher, app.config.home, now=_now())
    if as_json:
        write_json({"schema": 1, "checks": [check.as_json() for check in checks]})
    else:
        for check in checks:
            click.echo(clean(check.line()))
    bad = [check for check in checks if check.verdict == "bad"]
    if bad:
        raise SystemExit(4 if any(check.of_site for check in bad) else 1)
