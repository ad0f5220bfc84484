"""Build the wheel and try it as its user would: in another environment, away from the checkout.

    python3 scripts/wheel.py [--output DIR]

Why: an editable installation finds every file of the checkout; only the wheel shows what was left
out of it (the migrations, ``py.typed``, a dependency that only a test needed). It looks into the
wheel, installs it with nothing but the dependencies it names itself, and has the installed
``decisions`` crawl and search the look-alike site. The wheel is kept only with ``--output``.
"""

import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from environment import CONSTRAINTS, ROOT, arguments, pinned, python_for, run, run_script
from folder import Stopped, tell
from installer import command, create, install, interpreter, pip_for
from look_alike import apart, look_alike

PACKAGES = ("archive", "migrations", "scraper", "search")
NEVER_SHIPPED = ("__pycache__", ".pyc")
DONE, PARTIAL = 0, 3


def expected(root: Path) -> set[str]:
    """The files of the checkout that belong in the wheel, as the wheel names them."""
    files = (path for package in PACKAGES for path in (root / package).rglob("*"))
    names = {path.relative_to(root).as_posix() for path in files if path.is_file()}
    return {name for name in names if not any(part in name for part in NEVER_SHIPPED)} | {
        "decisions.py"
    }


def differences(wheel: Path, root: Path) -> list[str]:
    """What the wheel lacks and what it should not hold, in words; empty when all is well."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = expected(root)
    return [f"lacks {name}" for name in sorted(wanted - held)] + [
        f"should not hold {name}" for name in sorted(held - wanted)
    ]


def build(python: Path, folder: Path) -> Path:
    """The wheel of this checkout, built in ``folder`` by the pinned backend."""
    tell("Building the wheel ...")
    words = ("wheel", "-qq", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    if run([*pip_for(python.parent.parent), *words]):
        raise Stopped("The wheel could not be built.")
    (wheel,) = folder.glob("decisions-*.whl")
    return wheel


def said(words: Sequence[str | Path], folder: Path, ends: tuple[int, ...] = (DONE,)) -> str:
    """What a command of the trial prints on stdout, run in ``folder``. Raises Stopped when it ends
    otherwise than expected."""
    line = " ".join(str(word) for word in words)
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=apart(os.environ),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    if done.returncode not in ends:
        raise Stopped(f"{line}\nended with exit code {done.returncode}.")
    return done.stdout


def install_alone(wheel: Path, folder: Path) -> Path:
    """The Python of a new environment with the wheel and what its metadata asks for, at the pinned
    versions."""
    tell("Installing it in an environment of its own ...")
    environment = folder / "environment"
    environment.mkdir()
    create(environment)
    pins = folder / "pins.txt"
    versions = pinned(CONSTRAINTS.read_text(encoding="utf-8"))
    pins.write_text("".join(f"{name}=={version}\n" for name, version in versions.items()))
    install(pip_for(environment), "--constraint", pins, wheel)
    return interpreter(environment)


def try_out(python: Path, site_python: Path, folder: Path) -> None:
    """Use the installed command as a person would, in ``folder``. Raises Stopped where it fails."""
    decisions = command(python, "decisions")
    source = said([python, "-c", "import decisions; print(decisions.__file__)"], folder).strip()
    if Path(source).is_relative_to(ROOT):
        raise Stopped(f"The trial would run the checkout's own code: {source}")
    tell(said([decisions, "--version"], folder).strip())
    said([decisions, "--help"], folder)
    said([python, "-m", "decisions", "--version"], folder)
    tell("Crawling the look-alike site with it ...")
    home = ("--home", folder / "home")
    with look_alike(site_python, folder / "site.log") as url:
        crawl = ("crawl", "--base-url", url, "--delay", "0", "--since", "all")
        said([decisions, *home, *crawl], folder, ends=(DONE, PARTIAL))
    found = json.loads(said([decisions, *home, "search", "data protection", "--json"], folder))
    if not found["hits"]:
        raise Stopped("The wheel's own search found nothing in what it had crawled.")
    tell(f"It found {found['total']} decisions.")


def main() -> int:
    parser = arguments("Build the wheel and try it in another environment.")
    parser.add_argument("--output", metavar="DIR", type=Path, help="keep the wheel in DIR")
    options = parser.parse_args()
    python = python_for(options.venv)
    with tempfile.TemporaryDirectory(prefix="wheel-") as name:
        folder = Path(name).resolve()
        wheel = build(python, folder)
        wrong = differences(wheel, ROOT)
        if wrong:
            raise Stopped(f"{wheel.name}: " + "; ".join(wrong))
        try_out(install_alone(wheel, folder), python, folder)
        if options.output:
            options.output.mkdir(parents=True, exist_ok=True)
            tell(f"The wheel is {shutil.copy(wheel, options.output)}")
    tell("The wheel works.")
    return 0


if __name__ == "__main__":
    run_script(main)
