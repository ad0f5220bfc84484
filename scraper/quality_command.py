"""``decisions quality``: how well the stored pages are understood, by parser version.

Exit code 3 when a share is above its limit (``scraper.quality.LIMITS``), so that a cron job tells
of a changed template the next morning; 0 otherwise, also for an empty archive.
"""

from __future__ import annotations

import click

from archive.app import App
from archive.screen import clean, write_json

BEYOND_EXIT = 3


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def quality(ctx: click.Context, as_json: bool) -> None:
    """Count what the parser understood: sections, headings, outcomes, warnings, numbers.

    Fails when too much is not understood: the site may have changed its template.
    """
    from scraper.quality import measure

    app: App = ctx.obj
    with app.open_archive(write=False) as archive:
        found = measure(stored.decision for stored in archive.stored_all())
    if as_json:
        write_json({"schema": 1, "versions": {key: each.as_json() for key, each in found.items()}})
    elif not found:
        click.echo("The archive holds no decisions yet; fill it with: decisions crawl")
    for version, each in found.items() if not as_json else ():
        click.echo(clean(f"Parser {version}: {each.pages:,} pages, {each.statements:,} statements"))
        for kind, count in each.sections.most_common():
            click.echo(f"  {kind:<16} {count / each.pages:>6.1%} of pages")
        numbered = each.paragraphs - each.without_number
        click.echo(f"  {each.paragraphs:,} paragraphs outside lists, {numbered:,} numbered")
        for title, counts in (
            ("headings not in the table", each.other_headings),
            ("outcomes not in the table", each.unknown_outcomes),
            ("warnings", each.warnings),
        ):
            for text, count in counts.most_common(10):
                click.echo(clean(f"  {title}: {text} ({count:,})"))
        for sentence in each.beyond():
            click.echo(f"  above the limit: {sentence}")
    if any(each.beyond() for each in found.values()):
        ctx.exit(BEYOND_EXIT)
