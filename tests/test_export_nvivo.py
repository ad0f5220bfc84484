"""``decisions export nvivo``: a text for each decision and a sheet that names them all."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import decisions
from archive.errors import UsageError
from archive.records import Status
from tests.counted import Story, Sum, archive_of

STORIES = [
    Story("24 000 001", sums=(Sum(pence=20_000),)),
    Story("24 000 002a", body="Wold, Mere & “Dale” Council"),
    Story("24 000 003", status=Status.WITHDRAWN, shared="Secret words."),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("nvivo")
    with archive_of(directory, STORIES):
        return directory


def export(home: Path, *words: str) -> Result:
    return CliRunner().invoke(decisions.group, ["--home", str(home), "export", "nvivo", *words])


def test_every_decision_has_a_row_and_every_open_one_its_text(home: Path, tmp_path: Path) -> None:
    done = export(home, "--output", str(tmp_path / "out"))
    assert done.exit_code == 0, (done.output, done.exception)
    with (tmp_path / "out" / "classification.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert list(rows) == ["lgsco-24-000-001", "lgsco-24-000-002a", "lgsco-24-000-003"]
    texts = {path.stem: path for path in (tmp_path / "out" / "texts").iterdir()}
    assert set(texts) == {"lgsco-24-000-001", "lgsco-24-000-002a"}
    words = texts["lgsco-24-000-001"].read_text(encoding="utf-8-sig")
    assert "1. Words of 24 000 001." in words
    assert "2. pay Ms B £200.00" in words
    assert "24-000-001@1" in words
    assert "© Local Government" in words
    assert rows["lgsco-24-000-002a"]["body"] == "Wold, Mere & “Dale” Council"
    assert "took it down" in rows["lgsco-24-000-003"]["notice"]
    told = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    assert told["attribution"]
    assert "Secret" not in "".join(p.read_text("utf-8") for p in (tmp_path / "out").rglob("*.*"))


def test_a_directory_with_something_in_it_is_left_alone(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = export(home, "--output", str(tmp_path))
    assert isinstance(done.exception, UsageError)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert isinstance(export(home).exception, UsageError)
    assert isinstance(export(home, "--output", str(home / "backups" / "x")).exception, UsageError)
    (tmp_path / "empty").mkdir()
    assert export(home, "--output", str(tmp_path / "empty")).exit_code == 0


def test_an_erasure_can_name_the_directories_that_were_written(home: Path, tmp_path: Path) -> None:
    assert export(home, "--output", str(tmp_path / "noted")).exit_code == 0
    assert "noted" in (home / "copies.jsonl").read_text(encoding="utf-8")
