"""docs/index-format.md names what is on the disk: every array, file and key, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from archive.records import SectionKind
from search.codec.container import Container
from search.codec.reader import COLUMNS, INVERTED
from search.field_types import schema
from search.index import Index
from search.schema import ARRAYS
from tests.search_fakes import FakeArchive, decision

K = SectionKind
DOCUMENT = (Path(__file__).parent.parent / "docs" / "index-format.md").read_text(encoding="utf-8")


@pytest.fixture
def generation(tmp_path: Path) -> Path:
    texts = ["Late tuition under section 42 of the Care Act 2014.", "often " * 3000]
    Index(tmp_path).rebuild(FakeArchive(decision(sections={K.FINDINGS: texts})))
    return next(tmp_path.glob("gen-*"))


def part(begin: str, end: str) -> str:
    return DOCUMENT[DOCUMENT.index(begin) : DOCUMENT.index(end)]


def first_cells(text: str) -> Iterator[str]:
    """What stands in backquotes in the first cells of the tables of a text."""
    for line in text.splitlines():
        if line.startswith("| `"):
            yield from re.findall(r"`([^`]+)`", line.split(" | ")[0])


def arrays_of(generation: Path, ending: str) -> dict[str, str]:
    container = Container(next(generation.glob(f"MAIN_*{ending}")))
    try:
        return {name: container.array(name).dtype.str for name in container._arrays}
    finally:
        container.close()


def test_every_array_of_words_is_documented_and_there(generation: Path) -> None:
    documented = set(first_cells(part("### Arrays of `.inv`", "### Arrays of `.doc`")))
    fields = [name for name, field in schema(ARRAYS).items() if field.indexed]
    allowed = {name for name in documented if not name.startswith("F.")}
    if "x.places1` … `x.places4" in DOCUMENT:
        allowed |= {f"x.places{width}" for width in (1, 2, 3, 4)}
    plain = {"F.weights", "F.values", "F.value_ends"}
    allowed |= {
        name.replace("F", field, 1)
        for name in documented - plain
        for field in fields
        if name.startswith("F.")
    }
    written = set(arrays_of(generation, INVERTED))
    assert written <= allowed
    assert {name for name in allowed if not name.startswith(tuple(f"{f}." for f in fields))} | {
        name for name in documented if name.startswith(("x.", "t."))
    } <= written


def test_every_array_of_columns_is_documented(generation: Path) -> None:
    told = part("### Arrays of `.doc`", "### Invariants")
    patterns = [
        name.replace("C", "*").replace("F", "*")
        for name in re.findall(r"`(\w+\.[CF](?:\.ends)?)`", told)
    ]
    assert len(patterns) == 4
    for name in arrays_of(generation, COLUMNS):
        assert any(fnmatchcase(name, pattern) for pattern in patterns), name


def test_every_file_and_every_key_of_the_manifest_is_documented(generation: Path) -> None:
    told = part("## The files", "### Facts of `.inv`")
    keys = json.loads((generation.parent / "manifest.json").read_text(encoding="utf-8"))
    cells = set(first_cells(told))
    assert {cell for cell in cells if "…" not in cell} == set(keys)
    known = [cell.replace("…", "*") for cell in cells if "…" in cell]
    known += ["_MAIN_*.toc", "MAIN_WRITELOCK"]
    for path in generation.iterdir():
        assert any(fnmatchcase(path.name, pattern) for pattern in known), path.name
