"""The export command: what the index finds, or everything, written by ``archive.exporting``.

It lives in this room because the query and its filters do; the archive never sees the index, only
numbers of decisions.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive import copies
from archive.app import App
from archive.errors import UsageError
from archive.exporting.forms import FORMS, Form
from archive.exporting.spreadsheet import ALTERED
from archive.exporting.tables import NAMES, SHEET_FIELDS, WORKBOOK_FIELDS, find_table
from archive.filing import is_stream, new_directory, new_paths, text_output
from archive.screen import beneath, bytes_beneath, clean
from archive.unfinished import workplace
from search.arguments import DashedWords, note
from search.request_options import checked, query_options

if TYPE_CHECKING:
    from archive.exporting.job import Job
    from archive.exporting.selection import Scope

BESIDE = ".datapackage.json"
"""Ending of the file beside an export that says what it is."""


@click.command(cls=DashedWords)
@click.argument("form", metavar="|".join(FORMS), type=click.Choice(list(FORMS)))
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.option("--output", metavar="FILE", help="Write to this file instead of stdout.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option(
    "--table",
    type=click.Choice(NAMES),
    default="decision",
    show_default=True,
    metavar="NAME",
    help=f"What a row is: {', '.join(NAMES)}.",
)
@query_options
@click.option("--all-versions", is_flag=True, help="warc: the pages of earlier versions too.")
@click.option("--include-refused", is_flag=True, help="warc: pages that are no decision too.")
@click.option("--excel", is_flag=True, help="CSV as a spreadsheet wants it; text gets marks.")
@click.option(
    "--include-withdrawn",
    is_flag=True,
    help="For the local operator: also the words of withdrawn decisions.",
)
@click.pass_obj
def export(
    app: App,
    /,
    form: str,
    words: tuple[str, ...],
    output: str | None,
    force: bool,
    table: str,
    excel: bool,
    all_versions: bool,
    include_refused: bool,
    include_withdrawn: bool,
    **asked: Any,
) -> None:
    """Write decisions for others: every one, or those that WORDS and filters find.

    \b
    csv, jsonl   one row a decision, or of another --table; jsonl has the whole text
    parquet      the same, typed, for pandas, R and DuckDB
    xlsx         the same as a workbook
    sqlite       a research copy: tables, views, full text, no raw pages
    warc         the stored pages, for a web archive's tools (name it FILE.warc.gz)
    bibtex, ris  an entry a decision, for a reference manager
    nvivo        a directory: a text for each decision and a classification sheet

    WORDS and filters are those of `decisions search`. Beside FILE stands FILE.datapackage.json:
    attribution, licence, coverage, what was asked for, and what each column means.
    """
    chosen_form = FORMS[form]
    if excel and form != "csv":
        raise UsageError("--excel goes with csv; the other formats are never altered.")
    if table != "decision" and not chosen_form.tables:
        raise UsageError(f"{form} holds decisions; --table goes with {_with_tables()}.")
    if (all_versions or include_refused) and form != "warc":
        raise UsageError("--all-versions and --include-refused go with warc.")
    checked(asked)
    scope = _scope(app, " ".join(words), include_withdrawn, asked)
    find_table(table, narrowed=scope.ids is not None)
    writer = chosen_form.load()
    with _job(app, scope, form, table) as job:
        job.excel = excel
        job.all_versions, job.include_refused = all_versions, include_refused
        count = _written(app, chosen_form, writer, job, output, force)
    _tell(job, count, output)


def _with_tables() -> str:
    return ", ".join(name for name, form in FORMS.items() if form.tables)


def _scope(app: App, query: str, include_withdrawn: bool, asked: dict[str, Any]) -> Scope:
    """What is asked for; the index is only opened where there is something to look for."""
    from archive.exporting.selection import Scope
    from search.index import Index
    from search.query import numbers
    from search.request import SearchRequest, describe, read
    from search.tree import Everything

    request = SearchRequest(query=query, limit=None, snippets=0, **asked)
    node = read(request)
    if isinstance(node, Everything):
        return Scope(include_withdrawn=include_withdrawn)
    with app.hit_text() as texts:
        ids, behind = numbers(Index(app.config.index_dir), request, texts)
    if behind:
        note(
            f"The index lacks the last {behind:,} changes of the archive; bring it in step with: "
            "decisions index"
        )
    return Scope(tuple(ids), describe(node), include_withdrawn, behind)


@contextmanager
def _job(app: App, scope: Scope, form: str, table: str) -> Iterator[Job]:
    from archive.exporting.about import describe
    from archive.exporting.job import Job
    from archive.exporting.selection import Selection, one_view

    with app.open_archive(write=False) as archive, one_view(archive.engine) as connection:
        chosen = Selection(connection, scope)
        about = describe(archive, chosen, form, table, now=datetime.now(UTC))
        found = find_table(table, narrowed=scope.ids is not None)
        yield Job(chosen, found, about, _progress(about.chosen))


def _progress(total: int) -> Any:
    """A line on a terminal that says how far it is; nothing elsewhere."""
    shown = sys.stderr.isatty()

    def step(done: int) -> None:
        if shown:
            line = f"\r{done:,} rows ({total:,} decisions)"
            click.echo(line, file=beneath(sys.stderr), nl=False)

    return step


def _written(app: App, form: Form, writer: Any, job: Job, output: str | None, force: bool) -> int:
    own = app.config.own_files
    if form.sheet:
        return _to_directory(app, form, writer, job, output)
    if is_stream(output):
        if form.text:
            with text_output(output, forbidden=own) as stream:
                return int(writer(stream, job))
        return _to_stdout(writer, job, output)
    assert output is not None  # noqa: S101 - None is a stream
    names = [output, *(output + ending for ending in (BESIDE, *form.endings))]
    with new_paths(names, forbidden=own, overwrite=force) as (path, beside, *further):
        copies.note(app.config, "export", Path(output), job.about.made_at)
        if form.text:
            with path.open("w", encoding="utf-8", newline="") as stream:
                count = int(writer(stream, job))
        else:
            count = int(writer(path, job))
        told = _descriptor(form, job, path, Path(output).name, count)
        beside.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        texts = form.further(job.about, Path(output).name)
        for ending, each in zip(form.endings, further, strict=True):
            each.write_text(texts[ending], encoding="utf-8")
    return count


def _to_directory(app: App, form: Form, writer: Any, job: Job, output: str | None) -> int:
    """A format of several files: written beside where it will stand, and there when it is whole."""
    if output is None or is_stream(output):
        raise UsageError(f"{form.name} is a directory of files; name it with --output")
    with new_directory(output, forbidden=app.config.own_files) as path:
        copies.note(app.config, "export", Path(output), job.about.made_at)
        count = int(writer(path, job))
        told = _descriptor(form, job, path / form.sheet, form.sheet, count)
        beside = path / BESIDE.lstrip(".")
        beside.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return count


def _to_stdout(writer: Any, job: Job, output: str | None) -> int:
    """A format that is no text is made whole first: most of them cannot be written in one go."""
    if output not in (None, "-"):
        raise UsageError(f"{output} is no ordinary file; name another")
    if sys.stdout.isatty():
        raise UsageError("this format is not for a terminal; name a file with --output")
    with workplace(Path(tempfile.gettempdir())) as directory:
        path = directory / "export"
        count = int(writer(path, job))
        with path.open("rb") as made:
            target = bytes_beneath(sys.stdout)
            shutil.copyfileobj(made, target)
            target.flush()
    return count


def _descriptor(form: Form, job: Job, path: Path, name: str, count: int) -> dict[str, object]:
    from archive.exporting.about import descriptor

    # A line of jsonl is a whole decision; docs/data.md has its shape.
    columns = form.tables and not (form.name == "jsonl" and job.table.name == "decision")
    counts = {"rows": count, "withheld": job.chosen.withheld}
    table = None
    if columns:
        added = {"csv": SHEET_FIELDS if job.excel else (), "xlsx": WORKBOOK_FIELDS}
        table = replace(job.table, fields=(*job.table.fields, *added.get(form.name, ())))
    told = descriptor(job.about, table, path, name, counts)
    return told | {"altered": ALTERED} if job.excel else told


def _tell(job: Job, count: int, output: str | None) -> None:
    if sys.stderr.isatty():
        click.echo("\r", file=beneath(sys.stderr), nl=False)
    what = "decision" if job.table.name == "decision" else f"row of {job.table.name}"
    many = what if count == 1 else what.replace("decision", "decisions").replace("row ", "rows ")
    click.echo(f"{count:,} {many} written", err=True)
    if job.chosen.withheld:
        click.echo(f"{job.chosen.withheld:,} without their words: withdrawn or held back", err=True)
    if job.changed:
        click.echo(
            f"{job.changed:,} rows have a cell that a workbook cannot hold as it is; the last "
            "column names it",
            err=True,
        )
    if job.too_long:
        click.echo(
            f"{job.too_long:,} rows have a cell that is too long for a spreadsheet; the last "
            "column names it",
            err=True,
        )
    if not is_stream(output):
        beside = BESIDE if not FORMS[job.about.form].sheet else f"/{BESIDE.lstrip('.')}"
        click.echo(clean(f"what it is, and on which terms: {output}{beside}"), err=True)
    else:
        for attribution in job.attributions.values():
            click.echo(clean(attribution), err=True)
