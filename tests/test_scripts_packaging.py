"""What the project says of itself is true of its files, and the wheel leaves nothing out."""

import ast
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import environment
import pytest
import wheel

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_scripts_ask_for_the_python_that_the_project_asks_for(
    pyproject: dict[str, Any],
) -> None:
    assert pyproject["project"]["requires-python"] == ">={}.{}".format(*environment.MINIMUM)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_an_old_python_can_read_a_script_far_enough_to_be_refused(script: Path) -> None:
    ast.parse(script.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_an_old_python_is_refused_in_plain_words() -> None:
    program = "import sys; sys.version_info = (3, 10, 13); import environment"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "3.11 or newer is needed; this is Python 3.10" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_folder_with_code_is_type_checked(pyproject: dict[str, Any]) -> None:
    named = set(pyproject["tool"]["mypy"]["files"])
    folders = {path.parent.name for path in ROOT.glob("*/*.py")}
    loose = {path.name for path in ROOT.glob("*.py")}
    assert (folders | loose) - named == set()


def test_the_wheel_is_tried_for_the_packages_it_ships(pyproject: dict[str, Any]) -> None:
    shipped = pyproject["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert sorted(shipped) == sorted(["decisions.py", *wheel.PACKAGES])


def test_every_room_says_that_it_is_typed() -> None:
    rooms = ("archive", "scraper", "search")
    lacking = [name for name in rooms if not (ROOT / name / "py.typed").is_file()]
    assert lacking == []


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout with something that belongs in a wheel and something that does not."""
    root = tmp_path / "checkout"
    for name in (
        "decisions.py",
        "archive/py.typed",
        "migrations/script.py.mako",
        "migrations/versions/0001.py",
        "migrations/__pycache__/env.cpython-311.pyc",
        "tests/test_a.py",
    ):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return root


IN_THE_WHEEL = [
    "archive/py.typed",
    "decisions-1.dist-info/METADATA",
    "decisions.py",
    "migrations/script.py.mako",
    "migrations/versions/0001.py",
]


def made_of(names: list[str], folder: Path) -> Path:
    """A wheel that holds these files."""
    path = folder / "decisions-1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return path


def test_a_whole_wheel_has_no_differences(checkout: Path, tmp_path: Path) -> None:
    assert wheel.differences(made_of(IN_THE_WHEEL, tmp_path), checkout) == []


def test_a_forgotten_migration_is_named(checkout: Path, tmp_path: Path) -> None:
    path = made_of([name for name in IN_THE_WHEEL if "versions" not in name], tmp_path)
    assert wheel.differences(path, checkout) == ["lacks migrations/versions/0001.py"]


def test_a_test_in_the_wheel_is_named(checkout: Path, tmp_path: Path) -> None:
    path = made_of([*IN_THE_WHEEL, "tests/test_a.py"], tmp_path)
    assert wheel.differences(path, checkout) == ["should not hold tests/test_a.py"]
