"""Restores that are killed, each in a child of this process, at every file they touch.

Run by ``test_archive_restore``: ``python -m tests.restore_kills TEMPLATE COPY WORK``. For each of
the points where Python opens, renames or removes a file or opens a database, the template home is
copied, a child restores the copy into it and kills itself there; what then stands is looked at.
Prints one JSON object a point.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.backup_command import _apply_erasures
from archive.config import Config, sqlite_url
from archive.errors import DatabaseUnusable
from archive.opening import open_to_write
from archive.readonly import connect_readonly
from archive.restore import restore

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WATCHED = {"open", "os.rename", "os.remove", "os.link", "sqlite3.connect"}
MOST = 120
"""No more points than this are tried, evenly spread."""


def config_of(home: Path) -> Config:
    return Config(home=home, database_url=sqlite_url(home / "decisions.db"))


def put_back(home: Path, copy: Path) -> None:
    restore(
        config_of(home),
        copy,
        force=True,
        ask=lambda *_: True,
        apply_erasures=lambda config, path: _apply_erasures(config, path, NOW),
        keeping=lambda _: None,
        say=lambda _: None,
    )


class Killer:
    """Counts what touches a file in the home, and kills this process at the chosen one."""

    def __init__(self, home: Path, at: int) -> None:
        self.home, self.at, self.seen = str(home), at, 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in WATCHED and any(self.home in str(each) for each in arguments):
            self.seen += 1
            if self.seen == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


def killed_at(template: Path, copy: Path, home: Path, point: int) -> tuple[bool, int]:
    """Whether a restore that was to be killed there ended, and how many points it then had."""
    shutil.copytree(template, home)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        killer = Killer(home, point)
        sys.addaudithook(killer)
        put_back(home, copy)
        os.write(writer, str(killer.seen).encode())
        os._exit(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    told = os.read(reader, 100)
    os.close(reader)
    return status == 0, int(told or 0)


def count(home: Path) -> int | str:
    """Decisions that a reader finds, or what it is told."""
    try:
        with closing(connect_readonly(home / "decisions.db")) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                return "damaged"
            return int(connection.execute("SELECT COUNT(*) FROM decision").fetchone()[0])
    except DatabaseUnusable as error:
        return str(error)


def main() -> None:
    template, copy, work = (Path(each) for each in sys.argv[1:])
    ended, points = killed_at(template, copy, work / "whole", 0)
    assert ended
    for point in range(1, points + 1, -(-points // MOST)):
        home = work / f"at-{point}"
        ended, _ = killed_at(template, copy, home, point)
        said: list[str] = []
        found = count(home)
        with open_to_write(config_of(home), now=NOW, tell=lambda _: None, remark=said.append):
            after = count(home)
        left = sorted(path.name for path in home.iterdir() if ".rest" in path.name)
        aside = sorted(home.glob("decisions-replaced-*.db"))
        put_back(home, copy)
        report = {
            "point": point,
            "ended": ended,
            "found": found,
            "after": after,
            "said": said,
            "left": left,
            "aside": len(aside),
            "again": count(home),
        }
        print(json.dumps(report))
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
