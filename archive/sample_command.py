"""``decisions sample``: a stratified sample with weights, as a coding sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.app import App
from archive.errors import UsageError
from archive.records import StoredDecision
from archive.sampling import Drawn
from archive.store import Archive

MOST = 100_000


@click.command()
@click.argument("number", metavar="N", type=click.IntRange(1, MOST))
@click.option(
    "--by",
    "by",
    default="",
    metavar="NAMES",
    help="Strata, with commas: body, type, category, subcategory, kind, outcome, year, "
    "financial-year, month. Without it one stratum.",
)
@click.option("--seed", default="1", show_default=True, help="The same seed draws the same sample.")
@click.option(
    "--minimum",
    type=click.IntRange(0, MOST),
    default=1,
    show_default=True,
    help="At least so many from each stratum that has them.",
)
@click.option("--year", metavar="YEAR", help="Only 2025, or 2025-26 for April 2025 to March 2026.")
@click.option("--code", "codes", multiple=True, metavar="NAME", help="An empty column to code in.")
@click.option("--whole", is_flag=True, help="A row for each decision, not for each paragraph.")
@click.option("--source", metavar="KEY", help="Which ombudsman, where there is more than one.")
@click.option("--output", metavar="FILE", help="Write to this file instead of stdout.")
@click.pass_obj
def sample(
    app: App,
    number: int,
    by: str,
    seed: str,
    minimum: int,
    year: str | None,
    codes: tuple[str, ...],
    whole: bool,
    source: str | None,
    output: str | None,
) -> None:
    """Draw N decisions at random, spread over strata, and write a sheet to code them in.

    \b
    decisions sample 200 --by category,year --seed 1 --code fault --output sheet.csv
    """
    from archive import copies
    from archive.coding_sheet import COLUMNS, write_sheet
    from archive.figures import periods, reading
    from archive.figures.counting import DIMENSIONS, Head
    from archive.filing import is_stream, text_output
    from archive.one_source import one_source
    from archive.sampling import draw

    names = [name.strip().lower().replace("_", "-") for name in by.split(",") if name.strip()]
    for name in names:
        if name not in DIMENSIONS:
            raise UsageError(f"{name!r} makes no strata; there are {', '.join(DIMENSIONS)}")
    if len(set(codes) | set(COLUMNS)) < len(codes) + len(COLUMNS):
        raise UsageError("two columns of the sheet would have the same name; name --code otherwise")
    span = None if year is None else periods.year_span(year)

    def stratum(item: tuple[Head, str]) -> tuple[str, ...]:
        return tuple(DIMENSIONS[name](item[0]) for name in names)

    with app.open_archive(write=False) as archive:
        with archive.engine.connect() as connection:
            facts = one_source(connection, source)
            choice = reading.Choice(
                facts.id,
                first=None if span is None else span.first,
                last=None if span is None else span.last,
            )
            keys = reading.reference_keys(connection, choice)
            heads = [(head, keys[head.id]) for head in reading.heads(connection, choice)]
        drawn = draw(
            heads, number, seed=seed, minimum=minimum, reference=lambda item: item[1],
            stratum=stratum,
        )  # fmt: skip
        chosen = [
            Drawn(each.item[0].id, each.stratum, each.size, each.drawn, each.place)
            for each in drawn
        ]
        with text_output(output, forbidden=app.config.own_files) as stream:
            if output is not None and not is_stream(output):
                copies.note(app.config, "sample", Path(output), datetime.now(UTC))
            rows = write_sheet(
                _texts(archive, chosen), stream, codes=codes, seed=seed,
                attributions={facts.key: facts.attribution}, whole=whole,
            )  # fmt: skip
    strata = len({each.stratum for each in chosen})
    click.echo(
        f"{len(chosen):,} of {len(heads):,} decisions drawn from {strata:,} "
        f"{'stratum' if strata == 1 else 'strata'}; {rows:,} rows written, "
        f"{datetime.now(UTC).date()}",
        err=True,
    )


BATCH = 100


def _texts(
    archive: Archive, chosen: list[Drawn[int]]
) -> Iterator[tuple[StoredDecision, Drawn[int]]]:
    """Each drawn decision as it may leave the archive, in the order of drawing."""
    from archive.passing_on import for_others

    for start in range(0, len(chosen), BATCH):
        part = chosen[start : start + BATCH]
        held = {stored.id: stored for stored in archive.stored([each.item for each in part])}
        for each in part:
            if each.item in held:
                yield for_others(held[each.item]), each
