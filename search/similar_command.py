"""The command ``similar``: decisions like a given one, on what they are about."""

from __future__ import annotations

import sys

import click

from archive.app import App
from archive.errors import UsageError
from archive.ports import HitText
from archive.screen import clean, write_json
from search.arguments import DashedWords
from search.index import Index
from search.parse import as_reference
from search.present import hit_json, hits_on_terminal, plain_hits, terminal
from search.request import SearchRequest
from search.similar import Similar
from search.similar import similar as similar_to

SCHEMA = 1
LONGEST_REFERENCE = 4
"""Words that a reference typed with blanks may have (``19 018 519 c``)."""


@click.command(cls=DashedWords)
@click.argument("words", metavar="REFERENCE [QUERY]...", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "-n", "limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Hits shown."
)
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--refs", "form", flag_value="refs", help="Print references alone.")
@click.pass_obj
def similar(app: App, words: tuple[str, ...], limit: int, form: str | None) -> None:
    """Find decisions like the one of REFERENCE, on what they are about.

    Its telling words are looked for in all others; standard wording, numbers, months and the
    name of the council or provider are left out. A QUERY behind the reference limits where to look:

    \b
    decisions similar 24-001-001
    decisions similar 24-001-001 outcome:upheld year:2023..
    """
    with app.hit_text() as texts:
        found = _found(Index(app.config.index_dir), words, limit, texts)
    if form == "json":
        write_json(_json(found))
    elif form == "refs":
        for hit in found.hits:
            click.echo(clean(hit.reference))
    else:
        _show(found)


def _found(index: Index, words: tuple[str, ...], limit: int, texts: HitText) -> Similar:
    """The first words that are a reference (``24 001 001`` is three) name the decision."""
    for size in range(min(LONGEST_REFERENCE, len(words)), 0, -1):
        asked, query = " ".join(words[:size]), " ".join(words[size:])
        if size > 1 and not as_reference(asked):
            continue
        return similar_to(index, asked, SearchRequest(query, limit=limit, snippets=1), texts)
    raise UsageError("Which decision? Give its reference: decisions similar 24-001-001")


def _show(found: Similar) -> None:
    among = f" among {found.among}" if found.among else ""
    lines = [
        f"decisions like {found.reference} {found.title}{among}",
        f"looked for: {', '.join(found.words)}",
    ]
    if not found.hits:
        lines.append("Nothing found: no other decision has any of these words.")
    for line in lines:
        click.echo(clean(line).replace("\n", " "))
    if sys.stdout.isatty():
        hits_on_terminal(terminal(sys.stdout), found.hits)
    else:
        for line in plain_hits(found.hits):
            click.echo(line)


def _json(found: Similar) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "reference": found.reference,
        "among": found.among,
        "words": list(found.words),
        "hits": [{**hit_json(hit), "shared": list(hit.shared)} for hit in found.hits],
    }
