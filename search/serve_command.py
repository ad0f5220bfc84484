"""``decisions serve``: the reading room in a browser.

Decides who may come (``choices_for``), starts the processes that answer and the server, and ends
both. What is shown is ``search.web``'s affair.
"""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING

import click

from archive.app import App
from archive.errors import DecisionsError, UsageError
from archive.screen import clean

if TYPE_CHECKING:
    from search.web.server import Server
    from search.web.site import Choices

MOST_WORKERS = 4
WAITING = 4
"""Questions that may wait for each process that answers."""

PATIENCE = 3.0
"""Seconds that a question waits for a process to be free."""

SPARE_THREADS = 4
"""Threads that no question waits in, for pages that need none."""

START_SECONDS = 60.0

SWITCH_SECONDS = 0.001
"""After which a thread that makes a page lets others run: with Python's five times that, a dozen of
them keep ``/health`` waiting too long."""


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where it listens."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8000,
    show_default=True,
    help="At which port; 0 takes a free one.",
)
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="A name, besides localhost, under which people reach it; may be repeated.",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="Where people reach it, as in https://decisions.example.org; feeds and mails link there.",
)
@click.option(
    "--behind-proxy",
    "proxy",
    is_flag=False,
    flag_value="127.0.0.1",
    metavar="[ADDRESS]",
    help="Believe X-Forwarded-For and X-Forwarded-Proto of the web server at this address "
    "(127.0.0.1 if none is given).",
)
@click.option(
    "--include-withdrawn",
    is_flag=True,
    help="Show texts that the Ombudsman withdrew; only for yourself, on this machine.",
)
@click.option("--indexable", is_flag=True, help="Let search engines list the pages.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Questions answered at once, each in a process [default: one a core, 4 at most].",
)
@click.option(
    "--threads",
    type=click.IntRange(1, 500),
    help="Requests worked on at once [default: what the workers need and 4].",
)
@click.option(
    "--memory",
    type=click.IntRange(0, 1_000_000),
    default=1000,
    show_default=True,
    metavar="MB",
    help="What one worker may take, on Linux; 0 for no bound.",
)
@click.option(
    "--access-log",
    metavar="FILE",
    help="Note every request in this file, or on standard error with -.",
)
@click.option(
    "--log-queries", is_flag=True, help="Note with them what people searched for; else left out."
)
@click.pass_obj
def serve(
    app: App,
    host: str,
    port: int,
    names: tuple[str, ...],
    public_url: str | None,
    proxy: str | None,
    include_withdrawn: bool,
    indexable: bool,
    workers: int | None,
    threads: int | None,
    memory: int,
    access_log: str | None,
    log_queries: bool,
) -> None:
    """Open the archive in a browser: search, read, count, on pages of its own.

    It listens on this machine only, unless --host says otherwise. Others may come only when a
    contact is configured, for the people in the decisions must know whom to write to.
    """
    try:
        import flask  # noqa: F401
        import waitress  # noqa: F401
    except ImportError:
        raise UsageError("the reading room needs the extra: pip install 'decisions[web]'") from None

    from archive.spawned import cores
    from search.web.choosing import choices_for
    from search.web.health import look_at

    address = looked_up(host)
    choices = choices_for(
        address=address,
        host=host,
        names=names,
        public_url=public_url or app.config.public_url,
        proxy=proxy,
        include_withdrawn=include_withdrawn,
        indexable=indexable,
        contact=app.config.contact,
    )
    count = workers or min(cores(), MOST_WORKERS)
    wanted = threads or count * (1 + WAITING) + SPARE_THREADS
    if wanted < count + SPARE_THREADS:
        raise UsageError(
            f"{count} workers need at least {count + SPARE_THREADS} threads: give more --threads "
            "or fewer --workers"
        )
    _tell_log()
    sys.setswitchinterval(SWITCH_SECONDS)
    with (
        listening(address, port) as there,
        _server(
            app,
            there,
            choices,
            count=count,
            threads=wanted,
            memory=memory * 1_000_000 or None,
            proxy=proxy,
            access_log=access_log,
            log_queries=log_queries,
        ) as server,
        _ended_by_signals(server) as heard,
    ):
        click.echo(clean(f"The reading room is at {_url(host, there.getsockname()[1])}"))
        click.echo("Ctrl-C closes it.", err=True)
        trouble = look_at(app.config).trouble
        if trouble is not None:
            click.echo(clean(f"Nothing can be searched yet: {trouble}"), err=True)
        sys.stdout.flush()
        server.run()
    if signal.SIGINT in heard:
        raise click.exceptions.Exit(130)


@contextmanager
def _server(
    app: App,
    there: socket.socket,
    choices: Choices,
    *,
    count: int,
    threads: int,
    memory: int | None,
    proxy: str | None,
    access_log: str | None,
    log_queries: bool,
) -> Iterator[Server]:
    """The server with everything behind it, ready to answer."""
    from archive.opening import reader
    from search.web.access_log import opened
    from search.web.application import create_app
    from search.web.jobs import JOBS
    from search.web.server import Server
    from search.web.site import Site
    from search.web.workers import Workers

    with ExitStack() as stack:
        note = (
            stack.enter_context(opened(access_log, queries=log_queries))
            if access_log
            else (lambda _: None)
        )
        workers = stack.enter_context(
            Workers(
                app.config,
                JOBS,
                count=count,
                waiting=min(WAITING * count, threads - count - SPARE_THREADS),
                patience=PATIENCE,
                memory=memory,
            )
        )
        site = Site(
            config=app.config,
            open_archive=reader(app.config),
            answering=workers,
            choices=choices,
            now=lambda: datetime.now(UTC),
        )
        application = create_app(site)
        if not workers.wait_ready(START_SECONDS):
            raise DecisionsError(
                "no process to answer questions could be started; free some memory, or give a "
                "larger --memory"
            )
        yield Server(
            application,
            there,
            threads=threads,
            indexable=choices.indexable,
            proxy=proxy,
            note=note,
        )


def looked_up(host: str) -> str:
    """The address of a name of this machine. Raises UsageError."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UsageError(
            f"--host {host}: there is no such address; 127.0.0.1 is this machine alone, 0.0.0.0 "
            "all its networks"
        ) from None
    return str(found[0][4][0])


@contextmanager
def listening(address: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens. Raises UsageError where that cannot be had."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        there = socket.create_server((address, port), family=family)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {address} at port {port} ({error.strerror or error}); another "
            "program may have it already, perhaps a reading room that runs: give another --port"
        ) from None
    with there:
        yield there


@contextmanager
def _ended_by_signals(server: Server) -> Iterator[list[int]]:
    """A polite kill and Ctrl-C stop the server; a second one does so at once. Gives what came."""
    heard: list[int] = []

    def hear(number: int, _: FrameType | None) -> None:
        heard.append(number)
        server.stop()

    before = {one: signal.signal(one, hear) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield heard
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _url(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "[::]") else host.strip("[]")  # noqa: S104 - it is only told
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


class _Line(logging.Formatter):
    """What is logged stands on one line, whatever a request had in it; a traceback follows."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        return clean(super().formatMessage(record)).replace("\n", "\\n")


def _tell_log() -> None:
    """Errors of the server go to stderr, for the journal."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # That others wait is what threads are counted for; it is no trouble.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
