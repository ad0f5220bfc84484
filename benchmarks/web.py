"""What the reading room can carry: ``python -m benchmarks.web HOME [--seconds 10] [--workers 2]``.

Starts ``decisions serve`` over the archive at HOME (only read), on a free port of this machine, and
drives it with wrk: decision pages, searches, and a flood of searches by more people than may wait,
while ``/health`` is asked twenty times a second all along. Prints a line for each: requests per
second, how long the middle one and the slowest of a hundred took, how many were told to come again
(503), and the slowest ``/health``. Addresses are asked for in turn and without a copy at hand, so
nothing is answered from one.
"""

from __future__ import annotations

import argparse
import http.client
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from search.web import addresses

QUERIES: tuple[dict[str, str], ...] = (
    {"q": "housing delay"},
    {"q": '"disabled facilities grant"'},
    {"q": "special educational needs transport"},
    {"q": "council tax arrears bailiff"},
    {"q": "homelessness interim accommodation"},
    {"q": "noise nuisance", "outcome": "upheld"},
    {"q": "safeguarding AND care home"},
    {"q": "school admission appeal panel", "sort": "newest"},
    {"q": "blue badge"},
    {"q": "planning enforcement", "from": "2022"},
    {"q": "direct payments", "sort": "remedy"},
    {"q": "apolog*"},
    {"q": "complaint handling", "outcome": "not upheld"},
    {"q": "council"},
    {"outcome": "upheld", "sort": "newest"},
    {"q": "private fostering allowance"},
)
"""What people ask, common and rare words, with and without filters."""

DECISIONS = 300
CALM_SECONDS = 6.0
"""Between two runs: what the one before left waiting is over then."""

HEALTH_EVERY = 0.05
LIMIT = 0.5
"""Seconds in which ``/health`` has to answer."""

SCRIPT = """
local paths, at = {}, 0
for line in io.lines("PATHS") do paths[#paths + 1] = line end
request = function() at = at % #paths + 1; return wrk.format("GET", paths[at]) end
"""

_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


@dataclass(frozen=True, slots=True)
class Carried:
    """Of one run: times in seconds, ``refused`` of all answers the part that was no page."""

    rate: float
    middle: float
    slow: float
    refused: float
    health: float


@contextmanager
def serving(home: Path, words: Sequence[str]) -> Iterator[int]:
    """The port of a reading room over this archive."""
    command = [sys.executable, "-m", "decisions", "--home", str(home), "serve", "--port", "0"]
    with subprocess.Popen([*command, *words], stdout=subprocess.PIPE, text=True) as server:
        try:
            told = server.stdout.readline() if server.stdout else ""
            found = re.search(r":([0-9]+)/", told)
            if found is None:
                sys.exit(f"the reading room did not open: {told}")
            yield int(found[1])
        finally:
            server.terminate()


def got(port: int, path: str) -> tuple[int, bytes]:
    """Status and body."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        client.request("GET", path)
        answer = client.getresponse()
        return answer.status, answer.read()
    finally:
        client.close()


def decisions(port: int) -> list[str]:
    """Addresses of decisions, spread over the archive."""
    found: list[str] = []
    for offset in range(0, 10_000, 10_000 // (DECISIONS // 50)):
        query = urlencode({"limit": 50, "offset": offset, "sort": "newest"})
        status, body = got(port, f"/api/v1/search?{query}")
        hits = json.loads(body)["hits"] if status == 200 else []
        found += [addresses.decision(hit["source"], hit["reference"]) for hit in hits]
    if not found:
        sys.exit("this archive gives no decisions to ask for")
    return found


class Health:
    """Asks ``/health`` again and again while it is entered; ``slowest`` in seconds."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.slowest = 0.0

    def __enter__(self) -> Health:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._over.wait(HEALTH_EVERY):
            began = time.perf_counter()
            status, _ = got(self._port, "/health")
            took = time.perf_counter() - began
            self.slowest = max(self.slowest, took if status == 200 else float("inf"))


def carried(port: int, paths: Sequence[str], connections: int, seconds: int) -> Carried:
    """Drive the room with these addresses in turn."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "paths"
        listed.write_text("\n".join(paths) + "\n", encoding="ascii")
        script = Path(folder) / "turn.lua"
        script.write_text(SCRIPT.replace("PATHS", str(listed)), encoding="utf-8")
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
        command += ["--latency", "-s", str(script), f"http://127.0.0.1:{port}"]
        with Health(port) as health:
            done = subprocess.run(command, capture_output=True, text=True, check=True)
    return read(done.stdout, health.slowest)


def read(told: str, health: float) -> Carried:
    """What wrk says, as figures."""

    def figure(pattern: str) -> re.Match[str]:
        found = re.search(pattern, told)
        if found is None:
            sys.exit(f"wrk said something else than it used to:\n{told}")
        return found

    def latency(part: int) -> float:
        found = figure(rf"\n\s+{part}%\s+([0-9.]+)(us|ms|s|m)\b")
        return float(found[1]) * _SECONDS[found[2]]

    answers = int(figure(r"([0-9]+) requests in")[1])
    refused = re.search(r"Non-2xx or 3xx responses: ([0-9]+)", told)
    return Carried(
        rate=float(figure(r"Requests/sec:\s+([0-9.]+)")[1]),
        middle=latency(50),
        slow=latency(99),
        refused=int(refused[1]) / max(answers, 1) if refused else 0.0,
        health=health,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where ``/health`` was too slow."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--workers", type=int)
    given = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        sys.exit("this needs wrk (https://github.com/wg/wrk; Debian: apt-get install wrk)")
    words = [] if given.workers is None else ["--workers", str(given.workers)]
    worst = 0.0
    with serving(given.home, words) as port:
        searches = [addresses.search(query) for query in QUERIES]
        pages = decisions(port)
        runs = (
            ("decision pages", pages, given.connections),
            ("searches", searches, given.connections),
            ("searches as JSON", [f"/api/v1{path}" for path in searches], given.connections),
            ("searches, one by one", searches, 1),
            ("a flood of searches", searches, 64),
        )
        print(f"{'':22}{'requests/s':>11}{'p50 ms':>9}{'p99 ms':>9}{'503':>7}{'health ms':>11}")
        for name, paths, connections in runs:
            time.sleep(CALM_SECONDS)
            found = carried(port, paths, connections, given.seconds)
            worst = max(worst, found.health)
            print(
                f"{name:22}{found.rate:>11.1f}{found.middle * 1000:>9.0f}{found.slow * 1000:>9.0f}"
                f"{found.refused:>7.0%}{found.health * 1000:>11.0f}",
                flush=True,
            )
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
