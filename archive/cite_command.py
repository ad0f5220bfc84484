"""``decisions cite``: a decision, or one paragraph of it, as it is cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.errors import UsageError
from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.citing import Cited
    from archive.store import Archive

STYLES = ("oscola", "apa", "plain", "bibtex", "ris")


@click.command()
@click.argument("reference", nargs=-1, required=True)
@click.option("--paragraph", type=click.IntRange(1), metavar="NUMBER", help="As it is printed.")
@click.option(
    "--style", type=click.Choice(STYLES), default="oscola", show_default=True, metavar="NAME",
    help=f"One of {', '.join(STYLES)}.",
)  # fmt: skip
@click.option("--source", metavar="KEY", help="Which ombudsman, where two use the reference.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def cite(
    app: App,
    reference: tuple[str, ...],
    paragraph: int | None,
    style: str,
    source: str | None,
    as_json: bool,
) -> None:
    """Cite a decision with the date of its capture, and say if it has left the site.

    REFERENCE in any spelling, or a permanent key: 20-011-198@2#p7 is paragraph 7 of version 2,
    #o12 the twelfth paragraph, printed with a number or not.
    """
    from archive.bibliography import ENTRIES
    from archive.citing import LINES

    with app.open_archive(write=False) as archive:
        cited = _cited(archive, " ".join(reference), paragraph, source)
    text = (LINES | ENTRIES)[style](cited)
    if as_json:
        write_json(cited_json(cited, style, text))
        return
    if cited.superseded:
        click.echo(
            f"Version {cited.version} has been amended since; what changed: decisions diff "
            f"{cited.stored.decision.reference}",
            err=True,
        )
    click.echo(clean(text).rstrip("\n"))


def _cited(archive: Archive, text: str, paragraph: int | None, source: str | None) -> Cited:
    from archive.citing import wanted
    from archive.citing_held import cite_held

    named = wanted(text)
    place = named.place
    if paragraph is not None:
        if place not in (None, f"p{paragraph}"):
            raise UsageError(f"--paragraph {paragraph} and #{place} are two places; name one")
        place = f"p{paragraph}"
    stored = archive.find(named.reference, source)
    # A restricted one is cited by council, reference and date alone.
    return cite_held(archive, stored, named.version, place, withdrawn=True)


def cited_json(cited: Cited, style: str, text: str) -> dict[str, object]:
    """The versioned shape of a citation."""
    decision = cited.stored.decision
    since = cited.stored.status_since
    return {
        "schema": 1,
        "key": cited.key,
        "style": style,
        "citation": text.rstrip("\r\n"),
        "source": decision.source,
        "reference": decision.reference,
        "version": cited.version,
        "versions": cited.stored.revision,
        "place": cited.place,
        "captured_on": cited.captured_on.isoformat(),
        "status": cited.stored.status.value,
        "status_since": None if since is None else since.isoformat(),
        "url": decision.url,
    }
