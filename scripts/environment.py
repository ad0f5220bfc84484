"""The virtual environment that the scripts of this folder work in: made once, renewed when stale.

Why: a newcomer has Python and git and nothing else, and one command must be enough. Standard
library only.

An environment is the folder ``.venv`` beside this one, or the folder named with ``--venv``. What
it was made from stands in its ``STAMP``, written last: no stamp means half made. A ``.venv`` that
somebody made by hand is never changed (see ``folder.py``).

It does not choose versions: ``constraints.txt`` does, by hash (see ``lock.py``).

Every script imports this module first. Its syntax, and theirs, must be readable for Python 3.6,
which is still the ``python3`` of some machines and shall be told what is wrong.
"""

import sys

MINIMUM = (3, 11)
if sys.version_info < MINIMUM:
    sys.exit(
        "Python {}.{} or newer is needed; this is Python {}.{} ({}).\n"
        "If a newer one is installed, name it, for example: python{}.{} {}".format(
            *MINIMUM, *sys.version_info[:2], sys.executable, *MINIMUM, " ".join(sys.argv)
        )
    )

import argparse
import enum
import hashlib
import json
import os
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from folder import Stopped, claimed, empty, is_ours, tell
from installer import clean, create, install, interpreter, pip_for

ROOT = Path(__file__).resolve().parent.parent
MARKER = "made-by-scripts.txt"
STAMP = "made-from.json"
CONSTRAINTS = ROOT / "constraints.txt"


class Stamp(NamedTuple):
    """What an environment is made from: hashes of two files, the Python, and both folders.

    The folders count because an environment that was moved, or whose checkout was, runs the code
    of the old place.
    """

    constraints: str
    project: str
    python: str
    checkout: str
    environment: str


class Step(enum.Enum):
    """What an environment lacks."""

    NOTHING = "nothing"
    PROJECT = "only the project's own entry is out of date"
    ALL = "missing, half made, or made from something else"


def step_for(found: Stamp | None, wanted: Stamp) -> Step:
    """What to do with an environment that was made from ``found`` (None: unknown)."""
    if found is None:
        return Step.ALL
    if found == wanted:
        return Step.NOTHING
    return Step.PROJECT if found._replace(project=wanted.project) == wanted else Step.ALL


