"""What reaches a terminal: clean text, and output that never raises on an encoding.

Scraped text is hostile: a control character in a title could move the cursor, clear the screen or
set the window's title. Everything from a page, a query or a file passes through ``clean``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_KEEP = {0x09, 0x0A}
_HIDDEN = dict.fromkeys(
    [code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in _KEEP]
    # Bidirectional controls and invisible marks can make a line read as something it is not.
    + [0x061C, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF],
)
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


def clean(text: str) -> str:
    """The text without control, bidirectional and invisible characters; newline and tab stay."""
    return text.translate(_HIDDEN).translate(_SURROGATES)


def write_json(value: object, stream: IO[str] | None = None) -> None:
    """One JSON value on a line of its own, ASCII-safe for any stream encoding.

    JSON escapes every control character and non-ASCII code point, so nothing has to be cleaned
    and a reader gets the verbatim text back.
    """
    target = sys.stdout if stream is None else stream
    target.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def settle_streams() -> None:
    """Make stdout and stderr replace what their encoding cannot hold, instead of raising."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by whoever started us (``>&-``): nobody reads, and that is no error.
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the whole process
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def wants_colour(stream: IO[str], environ: Mapping[str, str] | None = None) -> bool:
    """Colour only on a terminal, and never where NO_COLOR is set or TERM is dumb."""
    env = os.environ if environ is None else environ
    return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"


def console(*, stderr: bool = False) -> Console:
    """A rich console for stdout or stderr that leaves markup in scraped text alone."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    colour = wants_colour(stream)
    return Console(
        file=stream,
        markup=False,
        highlight=False,
        emoji=False,
        no_color=not colour,
        force_terminal=None if stream.isatty() else False,
        soft_wrap=not stream.isatty(),
    )
