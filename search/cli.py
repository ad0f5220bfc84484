"""Commands of the search room: search and index.

A search pays only for what it uses: Whoosh, the texts of its hits, and Rich on a terminal. A word
that starts with a dash is query text (``-tuition`` leaves decisions about tuition out), so the
command sorts its arguments itself before click sees them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from archive.app import App
from archive.errors import UsageError
from archive.records import DecisionKind, Outcome, SectionKind, Status
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from search.query import SearchRequest, SearchResults

SECTIONS = ("title", "summary", "heading", *(str(kind) for kind in SectionKind))
EMPTY = "The archive is empty. Fill it with: decisions crawl"


class DashedWords(click.Command):
    """A command whose words may start with a dash: only its own options are options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options, words = self._sorted(ctx, args)
        return super().parse_args(ctx, [*options, "--", *words] if words else options)

    def _sorted(self, ctx: click.Context, args: Sequence[str]) -> tuple[list[str], list[str]]:
        known: dict[str, bool] = {}
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Option):
                takes_value = not parameter.is_flag and not parameter.count
                known.update((name, takes_value) for name in (*parameter.opts,))
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for arg in rest:
            name, equals, _ = arg.partition("=")
            if arg == "--":
                words.extend(rest)
            elif arg in known:
                options.append(arg)
                if known[arg]:
                    options.extend(value for value in (next(rest, None),) if value is not None)
            elif (equals and name.startswith("--") and name in known) or (
                arg[:2] in known and arg[2:].isdigit() and known[arg[:2]]
            ):
                options.append(arg)
            else:
                if arg.startswith("--") and len(arg) > 2:
                    _note(f"{arg} is no option of this command; it is taken as a word to find.")
                words.append(arg)
        return options, words


class Day(click.ParamType[date]):
    """A date as a year, month or day; ``end`` takes the last day of it."""

    name = "date"

    def __init__(self, *, end: bool) -> None:
        self._end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day. Fails with exit code 2 for anything but 2024, 2024-06 or 2024-06-01."""
        from search.fields import first_day, last_day

        if isinstance(value, date):
            return value
        try:
            return last_day(str(value)) if self._end else first_day(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Name(click.ParamType[str]):
    """One of a few names, in any case, with spaces, dashes or underscores between the words."""

    name = "name"

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name as the archive has it. Fails with exit code 2 and lists the choices."""
        from search.fields import name_among

        try:
            return name_among(str(value), self._names)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Pounds(click.ParamType[int]):
    """An amount in pounds, kept as pence."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The pence. Fails with exit code 2 for anything but 500, 1,950 or 12.50."""
        from search.fields import pence

        if isinstance(value, int):
            return value
        try:
            return pence(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


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
    type=Name(SECTIONS),
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
@click.option("--remedy-min", type=Pounds(), help="A remedy of at least so many pounds.")
@click.option("--remedy-max", type=Pounds(), help="A remedy of at most so many pounds.")
@click.option("--source", "sources", multiple=True, metavar="KEY", help="One ombudsman only.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
)
@click.option(
    "-n", "limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Hits shown."
)
@click.option("--offset", type=click.IntRange(0), default=0, help="Hits to pass over first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def search(app: App, /, words: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Find decisions.

    All WORDS must be there, in any form and anywhere in the decision; decisions that have them
    side by side come first.

    \b
    decisions search late tuition
    decisions search '"best interests"'       exactly these words
    decisions search --phrase "best interests"
    decisions search tuition -hampshire       without this word
    decisions search 'noise (dog OR barking)'
    decisions search 'educat*'                words that begin so
    decisions search 20-011-198               one decision, in any spelling
    """
    request = _request(" ".join(words), asked)
    results = _answer(app, request)
    if as_json:
        from search.present import results_json

        write_json(results_json(results))
    elif results.indexed:
        _show(results, request)
    else:
        click.echo(EMPTY)


def _request(query: str, asked: dict[str, Any]) -> SearchRequest:
    from search.query import SearchRequest, Sort

    if asked["first"] and asked["last"] and asked["first"] > asked["last"]:
        raise UsageError(f"--from {asked['first']} is later than --to {asked['last']}.")
    values = {**asked, "sort": Sort(asked["sort"])}
    return SearchRequest(query=query, **values)


def _answer(app: App, request: SearchRequest) -> SearchResults:
    from search.errors import QueryError
    from search.index import Index
    from search.query import search as answer

    try:
        with app.hit_text() as texts:
            if texts.identity()[2] == 0:
                return _nothing(request)
            results = answer(Index(app.config.index_dir), request, texts)
    except QueryError as error:
        raise _pointed(error, request.query) from None
    if results.behind:
        _note(
            f"The index lacks the last {results.behind:,} changes of the archive; "
            "bring it in step with: decisions index"
        )
    return results


def _nothing(request: SearchRequest) -> SearchResults:
    """The answer of an archive without decisions. The query is still looked at."""
    from search.query import SearchResults, describe, read

    node = read(request)
    _note(EMPTY)
    return SearchResults(request.query, describe(node), 0, None, 0.0, ())


def _pointed(error: Exception, query: str) -> Exception:
    """A query error with the query under it and a caret below the place."""
    from search.errors import QueryError

    position = getattr(error, "position", None)
    if position is None or not query:
        return error
    around = 60
    low = max(0, position - around)
    shown = query[low : position + around]
    lead = len(clean(query[low:position]).replace("\n", " "))
    line = clean(shown).replace("\n", " ").replace("\t", " ")
    return QueryError(f"{error}\n  {line}\n  {' ' * lead}^", position)


def _show(results: SearchResults, request: SearchRequest) -> None:
    from search.present import plain, show_on_terminal

    if sys.stdout.isatty():
        show_on_terminal(results, sys.stdout, request.offset)
    else:
        for line in plain(results, request.offset):
            click.echo(line)
    if not results.total:
        click.echo("")
        click.echo(_hint(request))
    elif results.total > request.offset + len(results.hits):
        last = request.offset + len(results.hits)
        _note(
            f"shown: {request.offset + 1} to {last} of {results.total:,}; more with -n and --offset"
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
    return "Nothing found. Try fewer words, or the beginning of one, as in: educat*"


@click.command()
@click.option("--rebuild", is_flag=True, help="Make the index anew instead of following.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def index(app: App, rebuild: bool, as_json: bool) -> None:
    """Bring the full-text index in step with the archive, or rebuild it."""
    with app.open_archive(write=True) as archive:
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


def _note(text: str) -> None:
    click.echo(clean(text), err=True)
