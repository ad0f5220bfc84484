"""The virtual environment that the scripts of this folder work in: made once, renewed when stale.

Why: a newcomer has Python and git and nothing else, and one command must be enough. Standard
library only. It is also the one place that knows how Windows and the others differ here.

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
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from folder import Stopped, claimed, empty, is_ours, tell

ROOT = Path(__file__).resolve().parent.parent
MARKER = "made-by-scripts.txt"
STAMP = "made-from.json"
CONSTRAINTS = ROOT / "constraints.txt"

NOT_FOR_CHILDREN = frozenset(
    {
        "PYTHONHOME",
        "PYTHONPATH",
        "__PYVENV_LAUNCHER__",
        "PIP_USER",
        "PIP_TARGET",
        "PIP_PREFIX",
        "PIP_ROOT",
        "PIP_REQUIRE_HASHES",
    }
)
"""Variables that would send an installation somewhere else, or other code into its Python."""

NO_PIP = (
    ("apt-get", "sudo apt install python{version}-venv"),
    ("dnf", "sudo dnf install python3-pip"),
    ("zypper", "sudo zypper install python3-pip"),
    ("pacman", "sudo pacman -S python-pip"),
    ("apk", "sudo apk add py3-pip"),
)
"""Package tool found on the machine -> what to install where Python came without pip."""


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


def interpreter(folder: Path) -> Path:
    """The Python of an environment. Never resolved: a resolved one is the Python outside."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def command(python: Path, name: str) -> Path:
    """A command that was installed beside this Python."""
    return python.with_name(name + ".exe" if os.name == "nt" else name)


def clean(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment variables for what the scripts start."""
    return {name: value for name, value in variables.items() if name not in NOT_FOR_CHILDREN}


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


def lacking(constraints: str, project: bool) -> list[str]:
    """What the Python that runs this lacks of a constraints file, and of the project if asked."""
    from importlib.metadata import PackageNotFoundError, version

    def installed(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    missing = [name for name, pin in pinned(constraints).items() if installed(name) != pin]
    if project and installed("decisions") is None:
        missing.append("decisions")
    return missing


def python_for(chosen: Path | None, project: bool = True) -> Path:
    """The Python to work with: the one that runs this, if somebody made a whole environment by
    hand and is in it; otherwise that of ``chosen`` or ``.venv``, made or renewed as needed.

    Raises Stopped when there is no way to make one.
    """
    by_hand = sys.prefix != sys.base_prefix and not (Path(sys.prefix) / MARKER).exists()
    if chosen is None and by_hand:
        missing = lacking(CONSTRAINTS.read_text(encoding="utf-8"), project)
        if not missing:
            return Path(sys.executable)
        tell(f"The environment {sys.prefix} is not used: it lacks {', '.join(missing[:3])} ...")
    return ready(ROOT / ".venv" if chosen is None else Path(os.path.abspath(chosen)))  # noqa: PTH100 - resolve() would follow links


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


def create(folder: Path) -> None:
    """A bare environment without pip, in a folder that may already hold the marker."""
    try:
        from venv import EnvBuilder
    except ImportError as error:
        raise Stopped(f"This Python has no venv module.\n{how_to_get_pip()}") from error
    EnvBuilder(symlinks=os.name != "nt").create(folder)


def pip_for(folder: Path) -> list[str | Path]:
    """The words that start pip for an environment: its own, or the outer one where this Python
    came without ensurepip (Debian and its kin). Raises Stopped where there is neither."""
    python = interpreter(folder)
    if _works([python, "-I", "-m", "pip", "--version"]) or _works(
        [python, "-I", "-m", "ensurepip", "--upgrade", "--default-pip"]
    ):
        return [python, "-m", "pip"]
    if _works([sys.executable, "-m", "pip", "--version"]):
        tell("This Python has no ensurepip; using its own pip from outside the environment.")
        return [sys.executable, "-m", "pip", "--python", python]
    raise Stopped(
        f"This Python ({sys.executable}) has neither ensurepip nor pip.\n{how_to_get_pip()}"
    )


def how_to_get_pip(which: Callable[[str], str | None] = shutil.which) -> str:
    """The command that installs what is missing, for the package tool this machine has."""
    version = "{}.{}".format(*sys.version_info)
    for tool, advice in NO_PIP:
        if which(tool):
            return f"Install it and run this again:  {advice.format(version=version)}"
    return "Install pip for it, or a Python from python.org, and run this again."


def install(pip: Sequence[str | Path], *what: str | Path, lock: int | None = None) -> None:
    """One run of pip; its own words go to stderr. Raises Stopped when it fails.

    It shares the ``lock`` where the system can share one: a pip that outlives a killed script
    must not write into the environment that the next run is making.
    """
    quiet = ("-qq", "--no-input", "--disable-pip-version-check")
    done = subprocess.run(
        [str(word) for word in (*pip, "install", *quiet, *what)],
        cwd=ROOT,
        env=clean(os.environ),
        stdout=sys.stderr,
        pass_fds=() if lock is None or os.name == "nt" else (lock,),
        check=False,
    )
    if done.returncode:
        raise Stopped(
            "pip could not install the packages; its own words stand above.\n"
            "With no way to the package index (offline, a proxy) it cannot; once that is mended, "
            "run this again: it starts afresh."
        )


def _works(words: Sequence[str | Path]) -> bool:
    """Whether a command ends well; what it prints is of no interest."""
    done = subprocess.run(
        [str(word) for word in words], env=clean(os.environ), capture_output=True, check=False
    )
    return done.returncode == 0


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
