"""An index is opened only if it is our own: its files are programs as much as data."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from search import manifest as manifests
from search.errors import IndexUnusable
from search.index import Index
from tests.search_fakes import FakeArchive

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs owners and rights")


@pytest.fixture
def index(tmp_path: Path) -> Index:
    found = Index(tmp_path / "index", sleep=lambda _: None)
    found.rebuild(FakeArchive())
    return found


def generation(index: Index) -> Path:
    return index.directory / manifests.load(index.directory).generation


def refused(index: Index, said: str) -> None:
    with pytest.raises(IndexUnusable, match=said):
        index.read(lambda opened: opened.reader.doc_count())
    state = index.state()
    assert not state.usable
    assert state.problem is not None


def a_file(index: Index) -> Path:
    return next(path for path in generation(index).iterdir() if path.suffix == ".toc")


def test_our_own_is_opened(index: Index) -> None:
    assert index.read(lambda opened: opened.reader.doc_count()) == 0


@pytest.mark.parametrize("which", ["directory", "manifest", "generation", "file"])
def test_what_everybody_can_write_is_not_opened(index: Index, which: str) -> None:
    path = {
        "directory": index.directory,
        "manifest": index.directory / manifests.NAME,
        "generation": generation(index),
        "file": a_file(index),
    }[which]
    path.chmod(path.stat().st_mode | 0o002)
    refused(index, "written by everybody")


@pytest.mark.parametrize("which", ["directory", "manifest", "generation", "file"])
def test_what_belongs_to_somebody_else_is_not_opened(
    index: Index, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = {
        "directory": index.directory,
        "manifest": index.directory / manifests.NAME,
        "generation": generation(index),
        "file": a_file(index),
    }[which]
    if os.geteuid() == 0:
        os.chown(path, 12345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    refused(index, "another user")


def test_a_link_out_of_the_directory_is_not_followed(index: Index, tmp_path: Path) -> None:
    own = a_file(index)
    elsewhere = tmp_path / "elsewhere.toc"
    shutil.move(own, elsewhere)
    own.symlink_to(elsewhere)
    refused(index, "a link")


def test_a_linked_generation_or_manifest_is_not_followed(index: Index, tmp_path: Path) -> None:
    folder = generation(index)
    shutil.move(folder, tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    refused(index, "a link")
    folder.unlink()
    shutil.move(tmp_path / "elsewhere", folder)
    own = index.directory / manifests.NAME
    shutil.move(own, tmp_path / "manifest.json")
    own.symlink_to(tmp_path / "manifest.json")
    refused(index, "a link")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"format": 1, "files": ' + "{" * 50_000,
        " " * (manifests.LONGEST + 1) + "{}",
        "9" * 100_000,
        "\ud800",
        "null",
    ],
    ids=["deep", "half", "long", "number", "no text", "null"],
)
def test_a_hostile_manifest_is_refused(index: Index, text: str) -> None:
    (index.directory / manifests.NAME).write_bytes(text.encode("utf-8", "surrogatepass"))
    refused(index, "damaged")


@pytest.mark.parametrize("name", ["../gen-000001", "/etc", "gen-000001/..", "gen-1", ""])
def test_a_manifest_names_only_a_generation_of_ours(index: Index, name: str) -> None:
    path = index.directory / manifests.NAME
    values = json.loads(path.read_text(encoding="utf-8"))
    values.pop("check", None)
    path.write_text(json.dumps(values | {"generation": name}), encoding="utf-8")
    refused(index, "damaged")


def test_an_index_made_under_a_careless_mask_is_ours_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        index = Index(tmp_path / "open", sleep=lambda _: None)
        index.rebuild(FakeArchive())
    finally:
        os.umask(before)
    assert index.read(lambda opened: opened.reader.doc_count()) == 0
