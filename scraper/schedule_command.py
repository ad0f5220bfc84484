"""``decisions cron``: what to put where so that the crawl runs every night. Changes nothing."""

from __future__ import annotations

import os
import random
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

import archive
from archive import __version__
from archive.app import App
from archive.errors import UsageError
from archive.screen import write_json
from scraper.agent import user_agent

if TYPE_CHECKING:
    from archive.config import Config
    from scraper.schedule import At

DESCRIPTION = "Nightly crawl of Ombudsman decisions"


@click.command()
@click.option("--contact", metavar="ADDRESS", help="E-mail or web address for the publisher.")
@click.option("--body", metavar="NAME", help="Only this council or provider.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def cron(app: App, contact: str | None, body: str | None, as_json: bool) -> None:
    """Print lines for cron, systemd and Windows that crawl every night.

    Nothing is installed. The minute is drawn at random each time, so that not every archive asks
    the site at the same moment: take one and keep it. The lines of an archive that was made with
    `crawl --body` say so again.
    """
    from scraper.schedule import FIRST_HOUR, LAST_HOUR, At

    chance = random.SystemRandom()
    at = At(chance.randint(FIRST_HOUR, LAST_HOUR), chance.randrange(60))
    program = command_of(
        sys.argv[0], sys.executable, Path(sysconfig.get_path("scripts")), _module(), Path.exists
    )
    command = [*program, *settings(app.config, contact), "crawl", *limit(_only(app), body)]
    shape = lines(command, app.config.home, at)
    if as_json:
        write_json({"schema": 1, "at": str(at), "command": command, **shape})
        return
    for line in text(shape, windows=os.name == "nt"):
        click.echo(line)


def _module() -> Path:
    """Where the command's module lies: beside the rooms."""
    return Path(archive.__file__).absolute().parents[1] / "decisions.py"


def command_of(
    called: str, python: str, scripts: Path, module: Path, exists: Callable[[Path], bool]
) -> list[str]:
    """The words that run this very installation from anywhere, the first an absolute path.

    The command as it was called, if it is a file named ``decisions``; else the one among this
    Python's scripts; else this Python with the module's file.
    """
    candidates = [Path(os.path.abspath(called)), scripts / "decisions"]  # noqa: PTH100 - a link stays a link
    for path in candidates:
        for found in (path, path.with_name(path.name + ".exe")):
            if found.stem == "decisions" and found.suffix in ("", ".exe") and exists(found):
                return [str(found)]
    return [python, str(module)]


def settings(config: Config, contact: str | None) -> Iterator[str]:
    """Flags that a nightly run needs, because cron and systemd know nothing of your environment.

    What stands in ``config.toml`` is found there. Raises CrawlSetupError without a contact or for
    one that is no address, and UsageError for a database given by flag or environment: a crontab
    is no place for a password.
    """
    origins = dict(config.origins)
    in_file = str(config.config_file)
    if origins.get("database_url", "default") not in ("default", in_file):
        raise UsageError(
            f"the database comes from {origins['database_url']}, which a nightly run does not "
            f"see; put database_url into {in_file}, then ask again"
        )
    known = contact or config.contact
    # Better now than in the mail of the first night.
    user_agent(__version__, known, loopback=False)
    yield from ("--home", str(config.home))
    if known is not None and (contact is not None or origins.get("contact") != in_file):
        yield from ("--contact", known)


def _only(app: App) -> list[str]:
    path = app.config.sqlite_path
    if path is not None and not path.exists():
        return []
    with app.open_archive(write=False) as archive:
        return archive.runs.only_bodies()


def limit(held: Sequence[str], asked: str | None) -> list[str]:
    """The flags of a nightly run of an archive that holds only decisions about ``held``.

    A crawl of such an archive must name one of them. Raises UsageError when there are several
    and none is asked for.
    """
    name = (asked or "").strip() or (held[0] if len(held) == 1 else "")
    if name:
        return ["--body", name]
    if held:
        raise UsageError(
            f"this archive holds only decisions about {' and '.join(held)}, and a crawl asks for "
            "one: say which with --body, and make a line for each"
        )
    return []


def lines(command: list[str], home: Path, at: At) -> dict[str, str | None]:
    """Every form by its name."""
    from scraper.schedule import cron_line, systemd_service, systemd_timer, windows_task

    return {
        "cron": cron_line(command, str(home / "last-run.txt"), at),
        "service": systemd_service(command, DESCRIPTION),
        "timer": systemd_timer(DESCRIPTION, at),
        "windows": windows_task(command, at),
    }


def text(shape: Mapping[str, str | None], *, windows: bool) -> Iterator[str]:
    """For a person: where each goes, and the lines. The reader's own system comes first."""
    unix = [
        "# cron: add this line with `crontab -e`. A run that fails is mailed to you.",
        shape["cron"] or "",
        "",
        "# systemd: two files and one command, instead of cron.",
        "# ~/.config/systemd/user/decisions-crawl.service",
        shape["service"] or "",
        "# ~/.config/systemd/user/decisions-crawl.timer",
        shape["timer"] or "",
        "# Then: systemctl --user daemon-reload",
        "#       systemctl --user enable --now decisions-crawl.timer",
        "#       loginctl enable-linger    (so that it runs while you are not logged in)",
    ]
    task = shape["windows"] or (
        "# (too long, or with a percent sign: make the task in Task Scheduler's own window)"
    )
    other = ["# Windows: run this once in a command prompt.", task]
    first, second = (other, unix) if windows else (unix, other)
    yield from first
    yield ""
    yield from second
