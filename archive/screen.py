"""What reaches a terminal: clean text, and output that never raises on an encoding.

Scraped text is hostile: a control character in a title could move the cursor, clear the screen or
set the window's title. Everything from a page, a query or a file passes through ``clean``.

That is not left to each caller: ``settle_streams`` puts a ``Screen`` before stdout and stderr, so
that what click, a library, a warning or a traceback writes is cleaned too. Only who cleans for
himself (rich, colours) or must hand on every character (CSV into a file or a pipe) goes
``beneath`` it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from rich.console import Console

_KEEP = {0x09, 0x0A}
_HIDDEN = dict.fromkeys(
    [code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in _KEEP]
    # Bidirectional controls and invisible marks can make a line read as something it is not.
    + [0x061C, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF],
)
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
_TABLE: dict[int, str | None] = {**_HIDDEN, **_SURROGATES}
_UNCLEAN = re.compile("[" + "".join(map(re.escape, map(chr, _HIDDEN))) + "\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without control, bidirectional and invisible characters; newline and tab stay.

    Half a character (of a file's name that is no text, say) becomes a replacement character.
    """
    return text.translate(_TABLE) if _UNCLEAN.search(text) else text


class Screen:
    """A text stream that passes on nothing but clean text.

    As much of a stream as whoever prints needs. It has no ``buffer``, so that nobody who looks for
    one (click does, where the encoding is ASCII) writes past it.
    """

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(clean(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self.stream.flush()

    def fileno(self) -> int:
        return self.stream.fileno()

    def isatty(self) -> bool:
        return self.stream.isatty()

    def writable(self) -> bool:
        return True

    @property
    def closed(self) -> bool:
        return self.stream.closed

    @property
    def encoding(self) -> str:
        return str(getattr(self.stream, "encoding", None) or "utf-8")

    @property
    def errors(self) -> str:
        return str(getattr(self.stream, "errors", None) or "strict")


def beneath(stream: IO[str] | Screen) -> IO[str]:
    """The stream under the screen, if there is one: for who cleans for himself, as rich's callers
    do, and for text that must arrive verbatim and does not go to a terminal."""
    return stream.stream if isinstance(stream, Screen) else stream


def bytes_beneath(stream: IO[str] | Screen) -> IO[bytes]:
    """Where a file that is no text goes; never to a terminal, which the caller has made sure of."""
    return cast("IO[bytes]", beneath(stream).buffer)  # type: ignore[attr-defined]  # there is one


def for_data(stream: IO[str]) -> IO[str]:
    """Where CSV goes: verbatim into a pipe or a file, but clean on a terminal, for a person's eyes.

    Always UTF-8 and without translated line ends, except on a terminal.
    """
    if stream.isatty():
        return cast("IO[str]", Screen(beneath(stream)))
    raw = beneath(stream)
    reconfigure = getattr(raw, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace", newline="")
    return raw


def write_json(value: object, stream: IO[str] | None = None) -> None:
    """One JSON value on a line of its own, ASCII-safe for any stream encoding.

    JSON escapes every control character and non-ASCII code point, so nothing has to be cleaned
    and a reader gets the verbatim text back.
    """
    target = sys.stdout if stream is None else stream
    target.write(json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n")


def settle_streams() -> None:
    """Put a screen before stdout and stderr, for the rest of the process, and make them replace
    what their encoding cannot hold, instead of raising."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Closed by whoever started us (``>&-``): nobody reads, and that is no error.
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the whole process
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, Screen):
            continue
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
        setattr(sys, name, Screen(stream))


def wants_colour(stream: IO[str], environ: Mapping[str, str] | None = None) -> bool:
    """Colour only on a terminal, and never where NO_COLOR is set or TERM is dumb."""
    env = os.environ if environ is None else environ
    return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"


def console(*, stderr: bool = False) -> Console:
    """A rich console for stdout or stderr that leaves markup in scraped text alone.

    It writes beneath the screen, or its colours would be lost: whoever prints to it cleans first.
    """
    from rich.console import Console

    stream = beneath(sys.stderr if stderr else sys.stdout)
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
