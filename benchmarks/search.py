"""Our index beside SQLite FTS5, tantivy and stock Whoosh, in one run on one corpus.

    python -m benchmarks.search FOLDER [--decisions 2000] [--rounds 15] [--engines ours,fts5,…]
                                [--chart FILE.svg]

Makes the corpus and the indexes in FOLDER and keeps them with every round's times, so a run that
was cut short goes on where it was (``--fresh`` begins anew; ``--rounds 0`` only builds). Builds run
one after the other, each in a process of its own: seconds on the clock and of the processor,
megabytes on disk, and the most memory it took with all that it started. Questions run interleaved:
each round asks each engine every question once, so a
busy machine slows all alike; every engine stays open from one question to the next. *Cold* is a
process of its own from its start to the answer, Python and imports included; files stay in the
system's cache, which only root can empty. Where engines must agree on the number of hits, they are
held against each other.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.processes import family_of, resident
from benchmarks.search_corpus import corpus, decisions, texts, title
from benchmarks.search_engines import ENGINES, ONLY_BUILT, QUESTIONS, Engine, available
from benchmarks.search_tables import (
    Times,
    draw,
    machine,
    show_builds,
    show_ratios,
    show_times,
)

EXTRA = 100

Round = dict[str, dict[str, float]]
"""Milliseconds of one round, by question and engine."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--decisions", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--engines", default=",".join(ENGINES))
    options.add_argument("--fresh", action="store_true", help="build and measure anew")
    options.add_argument("--cold", type=int, default=3, help="processes for each cold question")
    options.add_argument("--chart", type=Path, help="draw the warm times to this file")
    options.add_argument("--profile", action="store_true", help="show where our build spends time")
    options.add_argument("--task", nargs=2, metavar=("TASK", "ENGINE"), help=argparse.SUPPRESS)
    options.add_argument("--question", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    path = corpus(chosen.folder, chosen.decisions, EXTRA)
    if chosen.profile:
        profile(chosen.folder, path, chosen.decisions)
        return 0
    if chosen.task:
        what, name = chosen.task
        return task(what, name, chosen.folder, path, chosen.decisions, chosen.question)
    names, missing = available(chosen.engines.split(","))
    for name, why in missing.items():
        print(f"{name} is left out: {why}")
    print(machine(names))
    raw_mb = describe(path, chosen.decisions)
    builds = {name: built(name, chosen, again=chosen.fresh) for name in names}
    names = [name for name in names if name not in ONLY_BUILT]
    if not chosen.rounds:
        show_builds(builds, raw_mb)
        return 0
    kept = chosen.folder / f"times-{chosen.decisions}.json"
    if chosen.fresh:
        kept.unlink(missing_ok=True)
    done = kept_rounds(kept, names)
    warm, counts = interleaved(names, chosen, done, kept)
    cold = cold_times(names, chosen)
    show_builds(builds, raw_mb)
    show_times("warm, in milliseconds: least / median / 95%", names, warm)
    show_ratios(names, warm)
    show_times("cold, in milliseconds: least / median / worst", names, cold)
    if chosen.chart:
        draw(chosen.chart, names, warm, f"{chosen.decisions:,} decisions")
    return agreement(counts)


def place(folder: Path, name: str, count: int) -> Path:
    """Where an engine's index lies."""
    return folder / f"{name}-{count}"


def task(what: str, name: str, folder: Path, path: Path, count: int, question: str | None) -> int:
    """What runs in a process of its own: a build, an addition, or one cold question."""
    target = place(folder, name, count)
    if what == "nothing":
        return 0
    if what == "ask":
        engine = ENGINES[name](target, count)
        engine.open()
        engine.ask(QUESTIONS[str(question)])
        engine.close()
        return 0
    if what == "add":
        target = folder / f"{name}-{count}-add"
    if what == "build":
        target.mkdir(parents=True)
    engine = ENGINES[name](target, count)
    made = decisions(path, 0, count) if what == "build" else list(decisions(path, count))
    begin, used = time.perf_counter(), _processor()
    engine.build(made) if what == "build" else engine.add(made)
    spent, used = time.perf_counter() - begin, _processor() - used
    print(json.dumps({"seconds": spent, "cpu_seconds": used, "peak_mb": _peak_mb()}))
    return 0


def _processor() -> float:
    """Seconds of the processor that this process and those it has started and ended took."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _peak_mb() -> float:
    """The most memory this process had, in megabytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _command(chosen: argparse.Namespace, what: str, name: str, *more: str) -> list[str]:
    """A task in a process of its own."""
    return [
        sys.executable, "-m", "benchmarks.search", str(chosen.folder),
        "--decisions", str(chosen.decisions), "--task", what, name, *more,
    ]  # fmt: skip


def _child(chosen: argparse.Namespace, what: str, name: str, *more: str) -> tuple[str, float]:
    """Run a task in a process of its own; gives its output and its seconds from start to end."""
    begin = time.perf_counter()
    command = _command(chosen, what, name, *more)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout, time.perf_counter() - begin


def _watched(chosen: argparse.Namespace, what: str, name: str) -> dict[str, float]:
    """The figures of a task; ``peak_mb`` is of it and the processes it started, together."""
    most = 0
    with subprocess.Popen(_command(chosen, what, name), stdout=subprocess.PIPE, text=True) as child:
        while child.poll() is None:
            most = max(most, sum(map(resident, family_of(child.pid))))
            time.sleep(0.05)
        output = "" if child.stdout is None else child.stdout.read()
    if child.returncode:
        raise SystemExit(f"{what} of {name} ended with {child.returncode}")
    figures: dict[str, float] = json.loads(output)
    figures["peak_mb"] = max(figures["peak_mb"], most / 2**20)
    return figures


def built(name: str, chosen: argparse.Namespace, *, again: bool) -> Mapping[str, float]:
    """Figures of an engine's build and of adding a hundred; taken from the folder if there."""
    target = place(chosen.folder, name, chosen.decisions)
    notes = target.with_suffix(".json")
    if again or not notes.exists():
        shutil.rmtree(target, ignore_errors=True)
        figures = _watched(chosen, "build", name)
        figures["size_mb"] = size_mb(target)
        copy = chosen.folder / f"{name}-{chosen.decisions}-add"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(target, copy)
        if hasattr(os, "sync"):
            os.sync()  # or what is added waits for all of the copy to be written
        figures["add_seconds"] = json.loads(_child(chosen, "add", name)[0])["seconds"]
        shutil.rmtree(copy)
        notes.write_text(json.dumps(figures), encoding="utf-8")
        print(f"{name}: built in {figures['seconds']:.1f} s", flush=True)
    found: dict[str, float] = json.loads(notes.read_text(encoding="utf-8"))
    return found


def size_mb(folder: Path) -> float:
    """Megabytes of all files in a folder."""
    return sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()) / 1e6


