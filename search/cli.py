"""Commands of the search room: search and index.

A search pays only for what it uses: Whoosh, the texts of its hits, and Rich on a terminal. A word
that starts with a dash is query text (``-tuition`` leaves decisions about tuition out), so the
command sorts its arguments itself before click sees them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from archive.app import App
from archive.errors import UsageError
from archive.records import DecisionKind, Outcome, Status
from archive.screen import clean, write_json
from search.arguments import DashedWords, Day, Name, Pounds, note
from search.errors import QueryError
from search.facets import FACETS
from search.fields import REGIONS
from search.index import Index
from search.outlets import COLUMNS, chosen_columns, write
from search.present import plain, show_on_terminal
from search.query import Hit, SearchResults, answer
from search.request import SearchRequest, Sort, describe, read

EMPTY = "The archive is empty. Fill it with: decisions crawl"

AROUND = 60
"""Characters of a query shown on either side of the place where it went wrong."""


@click.command(cls=DashedWords)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.option("--phrase", "phrases", multiple=True, metavar="TEXT", help="Exactly these words.")
@click.option("--not", "without", multiple=True, metavar="TEXT", help="Without these words.")
@click.option(
    "--body",
    "bodies",
    multiple=True,
    metavar="NAME",
    help="Council or provider: words of its name.",
)
@click.option(
    "--category", "categories", multiple=True, metavar="NAME", help="Category or subcategory."
)
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=Name([str(value) for value in Outcome]),
    help="upheld, not upheld, closed or unknown.",
)
@click.option("--from", "first", type=Day(end=False), help="Decided in or after: 2024, 2024-06 …")
@click.option("--to", "last", type=Day(end=True), help="Decided in or before: 2024, 2024-06 …")
@click.option(
    "--section",
    "sections",
    multiple=True,
    type=Name(REGIONS),
    help="The words must stand in this part: findings, analysis, remedy, summary …",
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=Name([str(value) for value in DecisionKind]),
    help="statement or report.",
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    type=Name([str(value) for value in Status]),
    help="live, expired or withdrawn.",
)
@click.option("--source", "sources", multiple=True, metavar="KEY", help="One ombudsman only.")
@click.option("--remedy-min", type=Pounds(), help="A remedy of at least so many pounds.")
@click.option("--remedy-max", type=Pounds(), help="A remedy of at most so many pounds.")
@click.option(
    "--sort",
    type=click.Choice([str(value) for value in Sort]),
    default="relevance",
    show_default=True,
)
@click.option(
    "-n", "limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Hits shown."
)
@click.option("--offset", type=click.IntRange(0), default=0, help="Hits to pass over first.")
@click.option("--all", "everything", is_flag=True, help="All hits, however many.")
@click.option(
    "--facet",
    "facets",
    multiple=True,
    type=Name([*FACETS, "all"]),
    help=f"Count the hits by {', '.join(FACETS)}, or all of these.",
)
@click.option("--explain", is_flag=True, help="Say how often each word occurs and why a hit ranks.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--jsonl", "form", flag_value="jsonl", help="Print a JSON object a line, one a hit.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV, a row for each hit.")
@click.option("--refs", "form", flag_value="refs", help="Print references alone.")
@click.option(
    "--fields",
    "columns",
    metavar="A,B,C",
    help=f"Columns of --csv and --jsonl, of: {', '.join(COLUMNS)}.",
)
@click.pass_obj
def search(
    app: App,
    /,
    words: tuple[str, ...],
    form: str | None,
    columns: str | None,
    everything: bool,
    **asked: Any,
) -> None:
    """Find decisions.

    All WORDS must be there, in any form and anywhere in the decision; decisions that have them
    side by side come first.

    \b
    late tuition                 both words
    '"best interests"'           exactly these words (or --phrase)
    tuition -hampshire           without this word (or --not)
    'noise (dog OR barking)'     AND, OR, NOT in capitals, brackets
    'educat*'  'hampshir~'       words that begin so; words spelt nearly so
    '"late tuition"~8'           these words at most 8 apart
    'late /p tuition'            in one paragraph; /s in one sentence; /8 words apart
    'analysis:"best interests"'  in one part of the decision (or --section)
    body:hampshire year:2023     fields (or --body, --from …)
    20-011-198                   one decision, in any spelling
    """
    request = _request(" ".join(words), everything, form, asked)
    chosen = chosen_columns(columns)
    if columns is not None and form not in ("csv", "jsonl"):
        raise UsageError("--fields goes with --csv or --jsonl.")
    try:
        with app.hit_text() as texts:
            if texts.identity()[2] == 0:
                results, hits = _nothing(request)
            else:
                results, hits = answer(Index(app.config.index_dir), request, texts)
            _notes(results)
            if form is None:
                _show(replace(results, hits=tuple(hits)), request)
            else:
                write(form, results, hits, chosen, sys.stdout)
    except QueryError as error:
        raise _pointed(error, request.query) from None


def _request(
    query: str, everything: bool, form: str | None, asked: dict[str, Any]
) -> SearchRequest:
    if asked["first"] and asked["last"] and asked["first"] > asked["last"]:
        raise UsageError(f"--from {asked['first']} is later than --to {asked['last']}.")
    values = {**asked, "sort": Sort(asked["sort"])}
    if everything:
        values["limit"] = None
    if "all" in asked["facets"]:
        values["facets"] = FACETS
    if form == "refs":
        values["snippets"] = 0
    return SearchRequest(query=query, **values)


def _nothing(request: SearchRequest) -> tuple[SearchResults, Iterator[Hit]]:
    """The answer of an archive without decisions. The query is still looked at."""
    return SearchResults(request.query, describe(read(request)), 0, None, 0.0, ()), iter(())


def _is_empty(results: SearchResults) -> bool:
    return not results.indexed and not results.behind


def _notes(results: SearchResults) -> None:
    if _is_empty(results):
        note(EMPTY)
    if results.behind:
        note(
            f"The index lacks the last {results.behind:,} changes of the archive; "
            "bring it in step with: decisions index"
        )


def _pointed(error: QueryError, query: str) -> QueryError:
    """A query error with the query under it and a caret below the place."""
    if error.position is None or not query:
        return error
    low = max(0, error.position - AROUND)
    shown = clean(query[low : error.position + AROUND]).replace("\n", " ").replace("\t", " ")
    lead = len(clean(query[low : error.position]))
    return QueryError(f"{error}\n  {shown}\n  {' ' * lead}^", error.position)


def _show(results: SearchResults, request: SearchRequest) -> None:
    if _is_empty(results):
        click.echo(EMPTY)
        return
    if sys.stdout.isatty():
        show_on_terminal(results, sys.stdout, request.offset)
    else:
        for line in plain(results, request.offset):
            click.echo(line)
    last = request.offset + len(results.hits)
    if not results.total:
        click.echo("")
        click.echo(_hint(request))
    elif results.total > last:
        note(
            f"shown: {request.offset + 1:,} to {last:,} of {results.total:,}; "
            "more with -n, --offset or --all"
        )


def _hint(request: SearchRequest) -> str:
    filters = (
        request.bodies,
        request.categories,
        request.outcomes,
        request.kinds,
        request.statuses,
        request.sources,
        request.sections,
        request.first,
        request.last,
        request.remedy_min,
        request.remedy_max,
    )
    if any(filters) and (request.query or request.phrases):
        return "Nothing found. Try it without a filter, or with fewer words."
    if any(filters):
        return "Nothing found. No decision passes these filters together."
    return (
        "Nothing found. Try fewer words, the beginning of one (educat*), or, if one may be "
        "misspelt, near spellings (educaton~)."
    )


@click.command()
@click.option("--rebuild", is_flag=True, help="Make the index anew instead of following.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def index(app: App, rebuild: bool, as_json: bool) -> None:
    """Bring the full-text index in step with the archive, or rebuild it."""
    with app.open_archive(write=True) as archive:
        archive.mark_boilerplate(datetime.now(UTC))
        room = app.search_index()
        report = room.rebuild(archive) if rebuild else room.follow(archive)
    if as_json:
        write_json(
            {
                "schema": 1,
                "written": report.written,
                "removed": report.removed,
                "documents": report.documents,
                "rebuilt": report.rebuilt,
                "reason": report.reason,
                "seconds": round(report.seconds, 3),
            }
        )
        return
    if report.rebuilt:
        why = f" ({clean(report.reason)})" if report.reason else ""
        click.echo(
            f"Index made anew: {_decisions(report.documents)} in {report.seconds:.1f} s{why}"
        )
    elif report.written or report.removed:
        click.echo(
            f"Index in step: {report.written:,} written, {report.removed:,} removed, "
            f"{_decisions(report.documents)} in {report.seconds:.1f} s"
        )
    else:
        click.echo(f"Index in step already: {_decisions(report.documents)}")
    if not report.documents:
        click.echo(EMPTY)


def _decisions(count: int) -> str:
    return f"{count:,} decision{'' if count == 1 else 's'}"
