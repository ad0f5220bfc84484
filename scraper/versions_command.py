"""``decisions diff``: two versions of a decision, both read by this version's parser.

Old versions are not kept as text but as their pages, so the command needs the parser and lives in
the scraper's room. It fetches nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.screen import beneath, clean, wants_colour, write_json

if TYPE_CHECKING:
    from archive.records import Decision
    from archive.store import Archive
    from scraper.sources import Source
    from scraper.versions import Comparison, Difference

WIDTH = 96


@click.command()
@click.argument("reference", nargs=-1, required=True)
@click.option("--from", "first", type=click.IntRange(min=1), metavar="N", help="Older version.")
@click.option("--to", "last", type=click.IntRange(min=1), metavar="M", help="Newer version.")
@click.option("--source", metavar="KEY", help="Which ombudsman, where two use the reference.")
@click.option(
    "--include-restricted",
    is_flag=True,
    help="For the local operator: also of a text that is not passed on for now.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def diff(
    app: App,
    reference: tuple[str, ...],
    first: int | None,
    last: int | None,
    source: str | None,
    include_restricted: bool,
    as_json: bool,
) -> None:
    """Show the words that changed between two versions of a decision: [-gone-] {+new+}.

    Without --from and --to: the newest version against the one before it.
    """
    from archive.history import versions
    from archive.passing_on import to_operator
    from scraper.versions import compare

    with app.open_archive(write=False) as archive:
        stored = archive.find(" ".join(reference), source)
        to_operator(stored, restricted=include_restricted)
        held = [version.number for version in versions(archive, stored.id)]
        newest = held[-1] if last is None else last
        older = max(newest - 1, held[0]) if first is None else first
        reader = _source_of(archive, stored.decision.source)
        readings = {
            number: _read(archive, reader, stored.id, stored.decision.reference, number)
            for number in {older, newest}
        }
    found = compare(readings[older], readings[newest], older, newest)
    if as_json:
        write_json(diff_json(readings[newest], older, newest, held, found))
        return
    # Cleaned line by line already; the screen would take the colours out.
    out = beneath(sys.stdout) if wants_colour(sys.stdout) else sys.stdout
    for line in diff_lines(readings[newest], older, newest, held, found):
        click.echo(line, file=out)


def _source_of(archive: Archive, key: str) -> Source:
    from scraper.cli import make_source

    live, origin = make_source(key, None), archive.sources()[key].base_url
    return live if live.info.base_url == origin else make_source(key, origin)


def _read(
    archive: Archive, source: Source, decision_id: int, reference: str, number: int
) -> Decision:
    """A version as today's parser reads its pages. Raises NotFound, or ScraperError saying which
    page it cannot read."""
    from archive.history import pages_of_version
    from scraper.errors import ParseError, Refused, ScraperError

    ids, pages = pages_of_version(archive, decision_id, number)
    try:
        return source.parse_decision(pages)
    except (Refused, ParseError) as error:
        captures = ", ".join(str(page_id) for page_id in ids)
        raise ScraperError(
            f"version {number} of {reference} (capture {captures}) cannot be read by this version "
            f"of decisions: {error}; the page itself is kept"
        ) from error


def diff_json(
    decision: Decision, older: int, newest: int, held: list[int], found: Comparison
) -> dict[str, object]:
    """The versioned shape: each difference with its words in order."""
    return {
        "schema": 1,
        "source": decision.source,
        "reference": decision.reference,
        "from": older,
        "to": newest,
        "versions": held,
        "renumbered": found.renumbered,
        "differences": [
            {
                "what": item.what.value,
                "where": item.where,
                "old_key": item.old_key,
                "new_key": item.new_key,
                "words": [{"what": run.what.value, "text": run.text} for run in item.runs],
            }
            for item in found.differences
        ],
    }


def diff_lines(
    decision: Decision, older: int, newest: int, held: list[int], found: Comparison
) -> Iterator[str]:
    """For a person; in colour on a terminal, with marks everywhere."""
    yield clean(decision.title)
    if len(held) == 1:
        yield "There is one version of it: nothing to compare."
        return
    yield f"Version {older} against version {newest}"
    colour = wants_colour(sys.stdout)
    for item in found.differences:
        yield ""
        yield f"{clean(item.where)} ({item.what.value})"
        yield from _shown(item, colour=colour)
    if found.renumbered:
        yield ""
        yield f"{found.renumbered} paragraphs have another number and the same words."
    if not found.differences and not found.renumbered:
        yield "No word differs: this version of decisions reads both alike."


STYLES = {"removed": ("[-", "-]", "red"), "added": ("{+", "+}", "green")}


def _shown(item: Difference, *, colour: bool) -> Iterator[str]:
    """The words in lines of ``WIDTH`` columns; colour does not count for the width."""
    line: list[str] = []
    used = 0
    for word, shade in _words(item):
        if line and used + 1 + len(word) > WIDTH:
            yield "  " + " ".join(line)
            line, used = [], 0
        line.append(click.style(word, fg=shade) if colour and shade else word)
        used += len(word) + 1
    if line:
        yield "  " + " ".join(line)


def _words(item: Difference) -> Iterator[tuple[str, str | None]]:
    for run in item.runs:
        begin, end, shade = STYLES.get(run.what.value, ("", "", None))
        for word in f"{begin}{clean(run.text)}{end}".split():
            yield word, shade
