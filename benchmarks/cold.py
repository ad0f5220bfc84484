"""A cold ``decisions search`` beside a script of one's own on FTS5, process by process.

    python -m benchmarks.cold HOME [--phrase "data protection"] [--rare "…"] [--rounds 21]

HOME is an archive with its index, such as ``python -m benchmarks.large_archive`` and ``decisions
--home HOME index`` make. Beside it an FTS5 index of the same texts is made once. Then processes are
started in turn: Python alone, the script with the same snippets, the script with headers alone,
``decisions search '"…"' --json``. Printed are milliseconds from start to end, the median and the
least, and what of it was the processor's, of which the ratio is; files are in the system's cache,
compiled modules too.
``--imports`` shows where our process spends its time importing.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from archive.reader import open_texts

ROOT = Path(__file__).resolve().parents[1]
BATCH = 500


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("home", type=Path)
    options.add_argument("--phrase", default="data protection")
    options.add_argument("--rare", help="a phrase of a few decisions")
    options.add_argument("--rounds", type=int, default=21)
    options.add_argument("--imports", action="store_true")
    chosen = options.parse_args()
    archive = chosen.home / "decisions.db"
    index = chosen.home / "fts5-of-cold.db"
    if not index.exists():
        fill(archive, index)
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONPATH": str(ROOT)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for phrase in filter(None, (chosen.phrase, chosen.rare)):
            run = commands(chosen.home, archive, index, phrase)
            show(phrase, measured(run, chosen.rounds, environment))
            if chosen.imports:
                imports(run["decisions search"], environment)
    return 0


def commands(home: Path, archive: Path, index: Path, phrase: str) -> Mapping[str, Sequence[str]]:
    """What is started, by name."""
    script = [sys.executable, "-m", "benchmarks.cold_fts5", str(index), str(archive), phrase]
    ours = [sys.executable, "-m", "decisions", "--home", str(home), "search", f'"{phrase}"']
    return {
        "python": [sys.executable, "-c", "pass"],
        "FTS5, headers alone": [*script, "--bare"],
        "FTS5, same snippets": script,
        "decisions search": [*ours, "--json"],
    }


def fill(archive: Path, index: Path) -> None:
    """Make the FTS5 index of an archive's texts."""
    partial = index.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with open_texts(f"sqlite:///{archive}") as texts, sqlite3.connect(archive) as decisions:
        numbers = [number for (number,) in decisions.execute("SELECT id FROM decision ORDER BY id")]
        db = sqlite3.connect(partial)
        with db:
            db.execute(
                "CREATE VIRTUAL TABLE t USING fts5(title, summary, text, content='', "
                "tokenize='porter unicode61')"
            )
            for start in range(0, len(numbers), BATCH):
                some = numbers[start : start + BATCH]
                heads, paragraphs = texts.decisions(some), texts.paragraphs(some)
                db.executemany(
                    "INSERT INTO t(rowid, title, summary, text) VALUES (?, ?, ?, ?)",
                    (
                        (
                            number,
                            heads[number]["title"],
                            heads[number]["summary"],
                            "\n".join(row.text for row in paragraphs.get(number, ())),
                        )
                        for number in some
                    ),
                )
            db.execute("INSERT INTO t(t) VALUES ('optimize')")
        db.close()
    partial.replace(index)


Times = dict[str, list[tuple[float, float]]]


def measured(
    run: Mapping[str, Sequence[str]], rounds: int, environment: Mapping[str, str]
) -> Times:
    """Milliseconds by the clock and by the processor of each process; one round is not counted."""
    times: Times = defaultdict(list)
    for turn in range(rounds + 1):
        for name, command in run.items():
            before, begin = _children(), time.perf_counter()
            subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL, env=environment, cwd=ROOT
            )
            spent, used = time.perf_counter() - begin, _children() - before
            if turn:
                times[name].append((spent * 1000, used * 1000))
    return times


def _children() -> float:
    """Seconds of the processor that ended child processes took."""
    if sys.platform == "win32":
        times = os.times()
        return times.children_user + times.children_system
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def show(phrase: str, times: Times) -> None:
    """A table, with each process as a multiple of the script with the same snippets."""
    base = times["FTS5, same snippets"]
    print(f'\n"{phrase}"\n\n| process | median ms | least ms | of the processor | ratio |')
    print("|---|---|---|---|---|")
    for name, spent in times.items():
        middle = statistics.median(clock for clock, _ in spent)
        least, used = min(clock for clock, _ in spent), statistics.median(cpu for _, cpu in spent)
        ratio = used / statistics.median(cpu for _, cpu in base)
        print(f"| {name} | {middle:.0f} | {least:.0f} | {used:.0f} | {ratio:.2f} |")


def imports(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Which packages take the time of importing, by their own modules."""
    timed = [command[0], "-X", "importtime", *command[1:]]
    done = subprocess.run(
        timed, check=True, capture_output=True, text=True, env=environment, cwd=ROOT
    )
    spent: dict[str, int] = defaultdict(int)
    for line in done.stderr.splitlines():
        if match := re.fullmatch(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", line):
            spent[match[2].partition(".")[0]] += int(match[1])
    for package, microseconds in sorted(spent.items(), key=lambda one: -one[1])[:12]:
        print(f"  {package}: {microseconds / 1000:.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
