"""The ``decisions`` command: settings once, rooms wired, commands loaded only when they are used.

The one module that imports all three rooms. Commands live in their room's ``cli.py``; the table
below says where, so that ``decisions search`` does not pay for the crawler.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import Exit

from archive import __version__
from archive.config import Config, load_config
from archive.errors import DatabaseUnusable, DecisionsError, UsageError
from archive.places import default_home
from archive.screen import clean, settle_streams

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from archive.ports import HitText
    from archive.store import Archive
    from search.index import Index

COMMANDS: dict[str, tuple[str, str, str]] = {
    "search": ("search.cli", "search", "Find decisions by words, phrases and filters."),
    "similar": ("search.similar_command", "similar", "Find decisions like a given one."),
    "terms": ("search.terms_command", "terms", "List the words of the index that begin so."),
    "certificate": (
        "search.certificate_command",
        "certificate",
        "Check a certificate of a search, or print it.",
    ),
    "watch": ("search.watch_command", "watch", "Be told what is new in a search."),
    "show": ("archive.cli", "show", "Print one decision with its paragraph numbers."),
    "crawl": ("scraper.cli", "crawl", "Fetch what the Ombudsman lists and the archive lacks."),
    "doctor": ("scraper.cli", "doctor", "Check this machine and take one look at the site."),
    "status": ("archive.cli", "status", "Say what the archive holds and how fresh it is."),
    "correct": ("archive.correct_command", "correct", "Correct what was read as remedies."),
    "history": ("archive.history_command", "history", "Tell what happened to one decision."),
    "diff": ("scraper.versions_command", "diff", "Show the words that changed between versions."),
    "changes": ("archive.history_command", "changes", "List what was added, amended, gone."),
    "coverage": ("archive.coverage_command", "coverage", "Say by month what is listed and held."),
    "stats": ("archive.stats_command", "stats", "Count decisions, rates and payments."),
    "brief": ("archive.brief_command", "brief", "Write a brief on one council for a year."),
    "sample": ("archive.sample_command", "sample", "Draw a sample, as a sheet to code in."),
    "failures": ("archive.failures_command", "failures", "List what could not be had or proven."),
    "cite": ("archive.cite_command", "cite", "Cite a decision or one paragraph of it."),
    "backup": ("archive.backup_command", "backup", "Write a whole copy of the archive, checked."),
    "restore": ("archive.backup_command", "restore", "Put a copy in the archive's place."),
    "serve": ("search.serve_command", "serve", "Open the archive in a browser: the reading room."),
    "export": ("search.export_command", "export", "Write decisions as files for others."),
    "import": ("scraper.import_command", "import_", "Take in decision pages that others saved."),
    "erase": ("archive.erase_command", "erase", "Take one decision out of the archive for good."),
    "erased": ("archive.erase_command", "erased", "List what was erased, when and why."),
    "apply-erasures": (
        "archive.erase_command",
        "apply_erasures",
        "Erase what the list of another copy says.",
    ),
    "restrict": ("archive.restrict_command", "restrict", "Do not pass a text on for now."),
    "unrestrict": ("archive.restrict_command", "unrestrict", "Pass a text on again."),
    "index": ("search.cli", "index", "Bring the full-text index in step, or rebuild it."),
    "cron": ("scraper.schedule_command", "cron", "Print lines that crawl every night."),
    "parse": ("scraper.parse_command", "parse", "Read saved pages and print what is in them."),
    "reparse": ("scraper.cli", "reparse", "Read the stored pages again with this version."),
    "verify": ("scraper.verify_command", "verify", "Say whether the archive is whole; mend not."),
    "repair": ("scraper.repair_command", "repair", "Mend what verify finds, where it is safe."),
    "quality": ("scraper.quality_command", "quality", "Count what the parser understood."),
    "bodies": ("archive.bodies_command", "bodies", "List councils and providers; correct them."),
    "copy": ("archive.copy_command", "copy", "Copy the archive to a server, or into a file."),
    "completion": (
        "archive.completion_command",
        "completion",
        "Print what makes your shell complete commands.",
    ),
    "path": ("archive.cli", "path", "Print where the data lies."),
    "config": ("archive.cli", "config", "Print every setting and where it comes from."),
}
"""Command → module, object, one line of help."""

HEADINGS: dict[str, tuple[str, ...]] = {
    "Find and read": (
        "search",
        "serve",
        "show",
        "similar",
        "terms",
        "cite",
        "certificate",
        "history",
        "diff",
        "changes",
        "watch",
    ),
    "Count and take away": ("stats", "brief", "coverage", "export", "sample"),
    "Collect": ("crawl", "doctor", "status", "failures", "cron", "import"),
    "Correct": ("correct", "bodies", "quality", "parse", "reparse", "index"),
    "Keep": ("verify", "repair", "backup", "restore", "copy"),
    "Protect people": ("restrict", "unrestrict", "erase", "erased", "apply-erasures"),
    "This machine": ("path", "config", "completion"),
}
"""What the help shows, in this order; every command stands under one heading."""


COLLECTED_AFTER = 10_000
"""New objects until Python looks for cyclic garbage; its own default is 700."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """Meets ``archive.app.App``: the settings, and the rooms behind functions that open them."""

    config: Config

    def open_archive(self, *, write: bool) -> AbstractContextManager[Archive]:
        from archive.opening import open_to_read, open_to_write

        if not write:
            return open_to_read(self.config)
        return open_to_write(
            self.config,
            now=datetime.now(UTC),
            tell=_tell_upgrade,
            index=self.search_index,
            remark=_remark,
        )

    def open_to_follow(self) -> AbstractContextManager[Archive]:
        from archive.opening import open_to_follow

        return open_to_follow(
            self.config,
            now=datetime.now(UTC),
            tell=_tell_upgrade,
            index=self.search_index,
            remark=_remark,
        )

    @contextmanager
    def hit_text(self) -> Iterator[HitText]:
        from archive.reader import open_texts

        with open_texts(self.config.database_url) as texts:
            yield texts

    def search_index(self) -> Index:
        from search.index import Index

        return Index(self.config.index_dir)


def _remark(sentence: str) -> None:
    click.echo(clean(sentence), err=True)


def _tell_upgrade(done: Any) -> None:
    if done.before is not None:
        kept = f"; a backup is in {done.backup}" if done.backup else ""
        click.echo(f"schema upgraded from {done.before} to {done.after}{kept}", err=True)


class _ReaderGone(Exception):
    """A broken pipe that click does not know: of the plain one it makes exit code 1. No error."""


class Commands(click.Group):
    """A group whose commands are imported when they are called; its help imports none."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in HEADINGS.values() for name in names]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The names that begin so, from the table; click itself would import every command."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=COMMANDS[name][2])
            for name in self.list_commands(ctx)
            if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it; an unknown command gets the nearest known ones with its error."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=2)
            if near:
                meant = " or ".join(f"'{name}'" for name in near)
                ctx.fail(f"No such command '{clean(args[0])}'. Did you mean {meant}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """As click does it, but a reader that goes early is told apart from an error, and an
        error that nobody expected from a row that nobody should have written."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGone from error
        except DatabaseUnusable as error:
            # SQLite's own words for text that is no UTF-8: they do not say where it stands.
            if "Could not decode" not in str(error):
                raise
            raise _explained(ctx, error) from error
        except (DecisionsError, click.ClickException, click.Abort, Exit, OSError, MemoryError):
            raise
        except Exception as error:
            explained = _explained(ctx, error)
            if explained is error:
                raise
            raise explained from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        wide = max(map(len, COMMANDS))
        for heading, names in HEADINGS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(wide), COMMANDS[name][2]) for name in names])


