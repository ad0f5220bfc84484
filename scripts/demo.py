"""Show what the tool does, from nothing: crawl, index, search.

    python3 scripts/demo.py

It makes the environment where it is missing or stale, starts a small look-alike of the publisher's
site on this machine (invented decisions, no outside connection), crawls it into ``.demo`` and
searches there. It ends by itself and can be run again: ``.demo`` is emptied first, but only when
it carries the marker that the demo itself put there. Your own archive is never touched.
"""

import json
import os
import signal
import subprocess
from pathlib import Path

from environment import ROOT, arguments, python_for, run_script
from folder import Stopped, claimed, empty, tell
from installer import command
from look_alike import apart, look_alike

HOME = ".demo"
MARKER = "made-by-demo.txt"
WORDS = "data protection"
DONE, PARTIAL = 0, 3

CLOSING = """
Three more to try, from the folder {root}

  {decisions} --home {home} show "{reference}"
  {decisions} --home {home} search "noise" --outcome upheld --sort newest
  {decisions} --home {home} export csv --output {home}{sep}decisions.csv

The decisions lie in {home}{sep}decisions.db, a SQLite file that any program can read, for example
  SELECT kind, count(*) FROM section GROUP BY kind;
and the search index in {home}{sep}index. Both are the demo's own: running it again makes them anew.
The decisions are invented. For the real ones see the README: `decisions doctor`, then
`decisions crawl`.
"""


def shown(path: Path) -> str:
    """A path as one would type it from the checkout's root."""
    short = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return str(short.with_suffix("")) if short.suffix == ".exe" else str(short)


class Tool:
    """The installed ``decisions`` command, on the demo's own home and nothing of the person's."""

    def __init__(self, python: Path) -> None:
        self.path = command(python, "decisions")

    def words(self, *arguments: str) -> list[str]:
        return [str(self.path), "--home", HOME, *arguments]

    def run(self, *arguments: str, may_end: tuple[int, ...] = (DONE,)) -> None:
        """Run it before the person's eyes. Raises Stopped for an unexpected end."""
        told = " ".join(f'"{word}"' if " " in word else word for word in arguments)
        tell(f"\n> {shown(self.path)} --home {HOME} {told}")
        words = self.words(*arguments)
        code = subprocess.run(words, cwd=ROOT, env=apart(os.environ), check=False).returncode
        if code not in may_end:
            raise Stopped(f"That ended with exit code {code}; the demo stops here.")

    def first_reference(self, words: str) -> str:
        """The reference of the best hit. Raises Stopped when there is none to show."""
        done = subprocess.run(
            self.words("search", words, "-n", "1", "--json"),
            cwd=ROOT,
            env=apart(os.environ),
            stdout=subprocess.PIPE,
            check=False,
        )
        hits = json.loads(done.stdout)["hits"] if done.returncode == DONE else []
        if not hits:
            raise Stopped(f"The search for {words} found nothing, which a demo should.")
        return str(hits[0]["reference"])


def main() -> int:
    options = arguments("Crawl a look-alike site on this machine and search it.").parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    python = python_for(options.venv)
    decisions = Tool(python)
    home = ROOT / HOME
    with claimed(home, MARKER, wait=False):
        empty(home, MARKER)
        tell("Starting the look-alike site on this machine ...")
        with look_alike(python, home / "site.log") as url:
            crawl = ("crawl", "--base-url", url, "--delay", "0", "--since", "all")
            decisions.run(*crawl, may_end=(DONE, PARTIAL))
        decisions.run("search", WORDS)
        reference = decisions.first_reference(WORDS)
    tool = shown(decisions.path)
    print(
        CLOSING.format(root=ROOT, decisions=tool, home=HOME, reference=reference, sep=os.sep),
        flush=True,
    )
    return DONE


if __name__ == "__main__":
    run_script(main)
