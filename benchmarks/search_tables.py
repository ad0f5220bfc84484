"""The tables and the chart of the search benchmark."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from pathlib import Path

Times = dict[str, dict[str, list[float]]]
"""Milliseconds by question and engine."""

PACKAGES = {
    "ours": ("whoosh3", "numpy"),
    "ours2": ("whoosh3", "numpy"),
    "tantivy": ("tantivy",),
    "whoosh": ("whoosh3",),
}
BESIDE = ("fts5", "tantivy", "whoosh")
"""Engines that ours is held against."""

COLOURS = {"ours": "#1b6ca8", "fts5": "#d1495b", "tantivy": "#edae49", "whoosh": "#8d8d8d"}


def machine(names: Sequence[str]) -> str:
    """What it ran on: system, processors, versions."""
    wanted = dict.fromkeys(package for name in names for package in PACKAGES.get(name, ()))
    versions = [f"{package} {metadata.version(package)}" for package in wanted]
    if "fts5" in names:
        versions.append(f"SQLite {sqlite3.sqlite_version}")
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}, {', '.join(versions)}"
    )


def show_builds(builds: Mapping[str, Mapping[str, float]], raw_mb: float) -> None:
    """The table of builds. Decisions a second are given as multiples of FTS5's in the same run: by
    the clock, and in brackets by what the processors did, which other work disturbs less."""
    keys = ("seconds", "cpu_seconds", "peak_mb", "size_mb")
    print(
        "\n| engine | build s | of CPU s | peak MB | size MB | of the text | +100 s |"
        " decisions/s of FTS5's |\n|---|---|---|---|---|---|---|---|"
    )
    fts5 = builds.get("fts5")
    for name, figures in builds.items():
        cells = [f"{figures[key]:,.1f}" for key in keys]
        cells += [f"{figures['size_mb'] / raw_mb:.2f}", f"{figures['add_seconds']:.2f}"]
        if fts5 is None:
            cells.append("-")
        else:
            clock, processor = (fts5[key] / figures[key] for key in ("seconds", "cpu_seconds"))
            cells.append(f"{clock:.2f} ({processor:.2f})")
        print(f"| {name} | {' | '.join(cells)} |")


def show_times(heading: str, names: Sequence[str], times: Times) -> None:
    """One table: a question a line, an engine a column."""
    print(f"\n{heading}\n\n| question | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for asked, by_engine in times.items():
        cells = [_cell(by_engine.get(name, [])) for name in names]
        print(f"| {asked} | {' | '.join(cells)} |")


def _cell(spent: Sequence[float]) -> str:
    if not spent:
        return "-"
    ordered = sorted(spent)
    late = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    return f"{short(ordered[0])} / {short(statistics.median(ordered))} / {short(late)}"


def short(value: float) -> str:
    """Milliseconds with as many figures as mean something."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def ratios(times: Times, other: str, of: Callable[[Sequence[float]], float]) -> dict[str, float]:
    """Our time as a multiple of another engine's, by question; ``of`` says which of a round's."""
    return {
        asked: of(spent["ours"]) / of(spent[other])
        for asked, spent in times.items()
        if spent.get("ours") and spent.get(other)
    }


def show_ratios(names: Sequence[str], times: Times) -> None:
    """Ours as a multiple of each of the others: every question, the median and the worst.

    Medians, and in brackets the least times, which other work on the machine disturbs less.
    """
    beside = [name for name in BESIDE if name in names]
    if "ours" not in names or not beside:
        return
    found = [(ratios(times, name, statistics.median), ratios(times, name, min)) for name in beside]
    print("\nours as a multiple of the others: medians (least times)\n")
    print(f"| question | {' | '.join(beside)} |\n|---|{'---|' * len(beside)}")
    for asked in times:
        cells = [
            f"{medians[asked]:.2f} ({least[asked]:.2f})" if asked in medians else "-"
            for medians, least in found
        ]
        print(f"| {asked} | {' | '.join(cells)} |")
    for heading, of in (("median of all", statistics.median), ("worst", max)):
        cells = [
            f"{of(medians.values()):.2f} ({of(least.values()):.2f})" for medians, least in found
        ]
        print(f"| **{heading}** | {' | '.join(cells)} |")


def draw(path: Path, names: Sequence[str], times: Times, title: str) -> None:
    """The warm medians as bars on a logarithmic scale. Needs the extra ``charts``."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "search"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(9, 5.5))
    asked = list(times)
    height = 0.8 / len(names)
    for place, name in enumerate(names):
        there = [(at, times[one][name]) for at, one in enumerate(asked) if times[one].get(name)]
        axes.barh(
            [at + place * height for at, _ in there],
            [statistics.median(spent) for _, spent in there],
            height,
            label=name,
            color=COLOURS.get(name),
        )
    axes.set_yticks([at + 0.4 - height / 2 for at in range(len(asked))], asked)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds, median, warm")
    axes.set_title(title)
    axes.legend(loc="lower right")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
