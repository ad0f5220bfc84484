"""Lines for cron, systemd and the Windows Task Scheduler, quoted for whoever reads them. Pure.

Each of the three reads a command in its own way: cron takes ``%`` for a newline and hands the rest
to ``/bin/sh``; systemd expands ``%`` and ``$`` and knows C escapes; Windows splits by the rules of
its C library. A path with a blank, a quote or any such sign must reach the command whole.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from archive.errors import UsageError

FIRST_HOUR, LAST_HOUR = 3, 5
"""Hours of the night to choose from. Before three a clock change skips or doubles the hour in most
of Europe, and cron with it."""

TASK = "decisions-crawl"
LONGEST_TASK = 261
"""Characters that ``schtasks /TR`` takes."""

SPREAD = "30min"
"""Within how long of the time given systemd starts, so that not all machines start at once."""


@dataclass(frozen=True, slots=True)
class At:
    """A time of the night on the machine's own clock."""

    hour: int
    minute: int

    def __post_init__(self) -> None:
        if not (0 <= self.hour < 24 and 0 <= self.minute < 60):
            raise ValueError(f"no time of day: {self.hour}:{self.minute}")

    def __str__(self) -> str:
        return f"{self.hour:02d}:{self.minute:02d}"


def _printable(words: Sequence[str]) -> None:
    """Raises UsageError for what no line can carry."""
    for word in words:
        if any(ord(char) < 0x20 or ord(char) == 0x7F for char in word):
            raise UsageError(
                f"{word!r} holds a control character, which no cron line can carry; rename it"
            )


# --- cron -------------------------------------------------------------------------------------


def cron_line(command: Sequence[str], log: str, at: At) -> str:
    """One line of a crontab. Output goes to ``log``; it is printed, and so mailed by cron, only
    when the command fails. Raises UsageError for a control character."""
    _printable([*command, log])
    words = " ".join(_for_cron(word) for word in command)
    target = _for_cron(log)
    return f"{at.minute} {at.hour} * * * {words} >{target} 2>&1 || cat {target}"


def _for_cron(word: str) -> str:
    """Quoted for the shell, each percent sign outside the quotes and behind a backslash.

    cron takes the backslash away before the shell sees the line, but only directly before the sign,
    and a backslash that belongs to the word must not stand there.
    """
    parts = word.split("%")
    return "\\%".join(shlex.quote(part) if part or len(parts) == 1 else "" for part in parts)


# --- systemd ------------------------------------------------------------------------------------


def systemd_service(command: Sequence[str], description: str) -> str:
    """The service unit. Raises UsageError for a control character."""
    _printable(command)
    # The program's own path is not expanded, so a dollar in it must not be doubled: env runs it.
    run = ["/usr/bin/env", *command] if "$" in command[0] else list(command)
    words = " ".join(_for_systemd(word) for word in run)
    return (
        "[Unit]\n"
        f"Description={description}\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"ExecStart={words}\n"
        "Nice=10\n"
        "IOSchedulingClass=idle\n"
    )


def systemd_timer(description: str, at: At) -> str:
    """The timer unit: every night, spread at random, made up for after a night switched off."""
    return (
        "[Unit]\n"
        f"Description={description}\n"
        "\n"
        "[Timer]\n"
        f"OnCalendar=*-*-* {at}:00\n"
        f"RandomizedDelaySec={SPREAD}\n"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


_PLAIN = re.compile(r"[\w@+=:,./-]+", re.ASCII)


def _for_systemd(word: str) -> str:
    doubled = word.replace("%", "%%").replace("$", "$$")
    if _PLAIN.fullmatch(doubled):
        return doubled
    escaped = doubled.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# --- Windows ------------------------------------------------------------------------------------


def windows_task(command: Sequence[str], at: At) -> str | None:
    """A ``schtasks`` line for a command prompt; None for a command that such a line cannot carry
    (too long, or with a percent sign, which the prompt expands even within quotes)."""
    _printable(command)
    line = subprocess.list2cmdline(command)
    if len(line) > LONGEST_TASK or "%" in line:
        return None
    return subprocess.list2cmdline(
        ["schtasks", "/Create", "/F", "/SC", "DAILY", "/TN", TASK, "/ST", str(at), "/TR", line]
    )
