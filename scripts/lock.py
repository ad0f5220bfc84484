"""Write the constraints files: every package at one version, with the hashes of all its files.

    python3 scripts/lock.py             pin what pyproject.toml newly asks for, keep the rest
    python3 scripts/lock.py --upgrade   take the newest version of everything

``constraints.txt`` holds what the project, its extras and its development need, the build backend
included, for every platform and every Python that pyproject.toml allows. ``constraints-small.txt``
holds of that, at the same versions, only what the commands cannot do without: for a machine that
crawls and searches and has no room for more. ``constraints-whoosh-reloaded.txt`` holds the other
distribution of Whoosh, which ``whoosh_reloaded.py`` tries in its place, ``constraints-browser.txt``
what ``browser.py`` drives a browser with. None names a package index: which one is used is the
affair of whoever installs.

It needs uv, which is no dependency of the project: ``pip install uv`` in any Python, and run this
with that Python or with uv on the PATH. It changes nothing but those files; look at the
difference before it is committed.
"""

import argparse
import importlib.util
import shutil
import subprocess
import sys

from environment import MINIMUM, ROOT, run, run_script
from folder import Stopped, tell

WHOOSH_RELOADED = "Whoosh-Reloaded==2.7.5\n"
BROWSER = "axe-playwright-python>=0.1.8\nplaywright>=1.65\npypdf>=7.1\n"


def uv() -> list[str]:
    """The words that start uv. Raises Stopped when this machine has none."""
    if importlib.util.find_spec("uv"):
        return [sys.executable, "-m", "uv"]
    found = shutil.which("uv")
    if found:
        return [found]
    raise Stopped(f"uv is needed to pin packages. Install it:  {sys.executable} -m pip install uv")


def options(output: str) -> list[str]:
    """How each file is made. Files of every platform count, whatever machine this is."""
    return [
        "--universal",
        "--python-version={}.{}".format(*MINIMUM),
        "--generate-hashes",
        "--no-config",
        "--quiet",
        "--custom-compile-command=python3 scripts/lock.py",
        f"--output-file={output}",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description="Pin every package, with hashes.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest of everything")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    compile_ = [*uv(), "pip", "compile", *upgrade]
    tell("constraints.txt ...")
    failed = run([*compile_, *options("constraints.txt"), "--all-extras", "pyproject.toml"])
    if failed:
        return failed
    tell("constraints-small.txt ...")
    small = ["--extra", "install", "--constraints", "constraints.txt", "pyproject.toml"]
    failed = run([*compile_, *options("constraints-small.txt"), *small])
    if failed:
        return failed
    for name, asked in (
        ("constraints-whoosh-reloaded.txt", WHOOSH_RELOADED),
        ("constraints-browser.txt", BROWSER),
    ):
        tell(f"{name} ...")
        shared = ["--constraints", "constraints.txt"] if asked is BROWSER else []
        failed = subprocess.run(
            [*compile_, *options(name), *shared, "-"],
            cwd=ROOT,
            input=asked,
            text=True,
            check=False,
        ).returncode
        if failed:
            return failed
    return 0


if __name__ == "__main__":
    run_script(main)
