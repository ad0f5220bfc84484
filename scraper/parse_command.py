"""``decisions parse``: what the parser makes of saved pages, without an archive.

Exit codes: 0 every page was read; 4 at least one page is no decision (or cannot be read without
guessing); 1 at least one file could not be opened. The others are read in any case.
"""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.screen import clean, write_json

if TYPE_CHECKING:
    from archive.records import Decision, Section
    from scraper.reading import FileRead

REFUSED_EXIT = 4
UNREADABLE_EXIT = 1
_NARROWEST, _WIDEST = 40, 100
_COLUMN = 16


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option("--url", metavar="URL", help="The page's address; its reference must be the page's.")
@click.option("--source", "source_key", default="lgsco", show_default=True, metavar="KEY",
              help="Which ombudsman published the pages.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines, one object a page.")
@click.option(
    "--explain", is_flag=True, help="Show each piece of the page and what it was taken for."
)
@click.pass_context
def parse(
    ctx: click.Context,
    files: tuple[Path, ...],
    url: str | None,
    source_key: str,
    as_json: bool,
    explain: bool,
) -> None:
    """Read saved pages and print what is in them.

    A page that is no decision is named with the reason, and the others go on. Without --url the
    reference is the one in the page's own title.
    """
    from archive.errors import UsageError
    from scraper.reading import FileRefused, read_file
    from scraper.sources import registry

    known = registry()
    if source_key not in known:
        raise UsageError(f"there is no source {source_key!r}; there are {', '.join(known)}")
    source = known[source_key](None)
    refused = unreadable = False
    for path in files:
        try:
            read = read_file(path, source, url)
        except OSError as error:
            unreadable = True
            reason = error.strerror or type(error).__name__
            click.echo(clean(f"decisions: {path}: cannot be read: {reason}"), err=True)
            continue
        if isinstance(read, FileRefused):
            refused = True
            if as_json:
                write_json({"file": read.file, "refused": read.reason, "message": read.message})
            else:
                click.echo(clean(f"{read.file}: refused ({read.reason}): {read.message}"))
        elif as_json:
            write_json(page_json(read, with_url=url is not None, explain=explain))
        else:
            width = shutil.get_terminal_size().columns
            for line in explained(read, width) if explain else overview(read.decision):
                click.echo(clean(line))
    if refused or unreadable:
        ctx.exit(UNREADABLE_EXIT if unreadable else REFUSED_EXIT)


def page_json(read: FileRead, *, with_url: bool, explain: bool) -> dict[str, object]:
    """The decision's JSON shape, without what belongs to the file rather than to the decision.

    The same decision in other markup prints the same object, so the hash of the page's content and
    an address that is only the file's are left out. ``explain`` adds ``pieces``.
    """
    from archive.shapes import decision_json

    shape = decision_json(read.decision)
    shape.pop("text_sha256", None)
    if not with_url:
        shape.pop("url", None)
    if explain:
        shape["pieces"] = [
            {"what": piece.what, "section": piece.section, "text": piece.text}
            for piece in read.pieces
        ]
    return shape


def overview(decision: Decision) -> Iterator[str]:
    """The decision in short: its header, and each section with its paragraph numbers."""
    yield decision.title
    category = decision.category_raw or "no category"
    yield f"  {decision.kind.value}, {decision.outcome_raw}, {decision.decided_on_raw}, {category}"
    if decision.satisfied_on is not None:
        yield f"  Ombudsman satisfied with the response on {decision.satisfied_on.isoformat()}"
    for section in decision.sections:
        indent = "  " if section.parent is None else "    "
        heading = section.heading or "(no heading)"
        yield f"{indent}{section.position}. {heading} [{section.kind.value}]: {_extent(section)}"
    counted = f"{len(decision.citations)} citations, {len(decision.remedies)} remedies"
    yield f"  {sum(1 for _ in decision.paragraphs())} paragraphs, {counted}"
    for warning in decision.warnings:
        yield f"  warning: {warning}"
    yield ""


def _extent(section: Section) -> str:
    """How much a section holds: ``paragraphs 5 to 7, 2 unnumbered``."""
    numbers = [paragraph.number for paragraph in section.paragraphs if paragraph.number is not None]
    rest = len(section.paragraphs) - len(numbers)
    parts = []
    if numbers:
        many = len(numbers) > 1
        parts.append(
            f"paragraphs {numbers[0]} to {numbers[-1]}" if many else f"paragraph {numbers[0]}"
        )
    if rest:
        parts.append(f"{rest} unnumbered")
    return ", ".join(parts) or "nothing under it"


def explained(read: FileRead, width: int) -> Iterator[str]:
    """Every piece of the page in reading order, with what it was taken for in front.

    Text of the decision shows its section, and its printed number or mark: ``4 paragraph 7``.
    ``width`` is the terminal's, in columns.
    """
    yield f"{read.file}: {read.decision.title}"
    yield ""
    paragraphs = read.decision.paragraphs()
    for piece in read.pieces:
        what = piece.what
        if piece.section is not None:
            what = f"{piece.section} {what}"
        if piece.what == "paragraph":
            printed = next(paragraphs)
            mark = printed.label if printed.number is None else str(printed.number)
            what = f"{what} {mark}" if mark else what
        yield from textwrap.wrap(
            piece.text,
            max(_NARROWEST, min(width, _WIDEST)),
            initial_indent=f"{what:<{_COLUMN}}  ",
            subsequent_indent=" " * (_COLUMN + 2),
        )
    if read.decision.warnings:
        yield ""
    for warning in read.decision.warnings:
        yield f"warning: {warning}"
    yield ""
