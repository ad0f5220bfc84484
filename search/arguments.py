"""How the search command reads its arguments: words that start with a dash, dates, names, sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from archive.screen import clean
from search.fields import first_day, last_day, name_among, pence


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
                    value = next(rest, None)
                    if value is None:
                        raise click.BadOptionUsage(arg, f"{arg} needs a value.", ctx)
                    options.append(value)
            elif (equals and name.startswith("--") and name in known) or (
                arg[:2] in known and arg[2:].isdigit() and known[arg[:2]]
            ):
                options.append(arg)
            else:
                if arg.startswith("--") and len(arg) > 2:
                    note(f"{arg} is no option of this command; it is taken as a word to find.")
                words.append(arg)
        return options, words


class Day(click.ParamType[date]):
    """A date as a year, month or day; ``end`` takes the last day of it."""

    name = "date"

    def __init__(self, *, end: bool) -> None:
        self._end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day. Fails with exit code 2 for anything but 2024, 2024-06 or 2024-06-01."""
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
        try:
            return name_among(str(value), self._names)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Pounds(click.ParamType[int]):
    """An amount in pounds, kept as pence."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The pence. Fails with exit code 2 for anything but 500, 1,950 or 12.50."""
        if isinstance(value, int):
            return value
        try:
            return pence(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


def note(text: str) -> None:
    """A remark for the person, on stderr, where it does not mix with results."""
    click.echo(clean(text), err=True)