def read_stamp(folder: Path) -> Stamp | None:
    """The stamp of an environment; None when there is none that can be read."""
    try:
        return Stamp(**json.loads((folder / STAMP).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write_stamp(folder: Path, stamp: Stamp) -> None:
    """Put the stamp in place whole: a kill leaves the old one or none, never half of one."""
    part = folder / (STAMP + ".part")
    part.write_text(json.dumps(stamp._asdict(), indent=1) + "\n", encoding="utf-8")
    part.replace(folder / STAMP)


def stamp_for(folder: Path, root: Path = ROOT) -> Stamp:
    """The stamp of an environment made here and now for the checkout at ``root``."""

    def sha256(name: str) -> str:
        return hashlib.sha256((root / name).read_bytes()).hexdigest()

    return Stamp(
        constraints=sha256("constraints.txt"),
        project=sha256("pyproject.toml"),
        python="{} {}.{}".format(sys.implementation.name, *sys.version_info),
        checkout=str(root),
        environment=str(folder),
    )


def run(words: Sequence[str | Path], **more: str) -> int:
    """Run a command from the checkout's root with its output shown; its exit code, as shells give
    it (128 + the signal's number for one that was killed). ``more`` are added variables."""
    code = subprocess.run(
        [str(word) for word in words], cwd=ROOT, env={**clean(os.environ), **more}, check=False
    ).returncode
    return code if code >= 0 else 128 - code


def pinned(constraints: str) -> dict[str, str]:
    """Name -> version of the requirements in a constraints file that hold on every platform."""
    pattern = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)[ \\]*$", re.MULTILINE)
    return dict(pattern.findall(constraints))


def lacking(constraints: str, project: Path | None) -> list[str]:
    """What the Python that runs this lacks: packages of a constraints file at their versions, and
    the project as it stands in the checkout ``project`` (None: not wanted)."""
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    def installed(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    missing = [name for name, pin in pinned(constraints).items() if installed(name) != pin]
    found = find_spec("decisions") if project else None
    if project and not (found and found.origin and Path(found.origin).parent == project):
        missing.append("decisions (installed from this checkout)")
    return missing


def made_by_hand(python: Path, project: bool) -> bool:
    """Whether an environment that is not ours will do as it is; says what it lacks if not."""
    probe = (
        "import sys; sys.path.insert(0, sys.argv[1]); import environment as e\n"
        "text = e.CONSTRAINTS.read_text(encoding='utf-8')\n"
        "print(*e.lacking(text, e.ROOT if sys.argv[2] else None)[:3], sep=', ')"
    )
    scripts = str(ROOT / "scripts")
    done = subprocess.run(
        [str(python), "-I", "-c", probe, scripts, "yes" if project else ""],
        env=clean(os.environ),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    missing = done.stdout.strip() or (done.stderr.strip() if done.returncode else "")
    if missing:
        tell(f"The environment of {python} does not serve here; it lacks {missing} ...")
    return not missing


def python_for(chosen: Path | None, project: bool = True) -> Path:
    """The Python to work with. An environment that somebody made by hand serves if it lacks
    nothing: the one that runs this, or ``.venv``. Otherwise it is that of ``chosen`` or ``.venv``,
    made or renewed as needed.

    Raises Stopped when there is no way to make one.
    """
    folder = Path(os.path.abspath(chosen or ROOT / ".venv"))  # noqa: PTH100 - links stay links
    in_one = sys.prefix != sys.base_prefix and not (Path(sys.prefix) / MARKER).exists()
    if chosen is None and in_one and made_by_hand(Path(sys.executable), project):
        return Path(sys.executable)
    python = interpreter(folder)
    if python.exists() and not is_ours(folder, MARKER) and made_by_hand(python, project):
        return python
    return ready(folder)


def ready(folder: Path) -> Path:
    """The Python of an environment that is whole and up to date, made or renewed as needed.

    Raises Stopped when that cannot be done.
    """
    wanted = stamp_for(folder)
    python = interpreter(folder)
    if is_ours(folder, MARKER) and read_stamp(folder) == wanted and python.exists():
        return python
    with claimed(folder, MARKER, wait=True) as lock:
        found = read_stamp(folder) if python.exists() else None
        step = step_for(found, wanted)
        if step is Step.NOTHING:
            return python
        inside = Path(sys.prefix).resolve() == folder.resolve()
        if step is Step.ALL:
            tell(f"Making the environment {folder}; this takes a minute ...")
            (folder / STAMP).unlink(missing_ok=True)
            if not inside:
                empty(folder, MARKER)
                create(folder)
        pip = pip_for(folder)
        if step is Step.ALL:
            tell("Installing the pinned packages ...")
            install(pip, "--require-hashes", "-r", CONSTRAINTS, lock=lock)
        tell("Installing the project ...")
        install(pip, "--no-deps", "--no-build-isolation", "-e", ROOT, lock=lock)
        write_stamp(folder, wanted)
    return python


def arguments(description: str) -> argparse.ArgumentParser:
    """The options that every script shares."""
    parser = argparse.ArgumentParser(description=description, allow_abbrev=False)
    parser.add_argument(
        "--venv",
        metavar="DIR",
        type=Path,
        help="make and use the environment DIR in place of .venv",
    )
    return parser


def run_script(main: Callable[[], int]) -> NoReturn:
    """End the process as the script says; a reason to stop and Ctrl-C give a line, no traceback."""
    try:
        sys.exit(main())
    except Stopped as reason:
        tell(str(reason))
        sys.exit(1)
    except KeyboardInterrupt:
        tell("Stopped.")
        sys.exit(130)
