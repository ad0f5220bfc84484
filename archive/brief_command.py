"""``decisions brief``: one council's year beside similar councils, as a page or a workbook."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from archive.app import App
from archive.errors import UsageError
from archive.screen import clean


@click.command()
@click.argument("council", nargs=-1, required=True)
@click.option(
    "--year",
    required=True,
    metavar="YEAR",
    help="2025-26 for April 2025 to March 2026, or 2025.",
)
@click.option("--output", required=True, metavar="FILE", help="FILE.html or FILE.xlsx.")
@click.option("--source", metavar="KEY", help="Which ombudsman, where there is more than one.")
@click.pass_obj
def brief(app: App, council: tuple[str, ...], year: str, output: str, source: str | None) -> None:
    """Write one council's decisions beside similar councils: a paper's raw material.

    \b
    decisions brief "Hampshire County Council" --year 2025-26 --output brief.html
    """
    from archive import copies
    from archive.briefing.gathering import gather
    from archive.briefing.page import brief_page
    from archive.figures.periods import year_span
    from archive.filing import bytes_output

    form = output.rsplit(".", 1)[-1].lower()
    if form not in ("html", "xlsx"):
        raise UsageError(f"{output!r} must end in .html or .xlsx: that says what is written")
    span = year_span(year)
    today = datetime.now(UTC).date()
    with app.open_archive(write=False) as archive:
        found = gather(archive.engine, " ".join(council), span, source=source, today=today)
    if form == "html":
        content = brief_page(found).encode("utf-8", "replace")
    else:
        from archive.briefing.workbook import brief_workbook

        content = brief_workbook(found)
    with bytes_output(output, forbidden=app.config.own_files) as file:
        copies.note(app.config, "brief", Path(output), datetime.now(UTC))
        file.write(content)
    click.echo(
        clean(f"{found.body.name}, {span.name}: {len(found.decisions):,} references in {output}"),
        err=True,
    )
