"""The command ``terms``: which words the index has, so that one asks with words that are there."""

from __future__ import annotations

import click

from archive.app import App
from archive.screen import clean, write_json
from search.index import Index
from search.terms import Term, Terms
from search.terms import terms as find

SCHEMA = 1
MOST_SHOWN = 8
"""Forms of a word shown on screen; JSON has all of them."""


@click.command()
@click.argument("prefix")
@click.option(
    "-n", "limit", type=click.IntRange(1), default=30, show_default=True, help="Words shown."
)
@click.option("--all", "everything", is_flag=True, help="All words, however many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def terms(app: App, prefix: str, limit: int, everything: bool, as_json: bool) -> None:
    """List the words of the index that begin with PREFIX, the commonest first.

    The number is that of the decisions a search for the word finds, in any of its forms; the forms
    that begin so follow, each with its own.
    """
    with app.hit_text() as texts:
        found = find(Index(app.config.index_dir), prefix, texts, None if everything else limit)
    if as_json:
        write_json(_json(found))
        return
    words = "word begins" if found.total == 1 else "words begin"
    click.echo(f"{found.total:,} {words} with {found.prefix}, in {found.indexed:,} decisions")
    for term in found.terms:
        click.echo(_line(term))
    if found.total > len(found.terms):
        click.echo(
            f"shown: {len(found.terms):,} of {found.total:,}; more with -n or --all", err=True
        )


def _line(term: Term) -> str:
    line = f"{term.decisions:>7,}  {clean(term.word)}"
    if len(term.forms) == 1:
        return line
    shown = ", ".join(f"{clean(form)} {count:,}" for form, count in term.forms[:MOST_SHOWN])
    more = f", {len(term.forms) - MOST_SHOWN} more" if len(term.forms) > MOST_SHOWN else ""
    return f"{line}  ({shown}{more})"


def _json(found: Terms) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "prefix": found.prefix,
        "total": found.total,
        "indexed": found.indexed,
        "terms": [
            {
                "word": term.word,
                "decisions": term.decisions,
                "forms": [{"form": form, "decisions": count} for form, count in term.forms],
            }
            for term in found.terms
        ],
    }
