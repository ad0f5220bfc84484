"""The pages of docs/reference as the code has them; ``python -m tests.reference`` writes them.

Commands come from click's own objects. The shapes of JSON come from what the commands print on the
archive of ``tests.told``: an empty list there says nothing of what could stand in it.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import chdir
from inspect import cleandoc
from pathlib import Path

import click

import decisions
from tests.told import ROOT, crawled, printed

PLACE = ROOT / "docs" / "reference"
HEAD = "<!-- written by scripts/reference.py from the code; change the code instead -->"

OF_ALL = """\
Options before the command: `--home DIR`, `--database URL`, `--contact ADDRESS`, `--version`. Exit
codes: 0 done, 1 an error, 2 the call or a setting is off, 3 partial or faults found, 4 the site
looks changed or blocks, 75 another run is writing, 130 interrupted. Results go to stdout,
everything else to stderr. What `--json` prints is in [json.md](json.md), the tables in
[data.md](../data.md)."""

OF_JSON = """\
`schema` is the version of a shape. It is raised when a key goes or means something else; new keys
do not raise it, so ignore those you do not know. `[]` stands for each item of a list, `*` for a
key that is data (a category, a day). Types are those seen on the invented archive of the
[tutorial](../tutorial.md); what was null or empty there can hold a value elsewhere. Money is in
pence, days are `YYYY-MM-DD`, instants are UTC in ISO 8601. Commands that write have `--json` too
and are not run here. Over HTTP the same shapes come from the [API](../api.md)."""

JSON_OF = (
    "search 'housing OR noise' -n 2 --facet all --context 1 --json",
    "similar 24-058-288 -n 1 --json",
    "terms tui --json",
    "show 24-058-288 --json",
    "diff 24-058-288 --json",
    "cite 24-058-288 --paragraph 31 --json",
    "history 24-058-288 --json",
    "changes --json",
    "coverage --json",
    "status --json",
    "stats --by category --json",
    "bodies oxenheath --json",
    "correct 24-058-288 --json",
    "failures --json",
    "quality --json",
    "verify --quick --json",
    "config --json",
)
"""Calls whose JSON is shown."""

_LOOSE = re.compile(r"[A-Z][a-z]|[^a-z0-9_]|^[0-9]")
"""In names of keys that are data (a category, a day, a kind), not part of the shape."""


def commands_page() -> str:
    """Every command with its arguments and options."""
    lines = [HEAD, "", "# Commands", "", OF_ALL]
    root = click.Context(decisions.group, info_name="decisions")
    for heading, names in decisions.HEADINGS.items():
        lines += ["", f"## {heading}"]
        for name in names:
            command = decisions.group.get_command(root, name)
            assert command is not None, name
            lines += _command(command, root, name)
    return "\n".join(lines) + "\n"


def _command(command: click.Command, above: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=above)
    path = context.command_path
    yield from (
        "",
        f"### {path}",
        "",
        f"    {path} {' '.join(command.collect_usage_pieces(context))}",
    )
    yield ""
    yield from _prose(command.help or "")
    options = [
        each for each in command.params if isinstance(each, click.Option) and not each.hidden
    ]
    if options:
        yield from ("| option | what it does |", "|---|---|")
        yield from (_option(each, context) for each in options)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from _command(found, context, below)


def _prose(text: str) -> Iterator[str]:
    """A docstring; the parts that click leaves as they are (\\b) become code."""
    for part in cleandoc(text).split("\n\n"):
        whole = part.strip("\n")
        if whole.startswith("\b"):
            yield from (f"    {line}".rstrip() for line in whole.splitlines()[1:])
        else:
            yield from whole.splitlines()
        yield ""


def _option(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    assert record is not None, f"{option.name} is hidden"
    names, told = (part.replace("|", "\\|") for part in record)
    return f"| `{names}` | {' '.join(told.split())} |"


def json_page(home: Path) -> str:
    """The shape of what each of ``JSON_OF`` prints."""
    lines = [HEAD, "", "# JSON", "", OF_JSON]
    for call in JSON_OF:
        shape: dict[str, set[str]] = {}
        _seen(json.loads(printed(home, call)), "", shape)
        lines += ["", f"## decisions {call}", "", "| key | type |", "|---|---|"]
        lines += [f"| `{key}` | {', '.join(sorted(types))} |" for key, types in shape.items()]
    return "\n".join(lines) + "\n"


def _seen(value: object, key: str, shape: dict[str, set[str]]) -> None:
    if key:
        shape.setdefault(key, set()).add(_NAMES[type(value)])
    if isinstance(value, Mapping):
        # Where one key is data, all are.
        loose = any(_LOOSE.search(name) for name in value)
        for name, held in value.items():
            _seen(held, f"{key}{'.' if key else ''}{'*' if loose else name}", shape)
    elif isinstance(value, list):
        for held in value:
            _seen(held, f"{key}[]", shape)


_NAMES = {
    dict: "object",
    list: "list",
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    type(None): "null",
}


def main() -> None:
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, chdir(directory):
        home = crawled(Path(directory) / "practice")
        pages = {"commands.md": commands_page(), "json.md": json_page(home)}
    for name, text in pages.items():
        (PLACE / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
