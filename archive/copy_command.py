"""``decisions copy``: move an archive to a server, or bring one back into a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from archive import copies
from archive.app import App
from archive.config import given_url, shown_url, sqlite_path
from archive.errors import UsageError
from archive.screen import clean, write_json


@click.command()
@click.option(
    "--from", "source", metavar="URL", help="The archive to copy (else the one that is in use)."
)
@click.option("--to", "target", metavar="URL", required=True, help="Where it goes: empty, or new.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def copy(app: App, source: str | None, target: str, as_json: bool) -> None:
    """Copy the whole archive into another database, and hold the two against each other.

    URLs as for --database: sqlite:///PATH or postgresql://USER@HOST/NAME. Nothing is left behind
    when it fails or is interrupted. The copy is the same archive: write to one of them only.
    """
    home = app.config.home
    cwd = Path.cwd()
    from_url = app.config.database_url if source is None else given_url(source, home=home, cwd=cwd)
    to_url = given_url(target, home=home, cwd=cwd)
    if from_url == to_url:
        raise UsageError("--from and --to name the same database; an archive is copied to another")

    from archive.copying import copy as copy_archive

    path = sqlite_path(to_url)
    if path is not None and not path.exists():
        # Before the first byte: an erasure must be able to name every file with a text in it.
        copies.note(app.config, "copy", path, datetime.now(UTC))

    def tell(table: str, done: int, total: int) -> None:
        if done == total or done % 10_000 == 0:
            click.echo(f"{table}: {done:,} of {total:,}", err=True)

    done = copy_archive(from_url, to_url, tell=tell)
    if as_json:
        write_json(
            {
                "schema": 1,
                "from": shown_url(from_url),
                "to": shown_url(to_url),
                "archive_id": done.archive_id,
                "last_change": done.change,
                "changes_since": done.since,
                "damaged_pages": list(done.damaged),
                "tables": [
                    {"name": table.name, "rows": table.rows, "sha256": table.sha256}
                    for table in done.tables
                ],
            }
        )
    else:
        rows = sum(table.rows for table in done.tables)
        click.echo(
            clean(
                f"Copied {rows:,} rows of {len(done.tables)} tables to {shown_url(to_url)}; both "
                "sides have the same hashes."
            )
        )
    _advise(app, from_url, to_url, done.since, done.damaged)


def _advise(app: App, from_url: str, to_url: str, since: int, damaged: tuple[int, ...]) -> None:
    """What a person should know and do now, on stderr."""
    if damaged:
        named = ", ".join(map(str, damaged[:10])) + (" …" if len(damaged) > 10 else "")
        click.echo(
            f"{len(damaged)} captures were damaged already and went over as they are ({named}); "
            "`decisions verify` tells whose they are",
            err=True,
        )
    if since:
        click.echo(
            f"The source was written to meanwhile and is {since:,} changes ahead. To move the "
            "archive, stop what writes to it and copy again, into another empty database.",
            err=True,
        )
    elif from_url == app.config.database_url:
        click.echo(
            clean(
                f"To use the copy from now on, put its URL into {app.config.config_file} as "
                "database_url. The index fits it as it is. Write to one of the two only."
            ),
            err=True,
        )
