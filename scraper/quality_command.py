"""``decisions quality``: how well the stored pages are understood, by parser version.

Exit code 3 when a share is above its limit (``scraper.quality.LIMITS``), or when the pages that
came lately are understood otherwise than those before (``scraper.shifts``), so that a cron job
tells of a changed template the next morning; 0 otherwise, also for an empty archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.store import Archive
    from scraper.quality import Quality
    from scraper.shifts import Lately, Shift

BEYOND_EXIT = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was counted. ``refused`` are the captures that were no decision, if they rose."""

    versions: dict[str, Quality]
    lately: Lately | None
    refused: list[Shift]

    def shifts(self, version: str) -> list[Shift]:
        """How the pages that came lately differ from those before, of one parser version."""
        from scraper.shifts import shifts

        if self.lately is None or version not in self.lately.versions:
            return []
        each = self.versions[version]
        return shifts(each.pages, each.traits, self.lately.versions[version])


@click.command()
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=PERCENT",
    help="Another limit than the usual one: left_aside=5%. Several times, or with commas.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def quality(ctx: click.Context, limits: tuple[str, ...], as_json: bool) -> None:
    """Count what the parser understood: sections, headings, outcomes, warnings, numbers.

    Exit code 3 when too much is not understood, or when the pages of the last day, week or month
    are understood less well than those before: the site may have changed its template. Run it
    each morning after the crawl. The limits can also stand in the settings (quality_limits).
    """
    from scraper.quality import limits_from

    app: App = ctx.obj
    wanted = limits_from([app.config.quality_limits, *limits])
    with app.open_archive(write=False) as archive:
        found = _measure(archive)
    trouble = bool(found.refused) or any(
        each.beyond(wanted) or found.shifts(version) for version, each in found.versions.items()
    )
    if as_json:
        write_json(_json(found, wanted))
    elif not found.versions:
        click.echo("The archive holds no decisions yet; fill it with: decisions crawl")
    else:
        for line in _lines(found, wanted):
            click.echo(clean(line))
    if trouble:
        ctx.exit(BEYOND_EXIT)


def _measure(archive: Archive) -> Measured:
    """One pass over the archive; what is kept of it does not grow with the texts."""
    from archive.capture_dates import newest, read_since
    from scraper.quality import Quality, traits
    from scraper.shifts import Lately

    ends = newest(archive)
    lately = None if ends is None else Lately(ends)
    fetched = {} if lately is None else read_since(archive, lately.begins)
    versions: dict[str, Quality] = {}
    for stored in archive.stored_all():
        version = stored.decision.parser_version
        found = traits(stored.decision)
        versions.setdefault(version, Quality()).add(stored.decision, found)
        if lately is not None and stored.id in fetched:
            lately.add(version, fetched[stored.id], found)
    return Measured(versions, lately, [] if lately is None else list(_refused(archive, lately)))


def _refused(archive: Archive, lately: Lately) -> Iterator[Shift]:
    """Pages that nobody could read at all are in no count of decisions."""
    from datetime import UTC, datetime

    from archive.capture_dates import captures_since
    from scraper.shifts import FEWEST_EARLIER, FEWEST_RECENT, WINDOWS, risen

    first = datetime(1970, 1, 1, tzinfo=UTC)
    instants = [first, *(lately.ends - length for length in WINDOWS.values())]
    every, *spans = captures_since(archive, instants)
    for window, span in zip(WINDOWS, spans, strict=True):
        before = every.all - span.all
        if span.all < FEWEST_RECENT or before < FEWEST_EARLIER:
            continue
        shift = risen(
            window, "refused", span.refused, span.all, every.refused - span.refused, before
        )
        if shift is not None:
            yield shift
            return


def _json(found: Measured, limits: dict[str, float]) -> dict[str, object]:
    versions = {}
    for version, each in found.versions.items():
        spans = {} if found.lately is None else found.lately.versions.get(version, {})
        versions[version] = each.as_json(limits) | {
            "recent_pages": {name: span.pages for name, span in spans.items()},
            "shifts": [shift.as_json() for shift in found.shifts(version)],
        }
    return {
        "schema": 1,
        "newest_page": None if found.lately is None else found.lately.ends.isoformat(),
        "versions": versions,
        "refused": [shift.as_json() for shift in found.refused],
    }


def _lines(found: Measured, limits: dict[str, float]) -> Iterator[str]:
    for version, each in found.versions.items():
        yield f"Parser {version}: {each.pages:,} pages, {each.statements:,} statements"
        for kind, count in each.sections.most_common():
            yield f"  {kind:<16} {count / each.pages:>6.1%} of pages"
        yield f"  {each.paragraphs:,} paragraphs outside lists; in statements {each.numberable:,}"
        yield f"  without a number, in statements: {_of(each.without_number, each.numberable)}"
        yield f"  text not accounted for: {each.unaccounted_characters:,} characters"
        for title, tally in (
            ("headings not in the table", each.other_headings),
            ("outcomes not in the table", each.unknown_outcomes),
            ("warnings", each.warnings),
        ):
            for text, count, seen in tally.most_common(10):
                yield f"  {title}: {text} ({count:,}, as in {', '.join(seen)})"
        spans = {} if found.lately is None else found.lately.versions.get(version, {})
        if spans:
            told = ", ".join(f"last {name} {span.pages:,}" for name, span in spans.items())
            yield f"  pages that came lately: {told}"
        for sentence in each.beyond(limits):
            yield f"  above the limit: {sentence}"
        for shift in found.shifts(version):
            yield f"  lately: {shift.sentence()}"
    for shift in found.refused:
        yield f"Not readable lately: {shift.sentence()}"


def _of(count: int, all_: int) -> str:
    return f"{count:,} ({count / max(all_, 1):.1%})"
