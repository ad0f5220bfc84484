"""The options that say which decisions are meant: the same for every command that takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from archive.errors import UsageError
from archive.kinds import DecisionKind, Outcome, Status
from search.arguments import Day, Name, Pounds
from search.fields import REGIONS
from search.present import pounds

Command = TypeVar("Command", bound=Callable[..., Any])

QUERY_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--phrase", "phrases", multiple=True, metavar="TEXT", help="Exactly these words."),
    click.option("--begins", multiple=True, metavar="TEXT", help="A word that begins so."),
    click.option("--not", "without", multiple=True, metavar="TEXT", help="Without these words."),
    click.option(
        "--body",
        "bodies",
        multiple=True,
        metavar="NAME",
        help="Council or provider: words of its name.",
    ),
    click.option(
        "--category", "categories", multiple=True, metavar="NAME", help="Category or subcategory."
    ),
    click.option(
        "--outcome",
        "outcomes",
        multiple=True,
        type=Name([str(value) for value in Outcome]),
        help="upheld, not upheld, closed or unknown.",
    ),
    click.option(
        "--from", "first", type=Day(end=False), help="Decided in or after: 2024, 2024-06 …"
    ),
    click.option("--to", "last", type=Day(end=True), help="Decided in or before: 2024, 2024-06 …"),
    click.option(
        "--section",
        "sections",
        multiple=True,
        type=Name(REGIONS),
        help="The words must stand in this part: findings, analysis, remedy, summary …",
    ),
    click.option(
        "--kind",
        "kinds",
        multiple=True,
        type=Name([str(value) for value in DecisionKind]),
        help="statement or report.",
    ),
    click.option(
        "--status",
        "statuses",
        multiple=True,
        type=Name([str(value) for value in Status]),
        help="live, expired or withdrawn.",
    ),
    click.option("--source", "sources", multiple=True, metavar="KEY", help="One ombudsman only."),
    click.option("--remedy-min", type=Pounds(), help="A remedy of at least so many pounds."),
    click.option("--remedy-max", type=Pounds(), help="A remedy of at most so many pounds."),
)
"""In the order of the help; their values are fields of ``search.request.SearchRequest``."""


def query_options(command: Command) -> Command:
    """Give a command all of them."""
    for option in reversed(QUERY_OPTIONS):
        command = option(command)
    return command


def checked(asked: Mapping[str, Any]) -> None:
    """Raise UsageError for a span of days or sums that ends before it begins."""
    if asked["first"] and asked["last"] and asked["first"] > asked["last"]:
        raise UsageError(f"--from {asked['first']} is later than --to {asked['last']}.")
    least, most = asked["remedy_min"], asked["remedy_max"]
    if least is not None and most is not None and least > most:
        raise UsageError(f"--remedy-min {pounds(least)} is more than --remedy-max {pounds(most)}.")
