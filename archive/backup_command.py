"""Commands: backup and restore."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

import click

from archive.app import App
from archive.errors import DecisionsError, UsageError
from archive.file_names import names_directory
from archive.records import reference_slug
from archive.screen import beneath, clean, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.config import Config
    from archive.contents import Contents
    from archive.restore import Restored, Standing

ON_A_SERVER = (
    "this archive is on a database server, whose own tools back it up (pg_dump, or a streaming "
    "replica); `decisions copy` writes it into a SQLite file"
)


@click.command()
@click.argument("dest")
@click.option("--force", is_flag=True, help="Write over a file of that name.")
@click.option("--full", is_flag=True, help="Also unpack every stored page and compare its hash.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def backup(app: App, dest: str, force: bool, full: bool, as_json: bool) -> None:
    """Write a whole copy of the archive to DEST, also while a crawl is writing.

    DEST is a file, or a directory, which gets a file with the date in its name. The copy is checked
    before it gets its name. Put it back with: decisions restore
    """
    from archive import backup as backups
    from archive import copies

    source = app.config.sqlite_path
    if source is None:
        raise UsageError(ON_A_SERVER)
    now = datetime.now(UTC)
    target = target_of(dest, app.config, now=now, force=force)
    order = backups.plan(source, target)
    click.echo(clean(order.line()), err=True)
    # Before the first byte: an erasure must be able to name every file with a text in it.
    copies.note(app.config, "backup", target, now)
    with _bar("copying") as progress:
        done = backups.copy(
            order,
            overwrite=force,
            full=full,
            progress=progress,
        )
    if as_json:
        write_json(
            {
                "schema": 1,
                "path": str(done.path),
                "bytes": done.size,
                "archive_id": done.contents.archive_id,
                "last_change": done.contents.last_change,
                "decisions": done.contents.count("decision"),
                "pages": done.contents.count("page"),
                "pages_checked": done.pages_checked,
            }
        )
        return
    click.echo(clean(str(done.path)))
    checked = "" if done.pages_checked is None else f"; {done.pages_checked:,} pages unpacked"
    click.echo(
        f"{done.contents.count('decision'):,} decisions, {done.contents.count('page'):,} pages, "
        f"changes up to {done.contents.last_change}: checked against the archive{checked}",
        err=True,
    )


def target_of(dest: str, config: Config, *, now: datetime, force: bool) -> Path:
    """The file a copy is to be written to. Raises UsageError for what cannot be meant."""
    if not dest.strip() or dest == "-":
        raise UsageError("a copy needs the name of a file or of a directory")
    try:
        path = Path(dest).resolve()
        if not path.is_dir() and names_directory(dest):
            raise UsageError(f"there is no directory {dest}; make it, or name a file")
        if path.is_dir():
            path /= f"decisions-{now:%Y%m%dT%H%M%SZ}.db"
        there, ordinary = path.exists(), path.is_file()
        parent = path.parent.is_dir()
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"{dest} cannot be a file's name here ({error})") from error
    if any(path == own or own in path.parents for own in config.own_files):
        raise UsageError(f"{path} belongs to the archive itself; name another place")
    if not parent:
        raise UsageError(f"there is no directory {path.parent}; make it, or name another place")
    if there and not ordinary:
        raise UsageError(f"{path} is no ordinary file; name another")
    if there and not force:
        from archive.backup import taken

        raise taken(path)
    return path


@click.command()
@click.argument("source")
@click.option(
    "--force",
    is_flag=True,
    help="Also in place of an archive that is newer, another, or unreadable; also with damaged "
    "pages in the copy.",
)
@click.option("--yes", is_flag=True, help="Do not ask before an archive is replaced.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def restore(app: App, source: str, force: bool, yes: bool, as_json: bool) -> None:
    """Put the copy SOURCE in the archive's place.

    The copy is checked first. What stands there is kept beside it under a dated name. What was
    erased since the copy was made stays erased. The index is made again.
    """
    from archive import copies
    from archive import restore as restoring

    now = datetime.now(UTC)
    done = restoring.restore(
        app.config,
        Path(source).absolute(),
        force=force,
        ask=lambda held, now: yes or _confirmed(held, now),
        apply_erasures=lambda config, path: _apply_erasures(config, path, now),
        keeping=lambda path: copies.note(app.config, "replaced archive", path, now),
        say=lambda sentence: click.echo(clean(sentence), err=True),
    )
    if done is None:
        click.echo("nothing was changed", err=True)
        raise SystemExit(1)
    documents, trouble = _index(app)
    if as_json:
        write_json(_shape(done, documents))
    else:
        for line in _lines(done, documents):
            click.echo(clean(line))
    if trouble is not None:
        click.echo(clean(f"Attention: {trouble}"), err=True)


def _confirmed(held: Contents, now: Standing | None) -> bool:
    """Ask a person, when there is something to lose and somebody to ask."""
    if now is None:
        return True
    there = "what stands there cannot be read"
    if now.contents is not None:
        there = f"the archive there holds {now.contents.count('decision'):,}"
    question = f"The copy holds {held.count('decision'):,} decisions; {there}. Replace it?"
    if not sys.stdin.isatty():
        raise UsageError(f"{question} Nobody is there to answer; say --yes")
    return click.confirm(clean(question), err=True)


def _apply_erasures(config: Config, path: Path, now: datetime) -> int:
    """What was erased since the copy was made is erased from it, before anyone can open it."""
    from archive import tombstone_file
    from archive.erase_backups import clean_copy

    stones = tombstone_file.read(config.erased_file)
    if not stones:
        return 0
    return len(clean_copy(path, stones, at=now).decisions)


def _index(app: App) -> tuple[int | None, str | None]:
    """Make the index again; the archive stands whether that goes well or not."""
    try:
        with app.open_archive(write=True) as archive:
            archive.mark_boilerplate(datetime.now(UTC))
            return app.search_index().follow(archive).documents, None
    except DecisionsError as error:
        return None, f"the index is still to be made ({error}); run `decisions index`"


def _lines(done: Restored, documents: int | None) -> Iterator[str]:
    yield (
        f"{done.contents.count('decision'):,} decisions, {done.contents.count('page'):,} pages, "
        f"changes up to {done.contents.last_change}: the archive is now {done.path}"
    )
    if done.revision_before != done.contents.revision:
        yield f"schema upgraded from {done.revision_before} to {done.contents.revision}"
    if done.erased:
        yield f"{done.erased:,} decisions that were erased since were erased from it"
    yield from _restriction_lines(done)
    if done.damaged_pages:
        yield f"{done.damaged_pages:,} stored pages are damaged; `decisions verify` names them"
    if done.aside is not None:
        yield f"what stood there is kept in {done.aside}; delete it when you need it no more"
    if documents is not None:
        yield f"{documents:,} decisions in the index"
    yield "fetch what has appeared since: decisions crawl"


def _restriction_lines(done: Restored) -> Iterator[str]:
    """What became of the restrictions of the archive that was replaced."""
    held = done.restrictions
    if held.put:
        yield f"{held.put:,} decisions that are restricted since stay restricted"
    for reference in held.not_there:
        yield (
            f"{reference} was restricted and is not in this copy; when a crawl has brought it "
            f"back, restrict it again: decisions restrict {reference_slug(reference)} --reason TEXT"
        )
    if held.problem is not None:
        yield (
            f"{held.problem}, so what was restricted since the copy was made is passed on again: "
            "see to it with `decisions restrict`"
        )


def _shape(done: Restored, documents: int | None) -> dict[str, object]:
    return {
        "schema": 1,
        "path": str(done.path),
        "aside": None if done.aside is None else str(done.aside),
        "archive_id": done.contents.archive_id,
        "decisions": done.contents.count("decision"),
        "pages": done.contents.count("page"),
        "last_change": done.contents.last_change,
        "revision_before": done.revision_before,
        "revision": done.contents.revision,
        "erased": done.erased,
        "damaged_pages": done.damaged_pages,
        "restrictions": {
            "kept": done.restrictions.put,
            "not_there": list(done.restrictions.not_there),
            "problem": done.restrictions.problem,
        },
        "index": None if documents is None else {"documents": documents},
    }


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere. Told how much is done, and of how much."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    with click.progressbar(
        length=100, label=clean(label), file=cast("TextIO", beneath(sys.stderr))
    ) as bar:

        def tell(done: int, of: int) -> None:
            bar.update(max(0, int(100 * done / max(of, 1)) - bar.pos))

        yield tell
