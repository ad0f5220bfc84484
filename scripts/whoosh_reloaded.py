"""Run the search tests on Whoosh-Reloaded, the other distribution of the package ``whoosh``.

    python3 scripts/whoosh_reloaded.py

Why: the pinned ``whoosh3`` has one maintainer. Should it ever have to go, this says whether the
other one still serves.

The environment that all scripts share is not changed: its packages but whoosh3 are linked into
another one, which is gone when the tests have run. Installing everything a second time would take
longer than the tests.

On newer Pythons one of its modules warns of a clock function that is on its way out. That is let
pass here and only here; any other warning is an error as in the whole suite.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from environment import ROOT, arguments, python_for, run, run_script
from folder import Stopped, tell
from installer import clean, create, install, interpreter, pip_for

CONSTRAINTS = ROOT / "constraints-whoosh-reloaded.txt"
TESTS = "test_search_*.py"
KNOWN = "ignore::DeprecationWarning:whoosh.qparser.dateparse"
LEFT_OUT = ("whoosh", "whoosh3-*")
"""Names in a folder of packages: the package, and what says which distribution it is of."""


def packages_of(python: Path) -> list[Path]:
    """The folders that an environment keeps its packages in: one, or two on some systems."""
    program = (
        "import sysconfig as s; print(s.get_path('purelib'), s.get_path('platlib'), sep='\\n')"
    )
    said = subprocess.run(
        [python, "-I", "-c", program],
        env=clean(os.environ),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    ).stdout
    # By what they are: on some systems the one is a link to the other.
    return list({Path(line).resolve(): Path(line) for line in said.splitlines()}.values())


def link(source: str, target: str) -> None:
    """One file under a second name, or a copy where the system or the disk gives it none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def without_whoosh(python: Path, folder: Path) -> Path:
    """The Python of a new environment in ``folder`` that has all that this one has, but whoosh3."""
    create(folder)
    for held, target in zip(packages_of(python), packages_of(interpreter(folder)), strict=True):
        shutil.copytree(
            held,
            target,
            copy_function=link,
            ignore=shutil.ignore_patterns(*LEFT_OUT),
            symlinks=True,
            dirs_exist_ok=True,
        )
    return interpreter(folder)


def main() -> int:
    options = arguments("Run the search tests on Whoosh-Reloaded.").parse_args()
    tests = sorted(str(path.relative_to(ROOT)) for path in Path(ROOT / "tests").glob(TESTS))
    if not tests:
        raise Stopped(f"There is no {TESTS} in {ROOT / 'tests'}.")
    whole = python_for(options.venv)
    # Beside it, because no file can be linked on another disk; git knows not to look at the name.
    beside = whole.parent.parent.parent
    place = beside if os.access(beside, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix=".venv-whoosh-reloaded-", dir=place) as name:
        folder = Path(name).resolve()
        tell("Putting Whoosh-Reloaded in place of whoosh3, in an environment of its own ...")
        python = without_whoosh(whole, folder)
        install(pip_for(folder), "--require-hashes", "-r", CONSTRAINTS)
        tell("Running the search tests on it ...")
        words = ("-n", "auto", "--dist", "worksteal", "-W", KNOWN)
        return run([python, "-m", "pytest", *words, *tests])


if __name__ == "__main__":
    run_script(main)