def _explained(ctx: click.Context, error: Exception) -> Exception:
    """The damaged row that may be behind an error, as one sentence; else the error itself."""
    if not isinstance(ctx.obj, Wiring):
        return error
    from archive.opening import first_damage

    damage = first_damage(ctx.obj.config)
    if damage is None:
        return error
    return DatabaseUnusable(f"{damage} (the command had ended with {type(error).__name__})")


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        click.echo(f"decisions {__version__}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIR", help="Data directory (else DECISIONS_HOME, else yours).")
@click.option(
    "--database",
    "database_url",
    metavar="URL",
    help="Database URL (else DECISIONS_DATABASE_URL, else decisions.db in the home).",
)
@click.option(
    "--contact",
    metavar="ADDRESS",
    help="E-mail or web address the publisher can write to (else DECISIONS_CONTACT).",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Print the version and end.",
)
@click.pass_context
def group(
    ctx: click.Context, home: str | None, database_url: str | None, contact: str | None
) -> None:
    """An archive of Ombudsman decisions: crawl it, search it, read it, count it."""
    ctx.obj = Wiring(
        load_config(
            flags={"home": home, "database_url": database_url, "contact": contact},
            environ=os.environ,
            default_home=default_home,
            cwd=Path.cwd(),
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; every error is one sentence on stderr."""
    if arguments is not None:
        return _run(arguments)
    # What is imported stays, and looking through it for garbage again and again, once more at the
    # end, takes a tenth of a search.
    gc.set_threshold(COLLECTED_AFTER, *gc.get_threshold()[1:])
    code = _run(None)
    gc.freeze()
    return code


def _run(arguments: Sequence[str] | None) -> int:
    if "_DECISIONS_COMPLETE" not in os.environ:  # click writes bytes then, of our own words only
        settle_streams()
    try:
        code = group.main(
            args=None if arguments is None else list(arguments),
            prog_name="decisions",
            standalone_mode=False,
        )
        # A full disk shows only now: better here, in one sentence, than as Python's last word.
        sys.stdout.flush()
    except DecisionsError as error:
        click.echo(clean(f"decisions: {error}"), err=True)
        return error.exit_code
    except click.ClickException as error:
        # Its sentences hold arguments as they were given.
        said = io.StringIO()
        error.show(said)
        click.echo(clean(said.getvalue()), err=True, nl=False)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("decisions: interrupted; what was acknowledged is kept", err=True)
        return 130
    except (BrokenPipeError, _ReaderGone):
        _silence_stdout()  # The reader has gone (``| head``).
        return 0
    except UnicodeEncodeError:
        odd = [word for word in sys.argv[1:] if arguments is None and not _is_text(word)]
        odd += [word for word in arguments or () if not _is_text(word)]
        if not odd:
            raise
        told = f"decisions: {odd[0]} is no text in this system's encoding; type it again"
        click.echo(clean(told), err=True)
        return UsageError.exit_code
    except OSError as error:
        _silence_stdout()
        where = f"{error.filename}: " if error.filename else ""
        click.echo(clean(f"decisions: {where}{error.strerror or error}"), err=True)
        return 1
    except SystemExit as error:
        if isinstance(error.__context__, BrokenPipeError):  # Rich ends so.
            _silence_stdout()
            return 0
        return error.code if isinstance(error.code, int) else 1
    return code if isinstance(code, int) else 0


def _is_text(word: str) -> bool:
    """False for an argument with bytes in it that are no character, as a file's name may have."""
    return not any("\ud800" <= char <= "\udfff" for char in word)


def _silence_stdout() -> None:
    """What could not be written is given up: Python would complain once more when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
