"""``python -m tests.faults``: try every fault as often as its table says, and print the figures.

Exits 0 when every trial passed, 1 when one failed or the minutes were over before all were tried.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.table import FAULTS
from tests.faults.trials import Fault, Skipped, Stage, stage

BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
_ROW = re.compile(r"^\| (.+) \| ([^|]+) \| (\d+) \|$", re.MULTILINE)


@dataclass(slots=True)
class Figures:
    """What became of one fault's trials."""

    tried: int = 0
    passed: int = 0
    seconds: float = 0.0
    skipped: str | None = None
    failures: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        """One line of the table on the screen."""
        verdict = f"{self.passed:6}  {self.seconds:6.1f} s  {name}"
        return f"{self.tried:5}  {verdict}{f' (skipped: {self.skipped})' if self.skipped else ''}"


def attempt(fault: Fault, stage: Stage, *, deadline: float) -> Figures:
    """All trials of one fault, as long as there is time."""
    figures = Figures()
    began = time.monotonic()
    for number in range(fault.times):
        if time.monotonic() > deadline:
            figures.failures.append(f"{fault.name}: not tried, the time was over")
            break
        try:
            fault.act(stage.ground(fault, number))
        except Skipped as reason:
            figures.skipped = str(reason)
            break
        except Exception:  # noqa: BLE001 - whatever breaks a trial is its failure
            figures.failures.append(
                f"{fault.name} (trial {number + 1} of {fault.times}, seed {stage.seed}):\n"
                f"{traceback.format_exc()}"
            )
            figures.tried += 1
        else:
            figures.tried += 1
            figures.passed += 1
    figures.seconds = time.monotonic() - began
    return figures


def table(rows: dict[str, tuple[str, int]]) -> str:
    """The figures as the documentation shows them: name → (tried or why not, passed)."""
    tried = sum(int(row[0]) for row in rows.values() if row[0].isdecimal())
    passed = sum(row[1] for row in rows.values())
    lines = [f"| {name} | {row[0]} | {row[1]} |" for name, row in rows.items()]
    return "\n".join(
        (
            f"{len(rows)} faults, {tried:,} trials, {passed:,} passed.",
            "",
            "| fault | tried | passed |",
            "|---|---:|---:|",
            *lines,
        )
    )


def write(path: Path, found: dict[str, Figures]) -> None:
    """Put the figures between the markers; faults that were not tried now keep theirs.

    Raises ValueError where there are no markers.
    """
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} has no {BEGIN} … {END}")
    kept = {row[1]: (row[2], int(row[3])) for row in _ROW.finditer(old)}
    kept |= {
        name: (figures.skipped or str(figures.tried), figures.passed)
        for name, figures in found.items()
    }
    rows = {fault.name: kept[fault.name] for fault in FAULTS if fault.name in kept}
    path.write_text(f"{before}{BEGIN}\n\n{table(rows)}\n\n{END}{after}", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, and give the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/faults.py", description=__doc__)
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="faults whose name holds NAME"
    )
    parser.add_argument(
        "--but", action="append", default=[], metavar="NAME", help="not those whose name holds NAME"
    )
    parser.add_argument("--seed", type=int, default=1, help="where chance begins (default 1)")
    parser.add_argument("--minutes", type=float, default=90, help="end after so long (default 90)")
    parser.add_argument("--list", action="store_true", help="print the names and how often")
    parser.add_argument("--write", metavar="FILE", type=Path, help="write the figures into FILE")
    options = parser.parse_args(arguments)
    chosen = [
        fault
        for fault in FAULTS
        if (not options.only or _named(fault, options.only)) and not _named(fault, options.but)
    ]
    if not chosen:
        parser.error("no fault has such a name; --list shows them")
    if options.list:
        for fault in chosen:
            print(f"{fault.times:4}  {fault.name}")
        return 0
    return run(chosen, options.seed, options.minutes, options.write)


def _named(fault: Fault, parts: Sequence[str]) -> bool:
    return any(part.lower() in fault.name.lower() for part in parts)


def run(chosen: Sequence[Fault], seed: int, minutes: float, target: Path | None) -> int:
    """Try these faults, print the figures, write them where asked."""
    began = time.monotonic()
    found: dict[str, Figures] = {}
    # What the crawls say of each try is what is being provoked here.
    logging.getLogger("scraper").setLevel(logging.ERROR)
    print("tried  passed  seconds   fault", flush=True)
    with stage(seed) as ground:
        for fault in chosen:
            found[fault.name] = attempt(fault, ground, deadline=began + minutes * 60)
            print(found[fault.name].line(fault.name), flush=True)
            for what, count in sorted(ground.tally.get(fault.name, {}).items()):
                print(f"{count:15}  {what}", flush=True)
    failures = [failure for figures in found.values() for failure in figures.failures]
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    tried = sum(figures.tried for figures in found.values())
    passed = sum(figures.passed for figures in found.values())
    took = (time.monotonic() - began) / 60
    print(f"{tried:5}  {passed:6}  all of {len(chosen)} faults, in {took:.0f} minutes")
    if target is not None:
        write(target, found)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
