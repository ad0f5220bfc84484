"""``python -m tests.site``: the look-alike as a process of its own, for demo and tests.

The first line on stdout is the base URL and nothing else. It serves until its stdin is closed (if
stdin is a pipe), or SIGINT or SIGTERM.
"""

from __future__ import annotations

import argparse
import os
import signal
import stat
import sys
import threading
from collections.abc import Sequence
from datetime import date

from tests.site.exchange import LogEntry
from tests.site.faults import FAULTS, Fault
from tests.site.invention import invent
from tests.site.server import Site


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; returns the exit code."""
    options = _parser().parse_args(arguments)
    today = options.today or date.today()  # noqa: DTZ011 - a calendar day, as the reader has it
    cases = invent(options.count, options.seed, today)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    site = Site(
        cases,
        clock=(lambda: options.today) if options.today else date.today,
        port=options.port,
        latency=options.latency,
        validators=options.validators,
        on_entry=_report if options.verbose else None,
    )
    with site:
        for name in options.faults:
            site.faults.add(_fault(name))
        print(site.url, flush=True)
        if _stdin_is_pipe():
            threading.Thread(target=_wait_for_end, args=(ended,), daemon=True).start()
        # A wait without a limit cannot be interrupted on Windows.
        while not ended.wait(0.2):
            pass
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.site", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--count", type=int, default=400, help="how many decisions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD; default: today")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--validators", action="store_true", help="ETag, Last-Modified, 304")
    parser.add_argument(
        "--faults",
        nargs="+",
        default=[],
        metavar="NAME",
        help=f"NAME, or NAME:TIMES, or NAME:TIMES:VALUE; names: {', '.join(FAULTS)}",
    )
    parser.add_argument("--verbose", action="store_true", help="a line on stderr for each request")
    return parser


def _fault(text: str) -> Fault:
    name, _, rest = text.partition(":")
    times, _, value = rest.partition(":")
    return Fault(name, times=int(times) if times else None, value=value or None)


def _report(entry: LogEntry) -> None:
    spoilt = f" [{' '.join(entry.faults)}]" if entry.faults else ""
    print(f"{entry.status} {entry.method} {entry.target}{spoilt}", file=sys.stderr, flush=True)


def _stdin_is_pipe() -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode)
    except (AttributeError, OSError, ValueError):
        return False


def _wait_for_end(ended: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