def kept_rounds(kept: Path, names: Sequence[str]) -> list[Round]:
    """The rounds that an earlier run of the same engines has measured."""
    if not kept.exists():
        return []
    found = json.loads(kept.read_text(encoding="utf-8"))
    rounds: list[Round] = found["rounds"] if found["engines"] == list(names) else []
    return rounds


def interleaved(
    names: Sequence[str], chosen: argparse.Namespace, done: list[Round], kept: Path
) -> tuple[Times, dict[str, dict[str, int | None]]]:
    """Milliseconds by question and engine, and how many each found.

    Each run's first round only warms up. What is measured goes to a file round by round.
    """
    engines: dict[str, Engine] = {
        name: ENGINES[name](place(chosen.folder, name, chosen.decisions), chosen.decisions)
        for name in names
    }
    for engine in engines.values():
        engine.open()
    counts: dict[str, dict[str, int | None]] = defaultdict(dict)
    for turn in range(max(0, chosen.rounds - len(done)) + 1):
        measured: Round = {}
        for asked, question in QUESTIONS.items():
            for name, engine in engines.items():
                begin = time.perf_counter()
                counts[asked][name] = engine.ask(question)
                spent = (time.perf_counter() - begin) * 1000
                if counts[asked][name] is not None:
                    measured.setdefault(asked, {})[name] = spent
        if turn:
            done.append(measured)
            partial = kept.with_suffix(".partial")
            partial.write_text(
                json.dumps({"engines": list(names), "rounds": done}), encoding="utf-8"
            )
            partial.replace(kept)
    for engine in engines.values():
        engine.close()
    times: Times = defaultdict(lambda: defaultdict(list))
    for measured in done:
        for asked, by_engine in measured.items():
            for name, spent in by_engine.items():
                times[asked][name].append(spent)
    return times, counts


def cold_times(names: Sequence[str], chosen: argparse.Namespace) -> Times:
    """Milliseconds from the start of a process to its answer, by question and engine."""
    times: Times = defaultdict(lambda: defaultdict(list))
    for _ in range(chosen.cold):
        for asked, question in QUESTIONS.items():
            for name in names:
                if name == "fts5" and question.kind == "fuzzy":
                    continue
                _, seconds = _child(chosen, "ask", name, "--question", asked)
                times[asked][name].append(seconds * 1000)
        for name in names:
            times["(nothing asked)"][name].append(_child(chosen, "nothing", name)[1] * 1000)
    return times


def describe(path: Path, count: int) -> float:
    """Print the corpus in a line; gives the megabytes of its texts."""
    notes = path.with_suffix(f".{count}.json")
    if not notes.exists():
        words = paragraphs = size = 0
        for made in decisions(path, 0, count):
            pieces = [title(made), made["summary"], *texts(made)]
            words += sum(len(text.split()) for text in pieces)
            paragraphs += len(pieces)
            size += sum(len(text.encode("utf-8")) for text in pieces)
        notes.write_text(json.dumps([words, paragraphs, size]), encoding="utf-8")
    words, paragraphs, size = json.loads(notes.read_text(encoding="utf-8"))
    print(
        f"{count:,} invented decisions, on average {words / count:,.0f} words in "
        f"{paragraphs / count:.0f} texts; {size / 1e6:,.0f} MB of text",
        flush=True,
    )
    return float(size / 1e6)


def agreement(counts: Mapping[str, Mapping[str, int | None]]) -> int:
    """Print how many each engine found; 1 when those differ that must not."""
    wrong = 0
    print("\nhits:")
    for asked, found in counts.items():
        told = {name: number for name, number in found.items() if number is not None}
        same = len(set(told.values())) == 1
        if same:
            print(f"  {asked}: {next(iter(told.values())):,}")
            continue
        must = QUESTIONS[asked].agree
        wrong += must
        shown: Mapping[str, Any] = told
        print(
            f"  {asked}: {', '.join(f'{n} {c:,}' for n, c in shown.items())}"
            + ("  THEY MUST AGREE" if must else "  (each spells near words in its own way)")
        )
    return 1 if wrong else 0


def profile(folder: Path, path: Path, count: int) -> None:
    """The forty functions in which our build spends most time itself."""
    import cProfile
    import pstats

    target = folder / "profile"
    shutil.rmtree(target, ignore_errors=True)
    engine = ENGINES["ours"](target, count)
    recorder = cProfile.Profile()
    recorder.enable()
    engine.build(decisions(path, 0, count))
    recorder.disable()
    shutil.rmtree(target)
    pstats.Stats(recorder).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    sys.exit(main())
