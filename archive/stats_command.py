"""``decisions stats``: counts, rates and payments as a table, JSON, CSV or a chart."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.errors import UsageError
from archive.records import BodyType, DecisionKind, Outcome
from archive.screen import clean, console, write_json

if TYPE_CHECKING:
    from archive.figures.asking import Question

TYPES = [kind.value.replace("_", "-") for kind in BodyType]


@click.command()
@click.option(
    "--by",
    "by",
    default="year",
    show_default=True,
    metavar="NAMES",
    help="One or two of: body, type, category, subcategory, kind, outcome, year, financial-year, "
    "month, remedy. Two with a comma: body,year.",
)
@click.option("--year", metavar="YEAR", help="Only 2025, or 2025-26 for April 2025 to March 2026.")
@click.option("--from", "since", metavar="DATE", help="Only decisions from this day, month, year.")
@click.option("--to", "until", metavar="DATE", help="Only decisions to this day, month or year.")
@click.option("--body", "bodies", multiple=True, metavar="NAME", help="Only this council.")
@click.option("--type", "kind_of_body", type=click.Choice(TYPES), help="Only councils so.")
@click.option("--category", metavar="NAME", help="Only this category.")
@click.option("--kind", type=click.Choice([each.value for each in DecisionKind]))
@click.option(
    "--outcome",
    type=click.Choice([each.value.replace("_", "-") for each in Outcome]),
    help="Only this outcome (then no rates).",
)
@click.option("--source", metavar="KEY", help="Which ombudsman, where there is more than one.")
@click.option("--per-reference", is_flag=True, help="Count a report under each reference.")
@click.option(
    "--as-shown", is_flag=True, help="Leave out what is not passed on, as the web pages do."
)
@click.option("--rank", is_flag=True, help="Order by uphold rate. Read the caveat first.")
@click.option(
    "--official",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The Ombudsman's own table of that --year (CSV, XLSX), set beside ours.",
)
@click.option("--chart", metavar="FILE", help="Draw it: FILE.svg or FILE.png.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.pass_obj
def stats(
    app: App,
    by: str,
    year: str | None,
    since: str | None,
    until: str | None,
    bodies: tuple[str, ...],
    kind_of_body: str | None,
    category: str | None,
    kind: str | None,
    outcome: str | None,
    source: str | None,
    per_reference: bool,
    as_shown: bool,
    rank: bool,
    official: Path | None,
    chart: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Count decisions, how many were upheld, and what was paid.

    \b
    decisions stats --by financial-year
    decisions stats --by body --type county --year 2025-26
    decisions stats --by category,year --body "Hampshire County Council"
    """
    from archive.dates import first_day, last_day
    from archive.figures import asking, charts, periods, shapes
    from archive.figures.official import match, official_json, official_lines
    from archive.figures.official_file import MOST_BYTES, read_official
    from archive.figures.table import print_figures
    from archive.filing import bytes_output, text_output

    if as_json and as_csv:
        raise UsageError("--json and --csv exclude each other; take one")
    if official is not None:
        if year is None:
            raise UsageError("--official needs the year of that table: --year 2025-26")
        if as_csv or per_reference:
            raise UsageError("--official goes with the table or --json, each reference once")
        by = "body"
    form = None if chart is None else charts.form_of(chart)
    today = datetime.now(UTC).date()
    question: Question = asking.Question(
        by=asking.dimensions(by),
        span=None if year is None else periods.year_span(year),
        first=None if since is None else first_day(since, today=today),
        last=None if until is None else last_day(until, today=today),
        bodies=bodies,
        body_type=None if kind_of_body is None else kind_of_body.replace("-", "_"),
        category=category,
        kind=kind,
        outcome=None if outcome is None else outcome.replace("-", "_"),
        source=source,
        per_reference=per_reference,
        rank=rank,
        restricted=not as_shown,
        withdrawn=not as_shown,
    )
    with app.open_archive(write=False) as archive:
        figures = asking.answer(archive.engine, question, today=today)
        bodies_held = [] if official is None else archive.bodies.all()
    matched = None
    if official is not None:
        with official.open("rb") as given:
            content = given.read(MOST_BYTES + 1)
        matched = match(read_official(content), bodies_held, figures.tally.rows)
    if chart is not None and form is not None:
        drawn = charts.chart(figures, form)
        with bytes_output(chart, forbidden=app.config.own_files) as file:
            file.write(drawn)
    if as_json:
        told = shapes.figures_json(figures)
        write_json(told if matched is None else told | {"official": official_json(matched)})
    elif as_csv:
        with text_output(None, forbidden=app.config.own_files) as stream:
            shapes.write_csv(figures, stream)
    else:
        if matched is not None:
            for line in official_lines(matched):
                click.echo(clean(line))
            click.echo("")
        print_figures(figures, console())
