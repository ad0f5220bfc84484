"""Commands of the search room: search and index.

A search pays only for what it uses: Whoosh, the texts of its hits, and Rich on a terminal. A word
that starts with a dash is query text (``-tuition`` leaves decisions about tuition out), so the
command sorts its arguments itself before click sees them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from shlex import quote
from typing import Any

import click

from archive.app import App
from archive.errors import UsageError
from archive.screen import clean, write_json
from search.advice import remarks
from search.arguments import DashedWords, Name, note
from search.errors import QueryError
from search.facets import FACETS
from search.index import Index
from search.outlets import COLUMNS, chosen_columns, write, write_for_spreadsheet
from search.parse import as_reference
from search.present import meant, plain, show_on_terminal
from search.query import Hit, SearchResults, answer
from search.renamed import renamed
from search.request import SearchRequest, Sort, describe, read
from search.request_options import checked, query_options
from search.schema import ARRAYS, STOCK
from search.synonyms import NAME, Offer, expanded, load
from search.writing import jobs_for

EMPTY = "The archive is empty. Fill it with: decisions crawl"

AROUND = 60
"""Characters of a query shown on either side of the place where it went wrong."""


@click.command(cls=DashedWords)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@query_options
@click.option(
    "--sort",
    type=click.Choice([*(str(value) for value in Sort), "date"]),
    default="relevance",
    show_default=True,
    help="date is newest; remedy the largest sum first.",
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
@click.option(
    "--context",
    type=click.IntRange(0, 50),
    default=0,
    metavar="N",
    help="Show N paragraphs before and after each that was found.",
)
@click.option("--expand", is_flag=True, help="Look for other names of the same thing too.")
@click.option(
    "--certificate", metavar="FILE", help="Also write a certificate of the search and all its hits."
)
@click.option("--force", is_flag=True, help="Write over a certificate that is there.")
@click.option("--explain", is_flag=True, help="Say how often each word occurs and why a hit ranks.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--jsonl", "form", flag_value="jsonl", help="Print a JSON object a line, one a hit.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV, a row for each hit.")
@click.option("--refs", "form", flag_value="refs", help="Print references alone.")
@click.option("--excel", is_flag=True, help="--csv as a spreadsheet wants it; text gets marks.")
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
    expand: bool,
    certificate: str | None,
    force: bool,
    excel: bool,
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
    'late /p tuition'            in one paragraph; /s one sentence; /8 words apart
    'analysis:"best interests"'  in one part of the decision (or --section)
    body:hampshire year:2023     fields (or --body, --from …)
    'date:2021..2023'            also date:>2024-06, remedy:>=500, act:"care act"
    s.42   'ss 26 and 27'        sections of an Act, in any spelling
    20-011-198                   one decision, in any spelling
    """
    request = _request(" ".join(words), everything, form, asked)
    chosen = chosen_columns(columns, context=request.context > 0)
    if columns is not None and form not in ("csv", "jsonl"):
        raise UsageError("--fields goes with --csv or --jsonl.")
    if excel and form != "csv":
        raise UsageError("--excel goes with --csv; the other forms are never altered.")
    if force and certificate is None:
        raise UsageError("--force goes with --certificate.")
    try:
        typed = request.query
        wider, offers = expanded(request, load(app.config.home))
        if offers and not _can_be_asked(wider, request):
            if expand:
                raise UsageError(
                    "With all its other names the query is longer than is taken: --expand with "
                    "fewer of them, or without."
                )
            offers = ()
        if expand:
            if not offers:
                note(f"No other names of this are known; yours go into {app.config.home / NAME}")
            request, offers = wider, ()
        if certificate is not None:
            from search.certificate_command import certify

            as_typed = typed if expand else None
            note(certify(app, request, certificate, overwrite=force, typed=as_typed))
        with app.hit_text() as texts:
            if texts.identity()[2] == 0:
                results, hits = _nothing(request)
            else:
                index_dir = Index(app.config.index_dir)
                results, hits = answer(index_dir, request, texts, wider if offers else None)
            if expand:
                results = replace(results, query=typed)
            _notes(results, offers, results.query if expand else request.query)
            for spelling, name in renamed(request, texts):
                note(f"{spelling} goes under {name}; for all its decisions: --body {quote(name)}")
            if form is None:
                _show(results, hits, request)
            else:
                if _is_empty(results):
                    note(EMPTY)
                if excel:
                    write_for_spreadsheet(hits, chosen, sys.stdout)
                else:
                    write(form, results, hits, chosen, sys.stdout)
                if form != "json" and results.suggestions:
                    note("\n".join(["Did you mean:", *(f"  {line}" for line in meant(results))]))
    except QueryError as error:
        raise _pointed(error, request.query) from None


def _request(
    query: str, everything: bool, form: str | None, asked: dict[str, Any]
) -> SearchRequest:
    checked(asked)
    values = {**asked, "sort": Sort.NEWEST if asked["sort"] == "date" else Sort(asked["sort"])}
    if everything:
        values["limit"] = None
    if "all" in asked["facets"]:
        values["facets"] = FACETS
    if form == "refs":
        values["snippets"] = 0
    return SearchRequest(query=query, **values)


def _can_be_asked(wider: SearchRequest, request: SearchRequest) -> bool:
    """Whether a request stays within the limits with other names. Raises QueryError where it has
    been beyond them as it was typed."""
    read(request)
    try:
        read(wider)
    except QueryError:
        return False
    return True


