"""A bare virtual environment and the pip that fills it, on Linux, macOS and Windows.

Why: where Python came without ensurepip (Debian and its kin) the environment is made without pip
and the outer one fills it; where there is no pip at all, the person is told what to install. All
that differs between the systems in this stands here.

It does not know what is installed, nor whether an environment is up to date: ``environment.py``.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from folder import Stopped, tell

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


def interpreter(folder: Path) -> Path:
    """The Python of an environment. Never resolved: a resolved one is the Python outside."""
    return folder / "Scripts" / "python.exe" if os.name == "nt" else folder / "bin" / "python"


def command(python: Path, name: str) -> Path:
    """A command that was installed beside this Python."""
    return python.with_name(name + ".exe" if os.name == "nt" else name)


def clean(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment variables for what the scripts start."""
    return {name: value for name, value in variables.items() if name not in NOT_FOR_CHILDREN}


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
    if works([python, "-I", "-m", "pip", "--version"]) or works(
        [python, "-I", "-m", "ensurepip", "--upgrade", "--default-pip"]
    ):
        return [python, "-m", "pip"]
    if works([sys.executable, "-m", "pip", "--version"]):
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


def works(words: Sequence[str | Path]) -> bool:
    """Whether a command ends well; what it prints is of no interest."""
    done = subprocess.run(
        [str(word) for word in words], env=clean(os.environ), capture_output=True, check=False
    )
    return done.returncode == 0
