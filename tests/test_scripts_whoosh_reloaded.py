"""The environment for the other Whoosh: all of the first one but whoosh3."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import whoosh_reloaded
from installer import interpreter

FILES = {
    "whoosh/__init__.py": "NAME = 'whoosh3'\n",
    "whoosh3-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: whoosh3\nVersion: 1\n",
    "other/__init__.py": "NAME = 'other'\n",
    "other-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: other\nVersion: 1\n",
}


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """The folder of packages of an environment with two packages in it."""
    folder = tmp_path / "first"
    venv.EnvBuilder(symlinks=os.name != "nt").create(folder)
    (packages,) = whoosh_reloaded.packages_of(interpreter(folder))
    for name, text in FILES.items():
        (packages / name).parent.mkdir(exist_ok=True)
        (packages / name).write_text(text, encoding="utf-8")
    return packages


def second(tmp_path: Path) -> Path:
    folder = tmp_path / "second"
    folder.mkdir()
    return whoosh_reloaded.without_whoosh(interpreter(tmp_path / "first"), folder)


def said(python: Path, program: str) -> str:
    done = subprocess.run(
        [python, "-I", "-c", program], capture_output=True, encoding="utf-8", check=False
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_it_has_the_packages_of_the_first_and_nothing_of_whoosh3(
    held: Path, tmp_path: Path
) -> None:
    python = second(tmp_path)
    where = said(python, "import other; print(other.__file__)")
    assert Path(where).is_relative_to(tmp_path / "second")
    assert said(python, "from importlib.metadata import version; print(version('other'))") == "1"
    assert "No module named 'whoosh'" in said(python, "import whoosh")
    version = "from importlib.metadata import version; version('whoosh3')"
    assert "PackageNotFoundError" in said(python, version)


def test_what_is_done_to_it_does_not_reach_the_first(held: Path, tmp_path: Path) -> None:
    (packages,) = whoosh_reloaded.packages_of(second(tmp_path))
    (packages / "other" / "__init__.py").unlink()
    (packages / "whoosh").mkdir()
    (packages / "whoosh" / "__init__.py").write_text("NAME = 'another'\n", encoding="utf-8")
    for name, text in FILES.items():
        assert (held / name).read_text(encoding="utf-8") == text


def test_a_disk_that_links_nothing_gets_copies(
    held: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise OSError(18, "another disk")

    monkeypatch.setattr("os.link", refuses)
    assert said(second(tmp_path), "import other; print(other.NAME)") == "other"


def test_the_folder_of_packages_is_named_once() -> None:
    found = whoosh_reloaded.packages_of(Path(sys.executable))
    assert len(found) == len({path.resolve() for path in found}) > 0
    assert any((path / "pytest").is_dir() for path in found)