def _nothing(request: SearchRequest) -> tuple[SearchResults, Iterator[Hit]]:
    """The answer of an archive without decisions. The query is still looked at."""
    return SearchResults(request.query, describe(read(request)), 0, None, 0.0, ()), iter(())


def _is_empty(results: SearchResults) -> bool:
    return not results.indexed and not results.behind


def _notes(results: SearchResults, offers: Sequence[Offer], query: str) -> None:
    for remark in remarks(query):
        note(remark)
    if results.behind:
        last = "change" if results.behind == 1 else f"{results.behind:,} changes"
        note(
            f"The index lacks the last {last} of the archive; "
            "bring it in step with: decisions index"
        )
    if results.restricted:
        note(restricted_words(results.restricted))
    if results.more:
        for offer in offers:
            note(f"{offer.name} is also written: {', '.join(offer.others)}")
        note(f"{results.more:,} more with these names too: --expand")


def restricted_words(count: int) -> str:
    """That decisions answer which are not shown, and why."""
    are = "decision answers too and is" if count == 1 else "decisions answer too and are"
    return f"{count:,} {are} not shown: restricted while a question about the text is open"


def _pointed(error: QueryError, query: str) -> QueryError:
    """A query error with the query under it and a caret below the place."""
    if error.position is None or not query:
        return error
    low = max(0, error.position - AROUND)
    shown = clean(query[low : error.position + AROUND]).replace("\n", " ").replace("\t", " ")
    lead = len(clean(query[low : error.position]))
    return QueryError(f"{error}\n  {shown}\n  {' ' * lead}^", error.position)


def _show(results: SearchResults, hits: Iterator[Hit], request: SearchRequest) -> None:
    if _is_empty(results):
        click.echo(EMPTY)
        return
    if sys.stdout.isatty():
        show_on_terminal(results, hits, sys.stdout, request.offset)
    else:
        for line in plain(results, hits, request.offset):
            click.echo(line)
    if not results.total:
        click.echo("")
        click.echo(_hint(request, results))
    elif results.suggestions:
        note("\n".join(["Or did you mean:", *(f"  {line}" for line in meant(results))]))
    last = results.total
    if request.limit is not None:
        last = min(last, request.offset + request.limit)
    if results.total and request.offset >= results.total:
        note(f"none shown: there are {results.total:,}, and --offset passes over all of them")
    elif results.total > last:
        note(
            f"shown: {request.offset + 1:,} to {last:,} of {results.total:,}; "
            "more with -n, --offset or --all"
        )


def _hint(request: SearchRequest, results: SearchResults) -> str:
    if results.suggestions:
        return "\n".join(
            ["Nothing found. Did you mean:", *(f"  {line}" for line in meant(results))]
        )
    if results.more:
        return (
            "Nothing found under this name alone; under its other names, with --expand: "
            f"{_decisions(results.more)}."
        )
    if as_reference(request.query):
        return (
            "Nothing found: no decision of this reference is in the archive, and none mentions it. "
            "What is listed and held: decisions coverage"
        )
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
    if "body:" in results.understood:
        return (
            "Nothing found. The names of councils and providers that the archive has: "
            "decisions search --facet body --json"
        )
    if any(filters) and (request.query or request.phrases or request.begins):
        return "Nothing found. Try it without a filter, or with fewer words."
    if any(filters):
        return "Nothing found. No decision passes these filters together."
    return (
        "Nothing found. Try fewer words, the beginning of one (educat*), or, if one may be "
        "misspelt, near spellings (educaton~)."
    )


@click.command()
@click.option("--rebuild", is_flag=True, help="Make the index anew instead of following.")
@click.option("--optimize", is_flag=True, help="Write it out in one piece, for quicker searches.")
@click.option(
    "--codec",
    type=click.Choice([ARRAYS, STOCK]),
    help="With --rebuild: how it is stored. stock is Whoosh's own way, for comparison.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 2),
    metavar="N",
    help="With --rebuild: build in so many processes; without it one a core (at most 2).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def index(
    app: App, rebuild: bool, optimize: bool, codec: str | None, jobs: int | None, as_json: bool
) -> None:
    """Bring the full-text index in step with the archive, or rebuild it."""
    if rebuild and optimize:
        raise UsageError("--rebuild makes the index in one piece already; leave --optimize out.")
    if codec is not None and not rebuild:
        raise UsageError("--codec goes with --rebuild; an index keeps the one it was made with.")
    if jobs is not None and not rebuild:
        raise UsageError("--jobs goes with --rebuild.")
    with app.open_to_follow() as archive:
        if archive.writable:
            archive.mark_boilerplate(datetime.now(UTC))
        else:
            note("the archive is only read: another machine writes to it, or this role may not")
        if rebuild:
            report = Index(app.config.index_dir).rebuild(
                archive, codec=codec or ARRAYS, jobs=jobs_for(jobs)
            )
        else:
            room = app.search_index()
            report = room.optimize(archive) if optimize else room.follow(archive)
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
    if optimize:
        click.echo("It lies in one piece now.")
    if not report.documents:
        click.echo(EMPTY)


def _decisions(count: int) -> str:
    return f"{count:,} decision{'' if count == 1 else 's'}"
