"""Run the search tests on Whoosh-Reloaded, the other distribution of the package ``whoosh``.

    python3 scripts/whoosh_reloaded.py --venv DIR

Why: the pinned ``whoosh3`` has one maintainer. Should it ever have to go, this says whether the
other one still serves. It changes the environment DIR for good, so it wants one of its own and
refuses to guess: ``.venv`` is never taken.

On newer Pythons one of its modules warns of a clock function that is on its way out. That is let
pass here and only here; any other warning is an error as in the whole suite.
"""

from pathlib import Path

from environment import ROOT, STAMP, arguments, python_for, run, run_script
from folder import Stopped, tell
from installer import install, pip_for

CONSTRAINTS = ROOT / "constraints-whoosh-reloaded.txt"
TESTS = "test_search_*.py"
KNOWN = "ignore::DeprecationWarning:whoosh.qparser.dateparse"


def main() -> int:
    options = arguments("Run the search tests on Whoosh-Reloaded.").parse_args()
    if options.venv is None:
        raise Stopped("Name a folder for an environment of its own:  --venv DIR")
    tests = sorted(str(path.relative_to(ROOT)) for path in Path(ROOT / "tests").glob(TESTS))
    if not tests:
        raise Stopped(f"There is no {TESTS} in {ROOT / 'tests'}.")
    python = python_for(options.venv)
    folder = python.parent.parent
    tell("Putting Whoosh-Reloaded in place of whoosh3 ...")
    (folder / STAMP).unlink()
    pip = pip_for(folder)
    run([*pip, "uninstall", "--yes", "-qq", "whoosh3"])
    install(pip, "--require-hashes", "-r", CONSTRAINTS)
    tell("Running the search tests on it ...")
    return run([python, "-m", "pytest", "-W", KNOWN, *tests])


if __name__ == "__main__":
    run_script(main)
